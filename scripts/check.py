"""Hold the snapshot, the tables by hand, the layers and the products against their rules."""

from __future__ import annotations

import pathlib

from geo import errors
from layers import rules
from layers.io import geopackage, manifest
from layers.snapshot import report
from maps.web import outside
from scripts.build import notes, tables


def main(*, atlas: pathlib.Path, data: pathlib.Path) -> None:
    """Raise all findings as one error; if there are none, tell what the coverage and the tables are worth.

    Raises
    ------
    InputError
        One line for each finding.
    """
    tables.tell(data)
    tables.use(data)
    found = snapshot(data) + products(atlas)
    if found:
        raise errors.InputError(found)
    print("\n".join([*report.lines(data), *notes.of_tables(data), *notes.of_atlas(atlas)]))
    print("No findings.")


def snapshot(data: pathlib.Path) -> list[str]:
    """Collect findings in the snapshot and the tables by hand."""
    try:
        rules.check(data)
    except errors.InputError as error:
        return list(error.findings)
    return []


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
