"""The ground off the roads: cells of a grid, held apart by side, over which places and roads are reached.

A cell that lies wholly on one side is one piece; a cell that a border cuts is held once for each piece of
each side. A move leads from a piece to a neighbouring one of the same polygon only where the two touch, so
no way over the ground leaves its side, and water is impassable. Polygons are cut by the outline of their
side, so nothing leaks over the border.
"""

from __future__ import annotations

import dataclasses
import itertools

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo import errors
from geo.network import graph, ground, lattice
from geo.raster import grid

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_HALF = 0.5


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
    steps
        Steps between whole cells that may be walked.
    moves
        The other moves, of cells that a border cuts and to shores: ``piece_a``, ``piece_b`` (rows of
        ``frame``), ``km``.
    entries
        Where pieces enter the network: ``piece``, ``edge``, ``along_m`` from its first point, ``km``.
    """

    grid: grid.Grid
    sides: gpd.GeoSeries
    frame: pd.DataFrame
    steps: lattice.Lattice
    moves: pd.DataFrame
    entries: pd.DataFrame

    @property
    def is_ground(self) -> Bools:
        """Whether ways lead through each piece."""
        found: Bools = self.frame["walked"].to_numpy() & np.isfinite(self.frame["road_km"].to_numpy())
        return found


def attach(
    base: graph.Network, on: grid.Grid, sides: gpd.GeoSeries, rule: Rule, *, land: Floats | None = None
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
    pieces = ground.pieces(on, sides)
    share = np.ones(len(pieces)) if land is None else land.ravel()[pieces["cell"]]
    dry, shore = share >= _HALF, (share > 0) & (share < _HALF)
    steps, moves = ground.steps_of_whole(on, pieces, dry), ground.moves_of_cut(pieces, dry, on)
    entries = ground.entries(base, pieces, dry | shore, on)
    inland = entries[dry[entries["piece"]]]
    road_km = ground.road_km(len(pieces), steps, moves, inland, rule.max_km)
    to_ground, to_road = ground.ways_to_shore(pieces, shore, road_km, entries, on)
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
        steps.between(there),
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
    # Millions of rows: positions in a table of all cells and sides instead of labels.
    size = on.grid.rows * on.grid.columns
    key = on.frame["side"].cat.codes.to_numpy(dtype=np.int64) * size + on.frame["cell"].to_numpy()
    sides = on.frame["side"].cat.categories
    number = sides.get_indexer(pd.Index(people["side"].astype(object)))
    wanted = np.where(number < 0, len(sides), number) * size + people["cell"].to_numpy(dtype=np.int64)
    area_km2 = np.bincount(key, on.frame["area_km2"], (len(sides) + 1) * size)
    total = np.bincount(wanted, people["persons"], len(area_km2))
    lost = total[area_km2 == 0]
    if lost.sum() > 0:
        raise errors.InputError(
            f"{lost.sum():.0f} persons live in {(lost > 0).sum()} cells outside their side; expected none"
        )
    persons: Floats = total[key] * (on.frame["area_km2"].to_numpy() / area_km2[key])
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
