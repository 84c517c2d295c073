"""How alike both sides are: |ln ratio| of figures that both sides have; 0 where they are equal."""

from __future__ import annotations

import pandas as pd

from geo import errors
from geo.flows import interaction
from layers.base import choice
from layers.dictionary import ids
from layers.intensity import realised
from layers.region import Region

Figures = realised.Figures


def of_oblasts(region: Region, facts: pd.DataFrame, indicators: pd.DataFrame) -> Figures:
    """Figures of oblasts in two currencies, each relative to the mean of its country.

    They are those that the study area names, of the last year in which every oblast that has them
    in any year has them.

    Raises
    ------
    InputError
        If there is no such year.
    """
    named = region.intensity.relative
    found = {name: _same_year(region, facts, indicators, pair) for name, pair in named.items()}
    return {name: _relative(figure) for name, figure in found.items()}


def density(persons: pd.DataFrame, area_km2: pd.Series[float]) -> pd.DataFrame:
    """Inhabitants per km²."""
    area = pd.DataFrame({"value": area_km2, "period": "", "source_ids": ""})
    return realised.related(persons, area, times=1)


def centre_share(settlements: pd.DataFrame, persons: pd.DataFrame, group: pd.Series[str]) -> pd.DataFrame:
    """Share of the inhabitants of groups of districts who live in the centres of districts, %.

    A district whose centre lies in another unit has none.
    """
    centres = settlements[settlements["centre_of"] != ""].dropna(subset="population")
    rows = centres.assign(unit=centres["unit_id"].map(group))
    counted = rows.groupby("unit").agg(
        value=("population", "sum"),
        period=("population_period", lambda own: realised.joined(*own)),
        source_ids=("source_id", lambda own: realised.joined(*own)),
    )
    return realised.related(counted, persons, times=100)


def of_pairs(figures: Figures, pairs: pd.DataFrame) -> Figures:
    """Compare the two units of pairs (``a``, ``b``): ``…_ln_ratio``; missing where one has no figure."""
    return {f"{name}_ln_ratio": _compared(figure, pairs) for name, figure in figures.items()}


def of_units(of_pairs: Figures, pairs: pd.DataFrame, weights: pd.Series[float]) -> Figures:
    """Mean difference of each unit from its partners across the border.

    Parameters
    ----------
    of_pairs
        Figures of pairs, as `of_pairs` gives them.
    pairs
        Indexed by pair: ``a`` and ``b``.
    weights
        Weight of each pair in the mean.
    """
    return {name: _mean(figure, pairs, weights) for name, figure in of_pairs.items()}


def _compared(figure: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    both = realised.together(figure, pairs)
    ends = pd.unique(pairs[["a", "b"]].to_numpy().ravel())
    values = figure["value"].reindex(ends).rename("figure")
    named = pairs.rename(columns={"a": "unit_id_a", "b": "unit_id_b"})
    return both.assign(value=interaction.convergence(values, named)).dropna(subset="value")


def _mean(figure: pd.DataFrame, pairs: pd.DataFrame, weights: pd.Series[float]) -> pd.DataFrame:
    rows = figure.join(pairs).join(weights.rename("weight"))
    ends = rows.melt(["value", "weight", "period", "source_ids"], ["a", "b"], value_name="unit_id")
    ends = ends[ends["weight"] > 0].assign(part=lambda own: own["value"] * own["weight"])
    grouped = ends.groupby("unit_id")
    told = {
        name: grouped[name].agg(lambda own: realised.joined(*sorted(set(own))))
        for name in ("period", "source_ids")
    }
    return pd.DataFrame({"value": grouped["part"].sum() / grouped["weight"].sum(), **told})


def _same_year(
    region: Region, facts: pd.DataFrame, indicators: pd.DataFrame, names: tuple[str, str]
) -> pd.DataFrame:
    rows = facts[facts["indicator"].isin(names) & (facts["period_kind"] == "year")]
    rows = rows[rows["qualifier"] != choice.FORECAST]
    units = rows["unit_id"].nunique()
    complete = rows.groupby("period")["unit_id"].nunique()
    years = complete.index[complete == units]
    if years.empty:
        raise errors.InputError(
            f"facts.csv: indicators {', '.join(names)}: at most {max(complete, default=0)} of {units} "
            "oblasts have a figure of the same year; expected a year in which all have"
        )
    chosen = choice.chosen(region, rows[rows["period"] == max(years)], indicators).set_index("unit_id")
    return chosen.rename(columns={"source_id": "source_ids"})[["value", "period", "source_ids"]]


def _relative(figure: pd.DataFrame) -> pd.DataFrame:
    return figure.assign(value=interaction.group_relative(figure["value"], ids.countries(figure.index)))
