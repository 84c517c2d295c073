"""The build as its user sees it: the command runs in a process of its own on a tiny project."""

import json
import os
import re
import shutil
import signal
import subprocess
import time

import pytest
import tiny_project


@pytest.fixture
def project(tmp_path):
    return tiny_project.Project(tmp_path / "project")


@pytest.fixture
def built(project):
    assert project.ran() == ["double", "parity", "page"]
    return project


def test_first_build_makes_all_products_and_says_what_to_open(project):
    result = project.run("build")
    assert result.returncode == 0, result.stderr
    assert set(project.content()) == {"index.html", "manifest.json", "parity.txt", "tables/double.txt"}
    assert (project.atlas / "index.html").read_text() == "hello even"
    assert result.stdout.splitlines()[-1] == f"Open {project.atlas / 'index.html'}"


def test_nothing_changed_runs_nothing_and_leaves_the_manifest(built):
    before = built.content()
    assert built.ran() == []
    assert built.content() == before


def test_touched_but_equal_files_run_nothing(built):
    built.write(f"{tiny_project.REGION}/number.txt", "21")
    built.write("layers/factor.py", "TWO = 2\n")
    os.utime(built.root / "maps" / "word.txt")
    assert built.ran() == []


def test_changed_data_with_equal_result_stops_early(built):
    built.write(f"{tiny_project.REGION}/number.txt", "22")
    assert built.ran() == ["double", "parity"]
    assert (built.atlas / "tables" / "double.txt").read_text() == "44"


def test_change_of_equal_size_and_time_is_seen(built):
    path = built.root / tiny_project.REGION / "number.txt"
    times = path.stat()
    path.write_text("99")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert built.ran() == ["double", "parity"]


def test_changed_code_of_an_indirect_import_runs_its_step(built):
    built.write("layers/factor.py", "TWO = 2 + 0\n")
    assert built.ran() == ["double"]


def test_changed_step_runs_alone(built):
    built.write("scripts/build/steps.py", tiny_project.STEPS.replace('"odd"', '"uneven"'))
    assert built.ran() == ["parity"]


def test_moved_region_runs_nothing(built):
    shutil.copytree(built.root / tiny_project.REGION, built.root / "elsewhere")
    result = built.run("build", "--region", "elsewhere")
    assert "Nothing changed" in result.stdout


def test_region_with_the_mark_of_an_editor_is_built(project):
    path = project.root / tiny_project.REGION / "region.toml"
    path.write_text(path.read_text(encoding="utf-8"), encoding="utf-8-sig")
    assert project.ran() == ["double", "parity", "page"]


def test_embedded_regions_are_listed(project):
    assert project.run("regions").stdout == "tiny\n"


def test_several_regions_go_to_a_folder_each_and_do_not_stop_each_other(project):
    # Named by its id, wherever it lies.
    shutil.copytree(project.root / tiny_project.REGION, project.root / "copy")
    text = (project.root / "copy" / "region.toml").read_text(encoding="utf-8")
    project.write("copy/region.toml", text.replace('id = "tiny"', 'id = "other"'))
    project.write("copy/number.txt", "4")
    project.write("bare/region.toml", "")
    named = [part for name in ("tiny", "bare", "copy") for part in ("--region", name)]
    result = project.run("build", *named)
    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        f"bare: number.txt: file is missing in {project.root / 'bare'}",
    ]
    doubled = {"tiny": "42", "other": "8"}
    for name, number in doubled.items():
        assert (project.atlas / name / "tables" / "double.txt").read_text() == number
    assert {path.name for path in project.atlas.iterdir()} == {*doubled, *(f"{n}-stages" for n in doubled)}


