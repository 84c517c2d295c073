"""Base layer of settlements."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pandera.pandas as pa

from layers.base import transport
from layers.dictionary import units
from layers.io import contracts, store
from layers.region import Region

# More than live in any city.
MOST_PERSONS = 50_000_000
PLACE_CLASSES = ("city", "urban_settlement", "rural", "unstated")


def settlements(region: Region) -> gpd.GeoDataFrame:
    """Settlements of both sides, points in EPSG:4326, sorted by ``settlement_id``.

    Columns: names; ``unit_id`` (the district where the point lies) and ``country``;
    ``place_class`` (city, urban_settlement, rural, unstated); ``population`` (missing where no
    source has it, never 0 for missing) with ``population_period`` and ``source_id``;
    ``position_source`` and ``is_position_certain``; ``is_unit_centre`` and ``centre_of``, the ids
    of the districts whose centre it is, separated by blanks; codes of official lists of the region, where a
    source has them.
    """
    table = region.spoken(store.read_table(region.snapshot / "settlements.csv"))
    contracts.check(table, _schema(region), file="settlements.csv")
    typed = table.assign(
        population=contracts.whole(table["population"]),
        is_position_certain=table["is_position_certain"] == "1",
        is_unit_centre=table["centre_of"] != "",
    )
    return transport.points(typed, key="settlement_id")


def other_counts(region: Region) -> pd.DataFrame:
    """Read persons of districts by other sources, a row a district: ``unit_id``, a column for each source."""
    table, file = store.read_table(region.snapshot / "population_checks.csv"), "population_checks.csv"
    columns = [name for name in table.columns if name.endswith("_persons")]
    persons = {name: pa.Column(str, contracts.number(0, MOST_PERSONS, blank=True)) for name in columns}
    known = units.of_level(region, "district").index
    listed = contracts.one_of(known, expected="a district of units.csv")
    schema = pa.DataFrameSchema({"unit_id": pa.Column(str, listed, unique=True), **persons}, strict=True)
    contracts.check(table, schema, file=file)
    contracts.require_rows(table["unit_id"], known, file=file)
    return table.assign(**{name: contracts.numbers(table[name]) for name in columns})


def _schema(region: Region) -> pa.DataFrameSchema:
    districts = units.of_level(region, "district").index
    return pa.DataFrameSchema(
        {
            "settlement_id": pa.Column(str, contracts.filled(), unique=True),
            **contracts.texts("name", region.languages),
            "unit_id": transport.district(region),
            "country": transport.country(region),
            "place_class": pa.Column(
                str, contracts.one_of(PLACE_CLASSES, expected=" or ".join(PLACE_CLASSES))
            ),
            "population": pa.Column(str, contracts.number(1, MOST_PERSONS, blank=True, integer=True)),
            "population_period": pa.Column(str, contracts.period()),
            "source_id": transport.source(region),
            "position_source": transport.source(region),
            "is_position_certain": pa.Column(str, contracts.one_of(("0", "1"), expected="0 or 1")),
            "centre_of": pa.Column(
                str, contracts.all_of(districts, expected="districts of units.csv", blank=True)
            ),
        }
        | {name: pa.Column(str, required=False) for name in region.codes}
        | contracts.position(),
        checks=transport.own_country(region),
    )
