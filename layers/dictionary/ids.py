"""How ids are made and taken apart: nobody else knows their grammar.

A country has its ISO 3166-1 code (``RU``), a first-level unit that of ISO 3166-2 (``RU-SMO``), a district or
city a name behind that of its oblast (``RU-SMO-rudnyansky``). What consists of several things, such as a pair
of units or a route, joins their ids by ``~``.
"""

from __future__ import annotations

import typing

import pandas as pd

_WITHIN = "-"
_BETWEEN = "~"

Id = typing.TypeVar("Id", str, "pd.Series[str]", "pd.Index[str]")


def pair(first: Id, second: Id) -> Id:
    """Id of what two things are together, or of each two of two columns."""
    return first + _BETWEEN + second


def joined(*parts: str) -> str:
    """Id of what several things are together."""
    return _BETWEEN.join(parts)


def joined_columns(table: pd.DataFrame, columns: list[str]) -> pd.Series[str]:
    """Id of each row of a table from some of its columns."""
    rows = zip(*(table[column].astype(str) for column in columns), strict=True)
    return pd.Series([_BETWEEN.join(row) for row in rows], index=table.index, dtype=str)


def parts(name: str) -> tuple[str, ...]:
    """Ids of the things that an id joins; one that joins nothing is its own."""
    return tuple(name.split(_BETWEEN))


def country(unit: str) -> str:
    """Country of a unit."""
    return unit.partition(_WITHIN)[0]


def countries(units: pd.Index[str] | pd.Series[str]) -> pd.Series[str]:
    """Country of each of several units, indexed by them."""
    return pd.Series([country(unit) for unit in units], index=pd.Index(units), dtype=str)
