"""The quiet ground that every map shares: land of the neighbours, water, names."""

from __future__ import annotations

import collections.abc

import pandas as pd

from maps import frames, popups, spec, texts

# Towns from this size on are named at every zoom.
_CITY_PERSONS = 50_000
_NAMED_SETTLEMENTS = 160


def background(tables: frames.Frames) -> spec.Background:
    """Land, water and names from the base layers."""
    return spec.Background(
        land=tuple(tables["neighbours"].geometry),
        water=(*tables["water"].geometry, *tables["rivers"].geometry),
        places=(
            *_areas(tables["oblasts"], "oblast", -1_000),
            *_settlements(tables["settlements"]),
            *_areas(tables["neighbours"], "neighbour", 2_000),
        ),
    )


def _areas(table: pd.DataFrame, kind: spec.PlaceKind, rank: int) -> collections.abc.Iterator[spec.Place]:
    for number, row in enumerate(table.to_dict("records")):
        name = texts.of(row)
        if name:
            point = popups.label_point(row["geometry"])
            yield spec.Place(name, point.x, point.y, kind, rank + number)


def _settlements(table: pd.DataFrame) -> collections.abc.Iterator[spec.Place]:
    """Yield the largest settlements, the most populous first."""
    sizes = pd.to_numeric(table["population"], errors="coerce").fillna(0)
    named = table.assign(size=sizes).sort_values(["size", "settlement_id"], ascending=[False, True])
    for rank, row in enumerate(named.head(_NAMED_SETTLEMENTS).to_dict("records")):
        kind: spec.PlaceKind = "city" if row["size"] >= _CITY_PERSONS else "town"
        yield spec.Place(texts.of(row), row["geometry"].x, row["geometry"].y, kind, rank)
