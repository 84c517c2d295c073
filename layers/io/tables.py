"""The numbers of the GeoPackage as tables: CSV for programs, one workbook for people.

No CSV suits both: a spreadsheet set to Russian reads ``12.5`` as a date and wants ``;`` between fields,
programs want the opposite. So the CSV files follow the programs (comma, decimal point, UTF-8 with the
mark by which spreadsheets know it), and workbooks hold the same rows as real numbers under titles:
``facts.xlsx`` what is stated and by whom, ``places.xlsx`` places, ways and catchments, ``atlas.xlsx`` units,
scores and candidates but the long lists of terms. In CSV a text that a spreadsheet would run begins with
an apostrophe (`inert`).
"""

from __future__ import annotations

import collections
import collections.abc
import contextlib
import datetime
import pathlib
import sqlite3

import pandas as pd
import xlsxwriter

from layers.io import limits, store

# OWASP, "CSV Injection", with the apostrophes of a text that is inert already; numbers may begin so.
_RUN = r"^'*[=+\-@\t\n＝＋－＠]"
_NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
_CONTENTS = "index"
_EPOCH = datetime.datetime(1980, 1, 1)
_NO_SHEET = ("facts", "centre_times", "intensity_terms", "intensity_methods", "candidate_terms")
# Whole numbers beyond are not all numbers of double precision.
_EXACT = 2**53
_MAX_WIDTH = 60
_MAX_WIDTH_PIXELS = 600
# A text that begins with = or names an address stays a text.
_AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write(package: pathlib.Path, names: collections.abc.Iterable[str], book: pathlib.Path) -> None:
    """Write each named layer of a GeoPackage as ``<name>.csv``, and as a sheet of a workbook beside them.

    Points get ``lon`` and ``lat`` in degrees; other geometry is left to the GeoPackage. Facts have a
    workbook of their own; the long lists of terms, methods and times are no sheets.
    """
    titles, fields = _titles(package)
    frames = _attributes(package, names)
    titled = {
        name: (titles[name], frame.set_axis(_distinct(frame.columns, fields.get(name, {})), axis=1))
        for name, frame in frames.items()
        if name not in _NO_SHEET
    }
    write_workbook(titled, book)
    for name, frame in frames.items():
        path = book.with_name(f"{name}.csv")
        inert(frame).to_csv(path, index=False, lineterminator="\n", encoding="utf-8-sig")


def write_parquet(frame: pd.DataFrame, path: pathlib.Path) -> None:
    """Write a table as Parquet, the same bytes on every run."""
    frame.to_parquet(path, engine="pyarrow", index=False, compression="zstd")


def _distinct(names: collections.abc.Iterable[str], titles: dict[str, str]) -> list[str]:
    """Titles of fields; those that several fields have name the field as well."""
    said = [(name, titles.get(name, name)) for name in names]
    times = collections.Counter(title for _, title in said)
    return [title if times[title] == 1 else f"{title} ({name})" for name, title in said]


def inert(frame: pd.DataFrame) -> pd.DataFrame:
    """Copy whose texts no spreadsheet runs: an apostrophe before what begins with ``=``, ``+``, ``-``, ``@``.

    So it is before a tab and a line end; numbers stay as they are. Whoever takes one apostrophe from
    cells that begin with apostrophes and such a sign has the texts as they were, but that each line
    ends by LF: a lone CR, which is not quoted, would end the row for spreadsheets.
    """
    safe = frame.copy()
    for name in frame.select_dtypes(["object", "string"]):
        texts = frame[name].astype("string").str.replace(r"\r\n?", "\n", regex=True)
        runs = texts.str.contains(_RUN) & ~texts.str.fullmatch(_NUMBER)
        safe[name] = texts.mask(runs, "'" + texts).astype(frame[name].dtype)
    return safe


