"""A build of a region at fault tells all faults at once, whatever step meets one first; it makes no atlas."""

import pathlib
import subprocess
import sys

import pytest
import regions

ROOT = pathlib.Path(__file__).parents[1]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_faults_of_several_files_come_at_once(tmp_path, jobs):
    own = regions.copy(tmp_path)
    units = own / "tables" / "units.csv"
    units.write_text(units.read_text(encoding="utf-8").replace("country", "land", 1), encoding="utf-8")
    (own / "texts" / "en.toml").write_text("a = ", encoding="utf-8")
    (own / "snapshot" / "water.geojson").write_text("{}", encoding="utf-8")
    out = tmp_path / "atlas"
    command = [sys.executable, "-m", "scripts.cli", "build", "--jobs", jobs, "--region", str(own)]
    result = subprocess.run(
        [*command, "--out", str(out)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    told = {line.partition(": ")[0] for line in result.stderr.splitlines() if line}
    assert told == {"units.csv", "texts/en.toml", "water.geojson"}
    assert not out.exists()
