"""Tables by hand that say what figures mean and what they weigh; every word and number is made up."""

from __future__ import annotations

import collections.abc

from geo.scores import framework
from layers.dictionary import catalogue, ids
from scripts.bench.synthetic import crossings, figures, names, siting, spec
from scripts.bench.synthetic import units as units_of

Rows = list[dict[str, str]]

LINK_TYPES = ("agreement", "company")
ZONE_TYPES = {"works": "industry", "depot": "logistics", "relief": ""}
"""Types of zones with their profile; one without is no site."""
PROGRAMME_TYPE = "project"
HELD = ("operating", "in_force")
_OPEN = {
    "exclusion": ("outside", "water", "road", "regime"),
    "link_type": LINK_TYPES,
    "programme_type": (PROGRAMME_TYPE,),
    "side": (*spec.COUNTRIES, ids.joined(*spec.COUNTRIES)),
    "state": (*HELD, "proposed"),
    "theme": ("population", "work", "economy", "cooperation", "territory"),
    "zone_type": tuple(ZONE_TYPES),
}
_UNITS = {"persons": "people", "pct": "%", "per_km2": "per km²", "per_1000": "per 1,000"}

_BOTH, _DISTRICT, _OBLAST = "oblast district", "district", "oblast"
_TREND = f"population_change_{figures.TREND_FROM[:4]}_{figures.TREND_TO}_pct"
_INDICATOR_COLUMNS = (
    "indicator",
    "unit",
    "kind",
    "polarity",
    "timing",
    "theme",
    "levels",
    "choropleth",
    "computed",
)
_INDICATORS = (
    ("population_persons", "persons", "extensive", 0, "state", "population", _BOTH, "", ""),
    *(
        (f"population_{year}_persons", "persons", "extensive", 0, "state", "population", _BOTH, "", "yes")
        for year in (figures.TREND_TO, figures.LAST)
    ),
    ("density_per_km2", "per_km2", "intensive", 0, "state", "population", _BOTH, _BOTH, "yes"),
    (_TREND, "pct", "intensive", 1, "period", "population", _BOTH, _BOTH, "yes"),
    ("population_rural_persons", "persons", "extensive", 0, "state", "population", _BOTH, "", ""),
    ("urban_share_pct", "pct", "intensive", 0, "state", "population", _BOTH, _BOTH, "yes"),
    ("net_migration_persons", "persons", "extensive", 1, "period", "population", _DISTRICT, "", ""),
    (
        "net_migration_per_1000",
        "per_1000",
        "intensive",
        1,
        "period",
        "population",
        _DISTRICT,
        _DISTRICT,
        "yes",
    ),
    *(
        (f"wage_{money}", money, "intensive", 1, "period", "work", _BOTH, _BOTH, "")
        for money in figures.CURRENCIES
    ),
    *(
        (f"grp_per_capita_{money}", money, "intensive", 1, "period", "economy", _OBLAST, _OBLAST, "")
        for money in figures.CURRENCIES
    ),
    ("border_length_km", "km", "extensive", 0, "state", "territory", "border", "", ""),
)
_OF_LINKS = (
    ("links_count", "count", "extensive", 1, "state", "cooperation", _BOTH, "", "yes"),
    ("links_per_100k", "per_100k", "intensive", 1, "state", "cooperation", _BOTH, _BOTH, "yes"),
)
TRIPS = "trips_persons"
_OF_FLOWS = ((TRIPS, "persons", "extensive", 1, "period", "cooperation", "district_pair", "", ""),)

# Indicator, unit, polarity, transformation, weight, and the ends of its scale where units are few.
_POTENTIAL = (
    ("gravity_b1_5_foreign", "mln_persons2_min", 1, "log1p", 0.3, 0, 3_000),
    ("accessibility_foreign", "persons_min_1_5", 1, "log1p", 0.3, 0, 3_000),
    ("population_90min_foreign", "persons", 1, "log1p", 0.2, 0, 500_000),
    ("permeability_per_100km", "per_100km", 1, "log1p", 0.1, 0, 10),
)
_OF_UNITS = (
    *_POTENTIAL,
    ("crossing_min", "min", -1, "log1p", 0.1, 0, 600),
    ("accessibility_domestic", "persons_min_1_5", 1, "log1p", 0, 0, 3_000),
)
_OF_PAIRS = (*_POTENTIAL, ("centres_min", "min", -1, "log1p", 0.1, 0, 900))
_ALIKE = (
    ("density_ln_ratio", "ln_ratio", -1, "none", 0.25, 0, 3),
    ("centre_share_ln_ratio", "ln_ratio", -1, "none", 0.25, 0, 2),
)
_OF_OBLASTS = (
    *_ALIKE,
    ("grp_per_capita_ln_ratio", "ln_ratio", -1, "none", 0.2, 0, 1),
    ("wage_ln_ratio", "ln_ratio", -1, "none", 0.2, 0, 1),
    ("population_trend_ln_ratio", "ln_ratio", -1, "none", 0.1, 0, 0.5),
)
_OF_DISTRICTS = (*_ALIKE, ("home_market_ln_ratio", "ln_ratio", -1, "none", 0.5, 0, 3))
_LEVELS = {
    "oblast": (_OF_UNITS, _OF_OBLASTS),
    "oblast_pair": (_OF_PAIRS, _OF_OBLASTS),
    "district": (_OF_UNITS, _OF_DISTRICTS),
    "district_pair": (_OF_PAIRS, _OF_DISTRICTS),
}


