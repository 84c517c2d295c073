"""Maximal covering and the p-center problem on arrays, exactly, by integer programming."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.optimize
import scipy.sparse

Array = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
Bools = npt.NDArray[np.bool_]


def maximal(covers: Bools, weight: Array, p: int, forced: Ints) -> tuple[Ints, float]:
    """Open p candidates, the forced ones among them, that cover most weight (Church & ReVelle 1974).

    Demands that the same candidates cover are counted together.

    Parameters
    ----------
    covers
        Demands × candidates.

    Returns
    -------
    tuple
        Numbers of the open candidates, ascending, and a proven upper bound of the weight covered.
    """
    patterns, group = np.unique(covers, axis=0, return_inverse=True)
    weights = np.bincount(group.ravel(), weights=weight)
    n, m = patterns.shape
    opened = np.zeros(m + n)
    opened[forced] = 1.0
    covered = scipy.sparse.hstack([scipy.sparse.csr_matrix(patterns, dtype=float), -scipy.sparse.eye(n)])
    found = scipy.optimize.milp(
        np.concatenate([np.zeros(m), -weights / weights.sum()]),
        constraints=[
            scipy.optimize.LinearConstraint(covered, 0, np.inf),
            scipy.optimize.LinearConstraint(np.concatenate([np.ones(m), np.zeros(n)])[None, :], p, p),
        ],
        integrality=np.concatenate([np.ones(m), np.zeros(n)]),
        bounds=scipy.optimize.Bounds(opened, 1.0),
        options={"mip_rel_gap": 0.0},
    )
    return np.flatnonzero(found.x[:m] > 0.5), float(-found.mip_dual_bound * weights.sum())


def center(cost: Array, p: int, forced: Ints) -> tuple[Ints, float]:
    """Open at most p candidates, the forced ones among them, so that max_i min_j c_ij is least.

    The least radius is one of the costs, found by bisection: is there a set of p candidates
    that covers every demand within it (Minieka 1970)?

    Returns
    -------
    tuple
        Numbers of the open candidates, ascending, and the least radius.
    """
    radii = np.unique(cost)
    radii = radii[radii >= cost.min(axis=1).max()]
    low, high = 0, len(radii) - 1
    while low < high:
        middle = (low + high) // 2
        if len(_fewest(cost <= radii[middle], forced)) <= p:
            high = middle
        else:
            low = middle + 1
    return _fewest(cost <= radii[high], forced), float(radii[high])


def _fewest(covers: Bools, forced: Ints) -> Ints:
    """Find the fewest candidates, the forced ones among them, that cover every demand."""
    uncovered = covers[~covers[:, forced].any(axis=1)]
    if not len(uncovered):
        return np.sort(forced)
    demands, candidates = _essential(uncovered)
    found = scipy.optimize.milp(
        np.ones(len(candidates)),
        constraints=scipy.optimize.LinearConstraint(scipy.sparse.csr_matrix(demands, dtype=float), 1, np.inf),
        integrality=np.ones(len(candidates)),
        bounds=scipy.optimize.Bounds(0.0, 1.0),
        options={"mip_rel_gap": 0.0},
    )
    return np.sort(np.concatenate([forced, candidates[found.x > 0.5]]))


def _essential(covers: Bools) -> tuple[Bools, Ints]:
    """Drop demands that are covered whenever another is, and candidates that another replaces.

    Returns
    -------
    tuple
        What is left of the demands × candidates, and the numbers of the candidates left.
    """
    candidates = np.arange(covers.shape[1])
    while True:
        before = covers.shape
        covers = covers[~_contains_another(covers)]
        kept = ~_contains_another(~covers.T)
        covers, candidates = covers[:, kept], candidates[kept]
        if covers.shape == before:
            return covers, candidates


def _contains_another(sets: Bools) -> Bools:
    """Which rows have all that another row has; of equal rows all but the first."""
    members = sets.astype(np.float32)
    contains = members @ members.T == members.sum(axis=1)
    earlier = np.tri(len(sets), k=-1, dtype=bool)
    found: Bools = (contains & (~contains.T | earlier) & ~np.eye(len(sets), dtype=bool)).any(axis=1)
    return found
