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

from layers import study_area
from layers.analysis import network, whatif
from layers.intensity import framework
from layers.io import store
from layers.snapshot import steering
from scripts.build import steps

ROOT = pathlib.Path(__file__).parents[1]
TABLES = ROOT / "layers" / "data" / "tables"

# The build of the steps from the tables to the overview map; the others take minutes.
BUILD = """
import pathlib

import rich.console

from scripts.build import graph, notes, progress, run, steps

NAMES = "boundaries transport cooperation settlements background dictionaries attributes overview".split()
wanted = [step for step in steps.STEPS if step.name in NAMES]
here = pathlib.Path.cwd()
plan = graph.Graph(wanted, graph.Folders(data=here / "layers" / "data", atlas=here / "atlas"))
print(*notes.of_tables(plan.folders.data), sep="\\n", end="")
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
    tables = copy / "layers" / "data" / "tables"
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
    facts = tables / "stated_facts.csv"
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


def test_a_scenario_and_a_rate_are_rows(region, tmp_path):
    for name in ("scenarios.csv", "exchange_rates.csv"):
        shutil.copy(TABLES / name, tmp_path)
    add(
        tmp_path / "scenarios.csv",
        like={"scenario_id": "m1_closed"},
        scenario_id="r3_closed",
        crossing_id="R3",
    )
    found = whatif.build(region, network.frames(region), whatif.scenarios(region, tmp_path / "scenarios.csv"))
    assert found["r3_closed"].states == {"R3": "closed"}
    with (tmp_path / "exchange_rates.csv").open(encoding="utf-8") as file:
        known = next(csv.DictReader(file))
    add(tmp_path / "exchange_rates.csv", like={"year": known["year"]}, year="2030", rate="77.5")
    rates = framework.read_rates(region, tmp_path / "exchange_rates.csv").set_index("year")
    assert rates.loc["2030", "rate"] == 77.5


def test_a_corridor_is_a_pair_of_the_study_area(tmp_path):
    text = study_area.DEFAULT_PATH.read_text(encoding="utf-8")
    first = (
        '["RU-SMO-rudnyansky", "BY-VI-lioznensky"],\n    ["RU-SMO-krasninsky", "BY-VI-dubrovensky"],\n    ['
    )
    assert text.count(first) == 1
    added = text.replace(first, '["RU-SMO-demidovsky", "BY-VI-lioznensky"],\n    ' + first)
    (tmp_path / "study_area.toml").write_text(added, encoding="utf-8")
    pairs = study_area.load(tmp_path / "study_area.toml").analysis.corridors
    assert pairs[0] == ("RU-SMO-demidovsky", "BY-VI-lioznensky")
    assert len(pairs) == 13


# What only steers the snapshot


@pytest.fixture
def tables(tmp_path):
    return pathlib.Path(shutil.copytree(TABLES, tmp_path / "tables"))


def test_embedded_snapshot_was_computed_under_the_embedded_tables(region):
    assert steering.notes(region, TABLES, study_area.DEFAULT_PATH) == []


@pytest.mark.parametrize("name", sorted(steering.PARTS))
def test_a_change_of_what_steers_the_snapshot_is_told(region, tables, name):
    part = steering.PARTS[name]
    table = store.read_table(tables / name)
    column = part.columns[-1] if part.columns else table.columns[-1]
    row = table.index[table[part.where] != ""][0] if part.where else 0
    table.loc[row, column] += "x"
    store.write_table(table, tables / name)
    (line,) = steering.notes(region, tables, study_area.DEFAULT_PATH)
    assert line.startswith(f"{name}: changed since the snapshot was computed; `borderzone snapshot` makes ")


def test_what_counts_at_the_build_is_no_matter_of_the_snapshot(region, tables):
    for name, column in (("crossings.csv", "state"), ("units.csv", "name_be"), ("notes.csv", "text_en")):
        table = store.read_table(tables / name)
        table.loc[0, column] = "closed"
        store.write_table(table, tables / name)
    add(tables / "sources.csv", like={"source_id": "article"}, source_id="added", economy_title="")
    assert steering.notes(region, tables, study_area.DEFAULT_PATH) == []


def test_a_changed_study_area_is_told_only_where_it_steers(region, tmp_path):
    path = tmp_path / "study_area.toml"
    text = study_area.DEFAULT_PATH.read_text(encoding="utf-8")
    path.write_text(text.replace("line_tolerance_m = 50", "line_tolerance_m = 60"), encoding="utf-8")
    (line,) = steering.notes(region, TABLES, path)
    assert line.startswith("study_area.toml: changed since the snapshot was computed")
    path.write_text(text.replace("cell_m = 1000", "cell_m = 500"), encoding="utf-8")
    assert steering.notes(region, TABLES, path) == []


def test_every_table_by_hand_counts_at_the_build_or_is_told_to_steer_the_snapshot():
    """A table that neither a step reads nor a digest watches would be edited in vain.

    The step of the rules reads all, to check them.
    """
    named = [name for step in steps.STEPS for name in step.files if "tables/" in name]
    read = {pathlib.PurePath(name).name for name in named} - {"*.csv"}
    assert {path.name for path in TABLES.glob("*.csv")} == read | set(steering.PARTS)
