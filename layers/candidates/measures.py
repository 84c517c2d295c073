"""Measures of the candidates, by kind: the raw figures that the criteria of the programme choose from.

Each function takes the ground and the alternatives (indexed by ``place_id``) and gives one column for
each measure, rounded as it is shown: what is shown is what is scored.
"""

from __future__ import annotations

import collections.abc

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.flows import interaction
from geo.network import routing
from layers.analysis import network
from layers.candidates import basis, crossings, evidence, tables
from layers.dictionary import ids

Floats = npt.NDArray[np.float64]

_DECIMALS = {"persons": 0, "min": 1, "km": 1, "kmh": 1, "pct": 2, "100km": 2, "100k": 3}


def measure(kind: str, of: basis.Basis, sites: pd.DataFrame) -> pd.DataFrame:
    """Every measure of the alternatives of one kind, indexed like ``sites``."""
    found = _MEASURES[kind](of, sites)
    decimals = {name: _DECIMALS.get(name.rpartition("_")[2], 4) for name in found.columns}
    return found.astype(float).replace([np.inf, -np.inf], np.nan).round(decimals)


def _district_pairs(of: basis.Basis, sites: pd.DataFrame) -> pd.DataFrame:
    pairs = of.layers["district_pairs"].set_index("pair_id").loc[sites.index]
    states = of.layers["crossings"]
    opened = states[network.is_passable(of.layers, states["state"])]
    counted = pd.crosstab(opened["pair_id"], opened["mode"]).reindex(sites.index, fill_value=0)
    return _pairs(of, sites).assign(
        crossings_per_100km=counted.sum(axis=1) / pairs["shared_km"] * 100,
        rail_crossings=counted.get("rail", 0),
    )


def _pairs(of: basis.Basis, sites: pd.DataFrame) -> pd.DataFrame:
    """Measures of two towns, one on each side: columns ``town_a``, ``town_b``, ``units_a``, ``units_b``."""
    people = of.settlements["population"].astype(float)
    workforce = _own_people(of)
    ends = [sites["town_a"], sites["town_b"]]
    found = {
        "between_min": _between(of.minutes, sites),
        "population_weaker_persons": _of_ends(people, ends).min(axis=1, skipna=False),
        tables.people_within(of.region, "weaker_"): _of_ends(workforce, ends).min(axis=1, skipna=False),
        "corridor_persons": _corridor_people(of, sites),
        **{
            tables.nearest(zone): _of_ends(_nearest(of, of.zone_towns([zone])), ends).min(axis=1)
            for zone in of.region.candidates.nearest_zones
        },
        "rail_kmh": _rail_kmh(of, sites),
    }
    return pd.DataFrame(found, index=sites.index).join(evidence.counts("city_pair", of, sites))


def _settlements(of: basis.Basis, sites: pd.DataFrame) -> pd.DataFrame:
    """Measures of settlements around the one in the column ``anchor``."""
    reach = of.layers["settlement_reach"].set_index("settlement_id").loc[sites.index]
    found = {
        "anchor_min": of.ways(sorted(set(sites["anchor"])))[sites.index].min(axis=0),
        "population_persons": of.settlements["population"].loc[sites.index],
        "crossing_min": reach["crossing_min"],
        "partner_centre_min": reach["partner_centre_min"],
    }
    return pd.DataFrame(found, index=sites.index)


def _cities(of: basis.Basis, sites: pd.DataFrame) -> pd.DataFrame:
    minutes = of.minutes.loc[sites.index]
    home = of.settlements["country"].loc[minutes.columns]
    means = pd.DataFrame(
        {
            country: _mean(minutes.loc[:, own], of.people[own[own].index])
            for country in of.region.countries
            for own in [home == country]
        }
    )
    found = {
        "mean_min": _mean(minutes, of.people.loc[minutes.columns]),
        "parity_share": means.min(axis=1) / means.max(axis=1),
        "population_persons": of.settlements["population"].loc[sites.index],
    }
    return pd.DataFrame(found, index=sites.index).join(evidence.counts("city", of, sites))


