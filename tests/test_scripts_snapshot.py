"""Recomputing the snapshot: on tiny topics its behaviour, on the raw sources its content."""

import pathlib
import re
import shutil
import subprocess
import sys

import pytest
import tiny_project

import layers.region
from layers import embedded
from scripts import snapshot

ROOT = pathlib.Path(__file__).parents[1]
TOPICS = tuple(topic.__name__.rpartition(".")[2] for topic in snapshot.TOPICS)

TOPIC = """
from geo import errors

def snapshot(region, sources, target):
    number = (sources / "{name}.txt").read_text()
    if number == "wrong":
        raise errors.InputError("{name}.txt: 'wrong'; expected a number")
    (target / "{file}").write_text(number)
"""

REPORT = """
from geo import errors

def lines(region):
    return ["overlap 0.000 km2"]

def check(region):
    if (region.snapshot / "districts.geojson").read_text() == "overlapping":
        raise errors.CoverageError("coverage: overlap 1 km2; expected none")
"""


@pytest.fixture
def project(tmp_path):
    project = tiny_project.Project(tmp_path / "project")
    for name in TOPICS:
        file = "districts.geojson" if name == "boundaries" else f"{name}.csv"
        project.write(f"layers/snapshot/{name}.py", TOPIC.format(name=name, file=file))
        project.write(f"sources/{name}.txt", "1")
    project.write("layers/snapshot/report.py", REPORT)
    shutil.copytree(project.root / tiny_project.REGION, project.root / "own")
    project.write("own/snapshot/kept.csv", "kept")
    return project


def _snapshot(project):
    return project.run("snapshot", "--sources", "sources", "--region", "own")


def _content(project):
    return {path.name: path.read_text() for path in (project.root / "own" / "snapshot").iterdir()}


def test_every_topic_writes_and_the_report_is_printed(project):
    result = _snapshot(project)
    assert result.returncode == 0, result.stderr
    assert [line.split()[0] for line in result.stdout.splitlines()[: len(TOPICS)]] == list(TOPICS)
    assert "overlap 0.000 km2" in result.stdout.splitlines()
    assert re.fullmatch(r"0\.00 MB, \d+\.\d s, \d\.\d\d GB at most", result.stdout.splitlines()[-1])
    made = {f"{name}.csv": "1" for name in TOPICS if name != "boundaries"}
    assert _content(project) == {"kept.csv": "kept", "districts.geojson": "1"} | made
    assert not list((project.root / "own").glob("snapshot.*"))


def test_fault_of_the_last_topic_leaves_every_file(project):
    _snapshot(project)
    before = _content(project)
    project.write("sources/boundaries.txt", "2")
    project.write("sources/attributes.txt", "wrong")
    result = _snapshot(project)
    assert result.returncode == 1
    assert result.stderr == "attributes.txt: 'wrong'; expected a number\n"
    assert _content(project) == before
    assert not list((project.root / "own").glob("snapshot.*"))


def test_snapshot_over_the_budget_is_refused(project):
    project.write("sources/boundaries.txt", "1" * 1_600_000)
    project.write("sources/transport.txt", "1" * 4_500_000)
    result = _snapshot(project)
    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        "snapshot: 6.10 MB; expected at most 6 MB",
        "districts.geojson: 1.60 MB; expected at most 1.5 MB",
    ]
    assert _content(project) == {"kept.csv": "kept"}


def test_snapshot_that_breaks_its_rules_is_refused(project):
    project.write("sources/boundaries.txt", "overlapping")
    result = _snapshot(project)
    assert result.returncode == 1
    assert result.stderr == "coverage: overlap 1 km2; expected none\n"
    assert _content(project) == {"kept.csv": "kept"}


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("snapshot", "--sources", "nowhere"), 1, "nowhere: no such folder"),
        (("snapshot",), 2, "Missing option '--sources'"),
    ],
)
def test_wrong_requests_end_in_lines(project, arguments, code, message):
    result = project.run(*arguments)
    assert result.returncode == code
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_region_without_a_snapshot_gets_one(project):
    shutil.rmtree(project.root / "own" / "snapshot")
    result = _snapshot(project)
    assert result.returncode == 0, result.stderr
    assert _content(project)["districts.geojson"] == "1"


@pytest.mark.parametrize(("name", "budget_mb"), [("russia_belarus", 6), ("russia_kazakhstan", 4)])
def test_embedded_region_fits_its_budget(name, budget_mb):
    region = layers.region.load(embedded.folder(name))
    sizes = {path: path.stat().st_size for path in region.folder.rglob("*") if path.is_file()}
    assert region.snapshot_budget_mb <= budget_mb
    assert region.boundaries.budget_mb <= 1.5
    assert sum(sizes.values()) <= region.snapshot_budget_mb * 1e6
    assert sizes[region.snapshot / "districts.geojson"] <= region.boundaries.budget_mb * 1e6


@pytest.mark.parametrize(
    ("name", "folder"), [("russia_belarus", "data"), ("russia_kazakhstan", "data_ru_kz")]
)
def test_raw_sources_give_the_embedded_snapshot_byte_by_byte(name, folder, raw_sources, tmp_path):
    region = layers.region.load(embedded.folder(name))
    own = pathlib.Path(shutil.copytree(region.folder, tmp_path / "region"))
    shutil.rmtree(own / "snapshot")
    command = [sys.executable, "-m", "scripts.cli", "snapshot"]
    arguments = ["--sources", str(raw_sources.parent / folder), "--region", str(own)]
    result = subprocess.run([*command, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert float(re.search(r"([\d.]+) GB at most", result.stdout)[1]) < 2
    fresh = {path.name: path.read_bytes() for path in (own / "snapshot").iterdir()}
    kept = {path.name: path.read_bytes() for path in region.snapshot.iterdir()}
    assert fresh.keys() == kept.keys()
    assert [file for file in fresh if fresh[file] != kept[file]] == []
