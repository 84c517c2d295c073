"""Siting profiles: which criteria matter for one purpose, and how each is valued from 0 to 1."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt

from geo import errors
from geo.raster import arrays
from geo.scores import framework

LIMITS = {"benefit": 2, "cost": 2, "band": 4, "at_least": 1, "at_most": 1}

Array = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Criterion:
    """One criterion of a profile, with the function that values it from 0 (worst) to 1 (best).

    Parameters
    ----------
    id
        Layer that it reads.
    weight
        Share in the suitability, 0 to 1.
    kind
        ``benefit`` rises in a line from 0 at the first limit to 1 at the second, ``cost`` falls
        from 1 to 0, ``band`` rises between the first two and falls between the last two,
        ``at_least`` and ``at_most`` are thresholds: 1 on the good side and at the limit, else 0.
    limits
        In the unit of the layer, ascending: as many as `LIMITS` says.
    """

    id: str
    weight: float
    kind: str
    limits: tuple[float, ...]

    def value(self, layer: Array) -> Array:
        """Value of each cell, 0 to 1; missing and masked ones are missing."""
        layer = arrays.floats(f"layer {self.id}", layer)
        if self.kind == "at_least":
            return np.where(np.isnan(layer), np.nan, layer >= self.limits[0])
        if self.kind == "at_most":
            return np.where(np.isnan(layer), np.nan, layer <= self.limits[0])
        heights = {"benefit": [0, 1], "cost": [1, 0], "band": [0, 1, 1, 0]}[self.kind]
        return np.interp(layer, self.limits, heights)


@dataclasses.dataclass(frozen=True)
class Profile:
    """What matters for one purpose.

    Raises
    ------
    InputError
        One line for each thing wrong with the weights (see `framework.Framework`), each unknown
        kind, and limits that are not as many as the kind needs or do not ascend.
    """

    criteria: tuple[Criterion, ...]

    def __post_init__(self) -> None:
        findings = [line for criterion in self.criteria for line in _criterion_findings(criterion)]
        try:
            _ = self.indicators
        except errors.InputError as error:
            findings += error.findings
        if findings:
            raise errors.InputError(findings)

    @property
    def indicators(self) -> framework.Framework:
        """The same weights as a framework of values that are given from 0 to 1."""
        return framework.Framework(
            tuple(framework.Indicator(criterion.id, criterion.weight) for criterion in self.criteria)
        )


def _criterion_findings(criterion: Criterion) -> list[str]:
    if criterion.kind not in LIMITS:
        return [f"criterion {criterion.id}: kind {criterion.kind!r}; expected one of {', '.join(LIMITS)}"]
    n_limits = LIMITS[criterion.kind]
    steps = np.diff(criterion.limits)
    ascends = (steps[::2] > 0).all() and (steps >= 0).all()
    if not np.isfinite(criterion.limits).all():
        return [f"criterion {criterion.id}: limits {criterion.limits}; expected finite numbers"]
    if len(criterion.limits) == n_limits and ascends:
        return []
    return [
        f"criterion {criterion.id}: limits {criterion.limits}; {criterion.kind} expects {n_limits}, ascending"
    ]
