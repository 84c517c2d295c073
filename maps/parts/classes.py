"""Classes of a choropleth: few, none empty, with breaks that people can read and remember."""

from __future__ import annotations

import collections.abc
import fractions
import itertools
import math
import typing

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo import errors

MAX_CLASSES = 5
_SKEWED = 2.0
# Share of the units that rounding the breaks may move into another class.
_MOVED = 0.05

Spread = collections.abc.Callable[[int, int], int]


def breaks(values: pd.Series, *, k: int | None = None, scheme: str = "auto") -> tuple[float, ...]:
    """Upper bounds of the classes, each inclusive; the last one is at least the maximum.

    Parameters
    ----------
    values
        Figures of the units in one unit of measure; missing ones are left out.
    k
        Number of classes wanted; by default 5, and about one class for two figures when there
        are few. Fewer are returned if the figures do not fill them.
    scheme
        ``"natural"`` (Fisher-Jenks, as few differences within a class as possible),
        ``"quantiles"`` (equally many units in each class) or ``"auto"``: quantiles if the
        figures are skewed (adjusted sample skewness above 2), where natural classes would put nearly
        all units into the first one.

    Returns
    -------
    tuple of float
        Rounded to as few significant digits as keep the classes distinct and filled.
        Empty if there is no figure.

    Raises
    ------
    InputError
        If a figure is infinite.
    """
    known: pd.Series[float] = values.dropna().astype(float)
    endless = known.index[np.isinf(known)]
    if len(endless):
        raise errors.InputError(
            f"{values.name}: {label} has {known[label]}; expected a finite figure" for label in endless
        )
    known = known.sort_values()
    if known.empty:
        return ()
    if (known < 0).any() and (known > 0).any():
        return _around_zero(known, k or _fitting_count(len(known)), scheme)
    k = min(k or _fitting_count(len(known)), known.nunique())
    if k == 1:
        return (_round_up(float(known.max()), 2),)
    if scheme == "auto":
        skewness = typing.cast("float", known.skew())
        scheme = "quantiles" if skewness > _SKEWED else "natural"
    if scheme == "quantiles":
        exact = known.quantile(np.arange(1, k + 1) / k, interpolation="lower").to_numpy()
    else:
        exact = natural(np.asarray(known, dtype=np.float64), k=k)
    return _rounded(sorted({float(bound) for bound in exact}), known.to_numpy())


def natural(ordered: npt.NDArray[np.float64], *, k: int) -> npt.NDArray[np.float64]:
    """Natural classes: the least sum of squared differences from the class means, found exactly.

    Parameters
    ----------
    ordered
        Figures in ascending order, at least k different ones.
    k
        Number of classes.

    Returns
    -------
    numpy.ndarray
        Greatest figure of each class, shape (k,); of equally good classes those that end first. Fisher,
        Journal of the American Statistical Association 53 (1958) 789–798.
    """
    spread = _spread(ordered)
    least = [spread(0, end) for end in range(len(ordered) + 1)]
    starts = []
    for number in range(1, k):
        least, start_of = _one_more(least, spread, number)
        starts.append(start_of)
    ends = [len(ordered)]
    for start_of in reversed(starts):
        ends.append(start_of[ends[-1]])
    found: npt.NDArray[np.float64] = ordered[np.array(ends[::-1]) - 1]
    return found


def assign(values: pd.Series, bounds: tuple[float, ...]) -> pd.Series:
    """Class of each figure (0 is the lowest), indexed like ``values``; missing ones are ``<NA>``."""
    known = values.dropna().astype(float)
    if known.empty:
        return pd.Series(pd.NA, index=values.index, dtype="Int64")
    found = np.searchsorted(bounds, known.to_numpy())
    return pd.Series(found, index=known.index, dtype="Int64").reindex(values.index)


def _spread(ordered: npt.NDArray[np.float64]) -> Spread:
    """Squared differences from the mean of each run of figures, all times one number that makes them whole.

    In floats the sums of squares of great figures swallow the differences of small ones; a float is a
    fraction with a power of two below, so whole numbers hold everything.
    """
    exact = [fractions.Fraction(float(value)) for value in ordered]
    below = max(value.denominator for value in exact)
    whole = [int(value * below) for value in exact]
    sums = list(itertools.accumulate(whole, initial=0))
    squares = list(itertools.accumulate((value * value for value in whole), initial=0))
    common = math.lcm(*range(1, len(whole) + 1))

    def spread(start: int, end: int) -> int:
        if end <= start:
            return 0
        total = sums[end] - sums[start]
        return (squares[end] - squares[start]) * common - total * total * (common // (end - start))

    return spread


def _one_more(before: list[int], spread: Spread, number: int) -> tuple[list[int], list[int]]:
    """Add a class to the best ``number`` classes of the first figures: the least spreads, and its starts.

    The best start never moves back as the end moves on, so the ends are halved and halved again.
    """
    size = len(before) - 1
    least, starts = [0] * (size + 1), [0] * (size + 1)
    waiting = [(number + 1, size, number, size - 1)]
    while waiting:
        low, high, first, last = waiting.pop()
        if low > high:
            continue
        end = (low + high) // 2
        totals = [before[start] + spread(start, end) for start in range(first, min(last, end - 1) + 1)]
        least[end] = min(totals)
        starts[end] = first + totals.index(least[end])
        waiting += [(low, end - 1, first, starts[end]), (end + 1, high, starts[end], last)]
    return least, starts


def _around_zero(known: pd.Series, k: int, scheme: str) -> tuple[float, ...]:
    """Classes of losses and gains apart, so that zero is a break."""
    losses, gains = known[known <= 0], known[known > 0]
    k_losses = min(max(1, round(k * len(losses) / len(known))), k - 1)
    return (
        *breaks(losses, k=k_losses, scheme=scheme)[:-1],
        0.0,
        *breaks(gains, k=k - k_losses, scheme=scheme),
    )


def _fitting_count(n: int) -> int:
    return min(MAX_CLASSES, max(2, math.ceil(n / 2)))


def _rounded(exact: list[float], known: np.ndarray) -> tuple[float, ...]:
    """Round to the fewest digits that keep the classes; the last one up."""
    wanted = np.searchsorted(exact, known)
    for digits in range(1, 16):
        inner = [_round_near(bound, digits, known) for bound in exact[:-1]]
        bounds = [*inner, _round_up(exact[-1], max(2, digits))]
        found = np.searchsorted(bounds, known)
        kept = len(set(found)) == len(set(bounds)) == len(exact)
        if kept and np.mean(found != wanted) <= _MOVED:
            return tuple(bounds)
    return tuple(exact)


def _round_near(bound: float, digits: int, known: np.ndarray) -> float:
    """Take the round number just below or above: the one that moves fewer figures across, or the nearer."""

    def moved(candidate: float) -> tuple[int, float]:
        across = np.count_nonzero((known > min(bound, candidate)) & (known <= max(bound, candidate)))
        return int(across), abs(candidate - bound)

    return min(_round_down(bound, digits), _round_up(bound, digits), key=moved)


def _round_up(value: float, digits: int) -> float:
    """Smallest number with so many significant digits that is not below the value."""
    rounded = _significant(value, digits)
    return rounded if rounded >= value else _significant(rounded + _step(value, digits), digits)


def _round_down(value: float, digits: int) -> float:
    return -_round_up(-value, digits)


def _significant(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")


def _step(value: float, digits: int) -> float:
    return float(10.0 ** (math.floor(math.log10(abs(value))) - digits + 1))
