"""The files of a built atlas: keys and what refers to them, rings, rasters, and tables for spreadsheets."""

import contextlib
import csv
import re
import sqlite3

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import rasterio
import rasterio.features
import rings
import shapely

KEYS = {
    "border": ("border_id",),
    "candidate_criteria": ("family", "indicator"),
    "candidate_doubt": ("programme_id",),
    "candidate_facts": ("programme_id", "site_id", "fact", "subject_id"),
    "candidate_left_out": ("programme_id", "indicator"),
    "candidate_sites": ("site_id",),
    "candidate_terms": ("site_id", "indicator"),
    "catchments": ("catchment_id",),
    "centre_times": ("from_id", "to_id"),
    "claims": ("claim_id",),
    "corridor_alternatives": ("corridor_id",),
    "corridor_bands": ("band_id",),
    "corridors": ("corridor_id",),
    "crossing_states": ("state",),
    "crossings": ("crossing_id",),
    "crosswalk": ("from_id", "to_id", "date"),
    "district_pairs": ("pair_id",),
    "districts": ("unit_id",),
    "facts": ("fact_id",),
    "framework": ("level", "indicator"),
    "gravity": ("indicator", "period", "source_id"),
    "indicators": ("indicator",),
    "intensity_doubt": ("level", "family"),
    "intensity_left_out": ("level", "family", "indicator"),
    "intensity_methods": ("level", "unit_id", "family", "normalisation", "aggregation"),
    "intensity_moran": ("measure", "border"),
    "intensity_terms": ("level", "unit_id", "family", "indicator"),
    "intensity_variants": ("level", "family", "normalisation", "aggregation"),
    "links": ("link_id",),
    "notes": ("note_id",),
    "oblast_pairs": ("border_id",),
    "oblasts": ("unit_id",),
    "optimum": ("goal", "p"),
    "optimum_proposals": ("programme_id", "goal"),
    "optimum_sites": ("site_id",),
    "population_agreement": ("unit_id",),
    "profiles": ("profile", "criterion"),
    "programme": ("programme_id",),
    "railways": ("link_id",),
    "road_speeds": ("edge_class",),
    "roads": ("road_id",),
    "scenario_corridors": ("scenario_id", "corridor_id"),
    "scenario_units": ("scenario_id", "unit_id"),
    "scenarios": ("scenario_id",),
    "service_areas": ("area_id",),
    "settlements": ("settlement_id",),
    "siting_doubt": ("profile",),
    "siting_exclusions": ("profile", "mask"),
    "siting_left_out": ("profile", "criterion"),
    "sources": ("source_id",),
    "suitable_area_terms": ("area_id", "criterion"),
    "suitable_areas": ("area_id",),
    "terms": ("vocabulary", "term"),
    "zone_hits": ("profile",),
    "zone_scores": ("zone_id", "profile"),
    "zones": ("zone_id",),
    "zones_left_out": ("zone_id",),
}
# A field that names a feature of another layer, whatever layer it stands in.
OWNERS = {
    "border_id": "border",
    "corridor_id": "corridors",
    "crossing_id": "crossings",
    "oblast_id": "oblasts",
    "pair_id": "district_pairs",
    "programme_id": "programme",
    "scenario_id": "scenarios",
    "settlement_id": "settlements",
    "source_id": "sources",
    "straight_crossing_id": "crossings",
    "zone_id": "zones",
}


@pytest.fixture(scope="module")
def database(tiny_whole_atlas):
    with contextlib.closing(sqlite3.connect(tiny_whole_atlas / "borderzone.gpkg")) as opened:
        yield opened


def _layers(database):
    names = database.execute("SELECT table_name FROM gpkg_contents WHERE table_name <> 'layer_styles'")
    return [name for (name,) in names]


def _columns(database, layer):
    return [column for _, column, *_ in database.execute(f'PRAGMA table_info("{layer}")')]


def _rows(database, layer, columns):
    listed = ", ".join(f'"{column}"' for column in columns)
    return database.execute(f'SELECT {listed} FROM "{layer}"').fetchall()


def test_every_layer_has_a_key_and_its_rows_are_one_each(database):
    assert set(_layers(database)) == set(KEYS)
    twice = {}
    for layer, key in KEYS.items():
        rows = _rows(database, layer, key)
        if len(set(rows)) < len(rows) or any(row[0] is None for row in rows):
            twice[layer] = key
    assert twice == {}


