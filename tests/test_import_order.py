"""scripts -> maps -> layers -> geo: each package imports those to its right only, and shadows nothing."""

import ast
import graphlib
import importlib.metadata
import pathlib
import re
import sys
import tomllib

import pytest

ROOT = pathlib.Path(__file__).parents[1]
ORDER = ("scripts", "maps", "layers", "geo")
MODULES = sorted(path for package in ORDER for path in (ROOT / package).rglob("*.py"))
# Rooms of a package, each of which imports those to its right only. A root module is a room of its own.
ROOMS = {
    "geo": (
        "siting",
        "reach",
        "network",
        "raster",
        "coverage",
        "flows",
        "scores",
        "sameness",
        "crs",
        "errors",
    ),
    "layers": (
        *("rules", "named", "snapshot", "candidates", "claims", "siting", "intensity", "analysis"),
        *("base", "dictionary", "region", "io", "embedded"),
    ),
    "maps": ("pages", "qgis", "parts", "web", "texts"),
    "scripts": ("cli", "check", "isochrones", "new", "snapshot", "bench", "build"),
}


def _imports(path: pathlib.Path) -> set[str]:
    """Names of all modules that a file imports, also inside functions."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}:{node.lineno}: relative import"
            names.add(node.module)
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_go_one_way(path):
    package = path.relative_to(ROOT).parts[0]
    to_the_left = ORDER[: ORDER.index(package)]
    found = {name for name in _imports(path) if name.split(".")[0] in to_the_left}
    assert not found, f"{package} must not import {sorted(found)}"


def _dotted(path: pathlib.Path) -> str:
    """Name of the module of a file; that of a package for its ``__init__``."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _own_imports(path: pathlib.Path) -> set[str]:
    """Modules of this project that a file imports, also inside functions."""
    known, found = {_dotted(module) for module in MODULES}, set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (whole & known) or ({node.module} & known)
    return found - {_dotted(path)}


@pytest.mark.parametrize("package", ROOMS)
def test_rooms_import_one_way(package):
    rooms = {
        _dotted(path).split(".")[1]
        for path in (ROOT / package).rglob("*.py")
        if path.parent != ROOT / package
    }
    rooms |= {path.stem for path in (ROOT / package).glob("*.py")} - {"__init__"}
    assert rooms == set(ROOMS[package])
    order = {room: place for place, room in enumerate(ROOMS[package])}
    back = [
        f"{_dotted(path)} imports {other}"
        for path in (ROOT / package).rglob("*.py")
        for other in _own_imports(path)
        if other.startswith(f"{package}.")
        and order[other.split(".")[1]]
        < order.get(_dotted(path).split(".")[-1 if path.parent == ROOT / package else 1], -1)
    ]
    assert not back


def test_no_circle_anywhere():
    graph = {_dotted(path): _own_imports(path) for path in MODULES}
    graphlib.TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_geo_knows_no_file_and_layers_draw_nothing(path):
    package = path.relative_to(ROOT).parts[0]
    barred = {
        "geo": {"pathlib", "folium", "branca", "jinja2", "matplotlib", "pyogrio", "tomllib", "csv"},
        "layers": {"folium", "branca", "jinja2", "matplotlib"},
    }.get(package, set())
    assert not {name.split(".")[0] for name in _imports(path)} & barred


def test_no_module_shadows_a_package():
    """Run as a program, a script has its folder first on the path: ``geo.py`` there would hide ``geo``."""
    hidden = [path for path in (ROOT / "scripts").rglob("*.py") if path.stem in ORDER]
    hidden += [
        folder / "__init__.py" for folder in (ROOT / "tests").iterdir() if (folder / "__init__.py").exists()
    ]
    assert not hidden


def test_tests_are_flat():
    deep = [path for path in (ROOT / "tests").rglob("test_*.py") if path.parent != ROOT / "tests"]
    assert not deep


def test_every_foreign_import_is_declared():
    """What the code imports is what pyproject.toml asks for, so that a fresh machine has it.

    The benchmark imports whichever of its contenders are installed.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[^\w.-]", line)[0].lower() for line in project["dependencies"]}
    distributions = importlib.metadata.packages_distributions()
    modules = [path for path in MODULES if path.parent.name != "bench"]
    found = {name.split(".")[0] for path in modules for name in _imports(path)}
    undeclared = {
        name
        for name in found - set(sys.stdlib_module_names) - set(ORDER)
        if not {maker.lower() for maker in distributions.get(name, [name])} & declared
    }
    # These are part of the interfaces of folium, Jinja2 and rasterio.
    assert undeclared <= {"branca", "markupsafe", "affine"}
