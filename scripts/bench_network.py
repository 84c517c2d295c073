"""Travel times from all unit centres and crossings to all places of the snapshot, against peers.

Ours is timed from the network to the finished table of times between places, legs and all; a peer
only from a graph that stands ready to the distances between the nodes where places enter the network.
Straight ways beside the network are left out, as peers know none.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import functools
import sys
import time

import numpy as np
import numpy.typing as npt
import scipy.sparse

from geo import access, routing
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
    layers = network.frames()
    attached = network.by_road(layers)
    crossings = sorted(set(attached.network.gates["crossing_id"]))
    over_network = dataclasses.replace(attached, rule=dataclasses.replace(attached.rule, max_km=0))
    origins = [*network.centres(layers).index, *crossings]
    return Task(over_network, origins, attached.terminals.index.unique().tolist())


def _ours(_size: int) -> contest.Measured:
    of = task()

    def solve() -> contest.Answer:
        return routing.times(of.attached, origins=of.origins, destinations=of.places).to_numpy()

    solve()
    return contest.measured(solve)


def _peer(prepare: Prepare) -> collections.abc.Callable[[int], contest.Measured]:
    def run(_size: int) -> contest.Measured:
        of = task()
        pinned, terminals = access.pin(of.attached, of.places)
        rows, columns = terminals.loc[of.origins], terminals.loc[of.places]
        sources, start = np.unique(rows["node"], return_inverse=True)
        targets, end = np.unique(columns["node"], return_inverse=True)
        solve = prepare(routing.graph(pinned).minutes)
        started = time.perf_counter()
        found = solve(sources.tolist(), targets.tolist())
        seconds = time.perf_counter() - started
        minutes = np.asarray(found)[start][:, end]
        minutes += rows["leg_min"].to_numpy()[:, None] + columns["leg_min"].to_numpy()
        apart = [rows[name].to_numpy()[:, None] - columns[name].to_numpy() for name in ("x_m", "y_m")]
        minutes[np.hypot(*apart) == 0] = 0
        answer = _least(_least(minutes, rows.index, axis=0), columns.index, axis=1)
        return contest.Measured(seconds, contest.peak_mb("self"), answer)

    return run


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
    title = "Travel times from all unit centres and crossings to all places by road"
    figures = {"nodes": float(len(access.pin(task().attached, task().places)[0].nodes))}
    return contest.Report(title, "times", rows, figures)


if __name__ == "__main__":
    contest.take_turn(CONTEST, sys.argv[1:])
