"""The tables by hand behind cooperation intensity: the indicator framework and the exchange rates."""

from __future__ import annotations

import collections.abc

import pandas as pd
import pandera.pandas as pa

from geo import errors
from geo.flows import interaction
from geo.scores import framework
from layers.dictionary import catalogue, goalposts, ids, units
from layers.io import contracts, weights
from layers.region import Region

LEVELS = ("oblast", "district", "oblast_pair", "district_pair")
_CURRENCY = pa.Check.str_matches(r"^[a-z]{3}$", error="a currency as three small letters")


def read(region: Region) -> pd.DataFrame:
    """Read the indicator framework, every column text; the weights of a family sum to one at each level.

    Raises
    ------
    InputError
        One line for each cell that is not as the contract says, for each family without any weight, and for
        each indicator of a level with few units that has no goalposts.
    """
    table = region.table("framework.csv")
    contracts.check(table, _schema(region), file="framework.csv")
    require_goalposts(table, _most(region))
    return table.assign(weight=weights.rescaled("framework.csv", table.to_dict("records")))


def require_goalposts(table: pd.DataFrame, counts: collections.abc.Mapping[str, int]) -> None:
    """Refuse indicators that count, but have no goalposts, of levels with so few units or pairs.

    Raises
    ------
    InputError
        One line for each.
    """
    few = [level for level, count in counts.items() if count < framework.FEWEST_COMPARED]
    findings = [line for level in few for line in _uncompared(table, level, "framework.csv")]
    if findings:
        raise errors.InputError(findings)


def read_rates(region: Region) -> pd.DataFrame:
    """Read mean exchange rates of years, with their sources."""
    if not region.has("exchange_rates.csv"):
        return pd.DataFrame(columns=list(_rates(region).columns)).astype({"rate": float})
    table = region.table("exchange_rates.csv")
    contracts.check(table, _rates(region), file="exchange_rates.csv")
    return table.assign(rate=contracts.numbers(table["rate"]))


def _realised(region: Region, level: str) -> tuple[str, ...]:
    """Ids of what is realised of a level besides documented links and zones."""
    currency = region.intensity.trade_currency
    return {
        "oblast": (
            *(f"trade_partner_{currency}_per_capita", "trade_partner_grp_pct", "trade_partner_share_pct"),
            "enterprises_partner_capital_per_100k",
        ),
        "oblast_pair": (f"trade_pair_{currency}_per_capita",),
    }.get(level, ())


def measured(region: Region, level: str) -> tuple[str, ...]:
    """Ids of what :mod:`layers.intensity.levels` measures of the units or pairs of a level."""
    given = region.intensity
    documented = [f"{name}_per_100k" for name in (*given.link_groups, *given.zone_groups)]
    betas = [f"gravity_b{beta:g}".replace(".", "_") for beta in given.betas]
    within = [f"population_{limit:g}min" for limit in given.limits_min]
    potential = [*betas, "accessibility", *within, "efficiency", "centre_min"]
    if level.endswith("_pair"):
        reach = [*(_sided(name, "foreign") for name in potential), "centres_min"]
    else:
        both = [_sided(name, side) for name in potential for side in interaction.SIDES]
        reach = [*both, "accessibility_foreign_pct", "crossing_min", near_crossings(region)]
    own = (*_realised(region, level), *documented, *reach, "permeability_per_100km")
    trend = ["population_trend"] if region.population.trend else []
    relative = [*given.relative, *trend] if level.startswith("oblast") else ["home_market"]
    return *own, *(f"{name}_ln_ratio" for name in (*relative, "density", "centre_share"))


def near_crossings(region: Region) -> str:
    """Id of the figure that counts the crossings within the first limit."""
    return f"crossings_{region.intensity.limits_min[0]:g}min_count"


def _sided(name: str, side: str) -> str:
    return f"{name}_{side}_pct" if name == "efficiency" else f"{name}_{side}"


def _is_measured(region: Region, table: pd.DataFrame) -> pd.Series[bool]:
    known = {level: measured(region, level) for level in LEVELS}
    found = [
        one in known.get(level, (one,)) for one, level in zip(table["indicator"], table["level"], strict=True)
    ]
    return pd.Series(found, index=table.index)


def _schema(region: Region) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {
            "level": pa.Column(str, _one_of(LEVELS)),
            "family": pa.Column(str, _one_of(region.intensity.families)),
            "indicator": pa.Column(str, contracts.filled()),
            "unit": pa.Column(str, contracts.filled()),
            "polarity": pa.Column(str, contracts.one_of(("1", "-1"), expected="1 or -1")),
            "transformation": pa.Column(str, _one_of(framework.TRANSFORMATIONS)),
            "weight": pa.Column(str, contracts.number(0, weights.MOST)),
            "source": pa.Column(
                str,
                contracts.all_of(catalogue.sources(region).index, expected="ids of sources.csv", blank=True),
            ),
            **contracts.texts("title", region.languages),
            **contracts.texts("unit", region.languages),
            **contracts.texts("about", region.languages),
            **goalposts.columns(region),
        },
        checks=[
            contracts.once(["level", "indicator"], field="indicator"),
            contracts.rows(
                lambda table: _is_measured(region, table),
                field="indicator",
                expected="a figure that is measured of {level}",
            ),
            *goalposts.checks(region, "level"),
        ],
        strict=True,
    )


def _rates(region: Region) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {
            "currency": pa.Column(str, _CURRENCY),
            "per_currency": pa.Column(str, _CURRENCY),
            "year": pa.Column(str, pa.Check.str_matches(r"^(19|20)[0-9]{2}$", error="a year")),
            "rate": pa.Column(str, contracts.number(1e-9)),
            "source_id": pa.Column(
                str, contracts.one_of(catalogue.sources(region).index, expected="an id of sources.csv")
            ),
        },
        checks=contracts.once(["currency", "per_currency", "year"], field="year"),
        strict=True,
    )


def _most(region: Region) -> dict[str, int]:
    """How many units the levels have, of pairs of oblasts as many as there could be."""
    sides = [sum(ids.country(oblast) == country for oblast in region.oblasts) for country in region.countries]
    return {
        "oblast": len(region.oblasts),
        "oblast_pair": sides[0] * sides[1],
        "district": len(units.of_level(region, "district")),
    }


def _uncompared(table: pd.DataFrame, level: str, file: str) -> list[str]:
    rows = table[(table["level"] == level) & (table["weight"].astype(float) > 0)]
    return [
        f"{file}: row {row + 2}: {goalposts.LOW} = ''; expected a number, as level {level} has fewer than "
        f"{framework.FEWEST_COMPARED} units"
        for row in rows.index[rows[goalposts.LOW] == ""]
    ]


def _one_of(values: tuple[str, ...]) -> pa.Check:
    return contracts.one_of(values, expected=f"one of {', '.join(values)}")
