"""The command with a framework of intensity at fault: lines that name the file, and nothing is made."""

import csv
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[1]
BEFORE = (
    *("boundaries", "transport", "cooperation", "settlements", "dictionaries", "attributes"),
    *("background", "on_roads", "intensity_figures", "intensity"),
)
FEW = f"""
from scripts.build import every_step

STEPS = [step for step in every_step.STEPS if step.name in {BEFORE!r}]
"""


@pytest.fixture
def project(tmp_path):
    """A copy of the packages in which only the intensity is computed, with what it needs."""
    for package in ("geo", "layers", "maps", "scripts"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "scripts" / "build" / "steps.py").rename(tmp_path / "scripts" / "build" / "every_step.py")
    (tmp_path / "scripts" / "build" / "steps.py").write_text(FEW, encoding="utf-8")
    return tmp_path


def spoil(project, **change):
    path = project / "layers" / "data" / "tables" / "framework.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        for column, cases in change.items():
            row[column] = cases.get((row["level"], row["family"], row["indicator"]), row[column])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def run(project, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "scripts.cli", *arguments],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_unknown_indicator_of_the_framework_is_one_line(project):
    exchange = ("oblast", "realised", "links_exchange_per_100k")
    spoil(project, indicator={exchange: "links_of_any_kind"})
    result = run(project, "check")
    lines = [line for line in result.stderr.splitlines() if "framework.csv" in line]
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    (line,) = lines
    assert line.startswith("framework.csv: row 9: indicator = 'links_of_any_kind'; expected a figure")


def test_check_names_row_and_field(project):
    spoil(project, polarity={("oblast", "realised", "trade_partner_usd_per_capita"): "0"})
    result = run(project, "check")
    assert result.returncode == 1
    assert "framework.csv: row 2: polarity = '0'; expected 1 or -1" in result.stderr.splitlines()
