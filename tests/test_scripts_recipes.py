"""The recipes of CONTRIBUTING on a fresh copy of the packages, with nothing beside it."""

import csv
import json
import os
import pathlib
import shutil
import subprocess
import sys

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import regions

import layers.region
from geo import errors
from geo.raster import grid
from layers import named, rules
from layers.analysis import network, whatif
from layers.intensity import framework
from layers.io import rasters, store
from layers.snapshot import steering
from maps.parts import classes
from scripts import new
from scripts.bench import synthetic
from scripts.build import steps

ROOT = pathlib.Path(__file__).parents[1]

# The build of some steps of a region, told by its folder and their names; all of them take minutes.
BUILD = """
import pathlib
import sys

import rich.console

from scripts.build import graph, notes, progress, run, steps

folder, *names = sys.argv[1:]
wanted = [step for step in steps.STEPS if step.name in names]
plan = graph.Graph(wanted, graph.Folders(region=pathlib.Path(folder), atlas=pathlib.Path.cwd() / "atlas"))
print(*notes.of_region(pathlib.Path(folder)), sep="\\n", end="")
with progress.Progress(len(wanted), rich.console.Console(stderr=True)) as report:
    run.build(plan, report)
"""
BASE = "boundaries transport settlements background dictionaries attributes"


def add(path, *, like, **cells):
    """Append a row to a table: that of a known key with other cells."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    (first, known), *_ = like.items()
    row = next(row for row in rows if row[first] == known) | cells
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, row.keys(), lineterminator="\n").writerow(row)


def clone(copy):
    """Copy the packages and nothing beside them."""
    for package in ("geo", "layers", "maps", "scripts"):
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))


def run(copy, code, *arguments):
    """Run code on a copy of the packages and tell what it printed."""
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", code, *arguments]
    result = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout


def change(path, old, new):
    """Replace a text that stands in a file once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, (path.name, old)
    path.write_text(text.replace(old, new), encoding="utf-8")


def record_of(page):
    text = page.read_text(encoding="utf-8")
    return json.loads(text.partition('id="record">')[2].partition("</script>")[0])


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A copy with a figure, one of a new indicator and source, and a scheme of a theme, which was built."""
    copy = tmp_path_factory.mktemp("clone")
    clone(copy)
    own = copy / "layers" / "regions" / "russia_belarus"
    tables = own / "tables"
    source = {"source_id": "added-source", "title": "Added yearbook", "economy_title": ""}
    add(tables / "sources.csv", like={"source_id": "article"}, **source)
    add(
        tables / "indicators.csv",
        like={"indicator": "wage_rub"},
        indicator="bus_routes_count",
        unit="count",
        levels="district",
        title_en="Bus routes",
        wide="district",
        choropleth="district",
    )
    new = {"source_id": "added-source", "notes": "", "locator": "p. 7", "origin": "by hand"}
    plain = {"qualifier": "", "confidence": "high", "perimeter": "whole", "period": "2026"}
    facts = own / "facts" / "stated.csv"
    wage = {"unit_id": "RU-SMO", "indicator": "wage_rub", "value": "98765.5", "unit": "rub"}
    routes = {"indicator": "bus_routes_count", "value": "17", "unit": "count"}
    add(facts, like={"unit_id": "RU-SMO"}, **wage, **plain, **new)
    add(facts, like={"unit_id": "RU-SMO"}, unit_id="RU-SMO-rudnyansky", **routes, **plain, **new)
    with (own / "region.toml").open("a", encoding="utf-8") as file:
        file.write('\n[schemes]\nwork = "quantiles"\n')
    told = run(copy, BUILD, str(own), *BASE.split(), "cooperation", "overview")
    assert told == ""  # no need of a new snapshot
    return copy


@pytest.fixture(scope="module")
def record(built):
    return record_of(built / "atlas" / "maps" / "overview.html")


@pytest.mark.parametrize(
    ("unit_id", "indicator", "value", "map_id"),
    [
        ("RU-SMO", "wage_rub", 98765.5, "oblast-wage"),
        ("RU-SMO-rudnyansky", "bus_routes_count", 17, "district-bus_routes"),
    ],
)
def test_an_added_figure_is_among_the_facts_and_the_value_of_the_map(
    built, record, unit_id, indicator, value, map_id
):
    stages = built / "atlas-stages"
    own = {"unit_id": unit_id, "indicator": indicator, "value": value, "source_id": "added-source"}
    for layer in ("facts", "mapped"):
        frame = gpd.read_file(stages / f"{layer}.gpkg")
        assert (frame[list(own)] == list(own.values())).all(axis=1).sum() == 1, layer
    level = "oblast" if unit_id == "RU-SMO" else "district"
    wide = gpd.read_file(stages / f"{level}_wide.gpkg").set_index("unit_id")
    assert wide.loc[unit_id, indicator] == value
    shown = next(one for one in record["indicators"] if one["id"] == map_id)["figures"][unit_id][0]
    assert (shown[0], shown[2], record["sources"][shown[3]]["id"]) == (value, ["2026"], "added-source")


def test_the_other_facts_are_all_there(built):
    assert len(gpd.read_file(built / "atlas-stages" / "facts.gpkg")) == 5330 + 2


def test_a_theme_has_the_scheme_that_the_region_names(record):
    """Of each scale: the wages of one country, which are in classes of equally many."""
    mapped = next(one for one in record["indicators"] if one["id"] == "district-wage")
    values = pd.Series([shown[0][0] for shown in mapped["figures"].values()])
    (scale,) = mapped["scales"]
    assert scale["breaks"] == list(classes.breaks(values, scheme="quantiles"))
    assert scale["breaks"] != list(classes.breaks(values))


def test_a_scheme_of_no_theme_is_told(tmp_path):
    wrong = regions.changed(
        tmp_path, "region.toml", "[candidates]", '[schemes]\nwrk = "natural"\n\n[candidates]'
    )
    with pytest.raises(errors.InputError) as caught:
        named.check(wrong)
    (line,) = caught.value.findings
    assert line == "region.toml: schemes = 'wrk'; expected a term of the vocabulary theme of terms.csv"


# A criterion, a map and a language

CRITERION = """
def _town_km(of: Inputs) -> Floats:
    towns = network.metric(of.region, of.layers["settlements"]).geometry
    return _drawn(of, of.of_points(lambda points: _straight_km(points, towns)))


