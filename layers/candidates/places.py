"""Alternatives of each element of the programme: where else it could be, within its limits.

A frame of alternatives is indexed by ``place_id`` and holds, in the working CRS, a point; names;
``country`` (of a pair both, joined by ``~``); ``unit_ids``; ``towns`` (settlements, if it is made of them);
``is_proposed``; and what the measures need: ``town_a``, ``town_b``, ``units_a``, ``units_b``, ``anchor``,
``population_persons``.
"""

from __future__ import annotations

import collections.abc
import typing

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.analysis import network
from layers.candidates import basis, tables
from layers.dictionary import ids
from layers.region import Region

Rule = tables.Rule


def alternatives(rule: Rule, of: basis.Basis) -> gpd.GeoDataFrame:
    """Alternatives of one element, by ``place_id``."""
    found = _ALTERNATIVES[rule.kind](rule, of).rename_axis("place_id").sort_index()
    return found.assign(is_proposed=found.index.isin(rule.proposed))


def _district_pairs(_rule: Rule, of: basis.Basis) -> gpd.GeoDataFrame:
    pairs = network.metric(of.region, of.layers["district_pairs"]).set_index("pair_id")
    ends = {letter: pairs[f"unit_id_{letter}"] for letter in "ab"}
    table = pairs[[*of.region.columns("name")]].assign(
        country=ids.joined(*of.region.countries),
        unit_ids=ends["a"] + " " + ends["b"],
        **{f"town_{letter}": end.map(of.centre_of) for letter, end in ends.items()},
        **{f"units_{letter}": [frozenset([unit]) for unit in end] for letter, end in ends.items()},
    )
    table["towns"] = table["town_a"] + " " + table["town_b"]
    return gpd.GeoDataFrame(table, geometry=pairs.geometry.map(_middle), crs=pairs.crs)


def _city_pairs(rule: Rule, of: basis.Basis) -> gpd.GeoDataFrame:
    towns = _peopled(of.towns, rule)
    countries = of.region.countries
    ends = [towns.index[towns["country"] == country] for country in countries]
    minutes = of.minutes.loc[ends[0], ends[1]]
    near = np.nonzero(minutes.to_numpy() <= rule.reach_min)
    first, second = (towns.loc[ids[taken]] for ids, taken in zip(ends, near, strict=True))
    named = {
        name: first[name].to_numpy() + " – " + second[name].to_numpy() for name in of.region.columns("name")
    }
    table = pd.DataFrame(named, index=pd.Index(ids.pair(first.index.to_numpy(), second.index.to_numpy())))
    points = shapely.centroid(shapely.multipoints(np.column_stack([first.geometry, second.geometry])))
    table = table.assign(
        country=ids.joined(*countries),
        unit_ids=first["unit_id"].to_numpy() + " " + second["unit_id"].to_numpy(),
        town_a=first.index.to_numpy(),
        town_b=second.index.to_numpy(),
        towns=first.index.to_numpy() + " " + second.index.to_numpy(),
        units_a=_own_units(first, table.index),
        units_b=_own_units(second, table.index),
    )
    return gpd.GeoDataFrame(table, geometry=points, crs=towns.crs)


def _settlements(rule: Rule, of: basis.Basis) -> gpd.GeoDataFrame:
    known = _peopled(of.settlements, rule)
    minutes = of.ways([rule.anchor]).iloc[0].loc[known.index]
    near = known[minutes.to_numpy() <= rule.reach_min]
    return _points(of.region, near, near["unit_id"]).assign(anchor=rule.anchor, towns=near.index)


def _cities(rule: Rule, of: basis.Basis) -> gpd.GeoDataFrame:
    towns = _peopled(of.towns, rule)
    return _points(of.region, towns, towns["unit_id"]).assign(units_a=_own_units(towns), towns=towns.index)


def _crossings(_rule: Rule, of: basis.Basis) -> gpd.GeoDataFrame:
    crossings = network.metric(of.region, of.layers["crossings"]).set_index("crossing_id")
    both = crossings["unit_id_a"] + " " + crossings["unit_id_b"]
    return _points(of.region, crossings.assign(country=ids.joined(*of.region.countries)), both)


def _districts(_rule: Rule, of: basis.Basis) -> gpd.GeoDataFrame:
    table = of.districts
    points = of.settlements.geometry.loc[of.centre_of.loc[table.index]].to_numpy()
    found = _points(
        of.region, gpd.GeoDataFrame(table, geometry=points, crs=of.settlements.crs), table.index.to_series()
    )
    return found.assign(population_persons=table["population_persons"].astype(float))


def _points(region: Region, places: gpd.GeoDataFrame, unit_ids: pd.Series) -> gpd.GeoDataFrame:
    return places[["country", *region.columns("name"), "geometry"]].assign(unit_ids=unit_ids)


def _peopled(places: gpd.GeoDataFrame, rule: Rule) -> gpd.GeoDataFrame:
    """Places whose population is known and within the limits."""
    return places[places["population"].astype(float).between(rule.population_min, rule.population_max)]


def _own_units(towns: gpd.GeoDataFrame, index: pd.Index | None = None) -> pd.Series:
    """Districts that each town leads or lies in, as sets."""
    led = zip(towns["centre_of"].str.split(), towns["unit_id"], strict=True)
    return pd.Series(
        [frozenset({*ids, unit}) for ids, unit in led], index=towns.index if index is None else index
    )


def _middle(line: typing.Any) -> shapely.Point:  # noqa: ANN401 - any kind of line
    longest = max(shapely.get_parts(shapely.line_merge(line)), key=shapely.length)
    return shapely.line_interpolate_point(longest, 0.5, normalized=True)


_ALTERNATIVES: dict[str, collections.abc.Callable[[Rule, basis.Basis], gpd.GeoDataFrame]] = {
    "district_pair": _district_pairs,
    "city_pair": _city_pairs,
    "settlement": _settlements,
    "city": _cities,
    "crossing": _crossings,
    "district": _districts,
}
