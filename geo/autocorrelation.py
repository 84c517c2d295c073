"""Are like values near each other: contiguity weights, Moran's I and local clusters."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse

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
    p_permutation
        Two-sided pseudo p value: share of permutations at least as far from the expectation.
    n, n_missing, n_isolated
        Units used, left out for want of a value, and left out for want of a neighbour.
    """

    i: float
    expected: float
    p_permutation: float
    n: int
    n_missing: int
    n_isolated: int


def contiguity(coverage: gpd.GeoDataFrame | gpd.GeoSeries, *, rook: bool = False) -> pd.DataFrame:
    """Neighbours among the polygons of a coverage: those that touch.

    Parameters
    ----------
    coverage
        Polygons that share their edges exactly, indexed by unit.
    rook
        Count only shared edges, not single points.

    Returns
    -------
    pandas.DataFrame
        ``focal`` and ``neighbour``, a row for each direction.
    """
    import libpysal.graph  # takes seconds, and only this needs it  # noqa: PLC0415

    touching = libpysal.graph.Graph.build_contiguity(coverage, rook=rook).adjacency
    links: pd.DataFrame = touching[touching > 0].index.to_frame(index=False)
    return links.set_axis(["focal", "neighbour"], axis=1)


def moran(
    values: pd.Series, neighbours: pd.DataFrame, *, permutations: int = 9_999, seed: int = 20_260_101
) -> Moran:
    """Moran's I over the units that have a value and a neighbour with one.

    The formula is that of esda (weights row-standardised), without the seconds that esda takes to start.

    Parameters
    ----------
    values
        Indexed by unit.
    neighbours
        As `contiguity` gives them, or a part of them.

    Raises
    ------
    InputError
        If a neighbour is none of the units, or too few units are there or differ.
    """
    used, weights = _linked(values, neighbours)
    z = used.to_numpy() - used.mean()
    expected = -1 / (len(z) - 1)
    found = float(z @ (weights @ z) / (z @ z))
    shuffled = np.random.default_rng(seed).permuted(np.tile(z, (permutations, 1)), axis=1)
    simulated = (shuffled * (weights @ shuffled.T).T).sum(axis=1) / (z @ z)
    extreme = np.abs(simulated - expected) >= abs(found - expected) - _ROUNDING
    return Moran(
        i=found,
        expected=expected,
        p_permutation=float((extreme.sum() + 1) / (permutations + 1)),
        n=len(used),
        n_missing=int(values.isna().sum()),
        n_isolated=int(values.notna().sum() - len(used)),
    )


def local_clusters(
    values: pd.Series,
    neighbours: pd.DataFrame,
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
    used, weights = _linked(values, neighbours)
    z = (used.to_numpy() - used.mean()) / used.std(ddof=0)
    lag = weights @ z
    local = z * lag * (len(z) - 1) / len(z)
    p = _pseudo_p(z, lag, weights, permutations=permutations, random=np.random.default_rng(seed))
    quadrant = np.select([(z > 0) & (lag > 0), (z <= 0) & (lag > 0), z <= 0], CLUSTERS[:3], CLUSTERS[3])
    found = pd.DataFrame(
        {
            "local_i": local,
            "p": p,
            "cluster": np.where(p <= alpha, quadrant, NOT_SIGNIFICANT),
            "survives_fdr": _adjusted(p) <= alpha,
        },
        index=used.index,
    )
    return found.reindex(values.index)


def _linked(values: pd.Series, neighbours: pd.DataFrame) -> tuple[pd.Series, scipy.sparse.csr_array]:
    """Values of the units that have a neighbour with a value, by unit, and their row-standardised weights."""
    strange = sorted(set(neighbours["focal"]).union(neighbours["neighbour"]) - set(values.index))
    if strange:
        raise errors.InputError(f"{values.name}: neighbour {strange[0]!r} is none of its units")
    known = values.dropna().index
    links = neighbours[neighbours["focal"].isin(known) & neighbours["neighbour"].isin(known)]
    used = values.loc[sorted(set(links["focal"]))].astype(float)
    if len(used) < _LEAST_UNITS or used.nunique() < 2:
        raise errors.InputError(
            f"{values.name}: {len(used)} units with a value and a neighbour, "
            f"{used.nunique()} different values; expected at least {_LEAST_UNITS} units and 2 values"
        )
    row, column = (used.index.get_indexer(pd.Index(links[end])) for end in ("focal", "neighbour"))
    share = 1 / np.bincount(row)[row]
    return used, scipy.sparse.coo_array((share, (row, column)), shape=(len(used), len(used))).tocsr()


def _adjusted(p: Array) -> Array:
    """P values for all tests at once, by Benjamini and Hochberg (1995)."""
    order = np.argsort(p)[::-1]
    scaled = p[order] * len(p) / np.arange(len(p), 0, -1)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum.accumulate(scaled)
    return np.minimum(adjusted, 1.0)


def _pseudo_p(
    z: Array, lag: Array, weights: scipy.sparse.csr_array, *, permutations: int, random: np.random.Generator
) -> Array:
    n_neighbours = np.diff(weights.indptr)
    others = random.permuted(np.tile(np.arange(len(z) - 1), (permutations, 1)), axis=1)
    others = others[:, : n_neighbours.max()]
    p = np.empty(len(z))
    for unit, count in enumerate(n_neighbours):
        shares = weights.data[weights.indptr[unit] : weights.indptr[unit + 1]]
        simulated = np.delete(z, unit)[others[:, :count]] @ shares
        likeness = simulated * z[unit] - lag[unit] * z[unit]
        as_extreme = min((likeness >= -_ROUNDING).sum(), (likeness <= _ROUNDING).sum())
        p[unit] = min(1.0, 2 * (as_extreme + 1) / (permutations + 1))
    return p
