"""Builds an atlas in this process and tells which files of the packages each step opened.

Usage: audited_build.py FOLDER. Writes ``FOLDER/opened.json``, the atlas is ``FOLDER/atlas``.
"""

import functools
import gc
import json
import pathlib
import sys

import rich.console

from layers import embedded
from scripts.build import fingerprint, graph, progress, run, steps

SUFFIXES = {".csv", ".geojson", ".json", ".toml", ".html", ".js", ".css", ".png", ".svg", ".txt", ".svgz"}


class Watch(progress.Progress):
    """Notes what is opened between the start and the end of each step."""

    def __init__(self, total: int) -> None:
        super().__init__(total, rich.console.Console())
        self.opened: dict[str, set[str]] = {}
        self._running = ""
        sys.addaudithook(self._note)

    def started(self, name: str) -> None:
        forget()
        self._running = name
        self.opened[name] = set()

    def finished(self, name: str, seconds: float) -> None:
        self._running = ""
        super().finished(name, seconds)

    def _note(self, event: str, arguments: tuple[object, ...]) -> None:
        if event != "open" or not self._running or not isinstance(arguments[0], str):
            return
        path = pathlib.Path(arguments[0])
        if path.suffix in SUFFIXES and path.is_relative_to(fingerprint.ROOT):
            relative = path.relative_to(fingerprint.ROOT)
            if relative.parts[0] in fingerprint.PACKAGES:
                self.opened[self._running].add(relative.as_posix())


def forget() -> None:
    """Empty what functions of the packages remember, so that each step opens what it needs.

    What they remember of a region is kept by its object, of which each step gets its own.
    """
    for found in gc.get_objects():
        if isinstance(found, functools._lru_cache_wrapper) and found.__module__.startswith(
            tuple(f"{package}." for package in fingerprint.PACKAGES if package != "scripts")
        ):
            found.cache_clear()


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    plan = graph.Graph(
        steps.STEPS,
        graph.Folders(region=embedded.folder(embedded.names()[0]), atlas=folder / "atlas"),
    )
    with Watch(len(plan.steps)) as watch:
        run.build(plan, watch)
    opened = {name: sorted(files) for name, files in watch.opened.items()}
    (folder / "opened.json").write_text(json.dumps(opened), encoding="utf-8")


main()
