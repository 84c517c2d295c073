"""Least-time routes with the edges and crossings that they use, and the next best ones."""

from __future__ import annotations

import collections.abc
import dataclasses
import itertools

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse.csgraph
import shapely

from geo import access, network, routing

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Pairs = collections.abc.Iterable[tuple[str, str]]
Row = tuple[str, str, float, float, tuple[str, ...], tuple[int, ...], shapely.LineString]


def routes(attached: access.Attached, pairs: Pairs) -> gpd.GeoDataFrame:
    """Least-time routes.

    Parameters
    ----------
    attached
        Places on a network.
    pairs
        Ids of origin and destination.

    Returns
    -------
    geopandas.GeoDataFrame
        One row for each pair: ``from_id``, ``to_id``, ``length_km`` (with the detour of the legs),
        ``travel_min``, ``crossing_ids`` (tuple, in the order of passage), ``edges`` (tuple of edge
        numbers) and the line with its legs. Without a way: infinite length and time, empty tuples
        and line.

    Raises
    ------
    InputError
        One line for each id that has no place on the network.
    """
    wanted = list(pairs)
    ground = _pinned(attached, wanted)
    return _framed(attached, [_route(ground, *pair) for pair in wanted])


def alternatives(attached: access.Attached, found: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Next-best routes: the least-time routes that avoid every crossing which the best one passes.

    Parameters
    ----------
    attached
        Places on a network.
    found
        As :func:`routes` gives them.

    Returns
    -------
    geopandas.GeoDataFrame
        Rows and columns like ``found``; a route that passes no crossing has no alternative
        (infinite length and time).
    """
    wanted = list(zip(found["from_id"], found["to_id"], strict=True))
    ground = _pinned(attached, wanted)
    rows = [
        _route(_without(ground, crossing_ids), *pair) if crossing_ids else _no_route(*pair)
        for pair, crossing_ids in zip(wanted, found["crossing_ids"], strict=True)
    ]
    return _framed(attached, rows).set_index(found.index)


@dataclasses.dataclass(frozen=True)
class _Ground:
    """A network with nodes where the places enter it, and its graph."""

    network: network.Network
    terminals: pd.DataFrame
    rule: access.Rule
    graph: routing.Graph


def _pinned(attached: access.Attached, pairs: list[tuple[str, str]]) -> _Ground:
    places = [place for pair in pairs for place in pair]
    routing.terminals(attached, places)
    pinned, rows = access.pin(attached, places)
    return _Ground(pinned, rows, attached.rule, routing.graph(pinned))


def _without(ground: _Ground, crossing_ids: tuple[str, ...]) -> _Ground:
    crossings = ground.network.crossings
    is_passable = crossings["is_passable"] & ~crossings.index.isin(crossing_ids)
    rest = dataclasses.replace(ground.network, crossings=crossings.assign(is_passable=is_passable))
    return dataclasses.replace(ground, network=rest, graph=routing.graph(rest))


def _route(ground: _Ground, start: str, end: str) -> Row:
    rows, columns = ground.terminals.loc[[start]], ground.terminals.loc[[end]]
    found, before = scipy.sparse.csgraph.dijkstra(
        ground.graph.minutes, indices=rows["node"].to_numpy(), return_predecessors=True
    )
    legs = rows["leg_min"].to_numpy()[:, None] + columns["leg_min"].to_numpy()
    minutes = legs + found[:, columns["node"].to_numpy()]
    straight = _straight_min(ground.rule, rows, columns)
    least = np.minimum(minutes, straight)
    origin, destination = divmod(int(np.argmin(least)), least.shape[1])
    travel_min = float(least[origin, destination])
    if np.isinf(travel_min):
        return _no_route(start, end)
    first, last = rows.iloc[origin], columns.iloc[destination]
    if straight[origin, destination] <= travel_min:
        nodes, length_km = [], travel_min / 60 * ground.rule.speed_kmh
    else:
        nodes, length_km = _walked(before[origin], int(last["node"])), first["leg_km"] + last["leg_km"]
    vertices, parts, crossing_ids = _traced(ground, nodes)
    line = _line(np.vstack([first[["x_m", "y_m"]], vertices, last[["x_m", "y_m"]]]).astype(float))
    edges = tuple(number for number, _ in itertools.groupby(parts["line"]))
    return start, end, length_km + parts["length_km"].sum(), travel_min, crossing_ids, edges, line


def _straight_min(rule: access.Rule, rows: pd.DataFrame, columns: pd.DataFrame) -> Floats:
    """Minutes straight between terminals of one side that are within the longest leg of each other."""
    apart = [rows[name].to_numpy()[:, None] - columns[name].to_numpy() for name in ("x_m", "y_m")]
    km = np.hypot(*apart) / 1_000
    same = rows["side"].to_numpy()[:, None] == columns["side"].to_numpy()
    return np.where(same & (km <= rule.max_km), km * rule.min_per_km, np.inf)


def _walked(before: Ints, last: int) -> list[int]:
    """Nodes from the source to ``last``."""
    nodes = [last]
    while before[nodes[-1]] >= 0:
        nodes.append(int(before[nodes[-1]]))
    return nodes[::-1]


def _traced(ground: _Ground, nodes: list[int]) -> tuple[Floats, pd.DataFrame, tuple[str, ...]]:
    """Vertices, parts of edges and crossings along a walk from node to node."""
    base = ground.network
    number = np.array([ground.graph.code[u, v] - 1 for u, v in itertools.pairwise(nodes)], dtype=np.int64)
    count = len(base.edges)
    crossing_ids = tuple(base.gates["crossing_id"].iloc[number[number >= count] - count])
    parts = base.edges.iloc[number[number < count]]
    forward = parts["node_a"].to_numpy() == np.array(nodes[:-1], dtype=np.int64)[number < count]
    lines = parts.geometry.to_numpy()
    vertices = shapely.get_coordinates(np.where(forward, lines, shapely.reverse(lines)))
    return vertices, parts, crossing_ids


def _line(vertices: Floats) -> shapely.LineString:
    moved = np.concatenate([[True], (np.diff(vertices, axis=0) != 0).any(axis=1)])
    return shapely.LineString(vertices[moved] if moved.sum() > 1 else [])


def _no_route(start: str, end: str) -> Row:
    return start, end, np.inf, np.inf, (), (), shapely.LineString()


def _framed(attached: access.Attached, rows: list[Row]) -> gpd.GeoDataFrame:
    columns = ["from_id", "to_id", "length_km", "travel_min", "crossing_ids", "edges", "geometry"]
    frame = pd.DataFrame(rows, columns=columns)
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=attached.network.edges.crs)
