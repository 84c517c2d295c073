"""What somebody else put into a folder of products, or changed there, and how it moves to another folder.

A file is somebody's unless the folder's manifest lists it with that very content. Such a file keeps its
name; a changed product, and a file whose name is taken, get the date of their last change into it, such
as ``candidate_sites (kept 2026-11-27 18.40).xlsx``. The same file gets the same name however often it is
carried, so a carrying that was interrupted is simply repeated.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import datetime
import filecmp
import itertools
import os
import pathlib
import shutil

from layers.io import manifest

# SQLite keeps beside a database what is not yet in it; beside another database it would spoil that.
_JOURNALS = ("-wal", "-journal")
_SCRATCH = "-shm"  # made anew from the first of them


@dataclasses.dataclass(frozen=True)
class Copy:
    """A file that could not keep its name, and the name that it got, both from the folder."""

    name: str
    copy: str


def carry(source: pathlib.Path, target: pathlib.Path) -> list[Copy]:
    """Put everything of somebody else from one folder into another; the source stays as it is.

    Parameters
    ----------
    source
        A folder of products with the manifest that it was made with, or any folder.
    target
        A folder on the same file system, that holds its own products already.

    Returns
    -------
    list
        What got another name.
    """
    products = manifest.read(source).get("products", {})
    made = {manifest.NAME, *products} if products else set()
    renamed: dict[str, Copy] = {}
    for path in _entries(source):
        name = path.relative_to(source).as_posix()
        product = name.removesuffix(next(filter(name.endswith, (*_JOURNALS, _SCRATCH)), ""))
        if product != name and product in products:
            # A journal goes with its database, and one without keeps away from the new database.
            if not os.path.lexists(source / product) and path.stat().st_size:
                renamed[name] = _put_aside(path, source, target)
        elif name not in made:
            placed = _place(path, source, target)
            _put(path, target / placed)
            if placed != name:
                renamed[name] = Copy(name, placed)
        elif name != manifest.NAME and _is_changed(path, products[name], target / name):
            renamed[name] = _put_aside(path, source, target)
    return list(renamed.values())


def shown(name: str) -> str:
    """Name of a file as it can be printed, whatever bytes the system has for it."""
    return name.encode("utf-8", "backslashreplace").decode()


def foreign(folder: pathlib.Path) -> list[str]:
    """Files in an atlas that no build made, by name; a folder without any product is named as a whole."""
    made = {manifest.NAME, *manifest.read(folder)["products"]}
    parents = {parent.as_posix() for name in made for parent in pathlib.PurePosixPath(name).parents}
    return sorted(_strange(folder, folder, made, parents))


def _strange(
    folder: pathlib.Path, root: pathlib.Path, made: set[str], parents: set[str]
) -> collections.abc.Iterator[str]:
    for path in folder.iterdir():
        name = path.relative_to(root).as_posix()
        if name in parents and _is_folder(path):
            yield from _strange(path, root, made, parents)
        elif name not in made or _is_folder(path):
            yield f"{name}/" if _is_folder(path) else name


def _entries(folder: pathlib.Path) -> collections.abc.Iterator[pathlib.Path]:
    """Files, links and empty folders, in the order of their names."""
    for path in sorted(folder.iterdir()):
        if _is_folder(path) and any(path.iterdir()):
            yield from _entries(path)
        else:
            yield path


def _is_folder(path: pathlib.Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _is_changed(path: pathlib.Path, entry: collections.abc.Mapping[str, str], fresh: pathlib.Path) -> bool:
    """Whether a product is not as it was made, nor as it is made now."""
    return bool(_journals(path)) or (manifest.digest(path) != entry["sha256"] and not _is_same(path, fresh))


def _journals(path: pathlib.Path) -> dict[str, pathlib.Path]:
    """Journals of a database that hold something, by suffix."""
    beside = {suffix: path.with_name(path.name + suffix) for suffix in _JOURNALS}
    return {
        suffix: journal for suffix, journal in beside.items() if journal.is_file() and journal.stat().st_size
    }


def _put_aside(path: pathlib.Path, source: pathlib.Path, target: pathlib.Path) -> Copy:
    name = path.relative_to(source).as_posix()
    folder = pathlib.PurePosixPath(_place(path.parent, source, target)) if path.parent != source else None
    chosen = _vacant(target / (folder or ""), path, dated_only=True)
    copy = (folder / chosen if folder else pathlib.PurePosixPath(chosen)).as_posix()
    for suffix, journal in _journals(path).items():
        _put(journal, target / f"{copy}{suffix}")
    _put(path, target / copy)
    return Copy(name, copy)


def _place(path: pathlib.Path, source: pathlib.Path, target: pathlib.Path) -> str:
    """Where a file or folder of the source has its place in the target: its own name, if that is free."""
    origin, here = source, target
    for part in path.relative_to(source).parts:
        origin /= part
        here /= _vacant(here, origin)
    return here.relative_to(target).as_posix()


def _vacant(folder: pathlib.Path, path: pathlib.Path, *, dated_only: bool = False) -> str:
    """First name for a file in a folder that is free, or holds the same already."""
    changed = _moment(path.lstat().st_mtime)
    dated = (
        f"{path.stem} (kept {changed}{f', {number}' if number > 1 else ''}){path.suffix}"
        for number in itertools.count(1)
    )
    names = itertools.chain(() if dated_only else (path.name,), dated)
    return next(name for name in names if _fits(path, folder / name))


def _moment(seconds: float) -> str:
    try:
        return f"{datetime.datetime.fromtimestamp(seconds):%Y-%m-%d %H.%M}"
    except (OSError, OverflowError, ValueError):  # no year of a calendar
        return "undated"


def _fits(path: pathlib.Path, place: pathlib.Path) -> bool:
    """Whether a place is free for a file and its journals, or holds just these."""
    if not os.path.lexists(place):
        return not _journals(place)
    journals, others = _journals(path), _journals(place)
    return (
        _is_same(path, place)
        and journals.keys() == others.keys()
        and all(_is_same(journal, others[suffix]) for suffix, journal in journals.items())
    )


def _is_same(one: pathlib.Path, other: pathlib.Path) -> bool:
    if one.is_symlink() or other.is_symlink():
        return one.is_symlink() and other.is_symlink() and one.readlink() == other.readlink()
    if one.is_dir() or other.is_dir():
        return one.is_dir() and other.is_dir()
    return one.exists() and other.exists() and filecmp.cmp(one, other, shallow=False)


def _put(path: pathlib.Path, place: pathlib.Path) -> None:
    """Let the file stand in another place too; whole or not at all."""
    if os.path.lexists(place):
        return
    if _is_folder(path):
        place.mkdir(parents=True)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path, place, follow_symlinks=False)
    except (OSError, NotImplementedError):  # a file system without links
        part = place.with_name(f"{place.name}.part")
        shutil.copy2(path, part, follow_symlinks=False)
        part.replace(place)
