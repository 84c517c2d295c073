"""What a region may lack: places with links, zones and a programme with its candidates, and flows."""

from __future__ import annotations

import collections.abc
import itertools

import numpy as np
import pandas as pd

from layers.dictionary import ids
from scripts.bench.synthetic import dictionary, figures, names, spec
from scripts.bench.synthetic import units as units_of

Rows = list[dict[str, str]]

_BOTH = ids.joined(*spec.COUNTRIES)
_LINKS, _ZONES = 12, 6
ELEMENTS = {
    "programme-1": "district_pair",
    "programme-2": "settlement",
    "programme-3": "crossing",
    "programme-4": "district",
    "programme-5": "city",
    "programme-6": "city_pair",
}
"""Elements of the programme, and what the alternatives of each are."""
_TRIPS, _PASSING = 1e-7, 0.3
"""Trips for each two persons a degree apart, and the share of them that the border leaves."""
_MEASURED = {
    "district_pair": {"between_min": 600, "population_weaker_persons": 1_000_000},
    "city_pair": {"between_min": 900, "corridor_persons": 5_000_000},
    "settlement": {"anchor_min": 900, "population_persons": 1_000_000},
    "crossing": {"flow_share_pct": 100, "approach_share": 1},
    "district": {"centre_border_km": 1_000, "accessibility_foreign": 5_000},
    "city": {"mean_min": 900, "parity_share": 1},
}
"""Measures of the alternatives, and where the scale of each ends."""


def tables(of: spec.Spec, towns: pd.DataFrame, pair: tuple[str, str], crossing: str) -> dict[str, Rows]:
    """Tables of the features that the region is to have.

    Parameters
    ----------
    towns
        Settlements that are centres.
    pair, crossing
        Two districts that share a piece of the border, and a crossing: what the programme proposes.
    """
    found: dict[str, Rows] = {}
    home, abroad = (towns[towns["country"] == country] for country in spec.COUNTRIES)
    ends = list(zip(home["settlement_id"], itertools.cycle(abroad["settlement_id"]), strict=False))
    if of.links or of.zones or of.programme:
        found["places.csv"] = _places(towns)
    if of.links:
        found["links.csv"] = _links(of, ends)
    if of.zones:
        found["zones.csv"] = _zones(of, ends)
        found["zone_profiles.csv"], found["zone_rings.csv"] = _zone_profiles(of), _rings(ends)
    if of.programme:
        found["programme.csv"] = _programme(of, ends, pair)
    if of.flows:
        found["flows.csv"] = _flows(of, towns)
    if of.candidates:
        found["candidate_kinds.csv"] = _kinds(of, ends[0], pair, crossing)
        found["candidate_criteria.csv"] = _candidate_criteria(of)
    return found


def claims(of: spec.Spec, border_km: float) -> Rows:
    """Rows of ``claims.csv``: one of each verdict."""
    length = {"stated_unit": "km", "measure": "border_length", "measured_on": _BOTH}
    rows: tuple[dict[str, str], ...] = (
        length
        | {"stated_value": str(round(border_km)), "tolerance_pct": "2", "verdict": "confirmed"}
        | {"qualifier": "about", "kind": "fact"},
        length
        | {"stated_value": str(round(2 * border_km)), "tolerance_pct": "2", "verdict": "contradicted"}
        | {"qualifier": "more_than", "kind": "fact"},
        {"verdict": "not_testable", "kind": "proposal", "refs": "link-1"},
    )
    blank = ("stated_value", "stated_unit", "qualifier", "measure", "measured_on", "tolerance_pct", "refs")
    return [
        {"claim_id": f"claim-{number}", "theme": "territory", "places": _BOTH, "period": "undated"}
        | dict.fromkeys(blank, "")
        | {"source_ids": units_of.SOURCE, "locator": ""}
        | names.said(of, statement=f"Statement {number}", reason="drawn")
        | row
        for number, row in enumerate(rows, start=1)
    ]


def _places(towns: pd.DataFrame) -> Rows:
    named = [name for name in towns.columns if name.startswith("name_")]
    return [
        {
            "place_id": row["settlement_id"],
            **{name: row[name] for name in named},
            "unit_id": row["unit_id"],
            "accuracy": "settlement",
            "lon": str(row["lon"]),
            "lat": str(row["lat"]),
            "source_id": units_of.SOURCE,
        }
        for row in towns.to_dict("records")
    ]


def _feature(
    of: spec.Spec, kind: str, number: int, type_: str, places: collections.abc.Iterable[str], state: str
) -> dict[str, str]:
    return {
        f"{kind}_id": f"{kind}-{number}",
        "type": type_,
        **names.said(of, title=f"{type_} {number}".capitalize()),
        "places": " ".join(places),
        "partner_side": _BOTH,
        "date": str(2000 + number),
        "state": state,
        "source_ids": units_of.SOURCE,
        "locator": "",
        "origin": "drawn",
        "confidence": "high",
        "notes": "",
    }


