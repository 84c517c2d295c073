"""Nothing is lost in silence at the limits of a format: read back by openpyxl, sqlite3, csv and json."""

import csv
import datetime
import json
import sqlite3

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import errors
from layers.io import geopackage, limits, store, tables

# Microsoft, "Excel specifications and limits".
ROWS, COLUMNS, CHARACTERS, NAME = 1_048_576, 16_384, 32_767, 31


def _sheet(path, frame):
    """Rows of a frame after it was written."""
    tables.write_workbook({"a": ("A", frame)}, path)
    book = openpyxl.load_workbook(path)
    return [list(row) for row in book["a"].iter_rows(values_only=True)]


def _points(**columns):
    count = len(next(iter(columns.values())))
    return gpd.GeoDataFrame(columns, geometry=[shapely.Point(31, 54)] * count, crs=4326)


def _package(path, frame, fields=None):
    """A GeoPackage with a table and points."""
    layers = {
        "points": geopackage.Layer(frame=_points(n=[1]), title="P"),
        "t": geopackage.Layer(frame=frame, title="T", fields=fields or {}),
    }
    geopackage.write(layers, path)


def test_a_text_that_fills_a_cell_is_whole(tmp_path):
    # Letters beyond the first 65,536 count twice.
    for text in ("x" * CHARACTERS, "ж" * CHARACTERS, "🌍" * (CHARACTERS // 2)):
        assert _sheet(tmp_path / "a.xlsx", pd.DataFrame({"note": [text, "next"]}))[1:] == [[text], ["next"]]


@pytest.mark.parametrize("letter", ["x", "ж", "🌍"])
def test_a_text_that_no_cell_holds_is_cut_and_says_so_and_the_rest_of_the_column_is_there(tmp_path, letter):
    text = letter * 33_000
    frame = pd.DataFrame({"unit": ["p", "q", "r"], "note": [text, "second", "third"]})
    rows = _sheet(tmp_path / "a.xlsx", frame)
    assert [row[1] for row in rows[2:]] == ["second", "third"]
    length = len(text.encode("utf-16-le")) // 2
    kept, mark = rows[1][1].split(" [")
    assert mark == f"… {length} > 32767 → CSV, GeoPackage]"
    assert set(kept) == {letter}
    assert CHARACTERS - 1 <= len(rows[1][1].encode("utf-16-le")) // 2 <= CHARACTERS


def test_fields_with_one_title_are_both_there(tmp_path):
    frame = pd.DataFrame([[1, 3], [2, 4]], columns=["Население, чел."] * 2)
    assert _sheet(tmp_path / "a.xlsx", frame) == [["Население, чел."] * 2, [1, 3], [2, 4]]


def test_fields_with_one_title_are_told_apart_by_their_names(tmp_path):
    fields = {name: geopackage.Field("Люди") for name in ("a", "b")} | {"c": geopackage.Field("Год")}
    frame = pd.DataFrame({"a": [1], "b": [2], "c": [3]})
    _package(tmp_path / "a.gpkg", frame, fields)
    tables.write(tmp_path / "a.gpkg", ["t"], tmp_path / "book.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "book.xlsx")["t"].iter_rows(values_only=True))
    assert rows == [("Люди (a)", "Люди (b)", "Год"), (1, 2, 3)]


def test_what_a_sheet_has_no_number_for_is_text(tmp_path):
    frame = pd.DataFrame(
        {
            "date": [datetime.date(1830, 5, 1), datetime.date(2026, 1, 2)],
            "moment": pd.to_datetime(["1700-01-01T12:00", None]),
            "endless": [np.inf, -np.inf],
            "missing": [np.nan, 1.5],
            "code": [10**15, 999_999_999_999_999],
            "yes": [True, False],
            "count": pd.array([7, None], dtype="Int64"),
        }
    )
    assert _sheet(tmp_path / "a.xlsx", frame)[1:] == [
        ["1830-05-01", "1700-01-01T12:00:00", "∞", None, "1000000000000000", True, 7],
        ["2026-01-02", None, "−∞", 1.5, 999_999_999_999_999, False, None],
    ]


values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**14), 10**14),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda value: float(f"{value:.14g}")),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), min_size=1),
)


