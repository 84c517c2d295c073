"""The GeoPackage of the built atlas as QGIS opens it: styled by itself, with names in words, all drawn."""

import json
import subprocess

import pytest

from layers.dictionary import units
from layers.io import store
from maps import texts
from maps.qgis import qml, styles

SPATIAL = {
    "oblasts": "singleSymbol",
    "districts": "graduatedSymbol",
    "border": "singleSymbol",
    "district_pairs": "categorizedSymbol",
    "crossings": "categorizedSymbol",
    "roads": "categorizedSymbol",
    "railways": "categorizedSymbol",
    "settlements": "categorizedSymbol",
    "links": "categorizedSymbol",
    "zones": "categorizedSymbol",
    "programme": "categorizedSymbol",
    "oblast_pairs": "singleSymbol",
    "corridors": "singleSymbol",
    "corridor_alternatives": "singleSymbol",
    "corridor_bands": "categorizedSymbol",
    "catchments": "categorizedSymbol",
    "service_areas": "categorizedSymbol",
    "scenario_units": "categorizedSymbol",
    "scenario_corridors": "categorizedSymbol",
    "suitable_areas": "categorizedSymbol",
    "candidate_sites": "categorizedSymbol",
    "optimum_sites": "categorizedSymbol",
}
TABLES = {
    "facts",
    "terms",
    "notes",
    "road_speeds",
    "centre_times",
    "crossing_states",
    "crosswalk",
    "claims",
    "gravity",
    "indicators",
    "sources",
    "scenarios",
    "population_agreement",
    "framework",
    "intensity_terms",
    "intensity_left_out",
    "intensity_doubt",
    "intensity_variants",
    "intensity_methods",
    "intensity_moran",
    "suitable_area_terms",
    "siting_left_out",
    "siting_doubt",
    "siting_exclusions",
    "profiles",
    "zone_scores",
    "zone_hits",
    "zones_left_out",
    "optimum",
    "optimum_proposals",
    "candidate_terms",
    "candidate_criteria",
    "candidate_left_out",
    "candidate_doubt",
    "candidate_facts",
}


@pytest.fixture(scope="module")
def region(tiny_whole):
    return tiny_whole


