"""Border crossings: where the ways of the two countries meet, and nowhere else."""

from __future__ import annotations

import dataclasses
import itertools

import pandas as pd

from layers.dictionary import ids
from scripts.bench.synthetic import ground, names, spec
from scripts.bench.synthetic import units as units_of

STATES = ("open", "unknown", "restricted", "closed")
"""Of road crossings, which have them in turn; those by rail are open."""
_LETTERS = {"road": "R", "rail": "T"}


@dataclasses.dataclass(frozen=True, eq=False)
class Meeting:
    """A point of the border where the ways of two districts may meet.

    ``classes`` are those of the road on the two sides, or ``rail``; ``is_built`` tells whether any way leads
    there.
    """

    units: tuple[int, int]
    point: ground.Floats
    mode: str
    classes: tuple[str, str]
    is_built: bool


def tables(
    of: spec.Spec, known: units_of.Units, meetings: list[Meeting]
) -> tuple[list[dict[str, str]], pd.DataFrame]:
    """Rows of ``crossings.csv``, and the table ``crossing_places.csv``."""
    numbers = {mode: itertools.count() for mode in _LETTERS}
    rows, places = [], []
    for meeting in meetings:
        number = next(numbers[meeting.mode])
        name = f"{_LETTERS[meeting.mode]}{number + 1}"
        state = STATES[number % len(STATES) if meeting.mode == "road" else 0]
        lon, lat = (f"{degree:.{ground.DECIMALS}f}" for degree in meeting.point)
        position = {"lon": lon, "lat": lat}
        rows.append(_known(of, known, meeting, name, state) | position)
        places.append(_placed(known, meeting, name) | position)
    return rows, pd.DataFrame(places).sort_values("crossing_id", ignore_index=True)


def _placed(known: units_of.Units, meeting: Meeting, name: str) -> dict[str, str]:
    first, second = (known.ids[unit] for unit in meeting.units)
    return {
        "crossing_id": name,
        "unit_id_a": first,
        "unit_id_b": second,
        "pair_id": ids.pair(first, second),
        "shift_m": "0",
        "reached_from": "both" if meeting.is_built else "none",
    }


def _known(of: spec.Spec, known: units_of.Units, meeting: Meeting, name: str, state: str) -> dict[str, str]:
    first, second = meeting.units
    number = name[1:]
    by_road = meeting.mode == "road"
    return {
        "crossing_id": name,
        "mode": meeting.mode,
        **names.named(of, known.names[first], known.names[second]),
        "road_a": f"A{number}" if by_road else "",
        "road_b": f"B{number}" if by_road else "",
        "station_a": "",
        "station_b": "",
        "transfer_station": "",
        "osm_class_a": meeting.classes[0],
        "osm_class_b": meeting.classes[1],
        "state": state,
        "name_basis": "nearest_places",
        "source_id": units_of.SOURCE,
    }
