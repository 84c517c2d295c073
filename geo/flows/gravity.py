"""Gravity calibrated on flows: what masses, travel time and the border make of what is counted.

The model is multiplicative and fitted by Poisson pseudo-maximum likelihood, so pairs without any flow
count as they are, and nothing is assumed of the distribution but that the mean is right (Santos Silva
and Tenreyro 2006, "The Log of Gravity", Review of Economics and Statistics 88(4), 641–658).
"""

from __future__ import annotations

import collections.abc
import dataclasses
import typing

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.linalg
import scipy.optimize
import scipy.special

from geo import errors, sameness

BORDER = "border"
DECAYS = ("power", "exponential")

_MASSES = ("origin_mass", "destination_mass")
_STEPS, _HALVINGS = 100, 40
# A step of the logarithms of all flows below which the next would be lost in rounding.
_SETTLED = 1e-8
# Columns of unit length that are closer to dependent than this leave no digit of a coefficient.
_DEPENDENT = 1e-10

Array = npt.NDArray[np.float64]
Decay = typing.Literal["power", "exponential"]


@dataclasses.dataclass(frozen=True, eq=False)
class Calibration:
    """A gravity model fitted to flows.

    Parameters
    ----------
    coefficients
        Indexed by ``term``: ``estimate`` and ``standard_error``. The error is robust (sandwich, times
        n / (n − k) for n pairs and k terms) and takes the deviations of pairs as independent.
    fitted
        Flow by the model, in the unit of the flows, indexed like the pairs.
    deviance
        2 Σ (y ln(y/μ) − (y − μ)) of flows y and fitted flows μ.
    pseudo_r2
        Share of the deviance from the mean of all flows that the model explains (Cameron and
        Windmeijer 1996); missing where all flows are the same.
    """

    coefficients: pd.DataFrame
    fitted: pd.Series
    deviance: float
    pseudo_r2: float

    def border_factor(self, *, confidence: float = 0.9) -> tuple[float, float, float]:
        """By how much a border between them multiplies a flow: exp of the coefficient, lower and upper end.

        Parameters
        ----------
        confidence
            Of the interval, which is normal in the coefficient: more than 0, less than 1.

        Raises
        ------
        InputError
            If the model has no border, or the confidence is no share.
        """
        if BORDER not in self.coefficients.index:
            raise errors.InputError("border factor: the model has no border; expected one fitted with it")
        if not 0 < confidence < 1:
            raise errors.InputError(f"confidence {confidence}; expected more than 0 and less than 1")
        estimate, error = self.coefficients.loc[[BORDER]].to_numpy(dtype=float)[0]
        reach = error * scipy.special.ndtri((1 + confidence) / 2)
        return float(np.exp(estimate)), float(np.exp(estimate - reach)), float(np.exp(estimate + reach))


def calibrate(
    pairs: pd.DataFrame,
    *,
    decay: Decay = "power",
    border: bool = True,
    effects: bool = False,
    floor_min: float = 5.0,
) -> Calibration:
    """Fit flow = exp(constant + a ln m_i + b ln m_j + c ln t_ij + d border_ij) to pairs of places.

    The coefficients carry their sign: c is below 0 where flows fall with time.

    Parameters
    ----------
    pairs
        A row for each pair whose flow is known, 0 too: ``from_id``, ``to_id``, ``flow``, ``travel_min``
        (minutes), with ``border`` also ``is_foreign``, without ``effects`` also ``origin_mass`` and
        ``destination_mass``. A pair that has no row is not known and counts for nothing.
    decay
        ``power`` of the time, as above, or ``exponential``: c t_ij in place of c ln t_ij.
    border
        Whether the model has a factor for pairs whose places lie in different countries.
    effects
        Whether each origin and each destination has a factor of its own in place of its mass: the model
        is doubly constrained, and the fitted flows from and to each place sum to the known ones. The
        first origin and the first destination are what the others are compared with.
    floor_min
        Shorter times count as this many minutes, as in `interaction.Reach`.

    Returns
    -------
    Calibration
        Terms ``constant``, ``origin_mass`` and ``destination_mass`` (or ``from_id = …``, ``to_id = …``),
        ``travel_min``, ``border``.

    Raises
    ------
    InputError
        One line for each flow that is missing, negative or endless, mass that is not above 0, time that is
        missing, negative or endless and side that is missing; for terms that follow from each other or of
        which no finite coefficient fits best; if pairs are fewer than terms need, all flows are 0, or
        the steps come to no end.
    """
    _require_options(decay, floor_min)
    _require_pairs(pairs, border=border, effects=effects)
    design = _design(pairs, decay=decay, border=border, effects=effects, floor_min=floor_min)
    flow = pairs["flow"].to_numpy(dtype=float)
    # Columns of unit length, so that minutes and logarithms weigh the same in what counts as dependent.
    lengths = np.linalg.norm(design.to_numpy(), axis=0)
    columns = design.to_numpy() / np.where(lengths > 0, lengths, 1)
    _require_one_answer(columns, flow, design.columns)
    estimate = _solved(columns, flow)
    fitted = np.exp(columns @ estimate)
    deviance, alone = _deviance(flow, fitted), _deviance(flow, np.full(len(flow), flow.mean()))
    return Calibration(
        coefficients=pd.DataFrame(
            {"estimate": estimate / lengths, "standard_error": _robust(columns, flow, fitted) / lengths},
            index=design.columns.rename("term"),
        ),
        fitted=pd.Series(fitted, index=pairs.index, name="fitted"),
        deviance=deviance,
        pseudo_r2=float("nan") if sameness.same(flow.min(), flow.max()) else 1 - deviance / alone,
    )


