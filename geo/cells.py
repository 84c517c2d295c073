"""Cells of a grid as places on a network, held apart by side.

A cell is reached like any other place: over the network to the nearest point of an edge of its own
side and on by a leg, or straight from the origin. Cells that the border cuts are held once for each
side, and polygons are cut by the outline of the side, so that nothing leaks over the border.
"""

from __future__ import annotations

import dataclasses
import itertools

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo import access, errors, grid, network

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclasses.dataclass(frozen=True)
class Cells:
    """Cells of the sides, attached to a network.

    Parameters
    ----------
    grid
        The grid.
    sides
        One (multi)polygon for each side, indexed by its label.
    frame
        One row for each cell and side that share an area: ``cell`` (row × columns + column),
        ``area_km2`` shared, and where the centre of the cell enters the network, with the columns
        of :attr:`geo.access.Attached.terminals`.
    """

    grid: grid.Grid
    sides: gpd.GeoSeries
    frame: pd.DataFrame


def attach(base: network.Network, on: grid.Grid, sides: gpd.GeoSeries, rule: access.Rule) -> Cells:
    """Attach the cells of a grid to a network.

    Parameters
    ----------
    base
        The network.
    on
        The grid, in the CRS of the network.
    sides
        The sides by which the network was divided; one polygon labelled "" if it was not.
    rule
        Access rule.

    Raises
    ------
    CrsError
        If the CRS differ.
    """
    grid.require_crs(on, base.edges)
    shared = grid.coverage_fractions(on, sides)
    x_m, y_m = (values[shared["cell"]] for values in grid.centres(on))
    centres = gpd.GeoSeries(shapely.points(x_m, y_m), crs=on.crs)
    spots = access.locate(base, centres, shared["polygon"].to_numpy(dtype=object), rule)
    frame = spots.assign(
        cell=shared["cell"],
        area_km2=shared["fraction"] * on.cell_km2,
        side=pd.Categorical(spots["side"], categories=list(sides.index)),
    )
    return Cells(on, sides, frame)


def align(on: Cells, people: pd.DataFrame) -> Floats:
    """Persons in each row of the cells.

    Parameters
    ----------
    on
        Cells.
    people
        ``cell``, ``side`` and ``persons``; rows of one cell and side are added up.

    Raises
    ------
    InputError
        If persons live where no cell of their side is.
    """
    total = people.groupby(["cell", "side"])["persons"].sum()
    rows = pd.MultiIndex.from_frame(on.frame[["cell", "side"]])
    lost = total[~total.index.isin(rows)]
    if lost.sum() > 0:
        raise errors.InputError(
            f"{lost.sum():.0f} persons live in {len(lost)} cells outside their side; expected none"
        )
    return total.reindex(rows, fill_value=0).to_numpy(dtype=float)


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
        One row for each side and value: ``value``, ``side``, the sums, geometry cut by the outline of
        the side.
    """
    parts = [
        _on_side(on, str(side), outline, value, weights, smooth_m, beyond)
        for side, outline in on.sides.items()
    ]
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=on.grid.crs)


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
        return pd.DataFrame({"value": np.empty(0, dtype=np.int64), "side": [], "geometry": []})
    classes = np.full(on.grid.rows * on.grid.columns, -1, dtype=np.int32)
    classes[on.frame["cell"].to_numpy()[own]] = value[own]
    shapes = grid.polygonise(on.grid, classes.reshape(on.grid.shape), beyond=beyond, smooth_m=smooth_m)
    if beyond is not None:
        sums = sums.reindex(range(sums.index.min(), beyond), fill_value=0).cumsum()
        each = [shapes.get(number, shapely.Polygon()) for number in sums.index]
        shapes = gpd.GeoSeries(list(itertools.accumulate(each, shapely.union)), index=sums.index)
    nearby = shapely.intersection(outline, shapely.box(*shapes.total_bounds).buffer(on.grid.cell_m))
    clipped = shapely.intersection(shapes.to_numpy(), nearby)
    table = pd.DataFrame(sums.rename_axis("value").reset_index())
    return table.assign(side=side, geometry=clipped)
