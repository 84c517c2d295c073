"""The numbers of the GeoPackage as tables: CSV for programs, one workbook for people.

No CSV suits both: a spreadsheet set to Russian reads ``12.5`` as a date and wants ``;`` between fields,
programs want the opposite. So the CSV files follow the programs (comma, decimal point, UTF-8 with the
mark by which spreadsheets know it), and ``atlas.xlsx`` holds the same rows as real numbers under titles.
"""

from __future__ import annotations

import collections.abc
import contextlib
import datetime
import pathlib
import re
import sqlite3
import zipfile

import geopandas as gpd
import openpyxl
import openpyxl.styles
import openpyxl.utils
import pandas as pd

from layers import store

WORKBOOK = "atlas.xlsx"

_EPOCH = datetime.datetime(1980, 1, 1)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_MAX_WIDTH = 60


def write(package: pathlib.Path, names: collections.abc.Iterable[str], folder: pathlib.Path) -> None:
    """Write each named layer of a GeoPackage as ``<name>.csv``, and all of them as sheets of the workbook.

    Points get ``lon`` and ``lat`` in degrees; other geometry is left to the GeoPackage.
    """
    frames = {name: attributes(store.read_layer(package, name)) for name in names}
    titles, fields = _titles(package)
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in frames.items():
        frame.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n", encoding="utf-8-sig")
    write_workbook(
        {name: (titles[name], frame.rename(columns=fields.get(name, {}))) for name, frame in frames.items()},
        folder / WORKBOOK,
    )


def attributes(frame: pd.DataFrame) -> pd.DataFrame:
    """Columns of a layer without geometry, of points with ``lon`` and ``lat``; whole numbers as such."""
    table = pd.DataFrame(frame)
    if isinstance(frame, gpd.GeoDataFrame):
        table = table.drop(columns=frame.geometry.name)
        if set(frame.geom_type) == {"Point"}:
            table = table.assign(lon=frame.geometry.x.round(5), lat=frame.geometry.y.round(5))
    whole = [
        column
        for column in table.select_dtypes("float")
        if (table[column].dropna() % 1 == 0).all() and table[column].notna().any()
    ]
    return table.astype(dict.fromkeys(whole, "Int64"))


def write_workbook(
    sheets: collections.abc.Mapping[str, tuple[str, pd.DataFrame]], path: pathlib.Path
) -> None:
    """Write a workbook: a list of sheets, then each frame under its title; same frames, same bytes."""
    book = openpyxl.Workbook()
    book.properties.creator = "borderzone"
    book.properties.created = _EPOCH
    contents = book.active
    contents.title = "index"
    for row, (name, (title, frame)) in enumerate(sheets.items(), start=1):
        contents.append([name, title, len(frame)])
        contents.cell(row, 1).hyperlink = f"#'{name}'!A1"
        contents.cell(row, 1).style = "Hyperlink"
        _fill(book.create_sheet(name), frame)
    _set_widths(contents)
    book.save(path)
    _without_time(path)


def _fill(sheet: openpyxl.worksheet.worksheet.Worksheet, frame: pd.DataFrame) -> None:
    sheet.append(list(frame.columns))
    for row in frame.astype(object).where(frame.notna(), None).itertuples(index=False):
        sheet.append(list(row))
    for cell in sheet[1]:
        cell.font = openpyxl.styles.Font(bold=True)
        cell.alignment = openpyxl.styles.Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
    _set_widths(sheet)


def _set_widths(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
    """Make columns as wide as their first rows."""
    for number, column in enumerate(sheet.iter_cols(min_row=1, max_row=30, values_only=True), start=1):
        longest = max((len(str(value)) for value in column[1:] if value is not None), default=8)
        letter = openpyxl.utils.get_column_letter(number)
        sheet.column_dimensions[letter].width = min(max(longest, 10) + 2, _MAX_WIDTH)


def _without_time(path: pathlib.Path) -> None:
    """Pack the workbook again with one fixed time, since saving tells the clock."""
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts["docProps/core.xml"] = _MODIFIED.sub(rb"\g<1>1980-01-01T00:00:00Z", parts["docProps/core.xml"])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(zipfile.ZipInfo(name, _EPOCH.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)


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
