"""What the figures mean and where they come from: indicators, sources, notes and closed vocabularies.

Tables by hand of the region; each is checked when it is read.
"""

from __future__ import annotations

import collections.abc

import pandas as pd
import pandera.pandas as pa

from layers.dictionary import units
from layers.io import contracts
from layers.region import Region, remembered

LEVELS = (
    "country",
    "oblast",
    "district",
    "city",
    "settlement",
    "border",
    "oblast_pair",
    "district_pair",
    "feature",
)
KINDS = ("extensive", "intensive")
TIMINGS = ("state", "period")
# Terms that code names, by vocabulary.
NAMED = {
    "accuracy": ("point", "settlement", "district", "oblast", "border"),
    "confidence": ("high", "medium", "as_stated", "low"),
    "goal": ("median", "covering", "foreign"),
    "perimeter": ("whole",),
    "profile": ("logistics", "industry", "agro", "science", "services"),
    "qualifier": ("more_than", "almost", "about", "forecast"),
    "site_fact": (
        *("alternatives", "best", "evidence", "note", "population", "neighbour"),
        *("link", "oblast_link", "zone", "corridor", "crossing"),
    ),
    "site_kind": ("district_pair", "city_pair", "settlement", "city", "crossing", "district"),
    "workbook": (
        *("help", "minimum_coverage", "weight", "weight_used", "polarity", "transformation", "scale"),
        *("goalpost_low", "goalpost_high", "least", "greatest", "rank", "score", "behind_best_pct"),
        *("coverage", "country", "place_id", "population_persons", "fund_weight"),
        *("share_pct", "normalised", "contribution"),
    ),
    "zone_left_out": ("not_located", "not_operating"),
}
# Those that only statements need.
CLAIMED = {
    "claim_kind": ("fact", "judgement", "proposal"),
    "verdict": ("confirmed", "contradicted", "not_testable"),
}
SPOKEN = 2
"""In how many of the languages of the region, the first, the workbook of candidates speaks."""
# Vocabularies of which data alone name the terms.
OPEN = ("exclusion", "link_type", "programme_type", "side", "state", "theme", "zone_type")
NOTE_KINDS = ("article", "data", "computed")


def indicators(region: Region) -> pd.DataFrame:
    """Read the indicator dictionary, indexed by ``indicator``; every column is text.

    The id ends in the unit of measure and is the column name in wide layers; the same quantity in two
    currencies or two statistics is two indicators. ``levels``, ``wide`` and ``choropleth`` list the
    levels of units where the indicator may stand, is a column and is offered as a map; ``perimeters``
    lists what it may cover, the one to map first; ``computed`` is ``yes`` if it is derived and never
    stored as a fact.
    """
    return _table(region, "indicators.csv").set_index("indicator")


def sources(region: Region) -> pd.DataFrame:
    """Read the sources of figures and geometry, indexed by ``source_id``."""
    return _table(region, "sources.csv").set_index("source_id")


def notes(region: Region) -> pd.DataFrame:
    """Read the remarks on facts and features in three languages, indexed by ``note_id``.

    Those of kind ``article`` are the inconsistencies of the article; ``unit_ids`` names whom they concern.
    """
    return _table(region, "notes.csv").set_index("note_id")


def terms(region: Region) -> pd.DataFrame:
    """Read the closed vocabularies with titles in three languages, indexed by ``vocabulary`` and ``term``."""
    return _terms_table(region).set_index(["vocabulary", "term"])


@remembered
def vocabulary(region: Region, name: str) -> tuple[str, ...]:
    """List the terms of one vocabulary in the order of the table."""
    return tuple(terms(region).loc[name].index)


def term(region: Region, name: str, *, blank: bool = False) -> pa.Check:
    """Require a term of one vocabulary."""
    known = vocabulary(region, name)
    return contracts.one_of(known, expected=f"one of {', '.join(known)}", blank=blank)


@remembered
def _table(region: Region, file: str) -> pd.DataFrame:
    table = region.table(file)
    contracts.check(table, _SCHEMAS[file](region), file=file)
    return table


