"""Shortest paths on a sparse graph: least minutes from sources to all nodes and the way there.

Waiting nodes lie in buckets of equal range of minutes, each node in one bucket at most. A bucket is
drained until it stays empty, and a node returns to a bucket whenever its minutes fall, so the result is
exact whatever the width of a bucket (Denardo and Fox, Operations Research 27 (1979) 161–186).
"""

from __future__ import annotations

import collections.abc
import dataclasses
import functools
import typing

import numba
import numpy as np
import numpy.typing as npt

from geo.network import lattice

Ints = npt.NDArray[np.int64]
Ints32 = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

NOWHERE = -1

_BUCKETS = 1 << 16

F = typing.TypeVar("F", bound=collections.abc.Callable[..., object])


@dataclasses.dataclass(frozen=True, eq=False)
class Steps:
    """Steps between cells of a grid, as part of a graph.

    Parameters
    ----------
    of
        The open steps.
    first
        Node of the first piece; those of the others follow.
    minutes
        What each step takes.
    """

    of: lattice.Lattice
    first: int
    minutes: Floats


@dataclasses.dataclass(frozen=True, eq=False)
class Graph:
    """Undirected graph in compressed rows: the half-arcs of node i are ``first[i]`` … ``first[i + 1]``.

    Parameters
    ----------
    first
        Where the half-arcs of each node begin, nodes + 1.
    target, minutes, arc
        Of each half-arc: the node that it leads to, what it takes, and the number of its arc.
    arcs
        Number of arcs.
    steps
        Steps between nodes that are pieces of cells; step k is told as arc ``arcs`` + k, wherever it is.
    """

    first: Ints
    target: Ints32
    minutes: Floats
    arc: Ints32
    arcs: int
    steps: Steps | None = None

    @property
    def count(self) -> int:
        """Number of nodes."""
        return len(self.first) - 1

    @functools.cached_property
    def bucket_min(self) -> float:
        """Width of a bucket: about a step, and wide enough that no arc leads beyond all buckets."""
        minutes = self.minutes if self.steps is None else np.concatenate([self.minutes, self.steps.minutes])
        if not len(minutes):
            return 1.0
        step = self.minutes if self.steps is None else self.steps.minutes
        return float(max(np.median(step) / 2, minutes.max() / (_BUCKETS / 2), 1e-6))


@dataclasses.dataclass(frozen=True, eq=False)
class Tree:
    """Least minutes to every node and the way there.

    Parameters
    ----------
    minutes
        Infinite where no source reaches.
    before, arc
        The node before and the arc from it; :data:`NOWHERE` at sources and where none reaches.
    label
        Position of the source from which the way comes, :data:`NOWHERE` where none reaches.
    """

    minutes: Floats
    before: Ints32
    arc: Ints32
    label: Ints32

    def walk(self, last: int) -> tuple[Ints, Ints]:
        """Nodes from the source to ``last``, and the arcs between them."""
        nodes, arcs = [last], []
        while self.before[nodes[-1]] != NOWHERE:
            arcs.append(int(self.arc[nodes[-1]]))
            nodes.append(int(self.before[nodes[-1]]))
        return np.array(nodes[::-1], dtype=np.int64), np.array(arcs[::-1], dtype=np.int64)


def build(count: int, node_a: Ints, node_b: Ints, minutes: Floats, *, steps: Steps | None = None) -> Graph:
    """Graph of ``count`` nodes; arcs without a finite time are left out, the others keep their number."""
    there = np.flatnonzero(np.isfinite(minutes) & (node_a != node_b))
    ends = (node_a[there].astype(np.int64), node_b[there].astype(np.int64))
    first, target, half_min, arc = _rows(count, *ends, minutes[there].astype(float), there)
    return Graph(first, target, half_min, arc, len(minutes), steps)


def spread(
    graph: Graph, sources: npt.ArrayLike, *, start_min: npt.ArrayLike = 0.0, limit_min: float = np.inf
) -> Tree:
    """Least minutes from the nearest of several sources to every node.

    Parameters
    ----------
    graph
        The graph.
    sources
        Nodes.
    start_min
        Minutes at which each source starts, one for all or one for each.
    limit_min
        Nodes that take longer are not reached; a node at exactly this time is.

    Returns
    -------
    Tree
        Of equally near sources any may be the label, the same one on every run.
    """
    nodes = np.atleast_1d(np.asarray(sources, dtype=np.int64))
    starts = np.broadcast_to(np.asarray(start_min, dtype=float), nodes.shape).copy()
    found = _unreached(graph.count)
    if len(nodes):
        # Sources that start far apart in time need buckets as wide as the span between them.
        width = max(graph.bucket_min, float(np.ptp(starts)) / (_BUCKETS / 2))
        _drain(_half(graph), nodes, starts, float(limit_min), width, found, _queue(graph.count))
    return Tree(*found)


