"""Attributes computed from facts: ratios of figures that cover the same; nothing imputed."""

from __future__ import annotations

import pandas as pd

from layers.base import choice
from layers.io import periods
from layers.region import Region

POPULATION = "population_persons"
RURAL = "population_rural_persons"


def tables(
    region: Region,
    facts: pd.DataFrame,
    indicators: pd.DataFrame,
    *,
    area_km2: pd.Series[float],
    links: pd.Series[int],
) -> dict[str, pd.DataFrame]:
    """Each computed indicator as a table indexed by ``unit_id`` with ``value`` and ``period``.

    Parameters
    ----------
    facts
        Facts on the units of one level, as ``layers.base.facts.facts`` returns them.
    indicators
        The indicator dictionary.
    area_km2, links
        Area and number of documented links, indexed by ``unit_id``.
    """
    latest = _latest(region, facts, indicators, POPULATION)
    given = region.population
    of_years = {given.of_year(year): _of_year(region, facts, indicators, year) for year in given.years}
    return {
        **of_years,
        "density_per_km2": latest.assign(value=latest["value"] / area_km2),
        **_trend(region, facts, indicators),
        "urban_share_pct": urban_share(region, facts, indicators),
        "net_migration_per_1000": migration_rate(region, facts, indicators),
        "links_count": pd.DataFrame({"value": links, "period": ""}),
        "links_per_100k": latest.assign(value=100_000 * links / latest["value"]),
    }


def urban_share(region: Region, facts: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Share of the population that is not rural, %: both figures of one source, period and perimeter."""
    rural = _latest(region, facts, indicators, RURAL)
    total = facts[facts["indicator"] == POPULATION]
    both = rural.reset_index().merge(total, on=["unit_id", "period", "perimeter", "source_id"])
    both["value"] = 100 * (1 - both["value_x"] / both["value_y"])
    return both.set_index("unit_id")[["value", "period", "perimeter"]]


def _trend(region: Region, facts: pd.DataFrame, indicators: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Trend of the population, if the region has one."""
    given = region.population
    if given.trend_to is None:
        return {}
    stated = str(indicators["perimeters"][POPULATION]).split()
    last = _of_year(region, facts, indicators, given.trend_to)
    covered = tuple(perimeter for perimeter in stated if perimeter != given.apart)
    trend = change(facts, last, since=given.trend_from, until=given.trend_to, perimeters=covered)
    return {given.trend: trend}


def change(
    facts: pd.DataFrame,
    last: pd.DataFrame,
    *,
    since: str,
    until: int,
    perimeters: tuple[str, ...] = ("whole",),
) -> pd.DataFrame:
    """Change of the population since a day, %, to a table of the values of a later year.

    The estimate of that day rests on the census before it, as the later value on the census after;
    ``perimeters`` are those that cover as much as the later value, the one to take first.
    """
    first = facts[
        (facts["indicator"] == POPULATION) & (facts["period"] == since) & facts["perimeter"].isin(perimeters)
    ]
    rank = first["perimeter"].map(perimeters.index)
    first = first.assign(rank=rank).sort_values(["rank", "source_id"])
    opening = first.drop_duplicates("unit_id").set_index("unit_id")["value"]
    value = 100 * (last["value"] / opening - 1)
    return last.assign(value=value, period=f"{since[:4]}/{until}").dropna(subset="value")


def migration_rate(region: Region, facts: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Net migration of a year per 1,000 inhabitants on 1 January of that year, of the same perimeter."""
    migration = _latest(region, facts, indicators, "net_migration_persons").reset_index()
    population = facts[facts["indicator"] == POPULATION]
    opening = migration.assign(opening=migration["period"] + "-01-01")
    both = opening.merge(
        population, left_on=["unit_id", "opening", "perimeter"], right_on=["unit_id", "period", "perimeter"]
    ).sort_values("source_id_y")
    both = both.drop_duplicates("unit_id").rename(columns={"period_x": "period"})
    both["value"] = 1000 * both["value_x"] / both["value_y"]
    return both.set_index("unit_id")[["value", "period", "perimeter"]]


def _latest(region: Region, facts: pd.DataFrame, indicators: pd.DataFrame, indicator: str) -> pd.DataFrame:
    picked = choice.chosen(region, facts[facts["indicator"] == indicator], indicators)
    return picked.set_index("unit_id")[["value", "period", "perimeter", "source_id"]]


def _of_year(region: Region, facts: pd.DataFrame, indicators: pd.DataFrame, year: int) -> pd.DataFrame:
    parsed = facts["period"].map(periods.parse)
    stated = parsed.map(lambda period: period.is_full and period.end.year == year).astype(bool)
    return _latest(region, facts[stated & (facts["perimeter"] == "whole")], indicators, POPULATION)