def _attributes(package: pathlib.Path, names: collections.abc.Iterable[str]) -> dict[str, pd.DataFrame]:
    """Columns of layers without geometry, of points with ``lon`` and ``lat``; whole numbers as such."""
    with contextlib.closing(sqlite3.connect(package)) as database:
        rows = database.execute(
            "SELECT table_name, column_name, geometry_type_name FROM gpkg_geometry_columns"
        )
        spatial = {name: (column, kind) for name, column, kind in rows}
        frames = {}
        for name in names:
            geometry, kind = spatial.get(name, ("", ""))
            points = kind == "POINT"
            frame = _located(package, name) if points else _columns(database, name, but=geometry)
            frames[name] = _counted(frame)
    return frames


def _located(package: pathlib.Path, name: str) -> pd.DataFrame:
    points = store.read_layer(package, name)
    table = pd.DataFrame(points.drop(columns=points.geometry.name))
    return table.assign(lon=points.geometry.x.round(5), lat=points.geometry.y.round(5))


def _columns(database: sqlite3.Connection, name: str, *, but: str) -> pd.DataFrame:
    """Columns as SQLite holds them: opening a file of many layers by GDAL takes longer than reading one."""
    rows = database.execute(f'PRAGMA table_info("{name}")').fetchall()
    kinds = {column: kind for _, column, kind, _, _, key in rows if not key and column != but}
    listed = ", ".join(f'"{column}"' for column in kinds)
    truths = {column: "boolean" for column, kind in kinds.items() if kind == "BOOLEAN"}
    return pd.read_sql_query(f'SELECT {listed} FROM "{name}"', database, dtype=truths)


def _counted(table: pd.DataFrame) -> pd.DataFrame:
    whole = [
        column
        for column in table.select_dtypes("float")
        if (table[column].dropna() % 1 == 0).all()
        and table[column].notna().any()
        and (table[column].dropna().abs() < _EXACT).all()
    ]
    return table.astype(dict.fromkeys(whole, "Int64"))


def write_workbook(
    sheets: collections.abc.Mapping[str, tuple[str, pd.DataFrame]], path: pathlib.Path
) -> None:
    """Write a workbook: a list of sheets, then each frame under its title; same frames, same bytes.

    Raises
    ------
    InputError
        One line for each thing that a sheet cannot hold (`layers.io.limits`).
    """
    frames = {name: frame for name, (_, frame) in sheets.items()}
    limits.require_sheets(frames, file=path.name, beside=[_CONTENTS])
    with workbook(path) as book:
        heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        contents = book.add_worksheet(_CONTENTS)
        for row, (name, (title, frame)) in enumerate(sheets.items()):
            contents.write_url(row, 0, f"internal:'{name}'!A1", string=name)
            limits.put(contents, row, 1, title)
            limits.put(contents, row, 2, len(frame))
            _fill(book.add_worksheet(name), frame, heading)
        contents.autofit(_MAX_WIDTH_PIXELS)


def workbook(path: pathlib.Path) -> xlsxwriter.Workbook:
    """Open a new workbook that keeps texts as texts and tells no clock."""
    book = xlsxwriter.Workbook(path, _AS_TEXT)
    book.set_properties({"author": "borderzone", "created": _EPOCH})
    return book


def _fill(
    sheet: xlsxwriter.worksheet.Worksheet, frame: pd.DataFrame, heading: xlsxwriter.format.Format
) -> None:
    for number, title in enumerate(frame.columns):
        limits.put(sheet, 0, number, title, heading)
        values = [limits.cell(value) for value in frame.iloc[:, number].astype(object)]
        sheet.write_column(1, number, values)
        longest = max((len(str(value)) for value in values[:30] if value is not None), default=8)
        sheet.set_column(number, number, min(max(longest, 10) + 2, _MAX_WIDTH))
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(frame), len(frame.columns) - 1)


def _titles(package: pathlib.Path) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Titles of the layers, and of their fields, as the GeoPackage tells them."""
    with contextlib.closing(sqlite3.connect(package)) as database:
        titles = dict(database.execute("SELECT table_name, identifier FROM gpkg_contents"))
        fields: dict[str, dict[str, str]] = {}
        for table, column, title in database.execute(
            "SELECT table_name, column_name, title FROM gpkg_data_columns"
        ):
            fields.setdefault(table, {})[column] = title
    return titles, fields
