"""The two tables that say what the candidates are: alternatives of each element, and criteria.

``candidate_kinds.csv`` says of each element of the programme which alternatives it has, within which
limits, and which of them is the proposal; ``candidate_criteria.csv`` says what they are compared by.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import math

import pandas as pd
import pandera.pandas as pa

from geo import errors
from geo.scores import framework
from layers.base import cooperation
from layers.dictionary import catalogue, goalposts, ids, units
from layers.io import contracts, weights
from layers.region import Region, remembered

KINDS_OF_PLACES = catalogue.NAMED["site_kind"]
KINDS_FILE = "candidate_kinds.csv"
CRITERIA_FILE = "candidate_criteria.csv"
ALLOCATIONS = ("parity",)
LIMITS = {"reach_min": math.inf, "population_min": 0.0, "population_max": math.inf}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Rule:
    """Which alternatives one element has.

    Parameters
    ----------
    programme_id, kind
        The element, and what its alternatives are: one of `KINDS_OF_PLACES`.
    anchor
        Settlement around which settlements are taken; "" for other kinds.
    reach_min
        Longest way by road: between the towns of a pair, or from the anchor; infinite for no limit.
    population_min, population_max
        Limits of towns and settlements.
    proposed
        Alternatives that the programme proposes.
    allocation
        Rule by which a fund is shared out; "" if nothing is shared.
    """

    programme_id: str
    kind: str
    anchor: str
    reach_min: float
    population_min: float
    population_max: float
    proposed: tuple[str, ...]
    allocation: str


def measures(region: Region) -> dict[str, tuple[str, ...]]:
    """Ids of what `layers.candidates.measures` and `.surfaces` measure of each kind of places."""
    of_towns = tuple(f"suitability_{name}" for name in catalogue.NAMED["profile"])
    of_pairs = (
        *("between_min", "population_weaker_persons", people_within(region, "weaker_"), "corridor_persons"),
        *(nearest(zone) for zone in region.candidates.nearest_zones),
        *("rail_kmh", "links_between_count", "links_oblasts_count", "zones_count"),
        *of_towns,
    )
    return {
        "district_pair": (*of_pairs, "crossings_per_100km", "rail_crossings"),
        "city_pair": of_pairs,
        "settlement": ("anchor_min", "population_persons", "crossing_min", "partner_centre_min", *of_towns),
        "city": ("mean_min", "parity_share", "population_persons", "links_count", "zones_count", *of_towns),
        "crossing": (
            *("flow_share_pct", "closure_min", people_within(region), "next_crossing_km", "approach_share"),
        ),
        "district": (
            *("centre_border_km", "partner_centre_min", "accessibility_foreign", "grp_relative"),
            "links_per_100k",
        ),
    }


def people_within(region: Region, of: str = "") -> str:
    """Id of the measure of people within the time of catchments."""
    return f"people_{region.analysis.catchment_min:g}min_{of}persons"


def nearest(zone_type: str) -> str:
    """Id of the measure of the time to the nearest zone of a type."""
    return f"{zone_type}_min"


def kinds(region: Region) -> pd.DataFrame:
    """Read what the alternatives of each element are, every column text, by ``programme_id``.

    Raises
    ------
    InputError
        One line for each cell that is not as the contract says, and for each element without a row.
    """
    return _checked_kinds(region).copy()


def criteria(region: Region) -> pd.DataFrame:
    """Read the criteria of all elements, every column text; the weights of an element sum to one.

    Raises
    ------
    InputError
        One line for each cell that is not as the contract says, or for each element without any weight.
    """
    return _checked_criteria(region).copy()


def rules(region: Region) -> list[Rule]:
    """Read which alternatives each element has, by ``programme_id``."""
    return [_rule(row) for row in kinds(region).to_dict("records")]


def require_known(
    region: Region,
    found: list[Rule],
    *,
    settlements: pd.DataFrame,
    district_pairs: pd.DataFrame,
    crossings: pd.DataFrame,
) -> None:
    """Refuse anchors and proposals that do not exist, and towns whose population is not within the limits.

    Raises
    ------
    InputError
        One line for each.
    """
    persons = settlements.set_index("settlement_id")["population"].astype(float)
    known = _known(region, district_pairs, crossings)
    findings = []
    for rule in found:
        about, peopled = f"{KINDS_FILE}: {rule.programme_id}", _peopled(persons, rule)
        if rule.anchor and rule.anchor not in persons.index:
            findings.append(f"{about}: anchor = {rule.anchor!r}; expected the id of a settlement")
        findings += [
            f"{about}: proposed = {place!r}; expected one of the alternatives within its limits"
            for place in rule.proposed
            if not ({place} <= known[rule.kind] if rule.kind in known else {*ids.parts(place)} <= peopled)
        ]
        if rule.kind not in known and not peopled:
            findings.append(f"{about}: no alternative within its limits; expected at least one")
    if findings:
        raise errors.InputError(findings)


def require_goalposts(
    region: Region, found: list[Rule], *, district_pairs: pd.DataFrame, crossings: pd.DataFrame
) -> None:
    """Refuse criteria without goalposts of elements that have but a few alternatives.

    Raises
    ------
    InputError
        One line for each.
    """
    known = _known(region, district_pairs, crossings)
    few = [rule for rule in found if 0 < len(known.get(rule.kind, ())) < framework.FEWEST_COMPARED]
    findings = [line for rule in few for line in _uncompared(region, rule)]
    if findings:
        raise errors.InputError(findings)


def _known(region: Region, district_pairs: pd.DataFrame, crossings: pd.DataFrame) -> dict[str, set[str]]:
    """Ids of all alternatives of each kind but towns."""
    return {
        "district_pair": set(district_pairs["pair_id"]),
        "crossing": set(crossings["crossing_id"]),
        "district": set(units.of_level(region, "district").index),
    }


def _uncompared(region: Region, rule: Rule) -> list[str]:
    table = criteria(region)
    counts = (table["family"] == rule.programme_id) & (table["weight"].astype(float) > 0)
    return [
        f"{CRITERIA_FILE}: row {row + 2}: {goalposts.LOW} = ''; expected a number, as {rule.programme_id} "
        f"has fewer than {framework.FEWEST_COMPARED} alternatives"
        for row in table.index[counts & (table[goalposts.LOW] == "")]
    ]


def _peopled(persons: pd.Series[float], rule: Rule) -> set[str]:
    return set(persons.index[persons.between(rule.population_min, rule.population_max)].astype(str))


@remembered
def _checked_kinds(region: Region) -> pd.DataFrame:
    table = region.table(KINDS_FILE)
    contracts.check(table, _kinds(region), file=KINDS_FILE)
    contracts.require_rows(
        table["programme_id"], cooperation.features(region, "programme").index, file=KINDS_FILE
    )
    return table.sort_values("programme_id", ignore_index=True)


@remembered
def _checked_criteria(region: Region) -> pd.DataFrame:
    table = region.table(CRITERIA_FILE)
    kind = kinds(region).set_index("programme_id")["kind"]
    own = table.get("family", pd.Series("", index=table.index)).map(kind).fillna("")
    known = measures(region)
    measured = [", ".join(known.get(name, ())) for name in own]
    contracts.check(table.assign(kind=own, measured=measured), _criteria(region), file=CRITERIA_FILE)
    contracts.require_rows(table["family"], kinds(region)["programme_id"], file=CRITERIA_FILE)
    return table.assign(weight=weights.rescaled(CRITERIA_FILE, table.to_dict("records")))


def _rule(row: collections.abc.Mapping[collections.abc.Hashable, str]) -> Rule:
    limits = {name: float(row[name] or default) for name, default in LIMITS.items()}
    return Rule(
        programme_id=row["programme_id"],
        kind=row["kind"],
        anchor=row["anchor"],
        proposed=tuple(row["proposed"].split()),
        allocation=row["allocation"],
        **limits,
    )


def _kinds(region: Region) -> pa.DataFrameSchema:
    listed, programme = KINDS_OF_PLACES, cooperation.features(region, "programme").index
    return pa.DataFrameSchema(
        {
            "programme_id": pa.Column(
                str, contracts.one_of(programme, expected="an id of programme.csv"), unique=True
            ),
            "kind": pa.Column(str, contracts.one_of(listed, expected=f"one of {', '.join(listed)}")),
            "anchor": pa.Column(str),
            **{name: pa.Column(str, contracts.number(0, blank=True)) for name in LIMITS},
            "proposed": pa.Column(str),
            "allocation": pa.Column(
                str, contracts.one_of(ALLOCATIONS, expected="parity or nothing", blank=True)
            ),
        }
        | contracts.texts("rule", region.languages),
        checks=[
            contracts.rows(
                lambda frame: (frame["anchor"] != "") == (frame["kind"] == "settlement"),
                field="anchor",
                expected="a settlement if the kind is settlement, else nothing",
            ),
            contracts.rows(
                lambda frame: (frame["allocation"] == "") | (frame["kind"] == "district"),
                field="allocation",
                expected="nothing unless the kind is district",
            ),
        ],
    )


def _criteria(region: Region) -> pa.DataFrameSchema:
    programme, known = cooperation.features(region, "programme").index, framework.TRANSFORMATIONS
    return pa.DataFrameSchema(
        {
            "family": pa.Column(str, contracts.one_of(programme, expected="an id of programme.csv")),
            "level": pa.Column(
                str, contracts.one_of(KINDS_OF_PLACES, expected=f"one of {', '.join(KINDS_OF_PLACES)}")
            ),
            "indicator": pa.Column(str, contracts.filled()),
            "unit": pa.Column(str, contracts.filled()),
            "polarity": pa.Column(str, contracts.one_of(("1", "-1"), expected="1 or -1")),
            "transformation": pa.Column(str, contracts.one_of(known, expected=f"one of {', '.join(known)}")),
            "weight": pa.Column(str, contracts.number(0, weights.MOST)),
            "source": pa.Column(
                str, contracts.all_of(catalogue.sources(region).index, expected="ids of sources.csv")
            ),
            "period": pa.Column(str, contracts.period()),
        }
        | contracts.texts("title", region.languages)
        | contracts.texts("unit", region.languages)
        | contracts.texts("about", region.languages)
        | goalposts.columns(region),
        checks=[
            contracts.once(["family", "indicator"], field="indicator"),
            contracts.rows(
                lambda frame: (frame["level"] == frame["kind"]) | (frame["kind"] == ""),
                field="level",
                expected=f"{{kind}}, the kind of {{family}} in {KINDS_FILE}",
            ),
            contracts.rows(
                lambda frame: _is_measured(region, frame),
                field="indicator",
                expected="a measure of this kind of place: {measured}",
            ),
            *goalposts.checks(region, "family"),
        ],
    )


def _is_measured(region: Region, frame: pd.DataFrame) -> pd.Series[bool]:
    known = measures(region)
    measured = [
        one in known.get(kind, (one,)) for one, kind in zip(frame["indicator"], frame["kind"], strict=True)
    ]
    return pd.Series(measured, index=frame.index)
