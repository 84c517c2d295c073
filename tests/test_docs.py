"""What README and CONTRIBUTING tell can be done, and what they name is there."""

import contextlib
import importlib.metadata
import pathlib
import re
import tomllib

import click
import pytest
import typer
from packaging import requirements, utils

from scripts import cli

ROOT = pathlib.Path(__file__).parents[1]
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "DATA-LICENSES.md")
COMMAND: click.Group = typer.main.get_command(cli.app)


def _text(name):
    return (ROOT / name).read_text(encoding="utf-8")


def _commands():
    """Every ``borderzone …`` in a code block or between backticks, with the document that tells it."""
    for name in DOCUMENTS:
        text = _text(name)
        blocks = re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL)
        inline = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
        lines = [line for block in blocks for line in block.splitlines()] + inline
        for line in lines:
            words = line.strip().removeprefix("$ ").removeprefix(".venv/bin/")
            if words.startswith("borderzone "):
                yield name, words.split("#")[0].strip()


@pytest.mark.parametrize(("document", "line"), sorted(set(_commands())))
def test_told_commands_exist_with_their_options(document, line):
    _, name, *words = re.sub(r"[\[\]─▶]", " ", line).split()
    assert name in COMMAND.commands, document
    options = {option for parameter in COMMAND.commands[name].params for option in parameter.opts}
    assert {word.split("=")[0] for word in words if word.startswith("--")} <= options, document


def test_every_command_is_told_in_the_readme():
    told = _text("README.md")
    for name in COMMAND.commands:
        assert f"borderzone {name}" in told, name


@pytest.mark.parametrize("document", DOCUMENTS)
def test_told_targets_of_make_exist(document):
    targets = set(re.findall(r"^([a-z]+):", _text("Makefile"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)`", _text(document))) <= targets
    assert set(re.findall(r"^make ([a-z]+)", _text(document), re.MULTILINE)) <= targets


def test_makefile_has_the_four_targets():
    assert {"atlas", "test", "lint", "bench"} <= set(
        re.findall(r"^([a-z]+):", _text("Makefile"), re.MULTILINE)
    )


@pytest.mark.parametrize("document", DOCUMENTS)
def test_linked_files_exist(document):
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", _text(document))
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_modules_of_the_map_of_the_code_exist():
    named = re.findall(r"^\| (`[^|]+`) \|", _text("CONTRIBUTING.md"), re.MULTILINE)
    paths = [path for cell in named for path in re.findall(r"`((?:geo|layers|maps|scripts)/[\w./]*)`", cell)]
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []


def _pinned():
    lines = [line for line in _text("constraints.txt").splitlines() if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[\w.]+", line) for line in lines), lines
    return {utils.canonicalize_name(name): version for name, version in (line.split("==") for line in lines)}


def _needed():
    """Every distribution that the package needs with all its extras, through the needs of each."""
    project = tomllib.loads(_text("pyproject.toml"))
    extras = project["project"]["optional-dependencies"].values()
    tools = [*project["build-system"]["requires"], "editables"]
    waiting = [*project["project"]["dependencies"], *(line for lines in extras for line in lines), *tools]
    found = set()
    while waiting:
        need = requirements.Requirement(waiting.pop())
        name = utils.canonicalize_name(need.name)
        asked = [{"extra": extra} for extra in need.extras or [""]]
        if name in found or (need.marker and not any(need.marker.evaluate(extra) for extra in asked)):
            continue
        found.add(name)
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            lines = map(requirements.Requirement, importlib.metadata.requires(name) or [])
            waiting += [
                str(line)
                for line in lines
                if line.marker is None or any(line.marker.evaluate(extra) for extra in asked)
            ]
    return found


def test_constraints_pin_all_that_is_needed():
    """Two machines install the same versions; no address of a registry is written down."""
    assert _needed() - _pinned().keys() == set()


def test_constraints_are_what_this_environment_has():
    pinned = _pinned()
    installed = {
        utils.canonicalize_name(found.name): found.version for found in importlib.metadata.distributions()
    }
    assert {
        name: version for name, version in installed.items() if pinned.get(name, version) != version
    } == {}


def test_licence_of_the_code_is_mit():
    assert _text("LICENSE").startswith("MIT License")
    assert 'license = "MIT"' in _text("pyproject.toml")