_MEASURES: dict"""
PAGE = """
from __future__ import annotations

import dataclasses

from layers.region import Region
from maps.parts import analyses, classes, frames, palettes
from maps.web import page


def build(region: Region, tables: frames.Frames, *, pages: tuple[str, ...] = ("areas",)) -> str:
    known = frames.checked(region, tables, analyses.BASE)
    values = known["districts"].set_index("unit_id")["area_km2"]
    bounds = classes.breaks(values)
    area = analyses.indicator(
        region,
        values,
        "areas.title",
        name="area",
        group="areas.group",
        unit="km2",
        classed=(bounds, palettes.ramp("YlGn", len(bounds))),
    )
    blank = analyses.blank(region, known, "areas", pages=pages)
    return page.render(region, dataclasses.replace(blank, indicators=(area,), start="area"))
"""
STEP = '''
@STEPS.step(
    region=(*declared.AREA, *declared.OWN_TEXTS),
    files=_PAGES,
    reads=_GROUNDWORK,
    products=("maps/areas.html",),
)
def areas_map(work: graph.Workspace) -> None:
    """Draw the map of areas."""
    from maps.pages import areas

    work.write("maps/areas.html", areas.build(work.region, work.layers(), pages=work.pages))
'''
WORDS = """
[areas]
short = "Areas"
title = "How large districts are"
subtitle = "In square kilometres"
invitation = "Choose a district."
group = "Land"
"""
# Titles on the landing page of what a build made.
TITLES = """
import pathlib
import sys

from layers import region
from maps.pages import index

own = region.load(pathlib.Path(sys.argv[1]))
print(*(file.title.first for file in index._files(own, {sys.argv[2]: 1}, "rasters")))
"""
# Maps that the landing page links to, if the step of it is handed one only.
LINKED = """
import pathlib
import sys

from layers import region
from maps.pages import index
from scripts.build import graph, steps

