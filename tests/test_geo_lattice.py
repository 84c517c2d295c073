"""Steps between cells against networkx on a graph that lists them one by one."""

import itertools

import hypothesis
import networkx as nx
import numpy as np
import pytest
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from geo.network import lattice, shortest

CELL_KM = 0.5
polygons = st.integers(1, 6).flatmap(
    lambda rows: st.integers(1, 6).flatmap(
        lambda columns: arrays.arrays(np.int32, (rows, columns), elements=st.sampled_from([-1, 0, 0, 0, 1]))
    )
)


def steps_of(polygon):
    """Pieces in the order of their cells; the first piece is no whole cell."""
    numbers = np.full(polygon.shape, -1, dtype=np.int32)
    cells = np.flatnonzero(polygon.ravel() >= 0)
    numbers.flat[cells] = 1 + np.arange(len(cells))
    of_piece = np.concatenate([[0], cells]).astype(np.int32)
    return lattice.build(numbers, polygon, of_piece, CELL_KM), cells


def passed(row, column, down, across):
    """Cells on the straight line between two cells: of a diagonal either will do, of a knight's move both."""
    if abs(down) + abs(across) == 1:
        return []
    if abs(down) == abs(across):
        return [(row + down, column), (row, column + across)]
    if abs(down) == 2:
        return [(row + down // 2, column), (row + down // 2, column + across)]
    return [(row, column + across // 2), (row + down, column + across // 2)]


def listed(polygon, cells, there):
    """All steps as a graph of pieces."""
    found = nx.Graph()
    found.add_nodes_from(range(len(cells) + 1))
    piece = {tuple(np.unravel_index(cell, polygon.shape)): k + 1 for k, cell in enumerate(cells)}
    moves = [move for move in itertools.product(range(-2, 3), repeat=2) if 0 < np.hypot(*move) < 2.5]
    for (row, column), (down, across) in itertools.product(piece, moves):
        end = row + down, column + across
        if (abs(down), abs(across)) in {(0, 2), (2, 0)} or end not in piece:
            continue
        own = polygon[row, column]
        open_ = [cell in piece and polygon[cell] == own for cell in passed(row, column, down, across)]
        enough = any(open_) if abs(down) == abs(across) else all(open_)
        ends = piece[row, column], piece[end]
        if polygon[end] == own and enough and all(there[list(ends)]):
            found.add_edge(*ends, weight=np.hypot(down, across) * CELL_KM)
    return found


@hypothesis.given(polygons, st.randoms(use_true_random=False))
def test_ways_over_cells_are_those_over_the_steps_one_by_one(polygon, random):
    steps, cells = steps_of(polygon)
    there = np.array([random.random() < 0.9 for _ in range(len(cells) + 1)])
    judge = listed(polygon, cells, there)
    # Nodes: two of no grid, then the pieces; one arc enters the first piece, one leads past all of them.
    first, count = 2, len(cells) + 3
    pairs = [(0, first), (first, first + len(cells)), (0, 1)]
    a, b = np.array(pairs).T
    minutes = np.array([0.25, 3.0, np.inf])
    own = shortest.Steps(steps.between(there), first=first, minutes=steps.step_km)
    graph = shortest.build(count, a, b, minutes, steps=own)
    ways = nx.relabel_nodes(judge, {piece: piece + first for piece in judge})
    ways.add_nodes_from(range(first))
    for pair, taken in zip(pairs, minutes, strict=True):
        known = ways.edges[pair]["weight"] if ways.has_edge(*pair) else np.inf
        if min(known, taken) < np.inf:
            ways.add_edge(*pair, weight=min(known, taken))
    for source in {0, first, first + len(cells)}:
        expected = np.full(count, np.inf)
        reached = nx.single_source_dijkstra_path_length(ways, source)
        expected[list(reached)] = list(reached.values())
        tree = shortest.spread(graph, source)
        np.testing.assert_allclose(tree.minutes, expected, rtol=1e-12)
        ends = np.flatnonzero(np.isfinite(expected))
        taken = np.concatenate([minutes, steps.step_km])
        np.testing.assert_allclose(shortest.sums_along(tree, ends, taken), expected[ends], rtol=1e-12)


def test_a_step_is_told_as_an_arc_after_the_last():
    steps, _ = steps_of(np.zeros((1, 3), dtype=np.int32))
    own = shortest.Steps(steps, first=0, minutes=steps.step_km)
    tree = shortest.spread(shortest.build(4, *np.array([[0], [1]]), np.ones(1), steps=own), 0)
    nodes, arcs = tree.walk(3)
    assert nodes.tolist() == [0, 1, 2, 3]
    east = 1 + lattice.STEPS.index((0, 1))
    assert arcs.tolist() == [0, east, east]


def test_an_open_plain_is_crossed_at_most_2_8_percent_longer_than_straight():
    """Sixteen directions: the worst lies halfway between two of them, at 13.3 degrees from one."""
    size = 81
    steps, _ = steps_of(np.zeros((size, size), dtype=np.int32))
    own = shortest.Steps(steps, first=0, minutes=steps.step_km)
    middle = 1 + (size * size) // 2
    none = np.empty((2, 0), dtype=np.int64)
    tree = shortest.spread(shortest.build(size * size + 1, *none, np.empty(0), steps=own), middle)
    row, column = np.divmod(np.arange(size * size), size)
    straight = np.hypot(row - size // 2, column - size // 2) * CELL_KM
    there = straight > 0
    longer = tree.minutes[1:][there] / straight[there]
    assert longer.min() == pytest.approx(1)
    assert 1.026 < longer.max() < 1.0279
