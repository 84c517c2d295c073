"""The p-median problem on arrays, exactly, by cutting planes.

Benders decomposition (Duran-Mateluna, Ales & Elloumi 2023): y_j says whether candidate j is open,
θ_i is what demand i pays. For any level D of the costs of i, whatever is open,

    θ_i ≥ D - Σ_j max(0, D - c_ij) y_j

so that only the levels that matter are added, instead of one variable for each pair.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.optimize
import scipy.sparse

Array = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

_ROUNDING = 1e-9
_SLACK = 1e-6


class Model:
    """Demands and candidates; cuts found for one number of sites serve the next.

    Parameters
    ----------
    cost
        Demands × candidates, finite, 0 or more.
    weight
        Of each demand, 0 or more, with a sum above 0.
    """

    def __init__(self, cost: Array, weight: Array) -> None:
        self._cost = cost
        self._scale = float(weight.sum())
        self._weight = weight / self._scale
        self._order = np.argsort(cost, axis=1, kind="stable")
        self._sorted = np.take_along_axis(cost, self._order, axis=1)
        self._cuts = scipy.sparse.csr_matrix((0, sum(cost.shape)))
        self._levels = np.zeros(0)

    def solve(self, p: int, forced: Ints) -> tuple[Ints, float]:
        """Open p candidates, the forced ones among them, at the least Σ_i w_i min_j c_ij.

        A candidate that the relaxation proves to cost more than the best sites known is ruled
        out, so that the integer program is small and often not needed at all.

        Returns
        -------
        tuple
            Numbers of the open candidates, ascending, and a proven lower bound of the sum.
        """
        best = self._swapped(self._greedy(p, forced), forced)
        lower, upper = np.zeros(self._cost.shape[1]), np.ones(self._cost.shape[1])
        lower[forced] = 1.0
        self._add_cuts(np.isin(np.arange(len(lower)), best).astype(float), charge=None)
        while True:
            solution, bound, reduced_cost = self._relax(p, lower, upper)
            share, charge = np.split(solution, [len(lower)])
            rounded = np.argsort(-(share + lower), kind="stable")[:p]
            best = min(best, self._swapped(rounded, forced), key=self._value)
            limit = self._value(best) * (1 + _ROUNDING)
            upper = np.where(bound + reduced_cost > limit, lower, upper)
            if bound * (1 + _ROUNDING) >= self._value(best) or not self._add_cuts(share, charge):
                break
        self._drop_slack_cuts(solution)
        if bound * (1 + _ROUNDING) < self._value(best):
            best, bound = self._solve_integer(p, lower, upper, best=best)
        return np.sort(best), min(bound, self._value(best)) * self._scale

    def _relax(self, p: int, lower: Array, upper: Array) -> tuple[Array, float, Array]:
        found = scipy.optimize.linprog(
            self._objective(),
            A_ub=-self._cuts,
            b_ub=-self._levels,
            A_eq=self._count_row(),
            b_eq=[p],
            bounds=np.column_stack(self._bounds(lower, upper)),
            method="highs",
        )
        return found.x, float(found.fun), found.lower.marginals[: len(lower)]

    def _solve_integer(self, p: int, lower: Array, upper: Array, *, best: Ints) -> tuple[Ints, float]:
        n, m = self._cost.shape
        while True:
            found = scipy.optimize.milp(
                self._objective(),
                constraints=[
                    scipy.optimize.LinearConstraint(self._cuts, self._levels, np.inf),
                    scipy.optimize.LinearConstraint(self._count_row(), p, p),
                ],
                integrality=np.concatenate([np.ones(m), np.zeros(n)]),
                bounds=scipy.optimize.Bounds(*self._bounds(lower, upper)),
                options={"mip_rel_gap": 0.0},
            )
            share, charge = np.round(found.x[:m]), found.x[m:]
            best = min(best, np.flatnonzero(share), key=self._value)
            bound = float(found.mip_dual_bound)
            if bound * (1 + _ROUNDING) >= self._value(best) or not self._add_cuts(share, charge):
                return best, bound

    def _add_cuts(self, share: Array, charge: Array | None) -> int:
        """Add the cut of each demand that is charged too little (or of all) and say how many."""
        n = len(self._cost)
        served = np.cumsum(share[self._order], axis=1)
        level = self._sorted[np.arange(n), np.argmax(served >= 1 - _ROUNDING, axis=1)]
        savings = np.maximum(0.0, level[:, None] - self._cost)
        added = np.arange(n)
        if charge is not None:
            added = np.flatnonzero(level - savings @ share - charge > _ROUNDING * (1 + level))
        charged = scipy.sparse.csr_matrix(
            (np.ones(len(added)), (np.arange(len(added)), added)), shape=(len(added), n)
        )
        rows = scipy.sparse.hstack([scipy.sparse.csr_matrix(savings[added]), charged])
        self._cuts = scipy.sparse.vstack([self._cuts, rows], format="csr")
        self._levels = np.concatenate([self._levels, level[added]])
        return len(added)

    def _drop_slack_cuts(self, solution: Array) -> None:
        binding = self._cuts @ solution - self._levels <= _SLACK
        self._cuts, self._levels = self._cuts[binding], self._levels[binding]

    def _objective(self) -> Array:
        return np.concatenate([np.zeros(self._cost.shape[1]), self._weight])

    def _count_row(self) -> scipy.sparse.csr_matrix:
        n, m = self._cost.shape
        return scipy.sparse.csr_matrix(np.concatenate([np.ones(m), np.zeros(n)])[None, :])

    def _bounds(self, lower: Array, upper: Array) -> tuple[Array, Array]:
        unbounded = np.full(len(self._cost), np.inf)
        return np.concatenate([lower, self._sorted[:, 0]]), np.concatenate([upper, unbounded])

    def _value(self, sites: Ints) -> float:
        return float(self._weight @ self._cost[:, sites].min(axis=1))

    def _greedy(self, p: int, forced: Ints) -> Ints:
        sites = forced
        while len(sites) < p:
            sites = self._with_best(sites)
        return sites

    def _swapped(self, sites: Ints, forced: Ints) -> Ints:
        """Exchange one site at a time while that helps (Teitz & Bart 1968)."""
        while True:
            swaps = [self._with_best(sites[sites != out]) for out in sites if out not in forced]
            swapped = min(swaps, key=self._value, default=sites)
            if self._value(swapped) >= self._value(sites) * (1 - _ROUNDING):
                return sites
            sites = swapped

    def _with_best(self, sites: Ints) -> Ints:
        served = self._cost[:, sites].min(axis=1, initial=self._cost.max())
        values = self._weight @ np.minimum(served[:, None], self._cost)
        values[sites] = np.inf
        return np.append(sites, values.argmin())
