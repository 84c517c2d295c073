"""Places at the edge and networks that changed: what a review of the graph found."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.network import access, border, cells, graph, routes, routing, scenario
from geo.raster import grid
from geo.reach import catchment

CRS = "EPSG:32636"
RULE = access.Rule(speed_kmh=30, detour_factor=1, max_km=20)
SIDES = gpd.GeoSeries(
    {"w": shapely.box(0, 0, 10_000, 10_000), "e": shapely.box(10_000, 0, 20_000, 10_000)}, crs=CRS
)


def attached(*, cell_m=1_000, **points):
    road = shapely.LineString([(500, 5_000), (19_500, 5_000)])
    roads = gpd.GeoDataFrame({"edge_class": ["main"]}, geometry=[road], crs=CRS)
    post = gpd.GeoDataFrame(
        {"state": ["open"], "delay_min": [5.0]}, geometry=[shapely.Point(10_000, 5_000)], index=["X"], crs=CRS
    )
    base, _ = border.divide(graph.build(roads, speeds_kmh={"main": 60}), SIDES, post, tolerance_m=10)
    places = gpd.GeoDataFrame(
        {"side": ["w" if x < 10_000 else "e" for x, _ in points.values()]},
        geometry=[shapely.Point(point) for point in points.values()],
        index=list(points),
        crs=CRS,
    )
    on = cells.attach(base, grid.covering(SIDES, cell_m=cell_m), SIDES, RULE)
    return access.attach(base, places, RULE, on=on)


def test_a_place_a_little_outside_its_side_starts_at_the_nearest_point_of_it():
    """100 m off the outer edge: those, then 4.5 km of road less what lies before its start."""
    found = attached(out=(-100, 5_000), inner=(5_000, 5_000))
    minutes = routing.times(found, origins=["out"], destinations=["inner"]).loc["out", "inner"]
    assert minutes == pytest.approx((0.1 + 0.5) * 2 + 4.5)


def test_a_changed_network_keeps_its_change_on_another_ground():
    whole = attached(a=(2_000, 5_000))
    shut = access.under(whole, scenario.Scenario(states={"X": "closed"}, speeds_kmh={"main": 30}))
    other = cells.attach(shut.base, grid.covering(SIDES, cell_m=500), SIDES, RULE)
    for on in (shut.cells, other):
        assert set(catchment.isochrones(shut, on, ["a"], minutes=[600])["side"]) == {"w"}
    moved = access.over(shut, other)
    assert routing.times(moved, origins=["a"], destinations=["X"]).loc["a", "X"] == pytest.approx(16)


def test_legs_follow_the_speed_of_the_ground():
    found = attached(a=(2_000, 7_000))
    slow = access.under(found, scenario.Scenario(speeds_kmh={"access": 15}))
    assert slow.terminals.loc["a", "leg_min"] == pytest.approx(2 * found.terminals.loc["a", "leg_min"])
    assert slow.terminals.loc["a", "leg_km"] == found.terminals.loc["a", "leg_km"]


@pytest.mark.parametrize("places", [[], ["a"]])
def test_there_are_no_ways_between_fewer_than_two_places(places):
    found = routes.between(attached(a=(2_000, 5_000)), places)
    assert found.empty
    assert list(found.columns) == ["from_id", "to_id", "length_km", "travel_min", "crossing_ids"]


def test_no_places_have_no_isochrones_and_join_with_texts():
    found = attached(a=(2_000, 5_000))
    none = catchment.isochrones(found, found.cells, [], minutes=[10])
    assert none.empty
    assert none.merge(pd.DataFrame({"place_id": ["a"], "name": ["A"]}), on="place_id").empty


def test_what_was_reached_is_kept_in_the_order_of_the_places():
    points = {f"p{k}": (500.0 + 300 * k, 4_000.0 + 90 * k) for k in range(30)}
    found = attached(**points)
    list(routing.trees(found, list(points)))
    assert list(found.reached) == list(points)
    assert np.isfinite(np.array(list(found.reached.values()))).all()
