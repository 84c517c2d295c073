"""Data contracts with pandera: every finding of a table or layer as one clear line, all reported at once.

A check's ``error`` says what was expected; ``{column}`` in it stands for another value of the same row.
What a contract calls a number is what :func:`numbers` and :func:`whole` read: nobody reads it otherwise.
"""

from __future__ import annotations

import collections.abc
import math
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pandera.pandas as pa

from geo import errors
from layers.io import periods

_Case = collections.abc.Mapping[collections.abc.Hashable, object]

_NUMBER = re.compile(r"[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?")
_BUILT_IN = {
    "not_nullable": "a value",
    "field_uniqueness": "a value that stands only once",
}


def check(
    frame: pd.DataFrame,
    schema: pa.DataFrameSchema,
    *,
    file: str,
    first_row: int = 2,
    may_be_empty: bool = False,
) -> None:
    """Check a frame against a schema.

    Parameters
    ----------
    file
        Name that the lines show.
    first_row
        Number of the first data row in the file: 2 in a CSV table (the header is row 1) and in our
        GeoJSON layers (one feature a line).
    may_be_empty
        Whether a header without rows is sound.

    Raises
    ------
    InputError
        One line for each finding: file, row, field, value and what was expected.
    """
    if frame.empty and not may_be_empty:
        raise errors.InputError(f"{file}: no rows; expected at least one")
    rows = frame.reset_index(drop=True)
    try:
        schema.validate(rows, lazy=True)
    except pa.errors.SchemaErrors as error:
        raise errors.InputError(_lines(error.failure_cases, rows, schema, file, first_row)) from None


def featured(layer: gpd.GeoDataFrame, schema: pa.DataFrameSchema, *, file: str) -> gpd.GeoDataFrame:
    """Check a layer that may have no features: then it has the columns of its contract and no rows.

    Raises
    ------
    InputError
        As `check` does.
    """
    if layer.empty:
        columns = {name: pd.Series(dtype=str(column.dtype)) for name, column in schema.columns.items()}
        return gpd.GeoDataFrame(columns, geometry=[], crs=layer.crs)
    check(layer, schema, file=file)
    return layer


def keyed(frame: pd.DataFrame) -> pd.DataFrame:
    """Give the index of a frame back as a column, so that its contract can name it."""
    return frame.reset_index() if frame.index.name else frame


def filled() -> pa.Check:
    """Require text that is not empty."""
    return pa.Check(lambda column: column.str.strip() != "", error="a value")


def one_of(values: collections.abc.Iterable[str], *, expected: str, blank: bool = False) -> pa.Check:
    """Allow a member of a code list; with ``blank`` also nothing."""
    allowed = {*values, ""} if blank else set(values)
    return pa.Check(lambda column: column.isin(allowed), error=expected)


def all_of(values: collections.abc.Iterable[str], *, expected: str, blank: bool = False) -> pa.Check:
    """Allow members of a code list, separated by blanks."""
    allowed = set(values)

    def known(column: pd.Series[str]) -> pd.Series[bool]:
        return column.map(lambda text: (blank or bool(text)) and set(text.split()) <= allowed).astype(bool)

    return pa.Check(known, error=expected)


def number(
    minimum: float = -math.inf, maximum: float = math.inf, *, blank: bool = False, integer: bool = False
) -> pa.Check:
    """Require text that reads as a finite number within limits; with ``blank`` also nothing.

    With ``integer`` it has no fraction: ``5.0`` and ``1e3`` are whole numbers.
    """

    def fits(column: pd.Series[str]) -> pd.Series[bool]:
        values = numbers(column)
        plain = values.between(minimum, maximum) & values.abs().lt(math.inf)
        return (plain & (values.mod(1).eq(0) | (not integer))) | (blank & column.eq(""))

    kind = "a whole number" if integer else "a number"
    return pa.Check(fits, error=f"{kind}{_limits(minimum, maximum)}")


def numbers(column: pd.Series[str]) -> pd.Series[float]:
    """Read text as numbers: ``5``, ``-0.5``, ``1e3``; whatever else is missing."""
    return column.map(lambda text: float(text) if _NUMBER.fullmatch(text) else np.nan).astype(float)


