"""Rasters hold what they are given or say in a line what they cannot."""

import numpy as np
import pyproj
import pytest
import rasterio

from geo import errors
from geo.raster import grid
from layers.io import rasters

ON = grid.Grid(500_000, 6_000_000, 1_000, 3, 4, pyproj.CRS("EPSG:32636"))


def _write(path, values):
    rasters.write(path, ON, values, unit="min", about={"ABOUT": "test"})


def _foreign(path, bands=1, **options):
    """A raster of another program."""
    profile = {"driver": "GTiff", "height": 3, "width": 4, "count": bands, "dtype": "float32", "crs": ON.crs}
    with rasterio.open(path, "w", **{**profile, "transform": ON.transform, **options}) as target:
        target.write(np.ones((bands, 3, 4), np.float32))


def test_masked_endless_and_missing_cells_have_no_value(tmp_path):
    values = np.ma.array(np.arange(12.0).reshape(3, 4), mask=np.eye(3, 4))
    values[0, 3] = np.inf
    _write(tmp_path / "a.tif", values)
    with rasterio.open(tmp_path / "a.tif") as source:
        stored = source.read(1, masked=True)
    expected = np.ma.masked_invalid(values)
    assert (np.ma.getmaskarray(stored) == np.ma.getmaskarray(expected)).all()
    assert (stored == expected).all()


def test_cells_lie_where_other_programs_look_for_them(tmp_path):
    """The value of each cell is read at its centre, and half a cell beside it the next begins."""
    values = np.arange(12.0).reshape(3, 4)
    _write(tmp_path / "a.tif", values)
    x_m, y_m = 500_000 + np.arange(4) * 1_000, 6_000_000 - np.arange(3) * 1_000
    centres = [(x + 500, y - 500) for y in y_m for x in x_m]
    inside = [(x + 1, y - 1) for y in y_m for x in x_m]
    with rasterio.open(tmp_path / "a.tif") as source:
        for points in (centres, inside):
            assert [value for (value,) in source.sample(points)] == values.ravel().tolist()
    own_x, own_y = grid.centres(ON)
    assert list(zip(own_x, own_y, strict=True)) == centres


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.full((3, 4), 2**31), r"a.tif: a cell has ±2.14748e\+09; expected no more than"),
        (np.full((3, 4), 1e39), r"a.tif: a cell has ±1e\+39; expected no more than"),
        (np.full((3, 4), 1j), "a.tif is complex128"),
    ],
)
def test_numbers_too_great_for_the_file_are_refused(tmp_path, values, message):
    with pytest.raises(errors.InputError, match=message):
        _write(tmp_path / "a.tif", values)
    assert not (tmp_path / "a.tif").exists()


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"bands": 2}, "a.tif: 2 bands; expected one"),
        ({"crs": None}, "a.tif: no CRS; expected"),
        ({"crs": "EPSG:4326"}, "a.tif: CRS WGS 84 does not measure in metres"),
        ({"crs": "+proj=merc +datum=WGS84"}, "a.tif: CRS .* is for display only"),
        ({"crs": "EPSG:3857"}, "a.tif: CRS WGS 84 / Pseudo-Mercator is for display only"),
        ({"transform": rasterio.Affine(1, 0, 0, 0, -2, 0)}, "a.tif: cells are 1.0 × 2.0; expected squares"),
        ({"transform": rasterio.Affine(1, 0, 0, 0, 1, 0)}, "a.tif: cells are .*; expected squares"),
    ],
)
def test_other_rasters_are_refused_in_one_line(tmp_path, options, message):
    _foreign(tmp_path / "a.tif", **options)
    with pytest.raises(errors.InputError, match=message) as caught:
        rasters.read(tmp_path / "a.tif")
    assert len(caught.value.findings) == 1
