"""How the cells of a grid hang together: pieces by side, moves between them, where they enter roads.

The steps of :func:`geo.network.cells.attach`. Frames are those of :class:`geo.network.cells.Cells`, with
two columns more of pieces: ``shape`` (polygon in metres of a piece that a border cuts, None of a whole
cell) and ``whole``. ``dry``, ``shore`` and the like say of each piece whether it is meant.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.ndimage
import shapely

from geo.network import graph, lattice, shortest
from geo.raster import grid

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_WHOLE = 1 - 1e-6
_TILE = 16
_TOUCH_M = 1.0
_LEAST_M2 = 1.0


def pieces(on: grid.Grid, sides: gpd.GeoSeries) -> pd.DataFrame:
    """Pieces of cells by polygon of a side; ``shape`` is the polygon of a cut piece, None of a whole one."""
    polygons, owner = shapely.get_parts(sides.to_numpy(), return_index=True)
    number = np.arange(len(owner)) - np.searchsorted(owner, owner)
    shared = grid.coverage_fractions(on, gpd.GeoSeries(polygons, crs=on.crs))
    polygon, cell = shared["polygon"].to_numpy(dtype=int), shared["cell"].to_numpy()
    whole = shared["fraction"].to_numpy() >= _WHOLE
    shapes, row = _cut(on, polygons, polygon[~whole], cell[~whole])
    x_m, y_m = grid.centres(on)
    inner = shapely.point_on_surface(shapes)
    table = pd.DataFrame(
        {
            "cell": np.concatenate([cell[whole], cell[~whole][row]]),
            "polygon": np.concatenate([polygon[whole], polygon[~whole][row]]),
            "area_km2": np.concatenate([np.full(whole.sum(), on.cell_km2), shapely.area(shapes) / 1e6]),
            "x_m": np.concatenate([x_m[cell[whole]], shapely.get_x(inner)]),
            "y_m": np.concatenate([y_m[cell[whole]], shapely.get_y(inner)]),
            "shape": np.concatenate([np.full(whole.sum(), None, dtype=object), shapes]),
            "whole": np.concatenate([np.ones(whole.sum(), dtype=bool), np.zeros(len(row), dtype=bool)]),
        }
    )
    told = table.assign(
        side=sides.index.to_numpy()[owner[table["polygon"]]], part=number[table["polygon"]]
    ).drop(columns="polygon")
    return told.sort_values(["cell", "side", "part"], kind="stable", ignore_index=True)


def _boxes(on: grid.Grid, cell: Ints) -> npt.NDArray[np.object_]:
    row, column = np.divmod(cell, on.columns)
    west, north = on.west_m + column * on.cell_m, on.north_m - row * on.cell_m
    return shapely.box(west, north - on.cell_m, west + on.cell_m, north)  # type: ignore[no-any-return]


def _cut(
    on: grid.Grid, polygons: npt.NDArray[np.object_], polygon: Ints, cell: Ints
) -> tuple[npt.NDArray[np.object_], Ints]:
    """Polygons of the pieces of cut cells, and the row that each comes from.

    Polygons are cut into tiles of cells first: a cell then meets few vertices.
    """
    row, column = np.divmod(cell, on.columns)
    tile = np.column_stack([polygon, row // _TILE, column // _TILE])
    tiles, of_tile = np.unique(tile, axis=0, return_inverse=True)
    corner = _TILE * on.cell_m
    west, north = on.west_m + tiles[:, 2] * corner, on.north_m - tiles[:, 1] * corner
    frames = shapely.box(west, north - corner, west + corner, north)
    shapes = shapely.intersection(polygons[tiles[:, 0]], frames)
    cut = shapely.intersection(shapes[of_tile.ravel()], _boxes(on, cell))
    parts, source = shapely.get_parts(cut, return_index=True)
    kept = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (shapely.area(parts) > _LEAST_M2)
    return parts[kept], source[kept]


# Moves


def steps_of_whole(on: grid.Grid, pieces: pd.DataFrame, dry: Bools) -> lattice.Lattice:
    """Find the steps between whole cells of one polygon."""
    cell = pieces["cell"].to_numpy(dtype=np.int32)
    kept = np.flatnonzero(pieces["whole"].to_numpy() & dry)
    numbers, polygon = (np.full(on.shape, lattice.NOWHERE, dtype=np.int32) for _ in range(2))
    numbers.flat[cell[kept]] = kept
    codes = pieces.groupby(["side", "part"], sort=False, observed=True).ngroup().to_numpy()
    polygon.flat[cell[kept]] = codes[kept]
    return lattice.build(numbers, polygon, cell, on.cell_m / 1_000)


def moves_of_cut(pieces: pd.DataFrame, dry: Bools, on: grid.Grid) -> pd.DataFrame:
    """Straight moves from cut pieces to the pieces that they touch."""
    whole = pieces["whole"].to_numpy()
    found = _touching(pieces, np.flatnonzero(dry & ~whole), dry, on)
    # A pair of cut pieces is found from both of them.
    b = found["piece_b"].to_numpy()
    once: pd.DataFrame = found[whole[b] | (found["piece_a"].to_numpy() < b)]
    return once


def ways_to_shore(
    pieces: pd.DataFrame, shore: Bools, road_km: Floats, entries: pd.DataFrame, on: grid.Grid
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One way to each shore piece, the shortest to a road: from a piece beside it, or from its own road."""
    beside = _touching(pieces, np.flatnonzero(shore), np.isfinite(road_km), on)
    onward = beside["km"].to_numpy() + road_km[beside["piece_b"]]
    ground = beside.assign(onward=onward).sort_values("onward", kind="stable").drop_duplicates("piece_a")
    roads = entries[shore[entries["piece"]]].sort_values("km", kind="stable").drop_duplicates("piece")
    by_ground = ground.set_index("piece_a")["onward"].reindex(roads["piece"], fill_value=np.inf).to_numpy()
    roads = roads[roads["km"].to_numpy() < by_ground]
    kept = ground[~ground["piece_a"].isin(roads["piece"])]
    return kept.drop(columns="onward"), roads


