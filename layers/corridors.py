"""Corridors between named pairs of centres: least-time routes, and bands on the friction surface."""

from __future__ import annotations

import collections.abc
import concurrent.futures

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo import access, corridor, cost, routes
from layers import network, study_area, surfaces, units

Floats = npt.NDArray[np.float64]
Frames = collections.abc.Mapping[str, gpd.GeoDataFrame]


def pairs() -> pd.DataFrame:
    """Corridors of the study area: ``corridor_id``, ``from_id``, ``to_id`` and names of both ends."""
    table = pd.DataFrame(study_area.load().analysis.corridors, columns=["from_id", "to_id"])
    table.insert(0, "corridor_id", table["from_id"] + "~" + table["to_id"])
    known = units.load()
    for name in units.NAMES:
        ends = [table[end].map(known[name].to_dict()) for end in ("from_id", "to_id")]
        table[name] = ends[0] + " – " + ends[1]
    return table


def lines(layers: network.Frames, attached: access.Attached, on: surfaces.Ground) -> gpd.GeoDataFrame:
    """Least-time route of each corridor and the next best one, which avoids the crossings of the best.

    Returns
    -------
    geopandas.GeoDataFrame
        Lines in the working CRS: ``route_id``, ``corridor_id``, ``choice`` (best, next_best), ends
        and names, ``length_km``, ``travel_min``, ``crossing_ids``, and persons and settlements within
        each reach; a route that does not exist is left out.
    """
    wanted = pairs()
    best = routes.routes(attached, wanted[["from_id", "to_id"]].itertuples(index=False, name=None))
    other = routes.alternatives(attached, best)
    both = [_named(frame, wanted, choice) for frame, choice in ((best, "best"), (other, "next_best"))]
    found = gpd.GeoDataFrame(pd.concat(both, ignore_index=True), crs=best.crs)
    found = found[np.isfinite(found["travel_min"])]
    found = found.sort_values(["corridor_id", "choice"], ignore_index=True)
    reach = study_area.load().analysis.corridor_reach_km
    places = network.metric(layers["settlements"])
    strips = corridor.strips(found.geometry, places, on=on.grid, persons=on.persons, reach_km=reach)
    whole = strips.round().astype(int)
    rounded = found.round({"length_km": 1, "travel_min": 1})
    return gpd.GeoDataFrame(rounded.drop(columns="geometry").join(whole), geometry=found.geometry)


def bands(layers: network.Frames, attached: access.Attached, on: surfaces.Ground) -> gpd.GeoDataFrame:
    """Bands of near-least time of each corridor, as the border is and as if there were none.

    Returns
    -------
    geopandas.GeoDataFrame
        Polygons in the working CRS: ``band_id``, ``corridor_id``, ``border`` (kept, ignored), ``over_pct``,
        ``least_min`` and ``path_km`` of the least-cost path on the grid, ``width_km``, ``area_km2``,
        ``population``; ``border_cost_min``, what the border costs: ``least_min`` less that with the
        border ignored.
    """
    wanted = pairs()
    parts = [_bands_over(layers, attached, on, wanted, border=border) for border in (True, False)]
    found = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=on.grid.crs)
    free = found[found["border"] == "ignored"].groupby("corridor_id")["least_min"].first()
    found["border_cost_min"] = (found["least_min"] - found["corridor_id"].map(free)).round(1)
    found.insert(0, "band_id", found[["corridor_id", "border"]].agg("~".join, axis=1))
    found["band_id"] += "~" + found["over_pct"].map("{:g}".format)
    return found.sort_values("band_id", ignore_index=True)


def by_choice(routes: gpd.GeoDataFrame) -> dict[str, gpd.GeoDataFrame]:
    """Routes as layers of the atlas: best ones, next best ones; ``corridor_id`` is the key of each."""
    names = {"best": "corridors", "next_best": "corridor_alternatives"}
    return {name: routes[routes["choice"] == choice].reset_index(drop=True) for choice, name in names.items()}


def _named(found: gpd.GeoDataFrame, wanted: pd.DataFrame, choice: str) -> gpd.GeoDataFrame:
    kept = found[["length_km", "travel_min", "crossing_ids", "geometry"]].reset_index(drop=True)
    named = wanted.join(kept.assign(choice=choice, crossing_ids=kept["crossing_ids"].str.join(" ")))
    named.insert(0, "route_id", named["corridor_id"] + "~" + choice)
    return gpd.GeoDataFrame(named, geometry="geometry", crs=found.crs)


def _bands_over(
    layers: network.Frames,
    attached: access.Attached,
    on: surfaces.Ground,
    wanted: pd.DataFrame,
    *,
    border: bool,
) -> gpd.GeoDataFrame:
    friction = surfaces.friction(on, layers, attached, border=border)
    ends = sorted({*wanted["from_id"], *wanted["to_id"]})
    points = network.centres(layers).geometry.loc[ends]
    cells = dict(zip(ends, _passable(friction, surfaces.cell_of(on.grid, points)), strict=True))

    def spread(end: str) -> cost.CostSurface:
        return cost.accumulate(friction, [cells[end]], cell_m=on.grid.cell_m, links=True)

    with concurrent.futures.ThreadPoolExecutor() as pool:
        surface = dict(zip(ends, pool.map(spread, ends), strict=True))
    parts = [
        _bands_of(on, surface[row.from_id], surface[row.to_id], cells[row.to_id]).assign(
            corridor_id=row.corridor_id, name_ru=row.name_ru, name_en=row.name_en, name_be=row.name_be
        )
        for row in wanted.itertuples()
    ]
    kept = "kept" if border else "ignored"
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True).assign(border=kept), crs=on.grid.crs)


def _bands_of(
    on: surfaces.Ground, start: cost.CostSurface, end: cost.CostSurface, target: tuple[int, int]
) -> gpd.GeoDataFrame:
    """Bands between two ends, without a row where there is no way."""
    least_min = start.cost[target]
    if not np.isfinite(least_min):
        return gpd.GeoDataFrame({"over_pct": []}, geometry=[], crs=on.grid.crs)
    steps = np.hypot(*np.diff(cost.trace(start, target), axis=0).T)
    path_km = steps.sum() * on.grid.cell_m / 1_000
    found = corridor.bands(
        on.grid,
        corridor.excess_pct(start.cost, end.cost),
        length_km=path_km,
        over_pct=study_area.load().analysis.corridor_over_pct,
        persons=on.persons,
        smooth_m=on.grid.cell_m / 2,
    )
    told = found.round({"area_km2": 1, "width_km": 2}).astype({"population": int})
    return told.assign(least_min=round(float(least_min), 1), path_km=round(float(path_km), 1))


def _passable(friction: Floats, cells: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    """Each cell, or the nearest passable one around it where it is impassable."""
    rows, columns = np.nonzero(np.isfinite(friction))
    away = [np.hypot(rows - row, columns - column).argmin() for row, column in cells]
    return [(int(rows[at]), int(columns[at])) for at in away]