def _design(
    pairs: pd.DataFrame, *, decay: Decay, border: bool, effects: bool, floor_min: float
) -> pd.DataFrame:
    """Pairs × terms: what the logarithm of a flow is a sum of."""
    columns = {"constant": np.ones(len(pairs))}
    if effects:
        for end in ("from_id", "to_id"):
            _, *others = sorted(set(pairs[end]))
            columns |= {f"{end} = {one}": (pairs[end] == one).to_numpy(dtype=float) for one in others}
    else:
        columns |= {name: np.log(pairs[name].to_numpy(dtype=float)) for name in _MASSES}
    travel_min = np.maximum(pairs["travel_min"].to_numpy(dtype=float), floor_min)
    columns["travel_min"] = np.log(travel_min) if decay == "power" else travel_min
    if border:
        columns[BORDER] = pairs["is_foreign"].to_numpy(dtype=float)
    return pd.DataFrame(columns, index=pairs.index)


def _solved(columns: Array, flow: Array) -> Array:
    """Coefficients of the greatest likelihood, by weighted least squares done again and again.

    The likelihood is concave: a step that goes too far is halved until it is none.
    """
    logarithm = np.log((flow + flow.mean()) / 2)
    # No coefficient at all: each flow 1, whose logarithm is 0.
    estimate, best = np.zeros(columns.shape[1]), float(len(flow))
    for _ in range(_STEPS):
        fitted = np.exp(logarithm)
        weight = np.sqrt(fitted)
        target = logarithm + flow / fitted - 1
        aim: Array = np.linalg.lstsq(columns * weight[:, None], target * weight, rcond=None)[0]
        if np.abs(columns @ aim - logarithm).max() < _SETTLED:
            return aim
        estimate, best = _nearer(columns, flow, aim, estimate, best)
        logarithm = columns @ estimate
    raise errors.InputError(
        f"flows: the coefficients have not settled after {_STEPS} steps; expected flows of a lesser range"
    )


def _nearer(columns: Array, flow: Array, aim: Array, estimate: Array, best: float) -> tuple[Array, float]:
    """Go from an estimate towards an aim as far as the likelihood grows; with its negative logarithm."""
    for _ in range(_HALVINGS):
        logarithm = columns @ aim
        with np.errstate(over="ignore"):  # a flow beyond all numbers is no better
            loss = float(np.sum(np.exp(logarithm) - flow * logarithm))
        if sameness.at_least(best, loss):
            return aim, loss
        aim = (aim + estimate) / 2
    return estimate, best


def _robust(columns: Array, flow: Array, fitted: Array) -> Array:
    """Give the standard errors of the sandwich, right whatever the variance of the flows is."""
    pairs, terms = columns.shape
    weight = np.sqrt(fitted)
    # By an orthogonal basis, whose rounding the inverse of a product of columns would square.
    basis, triangle = np.linalg.qr(columns * weight[:, None])
    spread = scipy.linalg.solve_triangular(triangle, (basis * ((flow - fitted) / weight)[:, None]).T)
    found: Array = np.linalg.norm(spread, axis=1) * np.sqrt(pairs / (pairs - terms))
    return found


