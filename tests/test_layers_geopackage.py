"""The GeoPackage writer, judged by GDAL's validator and by reading it back."""

import contextlib
import sqlite3
import subprocess
import time

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import rings
import shapely

from geo import errors
from layers.io import geopackage


def _frame(*shapes, **columns):
    columns = columns or {"unit_id": [f"u{i}" for i in range(len(shapes))]}
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=4326)


def _layer(frame, title="Слой", **about):
    return geopackage.Layer(frame=frame, title=title, **about)


@pytest.fixture
def layers():
    squares = _frame(
        shapely.box(30, 54, 31, 55),
        shapely.MultiPolygon([shapely.box(31, 54, 32, 55)]),
        unit_id=["a", "b"],
        name_ru=["Рудня", ""],
        population=pd.array([9616, None], dtype="Int64"),
    )
    fields = {
        "unit_id": geopackage.Field("Код", "Unit id"),
        "population": geopackage.Field("Население, чел.", "Population, persons"),
    }
    styles = (geopackage.Style("Русский", "<qgis/>"), geopackage.Style("English", "<qgis/>"))
    return {
        "districts": _layer(
            squares,
            "Районы",
            description="Описание",
            licence="ODbL-1.0",
            attribution="© OpenStreetMap contributors",
            fields=fields,
            styles=styles,
        ),
        "roads": _layer(_frame(shapely.LineString([(30, 54), (31, 55)])), "Дороги", styles=styles),
        "places": _layer(_frame(shapely.Point(30, 54)), "Пункты"),
        "facts": _layer(pd.DataFrame({"fact_id": ["f"], "value": [1.5]}), "Факты"),
    }


def _at_once(layers, path):
    geopackage.write(layers, path)


def _in_two_rounds(layers, path):
    first = path.with_name("first.gpkg")
    names = list(layers)
    geopackage.write({name: layers[name] for name in names[:2]}, first)
    geopackage.write({name: layers[name] for name in names[2:]}, path, after=first)


@pytest.fixture(params=[_at_once, _in_two_rounds])
def write(request):
    """All layers into a new file, or some of them after the others."""
    return request.param


@pytest.fixture
def package(layers, tmp_path, write):
    write(layers, tmp_path / "out.gpkg")
    return tmp_path / "out.gpkg"


def _rows(package, query):
    with contextlib.closing(sqlite3.connect(package)) as database:
        return database.execute(query).fetchall()


def test_a_layer_that_is_there_already_is_one_line(layers, tmp_path):
    first, second = tmp_path / "first.gpkg", tmp_path / "second.gpkg"
    geopackage.write({"roads": layers["roads"]}, first)
    with pytest.raises(errors.InputError, match=r"roads: in first\.gpkg already"):
        geopackage.write({"roads": layers["roads"]}, second, after=first)
    assert not second.exists()