def sums_along(tree: Tree, ends: Ints, values: Floats) -> Floats:
    """Sum of the values of the arcs on the way to each end; ``values`` by number of arc."""
    found = np.zeros(len(ends))
    _sum_along(tree.before, tree.arc, ends.astype(np.int64), values, found)
    return found


def marked_along(tree: Tree, ends: Ints, marked: npt.NDArray[np.bool_]) -> list[list[int]]:
    """List the marked arcs on the way to each end, from the source on; ``marked`` by number of arc."""
    counts, arcs = _marked_along(tree.before, tree.arc, ends.astype(np.int64), marked)
    # Plain lists: cutting an array takes longer than the way, of which most pass no mark.
    found, last = arcs.tolist(), np.cumsum(counts).tolist()
    return [found[end - count : end][::-1] for count, end in zip(counts.tolist(), last, strict=True)]


def sums_within(graph: Graph, sources: Ints, weights: Floats, *, limit_min: float) -> Floats:
    """Sum of the weights of all sources within a time of each node.

    Parameters
    ----------
    graph
        The graph.
    sources
        Node of each source.
    weights
        What is summed, sources × columns.
    limit_min
        Minutes; those at the limit count.

    Returns
    -------
    numpy.ndarray
        Nodes × columns.
    """
    found = np.zeros((graph.count, weights.shape[1]))
    if len(sources):
        tree, queue = _unreached(graph.count), _queue(graph.count)
        _sum(_half(graph), sources, weights, float(limit_min), graph.bucket_min, tree, queue, found)
    return found


class _Half(typing.NamedTuple):
    """Half-arcs and steps of a graph, as :class:`Graph` has them; without steps their arrays are empty."""

    first: Ints
    target: Ints32
    minutes: Floats
    arc: Ints32
    arcs: int
    first_piece: int
    cell: Ints32
    piece: Ints32
    open: npt.NDArray[np.uint16]
    ahead: Ints
    step_min: Floats


class _Found(typing.NamedTuple):
    """Arrays of a tree, filled while the wave spreads."""

    minutes: Floats
    before: Ints32
    arc: Ints32
    label: Ints32


class _Queue(typing.NamedTuple):
    """Empty buckets: the first node of each; the node ahead of each node and behind it in its bucket.

    ``ahead`` is the node itself while it waits in none. ``reached`` holds nodes in the order in which they
    were reached first.
    """

    head: Ints32
    ahead: Ints32
    behind: Ints32
    reached: Ints32


def _half(graph: Graph) -> _Half:
    own = (graph.first, graph.target, graph.minutes, graph.arc, graph.arcs)
    if graph.steps is None:
        none = np.empty(0, dtype=np.int32)
        return _Half(*own, 0, none, none, none.astype(np.uint16), none.astype(np.int64), none.astype(float))
    of = graph.steps.of
    return _Half(*own, graph.steps.first, of.cell, of.piece, of.open, of.ahead, graph.steps.minutes)


def _unreached(count: int) -> _Found:
    nowhere = [np.full(count, NOWHERE, dtype=np.int32) for _ in range(3)]
    return _Found(np.full(count, np.inf), *nowhere)


def _queue(count: int) -> _Queue:
    own = np.arange(count, dtype=np.int32)
    return _Queue(np.full(_BUCKETS, -1, dtype=np.int32), own, own.copy(), own.copy())


def _compiled(function: F) -> F:
    """Compile a function by numba, cached on disk if any place for the cache can be written."""
    try:
        ready = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:
        ready = numba.njit(nogil=True)(function)
    return typing.cast("F", ready)


@_compiled
def _rows(
    count: int, node_a: Ints, node_b: Ints, minutes: Floats, number: Ints
) -> tuple[Ints, Ints32, Floats, Ints32]:
    first = np.zeros(count + 1, np.int64)
    for k in range(node_a.size):
        first[node_a[k] + 1] += 1
        first[node_b[k] + 1] += 1
    for node in range(count):
        first[node + 1] += first[node]
    place = first[:-1].copy()
    target, arc = np.empty(2 * node_a.size, np.int32), np.empty(2 * node_a.size, np.int32)
    half_min = np.empty(2 * node_a.size, np.float64)
    for k in range(node_a.size):
        for end in range(2):
            start, to = (node_a[k], node_b[k]) if end == 0 else (node_b[k], node_a[k])
            at = place[start]
            place[start] += 1
            target[at], half_min[at], arc[at] = to, minutes[k], number[k]
    return first, target, half_min, arc


