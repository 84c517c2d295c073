"""From values in their own units to [0.01, 1]: transformation, normalisation and polarity."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.special

from geo import errors, framework, sameness

FLOOR = 0.01
METHODS = ("minmax", "rank", "zscore", "given")

Array = npt.NDArray[np.float64]


def transform(values: pd.DataFrame, indicators: framework.Framework) -> pd.DataFrame:
    """Transform each indicator; missing stays missing.

    ``none`` keeps the value x, ``log`` gives ln x, ``log1p`` gives ln(1 + x / m) with m the
    median of the positive values, so that the unit in which x is counted changes nothing.

    Parameters
    ----------
    values
        Units × indicators, as `framework.Framework.select` gives them.

    Raises
    ------
    InputError
        One line for each value outside the domain of its transformation.
    """
    chosen = [(indicator.id, indicator.transformation) for indicator in indicators.indicators]
    findings = [line for name, way in chosen if way != "none" for line in _domain_findings(values[name], way)]
    if findings:
        raise errors.InputError(findings)
    numbers = values[indicators.ids].to_numpy(dtype=float)
    columns = [_transformed(column, way) for column, (_, way) in zip(numbers.T, chosen, strict=True)]
    return pd.DataFrame(np.column_stack(columns), index=values.index, columns=indicators.ids)


def normalise(values: pd.DataFrame, indicators: framework.Framework, *, method: str) -> pd.DataFrame:
    """Normalise each indicator to [0.01, 1], 1 being best; missing stays missing.

    ``minmax`` runs linearly from the least to the greatest value; ``rank`` from the lowest to the
    highest rank (ties share their mean rank); ``zscore`` is the share of a normal distribution
    with the column's mean and standard deviation that lies below the value; ``given`` takes
    values that are already shares of 0 to 1. A column without differences (see `sameness`) is 0.505
    throughout, except under ``given``. Polarity -1 mirrors: 1.01 - x.

    Parameters
    ----------
    values
        Units × indicators, as `transform` gives them.

    Raises
    ------
    InputError
        If the method is unknown, or a ``given`` value lies outside 0 to 1.
    """
    if method not in METHODS:
        raise errors.InputError(f"normalisation {method!r}; expected one of {', '.join(METHODS)}")
    numbers = values.to_numpy(dtype=float)
    if method == "given":
        shares = _given(numbers)
    else:
        shares = {"minmax": _minmax, "rank": _rank, "zscore": _zscore}[method](sameness.settled(numbers))
    normalised = FLOOR + (1 - FLOOR) * shares
    less_is_better = [indicator.polarity < 0 for indicator in indicators.indicators]
    normalised[:, less_is_better] = 1 + FLOOR - normalised[:, less_is_better]
    return pd.DataFrame(normalised, index=values.index, columns=values.columns)


def _domain_findings(column: pd.Series, transformation: str) -> list[str]:
    numbers = column.to_numpy(dtype=float)
    outside = numbers <= 0 if transformation == "log" else numbers < 0
    if not outside.any():
        return []
    expected = "more than 0" if transformation == "log" else "0 or more"
    return [
        f"indicator {column.name}: unit {unit} has {value:g}; {transformation} expects {expected}"
        for unit, value in column[outside].items()
    ]


def _transformed(numbers: Array, transformation: str) -> Array:
    if transformation == "log":
        return np.log(numbers)
    if transformation == "log1p":
        positive = numbers[numbers > 0]
        return np.log1p(numbers / np.median(positive)) if len(positive) else numbers
    return numbers


def _minmax(values: Array) -> Array:
    low, high = _extremes(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = (values - low) / (high - low)
    return np.where(np.isnan(values), np.nan, np.where(high > low, shares, 0.5))


def _rank(values: Array) -> Array:
    ranks = sameness.ranks(values, ties="average")
    n_present = np.sum(~np.isnan(values), axis=0)
    return np.where(n_present > 1, (ranks - 1) / np.maximum(n_present - 1, 1), ranks - 0.5)


def _zscore(values: Array) -> Array:
    n_present = np.maximum(np.sum(~np.isnan(values), axis=0), 1)
    centred = values - np.nansum(values, axis=0) / n_present
    deviation = np.sqrt(np.nansum(centred**2, axis=0) / n_present)
    low, high = _extremes(values)
    differs = (high > low) & (deviation > 0)
    scores = np.where(differs, centred, 0 * values) / np.where(differs, deviation, 1)
    shares: Array = scipy.special.ndtr(scores)
    return shares


def _given(values: Array) -> Array:
    inside = np.clip(values, 0, 1)
    outside = values[~(np.isnan(values) | sameness.same(values, inside, largest=1.0))]
    if outside.size:
        raise errors.InputError(
            f"{outside.size} values outside 0 to 1, the first {outside[0]:g}; "
            "normalisation 'given' expects shares of 0 to 1"
        )
    return inside


def _extremes(values: Array) -> tuple[Array, Array]:
    missing = np.isnan(values)
    low: Array = np.where(missing, np.inf, values).min(axis=0, initial=np.inf)
    high: Array = np.where(missing, -np.inf, values).max(axis=0, initial=-np.inf)
    return low, high
