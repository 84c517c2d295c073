"""How the cells of a grid hang together: pieces by side, moves between them, where they enter roads.

The steps of :func:`geo.network.cells.attach`. Frames are those of :class:`geo.network.cells.Cells`, with
two columns more of pieces: ``shape`` (polygon in metres of a piece that a border cuts, None of a whole
cell) and ``whole``. ``dry``, ``shore`` and the like say of each piece whether it is meant.
"""

from __future__ import annotations

import collections.abc

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.network import graph, shortest
from geo.raster import grid

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# Rows and columns of the moves between whole cells, one of each pair of opposite ones: straight, diagonal,
# knight's. With sixteen directions a way is at most 2.8 % longer than the straight line.
_MOVES = ((0, 1), (1, 0), (1, 1), (1, -1), (1, 2), (2, 1), (1, -2), (2, -1))
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


def moves_of_whole(on: grid.Grid, pieces: pd.DataFrame, dry: Bools) -> pd.DataFrame:
    """Find the moves between whole cells of one polygon.

    A diagonal needs one of the two cells beside it, a knight's move the two cells that it passes.
    """
    kept = np.flatnonzero(pieces["whole"].to_numpy() & dry)
    number = np.full(on.rows * on.columns, -1)
    number[pieces["cell"].to_numpy()[kept]] = kept
    polygon = np.full(on.rows * on.columns, -1)
    codes = pieces.groupby(["side", "part"], sort=False, observed=True).ngroup().to_numpy()
    polygon[pieces["cell"].to_numpy()[kept]] = codes[kept]
    margin = 2
    wide = np.pad(polygon.reshape(on.shape), margin, constant_values=-1)

    def at(row: int, column: int) -> Ints:
        rows, columns = on.shape
        return wide[margin + row : margin + row + rows, margin + column : margin + column + columns]

    home, numbers = at(0, 0), np.pad(number.reshape(on.shape), margin, constant_values=-1)
    parts = []
    for down, across in _MOVES:
        open_ = (home >= 0) & (at(down, across) == home) & _passed(at, home, down, across)
        row, column = np.nonzero(open_)
        ends = numbers[row + margin, column + margin], numbers[row + margin + down, column + margin + across]
        km = np.full(len(row), np.hypot(down, across) * on.cell_m / 1_000)
        parts.append(pd.DataFrame({"piece_a": ends[0], "piece_b": ends[1], "km": km}))
    return pd.concat(parts, ignore_index=True)


def _passed(at: collections.abc.Callable[[int, int], Ints], home: Ints, down: int, across: int) -> Bools:
    """Whether the cells that a move passes let it through."""
    step = int(np.sign(across))
    if down == 0 or across == 0:
        return np.ones(home.shape, dtype=bool)
    below, beside = at(1, 0) == home, at(0, step) == home
    if down == 1 and abs(across) == 1:
        return np.asarray(below | beside)
    return np.asarray((at(1, step) == home) & (beside if down == 1 else below))


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
    by_cell = pd.Series(np.flatnonzero(to), index=cell[to])
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
    open_ = np.flatnonzero(some)
    shapes = pieces["shape"].to_numpy()[open_]
    whole = pieces["whole"].to_numpy()[open_]
    shapes[whole] = _boxes(on, pieces["cell"].to_numpy()[open_][whole])
    lines = base.edges.geometry.to_numpy()
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


def road_km(count: int, moves: pd.DataFrame, entries: pd.DataFrame, max_km: float) -> Floats:
    """Kilometres over the ground from each piece to the nearest road."""
    least = entries.groupby("piece")["km"].min()
    ground = shortest.build(
        count, moves["piece_a"].to_numpy(), moves["piece_b"].to_numpy(), moves["km"].to_numpy()
    )
    found = shortest.spread(ground, least.index.to_numpy(), start_min=least.to_numpy(), limit_min=max_km)
    return found.minutes
