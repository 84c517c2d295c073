"""Faces: the cells into which lines cut the plane, and how they are labelled, filled and merged.

The machinery under :mod:`geo.coverage.harmonise`. Coordinates are metres on a grid of one millimetre, so that
noding is robust and a vertex is the same number wherever it occurs.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse
import shapely
from scipy.sparse import csgraph

GRID_M = 0.001
NOBODY = -1

Geometries = npt.NDArray[Any]
Labels = npt.NDArray[np.int64]
Vertices = npt.NDArray[np.complex128]


def on_grid(geometries: Geometries) -> Geometries:
    """Geometries with coordinates rounded to the grid, vertex by vertex."""
    moved: Geometries = shapely.transform(geometries, lambda xy: np.round(xy, 3))
    return moved


def vertices(geometries: Geometries) -> Vertices:
    """Grid cell of every vertex, as one number each (x + iy, in grid steps)."""
    steps = np.rint(shapely.get_coordinates(geometries) / GRID_M)
    numbers: Vertices = steps[:, 0] + 1j * steps[:, 1]
    return numbers


def rings(polygons: Geometries) -> tuple[Geometries, Labels]:
    """Rings of polygons and multipolygons, and the position of the owner of each."""
    parts, owner = shapely.get_parts(polygons, return_index=True)
    lines, part = shapely.get_rings(parts, return_index=True)
    return lines, owner[part]


def build(lines: Geometries) -> Geometries:
    """Cells enclosed by the lines, which are noded on the grid first."""
    noded = shapely.union_all(lines, grid_size=GRID_M)
    cells: Geometries = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    return cells


def label(cells: Geometries, polygons: Geometries) -> tuple[Labels, Labels]:
    """Position of the first polygon that covers each cell (``NOBODY`` if none), and how many do."""
    inside = shapely.point_on_surface(cells)
    cell, polygon = shapely.STRtree(polygons).query(inside, predicate="intersects")
    labels = np.full(len(cells), len(polygons))
    np.minimum.at(labels, cell, polygon)
    n_covering = np.bincount(cell, minlength=len(cells))
    labels[n_covering == 0] = NOBODY
    return labels, n_covering


def are_thin(cells: Geometries, width_m: float) -> npt.NDArray[np.bool_]:
    """Whether no circle of that diameter fits into each cell."""
    return np.asarray(shapely.is_empty(shapely.buffer(cells, -width_m / 2, quad_segs=4)))


def all_near(cells: Geometries, line: shapely.Geometry, reach_m: float) -> npt.NDArray[np.bool_]:
    """Whether all vertices of each cell lie within ``reach_m`` of the line."""
    xy, cell = shapely.get_coordinates(cells, return_index=True)
    far = ~shapely.dwithin(line, shapely.points(xy), reach_m)
    return np.asarray(np.bincount(cell, weights=far, minlength=len(cells)) == 0)


def junctions(polygons: Geometries, edge: shapely.Geometry) -> Geometries:
    """Points on the outer edge at which two polygons meet."""
    xy, owner = shapely.get_coordinates(polygons, return_index=True)
    seen = pd.DataFrame({"x": xy[:, 0], "y": xy[:, 1], "owner": owner}).drop_duplicates()
    counts = seen.groupby(["x", "y"])["owner"].count()
    shared = counts[counts > 1].reset_index()
    points = shapely.points(shared[["x", "y"]].to_numpy())
    outer: Geometries = points[shapely.dwithin(edge, points, GRID_M)]
    return outer


def segments(polygons: Geometries) -> pd.DataFrame:
    """Straight edges of the polygons: owner, the two vertices (sorted), length.

    Returns
    -------
    pandas.DataFrame
        ``owner`` position of the polygon, ``start`` and ``end`` coordinates as complex numbers,
        ``length`` in units of the CRS; a row for each edge of each polygon.
    """
    lines, owner = rings(polygons)
    xy, ring = shapely.get_coordinates(lines, return_index=True)
    points = xy[:, 0] + 1j * xy[:, 1]
    same = ring[1:] == ring[:-1]
    ends = np.sort(np.stack([points[:-1][same], points[1:][same]]), axis=0)
    return pd.DataFrame(
        {
            "owner": owner[ring[1:][same]],
            "start": ends[0],
            "end": ends[1],
            "length": np.abs(ends[1] - ends[0]),
        }
    )


def borders(polygons: Geometries) -> pd.DataFrame:
    """Edges that two polygons share: ``left`` < ``right`` positions, ``start``, ``end``, ``length``."""
    edges = segments(polygons).sort_values(["start", "end", "owner"], kind="stable", ignore_index=True)
    twin = (edges["start"].shift(-1) == edges["start"]) & (edges["end"].shift(-1) == edges["end"])
    shared = edges.assign(right=edges["owner"].shift(-1, fill_value=NOBODY))[twin]
    return shared.rename(columns={"owner": "left"}).query("left != right").reset_index(drop=True)


def fill(cells: Geometries, labels: Labels, *, fillable: npt.NDArray[np.bool_], takers: Labels) -> Labels:
    """Give each fillable cell to the taker with which it shares the longest border, nearest first.

    Parameters
    ----------
    cells, labels
        Cells and their labels; ``NOBODY`` where none.
    fillable
        Which of the cells without label may be filled.
    takers
        Labels that may grow.
    """
    sides = borders(cells)[["left", "right", "length"]]
    mirrored = sides.rename(columns={"left": "right", "right": "left"})
    both = pd.concat([sides, mirrored], ignore_index=True)
    labels = labels.copy()
    while True:
        open_cells = (labels == NOBODY) & fillable
        owner = labels[both["right"].to_numpy()]
        offers = both[open_cells[both["left"].to_numpy()] & np.isin(owner, takers)]
        if offers.empty:
            return labels
        totals = offers.assign(label=owner[offers.index]).groupby(["left", "label"])["length"].sum()
        best = totals.reset_index().sort_values(["left", "length", "label"], ascending=[True, False, True])
        best = best.drop_duplicates("left")
        labels[best["left"].to_numpy()] = best["label"].to_numpy()


def gather(cells: Geometries, labels: Labels, *, parts: Labels, takers: Labels) -> Labels:
    """Give scraps to a neighbour: pieces of a taker beyond the number of parts that it had before.

    Parameters
    ----------
    cells, labels
        Cells and their labels.
    parts
        How many separate parts each label may have; the largest stay.
    takers
        Labels that lose and gain pieces. A scrap that touches no other taker stays where it is.
    """
    piece = _pieces(cells, labels)
    table = pd.DataFrame({"label": labels, "piece": piece, "area": shapely.area(cells)})
    sizes = table[np.isin(labels, takers)].groupby(["label", "piece"])["area"].sum().reset_index()
    sizes = sizes.sort_values(["label", "area"], ascending=[True, False])
    surplus = sizes[sizes.groupby("label").cumcount() >= parts[sizes["label"].to_numpy()]]
    scrap = np.isin(piece, surplus["piece"])
    moved = fill(cells, np.where(scrap, NOBODY, labels), fillable=scrap, takers=takers)
    return np.where(moved == NOBODY, labels, moved)


def _pieces(cells: Geometries, labels: Labels) -> Labels:
    """Tell the connected pieces of each label apart: a number for each cell."""
    sides = borders(cells)
    left, right = sides["left"].to_numpy(), sides["right"].to_numpy()
    same = labels[left] == labels[right]
    links = scipy.sparse.coo_array(
        (np.ones(same.sum()), (left[same], right[same])), shape=(len(cells), len(cells))
    )
    piece: Labels = csgraph.connected_components(links, directed=False)[1]
    return piece


def dissolve(cells: Geometries, labels: Labels, count: int, *, known: Vertices) -> Geometries:
    """Merge cells by label into ``count`` polygons, without the vertices that noding alone added."""
    merged = np.array(
        [shapely.coverage_union_all(cells[labels == label]) for label in range(count)], dtype=object
    )
    return _without_added_vertices(shapely.normalize(merged), known)


def _without_added_vertices(polygons: Geometries, known: Vertices) -> Geometries:
    """Drop vertices where only two edges meet and which no source knows."""
    edges = segments(polygons).drop_duplicates(["start", "end"])
    ends, meeting = np.unique(edges[["start", "end"]].to_numpy().ravel(), return_counts=True)
    _, xy, (rings, parts, wholes) = shapely.to_ragged_array(_as_multi(polygons))
    points = xy[:, 0] + 1j * xy[:, 1]
    junction = meeting[np.searchsorted(ends, points)] > 2
    keep = junction | np.isin(_steps(points), known)
    return _as_simple(_thinned(xy, keep, rings, parts, wholes))


def _steps(points: npt.NDArray[np.complex128]) -> Vertices:
    steps: Vertices = np.rint(points.real / GRID_M) + 1j * np.rint(points.imag / GRID_M)
    return steps


def _thinned(
    xy: npt.NDArray[np.float64],
    keep: npt.NDArray[np.bool_],
    rings: npt.NDArray[np.int64],
    parts: npt.NDArray[np.int64],
    wholes: npt.NDArray[np.int64],
) -> Geometries:
    """Multipolygons of the kept vertices; a ring left with under three stays whole."""
    keep = keep.copy()
    keep[rings[1:] - 1] = False
    kept = np.add.reduceat(keep, rings[:-1])
    keep |= np.repeat(kept < 3, np.diff(rings))
    keep[rings[1:] - 1] = False
    counts = np.add.reduceat(keep, rings[:-1])
    stops = np.cumsum(counts)
    chosen = np.flatnonzero(keep)
    closed = np.insert(chosen, stops, chosen[stops - counts])
    offsets = np.concatenate([[0], np.cumsum(counts + 1)])
    made: Geometries = shapely.from_ragged_array(
        shapely.GeometryType.MULTIPOLYGON, xy[closed], (offsets, parts, wholes)
    )
    return made


def _as_multi(polygons: Geometries) -> Geometries:
    multi = [shapely.multipolygons(shapely.get_parts(polygon)) for polygon in polygons]
    return np.array(multi, dtype=object)


def _as_simple(polygons: Geometries) -> Geometries:
    single = shapely.get_num_geometries(polygons) == 1
    return np.where(single, shapely.get_geometry(polygons, 0), polygons)
