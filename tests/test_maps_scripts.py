"""The browser code: tried by node where it needs no page, and kept in the order that CONTRIBUTING tells."""

import pathlib
import re
import subprocess

import pytest

from maps.web import page

ROOT = pathlib.Path(__file__).parents[1]
ASSETS = ROOT / "maps" / "assets"
SCRIPTS = {path.stem: path for path in sorted(ASSETS.glob("*.js"))}
TRIALS = sorted((ROOT / "tests" / "browser").glob("*.test.mjs"))
WRITTEN = [
    *ASSETS.iterdir(),
    *(ROOT / "maps" / "templates").iterdir(),
    *(ROOT / "tests" / "browser").iterdir(),
]
WIDEST = 120
# What every module may use without saying so.
COMMON = {"atlas", "data", "dom"}
PAGE = re.compile(r"\b(?:document|window|location|getComputedStyle|ResizeObserver)\b|\bL\.")
COMMENT = re.compile(r"/\*.*?\*/|^\s*//.*?$", re.DOTALL | re.MULTILINE)


def _code(name):
    return COMMENT.sub("", SCRIPTS[name].read_text(encoding="utf-8"))


def _offered(name):
    """Names that a script returns as its own: what others may use."""
    found = re.search(r"\n  (?:return|const data =) \{([^}]*)\};\n", _code(name))
    return re.findall(r"\w+", found[1]) if found else []


def _property(name):
    return re.sub(r"_(\w)", lambda match: match[1].upper(), name)


def _uses(name):
    """Other scripts whose property of ``atlas`` a script names."""
    code = _code(name)
    named = set(re.findall(r"\batlas\.(\w+)", code))
    for names in re.findall(r"const \{([^}]*)\} = atlas;", code):
        named |= set(re.findall(r"\w+", names))
    owners = {_property(other): other for other in SCRIPTS}
    own = set(_offered("atlas"))
    return {owners[one] for one in named - own} - {name}


def _told():
    """Rows of the tables of CONTRIBUTING: module, whether it needs no page, what it uses."""
    section = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = section.partition("## Browser code\n")[2].partition("\n## ")[0]
    pure = True
    for line in section.splitlines():
        pure = pure and not line.startswith("| on the page")
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `"):
            yield cells[0].strip("`"), pure, set(re.findall(r"`(\w+)`", cells[2]))


TABLE = list(_told())
PURE = [name for name, pure, _ in TABLE if pure]


@pytest.mark.parametrize("path", TRIALS, ids=lambda path: path.name.partition(".")[0])
def test_node_finds_no_fault(node, path):
    result = subprocess.run([node, "--test", path], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_what_needs_no_page_is_tried():
    assert {path.name.partition(".")[0] for path in TRIALS} >= set(PURE) - {"data"}
    loader = (ROOT / "tests" / "browser" / "load.mjs").read_text(encoding="utf-8")
    assert re.findall(r'"(\w+)"', loader.partition("export const PURE = ")[2].partition(";")[0]) == PURE


def test_table_and_folder_agree():
    assert sorted(name for name, *_ in TABLE) == sorted(SCRIPTS)
    told = {name: uses for name, _, uses in TABLE}
    assert told == {name: _uses(name) - COMMON for name in SCRIPTS}


def test_what_needs_no_page_knows_none():
    knowing = {name for name in SCRIPTS if PAGE.search(_code(name)) or "dom" in _uses(name)}
    assert knowing | {"dom"} == SCRIPTS.keys() - set(PURE)


def test_each_script_stands_after_those_that_it_uses():
    """So there is no circle, and none is left out of the pages."""
    order = [pathlib.Path(name).stem for name in page._SCRIPTS]
    assert sorted([*order, "index"]) == sorted(SCRIPTS)
    for place, name in enumerate(order):
        assert _uses(name) <= set(order[:place]), name


def test_no_line_is_wider_than_a_screen():
    wide = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in WRITTEN
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > WIDEST
    ]
    assert wide == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_public_functions_tell_what_they_do_with_an_example(name):
    text = SCRIPTS[name].read_text(encoding="utf-8")
    functions = set(re.findall(r"^  function (\w+)", text, re.MULTILINE))
    offered = functions & {*_offered(name), "start"}
    comment = r"^  /\*\*\n(?:   \* .*\n)+?   \* @example (?:.*\n)+?   \*/\n"
    told = set(re.findall(comment + r"  function (\w+)", text, re.MULTILINE))
    assert offered
    assert offered - told == set()


def test_private_names_of_leaflet_are_used_only_with_a_why():
    """The comment that gives the reason stands a few lines above."""
    private = re.compile(r"(?:(?<=\w)\.|^\s*)_[a-zA-Z]")
    for name, path in SCRIPTS.items():
        lines = path.read_text(encoding="utf-8").splitlines()
        for number in (number for number, line in enumerate(lines) if private.search(line)):
            above = lines[max(0, number - 8) : number]
            assert any("Why:" in line for line in above), f"{name}.js:{number + 1}: {lines[number]}"


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_are_small_enough_for_a_head(name):
    assert len(SCRIPTS[name].read_text(encoding="utf-8").splitlines()) <= 300