def test_regions_of_one_id_are_refused(project):
    result = project.run("build", "--region", "tiny", "--region", tiny_project.REGION)
    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        "region.toml: id = 'tiny' of two regions; expected another for each"
    ]
    assert not project.atlas.exists()


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            f"{tiny_project.REGION}/number.txt",
            "23",
            {"double: changed: region/number.txt", "parity: after: double"},
        ),
        ("layers/factor.py", "TWO = 3", {"double: changed: code layers/factor.py", "parity: after: double"}),
        ("maps/word.txt", "bye ", {"page: changed: maps/word.txt"}),
    ],
)
def test_dry_run_names_what_changed_and_changes_nothing(built, name, text, expected):
    before = built.content()
    built.write(name, text)
    result = built.run("build", "--dry-run")
    assert result.returncode == 0
    assert expected <= set(result.stdout.splitlines())
    assert built.content() == before


def test_dry_run_before_and_after_the_first_build(project):
    assert "double: never built" in project.run("build", "--dry-run").stdout.splitlines()
    assert not project.atlas.exists()
    project.run("build")
    assert project.run("build", "--dry-run").stdout == "Nothing to rebuild.\n"


def test_dry_run_names_a_missing_product(built):
    (built.atlas.with_name("atlas-stages") / "products" / "parity.txt").unlink()
    assert "parity: gone: parity.txt" in built.run("build", "--dry-run").stdout.splitlines()


def test_hand_changed_and_deleted_products_come_back(built):
    before = built.content()
    (built.atlas / "index.html").write_text("by hand")
    (built.atlas / "tables" / "double.txt").unlink()
    result = built.run("build")
    assert "Atlas restored" in result.stdout
    (line,) = [line for line in result.stdout.splitlines() if line.startswith("index.html: ")]
    copy = line.removeprefix("index.html: yours is kept as ")
    assert re.fullmatch(r"index \(kept \d{4}-\d\d-\d\d \d\d\.\d\d\)\.html", copy)
    found = built.content()
    assert found.pop(copy) == b"by hand"
    assert {**found, "manifest.json": b""} == {**before, "manifest.json": b""}
    assert "Nothing changed" in built.run("build").stdout
    assert (built.atlas / copy).read_text() == "by hand"


def test_failed_step_leaves_the_atlas_and_prints_each_finding(built):
    before = built.content()
    built.write("maps/word.txt", "wrong")
    result = built.run("build")
    assert result.returncode == 1
    assert result.stderr.splitlines() == ["word.txt: 'wrong'; expected a word", "word.txt: second finding"]
    assert built.content() == before
    built.write("maps/word.txt", "hello ")
    assert built.ran() == []  # what it was made from is as before the fault
    assert built.content() == before


def test_fault_of_the_code_is_not_hidden(built):
    before = built.content()
    built.write("maps/word.txt", "bug")
    result = built.run("build")
    assert result.returncode != 0
    assert "ZeroDivisionError: a fault of the code" in result.stderr
    assert built.content() == before


def _hang(project: tiny_project.Project) -> subprocess.Popen:
    project.write("maps/word.txt", "hang")
    project.write(f"{tiny_project.REGION}/number.txt", "30")
    process = project.start("build")
    deadline = time.monotonic() + 30
    while not (project.root / "hanging").exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return process


def test_killed_build_leaves_the_atlas_and_the_next_one_goes_on(built):
    before = built.content()
    process = _hang(built)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert built.content() == before
    built.write("maps/word.txt", "again ")
    assert built.ran() == ["page"]
    assert built.content()["index.html"] == b"again even"


def test_second_build_into_the_same_folder_is_refused(built):
    process = _hang(built)
    try:
        result = built.run("build")
    finally:
        process.kill()
        process.communicate()
    assert result.returncode == 1
    assert "another build is running here" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_interrupted_change_that_is_taken_back_is_not_mistaken(built):
    process = _hang(built)
    process.kill()
    process.communicate()
    built.write(f"{tiny_project.REGION}/number.txt", "21")
    built.write("maps/word.txt", "hello ")
    assert "double" in built.ran()
    assert (built.atlas / "tables" / "double.txt").read_text() == "42"


def test_products_of_an_older_atlas_vanish(built):
    fewer = tiny_project.STEPS.replace('uses=("parity",)', 'uses=("double",)').replace(
        '    graph.Step(run=parity, uses=("double",), products=("parity.txt",)),\n', ""
    )
    built.write("scripts/build/steps.py", fewer.replace('(work.products / "parity.txt").read_text()', '"!"'))
    built.run("build")
    assert set(built.content()) == {"index.html", "manifest.json", "tables/double.txt"}


