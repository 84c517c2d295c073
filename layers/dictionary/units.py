"""The table of units: the one code list of both sides, with names in the languages of the region."""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa

from layers.io import contracts, periods
from layers.region import Region, remembered

FILE = "units.csv"
PARENT_LEVELS = {"country": "", "oblast": "country", "district": "oblast", "city": "district"}


def load(region: Region) -> pd.DataFrame:
    """Countries, oblasts, districts and cities, indexed by ``unit_id``; every column is text.

    Raises
    ------
    InputError
        One line for each cell that is not as the contract says.
    """
    return _checked(region).copy()


def of_level(region: Region, level: str) -> pd.DataFrame:
    """Units of one level: ``country``, ``oblast``, ``district`` or ``city``."""
    table = load(region)
    return table[table["level"] == level]


def pairs(region: Region, level: str) -> list[str]:
    """Ids of all pairs of units of one level on the two sides, the first country's unit first."""
    table = of_level(region, level)
    first, second = (table.index[table["country"] == country] for country in region.countries)
    return [f"{a}~{b}" for a in first for b in second]


@remembered
def _checked(region: Region) -> pd.DataFrame:
    table = region.table(FILE)
    contracts.check(table, _schema(region), file=FILE)
    return table.set_index("unit_id")


def _has_parent(table: pd.DataFrame) -> pd.Series[bool]:
    """Whether the parent is a unit of the level above; a country has none."""
    above = table["parent_id"].map(_of_unit(table, "level")).fillna("")
    known = (above == table["level"].map(PARENT_LEVELS)) | ~table["level"].isin(PARENT_LEVELS)
    return known & (above.ne("") | table["parent_id"].eq(""))


def _is_in_country(table: pd.DataFrame) -> pd.Series[bool]:
    """Whether the country is that of the parent; a country is its own."""
    own = table["unit_id"].where(table["level"] == "country", table["parent_id"])
    country = own.map(_of_unit(table, "country"))
    return (table["country"] == country.fillna(table["country"])) & (
        (table["level"] != "country") | (table["country"] == table["unit_id"])
    )


def _of_unit(table: pd.DataFrame, column: str) -> dict[str, str]:
    return dict(zip(table["unit_id"], table[column], strict=True))


def identifier() -> pa.Check:
    """Require the id of a unit, of today or a former one."""
    return pa.Check.str_matches(
        r"^[A-Z]{2}(-[A-Z]{2,3}(-[a-z]+)*)?$",
        error="two capitals for a country, such with - and up to three for an oblast, "
        "a name in small letters behind that for a district or city",
    )


def _day() -> pa.Check:
    """Require a day, or nothing."""
    return pa.Check(
        lambda column: column.eq("") | column.map(periods.is_day),
        error="a day such as YYYY-MM-DD, or nothing",
    )


def _code(pattern: str, expected: str) -> pa.Column:
    return pa.Column(str, pa.Check.str_matches(f"^({pattern})?$", error=f"{expected}, or nothing"))


def _schema(region: Region) -> pa.DataFrameSchema:
    codes = {name: _code(code.pattern, code.expected) for name, code in region.codes.items()}
    return pa.DataFrameSchema(
        {
            "unit_id": pa.Column(
                str,
                identifier(),
                unique=True,
            ),
            "level": pa.Column(
                str, contracts.one_of(PARENT_LEVELS, expected=f"one of {', '.join(PARENT_LEVELS)}")
            ),
            "parent_id": pa.Column(str),
            "country": pa.Column(str, contracts.filled()),
            "kind": pa.Column(str, contracts.identifier()),
            **contracts.texts("name", region.languages),
            "source_key": pa.Column(str),
            "economy_key": pa.Column(str),
            "valid_from": pa.Column(str, _day()),
            "valid_to": pa.Column(str, _day()),
            "comparison_id": pa.Column(str, identifier()),
            **codes,
        },
        checks=[
            contracts.rows(
                _has_parent,
                field="parent_id",
                expected="the unit above: a country for an oblast, an oblast for a district, "
                "a district for a city, nothing for a country",
            ),
            contracts.rows(_is_in_country, field="country", expected="the country of {parent_id}, or itself"),
            contracts.rows(
                lambda table: (
                    table["valid_to"].eq("")
                    | table["valid_from"].eq("")
                    | table["valid_to"].ge(table["valid_from"])
                ),
                field="valid_to",
                expected="a day on or after valid_from, which is {valid_from}",
            ),
        ],
    )
