"""What the rules pass the build builds: each kind of fault, in each file where it can happen, is found."""

import csv
import json

import geopandas as gpd
import pytest
import regions

import layers.region
from geo import crs, errors
from layers import rules
from layers.base import boundaries, facts, geometry_checks

TABLES = sorted(path.name for path in regions.TABLES.glob("*.csv"))
# Files by hand and what reads them.
BY_HAND = {
    **{f"tables/{name}": read for name, read in rules.TABLES.items() if name in TABLES},
    "facts/stated.csv": facts.facts,
}


@pytest.fixture
def own(tmp_path):
    """The embedded region as links; a test writes what it changes anew."""
    return regions.links(tmp_path)


def rewrite(path, text, encoding="utf-8"):
    path.unlink()
    path.write_bytes(text.encode(encoding) if isinstance(text, str) else text)


def findings_of(rule, *arguments):
    try:
        rule(*arguments)
    except errors.InputError as error:
        return list(error.findings)
    return []


def found(own):
    return findings_of(rules.check, layers.region.load(own))


def told_by(file, own):
    """Findings of what reads a file by hand."""
    return findings_of(BY_HAND[file], layers.region.load(own))


def change_rows(path, change):
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    header, body = rows[0], rows[1:]
    body = change(header, body) or body
    path.unlink()
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([header, *body])


def set_cell(path, row, column, value):
    def change(header, body):
        body[row][header.index(column)] = value

    change_rows(path, change)


def change_layer(path, change):
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    rewrite(path, json.dumps(content, ensure_ascii=False))


def first_ring(feature):
    geometry = feature["geometry"]
    return geometry["coordinates"][0] if geometry["type"] == "Polygon" else geometry["coordinates"][0][0]


def mapped(coordinates, change):
    if isinstance(coordinates[0], (int, float)):
        return change(coordinates)
    return [mapped(part, change) for part in coordinates]


def test_the_embedded_region_has_no_findings(own):
    assert found(own) == []


def test_what_is_read_plainly_is_no_fault(own):
    change_rows(
        own / "snapshot/crossing_places.csv",
        lambda header, body: [row.__setitem__(header.index("shift_m"), "3.0") for row in body] and None,
    )
    change_layer(own / "snapshot/water.geojson", lambda content: content.update(features=[]))
    by_hand = [own / "region.toml", *own.glob("tables/*.csv"), *own.glob("facts/*.csv")]
    for path in [*own.glob("snapshot/*.geojson"), *by_hand]:
        rewrite(path, "\ufeff" + path.read_text(encoding="utf-8"))
    assert found(own) == []


# Tables by hand: every column, a header and a cell

TEXTS = ("name", "title", "text", "about", "rule", "unit", "reason", "statement", "goalpost_basis")
# Columns in which any text is a text; a name or a key that nothing refers to is one too.
FREE = {
    "*": {
        *(f"{name}_{language}" for name in TEXTS for language in ("ru", "en", "be")),
        *("basis", "reason", "locator", "origin", "publisher", "title", "licence", "vintage", "name_ru"),
    },
    "units.csv": {"source_key", "economy_key"},
    "sources.csv": {"economy_title"},
    "terms.csv": {"term"},
    "indicators.csv": {"unit"},
    "notes.csv": {"note_id"},
    "places.csv": {"place_id"},
    "links.csv": {"link_id"},
    "zones.csv": {"zone_id"},
    "programme.csv": {"programme_id"},
    "framework.csv": {"unit"},
    "candidate_criteria.csv": {"unit"},
    "candidate_kinds.csv": {"proposed", "anchor"},  # held against the layers
    "scenarios.csv": {"crossing_id", "edge_class"},  # held against the layers
    "zone_rings.csv": {"zone_id", "settlement_id"},  # held against the layers
    "crossings.csv": {"crossing_id", "road_a", "road_b", "station_a", "station_b", "transfer_station"},
    "series.csv": {"raw_indicator", "raw_unit"},
    "rivers.csv": {"source_name"},
    "neighbours.csv": {"source_key", "region_id"},
    "raw_files.csv": {"path"},
    "raw_columns.csv": {"raw_column", "constant"},
    "raw_values.csv": {"raw_value", "value"},
    "name_forms.csv": {"form"},
    "transliteration.csv": {"written", "after"},
}


