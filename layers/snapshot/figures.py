"""Population of settlements by name and district, as the statistical offices publish it.

Both functions return rows with ``name``, ``key``, ``council``, ``unit_id``, ``place_class``, ``population``,
``population_period`` and ``source_id``.
"""

from __future__ import annotations

import pathlib
import re

import pandas as pd

from geo import errors
from layers.base import derived, settlements
from layers.dictionary import units
from layers.io import periods
from layers.region import Region
from layers.snapshot import attributes, names, outline, places, raw

CITY, URBAN, RURAL, UNSTATED = settlements.PLACE_CLASSES

_OFFICIAL = "population"
_VILLAGES = "villages"
_COLUMNS = [
    "name",
    "key",
    "council",
    "is_listed",
    "unit_id",
    "place_class",
    "population",
    "population_period",
    "source_id",
]


def official(region: Region, sources: pathlib.Path) -> pd.DataFrame:
    """Cities and urban settlements with their latest official figure.

    A city that is a unit of its own and is not listed apart has the figure of the unit; ``is_listed`` marks
    those that are.

    Raises
    ------
    InputError
        One line for each row whose district is not in the table of units.
    """
    if _OFFICIAL not in raw.listed(region, _OFFICIAL):
        return pd.DataFrame(columns=_COLUMNS)
    table = attributes.collected(region, sources, _OFFICIAL)
    totals = table[table["indicator"] == derived.POPULATION].sort_values("period", kind="stable")
    rows = pd.concat([_listed(region, totals), _whole_cities(region, totals)], ignore_index=True)
    lost = rows[rows["unit_id"] == ""]
    if len(lost):
        file = raw.path(region, sources, _OFFICIAL).name
        raise errors.InputError(
            f"{file}: {name!r}: its district is not in units.csv" for name in lost["unit_name"]
        )
    figures = rows.assign(
        council="",
        key=rows["name"].map(places.key),
        population=[
            int(attributes.scaled(value, factor))
            for value, factor in zip(rows["value"], rows["factor"], strict=True)
        ],
        population_period=rows["period"].map(attributes.period),
    )
    ends = figures["population_period"].map(lambda period: periods.parse(period).end)
    order = figures.assign(end=ends).sort_values(["is_listed", "end"], kind="stable")
    return order.drop_duplicates(["key", "unit_id"], keep="last")[_COLUMNS]


def census(region: Region, sources: pathlib.Path) -> pd.DataFrame:
    """Settlements of the censuses of each country that list them, classed as they were then."""
    found = []
    for key in raw.listed(region, _VILLAGES):
        read = _outlined if key in raw.giving(region, outline.COLUMN) else _flat
        rows = read(region, sources, key)
        found.append(
            rows.assign(
                key=rows["name"].map(places.key), is_listed=False, source_id=raw.source_id(region, key)
            )[_COLUMNS]
        )
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=_COLUMNS)


def _flat(region: Region, sources: pathlib.Path, key: str) -> pd.DataFrame:
    """Rows of settlements in the oblasts of the region, each with its district by name or by code."""
    known_codes = region.codes.items()
    coded = [name for name, code in known_codes if code.district_digits and key in raw.giving(region, name)]
    columns = ("within", "council", "place", "population", "population_period", "country")
    table = raw.table(region, sources, key, (*columns, *coded))
    rows = table.join(table["place"].str.extract(r"(?P<kind>\S+) (?P<name>.+)"))
    classes = raw.values(region, key, "place_class")
    rows = rows[rows["kind"].isin(classes) & _is_in_oblasts(region, rows[coded])]
    stems, known = names.of_country(region), _by_code(region)
    stem = rows["within"].map(lambda within: names.stem(region, within))
    named = pd.Series(
        [stems.get(pair) for pair in zip(rows["country"], stem, strict=True)], index=rows.index, dtype=object
    )
    for name in coded:
        named = named.fillna(rows[name].str[: region.codes[name].district_digits].map(known))
    return rows.assign(
        unit_id=named.fillna(""),
        place_class=rows["kind"].map(classes),
        population=rows["population"].astype(int),
    )


def _outlined(region: Region, sources: pathlib.Path, key: str) -> pd.DataFrame:
    """Places of an outline, under their districts."""
    return (
        outline.places(region, sources, key)
        .assign(council="", population_period=raw.constant(region, key, "population_period"))
        .rename(columns={"count": "population"})
    )


def _listed(region: Region, totals: pd.DataFrame) -> pd.DataFrame:
    """Rows that name a settlement and, in brackets, the district or oblast that it is in."""
    classes = raw.values(region, _OFFICIAL, "place_class")
    kinds = "|".join(re.escape(kind) for kind in sorted(classes, key=len, reverse=True)) or r"(?!)"
    form = rf"(?P<kind>{kinds})\s*(?P<name>.+?)(?: (?:{names.endings(region)}))? \((?P<within>.+)\)"
    rows = totals.join(totals["unit_name"].str.extract(form)).dropna(subset="name")
    stems, cities = names.of_country(region), _cities(region)
    unit = [
        cities.get((country, places.key(name)), stems.get((country, names.stem(region, within)), ""))
        for country, name, within in zip(rows["country"], rows["name"], rows["within"], strict=True)
    ]
    return rows.assign(unit_id=unit, place_class=rows["kind"].map(classes), is_listed=True)


def _whole_cities(region: Region, totals: pd.DataFrame) -> pd.DataFrame:
    """Rows of the units that are a city."""
    city = units.of_level(region, "district").query("kind == 'city'").reset_index().set_index("economy_key")
    rows = totals[totals["unit_key"].isin(city.index)]
    unit, name = (rows["unit_key"].map(city[column]) for column in ("unit_id", region.name_column))
    return rows.assign(unit_id=unit, name=name, place_class=CITY, is_listed=False)


def _is_in_oblasts(region: Region, codes: pd.DataFrame) -> pd.Series:
    """Whether the first digits of the codes are those of an oblast of the region; without codes all are."""
    found = pd.Series(data=True, index=codes.index)
    for name, column in codes.items():
        digits = region.codes[str(name)].oblast_digits
        known = set(units.of_level(region, "district")[name].str[:digits]) - {""}
        found &= column.str[:digits].isin(known) | (digits == 0)
    return found


def _by_code(region: Region) -> dict[str, str]:
    """District by the first digits of its code, or of the code of a city in it."""
    both = pd.concat(
        [units.of_level(region, "city")["parent_id"], units.of_level(region, "district").index.to_series()]
    )
    table = units.load(region).loc[both.index]
    found: dict[str, str] = {}
    for name, code in region.codes.items():
        if code.district_digits:
            found |= dict(zip(table[name].str[: code.district_digits], both, strict=True))
    return {code: unit for code, unit in found.items() if code}


def _cities(region: Region) -> dict[tuple[str, str], str]:
    """District around each city that is listed with its oblast only."""
    cities = units.of_level(region, "city")
    keys = cities[region.name_column].map(places.key)
    return dict(zip(zip(cities["country"], keys, strict=True), cities["parent_id"], strict=True))
