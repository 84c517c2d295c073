"""Suitability of the ground around the candidates: the best that each surface has near their towns."""

from __future__ import annotations

import collections.abc
import pathlib

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.raster import grid
from layers.io import rasters
from layers.region import Region

Surface = tuple[grid.Grid, npt.NDArray[np.float64]]
Surfaces = collections.abc.Mapping[str, Surface]

_PREFIX = "suitability_"
_DECIMALS = 4


def read(folder: pathlib.Path) -> Surfaces:
    """Read the suitability surfaces of all profiles, 0..1 on a grid in the working CRS.

    Raises
    ------
    InputError
        If a file cannot be read.
    """
    return {path.stem: rasters.read(path) for path in sorted(folder.glob(f"{_PREFIX}*.tif"))}


def figures(
    region: Region, places: gpd.GeoDataFrame, settlements: gpd.GeoDataFrame, surfaces: Surfaces
) -> pd.DataFrame:
    """Best value of each surface near the towns of each place, of two the lesser; 0 without an eligible cell.

    Parameters
    ----------
    places
        As :func:`layers.candidates.figures.layer` gives them; those without ``towns`` have no figures.
    settlements
        Layer of settlements.
    surfaces
        As :func:`read` gives them.

    Returns
    -------
    pandas.DataFrame
        ``programme_id``, ``place_id``, ``indicator`` (the name of the surface), ``value``; ``period`` and
        ``source_ids`` are missing.
    """
    keys = ["programme_id", "place_id"]
    towns = places.set_index(keys)["towns"].str.split().explode().dropna()
    points = settlements.to_crs(region.crs).set_index("settlement_id").geometry
    used = points.loc[sorted(set(towns))]
    best = {
        name: [_best_around(region, surface, point) for point in used] for name, surface in surfaces.items()
    }
    around = pd.DataFrame(best, index=used.index).reindex(towns).set_axis(towns.index)
    weaker = around.groupby(level=keys).min().round(_DECIMALS).reset_index()
    return weaker.melt(keys, var_name="indicator", value_name="value").assign(period=None, source_ids=None)


def _best_around(region: Region, surface: Surface, point: shapely.Point) -> float:
    on, values = surface
    reach_m = region.candidates.suitable_within_km * 1_000
    span = int(np.ceil(reach_m / on.cell_m))
    row, column = int((on.north_m - point.y) // on.cell_m), int((point.x - on.west_m) // on.cell_m)
    rows = np.arange(max(row - span, 0), min(row + span + 1, on.rows))
    columns = np.arange(max(column - span, 0), min(column + span + 1, on.columns))
    across_m = on.west_m + (columns + 0.5) * on.cell_m - point.x
    down_m = on.north_m - (rows + 0.5) * on.cell_m - point.y
    found = values[np.ix_(rows, columns)][np.hypot(across_m[None, :], down_m[:, None]) <= reach_m]
    return float(np.nanmax(found, initial=0.0))
