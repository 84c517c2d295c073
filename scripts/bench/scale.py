"""Whole builds of rising size: more districts on the same ground, smaller cells under the same districts.

Each run is the command in a process of its own, with one job, on a synthetic region. The peak of memory is
that of the process and of all that it starts.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import typing

from layers.io import rasters
from scripts.bench import contest, synthetic

UNITS = (147, 400, 1_500)
CELL_M = (1_000, 500, 250)
_SPEC = synthetic.Spec(extent_km=1_000, draws=2_000, permutations=9_999)
_KB_IN_MB = 1_000


class Built(typing.NamedTuple):
    """One build: cells of its grid, seconds on the clock, highest memory in MB."""

    cells: int
    seconds: float
    peak_mb: float


def run(_rounds: int) -> contest.Report:
    """Build at rising size, once each, as builds take minutes."""
    return report(_SPEC, units=UNITS, cell_m=CELL_M)


def report(
    spec: synthetic.Spec, *, units: collections.abc.Sequence[int], cell_m: collections.abc.Sequence[float]
) -> contest.Report:
    """Build a region with some numbers of districts, then with some sizes of cells.

    Cells have the first size while the number of districts rises, and the number of districts is the first
    while cells become smaller.
    """
    by_units = {count: built(dataclasses.replace(spec, units=count, cell_m=cell_m[0])) for count in units}
    by_cell = {size: built(dataclasses.replace(spec, units=units[0], cell_m=size)) for size in cell_m[1:]}
    first = by_units[units[0]]
    rows = {
        "districts": [_row("districts", count, one, first) for count, one in by_units.items()],
        "cells": [_row("cells", one.cells, one, first) for one in (first, *by_cell.values())],
    }
    figures = {
        f"exponent of the growth of {what} with {name}": contest.growth(own, of)
        for name, own in rows.items()
        for what, of in (("time", contest.median_seconds), ("memory", contest.peak))
        if len(own) > 1
    }
    return contest.Report(
        "Builds of synthetic regions", "amount", [*rows["districts"], *rows["cells"]], figures
    )


def built(spec: synthetic.Spec) -> Built:
    """Build the atlas of a region and measure it.

    Raises
    ------
    RuntimeError
        If the command fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        region, atlas, log = (pathlib.Path(folder, name) for name in ("region", "atlas", "log"))
        synthetic.write(region, spec)
        command = [sys.executable, "-m", "scripts.cli", "build", "--jobs", "1"]
        started = time.perf_counter()
        with log.open("w") as stream:
            process = subprocess.Popen(
                [*command, "--region", str(region), "--out", str(atlas)], stdout=stream, stderr=stream
            )
            # Popen would wait without telling what the process and its children took.
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - started
        if process.returncode:
            raise RuntimeError(f"{spec} failed:\n{log.read_text(encoding='utf-8')}")
        cells = rasters.read(atlas / "rasters" / "population.tif")[1].size
    return Built(cells, seconds, usage.ru_maxrss / _KB_IN_MB)


def _row(name: str, amount: int, one: Built, first: Built) -> contest.Row:
    return contest.Row(
        name,
        contest.version_of("borderzone")(),
        amount,
        [one.seconds],
        peak_mb=one.peak_mb,
        difference=0.0,
        ratio=one.seconds / first.seconds,
    )
