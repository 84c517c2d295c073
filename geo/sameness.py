"""When two numbers are the same: the one tolerance by which rounding noise is no difference.

A sum in another order, or the same value computed in two ways, differs in its last digits. Scaled to the
range of its column, such noise would look like the whole range. So whatever compares, ranks or scales
values asks here first.
"""

from __future__ import annotations

import typing

import numpy as np
import numpy.typing as npt

RELATIVE = 1e-9  # of the greater of two numbers
OF_LARGEST = 1e-12  # of the largest number beside them: what its rounding may leave in a difference

Array = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ties = typing.Literal["min", "average", "max"]


def same(first: npt.ArrayLike, second: npt.ArrayLike, *, largest: npt.ArrayLike = 0.0) -> Bools:
    """Whether numbers differ by no more than rounding; a missing number is the same as none.

    Parameters
    ----------
    first, second
        Numbers of one unit, of shapes that broadcast.
    largest
        Largest magnitude among the numbers that they were computed with.
    """
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    allowed = slack(np.maximum(np.abs(a), np.abs(b)), largest=largest)
    with np.errstate(invalid="ignore"):  # infinite minus infinite
        close: Bools = (a == b) | ((np.abs(a - b) <= allowed) & np.isfinite(allowed))
    return close


def slack(magnitude: npt.ArrayLike, *, largest: npt.ArrayLike = 0.0) -> Array:
    """How far a number of this magnitude may be from another that is the same."""
    return np.asarray(RELATIVE * np.abs(magnitude) + OF_LARGEST * np.asarray(largest), dtype=float)


def at_least(first: npt.ArrayLike, second: npt.ArrayLike, *, largest: npt.ArrayLike = 0.0) -> Bools:
    """Whether the first number is greater than the second or the same."""
    reached: Bools = np.greater(first, second) | same(first, second, largest=largest)
    return reached


def settled(values: Array) -> Array:
    """Give numbers that are the same one value, the least of them, column by column.

    Parameters
    ----------
    values
        Rows, or rows × columns; missing stays missing.
    """
    order, ranked, first, _ = _tied(values)
    return _unsorted(np.take_along_axis(ranked, first, axis=0), order)


def ranks(values: Array, *, ties: Ties = "min") -> Array:
    """Rank the numbers of each column, 1 for the least; those that are the same share their rank.

    Parameters
    ----------
    values
        Rows, or rows × columns; missing has no rank.
    ties
        ``min`` gives all of a tie its first place, ``max`` its last, ``average`` the mean of both.
    """
    order, ranked, first, last = _tied(values)
    place = {"min": first, "max": last, "average": (first + last) / 2}[ties]
    return _unsorted(np.where(np.isnan(ranked), np.nan, place + 1.0), order)


def _tied(values: Array) -> tuple[npt.NDArray[np.intp], Array, npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Order of each column, its numbers in that order, and the first and last place of the tie of each.

    Each number is compared with the next, so that no two trade places.
    """
    order = np.argsort(values, axis=0, kind="stable")
    ranked = np.take_along_axis(values, order, axis=0)
    largest = np.max(np.abs(ranked), axis=0, initial=0.0, where=np.isfinite(ranked))
    parts = ~same(ranked[:-1], ranked[1:], largest=largest)
    places = np.arange(len(ranked)).reshape(-1, *[1] * (ranked.ndim - 1))
    first, last = np.zeros(ranked.shape, np.intp), np.full(ranked.shape, len(ranked) - 1, np.intp)
    first[1:] = np.maximum.accumulate(np.where(parts, places[1:], 0), axis=0)
    last[:-1] = np.minimum.accumulate(np.where(parts, places[:-1], len(ranked) - 1)[::-1], axis=0)[::-1]
    return order, ranked, first, last


def _unsorted(ranked: Array, order: npt.NDArray[np.intp]) -> Array:
    found = np.empty(ranked.shape)
    np.put_along_axis(found, order, ranked, axis=0)
    return found
