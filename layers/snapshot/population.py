"""Independent population sums by district, from coarse world grids, to compare our surface with."""

from __future__ import annotations

import itertools
import pathlib

import exactextract
import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import rasterio

from layers.base import boundaries
from layers.io import store
from layers.region import Region
from layers.snapshot import raw

FILE = "population_checks.csv"
_COUNTED, _DENSITY = "persons", "persons_per_km2"


def snapshot(region: Region, sources: pathlib.Path, target: pathlib.Path) -> None:
    """Write the sums by district of the snapshot in ``target``."""
    fresh = region.at(region.folder, snapshot=target)
    store.write_table(compute(region, sources, boundaries.districts(fresh)), target / FILE)


def compute(region: Region, sources: pathlib.Path, districts: gpd.GeoDataFrame) -> pd.DataFrame:
    """Persons in each district: ``unit_id``, and a column ``<key>_<year>_persons`` for each grid.

    A raw file is such a grid if ``raw_columns.csv`` says which of its bands has persons, or persons per km²,
    and of which year. Cells count by the fraction that a district covers; densities are multiplied by the
    area of the cells on the ellipsoid first.
    """
    grids = {
        **{key: _read(region, sources, key, _COUNTED) for key in raw.giving(region, _COUNTED)},
        **{key: _counted(*_read(region, sources, key, _DENSITY)) for key in raw.giving(region, _DENSITY)},
    }
    sums = {
        f"{key}_{raw.constant(region, key, 'year')}_persons": _sums(districts, *grid)
        for key, grid in grids.items()
    }
    return pd.DataFrame({"unit_id": districts["unit_id"].to_numpy(), **sums})


def _read(
    region: Region, sources: pathlib.Path, key: str, column: str
) -> tuple[npt.NDArray[np.float64], tuple[float, float, float, float]]:
    """Values, 0 where there are none, and west, south, east, north in degrees."""
    with rasterio.open(raw.path(region, sources, key)) as source:
        band = int(raw.called(region, key, column))
        return source.read(band, masked=True).astype(float).filled(0), tuple(source.bounds)


def _counted(
    density: npt.NDArray[np.float64], bounds: tuple[float, float, float, float]
) -> tuple[npt.NDArray[np.float64], tuple[float, float, float, float]]:
    """Turn persons per km² into persons, row by row."""
    west, south, east, north = bounds
    edges = np.linspace(north, south, len(density) + 1)
    width = (east - west) / density.shape[1]
    geod = pyproj.Geod(ellps="WGS84")
    area_km2 = [
        abs(geod.polygon_area_perimeter([0, width, width, 0], [top, top, bottom, bottom])[0]) / 1e6
        for top, bottom in itertools.pairwise(edges)
    ]
    return density * np.array(area_km2)[:, None], bounds


def _sums(
    districts: gpd.GeoDataFrame,
    values: npt.NDArray[np.float64],
    bounds: tuple[float, float, float, float],
) -> npt.NDArray[np.int64]:
    west, south, east, north = bounds
    source = exactextract.raster.NumPyRasterSource(values, xmin=west, ymin=south, xmax=east, ymax=north)
    found = exactextract.exact_extract(source, districts[["geometry"]], ["sum"], output="pandas")
    return np.asarray(found["sum"].round(), dtype=np.int64)
