"""Programs side by side on one task: each run in a process of its own, in turns, the answers compared."""

from __future__ import annotations

import collections.abc
import dataclasses
import importlib.metadata
import json
import math
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import typing

import numpy as np
import numpy.typing as npt

Answer = npt.NDArray[np.floating]


class Measured(typing.NamedTuple):
    """One run: seconds on the clock, highest memory of the process in MB, and the answer."""

    seconds: float
    peak_mb: float
    answer: Answer


@dataclasses.dataclass(frozen=True)
class Contender:
    """A program that solves the task.

    Parameters
    ----------
    name
        As shown.
    version
        Version on this machine, None if not installed.
    run
        From the size of the task to one measured run; preparation and compiling are not measured.
    within
        Command that starts the program's own environment around the process, if it needs one.
    """

    name: str
    version: collections.abc.Callable[[], str | None]
    run: collections.abc.Callable[[int], Measured]
    within: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Contest:
    """A task at some sizes, and who solves it; the first contender is ours.

    Parameters
    ----------
    contenders, sizes
        Each contender solves each size.
    amount
        Number of things in a task of a size.
    program
        Module that, run as a program, calls :func:`take_turn`.
    """

    contenders: tuple[Contender, ...]
    sizes: tuple[int, ...]
    amount: collections.abc.Callable[[int], int]
    program: str


@dataclasses.dataclass
class Row:
    """Results of one contender at one size; no seconds, and no more, if it is not installed.

    ``ratio`` is its least time over ours, ``difference`` the largest relative one of its answer to ours.
    """

    contender: str
    version: str | None
    amount: int
    seconds: list[float]
    peak_mb: float | None = None
    difference: float | None = None
    ratio: float | None = None


@dataclasses.dataclass(frozen=True)
class Report:
    """Results of a bench: what was done, the unit of the amounts, and further figures by name."""

    title: str
    unit: str
    rows: list[Row]
    figures: dict[str, float] = dataclasses.field(default_factory=dict)


def version_of(distribution: str) -> collections.abc.Callable[[], str | None]:
    """Return what tells the version of an installed Python distribution, or None."""

    def version() -> str | None:
        try:
            return importlib.metadata.version(distribution)
        except importlib.metadata.PackageNotFoundError:
            return None

    return version


def measured(call: collections.abc.Callable[[], Answer]) -> Measured:
    """Time a call in this process; the peak holds all of the process since its start."""
    started = time.perf_counter()
    answer = call()
    seconds = time.perf_counter() - started
    return Measured(seconds, peak_mb("self"), answer)


def peak_mb(process: int | str) -> float:
    """Highest resident memory so far of a process of this machine (Linux), nan once it has gone."""
    status = pathlib.Path("/proc", str(process), "status").read_text(encoding="utf-8")
    found = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(found[0].split()[1]) / 1_000 if found else math.nan


def hold(contest: Contest, *, rounds: int) -> list[Row]:
    """Let all installed contenders solve every size in turns, ``rounds`` times over."""
    versions = {contender: contender.version() for contender in contest.contenders}
    rows = {
        (size, contender): Row(contender.name, version, contest.amount(size), [])
        for size in contest.sizes
        for contender, version in versions.items()
    }
    turns = [contender for contender, version in versions.items() if version]
    for _ in range(rounds):
        for size in contest.sizes:
            ours = None
            for contender in turns:
                taken = _turn(contest, contender, size)
                ours = taken.answer if ours is None else ours
                row = rows[size, contender]
                row.seconds.append(taken.seconds)
                row.peak_mb, row.difference = taken.peak_mb, _difference(taken.answer, ours)
    for (size, contender), row in rows.items():
        if contender in turns:
            row.ratio = min(row.seconds) / min(rows[size, contest.contenders[0]].seconds)
    return list(rows.values())


def _turn(contest: Contest, contender: Contender, size: int) -> Measured:
    """Let a contender solve one size in a new process."""
    with tempfile.TemporaryDirectory() as folder:
        answer = pathlib.Path(folder, "answer.npy")
        task = [contender.name, str(size), str(answer)]
        command = [*contender.within, sys.executable, "-m", contest.program, *task]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        if ended.returncode:
            raise RuntimeError(f"{contender.name} failed:\n{ended.stderr}")
        taken = json.loads(answer.with_suffix(".json").read_text(encoding="utf-8"))
        return Measured(taken["seconds"], taken["peak_mb"], np.load(answer))


def take_turn(contest: Contest, task: list[str]) -> None:
    """Solve one size in this process and leave the answer, with the measures beside it.

    Parameters
    ----------
    contest
        The contest.
    task
        Name of the contender, size, file for the answer (.npy).
    """
    name, size, answer = task
    contender = next(one for one in contest.contenders if one.name == name)
    seconds, peak, values = contender.run(int(size))
    np.save(answer, values)
    measures = json.dumps({"seconds": seconds, "peak_mb": peak})
    pathlib.Path(answer).with_suffix(".json").write_text(measures, encoding="utf-8")


def _difference(values: Answer, ours: Answer) -> float:
    """Largest relative difference; infinite where only one of the two has a finite value."""
    finite = np.isfinite(ours)
    if not np.array_equal(np.isfinite(values), finite):
        return math.inf
    scale = np.abs(ours[finite])
    return float((np.abs(values[finite] - ours[finite]) / np.where(scale > 0, scale, 1)).max(initial=0))


def median_seconds(row: Row) -> float:
    """Median time of the runs of a row.

    The best of short runs meets a quiet moment that long runs never have, so bests would not compare.
    """
    return statistics.median(row.seconds)


def peak(row: Row) -> float:
    """Highest memory of a row in MB, nan where none was measured."""
    return math.nan if row.peak_mb is None else row.peak_mb


def growth(rows: list[Row], of: collections.abc.Callable[[Row], float] = median_seconds) -> float:
    """Exponent of the growth of one contender, of its time if no other measure is named.

    From the least to the largest amount.
    """
    ordered = sorted((row.amount, of(row)) for row in rows)
    (first, first_value), (last, last_value) = ordered[0], ordered[-1]
    return math.log(last_value / first_value) / math.log(last / first)


def table(report: Report) -> str:
    """Rows as a Markdown table, then further figures and who is not installed."""
    head = (
        f"| {report.unit} | contender | seconds | times ours | peak MB | relative difference |",
        "|--:|---|--:|--:|--:|--:|",
    )
    lines = [
        f"| {row.amount:,} | {row.contender} {row.version} | {min(row.seconds):.2f} "
        f"| {row.ratio:.2f} | {row.peak_mb:.0f} | {row.difference:.1e} |"
        for row in report.rows
        if row.seconds
    ]
    figures = [f"{name}: {value:.3f}" for name, value in report.figures.items()]
    absent = [f"not installed: {row.contender}" for row in report.rows if not row.seconds]
    return "\n".join([*head, *lines, "", *figures, *absent])