def tables(of: spec.Spec, first_crossing: str) -> dict[str, Rows]:
    """Every table by file, but units, crossings and features."""
    found = {
        "terms.csv": _terms(of),
        "sources.csv": _sources(),
        "notes.csv": _notes(of),
        "indicators.csv": _indicators(of),
        "raw_files.csv": [{"key": "generator", "path": "generator", "source_id": units_of.SOURCE}],
        "crossing_states.csv": _states(of),
        "road_speeds.csv": _speeds(of),
        "framework.csv": _framework(of),
    }
    if of.scenarios:
        found["scenarios.csv"] = _scenarios(of, first_crossing)
    if of.siting:
        found |= siting.tables(of)
    return found


def _plain(word: str) -> str:
    return word.replace("_", " ")


def _terms(of: spec.Spec) -> Rows:
    columns = tuple(f"name_{language}" for language in of.languages)
    vocabularies = (
        catalogue.NAMED | catalogue.CLAIMED | _OPEN | {"workbook": (*catalogue.NAMED["workbook"], *columns)}
    )
    return [
        {"vocabulary": name, "term": term} | names.said(of, title=_plain(term))
        for name, terms in vocabularies.items()
        for term in terms
    ]


def _sources() -> Rows:
    titles = {units_of.SOURCE: "Everything in this region is invented"}
    return [
        {
            "source_id": name,
            "publisher": "borderzone",
            "title": title,
            "address": "",
            "licence": "CC0",
            "vintage": "",
            "economy_title": "",
            "economy_perimeter": "",
        }
        for name, title in titles.items()
    ]


def _notes(of: spec.Spec) -> Rows:
    """Give a remark on nobody, and one on both countries as if an article had been read."""
    whole = ids.joined(*spec.COUNTRIES)
    return [
        {"note_id": "drawn", "kind": "data", "unit_ids": ""} | names.said(of, text="All is drawn."),
        {"note_id": "unread", "kind": "article", "unit_ids": whole} | names.said(of, text="No article is."),
    ]


def _indicators(of: spec.Spec) -> Rows:
    found = []
    for row in (*_INDICATORS, *(_OF_LINKS if of.links else ()), *(_OF_FLOWS if of.flows else ())):
        told = {name: str(value) for name, value in zip(_INDICATOR_COLUMNS, row, strict=True)}
        wide = "" if told["levels"] in {"border", "district_pair"} else told["levels"]
        told |= {"perimeters": "whole", "minimum": "", "maximum": "", "wide": wide}
        title = _plain(told["indicator"].removesuffix(f"_{told['unit']}"))
        unit = _UNITS.get(told["unit"], _plain(told["unit"]))
        # Of an amount in two currencies, the title ends in that of the money.
        title += f", {told['unit']}" if told["unit"] in figures.CURRENCIES else ""
        found.append(told | names.said(of, title=title, unit=unit))
    return found


def _states(of: spec.Spec) -> Rows:
    delays = {"open": (5, 10), "unknown": (8, 15), "restricted": (20, 30), "closed": (0, 0)}
    return [
        {
            "state": state,
            "is_passable": str(int(state != "closed")),
            "delay_road_min": str(delays[state][0]),
            "delay_rail_min": str(delays[state][1]),
            "basis": "drawn",
        }
        | names.said(of, title=state)
        for state in crossings.STATES
    ]


def _speeds(of: spec.Spec) -> Rows:
    kmh = {
        "motorway": 110,
        "trunk": 90,
        "primary": 70,
        "secondary": 60,
        "tertiary": 50,
        "access": 30,
        "rail": 60,
    }
    return [
        {
            "edge_class": name,
            "mode": "rail" if name == "rail" else "road",
            "speed_kmh": str(speed),
            "detour_factor": "1.2" if name == "access" else "",
            "max_km": "80" if name == "access" else "",
            "basis": "drawn",
        }
        | names.said(of, title=name)
        for name, speed in kmh.items()
    ]


def _framework(of: spec.Spec) -> Rows:
    found = []
    for level, (potential, alike) in _LEVELS.items():
        families = {"realised": _realised(of), "potential": potential, "convergence": alike}
        found += [_weighed(of, level, family, row) for family, rows in families.items() for row in rows]
    return found


def _realised(of: spec.Spec) -> tuple[tuple[object, ...], ...]:
    names_of = [name for name, has in (("links_ties", of.links), ("zones", of.zones)) if has]
    return tuple((f"{name}_per_100k", "per_100k", 1, "log1p", 1 / len(names_of), 0, 5) for name in names_of)


def _weighed(of: spec.Spec, level: str, family: str, row: collections.abc.Sequence[object]) -> dict[str, str]:
    indicator, unit, polarity, transformation, weight, low, high = map(str, row)
    is_scaled = float(weight) > 0 and (level != "district" or of.units < framework.FEWEST_COMPARED)
    return {
        "level": level,
        "family": family,
        "indicator": indicator,
        "unit": unit,
        "polarity": polarity,
        "transformation": transformation,
        "weight": weight,
        "goalpost_low": low if is_scaled else "",
        "goalpost_high": high if is_scaled else "",
        "source": "",
        **names.said(of, goalpost_basis="drawn" if is_scaled else ""),
        **names.said(
            of, title=_plain(indicator), unit=_plain(unit), about=f"{_plain(indicator)} as computed"
        ),
    }


def _scenarios(of: spec.Spec, first_crossing: str) -> Rows:
    changes = {
        "no_delay": {"crossing_id": "*", "delay_min": "0"},
        "one_closed": {"crossing_id": first_crossing, "state": "closed"},
        "all_opened": {"crossing_id": "*closed", "state": "open", "against": "no_delay"},
        "fast_access": {"edge_class": "access", "speed_kmh": "60"},
    }
    blank = dict.fromkeys(("crossing_id", "state", "delay_min", "edge_class", "speed_kmh", "against"), "")
    return [
        {"scenario_id": name} | blank | change | names.said(of, title=_plain(name))
        for name, change in changes.items()
    ]
