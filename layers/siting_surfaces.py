"""Criteria of siting as surfaces on the one grid; each cell belongs to the country that has most of it."""

from __future__ import annotations

import pathlib

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo import access, cells, grid, proximity, reach
from layers import network, rasters, siting_profiles, siting_zones, study_area, surfaces

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
    layers: network.Frames, attached: access.Attached, on: cells.Cells, of: surfaces.Ground
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
    sites = siting_zones.sites(layers).geometry
    found = _people(attached, on, of, spots) | {
        "road_km": _to_road(attached, spots, points),
        "trunk_km": _nearest_line(points, spots["side"], edges[edges["edge_class"].isin(_TRUNK)]),
        "station_km": _nearest_station(points, spots["side"], layers),
        "zone_km": proximity.nearest_straight(points, sites)["distance_km"].to_numpy(dtype=float),
        "links_count": _links(points, layers),
    }
    drawn = {name: _drawn(on.grid, spots["cell"], values) for name, values in found.items()}
    drawn |= _land(on, of)
    words = siting_profiles.criteria()[["unit_en", "about_en"]].T.to_dict("list")
    return {PREFIX + name: surfaces.Band(on.grid, drawn[name], *words[name]) for name in sorted(drawn)}


def read(folder: pathlib.Path) -> tuple[grid.Grid, Layers]:
    """Read all criteria from their rasters; a time without a value inside the study area is infinite."""
    names = siting_profiles.criteria().index
    files = {name: folder / f"{TIMES.get(name, PREFIX + name)}.tif" for name in names}
    found = {name: rasters.read(path) for name, path in files.items()}
    on, inside = found["inside_share"]
    layers = {name: values for name, (_, values) in found.items()}
    grid.require_shape(on, **layers)
    never = {name: (inside > 0) & np.isnan(layers[name]) for name in TIMES}
    return on, layers | {name: np.where(never[name], np.inf, layers[name]) for name in TIMES}


def _spots(on: cells.Cells) -> pd.DataFrame:
    """Row of each cell on the side that has most of it, in the order of cells."""
    ordered = on.frame.sort_values(["cell", "area_km2"], kind="stable")
    return ordered.drop_duplicates("cell", keep="last").reset_index(drop=True)


def _people(attached: access.Attached, on: cells.Cells, of: surfaces.Ground, spots: pd.DataFrame) -> Layers:
    """Count the people of the own and of the other country within reach of each spot."""
    parameters = study_area.load().siting
    gathered = _gathered(of, parameters.gathered_km)
    placed = access.attach(attached.network, gathered[["side", "geometry"]], attached.rule)
    weights = pd.DataFrame(
        {side: gathered["persons"].where(gathered["side"] == side, 0.0) for side in on.sides.index}
    )
    found = reach.sums_within(placed, weights, spots, limit_min=parameters.within_min).to_numpy()
    home = spots["side"].cat.codes.to_numpy()
    domestic = found[np.arange(len(spots)), home]
    return {"domestic_persons": domestic, "foreign_persons": found.sum(axis=1) - domestic}


def _gathered(of: surfaces.Ground, gathered_km: float) -> gpd.GeoDataFrame:
    """People of each side in squares of the grid: ``side``, ``persons``, their mean place."""
    block = max(round(gathered_km * 1_000 / of.grid.cell_m), 1)
    x_m, y_m = (values[of.people["cell"]] for values in grid.centres(of.grid))
    row, column = np.divmod(of.people["cell"].to_numpy(), of.grid.columns)
    persons = of.people["persons"].to_numpy(dtype=float)
    loads = pd.DataFrame({"persons": persons, "x_m": x_m * persons, "y_m": y_m * persons})
    keys = [of.people["side"].to_numpy(), row // block, column // block]
    total = loads.groupby(keys).sum().rename_axis(["side", "row", "column"])
    total = total[total["persons"] > 0].reset_index()
    total.index = pd.Index(total[["side", "row", "column"]].astype(str).agg("/".join, axis=1))
    points = shapely.points(total["x_m"] / total["persons"], total["y_m"] / total["persons"])
    return gpd.GeoDataFrame(total[["side", "persons"]], geometry=points, crs=of.grid.crs)


def _to_road(attached: access.Attached, spots: pd.DataFrame, points: gpd.GeoSeries) -> Floats:
    """Kilometres to the nearest road; the cells know them unless they enter by a connector."""
    edges = attached.network.edges
    connectors = (edges["edge_class"] == access.CONNECTOR).to_numpy()
    found = spots["leg_km"].to_numpy(copy=True) / attached.rule.detour_factor
    lost = connectors[spots["edge"]]
    found[lost] = _nearest_line(points[lost], spots.loc[lost, "side"], edges[~connectors])
    return found


def _nearest_line(points: gpd.GeoSeries, side: pd.Series, lines: gpd.GeoDataFrame) -> Floats:
    found = np.full(len(points), np.nan)
    for name in side.cat.categories:
        own, there = (side == name).to_numpy(), lines.geometry[lines["side"] == name]
        found[own] = proximity.distance_to_line_km(points[own], there)
    return found


def _nearest_station(points: gpd.GeoSeries, side: pd.Series, layers: network.Frames) -> Floats:
    stations = network.metric(layers["stations"])
    freight = stations[stations["kind"] == _FREIGHT]
    found = np.full(len(points), np.nan)
    for name in side.cat.categories:
        own, there = (side == name).to_numpy(), freight.geometry[freight["country"] == name]
        found[own] = proximity.nearest_straight(points[own], there)["distance_km"]
    return found


def _links(points: gpd.GeoSeries, layers: network.Frames) -> Floats:
    """Documented links within reach of each point, of those known to the district or better."""
    reach_m = study_area.load().siting.links_km * 1_000
    links = network.metric(layers["links"])
    known = links.geometry[~links["accuracy"].isin(_VAGUE)]
    near, _ = shapely.STRtree(known.to_numpy()).query(
        points.to_numpy(), predicate="dwithin", distance=reach_m
    )
    return np.bincount(near, minlength=len(points)).astype(float)


def _land(on: cells.Cells, of: surfaces.Ground) -> Layers:
    """Shares of each cell: inside the study area, under water, without water and buildings; NaN outside."""
    size = on.grid.rows * on.grid.columns
    inside = np.bincount(on.frame["cell"], on.frame["area_km2"], size) / on.grid.cell_km2
    density = study_area.load().analysis.settlement_density_per_km2
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
