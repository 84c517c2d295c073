"""Least-time routes with the edges and crossings that they use, and the next best ones."""

from __future__ import annotations

import collections.abc
import dataclasses
import itertools

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.network import access, graph, routing, shortest

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
        One row for each pair: ``from_id``, ``to_id``, ``length_km`` (stated lengths of the edges, and the
        ground with its detour), ``travel_min``, ``crossing_ids`` (tuple, in the order of passage),
        ``edges`` (tuple of edge numbers of the network before places were attached) and the line.
        Without a way: infinite length and time, empty tuples and line.

    Raises
    ------
    InputError
        One line for each id that has no place on the network.
    """
    wanted = list(pairs)
    places = sorted({place for pair in wanted for place in pair})
    routing.terminals(attached, places)
    ways = _Ways(attached)
    by_start: dict[str, list[int]] = {}
    for number, (start, _) in enumerate(wanted):
        by_start.setdefault(start, []).append(number)
    rows: dict[int, Row] = {}
    trees = routing.trees(attached, list(by_start))
    for (start, numbers), tree in zip(by_start.items(), trees, strict=True):
        rows |= {number: ways.row(tree, start, wanted[number][1]) for number in numbers}
    return _framed(attached, [rows[number] for number in range(len(wanted))])


def between(attached: access.Attached, places: routing.Ids) -> pd.DataFrame:
    """Least-time ways between all of some places, without their lines.

    Parameters
    ----------
    attached
        Places on a network.
    places
        Ids.

    Returns
    -------
    pandas.DataFrame
        One row for each ordered pair of different places, in the order of ``places``: ``from_id``, ``to_id``,
        ``length_km``, ``travel_min`` and ``crossing_ids`` as :func:`routes` gives them.
    """
    ways = _Ways(attached)
    node = attached.terminals["node"].to_numpy()
    spots = {place: node[attached.positions[place]] for place in places}
    parts = [
        ways.rows(tree, place, spots)
        for place, tree in zip(places, routing.trees(attached, places), strict=True)
    ]
    if not parts:
        columns = ["from_id", "to_id", "length_km", "travel_min", "crossing_ids"]
        return pd.DataFrame({name: [] for name in columns})
    return pd.DataFrame(pd.concat(parts, ignore_index=True))


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
    parts = []
    for avoided, rows in found.groupby(found["crossing_ids"], sort=False):
        pairs = list(zip(rows["from_id"], rows["to_id"], strict=True))
        if avoided:
            other = routes(_without(attached, avoided), pairs)
        else:
            other = _framed(attached, [_no_route(*pair) for pair in pairs])
        parts.append(other.set_index(rows.index))
    return gpd.GeoDataFrame(pd.concat(parts).loc[found.index], crs=found.crs)


def closed(attached: access.Attached) -> access.Attached:
    """Close every crossing: ways that never leave their side."""
    return _without(attached, tuple(attached.network.crossings.index))


def crossings_of(attached: access.Attached, arcs: Ints) -> tuple[str, ...]:
    """Crossings among arcs of the graph, in their order."""
    gates = graph.passable_gates(attached.network)["crossing_id"].to_numpy()
    number = arcs - len(attached.network.edges)
    return tuple(gates[number[(number >= 0) & (number < len(gates))]])


def _without(attached: access.Attached, crossing_ids: tuple[str, ...]) -> access.Attached:
    crossings = attached.network.crossings
    is_passable = crossings["is_passable"] & ~crossings.index.isin(crossing_ids)
    rest = dataclasses.replace(attached.network, crossings=crossings.assign(is_passable=is_passable))
    return dataclasses.replace(attached, network=rest)


class _Ways:
    """What the arcs of the graph are: edges, gates and ways over the ground."""

    def __init__(self, attached: access.Attached) -> None:
        self._attached = attached
        edges = attached.network.edges
        self._gate = graph.passable_gates(attached.network)["crossing_id"].tolist()
        self._edges, self._gates = len(edges), len(self._gate)
        self._lines, self._line = edges.geometry.to_numpy(), edges["line"].to_numpy()
        self._node_a = edges["node_a"].to_numpy()
        ground_km = attached.ways["km"].to_numpy() * attached.rule.detour_factor
        step_km = np.empty(0) if attached.cells is None else attached.cells.steps.step_km
        self._arc_km = np.concatenate(
            [
                edges["length_km"].to_numpy(),
                np.zeros(self._gates),
                ground_km,
                step_km * attached.rule.detour_factor,
            ]
        )
        self._is_gate = np.zeros(len(self._arc_km), dtype=bool)
        self._is_gate[self._edges : self._edges + self._gates] = True

    def row(self, tree: shortest.Tree, start: str, end: str) -> Row:
        """Route to the nearest terminal of a place."""
        last = _nearest(tree, self._attached.terminals["node"].to_numpy()[self._attached.positions[end]])
        if not np.isfinite(tree.minutes[last]):
            return _no_route(start, end)
        walked, arcs = tree.walk(last)
        on_edge = arcs < self._edges
        length_km = float(self._arc_km[arcs].sum())
        edges = tuple(int(one) for one, _ in itertools.groupby(self._line[arcs[on_edge]]))
        crossing_ids = crossings_of(self._attached, arcs)
        return (
            start,
            end,
            length_km,
            float(tree.minutes[last]),
            crossing_ids,
            edges,
            self._drawn(walked, arcs),
        )

    def rows(self, tree: shortest.Tree, start: str, spots: dict[str, Ints]) -> pd.DataFrame:
        """Ways to other places, without their lines; ``spots`` are the nodes of all places."""
        others = [place for place in spots if place != start]
        ends = np.array([_nearest(tree, spots[place]) for place in others], dtype=np.int64)
        passed = shortest.marked_along(tree, ends, self._is_gate)
        there = np.isfinite(tree.minutes[ends])
        return pd.DataFrame(
            {
                "from_id": start,
                "to_id": others,
                "length_km": np.where(there, shortest.sums_along(tree, ends, self._arc_km), np.inf),
                "travel_min": tree.minutes[ends],
                "crossing_ids": [tuple(self._gate[arc - self._edges] for arc in arcs) for arcs in passed],
            }
        )

    def _drawn(self, walked: Ints, arcs: Ints) -> shapely.LineString:
        points = self._attached.points
        parts = [points[walked[:1]]]
        for node, following, arc in zip(walked[:-1], walked[1:], arcs, strict=True):
            if arc < self._edges:
                vertices = shapely.get_coordinates(self._lines[arc])
                parts.append(vertices if self._node_a[arc] == node else vertices[::-1])
            parts.append(points[[following]])
        vertices = np.concatenate(parts)
        moved = np.concatenate([[True], (np.diff(vertices, axis=0) != 0).any(axis=1)])
        return shapely.LineString(vertices[moved] if moved.sum() > 1 else [])


def _nearest(tree: shortest.Tree, nodes: Ints) -> int:
    """Nearest node of a place; a crossing without delay is met before it is passed."""
    if len(nodes) == 1:
        return int(nodes[0])
    best = int(nodes[np.argmin(tree.minutes[nodes])])
    before = int(tree.before[best])
    return before if before in nodes else best


def _no_route(start: str, end: str) -> Row:
    return start, end, np.inf, np.inf, (), (), shapely.LineString()


def _framed(attached: access.Attached, rows: list[Row]) -> gpd.GeoDataFrame:
    columns = ["from_id", "to_id", "length_km", "travel_min", "crossing_ids", "edges", "geometry"]
    frame = pd.DataFrame(rows, columns=columns)
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=attached.network.edges.crs)
