"""Where should p sites be? Exact answers, and how far given sites are from them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo import errors
from geo.siting import covering, median

KINDS = ("median", "center", "covering")

Ints = npt.NDArray[np.intp]
_Solver = Callable[[int, Ints], tuple[Ints, float]]


@dataclasses.dataclass(frozen=True)
class Goal:
    """What is to be best.

    Parameters
    ----------
    kind
        ``median``: the least weighted sum of costs to the nearest site; ``center``: the least
        greatest cost, whatever the weights; ``covering``: the most weight within ``limit``.
    limit
        Cost within which a demand is covered; for ``covering`` alone.
    """

    kind: str
    limit: float | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise errors.InputError(f"goal {self.kind!r}; expected one of {', '.join(KINDS)}")
        if (self.kind == "covering") != (self.limit is not None):
            raise errors.InputError(
                f"goal {self.kind}: limit {self.limit}; a limit belongs to covering alone"
            )


@dataclasses.dataclass(frozen=True, eq=False)
class Problem:
    """Demands to be served from candidates.

    Parameters
    ----------
    cost
        Demands × candidates, 0 or more, such as minutes. Infinite where there is no way, which
        only ``covering`` allows.
    weight
        Of each demand, such as its population, indexed like the rows of ``cost``.
    """

    cost: pd.DataFrame
    weight: pd.Series

    def __post_init__(self) -> None:
        findings = list(_findings(self.cost, self.weight))
        if findings:
            raise errors.InputError(findings)


@dataclasses.dataclass(frozen=True)
class Solution:
    """Sites with what they reach.

    Parameters
    ----------
    sites
        Candidates, in the order of the problem. The center problem needs no more of them than help.
    value
        Weighted sum of costs, greatest cost, or weight covered.
    bound
        Proven limit of any such value.
    """

    sites: tuple[object, ...]
    value: float
    bound: float

    @property
    def gap(self) -> float:
        """How far the value may be from the best, as a share of it; 0 is proven best."""
        return abs(self.value - self.bound) / abs(self.value) if self.value else abs(self.bound)


def solve(problem: Problem, goal: Goal, *, p: int, forced: Sequence[object] = ()) -> Solution:
    """Find the p best sites, the forced ones among them.

    Raises
    ------
    InputError
        If p or a forced site is impossible, or no demand can be reached as the goal needs.
    """
    return _Solving(problem, goal).solve(p, forced)


def evaluate(problem: Problem, goal: Goal, sites: Sequence[object]) -> float:
    """Weighted sum of costs, greatest cost, or weight covered with these sites."""
    return _value(problem, goal, _positions(problem, sites))


def assign(problem: Problem, sites: Sequence[object]) -> pd.DataFrame:
    """Nearest site of each demand (the first of equals): ``site`` and ``cost``, indexed by demand."""
    chosen = problem.cost.iloc[:, _positions(problem, sites)]
    return pd.DataFrame({"site": chosen.idxmin(axis=1), "cost": chosen.min(axis=1)})


def frontier(problem: Problem, goal: Goal, *, ps: Iterable[int] = range(1, 11)) -> pd.DataFrame:
    """Best sites for each number of sites.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``p``: ``value``, ``bound``, ``gap`` and ``sites`` (tuple of candidates).
    """
    solving = _Solving(problem, goal)
    found = {p: solving.solve(p) for p in ps}
    rows = {p: (best.value, best.bound, best.gap, best.sites) for p, best in found.items()}
    columns = ["value", "bound", "gap", "sites"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("p")


def compare(
    problem: Problem,
    goal: Goal,
    proposals: Mapping[str, Sequence[object]],
    *,
    best: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """How far proposed sets of sites are from the best sets of the same size.

    Parameters
    ----------
    best
        What `frontier` has found for the same problem and goal already, so that it is not solved again.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``proposal_id``: ``p``, ``value``, ``best_value``, ``behind_pct`` (percent by
        which the proposal is worse, 0 or more; infinite where the best value is 0) and ``best_sites``.
    """
    known = {} if best is None else best[["value", "sites"]].to_dict("index")
    sizes = {proposal_id: len(set(sites)) for proposal_id, sites in proposals.items()}
    missing = sorted({*sizes.values()} - {*known})
    if missing:
        known |= frontier(problem, goal, ps=missing)[["value", "sites"]].to_dict("index")
    rows = {}
    for proposal_id, sites in proposals.items():
        found = known[sizes[proposal_id]]
        value = evaluate(problem, goal, sites)
        behind = _behind_pct(goal, value, found["value"])
        rows[proposal_id] = (sizes[proposal_id], value, found["value"], behind, found["sites"])
    columns = ["p", "value", "best_value", "behind_pct", "best_sites"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("proposal_id")


class _Solving:
    """One problem and goal, solved for several numbers of sites; what is learnt once is kept."""

    def __init__(self, problem: Problem, goal: Goal) -> None:
        self._problem = problem
        self._goal = goal
        self._solver = _solver(problem, goal)

    def solve(self, p: int, forced: Sequence[object] = ()) -> Solution:
        held = _positions(self._problem, forced) if forced else np.zeros(0, dtype=np.intp)
        candidates = self._problem.cost.columns
        if not max(len(held), 1) <= p <= len(candidates):
            raise errors.InputError(
                f"p is {p}; expected {max(len(held), 1)} to {len(candidates)}, "
                f"from the forced sites to the candidates"
            )
        sites, bound = self._solver(p, held)
        value = _value(self._problem, self._goal, sites)
        return Solution(tuple(candidates[sites]), value, bound)


def _solver(problem: Problem, goal: Goal) -> _Solver:
    cost = problem.cost.to_numpy(dtype=float)
    weight = problem.weight.to_numpy(dtype=float)
    if goal.kind == "covering":
        return _covering_solver(cost <= goal.limit, weight)
    lost = problem.cost.index[np.isinf(cost).any(axis=1)]
    if len(lost):
        raise errors.InputError(
            f"demand {demand}: no way from some candidate; goal {goal.kind} expects a cost for each pair"
            for demand in lost
        )
    if goal.kind == "median":
        return median.Model(cost, weight).solve
    return lambda p, held: covering.center(cost, p, held)


def _covering_solver(covers: npt.NDArray[np.bool_], weight: npt.NDArray[np.float64]) -> _Solver:
    if not covers[weight > 0].any():
        raise errors.InputError("no demand is within the limit of any candidate")
    return lambda p, held: covering.maximal(covers, weight, p, held)


def _value(problem: Problem, goal: Goal, sites: Ints) -> float:
    nearest = problem.cost.to_numpy(dtype=float)[:, sites].min(axis=1)
    weight = problem.weight.to_numpy(dtype=float)
    if goal.kind == "covering":
        return float(weight[nearest <= goal.limit].sum())
    return float(nearest.max() if goal.kind == "center" else weight @ nearest)


def _behind_pct(goal: Goal, value: float, best: float) -> float:
    worse = best - value if goal.kind == "covering" else value - best
    if not best:
        return float("inf") if worse > 0 else 0.0
    return max(0.0, 100 * worse / best)


def _positions(problem: Problem, sites: Sequence[object]) -> Ints:
    found = problem.cost.columns.get_indexer(pd.Index(list(dict.fromkeys(sites))))
    unknown = [site for site in dict.fromkeys(sites) if site not in problem.cost.columns]
    if unknown or not len(found):
        raise errors.InputError([f"site {site} is not a candidate" for site in unknown] or "no site is given")
    return found


def _findings(cost: pd.DataFrame, weight: pd.Series) -> Iterable[str]:
    if cost.empty:
        yield "no demand or no candidate; expected at least one of each"
        return
    if not cost.index.equals(weight.index):
        yield "weights: not indexed like the demands; expected the same ids in the same order"
        return
    yield from (f"candidate {name} is named twice" for name in cost.columns[cost.columns.duplicated()])
    wrong = ~((weight >= 0) & np.isfinite(weight))
    yield from (
        f"weight of {demand} is {value}; expected 0 or more" for demand, value in weight[wrong].items()
    )
    negative = cost.index[~(cost >= 0).all(axis=1)]
    yield from (f"demand {demand}: a cost is missing or below 0; expected 0 or more" for demand in negative)
    if not weight.sum() > 0:
        yield "weights sum to 0; expected more"
