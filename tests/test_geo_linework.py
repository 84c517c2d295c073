"""Linework as a network: noding, gaps, spurs, chains, on drawings small enough to count by hand."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import errors
from geo.coverage import linework

METRIC = "EPSG:32636"


def _lines(*coordinates):
    return gpd.GeoSeries([shapely.LineString(line) for line in coordinates], crs=METRIC)


def _wkt(lines):
    return sorted(shapely.normalize(line).wkt for line in lines)


def test_lines_are_split_where_they_cross_and_duplicates_fall_together():
    cross = _lines([(0, 0), (100, 0)], [(50, -50), (50, 50)], [(100, 0), (0, 0)])
    edges = linework.node(cross)
    assert edges.length.tolist() == [50, 50, 50, 50]
    assert len(linework.nodes(edges)) == 5


def test_vertices_are_put_on_the_grid():
    edges = linework.node(_lines([(0.4, 0.3), (103, 1)]), grid_m=5)
    assert _wkt(edges) == ["LINESTRING (0 0, 105 0)"]


def test_degrees_are_refused():
    with pytest.raises(errors.CrsError):
        linework.node(gpd.GeoSeries([shapely.LineString([(30, 54), (31, 54)])], crs="EPSG:4326"))


def test_a_gap_between_two_loose_ends_is_closed_within_reach_only():
    broken = _lines([(0, 0), (1000, 0)], [(1100, 0), (2000, 0)])
    assert linework.close_gaps(broken, reach_m=99).length.sum() == 1900
    closed = linework.close_gaps(broken, reach_m=100)
    assert closed.length.sum() == 2000
    assert len(linework.merge_chains(closed.to_frame("geometry").assign(kind=1))) == 1


def test_a_loose_end_is_joined_to_the_line_beside_it():
    edges = linework.close_gaps(_lines([(0, 0), (1000, 0)], [(400, 60), (400, 900)]), reach_m=100)
    ends = linework.ends(edges)
    assert len(edges) == 4
    assert set(linework.components(ends["u"].to_numpy(), ends["v"].to_numpy())) == {0}
    assert shapely.Point(400, 0) in list(linework.nodes(edges))


def test_a_broken_carriageway_is_mended_along_itself_not_across():
    """The other carriageway is 60 m away, the continuation 100 m: less than twice as far."""
    edges = linework.close_gaps(
        _lines([(0, 0), (1000, 0)], [(1100, 0), (2000, 0)], [(0, 60), (2000, 60)]), reach_m=150
    )
    assert "LINESTRING (1000 0, 1100 0)" in _wkt(edges)
    assert shapely.Point(1000, 60) not in list(linework.nodes(edges))


def test_a_much_nearer_line_wins_over_another_loose_end():
    edges = linework.close_gaps(
        _lines([(0, 0), (1000, 0)], [(1100, 0), (2000, 0)], [(0, 20), (2000, 20)]), reach_m=150
    )
    assert shapely.Point(1000, 20) in list(linework.nodes(edges))


def test_spurs_go_and_dead_ends_stay():
    tree = linework.node(_lines([(0, 0), (1000, 0)], [(500, 0), (500, 40)], [(700, 0), (700, 300)]))
    kept = linework.prune_spurs(tree, shorter_than_m=50)
    assert kept.length.sum() == 1300


def test_short_loops_go():
    loop = _lines([(0, 0), (1000, 0)], [(1000, 0), (1010, 10), (1020, 0), (1000, 0)])
    assert linework.prune_spurs(loop, shorter_than_m=100).length.tolist() == [1000]


def test_chains_end_at_junctions_at_changes_and_at_kept_nodes():
    edges = gpd.GeoDataFrame(
        {"road_class": ["a", "a", "b", "b", "b", "a"]},
        geometry=_lines(
            [(0, 0), (1, 0)],
            [(1, 0), (2, 0)],
            [(2, 0), (3, 0)],
            [(3, 0), (4, 0)],
            [(4, 0), (5, 0)],
            [(4, 0), (4, 1)],
        ),
    )
    merged = linework.merge_chains(edges)
    assert sorted(zip(merged["road_class"], merged.length, strict=True)) == [
        ("a", 1),
        ("a", 2),
        ("b", 1),
        ("b", 2),
    ]
    kept = int(linework.nodes(edges.geometry).sindex.nearest(shapely.Point(1, 0))[1][0])
    assert len(linework.merge_chains(edges, keep=[kept])) == 5


def test_nodes_are_numbered_in_the_order_of_x_then_y():
    ends = linework.ends(_lines([(5, 5), (0, 9)], [(0, 1), (5, 5)]))
    assert ends["u"].tolist() == [2, 0]
    assert ends["v"].tolist() == [1, 2]
    assert ends["loose_u"].tolist() == [False, True]
    assert ends["loose_v"].tolist() == [True, False]


def test_the_largest_component_is_number_zero():
    assert linework.components(np.array([7, 0, 1]), np.array([8, 1, 2])).tolist() == [1, 0, 0]


coordinates = st.integers(0, 40).map(lambda step: step * 10)
segments = st.lists(
    st.tuples(st.tuples(coordinates, coordinates), st.tuples(coordinates, coordinates)).filter(
        lambda ends: ends[0] != ends[1]
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=40)
@given(segments)
def test_noding_is_stable_and_loses_no_line(drawn):
    lines = _lines(*drawn)
    edges = linework.node(lines)
    again = linework.node(edges)
    assert edges.geom_equals(again).all()
    assert edges.union_all().hausdorff_distance(lines.union_all()) <= linework.GRID_M
    crossing = edges.sindex.query(edges, predicate="crosses")
    assert crossing.size == 0


@settings(max_examples=40)
@given(segments)
def test_merging_keeps_length_and_connection(drawn):
    edges = linework.node(_lines(*drawn))
    merged = linework.merge_chains(edges.to_frame("geometry").assign(kind="a")).geometry
    assert merged.length.sum() == pytest.approx(edges.length.sum())
    before, after = linework.ends(edges), linework.ends(merged)
    parts = [len(set(linework.components(t["u"].to_numpy(), t["v"].to_numpy()))) for t in (before, after)]
    assert parts[0] == parts[1]


@settings(max_examples=40)
@given(segments, st.integers(0, 120))
def test_closing_gaps_never_divides(drawn, reach_m):
    edges = linework.node(_lines(*drawn))
    closed = linework.close_gaps(edges, reach_m=reach_m)
    before, after = linework.ends(edges), linework.ends(closed)
    parts = [len(set(linework.components(t["u"].to_numpy(), t["v"].to_numpy()))) for t in (before, after)]
    assert parts[1] <= parts[0]