@settings(max_examples=40)
@given(st.lists(values, min_size=1, max_size=8))
def test_every_value_is_read_back_by_another_program(tmp_path_factory, column):
    path = tmp_path_factory.mktemp("book") / "a.xlsx"
    frame = pd.DataFrame({"end": ["."] * len(column), "value": pd.Series(column, dtype=object)})
    back = [row[1] for row in _sheet(path, frame)[1:]]
    # A text that reads as an escape of the format is escaped itself, which openpyxl leaves so.
    plain = [value.replace("_x005F_x", "_x") if isinstance(value, str) else value for value in back]
    assert plain == column


@pytest.mark.parametrize(
    ("names", "lines"),
    [
        (["ok", "x" * 32], [f"sheet '{'x' * 32}': 32 characters; expected 1 to 31"]),
        (["🌍" * 16], [f"sheet '{'🌍' * 16}': 32 characters; expected 1 to 31"]),
        ([""], ["sheet '': 0 characters; expected 1 to 31"]),
        (["a/b"], [r"sheet 'a/b': expected none of * / : ? [ \ ] and no apostrophe at either end"]),
        (["it's", "'a"], [r"""sheet "'a": expected none of * / : ? [ \ ] and no apostrophe at either end"""]),
        (["History"], ["sheet 'History': Excel keeps this name for itself"]),
        (["places", "Places"], ["sheet 'places': 2 sheets have this name"]),
        (["Index"], ["sheet 'index': 2 sheets have this name"]),
    ],
)
def test_names_that_no_sheet_can_have_are_lines(tmp_path, names, lines):
    frame = pd.DataFrame({"a": [1]})
    path = tmp_path / "a.xlsx"
    with pytest.raises(errors.InputError) as caught:
        tables.write_workbook(dict.fromkeys(names, ("T", frame)), path)
    assert list(caught.value.findings) == [f"a.xlsx: {line}" for line in lines]
    assert not path.exists()


def test_tables_that_no_sheet_holds_are_lines(tmp_path):
    wide = pd.DataFrame(np.zeros((1, COLUMNS + 1), dtype=np.int8))
    long = pd.DataFrame({"a": np.zeros(ROWS, dtype=np.int8)})
    with pytest.raises(errors.InputError) as caught:
        tables.write_workbook({"wide": ("W", wide), "long": ("L", long)}, tmp_path / "a.xlsx")
    assert caught.value.findings == (
        "a.xlsx: sheet wide: 16,385 columns; expected at most 16,384",
        "a.xlsx: sheet long: 1,048,577 rows with the header; expected at most 1,048,576",
    )
    limits.require_sheets({"fits": long.iloc[1:], "wide": wide.iloc[:, 1:]}, file="a.xlsx")


def test_a_cell_beyond_the_sheet_is_one_line(tmp_path):
    with tables.workbook(tmp_path / "a.xlsx") as book:
        page = book.add_worksheet("a")
        with pytest.raises(errors.InputError, match="sheet a: row 1048577, column 1; expected at most"):
            limits.put(page, ROWS, 0, "x")


@pytest.mark.parametrize(
    ("column", "line"),
    [
        (pd.array([2**64 - 1], dtype="uint64"), f"has {2**64 - 1}; expected at most {2**63 - 1}"),
        ([1j], "is of complex128; expected numbers, texts or dates"),
        (np.array([1], dtype="timedelta64[s]"), "is of timedelta64[s]; expected numbers, texts or dates"),
        (pd.Series(["a\0b"]), "has the character U+0000; expected text without control characters"),
        (pd.Series(["a\x01b"]), "has the character U+0001; expected text without control characters"),
        (pd.Series([1], dtype=object), "holds int as objects; expected texts, or a column of one kind"),
        (pd.Series([True], dtype=object), "holds bool as objects; expected texts, or a column of one kind"),
        (pd.Series([[1, 2]], dtype=object), "holds list as objects; expected texts, or a column of one kind"),
    ],
)
def test_a_field_that_a_geopackage_would_change_is_one_line(tmp_path, column, line):
    frame = pd.DataFrame({"a": column})
    path = tmp_path / "a.gpkg"
    with pytest.raises(errors.InputError) as caught:
        geopackage.write({"t": geopackage.Layer(frame=frame, title="T")}, path)
    assert caught.value.findings == (f"t: field 'a' {line}",)
    assert not path.exists()


