"""The regions that come with the package, and how a region is named on the command line.

Imports nothing heavy, because every command asks.
"""

from __future__ import annotations

import pathlib
import re
import tomllib

from geo import errors

FOLDER = pathlib.Path(__file__).with_name("regions")
FILE = "region.toml"
ID = "[a-z0-9_]+"


def names() -> list[str]:
    """Names of the embedded regions; the first is the one that is meant if none is named."""
    paths = sorted(FOLDER.glob(f"*/{FILE}"))
    places = {
        path.parent.name: tomllib.loads(path.read_text(encoding="utf-8-sig"))["listed"] for path in paths
    }
    return sorted(places, key=lambda name: places[name])


def identity(region: pathlib.Path) -> str:
    """Id that a region folder states, else its name; what is wrong with the file is told by who reads it."""
    try:
        stated = str(tomllib.loads((region / FILE).read_text(encoding="utf-8-sig"))["id"])
    except (OSError, ValueError, LookupError):
        return region.name
    return stated if re.fullmatch(ID, stated) else region.name


def folder(region: str) -> pathlib.Path:
    """Folder of a region that is named as an embedded one, or by its folder.

    Raises
    ------
    InputError
        If it is neither.
    """
    path = FOLDER / region if region in names() else pathlib.Path(region)
    if not (path / FILE).is_file():
        known = ", ".join(names())
        raise errors.InputError(f"{region}: no region; expected {known}, or a folder that holds {FILE}")
    return path.resolve()
