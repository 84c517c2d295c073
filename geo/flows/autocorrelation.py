"""Are like values near each other: contiguity weights, Moran's I and local clusters."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse
import shapely

from geo import errors, sameness

CLUSTERS = ("HH", "LH", "LL", "HL")
NOT_SIGNIFICANT = "NS"
_LEAST_UNITS = 4
_BLOCK = 8_192  # permutations at a time: what one unit needs of them fits the cache

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
    shapes = coverage.geometry.to_numpy()
    focal, neighbour = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    other = focal != neighbour
    focal, neighbour = focal[other], neighbour[other]
    if rook:
        shared = shapely.length(shapely.intersection(shapes[focal], shapes[neighbour])) > 0
        focal, neighbour = focal[shared], neighbour[shared]
    order = np.lexsort((neighbour, focal))
    names = coverage.index.to_numpy()
    return pd.DataFrame({"focal": names[focal[order]], "neighbour": names[neighbour[order]]})


def moran(
    values: pd.Series, neighbours: pd.DataFrame, *, permutations: int = 9_999, seed: int = 20_260_101
) -> Moran:
    """Moran's I over the units that have a value and a neighbour with one.

    The formula is that of esda (weights row-standardised), without the seconds that esda takes to start.

    Parameters
    ----------
    values
        Indexed by unit; missing is allowed, infinite is not.
    neighbours
        ``focal`` and ``neighbour``, as `contiguity` gives them, or a part of them, or other links, such
        as those to the k nearest: they may lead one way only. A unit without a row as ``focal``
        has no neighbour and is left out, and so in turn is one whose neighbours are all left out.

    Raises
    ------
    InputError
        One line for each infinite value, unit named twice, and neighbour that is named twice, is the
        unit itself or none of the units; or if too few units are there or differ.
    """
    used, weights = _linked(values, neighbours)
    z = used.to_numpy() - used.mean()
    expected = -1 / (len(z) - 1)
    found = float(z @ (weights @ z) / (z @ z))
    random, n_extreme = np.random.default_rng(seed), 0
    for size in _blocks(permutations):
        shuffled = np.ascontiguousarray(random.permuted(np.tile(z, (size, 1)), axis=1).T)
        simulated = np.einsum("ij,ij->j", shuffled, weights @ shuffled) / (z @ z)
        far = sameness.at_least(np.abs(simulated - expected), abs(found - expected), largest=1.0)
        n_extreme += int(far.sum())
    return Moran(
        i=found,
        expected=expected,
        p_permutation=(n_extreme + 1) / (permutations + 1),
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

    Parameters
    ----------
    values, neighbours
        As `moran`.

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
            "survives_fdr": false_discoveries_controlled(p) <= alpha,
        },
        index=used.index,
    )
    return found.reindex(values.index)


def false_discoveries_controlled(p: Array) -> Array:
    """P values for all tests at once, by Benjamini and Hochberg (1995).

    A missing p is no test: it stays missing, and the others are as without it.
    """
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known])[::-1]]
    scaled = p[order] * len(order) / np.arange(len(order), 0, -1)
    adjusted = np.full(len(p), np.nan)
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled), 1.0)
    return adjusted


def _linked(values: pd.Series, neighbours: pd.DataFrame) -> tuple[pd.Series, scipy.sparse.csr_array]:
    """Values of the units that have a neighbour with a value, by unit, and their row-standardised weights."""
    findings = [f"{values.name}: {line}" for line in _findings(values, neighbours)]
    if findings:
        raise errors.InputError(findings)
    known = values.dropna().index
    links = _closed(neighbours[neighbours["focal"].isin(known) & neighbours["neighbour"].isin(known)])
    used = values.loc[sorted(set(links["focal"]))].astype(float)
    n_different = len(np.unique(sameness.settled(np.asarray(used, dtype=float))))
    if len(used) < _LEAST_UNITS or n_different < 2:
        raise errors.InputError(
            f"{values.name}: {len(used)} units with a value and a neighbour, "
            f"{n_different} different values; expected at least {_LEAST_UNITS} units and 2 values"
        )
    row, column = (used.index.get_indexer(pd.Index(links[end])) for end in ("focal", "neighbour"))
    share = 1 / np.bincount(row)[row]
    return used, scipy.sparse.coo_array((share, (row, column)), shape=(len(used), len(used))).tocsr()


def _closed(links: pd.DataFrame) -> pd.DataFrame:
    """Links among units that have links of their own: to leave one out may leave another without any."""
    while not (kept := links["neighbour"].isin(links["focal"])).all():
        links = links[kept]
    return links


def _findings(values: pd.Series, neighbours: pd.DataFrame) -> Iterator[str]:
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    for unit, value in values[np.isinf(numbers)].items():
        yield f"unit {unit} has {value}; expected a finite number or nothing"
    yield from (f"unit {unit} is named twice" for unit in values.index[values.index.duplicated()].unique())
    ends = neighbours[["focal", "neighbour"]]
    strange = sorted(set(ends.to_numpy().ravel()) - set(values.index))
    yield from (f"neighbour {unit!r} is none of its units" for unit in strange)
    for focal in ends["focal"][ends["focal"] == ends["neighbour"]].unique():
        yield f"unit {focal!r} is its own neighbour; expected another unit"
    for focal, neighbour in ends[ends.duplicated()].drop_duplicates().itertuples(index=False):
        yield f"neighbour {neighbour!r} of unit {focal!r} is named twice"


def _pseudo_p(
    z: Array, lag: Array, weights: scipy.sparse.csr_array, *, permutations: int, random: np.random.Generator
) -> Array:
    """Two-sided p of each unit: how many draws of its neighbours from the other units lie as far out."""
    n_neighbours = np.diff(weights.indptr)
    rest = [np.delete(z, unit) for unit in range(len(z))]
    slack = sameness.slack(z * lag, largest=np.abs(z).max() ** 2)
    above, below = np.zeros(len(z)), np.zeros(len(z))
    for size in _blocks(permutations):
        others = _others(len(z) - 1, n_neighbours.max(), size=size, random=random)
        for unit, count in enumerate(n_neighbours):
            shares = weights.data[weights.indptr[unit] : weights.indptr[unit + 1]]
            likeness = z[unit] * (shares @ rest[unit][others[:count]] - lag[unit])
            above[unit] += (likeness >= -slack[unit]).sum()
            below[unit] += (likeness <= slack[unit]).sum()
    p: Array = np.minimum(1.0, 2 * (np.minimum(above, below) + 1) / (permutations + 1))
    return p


def _others(n: int, count: int, *, size: int, random: np.random.Generator) -> npt.NDArray[np.intp]:
    """Draw ``count`` of the numbers below ``n`` without replacement, ``size`` times (count × size).

    The first steps of a shuffle (Fisher and Yates) are enough: nobody has more neighbours than that.
    """
    pool = np.tile(np.arange(n, dtype=np.intp)[:, None], (1, size))
    columns = np.arange(size)
    for place in range(count):
        chosen = random.integers(place, n, size=size)
        pool[place], pool[chosen, columns] = pool[chosen, columns], pool[place].copy()
    return pool[:count]


def _blocks(permutations: int) -> list[int]:
    whole, rest = divmod(permutations, _BLOCK)
    return [_BLOCK] * whole + [rest] * (rest > 0)
