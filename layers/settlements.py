"""Base layer of settlements."""

from __future__ import annotations

import pathlib

import geopandas as gpd
import pandas as pd

from layers import store, transport


def settlements(data: pathlib.Path = store.DATA) -> gpd.GeoDataFrame:
    """Settlements of both sides, points in EPSG:4326, sorted by ``settlement_id``.

    Columns: names; ``unit_id`` (the district where the point lies) and ``country``;
    ``place_class`` (city, urban_settlement, rural, unstated); ``population`` (missing where no
    source has it, never 0 for missing) with ``population_period`` and ``source_id``;
    ``position_source`` and ``is_position_certain``; ``is_unit_centre`` and ``centre_of``, the ids
    of the districts whose centre it is, separated by blanks.
    """
    table = store.read_table(data / "settlements.csv")
    typed = table.assign(
        population=pd.to_numeric(table["population"]).astype("Int64"),
        is_position_certain=table["is_position_certain"] == "1",
        is_unit_centre=table["centre_of"] != "",
    )
    return transport.points(typed, key="settlement_id")