def whole(column: pd.Series[str]) -> pd.Series[int]:
    """Read text that the contract holds to whole numbers; empty is missing."""
    read: pd.Series[int] = numbers(column).astype("Int64")
    return read


def period() -> pa.Check:
    """Require a period in the grammar of ``layers.io.periods``."""
    return pa.Check(lambda column: column.map(periods.is_period), error=periods.EXPECTED)


def rows(
    condition: collections.abc.Callable[[pd.DataFrame], pd.Series[bool]], *, field: str, expected: str
) -> pa.Check:
    """Require a condition over several columns of a row; findings name ``field``."""
    return pa.Check(condition, name=field, error=expected)


def once(columns: list[str], *, field: str) -> pa.Check:
    """Refuse rows that agree with an earlier one in all of ``columns``."""
    return rows(
        lambda frame: ~frame.duplicated(columns, keep="first"),
        field=field,
        expected=f"one row for each {', '.join(columns)}",
    )


def identifier(letters: str = "a-z0-9_") -> pa.Check:
    """Require an id of lower-case Latin letters, digits and _, or of other ``letters``."""
    rest = "digits, _ and -" if "-" in letters[-1] else "digits and _"
    return pa.Check.str_matches(f"^[{letters}]+$", error=f"lower-case letters, {rest}")


def texts(prefix: str, languages: collections.abc.Iterable[str]) -> dict[str, pa.Column]:
    """Require a text in the first language; others may have none, then the first speaks."""
    first, *others = (f"{prefix}_{language}" for language in languages)
    return {first: pa.Column(str, filled())} | {name: pa.Column(str) for name in others}


def position() -> dict[str, pa.Column]:
    """Require ``lon`` and ``lat`` in degrees."""
    return {
        "lon": pa.Column(str, number(-180, 180)),
        "lat": pa.Column(str, number(-90, 90)),
    }


def require_rows(
    found: collections.abc.Iterable[str], expected: collections.abc.Iterable[str], *, file: str
) -> None:
    """Refuse a table in which one of the expected rows is missing.

    Raises
    ------
    InputError
        One line for each.
    """
    known = set(found)
    absent = [name for name in expected if name not in known]
    if absent:
        raise errors.InputError(f"{file}: no row for {name}; expected one" for name in absent)


def _limits(minimum: float, maximum: float) -> str:
    if math.isfinite(minimum) and math.isfinite(maximum):
        return f" from {minimum:g} to {maximum:g}"
    if math.isfinite(minimum):
        return f" of at least {minimum:g}"
    return f" of at most {maximum:g}" if math.isfinite(maximum) else ""


def _lines(
    cases: pd.DataFrame, frame: pd.DataFrame, schema: pa.DataFrameSchema, file: str, first_row: int
) -> list[str]:
    findings = []
    lacks_column = cases["check"].eq("column_in_dataframe").any()
    for case in cases.to_dict("records"):
        if case["check"] == "column_in_dataframe":
            findings.append((-1, f"{file}: column {case['failure_case']!r} is missing"))
        elif case["check"] == "column_in_schema":
            line = f"{file}: column {case['failure_case']!r} is unknown"
            findings.append((-1, f"{line}; expected one of {', '.join(map(str, schema.columns))}"))
        elif lacks_column and case["schema_context"] == "DataFrameSchema":
            continue  # a condition over several columns, of which one may be missing
        elif pd.isna(case["index"]):
            line = f"{file}: {case['column']}: {case['failure_case']}; expected {case['check']}"
            findings.append((-1, line))
        elif case["schema_context"] == "Column" or case["column"] == _field(schema, case):
            position = int(case["index"])
            place = f"{file}: row {position + first_row}: {case['column']} = {case['failure_case']!r}"
            findings.append((position, f"{place}; expected {_expected(case, frame.iloc[position])}"))
    return [line for _, line in sorted(findings, key=lambda finding: finding[0])]


def _field(schema: pa.DataFrameSchema, case: _Case) -> str | None:
    """Field that a row condition names."""
    name: str | None = schema.checks[int(str(case["check_number"]))].name
    return name


def _expected(case: _Case, row: pd.Series[str]) -> str:
    text = str(case["check"])
    return _BUILT_IN.get(text, text).format_map(row.to_dict())
