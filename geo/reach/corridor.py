"""Corridors: bands of near-least cost between two ends, and strips along routes."""

from __future__ import annotations

import collections.abc

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo import crs, errors
from geo.network import cells
from geo.raster import arrays as raster
from geo.raster import grid, zonal

OVER_PCT = (5, 10, 20)
REACH_KM = (5, 10, 20)
_COLLINEAR_M = 1e-3

Floats = npt.NDArray[np.float64]


def excess_pct(through: Floats, least: float) -> Floats:
    """How much dearer than the least the way from A to B through each cell is, in per cent.

    Parameters
    ----------
    through
        Cost from A to each cell and on to B, infinite, NaN or masked where there is no way.
    least
        Least cost from A to B.

    Returns
    -------
    numpy.ndarray
        (through − least) / least × 100, 0 or more; infinite off every way, and everywhere if there is no
        way from A to B.

    Raises
    ------
    InputError
        If a cost is negative.
    """
    through = raster.floats("through", through)
    if (through < 0).any() or least < 0:
        raise errors.InputError("a cost is negative; expected 0 or more")
    known = np.nan_to_num(through, nan=np.inf, posinf=np.inf)
    if not np.isfinite(least) or least == 0:
        return np.where(known == 0, 0.0, np.inf)
    return np.maximum(known - least, 0) / least * 100


def bands(
    on: cells.Cells,
    excess: Floats,
    *,
    length_km: float,
    over_pct: collections.abc.Sequence[float] = OVER_PCT,
    persons: Floats | None = None,
    smooth_m: float = 0,
) -> gpd.GeoDataFrame:
    """Corridor within given per cents over the least cost.

    Parameters
    ----------
    on
        Cells.
    excess
        As :func:`excess_pct` gives it, for each row of ``on.frame``; NaN and masked rows are off every way.
    length_km
        Length of the least-cost way.
    over_pct
        Ascending limits; the corridor of a limit holds that of each lower one.
    persons
        Persons in each row of ``on.frame``; NaN and masked rows have none.
    smooth_m
        Tolerance by which the steps of the cells are smoothed.

    Returns
    -------
    geopandas.GeoDataFrame
        One row for each limit: ``over_pct``, ``area_km2`` (of the polygon), ``population`` (of the cells),
        ``width_km`` (mean width, area / length) and the polygon, empty where there is no way.

    Raises
    ------
    InputError
        If an array does not lie on the cells, an excess is negative, the limits do not ascend from above 0
        to something finite or the length is not above 0.
    """
    limits = np.asarray(over_pct, dtype=float)
    excess = raster.floats("excess", excess)
    held = np.zeros(len(on.frame)) if persons is None else raster.floats("persons", persons)
    _require_rows(on, excess=excess, persons=held)
    if (excess < 0).any():
        raise errors.InputError(f"an excess is {np.nanmin(excess)}; expected per cents of 0 or more")
    if not (len(limits) and (np.diff([0, *limits]) > 0).all() and np.isfinite(limits).all()):
        raise errors.InputError(f"corridor limits {list(over_pct)}; expected ascending per cents above 0")
    if not 0 < length_km < np.inf:
        raise errors.InputError(f"length of the way is {length_km}; expected kilometres above 0")
    heads = pd.DataFrame({"population": held}, index=on.frame.index)
    band = np.searchsorted(limits, np.nan_to_num(excess, nan=np.inf))
    parts = cells.areas(on, band, heads, smooth_m=smooth_m, beyond=len(limits))
    # A side that is reached at a later limit only has no row before.
    of_limit = parts.groupby("value")
    order = range(len(limits))
    united = of_limit["geometry"].agg(lambda shapes: shapely.union_all(shapes.to_numpy()))
    people = of_limit["population"].sum().reindex(order, fill_value=0).to_numpy(dtype=float)
    shapes = gpd.GeoSeries(united.reindex(order, fill_value=shapely.Polygon()), crs=on.grid.crs)
    area_km2 = shapes.area.to_numpy() / 1e6
    return gpd.GeoDataFrame(
        {
            "over_pct": limits,
            "area_km2": area_km2,
            "population": np.nan if persons is None else people,
            "width_km": area_km2 / length_km,
        },
        geometry=shapes.to_numpy(),
        crs=on.grid.crs,
    )


def _require_rows(on: cells.Cells, **arrays: Floats) -> None:
    wrong = [
        f"array {name} has length {len(array)}; expected {len(on.frame)}, the rows of the cells"
        for name, array in arrays.items()
        if len(array) != len(on.frame)
    ]
    if wrong:
        raise errors.InputError(wrong)


def strips(
    routes: gpd.GeoSeries,
    settlements: gpd.GeoDataFrame,
    *,
    on: grid.Grid,
    persons: npt.NDArray[np.number],
    reach_km: collections.abc.Sequence[float] = REACH_KM,
) -> pd.DataFrame:
    """Count people and settlements along routes.

    Parameters
    ----------
    routes
        Lines in the CRS of the grid.
    settlements
        Points in the same CRS.
    on, persons
        Grid and persons in each cell; NaN and masked cells have none.
    reach_km
        Distances from the route, above 0.

    Returns
    -------
    pandas.DataFrame
        Indexed like ``routes``: ``population_<d>km`` (persons within d km, cells by the fraction
        covered) and ``settlements_<d>km``; 0 along an empty route.

    Raises
    ------
    CrsError
        If the layers do not share one metric CRS.
    InputError
        One line for each distance that is not above 0.
    """
    crs.require_metric_crs(routes, settlements)
    wrong = [reach for reach in reach_km if not 0 < reach < np.inf]
    if wrong:
        raise errors.InputError(f"reach_km has {reach}; expected kilometres above 0" for reach in wrong)
    table = pd.DataFrame(index=routes.index)
    # Points in a row, as steps of cells have them, make buffers slow by orders of magnitude.
    plain = routes.simplify(_COLLINEAR_M)
    for reach in reach_km:
        strip = plain.buffer(reach * 1_000)
        held = zonal.statistics(on, persons, strip, names=("sum",))["sum"]
        table[f"population_{reach:g}km"] = held
        place, _ = settlements.sindex.query(routes.to_numpy(), predicate="dwithin", distance=reach * 1_000)
        table[f"settlements_{reach:g}km"] = np.bincount(place, minlength=len(routes))
    return table
