"""The command that draws the isochrones of any point: a file that QGIS styles, or one clear line."""

import os
import pathlib
import subprocess
import sys

import pandas as pd
import pytest

from layers.io import store

ROOT = pathlib.Path(__file__).parents[1]
RUDNYA = ("31.07948", "54.94411")


def run(*arguments):
    command = [sys.executable, "-m", "scripts.cli", "isochrones", *map(str, arguments)]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, "COLUMNS": "200"}, capture_output=True, text=True, check=False
    )


def test_a_point_reaches_what_its_centre_reaches(tmp_path, atlas):
    """The centre of a district as a point: its catchments in the atlas, at the limits that were asked."""
    out = tmp_path / "rudnya.gpkg"
    result = run(*RUDNYA, out, "--minutes", 30, "--minutes", 60)
    assert result.returncode == 0, result.stderr
    found = store.read_layer(out, "isochrones").set_index(["limit_min", "country"])
    whole = store.read_layer(atlas / "borderzone.gpkg", "catchments")
    own = whole[whole["place_id"] == "RU-SMO-rudnyansky"].set_index(["limit_min", "country"])
    assert sorted(set(found.index.get_level_values("limit_min"))) == [30, 60]
    columns = ["kind", "population", "settlements", "area_km2"]
    pd.testing.assert_frame_equal(found[columns], own.loc[found.index, columns])
    styles = store.read_layer(out, "layer_styles")
    assert all('value="60"' in qml for qml in styles["styleQML"])
    assert "60 min, RU:" in result.stdout


def test_a_crossing_belongs_to_both_sides(tmp_path, atlas):
    """Its coordinates, asked as a point, reach what the crossing reaches in the atlas."""
    crossings = store.read_layer(atlas / "borderzone.gpkg", "crossings").set_index("crossing_id")
    point = crossings.geometry["R3"]
    out = tmp_path / "r3.gpkg"
    result = run(f"{point.x:.5f}", f"{point.y:.5f}", out, "--minutes", 60)
    assert result.returncode == 0, result.stderr
    found = store.read_layer(out, "isochrones").set_index("country")
    whole = store.read_layer(atlas / "borderzone.gpkg", "catchments")
    own = whole[(whole["place_id"] == "R3") & (whole["limit_min"] == 60)].set_index("country")
    assert set(found["kind"]) == {"both"}
    assert sorted(found.index) == ["BY", "RU"]
    for country in found.index:
        assert found.loc[country, "population"] == pytest.approx(own.loc[country, "population"], rel=2e-3)


def test_a_scenario_changes_what_is_reached(tmp_path):
    eased = run(*RUDNYA, tmp_path / "a.gpkg", "--minutes", 60, "--scenario", "rudnya_no_delay")
    assert eased.returncode == 0, eased.stderr
    usual = run(*RUDNYA, tmp_path / "b.gpkg", "--minutes", 60)
    abroad = [
        int(line.split(":")[1].split()[0].replace(",", ""))
        for result in (usual, eased)
        for line in result.stdout.splitlines()
        if ", BY:" in line
    ]
    assert abroad[0] < abroad[1]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            ("37.6", "55.7", "a.gpkg"),
            "point 37.6, 55.7: outside the study area; expected a point in",
        ),
        (("27.55", "58.45", "a.gpkg"), "point 27.55, 58.45: lies in water; expected a point on land"),
        ((*RUDNYA, "a.gpkg", "--scenario", "x"), "scenario 'x' is unknown; expected one of "),
        (
            (*RUDNYA, "a.gpkg", "--minutes", "60", "--minutes", "30"),
            "isochrone limits [60, 30]; expected ascending minutes above 0",
        ),
        (
            ("31.0", "54.8", "a.gpkg", "--minutes", "1"),
            "point 31, 54.8: nothing within 1 min; expected a longer limit",
        ),
        ((*RUDNYA, "a.shp"), "a.shp: expected the name of a GeoPackage, ending in .gpkg"),
        ((*RUDNYA, "there.gpkg"), "there.gpkg: exists already; expected a new file"),
        ((*RUDNYA, "no/a.gpkg"), "no: no such folder; expected one for a.gpkg"),
    ],
)
def test_wrong_requests_end_in_one_line_and_no_file(tmp_path, arguments, line):
    (tmp_path / "there.gpkg").touch()
    lon, lat, name, *options = arguments
    result = run(lon, lat, tmp_path / name, *options)
    assert result.returncode == 1
    (told,) = result.stderr.strip().splitlines()
    assert line in told
    assert [path.name for path in tmp_path.iterdir()] == ["there.gpkg"]
    assert (tmp_path / "there.gpkg").stat().st_size == 0
