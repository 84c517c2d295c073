"""Which tables by hand belong to a snapshot folder: its own, or the embedded ones."""

from __future__ import annotations

import pathlib

from scripts.build import fingerprint

LABEL = "layers/data/tables/"
EMBEDDED = fingerprint.ROOT / LABEL


def folder(data: pathlib.Path) -> pathlib.Path:
    """Folder of the tables that are read with a snapshot folder."""
    own = data / "tables"
    return own if own.is_dir() else EMBEDDED


def tell(data: pathlib.Path) -> None:
    """Print which tables are read with a snapshot folder that is not the embedded one."""
    found = folder(data)
    if data != EMBEDDED.parent:
        print(f"Tables: {found if found != EMBEDDED else f'the embedded ones, {data} has no folder tables'}")


def use(data: pathlib.Path) -> None:
    """Read the tables that belong to a snapshot folder from now on, in this process."""
    found = folder(data)
    if found != EMBEDDED:
        from layers.io import store

        store.use_tables(found)
