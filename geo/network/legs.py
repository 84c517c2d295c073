"""Straight legs of places to the roads, the cells and the other places around them, on their own side."""

from __future__ import annotations

import dataclasses
import math

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.network import cells, graph
from geo.raster import grid

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Shapes = npt.NDArray[np.object_]

# Legs reach as far as a cell and a half, so that the eight cells around a place are in reach.
_REACH_CELLS = 1.5
# Places on the outline of a side belong to it in spite of rounding, also of crossings on a grid of 5 m.
_ON_OUTLINE_M = 5.0


@dataclasses.dataclass(frozen=True)
class Legs:
    """Straight legs of spots.

    To roads (``spot``, ``edge``, ``along_m``, ``km``), to pieces of cells (``spot``, ``piece``, ``km``) and
    to each other (``spot``, ``other``, ``km``).
    """

    roads: pd.DataFrame
    pieces: pd.DataFrame
    spots: pd.DataFrame


def straight(
    base: graph.Network, spots: gpd.GeoDataFrame, ground: cells.Cells | None, rule: cells.Rule
) -> Legs:
    """Straight legs of spots that do not leave their side.

    Parameters
    ----------
    base
        The network.
    spots
        Points in its CRS with ``side``.
    ground
        The cells, whose size says how far legs reach; without them they are as long as the rule allows.
    rule
        How the ground is crossed.
    """
    reach_m = rule.max_km * 1_000 if ground is None else _REACH_CELLS * ground.grid.cell_m
    side = spots["side"].to_numpy(dtype=object)
    inside = _Inside(ground, side)
    points, away_km = inside.nearest(spots.geometry.to_numpy())
    lines = base.edges.geometry.to_numpy()
    spot, edge = _near(points, lines, reach_m, side, base.edges["side"].to_numpy(dtype=object))
    legs = shapely.shortest_line(points[spot], lines[edge])
    kept = inside(spot, legs)
    spot, edge, legs = spot[kept], edge[kept], legs[kept]
    along_m = shapely.line_locate_point(lines[edge], shapely.get_point(legs, 1))
    roads = pd.DataFrame({"spot": spot, "edge": edge, "along_m": along_m, "km": shapely.length(legs) / 1_000})
    first, second = _near(points, points, reach_m, side, side)
    first, second = first[first < second], second[first < second]
    legs = shapely.shortest_line(points[first], points[second])
    kept = inside(first, legs)
    km = shapely.length(legs[kept]) / 1_000
    between = pd.DataFrame({"spot": first[kept], "other": second[kept], "km": km})
    between["km"] += away_km[between["spot"]] + away_km[between["other"]]
    pieces = _to_pieces(points, side, ground, reach_m, inside)
    roads["km"] += away_km[roads["spot"]]
    pieces["km"] += away_km[pieces["spot"]]
    return Legs(roads, pieces, between)


def road_km(links: Legs, ground: cells.Cells | None, count: int) -> Floats:
    """Kilometres over the ground from each of ``count`` spots to the nearest road, without detour."""
    direct = links.roads.groupby("spot")["km"].min()
    found = direct.reindex(range(count), fill_value=np.inf).to_numpy(dtype=float)
    if ground is not None:
        onward = links.pieces["km"] + ground.frame["road_km"].to_numpy()[links.pieces["piece"]]
        np.minimum.at(found, links.pieces["spot"].to_numpy(), onward.to_numpy())
    return found


def _to_pieces(
    points: Shapes, side: Shapes, ground: cells.Cells | None, reach_m: float, inside: _Inside
) -> pd.DataFrame:
    if ground is None:
        return pd.DataFrame({"spot": np.empty(0, np.int64), "piece": np.empty(0, np.int64), "km": []})
    # The point of a piece lies anywhere in its cell.
    near = grid.near(ground.grid, points, cells=math.ceil(_REACH_CELLS))
    open_ = np.flatnonzero(ground.is_ground & near[ground.frame["cell"]])
    centres = shapely.points(ground.frame[["x_m", "y_m"]].to_numpy()[open_])
    own = ground.frame["side"].astype(object).to_numpy()[open_]
    spot, place = _near(points, centres, reach_m, side, own)
    legs = shapely.shortest_line(points[spot], centres[place])
    kept = inside(spot, legs)
    km = shapely.length(legs[kept]) / 1_000
    return pd.DataFrame({"spot": spot[kept], "piece": open_[place[kept]], "km": km})


def _near(
    points: Shapes, others: Shapes, reach_m: float, side: Shapes, side_other: Shapes
) -> tuple[Ints, Ints]:
    """Pairs of points and other geometries of the same side within reach."""
    point, other = shapely.STRtree(others).query(points, predicate="dwithin", distance=reach_m)
    same = side[point] == side_other[other]
    return point[same], other[same]


class _Inside:
    """Whether legs stay on the side of their spot; all do where the sides have no outline."""

    def __init__(self, ground: cells.Cells | None, side: Shapes) -> None:
        self._side = side
        outlines = {} if ground is None else ground.sides.buffer(_ON_OUTLINE_M).to_dict()
        self._outline = outlines
        for outline in outlines.values():
            shapely.prepare(outline)

    def nearest(self, points: Shapes) -> tuple[Shapes, Floats]:
        """Nearest point of the own side to each spot, itself if it lies there, and the km between them."""
        moved, away_km = points.copy(), np.zeros(len(points))
        for label, outline in self._outline.items():
            out = np.flatnonzero((self._side == label) & ~shapely.covers(outline, points))
            legs = shapely.shortest_line(outline, points[out])
            moved[out], away_km[out] = shapely.get_point(legs, 0), shapely.length(legs) / 1_000
        return moved, away_km

    def __call__(self, spot: Ints, legs: Shapes) -> npt.NDArray[np.bool_]:
        found = np.ones(len(spot), dtype=bool)
        for label, outline in self._outline.items():
            own = self._side[spot] == label
            # A leg of no length is a point, which covers knows no line of.
            found[own] = shapely.covers(outline, legs[own]) | (shapely.length(legs[own]) == 0)
        return found