def test_validator_of_gdal_accepts_the_file(package, gdal_python):
    command = [gdal_python, "-m", "osgeo_utils.samples.validate_gpkg", str(package)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_layers_have_one_kind_of_geometry_in_degrees(package):
    kinds = {name: pyogrio.read_info(package, layer=name) for name in ("districts", "roads", "places")}
    assert {name: info["geometry_type"] for name, info in kinds.items()} == {
        "districts": "MultiPolygon",
        "roads": "MultiLineString",
        "places": "Point",
    }
    assert {info["crs"] for info in kinds.values()} == {"EPSG:4326"}


def test_spatial_index_finds_what_is_there(package):
    found = _rows(package, "SELECT id FROM rtree_districts_geom WHERE minx <= 30.5 AND maxx >= 30.5")
    assert found == [(1,)]
    assert _rows(package, "SELECT count(*) FROM rtree_roads_geom") == [(1,)]


def test_titles_and_fields_in_words_are_where_the_standard_wants_them(package):
    assert _rows(
        package, "SELECT identifier, description FROM gpkg_contents WHERE table_name = 'districts'"
    ) == [("Районы", "Описание")]
    assert _rows(package, "SELECT column_name, title, description FROM gpkg_data_columns ORDER BY 1") == [
        ("population", "Население, чел.", "Population, persons"),
        ("unit_id", "Код", "Unit id"),
    ]


def test_first_style_is_the_default(package):
    rows = _rows(
        package,
        "SELECT f_table_name, f_geometry_column, styleName, useAsDefault FROM layer_styles",
    )
    assert rows == [
        ("districts", "geom", "Русский", 1),
        ("districts", "geom", "English", 0),
        ("roads", "geom", "Русский", 1),
        ("roads", "geom", "English", 0),
    ]


def test_styles_are_dated_apart_in_the_format_of_the_standard(package):
    """QGIS joins the styles of a file by their second; requirement 15 writes dates like this."""
    dates = [date for (date,) in _rows(package, "SELECT update_time FROM layer_styles ORDER BY id")]
    assert dates == [f"1970-01-01T00:00:0{second}.000Z" for second in (1, 2, 3, 4)]


def test_rings_run_as_the_standard_wants_them(tmp_path):
    turned = shapely.box(30, 54, 31, 55, ccw=False)
    holed = turned.difference(shapely.box(30.2, 54.2, 30.4, 54.4)).reverse()
    geopackage.write({"layer": _layer(_frame(turned, holed))}, tmp_path / "out.gpkg")
    shapes = pyogrio.read_dataframe(tmp_path / "out.gpkg").geometry.map(shapely.geometry.mapping)
    assert [rings.wrong(polygon) for shape in shapes for polygon in rings.of(shape)] == [[], []]


def test_licence_and_attribution_are_in_the_metadata(package):
    texts = dict(
        _rows(
            package,
            "SELECT r.table_name, m.metadata FROM gpkg_metadata m "
            "JOIN gpkg_metadata_reference r ON r.md_file_id = m.id",
        )
    )
    assert "<license>ODbL-1.0</license>" in texts["districts"]
    assert "<rights>© OpenStreetMap contributors</rights>" in texts["districts"]
    assert "<type>nonGeographicDataset</type>" in texts["facts"]


def test_empty_texts_are_missing_values(package):
    assert _rows(package, "SELECT name_ru, population FROM districts") == [("Рудня", 9616), (None, None)]


def test_same_layers_give_the_same_bytes_later(layers, package, write, tmp_path):
    time.sleep(1.1)
    write(layers, tmp_path / "again.gpkg")
    assert (tmp_path / "again.gpkg").read_bytes() == package.read_bytes()


def test_input_is_not_changed(layers, tmp_path):
    before = layers["districts"].frame.copy()
    geopackage.write(layers, tmp_path / "out.gpkg")
    pd.testing.assert_frame_equal(layers["districts"].frame, before)


BOWTIE = shapely.Polygon([(30, 54), (31, 55), (31, 54), (30, 55)])


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (_frame(shapely.Point(1, 1), Name=["x"]), ["layer: field 'Name'; expected lower case, digits and _"]),
        (_frame(None), ["layer: row 0: no geometry"]),
        (_frame(shapely.Point()), ["layer: row 0: no geometry"]),
        (_frame(BOWTIE), ["layer: row 0: Self-intersection[30.5 54.5]; expected a valid geometry"]),
        (
            _frame(shapely.Point(1, 1), shapely.LineString([(1, 1), (2, 2)])),
            ["layer: geometries of MultiLineString, MultiPoint; expected one kind"],
        ),
        (
            gpd.GeoDataFrame({"unit_id": ["a"]}, geometry=[shapely.Point(1, 1)], crs=3857),
            ["layer: CRS WGS 84 / Pseudo-Mercator; expected EPSG:4326"],
        ),
    ],
)
def test_faulty_layers_are_refused_in_lines(frame, expected, tmp_path):
    path = tmp_path / "out.gpkg"
    with pytest.raises(errors.InputError) as caught:
        geopackage.write({"layer": _layer(frame)}, path)
    assert list(caught.value.findings) == expected
    assert not path.exists()


def test_all_findings_come_at_once(tmp_path):
    bad = {"one": _layer(_frame(None)), "two": _layer(_frame(BOWTIE, Id=["a"]), "Второй")}
    with pytest.raises(errors.InputError) as caught:
        geopackage.write(bad, tmp_path / "out.gpkg")
    assert [line.split(":")[0] for line in caught.value.findings] == ["one", "two", "two"]


def test_check_finds_what_a_later_hand_broke(package, tmp_path):
    assert geopackage.check(package) == []
    broken = tmp_path / "broken.gpkg"
    pyogrio.write_dataframe(_frame(BOWTIE), broken, layer="districts", driver="GPKG")
    assert geopackage.check(broken) == [
        "broken.gpkg: districts: row 0: Self-intersection[30.5 54.5]; expected a valid geometry"
    ]
    (tmp_path / "text.gpkg").write_text("no database")
    assert geopackage.check(tmp_path / "text.gpkg") == ["text.gpkg: cannot be read as a GeoPackage"]
