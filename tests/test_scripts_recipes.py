"""The recipes of CONTRIBUTING on a fresh copy of the packages, with nothing beside it."""

import csv
import json
import os
import pathlib
import shutil
import subprocess
import sys

import geopandas as gpd
import pytest
import regions

import layers.region
from layers.analysis import network, whatif
from layers.intensity import framework
from layers.io import store
from layers.snapshot import steering
from scripts.build import steps

ROOT = pathlib.Path(__file__).parents[1]

# The build of the steps from the tables to the overview map; the others take minutes.
BUILD = """
import pathlib

import rich.console

from scripts.build import graph, notes, progress, run, steps

NAMES = "boundaries transport cooperation settlements background dictionaries attributes overview".split()
wanted = [step for step in steps.STEPS if step.name in NAMES]
here = pathlib.Path.cwd()
own = here / "layers" / "regions" / "russia_belarus"
plan = graph.Graph(wanted, graph.Folders(region=own, atlas=here / "atlas"))
print(*notes.of_region(own), sep="\\n", end="")
with progress.Progress(len(wanted), rich.console.Console(stderr=True)) as report:
    run.build(plan, report)
"""


def add(path, *, like, **cells):
    """Append a row to a table: that of a known key with other cells."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    (first, known), *_ = like.items()
    row = next(row for row in rows if row[first] == known) | cells
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, row.keys(), lineterminator="\n").writerow(row)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A copy in which a figure, and one of a new indicator and source, were added and built."""
    copy = tmp_path_factory.mktemp("clone")
    for package in ("geo", "layers", "maps", "scripts"):
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
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
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", BUILD]
    result = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stdout == ""  # no need of a new snapshot
    return copy


@pytest.fixture(scope="module")
def record(built):
    text = (built / "atlas" / "maps" / "overview.html").read_text(encoding="utf-8")
    return json.loads(text.partition('id="record">')[2].partition("</script>")[0])


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
    stage = built / "atlas-stages" / "attributes.gpkg"
    own = {"unit_id": unit_id, "indicator": indicator, "value": value, "source_id": "added-source"}
    for layer in ("facts", "mapped"):
        frame = gpd.read_file(stage, layer=layer)
        assert (frame[list(own)] == list(own.values())).all(axis=1).sum() == 1, layer
    level = "oblast" if unit_id == "RU-SMO" else "district"
    wide = gpd.read_file(stage, layer=f"{level}_wide").set_index("unit_id")
    assert wide.loc[unit_id, indicator] == value
    shown = next(one for one in record["indicators"] if one["id"] == map_id)["figures"][unit_id][0]
    assert (shown[0], shown[2], record["sources"][shown[3]]["id"]) == (value, "2026", "added-source")


def test_the_other_facts_are_all_there(built):
    assert len(gpd.read_file(built / "atlas-stages" / "attributes.gpkg", layer="facts")) == 5330 + 2


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
    assert {path.name for path in regions.TABLES.glob("*.csv")} == read | set(PARTS)
