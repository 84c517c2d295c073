"""The ground off the roads: cells of a grid, held apart by side, over which places and roads are reached.

A cell that lies wholly on one side is one piece; a cell that a border cuts is held once for each piece of
each side. A move leads from a piece to a neighbouring one of the same polygon only where the two touch, so
no way over the ground leaves its side, and water is impassable. Polygons are cut by the outline of their
side, so nothing leaks over the border.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import itertools

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo import errors, grid, network, shortest

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# Rows and columns of the moves between whole cells, one of each pair of opposite ones: straight, diagonal,
# knight's. With sixteen directions a way is at most 2.8 % longer than the straight line.
_MOVES = ((0, 1), (1, 0), (1, 1), (1, -1), (1, 2), (2, 1), (1, -2), (2, -1))
_WHOLE = 1 - 1e-6
_HALF = 0.5
_TILE = 16
_TOUCH_M = 1.0
_LEAST_M2 = 1.0


@dataclasses.dataclass(frozen=True)
class Rule:
    """How the ground off the network is crossed.

    Parameters
    ----------
    speed_kmh
        Speed on the ground.
    detour_factor
        Length of the way over the way from cell to cell.
    max_km
        Farthest that ground may lie from a road, from cell to cell; what is farther is not reached.
    """

    speed_kmh: float
    detour_factor: float
    max_km: float

    def __post_init__(self) -> None:
        findings = [
            f"access rule: {name} is {value}; expected a number from {least}"
            for name, value, least in (
                ("speed_kmh", self.speed_kmh, 1),
                ("detour_factor", self.detour_factor, 1),
                ("max_km", self.max_km, 0),
            )
            if not (np.isfinite(value) and value >= least)
        ]
        if findings:
            raise errors.InputError(findings)

    @property
    def min_per_km(self) -> float:
        """Minutes for a kilometre from cell to cell."""
        return self.detour_factor / self.speed_kmh * 60


@dataclasses.dataclass(frozen=True, eq=False)
class Cells:
    """Cells of the sides, and how they hang together and with a network.

    Parameters
    ----------
    grid
        The grid.
    sides
        One (multi)polygon for each side, indexed by its label.
    frame
        One row for each piece: ``cell`` (row × columns + column), ``side``, ``part`` (number of the
        polygon of its side), ``area_km2``, ``x_m`` and ``y_m`` (centre of the cell, or a point of the
        piece), ``walked`` (whether ways lead through it: at least half of it is land), ``road_km`` (over the
        ground to the nearest road of its side; infinite where it is farther than the rule allows, where no
        way leads, and in water).
    moves
        Moves between pieces that may be walked: ``piece_a``, ``piece_b`` (rows of ``frame``), ``km``.
    entries
        Where pieces enter the network: ``piece``, ``edge``, ``along_m`` from its first point, ``km``.
    """

    grid: grid.Grid
    sides: gpd.GeoSeries
    frame: pd.DataFrame
    moves: pd.DataFrame
    entries: pd.DataFrame

    @property
    def points(self) -> npt.NDArray[np.object_]:
        """Points of the pieces."""
        return shapely.points(self.frame["x_m"], self.frame["y_m"])  # type: ignore[no-any-return]

    @property
    def is_ground(self) -> Bools:
        """Whether ways lead through each piece."""
        found: Bools = self.frame["walked"].to_numpy() & np.isfinite(self.frame["road_km"].to_numpy())
        return found


def attach(
    base: network.Network, on: grid.Grid, sides: gpd.GeoSeries, rule: Rule, *, land: Floats | None = None
) -> Cells:
    """Lay the cells of a grid beside a network.

    Parameters
    ----------
    base
        The network.
    on
        The grid, in the CRS of the network.
    sides
        The sides by which the network was divided; one polygon labelled "" if it was not.
    rule
        How the ground is crossed.
    land
        Share of land in each cell, shape of the grid. No way leads through a cell with less than half; if it
        has any, one way leads to it, so that those who live on a shore are reached.

    Raises
    ------
    CrsError
        If the CRS differ.
    InputError
        If ``land`` does not lie on the grid.
    """
    grid.require_crs(on, base.edges)
    grid.require_crs(on, sides)
    if land is not None:
        grid.require_shape(on, land=land)
    pieces = _pieces(on, sides)
    share = np.ones(len(pieces)) if land is None else land.ravel()[pieces["cell"]]
    dry, shore = share >= _HALF, (share > 0) & (share < _HALF)
    moves = pd.concat([_moves_of_whole(on, pieces, dry), _moves_of_cut(pieces, dry, on)], ignore_index=True)
    entries = _entries(base, pieces, dry | shore, on)
    inland = entries[dry[entries["piece"]]]
    road_km = _road_km(len(pieces), moves, inland, rule.max_km)
    to_ground, to_road = _ways_to_shore(pieces, shore, road_km, entries, on)
    road_km[to_ground["piece_a"]] = to_ground["km"] + road_km[to_ground["piece_b"]]
    road_km[to_road["piece"]] = to_road["km"]
    road_km[road_km > rule.max_km] = np.inf
    there = np.isfinite(road_km)
    frame = pieces.drop(columns=["shape", "whole"]).assign(walked=dry, road_km=road_km)
    moves, entries = pd.concat([moves, to_ground]), pd.concat([inland, to_road])
    return Cells(
        on,
        sides,
        frame.assign(side=pd.Categorical(frame["side"], categories=list(sides.index))),
        moves[there[moves["piece_a"]] & there[moves["piece_b"]]].reset_index(drop=True),
        entries[there[entries["piece"]]].reset_index(drop=True),
    )


def align(on: Cells, people: pd.DataFrame) -> Floats:
    """Persons in each row of the cells.

    Parameters
    ----------
    on
        Cells.
    people
        ``cell``, ``side`` and ``persons``; rows of one cell and side are added up, and shared among the
        pieces of a side in one cell by their area.

    Raises
    ------
    InputError
        If persons live where no cell of their side is.
    """
    total = people.groupby(["cell", "side"])["persons"].sum()
    keys = [on.frame["cell"], on.frame["side"].astype(str)]
    rows = pd.MultiIndex.from_arrays(keys, names=["cell", "side"])
    lost = total[~total.index.isin(rows)]
    if lost.sum() > 0:
        raise errors.InputError(
            f"{lost.sum():.0f} persons live in {len(lost)} cells outside their side; expected none"
        )
    area = on.frame["area_km2"]
    share = (area / area.groupby(keys).transform("sum")).to_numpy()
    persons: Floats = total.reindex(rows, fill_value=0).to_numpy(dtype=float) * share
    return persons


def areas(
    on: Cells, value: Ints, weights: pd.DataFrame, *, smooth_m: float, beyond: int | None = None
) -> gpd.GeoDataFrame:
    """Areas of equal value on each side, or of all values up to each, with sums.

    Parameters
    ----------
    on
        Cells.
    value
        Value of each row of ``on.frame``, 0 or more.
    weights
        What is summed, in columns, with the same rows.
    smooth_m
        Tolerance by which the steps of the cells are smoothed.
    beyond
        If given, an area is that of all values up to its own, and this greatest one has none.

    Returns
    -------
    geopandas.GeoDataFrame
        One row for each side and value: ``value``, ``side``, the sums, ``area_km2`` of the geometry,
        which is cut by the outline of the side and holds no part of a side that has no such cell.
    """
    found = [
        _on_side(on, str(side), outline, value, weights, smooth_m, beyond)
        for side, outline in on.sides.items()
    ]
    whole = gpd.GeoDataFrame(pd.concat(found, ignore_index=True), geometry="geometry", crs=on.grid.crs)
    return whole.assign(area_km2=whole.area / 1e6)


def _on_side(
    on: Cells,
    side: str,
    outline: shapely.Geometry,
    value: Ints,
    weights: pd.DataFrame,
    smooth_m: float,
    beyond: int | None,
) -> pd.DataFrame:
    own = (on.frame["side"] == side).to_numpy()
    kept = own & (value != beyond)
    sums = weights[kept].groupby(value[kept]).sum()
    if sums.empty:
        none = {"value": np.empty(0, dtype=np.int64), "side": [], "geometry": []}
        return pd.DataFrame(none | {name: np.empty(0) for name in weights})
    if beyond is not None:
        sums = sums.reindex(range(sums.index.min(), beyond), fill_value=0).cumsum()
    polygons = shapely.get_parts(outline)
    part = on.frame["part"].to_numpy()
    drawn = [
        _drawn(on, polygons[number], own & (part == number), value, smooth_m, beyond)
        for number in np.unique(part[kept])
    ]
    joined = [_union([shapes.get(number) for shapes in drawn]) for number in sums.index]
    if beyond is not None:
        joined = list(itertools.accumulate(joined, shapely.union))
    table = pd.DataFrame(sums.rename_axis("value").reset_index())
    return table.assign(side=side, geometry=joined)


def _drawn(
    on: Cells, polygon: shapely.Polygon, own: Bools, value: Ints, smooth_m: float, beyond: int | None
) -> gpd.GeoSeries:
    """Areas of each value in one polygon of a side, cut by it; the least value of a cell counts."""
    classes = np.full(on.grid.rows * on.grid.columns, np.iinfo(np.int32).max, dtype=np.int32)
    np.minimum.at(classes, on.frame["cell"].to_numpy()[own], value[own].astype(np.int32))
    classes[classes == np.iinfo(np.int32).max] = -1
    shapes = grid.polygonise(on.grid, classes.reshape(on.grid.shape), beyond=beyond, smooth_m=smooth_m)
    nearby = shapely.intersection(polygon, shapely.box(*shapes.total_bounds).buffer(on.grid.cell_m))
    return gpd.GeoSeries(_polygons_only(shapely.intersection(shapes.to_numpy(), nearby)), index=shapes.index)


def _union(shapes: list[shapely.Geometry | None]) -> shapely.Geometry:
    there = [shape for shape in shapes if shape is not None]
    return _polygons_only(np.array([shapely.union_all(there)], dtype=object))[0]


def _polygons_only(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Shapes without the points and lines in which an outline touches them."""
    parts, source = shapely.get_parts(shapes, return_index=True)
    # A collection holds polygons of its own.
    parts, inner = shapely.get_parts(parts, return_index=True)
    flat = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    found = np.full(len(shapes), shapely.Polygon(), dtype=object)
    present, number = np.unique(source[inner[flat]], return_inverse=True)
    if len(present):
        found[present] = shapely.multipolygons(parts[flat], indices=number)
    single = shapely.get_num_geometries(found) == 1
    found[single] = shapely.get_geometry(found[single], 0)
    return found


