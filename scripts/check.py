"""Hold the snapshot, the tables by hand, the layers and the products against their rules."""

from __future__ import annotations

import collections.abc
import pathlib

from geo import errors
from layers import (
    boundaries,
    catalogue,
    context,
    cooperation,
    facts,
    geopackage,
    intensity_framework,
    manifest,
    settlements,
    transport,
)
from layers.snapshot import report
from maps import outside
from scripts import notes

_READERS: tuple[collections.abc.Callable[[pathlib.Path], object], ...] = (
    lambda _data: catalogue.terms(),
    lambda _data: catalogue.notes(),
    lambda _data: catalogue.indicators(),
    lambda _data: catalogue.sources(),
    lambda _data: intensity_framework.read(),
    lambda _data: intensity_framework.read_rates(),
    report.check,
    boundaries.district_pairs,
    boundaries.border,
    transport.roads,
    transport.railways,
    transport.stations,
    transport.crossings,
    settlements.settlements,
    context.water,
    context.neighbours,
    cooperation.links,
    cooperation.zones,
    cooperation.programme,
    facts.facts,
)


def main(*, atlas: pathlib.Path, data: pathlib.Path) -> None:
    """Print what the coverage is worth and what is worth knowing, then raise all findings as one error.

    Raises
    ------
    InputError
        One line for each finding.
    """
    found = snapshot(data) + products(atlas)
    print("\n".join([*report.lines(data), *notes.of_tables(data), *notes.of_atlas(atlas)]))
    if found:
        raise errors.InputError(found)
    print("No findings.")


def snapshot(data: pathlib.Path) -> list[str]:
    """Collect findings in the snapshot and the tables by hand: reading a layer checks it."""
    return list(dict.fromkeys(line for read in _READERS for line in _findings(read, data)))


def products(atlas: pathlib.Path) -> list[str]:
    """Collect findings in an atlas: files against the manifest, layers, and pages that fetch something."""
    content = manifest.read(atlas)
    if not content:
        return [f"{atlas / manifest.NAME}: no manifest that can be read; expected an atlas"]
    damaged = manifest.damaged(atlas, content)
    whole = [atlas / name for name in content["products"] if (atlas / name).is_file()]
    packages = [line for path in whole if path.suffix == ".gpkg" for line in geopackage.check(path)]
    pages = [
        f"{path.relative_to(atlas)}: fetches {address}; expected nothing from outside"
        for path in whole
        if path.suffix == ".html"
        for address in outside.references(path.read_text(encoding="utf-8"))
    ]
    return damaged + packages + pages


def _findings(read: collections.abc.Callable[[pathlib.Path], object], data: pathlib.Path) -> tuple[str, ...]:
    try:
        read(data)
    except errors.InputError as error:
        return error.findings
    return ()
