"""Catchments on a grid: isochrones and service areas that respect a border.

A cell is reached like any other place: over the network to the nearest point of an edge of its own
side and on by a leg, or straight from the origin. Cells that the border cuts are held once for each
side, and polygons are cut by the outline of the side, so that nothing leaks over the border.
"""

from __future__ import annotations

import collections.abc
import dataclasses

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo import access, errors, grid, network, routing

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclasses.dataclass(frozen=True)
class Cells:
    """Cells of the sides, attached to a network.

    Parameters
    ----------
    grid
        The grid.
    sides
        One (multi)polygon for each side, indexed by its label.
    frame
        One row for each cell and side that share an area: ``cell`` (row × columns + column),
        ``side``, ``area_km2`` shared, ``node_a`` and ``node_b`` of the edge where the leg ends,
        ``min_a`` and ``min_b``, minutes from these nodes to the centre of the cell (infinite beyond
        the longest leg), and the centre ``x_m``, ``y_m``.
    rule
        The access rule.
    """

    grid: grid.Grid
    sides: gpd.GeoSeries
    frame: pd.DataFrame
    rule: access.Rule


def cells(attached: access.Attached, on: grid.Grid, sides: gpd.GeoSeries) -> Cells:
    """Attach the cells of a grid to a network.

    Parameters
    ----------
    attached
        Places on a network; cells serve these places only.
    on
        The grid, in the CRS of the network.
    sides
        The sides by which the network was divided; one polygon labelled "" if it was not.

    Raises
    ------
    CrsError
        If the CRS differ.
    """
    shared = grid.coverage_fractions(on, sides).rename(columns={"polygon": "side"})
    x_m, y_m = (values[shared["cell"]] for values in grid.centres(on))
    centres = gpd.GeoSeries(shapely.points(x_m, y_m), crs=on.crs)
    grid.require_crs(on, attached.network.edges)
    spot = access.locate(attached.network, centres, shared["side"].to_numpy(dtype=object))
    edges = attached.network.edges.iloc[spot["edge"]]
    near = spot["leg_m"].to_numpy() <= attached.rule.max_km * 1_000
    leg_min = np.where(near, spot["leg_m"].to_numpy() / 1_000 * attached.rule.min_per_km, np.inf)
    share = spot["along_m"].to_numpy() / edges.length.to_numpy()
    travel_min = edges["travel_min"].to_numpy()
    frame = pd.DataFrame(
        {
            "cell": shared["cell"],
            "side": pd.Categorical(shared["side"], categories=list(sides.index)),
            "area_km2": shared["fraction"] * on.cell_km2,
            "node_a": edges["node_a"].to_numpy(),
            "node_b": edges["node_b"].to_numpy(),
            "min_a": leg_min + share * travel_min,
            "min_b": leg_min + (1 - share) * travel_min,
            "x_m": x_m,
            "y_m": y_m,
        }
    )
    return Cells(on, sides, frame, attached.rule)


def cell_times(
    attached: access.Attached, on: Cells, places: routing.Ids, *, limit_min: float = np.inf
) -> collections.abc.Iterator[Floats]:
    """Minutes from each place to the rows of ``on.frame``; infinite where not within ``limit_min``."""
    frame = on.frame
    node_a, node_b, min_a, min_b = (frame[name].to_numpy() for name in ("node_a", "node_b", "min_a", "min_b"))
    for place, minutes in zip(places, routing.node_times(attached, places, limit_min=limit_min), strict=True):
        over_network = np.minimum(minutes[node_a] + min_a, minutes[node_b] + min_b)
        least = np.minimum(over_network, _straight_min(attached, on, place))
        yield np.where(least <= limit_min, least, np.inf)


