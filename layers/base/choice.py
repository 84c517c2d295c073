"""The rule that chooses one value to map among all facts on a subject and an indicator."""

from __future__ import annotations

import pandas as pd

from layers.dictionary import catalogue
from layers.io import periods
from layers.region import Region

QUALIFIERS = ("", "about", "more_than", "almost", "forecast")
FORECAST = "forecast"
PREFERENCE = ["perimeter", "completeness", "basis", "end", "confidence", "qualifier", "source_id", "fact_id"]
LATEST_FIRST = {"end"}
RIVALS = ["unit_id", "indicator", "perimeter", "period"]


def chosen(region: Region, facts: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """One fact for each subject and indicator.

    The order of preference, each step deciding among what the step before leaves equal:

    1. perimeter, in the order of the indicator dictionary: only what covers the same is comparable;
    2. for what is summed over time (``timing`` is ``period``) a full year before parts of a year; for a
       state any dated period; then several years and undated figures; forecasts last;
    3. where the region names a year since which counts come before a model: these, then what is modelled,
       then older counts;
    4. the period that ends last;
    5. confidence: high, medium, as stated in the article, low;
    6. a plain value before "about", "more than" and "almost": a bound from below overstates nothing; what is
       modelled last;
    7. the source id, then the fact id, in alphabetical order.

    Parameters
    ----------
    facts
        Facts as ``layers.base.facts.facts`` returns them.
    indicators
        The indicator dictionary.

    Returns
    -------
    DataFrame
        The chosen rows of ``facts``, sorted by subject and indicator, with what competes with each
        (same subject, indicator, perimeter and period): ``n_candidates``, ``value_min``, ``value_max``.
    """
    order = _preference(region, facts, indicators)
    first = facts.loc[order.index].drop_duplicates(["unit_id", "indicator"])
    rivals = facts.groupby(RIVALS)["value"].agg(n_candidates="size", value_min="min", value_max="max")
    return first.join(rivals, on=RIVALS).sort_values(["unit_id", "indicator"], ignore_index=True)


def _preference(region: Region, facts: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    parsed = facts["period"].map(periods.parse)
    confidence = catalogue.vocabulary(region, "confidence")
    stated = indicators["perimeters"].str.split()
    timing = indicators["timing"]
    qualifiers = [*QUALIFIERS, *region.population.modelled]
    order = pd.DataFrame(
        {
            "perimeter": [
                stated[indicator].index(perimeter)
                for indicator, perimeter in zip(facts["indicator"], facts["perimeter"], strict=True)
            ],
            "completeness": [
                _completeness(period, qualifier, timing[indicator])
                for period, qualifier, indicator in zip(
                    parsed, facts["qualifier"], facts["indicator"], strict=True
                )
            ],
            "basis": [
                _basis(region, period, qualifier)
                for period, qualifier in zip(parsed, facts["qualifier"], strict=True)
            ],
            "end": [period.end.toordinal() for period in parsed],
            "confidence": facts["confidence"].map(confidence.index).to_numpy(),
            "qualifier": facts["qualifier"].map(qualifiers.index).to_numpy(),
            "source_id": facts["source_id"].to_numpy(),
            "fact_id": facts["fact_id"].to_numpy(),
        },
        index=facts.index,
    )
    return order.sort_values(PREFERENCE, ascending=[column not in LATEST_FIRST for column in PREFERENCE])


def _basis(region: Region, period: periods.Period, qualifier: str) -> int:
    since = region.population.counted_since
    if since is None:
        return 0
    if qualifier in region.population.modelled:
        return 1
    return 0 if period.end.year >= since else 2


def _completeness(period: periods.Period, qualifier: str, timing: str) -> int:
    if qualifier == FORECAST:
        return 3
    if period.kind in {"years", periods.UNDATED}:
        return 2
    return 0 if period.is_full or timing == "state" else 1
