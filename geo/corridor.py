"""Corridors: bands of near-least cost between two ends, and strips along routes."""

from __future__ import annotations

import collections.abc

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo import crs, errors, grid, raster, zonal

OVER_PCT = (5, 10, 20)
REACH_KM = (5, 10, 20)

Floats = npt.NDArray[np.float64]


def excess_pct(cost_a: Floats, cost_b: Floats) -> Floats:
    """How much dearer than the least the way from A to B through each cell is, in per cent.

    Parameters
    ----------
    cost_a, cost_b
        Accumulated cost from either end, infinite, NaN or masked where it cannot be reached.

    Returns
    -------
    numpy.ndarray
        (A + B − least) / least × 100; 0 on the least-cost path, infinite off every way, and
        everywhere if there is no way from A to B.

    Raises
    ------
    InputError
        If the arrays differ in shape, or a cost is negative.
    """
    cost_a, cost_b = raster.floats("cost_a", cost_a), raster.floats("cost_b", cost_b)
    if cost_a.shape != cost_b.shape:
        raise errors.InputError(
            f"cost surfaces have shapes {cost_a.shape} and {cost_b.shape}; expected equal ones"
        )
    if (cost_a < 0).any() or (cost_b < 0).any():
        raise errors.InputError("a cost is negative; expected 0 or more")
    through = np.nan_to_num(cost_a.astype(float) + cost_b, nan=np.inf, posinf=np.inf)
    least = through.min(initial=np.inf)
    if not np.isfinite(least) or least == 0:
        return np.where(through == 0, 0.0, np.inf)
    return (through - least) / least * 100  # type: ignore[no-any-return]


def bands(
    on: grid.Grid,
    excess: Floats,
    *,
    length_km: float,
    over_pct: collections.abc.Sequence[float] = OVER_PCT,
    persons: npt.NDArray[np.integer] | None = None,
    smooth_m: float = 0,
) -> gpd.GeoDataFrame:
    """Corridor within given per cents over the least cost.

    Parameters
    ----------
    on
        The grid.
    excess
        As :func:`excess_pct` gives it, shape of the grid; NaN and masked cells are off every way.
    length_km
        Length of the least-cost path.
    over_pct
        Ascending limits; the corridor of a limit holds that of each lower one.
    persons
        Persons in each cell; NaN and masked cells have none.
    smooth_m
        Tolerance by which the steps of the cells are smoothed.

    Returns
    -------
    geopandas.GeoDataFrame
        One row for each limit: ``over_pct``, ``area_km2`` and ``population`` (sums over cells),
        ``width_km`` (mean width, area / length) and the polygon, empty where there is no way.

    Raises
    ------
    InputError
        If an array does not lie on the grid, an excess is negative, the limits do not ascend from above 0
        to something finite or the length is not above 0.
    """
    limits = np.asarray(over_pct, dtype=float)
    excess = raster.floats("excess", excess)
    held = np.full(on.shape, np.nan) if persons is None else raster.floats("persons", persons)
    grid.require_shape(on, excess=excess, persons=held)
    if (excess < 0).any():
        raise errors.InputError(f"an excess is {np.nanmin(excess)}; expected per cents of 0 or more")
    if not (len(limits) and (np.diff([0, *limits]) > 0).all() and np.isfinite(limits).all()):
        raise errors.InputError(f"corridor limits {list(over_pct)}; expected ascending per cents above 0")
    if not 0 < length_km < np.inf:
        raise errors.InputError(f"length of the path is {length_km}; expected kilometres above 0")
    band = np.searchsorted(limits, excess).astype(np.int32)
    shapes = grid.polygonise(on, band, beyond=len(limits), smooth_m=smooth_m)
    inside = [band <= last for last in range(len(limits))]
    area_km2 = np.array([cells.sum() * on.cell_km2 for cells in inside])
    population = [np.nan if persons is None else np.nansum(held[cells]) for cells in inside]
    united = [shapely.union_all(shapes.loc[:last].to_numpy()) for last in range(len(limits))]
    return gpd.GeoDataFrame(
        {
            "over_pct": limits,
            "area_km2": area_km2,
            "population": population,
            "width_km": area_km2 / length_km,
        },
        geometry=united,
        crs=on.crs,
    )


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
    for reach in reach_km:
        strip = routes.buffer(reach * 1_000)
        held = zonal.statistics(on, persons, strip, names=("sum",))["sum"]
        table[f"population_{reach:g}km"] = held
        place, _ = settlements.sindex.query(routes.to_numpy(), predicate="dwithin", distance=reach * 1_000)
        table[f"settlements_{reach:g}km"] = np.bincount(place, minlength=len(routes))
    return table
