"""Layers with all that is known of their features: the tables of the analyses joined by id."""

from __future__ import annotations

import collections.abc
import typing

import pandas as pd

# Layer, its id, and the tables with a row for each of its features.
_TABLES = (
    ("oblasts", "unit_id", ("oblast_wide", "oblast_reach", "intensity_oblasts")),
    ("districts", "unit_id", ("district_wide", "district_reach", "district_access", "intensity_districts")),
    ("settlements", "settlement_id", ("settlement_reach",)),
    ("crossings", "crossing_id", ("crossing_reach",)),
    ("district_pairs", "pair_id", ("district_pair_reach", "intensity_district_pairs")),
    ("oblast_pairs", "border_id", ("oblast_pair_reach", "intensity_oblast_pairs")),
)


def layers(frames: collections.abc.Mapping[str, pd.DataFrame]) -> dict[str, typing.Any]:
    """Join the tables of the analyses to the layers that they are about.

    Columns that a layer already has are not joined again.

    Parameters
    ----------
    frames
        Layers and tables of the stages, by name; those that are joined come with their tables.

    Returns
    -------
    dict
        Layers of the GeoPackage by name, each table that was joined left out.
    """
    found: dict[str, typing.Any] = dict(frames)
    for name, key, tables in _TABLES:
        for table in tables if name in found else ():
            known = found[name].columns.difference([key])
            new = found.pop(table).drop(columns=known, errors="ignore")
            found[name] = found[name].merge(new, on=key, how="left", validate="one_to_one")
    return found
