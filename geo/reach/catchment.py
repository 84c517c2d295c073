"""Catchments on a grid: isochrones and service areas that respect a border; see :mod:`geo.network.cells`."""

from __future__ import annotations

import collections.abc

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo import errors
from geo.network import access, cells, routing, shortest

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def isochrones(
    attached: access.Attached,
    on: cells.Cells,
    places: routing.Ids,
    *,
    minutes: collections.abc.Sequence[float],
    persons: Floats | None = None,
    smooth_m: float = 0,
) -> gpd.GeoDataFrame:
    """Areas within given times of each place, split by side.

    Parameters
    ----------
    attached, on
        Places on a network and its cells.
    places
        Ids of places or crossings.
    minutes
        Ascending limits; the area of a limit holds that of each lower one.
    persons
        Persons in each row of ``on.frame``, see :func:`geo.network.cells.align`.
    smooth_m
        Tolerance by which the steps of the cells are smoothed, all limits of a place together.

    Returns
    -------
    geopandas.GeoDataFrame
        One row for each place, limit and side with an area: ``place_id``, ``limit_min``, ``side``,
        ``area_km2`` (of the geometry) and ``population`` (of the cells, before smoothing), geometry.

    Raises
    ------
    InputError
        If the limits are not ascending numbers above 0.
    """
    limits = np.asarray(minutes, dtype=float)
    if not (len(limits) and (np.diff([0, *limits]) > 0).all()):
        raise errors.InputError(f"isochrone limits {list(minutes)}; expected ascending minutes above 0")
    weights = _weights(on, persons)
    placed = access.over(attached, on)
    parts = []
    for place, tree in zip(places, routing.trees(placed, places, limit_min=float(limits[-1])), strict=True):
        reached = tree.minutes[placed.pieces]
        band = np.full(len(reached), len(limits))
        within = np.isfinite(reached)
        band[within] = np.searchsorted(limits, reached[within])
        found = cells.areas(on, band, weights, smooth_m=smooth_m, beyond=len(limits))
        parts.append(found.assign(place_id=place, limit_min=limits[found["value"]]))
    columns = ["place_id", "limit_min", "side", "area_km2", "population", "geometry"]
    return _stacked(parts, columns, on)


def nearest(
    attached: access.Attached, on: cells.Cells, places: routing.Ids, *, within_side: bool = False
) -> pd.DataFrame:
    """Nearest place of each cell.

    Parameters
    ----------
    attached, on
        Places on a network and its cells.
    places
        Ids of places; of equals any, the same one on every run.
    within_side
        Whether only places of the side of the cell count.

    Returns
    -------
    pandas.DataFrame
        Rows of ``on.frame``: ``nearest`` (position in ``places``, −1 if none can be reached) and
        ``travel_min``.
    """
    placed = access.over(attached, on)
    rows, starts = routing.terminals(placed, places)
    position = np.repeat(np.arange(len(places)), np.diff([*starts, len(rows)]))
    best = np.full(len(on.frame), -1)
    least = np.full(len(on.frame), np.inf)
    own = on.frame["side"].astype(object).to_numpy()
    for side in on.sides.index if within_side else [None]:
        counted = rows["side"].to_numpy() == side if within_side else np.ones(len(rows), dtype=bool)
        tree = shortest.spread(placed.graph, rows["node"].to_numpy()[counted])
        minutes, label = tree.minutes[placed.pieces], tree.label[placed.pieces]
        there = np.isfinite(minutes) & ((own == side) | (not within_side))
        best[there], least[there] = position[counted][label[there]], minutes[there]
    return pd.DataFrame({"nearest": best, "travel_min": least}, index=on.frame.index)


def service_areas(
    on: cells.Cells,
    found: pd.DataFrame,
    places: routing.Ids,
    *,
    persons: Floats | None = None,
    smooth_m: float = 0,
) -> gpd.GeoDataFrame:
    """Partition of the sides by nearest place.

    Parameters
    ----------
    on, found, places
        Cells, their nearest places as :func:`nearest` gives them, and the same ids.
    persons, smooth_m
        As for :func:`isochrones`.

    Returns
    -------
    geopandas.GeoDataFrame
        One row for each place and side: ``place_id`` ("" for what no place reaches), ``side``,
        ``area_km2``, ``population``, ``mean_min`` (weighted by persons, or by area without them),
        geometry. The geometries fill the sides without overlap.
    """
    position = found["nearest"].to_numpy()
    value = np.where(position < 0, len(places), position)
    weights = _weights(on, persons)
    areas = cells.areas(on, value, weights, smooth_m=smooth_m)
    heads = on.frame["area_km2"] if persons is None else weights["population"]
    minutes = found["travel_min"].where(np.isfinite(found["travel_min"]))
    side = on.frame["side"].astype(str)
    load = pd.DataFrame({"side": side, "value": value, "heads": heads, "sum": heads * minutes})
    mean = load.groupby(["side", "value"])[["heads", "sum"]].sum(min_count=1).reset_index()
    mean["mean_min"] = mean["sum"] / mean["heads"].where(mean["heads"] > 0)
    ids = np.array([*places, ""], dtype=object)
    rows = areas.merge(mean[["side", "value", "mean_min"]], on=["side", "value"])
    columns = ["place_id", "side", "area_km2", "population", "mean_min", "geometry"]
    return _stacked([rows.assign(place_id=ids[rows["value"]])], columns, on)


def settlements_within(
    minutes: pd.DataFrame, side: pd.Series, *, limits_min: collections.abc.Sequence[float]
) -> pd.DataFrame:
    """Count settlements within given times of each place, by side.

    Parameters
    ----------
    minutes
        Places × settlements, as :func:`geo.network.routing.times` gives them.
    side
        Side of each settlement.
    limits_min
        Limits in minutes.

    Returns
    -------
    pandas.DataFrame
        ``place_id``, ``limit_min``, ``side``, ``settlements``.
    """
    own = side.reindex(minutes.columns)
    reached = minutes.T
    within = {
        limit: reached.le(limit).groupby(own).sum().reindex(sorted(set(side)), fill_value=0)
        for limit in limits_min
    }
    counts = pd.concat(within, names=["limit_min", "side"]).rename_axis(columns="place_id").reset_index()
    return counts.melt(["limit_min", "side"], value_name="settlements")


def _weights(on: cells.Cells, persons: Floats | None) -> pd.DataFrame:
    known = {} if persons is None else {"population": persons}
    return pd.DataFrame({"cells": 1, **known}, index=on.frame.index)


def _stacked(parts: list[gpd.GeoDataFrame], columns: list[str], on: cells.Cells) -> gpd.GeoDataFrame:
    frames = [part for part in parts if len(part)]
    if not frames:
        kinds = {"place_id": str, "side": str}
        none = {name: pd.Series(dtype=kinds.get(name, float)) for name in columns if name != "geometry"}
        return gpd.GeoDataFrame(none, geometry=gpd.GeoSeries([], crs=on.grid.crs))
    whole = pd.concat(frames, ignore_index=True).reindex(columns=columns)
    return gpd.GeoDataFrame(whole, geometry="geometry", crs=on.grid.crs)