# Pieces


def _pieces(on: grid.Grid, sides: gpd.GeoSeries) -> pd.DataFrame:
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


def _moves_of_whole(on: grid.Grid, pieces: pd.DataFrame, dry: Bools) -> pd.DataFrame:
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


def _moves_of_cut(pieces: pd.DataFrame, dry: Bools, on: grid.Grid) -> pd.DataFrame:
    """Straight moves from cut pieces to the pieces that they touch."""
    whole = pieces["whole"].to_numpy()
    found = _touching(pieces, np.flatnonzero(dry & ~whole), dry, on)
    # A pair of cut pieces is found from both of them.
    b = found["piece_b"].to_numpy()
    once: pd.DataFrame = found[whole[b] | (found["piece_a"].to_numpy() < b)]
    return once


def _ways_to_shore(
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


def _entries(base: network.Network, pieces: pd.DataFrame, some: Bools, on: grid.Grid) -> pd.DataFrame:
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


def _road_km(count: int, moves: pd.DataFrame, entries: pd.DataFrame, max_km: float) -> Floats:
    """Kilometres over the ground from each piece to the nearest road."""
    least = entries.groupby("piece")["km"].min()
    ground = shortest.build(
        count, moves["piece_a"].to_numpy(), moves["piece_b"].to_numpy(), moves["km"].to_numpy()
    )
    found = shortest.spread(ground, least.index.to_numpy(), start_min=least.to_numpy(), limit_min=max_km)
    return found.minutes
