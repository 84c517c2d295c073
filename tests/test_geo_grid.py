"""Cells of a grid near shapes, against shapely cell by cell."""

import hypothesis
import numpy as np
import pyproj
import shapely
from hypothesis import strategies as st

from geo.raster import grid

CRS = pyproj.CRS("EPSG:32636")


@hypothesis.given(
    st.lists(st.tuples(st.integers(-2, 12), st.integers(-2, 10)), min_size=1, max_size=4, unique=True),
    st.integers(0, 2),
)
def test_cells_near_a_shape_are_all_told_and_no_far_ones(halves, cells):
    """Half cells put points and lines on edges and corners, of which the cells on both sides are touched."""
    on = grid.Grid(0, 4_000, 1_000, 4, 5, CRS)
    points = np.array(halves) * 500.0
    shape = shapely.LineString(points) if len(points) > 1 else shapely.Point(points[0])
    for (row, column), told in np.ndenumerate(
        grid.near(on, np.array([shape]), cells=cells).reshape(on.shape)
    ):
        box = shapely.box(column * 1_000, 3_000 - row * 1_000, column * 1_000 + 1_000, 4_000 - row * 1_000)
        sure, possible = (
            box.buffer(out * 1_000 + hair, join_style="mitre") for out, hair in ((cells, -1), (cells + 1, 1))
        )
        assert told or not sure.intersects(shape)
        assert possible.intersects(shape) or not told