folder = pathlib.Path(sys.argv[1])
plan = graph.Graph(steps.STEPS, graph.Folders(region=folder, atlas=pathlib.Path("atlas")))
own = {step.name: step for step in plan.steps}
made = {name: 1 for used in own["index"].uses if used == "areas_map" for name in own[used].products}
print(index._maps(region.load(folder), made))
"""


def add_criterion(copy, tables):
    registry = copy / "layers" / "siting" / "criteria.py"
    change(registry, "\n_MEASURES: dict", CRITERION)
    change(registry, '    "road_km": _road_km,\n', '    "road_km": _road_km,\n    "town_km": _town_km,\n')
    add(tables / "criteria.csv", like={"criterion": "road_km"}, criterion="town_km", title_en="To a town")
    add(tables / "profiles.csv", like={"criterion": "road_km"}, criterion="town_km")


def add_map(copy):
    (copy / "maps" / "pages" / "areas.py").write_text(PAGE, encoding="utf-8")
    steps_file = copy / "scripts" / "build" / "product_steps.py"
    change(steps_file, "\n\n# Layers that no weight changes", f"{STEP}\n\n# Layers that no weight changes")
    change(steps_file, '"intensity_map sites_map"', '"intensity_map sites_map areas_map"')
    for path in (copy / "maps" / "texts").glob("*.toml"):
        with path.open("a", encoding="utf-8") as file:
            file.write(WORDS)


def add_language(copy, own):
    words = (copy / "maps" / "texts" / "en.toml").read_text(encoding="utf-8")
    (copy / "maps" / "texts" / "lv.toml").write_text(
        words.replace('own_name = "English"', 'own_name = "Latviešu"'), encoding="utf-8"
    )
    change(own / "region.toml", '"languages" = ["en"]', '"languages" = ["en", "lv"]')
    known = store.read_table(own / "tables" / "units.csv")
    known["name_lv"] = ""
    known.loc[known["unit_id"] == "XA-AA", "name_lv"] = "Pirmā"
    store.write_table(known, own / "tables" / "units.csv")


@pytest.fixture(scope="module")
def extended(tmp_path_factory):
    """A copy with one more criterion, map and language, and an invented region built under it."""
    copy = tmp_path_factory.mktemp("extended")
    clone(copy)
    own = copy / "own"
    synthetic.write(own, synthetic.Spec())
    add_criterion(copy, own / "tables")
    add_map(copy)
    add_language(copy, own)
    run(copy, "from scripts import cli; cli.app()", "check", str(own))
    run(copy, BUILD, str(own), *BASE.split(), "population", "on_roads", "criteria", "areas_map")
    return copy


def test_an_added_criterion_is_measured_and_named(extended):
    on, km = rasters.read(extended / "atlas" / "rasters" / "criterion_town_km.tif")
    towns = gpd.read_file(extended / "atlas-stages" / "settlements.gpkg").to_crs(on.crs)
    x_m, y_m = (values[np.isfinite(km).ravel()] for values in grid.centres(on))
    away_m = np.hypot(x_m[:, None] - towns.geometry.x.array, y_m[:, None] - towns.geometry.y.array)
    # What stands for a cell is the middle of its part on one side.
    assert np.abs(away_m.min(axis=1) / 1_000 - km[np.isfinite(km)]).max() < on.cell_m / 1_000
    told = run(extended, TITLES, str(extended / "own"), "rasters/criterion_town_km.tif")
    assert told == "To a town, km\n"


def test_an_added_map_shows_what_it_computes(extended):
    record = record_of(extended / "atlas" / "maps" / "areas.html")
    (shown,) = record["indicators"]
    districts = gpd.read_file(extended / "atlas-stages" / "districts.gpkg").set_index("unit_id")
    known = {unit: figures[0][0] for unit, figures in shown["figures"].items()}
    told = run(extended, LINKED, str(extended / "own"))
    assert told == "[('maps/areas.html', 'areas')]\n"
    assert known == districts["area_km2"].to_dict()


def test_an_added_language_speaks_where_it_has_words_and_the_first_elsewhere(extended):
    record = record_of(extended / "atlas" / "maps" / "areas.html")
    assert record["languages"] == ["en", "lv"]
    assert record["texts"]["own_name"] == ["English", "Latviešu"]
    names = {unit["id"]: unit["name"] for unit in record["units"]}
    assert names["XA-AA"][1] == "Pirmā"
    assert isinstance(names["XA-AB"], str)  # alike in both


# A region


def test_a_copied_region_of_another_border_is_told_what_does_not_fit(tmp_path):
    new.main(source=regions.FOLDER, target=tmp_path / "own")
    rules.check(layers.region.load(tmp_path / "own"))
    change(tmp_path / "own" / "region.toml", '"BY-MA", "BY-HO"]', '"BY-MA", "BY-BR"]')
    with pytest.raises(errors.InputError) as caught:
        named.check(layers.region.load(tmp_path / "own"))
    assert caught.value.findings[:2] == (
        "region.toml: oblasts = 'BY-BR'; expected an id of that level (oblast) in units.csv",
        "region.toml: oblasts: no BY-HO; expected one",
    )


# Rows


@pytest.fixture
def own(tmp_path):
    """A copy of the region to change."""
    return regions.copy(tmp_path)


def test_a_scenario_and_a_rate_are_rows(own):
    tables = own / "tables"
    add(
        tables / "scenarios.csv",
        like={"scenario_id": "m1_closed"},
        scenario_id="r3_closed",
        crossing_id="R3",
    )
    with (tables / "exchange_rates.csv").open(encoding="utf-8") as file:
        known = next(csv.DictReader(file))
    add(tables / "exchange_rates.csv", like={"year": known["year"]}, year="2030", rate="77.5")
    region = layers.region.load(own)
    found = whatif.build(region, network.frames(region), whatif.scenarios(region))
    assert found["r3_closed"].states == {"R3": "closed"}
    rates = framework.read_rates(region).set_index("year")
    assert rates.loc["2030", "rate"] == 77.5


def test_a_corridor_is_a_pair_of_the_region(tmp_path):
    first = (
        '["RU-SMO-rudnyansky", "BY-VI-lioznensky"],\n    ["RU-SMO-krasninsky", "BY-VI-dubrovensky"],\n    ['
    )
    assert regions.TOML.read_text(encoding="utf-8").count(first) == 1
    added = '["RU-SMO-demidovsky", "BY-VI-lioznensky"],\n    ' + first
    pairs = regions.changed(tmp_path, "region.toml", first, added).analysis.corridors
    assert pairs[0] == ("RU-SMO-demidovsky", "BY-VI-lioznensky")
    assert len(pairs) == 13


# What only steers the snapshot


# A region may lack tables that only the snapshot needs.
PARTS = sorted(name for name in steering.PARTS if (regions.TABLES / name).is_file())


def test_embedded_snapshot_was_computed_under_the_embedded_tables():
    assert steering.notes(regions.FOLDER) == []
    digests = store.read_table(regions.FOLDER / "snapshot" / steering.FILE)
    assert set(digests["file"]) == {*PARTS, steering.REGION}


@pytest.mark.parametrize("name", PARTS)
def test_a_change_of_what_steers_the_snapshot_is_told(own, name):
    part = steering.PARTS[name]
    path = own / "tables" / name
    table = store.read_table(path)
    column = part.columns[-1] if part.columns else table.columns[-1]
    row = table.index[table[part.where] != ""][0] if part.where else 0
    table.loc[row, column] += "x"
    store.write_table(table, path)
    (line,) = steering.notes(own)
    assert line.startswith(f"{name}: changed since the snapshot was computed; `borderzone snapshot` makes ")


def test_what_counts_at_the_build_is_no_matter_of_the_snapshot(own):
    for name, column in (("crossings.csv", "state"), ("units.csv", "name_be"), ("notes.csv", "text_en")):
        path = own / "tables" / name
        table = store.read_table(path)
        table.loc[0, column] = "closed"
        store.write_table(table, path)
    sources = own / "tables" / "sources.csv"
    add(sources, like={"source_id": "article"}, source_id="added", economy_title="")
    assert steering.notes(own) == []


def test_a_changed_region_is_told_only_where_it_steers(tmp_path):
    finer = regions.changed(tmp_path, "region.toml", "line_tolerance_m = 50", "line_tolerance_m = 60")
    (line,) = steering.notes(finer.folder)
    assert line.startswith("region.toml: changed since the snapshot was computed")
    smaller = regions.changed(tmp_path, "region.toml", "cell_m = 1000", "cell_m = 500")
    assert steering.notes(smaller.folder) == []


def test_every_table_by_hand_counts_at_the_build_or_is_told_to_steer_the_snapshot():
    """A table that neither a step reads nor a digest watches would be edited in vain.

    The step of the rules reads all, to check them.
    """
    named = [name for step in steps.STEPS for name in step.region if "tables/" in name]
    read = {pathlib.PurePath(name.removesuffix("?")).name for name in named} - {"*.csv"}
    assert set(rules.TABLES) == read | set(steering.PARTS)
