"""Hold a region against its rules, and if asked an atlas against its manifest and its formats."""

from __future__ import annotations

import collections.abc
import pathlib

from geo import errors
from layers import region, rules
from layers.io import geopackage, manifest
from layers.snapshot import report
from maps.texts import checks as texts
from maps.web import outside
from scripts.build import notes


def main(*, folder: pathlib.Path, atlas: pathlib.Path | None) -> None:
    """Raise all findings as one error; if there are none, tell what coverage and tables are worth.

    Raises
    ------
    InputError
        One line for each finding.
    """
    own = region.load(folder)
    found = of_region(own) + (products(atlas) if atlas else [])
    if found:
        raise errors.InputError(found)
    told = notes.of_atlas(atlas) if atlas else []
    print("\n".join([*report.lines(own), *notes.of_region(folder), *told]))
    print("No findings.")


def of_region(own: region.Region) -> list[str]:
    """Collect findings in a region."""
    return [line for check in (rules.check, texts.check) for line in _findings(check, own)]


def _findings(check: collections.abc.Callable[[region.Region], None], own: region.Region) -> list[str]:
    try:
        check(own)
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
