"""Shortest paths against networkx and scipy on random graphs; what must hold of every way."""

import hypothesis
import networkx as nx
import numpy as np
import pytest
from hypothesis import strategies as st
from scipy import sparse
from scipy.sparse import csgraph

from geo.network import shortest

MOST = 12


@st.composite
def graphs(draw):
    """Few nodes and many arcs: parallel ones, loops, arcs of no length, arcs that are closed."""
    count = draw(st.integers(1, MOST))
    node = st.integers(0, count - 1)
    # Eighths add up without rounding, so that limits are met exactly.
    taken = st.one_of(st.integers(0, 80).map(lambda eighths: eighths / 8), st.just(np.inf))
    arcs = draw(st.lists(st.tuples(node, node, taken), max_size=30))
    a, b, minutes = np.array(arcs, dtype=float).reshape(-1, 3).T
    return count, a.astype(np.int64), b.astype(np.int64), minutes


starts_min = st.integers(0, 100).map(lambda eighths: eighths / 8)
sources_of = st.lists(st.tuples(st.integers(0, MOST - 1), starts_min), min_size=1, max_size=4)
limits = st.one_of(st.just(np.inf), starts_min)


def judged(count, a, b, minutes):
    """Minutes between all nodes as networkx finds them."""
    judge = nx.MultiGraph()
    judge.add_nodes_from(range(count))
    open_ = np.isfinite(minutes)
    judge.add_weighted_edges_from(zip(a[open_], b[open_], minutes[open_], strict=True))
    found = np.full((count, count), np.inf)
    for start, reached in nx.all_pairs_dijkstra_path_length(judge):
        found[start, list(reached)] = list(reached.values())
    return found


@hypothesis.given(graphs(), sources_of, limits)
def test_minutes_ways_and_labels_are_right_on_random_graphs(parts, sources, limit_min):
    count, a, b, minutes = parts
    nodes = np.array([node % count for node, _ in sources])
    starts = np.array([start for _, start in sources])
    by_source = starts[:, None] + judged(*parts)[nodes]
    expected = by_source.min(axis=0)
    expected[expected > limit_min] = np.inf
    graph = shortest.build(*parts)
    tree = shortest.spread(graph, nodes, start_min=starts, limit_min=limit_min)
    assert tree.minutes.tolist() == expected.tolist()

    marked = np.arange(len(a)) % 2 == 0
    ends = np.arange(count)
    sums = shortest.sums_along(tree, ends, minutes)
    lists = shortest.marked_along(tree, ends, marked)
    for end in ends:
        walked, arcs = tree.walk(end)
        assert lists[end] == [arc for arc in arcs.tolist() if marked[arc]]
        if np.isinf(expected[end]):
            assert (walked.tolist(), arcs.tolist(), tree.label[end]) == ([end], [], shortest.NOWHERE)
            continue
        label = tree.label[end]
        assert (walked[0], walked[-1]) == (nodes[label], end)
        assert by_source[label, end] == expected[end]
        assert sums[end] == minutes[arcs].sum() == expected[end] - starts[label]
        for before, after, arc in zip(walked[:-1], walked[1:], arcs, strict=True):
            assert {before, after} == {a[arc], b[arc]}


@hypothesis.given(graphs(), sources_of, limits)
def test_sums_within_are_those_of_the_sources_one_by_one(parts, sources, limit_min):
    nodes = np.array([node % parts[0] for node, _ in sources])
    weights = np.column_stack([np.arange(1.0, len(nodes) + 1), [start for _, start in sources]])
    within = judged(*parts)[nodes] <= limit_min
    if np.isinf(limit_min):
        within &= np.isfinite(judged(*parts)[nodes])
    found = shortest.sums_within(shortest.build(*parts), nodes, weights, limit_min=limit_min)
    np.testing.assert_array_equal(found, within.T.astype(float) @ weights)


@pytest.mark.parametrize("spread_of_lengths", [0, 2, 6])
def test_a_large_graph_agrees_with_scipy(spread_of_lengths):
    """Lengths of one size, and lengths so uneven that buckets cannot fit them all."""
    draw = np.random.default_rng(spread_of_lengths)
    count, arcs = 600, 2_000
    a, b = draw.integers(0, count, (2, arcs))
    minutes = draw.random(arcs) * 10.0 ** draw.uniform(-spread_of_lengths, spread_of_lengths, arcs) + 1e-9
    starts = draw.uniform(0, 10.0**spread_of_lengths, 3)
    sources = np.array([3, 70, 500])
    dense = np.full((count, count), np.inf)
    np.minimum.at(dense, (a, b), minutes)
    there = np.isfinite(dense)
    ways = sparse.csr_array((dense[there], np.nonzero(there)), shape=dense.shape)
    by_source = starts[:, None] + csgraph.dijkstra(ways, directed=False, indices=sources)
    found = shortest.spread(shortest.build(count, a, b, minutes), sources, start_min=starts)
    np.testing.assert_allclose(found.minutes, by_source.min(axis=0), rtol=1e-12)
    np.testing.assert_array_equal(found.label[np.isfinite(found.minutes)] >= 0, True)


def test_sources_may_start_far_apart_in_time():
    """A day of quarter minutes between two starts, at the ends of a line of nodes."""
    count = 50
    line = np.arange(count - 1)
    graph = shortest.build(count, line, line + 1, np.full(count - 1, 0.25))
    found = shortest.spread(graph, [0, count - 1], start_min=[1e6, 0.0])
    assert found.minutes.tolist() == (0.25 * np.arange(count)[::-1]).tolist()
    assert set(found.label.tolist()) == {1}


def test_what_lies_at_exactly_the_limit_is_reached():
    line = np.arange(4)
    graph = shortest.build(5, line, line + 1, np.ones(4))
    assert shortest.spread(graph, 0, limit_min=2.0).minutes.tolist() == [0, 1, 2, np.inf, np.inf]
    assert np.isinf(shortest.spread(graph, 0, start_min=3.0, limit_min=2.0).minutes).all()
    sums = shortest.sums_within(graph, np.array([0, 4]), np.array([[1.0], [10.0]]), limit_min=2.0)
    assert sums[:, 0].tolist() == [1, 1, 11, 10, 10]


def test_arcs_keep_their_number_when_others_are_left_out():
    a, b = np.array([0, 1, 1, 0, 2]), np.array([1, 1, 2, 2, 3])
    minutes = np.array([np.inf, 1.0, 5.0, 2.0, 1.0])
    tree = shortest.spread(shortest.build(4, a, b, minutes), 1)
    assert tree.walk(3)[1].tolist() == [2, 4]
    assert tree.walk(0)[1].tolist() == [2, 3]


def test_without_arcs_or_sources_nothing_is_reached():
    empty = shortest.build(3, *np.empty((2, 0), dtype=np.int64), np.empty(0))
    assert shortest.spread(empty, 1).minutes.tolist() == [np.inf, 0, np.inf]
    assert np.isinf(shortest.spread(empty, []).minutes).all()
    assert not shortest.sums_within(empty, np.empty(0, np.int64), np.empty((0, 2)), limit_min=1).any()