def test_every_table_has_a_rule():
    assert set(TABLES) <= set(rules.TABLES)
    assert set(rules.TABLES) - set(TABLES) <= rules.OPTIONAL


@pytest.mark.parametrize("file", BY_HAND)
def test_a_damaged_header_is_found_in_each_column(own, file):
    path = own / file
    header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    damaged = ",".join(f"{column}x" for column in header)
    rewrite(path, path.read_text(encoding="utf-8").replace(",".join(header), damaged, 1))
    missing = {line for line in told_by(file, own) if "is missing" in line}
    assert {f"{path.name}: column '{column}' is missing" for column in header} <= missing


@pytest.mark.parametrize("file", BY_HAND)
def test_a_word_that_no_list_knows_is_found_in_each_column(own, file):
    """Numbers, ids, periods and terms; texts are free."""
    path = own / file
    columns = path.read_text(encoding="utf-8").splitlines()[0].split(",")

    def change(header, body):
        for place, column in enumerate(header):
            body[-1 - place % len(body)][place] = f"ъ{column}"

    change_rows(path, change)
    told = "\n".join(told_by(file, own))
    silent = {column for column in columns if f": {column} = 'ъ{column}'" not in told}
    assert silent <= FREE["*"] | FREE.get(path.name, set())


# Layers: each kind of fault


def swapped(feature):
    geometry = feature["geometry"]
    geometry["coordinates"] = mapped(geometry["coordinates"], lambda place: place[1::-1])


def district(content, number=5):
    return content["features"][number]


def all_swapped(content):
    for feature in content["features"]:
        swapped(feature)


def in_metres(content):
    for feature in content["features"]:
        feature["geometry"]["coordinates"] = mapped(
            feature["geometry"]["coordinates"], lambda place: [place[0] * 111_320, place[1] * 111_320]
        )


