"""Composite scores: from several indicators to one number that can be taken apart again."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo import errors, sameness
from geo.scores import framework, normalise

AGGREGATIONS = ("geometric", "arithmetic", "compromise")
# Columns of a tie: its first place, by which it is ranked, and its last.
PLACES: dict[str, sameness.Ties] = {"rank": "min", "rank_last": "max"}

Array = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Method:
    """How indicators become a score.

    Parameters
    ----------
    normalisation
        One of `normalise.METHODS`.
    aggregation
        ``geometric`` (weighted geometric mean: a weak indicator cannot be bought off),
        ``arithmetic`` (weighted mean: it can) or ``compromise`` (VIKOR: see `aggregate`).
    minimum_coverage
        Share of the weights that must be present for a score, more than 0 and at most 1.
    """

    normalisation: str = "minmax"
    aggregation: str = "geometric"
    minimum_coverage: float = 0.5

    def __post_init__(self) -> None:
        findings = method_findings([self.normalisation], [self.aggregation])
        if not 0 < self.minimum_coverage <= 1:
            findings.append(f"minimum coverage {self.minimum_coverage}; expected more than 0, at most 1")
        if findings:
            raise errors.InputError(findings)


def score(values: pd.DataFrame, indicators: framework.Framework, *, method: Method) -> pd.DataFrame:
    """Score and rank of each unit over the indicators that it has.

    A missing value is not replaced: the weights of the values present are scaled to sum to one,
    and ``coverage`` states the share of the weights that was present.

    Parameters
    ----------
    values
        Units × indicators in their own units; further columns are ignored.

    Returns
    -------
    pandas.DataFrame
        Indexed like ``values``: ``score`` (1 is best; missing below the minimum coverage),
        ``rank`` (1 is best, those that tie share the first of their places), ``rank_last`` (the last of
        these places, the rank itself where nobody ties) and ``coverage`` (0 to 1).

    Raises
    ------
    InputError
        For an unknown indicator, and for values that do not fit it.
    """
    normalised = normalised_values(values, indicators, normalisation=method.normalisation)
    return combine(normalised, indicators, method=method)


def combine(normalised: pd.DataFrame, indicators: framework.Framework, *, method: Method) -> pd.DataFrame:
    """Score, ranks and coverage as `score` gives them, from values that `normalised_values` gave."""
    index = normalised.index
    coverage = pd.Series(normalised.notna().to_numpy(dtype=float) @ indicators.weights, index=index).round(9)
    scored = sameness.at_least(coverage, method.minimum_coverage)
    scores = np.full(len(index), np.nan)
    if scored.any():
        scores[scored] = aggregate(
            normalised.to_numpy()[scored], indicators.weights[None, :], aggregation=method.aggregation
        )[:, 0]
    frame = pd.DataFrame({"score": scores, "coverage": coverage}, index=index)
    for place, (name, ties) in enumerate(PLACES.items(), start=1):
        frame.insert(place, name, pd.Series(ranks(scores, ties=ties), index=index, dtype="Int64"))
    return frame


def terms(values: pd.DataFrame, indicators: framework.Framework, *, method: Method) -> pd.DataFrame:
    """Every number that makes up the scores, one row for each unit and indicator.

    Returns
    -------
    pandas.DataFrame
        ``unit_id``, ``indicator``, ``raw``, ``transformed``, ``normalised``, ``weight``
        (as chosen), ``weight_used`` (scaled over the indicators present) and ``contribution``.
        The contributions of a unit multiply to its geometric score and add up to its arithmetic
        score; for the compromise they are the weighted distances from the best.
    """
    raw = indicators.select(values)
    transformed = normalise.transform(raw, indicators)
    normalised = normalise.normalise(transformed, indicators, method=method.normalisation)
    weights = pd.DataFrame(
        np.broadcast_to(indicators.weights, raw.shape), index=raw.index, columns=raw.columns
    )
    used = weights.where(normalised.notna(), 0.0)
    used = used.div(used.sum(axis=1).replace(0, np.nan), axis=0)
    columns = {
        "raw": raw,
        "transformed": transformed,
        "normalised": normalised,
        "weight": weights,
        "weight_used": used,
        "contribution": _contribution(normalised, used, aggregation=method.aggregation),
    }
    unit = np.repeat(values.index.to_numpy(), len(indicators.ids))
    ids = np.tile(np.array(indicators.ids, dtype=object), len(values))
    numbers = {name: frame.to_numpy().ravel() for name, frame in columns.items()}
    return pd.DataFrame({"unit_id": unit, "indicator": ids, **numbers})


def normalised_values(
    values: pd.DataFrame, indicators: framework.Framework, *, normalisation: str
) -> pd.DataFrame:
    """Units × indicators in [0.01, 1], 1 being best; missing stays missing."""
    transformed = normalise.transform(indicators.select(values), indicators)
    return normalise.normalise(transformed, indicators, method=normalisation)


def aggregate(normalised: Array, weights: Array, *, aggregation: str) -> Array:
    """Scores of all units under many sets of weights at once.

    With w the weights of the values present, scaled to sum to one: geometric exp Σ w ln x,
    arithmetic Σ w x. The compromise is VIKOR turned so that 1 is best: with d = (best - x) /
    (best - worst) within the column, S = Σ w d, R = max w d, both scaled to 0..1 over the units,
    it is 1 - (v S + (1 - v) R), v = (n + 1) / 2n for n indicators of a weight (Opricovic & Tzeng 2004).

    Parameters
    ----------
    normalised
        Units × indicators in [0.01, 1]; missing is NaN.
    weights
        Sets × indicators, 0 or more.

    Returns
    -------
    numpy.ndarray
        Units × sets; NaN where a unit has no weight at all.
    """
    functions = {"geometric": _geometric, "arithmetic": _arithmetic, "compromise": _compromise}
    with np.errstate(invalid="ignore", divide="ignore"):
        return functions[aggregation](normalised, weights)


def ranks(scores: Array, *, ties: sameness.Ties = "min") -> Array:
    """Rank each column of scores (units × sets), 1 for the highest; see `sameness.ranks` for ties."""
    return sameness.ranks(-scores, ties=ties)


def method_findings(normalisations: list[str], aggregations: list[str]) -> list[str]:
    """One line for each unknown normalisation and aggregation."""
    return [
        f"normalisation {name!r}; expected one of {', '.join(normalise.METHODS)}"
        for name in normalisations
        if name not in normalise.METHODS
    ] + [
        f"aggregation {name!r}; expected one of {', '.join(AGGREGATIONS)}"
        for name in aggregations
        if name not in AGGREGATIONS
    ]


def _weight_present(normalised: Array, weights: Array) -> Array:
    return (~np.isnan(normalised)).astype(float) @ weights.T


def _arithmetic(normalised: Array, weights: Array) -> Array:
    return np.nan_to_num(normalised) @ weights.T / _weight_present(normalised, weights)


def _geometric(normalised: Array, weights: Array) -> Array:
    logs = np.log(np.where(np.isnan(normalised), 1, normalised))
    return np.exp(logs @ weights.T / _weight_present(normalised, weights))


def _compromise(normalised: Array, weights: Array) -> Array:
    total = _weight_present(normalised, weights)
    distances = np.nan_to_num(_distance_from_best(normalised))
    mean_distance = distances @ weights.T / total
    worst_distance = np.zeros_like(mean_distance)
    for column, weight in zip(distances.T, weights.T, strict=True):
        np.maximum(worst_distance, np.outer(column, weight) / total, out=worst_distance)
    n_weighed = (weights > 0).sum(axis=1)
    majority = (n_weighed + 1) / (2 * n_weighed)
    scores: Array = (
        1 - majority * _span_of_units(mean_distance) - (1 - majority) * _span_of_units(worst_distance)
    )
    return scores


def _distance_from_best(normalised: Array) -> Array:
    best = np.where(np.isnan(normalised), -np.inf, normalised).max(axis=0)
    worst = np.where(np.isnan(normalised), np.inf, normalised).min(axis=0)
    distances = (best - normalised) / (best - worst)
    return np.where(sameness.same(best, worst), 0 * normalised, distances)


def _span_of_units(distances: Array) -> Array:
    low, high = np.nanmin(distances, axis=0), np.nanmax(distances, axis=0)
    alike = sameness.same(low, high, largest=1.0)
    return np.where(alike, 0 * distances, (distances - low) / (high - low))


def _contribution(normalised: pd.DataFrame, used: pd.DataFrame, *, aggregation: str) -> pd.DataFrame:
    if aggregation == "geometric":
        return normalised**used
    if aggregation == "arithmetic":
        return normalised * used
    with np.errstate(invalid="ignore", divide="ignore"):
        return used * _distance_from_best(normalised.to_numpy())
