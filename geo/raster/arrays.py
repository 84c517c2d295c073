"""The door for arrays on a grid: masked cells are missing, and what is not of the right kind is refused.

``rasterio`` and ``numpy.ma`` keep the cells without a value beside the values, which most functions of
numpy and all compiled code overlook. So every function that takes an array passes it through here.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo import errors

_REAL = "iuf"


def numbers(name: str, values: npt.ArrayLike) -> npt.NDArray[np.number]:
    """Plain array of real numbers, masked cells as NaN; without a mask it is not copied.

    Raises
    ------
    InputError
        If the array does not hold real numbers.
    """
    found = _require_kind(name, values, _REAL, "real numbers")
    if not np.ma.is_masked(found):
        return np.ma.getdata(found)
    is_real = found.dtype.kind == "f"
    plain = np.ma.getdata(found).astype(found.dtype if is_real else np.float64)
    plain[np.ma.getmaskarray(found)] = np.nan
    return plain


def floats(name: str, values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Plain array of double precision, masked cells as NaN; see :func:`numbers`."""
    return numbers(name, values).astype(np.float64, copy=False)


def codes(name: str, values: npt.ArrayLike, *, missing: int) -> npt.NDArray[np.integer]:
    """Plain array of whole numbers, masked cells as ``missing``; without a mask it is not copied.

    Raises
    ------
    InputError
        If the array does not hold integers.
    """
    found = _require_kind(name, values, "iu", "integers")
    if not np.ma.is_masked(found):
        return np.ma.getdata(found)
    return np.where(np.ma.getmaskarray(found), missing, np.ma.getdata(found))


def truths(name: str, values: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Plain array of yes and no.

    Raises
    ------
    InputError
        If the array does not hold bool, or a cell is masked: nobody knows whether it is meant.
    """
    found = _require_kind(name, values, "b", "bool")
    masked = int(np.ma.getmaskarray(found).sum())
    if masked:
        raise errors.InputError(f"{name}: {masked} cells are masked; expected true or false in each")
    return np.ma.getdata(found)


def _require_kind(name: str, values: npt.ArrayLike, kinds: str, expected: str) -> npt.NDArray[np.generic]:
    try:
        found = np.ma.asanyarray(values) if isinstance(values, np.ma.MaskedArray) else np.asarray(values)
    except ValueError as error:
        raise errors.InputError(f"{name}: {error}; expected {expected}") from error
    if found.size and found.dtype.kind not in kinds:
        raise errors.InputError(
            f"{name} {_verb(name)} {found.dtype} of shape {found.shape}; expected {expected}"
        )
    return found


def _verb(name: str) -> str:
    return "are" if name.endswith("s") else "is"
