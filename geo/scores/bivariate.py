"""Two figures on one map: joint classes, and the units where one falls short of the other."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo import errors, sameness


def breaks(values: pd.Series, *, classes: int = 3) -> list[float]:
    """Upper bounds of all classes but the last: quantiles of the values present."""
    shares = np.arange(1, classes) / classes
    return [float(bound) for bound in np.quantile(values.dropna().to_numpy(dtype=float), shares)]


def shortfall(potential: pd.Series, realised: pd.Series, *, least_gap: float = 1 / 3) -> pd.DataFrame:
    """Units by how far what is realised falls short of what is possible.

    Parameters
    ----------
    potential, realised
        Figures over the same units, more is better; units that lack either are left out.
    least_gap
        Gap from which a unit is said to fall short, 0 to 1.

    Returns
    -------
    pandas.DataFrame
        Largest gap first: ``potential_share`` and ``realised_share`` (share of units ranked lower,
        from 0 for the lowest to 1 for the highest, ties sharing their mean), ``gap`` (potential
        minus realised) and ``falls_short``.
    """
    both = _both(potential, realised)
    shares = pd.DataFrame(
        {"potential_share": _rank_share(potential[both]), "realised_share": _rank_share(realised[both])}
    )
    shares["gap"] = shares["potential_share"] - shares["realised_share"]
    shares["falls_short"] = sameness.at_least(shares["gap"], least_gap)
    return shares.sort_values("gap", ascending=False, kind="stable")


def _both(first: pd.Series, second: pd.Series) -> pd.Series:
    if not first.index.equals(second.index):
        raise errors.InputError(
            f"{first.name} and {second.name} are not indexed alike; expected the same units in the same order"
        )
    both: pd.Series = first.notna() & second.notna()
    if not both.any():
        raise errors.InputError(f"no unit has both {first.name} and {second.name}")
    return both


def _rank_share(values: pd.Series) -> pd.Series:
    ranks = sameness.ranks(values.to_numpy(dtype=float), ties="average")
    return pd.Series((ranks - 1) / max(len(values) - 1, 1), index=values.index)
