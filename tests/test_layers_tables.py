"""Tables for programs and the workbook for people hold the same rows as the layers."""

import csv
import re
import subprocess
import time

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from layers.io import geopackage, tables


@pytest.fixture
def package(tmp_path):
    places = gpd.GeoDataFrame(
        {"place_id": ["p", "q"], "name_ru": ["Рудня", "Лиозно, посёлок"], "population": [9616.0, None]},
        geometry=[shapely.Point(31.0935, 54.9445), shapely.Point(30.7998, 55.0239)],
        crs=4326,
    )
    squares = gpd.GeoDataFrame({"unit_id": ["a"]}, geometry=[shapely.box(30, 54, 31, 55)], crs=4326)
    fields = {"population": geopackage.Field("Население, чел.")}
    path = tmp_path / "out.gpkg"
    layers = {
        "places": geopackage.Layer(frame=places, title="Пункты", fields=fields),
        "units": geopackage.Layer(frame=squares, title="Территории"),
    }
    geopackage.write(layers, path)
    return path


@pytest.fixture
def folder(package, tmp_path):
    (tmp_path / "tables").mkdir()
    tables.write(package, ["places", "units"], tmp_path / "tables" / "book.xlsx")
    return tmp_path / "tables"


def test_csv_is_what_programs_expect(folder):
    with (folder / "places.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows == [
        {"place_id": "p", "name_ru": "Рудня", "population": "9616", "lon": "31.0935", "lat": "54.9445"},
        {
            "place_id": "q",
            "name_ru": "Лиозно, посёлок",
            "population": "",
            "lon": "30.7998",
            "lat": "55.0239",
        },
    ]
    assert pd.read_csv(folder / "places.csv")["population"].iloc[0] == 9616


def test_csv_has_the_mark_by_which_spreadsheets_know_unicode(folder):
    assert (folder / "places.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_workbook_has_real_numbers_under_titles(folder):
    book = openpyxl.load_workbook(folder / "book.xlsx")
    assert book.sheetnames == ["index", "places", "units"]
    rows = list(book["places"].iter_rows(values_only=True))
    assert rows[0] == ("place_id", "name_ru", "Население, чел.", "lon", "lat")
    assert rows[1] == ("p", "Рудня", 9616, 31.0935, 54.9445)
    assert rows[2][2] is None
    assert [cell.value for cell in book["index"][1]] == ["places", "Пункты", 2]


TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
HOSTILE = ["=1+1", '=HYPERLINK("http://a.b","c")', "+2+3", "-2+3", "@SUM(1,2)", "－1", "'=1+1"]
HOSTILE += ["\t=1+1", "\r=1+1", "a\r=1+1"]
HARMLESS = ["-1", "+7.5", "-.5", "1e-3", "-1E5", "Рудня", "'кавычка", "", "–", "5-6"]


@given(st.lists(st.one_of(st.sampled_from(HOSTILE + HARMLESS), st.text(max_size=6)), min_size=1))
def test_inert_texts_begin_with_no_sign_and_can_be_had_back(texts):
    frame = pd.DataFrame({"text": texts, "number": range(-1, len(texts) - 1)})
    safe = tables.inert(frame)
    for before, after in zip(texts, safe["text"], strict=True):
        assert not after.startswith(TRIGGERS) or re.fullmatch(r"[+-]?[\d.]+([eE][+-]?\d+)?", after)
        quoted = after.startswith("'") and after.lstrip("'").startswith(TRIGGERS)
        assert (after[1:] if quoted else after) == re.sub(r"\r\n?", "\n", before)
    assert safe["number"].to_list() == frame["number"].to_list()
    assert frame["text"].to_list() == texts


def test_harmless_texts_and_missing_ones_stay():
    frame = pd.DataFrame({"text": [*HARMLESS, None]})
    pd.testing.assert_frame_equal(tables.inert(frame), frame)


@pytest.mark.parametrize("safe", [False, True])
def test_calc_runs_nothing_of_a_table(tmp_path, soffice, safe):
    """What LibreOffice makes of the hostile texts as they are, and as the tables hold them."""
    frame = pd.DataFrame({"text": HOSTILE, "number": -1.5})
    folder = tmp_path / "tables"
    folder.mkdir()
    if safe:
        geopackage.write({"x": geopackage.Layer(frame=frame, title="X")}, tmp_path / "x.gpkg")
        tables.write(tmp_path / "x.gpkg", ["x"], folder / "book.xlsx")
    else:
        frame.to_csv(folder / "x.csv", index=False, encoding="utf-8-sig")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(folder / "x.csv")], capture_output=True, check=True)
    cells = [cell for row in openpyxl.load_workbook(tmp_path / "x.xlsx").active.iter_rows() for cell in row]
    assert any(cell.data_type == "f" for cell in cells) is not safe
    assert [cell.value for cell in cells].count(-1.5) == len(HOSTILE)
    assert not safe or len(cells) == 2 * (1 + len(HOSTILE))


def test_later_tables_are_the_same_bytes(package, folder, tmp_path):
    time.sleep(2.1)
    (tmp_path / "again").mkdir()
    tables.write(package, ["places", "units"], tmp_path / "again" / "book.xlsx")
    for path in folder.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name