def test_files_of_somebody_else_stay_and_block_no_build(built):
    yours = {"my.qgz": "mine", "tables/own.csv": "own", "own/deep/notes.txt": "deep"}
    for name, text in yours.items():
        built.write(f"build/atlas/{name}", text)
    built.write(f"{tiny_project.REGION}/number.txt", "30")
    assert built.ran() == ["double", "parity"]
    found = built.content()
    assert {name: found[name].decode() for name in yours} == yours
    assert found["tables/double.txt"] == b"60"


def test_killed_build_loses_nothing_of_somebody_else(built):
    built.write("build/atlas/my.qgz", "mine")
    built.write("build/atlas/index.html", "by hand")
    process = _hang(built)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    built.write("build/atlas/late.txt", "late")
    built.write("maps/word.txt", "again ")
    built.ran()
    found = built.content()
    assert (found["my.qgz"], found["late.txt"]) == (b"mine", b"late")
    assert b"by hand" in found.values()


def test_folder_that_is_no_atlas_is_refused_in_one_line_and_stays(project):
    project.write("mine/letter.txt", "dear")
    project.write("mine/manifest.json", '{"name": "an app", "icons": []}')
    result = project.run("build", "--out", "mine")
    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        f"{project.root / 'mine'}: holds files, but no manifest.json of an atlas; "
        "expected an empty folder or an atlas"
    ]
    assert {path.name for path in (project.root / "mine").iterdir()} == {"letter.txt", "manifest.json"}
    assert not (project.root / "mine-stages").exists()


def test_unreadable_state_counts_as_none(built):
    (built.atlas.with_name("atlas-stages") / "state.json").write_text("{half")
    assert built.ran() == ["double", "parity", "page"]


def test_step_that_makes_something_else_is_a_fault(project):
    project.write(
        "scripts/build/steps.py",
        tiny_project.STEPS.replace('products=("parity.txt",)', 'products=("other.txt",)'),
    )
    result = project.run("build")
    assert "step parity made ['parity.txt']; declared ['other.txt']" in result.stderr


def test_manifest_tells_time_in_one_place_only(built):
    first = json.loads((built.atlas / "manifest.json").read_text())
    result = built.run("build", "--out", "build/other")
    assert result.returncode == 0
    second = json.loads((built.root / "build" / "other" / "manifest.json").read_text())
    assert set(first["build"]) == {"started", "seconds", "steps"}
    assert first["build"]["steps"].keys() == {"double", "parity", "page"}
    del first["build"], second["build"]
    assert first == second
    assert first["inputs"].keys() == {"region/number.txt", "maps/word.txt"}
    assert first["products"]["parity.txt"]["bytes"] == 4
    assert "geopandas" in first["libraries"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("build", "--region", "nowhere"), 1, "nowhere: no region; expected tiny, or a folder that holds"),
        (
            ("build", "--region", "maps"),
            1,
            "maps: no region; expected tiny, or a folder that holds",
        ),
        (("build", "--region", "bare"), 1, "number.txt: file is missing in"),
        (("build", "--out", "maps/word.txt"), 1, "word.txt: is a file; expected a folder for the atlas"),
        (("build", "--out", "maps/word.txt/atlas"), 1, "Not a directory"),
        (("build", "--out", "maps"), 1, "maps: holds files, but no manifest.json of an atlas"),
        (("build", "--colour"), 2, "No such option"),
        (("draw",), 2, "No such command"),
    ],
)
def test_wrong_requests_end_in_lines(project, arguments, code, message):
    project.write("bare/region.toml", "")
    result = project.run(*arguments)
    assert result.returncode == code
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_interrupted_build_ends_quietly_and_leaves_the_atlas(built):
    before = built.content()
    process = _hang(built)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode not in {0, -signal.SIGINT}
    assert "Traceback" not in err
    assert built.content() == before