def _touching(pieces: pd.DataFrame, starts: Ints, to: Bools, on: grid.Grid) -> pd.DataFrame:
    """Straight moves from some pieces to those that they touch along the edge of their cells."""
    cell, whole = pieces["cell"].to_numpy(), pieces["whole"].to_numpy()
    around = np.zeros(on.shape, dtype=bool)
    around.flat[cell[starts]] = True
    around = scipy.ndimage.binary_dilation(around)
    # Few pieces of a large grid are beside those that are asked for.
    near = np.flatnonzero(to & around.ravel()[cell])
    by_cell = pd.Series(near, index=cell[near])
    pairs = []
    for down, across in ((0, 1), (1, 0), (0, -1), (-1, 0)):
        row, column = np.divmod(cell[starts], on.columns)
        there = (row + down >= 0) & (row + down < on.rows) & (column + across >= 0)
        there &= column + across < on.columns
        beside = (cell[starts] + down * on.columns + across)[there]
        start = pd.DataFrame({"piece_a": starts[there], "cell": beside})
        pairs.append(start.merge(by_cell.rename("piece_b"), left_on="cell", right_index=True))
    found = pd.concat(pairs, ignore_index=True)
    a, b = found["piece_a"].to_numpy(), found["piece_b"].to_numpy()
    side, part = pieces["side"].to_numpy(), pieces["part"].to_numpy()
    kept = (side[a] == side[b]) & (part[a] == part[b])
    a, b = a[kept], b[kept]
    shapes = pieces["shape"].to_numpy().copy()
    both = np.unique(np.concatenate([a, b]))
    boxed = both[whole[both]]
    shapes[boxed] = _boxes(on, cell[boxed])
    touching = shapely.length(shapely.intersection(shapes[a], shapes[b])) > _TOUCH_M
    a, b = a[touching], b[touching]
    x_m, y_m = pieces["x_m"].to_numpy(), pieces["y_m"].to_numpy()
    km = np.hypot(x_m[a] - x_m[b], y_m[a] - y_m[b]) / 1_000
    return pd.DataFrame({"piece_a": a, "piece_b": b, "km": km})


# Roads


def entries(base: graph.Network, pieces: pd.DataFrame, some: Bools, on: grid.Grid) -> pd.DataFrame:
    """Point of each edge in each of some pieces of its side that is nearest to the point of the piece."""
    lines = base.edges.geometry.to_numpy()
    # No shapes are made for the others, which are most of a large grid.
    open_ = np.flatnonzero(some & grid.near(on, lines, cells=1)[pieces["cell"]])
    shapes = pieces["shape"].to_numpy()[open_]
    whole = pieces["whole"].to_numpy()[open_]
    shapes[whole] = _boxes(on, pieces["cell"].to_numpy()[open_][whole])
    edge, place = shapely.STRtree(shapes).query(lines, predicate="intersects")
    own = base.edges["side"].to_numpy()[edge] == pieces["side"].to_numpy()[open_[place]]
    edge, place = edge[own], place[own]
    piece = open_[place]
    points = shapely.points(pieces["x_m"].to_numpy()[piece], pieces["y_m"].to_numpy()[piece])
    inside = shapely.intersection(lines[edge], shapes[place])
    nearest = shapely.get_point(shapely.shortest_line(inside, points), 0)
    along_m = shapely.line_locate_point(lines[edge], nearest)
    km = shapely.distance(nearest, points) / 1_000
    return pd.DataFrame({"piece": piece, "edge": edge, "along_m": along_m, "km": km})


def road_km(
    count: int, steps: lattice.Lattice, moves: pd.DataFrame, entries: pd.DataFrame, max_km: float
) -> Floats:
    """Kilometres over the ground from each piece to the nearest road."""
    least = entries.groupby("piece")["km"].min()
    ground = shortest.build(
        count,
        moves["piece_a"].to_numpy(),
        moves["piece_b"].to_numpy(),
        moves["km"].to_numpy(),
        steps=shortest.Steps(steps, first=0, minutes=steps.step_km),
    )
    found = shortest.spread(ground, least.index.to_numpy(), start_min=least.to_numpy(), limit_min=max_km)
    return found.minutes
