"""Criteria of siting as surfaces on the one grid; each cell belongs to the country that has most of it."""

from __future__ import annotations

import pathlib

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.network import access, cells
from geo.raster import grid
from geo.reach import proximity, within
from layers.analysis import network, surfaces
from layers.io import rasters
from layers.region import Region
from layers.siting import profiles, zones

PREFIX = "criterion_"
# Criteria that are rasters of their own already.
TIMES = {
    "crossing_min": "travel_time_to_crossing",
    "partner_centre_min": "travel_time_to_partner_centre",
}

_TRUNK = ("motorway", "trunk")
_FREIGHT = "station"
_VAGUE = ("oblast", "border")

Floats = npt.NDArray[np.float64]
Layers = dict[str, Floats]


def compute(
    region: Region,
    layers: network.Frames,
    attached: access.Attached,
    on: cells.Cells,
    of: surfaces.PopulationGrid,
) -> surfaces.Bands:
    """Surfaces of the criteria but the times, by file name.

    Parameters
    ----------
    layers, attached
        Base layers with ``stations``, ``links``, ``zones`` and ``places``, and places on the roads.
    on, of
        Cells on the roads, and the ground with its people.
    """
    spots = _spots(on)
    points = gpd.GeoSeries(shapely.points(spots["x_m"], spots["y_m"]), index=spots.index, crs=on.grid.crs)
    edges = attached.network.edges
    sites = zones.sites(region, layers).geometry
    found = _people(region, attached, on, of, spots) | {
        "road_km": _nearest_line(points, spots["side"], edges),
        "trunk_km": _nearest_line(points, spots["side"], edges[edges["edge_class"].isin(_TRUNK)]),
        "station_km": _nearest_station(region, points, spots["side"], layers),
        "zone_km": proximity.nearest_straight(points, sites)["distance_km"].to_numpy(dtype=float),
        "links_count": _links(region, points, layers),
    }
    drawn = {name: _drawn(on.grid, spots["cell"], values) for name, values in found.items()}
    drawn |= _land(region, on, of)
    words = profiles.criteria(region)[["unit_en", "about_en"]].T.to_dict("list")
    return {PREFIX + name: surfaces.Band(on.grid, drawn[name], *words[name]) for name in sorted(drawn)}


def read(region: Region, folder: pathlib.Path) -> tuple[grid.Grid, Layers]:
    """Read all criteria from their rasters; a time without a value inside the study area is infinite."""
    names = profiles.criteria(region).index
    files = {name: folder / f"{TIMES.get(name, PREFIX + name)}.tif" for name in names}
    found = {name: rasters.read(path) for name, path in files.items()}
    on, inside = found["inside_share"]
    layers = {name: values for name, (_, values) in found.items()}
    grid.require_shape(on, **layers)
    never = {name: (inside > 0) & np.isnan(layers[name]) for name in TIMES}
    return on, layers | {name: np.where(never[name], np.inf, layers[name]) for name in TIMES}


def _spots(on: cells.Cells) -> pd.DataFrame:
    """Row of each cell on the side that has most of it, in the order of cells."""
    ordered = on.frame.rename_axis("piece").reset_index()
    ordered = ordered.sort_values(["cell", "area_km2"], kind="stable")
    return ordered.drop_duplicates("cell", keep="last").reset_index(drop=True)


def _people(
    region: Region,
    attached: access.Attached,
    on: cells.Cells,
    of: surfaces.PopulationGrid,
    spots: pd.DataFrame,
) -> Layers:
    """Count the people of the own and of the other country within reach of each spot."""
    parameters = region.siting
    weights = _gathered(on, cells.align(on, of.people), parameters.gathered_km)
    sums = within.sums_within(attached, weights, limit_min=parameters.within_min)
    found = sums.loc[spots["piece"]].to_numpy()
    home = spots["side"].cat.codes.to_numpy()
    domestic = found[np.arange(len(spots)), home]
    return {"domestic_persons": domestic, "foreign_persons": found.sum(axis=1) - domestic}


