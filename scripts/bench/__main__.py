"""``make bench``: contenders side by side, as tables on the terminal and as a file of results."""

from __future__ import annotations

import collections.abc
import dataclasses
import json
import os
import pathlib
import platform
import typing

import typer

from scripts.bench import contest, scale, shortest

Bench = collections.abc.Callable[[int], contest.Report]

BENCHES: dict[str, Bench] = {
    "shortest": shortest.run,
    "shortest_growth": shortest.run_growth,
    "scale": scale.run,
}
LONG = ("scale",)
"""Benches of many minutes, which run only if they are named."""


def main(
    names: typing.Annotated[
        list[str] | None, typer.Argument(help="Benches to run.", show_default="all but the long ones")
    ] = None,
    rounds: typing.Annotated[int, typer.Option(min=1, help="Runs of each contender, in turns.")] = 3,
    out: typing.Annotated[pathlib.Path, typer.Option(help="File of results.")] = pathlib.Path(
        "build/bench.json"
    ),
) -> None:
    """Run contenders side by side; the best of all rounds counts."""
    unknown = sorted(set(names or ()) - set(BENCHES))
    if unknown:
        raise typer.BadParameter(f"no bench {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    machine = _machine()
    benches = {}
    for name in names or [name for name in BENCHES if name not in LONG]:
        report = BENCHES[name](rounds)
        typer.echo(f"\n{name}: {report.title}\n\n{contest.table(report)}")
        benches[name] = dataclasses.asdict(report)
    out.parent.mkdir(parents=True, exist_ok=True)
    results = {"machine": machine, "rounds": rounds, "benches": benches}
    out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def _machine() -> dict[str, object]:
    """Tell what the seconds depend on; the load is that of the last minute before the run."""
    return {
        "platform": platform.platform(),
        "processors": os.cpu_count(),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
    }


if __name__ == "__main__":
    typer.run(main)
