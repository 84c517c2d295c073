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
    *("intensity_figures", "intensity"),
)
FEW = f"""
from scripts import every_step

STEPS = [step for step in every_step.STEPS if step.name in {BEFORE!r}]
"""


@pytest.fixture
def project(tmp_path):
    """A copy of the packages in which only the intensity is computed, with what it needs."""
    for package in ("geo", "layers", "maps", "scripts"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "scripts" / "steps.py").rename(tmp_path / "scripts" / "every_step.py")
    (tmp_path / "scripts" / "steps.py").write_text(FEW, encoding="utf-8")
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


def test_each_fault_of_the_framework_is_one_line(project):
    exchange = ("oblast", "realised", "links_exchange_per_100k")
    alike = [
        ("district", "convergence", name)
        for name in ("density_ln_ratio", "centre_share_ln_ratio", "home_market_ln_ratio")
    ]
    spoil(
        project,
        indicator={exchange: "links_of_any_kind"},
        weight={("oblast_pair", "potential", "centres_min"): "0.25"},
        family=dict.fromkeys(alike, "potential"),
    )
    result = run(project, "build", "--jobs", "1")
    lines = result.stderr.strip().splitlines()
    assert result.returncode == 1
    expected = [
        "framework.csv: level district, family potential: weights sum to 2; rescaled to 1",
        "framework.csv: level oblast_pair, family potential: weights sum to 1.1; rescaled to 1",
        "framework.csv: level oblast: indicator links_of_any_kind is unknown; expected one of",
        "framework.csv: level district: family convergence: no indicator; expected at least one",
    ]
    assert len(lines) == len(expected)
    assert all(line.startswith(start) for line, start in zip(lines, expected, strict=True))
    assert not (project / "build" / "atlas").exists()


def test_check_names_row_and_field(project):
    spoil(project, polarity={("oblast", "realised", "trade_partner_usd_per_capita"): "0"})
    result = run(project, "check")
    assert result.returncode == 1
    assert "framework.csv: row 2: polarity = '0'; expected 1 or -1" in result.stderr.splitlines()
