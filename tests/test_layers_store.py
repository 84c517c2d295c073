"""What is written is read back the same, twice written gives the same bytes, bad files give one line."""

import json
import sqlite3
import time
import unicodedata

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import regions
import rings
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo import errors
from layers.io import store

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), max_size=20)


def _points(**columns):
    count = len(next(iter(columns.values())))
    return gpd.GeoDataFrame(
        columns, geometry=[shapely.Point(30 + i / 7, 54 + i / 7) for i in range(count)], crs=4326
    )


def test_geojson_is_what_other_programs_read(tmp_path):
    path = tmp_path / "points.geojson"
    store.write_geojson(_points(name_ru=["Рудня", "Лиозно"], population=[9616, None]), path)
    other = gpd.read_file(path)
    assert other.crs.to_epsg() == 4326
    assert list(other["name_ru"]) == ["Рудня", "Лиозно"]
    assert other["population"].iloc[0] == 9616
    assert np.isnan(other["population"].iloc[1])


def test_geojson_keeps_values_and_rounds_coordinates(tmp_path):
    path = tmp_path / "points.geojson"
    frame = _points(id=["a", "b"], n=[1, 2], x=[0.5, np.nan], flag=[True, False])
    store.write_geojson(frame, path, decimals=3)
    back = store.read_geojson(path)
    assert list(back.columns) == ["id", "n", "x", "flag", "geometry"]
    assert back["n"].to_list() == [1, 2]
    assert back["flag"].to_list() == [True, False]
    assert np.isnan(back["x"].iloc[1])
    assert shapely.get_coordinates(back.geometry).tolist() == [[30, 54], [30.143, 54.143]]


def test_geojson_has_one_feature_a_line_and_is_standard_json(tmp_path):
    path = tmp_path / "points.geojson"
    store.write_geojson(_points(id=["a", "b", "c"], x=[1.0, np.nan, np.inf - np.inf]), path)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert sum('"type":"Feature"' in line for line in lines) == 3
    json.loads(path.read_text(encoding="utf-8"), parse_constant=pytest.fail)


def test_geojson_of_another_crs_is_written_in_degrees(tmp_path):
    path = tmp_path / "points.geojson"
    store.write_geojson(_points(id=["a"]).to_crs("EPSG:32636"), path)
    assert shapely.get_coordinates(store.read_geojson(path).geometry).tolist() == [[30, 54]]


RING = [(30, 54), (31, 54), (31, 55), (30, 55), (30, 54)]
HOLE = [(30.2, 54.2), (30.4, 54.2), (30.4, 54.4), (30.2, 54.4), (30.2, 54.2)]


def _holed(shell_step, hole_step):
    polygon = shapely.Polygon(RING[::shell_step], [HOLE[::hole_step]])
    both = shapely.MultiPolygon([polygon, shapely.box(40, 54, 41, 55, ccw=shell_step > 0)])
    return gpd.GeoDataFrame({"id": ["a", "b"]}, geometry=[polygon, both], crs=4326)


@pytest.mark.parametrize("shell_step", [1, -1])
@pytest.mark.parametrize("hole_step", [1, -1])
def test_rings_run_as_the_standards_want_them(tmp_path, shell_step, hole_step):
    frame = _holed(shell_step, hole_step)
    store.write_geojson(frame, tmp_path / "x.geojson")
    features = json.loads((tmp_path / "x.geojson").read_text(encoding="utf-8"))["features"]
    store.write_layers({"x": frame}, tmp_path / "x.gpkg")
    stored = store.read_layer(tmp_path / "x.gpkg", "x")
    shapes = [feature["geometry"] for feature in features] + [*map(shapely.geometry.mapping, stored.geometry)]
    assert [rings.wrong(polygon) for shape in shapes for polygon in rings.of(shape)] == [[]] * 6
    assert stored.geometry.geom_equals(frame.geometry).all()
    assert frame.geometry.iloc[0].exterior.coords[1] == RING[::shell_step][1]


@pytest.mark.parametrize(
    "path", sorted(regions.RUSSIA_BELARUS.snapshot.glob("*.geojson")), ids=lambda path: path.stem
)
def test_rings_of_the_embedded_snapshot_run_so(path):
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    polygons = [polygon for feature in features for polygon in rings.of(feature["geometry"])]
    assert not any(rings.wrong(polygon) for polygon in polygons)


