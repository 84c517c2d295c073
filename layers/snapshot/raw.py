"""Raw files by key, as the table ``raw_files.csv`` lists them with the id of their source.

What is written in a raw file, and how, is true of that file only and stands in three tables: which of its
columns is which of ours (``raw_columns.csv``), which of its rows count (``raw_rows.csv``), and what its terms
mean (``raw_values.csv``). Columns that have our names already need no row. What a region does not list is
left out: `listed` tells.
"""

from __future__ import annotations

import collections.abc
import pathlib
import typing

import geopandas as gpd
import pandas as pd

from geo import errors
from layers.io import letters
from layers.region import Region
from layers.snapshot import hand_tables

Frame = typing.TypeVar("Frame", pd.DataFrame, gpd.GeoDataFrame)

ROW = "row"
_SEPARATORS = (",", "\t", ";")
_WORKBOOKS = (".xlsx", ".xlsm", ".ods")


def listed(region: Region, kind: str) -> list[str]:
    """Keys of the raw files of one kind: ``stations`` has ``stations``, ``stations_a``, ``stations_b``."""
    keys = hand_tables.read(region, "raw_files.csv")["key"]
    return sorted(keys[(keys == kind) | keys.str.startswith(f"{kind}_")])


def giving(region: Region, column: str) -> list[str]:
    """Keys of the raw files that have a column of ours, as ``raw_columns.csv`` says."""
    rows = hand_tables.read(region, "raw_columns.csv")
    return sorted(set(rows["key"][rows["column"] == column]))


def values(region: Region, key: str, column: str) -> dict[str, str]:
    """List what the terms in a column of a raw file mean."""
    rows = hand_tables.read(region, "raw_values.csv")
    own = rows[(rows["key"] == key) & (rows["column"] == column)]
    return dict(zip(own["raw_value"], own["value"], strict=True))


def called(region: Region, key: str, column: str) -> str:
    """How a raw file calls a column of ours, or the number of its band; ours if it says nothing else."""
    rules = _rules(region, key)
    return str(next(iter(rules.loc[rules["column"] == column, "raw_column"]), "")) or column


def constant(region: Region, key: str, column: str) -> str:
    """Give what a column of a raw file says in all rows; "" if they differ."""
    rows = hand_tables.read(region, "raw_columns.csv")
    own = rows["constant"][(rows["key"] == key) & (rows["column"] == column) & (rows["raw_column"] == "")]
    return str(next(iter(own), ""))


def path(region: Region, sources: pathlib.Path, key: str) -> pathlib.Path:
    """Path of a raw file below ``sources``.

    Raises
    ------
    InputError
        If the table does not list the key or the file is missing.
    """
    found = sources / _listed(region, "path", key)
    if not found.exists():
        raise errors.InputError(f"{found.name}: file is missing in {found.parent}")
    return found


def source_id(region: Region, key: str) -> str:
    """Id of the source that a raw file comes from, as in ``sources.csv``."""
    return _listed(region, "source_id", key)


def vector(
    region: Region, sources: pathlib.Path, key: str, columns: collections.abc.Iterable[str] = ()
) -> gpd.GeoDataFrame:
    """Read columns of a raw vector file, their texts as `layers.io.letters` admits them, in its own CRS."""
    found = path(region, sources, key)
    frame: gpd.GeoDataFrame = letters.admitted(gpd.read_file(found), file=found.name)
    named = _named(region, sources, key, frame, tuple(columns))
    return frame[[frame.geometry.name]].assign(**named)


def table(
    region: Region,
    sources: pathlib.Path,
    key: str,
    columns: collections.abc.Iterable[str],
    *,
    also: collections.abc.Iterable[str] = (),
) -> pd.DataFrame:
    """Read columns of a raw table; every column is text (see `layers.io.letters`), an empty cell is ``""``.

    Parameters
    ----------
    columns
        Columns that the file has.
    also
        Columns that it may have; ``""`` in all rows if it has not.

    Returns
    -------
    DataFrame
        Those columns, and as `ROW` the row of the file. Of a workbook the first sheet is read.

    Raises
    ------
    InputError
        One line for each column that is missing.
    """
    found = path(region, sources, key)
    frame = _counting(region, key, letters.admitted(_cells(found), file=found.name), found.name)
    there = [name for name in also if name in {*frame.columns, *_rules(region, key)["column"]}]
    named = _named(region, sources, key, frame, (*columns, *there))
    absent = dict.fromkeys(set(also) - set(there), "")
    return pd.DataFrame({**named, **absent}, index=frame.index).assign(**{ROW: frame.index + 2})