def _links(of: spec.Spec, ends: list[tuple[str, str]]) -> Rows:
    """Between towns of the two sides; the last one is about the whole border."""
    types = itertools.cycle(dictionary.LINK_TYPES)
    pairs = [*ends[:_LINKS], (_BOTH,)]
    return [
        _feature(of, "link", number, next(types), places, dictionary.HELD[number % 2])
        for number, places in enumerate(pairs, start=1)
    ]


def _zones(of: spec.Spec, ends: list[tuple[str, str]]) -> Rows:
    """In towns of both sides in turn; the last of them is only proposed."""
    spots = [pair[number % 2] for number, pair in enumerate(ends[:_ZONES])]
    types = itertools.cycle(dictionary.ZONE_TYPES)
    states = [*[dictionary.HELD[0]] * (len(spots) - 1), "proposed"]
    return [
        _feature(of, "zone", number, next(types), [spot], state)
        for number, (spot, state) in enumerate(zip(spots, states, strict=True), start=1)
    ]


def _zone_profiles(of: spec.Spec) -> Rows:
    return [
        {"type": type_, "profile": profile, "is_site": str(int(bool(profile)))}
        | names.said(of, reason="" if profile else "no site")
        for type_, profile in dictionary.ZONE_TYPES.items()
    ]


def _rings(ends: list[tuple[str, str]]) -> Rows:
    ring = {"zone_id": "zone-1", "settlement_id": ends[0][0], "from_km": "3", "to_km": "8"}
    return [ring | {"source_ids": units_of.SOURCE, "basis": "drawn"}]


def _programme(of: spec.Spec, ends: list[tuple[str, str]], pair: tuple[str, str]) -> Rows:
    places = {"district_pair": pair, "city_pair": ends[0], "crossing": (_BOTH,)}
    return [
        _feature(
            of, "programme", number, dictionary.PROGRAMME_TYPE, places.get(kind, (ends[0][0],)), "proposed"
        )
        | {"date": "undated"}
        for number, kind in enumerate(ELEMENTS.values(), start=1)
    ]


def _flows(of: spec.Spec, towns: pd.DataFrame) -> Rows:
    """Trips between all towns: many to great ones, few to far ones and over the border."""
    random = of.random("flows")
    degrees = towns[["lon", "lat"]].to_numpy(dtype=float)
    found = []
    for start, end in itertools.permutations(range(len(towns)), 2):
        one, other = towns.iloc[start], towns.iloc[end]
        expected = float(one["population"]) * float(other["population"])
        expected *= _TRIPS / float(np.linalg.norm(degrees[start] - degrees[end]))
        expected *= _PASSING if one["country"] != other["country"] else 1
        found.append(
            {
                "from_id": one["centre_of"],
                "to_id": other["centre_of"],
                "indicator": dictionary.TRIPS,
                "value": str(random.poisson(expected)),
                "unit": "persons",
                "period": str(figures.LAST),
                "source_id": units_of.SOURCE,
            }
        )
    return found


def _kinds(of: spec.Spec, towns: tuple[str, str], pair: tuple[str, str], crossing: str) -> Rows:
    proposed = {
        "district_pair": ids.joined(*pair),
        "settlement": towns[0],
        "crossing": crossing,
        "district": pair[0],
        "city": towns[0],
        "city_pair": ids.joined(*towns),
    }
    return [
        {
            "programme_id": element,
            "kind": kind,
            "anchor": towns[0] if kind == "settlement" else "",
            "reach_min": "",
            "population_min": "",
            "population_max": "",
            "proposed": proposed[kind],
            "allocation": "parity" if kind == "district" else "",
        }
        | names.said(of, rule=f"every {kind}".replace("_", " "))
        for element, kind in ELEMENTS.items()
    ]


def _candidate_criteria(of: spec.Spec) -> Rows:
    return [
        {
            "family": element,
            "level": kind,
            "indicator": indicator,
            "unit": indicator.rpartition("_")[2],
            "polarity": "-1" if indicator.endswith(("_min", "_km")) else "1",
            "transformation": "log1p" if indicator.endswith("persons") else "none",
            "weight": "0.5",
            "goalpost_low": "0",
            "goalpost_high": str(high),
            "source": units_of.SOURCE,
            "period": "undated",
            **names.said(of, goalpost_basis="drawn"),
            **names.said(
                of,
                title=indicator.replace("_", " "),
                unit=indicator.rpartition("_")[2],
                about=f"{indicator} as computed".replace("_", " "),
            ),
        }
        for element, kind in ELEMENTS.items()
        for indicator, high in _MEASURED[kind].items()
    ]
