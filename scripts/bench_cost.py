"""Accumulated cost from one source on a square grid of uniform(1, 10) frictions, against its peers.

All solve the same grid and start warm: Python's contenders have run once on a small grid, so that no
compiling is timed; GRASS has read the grid in double precision into its own format and may hold it in
memory. The peak is that of the whole process with interpreter, libraries and grid; for GRASS that of
``r.cost`` alone.
"""

from __future__ import annotations

import collections.abc
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import numpy as np
import numpy.typing as npt

from geo import cost
from scripts import contest

SIDE = 4_000
SIDES = (1_000, 2_000, 4_000, 8_000)
GRASS_MEMORY_MB = 2_000

Grid = npt.NDArray[np.float32]
Solver = collections.abc.Callable[[Grid, tuple[int, int]], contest.Answer]


def friction(side: int) -> Grid:
    """Frictions of a square grid, equal for all contenders, drawn row by row to spare memory."""
    random = np.random.default_rng(0)
    grid = np.empty((side, side), np.float32)
    for row in grid:
        row[:] = random.uniform(1, 10, side)
    return grid


def _borderzone(grid: Grid, source: tuple[int, int]) -> contest.Answer:
    return cost.accumulate(grid, [source], cell_m=1).cost


def _scikit_image(grid: Grid, source: tuple[int, int]) -> contest.Answer:
    import skimage.graph

    found: contest.Answer = skimage.graph.MCP_Geometric(grid).find_costs([source])[0]
    return found


def _xarray_spatial(grid: Grid, source: tuple[int, int]) -> contest.Answer:
    import xarray
    import xrspatial

    axes = {"y": np.arange(grid.shape[0], dtype=float), "x": np.arange(grid.shape[1], dtype=float)}
    starts = np.zeros_like(grid)
    starts[source] = 1
    surface = xrspatial.cost_distance(xarray.DataArray(starts, axes), xarray.DataArray(grid, axes))
    found: contest.Answer = surface.to_numpy()
    return found


def _warm(solve: Solver) -> collections.abc.Callable[[int], contest.Measured]:
    def run(side: int) -> contest.Measured:
        solve(friction(10), (5, 5))
        grid = friction(side)
        return contest.measured(lambda: solve(grid, (side // 2, side // 2)))

    return run


def _grass(side: int) -> contest.Measured:
    """Run within a GRASS session, see :attr:`contest.Contender.within`."""
    middle = side // 2
    with tempfile.TemporaryDirectory() as folder:
        grid, answer = (pathlib.Path(folder, name) for name in ("friction.bin", "cost.bin"))
        friction(side).astype(np.float64).tofile(grid)
        extent = f"north={side} south=0 west=0 east={side} rows={side} cols={side}".split()
        _call("r.in.bin", "-d", f"input={grid}", "output=friction", *extent)
        _call("g.region", "raster=friction")
        start = f"start_coordinates={middle + 0.5},{side - middle - 0.5}"
        seconds, peak_mb = _timed("input=friction", "output=cost", start, f"memory={GRASS_MEMORY_MB}")
        _call("r.out.bin", "-f", "input=cost", f"output={answer}", "bytes=8")
        return contest.Measured(seconds, peak_mb, np.fromfile(answer).reshape(side, side))


def _call(*command: str) -> None:
    subprocess.run([*command, "--quiet"], check=True)


def _timed(*options: str) -> tuple[float, float]:
    started = time.perf_counter()
    peak_mb = 0.0
    process = subprocess.Popen(["r.cost", *options, "--quiet"])
    while process.poll() is None:
        peak_mb = max(peak_mb, contest.peak_mb(process.pid))
        time.sleep(0.02)
    seconds = time.perf_counter() - started
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, "r.cost")
    return seconds, peak_mb


def _grass_version() -> str | None:
    if shutil.which("grass") is None:
        return None
    told = subprocess.run(["grass", "--version"], capture_output=True, text=True, check=True)
    return (told.stdout + told.stderr).split()[2]


OURS = contest.Contender("borderzone", contest.version_of("borderzone"), _warm(_borderzone))
PEERS = (
    contest.Contender("GRASS r.cost", _grass_version, _grass, ("grass", "--tmp-location", "XY", "--exec")),
    contest.Contender("scikit-image MCP_Geometric", contest.version_of("scikit-image"), _warm(_scikit_image)),
    contest.Contender("xarray-spatial", contest.version_of("xarray-spatial"), _warm(_xarray_spatial)),
)


def _contest(peers: tuple[contest.Contender, ...], sides: tuple[int, ...]) -> contest.Contest:
    return contest.Contest((OURS, *peers), sides, lambda side: side * side, program=__spec__.name)


def run(rounds: int, sides: tuple[int, ...] = (SIDE,)) -> contest.Report:
    """All contenders on one grid."""
    rows = contest.hold(_contest(PEERS, sides), rounds=rounds)
    return contest.Report("Accumulated cost from one source to all cells", "cells", rows)


def run_growth(rounds: int, sides: tuple[int, ...] = SIDES) -> contest.Report:
    """Ours on grids of rising size, and the exponent of the growth of time."""
    rows = contest.hold(_contest((), sides), rounds=rounds)
    figures = {"exponent of the growth of time": contest.growth(rows)}
    return contest.Report("Accumulated cost, growth of time with cells", "cells", rows, figures)


if __name__ == "__main__":
    contest.take_turn(_contest(PEERS, ()), sys.argv[1:])
