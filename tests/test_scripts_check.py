"""The check of the built atlas and of the snapshot: silent when all is well, one line for each fault."""

import pathlib
import shutil
import subprocess
import sys

import geopandas as gpd
import pyogrio
import pytest
import regions
import shapely

from layers import embedded
from layers.io import manifest
from scripts import check

ROOT = pathlib.Path(__file__).parents[1]


@pytest.fixture
def copy(atlas, tmp_path):
    return shutil.copytree(atlas, tmp_path / "atlas")


def _check(*arguments):
    command = [sys.executable, "-m", "scripts.cli", "check", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_built_atlas_and_embedded_region_have_no_findings(atlas):
    result = _check("--atlas", atlas)
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    assert result.stdout.splitlines()[-1] == "No findings."
    assert "coverage, generalised: 147 units, overlap 0.000 km², gap 0.000 km²" in result.stdout


def test_changed_and_missing_products_are_found(copy):
    (copy / "tables" / "facts.csv").write_text("changed")
    (copy / "index.html").unlink()
    assert check.products(copy) == [
        "index.html: is missing, but stands in manifest.json",
        "tables/facts.csv: differs from manifest.json",
    ]


def test_files_of_somebody_else_are_information_and_no_findings(copy):
    (copy / "my.qgz").write_text("mine")
    (copy / "tables" / "mine").mkdir()
    result = _check("--atlas", copy)
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-3:] == [
        "my.qgz: not part of the atlas, left where it is",
        "tables/mine/: not part of the atlas, left where it is",
        "No findings.",
    ]


def test_layer_broken_by_hand_is_found(copy):
    bowtie = shapely.Polygon([(30, 54), (31, 55), (31, 54), (30, 55)])
    frame = gpd.GeoDataFrame({"unit_id": ["x"]}, geometry=[bowtie], crs=4326)
    pyogrio.write_dataframe(frame, copy / "borderzone.gpkg", layer="districts", driver="GPKG")
    found = check.products(copy)
    assert (
        "borderzone.gpkg: districts: row 0: Self-intersection[30.5 54.5]; expected a valid geometry" in found
    )


def test_page_that_fetches_is_found(copy):
    page = copy / "maps" / "overview.html"
    page.write_text(
        page.read_text(encoding="utf-8") + '<script src="https://example.org/x.js"></script>', "utf-8"
    )
    assert check.products(copy)[1:] == [
        "maps/overview.html: fetches https://example.org/x.js; expected nothing from outside"
    ]


@pytest.mark.parametrize("content", [None, "{half", "[]"])
def test_folder_without_a_manifest_is_no_atlas(tmp_path, content):
    if content is not None:
        (tmp_path / manifest.NAME).write_text(content)
    assert check.products(tmp_path) == [
        f"{tmp_path / manifest.NAME}: no manifest that can be read; expected an atlas"
    ]


def test_all_faults_of_a_region_and_an_atlas_come_at_once(copy, tmp_path):
    own = regions.copy(tmp_path)
    snapshot = own / "snapshot"
    (snapshot / "roads.geojson").write_text("{")
    facts = (snapshot / "facts.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (snapshot / "facts.csv").write_text("".join([*facts, facts[-1]]), encoding="utf-8")
    (snapshot / "settlements.csv").unlink()
    (copy / "index.html").unlink()
    result = _check(own, "--atlas", copy)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    files = {line.split(":")[0] for line in result.stderr.splitlines()}
    assert {"roads.geojson", "facts.csv", "settlements.csv", "index.html"} <= files


def test_region_is_checked_without_an_atlas():
    result = _check()
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1] == "No findings."


def test_region_that_cannot_be_read_is_told_in_lines(tmp_path):
    own = regions.copy(tmp_path)
    (own / "region.toml").write_text("countries = [", encoding="utf-8")
    result = _check(own)
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith("region.toml: not readable as TOML: ")


def test_unknown_region_is_one_line(tmp_path):
    result = _check(tmp_path)
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    known = ", ".join(embedded.names())
    assert line == f"{tmp_path}: no region; expected {known}, or a folder that holds region.toml"


def test_missing_atlas_is_one_line(tmp_path):
    result = _check("--atlas", tmp_path / "nowhere")
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "no manifest that can be read; expected an atlas" in result.stderr
