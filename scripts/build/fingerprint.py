"""What a step depends on, by content: files, the code it runs, the versions of the libraries.

A fingerprint maps a label that is the same on every machine (``data/facts.csv``,
``code layers/store.py``) to a digest, so two fingerprints tell what changed, and a moved or
copied checkout changes nothing.
"""

from __future__ import annotations

import ast
import collections.abc
import functools
import hashlib
import importlib.metadata
import inspect
import pathlib
import platform
import re
import textwrap

from layers.io import manifest

ROOT = pathlib.Path(__file__).parents[2]
PACKAGES = ("geo", "layers", "maps", "scripts")

Fingerprint = dict[str, str]


def combined(fingerprint: collections.abc.Mapping[str, str]) -> str:
    """One digest for many."""
    text = "\n".join(f"{label} {value}" for label, value in sorted(fingerprint.items()))
    return hashlib.sha256(text.encode()).hexdigest()


def code(function: collections.abc.Callable[..., object], *, root: pathlib.Path = ROOT) -> Fingerprint:
    """Digest of a function and of every module that it imports, directly or through another.

    Only modules of the packages below ``root`` count; libraries count by version.
    """
    source = textwrap.dedent(inspect.getsource(function))
    files = _closure(_imported(ast.parse(source), root), root)
    own = hashlib.sha256(source.encode()).hexdigest()
    return {f"step {function.__name__}": own} | {
        f"code {path.relative_to(root).as_posix()}": manifest.digest(path) for path in sorted(files)
    }


@functools.cache
def libraries() -> Fingerprint:
    """Version of Python and of each library that the package requires at run time."""
    required = importlib.metadata.requires("borderzone") or []
    names = [re.split(r"[^\w.-]", line)[0] for line in required if "extra ==" not in line]
    versions = {f"library {name}": importlib.metadata.version(name) for name in sorted(names)}
    return {"library python": ".".join(platform.python_version_tuple()[:2])} | versions


def changes(old: collections.abc.Mapping[str, str], new: collections.abc.Mapping[str, str]) -> list[str]:
    """Say what differs, one line for each label, such as ``changed: data/facts.csv``."""
    lines = []
    for label in sorted(old.keys() | new.keys()):
        if old.get(label, "") != new.get(label, ""):
            verb = "gone" if not new.get(label) else "changed" if old.get(label) else "new"
            lines.append(f"{verb}: {label}")
    return lines


def _closure(start: frozenset[pathlib.Path], root: pathlib.Path) -> set[pathlib.Path]:
    found: set[pathlib.Path] = set()
    waiting = set(start)
    while waiting:
        path = waiting.pop()
        found.add(path)
        waiting |= _module_imports(path, root) - found
    return found


@functools.cache
def _module_imports(path: pathlib.Path, root: pathlib.Path) -> frozenset[pathlib.Path]:
    return _imported(ast.parse(path.read_bytes()), root)


def _imported(tree: ast.AST, root: pathlib.Path) -> frozenset[pathlib.Path]:
    names = {name for node in _statements(tree) for name in _names(node)}
    return frozenset(path for name in names for path in _files(name, root))


def _statements(node: ast.AST) -> collections.abc.Iterator[ast.AST]:
    """Go through the statements of a module, also nested ones; expressions cannot import."""
    for block in ("body", "orelse", "finalbody", "handlers", "cases"):
        for statement in getattr(node, block, ()):
            yield statement
            yield from _statements(statement)


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def _files(name: str, root: pathlib.Path) -> list[pathlib.Path]:
    """Files that importing a dotted name runs: its packages' ``__init__`` and the module itself."""
    parts = name.split(".")
    if parts[0] not in PACKAGES:
        return []
    found = []
    for depth in range(1, len(parts) + 1):
        base = root.joinpath(*parts[:depth])
        found += [path for path in (base / "__init__.py", base.with_suffix(".py")) if path.is_file()]
    return found
