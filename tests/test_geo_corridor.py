"""Corridors against ellipses and stadiums, whose areas are known."""

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from geo import corridor, errors, grid

CRS = pyproj.CRS("EPSG:32636")
GRID = grid.Grid(-60_000, 40_000, 250, 320, 480, CRS)
HALF_KM = 40


def costs(x_km):
    x, y = (values.reshape(GRID.shape) for values in grid.centres(GRID))
    return np.hypot(x - x_km * 1_000, y) / 1_000


def excess():
    """Cost is distance, so that corridors are ellipses with the ends as foci."""
    return corridor.excess_pct(costs(-HALF_KM), costs(HALF_KM))


def ellipse_km2(over_pct):
    long = HALF_KM * (1 + over_pct / 100)
    return np.pi * long * np.sqrt(long**2 - HALF_KM**2)


def test_bands_of_an_even_plane_are_ellipses():
    found = corridor.bands(GRID, excess(), length_km=2 * HALF_KM, persons=np.full(GRID.shape, 3))
    expected = np.array([ellipse_km2(over) for over in (5, 10, 20)])
    assert found["over_pct"].tolist() == [5, 10, 20]
    np.testing.assert_allclose(found["area_km2"], expected, rtol=0.01)
    np.testing.assert_allclose(found["width_km"], expected / 80, rtol=0.01)
    np.testing.assert_allclose(found["population"], expected * 3 * 16, rtol=0.01)
    np.testing.assert_allclose(found.area / 1e6, found["area_km2"])


@pytest.mark.parametrize("smooth_m", [0, 500])
def test_corridors_nest(smooth_m):
    found = corridor.bands(GRID, excess(), length_km=80, smooth_m=smooth_m).geometry
    assert found.is_valid.all()
    assert found[1].covers(found[0])
    assert found[2].covers(found[1])
    np.testing.assert_allclose(found.area / 1e6, [ellipse_km2(over) for over in (5, 10, 20)], rtol=0.02)


def test_excess_is_0_on_the_best_way_and_infinite_off_every_way():
    a = np.array([[0.0, 1, 2], [1, np.inf, np.nan]])
    b = np.array([[2.0, 1, 0], [3, np.inf, 1]])
    assert corridor.excess_pct(a, b).tolist() == [[0, 0, 0], [100, np.inf, np.inf]]


def test_without_a_way_the_corridor_is_empty():
    nowhere = corridor.excess_pct(np.full(GRID.shape, np.inf), costs(0))
    found = corridor.bands(GRID, nowhere, length_km=1, persons=np.ones(GRID.shape, dtype=int))
    assert found[["area_km2", "population", "width_km"]].to_numpy().tolist() == [[0, 0, 0]] * 3
    assert found.is_empty.all()


def test_wrong_requests_are_refused():
    with pytest.raises(errors.InputError, match="negative"):
        corridor.excess_pct(np.array([-1.0]), np.array([1.0]))
    with pytest.raises(errors.InputError, match="shapes"):
        corridor.excess_pct(np.ones(2), np.ones(3))
    with pytest.raises(errors.InputError, match="corridor limits"):
        corridor.bands(GRID, excess(), length_km=80, over_pct=(10, 5))
    with pytest.raises(errors.InputError, match="length of the path"):
        corridor.bands(GRID, excess(), length_km=0)
    with pytest.raises(errors.InputError, match="array persons has shape"):
        corridor.bands(GRID, excess(), length_km=80, persons=np.ones((2, 2), dtype=int))


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
