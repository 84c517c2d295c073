"""What each step was made from and made: one file beside the atlas, written whole after each step."""

from __future__ import annotations

import collections.abc
import dataclasses
import json
import pathlib

from scripts.build import fingerprint

NAME = "state.json"


@dataclasses.dataclass(frozen=True)
class Made:
    """What a step was made from, and what it made."""

    inputs: fingerprint.Fingerprint
    targets: fingerprint.Fingerprint


class State(dict[str, Made]):
    """Steps by name, kept in a file of a folder; what cannot be read counts as never made."""

    def __init__(self, folder: pathlib.Path) -> None:
        super().__init__(_read(folder / NAME))
        self._path = folder / NAME

    def keep(self, step: str, made: Made) -> None:
        """Remember a step, also after this process is killed."""
        self[step] = made
        fresh = self._path.with_suffix(".new")
        content = {name: dataclasses.asdict(one) for name, one in self.items()}
        fresh.write_text(json.dumps(content), encoding="utf-8")
        fresh.replace(self._path)


def _read(path: pathlib.Path) -> dict[str, Made]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    steps = content.items() if isinstance(content, dict) else ()
    return {name: Made(one["inputs"], one["targets"]) for name, one in steps if _is_made(one)}


def _is_made(one: object) -> bool:
    return isinstance(one, dict) and all(_is_fingerprint(one.get(name)) for name in ("inputs", "targets"))


def _is_fingerprint(found: object) -> bool:
    return isinstance(found, collections.abc.Mapping) and all(
        isinstance(digest, str) for digest in found.values()
    )
