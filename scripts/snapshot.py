"""Recompute the snapshot from raw sources; its files are replaced when all of them are done."""

from __future__ import annotations

import pathlib
import resource
import sys
import tempfile
import time

from geo import errors
from layers import region
from layers.snapshot import (
    attributes,
    boundaries,
    context,
    digests,
    population,
    report,
    settlements,
    transport,
)

TOPICS = (boundaries, transport, settlements, context, attributes, population, digests)


def main(*, sources: pathlib.Path, folder: pathlib.Path) -> None:
    """Recompute, replace, and print what the coverage is worth, the time and the memory that it took."""
    if not sources.is_dir():
        raise errors.InputError(f"{sources}: no such folder; expected the folder of the raw sources")
    started = time.perf_counter()
    own = region.load(folder)
    with tempfile.TemporaryDirectory(dir=folder, prefix="snapshot.") as beside:
        fresh = pathlib.Path(beside)
        _compute(own, sources, fresh)
        report.check(own.at(folder, snapshot=fresh))
        _require_budget(own, fresh)
        _replace(own.snapshot, fresh)
    print("\n".join(report.lines(own)))
    print(
        f"{_size_mb(own.snapshot):.2f} MB, {time.perf_counter() - started:.1f} s, {_peak_gb():.2f} GB at most"
    )


def _compute(own: region.Region, sources: pathlib.Path, fresh: pathlib.Path) -> None:
    for topic in TOPICS:
        started = time.perf_counter()
        topic.snapshot(own, sources, fresh)
        name = topic.__name__.rpartition(".")[2]
        print(f"{name:<16} {time.perf_counter() - started:6.2f} s", flush=True)


def _require_budget(own: region.Region, fresh: pathlib.Path) -> None:
    """Refuse a snapshot that the region has no room for."""
    kept = [path for path in _files(own.snapshot) if not (fresh / path.relative_to(own.snapshot)).exists()]
    total = sum(path.stat().st_size for path in [*kept, *_files(fresh)]) / 1e6
    coverage = (fresh / "districts.geojson").stat().st_size / 1e6
    findings = []
    if total > own.snapshot_budget_mb:
        findings.append(f"snapshot: {total:.2f} MB; expected at most {own.snapshot_budget_mb:g} MB")
    if coverage > own.boundaries.budget_mb:
        findings.append(
            f"districts.geojson: {coverage:.2f} MB; expected at most {own.boundaries.budget_mb:g} MB"
        )
    if findings:
        raise errors.InputError(findings)


def _replace(snapshot: pathlib.Path, fresh: pathlib.Path) -> None:
    for path in _files(fresh):
        target = snapshot / path.relative_to(fresh)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)


def _files(folder: pathlib.Path) -> list[pathlib.Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _size_mb(folder: pathlib.Path) -> float:
    return sum(path.stat().st_size for path in _files(folder)) / 1e6


def _peak_gb() -> float:
    """Peak memory of this process; the system counts in KiB, macOS in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e9 if sys.platform == "darwin" else 1e9 / 1024)
