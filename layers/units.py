"""The table of units: the one code list of both sides, with names in three languages."""

from __future__ import annotations

import pandas as pd

from layers import store

NAMES = ("name_ru", "name_en", "name_be")


def load() -> pd.DataFrame:
    """Countries, oblasts, districts and cities, indexed by ``unit_id``; every column is text."""
    return store.read_table(store.TABLES / "units.csv").set_index("unit_id")


def of_level(level: str) -> pd.DataFrame:
    """Units of one level: ``country``, ``oblast``, ``district`` or ``city``."""
    table = load()
    return table[table["level"] == level]
