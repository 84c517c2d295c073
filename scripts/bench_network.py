"""Travel times from all crossings to all places of the snapshot over roads and ground, against peers.

Ours is timed from the graph that stands ready to the finished table of times between places; a peer from
a graph of its own that stands ready to the distances between the same nodes.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import functools
import sys
import time

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse

from geo import access, routing, shortest
from layers import network
from scripts import contest

WHOLE = 1

Floats = npt.NDArray[np.float64]
Distances = collections.abc.Callable[[list[int], list[int]], object]
Prepare = collections.abc.Callable[[scipy.sparse.csr_array], Distances]


@dataclasses.dataclass(frozen=True)
class Task:
    """Places on a network, and whose times are asked for."""

    attached: access.Attached
    origins: list[str]
    places: list[str]


@functools.cache
def task() -> Task:
    """Everything that the snapshot holds."""
    attached = network.by_road(network.frames())
    crossings = sorted(set(attached.network.gates["crossing_id"]))
    return Task(attached, crossings, attached.terminals.index.unique().tolist())


def _ours(_size: int) -> contest.Measured:
    of = task()
    of.attached.graph  # noqa: B018 - what stands ready is not timed

    def solve() -> contest.Answer:
        fresh = dataclasses.replace(of.attached)
        fresh.__dict__["graph"] = of.attached.graph
        return routing.times(fresh, origins=of.origins, destinations=of.places).to_numpy()

    solve()
    return contest.measured(solve)


def _peer(prepare: Prepare) -> collections.abc.Callable[[int], contest.Measured]:
    def run(_size: int) -> contest.Measured:
        of = task()
        rows, _ = routing.terminals(of.attached, of.origins)
        columns, _ = routing.terminals(of.attached, of.places)
        solve = prepare(_matrix(of.attached.graph))
        started = time.perf_counter()
        found = solve(rows["node"].tolist(), columns["node"].tolist())
        seconds = time.perf_counter() - started
        answer = _least(_least(np.asarray(found), rows.index, axis=0), columns.index, axis=1)
        return contest.Measured(seconds, contest.peak_mb("self"), answer)

    return run


def _matrix(graph: shortest.Graph) -> scipy.sparse.csr_array:
    """Sparse matrix of a graph, the least of parallel arcs; no time is a little, as 0 means no arc."""
    start = np.repeat(np.arange(graph.count), np.diff(graph.first))
    arcs = pd.DataFrame({"u": start, "v": graph.target, "minutes": np.maximum(graph.minutes, 1e-9)})
    least = arcs.groupby(["u", "v"])["minutes"].min()
    ends = tuple(least.index.get_level_values(end).to_numpy() for end in ("u", "v"))
    return scipy.sparse.coo_array((least.to_numpy(), ends), shape=(graph.count, graph.count)).tocsr()


def _least(minutes: Floats, places: collections.abc.Iterable[str], *, axis: int) -> Floats:
    """Least of the rows (columns) of each place; those of one place stand together."""
    names = np.asarray(list(places))
    starts = np.flatnonzero(np.concatenate([[True], names[1:] != names[:-1]]))
    return np.minimum.reduceat(minutes, starts, axis=axis)


def _igraph(minutes: scipy.sparse.csr_array) -> Distances:
    import igraph

    arcs = minutes.tocoo()
    once = arcs.row < arcs.col
    pairs = np.column_stack([arcs.row[once], arcs.col[once]]).tolist()
    graph = igraph.Graph(n=arcs.shape[0], edges=pairs)
    weights = arcs.data[once].tolist()
    return lambda sources, targets: graph.distances(source=sources, target=targets, weights=weights)


def _networkx(minutes: scipy.sparse.csr_array) -> Distances:
    import networkx

    graph = networkx.from_scipy_sparse_array(minutes)

    def distances(sources: list[int], targets: list[int]) -> list[list[float]]:
        reached = (networkx.single_source_dijkstra_path_length(graph, source) for source in sources)
        return [[row[target] for target in targets] for row in reached]

    return distances


CONTEST = contest.Contest(
    (
        contest.Contender("borderzone", contest.version_of("borderzone"), _ours),
        contest.Contender("igraph", contest.version_of("igraph"), _peer(_igraph)),
        contest.Contender("networkx", contest.version_of("networkx"), _peer(_networkx)),
    ),
    sizes=(WHOLE,),
    amount=lambda _size: len(task().origins) * len(task().places),
    program=__spec__.name,
)


def run(rounds: int) -> contest.Report:
    """All contenders on the roads of the snapshot."""
    rows = contest.hold(CONTEST, rounds=rounds)
    title = "Travel times from all crossings to all places over roads and ground"
    figures = {"nodes": float(task().attached.graph.count)}
    return contest.Report(title, "times", rows, figures)


if __name__ == "__main__":
    contest.take_turn(CONTEST, sys.argv[1:])