def test_names_that_a_geopackage_has_for_itself_or_that_occur_twice_are_lines(tmp_path):
    twice = pd.DataFrame([[1, 2]], columns=["a", "a"])
    layers = {
        "gpkg_t": geopackage.Layer(frame=pd.DataFrame({"a": [1]}), title="T"),
        "Upper": geopackage.Layer(frame=pd.DataFrame({"a": [1]}), title="U"),
        "keys": geopackage.Layer(frame=pd.DataFrame({"fid": [1]}), title="T"),
        "shapes": geopackage.Layer(frame=_points(geom=[1]), title="S"),
        "twice": geopackage.Layer(frame=twice, title="V"),
        "wide": geopackage.Layer(
            frame=pd.DataFrame(np.zeros((1, 2_001)), columns=[f"c{n}" for n in range(2_001)]), title="W"
        ),
    }
    with pytest.raises(errors.InputError) as caught:
        geopackage.write(layers, tmp_path / "a.gpkg")
    name = "expected a name in lower case, digits and _ that begins with none of"
    assert [line.removesuffix(" gpkg_, rtree_, sqlite_, layer_styles") for line in caught.value.findings] == [
        f"gpkg_t: {name}",
        f"Upper: {name}",
        "title 'T': 2 layers have it",
        "keys: field 'fid' is taken by the format",
        "shapes: field 'geom' is taken by the format",
        "twice: field 'a' occurs 2 times",
        "wide: 2001 fields; expected at most 2000",
    ]


def test_what_a_geopackage_takes_it_gives_back(tmp_path):
    frame = pd.DataFrame(
        {
            "int": [2**63 - 1, -(2**63)],
            "text": ["x" * 100_000, "🌍\n\t«й»"],
            "float": [0.1 + 0.2, 1e-300],
            "u": pd.array([2**63 - 1, 0], dtype="uint64"),
        }
    )
    _package(tmp_path / "a.gpkg", frame)
    with sqlite3.connect(tmp_path / "a.gpkg") as database:
        rows = database.execute('SELECT "int", "text", "float", "u" FROM t').fetchall()
    database.close()
    assert rows == list(frame.itertuples(index=False, name=None))


def test_whole_numbers_beyond_double_precision_stay_what_they_are(tmp_path):
    frame = pd.DataFrame({"a": [2.0**60, 1e300], "b": [2.0**53 - 1, 3.0]})
    _package(tmp_path / "a.gpkg", frame)
    tables.write(tmp_path / "a.gpkg", ["t"], tmp_path / "book.xlsx")
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [float(row["a"]) for row in rows] == [2.0**60, 1e300]
    assert [row["b"] for row in rows] == ["9007199254740991", "3"]


def test_json_has_no_word_for_infinity(tmp_path):
    path = tmp_path / "a.geojson"
    with pytest.raises(errors.InputError) as caught:
        store.write_geojson(_points(x=[1.0, np.inf], y=[-np.inf, 0.0]), path)
    assert caught.value.findings == (
        "a.geojson: row 3: x is inf; expected a finite number",
        "a.geojson: row 2: y is -inf; expected a finite number",
    )
    assert not path.exists()


def test_dates_are_iso_texts_in_json(tmp_path):
    path = tmp_path / "a.geojson"
    store.write_geojson(_points(day=pd.to_datetime(["1812-09-07"])), path)
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    assert features[0]["properties"] == {"day": "1812-09-07T00:00:00"}
