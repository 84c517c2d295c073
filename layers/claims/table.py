"""``claims.csv``: what a document says, statement by statement, with what the atlas finds and a verdict.

A statement is confirmed or contradicted only by what stands in the atlas: by a measure, which is computed
anew whenever the table is read, or by features, facts and notes that the row names. All else is not
testable, and the reason says why.
"""

from __future__ import annotations

import collections.abc
import math

import pandas as pd
import pandera.pandas as pa

from geo import errors
from layers.base import cooperation, facts
from layers.claims import measures
from layers.dictionary import catalogue
from layers.io import contracts
from layers.region import Region, remembered

FILE = "claims.csv"
CONFIRMED, CONTRADICTED, NOT_TESTABLE = catalogue.CLAIMED["verdict"]
_DECIDED = (CONFIRMED, CONTRADICTED)
_DECIMALS = 3
_MORE = "more_than"


@remembered
def load(region: Region) -> pd.DataFrame:
    """Statements in the order of the table, with ``found_value`` and ``found_unit``; none without the table.

    Raises
    ------
    InputError
        One line for each cell that is not as the contract says, and for each verdict that the figure found
        does not bear out.
    """
    schema = _schema(region)
    if not region.has(FILE):
        return _typed(pd.DataFrame(columns=list(schema.columns), dtype=str), [])
    table = region.table(FILE)
    contracts.check(table, schema, file=FILE)
    rows = table.to_dict("records")
    found = [_found(region, row) for row in rows]
    told = [_fault(row, *one) for row, one in zip(rows, found, strict=True)]
    lines = [f"{FILE}: row {number}: {fault}" for number, fault in enumerate(told, start=2) if fault]
    if lines:
        raise errors.InputError(lines)
    return _typed(table, found)


def holds(stated: float, found: float, *, qualifier: str, tolerance_pct: float) -> bool:
    """Whether a figure found bears out the stated one.

    "More than" holds down to the tolerance below what is stated, any other figure within it on both sides.
    Where nothing is stated (NaN) the statement is that something is there: it holds above 0.
    """
    if math.isnan(stated):
        return found > 0
    off = abs(stated) * tolerance_pct / 100
    if qualifier == _MORE:
        return found > stated - off
    return abs(found - stated) <= off


def _found(region: Region, row: measures.Row) -> measures.Found:
    if not row["measure"]:
        return math.nan, ""
    measure = measures.MEASURES[row["measure"]]
    return measure.find(region, tuple(row["measured_on"].split()), row)


def _fault(row: measures.Row, found: float, unit: str) -> str:
    """Tell what is wrong with the verdict of a row that has a measure; "" if nothing is."""
    if not row["measure"]:
        return ""
    if not math.isfinite(found):
        return f"measure = {row['measure']!r}; expected one that finds a figure on {row['measured_on']}"
    if row["verdict"] == NOT_TESTABLE:
        return ""
    if row["stated_value"] and unit != row["stated_unit"]:
        return f"stated_unit = {row['stated_unit']!r}; expected {unit}, in which the measure finds it"
    stated, tolerance = (_number(row[column]) for column in ("stated_value", "tolerance_pct"))
    upheld = holds(stated, found, qualifier=row["qualifier"], tolerance_pct=tolerance)
    verdict = CONFIRMED if upheld else CONTRADICTED
    figure = f"{round(found, _DECIMALS):g} {unit} is found"
    return "" if verdict == row["verdict"] else f"verdict = {row['verdict']!r}; expected {verdict}: {figure}"


def _number(text: str) -> float:
    return float(text) if text else math.nan


def _typed(table: pd.DataFrame, found: collections.abc.Sequence[measures.Found]) -> pd.DataFrame:
    values = pd.Series([round(value, _DECIMALS) for value, _ in found], index=table.index, dtype=float)
    units = pd.Series([unit for _, unit in found], index=table.index, dtype=str)
    numbers = {name: contracts.numbers(table[name]) for name in ("stated_value", "tolerance_pct")}
    return table.assign(**numbers, found_value=values, found_unit=units)


def _schema(region: Region) -> pa.DataFrameSchema:
    known = measures.known(region)
    located = {*cooperation.places(region).index, *facts.subjects(region)} - known["feature"]
    evidence = {*known["feature"], *known["fact"], *catalogue.notes(region).index}
    names = ", ".join(measures.MEASURES)
    units = set(catalogue.indicators(region)["unit"])
    sources = catalogue.sources(region).index
    return pa.DataFrameSchema(
        {
            "claim_id": pa.Column(str, contracts.identifier("a-z0-9_-"), unique=True),
            "kind": pa.Column(str, catalogue.term(region, "claim_kind")),
            "theme": pa.Column(str, catalogue.term(region, "theme")),
            "places": pa.Column(
                str,
                contracts.all_of(located, expected="ids of units.csv or places.csv, or pairs", blank=True),
            ),
            "stated_value": pa.Column(str, contracts.number(blank=True)),
            "stated_unit": pa.Column(
                str, contracts.one_of(units, expected="a unit of indicators.csv", blank=True)
            ),
            "period": pa.Column(str, contracts.period()),
            "qualifier": pa.Column(str, catalogue.term(region, "qualifier", blank=True)),
            "measure": pa.Column(
                str, contracts.one_of(measures.MEASURES, expected=f"one of {names}", blank=True)
            ),
            "measured_on": pa.Column(str),
            "tolerance_pct": pa.Column(str, contracts.number(0, 100, blank=True)),
            "verdict": pa.Column(str, catalogue.term(region, "verdict")),
            "refs": pa.Column(
                str,
                contracts.all_of(
                    evidence, expected="ids of links, zones, programme, notes or facts", blank=True
                ),
            ),
            "source_ids": pa.Column(str, contracts.all_of(sources, expected="ids of sources.csv")),
            "locator": pa.Column(str),
        }
        | contracts.texts("statement", region.languages)
        | contracts.texts("reason", region.languages),
        checks=_conditions(region),
        strict=True,
    )


def _conditions(region: Region) -> list[pa.Check]:
    return [
        contracts.rows(
            lambda rows: rows["stated_unit"].eq("") == rows["stated_value"].eq(""),
            field="stated_unit",
            expected="a unit beside a value, and none without",
        ),
        contracts.rows(
            lambda rows: rows["qualifier"].eq("") | rows["stated_value"].ne(""),
            field="qualifier",
            expected="none without a value",
        ),
        contracts.rows(
            lambda rows: pd.Series([_fits(region, row) for row in rows.to_dict("records")], index=rows.index),
            field="measured_on",
            expected="ids that the measure {measure!r} takes, none without one",
        ),
        contracts.rows(
            lambda rows: rows["tolerance_pct"].ne("") == _is_compared(rows),
            field="tolerance_pct",
            expected="a number where a verdict compares a stated value with a measure, and nothing elsewhere",
        ),
        contracts.rows(
            lambda rows: ~rows["verdict"].isin(_DECIDED) | rows["measure"].ne("") | rows["refs"].ne(""),
            field="refs",
            expected="evidence, or a measure, where the verdict is {verdict}",
        ),
    ]


def _is_compared(rows: pd.DataFrame) -> pd.Series[bool]:
    return rows["measure"].ne("") & rows["stated_value"].ne("") & rows["verdict"].isin(_DECIDED)


def _fits(region: Region, row: measures.Row) -> bool:
    measure, named = measures.MEASURES.get(row["measure"]), row["measured_on"].split()
    return measure.fits(region, named) if measure else not named
