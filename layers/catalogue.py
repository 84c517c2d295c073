"""What the figures mean and where they come from: indicators, sources, notes and closed vocabularies.

Tables by hand in ``layers/data/tables``; each is checked when it is read.
"""

from __future__ import annotations

import functools

import pandas as pd
import pandera.pandas as pa

from layers import contracts, store

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
NOTE_KINDS = ("article", "data", "computed")


def indicators() -> pd.DataFrame:
    """Read the indicator dictionary, indexed by ``indicator``; every column is text.

    The id ends in the unit of measure and is the column name in wide layers; the same quantity in two
    currencies or two statistics is two indicators. ``levels``, ``wide`` and ``choropleth`` list the
    levels of units where the indicator may stand, is a column and is offered as a map; ``perimeters``
    lists what it may cover, the one to map first; ``computed`` is ``yes`` if it is derived and never
    stored as a fact.
    """
    return _table("indicators.csv").set_index("indicator")


def sources() -> pd.DataFrame:
    """Read the sources of figures and geometry, indexed by ``source_id``."""
    return _table("sources.csv").set_index("source_id")


def notes() -> pd.DataFrame:
    """Read the remarks on facts and features in three languages, indexed by ``note_id``.

    Those of kind ``article`` are the inconsistencies of the article; ``unit_ids`` names whom they concern.
    """
    return _table("notes.csv").set_index("note_id")


def terms() -> pd.DataFrame:
    """Read the closed vocabularies with titles in three languages, indexed by ``vocabulary`` and ``term``."""
    return _table("terms.csv").set_index(["vocabulary", "term"])


@functools.cache
def vocabulary(name: str) -> tuple[str, ...]:
    """List the terms of one vocabulary in the order of the table."""
    return tuple(terms().loc[name].index)


def term(name: str, *, blank: bool = False) -> pa.Check:
    """Require a term of one vocabulary."""
    known = vocabulary(name)
    return contracts.one_of(known, expected=f"one of {', '.join(known)}", blank=blank)


@functools.cache
def _table(file: str) -> pd.DataFrame:
    table = store.read_table(store.TABLES / file)
    contracts.check(table, _SCHEMAS[file], file=file)
    return table


_TERMS = pa.DataFrameSchema(
    {"vocabulary": pa.Column(str, contracts.filled()), "term": pa.Column(str, contracts.filled())}
    | contracts.texts("title"),
    checks=contracts.once(["vocabulary", "term"], field="term"),
)

_SOURCES = pa.DataFrameSchema(
    {
        "source_id": pa.Column(str, contracts.filled(), unique=True),
        "publisher": pa.Column(str, contracts.filled()),
        "title": pa.Column(str, contracts.filled()),
        "address": pa.Column(str),
        "licence": pa.Column(str, contracts.filled()),
        "vintage": pa.Column(str),
        "economy_title": pa.Column(str),
        "economy_perimeter": pa.Column(str),
    }
)

_NOTES = pa.DataFrameSchema(
    {
        "note_id": pa.Column(str, contracts.filled(), unique=True),
        "kind": pa.Column(str, contracts.one_of(NOTE_KINDS, expected=f"one of {', '.join(NOTE_KINDS)}")),
        "unit_ids": pa.Column(str),
    }
    | contracts.texts("text")
)

_SUBJECT_LEVELS = contracts.all_of(LEVELS, expected=f"levels among {', '.join(LEVELS)}")
_MAP_LEVELS = contracts.all_of(("oblast", "district"), expected="oblast, district or both", blank=True)

_INDICATORS = pa.DataFrameSchema(
    {
        "indicator": pa.Column(str, contracts.filled(), unique=True),
        "unit": pa.Column(str, contracts.filled()),
        "kind": pa.Column(str, contracts.one_of(KINDS, expected=f"one of {', '.join(KINDS)}")),
        "polarity": pa.Column(str, contracts.one_of(("-1", "0", "1"), expected="-1, 0 or 1")),
        "timing": pa.Column(str, contracts.one_of(TIMINGS, expected=f"one of {', '.join(TIMINGS)}")),
        "theme": pa.Column(str, contracts.filled()),
        "levels": pa.Column(str, _SUBJECT_LEVELS),
        "perimeters": pa.Column(str, contracts.filled()),
        "minimum": pa.Column(str, contracts.number(blank=True)),
        "maximum": pa.Column(str, contracts.number(blank=True)),
        "wide": pa.Column(str, _MAP_LEVELS),
        "choropleth": pa.Column(str, _MAP_LEVELS),
        "computed": pa.Column(str, contracts.one_of(("yes",), expected="yes or nothing", blank=True)),
    }
    | contracts.texts("title")
    | contracts.texts("unit")
)

_SCHEMAS = {
    "indicators.csv": _INDICATORS,
    "sources.csv": _SOURCES,
    "notes.csv": _NOTES,
    "terms.csv": _TERMS,
}
