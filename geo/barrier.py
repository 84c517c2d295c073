"""Lines as barriers that no move over a grid can cross."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo import errors, grid

_LINES = (shapely.GeometryType.LINESTRING, shapely.GeometryType.LINEARRING)


def along(on: grid.Grid, lines: gpd.GeoSeries) -> npt.NDArray[np.bool_]:
    """Cells under lines, thick enough that :func:`geo.cost.accumulate` finds no way across.

    Every cell that a line runs through is marked, and where it runs through a corner one of the two
    cells beside it, so that the cells of a line hang together by their sides. A diagonal move would
    have to pass between two such cells, and a knight's move passes over cells that hang together by
    their sides with both its ends, so neither crosses the line.

    To leave a passage, take it out of the lines: ``lines.difference(place.buffer(reach_m))`` with a
    reach of two cells or more opens the way.

    Parameters
    ----------
    on
        The grid.
    lines
        (Multi)LineStrings in the CRS of the grid; what lies off the grid is left out.

    Returns
    -------
    numpy.ndarray
        Shape of the grid, true under a line.

    Raises
    ------
    CrsError
        If the CRS differs from that of the grid.
    GeometryError
        If a geometry is not a line or has a coordinate that is not finite.
    """
    grid.require_crs(on, lines)
    parts = shapely.get_parts(lines[~(lines.is_empty | lines.isna())].to_numpy())
    kinds = shapely.get_type_id(parts)
    if not np.isin(kinds, _LINES).all():
        raise errors.GeometryError("a barrier is not a line; expected LineStrings or MultiLineStrings")
    if not np.isfinite(shapely.get_coordinates(parts)).all():
        raise errors.GeometryError("a barrier has a coordinate that is not finite; expected metres")
    mask = np.zeros(on.shape, dtype=bool)
    for part in parts:
        x, y = shapely.get_coordinates(part).T
        columns, rows = _walk(np.column_stack([x - on.west_m, on.north_m - y]) / on.cell_m).T
        inside = (rows >= 0) & (rows < on.rows) & (columns >= 0) & (columns < on.columns)
        mask[rows[inside], columns[inside]] = True
    return mask


def _walk(points: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Cells along a line through points in units of cells, each a side step from the one before."""
    cells = np.floor(points).astype(np.int64)
    steps, segments, moments = zip(*(_crossings(points, cells, axis) for axis in (0, 1)), strict=True)
    order = np.lexsort((np.concatenate(moments), np.concatenate(segments)))
    return np.cumsum(np.vstack([cells[:1], np.concatenate(steps)[order]]), axis=0)


def _crossings(
    points: npt.NDArray[np.float64], cells: npt.NDArray[np.int64], axis: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Find the steps over cell edges across one axis, the segment of each and the part of it run by then."""
    hops = cells[1:, axis] - cells[:-1, axis]
    counts = abs(hops)
    segments = np.repeat(np.arange(len(hops)), counts)
    ordinal = np.arange(len(segments)) - np.repeat(np.cumsum(counts) - counts, counts)
    forward = hops[segments] > 0
    edges = cells[segments, axis] + np.where(forward, ordinal + 1, -ordinal)
    run = np.diff(points[:, axis])[segments]
    steps = np.zeros((len(segments), 2), dtype=np.int64)
    steps[:, axis] = np.where(forward, 1, -1)
    return steps, segments, (edges - points[segments, axis]) / run
