"""How a step is declared: by a decorator that says what it reads and makes."""

from __future__ import annotations

import collections.abc
import typing

from scripts.build import graph


class _Declared(typing.TypedDict, total=False):
    region: tuple[str, ...]
    files: tuple[str, ...]
    reads: tuple[str, ...]
    uses: tuple[str, ...]
    layers: tuple[str, ...]
    products: tuple[str, ...]
    parts: tuple[str, ...]


class Steps(list[graph.Step]):
    """Steps in the order of their functions."""

    def step(self, **fields: typing.Unpack[_Declared]) -> collections.abc.Callable[[graph.Run], graph.Run]:
        """Add the decorated function as a step with these fields of `graph.Step`."""

        def add(run: graph.Run) -> graph.Run:
            self.append(graph.Step(run=run, **fields))
            return run

        return add


def names(*lines: str) -> tuple[str, ...]:
    """Names that stand in lines of text."""
    return tuple(" ".join(lines).split())


def tables(*names: str) -> tuple[str, ...]:
    """Files of the tables that are kept by hand."""
    return tuple(f"tables/{name}.csv" for name in names)


def snapshot(*names: str) -> tuple[str, ...]:
    """Files of the snapshot."""
    return tuple(f"snapshot/{name}" for name in names)


AREA = ("region.toml", *tables("units"))
"""What says where the border is."""
MODEL = (*AREA, *tables("road_speeds"))
"""What decides travel times besides the layers."""
TEXTS = ("maps/texts/*.toml", "layers/data/texts/*.toml")
