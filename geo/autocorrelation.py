"""Are like values near each other: contiguity weights, Moran's I and local clusters."""

from __future__ import annotations

import dataclasses

import esda
import geopandas as gpd
import libpysal.graph
import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse
import scipy.stats

from geo import errors

CLUSTERS = ("HH", "LH", "LL", "HL")
NOT_SIGNIFICANT = "NS"
_LEAST_UNITS = 4
_ROUNDING = 1e-12

Array = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Moran:
    """Moran's I of one figure.

    Parameters
    ----------
    i, expected
        Moran's I under row-standardised weights, and its expectation -1 / (n - 1).
    p_randomisation
        Two-sided p value from the moments under randomisation.
    p_permutation
        Two-sided pseudo p value: share of permutations at least as far from the expectation.
    n, n_missing, n_isolated
        Units used, left out for want of a value, and left out for want of a neighbour.
    """

    i: float
    expected: float
    p_randomisation: float
    p_permutation: float
    n: int
    n_missing: int
    n_isolated: int


def contiguity(
    coverage: gpd.GeoDataFrame | gpd.GeoSeries, *, rook: bool = False, groups: pd.Series | None = None
) -> libpysal.graph.Graph:
    """Weights of 1 between polygons of a coverage that touch.

    Parameters
    ----------
    coverage
        Polygons that share their edges exactly, indexed by unit.
    rook
        Count only shared edges, not single points.
    groups
        If given, indexed like ``coverage``: links between different groups are cut.
    """
    touching = libpysal.graph.Graph.build_contiguity(coverage, rook=rook)
    if groups is None:
        return touching
    if not groups.index.equals(coverage.index):
        raise errors.InputError(
            "groups: not indexed like the coverage; expected the same ids in the same order"
        )
    return within(touching, groups)


def within(weights: libpysal.graph.Graph, groups: pd.Series) -> libpysal.graph.Graph:
    """Cut the links between different groups; ``groups`` is indexed by unit."""
    links = weights.adjacency.reset_index()
    kept = links[links["focal"].map(groups) == links["neighbor"].map(groups)]
    alone = groups.index[~groups.index.isin(kept["focal"])].to_numpy()
    return libpysal.graph.Graph.from_arrays(
        np.concatenate([kept["focal"], alone]),
        np.concatenate([kept["neighbor"], alone]),
        np.concatenate([kept["weight"], np.zeros(len(alone), dtype=int)]),
    )


def moran(
    values: pd.Series, weights: libpysal.graph.Graph, *, permutations: int = 9_999, seed: int = 20_260_101
) -> Moran:
    """Moran's I over the units that have a value and a neighbour with one.

    Raises
    ------
    InputError
        If the values are not those of the weights' units, or too few are there or differ.
    """
    used, linked = _linked(values, weights)
    whole = esda.Moran(used.to_numpy(), linked, transformation="r", permutations=0)
    random = np.random.default_rng(seed)
    shuffled = random.permuted(np.tile(whole.z, (permutations, 1)), axis=1)
    lags = (linked.transform("r").sparse @ shuffled.T).T
    simulated = (shuffled * lags).sum(axis=1) / (whole.z**2).sum()
    extreme = np.abs(simulated - whole.EI) >= abs(whole.I - whole.EI) - _ROUNDING
    return Moran(
        i=float(whole.I),
        expected=float(whole.EI),
        p_randomisation=float(whole.p_rand),
        p_permutation=float((extreme.sum() + 1) / (permutations + 1)),
        n=len(used),
        n_missing=int(values.isna().sum()),
        n_isolated=int(values.notna().sum() - len(used)),
    )


def local_clusters(
    values: pd.Series,
    weights: libpysal.graph.Graph,
    *,
    alpha: float = 0.05,
    permutations: int = 9_999,
    seed: int = 20_260_101,
) -> pd.DataFrame:
    """Local Moran's I (Anselin 1995) with conditional permutation, two-sided.

    The permutations are drawn here because esda's compile anew in each process, for tens of
    seconds; tests compare the two.

    Returns
    -------
    pandas.DataFrame
        Indexed like ``values``, missing for units without a value or a neighbour: ``local_i``,
        ``p``, ``cluster`` (HH high among high, LL, LH low among high, HL, or NS where p exceeds
        ``alpha``) and ``survives_fdr``: whether p holds at ``alpha`` when all units are tested at
        once (Benjamini & Hochberg 1995).

    Raises
    ------
    InputError
        As `moran`.
    """
    used, linked = _linked(values, weights)
    z = (used.to_numpy() - used.mean()) / used.std(ddof=0)
    sparse = linked.transform("r").sparse.tocsr()
    lag = sparse @ z
    local = z * lag * (len(z) - 1) / len(z)
    p = _pseudo_p(z, lag, sparse, permutations=permutations, random=np.random.default_rng(seed))
    quadrant = np.select([(z > 0) & (lag > 0), (z <= 0) & (lag > 0), z <= 0], CLUSTERS[:3], CLUSTERS[3])
    found = pd.DataFrame(
        {
            "local_i": local,
            "p": p,
            "cluster": np.where(p <= alpha, quadrant, NOT_SIGNIFICANT),
            "survives_fdr": scipy.stats.false_discovery_control(p) <= alpha,
        },
        index=used.index,
    )
    return found.reindex(values.index)


def _linked(values: pd.Series, weights: libpysal.graph.Graph) -> tuple[pd.Series, libpysal.graph.Graph]:
    if set(values.index) != set(weights.unique_ids):
        raise errors.InputError(f"{values.name}: its units are not those of the weights")
    present = weights.subgraph([unit for unit in weights.unique_ids if pd.notna(values[unit])])
    linked = present.subgraph(present.unique_ids.difference(present.isolates, sort=False))
    used = values.reindex(linked.unique_ids).astype(float)
    if len(used) < _LEAST_UNITS or used.nunique() < 2:
        raise errors.InputError(
            f"{values.name}: {len(used)} units with a value and a neighbour, "
            f"{used.nunique()} different values; expected at least {_LEAST_UNITS} units and 2 values"
        )
    return used, linked


def _pseudo_p(
    z: Array, lag: Array, sparse: scipy.sparse.csr_matrix, *, permutations: int, random: np.random.Generator
) -> Array:
    n_neighbours = np.diff(sparse.indptr)
    others = random.permuted(np.tile(np.arange(len(z) - 1), (permutations, 1)), axis=1)
    others = others[:, : n_neighbours.max()]
    p = np.empty(len(z))
    for unit, count in enumerate(n_neighbours):
        shares = sparse.data[sparse.indptr[unit] : sparse.indptr[unit + 1]]
        simulated = np.delete(z, unit)[others[:, :count]] @ shares
        larger = (simulated * z[unit] >= lag[unit] * z[unit] - _ROUNDING).sum()
        p[unit] = min(1.0, 2 * (min(larger, permutations - larger) + 1) / (permutations + 1))
    return p
