"""Where the siting looks, on tiny ground: cells at their centres, rings, links that are known."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import rasterio.transform
import regions
import shapely

from geo.raster import grid
from layers.analysis import network, surfaces
from layers.candidates import crossings as candidates_crossings
from layers.candidates import surfaces as candidates_surfaces
from layers.siting import criteria, zone_check, zones

CRS = regions.RUSSIA_BELARUS.crs
# 21 × 21 cells of a kilometre; the middle of the middle cell is SPOT.
ON = grid.Grid(500_000, 521_000, 1_000, 21, 21, pyproj.CRS(CRS))
SPOT = shapely.Point(510_500, 510_500)
# Points of a square lattice within 0 to 5 steps of one of them: Gauss's circle problem, OEIS A000328.
GAUSS = (1, 5, 13, 29, 49, 81)


def test_points_lie_in_the_cells_where_rasterio_finds_them():
    offsets = np.array([-499.0, 0, 499])
    x = np.repeat(510_500 + offsets, 3)
    y = np.tile(510_500 + offsets, 3)
    points = gpd.GeoSeries(shapely.points([*x, 500_001, 520_999], [*y, 500_001, 520_999]), crs=CRS)
    rows, columns = rasterio.transform.rowcol(ON.transform, points.x, points.y)
    assert surfaces.cell_of(ON, points).tolist() == np.column_stack([rows, columns]).tolist()
    assert surfaces.cell_of(ON, points)[4].tolist() == [10, 10]


def test_centres_are_those_of_rasterio():
    rows, columns = np.divmod(np.arange(21 * 21), 21)
    x, y = rasterio.transform.xy(ON.transform, rows, columns)
    own_x, own_y = grid.centres(ON)
    assert own_x.tolist() == pytest.approx(list(x))
    assert own_y.tolist() == pytest.approx(list(y))


@pytest.mark.parametrize(("east", "north"), [(1, 0), (-1, 0), (0, 1), (0, -1)])
@pytest.mark.parametrize(("beyond_m", "best"), [(-1, 0.8), (1, 0.0)])
def test_the_best_cell_is_found_up_to_the_reach_of_its_centre(region, east, north, beyond_m, best):
    values = np.full(ON.shape, np.nan)
    values[10, 10] = 0.8
    away_m = region.candidates.suitable_within_km * 1_000 + beyond_m
    there = shapely.Point(SPOT.x + east * away_m, SPOT.y + north * away_m)
    assert candidates_surfaces._best_around(region, (ON, values), there) == best


def _zones(region, monkeypatch, *, ring_km=None, site=False):
    """Base layers with one zone, known by a ring around a settlement or as a site in it."""
    spots = gpd.GeoSeries([SPOT], crs=CRS).to_crs("EPSG:4326")
    state = region.intensity.realised_states[0]
    named = zones.profiles(region)
    kind = named.index[named["is_site"]][0]
    rings = pd.DataFrame(
        {"settlement_id": [], "from_km": [], "to_km": []}, index=pd.Index([], name="zone_id")
    )
    if ring_km:
        low, high = ring_km
        rings = pd.DataFrame(
            {"settlement_id": ["s"], "from_km": [low], "to_km": [high]}, index=pd.Index(["z"], name="zone_id")
        )
    monkeypatch.setattr(zones, "rings", lambda _region: rings)
    places = {"place_id": ["p"], "accuracy": ["point"], "lon": spots.x, "lat": spots.y}
    return {
        "zones": pd.DataFrame(
            {"zone_id": ["z"], "type": [kind], "state": [state], "places": "p" if site else ""}
        ),
        "settlements": gpd.GeoDataFrame({"settlement_id": ["s"]}, geometry=spots),
        "places": pd.DataFrame(places),
    }


@pytest.mark.parametrize(("low", "high"), [(0, 2), (2, 4), (1, 5), (3, 3)])
def test_a_ring_holds_the_cells_from_its_inner_to_its_outer_distance(region, monkeypatch, low, high):
    found = zone_check._around(region, ON, _zones(region, monkeypatch, ring_km=(low - 0.01, high + 0.01)))
    inside = {0: 0, 1: 1, 2: 9, 3: 25}[low]  # lattice points nearer than the inner distance
    assert len(found["z"]) == GAUSS[high] - inside


def test_a_site_may_lie_in_the_cells_around_its_settlement(region, monkeypatch):
    found = zone_check._around(region, ON, _zones(region, monkeypatch, site=True))
    x_m, y_m = (values[found["z"]] for values in grid.centres(ON))
    assert region.siting.zone_km == 5
    # The four cells at exactly 5 km on the axes, and the eight at 3 and 4, may go either way by a rounding.
    assert GAUSS[5] - 12 <= len(found["z"]) <= GAUSS[5]
    assert np.hypot(x_m - SPOT.x, y_m - SPOT.y).max() <= 5_000.001


def _links(*accuracies, away_km=1.0):
    spots = gpd.GeoSeries([shapely.Point(SPOT.x + away_km * 1_000, SPOT.y)] * len(accuracies), crs=CRS)
    return gpd.GeoDataFrame({"accuracy": accuracies}, geometry=spots).to_crs("EPSG:4326")


def test_links_known_to_the_district_or_better_count_and_vaguer_ones_do_not(region):
    points = gpd.GeoSeries([SPOT], crs=CRS)
    for accuracy, count in (("point", 1), ("settlement", 1), ("district", 1), ("oblast", 0), ("border", 0)):
        found = criteria._links(region, points, _links(accuracy, "point"))
        assert found.tolist() == [1 + count], accuracy


def test_links_count_up_to_their_reach(region):
    points = gpd.GeoSeries([SPOT], crs=CRS)
    reach_km = region.siting.links_km
    for away_km, count in ((reach_km - 0.01, 1), (reach_km + 0.01, 0)):
        links = _links("point", away_km=away_km)
        assert criteria._links(region, points, links).tolist() == [count]


def test_the_approach_to_a_crossing_is_that_of_its_worse_side(region, monkeypatch):
    classes = {
        "motorway": ("road", 100.0),
        "trunk": ("road", 80.0),
        "access": ("road", 20.0),
        "main": ("rail", 60.0),
    }
    table = pd.DataFrame.from_dict(classes, orient="index", columns=["mode", "speed_kmh"])
    monkeypatch.setattr(network, "speeds", lambda _region: table)
    sides = [
        ("motorway", "trunk", "road", 0.8),
        ("trunk", "motorway", "road", 0.8),
        ("motorway", "motorway", "road", 1.0),
        ("motorway", "minor", "road", 0.2),
        ("disused", "main", "rail", 0.0),
        ("main", "main", "rail", 1.0),
    ]
    crossings = gpd.GeoDataFrame(sides, columns=["osm_class_a", "osm_class_b", "mode", "expected"])
    found = candidates_crossings._approach(region, crossings)
    assert found.tolist() == pytest.approx(crossings["expected"].tolist())
