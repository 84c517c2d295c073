"""Replace the atlas as a whole: a reader sees the old one or the new one, never a mixture."""

from __future__ import annotations

import collections.abc
import contextlib
import ctypes
import os
import pathlib
import shutil
import sqlite3

from geo import errors
from layers import manifest

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


@contextlib.contextmanager
def locked(folder: pathlib.Path) -> collections.abc.Iterator[None]:
    """Hold a folder for one build; the system lets go of it even when the build is killed.

    Raises
    ------
    InputError
        If another build holds it.
    """
    connection = sqlite3.connect(folder / "lock", timeout=0, isolation_level=None)
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        connection.close()
        raise errors.InputError(f"{folder}: another build is running here; wait until it ends") from error
    try:
        yield
    finally:
        connection.close()


def require_replaceable(atlas: pathlib.Path, products: collections.abc.Iterable[str]) -> None:
    """Refuse a folder that holds files which no build made, since it is replaced as a whole.

    Files that programs put beside a product (``borderzone.gpkg-wal``, ``*.tif.aux.xml``) are no obstacle.

    Raises
    ------
    InputError
        One line for each such file, or one if ``atlas`` is not a folder.
    """
    if atlas.exists() and not atlas.is_dir():
        raise errors.InputError(f"{atlas}: is a file; expected a folder for the atlas")
    known = (manifest.NAME, *products, *manifest.read(atlas).get("products", ()))
    files = (path for path in sorted(atlas.rglob("*")) if not path.is_dir())
    strange = [path for path in files if not path.relative_to(atlas).as_posix().startswith(known)]
    if strange:
        raise errors.InputError(
            f"{path}: no build made this file; expected an empty folder or an atlas" for path in strange
        )


def replace(atlas: pathlib.Path, products: pathlib.Path, content: manifest.Manifest) -> None:
    """Copy the products and the manifest beside the atlas, then exchange the two folders."""
    fresh = atlas.with_name(f"{atlas.name}-new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    for name in content["products"]:
        (fresh / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(products / name, fresh / name)
    manifest.write(content, fresh)
    _exchange(fresh, atlas)
    shutil.rmtree(fresh, ignore_errors=True)


def recover(atlas: pathlib.Path) -> None:
    """Put the old atlas back if a build was killed between the two renames of a system without exchange."""
    if not atlas.exists() and _aside(atlas).exists():
        _aside(atlas).rename(atlas)


def _exchange(fresh: pathlib.Path, atlas: pathlib.Path) -> None:
    """Put ``fresh`` in the place of ``atlas`` in one operation where the system has one (Linux)."""
    if not atlas.exists():
        fresh.rename(atlas)
        return
    swap = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if os.name == "posix" else None
    if swap and swap(_AT_FDCWD, os.fsencode(fresh), _AT_FDCWD, os.fsencode(atlas), _RENAME_EXCHANGE) == 0:
        return
    old = _aside(atlas)
    shutil.rmtree(old, ignore_errors=True)
    atlas.rename(old)
    fresh.rename(atlas)
    shutil.rmtree(old, ignore_errors=True)


def _aside(atlas: pathlib.Path) -> pathlib.Path:
    return atlas.with_name(f"{atlas.name}-old")
