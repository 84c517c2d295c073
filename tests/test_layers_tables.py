"""Tables for programs and the workbook for people hold the same rows as the layers."""

import csv
import time

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely

from layers import geopackage, tables


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


def test_later_tables_are_the_same_bytes(package, folder, tmp_path):
    time.sleep(2.1)
    (tmp_path / "again").mkdir()
    tables.write(package, ["places", "units"], tmp_path / "again" / "book.xlsx")
    for path in folder.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name