def test_empty_geojson_survives(tmp_path):
    path = tmp_path / "empty.geojson"
    store.write_geojson(_points(id=["a"]).iloc[:0], path)
    back = store.read_geojson(path)
    assert len(back) == 0
    assert back.crs.to_epsg() == 4326


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=5))
def test_table_comes_back_as_the_same_texts(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("table") / "table.csv"
    frame = pd.DataFrame(rows, columns=["one", "two"], dtype=str)
    store.write_table(frame, path)
    composed = [[unicodedata.normalize("NFC", text) for text in row] for row in rows]
    assert store.read_table(path).to_numpy().tolist() == composed


def test_table_reads_missing_as_empty_and_numbers_as_text(tmp_path):
    path = tmp_path / "table.csv"
    store.write_table(pd.DataFrame({"code": ["007", None], "value": [1.5, np.nan]}), path)
    assert path.read_bytes() == b"code,value\n007,1.5\n,\n"
    assert store.read_table(path).to_numpy().tolist() == [["007", "1.5"], ["", ""]]


def test_table_saved_by_a_spreadsheet_reads_the_same(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes('\ufeffname,note\r\nРудня,"a, b"\r\n\r\n'.encode())
    assert store.read_table(path).to_dict("records") == [{"name": "Рудня", "note": "a, b"}]


def test_table_with_the_text_na_keeps_it(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("country,name\nNA,null\n", encoding="utf-8")
    assert store.read_table(path).to_numpy().tolist() == [["NA", "null"]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, r"table\.csv: file is missing in"),
        (b"\xcf\xf0\xe8\xe2\xe5\xf2\n", r"table\.csv: not UTF-8 at byte 0"),
        (b"", r"table\.csv: not readable as CSV"),
        (b'a,b\n"1,2\n', r"table\.csv: line 2: not readable as CSV"),
        (b'a,b\n"1,2\n3,4",5\n', r"table\.csv: line 3: a runs over several lines; expected each row on one"),
        ("a,b\nПриграничье,1\n".encode("cp1251"), "not UTF-8 at byte 4, looks like windows-1251; expected"),
        ("a,b\nПриграничье,1\n".encode("cp866"), "looks like cp866"),
        ("a,b\nПриграничье,1\n".encode("koi8-r"), "looks like KOI8-R"),
        ("a,b\nПриграничье,1\n".encode("utf-16"), "looks like UTF-16"),
        ("a,b\n1,1\n".encode("utf-16-le"), "looks like UTF-16"),
        (b"a,b\n1,2\n1,2,3\n", r"table\.csv: line 3: 3 fields; expected 2"),
        (b"a,b\n1,2,3\n", r"table\.csv: line 2: 3 fields; expected 2"),
        (b"a,b\n1\n", r"table\.csv: line 2: 1 fields; expected 2"),
        (b"a,b,a\n1,2,3\n", r"table\.csv: column 'a' is named 2 times; expected once"),
    ],
)
def test_bad_table_is_one_line(tmp_path, content, message):
    path = tmp_path / "table.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(errors.InputError, match=message) as caught:
        store.read_table(path)
    assert len(caught.value.findings) == 1
    assert "\n" not in caught.value.findings[0]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "file is missing in"),
        ("{", "not readable as a GeoJSON FeatureCollection"),
        ('{"type":"Feature"}', "not readable as a GeoJSON FeatureCollection"),
        ("[]", "not readable as a GeoJSON FeatureCollection"),
        (
            '{"type":"FeatureCollection","features":[{"properties":{}}]}',
            r"layer\.geojson: row 2: no geometry; expected one",
        ),
        (
            '{"type":"FeatureCollection","features":[{"properties":{},"geometry":{"type":"Dot"}}]}',
            r"layer\.geojson: row 2: geometry cannot be read \(Unknown geometry type: 'dot'\); expected one",
        ),
    ],
)
def test_bad_geojson_is_one_line(tmp_path, content, message):
    path = tmp_path / "layer.geojson"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(errors.InputError, match=message) as caught:
        store.read_geojson(path)
    assert len(caught.value.findings) == 1


