"""Rasters as overlays: classed, warped to the rows of a web map, and written as a small PNG."""

from __future__ import annotations

import collections.abc
import functools
import typing

import affine
import numpy as np
import numpy.typing as npt
import pyproj
import rasterio.io

from geo.raster import arrays, grid

Surface = tuple[grid.Grid, npt.NDArray[typing.Any]]
Surfaces = collections.abc.Mapping[str, Surface]

_WEB = "EPSG:3857"
_MAX_WIDTH = 1_400


def drawn(
    surface: Surface, breaks: collections.abc.Sequence[float], colours: collections.abc.Sequence[str]
) -> tuple[bytes, tuple[float, float, float, float]]:
    """PNG and extent of a surface for `maps.web.spec.Image`.

    Parameters
    ----------
    surface
        A grid and its values; NaN, masked cells and what lies above the last break is transparent.
    breaks, colours
        Inclusive upper bounds of the classes and their colours, ``#rrggbb`` or ``#rrggbbaa``.

    Returns
    -------
    tuple
        The PNG (classes in web-Mercator rows, nearest cell, at most 1,400 pixels wide) and its
        south, west, north and east in degrees.
    """
    on, values = surface[0], arrays.numbers("surface", surface[1])
    number = np.searchsorted(breaks, values) + 1
    classed = np.where(np.isnan(values) | (number > len(breaks)), 0, number).astype(np.uint8)
    cell, extent = _placed(on)
    warped = np.append(classed.ravel(), np.uint8(0))[cell]
    return _png(warped, colours), extent


@functools.lru_cache(maxsize=1)
def _placed(on: grid.Grid) -> tuple[npt.NDArray[np.int64], tuple[float, float, float, float]]:
    """Cell that each pixel shows (-1 off the grid), and south, west, north and east in degrees."""
    to_web = pyproj.Transformer.from_crs(on.crs, _WEB, always_xy=True)
    west, south, east, north = to_web.transform_bounds(*on.bounds)
    width = min(on.columns, _MAX_WIDTH)
    height = round(width * (north - south) / (east - west))
    x = west + (np.arange(width) + 0.5) * (east - west) / width
    y = north - (np.arange(height) + 0.5) * (north - south) / height
    cell = _cells(on, *to_web.transform(*np.meshgrid(x, y), direction="INVERSE"))
    to_degrees = pyproj.Transformer.from_crs(_WEB, "EPSG:4326", always_xy=True)
    (west, east), (south, north) = to_degrees.transform((west, east), (south, north))
    return cell, (south, west, north, east)


def _cells(
    on: grid.Grid, x_m: npt.NDArray[np.float64], y_m: npt.NDArray[np.float64]
) -> npt.NDArray[np.int64]:
    """Cell in which each point lies; -1 outside the grid."""
    column = np.floor((x_m - on.west_m) / on.cell_m).astype(np.int64)
    row = np.floor((on.north_m - y_m) / on.cell_m).astype(np.int64)
    inside = (row >= 0) & (row < on.rows) & (column >= 0) & (column < on.columns)
    return np.where(inside, row * on.columns + column, -1)


def _png(classed: npt.NDArray[np.uint8], colours: collections.abc.Sequence[str]) -> bytes:
    """Red, green, blue and opacity of each pixel; class 0 is clear."""
    palette = np.zeros((len(colours) + 1, 4), dtype=np.uint8)
    for number, colour in enumerate(colours, start=1):
        palette[number] = list(bytes.fromhex(f"{colour[1:]}ff"[:8]))
    height, width = classed.shape
    with rasterio.io.MemoryFile() as memory:
        placed = affine.Affine(1, 0, 0, 0, -1, height)
        with memory.open(
            driver="PNG", width=width, height=height, count=4, dtype="uint8", transform=placed
        ) as target:
            target.write(np.moveaxis(palette[classed], -1, 0))
        return bytes(memory.read())
