"""Facts: population of some years, net migration, wages and product in the money of each country."""

from __future__ import annotations

import numpy as np
import pandas as pd

from layers.base import facts
from layers.dictionary import ids
from scripts.bench.synthetic import spec
from scripts.bench.synthetic import units as units_of

CURRENCIES = ("xaa", "xbb")
"""Codes of no money, one for each country."""
TREND_FROM, TREND_TO, LAST = "2011-01-01", 2021, 2024
_LAST_DAY = f"{LAST}-01-01"
_YEARS = ("2022", "2023")
_WAGE, _PRODUCT = (50_000, 2_000), (600_000, 20_000)
"""About, in each country."""

Rows = list[dict[str, object]]


def draw(of: spec.Spec, known: units_of.Units, settlements: pd.DataFrame) -> pd.DataFrame:
    """Facts as the snapshot holds them: of districts, and of oblasts as sums or of their own."""
    random = of.random("economy")
    people = _people(known, settlements, random)
    oblast = pd.Series(dict(zip(known.ids, (known.oblast_ids[one] for one in known.oblast), strict=True)))
    of_oblasts = people.groupby(oblast).sum()
    rows = _of_people(people) + _of_people(of_oblasts)
    rows += _migration(people, random) + _money(
        pd.Index(known.oblast_ids), random, "grp_per_capita", _PRODUCT
    )
    rows += _money(people.index, random, "wage", _WAGE) + _money(of_oblasts.index, random, "wage", _WAGE)
    table = facts.with_ids(pd.DataFrame(rows)[[name for name in facts.COLUMNS if name != "fact_id"]])
    return table.sort_values(facts.KEY, ignore_index=True)


def stated(border_km: float) -> pd.DataFrame:
    """Facts by hand: the length of the border."""
    border = ids.joined(*spec.COUNTRIES)
    row = _fact(border, "border_length_km", round(border_km), "km", "undated")
    return pd.DataFrame([row])[[name for name in facts.COLUMNS if name != "fact_id"]]


def checks(of: spec.Spec, facts_of: pd.DataFrame) -> pd.DataFrame:
    """Persons of districts by two other counts, a little off."""
    random = of.random("people")
    rows = facts_of[(facts_of["indicator"] == "population_persons") & (facts_of["period"] == _LAST_DAY)]
    own = rows[rows["unit_id"].str.count("-") == 2].set_index("unit_id")["value"].astype(float).sort_index()
    names = ("worldpop_2020_persons", "gpw_2020_persons")
    off = {name: (own * random.normal(1, 0.1, len(own))).round().astype(int) for name in names}
    return pd.DataFrame(off).rename_axis("unit_id").reset_index()


def _people(known: units_of.Units, settlements: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Persons of districts by period: those of the settlements and as many again in lesser places."""
    listed = settlements.groupby("unit_id")["population"].sum().reindex(known.ids)
    towns = settlements[settlements["place_class"] != "rural"].groupby("unit_id")["population"].sum()
    counted = (listed * random.uniform(1.1, 1.6, len(listed))).round()
    return pd.DataFrame(
        {
            TREND_FROM: (counted * random.uniform(0.95, 1.15, len(listed))).round(),
            f"census-{TREND_TO}": counted,
            _LAST_DAY: (counted * random.uniform(0.96, 1.02, len(listed))).round(),
            "rural": counted - towns.reindex(known.ids),
        }
    ).astype(int)


def _of_people(people: pd.DataFrame) -> Rows:
    total = [
        _fact(str(unit), "population_persons", value, "persons", period)
        for period in (TREND_FROM, f"census-{TREND_TO}", _LAST_DAY)
        for unit, value in people[period].items()
    ]
    rural = [
        _fact(str(unit), "population_rural_persons", value, "persons", f"census-{TREND_TO}")
        for unit, value in people["rural"].items()
    ]
    return total + rural


def _migration(people: pd.DataFrame, random: np.random.Generator) -> Rows:
    share = random.normal(-0.004, 0.006, len(people))
    moved = (people[_LAST_DAY] * share).round().astype(int)
    return [
        _fact(str(unit), "net_migration_persons", value, "persons", str(LAST))
        for unit, value in moved.items()
    ]


def _money(units: pd.Index[str], random: np.random.Generator, name: str, about: tuple[int, int]) -> Rows:
    """Draw an amount for each unit in the money of its country, for some years."""
    rows = []
    for unit in units:
        side = spec.COUNTRIES.index(ids.country(str(unit)))
        amount = about[side] * random.lognormal(0, 0.15)
        for number, year in enumerate(_YEARS):
            value = round(amount * 1.08**number)
            rows.append(_fact(str(unit), f"{name}_{CURRENCIES[side]}", value, CURRENCIES[side], year))
    return rows


def _fact(unit: str, indicator: str, value: float, measure: str, period: str) -> dict[str, object]:
    return {
        "unit_id": unit,
        "indicator": indicator,
        "value": str(value),
        "unit": measure,
        "period": period,
        "qualifier": "",
        "confidence": "high",
        "perimeter": "whole",
        "source_id": units_of.SOURCE,
        "notes": "",
        "locator": "",
        "origin": "drawn",
    }
