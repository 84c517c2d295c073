"""The command with a framework of intensity at fault: lines that name the file."""

import csv
import pathlib
import subprocess
import sys

import pytest
import regions

ROOT = pathlib.Path(__file__).parents[1]


@pytest.fixture
def own(tmp_path):
    """A copy of the region to spoil."""
    return regions.copy(tmp_path)


def spoil(own, **change):
    path = own / "tables" / "framework.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        for column, cases in change.items():
            row[column] = cases.get((row["level"], row["family"], row["indicator"]), row[column])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def check(own):
    command = [sys.executable, "-m", "scripts.cli", "check", str(own)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_an_unknown_indicator_of_the_framework_is_one_line(own):
    exchange = ("oblast", "realised", "links_exchange_per_100k")
    spoil(own, indicator={exchange: "links_of_any_kind"})
    result = check(own)
    lines = [line for line in result.stderr.splitlines() if "framework.csv" in line]
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    (line,) = lines
    assert line.startswith("framework.csv: row 9: indicator = 'links_of_any_kind'; expected a figure")


def test_check_names_row_and_field(own):
    spoil(own, polarity={("oblast", "realised", "trade_partner_usd_per_capita"): "0"})
    result = check(own)
    assert result.returncode == 1
    assert "framework.csv: row 2: polarity = '0'; expected 1 or -1" in result.stderr.splitlines()
