"""The steps of the build. A new step is a new function here, after those that it reads from."""

from __future__ import annotations

import collections.abc
import typing

from scripts import graph

STEPS: list[graph.Step] = []


class _Declared(typing.TypedDict, total=False):
    data: tuple[str, ...]
    files: tuple[str, ...]
    reads: tuple[str, ...]
    uses: tuple[str, ...]
    layers: tuple[str, ...]
    products: tuple[str, ...]


def _step(**declared: typing.Unpack[_Declared]) -> collections.abc.Callable[[graph.Run], graph.Run]:
    def register(run: graph.Run) -> graph.Run:
        STEPS.append(graph.Step(run=run, **declared))
        return run

    return register


_UNITS = "layers/data/tables/units.csv"
