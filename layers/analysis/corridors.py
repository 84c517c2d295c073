"""Corridors between named pairs of centres: least-time routes, and bands over roads and ground."""

from __future__ import annotations

import collections.abc

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo import crs
from geo.network import access, cells, routes, routing
from geo.reach import corridor
from layers.analysis import network, surfaces
from layers.dictionary import ids, units
from layers.region import Region

Floats = npt.NDArray[np.float64]
Frames = collections.abc.Mapping[str, gpd.GeoDataFrame]

_BAND = (
    *("over_pct", "area_km2", "population", "width_km", "least_min", "way_km"),
    "corridor_id",
)


def pairs(region: Region) -> pd.DataFrame:
    """Corridors of the study area: ``corridor_id``, ``from_id``, ``to_id`` and names of both ends."""
    table = pd.DataFrame(region.analysis.corridors, columns=["from_id", "to_id"])
    table.insert(0, "corridor_id", ids.pair(table["from_id"], table["to_id"]))
    known = units.load(region)
    for name in region.columns("name"):
        ends = [table[end].map(known[name].to_dict()) for end in ("from_id", "to_id")]
        table[name] = ends[0] + " – " + ends[1]
    return table


def lines(
    region: Region, layers: network.Frames, attached: access.Attached, on: surfaces.PopulationGrid
) -> gpd.GeoDataFrame:
    """Least-time route of each corridor and the next best one, which avoids the crossings of the best.

    Returns
    -------
    geopandas.GeoDataFrame
        Lines in the working CRS: ``route_id``, ``corridor_id``, ``choice`` (best, next_best), ends
        and names, ``length_km`` (of the line as drawn), ``way_km`` (of the way that the time stands for:
        roads before generalising, the ground with its detour), ``travel_min``, ``crossing_ids``, and persons
        and settlements within each reach; a route that does not exist is left out.
    """
    wanted = pairs(region)
    best = routes.routes(attached, wanted[["from_id", "to_id"]].itertuples(index=False, name=None))
    other = routes.alternatives(attached, best)
    both = [_named(frame, wanted, choice) for frame, choice in ((best, "best"), (other, "next_best"))]
    found = gpd.GeoDataFrame(pd.concat(both, ignore_index=True), crs=best.crs)
    found = found[np.isfinite(found["travel_min"])]
    found = found.sort_values(["corridor_id", "choice"], ignore_index=True)
    reach = region.analysis.corridor_reach_km
    places = network.metric(region, layers["settlements"])
    strips = corridor.strips(found.geometry, places, on=on.grid, persons=on.persons, reach_km=reach)
    whole = strips.round().astype(int)
    rounded = found.round({"length_km": 1, "way_km": 1, "travel_min": 1})
    return gpd.GeoDataFrame(rounded.drop(columns="geometry").join(whole), geometry=found.geometry)


def bands(region: Region, attached: access.Attached, on: surfaces.PopulationGrid) -> gpd.GeoDataFrame:
    """Bands of near-least time of each corridor, as the border is and as if there were none.

    Bands and routes come from the same ways over roads and ground, so their times agree.

    Returns
    -------
    geopandas.GeoDataFrame
        Polygons in the working CRS: ``band_id``, ``corridor_id``, ``border`` (kept, ignored), ``over_pct``,
        ``least_min`` and ``way_km`` of the least-time way, ``width_km``, ``area_km2``, ``population``;
        ``border_cost_min``, what the border costs: ``least_min`` less that with the border ignored.
    """
    wanted = pairs(region)
    free = network.borderless(attached, on.land)
    parts = [
        _bands_over(region, of, people, wanted).assign(border=border)
        for border, of, people in (
            ("kept", attached, on.people),
            ("ignored", free, on.people.assign(side=network.ONE_SIDE)),
        )
    ]
    found = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=on.grid.crs)
    ignored = found[found["border"] == "ignored"].groupby("corridor_id")["least_min"].first()
    found["border_cost_min"] = (found["least_min"] - found["corridor_id"].map(ignored)).round(1)
    told = found[["corridor_id", "border"]].assign(over=found["over_pct"].map("{:g}".format))
    found.insert(0, "band_id", ids.joined_columns(told, [*told.columns]))
    return found.sort_values("band_id", ignore_index=True)


def by_choice(routes: gpd.GeoDataFrame) -> dict[str, gpd.GeoDataFrame]:
    """Routes as layers of the atlas: best ones, next best ones; ``corridor_id`` is the key of each."""
    names = {"best": "corridors", "next_best": "corridor_alternatives"}
    return {name: routes[routes["choice"] == choice].reset_index(drop=True) for choice, name in names.items()}


def _named(found: gpd.GeoDataFrame, wanted: pd.DataFrame, choice: str) -> gpd.GeoDataFrame:
    kept = found[["length_km", "travel_min", "crossing_ids", "geometry"]].reset_index(drop=True)
    kept = kept.rename(columns={"length_km": "way_km"})
    kept.insert(0, "length_km", crs.geodesic_length_km(kept.geometry))
    named = wanted.join(kept.assign(choice=choice, crossing_ids=kept["crossing_ids"].str.join(" ")))
    named.insert(0, "route_id", named["corridor_id"].map(lambda one: ids.pair(one, choice)))
    return gpd.GeoDataFrame(named, geometry="geometry", crs=found.crs)


def _bands_over(
    region: Region, attached: access.Attached, people: pd.DataFrame, wanted: pd.DataFrame
) -> gpd.GeoDataFrame:
    """Bands of all pairs; none where there is no way."""
    on = attached.ground
    persons = cells.align(on, people)
    ends = sorted({*wanted["from_id"], *wanted["to_id"]})
    trees = routing.trees(attached, ends)
    minutes = {end: tree.minutes[attached.pieces] for end, tree in zip(ends, trees, strict=True)}
    best = routes.routes(attached, wanted[["from_id", "to_id"]].itertuples(index=False, name=None))
    parts = [
        _bands_of(
            region, on, minutes[way.from_id] + minutes[way.to_id], persons, way.travel_min, way.length_km
        ).assign(corridor_id=row.corridor_id, **{name: getattr(row, name) for name in region.columns("name")})
        for row, way in zip(wanted.itertuples(), best.itertuples(), strict=True)
        if np.isfinite(way.travel_min)
    ]
    if not parts:
        return gpd.GeoDataFrame(
            {name: [] for name in (*_BAND, *region.columns("name"))},
            geometry=[],
            crs=attached.network.edges.crs,
        )
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=attached.network.edges.crs)


def _bands_of(
    region: Region, on: cells.Cells, through_min: Floats, persons: Floats, least_min: float, way_km: float
) -> gpd.GeoDataFrame:
    """Bands of one pair, from the minutes of the ways through each cell."""
    found = corridor.bands(
        on,
        corridor.excess_pct(through_min, least_min),
        length_km=way_km,
        over_pct=region.analysis.corridor_over_pct,
        persons=persons,
        smooth_m=on.grid.cell_m / 2,
    )
    told = found.round({"area_km2": 3, "width_km": 3}).assign(
        population=found["population"].round().astype(int)
    )
    return told.assign(least_min=round(least_min, 1), way_km=round(way_km, 1))
