"""How a surface is stored: a cloud-optimised GeoTIFF in the working CRS, the same bytes every time."""

from __future__ import annotations

import collections.abc
import pathlib

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pyproj
import rasterio
import shapely

from geo import crs, errors
from geo.raster import arrays, grid

_NO_COUNT = np.iinfo(np.int32).min


def write(
    path: pathlib.Path,
    on: grid.Grid,
    values: npt.NDArray[np.number],
    *,
    unit: str,
    about: collections.abc.Mapping[str, str],
) -> None:
    """Write one band with overviews.

    Parameters
    ----------
    path
        File to write.
    on
        The grid.
    values
        Array on the grid. Floats are stored as float32, NaN and infinity as no value; integers as int32;
        masked cells as no value.
    unit
        Unit of measure of the band.
    about
        What the band is, by the name of the tag.

    Raises
    ------
    InputError
        If the array does not lie on the grid, is not of real numbers or has one that its type in the file
        cannot hold.
    """
    grid.require_shape(on, values=values)
    whole = np.issubdtype(values.dtype, np.integer)
    values = values if whole else arrays.floats(path.name, values)
    _require_room(path.name, values, np.iinfo(np.int32).max if whole else float(np.finfo(np.float32).max))
    band = _counts(values) if whole else np.where(np.isfinite(values), values, np.nan).astype(np.float32)
    profile = {
        "driver": "COG",
        "width": on.columns,
        "height": on.rows,
        "count": 1,
        "dtype": band.dtype.name,
        "crs": on.crs.to_wkt(),
        "transform": on.transform,
        "nodata": _NO_COUNT if whole else np.nan,
        "compress": "DEFLATE",
        "predictor": "STANDARD" if whole else "FLOATING_POINT",
        "overview_resampling": "AVERAGE",
        "blocksize": 256,
    }
    with rasterio.open(path, "w", **profile) as target:
        target.write(band, 1)
        target.units = (unit,)
        target.set_band_description(1, path.stem)
        target.update_tags(**dict(about))


def read(path: pathlib.Path) -> tuple[grid.Grid, npt.NDArray[np.float64]]:
    """Read one band and its grid; no value is NaN.

    Raises
    ------
    InputError
        If the file is missing, has more than one band, is not a raster of square cells or its CRS is not
        one for measuring in metres.
    """
    try:
        with rasterio.open(path) as source:
            values = source.read(1, masked=True).astype(float).filled(np.nan)
            transform, code, bands = source.transform, source.crs, source.count
    except rasterio.errors.RasterioIOError as error:
        raise errors.InputError(f"{path.name}: cannot be read as a raster: {error}") from error
    if bands != 1:
        raise errors.InputError(f"{path.name}: {bands} bands; expected one")
    if not code:
        raise errors.CrsError(f"{path.name}: no CRS; expected a projected one in metres")
    if transform.a != -transform.e or transform.b or transform.d:
        raise errors.InputError(f"{path.name}: cells are {transform.a} × {-transform.e}; expected squares")
    rows, columns = values.shape
    on = grid.Grid(transform.c, transform.f, transform.a, rows, columns, pyproj.CRS(code))
    try:
        crs.require_metric_crs(gpd.GeoSeries([shapely.box(*on.bounds)], crs=on.crs))
    except errors.CrsError as error:
        raise errors.CrsError(f"{path.name}: {line}" for line in error.findings) from error
    return on, values


def _require_room(name: str, values: npt.NDArray[np.number], most: float) -> None:
    """Refuse finite numbers beyond what the file holds on either side of 0."""
    there = np.ma.compressed(values)
    beyond = np.abs(there[np.isfinite(there)].astype(float)).max(initial=0)
    if beyond > most:
        raise errors.InputError(f"{name}: a cell has ±{beyond:g}; expected no more than ±{most:g}")


def _counts(values: npt.NDArray[np.number]) -> npt.NDArray[np.int32]:
    return np.ma.filled(values.astype(np.int32), _NO_COUNT)