def _deviance(flow: Array, fitted: Array) -> float:
    return float(2 * np.sum(scipy.special.xlogy(flow, flow / fitted) - (flow - fitted)))


def _require_options(decay: str, floor_min: float) -> None:
    findings = []
    if decay not in DECAYS:
        findings.append(f"decay {decay!r}; expected one of {', '.join(DECAYS)}")
    if not 0 < floor_min < np.inf:
        findings.append(f"floor of times {floor_min} min; expected more than 0")
    if findings:
        raise errors.InputError(findings)


def _require_pairs(pairs: pd.DataFrame, *, border: bool, effects: bool) -> None:
    findings = [
        *_wrong(pairs, "flow", lambda number: number >= 0, "0 or more"),
        *_wrong(pairs, "travel_min", lambda number: number >= 0, "a finite time of 0 minutes or more"),
    ]
    for name in () if effects else _MASSES:
        findings += _wrong(pairs, name, lambda number: number > 0, "more than 0")
    if border:
        findings += [
            f"is_foreign from {start} to {end} is missing; expected whether the pair lies across the border"
            for start, end in pairs.loc[pairs["is_foreign"].isna(), ["from_id", "to_id"]].to_numpy()
        ]
    if not findings and not (pairs["flow"] > 0).any():
        findings.append("flows: none is above 0; expected some")
    if effects and not findings:
        findings += [
            f"flows: all with {end} = {place} are 0, so its factor is none; expected some above 0"
            for end in ("from_id", "to_id")
            for place, total in pairs.groupby(end)["flow"].sum().items()
            if total == 0
        ]
    if findings:
        raise errors.InputError(findings)


def _wrong(
    pairs: pd.DataFrame,
    name: str,
    fits: collections.abc.Callable[[Array], npt.NDArray[np.bool_]],
    expected: str,
) -> list[str]:
    numbers = pairs[name].to_numpy(dtype=float)
    rows = pairs.loc[~(fits(numbers) & np.isfinite(numbers)), ["from_id", "to_id", name]]
    return [
        f"{name} from {start} to {end} is {number}; expected {expected}"
        for start, end, number in rows.itertuples(index=False, name=None)
    ]


def _require_one_answer(columns: Array, flow: Array, terms: pd.Index) -> None:
    """Refuse terms that leave more than one best coefficient, or none that is finite."""
    pairs = len(flow)
    if pairs <= len(terms):
        raise errors.InputError(
            f"flows of {pairs} pairs; expected more than the {len(terms)} terms of the model"
        )
    dependent = _without_effect(columns)
    if dependent.size:
        raise errors.InputError(
            f"flows: no coefficient of its own for {_named(dependent, terms)}; "
            "expected pairs in which each varies apart from the others"
        )
    parting = _parting(columns, flow)
    if parting.any():
        raise errors.InputError(
            f"flows: pairs whose flows are all 0 stand apart by {_named(parting[:, None], terms)}, "
            "so no finite coefficient fits best; expected some above 0 among them"
        )


def _parting(columns: Array, flow: Array) -> Array:
    """Change of the coefficients that lessens flows of 0 only, without end; zeros where there is none.

    By linear programming (Correia, Guimarães and Zylkin 2019, "Verifying the existence of maximum
    likelihood estimates for generalized linear models").
    """
    silent = _without_effect(columns[flow > 0])
    lessened = columns[flow == 0] @ silent
    if not lessened.size:
        return np.zeros(columns.shape[1])
    upper = np.concatenate([np.zeros(len(lessened)), np.ones(len(lessened))])
    found = scipy.optimize.linprog(
        lessened.sum(axis=0), A_ub=np.vstack([lessened, -lessened]), b_ub=upper, bounds=(None, None)
    )
    change: Array = silent @ found.x
    return change if found.fun < -_SETTLED else np.zeros(columns.shape[1])


def _without_effect(columns: Array) -> Array:
    """Find the changes of coefficients (terms × changes) that change no flow of these pairs."""
    found: Array = scipy.linalg.null_space(np.linalg.qr(columns, mode="r"), rcond=_DEPENDENT)
    return found


def _named(changes: Array, terms: pd.Index) -> str:
    """Terms that are part of any of the changes (terms × changes)."""
    share = np.abs(changes).max(axis=1)
    return ", ".join(terms[share > _SETTLED * share.max()])
