"""The two tables that say what the candidates are: alternatives of each element, and criteria.

``candidate_kinds.csv`` says of each element of the programme which alternatives it has, within which
limits, and which of them is the proposal; ``candidate_criteria.csv`` says what they are compared by.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import functools
import math

import pandas as pd
import pandera.pandas as pa

from geo import errors
from layers import catalogue, contracts, cooperation, goalposts, store, weights

KINDS_OF_PLACES = ("district_pair", "city_pair", "settlement", "city", "crossing", "district")
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


def kinds() -> pd.DataFrame:
    """Read what the alternatives of each element are, every column text, by ``programme_id``.

    Raises
    ------
    InputError
        One line for each cell that is not as the contract says, and for each element without a row.
    """
    return _checked_kinds().copy()


def criteria() -> pd.DataFrame:
    """Read the criteria of all elements, every column text; the weights of an element sum to one.

    Raises
    ------
    InputError
        One line for each cell that is not as the contract says, or for each element without any weight.
    """
    return _checked_criteria().copy()


def rules() -> list[Rule]:
    """Read which alternatives each element has, by ``programme_id``."""
    return [_rule(row) for row in kinds().to_dict("records")]


@functools.cache
def _checked_kinds() -> pd.DataFrame:
    table = store.read_table(store.TABLES / KINDS_FILE)
    contracts.check(table, _kinds(), file=KINDS_FILE)
    absent = sorted(set(cooperation.features("programme").index) - set(table["programme_id"]))
    if absent:
        raise errors.InputError(f"{KINDS_FILE}: no row for {name}; expected one" for name in absent)
    return table.sort_values("programme_id", ignore_index=True)


@functools.cache
def _checked_criteria() -> pd.DataFrame:
    table = store.read_table(store.TABLES / CRITERIA_FILE)
    contracts.check(table, _criteria(), file=CRITERIA_FILE)
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


def _kinds() -> pa.DataFrameSchema:
    listed, programme = KINDS_OF_PLACES, cooperation.features("programme").index
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
        | contracts.texts("rule"),
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


def _criteria() -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {
            "family": pa.Column(str, contracts.filled()),
            "level": pa.Column(str, contracts.filled()),
            "indicator": pa.Column(str, contracts.filled()),
            "unit": pa.Column(str, contracts.filled()),
            "weight": pa.Column(str, contracts.number(0, weights.MOST)),
            "source": pa.Column(
                str, contracts.all_of(catalogue.sources().index, expected="ids of sources.csv")
            ),
            "period": pa.Column(str, contracts.period()),
        }
        | contracts.texts("title")
        | contracts.texts("unit")
        | contracts.texts("about")
        | goalposts.columns(),
        checks=goalposts.checks("family"),
    )
