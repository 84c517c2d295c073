"""What counts as the code and the inputs of a step."""
# ruff: noqa: PLC0415 - a step imports inside its body

import os

import pytest

from layers.io import manifest
from scripts.build import fingerprint


def imports_everywhere():
    import layers.deep

    try:
        from geo import one
    except ImportError:
        from geo import two
    with open("x"):  # noqa: PTH123
        match one:
            case 1:
                from maps.inner import three
            case _:
                for _ in two:
                    import json
    return layers, three, json


@pytest.fixture
def root(tmp_path):
    files = {
        "geo/__init__.py": "",
        "geo/one.py": "import numpy\n",
        "geo/two.py": "class A:\n    def f(self):\n        from layers import late\n",
        "geo/unused.py": "",
        "layers/__init__.py": "",
        "layers/deep.py": "from geo import one\n",
        "layers/late.py": "from layers import deep\n",
        "maps/__init__.py": "",
        "maps/inner/__init__.py": "",
        "maps/inner/three.py": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_code_is_followed_through_every_kind_of_block_and_in_circles(root):
    (root / "layers" / "deep.py").write_text("from geo import two\nfrom layers import late\n")
    found = fingerprint.code(imports_everywhere, root=root)
    assert {label.removeprefix("code ") for label in found if label.startswith("code ")} == {
        "geo/__init__.py",
        "geo/one.py",
        "geo/two.py",
        "layers/__init__.py",
        "layers/deep.py",
        "layers/late.py",
        "maps/__init__.py",
        "maps/inner/__init__.py",
        "maps/inner/three.py",
    }
    assert "step imports_everywhere" in found


def test_digest_is_that_of_the_content_whenever_it_changes(tmp_path):
    path = tmp_path / "file.txt"
    assert manifest.digest(path) == ""
    path.write_bytes(b"abc")
    # FIPS 180-2, appendix B.1
    assert manifest.digest(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    path.write_bytes(b"abd")
    os.utime(path, ns=(1, 1))
    assert manifest.digest(path) != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    path.unlink()
    assert manifest.digest(path) == ""


def test_changes_are_told_by_what_happened():
    old = {"a": "1", "b": "1", "c": "1", "d": "1"}
    new = {"a": "1", "b": "2", "c": "", "e": "1"}
    assert fingerprint.changes(old, new) == ["changed: b", "gone: c", "gone: d", "new: e"]
    assert fingerprint.changes(old, old) == []


def test_one_digest_for_many_does_not_depend_on_their_order():
    assert fingerprint.combined({"a": "1", "b": "2"}) == fingerprint.combined({"b": "2", "a": "1"})
    assert fingerprint.combined({"a": "1"}) != fingerprint.combined({"a": "2"})


def test_libraries_are_told_by_version():
    versions = fingerprint.libraries()
    assert {"library python", "library geopandas", "library pandas", "library numpy"} <= versions.keys()
    assert "library pytest" not in versions
