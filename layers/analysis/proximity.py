"""How near everything is to the border, its crossings and the other side: attributes of base layers.

Times are by road under a scenario; minutes are missing where there is no way.
"""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.network import access, routes, routing
from geo.raster import grid
from geo.reach import proximity
from layers.analysis import network, surfaces
from layers.base import boundaries, facts
from layers.dictionary import ids, units
from layers.region import Region


@dataclasses.dataclass(frozen=True)
class Located:
    """Base layers in the working CRS, indexed by id, and the places on the roads under a scenario.

    ``people`` are the people of the population surface: ``unit_id``, ``persons``, ``border_km``.
    """

    layers: network.Frames
    attached: access.Attached
    centres: gpd.GeoDataFrame
    settlements: gpd.GeoDataFrame
    crossings: gpd.GeoDataFrame
    border: gpd.GeoSeries
    people: pd.DataFrame


def frames(region: Region) -> dict[str, pd.DataFrame]:
    """Read the base layers that the attributes are computed from."""
    return network.frames(region) | {
        "border": boundaries.border(region),
        "district_pairs": boundaries.district_pairs(region),
        "district_population": facts.population(region).reset_index(),
    }


def locate(region: Region, layers: network.Frames, attached: access.Attached) -> Located:
    """Gather base layers and the places on the roads."""
    border = network.metric(region, layers["border"]).geometry
    return Located(
        layers,
        attached,
        network.centres(region, layers),
        network.metric(region, layers["settlements"]).set_index("settlement_id"),
        network.metric(region, layers["crossings"]).set_index("crossing_id").sort_index(),
        border,
        _people(surfaces.population_grid(region, layers), border),
    )


def attributes(region: Region, of: Located) -> dict[str, pd.DataFrame]:
    """Attributes of oblasts, districts, settlements, crossings and pairs, by layer.

    Each table is indexed by the id of its layer, in the order of the ids: ``unit_id``,
    ``settlement_id``, ``crossing_id``, ``pair_id`` of ``district_pairs``, ``border_id`` of ``border``.
    """
    return {
        "oblasts": oblast_attributes(region, of),
        "districts": district_attributes(region, of),
        "settlements": settlement_attributes(region, of),
        "crossings": crossing_attributes(region, of),
        "district_pairs": district_pair_attributes(of),
        "oblast_pairs": oblast_pair_attributes(region, of),
    }


def settlement_attributes(region: Region, of: Located) -> pd.DataFrame:
    """Distance to the border and its band, nearest crossing, nearest centre abroad."""
    points = of.settlements.geometry
    border_km = proximity.distance_to_line_km(points, of.border)
    nearness = {"border_km": border_km.round(2), "border_band": _bands(region, border_km)}
    return pd.DataFrame(nearness).join(_reach(of, of.settlements["country"], points, of.centres["side"]))


def district_attributes(region: Region, of: Located) -> pd.DataFrame:
    """Distance to the border of the nearest point, the centre and the people; reach of the centre.

    ``people_border_km`` is the mean over all inhabitants, who live where the population surface has
    them; ``border_band`` is the band of the centre.
    """
    polygons = network.metric(region, of.layers["districts"]).set_index("unit_id").geometry.sort_index()
    centres = of.centres.loc[polygons.index]
    nearness = _nearness(region, of, polygons, centres.geometry, of.people["unit_id"])
    return nearness.join(_reach(of, centres["side"], centres.geometry, of.centres["side"]))


def oblast_attributes(region: Region, of: Located) -> pd.DataFrame:
    """Distance to the border of the nearest point, the largest settlement and the people; its reach.

    As :func:`district_attributes`; centres and partner centres are the largest settlements of oblasts.
    Fields of the way to the crossing begin with ``centre_``: the mean over the people is another figure.
    """
    polygons = network.metric(region, of.layers["districts"]).dissolve("oblast_id").geometry.sort_index()
    heads = network.heads(region, of.layers).loc[polygons.index]
    oblast = of.people["unit_id"].map(units.load(region)["parent_id"])
    nearness = _nearness(region, of, polygons, heads.geometry, oblast).rename_axis("unit_id")
    places = heads.reset_index().set_index("settlement_id")
    reach = _reach(of, places["side"], places.geometry, places["side"])
    named = reach.assign(partner_centre_id=reach["partner_centre_id"].map(places["unit_id"]).fillna(""))
    named = named.rename(columns={name: f"centre_{name}" for name in ("crossing_id", "crossing_min")})
    return nearness.join(named.set_index(places["unit_id"]))


def crossing_attributes(region: Region, of: Located) -> pd.DataFrame:
    """Nearest centre of each country by road, and how a road crossing joins the network.

    ``road_link`` is "road" where mapped roads of both sides meet, "access" where one of them is
    reached over the ground, and "" for rail.
    """
    of_roads = sorted(set(of.attached.network.gates["crossing_id"]))
    minutes = routing.times(of.attached, origins=of_roads, destinations=of.centres.index.tolist())
    table = pd.DataFrame(index=of.crossings.index)
    for letter, country in zip("ab", region.countries, strict=True):
        own = minutes.loc[:, (of.centres["side"] == country).to_numpy()]
        found = _named(routing.nearest(own), f"centre_{letter}").reindex(table.index)
        table = table.join(found.fillna({f"centre_{letter}_id": ""}))
    return table.assign(road_link=_links(of).reindex(table.index, fill_value=""))


