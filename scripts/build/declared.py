"""How a step is declared: by a decorator that says what it reads and makes."""

from __future__ import annotations

import collections.abc
import csv
import pathlib
import typing

from scripts.build import graph

ProductsOf = collections.abc.Callable[[pathlib.Path], tuple[str, ...]]


class _Declared(typing.TypedDict, total=False):
    wants: tuple[str, ...]
    region: tuple[str, ...]
    files: tuple[str, ...]
    reads: tuple[str, ...]
    uses: tuple[str, ...]
    layers: tuple[str, ...]
    products: tuple[str, ...]
    products_of: collections.abc.Callable[[pathlib.Path], tuple[str, ...]]
    tables: tuple[str, ...]
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


def optional(*names: str) -> tuple[str, ...]:
    """Files of tables that a region need not have."""
    return tuple(f"{table}?" for table in tables(*names))


def rasters(pattern: str, file: str, column: str, *, without: tuple[str, ...] = ()) -> ProductsOf:
    """Rasters named by the values of a column of a table by hand, each once."""

    def of(region: pathlib.Path) -> tuple[str, ...]:
        try:
            with (region / file).open(encoding="utf-8-sig", newline="") as stream:
                found = dict.fromkeys(row.get(column) or "" for row in csv.DictReader(stream))
        except (OSError, ValueError, csv.Error):
            return ()  # the rules tell what is wrong with the table
        return tuple(f"rasters/{pattern.format(name)}.tif" for name in sorted(found) if name not in without)

    return of


def snapshot(*names: str) -> tuple[str, ...]:
    """Files of the snapshot."""
    return tuple(f"snapshot/{name}" for name in names)


AREA = ("region.toml", *tables("units"))
"""What says where the border is."""
MODEL = (*AREA, *tables("road_speeds"))
"""What decides travel times besides the layers."""
TEXTS = ("maps/texts/*.toml",)
OWN_TEXTS = ("texts/*.toml",)
"""Texts of the region: whoever shows words shows these too."""
