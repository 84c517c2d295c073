"""Tables by hand that only steer how the snapshot is computed from the raw sources.

A change of them shows in no product before the snapshot is computed anew, so the snapshot holds in
``steered_by.csv`` a digest of each, by which a build tells that one has changed since. Imports nothing
heavy, because every build asks.
"""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import json
import pathlib
import tomllib
import typing

FILE = "steered_by.csv"
REGION = "region.toml"
UNITS = "units.csv"


@dataclasses.dataclass(frozen=True)
class Part:
    """The part of a table that steers.

    Parameters
    ----------
    columns
        Columns; none for all of them.
    where
        Column without which a row steers nothing; "" if every row does.
    """

    columns: tuple[str, ...] = ()
    where: str = ""


PARTS = {
    "centres.csv": Part(),
    "crossings.csv": Part(
        (
            *("crossing_id", "mode", "lon", "lat"),
            *("road_a", "road_b", "station_a", "station_b", "transfer_station"),
        )
    ),
    "left_out.csv": Part(),
    "name_forms.csv": Part(),
    "neighbours.csv": Part(),
    "raw_columns.csv": Part(),
    "raw_files.csv": Part(),
    "raw_rows.csv": Part(),
    "raw_values.csv": Part(),
    "rivers.csv": Part(),
    "series.csv": Part(),
    "settlements_left_out.csv": Part(),
    "sources.csv": Part(("source_id", "economy_title", "economy_perimeter"), where="economy_title"),
    "stations_corrected.csv": Part(),
    "town_names.csv": Part(),
    "transliteration.csv": Part(),
    # And the codes that the region names.
    UNITS: Part(("unit_id", "level", "parent_id", "country", "kind", "source_key", "economy_key")),
}
SECTIONS = (
    *("working_crs", "languages", "latin", "countries", "oblasts", "districts_expected", "codes"),
    *("station_code_digits", "road_number_letters", "boundaries", "generalisation", "population.apart"),
)


def digests(region: pathlib.Path) -> dict[str, str]:
    """SHA-256 of what steers the snapshot of a region folder, by file without those that are missing."""
    stated = _stated(region / REGION)
    coded = PARTS | {UNITS: Part((*PARTS[UNITS].columns, *stated.get("codes", {})))}
    found = {name: _of_table(region / "tables" / name, part) for name, part in coded.items()}
    found[REGION] = _digest([_within(stated, name) for name in SECTIONS]) if stated else ""
    return {name: digest for name, digest in found.items() if digest}


def notes(region: pathlib.Path) -> list[str]:
    """One line for each file of a region folder that has changed since its snapshot was computed."""
    before = {row["file"]: row["sha256"] for row in _rows(region / "snapshot" / FILE)}
    return [
        f"{name}: changed since the snapshot was computed; `borderzone snapshot` makes {_which(name)} count"
        for name, digest in digests(region).items()
        if before.get(name, digest) != digest
    ]


def _which(name: str) -> str:
    columns = SECTIONS if name == REGION else PARTS[name].columns
    return ", ".join(columns) or "the change"


def _of_table(path: pathlib.Path, part: Part) -> str:
    if not path.is_file():
        return ""
    rows = [row for row in _rows(path) if not part.where or row.get(part.where)]
    return _digest([[row.get(name, "") for name in part.columns or row] for row in rows])


def _stated(path: pathlib.Path) -> dict[str, typing.Any]:
    """Read ``region.toml``; nothing if it cannot be read, which whoever uses it reports."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return {}


def _within(stated: dict[str, typing.Any], name: str) -> object:
    """Give what stands under a name, or under a name of a section: ``section.name``."""
    section, _, inner = name.partition(".")
    return stated.get(section, {}).get(inner) if inner else stated.get(section)


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def _rows(path: pathlib.Path) -> list[dict[str, str]]:
    """Rows of a table; none if it cannot be read, which whoever uses the table reports."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream, restkey="", restval=""))
    except (OSError, ValueError, csv.Error):
        return []