def with_crs(content):
    content["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}


def moved(content):
    geometry = district(content)["geometry"]
    geometry["coordinates"] = mapped(geometry["coordinates"], lambda place: [place[0] + 0.8, place[1]])


def vertex_moved(content):
    first_ring(district(content))[3][0] += 0.8


def vertex(value):
    def change(content):
        first_ring(district(content))[3][0] = value

    return change


def bow_tie(content):
    ring = first_ring(district(content))
    ring[3], ring[10] = ring[10], ring[3]


def as_point(content):
    district(content)["geometry"] = {"type": "Point", "coordinates": [30.5, 52.5]}


def named(value):
    def change(content):
        district(content)["properties"]["unit_id"] = value

    return change


def nested(content):
    district(content)["geometry"]["coordinates"] = "DEEP"


DISTRICTS = [
    (all_swapped, "districts lie elsewhere, one at 5"),
    (lambda content: swapped(district(content)), "BY-HO-gomelsky: lies at 5"),
    (in_metres, "expected degrees, longitude from -180 to 180"),
    (with_crs, "crs = 'urn:ogc:def:crs:EPSG::3857'; expected degrees of longitude and latitude"),
    (moved, " overlap by "),
    (vertex_moved, "BY-HO-gomelsky': Self-intersection["),
    (vertex(float("nan")), "coordinates [NaN, "),
    (vertex(float("inf")), "coordinates [Infinity, "),
    (vertex("30.5"), 'coordinates ["30.5", '),
    (vertex(None), "coordinates [null, "),
    (bow_tie, "BY-HO-gomelsky': Self-intersection["),
    (as_point, "BY-HO-gomelsky': geometry is a Point; expected Polygon or MultiPolygon"),
    (named(None), "unit_id = nan; expected a value"),
    (named(""), "unit_id = ''; expected a value"),
    (named("BY-HO-braginsky"), "unit_id = 'BY-HO-braginsky'; expected a value that stands only once"),
    (named("BY-HO-nowhere"), "districts.geojson: BY-HO-nowhere: not both here and in units.csv"),
    (named(["BY-HO-braginsky"]), "unit_id is nested; expected a text, a number or nothing"),
    (nested, "not readable as a GeoJSON FeatureCollection: nested too deeply"),
    (lambda content: content["features"].pop(5), "BY-HO-gomelsky: not both here and in units.csv"),
    (lambda content: content["features"].clear(), "districts.geojson: no rows; expected at least one"),
    (lambda content: district(content).update(geometry=None), "BY-HO-gomelsky': no geometry; expected one"),
    (lambda content: district(content).update(properties=None), "row 7: no properties; expected a feature"),
]


@pytest.mark.parametrize(("change", "line"), DISTRICTS, ids=lambda value: getattr(value, "__name__", ""))
def test_each_fault_of_districts_is_told(own, change, line):
    path = own / "snapshot" / "districts.geojson"
    change_layer(path, change)
    deep = "[" * 2_000 + "]" * 2_000
    rewrite(path, path.read_text(encoding="utf-8").replace('"DEEP"', deep))
    region = layers.region.load(own)
    told = findings_of(
        lambda: geometry_checks.require_zone(region, boundaries.districts(region), file=path.name)
    )
    assert any(line in one for one in told), told[:3]
    assert len(told) <= 21


def test_a_gap_between_districts_and_an_oblast_of_another_size_are_told(region):
    zone = boundaries.districts(region)
    middle = zone["unit_id"] == "RU-SMO-yartsevsky"
    hole = zone.loc[middle, "geometry"].iloc[0]
    centre = hole.representative_point()
    place = centre.buffer(0.1)
    area = float(crs.geodesic_area_km2(gpd.GeoSeries([place], crs="EPSG:4326")).iloc[0])
    pierced = zone.assign(geometry=zone.geometry.difference(place))
    told = findings_of(lambda: geometry_checks.require_zone(region, pierced, file="d"))
    assert len(told) == 1
    assert told[0].startswith("d: no district covers")
    hole = {"oblast": "RU-SMO", "lon": centre.x, "lat": centre.y, "reason": "ground of others"}
    for area_km2, count in ((area, 0), (area * 1.1, 1)):
        stated = layers.region.Hole(**hole, area_km2=area_km2)
        limits = region.boundaries.model_copy(update={"holes": (stated,)})
        own = region.model_copy(update={"boundaries": limits})
        found = findings_of(lambda own=own: geometry_checks.require_zone(own, pierced, file="d"))
        assert len(found) == count
    grown = zone.assign(area_km2=zone["area_km2"] * 1.01)
    told = findings_of(lambda: geometry_checks.require_zone(region, grown, file="d"))
    assert len(told) == 6
    assert told[1].endswith("expected 34,857 within 0.3 %")


def test_all_faults_of_a_region_come_at_once(own):
    """Faults that do not hide each other, each in a file of its own."""
    snapshot, tables = own / "snapshot", own / "tables"

    def road_at_zero(content):
        content["features"][7]["geometry"]["coordinates"][0] = [0, 0]

    def road_astray(content):
        content["features"][9]["geometry"]["coordinates"][0][0] += 0.5

    def lake_abroad(content):
        swapped(content["features"][0])

    change_layer(snapshot / "roads.geojson", lambda content: (road_at_zero(content), road_astray(content)))
    change_layer(snapshot / "railways.geojson", lambda c: c["features"][3]["geometry"].update(type="Polygon"))
    change_layer(snapshot / "water.geojson", lake_abroad)
    change_layer(snapshot / "context.geojson", lambda c: c["features"][0]["properties"].update(kind="sea"))
    set_cell(snapshot / "settlements.csv", 0, "lon", "10.0")
    set_cell(snapshot / "settlements.csv", 0, "lat", "0.0")
    set_cell(snapshot / "crossing_places.csv", 0, "lon", "31.5")
    set_cell(snapshot / "facts.csv", 0, "period", "2999")
    set_cell(snapshot / "facts.csv", 1, "indicator", "population_persons")
    set_cell(snapshot / "facts.csv", 1, "value", "1000000000000")
    set_cell(snapshot / "population_checks.csv", 2, "gpw_2020_persons", "many")
    set_cell(tables / "places.csv", 0, "lon", "53.1")
    set_cell(tables / "scenarios.csv", 2, "crossing_id", "R99")
    set_cell(tables / "zone_rings.csv", 0, "settlement_id", "RU-PSK-pskov-city/nowhere")
    set_cell(tables / "candidate_kinds.csv", 2, "anchor", "BY-MA-goretsky/nowhere")
    set_cell(tables / "road_speeds.csv", 0, "speed_kmh", "0")
    set_cell(own / "facts" / "stated.csv", 0, "period", "soon")
    told = "\n".join(found(own))
    for line in (
        "roads.geojson: road-00008: lies at 0.0000, 0.0000; expected a place within 100 km of the zone",
        "roads.geojson: road-00010: length_km = ",
        "railways.geojson: row 5: link_id = ",
        "water.geojson: water-0001: lies at ",
        "context.geojson: row 2: kind = 'sea'; expected river or region",
        "settlements.csv: BY-HO-braginsky/alekseyevka: lies at 10.0000, 0.0000, ",
        "crossing_places.csv: O1: lies at 31.5000, 56.0813, ",
        "facts.csv: row 2: period = '2999'; expected ",
        "stated.csv: row 2: period = 'soon'; expected ",
        "facts.csv: row 3: value = '1000000000000'; expected at most ",
        "population_checks.csv: row 4: gpw_2020_persons = 'many'; expected a number",
        "places.csv: BY-HO-dobrushsky/dobrush: lies at 53.1000, ",
        "scenarios.csv: row 4: crossing_id = 'R99'; expected a road crossing",
        "zone_rings.csv: RU-PSK-pskov-city/nowhere: no such zone or settlement",
        "candidate_kinds.csv: programme-3: anchor = 'BY-MA-goretsky/nowhere'; expected the id of a",
        "road_speeds.csv: row 2: speed_kmh = '0'; expected a number from 1 to 350",
    ):
        assert line in told


@pytest.mark.parametrize(
    ("name", "column", "value", "line"),
    [
        ("units.csv", "unit_id", "BY-HO", "unit_id = 'BY-HO'; expected a value that stands only once"),
        ("units.csv", "parent_id", "RU-XXX", "parent_id = 'RU-XXX'; expected the unit above"),
        ("units.csv", "name_ru", "", "name_ru = ''; expected a value"),
        ("units.csv", "country", "RU", "country = 'RU'; expected the country of BY-"),
        ("crossing_states.csv", "delay_road_min", "1e9", "expected a whole number from 0 to 1440"),
        ("crossing_states.csv", "delay_road_min", "5.5", "expected a whole number from 0 to 1440"),
        ("profiles.csv", "limits", "5 x", "expected finite numbers, separated by blanks"),
        ("profiles.csv", "limits", "9 5", "ascending"),
        ("profiles.csv", "limits", "", "expected finite numbers, separated by blanks"),
        ("scenarios.csv", "state", "ajar", "state = 'ajar'; expected a state of a crossing"),
        ("exchange_rates.csv", "year", "2999", "year = '2999'; expected a year"),
    ],
)
def test_each_fault_of_a_table_is_told(own, name, column, value, line):
    set_cell(own / "tables" / name, -1, column, value)
    assert line in "\n".join(told_by(f"tables/{name}", own))


@pytest.mark.parametrize("name", ["places.csv", "road_speeds.csv", "terms.csv", "scenarios.csv", "links.csv"])
def test_a_header_without_rows_is_told(own, name):
    change_rows(own / "tables" / name, lambda _header, body: body.clear())
    assert told_by(f"tables/{name}", own) == [f"{name}: no rows; expected at least one"]


def test_a_class_or_a_mode_that_is_missing_is_told(own):
    change_rows(own / "tables" / "road_speeds.csv", lambda _, body: [r for r in body if r[0] != "access"])
    assert told_by("tables/road_speeds.csv", own) == ["road_speeds.csv: no row for access; expected one"]
