"""How a surface is stored: a cloud-optimised GeoTIFF in the working CRS, the same bytes every time."""

from __future__ import annotations

import collections.abc
import pathlib

import numpy as np
import numpy.typing as npt
import pyproj
import rasterio

from geo import errors, grid


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
        Array on the grid. Floats are stored as float32, NaN and infinity as no value; integers as int32
        without a no-value.
    unit
        Unit of measure of the band.
    about
        What the band is, by the name of the tag.

    Raises
    ------
    InputError
        If the array does not lie on the grid.
    """
    grid.require_shape(on, values=values)
    whole = np.issubdtype(values.dtype, np.integer)
    band = (
        values.astype(np.int32) if whole else np.where(np.isfinite(values), values, np.nan).astype(np.float32)
    )
    profile = {
        "driver": "COG",
        "width": on.columns,
        "height": on.rows,
        "count": 1,
        "dtype": band.dtype.name,
        "crs": on.crs.to_wkt(),
        "transform": on.transform,
        "nodata": None if whole else np.nan,
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
        If the file is missing or is not a raster of square cells.
    """
    try:
        with rasterio.open(path) as source:
            values = source.read(1, masked=True).astype(float).filled(np.nan)
            transform, crs = source.transform, source.crs
    except rasterio.errors.RasterioIOError as error:
        raise errors.InputError(f"{path.name}: cannot be read as a raster: {error}") from error
    if transform.a != -transform.e or transform.b or transform.d:
        raise errors.InputError(f"{path.name}: cells are {transform.a} × {-transform.e}; expected squares")
    rows, columns = values.shape
    return grid.Grid(transform.c, transform.f, transform.a, rows, columns, pyproj.CRS(crs)), values
