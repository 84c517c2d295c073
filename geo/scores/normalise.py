"""From values in their own units to [0.01, 1]: transformation, normalisation and polarity."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.special

from geo import errors, sameness
from geo.scores import framework

FLOOR = 0.01
COMPARING = ("minmax", "rank", "zscore")
BY_GOALPOSTS = ("goalposts", "steps", "curve")
METHODS = (*COMPARING, *BY_GOALPOSTS, "given")
_STEPS = 5
_SPAN_DEVIATIONS = 4

Array = npt.NDArray[np.float64]


def transform(values: pd.DataFrame, indicators: framework.Framework) -> pd.DataFrame:
    """Transform each indicator; missing stays missing.

    ``none`` keeps the value x, ``log`` gives ln x, ``log1p`` gives ln(1 + x / m) with m the
    median of the positive values, so that the unit in which x is counted changes nothing; with goalposts
    m is a tenth of the higher, so that no other unit does.

    Parameters
    ----------
    values
        Units × indicators, as `framework.Framework.select` gives them.

    Raises
    ------
    InputError
        One line for each value outside the domain of its transformation.
    """
    chosen = indicators.indicators
    findings = [
        line
        for one in chosen
        if one.transformation != "none"
        for line in _domain_findings(values[one.id], one.transformation)
    ]
    if findings:
        raise errors.InputError(findings)
    numbers = values[indicators.ids].to_numpy(dtype=float)
    columns = [
        _transformed(column, one.transformation, scale=log1p_scale(column, one))
        for column, one in zip(numbers.T, chosen, strict=True)
    ]
    return pd.DataFrame(np.column_stack(columns), index=values.index, columns=indicators.ids)


def normalise(values: pd.DataFrame, indicators: framework.Framework, *, method: str) -> pd.DataFrame:
    """Normalise each indicator to [0.01, 1], 1 being best; missing stays missing.

    ``minmax`` runs linearly from the least to the greatest value; ``rank`` from the lowest to the
    highest rank (ties share their mean rank); ``zscore`` is the share of a normal distribution
    with the column's mean and standard deviation that lies below the value; ``given`` takes
    values that are already shares of 0 to 1. A column without differences (see `sameness`) is 0.505
    throughout, except under ``given``. Polarity -1 mirrors: 1.01 - x.

    Three methods look at no other unit, only at the goalposts of the indicator: ``goalposts`` runs
    linearly from the lower to the higher and stays there beyond them; ``steps`` gives the middle of the
    fifth of that span in which a value lies (a rating from one to five); ``curve`` is the share of
    a normal distribution whose mean lies midway and whose goalposts are two standard deviations away.

    Parameters
    ----------
    values
        Units × indicators, as `transform` gives them.

    Raises
    ------
    InputError
        If the method is unknown, a ``given`` value lies outside 0 to 1, or one line for each indicator
        without the goalposts that the method needs.
    """
    if method not in METHODS:
        raise errors.InputError(f"normalisation {method!r}; expected one of {', '.join(METHODS)}")
    numbers = values.to_numpy(dtype=float)
    if method == "given":
        shares = _given(numbers)
    elif method in BY_GOALPOSTS:
        places = _between_goalposts(values, indicators)
        shares = {"goalposts": _clipped, "steps": _steps, "curve": _curve}[method](places)
    else:
        shares = {"minmax": _minmax, "rank": _rank, "zscore": _zscore}[method](sameness.settled(numbers))
    normalised = FLOOR + (1 - FLOOR) * shares
    less_is_better = [indicator.polarity < 0 for indicator in indicators.indicators]
    normalised[:, less_is_better] = 1 + FLOOR - normalised[:, less_is_better]
    return pd.DataFrame(normalised, index=values.index, columns=values.columns)


def methods(indicators: framework.Framework) -> tuple[str, ...]:
    """Normalisations that suit a framework, the one to choose first: by goalposts if it has them."""
    return BY_GOALPOSTS if indicators.has_goalposts else COMPARING


def log1p_scale(values: Array, indicator: framework.Indicator) -> float:
    """Give the m of ``log1p``, see `transform`; 1 where nothing is positive."""
    if indicator.goalposts is not None:
        return indicator.goalposts[1] / 10
    positive = values[values > 0]
    return float(np.median(positive)) if len(positive) else 1.0


def ends(values: pd.DataFrame, indicators: framework.Framework) -> dict[str, tuple[float, float]]:
    """Between which transformed values each indicator runs: its goalposts, else the least and the greatest.

    Parameters
    ----------
    values
        Units × indicators, as `transform` gives them.
    """
    found = {}
    for one in indicators.indicators:
        if one.goalposts is None:
            found[one.id] = (float(values[one.id].min()), float(values[one.id].max()))
        else:
            scale = log1p_scale(np.empty(0), one)
            low, high = _transformed(np.array(one.goalposts), one.transformation, scale=scale).tolist()
            found[one.id] = (low, high)
    return found


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


def _transformed(numbers: Array, transformation: str, *, scale: float) -> Array:
    if transformation == "log":
        return np.log(numbers)
    return np.log1p(numbers / scale) if transformation == "log1p" else numbers


def _between_goalposts(values: pd.DataFrame, indicators: framework.Framework) -> Array:
    """Where transformed values stand: 0 at the lower goalpost, 1 at the higher."""
    lacking = [one.id for one in indicators.indicators if one.goalposts is None]
    if lacking:
        raise errors.InputError(f"indicator {name}: no goalposts; expected some" for name in lacking)
    low, high = np.array(list(ends(values, indicators).values())).T
    places: Array = (values.to_numpy(dtype=float) - low) / (high - low)
    return places


def _clipped(places: Array) -> Array:
    return np.clip(places, 0, 1)


def _steps(places: Array) -> Array:
    """Middle of the step of each value; one at the edge of two belongs to the upper."""
    reached = sum(sameness.at_least(places, step / _STEPS).astype(float) for step in range(1, _STEPS))
    return np.where(np.isnan(places), np.nan, (reached + 0.5) / _STEPS)


def _curve(places: Array) -> Array:
    shares: Array = scipy.special.ndtr((places - 0.5) * _SPAN_DEVIATIONS)
    return shares


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
