"""Corridors against ellipses and stadiums, whose areas are known."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely

from geo import errors
from geo.network import cells, lattice
from geo.raster import grid
from geo.reach import corridor

CRS = pyproj.CRS("EPSG:32636")
GRID = grid.Grid(-60_000, 40_000, 250, 320, 480, CRS)
COUNT = GRID.rows * GRID.columns
HALF_KM = 40


def laid(**sides):
    """Cells of the grid, each on the side in which its centre is; nothing leads from one to another."""
    outlines = gpd.GeoSeries(sides or {"": shapely.box(*GRID.bounds)}, crs=CRS)
    x, y = grid.centres(GRID)
    owner = np.full(COUNT, -1)
    for number, outline in enumerate(outlines):
        owner[shapely.contains_xy(outline, x, y)] = number
    frame = pd.DataFrame({"cell": np.arange(COUNT), "side": outlines.index.to_numpy()[owner], "part": 0})
    none = np.empty(0, dtype=np.int32)
    shut = lattice.Lattice(GRID.columns, GRID.cell_m / 1_000, none, none, none.astype(np.uint16))
    return cells.Cells(GRID, outlines, frame.assign(x_m=x, y_m=y), shut, pd.DataFrame(), pd.DataFrame())


ON = laid()


def costs(x_km):
    x, y = grid.centres(GRID)
    return np.hypot(x - x_km * 1_000, y) / 1_000


def excess():
    """Cost is distance, so that corridors are ellipses with the ends as foci."""
    return corridor.excess_pct(costs(-HALF_KM) + costs(HALF_KM), 2 * HALF_KM)


def ellipse_km2(over_pct):
    long = HALF_KM * (1 + over_pct / 100)
    return np.pi * long * np.sqrt(long**2 - HALF_KM**2)


def test_bands_of_an_even_plane_are_ellipses():
    found = corridor.bands(ON, excess(), length_km=2 * HALF_KM, persons=np.full(COUNT, 3))
    expected = np.array([ellipse_km2(over) for over in (5, 10, 20)])
    assert found["over_pct"].tolist() == [5, 10, 20]
    np.testing.assert_allclose(found["area_km2"], expected, rtol=0.01)
    np.testing.assert_allclose(found["width_km"], expected / 80, rtol=0.01)
    np.testing.assert_allclose(found["population"], expected * 3 * 16, rtol=0.01)
    np.testing.assert_allclose(found.area / 1e6, found["area_km2"])


@pytest.mark.parametrize("smooth_m", [0, 500])
def test_corridors_nest(smooth_m):
    found = corridor.bands(ON, excess(), length_km=80, smooth_m=smooth_m).geometry
    assert found.is_valid.all()
    assert found[1].covers(found[0])
    assert found[2].covers(found[1])
    np.testing.assert_allclose(found.area / 1e6, [ellipse_km2(over) for over in (5, 10, 20)], rtol=0.02)


def test_corridors_of_two_sides_are_those_of_the_plane():
    """A border changes nothing where the cost is the same on both sides of it."""
    bounds = GRID.bounds
    on = laid(
        w=shapely.box(bounds[0], bounds[1], 10_000, bounds[3]),
        e=shapely.box(10_000, bounds[1], bounds[2], bounds[3]),
    )
    people = np.arange(COUNT, dtype=float)
    one, two = (corridor.bands(each, excess(), length_km=80, persons=people) for each in (ON, on))
    pd.testing.assert_frame_equal(one.drop(columns="geometry"), two.drop(columns="geometry"))
    np.testing.assert_allclose(one.symmetric_difference(two).area, 0, atol=1)


def test_a_side_reached_at_a_later_limit_only_is_in_later_corridors_only():
    over = np.where(grid.centres(GRID)[0] < 10_000, 2.0, 15.0)
    bounds = GRID.bounds
    on = laid(
        w=shapely.box(bounds[0], bounds[1], 10_000, bounds[3]),
        e=shapely.box(10_000, bounds[1], bounds[2], bounds[3]),
    )
    found = corridor.bands(on, over, length_km=100, persons=np.ones(COUNT))
    assert found["area_km2"].tolist() == pytest.approx([70 * 80, 70 * 80, 120 * 80])
    assert found["population"].tolist() == [70 * 80 * 16, 70 * 80 * 16, COUNT]
    assert found["width_km"].tolist() == pytest.approx([56, 56, 96])


def test_excess_is_0_on_the_best_way_and_infinite_off_every_way():
    through = np.array([2.0, 2, 2, 4, np.inf, np.nan])
    assert corridor.excess_pct(through, 2.0).tolist() == [0, 0, 0, 100, np.inf, np.inf]
    # Rounding makes no way better than the best.
    assert corridor.excess_pct(np.array([2.0 - 1e-12]), 2.0).tolist() == [0]
    assert np.isinf(corridor.excess_pct(through, np.inf)).all()
    assert corridor.excess_pct(np.array([0.0, 1.0]), 0.0).tolist() == [0, np.inf]
    masked = np.ma.masked_array([2.0, 3.0], mask=[False, True])
    assert corridor.excess_pct(masked, 2.0).tolist() == [0, np.inf]


def test_people_who_are_not_given_are_not_counted():
    assert corridor.bands(ON, excess(), length_km=80)["population"].isna().all()
    people = np.where(np.arange(COUNT) % 2, np.nan, 1.0)
    found = corridor.bands(ON, np.zeros(COUNT), length_km=80, over_pct=(5,), persons=people)
    assert found["population"].tolist() == [COUNT / 2]


def test_nobody_lives_in_a_corridor_that_begins_at_a_later_limit():
    over = np.full(COUNT, 15.0)
    found = corridor.bands(ON, over, length_km=100, persons=np.ones(COUNT))
    assert found["population"].tolist() == [0, 0, COUNT]
    assert found["area_km2"].tolist() == pytest.approx([0, 0, 120 * 80])


def test_without_a_way_the_corridor_is_empty():
    nowhere = corridor.excess_pct(np.full(COUNT, np.inf), np.inf)
    found = corridor.bands(ON, nowhere, length_km=1, persons=np.ones(COUNT, dtype=int))
    assert found["area_km2"].tolist() == found["width_km"].tolist() == [0, 0, 0]
    assert found["population"].tolist() == [0, 0, 0]
    assert found.is_empty.all()


def test_wrong_requests_are_refused():
    with pytest.raises(errors.InputError, match="negative"):
        corridor.excess_pct(np.array([-1.0]), 1.0)
    with pytest.raises(errors.InputError, match="negative"):
        corridor.excess_pct(np.array([1.0]), -1.0)
    with pytest.raises(errors.InputError, match="array excess has length 2"):
        corridor.bands(ON, np.ones(2), length_km=80)
    with pytest.raises(errors.InputError, match=r"an excess is -1\.0"):
        corridor.bands(ON, np.full(COUNT, -1.0), length_km=80)
    with pytest.raises(errors.InputError, match="corridor limits"):
        corridor.bands(ON, excess(), length_km=80, over_pct=(10, 5))
    with pytest.raises(errors.InputError, match="length of the way"):
        corridor.bands(ON, excess(), length_km=0)
    with pytest.raises(errors.InputError, match="array persons has length 4"):
        corridor.bands(ON, excess(), length_km=80, persons=np.ones(4, dtype=int))


def test_a_strip_along_a_straight_route_is_a_stadium():
    routes = gpd.GeoSeries(
        [shapely.LineString([(-20_000, 0), (20_000, 0)]), shapely.LineString()], index=["r", "none"], crs=CRS
    )
    towns = gpd.GeoDataFrame(geometry=gpd.points_from_xy([0, 0, 24_000], [4_999, 7_000, 0]), crs=CRS)
    found = corridor.strips(routes, towns, on=GRID, persons=np.full(GRID.shape, 2.0), reach_km=(5, 10))
    for reach in (5, 10):
        people = 2 * 16 * (2 * reach * 40 + np.pi * reach**2)
        assert found.loc["r", f"population_{reach}km"] == pytest.approx(people, rel=0.005)
    assert found.loc["r", ["settlements_5km", "settlements_10km"]].tolist() == [2, 3]
    assert found.loc["none"].tolist() == [0, 0, 0, 0]


def test_a_strip_follows_every_bend_and_points_in_a_row_change_nothing():
    """A tooth 900 m high in a road, at 500 m: length by width, half discs at the ends, and four corners.

    At a corner a square is met twice within the bend, and a quarter of a disc comes beyond it.
    """
    tooth = [(-5_000, 0), (-1_000, 0), (-1_000, 900), (1_000, 900), (1_000, 0), (5_000, 0)]
    dense = shapely.segmentize(shapely.LineString(tooth), 50)
    routes = gpd.GeoSeries([shapely.LineString(tooth), dense], index=["bent", "dense"], crs=CRS)
    towns = gpd.GeoDataFrame(geometry=gpd.points_from_xy([0], [0]), crs=CRS)
    found = corridor.strips(routes, towns, on=GRID, persons=np.ones(GRID.shape), reach_km=(0.5,))
    held = found["population_0.5km"]
    length_km, square_km2 = 8 + 2 + 2 * 0.9, 0.5**2
    area_km2 = length_km * 2 * 0.5 + np.pi * square_km2 + 4 * (np.pi / 4 - 1) * square_km2
    assert held["bent"] == pytest.approx(16 * area_km2, rel=0.005)
    assert held["dense"] == pytest.approx(held["bent"], rel=1e-3)
