"""Two-step floating catchments: supply within reach, shared with all who compete for it.

Luo & Wang 2003 (2SFCA), Luo & Qi 2009 (E2SFCA, weights by zones of time), Dai 2010 (Gaussian).
"""

from __future__ import annotations

import collections.abc
import dataclasses
import typing

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo import errors

Floats = npt.NDArray[np.float64]


class Decay(typing.Protocol):
    """Weight of a travel time, 0 beyond the catchment."""

    def __call__(self, minutes: Floats) -> Floats:
        """Weight of each travel time in minutes."""


@dataclasses.dataclass(frozen=True)
class Steps:
    """Weights by bands of time; one band of weight 1 gives the plain 2SFCA.

    Parameters
    ----------
    limits_min
        Ascending upper limits, each of which belongs to its band.
    weights
        Weight of each band.
    """

    limits_min: tuple[float, ...]
    weights: tuple[float, ...] = (1.0,)

    def __post_init__(self) -> None:
        if len(self.limits_min) != len(self.weights) or not (np.diff([0, *self.limits_min]) > 0).all():
            raise errors.InputError(
                f"decay limits {self.limits_min} with weights {self.weights}; "
                "expected ascending minutes above 0 with one weight each"
            )

    def __call__(self, minutes: Floats) -> Floats:
        """Weight of each travel time."""
        return np.array([*self.weights, 0.0])[np.searchsorted(self.limits_min, minutes)]


@dataclasses.dataclass(frozen=True)
class Gaussian:
    """Gaussian decay from 1 at no time to 0 at the limit (Dai 2010, equation 3).

    Parameters
    ----------
    limit_min
        Size of the catchment.
    """

    limit_min: float

    def __call__(self, minutes: Floats) -> Floats:
        """Weight of each travel time."""
        low = np.exp(-0.5)
        weight = (np.exp(-0.5 * (np.minimum(minutes, self.limit_min) / self.limit_min) ** 2) - low) / (
            1 - low
        )
        return np.where(minutes <= self.limit_min, weight, 0.0)


@dataclasses.dataclass(frozen=True)
class Power:
    """Power decay, minutes ** exponent within the limit (gravity).

    Parameters
    ----------
    limit_min
        Size of the catchment.
    exponent
        Below 0.
    least_min
        Shorter times count as this, lest the weight grow without bound.
    """

    limit_min: float
    exponent: float = -1.0
    least_min: float = 1.0

    def __call__(self, minutes: Floats) -> Floats:
        """Weight of each travel time."""
        held = np.clip(minutes, self.least_min, self.limit_min)
        return np.where(minutes <= self.limit_min, held**self.exponent, 0.0)


def access(minutes: pd.DataFrame, *, supply: pd.Series, demand: pd.Series, decay: Decay) -> pd.Series:
    """Supply per head within reach of each place of demand.

    First R_j = S_j / Σ_i P_i w(t_ij), the supply per head that competes for it; then
    A_i = Σ_j R_j w(t_ij). Supply that nobody reaches counts for nobody; the sum of P_i A_i is the
    sum of the supply that somebody reaches.

    Parameters
    ----------
    minutes
        Places of demand × places of supply.
    supply, demand
        Extensive, indexed like the columns and the rows.
    decay
        Weight of travel time.

    Returns
    -------
    pandas.Series
        Indexed like the rows, named ``access``.

    Raises
    ------
    InputError
        One line for each place whose supply or demand is missing or negative, or if a time is
        missing or negative.
    """
    offered, wanted = supply.reindex(minutes.columns), demand.reindex(minutes.index)
    findings = [*_findings("supply", offered), *_findings("demand", wanted)]
    times = minutes.to_numpy(dtype=float)
    if not (times >= 0).all():
        findings.append("travel times: a time is missing or negative; expected minutes, 0 or more")
    if findings:
        raise errors.InputError(findings)
    weight = decay(times)
    competing = wanted.to_numpy(dtype=float) @ weight
    per_head = np.divide(
        offered.to_numpy(dtype=float), competing, out=np.zeros(len(offered)), where=competing > 0
    )
    return pd.Series(weight @ per_head, index=minutes.index, name="access")


def _findings(name: str, values: pd.Series) -> collections.abc.Iterator[str]:
    for label, value in values.items():
        if not (np.isfinite(value) and value >= 0):
            yield f"{name} of {label} is {value}; expected a number, 0 or more"
