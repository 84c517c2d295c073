"""Zonal statistics against the worked example of exactextract."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely

from geo import errors
from geo.raster import grid, zonal

CRS = pyproj.CRS("EPSG:32636")
GRID = grid.Grid(0, 3, 1, 3, 3, CRS)
VALUES = np.arange(1, 10, dtype=float).reshape(3, 3)


def zones(*shapes, index=None, crs=CRS):
    return gpd.GeoSeries(list(shapes), index=index, crs=crs)


def test_the_3_by_3_case_of_exactextract():
    """https://github.com/isciences/exactextract, README: square 0.5-2.5 on cells 1 … 9."""
    found = zonal.statistics(
        GRID, VALUES, zones(shapely.box(0.5, 0.5, 2.5, 2.5)), names=("count", "sum", "mean")
    )
    assert found.loc[0].to_dict() == {"count": 4, "sum": 20, "mean": 5}


def test_results_are_aligned_with_the_zones():
    found = zonal.statistics(
        GRID,
        VALUES,
        zones(shapely.box(0, 0, 1, 1), shapely.box(2, 2, 3, 3), index=["z", "a"]),
        names=("max",),
    )
    assert found["max"].to_dict() == {"z": 7, "a": 3}


def test_zones_that_part_the_grid_keep_its_total():
    parts = zones(shapely.box(0, 0, 1.3, 3), shapely.box(1.3, 0, 3, 3))
    assert zonal.statistics(GRID, VALUES, parts)["sum"].sum() == pytest.approx(45)


def test_nodata_and_zones_off_the_grid_hold_nothing():
    values = np.where(VALUES == 5, np.nan, VALUES)
    found = zonal.statistics(
        GRID, values, zones(shapely.box(1, 1, 2, 2), shapely.box(8, 8, 9, 9)), names=("sum", "count", "mean")
    )
    assert found[["sum", "count"]].to_numpy().tolist() == [[0, 0], [0, 0]]
    assert found["mean"].isna().all()


def test_no_zones_give_no_rows():
    assert zonal.statistics(GRID, VALUES, zones()).empty


def test_wrong_requests_are_refused():
    square = zones(shapely.box(0, 0, 1, 1))
    with pytest.raises(errors.InputError, match="'mode' is unknown"):
        zonal.statistics(GRID, VALUES, square, names=("sum", "mode"))
    with pytest.raises(errors.InputError, match=r"shape \(2, 3\); expected \(3, 3\)"):
        zonal.statistics(GRID, VALUES[:2], square)
    with pytest.raises(errors.CrsError, match="CRS of the grid"):
        zonal.statistics(GRID, VALUES, zones(shapely.box(0, 0, 1, 1), crs="EPSG:4326"))


def test_agreement_is_in_per_cent_of_our_total():
    ours = pd.Series({"u": 200.0, "v": 0.0})
    found = zonal.agreement(ours, pd.DataFrame({"other": {"u": 190.0, "v": 5.0}}))
    assert found.loc["u", "other_diff_pct"] == pytest.approx(-5)
    assert np.isnan(found.loc["v", "other_diff_pct"])