@_compiled
def _drain(
    graph: _Half,
    sources: Ints,
    starts: Floats,
    limit_min: float,
    width: float,
    found: _Found,
    queue: _Queue,
) -> int:
    """Spread from the sources, fill the tree, leave the queue empty; how many nodes were reached."""
    minutes = found.minutes
    waiting = 0
    number = 0
    bucket = int(np.floor(starts.min() / width))
    for k in range(sources.size):
        node = sources[k]
        if starts[k] <= limit_min and starts[k] < minutes[node]:
            number = _reached(queue, minutes, node, number)
            waiting += _put(queue, minutes, node, starts[k], width)
            found.label[node] = k
    while waiting:
        slot = bucket & (_BUCKETS - 1)
        node = queue.head[slot]
        if node == -1:
            bucket += 1
            continue
        _take(queue, node, slot)
        waiting -= 1
        for half in range(graph.first[node], graph.first[node + 1]):
            total = minutes[node] + graph.minutes[half]
            other = graph.target[half]
            if total < minutes[other] and total <= limit_min:
                number = _reached(queue, minutes, other, number)
                waiting += _put(queue, minutes, other, total, width)
                _came(found, other, node, graph.arc[half])
        row = node - graph.first_piece
        open_ = graph.open[row] if 0 <= row < graph.open.size else np.uint16(0)
        for step in range(graph.ahead.size if open_ else 0):
            if not (open_ >> step) & 1:
                continue
            total = minutes[node] + graph.step_min[step]
            other = graph.first_piece + graph.piece[graph.cell[row] + graph.ahead[step]]
            if total < minutes[other] and total <= limit_min:
                number = _reached(queue, minutes, other, number)
                waiting += _put(queue, minutes, other, total, width)
                _came(found, other, node, graph.arcs + step)
    return number


@_compiled
def _sum(
    graph: _Half,
    sources: Ints,
    weights: Floats,
    limit_min: float,
    width: float,
    found: _Found,
    queue: _Queue,
    sums: Floats,
) -> None:
    """Add the weights of each source to the nodes that it reaches, on arrays used again and again."""
    start = np.zeros(1)
    for k in range(sources.size):
        number = _drain(graph, sources[k : k + 1], start, limit_min, width, found, queue)
        for place in range(number):
            node = queue.reached[place]
            found.minutes[node] = np.inf
            for column in range(weights.shape[1]):
                sums[node, column] += weights[k, column]


@_compiled
def _sum_along(before: Ints32, arc: Ints32, ends: Ints, values: Floats, found: Floats) -> None:
    for k in range(ends.size):
        node = ends[k]
        while before[node] != -1:
            found[k] += values[arc[node]]
            node = before[node]


@_compiled
def _marked_along(
    before: Ints32, arc: Ints32, ends: Ints, marked: npt.NDArray[np.bool_]
) -> tuple[Ints, Ints]:
    counts = np.zeros(ends.size, np.int64)
    arcs = np.empty(16, np.int64)
    number = 0
    for k in range(ends.size):
        node = ends[k]
        while before[node] != -1:
            if marked[arc[node]]:
                if number == arcs.size:
                    arcs = np.concatenate((arcs, np.empty(number, np.int64)))
                arcs[number] = arc[node]
                number += 1
                counts[k] += 1
            node = before[node]
    return counts, arcs[:number]


@_compiled
def _reached(queue: _Queue, minutes: Floats, node: int, number: int) -> int:
    """Note a node that is reached for the first time; how many are reached now."""
    if minutes[node] == np.inf:
        queue.reached[number] = node
        return number + 1
    return number


@_compiled
def _came(found: _Found, node: int, before: int, arc: int) -> None:
    """Note the last arc of the way to a node."""
    found.before[node], found.arc[node], found.label[node] = before, arc, found.label[before]


@_compiled
def _put(queue: _Queue, minutes: Floats, node: int, total: float, width: float) -> int:
    """Lower the minutes of a node and hang it into its bucket; 1 if it did not wait before."""
    head, ahead, behind = queue.head, queue.ahead, queue.behind
    came = 1
    if ahead[node] != node:
        _take(queue, node, int(np.floor(minutes[node] / width)) & (_BUCKETS - 1))
        came = 0
    minutes[node] = total
    slot = int(np.floor(total / width)) & (_BUCKETS - 1)
    ahead[node], behind[node] = -1, head[slot]
    if head[slot] != -1:
        ahead[head[slot]] = node
    head[slot] = node
    return came


@_compiled
def _take(queue: _Queue, node: int, slot: int) -> None:
    """Take a node out of its bucket."""
    head, ahead, behind = queue.head, queue.ahead, queue.behind
    if ahead[node] == -1:
        head[slot] = behind[node]
    else:
        behind[ahead[node]] = behind[node]
    if behind[node] != -1:
        ahead[behind[node]] = ahead[node]
    ahead[node] = node
