"""What is documented: trade, firms, links and special regimes, related to inhabitants and product.

Each figure is a table indexed by the unit or pair with ``value``, ``period`` and ``source_ids``; a unit
that is not in the table has no figure. No documented link is a figure of zero.
"""

from __future__ import annotations

import collections.abc
import functools

import pandas as pd

from layers.base import choice
from layers.dictionary import ids
from layers.io import periods
from layers.region import Region

Figures = dict[str, pd.DataFrame]

_TRADE = "trade_partner"
_MILLIONS_IN_BILLION = 1_000


def of_oblasts(region: Region, facts: pd.DataFrame, indicators: pd.DataFrame, rates: pd.DataFrame) -> Figures:
    """Trade, firms and the orientation of trade of oblasts.

    Parameters
    ----------
    facts
        Facts on oblasts.
    indicators
        The indicator dictionary, indexed by ``indicator``.
    rates
        Yearly mean rates: ``currency``, ``per_currency``, ``year``, ``rate``, ``source_id``.

    Returns
    -------
    dict
        ``trade_partner_…_per_capita`` in the currency of trade, ``trade_partner_grp_pct``,
        ``trade_partner_share_pct`` and ``enterprises_partner_capital_per_100k``.
    """
    chosen = choice.chosen(region, facts, indicators)
    given = region.intensity
    persons, product = (one(chosen, name) for name in ("population_persons", given.product))
    own = trade(region, facts, rates, currency=given.trade_currency)
    alike = trade(region, facts, rates, currency=given.product_currency)
    return {
        f"{_TRADE}_{given.trade_currency}_per_capita": related(own, persons, times=1_000_000),
        "trade_partner_grp_pct": related(alike, product, times=100),
        "trade_partner_share_pct": one(chosen, "trade_partner_share_pct"),
        "enterprises_partner_capital_per_100k": related(
            one(chosen, "enterprises_partner_capital_count"), persons, times=100_000
        ),
    }


def trade(region: Region, facts: pd.DataFrame, rates: pd.DataFrame, *, currency: str) -> pd.DataFrame:
    """Trade with the partner country in millions of one currency.

    Of the figures on a full year that are no forecast, the one by the unit's own side of the border
    comes first, then the latest, the most certain and the plain. A figure in the other currency
    counts where the mean rate of its very year is known.
    """
    stated = facts["indicator"].str.extract(r"^(?P<name>.*)_(?P<currency>[a-z]{3})_(?P<scale>mln|bn)$")
    sides = {country: f"{_TRADE}_{country.lower()}_side" for country in region.countries}
    is_trade = stated["name"].isin({_TRADE, *sides.values()}) & (facts["period_kind"] == "year")
    rows = facts.join(stated)[is_trade & (facts["qualifier"] != choice.FORECAST)]
    rate = rates.set_index(["currency", "per_currency", "year"])
    converted = [_converted(row, rate, currency) for row in rows.to_dict("records")]
    found = rows.assign(
        value=[value for value, _ in converted],
        source_ids=[sources for _, sources in converted],
        is_other=rows["name"] != rows["unit_id"].map(ids.country).map(sides),
        before=[-periods.parse(period).end.toordinal() for period in rows["period"]],
        doubt=rows["qualifier"].map(choice.QUALIFIERS.index),
    ).dropna(subset="value")
    ordered = found.sort_values(["unit_id", "is_other", "before", "doubt", "source_id", "fact_id"])
    return ordered.drop_duplicates("unit_id").set_index("unit_id")[["value", "period", "source_ids"]]


def of_pairs(region: Region, facts: pd.DataFrame, indicators: pd.DataFrame, persons: pd.DataFrame) -> Figures:
    """Trade between the two units of pairs, ``trade_pair_…_per_capita`` of both together.

    Parameters
    ----------
    facts
        Facts on pairs.
    persons
        Population of both units together.
    """
    traded = f"trade_pair_{region.intensity.trade_currency}"
    of_years = facts[(facts["indicator"] == f"{traded}_mln") & (facts["period_kind"] == "year")]
    stated = one(choice.chosen(region, of_years, indicators), f"{traded}_mln")
    return {f"{traded}_per_capita": related(stated, persons, times=1_000_000)}


def documented(
    region: Region,
    features: pd.DataFrame,
    units_of: pd.Series,
    persons: pd.DataFrame,
    groups: collections.abc.Mapping[str, collections.abc.Collection[str]],
) -> Figures:
    """Documented features per 100,000 inhabitants, by groups of types; only those that took place.

    Parameters
    ----------
    features
        ``type``, ``state``, ``date`` and ``source_ids`` of links or zones.
    units_of
        Units or pairs that each feature concerns, as lists, indexed like ``features``.
    persons
        Population of the units or pairs, as a figure.
    groups
        Types that belong together, by the name of their column.
    """
    took_place = features["state"].isin(region.intensity.realised_states)
    concerned = features[took_place].assign(unit=units_of).explode("unit").dropna(subset="unit")
    found = {}
    for name, types in groups.items():
        rows = concerned[concerned["type"].isin(types)]
        counted = rows.groupby("unit").agg(
            value=("type", "size"),
            period=("date", lambda own: joined(*own[own != periods.UNDATED])),
            source_ids=("source_ids", lambda own: joined(*own)),
        )
        everywhere = counted.reindex(persons.index).fillna({"value": 0, "period": "", "source_ids": ""})
        found[f"{name}_per_100k"] = related(everywhere, persons, times=100_000)
    return found


def one(chosen: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """Chosen values of an indicator as a figure."""
    rows = chosen[chosen["indicator"] == indicator].set_index("unit_id")
    return rows.rename(columns={"source_id": "source_ids"})[["value", "period", "source_ids"]]


def related(part: pd.DataFrame, whole: pd.DataFrame, *, times: float) -> pd.DataFrame:
    """Ratio of two figures, with the periods and sources of both."""
    both = part.join(whole.add_suffix("_whole"), how="inner")
    return pd.DataFrame(
        {
            "value": times * both["value"] / both["value_whole"],
            "period": [joined(*row) for row in both[["period", "period_whole"]].to_numpy()],
            "source_ids": [joined(*row) for row in both[["source_ids", "source_ids_whole"]].to_numpy()],
        },
        index=both.index,
    )


def together(figure: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Sum of a figure over both units of pairs (``a``, ``b``)."""
    first, second = (figure.reindex(pairs[side]).set_axis(pairs.index) for side in ("a", "b"))
    return pd.DataFrame(
        {
            "value": first["value"] + second["value"],
            "period": [joined(*row) for row in zip(first["period"], second["period"], strict=True)],
            "source_ids": [
                joined(*row) for row in zip(first["source_ids"], second["source_ids"], strict=True)
            ],
        }
    )


def _converted(
    row: collections.abc.Mapping[collections.abc.Hashable, object], rate: pd.DataFrame, currency: str
) -> tuple[float, str]:
    millions = float(str(row["value"])) * (_MILLIONS_IN_BILLION if row["scale"] == "bn" else 1)
    source = str(row["source_id"])
    if row["currency"] == currency:
        return millions, source
    for one, other, power in ((row["currency"], currency, -1), (currency, row["currency"], 1)):
        key = (one, other, row["period"])
        if key in rate.index:
            known = rate.loc[[key]].iloc[0]
            return millions * float(known["rate"]) ** power, joined(source, known["source_id"])
    return float("nan"), source


@functools.cache
def joined(*ids: str) -> str:
    """All ids of texts that list them by blanks, once and in order."""
    return " ".join(sorted({one for text in ids for one in str(text).split()}))
