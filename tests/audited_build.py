"""Builds an atlas in this process and tells which files of the packages and the region each step opened.

Usage: audited_build.py REGION FOLDER. Writes ``FOLDER/opened.json``, the atlas is ``FOLDER/atlas``.
"""

import functools
import gc
import json
import pathlib
import sys

import rich.console

from scripts.build import fingerprint, graph, progress, run, steps, workers

SUFFIXES = {".csv", ".geojson", ".json", ".toml", ".html", ".js", ".css", ".png", ".svg", ".txt", ".svgz"}


class Watch:
    """Notes what is opened while each step is made."""

    def __init__(self, region: pathlib.Path) -> None:
        self._folders = [region, *(fingerprint.ROOT / package for package in fingerprint.PACKAGES)]
        self.opened: dict[str, list[str]] = {}
        self._running: set[str] | None = None
        self._make = workers.make
        sys.addaudithook(self._note)

    def make(self, plan: graph.Graph, step: graph.Step) -> float:
        forget()
        self._running = set()
        try:
            return self._make(plan, step)
        finally:
            self.opened[step.name] = sorted(self._running)
            self._running = None

    def _note(self, event: str, arguments: tuple[object, ...]) -> None:
        if event != "open" or self._running is None or not isinstance(arguments[0], str):
            return
        path = pathlib.Path(arguments[0])
        if path.suffix in SUFFIXES and any(path.is_relative_to(folder) for folder in self._folders):
            self._running.add(str(path))


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
    region, folder = map(pathlib.Path, sys.argv[1:])
    plan = graph.Graph(steps.STEPS, graph.Folders(region=region, atlas=folder / "atlas"))
    watch = Watch(region)
    workers.make = watch.make
    with progress.Progress(len(plan.steps), rich.console.Console()) as report:
        run.build(plan, report)
    (folder / "opened.json").write_text(json.dumps(watch.opened), encoding="utf-8")


main()
