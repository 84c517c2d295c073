"""Nothing that somebody put into the atlas, or changed there, is lost when it is replaced."""

import hashlib
import os
import pathlib
import shutil
import sqlite3
import time

import hypothesis
import pytest
from hypothesis import strategies

from geo import errors
from layers.io import manifest
from scripts.build import kept, publish

OLD = {"index.html": "old page", "tables/a.csv": "old a", "tables/b.csv": "old b", "gone/c.csv": "old c"}
NEW = {"index.html": "new page", "tables/a.csv": "new a", "tables/b.csv": "old b", "notes.txt": "new notes"}
NEW |= {"maps/one.html": "new map", "plan": "new plan"}

# 27 November 2026, 18.40 of the clock on the wall.
MOMENT = 1795804800.0


@pytest.fixture(autouse=True)
def _wall_clock(monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def fill(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        os.utime(path, (MOMENT, MOMENT))


def content(files):
    entries = {
        name: {"bytes": len(text), "sha256": hashlib.sha256(text.encode()).hexdigest()}
        for name, text in files.items()
    }
    return {"name": "borderzone", "products": entries}


class Place:
    """An atlas of the old products, the new products, and a folder to work in."""

    def __init__(self, root, old=OLD, new=NEW):
        self.atlas, self.work, self.new = root / "atlas", root / "atlas-stages", new
        self.old = old
        fill(self.atlas, old)
        manifest.write(content(old), self.atlas)
        fill(self.work / "products", new)

    def replace(self):
        publish.recover(self.atlas, work=self.work)
        return publish.replace(self.atlas, self.work / "products", content(self.new), work=self.work)

    def files(self, folder=None):
        folder = folder or self.atlas
        return {
            path.relative_to(folder).as_posix(): path.read_text()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.name != manifest.NAME
        }


YOURS = {
    "my.qgz": "my project",
    "mine/deep/sheet.csv": "my sheet",
    "tables/mine.csv": "my table",
    "notes.txt": "my notes",  # a new product takes the name
    "maps": "my file",  # where new products need a folder
    "plan/draft.txt": "my draft",  # in a folder where a new product is a file
    "tables/a.csv": "a, changed by me",
    "gone/c.csv": "c, changed by me",  # no longer a product
}
KEPT = {
    "my.qgz": "my.qgz",
    "mine/deep/sheet.csv": "mine/deep/sheet.csv",
    "tables/mine.csv": "tables/mine.csv",
    "notes.txt": "notes (kept 2026-11-27 18.40).txt",
    "maps": "maps (kept 2026-11-27 18.40)",
    "plan/draft.txt": "plan (kept 2026-11-27 18.40)/draft.txt",
    "tables/a.csv": "tables/a (kept 2026-11-27 18.40).csv",
    "gone/c.csv": "gone/c (kept 2026-11-27 18.40).csv",
}


@pytest.fixture
def place(tmp_path):
    return yours(Place(tmp_path))


def yours(place):
    fill(place.atlas, YOURS)
    os.utime(place.atlas / "plan", (MOMENT, MOMENT))
    return place


def test_what_is_yours_keeps_its_name_or_gets_the_date_of_its_last_change(place):
    copies = place.replace()
    assert place.files() == NEW | {name: YOURS[before] for before, name in KEPT.items()}
    renamed = {one.name: one.copy for one in copies}
    assert renamed == {name: copy for name, copy in KEPT.items() if name != copy}
    assert sorted(path.name for path in place.work.iterdir()) == ["products"]


def test_kept_copies_stay_through_further_builds(place):
    place.replace()
    before = place.files()
    assert place.replace() == []
    assert place.files() == before


def test_links_and_empty_folders_stay(place, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (place.atlas / "empty").mkdir()
    (place.atlas / "dangling").symlink_to("nowhere")
    (place.atlas / "elsewhere").symlink_to(tmp_path / "elsewhere")
    place.replace()
    assert list((place.atlas / "empty").iterdir()) == []
    assert (place.atlas / "dangling").readlink() == pathlib.Path("nowhere")
    assert (place.atlas / "elsewhere").resolve() == tmp_path / "elsewhere"


def test_product_that_was_made_a_folder_or_a_link_is_kept(tmp_path):
    place = Place(tmp_path)
    for name in ("index.html", "tables/a.csv", "tables/b.csv"):
        (place.atlas / name).unlink()
    (place.atlas / "index.html").mkdir()
    fill(place.atlas / "index.html", {"mine.txt": "mine"})
    os.utime(place.atlas / "index.html", (MOMENT, MOMENT))
    (place.atlas / "tables" / "a.csv").mkdir()
    (place.atlas / "tables" / "b.csv").symlink_to("nowhere")
    assert manifest.damaged(place.atlas, content(OLD)) != []
    place.replace()
    assert (place.atlas / "index (kept 2026-11-27 18.40).html" / "mine.txt").read_text() == "mine"
    assert [path.is_dir() for path in place.atlas.glob("tables/a (kept *).csv")] == [True]
    assert [path.is_symlink() for path in place.atlas.glob("tables/b (kept *).csv")] == [True]


def test_two_changes_of_one_minute_are_both_kept(place):
    place.replace()
    fill(place.atlas, {"tables/a.csv": "changed once more"})
    place.replace()
    assert (place.atlas / KEPT["tables/a.csv"]).read_text() == YOURS["tables/a.csv"]
    assert (place.atlas / "tables/a (kept 2026-11-27 18.40, 2).csv").read_text() == "changed once more"


def test_product_that_was_changed_to_what_is_built_now_needs_no_copy(tmp_path):
    place = Place(tmp_path)
    fill(place.atlas, {"tables/a.csv": "new a", "notes.txt": "new notes"})
    assert place.replace() == []
    assert place.files() == NEW


def test_edits_in_the_journal_of_a_database_go_with_it(tmp_path):
    """A database whose last edits are in its journal, as after a crash of the program that wrote them."""
    database = tmp_path / "made.gpkg"
    with sqlite3.connect(database) as made:
        made.execute("PRAGMA journal_mode = WAL")
        made.execute("CREATE TABLE notes (text)")
    made.close()
    made_of = database.read_bytes()
    place = Place(tmp_path, new=NEW | {"b.gpkg": "another database"})
    (place.atlas / "b.gpkg").write_bytes(made_of)
    entry = {"bytes": len(made_of), "sha256": hashlib.sha256(made_of).hexdigest()}
    described = content(OLD)
    described["products"]["b.gpkg"] = entry
    manifest.write(described, place.atlas)
    with sqlite3.connect(database) as edited:
        edited.execute("INSERT INTO notes VALUES ('mine')")
        edited.commit()
        shutil.copy(f"{database}-wal", place.atlas / "b.gpkg-wal")
    edited.close()
    assert manifest.digest(place.atlas / "b.gpkg") == entry["sha256"]
    (copy,) = place.replace()
    assert copy.name == "b.gpkg"
    with sqlite3.connect(place.atlas / copy.copy) as found:
        assert found.execute("SELECT text FROM notes").fetchall() == [("mine",)]
    found.close()
    assert not (place.atlas / "b.gpkg-wal").exists()
    assert (place.atlas / "b.gpkg").read_text() == "another database"


def test_file_saved_between_carrying_and_exchange_is_kept(place, monkeypatch):
    swap = publish._swap

    def saved_meanwhile(one, other):
        (other / "my.qgz.new").write_text("saved at the last moment")
        (other / "my.qgz.new").rename(other / "my.qgz")
        (other / "late.txt").write_text("late")
        os.utime(other / "my.qgz", (MOMENT, MOMENT))
        return swap(one, other)

    monkeypatch.setattr(publish, "_swap", saved_meanwhile)
    place.replace()
    found = place.files()
    assert found["late.txt"] == "late"
    assert found["my (kept 2026-11-27 18.40).qgz"] == "saved at the last moment"


@pytest.mark.parametrize("strange", ["my.qgz", "deep/er/file.txt", "manifest.json"])
def test_folder_of_somebody_else_is_refused(tmp_path, strange):
    fill(tmp_path / "folder", {strange: '{"name": "an app", "icons": []}'})
    with pytest.raises(errors.InputError) as caught:
        publish.require_replaceable(tmp_path / "folder")
    (line,) = caught.value.findings
    assert line.endswith(
        "folder: holds files, but no manifest.json of an atlas; expected an empty folder or an atlas"
    )


def test_foreign_files_are_listed_and_foreign_folders_as_a_whole(place):
    assert kept.foreign(place.atlas) == [
        "maps",
        "mine/",
        "my.qgz",
        "notes.txt",
        "plan/",
        "tables/mine.csv",
    ]


def test_files_whose_system_has_no_links_are_copied(place, monkeypatch):
    def refuse(*_arguments, **_options):
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    place.replace()
    assert place.files() == NEW | {name: YOURS[before] for before, name in KEPT.items()}


# Killed


class Killed(BaseException):
    """Nobody catches it, as nobody does a signal that kills."""


class Mortal:
    """Counts what is done to the file system, and dies before or after one of these deeds."""

    DEEDS = ((os, "rename"), (os, "replace"), (os, "link"), (os, "mkdir"), (os, "unlink"), (os, "rmdir"))
    DEEDS += ((shutil, "copyfile"), (publish, "_swap"))

    def __init__(self, patch, last=None, *, exchange=True):
        self.done, self.last = 0, last
        self.saved = False
        patch.setattr(publish, "_swap", self.saving(publish._swap if exchange else lambda *_: False))
        for module, name in self.DEEDS:
            patch.setattr(module, name, self.counted(getattr(module, name)))

    def saving(self, swap):
        """Somebody saves one more file when the others were carried already."""

        def act(fresh, atlas):
            (atlas / "late.txt").write_text("late")
            self.saved = True
            return swap(fresh, atlas)

        return act

    def counted(self, deed):
        def act(*arguments, **options):
            self.done += 1
            if self.done == self.last:
                raise Killed
            result = deed(*arguments, **options)
            self.done += 1
            if self.done == self.last:
                raise Killed
            return result

        return act


def texts_of_yours(place):
    """Contents of yours that are found, in the atlas or where the next build looks."""
    folders = [place.atlas, place.work / "aside"]
    found = {text for folder in folders if folder.exists() for text in place.files(folder).values()}
    return found & {*YOURS.values(), "late"}


def is_whole(place):
    """Whether the atlas is the old one or the new one, with all that is yours."""
    if not place.atlas.exists():
        return False
    found, products = place.files(), manifest.read(place.atlas)["products"]
    if products == content(NEW)["products"]:
        found.pop("late.txt", "")
        return found == NEW | {KEPT[name]: text for name, text in YOURS.items()}
    return products == content(OLD)["products"] and found == OLD | YOURS | {
        name: text for name, text in found.items() if name in {*KEPT.values(), "late.txt"}
    }


@pytest.mark.parametrize("exchange", [True, False])
def test_nothing_is_lost_whenever_it_is_killed(tmp_path, exchange):
    whole = yours(Place(tmp_path / "whole"))
    with pytest.MonkeyPatch.context() as patch:
        counting = Mortal(patch, exchange=exchange)
        publish.replace(whole.atlas, whole.work / "products", content(NEW), work=whole.work)
    assert counting.done > 50
    missing = 0
    for last in range(1, counting.done + 1):
        place = yours(Place(tmp_path / f"killed-{last}"))
        with pytest.MonkeyPatch.context() as patch:
            mortal = Mortal(patch, last, exchange=exchange)
            with pytest.raises(Killed):
                publish.replace(place.atlas, place.work / "products", content(NEW), work=place.work)
        late = {"late"} if mortal.saved else set()
        assert texts_of_yours(place) == set(YOURS.values()) | late, last
        aside = place.work / "aside"
        assert not aside.exists() or all((aside / name).exists() for name in manifest.read(aside)["products"])
        missing += not place.atlas.exists()
        assert is_whole(place) or (not exchange and not place.atlas.exists()), last
        place.replace()
        assert place.files().items() >= NEW.items(), last
        assert set(YOURS.values()) | late <= set(place.files().values()), last
        # No product of before is left.
        assert set(place.files().values()) <= {*NEW.values(), *YOURS.values()} | late, last
        own = {name for name in KEPT if name == KEPT[name]}
        assert {name: place.files()[name] for name in own} == {name: YOURS[name] for name in own}, last
        assert not (place.work / "aside").exists()
        shutil.rmtree(tmp_path / f"killed-{last}")
    # Without an exchange there is one moment between two renames in which a reader finds no atlas.
    assert missing == (0 if exchange else 2)


# Any tree

NAMES = strategies.sampled_from(["a", "b", "a/b", "b/a", "a/a", "b/a/b", "c.csv", "a/c.csv"])


def trees(kind):
    """Files by name, of which none is a folder of another."""
    found = strategies.dictionaries(NAMES, strategies.sampled_from([f"{kind} 1", f"{kind} 2"]), max_size=5)
    return found.filter(lambda files: not any(two.startswith(f"{one}/") for one in files for two in files))


@hypothesis.given(trees("old"), trees("new"), trees("mine"))
def test_every_file_of_yours_is_found_after_any_replacement(tmp_path_factory, old, new, mine):
    place = Place(tmp_path_factory.mktemp("any"), old={"o": "o"} | old, new={"n": "n"} | new)
    for name, text in mine.items():
        path = place.atlas / name
        for part in (path, *path.parents):
            if part != place.atlas and part.is_relative_to(place.atlas) and part.is_file():
                part.unlink()
        if path.is_dir():
            shutil.rmtree(path)
        fill(place.atlas, {name: text})
    place.replace()
    found = place.files()
    assert found.items() >= place.new.items()
    assert set(mine.values()) <= set(found.values())
    untaken = {
        name: text
        for name, text in mine.items()
        if name not in place.old
        and not any(f"{name}/".startswith(f"{one}/") or one.startswith(f"{name}/") for one in place.new)
    }
    assert found.items() >= untaken.items()
