import geopandas as gpd
import hypothesis
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import strategies as st

from geo import barrier, cost, errors, grid

METRIC = pyproj.CRS("EPSG:32636")
SIDE = 24
ON = grid.Grid(west_m=500_000, north_m=6_000_000, cell_m=100, rows=SIDE, columns=SIDE, crs=METRIC)


def _lines(*shapes):
    """Lines given in columns and rows of the grid."""
    placed = [shapely.transform(shape, _to_metres) for shape in shapes]
    return gpd.GeoSeries(placed, crs=METRIC)


def _to_metres(places):
    return (ON.west_m, ON.north_m) + places * (ON.cell_m, -ON.cell_m)


def _side_by_side(mask):
    """Whether the true cells hang together by their sides."""
    cells = {tuple(cell) for cell in np.argwhere(mask).tolist()}
    queue = [cells.pop()]
    while queue:
        row, column = queue.pop()
        for near in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
            if near in cells:
                cells.remove(near)
                queue.append(near)
    return not cells


def _centres_within(polygon):
    rows, columns = np.indices(ON.shape) + 0.5
    return shapely.contains_xy(polygon, columns, rows)


whole = st.integers(1, SIDE - 1).map(float)
anywhere = st.floats(0.5, SIDE - 0.5)
places = st.one_of(st.tuples(whole, whole), st.tuples(anywhere, anywhere))


@hypothesis.given(st.lists(places, min_size=3, max_size=9, unique=True), st.sampled_from([8, 16]))
def test_no_move_leaks_through_a_closed_line(points, moves):
    polygon = shapely.Polygon(points)
    hypothesis.assume(polygon.is_valid)
    wall = barrier.along(ON, _lines(polygon.exterior))
    inner = _centres_within(polygon) & ~wall
    hypothesis.assume(inner.any())
    surface = cost.accumulate(np.ones(ON.shape), np.argwhere(inner), cell_m=100, barriers=wall, moves=moves)
    np.testing.assert_array_equal(np.isfinite(surface.cost), inner)


@hypothesis.given(st.lists(places, min_size=2, max_size=6))
def test_cells_of_a_line_hang_together_by_their_sides_and_lie_under_it(points):
    line = shapely.LineString(points)
    mask = barrier.along(ON, _lines(line))
    assert _side_by_side(mask)
    for row, column in np.argwhere(mask):
        assert line.distance(shapely.box(column, row, column + 1, row + 1)) < 1e-9


@hypothesis.given(st.lists(st.tuples(anywhere, anywhere), min_size=2, max_size=6))
def test_every_cell_that_a_line_runs_through_is_marked(points):
    line = shapely.LineString(points)
    mask = barrier.along(ON, _lines(line))
    rows, columns = np.indices(ON.shape)
    inner = shapely.box(columns + 1e-6, rows + 1e-6, columns + 1 - 1e-6, rows + 1 - 1e-6)
    assert mask[shapely.length(shapely.intersection(line, inner)) > 1e-9].all()


def test_diagonal_through_the_corners_is_a_staircase():
    mask = barrier.along(ON, _lines(shapely.LineString([(0.5, 0.5), (3.5, 3.5)])))
    np.testing.assert_array_equal(
        mask[:4, :4].astype(int), [[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1], [0, 0, 0, 1]]
    )
    assert mask.sum() == 7


@pytest.mark.parametrize("moves", [8, 16])
def test_passage_taken_out_of_the_line_opens_the_way(moves):
    border = shapely.LineString([(0, 3.2), (9.7, 11.1), (13.3, 9.4), (24, 20.9)])
    gate = border.interpolate(0.6, normalized=True).buffer(2)
    friction = np.ones(ON.shape)
    shut = barrier.along(ON, _lines(border))
    ajar = barrier.along(ON, _lines(border.difference(gate)))
    for wall, reached in ((shut, False), (ajar, True)):
        surface = cost.accumulate(
            friction, [(SIDE - 1, 0)], cell_m=100, barriers=wall, moves=moves, links=True
        )
        assert np.isfinite(surface.cost[0, SIDE - 1]) == reached
    rows, columns = cost.trace(surface, (0, SIDE - 1)).T
    assert (shapely.distance(gate, shapely.points(columns + 0.5, rows + 0.5)) < 0.01).any()


def test_parts_off_the_grid_and_empty_lines_mark_nothing():
    lines = [shapely.LineString([(-9, -9), (-2, 30)]), shapely.LineString()]
    assert not barrier.along(ON, _lines(*lines)).any()
    assert not barrier.along(ON, gpd.GeoSeries([None], crs=METRIC)).any()


def test_multi_part_lines_mark_as_their_parts_do():
    parts = [shapely.LineString([(1, 1), (7, 4)]), shapely.LineString([(20, 3), (18, 22)])]
    both = barrier.along(ON, _lines(shapely.MultiLineString(parts)))
    np.testing.assert_array_equal(both, barrier.along(ON, _lines(*parts)))


def test_wrong_lines_are_refused():
    with pytest.raises(errors.CrsError, match=r"expected WGS 84 . UTM zone 36N"):
        barrier.along(ON, gpd.GeoSeries([shapely.LineString([(0, 0), (1, 1)])], crs="EPSG:4326"))
    with pytest.raises(errors.GeometryError, match="is not a line"):
        barrier.along(ON, _lines(shapely.Point(3, 3).buffer(1)))
