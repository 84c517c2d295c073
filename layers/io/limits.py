"""What each format can hold: the rest is written another way or refused in lines, never lost in silence.

A sheet of Excel ends, and so does a text in a cell; its dates begin in 1900, its numbers have 15 digits and
no infinity (Microsoft, "Excel specifications and limits"). SQLite has no unsigned integers, GDAL ends a text
at a NUL and writes other things than texts in a column of objects as texts. JSON has no infinity.
"""

from __future__ import annotations

import collections
import collections.abc
import datetime
import decimal
import math
import typing

import numpy as np
import pandas as pd
import xlsxwriter.format
import xlsxwriter.worksheet

from geo import errors
from layers.io import letters

SHEET_ROWS = 1_048_576
SHEET_COLUMNS = 16_384
CELL_CHARACTERS = 32_767
SHEET_NAME_CHARACTERS = 31
SHEET_DIGITS = 15
LAYER_COLUMNS = 2_000

_NOT_IN_SHEET_NAME = set("[]:*?/\\")
_TAKEN_SHEET_NAMES = ("history",)


def require_sheets(
    sheets: collections.abc.Mapping[str, pd.DataFrame],
    *,
    file: str,
    beside: collections.abc.Collection[str] = (),
) -> None:
    """Refuse frames that do not fit on sheets of these names, the header in the first row.

    Parameters
    ----------
    sheets
        Frames by the name of the sheet.
    file, beside
        The workbook and its other sheets.

    Raises
    ------
    InputError
        One line for each name and table that does not fit.
    """
    findings = _sheet_name_findings([*beside, *sheets])
    for name, frame in sheets.items():
        findings += _size_findings(name, len(frame) + 1, len(frame.columns))
    if findings:
        raise errors.InputError(f"{file}: {line}" for line in findings)


def cell(value: object) -> object:
    """Value as a cell of a sheet holds it.

    Dates are ISO texts, what is no number of 15 digits is text, a text that is too long is cut and says so.
    """
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, (float, np.floating, decimal.Decimal)):
        return _number(float(value))
    if isinstance(value, (int, np.integer)):
        return value if abs(int(value)) < 10**SHEET_DIGITS else str(value)
    return _fitting(str(value))


def put(
    page: xlsxwriter.worksheet.Worksheet,
    row: int,
    column: int,
    value: object,
    look: xlsxwriter.format.Format | None = None,
) -> None:
    """Write a cell, counted from 0.

    Raises
    ------
    InputError
        If the sheet ends before it.
    """
    if page.write(row, column, cell(value), look):
        raise errors.InputError(
            f"sheet {page.name}: row {row + 1}, column {column + 1}; "
            f"expected at most {SHEET_ROWS:,} rows and {SHEET_COLUMNS:,} columns"
        )


def layer_findings(name: str, frame: pd.DataFrame) -> list[str]:
    """Say what a layer of a GeoPackage would not give back as it is; the geometry is not looked at."""
    times = collections.Counter(str(column).lower() for column in frame.columns)
    found = [f"{name}: field {column!r} occurs {count} times" for column, count in times.items() if count > 1]
    if len(frame.columns) > LAYER_COLUMNS:
        found.append(f"{name}: {len(frame.columns)} fields; expected at most {LAYER_COLUMNS}")
    if found:
        return found
    return [line for column in frame.columns for line in _column_findings(name, frame[column])]


def json_findings(file: str, frame: pd.DataFrame) -> list[str]:
    """Say which numbers JSON has no word for; rows count from 2, as in :func:`layers.io.contracts.check`."""
    return [
        f"{file}: row {row + 2}: {column} is {value}; expected a finite number"
        for column in frame.columns
        for row, value in enumerate(frame[column])
        if isinstance(value, (float, np.floating)) and math.isinf(value)
    ]


def _sheet_name_findings(names: list[str]) -> list[str]:
    times = collections.Counter(name.lower() for name in names)
    twice = [f"sheet {name!r}: {count} sheets have this name" for name, count in times.items() if count > 1]
    return [line for name in names for line in _name_findings(name)] + twice


def _number(value: float) -> float | str | None:
    if math.isinf(value):
        return "∞" if value > 0 else "\N{MINUS SIGN}∞"
    return None if math.isnan(value) else value


def _name_findings(name: str) -> collections.abc.Iterator[str]:
    if not name or _characters(name) > SHEET_NAME_CHARACTERS:
        yield f"sheet {name!r}: {_characters(name)} characters; expected 1 to {SHEET_NAME_CHARACTERS}"
    if _NOT_IN_SHEET_NAME & set(name) or name[:1] == "'" or name[-1:] == "'":
        forbidden = " ".join(sorted(_NOT_IN_SHEET_NAME))
        yield f"sheet {name!r}: expected none of {forbidden} and no apostrophe at either end"
    if name.lower() in _TAKEN_SHEET_NAMES:
        yield f"sheet {name!r}: Excel keeps this name for itself"


def _size_findings(name: str, rows: int, columns: int) -> collections.abc.Iterator[str]:
    if rows > SHEET_ROWS:
        yield f"sheet {name}: {rows:,} rows with the header; expected at most {SHEET_ROWS:,}"
    if columns > SHEET_COLUMNS:
        yield f"sheet {name}: {columns:,} columns; expected at most {SHEET_COLUMNS:,}"


def _fitting(text: str) -> str:
    """Text that a cell holds; one that is cut ends by its length and where the whole of it is."""
    # Half of the characters, each a pair, fill a cell.
    if len(text) <= CELL_CHARACTERS // 2 or _characters(text) <= CELL_CHARACTERS:
        return text
    mark = f" [… {_characters(text)} > {CELL_CHARACTERS} → CSV, GeoPackage]"
    kept = text.encode("utf-16-le")[: 2 * (CELL_CHARACTERS - len(mark))]
    return kept.decode("utf-16-le", "ignore") + mark


def _characters(text: str) -> int:
    """Length as Excel counts it: a character beyond the first 65,536 is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _column_findings(name: str, column: pd.Series[typing.Any]) -> collections.abc.Iterator[str]:
    kind = column.dtype
    about = f"{name}: field {column.name!r}"
    if pd.api.types.is_unsigned_integer_dtype(kind) and (column > np.iinfo(np.int64).max).any():
        yield f"{about} has {column.max()}; expected at most {np.iinfo(np.int64).max}"
    if pd.api.types.is_complex_dtype(kind) or pd.api.types.is_timedelta64_dtype(kind):
        yield f"{about} is of {kind}; expected numbers, texts or dates"
    if pd.api.types.is_string_dtype(kind) or pd.api.types.is_object_dtype(kind):
        present = column.dropna()
        others = sorted({type(value).__name__ for value in present} - {"str"})
        if others:
            yield f"{about} holds {', '.join(others)} as objects; expected texts, or a column of one kind"
        elif letters.unfit(present):
            yield f"{about} {letters.unfit(present)}"