@pytest.fixture(scope="module")
def report(tiny_whole_atlas, qgis_python, tmp_path_factory, request):
    folder = tmp_path_factory.mktemp("qgis")
    command = [qgis_python, str(request.path.with_name("qgis_report.py"))]
    result = subprocess.run(
        [*command, str(tiny_whole_atlas / "borderzone.gpkg"), str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return json.loads((folder / "report.json").read_text(encoding="utf-8")), folder


def test_every_layer_opens(report):
    layers, _ = report
    assert set(layers) == set(SPATIAL) | TABLES
    assert all(layer["valid"] and layer["features"] for layer in layers.values())
    assert layers["districts"]["features"] == 14
    assert layers["oblasts"]["features"] == 4


def test_styles_apply_by_themselves(report):
    layers, _ = report
    assert {name: layers[name]["renderer"] for name in SPATIAL} == SPATIAL
    assert all(layer["styles"] == ["Русский", "English"] for layer in layers.values())


def test_load_style_lists_each_style_once(report):
    layers, _ = report
    for layer in layers.values():
        assert len(layer["styles_listed"]) == len(set(layer["styles_listed"])) == 2 * len(layers)


def test_crossings_are_drawn_by_mode_and_state(report):
    """Words of the atlas for the mode, of the region for the state."""
    layers, _ = report
    assert layers["crossings"]["legend"] == [
        "автомобильный переход, open",
        "автомобильный переход, unknown",
        "автомобильный переход, restricted",
        "автомобильный переход, closed",
        "железнодорожный переход, open",
    ]


def test_every_feature_has_a_symbol(report, tiny_whole_atlas):
    """Of scenarios one at a time is drawn."""
    layers, _ = report
    expected = dict.fromkeys(SPATIAL, 0)
    for name in ("scenario_units", "scenario_corridors"):
        scenario = store.read_layer(tiny_whole_atlas / "borderzone.gpkg", name)["scenario_id"]
        expected[name] = int((scenario != scenario.iloc[0]).sum())
        assert 0 < expected[name] < len(scenario)
    assert {name: layers[name]["undrawn"] for name in SPATIAL} == expected


def test_every_class_of_the_legend_has_words(report):
    layers, _ = report
    for name, kind in SPATIAL.items():
        if kind != "singleSymbol":
            assert all(layers[name]["legend"]), name


def test_every_field_has_a_name_in_russian(report):
    layers, _ = report
    bare = {
        f"{name}.{field}"
        for name, layer in layers.items()
        for field, alias in layer["aliases"].items()
        if field != "fid" and alias in {"", field}
    }
    assert not bare
    assert layers["districts"]["aliases"]["area_km2"] == "Площадь, км²"
    assert layers["districts"]["aliases"]["density_per_km2"] == "density, per km²"


# What a field means where another layer means something else by the same name.
MEANINGS = {
    ("service_areas", "area_id"): "Код зоны обслуживания",
    ("suitable_areas", "area_id"): "Код площади",
    ("suitable_area_terms", "area_id"): "Код площади",
    ("siting_left_out", "area_id"): "Площадь с наибольшим сдвигом места",
    ("links", "link_id"): "Код связи",
    ("railways", "link_id"): "Код перегона",
    ("crossings", "crossing_id"): "Код перехода",
    ("settlements", "crossing_id"): "Ближайший пункт по времени",
    ("districts", "crossing_id"): "Ближайший пункт по времени",
    ("suitable_areas", "crossing_id"): "Пункт, ближайший к лучшей клетке",
    ("districts", "unit_id"): "Код территории",
    ("settlements", "unit_id"): "Район, в котором расположен",
    ("service_areas", "unit_id"): "Территория, к центру которой ближе",
    ("facts", "source_id"): "Источник",
    ("sources", "source_id"): "Код источника",
    ("corridor_bands", "border"): "Граница: как есть (kept) или не учтена (ignored)",
    ("service_areas", "border"): "Через границу (crossed) или только внутри страны (kept)",
    ("settlements", "population"): "Население, чел.",
    ("catchments", "population"): "Жителей в зоне",
    ("corridor_bands", "population"): "Жителей в полосе",
    ("districts", "kind"): "Вид территории",
    ("candidate_sites", "kind"): "Вид места",
    ("profiles", "kind"): "Как оценивается: benefit, cost или band",
    ("road_speeds", "basis"): "На чём основано",
    ("profiles", "basis"): "Обоснование, по-английски",
    ("candidate_criteria", "family"): "Код элемента программы",
    ("framework", "family"): "Семейство",
}


def test_a_field_is_named_by_what_it_means_in_its_layer(report):
    layers, _ = report
    assert {key: layers[key[0]]["aliases"][key[1]] for key in MEANINGS} == MEANINGS


def test_no_text_names_a_field_that_no_layer_has(region, report):
    layers, _ = report
    said = texts.section(region, "geopackage.layer")
    own = {tuple(key.split(".field.")) for key in said if ".field." in key}
    strange = {
        f"{name}.{field}" for name, field in own if name in layers and field not in layers[name]["aliases"]
    }
    known = {field for layer in layers.values() for field in layer["aliases"]}
    assert strange | (set(texts.section(region, "geopackage.field")) - known) == set()


def test_licence_and_attribution_are_shown(report):
    layers, _ = report
    for name in ("oblasts", "districts", "border", "district_pairs", "roads", "railways", "crossings"):
        assert layers[name]["licences"] == ["CC0-1.0"], name
        assert set(layers[name]["rights"][0].split("\n")) == {"Invented"}, name
    assert all(layer["licences"] and layer["rights"] for layer in layers.values())


def test_pictures_are_not_blank(report):
    _, folder = report
    for name in SPATIAL:
        picture = folder / f"{name}.png"
        assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
        assert picture.stat().st_size > 6_000, name


def test_units_of_wide_fields_are_named(report):
    """A field about an indicator says which, and in what it is measured."""
    layers, _ = report
    for name in ("districts", "oblasts"):
        for field, alias in layers[name]["aliases"].items():
            if field.endswith("_period"):
                assert alias.endswith(": период"), field


def test_colours_are_as_qgis_writes_them():
    text = qml.write(qml.Style(renderer=qml.Renderer((qml.Class("", qml.fill("#0a141eff")),))))
    assert 'name="color" value="10,20,30,255"' in text


def test_english_names_where_english_is_asked_for(region):
    assert styles.alias(region, "districts", "area_km2", "en") == "Area, km²"
    assert styles.alias(region, "railways", "link_id", "en") == "Stretch id"
    assert styles.alias(region, "links", "link_id", "en") == "Link id"


def test_sides_are_named_by_their_country_and_languages_by_themselves(region):
    first, second = (units.load(region).loc[country] for country in region.countries)
    assert styles.alias(region, "crossings", "station_a", "ru") == f"Станция ({first['name_ru']})"
    expected = f"To the nearest centre ({second['name_en']}), min"
    assert styles.alias(region, "crossings", "centre_b_min", "en") == expected
    assert styles.alias(region, "districts", "name_ru", "ru") == "Название"
    assert styles.alias(region, "districts", "name_be", "en") == "Name (Беларуская)"