def isochrones(
    attached: access.Attached,
    on: Cells,
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
        Persons in each row of ``on.frame``, see :func:`align`.
    smooth_m
        Tolerance by which the steps of the cells are smoothed, all limits of a place together.

    Returns
    -------
    geopandas.GeoDataFrame
        One row for each place, limit and side with an area: ``place_id``, ``limit_min``, ``side``,
        ``area_km2`` and ``population`` (sums over cells, before smoothing), geometry.

    Raises
    ------
    InputError
        If the limits are not ascending numbers above 0.
    """
    limits = np.asarray(minutes, dtype=float)
    if not (len(limits) and (np.diff([0, *limits]) > 0).all()):
        raise errors.InputError(f"isochrone limits {list(minutes)}; expected ascending minutes above 0")
    weights = _weights(on, persons)
    parts = []
    times = cell_times(attached, on, places, limit_min=float(limits[-1]))
    for place, reached in zip(places, times, strict=True):
        band = np.searchsorted(limits, reached)
        found = _areas(on, band, weights, smooth_m=smooth_m, beyond=len(limits))
        parts.append(found.assign(place_id=place, limit_min=limits[found["value"]]))
    columns = ["place_id", "limit_min", "side", "area_km2", "population", "geometry"]
    return _stacked(parts, columns, on)


def nearest(
    attached: access.Attached, on: Cells, places: routing.Ids, *, within_side: bool = False
) -> pd.DataFrame:
    """Nearest place of each cell.

    Parameters
    ----------
    attached, on
        Places on a network and its cells.
    places
        Ids of places; the first of equals wins.
    within_side
        Whether only places of the side of the cell count.

    Returns
    -------
    pandas.DataFrame
        Rows of ``on.frame``: ``nearest`` (position in ``places``, −1 if none can be reached) and
        ``travel_min``.
    """
    best = np.full(len(on.frame), -1)
    least = np.full(len(on.frame), np.inf)
    for position, minutes in enumerate(cell_times(attached, on, places)):
        closer = minutes < least
        if within_side:
            own = attached.terminals.loc[[places[position]], "side"]
            closer &= on.frame["side"].isin(own).to_numpy()
        best[closer], least[closer] = position, minutes[closer]
    return pd.DataFrame({"nearest": best, "travel_min": least}, index=on.frame.index)


def service_areas(
    on: Cells,
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
    areas = _areas(on, value, weights, smooth_m=smooth_m)
    heads = weights["area_km2" if persons is None else "population"]
    minutes = found["travel_min"].where(np.isfinite(found["travel_min"]))
    load = pd.DataFrame({"side": on.frame["side"], "value": value, "heads": heads, "sum": heads * minutes})
    mean = load.groupby(["side", "value"])[["heads", "sum"]].sum(min_count=1).reset_index()
    mean["mean_min"] = mean["sum"] / mean["heads"].where(mean["heads"] > 0)
    ids = np.array([*places, ""], dtype=object)
    rows = areas.merge(mean[["side", "value", "mean_min"]], on=["side", "value"])
    columns = ["place_id", "side", "area_km2", "population", "mean_min", "geometry"]
    return _stacked([rows.assign(place_id=ids[rows["value"]])], columns, on)


def align(on: Cells, people: pd.DataFrame) -> Floats:
    """Persons in each row of the cells.

    Parameters
    ----------
    on
        Cells.
    people
        ``cell``, ``side`` and ``persons``; rows of one cell and side are added up.

    Raises
    ------
    InputError
        If persons live where no cell of their side is.
    """
    total = people.groupby(["cell", "side"])["persons"].sum()
    rows = pd.MultiIndex.from_frame(on.frame[["cell", "side"]])
    lost = total[~total.index.isin(rows)]
    if lost.sum() > 0:
        raise errors.InputError(
            f"{lost.sum():.0f} persons live in {len(lost)} cells outside their side; expected none"
        )
    return total.reindex(rows, fill_value=0).to_numpy(dtype=float)


def settlements_within(
    minutes: pd.DataFrame, side: pd.Series, *, limits_min: collections.abc.Sequence[float]
) -> pd.DataFrame:
    """Count settlements within given times of each place, by side.

    Parameters
    ----------
    minutes
        Places × settlements, as :func:`geo.routing.times` gives them.
    side
        Side of each settlement.
    limits_min
        Limits in minutes.

    Returns
    -------
    pandas.DataFrame
        ``place_id``, ``limit_min``, ``side``, ``settlements``.
    """
    own = side.reindex(minutes.columns).to_numpy()
    rows = [
        (place, limit, label, int((reached[own == label] <= limit).sum()))
        for place, reached in zip(minutes.index, minutes.to_numpy(), strict=True)
        for limit in limits_min
        for label in sorted(set(side))
    ]
    return pd.DataFrame(rows, columns=["place_id", "limit_min", "side", "settlements"])


def reached_edges(attached: access.Attached, place: str, *, limit_min: float) -> gpd.GeoSeries:
    """Parts of edges within a time of a place, cut exactly where the time is up; indexed by edge."""
    minutes = routing.node_times(attached, [place], limit_min=limit_min)[0]
    edges = attached.network.edges
    left = limit_min - minutes[edges[["node_a", "node_b"]].to_numpy()]
    share = np.clip(left / edges["travel_min"].to_numpy()[:, None], 0, 1)
    whole = share.sum(axis=1) >= 1
    partial = ~whole & (share > 0).any(axis=1)
    parts = [edges.geometry[whole]]
    for column, label in enumerate(("a", "b")):
        own = partial & (share[:, column] > 0)
        lines = edges.geometry[own].to_numpy()
        lines = shapely.reverse(lines) if label == "b" else lines
        heads = [
            network.cut(line, np.array([part * line.length]))[0]
            for line, part in zip(lines, share[own, column], strict=True)
        ]
        parts.append(gpd.GeoSeries(heads, index=edges.index[own], crs=edges.crs))
    return gpd.GeoSeries(pd.concat(parts), crs=edges.crs).sort_index(kind="stable")


def _straight_min(attached: access.Attached, on: Cells, place: str) -> Floats:
    """Minutes straight from a place to the cells of its side within the longest leg."""
    frame = on.frame
    least = np.full(len(frame), np.inf)
    rows = attached.terminals.loc[[place]]
    for side, point in zip(rows["side"], rows.geometry, strict=True):
        km = np.hypot(frame["x_m"].to_numpy() - point.x, frame["y_m"].to_numpy() - point.y) / 1_000
        near = (km <= on.rule.max_km) & (frame["side"] == side).to_numpy()
        least[near] = np.minimum(least[near], km[near] * on.rule.min_per_km)
    return least


def _weights(on: Cells, persons: Floats | None) -> pd.DataFrame:
    population = np.full(len(on.frame), np.nan) if persons is None else persons
    return pd.DataFrame({"area_km2": on.frame["area_km2"], "population": population})


def _areas(
    on: Cells, value: Ints, weights: pd.DataFrame, *, smooth_m: float, beyond: int | None = None
) -> gpd.GeoDataFrame:
    """Area of each value on each side, or of all values up to it if some are beyond, with sums."""
    parts = []
    for side, outline in on.sides.items():
        own = (on.frame["side"] == side).to_numpy()
        kept = own & (value != beyond)
        sums = weights[kept].groupby(value[kept]).sum(min_count=1)
        classes = np.full(on.grid.rows * on.grid.columns, -1, dtype=np.int32)
        classes[on.frame["cell"].to_numpy()[own]] = value[own]
        shapes = grid.polygonise(on.grid, classes.reshape(on.grid.shape), beyond=beyond, smooth_m=smooth_m)
        if beyond is not None:
            sums = sums.reindex(range(sums.index.min(), beyond) if len(sums) else [], fill_value=0).cumsum()
            shapes = _united(shapes, sums.index)
        clipped = shapes.intersection(outline).rename("geometry")
        parts.append(sums.join(clipped).rename_axis("value").reset_index().assign(side=side))
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=on.grid.crs)


def _united(shapes: gpd.GeoSeries, upto: pd.Index) -> gpd.GeoSeries:
    """Shapes of all values up to each."""
    whole = [shapely.union_all(shapes.loc[:last].to_numpy()) for last in upto]
    return gpd.GeoSeries(whole, index=upto, crs=shapes.crs)


def _stacked(parts: list[gpd.GeoDataFrame], columns: list[str], on: Cells) -> gpd.GeoDataFrame:
    frames = [part for part in parts if len(part)]
    if not frames:
        return gpd.GeoDataFrame({name: [] for name in columns}, geometry="geometry", crs=on.grid.crs)
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), geometry="geometry", crs=on.grid.crs)[
        columns
    ]
