"""Weights as people state them: whatever a group sums to, it is rescaled to one, and that is told.

Imports nothing heavy, because every build asks what was rescaled.
"""

from __future__ import annotations

import collections.abc
import csv
import math
import pathlib
import tomllib

from geo import errors

GROUPS = {
    "framework.csv": ("level", "family"),
    "profiles.csv": ("profile",),
    "candidate_criteria.csv": ("family",),
}
MOST = 1000  # of one weight, so that percent and points are welcome too
_REGION = "region.toml"
_TOLERANCE = 1e-6

Rows = collections.abc.Sequence[collections.abc.Mapping[collections.abc.Hashable, str]]


def shares(stated: collections.abc.Sequence[float]) -> list[float]:
    """Weights that sum to one; those that do already stay as they are.

    Raises
    ------
    InputError
        If a weight is below 0 or above `MOST`, or all are 0.
    """
    if not all(0 <= weight <= MOST for weight in stated):
        raise errors.InputError(f"expected weights from 0 to {MOST}")
    total = math.fsum(stated)
    if total <= 0:
        raise errors.InputError("weights sum to 0; expected more")
    return list(stated) if _is_one(total) else [weight / total for weight in stated]


def rescaled(file: str, rows: Rows) -> list[str]:
    """Weights of the rows of a table in `GROUPS` as text, those of each group summing to one.

    Raises
    ------
    InputError
        One line for each group whose weights are all 0.
    """
    found, findings = [row["weight"] for row in rows], []
    for name, places in _groups(file, rows).items():
        stated = [float(rows[place]["weight"]) for place in places]
        try:
            wanted = shares(stated)
        except errors.InputError as error:
            findings += [f"{file}: {name}: {line}" for line in error.findings]
            continue
        if wanted != stated:
            for place, weight in zip(places, wanted, strict=True):
                found[place] = f"{weight:.9g}"
    if findings:
        raise errors.InputError(findings)
    return found


def notes(region: pathlib.Path) -> list[str]:
    """One line for each group of a region folder whose weights are rescaled.

    What cannot be read is reported elsewhere.
    """
    found = []
    for file in GROUPS:
        rows = _rows(region / "tables" / file)
        for name, places in _groups(file, rows).items():
            found += _note(f"{file}: {name}", [rows[place].get("weight") for place in places])
    return found + _note(f"{_REGION}: intensity.family_weights", _family_weights(region / _REGION))


def _groups(file: str, rows: Rows) -> dict[str, list[int]]:
    """Places of the rows of each group."""
    found: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        name = ", ".join(f"{column} {row.get(column)}" for column in GROUPS[file])
        found.setdefault(name, []).append(place)
    return found


def _note(name: str, stated: collections.abc.Iterable[object]) -> list[str]:
    try:
        numbers = [float(str(weight)) for weight in stated]
        shares(numbers)
    except ValueError:
        return []
    total = math.fsum(numbers)
    return [] if _is_one(total) else [f"{name}: weights sum to {total:.6g}; rescaled to 1"]


def _is_one(total: float) -> bool:
    return abs(total - 1) <= _TOLERANCE


def _rows(path: pathlib.Path) -> list[dict[collections.abc.Hashable, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return [dict(row) for row in csv.DictReader(stream)]
    except (OSError, ValueError, csv.Error):
        return []


def _family_weights(path: pathlib.Path) -> list[object]:
    try:
        return list(
            tomllib.loads(path.read_text(encoding="utf-8-sig"))["intensity"]["family_weights"].values()
        )
    except (OSError, ValueError, LookupError, AttributeError, TypeError):
        return []
