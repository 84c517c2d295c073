"""Tables of a census that are an outline: districts, and below each its towns, villages and parts.

An entry names one thing or several, one inside the other, with dashes between them: a district, a part of its
population (urban, rural), a place. The first entry of a part below a district is that of the whole district;
those of its municipalities follow.
"""

from __future__ import annotations

import dataclasses
import pathlib
import re

import pandas as pd

from geo import errors
from layers.dictionary import units
from layers.region import Region
from layers.snapshot import names, raw

COLUMN = "entry"
_BETWEEN = re.compile(r"\s+-\s+")
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})*")


@dataclasses.dataclass
class _Open:
    """The district whose entries are read: the parts of it that have been."""

    unit_id: str = ""
    total: int = 0
    parts: dict[str, int] = dataclasses.field(default_factory=dict)


def parts(region: Region, sources: pathlib.Path, key: str) -> pd.DataFrame:
    """Parts of the population of each district: ``unit_id``, ``part``, ``count``, and the row.

    A district whose own entry names a part has all its people there and none in the others.

    Raises
    ------
    InputError
        One line for each heading that is no district, or each district whose parts do not add up.
    """
    meant = raw.values(region, key, "part")
    opened = _Open()
    found: list[tuple[str, str, int, int]] = []
    findings = []
    for entry in _entries(region, sources, key):
        if entry.is_head:
            findings += _wrong(opened, set(meant.values()))
            opened = _Open(entry.unit_id, entry.count)
        told = [meant[name.lower()] for name in entry.names if name.lower() in meant][:1]
        if not told or not opened.unit_id:
            continue
        others = dict.fromkeys(meant.values(), 0) if entry.is_head else {}
        for part, count in (others | {told[0]: entry.count}).items():
            if part not in opened.parts:
                opened.parts[part] = count
                found.append((opened.unit_id, part, count, entry.row))
    findings += _wrong(opened, set(meant.values()))
    if findings:
        file = raw.path(region, sources, key).name
        raise errors.InputError(f"{file}: {finding}" for finding in findings)
    return pd.DataFrame(found, columns=["unit_id", "part", "count", raw.ROW])


def places(region: Region, sources: pathlib.Path, key: str) -> pd.DataFrame:
    """Places of each district: ``unit_id``, ``name``, ``place_class``, ``count``, and the row."""
    classes = raw.values(region, key, "place_class")
    unit_id, found = "", []
    for entry in _entries(region, sources, key):
        unit_id = entry.unit_id if entry.is_head else unit_id
        kind, _, name = entry.names[-1].partition(" ")
        if unit_id and kind in classes and name:
            found.append((unit_id, name, classes[kind], entry.count, entry.row))
    return pd.DataFrame(found, columns=["unit_id", "name", "place_class", "count", raw.ROW])


@dataclasses.dataclass(frozen=True)
class _Entry:
    """One row: what it names, from the outside in; a head opens a district, or none if it is an oblast's."""

    names: tuple[str, ...]
    unit_id: str
    is_head: bool
    count: int
    row: int


def _entries(region: Region, sources: pathlib.Path, key: str) -> list[_Entry]:
    table = raw.table(region, sources, key, ("oblast", COLUMN, "population"))
    known = units.of_level(region, "oblast")
    oblasts = dict(zip(known[region.name_column], known.index, strict=True))
    found, findings = [], []
    for oblast, text, count, row in table.itertuples(index=False):
        if not _THOUSANDS.fullmatch(count):
            continue  # a heading without a figure, or a dash for none
        named = tuple(name.strip() for name in _BETWEEN.split(text))
        unit_id = names.headed(region, oblasts.get(oblast, ""), named[0])
        if unit_id == "":
            findings.append(f"row {row}: {COLUMN} = {named[0]!r}; expected a district of units.csv")
        is_head = unit_id is not None or named[0] == oblast
        found.append(_Entry(named, unit_id or "", is_head, int(count.replace(",", "")), row))
    if findings:
        file = raw.path(region, sources, key).name
        raise errors.InputError(f"{file}: {finding}" for finding in findings)
    return found


def _wrong(opened: _Open, meant: set[str]) -> list[str]:
    counted = sum(opened.parts.values())
    if not opened.unit_id or set(opened.parts) != meant or counted == opened.total:
        return []
    return [f"{opened.unit_id}: parts of {counted} persons; expected {opened.total}"]
