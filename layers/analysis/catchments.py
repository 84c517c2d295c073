"""Catchments: isochrones, service areas and floating catchments, split into domestic and foreign."""

from __future__ import annotations

import collections.abc

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo import crs
from geo.network import access, cells, routing
from geo.reach import catchment, floating
from layers.analysis import network, surfaces
from layers.analysis import people as placement
from layers.dictionary import ids, units
from layers.region import Region

Floats = npt.NDArray[np.float64]


def isochrones(
    region: Region,
    layers: network.Frames,
    attached: access.Attached,
    on: cells.Cells,
    persons: Floats,
    places: collections.abc.Mapping[str, str],
    *,
    minutes: collections.abc.Sequence[int] = (),
) -> gpd.GeoDataFrame:
    """Areas within limits of road time from places.

    Parameters
    ----------
    layers, attached
        Base layers, and places on the roads.
    on, persons
        Cells on the roads with their persons, as :func:`layers.analysis.surfaces.on_roads` gives them.
    places
        Country of each place by id; "" for a crossing, which belongs to both.
    minutes
        Ascending limits; those of the study area if there are none.

    Returns
    -------
    geopandas.GeoDataFrame
        Polygons in the working CRS: ``catchment_id``, ``place_id``, ``limit_min``, ``country`` (of the
        area), ``kind`` (domestic, foreign; of a crossing: both), ``area_km2``, ``population``,
        ``settlements``, names of the place.
    """
    limits = minutes or region.analysis.isochrone_min
    ids = sorted(places)
    found = catchment.isochrones(attached, on, ids, minutes=limits, persons=persons, smooth_m=on.grid.cell_m)
    settlements = layers["settlements"].set_index("settlement_id")["country"].sort_index()
    reached = routing.times(attached, origins=ids, destinations=settlements.index.tolist())
    counted = catchment.settlements_within(reached, settlements, limits_min=limits)
    told = found.merge(counted, on=["place_id", "limit_min", "side"], how="left")
    named = told.join(_names(region, layers), on="place_id")
    return _identified(named.rename(columns={"side": "country"}), places)


def crossings(attached: access.Attached) -> dict[str, str]:
    """Passable crossings as places of both countries."""
    gates = attached.network.gates["crossing_id"]
    passable = attached.network.crossings["is_passable"]
    return {str(one): "" for one in sorted(set(gates)) if passable[one]}


def centres(region: Region, layers: network.Frames) -> dict[str, str]:
    """Country of each unit that has a centre, by unit."""
    return {str(unit): str(country) for unit, country in network.centres(region, layers)["side"].items()}


def service_areas(
    region: Region, layers: network.Frames, attached: access.Attached, on: cells.Cells, persons: Floats
) -> gpd.GeoDataFrame:
    """Partition of the zone by the nearest unit centre, over the border and within each country.

    Returns
    -------
    geopandas.GeoDataFrame
        Polygons in the working CRS: ``area_id``, ``unit_id`` (of the centre), ``border`` (crossed: the
        nearest centre of either country; kept: of the own country), ``country`` (of the area), ``kind``
        (domestic, foreign; unreached: water and ground to which no way leads, without a unit),
        ``area_km2``, ``population``, ``mean_min``, names of the unit.
    """
    homes = centres(region, layers)
    places = sorted(homes)
    parts = []
    for border in ("crossed", "kept"):
        nearest = catchment.nearest(attached, on, places, within_side=border == "kept")
        areas = catchment.service_areas(on, nearest, places, persons=persons, smooth_m=on.grid.cell_m)
        parts.append(areas.assign(border=border))
    found = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=on.grid.crs)
    found = found.rename(columns={"place_id": "unit_id", "side": "country"})
    found = found.round({"mean_min": 1, "area_km2": 3, "population": 0})
    home = found["unit_id"].map(homes)
    found["kind"] = np.where(home == found["country"], "domestic", "foreign")
    found["kind"] = found["kind"].where(found["unit_id"] != "", "unreached")
    found.insert(0, "area_id", ids.joined_columns(found, ["border", "unit_id", "country"]))
    named = found.join(units.load(region)[list(region.columns("name"))], on="unit_id")
    return named.sort_values("area_id", ignore_index=True)


