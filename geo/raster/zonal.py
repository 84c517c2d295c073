"""Zonal statistics with exact fractions of cells, by exactextract."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo import errors
from geo.raster import arrays, grid

STATISTICS = ("count", "sum", "mean", "min", "max")


def statistics(
    on: grid.Grid,
    values: npt.NDArray[np.number],
    zones: gpd.GeoSeries,
    *,
    names: tuple[str, ...] = ("sum",),
) -> pd.DataFrame:
    """Statistics of a raster in each zone; a cell counts by the fraction that the zone covers.

    Parameters
    ----------
    on
        The grid.
    values
        Array on the grid; NaN and masked cells are no value. An extensive value (persons in a cell) is
        asked for by ``sum``, an intensive one (minutes, density) by ``mean``.
    zones
        Polygons in the CRS of the grid.
    names
        Any of :data:`STATISTICS`; ``count`` is the number of cells, in fractions.

    Returns
    -------
    pandas.DataFrame
        Indexed like ``zones``, one column for each name. Where a zone holds no value, ``sum`` and
        ``count`` are 0 and the others are missing.

    Raises
    ------
    CrsError
        If the CRS differ.
    InputError
        If the array does not lie on the grid or a statistic is unknown.
    """
    grid.require_crs(on, zones)
    values = arrays.floats("values", values)
    grid.require_shape(on, values=values)
    unknown = [name for name in names if name not in STATISTICS]
    if unknown:
        raise errors.InputError(
            f"statistic {name!r} is unknown; expected one of: {', '.join(STATISTICS)}" for name in unknown
        )
    found = grid.extract(on, values, zones, list(names))
    by_order = found.set_index("order").reindex(range(len(zones)))
    table: pd.DataFrame = by_order[list(names)].astype(float).set_axis(zones.index)
    return table.fillna({name: 0.0 for name in ("count", "sum") if name in names})


def agreement(ours: pd.Series, others: pd.DataFrame) -> pd.DataFrame:
    """Compare totals by unit with those of other sources.

    Parameters
    ----------
    ours
        Totals by unit.
    others
        Totals of other sources, one column each, indexed by unit.

    Returns
    -------
    pandas.DataFrame
        Indexed like ``ours``: ``total``, and for each source its total and ``<source>_diff_pct``,
        its difference from ours in per cent of ours.
    """
    table = pd.DataFrame({"total": ours})
    for name in others.columns:
        table[name] = others[name].reindex(ours.index)
        table[f"{name}_diff_pct"] = (table[name] / ours.where(ours != 0) - 1) * 100
    return table
