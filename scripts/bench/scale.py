"""Whole builds of rising size: more districts on the same ground, smaller cells under the same districts.

Each run is the command in a process of its own, with one job, on a synthetic region. Seconds are those of the
processor, as builds take minutes, in which the clock tells of other programs too; both they and the peak of
memory hold all that the process starts.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import os
import pathlib
import subprocess
import sys
import tempfile
import typing

from layers.io import rasters
from scripts.bench import contest, synthetic

UNITS = (147, 400, 1_500)
CELL_M = (1_000, 500, 250)
_SPEC = synthetic.Spec(units=UNITS[0], extent_km=1_000, cell_m=2_000, draws=2_000, permutations=9_999)
"""Districts and cells as many as in the embedded regions."""
_FEW = dataclasses.replace(_SPEC, units=24)
"""Districts over more cells: ways over all cells are searched from each of them, which else takes hours."""
_KB_IN_MB = 1_000


class Built(typing.NamedTuple):
    """One build: cells of its grid, seconds of the processor, highest memory in MB."""

    cells: int
    seconds: float
    peak_mb: float


def run(_rounds: int) -> contest.Report:
    """Build at rising size, once each, as builds take minutes."""
    return report(_SPEC, _FEW, units=UNITS, cell_m=CELL_M)


def report(
    spec: synthetic.Spec,
    few: synthetic.Spec,
    *,
    units: collections.abc.Sequence[int],
    cell_m: collections.abc.Sequence[float],
) -> contest.Report:
    """Build a region with some numbers of districts, and one of few districts on some sizes of cells."""
    of_units = [built(dataclasses.replace(spec, units=count)) for count in units]
    of_cells = [built(dataclasses.replace(few, cell_m=size)) for size in cell_m]
    rows = {
        "districts": _rows("districts", units, of_units),
        "cells": _rows("cells", [one.cells for one in of_cells], of_cells),
    }
    figures = {
        f"exponent of the growth of {what} with {name}": contest.growth(own, of)
        for name, own in rows.items()
        for what, of in (("time", contest.median_seconds), ("memory", contest.peak))
        if len(own) > 1
    }
    return contest.Report(
        "Builds of synthetic regions, seconds of the processor",
        "amount",
        [*rows["districts"], *rows["cells"]],
        figures,
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
        with log.open("w") as stream:
            process = subprocess.Popen(
                [*command, "--region", str(region), "--out", str(atlas)], stdout=stream, stderr=stream
            )
            # Popen would wait without telling what the process and its children took.
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"{spec} failed:\n{log.read_text(encoding='utf-8')}")
        cells = rasters.read(atlas / "rasters" / "population.tif")[1].size
    return Built(cells, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / _KB_IN_MB)


def _rows(
    name: str, amounts: collections.abc.Sequence[int], builds: collections.abc.Sequence[Built]
) -> list[contest.Row]:
    version = contest.version_of("borderzone")()
    return [
        contest.Row(
            name,
            version,
            amount,
            [one.seconds],
            peak_mb=one.peak_mb,
            difference=0.0,
            ratio=one.seconds / builds[0].seconds,
        )
        for amount, one in zip(amounts, builds, strict=True)
    ]