def test_layers_come_back_and_tables_have_no_geometry(tmp_path):
    path = tmp_path / "stage.gpkg"
    places = _points(id=["a", "b"], name_ru=["Красный", ""], n=[1, 2], x=[0.5, np.nan], flag=[True, False])
    facts = pd.DataFrame({"fact_id": ["f1"], "value": [2.5], "note": [""]})
    store.write_layers({"places": places, "facts": facts}, path)
    back = store.read_layer(path, "places")
    assert list(back.columns) == list(places.columns)
    assert back["name_ru"].to_list() == ["Красный", ""]
    assert back["n"].to_list() == [1, 2]
    assert back["flag"].to_list() == [True, False]
    assert np.isnan(back["x"].iloc[1])
    assert back.crs.to_epsg() == 4326
    table = store.read_layer(path, "facts")
    assert not isinstance(table, gpd.GeoDataFrame)
    assert table.to_dict("records") == [{"fact_id": "f1", "value": 2.5, "note": ""}]


def test_nullable_integers_and_flags_come_back_whole(tmp_path):
    path = tmp_path / "stage.gpkg"
    table = pd.DataFrame({"n": pd.array([7, None], dtype="Int64"), "flag": pd.array([True, None], "boolean")})
    store.write_layers({"table": table}, path)
    back = store.read_layer(path, "table")
    assert back["n"].iloc[0] == 7
    assert pd.isna(back["n"].iloc[1])
    assert bool(back["flag"].iloc[0]) is True
    assert pd.isna(back["flag"].iloc[1])


def test_layers_written_later_are_the_same_bytes(tmp_path):
    layers = {"places": _points(id=["a", "b"]), "facts": pd.DataFrame({"fact_id": ["f1"]})}
    store.write_layers(layers, tmp_path / "one.gpkg")
    time.sleep(1.1)
    store.write_layers(layers, tmp_path / "two.gpkg")
    assert (tmp_path / "one.gpkg").read_bytes() == (tmp_path / "two.gpkg").read_bytes()


def test_writing_again_replaces_the_file(tmp_path):
    path = tmp_path / "stage.gpkg"
    store.write_layers({"old": _points(id=["a"])}, path)
    store.write_layers({"new": _points(id=["a"])}, path)
    with sqlite3.connect(path) as database:
        names = database.execute("SELECT table_name FROM gpkg_contents").fetchall()
    database.close()
    assert names == [("new",)]


@pytest.mark.parametrize("name", ["absent", "places"])
def test_missing_layer_or_file_is_one_line(tmp_path, name):
    path = tmp_path / "stage.gpkg"
    if name == "absent":
        store.write_layers({"places": _points(id=["a"])}, path)
    with pytest.raises(errors.InputError, match=r"stage\.gpkg: layer .* cannot be read"):
        store.read_layer(path, name)


def test_names_of_a_mac_are_the_names_of_everyone_else(tmp_path):
    """There й is и and a breve; the composed form is what keyboards type."""
    typed, decomposed = "Лёзненский", "Ле\u0308зненскии\u0306"
    assert typed != decomposed
    table = tmp_path / "table.csv"
    table.write_text(f"{decomposed}\n{decomposed}\n", encoding="utf-8")
    assert store.read_table(table).to_dict("list") == {typed: [typed]}
    layer = tmp_path / "layer.geojson"
    feature = {
        "properties": {"name_ru": decomposed, "n": 1},
        "geometry": {"type": "Point", "coordinates": [31, 54]},
    }
    for escaped in (True, False):
        text = json.dumps({"features": [feature]}, ensure_ascii=escaped)
        layer.write_text(text, encoding="utf-8")
        assert store.read_geojson(layer)["name_ru"].to_list() == [typed]


@pytest.mark.parametrize("character", ["\0", "\x1b", "\ud83d", "\uffff"])
def test_a_text_that_no_other_format_holds_is_one_line(tmp_path, character):
    layer = tmp_path / "layer.geojson"
    point = {"type": "Point", "coordinates": [31, 54]}
    features = [
        {"properties": {"name_ru": name}, "geometry": point} for name in ("Рудня", f"Ли{character}озно")
    ]
    layer.write_text(json.dumps({"features": features}), encoding="utf-8")
    with pytest.raises(errors.InputError) as caught:
        store.read_geojson(layer)
    code = f"U+{ord(character):04X}"
    assert caught.value.findings == (
        f"layer.geojson: row 3: name_ru has the character {code}; expected text without control characters",
    )


def test_a_table_with_a_control_character_is_one_line(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(b"a,b\n1,2\n3,x\0y\n")
    with pytest.raises(errors.InputError, match=r"^table\.csv: row 3: b has the character U\+0000; expected"):
        store.read_table(path)
