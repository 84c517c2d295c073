"""Least times and routes between places on a network, by Dijkstra's algorithm of scipy.

A trip runs over the network from leg to leg, or straight at the speed of the legs between two
places of one side that are within the longest leg, whichever is faster.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import itertools

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse
import scipy.sparse.csgraph
import shapely

from geo import access, errors, network

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Ids = collections.abc.Sequence[str]
Pairs = collections.abc.Iterable[tuple[str, str]]
Row = tuple[str, str, float, float, tuple[str, ...], tuple[int, ...], shapely.LineString]

# So little that no time changes, enough that a route to a crossing ends on its near side.
_LEAST_DELAY_MIN = 1e-9


@dataclasses.dataclass(frozen=True)
class Graph:
    """Sparse form of a network.

    Parameters
    ----------
    minutes
        Symmetric, least minutes from node to node.
    code
        Same cells: 1 + number of the edge, gates counted on after the edges.
    """

    minutes: scipy.sparse.csr_array
    code: scipy.sparse.csr_array


def graph(base: network.Network) -> Graph:
    """Sparse form of a network; closed gates are left out, the fastest of parallel edges stays."""
    gates = network.passable_gates(base)
    a = np.concatenate([base.edges["node_a"], gates["node_a"]])
    b = np.concatenate([base.edges["node_b"], gates["node_b"]])
    delay_min = np.maximum(gates["delay_min"], _LEAST_DELAY_MIN)
    minutes = np.concatenate([base.edges["travel_min"], delay_min])
    code = 1 + np.concatenate([np.arange(len(base.edges)), len(base.edges) + gates.index])
    arcs = pd.DataFrame(
        {
            "u": np.concatenate([a, b]).astype(np.int64),
            "v": np.concatenate([b, a]).astype(np.int64),
            "minutes": np.tile(minutes, 2).astype(float),
            "code": np.tile(code, 2).astype(np.int64),
        }
    )
    arcs = arcs[arcs["u"] != arcs["v"]].sort_values(["u", "v", "minutes", "code"])
    arcs = arcs.drop_duplicates(["u", "v"])
    cells, size = (arcs["u"].to_numpy(), arcs["v"].to_numpy()), len(base.nodes)
    return Graph(
        *(
            scipy.sparse.coo_array((arcs[name], cells), shape=(size, size)).tocsr()
            for name in ("minutes", "code")
        )
    )


def times(attached: access.Attached, *, origins: Ids, destinations: Ids) -> pd.DataFrame:
    """Least travel time from each origin to each destination.

    Parameters
    ----------
    attached
        Places on a network.
    origins, destinations
        Ids of places or crossings. The time to a crossing is that to its nearer side, without delay.

    Returns
    -------
    pandas.DataFrame
        Minutes, origins × destinations; infinite where there is no way.

    Raises
    ------
    InputError
        One line for each id that has no place on the network.
    """
    rows, row_starts = _terminals(attached, origins)
    columns, column_starts = _terminals(attached, destinations)
    minutes = np.minimum(_over_network(attached, rows, columns), _straight_min(attached.rule, rows, columns))
    if len(rows) and len(columns):
        minutes = np.minimum.reduceat(minutes, row_starts, axis=0)
        minutes = np.minimum.reduceat(minutes, column_starts, axis=1)
    return pd.DataFrame(minutes, index=pd.Index(origins), columns=pd.Index(destinations))


def node_times(attached: access.Attached, places: Ids, *, limit_min: float = np.inf) -> Floats:
    """Minutes from places to every node, places × nodes; infinite where there is no way in the limit.

    Raises
    ------
    InputError
        One line for each id that has no place on the network.
    """
    rows, starts = _terminals(attached, places)
    start, back = np.unique(rows["node"].to_numpy(), return_inverse=True)
    found = scipy.sparse.csgraph.dijkstra(graph(attached.network).minutes, indices=start, limit=limit_min)
    minutes = found[back] + rows["leg_min"].to_numpy()[:, None]
    return np.minimum.reduceat(minutes, starts, axis=0) if len(places) else minutes


def nearest(minutes: pd.DataFrame) -> pd.DataFrame:
    """Nearest destination of each origin.

    Parameters
    ----------
    minutes
        As :func:`times` gives them.

    Returns
    -------
    pandas.DataFrame
        Indexed by origin: ``nearest_id`` ("" if none can be reached) and ``travel_min`` (infinite
        then); the first of equals.
    """
    values = minutes.to_numpy()
    if values.shape[1] == 0:
        return pd.DataFrame({"nearest_id": "", "travel_min": np.inf}, index=minutes.index)
    best = np.argmin(values, axis=1)
    least = values[np.arange(len(values)), best]
    name = np.where(np.isfinite(least), minutes.columns.to_numpy()[best], "")
    return pd.DataFrame({"nearest_id": name, "travel_min": least}, index=minutes.index)


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
    _terminals(attached, [place for pair in wanted for place in pair])
    sparse = graph(attached.network)
    return _framed(attached, [_route(attached, sparse, *pair) for pair in wanted])


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
    return _framed(
        attached,
        [
            _avoiding(attached, start, end, crossing_ids)
            for start, end, crossing_ids in zip(
                found["from_id"], found["to_id"], found["crossing_ids"], strict=True
            )
        ],
    )


def _avoiding(attached: access.Attached, start: str, end: str, crossing_ids: Ids) -> Row:
    if not crossing_ids:
        return _no_route(start, end)
    crossings = attached.network.crossings
    is_passable = crossings["is_passable"] & ~crossings.index.isin(crossing_ids)
    rest = dataclasses.replace(attached.network, crossings=crossings.assign(is_passable=is_passable))
    return _route(dataclasses.replace(attached, network=rest), graph(rest), start, end)


def _terminals(attached: access.Attached, places: Ids) -> tuple[pd.DataFrame, Ints]:
    """Rows of the terminals of places, place by place, and where each place begins."""
    known = attached.terminals.index
    unknown = pd.Index(places).difference(known, sort=False)
    if len(unknown):
        raise errors.InputError(
            f"place {label!r} is not on the network; expected an attached id" for label in unknown
        )
    positions, _ = known.get_indexer_non_unique(pd.Index(places, dtype=known.dtype))
    sizes = known.value_counts().reindex(list(places)).to_numpy(dtype=np.int64)
    return attached.terminals.iloc[positions], np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)


def _over_network(attached: access.Attached, rows: pd.DataFrame, columns: pd.DataFrame) -> Floats:
    if rows["node"].nunique() > columns["node"].nunique():
        return _over_network(attached, columns, rows).T
    start, back = np.unique(rows["node"].to_numpy(), return_inverse=True)
    found = scipy.sparse.csgraph.dijkstra(graph(attached.network).minutes, indices=start)
    between = found[:, columns["node"].to_numpy()][back]
    return rows["leg_min"].to_numpy()[:, None] + between + columns["leg_min"].to_numpy()  # type: ignore[no-any-return]


def _straight_min(rule: access.Rule, rows: gpd.GeoDataFrame, columns: gpd.GeoDataFrame) -> Floats:
    start, end = (shapely.get_coordinates(frame.geometry.to_numpy()) for frame in (rows, columns))
    distance_km = np.hypot(start[:, :1] - end[:, 0], start[:, 1:] - end[:, 1]) / 1_000
    same = rows["side"].to_numpy()[:, None] == columns["side"].to_numpy()
    return np.where(same & (distance_km <= rule.max_km), distance_km * rule.min_per_km, np.inf)


def _route(attached: access.Attached, sparse: Graph, start: str, end: str) -> Row:
    rows, columns = _terminals(attached, [start])[0], _terminals(attached, [end])[0]
    found, before = scipy.sparse.csgraph.dijkstra(
        sparse.minutes, indices=rows["node"].to_numpy(), return_predecessors=True
    )
    legs = rows["leg_min"].to_numpy()[:, None] + columns["leg_min"].to_numpy()
    minutes = legs + found[:, columns["node"].to_numpy()]
    straight = _straight_min(attached.rule, rows, columns)
    least = np.minimum(minutes, straight)
    origin, destination = divmod(int(np.argmin(least)), least.shape[1])
    travel_min = float(least[origin, destination])
    if np.isinf(travel_min):
        return _no_route(start, end)
    first, last = rows.iloc[[origin]], columns.iloc[[destination]]
    if straight[origin, destination] <= travel_min:
        nodes, length_km = [], travel_min / 60 * attached.rule.speed_kmh
    else:
        nodes = _walked(before[origin], int(last["node"].iloc[0]))
        length_km = float(first["leg_km"].iloc[0] + last["leg_km"].iloc[0])
    vertices, edges, crossing_ids = _traced(attached.network, sparse, nodes)
    length_km += float(attached.network.edges["length_km"].to_numpy()[edges].sum())
    ends = (shapely.get_coordinates(frame.geometry.to_numpy()) for frame in (first, last))
    line = _line(np.vstack([next(ends), vertices, next(ends)]))
    return start, end, length_km, travel_min, crossing_ids, tuple(edges.tolist()), line


def _walked(before: Ints, last: int) -> list[int]:
    """Nodes from the source to ``last``."""
    nodes = [last]
    while before[nodes[-1]] >= 0:
        nodes.append(int(before[nodes[-1]]))
    return nodes[::-1]


def _traced(base: network.Network, sparse: Graph, nodes: list[int]) -> tuple[Floats, Ints, tuple[str, ...]]:
    """Vertices, edges and crossings along a walk from node to node."""
    number = np.array([sparse.code[u, v] - 1 for u, v in itertools.pairwise(nodes)], dtype=np.int64)
    count = len(base.edges)
    crossing_ids = tuple(base.gates["crossing_id"].iloc[number[number >= count] - count])
    edges, start = number[number < count], np.array(nodes[:-1], dtype=np.int64)[number < count]
    forward = base.edges["node_a"].to_numpy()[edges] == start
    lines = base.edges.geometry.to_numpy()[edges]
    oriented = np.where(forward, lines, shapely.reverse(lines))
    return shapely.get_coordinates(oriented), edges, crossing_ids


def _line(vertices: Floats) -> shapely.LineString:
    moved = np.concatenate([[True], (np.diff(vertices, axis=0) != 0).any(axis=1)])
    return shapely.LineString(vertices[moved] if moved.sum() > 1 else [])


def _no_route(start: str, end: str) -> Row:
    return start, end, np.inf, np.inf, (), (), shapely.LineString()


def _framed(attached: access.Attached, rows: list[Row]) -> gpd.GeoDataFrame:
    columns = ["from_id", "to_id", "length_km", "travel_min", "crossing_ids", "edges", "geometry"]
    frame = pd.DataFrame(rows, columns=columns)
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=attached.network.edges.crs)
