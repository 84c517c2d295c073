"""Population of settlements by name and district, as the statistical offices publish it.

Both functions return rows with ``name_ru``, ``key``, ``council``, ``unit_id``, ``place_class``,
``population``, ``population_period`` and ``source_id``.
"""

from __future__ import annotations

import pathlib
import re

import pandas as pd

from geo import errors
from layers.base import settlements
from layers.dictionary import catalogue, units
from layers.region import Region
from layers.snapshot import attributes, places, raw
from layers.snapshot import zone as zones

CITY, URBAN, RURAL, UNSTATED = settlements.PLACE_CLASSES

_KINDS = {"г.": CITY, "г.п.": URBAN, "р.п.": URBAN, "пгт": URBAN}
_URBAN_IN_CENSUS = {"г", "гп", "рп", "кп"}
_RURAL_IN_CENSUS = {"д", "аг", "п", "х", "с", "ст"}
_LISTED = re.compile(r"(?P<kind>г\.п\.|р\.п\.|г\.|пгт)\s*(?P<name_ru>.+?)(?: кп)? \((?P<within>.+)\)")
_NOT_A_STEM = re.compile(r"горсовет|городской|округ|муниципальный|район|р-н|город\b|г\.о\.|г\.| - ")
_CENSUS_PERIOD = "census-2009"
_COLUMNS = [
    "name_ru",
    "key",
    "council",
    "is_urban",
    "unit_id",
    "place_class",
    "population",
    "population_period",
    "source_id",
]


def official(region: Region, sources: pathlib.Path) -> pd.DataFrame:
    """Cities and urban settlements with their latest official figure.

    A city that is a unit of its own and is not listed apart has the figure of the unit.

    Raises
    ------
    InputError
        One line for each row whose district is not in the table of units.
    """
    table = raw.table(region, sources, "population")
    totals = table[table["indicator"] == "population, total"].sort_values("period", kind="stable")
    rows = pd.concat([_listed(region, totals), _whole_cities(region, totals)], ignore_index=True)
    lost = rows[rows["unit_id"] == ""]
    if len(lost):
        file = raw.path(region, sources, "population").name
        raise errors.InputError(
            f"{file}: {name!r}: its district is not in units.csv" for name in lost["unit_name_ru"]
        )
    sources_table = catalogue.sources(region).reset_index()
    titles = dict(zip(sources_table["economy_title"], sources_table["source_id"], strict=True))
    figures = rows.assign(
        council="",
        is_urban=True,
        key=rows["name_ru"].map(places.key),
        population=rows["value"].astype(int),
        population_period=rows["period"].map(attributes.period),
        source_id=rows["source_title"].map(titles),
    )
    order = figures.sort_values(["is_listed", "population_period"], kind="stable")
    return order.drop_duplicates(["key", "unit_id"], keep="last")[_COLUMNS]


def census(region: Region, sources: pathlib.Path, zone: zones.Zone) -> pd.DataFrame:
    """Settlements of the second country with more than 100 inhabitants in its census of 2009.

    ``is_urban`` marks those that were urban then; all count as rural here, because whatever is
    urban by now is in :func:`official`.
    """
    table = raw.sheet(region, sources, "villages_b")
    table.columns = pd.Index(["soato", "within", "council", "settlement", "count"])
    rows = table.join(table["settlement"].str.extract(r"(?P<kind>\S+) (?P<name_ru>.+)"))
    regions = set(units.of_level(region, "district")["soato"].str[:1]) - {""}
    rows = rows[rows["kind"].isin(_RURAL_IN_CENSUS | _URBAN_IN_CENSUS) & rows["soato"].str[:1].isin(regions)]
    second, stems, codes = zone.region.countries[1], _stems(region), _codes(region)
    return pd.DataFrame(
        {
            "name_ru": rows["name_ru"],
            "key": rows["name_ru"].map(places.key),
            "council": rows["council"],
            "unit_id": [
                stems.get((second, _stem(within)), codes.get(code[:4], ""))
                for within, code in zip(rows["within"], rows["soato"], strict=True)
            ],
            "place_class": RURAL,
            "is_urban": rows["kind"].isin(_URBAN_IN_CENSUS),
            "population": rows["count"].astype(int),
            "population_period": _CENSUS_PERIOD,
            "source_id": raw.source_id(region, "villages_b"),
        }
    )


def _listed(region: Region, totals: pd.DataFrame) -> pd.DataFrame:
    """Rows that name a settlement and, in brackets, the district or oblast that it is in."""
    rows = totals.join(totals["unit_name_ru"].str.extract(_LISTED)).dropna(subset="name_ru")
    stems, cities = _stems(region), _cities(region)
    unit = [
        cities.get((country, places.key(name)), stems.get((country, _stem(within)), ""))
        for country, name, within in zip(rows["country"], rows["name_ru"], rows["within"], strict=True)
    ]
    return rows.assign(unit_id=unit, place_class=rows["kind"].map(_KINDS), is_listed=True)


def _whole_cities(region: Region, totals: pd.DataFrame) -> pd.DataFrame:
    """Rows of the units that are a city."""
    city = units.of_level(region, "district").query("kind == 'city'").reset_index().set_index("economy_key")
    rows = totals[totals["unit_key"].isin(city.index)]
    unit, name = (rows["unit_key"].map(city[column]) for column in ("unit_id", "name_ru"))
    return rows.assign(unit_id=unit, name_ru=name, place_class=CITY, is_listed=False)


def _stems(region: Region) -> dict[tuple[str, str], str]:
    """District by country and the stem of its name."""
    districts = units.of_level(region, "district")
    stems = districts["economy_key"].str.partition("/")[2].map(_stem)
    return dict(zip(zip(districts["country"], stems, strict=True), districts.index, strict=True))


def _codes(region: Region) -> dict[str, str]:
    """District by the first four digits of its code, or of the code of a city in it."""
    both = pd.concat(
        [units.of_level(region, "city")["parent_id"], units.of_level(region, "district").index.to_series()]
    )
    return dict(zip(units.load(region)["soato"].loc[both.index].str[:4], both, strict=True))


def _cities(region: Region) -> dict[tuple[str, str], str]:
    """District around each city that is listed with its oblast only."""
    cities = units.of_level(region, "city")
    names = cities["name_ru"].map(places.key)
    return dict(zip(zip(cities["country"], names, strict=True), cities["parent_id"], strict=True))


def _stem(name: str) -> str:
    return places.key(_NOT_A_STEM.sub(" ", name.lower()))
