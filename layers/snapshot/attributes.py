"""Facts from the collected tables of figures → ``facts.csv``.

A raw file holds facts if ``raw_columns.csv`` names its column of values, a row a fact, or its entries (see
`outline`).
"""

from __future__ import annotations

import collections.abc
import decimal
import pathlib
import re

import pandas as pd

from geo import errors
from layers.base import derived, facts
from layers.dictionary import catalogue, units
from layers.io import periods, store
from layers.region import Region
from layers.snapshot import hand_tables, outline, raw

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WHOLE = "whole"
_STATED = ("raw_indicator", "raw_unit", "value", "period", "unit_level", "unit_name", "confidence")
# A row names its unit by key, name, country or a code; its source by title, or has that of its file.
_MAYBE = ("unit_key", "country", "source_title", "part")
_ADDED = [raw.ROW, "value", "part"]


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

    The series of the collected tables are translated by ``series.csv``; where a district and the cities
    inside it are published apart, their sum is added as the whole district. Populations of settlements
    belong to the layer of settlements, figures that stand in sentences to ``facts/stated.csv``.
    """
    tables = [
        _kept(region, collected(region, sources, key))
        for key in sorted({*raw.giving(region, "value"), *raw.giving(region, outline.COLUMN)})
    ]
    if not tables:
        return pd.DataFrame(columns=facts.COLUMNS, dtype=str)
    series = _series(region, pd.concat(tables, ignore_index=True))
    table = pd.concat([series, _whole_districts(region, series)], ignore_index=True).fillna({"locator": ""})
    return facts.with_ids(table).sort_values([*facts.KEY, "fact_id"], ignore_index=True)


def collected(region: Region, sources: pathlib.Path, key: str) -> pd.DataFrame:
    """Rows of one collected table with what ``series.csv`` says of them, and the place of each as ``origin``.

    Rows that differ in their ``part`` only are parts of one figure and are added up.
    """
    is_outline = key in raw.giving(region, outline.COLUMN)
    table = _outlined(region, sources, key) if is_outline else _listed(region, sources, key)
    file = raw.path(region, sources, key).stem
    table["key"] = key
    table["origin"] = [f"{file}:{row}" for row in table[raw.ROW]]
    titled = table["source_title"].map(_titles(region)["source_id"])
    table["source_id"] = titled.where(table["source_title"] != "", raw.source_id(region, key))
    whole = _added(table) if (table["part"] != "").any() else table
    return whole.merge(hand_tables.read(region, "series.csv"), on=["raw_indicator", "raw_unit"], how="left")


def period(text: str) -> str:
    """Translate a period of the collected tables; what stands in brackets is a remark."""
    plain = re.sub(r"\(.*?\)", "", text).strip()
    for form, meant in FORMS:
        found = form.fullmatch(plain)
        if found:
            return meant(found)
    return periods.UNDATED if plain.startswith(("year not stated", "n/d")) or not plain else plain


def scaled(value: str, factor: str) -> str:
    """Product of two numbers as text, exact."""
    return _plain(decimal.Decimal(value) * decimal.Decimal(factor))


def _month(name: str) -> str:
    return f"{MONTHS.index(name) + 1:02d}"


FORMS: list[tuple[re.Pattern[str], collections.abc.Callable[[re.Match[str]], str]]] = [
    (
        re.compile(r"(\d{1,2}) ([A-Z][a-z]{2}) (\d{4})"),
        lambda found: f"{found[3]}-{_month(found[2])}-{int(found[1]):02d}",
    ),
    (re.compile(r"census (?:[A-Z][a-z]{2}-[A-Z][a-z]{2} )?(\d{4})"), lambda found: f"census-{found[1]}"),
    (re.compile(r"(\d\d)(\d\d)/(\d\d)"), lambda found: f"{found[1]}{found[2]}/{found[1]}{found[3]}"),
    (re.compile(r"([A-Z][a-z]{2}) (\d{4})"), lambda found: f"{found[2]}-{_month(found[1])}"),
    (
        re.compile(r"([A-Z][a-z]{2})-([A-Z][a-z]{2}) (\d{4})"),
        lambda found: f"{found[3]}-{_month(found[1])}/{found[3]}-{_month(found[2])}",
    ),
]


def _listed(region: Region, sources: pathlib.Path, key: str) -> pd.DataFrame:
    """Rows of a table with a row a fact; ``coded_id`` is the unit that a code names."""
    coded = [name for name in region.codes if key in raw.giving(region, name)]
    table = raw.table(region, sources, key, (*_STATED, *coded), also=_MAYBE)
    table["coded_id"] = None
    for name in coded:
        known = units.load(region).reset_index().query(f"{name} != ''").set_index(name)["unit_id"]
        digits = table[name].str.replace(r"\W", "", regex=True)
        table["coded_id"] = table["coded_id"].fillna(digits.map(known))
    return table.drop(columns=coded)


def _outlined(region: Region, sources: pathlib.Path, key: str) -> pd.DataFrame:
    """Rows of an outline: the parts of the population of each district."""
    rows = outline.parts(region, sources, key)
    told = {name: raw.constant(region, key, name) for name in ("population_period", "confidence", "country")}
    return pd.DataFrame(
        {
            "raw_indicator": rows["part"],
            "raw_unit": "persons",
            "value": rows["count"].astype(str),
            "period": told["population_period"],
            "unit_level": "district",
            "unit_name": rows["unit_id"],
            "confidence": told["confidence"],
            **dict.fromkeys(_MAYBE, ""),
            "country": told["country"],
            "coded_id": rows["unit_id"],
            raw.ROW: rows[raw.ROW],
        }
    )


def _added(table: pd.DataFrame) -> pd.DataFrame:
    """One row for the parts of each figure; its value is missing if that of a part is."""
    alike = [name for name in table.columns if name not in {*_ADDED, "origin"}]
    known = pd.to_numeric(table["value"], errors="coerce").notna()
    numbers = table.assign(value=table["value"].where(known, "NaN"))
    parts = numbers.groupby(alike, dropna=False, sort=False)
    whole = parts.agg({"value": _total, "origin": " ".join, raw.ROW: "first"}).reset_index()
    whole["value"] = whole["value"].replace("NaN", "")
    return whole.assign(part="", coded_id=whole["coded_id"].where(whole["coded_id"].notna(), None))


def _kept(region: Region, table: pd.DataFrame) -> pd.DataFrame:
    """Rows of units, without those of ``left_out.csv``."""
    left_out = set(hand_tables.read(region, "left_out.csv")["origin"])
    is_out = [bool(left_out & set(origin.split())) for origin in table["origin"]]
    return table[~pd.Series(is_out, index=table.index, dtype=bool) & (table["unit_level"] != "settlement")]


def _series(region: Region, table: pd.DataFrame) -> pd.DataFrame:
    """Facts of the rows of the collected tables.

    Raises
    ------
    InputError
        One line for each row with an unknown unit, source, or indicator and unit of measure.
    """
    joined = table.assign(unit_id=_unit_ids(region, table))
    _refuse_gaps(region, joined)
    apart = joined["unit_level"].eq("district") & joined["unit_id"].isin(_cities(region))
    stated = joined["source_title"].map(_titles(region)["economy_perimeter"]).fillna("").replace("", WHOLE)
    return joined.assign(
        value=list(map(scaled, joined["value"], joined["factor"])),
        unit=joined["indicator"].map(catalogue.indicators(region)["unit"]),
        period=joined["period"].map(period),
        perimeter=stated.mask(apart, region.population.apart),
        locator="",
    )


def _titles(region: Region) -> pd.DataFrame:
    """Index sources by the title that collected tables give them."""
    return catalogue.sources(region).reset_index().query("economy_title != ''").set_index("economy_title")


def _unit_ids(region: Region, table: pd.DataFrame) -> pd.Series[str]:
    """Find the unit of each row: by its code, by its key, a city by its name, a country by its code."""
    keys = units.load(region).reset_index().query("economy_key != ''").set_index("economy_key")["unit_id"]
    name = table["unit_name"].str.replace(r"\s*\(.*", "", regex=True)
    city = name.str.replace(r"^(\w+\.) ?", r"\1 ", regex=True)
    whole = table["unit_level"].eq("country") & table["country"].isin(region.countries)
    country = table["country"].where(whole)
    coded: pd.Series[str] = table["coded_id"]
    return coded.fillna(table["unit_key"].map(keys)).fillna(city.map(keys)).fillna(country)


def _refuse_gaps(region: Region, joined: pd.DataFrame) -> None:
    findings = []
    number = pd.to_numeric(joined["value"], errors="coerce")
    for found, shown, expected in (
        (joined["unit_id"], "unit_name", "a unit of units.csv"),
        (joined["source_id"].replace("", None), "source_title", "an economy_title of sources.csv"),
        (joined["indicator"], "raw_indicator", "a rule of series.csv for it and its unit of measure"),
        (number, "value", "a number"),
    ):
        lost = joined[found.isna()]
        for key, origin, value in zip(lost["key"], lost["origin"], lost[shown], strict=True):
            file, row = origin.split()[0].split(":")
            field = raw.called(region, key, shown)
            findings.append(f"{file}.csv: row {row}: {field} = {value!r}; expected {expected}")
    if findings:
        raise errors.InputError(findings)


def _whole_districts(region: Region, series: pd.DataFrame) -> pd.DataFrame:
    """Add up a district published without its cities and all of these, indicator by indicator."""
    cities = _cities(region)
    inside = series[series["unit_id"].isin(cities.index)]
    people = inside[inside["indicator"] == derived.POPULATION]
    inside = pd.concat([inside, people.assign(indicator=derived.RURAL, value="0")])
    same = ["unit_id", "indicator", "period", "source_id"]
    together = (
        inside.assign(unit_id=inside["unit_id"].map(cities))
        .groupby(same)
        .agg(value=("value", _total), origin=("origin", " ".join), count=("value", "size"))
    )
    expected = together.index.get_level_values("unit_id").map(cities.value_counts().to_dict())
    complete = together[together["count"] == expected]
    is_apart = (series["perimeter"] == region.population.apart) & series["indicator"].isin(_summed(region))
    both = series[is_apart].merge(complete.reset_index(), on=same, suffixes=("", "_city"))
    return both.assign(
        value=[_total(pair) for pair in zip(both["value"], both["value_city"], strict=True)],
        perimeter=WHOLE,
        notes="sum_with_city",
        origin=both["origin"] + " " + both["origin_city"],
    )


def _summed(region: Region) -> pd.Index[str]:
    """List indicators that add up and are published of districts with and without their cities."""
    known = catalogue.indicators(region)
    covered = known["perimeters"].str.split().map(set)
    both = covered.map(lambda perimeters: {WHOLE, region.population.apart} <= perimeters).astype(bool)
    return known.index[both & (known["kind"] == "extensive")]


def _cities(region: Region) -> pd.Series[str]:
    """District of each city that is published apart from it."""
    return units.of_level(region, "city")["parent_id"]


def _total(numbers: collections.abc.Iterable[str]) -> str:
    return _plain(sum((decimal.Decimal(number) for number in numbers), decimal.Decimal(0)))


def _plain(exact: decimal.Decimal) -> str:
    """Decimals without exponent and trailing zeros."""
    return f"{exact.normalize():f}"
