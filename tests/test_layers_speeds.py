"""Travel times on networks so small that a pencil gives them, by the speeds that the atlas states.

The speeds stand here once more, as published: a table or a formula that is off by any factor is found.
"""

import geopandas as gpd
import pandas as pd
import pytest
import regions
import shapely

from geo.network import access, graph, routing
from layers.analysis import network as networks

CRS = regions.RUSSIA_BELARUS.crs
PUBLISHED_KMH = {"motorway": 100, "trunk": 80, "primary": 65, "access": 35, "rail": 50}
DETOUR = 1.3


def test_speeds_are_those_published(region):
    speeds = networks.speeds(region)["speed_kmh"]
    assert speeds[list(PUBLISHED_KMH)].to_dict() == PUBLISHED_KMH
    assert networks.access_rule(region).detour_factor == DETOUR
    assert networks.access_rule(region).speed_kmh == PUBLISHED_KMH["access"]


@pytest.mark.parametrize("road_class", ["motorway", "trunk", "primary"])
@pytest.mark.parametrize("leg_km", [0.4, 1.0])
def test_time_by_road_is_the_road_and_both_legs_with_their_detour(region, road_class, leg_km):
    """Two places in a row with a road of 40 km, beyond its ends."""
    line = shapely.LineString([(0, 0), (40_000, 0)])
    roads = gpd.GeoDataFrame({"edge_class": [road_class]}, geometry=[line], crs=CRS)
    speeds = networks.speeds(region)["speed_kmh"].to_dict()
    leg_m = leg_km * 1_000
    ends = [shapely.Point(-leg_m, 0), shapely.Point(40_000 + leg_m, 0)]
    places = gpd.GeoDataFrame(index=["west", "east"], geometry=ends, crs=CRS)
    attached = access.attach(graph.build(roads, speeds_kmh=speeds), places, networks.access_rule(region))
    minutes = routing.times(attached, origins=["west"], destinations=["east"]).loc["west", "east"]
    on_road = 40 / PUBLISHED_KMH[road_class] * 60
    legs = 2 * leg_km * DETOUR / PUBLISHED_KMH["access"] * 60
    assert minutes == pytest.approx(on_road + legs, rel=1e-9)


def test_time_by_rail_is_that_of_its_length_and_the_wait_at_the_border(region):
    """Stations on one side 25 and 5 km apart, a crossing 10 km on, a station of the other side 15 km on."""
    at_km = {"100001": 0, "100002": 25, "100003": 30, "T1": 40, "200001": 55}
    points = {name: shapely.Point(km * 1_000, 0) for name, km in at_km.items()}
    pairs = [("100001", "100002"), ("100002", "100003"), ("100003", "T1"), ("200001", "T1")]
    railways = gpd.GeoDataFrame(
        {
            "link_id": [f"link-{number}" for number in range(4)],
            "station_a": [first for first, _ in pairs],
            "station_b": [second for _, second in pairs],
            "country": ["RU", "RU", "RU", "BY"],
            "straight_km": [float(abs(at_km[first] - at_km[second])) for first, second in pairs],
        },
        geometry=[shapely.LineString([points[first], points[second]]) for first, second in pairs],
        crs=CRS,
    )
    names = ["100001", "100002", "100003", "200001"]
    stations = gpd.GeoDataFrame(
        {"station_id": names, "country": ["RU", "RU", "RU", "BY"]},
        geometry=[points[name] for name in names],
        crs=CRS,
    )
    crossing = gpd.GeoDataFrame(
        {"crossing_id": ["T1"], "mode": ["rail"], "state": ["open"], "delay_min": [10]},
        geometry=[points["T1"]],
        crs=CRS,
    )
    layers = {
        "railways": railways,
        "stations": stations,
        "crossings": crossing,
        "crossing_states": pd.DataFrame({"state": ["open"], "is_passable": [True]}),
    }
    times = routing.times(networks.by_rail(region, layers), origins=["100001"], destinations=names[1:])
    # 50 km/h: 1.2 minutes for a kilometre.
    assert times.loc["100001", "100002"] == pytest.approx(30)
    assert times.loc["100001", "100003"] == pytest.approx(36)
    assert times.loc["100001", "200001"] == pytest.approx(48 + 10 + 18)
