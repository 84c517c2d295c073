"""Facts from the collected economy tables → ``facts.csv``."""

from __future__ import annotations

import collections.abc
import decimal
import pathlib
import re

import pandas as pd

from geo import errors
from layers.base import facts
from layers.dictionary import catalogue, units
from layers.io import periods, store
from layers.region import Region
from layers.snapshot import hand_tables, raw

SERIES = {
    "oblast_series": "oblast_indicators",
    "population": "district_population",
    "district_series": "district_indicators",
}
SUMMED = (
    "population_persons",
    "population_rural_persons",
    "employed_persons",
    "net_migration_persons",
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def snapshot(region: Region, sources: pathlib.Path, target: pathlib.Path) -> None:
    """Compile the facts of the collected tables into ``facts.csv``, checked before it is written.

    Raises
    ------
    InputError
        One line for each row that no rule covers, each fact that breaks the contract, and each that is
        kept by hand too.
    """
    table = compute(region, sources)
    by_hand = {path.name: store.read_table(path) for path in region.facts}
    facts.union(region, {facts.FILE: table, **by_hand})
    store.write_table(table, target / facts.FILE)


def compute(region: Region, sources: pathlib.Path) -> pd.DataFrame:
    """Facts as text, in the columns of ``facts.csv``, sorted.

    The series of the collected tables are translated by ``series.csv``; where a district and the city
    inside it are published apart, their sum is added as the whole district. Populations of settlements
    belong to the layer of settlements, figures that stand in sentences to ``facts/stated.csv``.
    """
    series = _series(
        region, pd.concat([_collected(region, sources, key) for key in SERIES], ignore_index=True)
    )
    table = pd.concat([series, _whole_districts(region, series)], ignore_index=True).fillna({"locator": ""})
    return facts.with_ids(table).sort_values([*facts.KEY, "fact_id"], ignore_index=True)


def period(text: str) -> str:
    """Translate a period of the collected tables; what stands in brackets is a remark."""
    plain = re.sub(r"\(.*?\)", "", text).strip()
    for form, meant in FORMS:
        found = form.fullmatch(plain)
        if found:
            return meant(found)
    return periods.UNDATED if plain.startswith(("year not stated", "n/d")) or not plain else plain


def _month(name: str) -> str:
    return f"{MONTHS.index(name) + 1:02d}"


FORMS: list[tuple[re.Pattern[str], collections.abc.Callable[[re.Match[str]], str]]] = [
    (re.compile(r"1 Jan (\d{4})"), lambda found: f"{found[1]}-01-01"),
    (re.compile(r"census (\d{4})"), lambda found: f"census-{found[1]}"),
    (re.compile(r"(\d\d)(\d\d)/(\d\d)"), lambda found: f"{found[1]}{found[2]}/{found[1]}{found[3]}"),
    (re.compile(r"([A-Z][a-z]{2}) (\d{4})"), lambda found: f"{found[2]}-{_month(found[1])}"),
    (
        re.compile(r"([A-Z][a-z]{2})-([A-Z][a-z]{2}) (\d{4})"),
        lambda found: f"{found[3]}-{_month(found[1])}/{found[3]}-{_month(found[2])}",
    ),
]


def _collected(region: Region, sources: pathlib.Path, key: str) -> pd.DataFrame:
    """Rows of one collected table, with the place of each as ``origin``; those left out are dropped."""
    table = raw.table(region, sources, key)
    table["origin"] = [f"{SERIES[key]}:{row}" for row in range(2, len(table) + 2)]
    left_out = hand_tables.read(region, "left_out.csv")["origin"]
    return table[~table["origin"].isin(left_out) & (table["unit_level"] != "settlement")]


def _series(region: Region, table: pd.DataFrame) -> pd.DataFrame:
    """Translate the rows of the collected tables.

    Raises
    ------
    InputError
        One line for each row with an unknown unit, source, or indicator and unit of measure.
    """
    named = table.rename(columns={"indicator": "raw_indicator", "unit": "raw_unit"})
    joined = named.merge(hand_tables.read(region, "series.csv"), on=["raw_indicator", "raw_unit"], how="left")
    known = catalogue.sources(region).reset_index().query("economy_title != ''").set_index("economy_title")
    joined["unit_id"] = _unit_ids(region, table)
    joined["source_id"] = joined["source_title"].map(known["source_id"])
    _refuse_gaps(joined)
    apart = joined["unit_level"].eq("district") & joined["unit_id"].isin(_cities(region))
    stated = joined["source_title"].map(known["economy_perimeter"]).replace("", "whole")
    return joined.assign(
        value=list(map(_scaled, joined["value"], joined["factor"])),
        unit=joined["indicator"].map(catalogue.indicators(region)["unit"]),
        period=joined["period"].map(period),
        perimeter=stated.mask(apart, "without_cities"),
        locator="",
    )


def _unit_ids(region: Region, table: pd.DataFrame) -> pd.Series[str]:
    """Find the unit of each row: by its key, a city by its name, a country by its code."""
    keys = units.load(region).reset_index().query("economy_key != ''").set_index("economy_key")["unit_id"]
    name = table["unit_name_ru"].str.replace(r"\s*\(.*", "", regex=True)
    city = name.str.replace(r"^г\. ?", "г. ", regex=True)
    whole = table["unit_level"].eq("country") & table["country"].isin(region.countries)
    country = table["country"].where(whole)
    return table["unit_key"].map(keys).fillna(city.map(keys)).fillna(country)


def _refuse_gaps(joined: pd.DataFrame) -> None:
    findings = []
    number = pd.to_numeric(joined["value"], errors="coerce")
    for found, shown, expected in (
        (joined["unit_id"], "unit_name_ru", "a unit of units.csv"),
        (joined["source_id"], "source_title", "an economy_title of sources.csv"),
        (joined["indicator"], "raw_indicator", "a rule of series.csv for it and its unit of measure"),
        (number, "value", "a number"),
    ):
        lost = joined[found.isna()]
        for origin, value in zip(lost["origin"], lost[shown], strict=True):
            file, row = origin.split(":")
            findings.append(f"{file}.csv: row {row}: {shown} = {value!r}; expected {expected}")
    if findings:
        raise errors.InputError(findings)


def _whole_districts(region: Region, series: pd.DataFrame) -> pd.DataFrame:
    """Add up a district published without its city and that city, indicator by indicator."""
    cities = _cities(region)
    inside = series[series["unit_id"].isin(cities.index)]
    people = inside[inside["indicator"] == "population_persons"]
    inside = pd.concat([inside, people.assign(indicator="population_rural_persons", value="0")])
    apart = series[(series["perimeter"] == "without_cities") & series["indicator"].isin(SUMMED)]
    same = ["unit_id", "indicator", "period", "source_id"]
    both = apart.merge(inside.assign(unit_id=inside["unit_id"].map(cities)), on=same, suffixes=("", "_city"))
    return both.assign(
        value=list(map(_sum, both["value"], both["value_city"])),
        perimeter="whole",
        notes="sum_with_city",
        origin=both["origin"] + " " + both["origin_city"],
    )


def _cities(region: Region) -> pd.Series[str]:
    """District of each city that is published apart from it."""
    return units.of_level(region, "city")["parent_id"]


def _scaled(value: str, factor: str) -> str:
    return _plain(decimal.Decimal(value) * decimal.Decimal(factor))


def _sum(first: str, second: str) -> str:
    return _plain(decimal.Decimal(first) + decimal.Decimal(second))


def _plain(exact: decimal.Decimal) -> str:
    """Decimals without exponent and trailing zeros."""
    return f"{exact.normalize():f}"
