"""A region of one's own: what a copy holds, and that it builds the same atlas."""

import json
import pathlib
import re

import pytest
from typer.testing import CliRunner

from layers import embedded, region
from maps import texts
from scripts import cli


def run(*words):
    return CliRunner().invoke(cli.app, [str(word) for word in words])


def content(folder: pathlib.Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("name", embedded.names())
def test_a_copy_holds_the_files_of_the_region_and_says_what_each_is_for(name, tmp_path):
    target = tmp_path / "office" / "own"
    result = run("new", target, "--from", name)
    assert (result.exit_code, result.stdout) == (0, f"{target}\n")
    copied = content(target)
    readme = copied.pop("README.md").decode()
    assert copied == content(embedded.folder(name))
    assert [path.name for path in target.parent.iterdir()] == ["own"]
    own = region.load(target)
    titles = texts.label(own, "region.title")
    assert re.findall("^# (.+)$", readme, re.MULTILINE) == [
        titles.text(language) for language in own.languages
    ]
    told = set(re.findall(r"^\| `([^`]+)`", readme, re.MULTILINE)) - {"texts/*.toml"}
    for line in told:
        assert list(target.glob(line)) or line.startswith("tables/"), line


def test_what_lies_where_the_copy_should_go_stays(tmp_path):
    mine = tmp_path / "own" / "notes.txt"
    mine.parent.mkdir()
    mine.write_text("mine", encoding="utf-8")
    for target in (mine.parent, mine):
        result = run("new", target)
        assert result.exit_code == 1
        expected = f"{target}: holds something already; expected a new or an empty folder"
        assert str(result.exception) == expected
    assert content(tmp_path) == {"own/notes.txt": b"mine"}


def test_a_copied_region_builds_the_same_bytes(tiny, tiny_atlas, tmp_path):
    own, out = tmp_path / "office" / "own", tmp_path / "atlas"
    assert run("new", own, "--from", tiny.folder).exit_code == 0
    result = run("build", "--region", own, "--out", out, "--jobs", "1")
    assert result.exit_code == 0, result.stderr
    built, expected = content(out), content(tiny_atlas)
    manifests = [json.loads(files.pop("manifest.json")) for files in (built, expected)]
    assert built == expected
    assert all(manifest.pop("build") for manifest in manifests)  # when it ran, and for how long
    assert manifests[0] == manifests[1]


def test_what_lies_beside_the_new_folder_stays(tmp_path):
    kept = tmp_path / "mine.new" / "notes.txt"
    kept.parent.mkdir()
    kept.write_text("notes", encoding="utf-8")
    assert run("new", tmp_path / "mine").exit_code == 0
    assert kept.read_text(encoding="utf-8") == "notes"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "mine.new"]


def test_no_copy_is_put_into_its_region(tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    assert run("new", own).exit_code == 0
    result = run("new", own / "inner", "--from", own)
    assert str(result.exception) == f"{own / 'inner'}: lies in the region that it would be a copy of"
