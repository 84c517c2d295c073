"""Classes of a choropleth: few, none empty, with breaks that people can read and remember."""

from __future__ import annotations

import math
import typing

import numpy as np
import numpy.typing as npt
import pandas as pd

MAX_CLASSES = 5
_SKEWED = 2.0
# Share of the units that rounding the breaks may move into another class.
_MOVED = 0.05


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
    """
    known: pd.Series[float] = values.dropna().astype(float).sort_values()
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
        Greatest figure of each class, shape (k,). Fisher, Journal of the American Statistical
        Association 53 (1958) 789–798.
    """
    centred = ordered - ordered.mean()
    sums, squares = (np.concatenate([[0.0], np.cumsum(centred**power)]) for power in (1, 2))
    size = len(ordered)
    least = np.concatenate([[0.0], np.full(size, np.inf)])
    starts = np.zeros((k, size + 1), dtype=np.int64)
    for number in range(k):
        before, least = least, np.full(size + 1, np.inf)
        for end in range(number + 1, size + 1):
            start = np.arange(number, end)
            spread = squares[end] - squares[start] - (sums[end] - sums[start]) ** 2 / (end - start)
            total = before[start] + spread
            best = int(np.argmin(total))
            least[end], starts[number, end] = total[best], start[best]
    ends = [size]
    for number in range(k - 1, 0, -1):
        ends.append(starts[number, ends[-1]])
    found: npt.NDArray[np.float64] = ordered[np.array(ends[::-1]) - 1]
    return found


def assign(values: pd.Series, bounds: tuple[float, ...]) -> pd.Series:
    """Class of each figure (0 is the lowest), indexed like ``values``; missing ones are ``<NA>``."""
    known = values.dropna().astype(float)
    if known.empty:
        return pd.Series(pd.NA, index=values.index, dtype="Int64")
    found = np.searchsorted(bounds, known.to_numpy())
    return pd.Series(found, index=known.index, dtype="Int64").reindex(values.index)


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
