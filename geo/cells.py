"""Cells of a grid as places on a network, held apart by side.

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

from geo import access, errors, grid, routing

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


def attach(attached: access.Attached, on: grid.Grid, sides: gpd.GeoSeries) -> Cells:
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


def times(
    attached: access.Attached, on: Cells, places: routing.Ids, *, limit_min: float = np.inf
) -> collections.abc.Iterator[Floats]:
    """Minutes from each place to the rows of ``on.frame``; infinite where not within ``limit_min``."""
    frame = on.frame
    node_a, node_b, min_a, min_b = (frame[name].to_numpy() for name in ("node_a", "node_b", "min_a", "min_b"))
    for place, minutes in zip(places, routing.node_times(attached, places, limit_min=limit_min), strict=True):
        over_network = np.minimum(minutes[node_a] + min_a, minutes[node_b] + min_b)
        least = np.minimum(over_network, _straight_min(attached, on, place))
        yield np.where(least <= limit_min, least, np.inf)


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


def areas(
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
