"""Replace the atlas as a whole: a reader sees the old one or the new one, never a mixture.

What somebody else put into it stays where it is, what somebody changed is kept under another name.
"""

from __future__ import annotations

import collections.abc
import contextlib
import ctypes
import errno
import os
import pathlib
import shutil
import sqlite3

from geo import errors
from layers.io import manifest
from scripts.build import kept

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_FRESH = "new"
_ASIDE = "aside"


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
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise OSError(errno.EIO, str(error), str(folder)) from error
        raise errors.InputError(f"{folder}: another build is running here; wait until it ends") from error
    try:
        yield
    finally:
        connection.close()


def require_replaceable(atlas: pathlib.Path) -> None:
    """Refuse a folder of somebody else's files that is no atlas.

    Raises
    ------
    InputError
        If ``atlas`` is a file, or a folder with content and without a manifest.
    """
    if atlas.exists() and not atlas.is_dir():
        raise errors.InputError(f"{atlas}: is a file; expected a folder for the atlas")
    if atlas.exists() and any(atlas.iterdir()) and not manifest.read(atlas):
        raise errors.InputError(
            f"{atlas}: holds files, but no {manifest.NAME} of an atlas; expected an empty folder or an atlas"
        )


def replace(
    atlas: pathlib.Path, products: pathlib.Path, content: manifest.Manifest, *, work: pathlib.Path
) -> list[kept.Copy]:
    """Put the products and the manifest in the place of the atlas, and keep what is somebody else's.

    Parameters
    ----------
    work
        A folder of our own on the file system of the atlas.

    Returns
    -------
    list
        Changed products, and files whose names are taken now: under which name each is kept.
    """
    fresh = work / _FRESH
    _remove(fresh)
    fresh.mkdir()
    for name in content["products"]:
        (fresh / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(products / name, fresh / name)
    manifest.write(content, fresh)
    copies = kept.carry(atlas, fresh) if atlas.exists() else []
    _exchange(fresh, atlas, aside=work / _ASIDE)
    return list(dict.fromkeys([*copies, *recover(atlas, work=work)]))


def recover(atlas: pathlib.Path, *, work: pathlib.Path) -> list[kept.Copy]:
    """Settle what an exchange left aside, this one or one that was killed.

    Nothing but a folder of the name `_ASIDE` can hold what somebody put into the atlas in the last moment,
    so it goes only after that was looked for; one of the name `_FRESH` holds nothing of its own.
    """
    aside = work / _ASIDE
    if not aside.exists():
        return []
    if not atlas.exists():  # killed between the two renames of a system without exchange
        aside.rename(atlas)
        return []
    copies = kept.carry(aside, atlas)
    _remove(work / _FRESH)
    aside.rename(work / _FRESH)
    _remove(work / _FRESH)
    return copies


def _exchange(fresh: pathlib.Path, atlas: pathlib.Path, *, aside: pathlib.Path) -> None:
    """Put ``fresh`` in the place of ``atlas``, which goes aside; in one operation on Linux."""
    if not atlas.exists():
        fresh.rename(atlas)
        return
    fresh.rename(aside)
    if _swap(aside, atlas):
        return
    aside.rename(fresh)
    atlas.rename(aside)
    fresh.rename(atlas)


def _swap(one: pathlib.Path, other: pathlib.Path) -> bool:
    swap = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if os.name == "posix" else None
    return bool(
        swap and swap(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0
    )


def _remove(folder: pathlib.Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