def test_what_refers_to_another_layer_is_found_there(database):
    """Of the proposals there is a row for all of them together."""
    lost = {}
    for field, owner in OWNERS.items():
        known = {row[0] for row in _rows(database, owner, KEYS[owner])}
        for layer in _layers(database):
            if field in _columns(database, layer):
                said = {value for (value,) in _rows(database, layer, [field])} - {None, "all"}
                lost |= {(layer, field): sorted(said - known)} if said - known else {}
    assert lost == {}


def test_routes_and_bands_are_named_after_their_corridor(database):
    """A corridor is the pair of its ends; a route and a band add what distinguishes them."""
    for layer in ("corridors", "corridor_alternatives"):
        for corridor, route, choice, *ends in _rows(
            database, layer, ["corridor_id", "route_id", "choice", "from_id", "to_id"]
        ):
            assert corridor == "~".join(ends)
            assert route == f"{corridor}~{choice}"
    (choices,) = zip(*_rows(database, "corridors", ["choice"]), strict=True)
    assert set(choices) == {"best"}
    for band, corridor in _rows(database, "corridor_bands", ["band_id", "corridor_id"]):
        assert re.fullmatch(rf"{corridor}~(kept|ignored)~\d+", band)


def test_rings_of_every_polygon_run_as_the_standard_wants_them(tiny_whole_atlas):
    counted = {}
    for layer, kind in pyogrio.list_layers(tiny_whole_atlas / "borderzone.gpkg"):
        if kind == "MultiPolygon":
            frame = pyogrio.read_dataframe(tiny_whole_atlas / "borderzone.gpkg", layer=layer, columns=[])
            shapes = [shapely.geometry.mapping(geometry) for geometry in frame.geometry]
            counted[layer] = [rings.wrong(polygon) for shape in shapes for polygon in rings.of(shape)]
    assert set(counted) == {
        *("oblasts", "districts", "catchments", "service_areas", "corridor_bands", "suitable_areas")
    }
    assert not {layer: found for layer, found in counted.items() if any(found)}


@pytest.fixture(scope="module")
def zone(tiny_whole_atlas):
    return gpd.read_file(tiny_whole_atlas / "borderzone.gpkg", layer="oblasts", engine="pyogrio").geometry


def test_rasters_name_their_crs(tiny_whole_atlas):
    for path in sorted((tiny_whole_atlas / "rasters").glob("*.tif")):
        with rasterio.open(path) as source:
            wkt = source.crs.to_wkt(version="WKT2_2019")
        assert wkt.startswith('PROJCRS["WGS 84 / LAEA synthetic"'), path.name
        assert 'BASEGEOGCRS["WGS 84"' in wkt
        assert "unknown" not in wkt


def test_rasters_have_no_value_outside_the_zone(tiny_whole_atlas, zone):
    """Cells that the zone does not touch; of those within it, everywhere is a population, be it 0."""
    paths = sorted((tiny_whole_atlas / "rasters").glob("*.tif"))
    with rasterio.open(paths[0]) as source:
        ground, like = zone.to_crs(source.crs).union_all(), (source.shape, source.transform, source.res[0])
    shape, transform, cell_m = like

    def cells(geometry):
        burnt = rasterio.features.rasterize([geometry], shape, transform=transform, all_touched=True)
        return burnt.astype(bool)

    around = shapely.box(*ground.bounds).buffer(2 * cell_m) - ground
    outside, inside = ~cells(ground.buffer(10)), ~cells(around)
    assert outside.sum() > 100 < inside.sum()
    for path in paths:
        with rasterio.open(path) as source:
            there = source.read_masks(1) > 0
        assert not there[outside].any(), path.name
        if path.stem in {"population", "criterion_inside_share", "criterion_water_share"}:
            assert there[inside].all(), path.name


def test_population_counts_everyone(tiny_whole_atlas, database):
    with rasterio.open(tiny_whole_atlas / "rasters" / "population.tif") as source:
        persons = source.read(1, masked=True)
    known = [int(count) for (count,) in _rows(database, "districts", ["population_persons"])]
    assert persons.sum() == sum(known)
    assert persons.min() == 0


def test_no_cell_of_a_table_is_run_by_a_spreadsheet(tiny_whole_atlas):
    run = {}
    for path in sorted((tiny_whole_atlas / "tables").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for row in csv.DictReader(stream):
                for field, cell in row.items():
                    if cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not np.isfinite(_number(cell)):
                        run.setdefault(f"{path.stem}.{field}", cell)
    assert run == {}


def _number(cell):
    try:
        return float(cell)
    except ValueError:
        return np.nan