def _gathered(on: cells.Cells, persons: Floats, gathered_km: float) -> pd.DataFrame:
    """People of each side in squares of the grid, put into the piece nearest to their mean place.

    Indexed by piece, a column for each side. Only pieces that a way reaches and where people live count;
    people of others stay where they are.
    """
    frame = on.frame.assign(persons=persons)[persons > 0]
    block = max(round(gathered_km * 1_000 / on.grid.cell_m), 1)
    row, column = np.divmod(frame["cell"].to_numpy(), on.grid.columns)
    alone = np.where(np.isfinite(frame["road_km"]), -1, frame.index)
    frame = frame.assign(
        row=row // block, column=column // block, alone=alone, side=frame["side"].astype(str)
    )
    keys = ["side", "row", "column", "alone"]
    loads = frame[["x_m", "y_m"]].mul(frame["persons"], axis=0).groupby([frame[key] for key in keys])
    total = frame.groupby(keys)["persons"].transform("sum")
    mean = loads.transform("sum").div(total, axis=0)
    away_m = np.hypot(frame["x_m"] - mean["x_m"], frame["y_m"] - mean["y_m"])
    ordered = frame.assign(away_m=away_m, total=total).sort_values("away_m", kind="stable")
    spots = ordered[~ordered.duplicated(keys)].sort_index()
    return pd.DataFrame(
        {side: spots["total"].where(spots["side"] == side, 0.0) for side in on.sides.index}, index=spots.index
    )


def _nearest_line(points: gpd.GeoSeries, side: pd.Series, lines: gpd.GeoDataFrame) -> Floats:
    found = np.full(len(points), np.nan)
    for name in side.cat.categories:
        own, there = (side == name).to_numpy(), lines.geometry[lines["side"] == name]
        found[own] = proximity.distance_to_line_km(points[own], there)
    return found


def _nearest_station(
    region: Region, points: gpd.GeoSeries, side: pd.Series, layers: network.Frames
) -> Floats:
    stations = network.metric(region, layers["stations"])
    freight = stations[stations["kind"] == _FREIGHT]
    found = np.full(len(points), np.nan)
    for name in side.cat.categories:
        own, there = (side == name).to_numpy(), freight.geometry[freight["country"] == name]
        found[own] = proximity.nearest_straight(points[own], there)["distance_km"]
    return found


def _links(region: Region, points: gpd.GeoSeries, layers: network.Frames) -> Floats:
    """Documented links within reach of each point, of those known to the district or better."""
    reach_m = region.siting.links_km * 1_000
    links = network.metric(region, layers["links"])
    known = links.geometry[~links["accuracy"].isin(_VAGUE)]
    near, _ = shapely.STRtree(known.to_numpy()).query(
        points.to_numpy(), predicate="dwithin", distance=reach_m
    )
    return np.bincount(near, minlength=len(points)).astype(float)


def _land(region: Region, on: cells.Cells, of: surfaces.PopulationGrid) -> Layers:
    """Shares of each cell: inside the study area, under water, without water and buildings; NaN outside."""
    shared = grid.coverage_fractions(on.grid, on.sides)
    inside = np.bincount(shared["cell"], shared["fraction"], on.grid.rows * on.grid.columns)
    density = region.analysis.settlement_density_per_km2
    built = np.minimum(of.persons / (density * on.grid.cell_km2), 1)
    shares = {
        "inside_share": inside.reshape(on.grid.shape),
        "water_share": 1 - of.land,
        "free_share": of.land * (1 - built),
    }
    there = shares["inside_share"] > 0
    return {name: np.where(there, share, np.nan) for name, share in shares.items()}


def _drawn(on: grid.Grid, cell: pd.Series, values: Floats) -> Floats:
    found = np.full(on.rows * on.columns, np.nan)
    found[cell] = values
    return found.reshape(on.shape)
