"""Least times from one node to all on graphs of crossed streets, against peers.

A graph of side n has n × n nodes, each joined to its neighbours by streets of 1 to 10 minutes. All solve
the same graph and start warm: it stands ready in their own format, and what has to be compiled is.
"""

from __future__ import annotations

import collections.abc
import sys

import numpy as np
import numpy.typing as npt
import scipy.sparse
import scipy.sparse.csgraph

from geo.network import shortest
from scripts.bench import contest

SIDES = (500, 1_000)
GROWTH_SIDES = (250, 500, 1_000, 2_000)

Edges = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]
Solve = collections.abc.Callable[[int], contest.Answer]
Prepare = collections.abc.Callable[[int, Edges], Solve]


def streets(side: int) -> Edges:
    """Draw the ends and minutes of the streets, the same on every run."""
    node = np.arange(side * side).reshape(side, side)
    ends = [(node[:, :-1], node[:, 1:]), (node[:-1], node[1:])]
    a, b = (np.concatenate([pair[end].ravel() for pair in ends]) for end in (0, 1))
    return a, b, np.random.default_rng(0).uniform(1, 10, len(a))


def _borderzone(count: int, edges: Edges) -> Solve:
    graph = shortest.build(count, *edges)
    return lambda source: shortest.spread(graph, [source]).minutes


def _scipy(count: int, edges: Edges) -> Solve:
    a, b, minutes = edges
    matrix = scipy.sparse.coo_array((minutes, (a, b)), shape=(count, count)).tocsr()

    def solve(source: int) -> contest.Answer:
        found: contest.Answer = scipy.sparse.csgraph.dijkstra(matrix, directed=False, indices=source)
        return found

    return solve


def _igraph(count: int, edges: Edges) -> Solve:
    import igraph

    a, b, minutes = edges
    graph = igraph.Graph(n=count, edges=np.column_stack([a, b]).tolist())
    weights = minutes.tolist()
    return lambda source: np.array(graph.distances(source=[source], weights=weights)[0])


def _networkx(count: int, edges: Edges) -> Solve:
    import networkx

    graph = networkx.Graph()
    graph.add_weighted_edges_from(zip(*(values.tolist() for values in edges), strict=True))

    def solve(source: int) -> contest.Answer:
        reached = networkx.single_source_dijkstra_path_length(graph, source)
        return np.array([reached[node] for node in range(count)])

    return solve


def _run(prepare: Prepare) -> collections.abc.Callable[[int], contest.Measured]:
    def run(side: int) -> contest.Measured:
        prepare(16, streets(4))(0)
        solve = prepare(side * side, streets(side))
        return contest.measured(lambda: solve(side * side // 2))

    return run


OURS = contest.Contender("borderzone", contest.version_of("borderzone"), _run(_borderzone))
PEERS = (
    contest.Contender("igraph", contest.version_of("igraph"), _run(_igraph)),
    contest.Contender("scipy", contest.version_of("scipy"), _run(_scipy)),
    contest.Contender("networkx", contest.version_of("networkx"), _run(_networkx)),
)


def _contest(peers: tuple[contest.Contender, ...], sides: tuple[int, ...]) -> contest.Contest:
    return contest.Contest((OURS, *peers), sides, lambda side: side * side, program=__spec__.name)


def run(rounds: int, sides: tuple[int, ...] = SIDES) -> contest.Report:
    """All contenders on graphs of some sides."""
    rows = contest.hold(_contest(PEERS, sides), rounds=rounds)
    return contest.Report("Least times from one node to all", "nodes", rows)


def run_growth(rounds: int, sides: tuple[int, ...] = GROWTH_SIDES) -> contest.Report:
    """Ours on graphs of rising size, and the exponent of the growth of time."""
    rows = contest.hold(_contest((), sides), rounds=rounds)
    figures = {"exponent of the growth of time": contest.growth(rows)}
    return contest.Report("Least times from one node to all, growth with nodes", "nodes", rows, figures)


if __name__ == "__main__":
    contest.take_turn(_contest(PEERS, ()), sys.argv[1:])
