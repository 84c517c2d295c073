"""Documented links and operating zones that the candidates count, and who documents what is measured."""

from __future__ import annotations

import collections.abc
import dataclasses

import pandas as pd

from layers.candidates import basis

Ids = collections.abc.Set[str]


@dataclasses.dataclass(frozen=True)
class Feature:
    """Units that a link or a zone names, and the sources that document it."""

    units: frozenset[str]
    sources: frozenset[str]


Found = dict[str, list[list[Feature]]]


def counts(kind: str, of: basis.Basis, sites: pd.DataFrame) -> pd.DataFrame:
    """Count the features of each measure, for places with ``units_a`` (and ``units_b``)."""
    found = _COUNTED[kind](of, sites)
    return pd.DataFrame({name: list(map(len, rows)) for name, rows in found.items()}, index=sites.index)


def evidence(kind: str, of: basis.Basis, sites: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Say who documents the measures whose sources differ from place to place.

    Returns
    -------
    dict
        By measure, indexed like ``sites``: ``source_ids`` separated by blanks and, of a figure of one
        place, ``period``.
    """
    counted = _COUNTED[kind](of, sites) if kind in _COUNTED else {}
    found = {
        name: pd.DataFrame({"source_ids": list(map(_sources, rows))}, index=sites.index)
        for name, rows in counted.items()
    }
    return found | {name: stated(of, sites) for name, stated in _STATED.get(kind, {}).items()}


def _population(of: basis.Basis, sites: pd.DataFrame) -> pd.DataFrame:
    return _counted(of, sites.index.to_series())


def _population_weaker(of: basis.Basis, sites: pd.DataFrame) -> pd.DataFrame:
    """Of the town of a pair that has fewer inhabitants."""
    people = of.settlements["population"].astype(float)
    first = sites["town_a"].map(people) <= sites["town_b"].map(people)
    return _counted(of, sites["town_a"].where(first, sites["town_b"]))


def _counted(of: basis.Basis, settlements: pd.Series[str]) -> pd.DataFrame:
    told = of.settlements[["source_id", "population_period"]].reindex(settlements)
    return pd.DataFrame(told.set_axis(["source_ids", "period"], axis=1).set_axis(settlements.index))


def _product(of: basis.Basis, sites: pd.DataFrame) -> pd.DataFrame:
    """Of the oblast of a district."""
    mapped = of.layers["mapped"]
    own = mapped[mapped["indicator"].str.startswith("grp_per_capita_")].set_index("unit_id")
    told = own[["source_id", "period"]].set_axis(["source_ids", "period"], axis=1)
    return pd.DataFrame(told.reindex(of.districts.loc[sites.index, "oblast_id"]).set_axis(sites.index))


def _pairs(of: basis.Basis, sites: pd.DataFrame) -> Found:
    ends = list(zip(sites["units_a"], sites["units_b"], strict=True))
    links, zones = _features(of.links), _features(of.zones)
    oblast = basis.oblasts(of.region).to_dict()
    widened = [
        dataclasses.replace(link, units=frozenset(oblast.get(unit, unit) for unit in link.units))
        for link in links
    ]
    of_oblasts = [({oblast[unit] for unit in a}, {oblast[unit] for unit in b}) for a, b in ends]
    return {
        "links_between_count": [_naming(links, a, b) for a, b in ends],
        "links_oblasts_count": [_naming(widened, a, b) for a, b in of_oblasts],
        "zones_count": [_naming(zones, a | b) for a, b in ends],
    }


def _cities(of: basis.Basis, sites: pd.DataFrame) -> Found:
    links, zones = _features(of.links), _features(of.zones)
    return {
        "links_count": [_naming(links, ids) for ids in sites["units_a"]],
        "zones_count": [_naming(zones, ids) for ids in sites["units_a"]],
    }


def _districts(of: basis.Basis, sites: pd.DataFrame) -> Found:
    links = _features(of.links)
    return {"links_per_100k": [_naming(links, {unit}) for unit in sites.index]}


def _features(table: pd.DataFrame) -> list[Feature]:
    rows = zip(table["unit_ids"], table["source_ids"], strict=True)
    return [Feature(frozenset(units.split()), frozenset(ids.split())) for units, ids in rows]


def _naming(features: collections.abc.Iterable[Feature], *ends: Ids) -> list[Feature]:
    """Features that name a unit of each end."""
    return [feature for feature in features if all(feature.units & end for end in ends)]


def _sources(features: collections.abc.Iterable[Feature]) -> str:
    return " ".join(sorted({source for feature in features for source in feature.sources}))


_COUNTED: dict[str, collections.abc.Callable[[basis.Basis, pd.DataFrame], Found]] = {
    "district_pair": _pairs,
    "city_pair": _pairs,
    "city": _cities,
    "district": _districts,
}

_STATED: dict[str, dict[str, collections.abc.Callable[[basis.Basis, pd.DataFrame], pd.DataFrame]]] = {
    "district_pair": {"population_weaker_persons": _population_weaker},
    "city_pair": {"population_weaker_persons": _population_weaker},
    "settlement": {"population_persons": _population},
    "city": {"population_persons": _population},
    "district": {"grp_relative": _product},
}
