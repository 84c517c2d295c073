"""``manifest.json``: what an atlas was made of and what it consists of.

Imports nothing heavy, because every build compares its manifest with the one before.
"""

from __future__ import annotations

import collections.abc
import csv
import functools
import hashlib
import json
import pathlib
import stat
import tomllib
import typing

from layers.io import weights

NAME = "manifest.json"
PACKAGE = "borderzone"
TIMINGS = "build"

Manifest = dict[str, typing.Any]


def digest(path: pathlib.Path) -> str:
    """SHA-256 of a file's content, ``""`` for a file that does not exist or is none.

    A file is read once in a process as long as the system tells the same state of it.
    """
    try:
        state = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    if not stat.S_ISREG(state.st_mode):
        return ""
    return _digest(path, state.st_ino, state.st_mtime_ns, state.st_size)


@functools.cache
def _digest(path: pathlib.Path, *_state: int) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def compose(
    *,
    products: collections.abc.Mapping[str, pathlib.Path],
    region: pathlib.Path,
    inputs: collections.abc.Mapping[str, str],
    libraries: collections.abc.Mapping[str, str],
    code: str,
    version: str,
) -> Manifest:
    """Say what an atlas is, without any time: the same inputs give the same content.

    Parameters
    ----------
    products
        Files of the atlas by their path in it.
    region
        The folder of the region.
    inputs
        SHA-256 of each file read, by label.
    libraries
        Version of each library.
    code
        One SHA-256 of all code that ran.
    version
        Version of the package.
    """
    return {
        "name": PACKAGE,
        "version": version,
        "parameters": _parameters(region / "region.toml"),
        "sources": _rows(region / "tables" / "sources.csv"),
        "libraries": dict(sorted(libraries.items())),
        "code": code,
        "inputs": dict(sorted(inputs.items())),
        "products": {
            name: {"bytes": path.stat().st_size, "sha256": digest(path)}
            for name, path in sorted(products.items())
        },
    }


def read(atlas: pathlib.Path) -> Manifest:
    """Read the manifest of an atlas; empty if there is none that can be read, or it is of something else."""
    try:
        content = json.loads((atlas / NAME).read_text(encoding="utf-8"))
        whole = content["name"] == PACKAGE and all(
            isinstance(entry["sha256"], str) for entry in content["products"].values()
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {}
    return content if whole else {}


def write(manifest: Manifest, atlas: pathlib.Path) -> None:
    """Write the manifest of an atlas."""
    text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    (atlas / NAME).write_text(text, encoding="utf-8", newline="\n")


def is_same(one: Manifest, other: Manifest) -> bool:
    """Whether two manifests differ in nothing but the timings of the build."""
    return {**one, TIMINGS: None} == {**other, TIMINGS: None}


def damaged(atlas: pathlib.Path, manifest: Manifest) -> list[str]:
    """Products of an atlas that are missing or differ from its manifest, one line for each."""
    lines = []
    for name, entry in manifest.get("products", {}).items():
        found = digest(atlas / name)
        if found != entry["sha256"]:
            state = "differs from" if found else "is missing, but stands in"
            lines.append(f"{name}: {state} {NAME}")
    return lines


def _parameters(path: pathlib.Path) -> dict[str, typing.Any]:
    """Parameters as the products state them: with the weights that were used."""
    parameters = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    stated = parameters["intensity"]["family_weights"]
    parameters["intensity"]["family_weights"] = dict(
        zip(stated, weights.shares(list(stated.values())), strict=True)
    )
    return parameters


def _rows(path: pathlib.Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return [dict(row) for row in csv.DictReader(stream)]