def points(frame: pd.DataFrame, *, lon: str, lat: str) -> gpd.GeoDataFrame:
    """Give rows with coordinates in degrees a point; rows without any are left out."""
    x, y = (pd.to_numeric(frame[column], errors="coerce") for column in (lon, lat))
    located = x.notna() & y.notna()
    geometry = gpd.points_from_xy(x[located], y[located])
    return gpd.GeoDataFrame(frame[located], geometry=geometry, crs="EPSG:4326")


def _cells(path: pathlib.Path) -> pd.DataFrame:
    if path.suffix in _WORKBOOKS:
        return pd.read_excel(path, dtype=str).rename(columns=str).fillna("")
    with path.open(encoding="utf-8-sig") as stream:
        header = stream.readline()
    return pd.read_csv(path, dtype=str, keep_default_na=False, sep=max(_SEPARATORS, key=header.count))


def _counting(region: Region, key: str, frame: pd.DataFrame, file: str) -> pd.DataFrame:
    """Rows of a raw table that count."""
    rows = hand_tables.read(region, "raw_rows.csv")
    for column, admitted in rows[rows["key"] == key].groupby("raw_column")["value"]:
        _require(frame, str(column), file)
        frame = frame[frame[column].isin(list(admitted))]
    return frame


def _named(
    region: Region, sources: pathlib.Path, key: str, frame: Frame, columns: tuple[str, ...]
) -> dict[str, pd.Series]:
    """Columns of a raw file under our names, with our terms."""
    rules = _rules(region, key)
    file = path(region, sources, key).name
    found = {}
    for column in columns:
        given = rules[rules["column"] == column]
        if given.empty:
            _require(frame, column, file)
            found[column] = frame[column]
        else:
            found[column] = _first(
                [_one(region, sources, frame, rule, file) for rule in given.to_dict("records")]
            )
        terms = values(region, key, column)
        if terms:
            found[column] = found[column].map(terms).fillna("")
    return found


def _one(
    region: Region,
    sources: pathlib.Path,
    frame: Frame,
    rule: collections.abc.Mapping[collections.abc.Hashable, typing.Any],
    file: str,
) -> pd.Series:
    """Read the column that one row of ``raw_columns.csv`` names."""
    if not rule["raw_column"]:
        return pd.Series(rule["constant"], index=frame.index, dtype=str)
    _require(frame, rule["raw_column"], file)
    column: pd.Series = frame[rule["raw_column"]]
    if not rule["through"]:
        return column
    other = table(region, sources, rule["through"], (rule["column"], rule["raw_column"]))
    # Lists of units have their newest form last.
    newest = other.drop_duplicates(rule["raw_column"], keep="last")
    meant = newest.set_index(rule["raw_column"])[rule["column"]]
    return column.map(meant).fillna("")


def _first(found: list[pd.Series]) -> pd.Series:
    """Of several columns the first that has a value, row by row."""
    first, *others = found
    for other in others:
        first = first.where(first.notna() & (first != ""), other)
    return first


def _require(frame: pd.DataFrame, column: str, file: str) -> None:
    if column not in frame.columns:
        known = ", ".join(map(str, frame.columns))
        raise errors.InputError(
            f"{file}: no column {column!r}; expected it, or its name here in raw_columns.csv, among {known}"
        )


def _rules(region: Region, key: str) -> pd.DataFrame:
    rules = hand_tables.read(region, "raw_columns.csv")
    return rules[rules["key"] == key]


def _listed(region: Region, column: str, key: str) -> str:
    files = hand_tables.read(region, "raw_files.csv").set_index("key")[column]
    if key not in files.index:
        raise errors.InputError(
            f"raw_files.csv: key {key!r} is not listed; expected one of {sorted(files.index)}"
        )
    return str(files[key])