@remembered
def _terms_table(region: Region) -> pd.DataFrame:
    table = _table(region, "terms.csv")
    named = table["vocabulary"] + " " + table["term"]
    closed = [f"{name} {one}" for name, terms in NAMED.items() for one in terms]
    if region.has("claims.csv"):
        closed += [f"{name} {one}" for name, terms in CLAIMED.items() for one in terms]
    if region.has("candidate_kinds.csv"):
        closed += [f"workbook {name}" for name in region.columns("name")[:SPOKEN]]
    contracts.require_rows(named, closed, file="terms.csv")
    contracts.require_rows(table["vocabulary"], OPEN, file="terms.csv")
    return table


def _terms(_region: Region) -> pa.DataFrameSchema:
    known = (*NAMED, *CLAIMED, *OPEN, "vocabulary")
    return pa.DataFrameSchema(
        {
            "vocabulary": pa.Column(str, contracts.one_of(known, expected=f"one of {', '.join(known)}")),
            "term": pa.Column(str, contracts.filled()),
        }
        | contracts.texts("title", _region.languages),
        checks=contracts.once(["vocabulary", "term"], field="term"),
    )


def _sources(region: Region) -> pa.DataFrameSchema:
    perimeter = term(region, "perimeter", blank=True)
    address = pa.Check.str_matches(r"^(https?://\S+)?$", error="an address that begins with http, or nothing")
    return pa.DataFrameSchema(
        {
            "source_id": pa.Column(str, contracts.identifier("a-z0-9_-"), unique=True),
            "publisher": pa.Column(str, contracts.filled()),
            "title": pa.Column(str, contracts.filled()),
            "address": pa.Column(str, address),
            "licence": pa.Column(str, contracts.filled()),
            "vintage": pa.Column(str),
            "economy_title": pa.Column(str),
            "economy_perimeter": pa.Column(str, perimeter),
        }
    )


def _notes(region: Region) -> pa.DataFrameSchema:
    paired = [pair for level in ("country", "oblast", "district") for pair in units.pairs(region, level)]
    known = contracts.all_of(
        [*units.load(region).index, *paired], expected="ids of units.csv or pairs of them", blank=True
    )
    return pa.DataFrameSchema(
        {
            "note_id": pa.Column(str, contracts.filled(), unique=True),
            "kind": pa.Column(str, contracts.one_of(NOTE_KINDS, expected=f"one of {', '.join(NOTE_KINDS)}")),
            "unit_ids": pa.Column(str, known),
        }
        | contracts.texts("text", region.languages)
    )


def _indicators(region: Region) -> pa.DataFrameSchema:
    subjects = contracts.all_of(LEVELS, expected=f"levels among {', '.join(LEVELS)}")
    mapped = contracts.all_of(("oblast", "district"), expected="oblast, district or both", blank=True)
    perimeters = contracts.all_of(
        vocabulary(region, "perimeter"), expected="terms of the vocabulary perimeter"
    )
    return pa.DataFrameSchema(
        {
            "indicator": pa.Column(str, contracts.identifier(), unique=True),
            "unit": pa.Column(str, contracts.filled()),
            "kind": pa.Column(str, contracts.one_of(KINDS, expected=f"one of {', '.join(KINDS)}")),
            "polarity": pa.Column(str, contracts.one_of(("-1", "0", "1"), expected="-1, 0 or 1")),
            "timing": pa.Column(str, contracts.one_of(TIMINGS, expected=f"one of {', '.join(TIMINGS)}")),
            "theme": pa.Column(str, term(region, "theme")),
            "levels": pa.Column(str, subjects),
            "perimeters": pa.Column(str, perimeters),
            "minimum": pa.Column(str, contracts.number(blank=True)),
            "maximum": pa.Column(str, contracts.number(blank=True)),
            "wide": pa.Column(str, mapped),
            "choropleth": pa.Column(str, mapped),
            "computed": pa.Column(str, contracts.one_of(("yes",), expected="yes or nothing", blank=True)),
        }
        | contracts.texts("title", region.languages)
        | contracts.texts("unit", region.languages),
        checks=[
            contracts.rows(
                lambda table: ~contracts.numbers(table["maximum"]).lt(contracts.numbers(table["minimum"])),
                field="maximum",
                expected="at least the minimum, which is {minimum}",
            )
        ],
    )


_SCHEMAS: dict[str, collections.abc.Callable[[Region], pa.DataFrameSchema]] = {
    "indicators.csv": _indicators,
    "sources.csv": _sources,
    "notes.csv": _notes,
    "terms.csv": _terms,
}