def centre_access(region: Region, layers: network.Frames, attached: access.Attached) -> pd.DataFrame:
    """Two-step floating catchments of the people for the centres of units, by district.

    Supply is one centre each, demand the population of districts, in their settlements and at their
    centres (:func:`layers.analysis.people.placed`), within the catchment time of the study area; in
    the ``decayed_`` columns people come the less the farther they are (Gaussian).

    Returns
    -------
    pandas.DataFrame
        Indexed by ``unit_id``: ``centres_per_100k`` and ``decayed_centres_per_100k``, each also
        ``…_domestic``, of the centres of the own country alone, means over the people of the district.
    """
    limit = region.analysis.catchment_min
    people = placement.placed(layers["settlements"], surfaces.totals(layers)).sort_index()
    demand = people["persons"].astype(float)
    minutes = routing.times(
        attached, origins=demand.index.tolist(), destinations=sorted(centres(region, layers))
    )
    home = pd.Series(centres(region, layers)).sort_index()
    supply = pd.Series(1.0, index=minutes.columns)
    abroad = people["unit_id"].map(home).to_numpy()[:, None] != home.to_numpy()
    decays: dict[str, floating.Decay] = {
        "": floating.Steps((limit,), (1.0,)),
        "decayed_": floating.Gaussian(limit),
    }
    table = {}
    for prefix, decay in decays.items():
        for suffix, reached in (("", minutes), ("_domestic", minutes.mask(abroad, np.inf))):
            rate = floating.access(reached, supply=supply, demand=demand, decay=decay) * 100_000
            weighted = (rate * demand).groupby(people["unit_id"]).sum()
            table[f"{prefix}centres_per_100k{suffix}"] = weighted / demand.groupby(people["unit_id"]).sum()
    return pd.DataFrame(table).round(3).rename_axis("unit_id")


def in_degrees(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Layer of polygons in EPSG:4326, on a grid of 1e-5 degrees and valid there; areas without extent go."""
    lonlat = layer.to_crs(crs.LONLAT)
    # Straight edges of metres are none of degrees: where two nearly touch, they may cross after it.
    shapes = _sound(lonlat.geometry.to_numpy().copy())
    shapes = shapely.set_precision(shapes, 1e-5)
    # A rounded vertex may fold a thin neck over itself.
    shapes = _sound(shapes)
    kept = lonlat.set_geometry(gpd.GeoSeries(shapes, index=lonlat.index, crs=crs.LONLAT))
    return kept[~kept.is_empty].reset_index(drop=True)


def _names(region: Region, layers: network.Frames) -> pd.DataFrame:
    """Names of crossings and units by id."""
    of_crossings = layers["crossings"].set_index("crossing_id")
    return pd.concat(
        [
            pd.DataFrame(of_crossings[list(region.columns("name"))]),
            units.load(region)[list(region.columns("name"))],
        ]
    )


def _identified(found: gpd.GeoDataFrame, places: collections.abc.Mapping[str, str]) -> gpd.GeoDataFrame:
    home = found["place_id"].map(dict(places))
    kind = np.where(home == "", "both", np.where(home == found["country"], "domestic", "foreign"))
    named = found.assign(kind=kind, area_km2=found["area_km2"].round(3))
    told = named[["place_id"]].assign(limit=named["limit_min"].map("{:g}".format), country=named["country"])
    named.insert(0, "catchment_id", ids.joined_columns(told, [*told.columns]))
    whole = named.assign(population=named["population"].round()).astype({"population": int, "limit_min": int})
    return whole.sort_values(["place_id", "limit_min", "country"], ignore_index=True)


def _sound(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Dissolve polygons that cross themselves; the others stay the same."""
    folded = ~shapely.is_valid(shapes)
    shapes[folded] = shapely.buffer(shapes[folded], 0)
    return shapes
