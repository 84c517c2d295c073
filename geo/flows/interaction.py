"""What places could be to each other: gravity, accessibility, network efficiency and convergence.

Every figure is split into domestic (the destination has the origin's group) and foreign.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo import errors, sameness

STRAIGHT_LINE_KM_H = 130.0
SIDES = ("domestic", "foreign")

Array = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True, eq=False)
class Reach:
    """Travel times from origins to populated destinations, and the group of each.

    Parameters
    ----------
    travel_min
        Origins × destinations, minutes; infinite where there is no way, never missing. Times
        of an origin to itself may be 0.
    population
        Of each destination, indexed like the columns of ``travel_min``.
    origin_group, destination_group
        Group, such as the country, indexed like the rows and the columns.
    floor_min
        Shorter times count as this many minutes, so that no power of a time is without bound.

    Raises
    ------
    InputError
        One line for each index that does not fit, missing group, missing or negative number.
    """

    travel_min: pd.DataFrame
    population: pd.Series
    origin_group: pd.Series
    destination_group: pd.Series
    floor_min: float = 5.0

    def __post_init__(self) -> None:
        findings = [*_index_findings(self), *_number_findings(self)]
        if findings:
            raise errors.InputError(findings)

    @property
    def floored_min(self) -> Array:
        """Times of at least ``floor_min``."""
        floored: Array = np.maximum(self.travel_min.to_numpy(dtype=float), self.floor_min)
        return floored

    @property
    def sides(self) -> dict[str, npt.NDArray[np.bool_]]:
        """Which pairs (origins × destinations) are domestic, which foreign."""
        same = self.origin_group.to_numpy()[:, None] == self.destination_group.to_numpy()[None, :]
        return {"domestic": same, "foreign": ~same}

    @property
    def elsewhere(self) -> npt.NDArray[np.bool_]:
        """Pairs (origins × destinations) of different places."""
        different: npt.NDArray[np.bool_] = (
            self.travel_min.index.to_numpy()[:, None] != self.travel_min.columns.to_numpy()[None, :]
        )
        return different


def gravity(
    reach: Reach, *, origin_population: pd.Series, betas: Sequence[float] = (1.0, 1.5, 2.0)
) -> pd.DataFrame:
    """Gravity potential Σ_j P_i P_j t_ij^-β of each origin, j being every other place.

    Parameters
    ----------
    origin_population
        P_i, indexed like the rows of ``reach.travel_min``.
    betas
        Exponents of the time in minutes.

    Returns
    -------
    pandas.DataFrame
        Indexed by origin: ``gravity_domestic_b1``, ``gravity_foreign_b1``, ``…_b1_5`` and so on.
    """
    _require_above_zero("exponent of gravity", *betas)
    _require_population(origin_population, reach)
    columns = {}
    for beta in betas:
        pull = reach.elsewhere * reach.population.to_numpy(dtype=float) * reach.floored_min**-beta
        for side, pairs in reach.sides.items():
            potential = origin_population.to_numpy(dtype=float) * (pull * pairs).sum(axis=1)
            columns[f"gravity_{side}_b{_label(beta)}"] = potential
    return pd.DataFrame(columns, index=reach.travel_min.index)


def pair_gravity(
    reach: Reach,
    pairs: pd.DataFrame,
    *,
    origin_population: pd.Series,
    betas: Sequence[float] = (1.0, 1.5, 2.0),
) -> pd.DataFrame:
    """Gravity P_a P_b t_ab^-β of each pair.

    Parameters
    ----------
    pairs
        Columns ``unit_id_a`` (an origin) and ``unit_id_b`` (a destination).

    Returns
    -------
    pandas.DataFrame
        Indexed like ``pairs``: ``gravity_b1``, ``gravity_b1_5`` and so on.
    """
    _require_above_zero("exponent of gravity", *betas)
    _require_population(origin_population, reach)
    rows = reach.travel_min.index.get_indexer(pd.Index(pairs["unit_id_a"]))
    columns = reach.travel_min.columns.get_indexer(pd.Index(pairs["unit_id_b"]))
    unknown = [*pairs["unit_id_a"][rows < 0], *pairs["unit_id_b"][columns < 0]]
    if unknown:
        raise errors.InputError(f"pair: unit {unit} is not among the travel times" for unit in unknown)
    product = origin_population.to_numpy(dtype=float)[rows] * reach.population.to_numpy(dtype=float)[columns]
    times = reach.floored_min[rows, columns]
    return pd.DataFrame(
        {f"gravity_b{_label(beta)}": product * times**-beta for beta in betas}, index=pairs.index
    )


def accessibility(reach: Reach, *, exponent: float = 1.5) -> pd.DataFrame:
    """Potential accessibility Σ_j P_j t_ij^-exponent of each origin, itself included (JRC, exponent 1.5).

    Returns
    -------
    pandas.DataFrame
        Indexed by origin: ``accessibility_domestic``, ``accessibility_foreign``.
    """
    _require_above_zero("exponent of accessibility", exponent)
    pull = reach.population.to_numpy(dtype=float) * reach.floored_min**-exponent
    columns = {f"accessibility_{side}": (pull * pairs).sum(axis=1) for side, pairs in reach.sides.items()}
    return pd.DataFrame(columns, index=reach.travel_min.index)


def population_within(reach: Reach, *, limits_min: Sequence[float] = (60, 90)) -> pd.DataFrame:
    """Sum the population that each origin reaches within given times.

    Returns
    -------
    pandas.DataFrame
        Indexed by origin: ``population_60min_domestic``, ``population_60min_foreign`` and so on.
    """
    _require_above_zero("limit in minutes", *limits_min)
    times = reach.travel_min.to_numpy(dtype=float)
    population = reach.population.to_numpy(dtype=float)
    columns = {
        f"population_{_label(limit)}min_{side}": (pairs & (times <= limit)) @ population
        for limit in limits_min
        for side, pairs in reach.sides.items()
    }
    return pd.DataFrame(columns, index=reach.travel_min.index)


def network_efficiency(
    reach: Reach, *, straight_km: pd.DataFrame, speed_km_h: float = STRAIGHT_LINE_KM_H
) -> pd.DataFrame:
    """Network efficiency E_i = Σ_j (t_ij / t̂_ij) P_j / Σ_j P_j, 1 is best (JRC).

    t̂ is the straight line at ``speed_km_h``; destinations at the origin itself are left out.
    Times are taken as they are, not floored.

    Parameters
    ----------
    straight_km
        Straight-line distances in km, shaped and indexed like ``reach.travel_min``.

    Returns
    -------
    pandas.DataFrame
        Indexed by origin: ``efficiency_domestic`` and ``efficiency_foreign`` (missing where a
        destination cannot be reached, or there is none), and ``reached_domestic`` and
        ``reached_foreign``: the share of the population that can be reached.

    Raises
    ------
    InputError
        One line for each straight line that is not finite or below 0, and for an index that does not fit.
    """
    _require_above_zero("speed in km/h", speed_km_h)
    _require_index(straight_km.index, reach.travel_min.index, "rows of straight lines")
    _require_index(straight_km.columns, reach.travel_min.columns, "columns of straight lines")
    lengths = straight_km.to_numpy(dtype=float)
    wrong = np.argwhere(~((lengths >= 0) & np.isfinite(lengths))).tolist()
    if wrong:
        raise errors.InputError(
            f"straight line from {straight_km.index[i]} to {straight_km.columns[j]} is {lengths[i, j]} km; "
            "expected 0 or more"
            for i, j in wrong
        )
    times = reach.travel_min.to_numpy(dtype=float)
    straight_min = straight_km.to_numpy(dtype=float) / speed_km_h * 60
    population = np.broadcast_to(reach.population.to_numpy(dtype=float), times.shape)
    columns = {}
    for side, pairs in reach.sides.items():
        counted = pairs & (straight_min > 0) & (population > 0)
        people = np.where(counted, population, 0.0)
        detour = np.where(counted, times, 0.0) / np.where(counted, straight_min, 1.0)
        efficiency = _share((detour * people).sum(axis=1), people.sum(axis=1))
        columns[f"efficiency_{side}"] = np.where(np.isfinite(efficiency), efficiency, np.nan)
        reached = np.where(np.isfinite(times), people, 0.0).sum(axis=1)
        columns[f"reached_{side}"] = _share(reached, people.sum(axis=1))
    return pd.DataFrame(columns, index=reach.travel_min.index)


def convergence(values: pd.Series, pairs: pd.DataFrame, *, relative_to: pd.Series | None = None) -> pd.Series:
    """How alike the two sides of each pair are: |ln(v_a / v_b)|, 0 where they are the same (see `sameness`).

    Parameters
    ----------
    values
        Finite and more than 0; missing stays missing.
    pairs
        Columns ``unit_id_a`` and ``unit_id_b``, found in the index of ``values``.
    relative_to
        Group of each value: each is first divided by the mean of its group (see
        `group_relative`), for values whose units do not compare across groups.

    Raises
    ------
    InputError
        One line for each unknown unit and each value that is not finite or not more than 0.
    """
    ends = pd.concat([pairs["unit_id_a"], pairs["unit_id_b"]])
    findings = [
        f"pair: unit {unit} has no value of {values.name}" for unit in ends[~ends.isin(values.index)].unique()
    ]
    findings += [
        f"{values.name}: unit {unit} has {value:g}; expected a finite number, more than 0"
        for unit, value in values[(values <= 0) | (values == np.inf)].items()
    ]
    if findings:
        raise errors.InputError(findings)
    compared = values if relative_to is None else group_relative(values, relative_to)
    sides = [compared.reindex(pairs[end]).to_numpy(dtype=float) for end in ("unit_id_a", "unit_id_b")]
    ratios = np.where(sameness.same(*sides), 1.0, sides[0] / sides[1])
    return pd.Series(np.abs(np.log(ratios)), index=pairs.index, name=f"{values.name}_ln_ratio")


def group_relative(values: pd.Series, groups: pd.Series) -> pd.Series:
    """Each value divided by the mean of the values present in its group; missing where that is 0."""
    _require_index(groups, values.index, "groups")
    means = values.groupby(groups).transform("mean")
    relative: pd.Series = values / means.where(means != 0)
    return relative


def _index_findings(reach: Reach) -> list[str]:
    expected = {
        "population": (reach.population, reach.travel_min.columns),
        "groups of origins": (reach.origin_group, reach.travel_min.index),
        "groups of destinations": (reach.destination_group, reach.travel_min.columns),
    }
    findings = [
        _index_finding(name) for name, (series, index) in expected.items() if not series.index.equals(index)
    ]
    for name in ("groups of origins", "groups of destinations"):
        series = expected[name][0]
        findings += [f"{name}: {unit} has no group" for unit in series.index[series.isna()]]
    return findings


def _number_findings(reach: Reach) -> list[str]:
    times = reach.travel_min.to_numpy(dtype=float)
    population = reach.population.to_numpy(dtype=float)
    findings = [
        f"travel time from {reach.travel_min.index[i]} to {reach.travel_min.columns[j]} is {times[i, j]}; "
        "expected 0 or more minutes, or infinite where there is no way"
        for i, j in np.argwhere(~(times >= 0)).tolist()
    ]
    findings += [
        f"population of {place} is {value}; expected 0 or more"
        for place, value in reach.population[~((population >= 0) & np.isfinite(population))].items()
    ]
    if not 0 < reach.floor_min < np.inf:
        findings.append(f"floor of times {reach.floor_min} min; expected more than 0")
    return findings


def _index_finding(name: str) -> str:
    return f"{name}: not indexed like the travel times; expected the same ids in the same order"


def _require_index(found: pd.Series | pd.Index, expected: pd.Index, name: str) -> None:
    index = found.index if isinstance(found, pd.Series) else found
    if not index.equals(expected):
        raise errors.InputError(_index_finding(name))


def _require_population(found: pd.Series, reach: Reach) -> None:
    _require_index(found, reach.travel_min.index, "population of origins")
    wrong = found[~((found >= 0) & (found < np.inf))]
    if len(wrong):
        raise errors.InputError(
            f"population of origin {place} is {value}; expected 0 or more" for place, value in wrong.items()
        )


def _share(part: Array, whole: Array) -> Array:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole > 0, part / whole, np.nan)


def _require_above_zero(name: str, *numbers: float) -> None:
    wrong = [number for number in numbers if not 0 < number < np.inf]
    if wrong:
        raise errors.InputError(f"{name} {number}; expected a finite number above 0" for number in wrong)


def _label(number: float) -> str:
    return f"{number:g}".replace(".", "_")