def _districts(of: basis.Basis, sites: pd.DataFrame) -> pd.DataFrame:
    own = of.districts.loc[sites.index]
    links = evidence.counts("district", of, sites)["links_per_100k"]
    return own[["centre_border_km", "partner_centre_min", "accessibility_foreign"]].assign(
        grp_relative=_relative_product(of).reindex(own["oblast_id"]).to_numpy(),
        links_per_100k=links / own["population_persons"].astype(float) * 100_000,
    )


def _relative_product(of: basis.Basis) -> pd.Series:
    """GRP per capita of each oblast over the mean of those of its country, in the currency of each."""
    table = of.layers["oblast_wide"].set_index("unit_id")
    per_head = table.filter(regex=r"^grp_per_capita_[a-z]+$").astype(float).bfill(axis=1).iloc[:, 0]
    return interaction.group_relative(per_head, ids.countries(per_head.index))


def _own_people(of: basis.Basis) -> pd.Series:
    """Persons of the own country within the catchment time of each town."""
    home = pd.MultiIndex.from_arrays([of.towns["unit_id"], of.towns["country"]])
    return of.catchments.reindex(home).set_axis(of.towns.index).astype(float)


def _between(minutes: pd.DataFrame, sites: pd.DataFrame) -> Floats:
    rows = minutes.index.get_indexer(pd.Index(sites["town_a"]))
    columns = minutes.columns.get_indexer(pd.Index(sites["town_b"]))
    return minutes.to_numpy()[rows, columns]


def _of_ends(values: pd.Series, ends: list[pd.Series]) -> pd.DataFrame:
    return pd.DataFrame({number: end.map(values) for number, end in enumerate(ends)})


def _corridor_people(of: basis.Basis, sites: pd.DataFrame) -> Floats:
    """Persons of settlements through which the way is at most the detour of the study area longer."""
    longest = 1 + of.region.candidates.detour_pct / 100
    minutes = of.minutes.to_numpy()
    start, end = (of.minutes.index.get_indexer(pd.Index(sites[name])) for name in ("town_a", "town_b"))
    through = minutes[start] + minutes[end]
    beside = through <= longest * _between(of.minutes, sites)[:, None]
    counted: Floats = beside @ of.people.loc[of.minutes.columns].to_numpy()
    return counted


def _nearest(of: basis.Basis, zones: dict[str, list[str]]) -> pd.Series:
    """Minutes from each town to the nearest of the zones."""
    spots = sorted({spot for spots in zones.values() for spot in spots})
    return of.minutes[spots].min(axis=1) if spots else pd.Series(np.nan, index=of.minutes.index)


def _rail_kmh(of: basis.Basis, sites: pd.DataFrame) -> Floats:
    """Straight line between the towns over the time by rail; 0 where there is no way."""
    station = crossings.stations(of, of.towns)
    ids = sorted(set(station))
    minutes = routing.times(of.by_rail, origins=ids, destinations=ids).to_numpy()
    points, taken = [], []
    for name in ("town_a", "town_b"):
        points.append(of.towns.geometry.loc[sites[name]].to_numpy())
        taken.append(pd.Index(ids).get_indexer(pd.Index(sites[name].map(station))))
    served = (taken[0] >= 0) & (taken[1] >= 0)
    by_rail = np.where(served, minutes[taken[0], taken[1]], np.inf)
    speed: Floats = shapely.distance(*points) / 1_000 / np.maximum(by_rail, 1) * 60
    return speed


def _mean(minutes: pd.DataFrame, persons: pd.Series) -> pd.Series:
    """Mean over the persons of the columns; infinite if one of them has no way."""
    there = persons.to_numpy() > 0
    means = np.average(minutes.to_numpy()[:, there], axis=1, weights=persons.to_numpy()[there])
    return pd.Series(means, index=minutes.index)


_MEASURES: dict[str, collections.abc.Callable[[basis.Basis, pd.DataFrame], pd.DataFrame]] = {
    "district_pair": _district_pairs,
    "city_pair": _pairs,
    "settlement": _settlements,
    "city": _cities,
    "crossing": crossings.measure,
    "district": _districts,
}
