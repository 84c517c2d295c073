"""Doubt about a composite: what happens to the ranks under other weights and other methods."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo import errors, sameness
from geo.scores import composite, framework, normalise

Array = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Doubt:
    """What is varied, and how far.

    Parameters
    ----------
    draws
        How many sets of choices are drawn.
    concentration
        Weights are drawn from Dirichlet(concentration · chosen weights): their mean is the chosen
        weight w, their standard deviation √(w (1 - w) / (concentration + 1)); infinite keeps them.
    normalisations, aggregations
        Methods among which each draw chooses with equal probability.
    seed
        The same seed gives the same draws.
    """

    draws: int = 2_000
    concentration: float = 30.0
    normalisations: tuple[str, ...] = ("minmax", "rank", "zscore")
    aggregations: tuple[str, ...] = ("geometric", "arithmetic")
    seed: int = 20_260_101

    def __post_init__(self) -> None:
        findings = composite.method_findings(list(self.normalisations), list(self.aggregations))
        if not self.normalisations or not self.aggregations:
            findings.append("no normalisation or no aggregation to draw from; expected at least one of each")
        if self.draws < 1:
            findings.append(f"{self.draws} draws; expected at least 1")
        if not self.concentration > 0:
            findings.append(f"concentration {self.concentration}; expected more than 0")
        if findings:
            raise errors.InputError(findings)


@dataclasses.dataclass(frozen=True, eq=False)
class Draws:
    """Ranks of the scored units in every draw.

    Parameters
    ----------
    base
        Scores, ranks and coverage of all units by the chosen method.
    ranks, last
        Scored units × draws, 1 is best: the first and the last of the places that those of one score share.
    choices
        One row for each draw: ``normalisation``, ``aggregation`` and ``spearman`` (rank
        correlation with the base).
    methods
        ``normalisation``, ``aggregation``, ``score`` and ``rank`` of the scored units by each method
        with the chosen weights.
    """

    base: pd.DataFrame
    ranks: pd.DataFrame
    last: pd.DataFrame
    choices: pd.DataFrame
    methods: pd.DataFrame

    def summary(self, *, top: Sequence[int] = (5, 10)) -> pd.DataFrame:
        """Give the base result with the median rank, its 90 % interval and P(rank ≤ k) for each k of ``top``.

        The median and the ends of the interval are ranks that occurred. A tie is counted both ways: the
        interval runs from the first of its places to the last, and of a tie that reaches beyond k
        those places count that do not, as if it were broken by lot. Units without a score have none of them.
        """
        first, last = self.ranks.to_numpy(), self.last.to_numpy()
        low, median = np.quantile(first, (0.05, 0.5), axis=1, method="inverted_cdf")
        high = np.quantile(last, 0.95, axis=1, method="inverted_cdf")
        columns = {"rank_median": median, "rank_p05": low, "rank_p95": high}
        found = pd.DataFrame(columns, index=self.ranks.index).astype("Int64")
        for k in top:
            found[f"p_top_{k}"] = (np.clip(k - first + 1, 0, last - first + 1) / (last - first + 1)).mean(
                axis=1
            )
        return self.base.join(found)

    def agreement(self) -> dict[str, float]:
        """Spearman correlation of the draws with the base: median and 5 % quantile; draws and units."""
        correlation = self.choices["spearman"]
        return {
            "spearman_median": float(correlation.median()),
            "spearman_low": float(correlation.quantile(0.05)),
            "draws": len(correlation),
            "units": len(self.ranks),
        }

    def by_choice(self) -> pd.DataFrame:
        """How far each method agrees with the base: draws, mean and least Spearman correlation."""
        groups = self.choices.groupby(["normalisation", "aggregation"])["spearman"]
        return groups.agg(draws="size", spearman_mean="mean", spearman_min="min").reset_index()


def draw(
    values: pd.DataFrame, indicators: framework.Framework, *, method: composite.Method, doubt: Doubt
) -> Draws:
    """Rank the units under ``doubt.draws`` sets of weights, normalisations and aggregations.

    Which units are scored is decided once, by the chosen weights and ``method``.

    Raises
    ------
    InputError
        As `composite.score`, and when no unit has enough values for a score.
    """
    transformed = normalise.transform(indicators.select(values), indicators)
    normalised = {
        name: normalise.normalise(transformed, indicators, method=name)
        for name in {method.normalisation, *doubt.normalisations}
    }
    base = composite.combine(normalised[method.normalisation], indicators, method=method)
    scored = base["score"].notna().to_numpy()
    if not scored.any():
        raise errors.InputError(
            f"no unit has {method.minimum_coverage:.0%} of the weights of its indicators; "
            f"the most is {base['coverage'].max():.0%}"
        )
    random = np.random.default_rng(doubt.seed)
    weights = draw_weights(indicators.weights, doubt=doubt, random=random)
    normalisations = random.integers(len(doubt.normalisations), size=doubt.draws)
    aggregations = random.integers(len(doubt.aggregations), size=doubt.draws)
    scores = np.empty((int(scored.sum()), doubt.draws))
    methods = []
    for i, normalisation in enumerate(doubt.normalisations):
        numbers = normalised[normalisation].to_numpy()[scored]
        for k, aggregation in enumerate(doubt.aggregations):
            chosen = (normalisations == i) & (aggregations == k)
            scores[:, chosen] = composite.aggregate(numbers, weights[chosen], aggregation=aggregation)
            given = composite.aggregate(numbers, indicators.weights[None], aggregation=aggregation)
            told = {"normalisation": normalisation, "aggregation": aggregation, "score": given[:, 0]}
            ranks = composite.ranks(given)[:, 0].astype(np.int64)
            methods.append(pd.DataFrame(told, index=values.index[scored]).assign(rank=ranks))
    places = {
        name: pd.DataFrame(composite.ranks(scores, ties=ties).astype(np.int64), index=values.index[scored])
        for name, ties in composite.PLACES.items()
    }
    choices = pd.DataFrame(
        {
            "normalisation": np.array(doubt.normalisations, dtype=object)[normalisations],
            "aggregation": np.array(doubt.aggregations, dtype=object)[aggregations],
            "spearman": spearman(scores, base["score"].to_numpy()[scored]),
        }
    )
    return Draws(base, places["rank"], places["rank_last"], choices, pd.concat(methods))


def draw_weights(chosen: Array, *, doubt: Doubt, random: np.random.Generator) -> Array:
    """Draw sets of weights (draws × indicators) around the chosen ones; a weight of 0 stays 0."""
    weights = np.tile(chosen, (doubt.draws, 1))
    if np.isinf(doubt.concentration):
        return weights
    used = chosen > 0
    weights[:, used] = random.dirichlet(doubt.concentration * chosen[used], size=doubt.draws)
    return weights


def leave_one_out(
    values: pd.DataFrame, indicators: framework.Framework, *, method: composite.Method
) -> pd.DataFrame:
    """Compare the ranks without each indicator in turn with the ranks with all of them.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``indicator``, over the units with a score in both cases: ``spearman`` with the
        base, ``shift_mean`` and ``shift_max`` (ranks moved), ``unit_most_moved``; and
        ``n_unscored`` (units that lose their score). An indicator that holds the whole weight
        takes every score away: the others are missing in its row.
    """
    normalised = composite.normalised_values(values, indicators, normalisation=method.normalisation)
    base = composite.combine(normalised, indicators, method=method)["score"].to_numpy()
    weights = np.array([_weights_without(indicators, position) for position in range(len(indicators.ids))])
    coverage = normalised.notna().to_numpy(dtype=float) @ weights.T
    weighed = weights.any(axis=1)
    scores = np.full(coverage.shape, np.nan)
    scores[:, weighed] = composite.aggregate(
        normalised.to_numpy(), weights[weighed], aggregation=method.aggregation
    )
    scores[~sameness.at_least(coverage, method.minimum_coverage)] = np.nan
    return pd.DataFrame(_shifts(scores, base, values.index), index=pd.Index(indicators.ids, name="indicator"))


def spearman(scores: Array, base: Array) -> Array:
    """Spearman's rank correlation of each column of ``scores`` (units × draws) with ``base``.

    ``base`` is one column for all or one for each; units that are missing in either do not count.
    """
    together = np.where(np.isnan(scores), np.nan, base.reshape(len(base), -1))
    drawn = composite.ranks(np.where(np.isnan(together), np.nan, scores), ties="average")
    fixed = composite.ranks(together, ties="average")
    drawn, fixed = _centred(drawn), _centred(fixed)
    with np.errstate(invalid="ignore"):
        found: Array = (drawn * fixed).sum(axis=0) / np.sqrt((drawn**2).sum(axis=0) * (fixed**2).sum(axis=0))
    return found


def _weights_without(indicators: framework.Framework, position: int) -> Array:
    """Weights without one indicator, scaled to sum to one; all 0 where it holds the whole weight."""
    if not np.delete(indicators.weights, position).any():
        return np.zeros(len(indicators.ids))
    return np.insert(indicators.without(indicators.ids[position]).weights, position, 0.0)


def _centred(ranks: Array) -> Array:
    """Distances from the mean of the column, 0 where missing."""
    count = np.maximum((~np.isnan(ranks)).sum(axis=0), 1)
    centred: Array = np.nan_to_num(ranks - np.nansum(ranks, axis=0) / count)
    return centred


def _shifts(scores: Array, base: Array, units: pd.Index) -> dict[str, object]:
    both = ~np.isnan(base[:, None]) & ~np.isnan(scores)
    fixed = np.where(both, base[:, None], np.nan)
    drawn = np.where(both, scores, np.nan)
    moved = np.abs(composite.ranks(drawn) - composite.ranks(fixed))
    count = both.sum(axis=0)
    some = count > 0
    greatest = np.where(both, moved, -1)
    return {
        "spearman": spearman(drawn, fixed),
        "shift_mean": np.where(some, np.nansum(moved, axis=0) / np.maximum(count, 1), np.nan),
        "shift_max": np.where(some, greatest.max(axis=0, initial=-1), np.nan),
        "unit_most_moved": np.where(some, units.to_numpy()[greatest.argmax(axis=0)], None),
        "n_unscored": int((~np.isnan(base)).sum()) - count,
    }