def district_pair_attributes(of: Located) -> pd.DataFrame:
    """Crossings, permeability and the way from centre to centre, for each pair of districts."""
    pairs = of.layers["district_pairs"].set_index("pair_id").sort_index()
    counts = _counted(of, of.crossings["pair_id"])
    return _pair_table(of, pairs["shared_km"], counts, start=pairs["unit_id_a"], end=pairs["unit_id_b"])


def oblast_pair_attributes(region: Region, of: Located) -> pd.DataFrame:
    """Crossings, permeability and the way between the largest settlements, for each pair of oblasts."""
    pieces = of.layers["border"].set_index("border_id").sort_index()
    oblast = units.load(region)["parent_id"]
    sides = ids.pair(of.crossings["unit_id_a"].map(oblast), of.crossings["unit_id_b"].map(oblast))
    heads = network.heads(region, of.layers)["settlement_id"]
    start, end = (pieces[f"oblast_id_{letter}"].map(heads) for letter in "ab")
    return _pair_table(of, pieces["length_km"], _counted(of, sides), start=start, end=end)


def _nearness(
    region: Region, of: Located, polygons: gpd.GeoSeries, centres: gpd.GeoSeries, unit: pd.Series
) -> pd.DataFrame:
    """Distance to the border of polygons, their centres and their people, whose polygon ``unit`` tells."""
    people_km = proximity.weighted_mean(of.people["border_km"], of.people["persons"], unit)
    centre_km = proximity.distance_to_line_km(centres, of.border)
    return pd.DataFrame(
        {
            "border_km": proximity.distance_to_line_km(polygons, of.border).round(2),
            "centre_border_km": centre_km.round(2),
            "people_border_km": people_km.reindex(polygons.index).round(2),
            "border_band": _bands(region, centre_km),
        }
    )


def _people(of: surfaces.PopulationGrid, border: gpd.GeoSeries) -> pd.DataFrame:
    cells = np.unique(of.people["cell"])
    x_m, y_m = (values[cells] for values in grid.centres(of.grid))
    points = gpd.GeoSeries.from_xy(x_m, y_m, index=cells, crs=of.grid.crs)
    away_km = proximity.distance_to_line_km(points, border)
    return of.people[["unit_id", "persons"]].assign(border_km=of.people["cell"].map(away_km))


def _pair_table(
    of: Located, border_km: pd.Series, counts: pd.DataFrame, *, start: pd.Series, end: pd.Series
) -> pd.DataFrame:
    found = counts.reindex(border_km.index, fill_value=0)
    ways = routes.routes(of.attached, zip(start, end, strict=True)).set_index(border_km.index)
    there = np.isfinite(ways["travel_min"])
    return found.assign(
        permeability_km=proximity.permeability_km(border_km, found["road_crossings"]).round(1),
        centres_km=ways["length_km"].where(there).round(1),
        centres_min=ways["travel_min"].where(there).round(1),
        centres_crossing_ids=ways["crossing_ids"].str.join(" "),
    )


def _counted(of: Located, pair: pd.Series) -> pd.DataFrame:
    """Passable crossings of each mode by pair."""
    by_state = network.is_passable(of.layers, of.crossings["state"])
    by_road = of.attached.network.crossings["is_passable"]
    passable = by_road.reindex(of.crossings.index).fillna(by_state).astype(bool)
    counts = pd.crosstab(pair[passable], of.crossings.loc[passable, "mode"])
    named = counts.reindex(columns=list(network.MODES), fill_value=0)
    return named.set_axis([f"{mode}_crossings" for mode in network.MODES], axis=1)


def _links(of: Located) -> pd.Series:
    known = sorted(set(of.attached.network.gates["crossing_id"]))
    over_ground = access.unmet(of.attached.network)
    return pd.Series({one: "access" if one in over_ground else "road" for one in known}, dtype=str)


def _reach(of: Located, side: pd.Series, points: gpd.GeoSeries, partners: pd.Series) -> pd.DataFrame:
    """Nearest passable crossing by road and straight, and nearest partner of the other side by road.

    ``partners`` are the sides of the places that may be partners, by id.
    """
    ids, crossings = points.index.tolist(), _passable(of)
    centres = routing.times(of.attached, origins=ids, destinations=partners.index.tolist())
    same = side.to_numpy()[:, None] == partners.to_numpy()
    by_road = routing.nearest(routing.times(of.attached, origins=ids, destinations=crossings))
    table = _named(by_road, "crossing").join(
        _named(routing.nearest(centres.mask(same, np.inf)), "partner_centre")
    )
    if not crossings:
        return table.assign(straight_crossing_id="", straight_crossing_km=np.nan)
    straight = proximity.nearest_straight(points, of.crossings.geometry.loc[crossings])
    return table.assign(
        straight_crossing_id=straight["nearest_id"], straight_crossing_km=straight["distance_km"].round(2)
    )


def _passable(of: Located) -> list[str]:
    """Road crossings that may be passed, in the order of ids."""
    states = of.attached.network.crossings["is_passable"]
    return sorted(states.index[states & states.index.isin(of.attached.network.gates["crossing_id"])])


def _bands(region: Region, distance_km: pd.Series) -> pd.Series:
    edges_km = region.analysis.band_edges_km
    return proximity.distance_bands(distance_km, edges_km=edges_km).astype(str)


def _named(found: pd.DataFrame, what: str) -> pd.DataFrame:
    there = np.isfinite(found["travel_min"])
    return pd.DataFrame(
        {f"{what}_id": found["nearest_id"], f"{what}_min": found["travel_min"].where(there).round(1)}
    )
