"""The command names what is wrong with the tables of siting, each fault in a line."""

import pathlib
import shutil
import subprocess
import sys

import pytest
import regions

ROOT = pathlib.Path(__file__).parents[1]


@pytest.fixture(scope="module")
def copy(atlas, tmp_path_factory):
    """A copy of the region with an atlas that is up to date."""
    folder = tmp_path_factory.mktemp("copy")
    regions.copy(folder)
    for built in (atlas, atlas.with_name("atlas-stages")):
        shutil.copytree(built, folder / built.name)
    return folder


@pytest.mark.parametrize(
    ("name", "old", "new", "line"),
    [
        (
            "profiles.csv",
            "logistics,crossing_min,0.2,",
            "logistics,crossing_min,-0.2,",
            "profiles.csv: row 2: weight = '-0.2'; expected a number from 0 to 1000",
        ),
        (
            "profiles.csv",
            "agro,free_share,",
            "agro,forest_share,",
            "profiles.csv: row 18: criterion = 'forest_share'; expected a criterion of criteria.csv",
        ),
        (
            "exclusions.csv",
            "*,water,water_share,above,0.2,",
            "services,water,water_share,above,-1,",
            "exclusions.csv: profile services: no cell is left of ",
        ),
        ("zone_profiles.csv", "sez,industry,1,,,\n", "", "zone_profiles.csv: no row for sez; expected one"),
        (
            "zone_rings.csv",
            "zone-moglino,RU-PSK-pskov-city/pskov,6,10,",
            "zone-moglino,RU-PSK-pskov-city/pskov,6,1,",
            "zone_rings.csv: row 2: to_km = '1'; expected at least from_km, which is 6",
        ),
    ],
)
def test_command_tells_each_fault_in_a_line(copy, name, old, new, line):
    path = copy / "region" / "tables" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    folders = ["--out", str(copy / "atlas"), "--region", str(copy / "region")]
    command = [sys.executable, "-m", "scripts.cli", "build", *folders]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    path.write_text(text, encoding="utf-8")
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    found = [told for told in result.stderr.splitlines() if told.startswith(name)]
    # Profiles are tried with the criteria that zones decide themselves and without.
    assert found
    assert all(told.startswith(line) for told in found)
