"""The embedded region for tests, and copies of it to change."""

import pathlib
import shutil

from layers import embedded, region

FOLDER = embedded.folder("russia_belarus")
RUSSIA_BELARUS = region.load(FOLDER)
TABLES = FOLDER / "tables"
TOML = FOLDER / embedded.FILE


def copy(folder: pathlib.Path) -> pathlib.Path:
    """Copy the region into a folder and tell where it lies; a copy from before is as new again."""
    return pathlib.Path(shutil.copytree(FOLDER, folder / "region", dirs_exist_ok=True))


def links(folder: pathlib.Path) -> pathlib.Path:
    """Make a folder whose files are links to those of the region; whoever changes one removes it first."""
    own = folder / "region"
    for path in sorted(FOLDER.rglob("*")):
        if path.is_file():
            place = own / path.relative_to(FOLDER)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(path)
    return own


def with_snapshot(snapshot: pathlib.Path) -> region.Region:
    """The region with another snapshot."""
    return RUSSIA_BELARUS.at(FOLDER, snapshot=snapshot)


def with_tables(folder: pathlib.Path, **texts: str) -> region.Region:
    """A copy of the region in which some tables, by name without ending, have other texts."""
    own = copy(folder)
    for name, text in texts.items():
        (own / "tables" / f"{name}.csv").write_text(text, encoding="utf-8")
    return region.load(own)


def changed(folder: pathlib.Path, file: str, old: str, new: str) -> region.Region:
    """A copy of the region in which one file, by its path in the region, has another text in a place."""
    path = copy(folder) / file
    text = path.read_text(encoding="utf-8")
    assert old in text, (file, old)
    path.write_text(text.replace(old, new), encoding="utf-8")
    return region.load(folder / "region")
