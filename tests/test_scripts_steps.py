"""The steps of the real build: what they declare is true, and what they make is always the same."""

import builtins
import dis
import json
import os
import pathlib
import resource
import subprocess
import sys
import types

import pytest
import regions

from layers.io import manifest
from scripts.build import fingerprint, graph, steps

ROOT = pathlib.Path(__file__).parents[1]
NAMES = [step.name for step in steps.STEPS]


@pytest.fixture(scope="module")
def audited(tmp_path_factory, tiny_whole):
    """A second build from nothing, in another folder, by one job and with other hashes of texts."""
    folder = tmp_path_factory.mktemp("audited")
    program = pathlib.Path(__file__).with_name("audited_build.py")
    result = subprocess.run(
        [sys.executable, str(program), str(tiny_whole.folder), str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "12345", "PYTHONPATH": str(ROOT), "TZ": "Asia/Tokyo"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return folder


def _hashes(atlas):
    return {
        path.relative_to(atlas).as_posix(): manifest.digest(path)
        for path in sorted(atlas.rglob("*"))
        if path.is_file() and path.name != manifest.NAME
    }


def test_two_builds_from_nothing_are_identical(tiny_whole_atlas, audited):
    assert _hashes(tiny_whole_atlas) == _hashes(audited / "atlas")
    assert manifest.is_same(manifest.read(tiny_whole_atlas), manifest.read(audited / "atlas"))


def test_products_are_those_of_the_contract(atlas):
    made = set(_hashes(atlas))
    assert {"index.html", "maps/overview.html", "borderzone.gpkg"} <= made
    assert made == set(manifest.read(atlas)["products"])


def test_nothing_in_the_products_names_this_machine(atlas):
    for name in _hashes(atlas):
        content = (atlas / name).read_bytes()
        assert os.fsencode(ROOT) not in content, name
        assert os.fsencode(atlas) not in content, name


@pytest.mark.parametrize("name", NAMES)
def test_step_opens_only_files_that_it_declared(audited, tiny_whole, name):
    opened = set(json.loads((audited / "opened.json").read_text())[name])
    plan = graph.Graph(steps.STEPS, graph.Folders(region=tiny_whole.folder, atlas=audited / "atlas"))
    step = next(step for step in plan.steps if step.name == name)
    assert opened <= {str(path) for path in plan.inputs(step).values()}


def _globals(code):
    """Names that a function takes from its module, also in what is nested in it."""
    own = {str(item.argval) for item in dis.get_instructions(code) if item.opname == "LOAD_GLOBAL"}
    nested = [part for part in code.co_consts if isinstance(part, types.CodeType)]
    return own.union(*(_globals(part) for part in nested))


@pytest.mark.parametrize("step", steps.STEPS, ids=lambda step: step.name)
def test_step_uses_nothing_but_what_it_imports(step):
    """Its own text and its imports are the code that it depends on."""
    assert _globals(step.run.__code__) <= set(dir(builtins))


@pytest.mark.parametrize("step", steps.STEPS, ids=lambda step: step.name)
def test_step_is_told_in_a_sentence(step):
    assert step.title
    assert step.title[0].isupper()


def test_code_of_a_step_is_found_through_imports():
    by_name = {step.name: fingerprint.code(step.run) for step in steps.STEPS}
    assert "code layers/base/boundaries.py" in by_name["boundaries"]
    assert "code geo/coverage/harmonise.py" in by_name["boundaries"]
    assert "code maps/qgis/styles.py" not in by_name["boundaries"]
    assert "code layers/base/boundaries.py" not in by_name["transport"]
    assert "code maps/qgis/qml.py" in by_name["geopackage"]
    assert not any("code scripts/" in label for code in by_name.values() for label in code)


@pytest.mark.parametrize(
    ("table", "readers", "after"),
    [
        ("framework", {"intensity", "geopackage"}, {"intensity_map"}),
        (
            "profiles",
            {"siting", "suitable_areas", "zone_check"},
            {"candidates", "candidate_workbook", "sites_map"},
        ),
        ("candidate_criteria", {"candidates", "candidate_workbook"}, {"sites_map"}),
    ],
)
def test_weight_concerns_only_what_rests_on_it(table, readers, after):
    """The GeoPackage reads the framework for the titles of its fields."""
    plan = graph.Graph(steps.STEPS, graph.Folders(region=regions.FOLDER, atlas=ROOT / "nowhere"))
    path = f"region/tables/{table}.csv"
    assert {step.name for step in steps.STEPS if path in plan.inputs(step)} == {*readers, "rules"}
    concerned = set(readers)
    for step in plan.steps:
        if concerned & set(plan.needs(step)):
            concerned.add(step.name)
    assert concerned == readers | after | {"geopackage", "tables", "index"}


def test_nothing_changed_takes_less_than_two_seconds(atlas):
    """Time of the processor, which does not depend on what else the machine does; one thread only."""
    command = [sys.executable, "-m", "scripts.cli", "build", "--out", str(atlas)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert "Nothing changed" in result.stdout
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 2


def test_nothing_changed_imports_nothing_heavy(atlas):
    code = (
        "import sys; from scripts import cli; sys.argv[1:] = ['build', '--out', sys.argv[1]]\n"
        "try: cli.main()\n"
        "finally: print([name for name in ('geopandas', 'pandas', 'numpy', 'folium') if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(atlas)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.stdout.splitlines()[-1] == "[]"
