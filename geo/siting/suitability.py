"""Where could something be built: exclusion, criteria, suitability of cells and ranked patches.

Cells and patches are scored by `composite`, so that terms and doubt are those of any composite.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.ndimage

from geo import errors, sameness
from geo.raster import arrays, grid
from geo.scores import composite, framework
from geo.siting import profile

Array = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Labels = npt.NDArray[np.int32]


@dataclasses.dataclass(frozen=True, eq=False)
class Exclusion:
    """Which cells are left, and what took the others.

    Parameters
    ----------
    eligible
        Rows × columns.
    report
        Indexed by ``mask``: ``cells`` excluded by it, ``cells_alone`` (by it and no other) and
        ``share`` of all cells inside.
    """

    eligible: Bools
    report: pd.DataFrame


@dataclasses.dataclass(frozen=True, eq=False)
class Suitability:
    """Suitability of the eligible cells.

    Parameters
    ----------
    score, coverage
        Rows × columns, missing where not eligible; as of `composite.score`.
    criteria
        Criteria (0 to 1) of the eligible cells, indexed by ``cell`` (row × columns + column).
    """

    score: Array
    coverage: Array
    criteria: pd.DataFrame


@dataclasses.dataclass(frozen=True, eq=False)
class Patches:
    """Contiguous eligible ground.

    Parameters
    ----------
    labels
        Rows × columns: number of the patch, -1 where there is none.
    table
        Indexed by ``patch``, best first: ``score``, ``rank`` and ``coverage`` of its mean criteria,
        ``area_km2``, ``cells``, ``cell_score_mean``, ``cell_score_max``, and ``x_m``, ``y_m``, the
        centre of its best cell.
    criteria
        Mean criteria (0 to 1) indexed by ``patch``, for `composite.terms` and `uncertainty.draw`.
    """

    labels: Labels
    table: pd.DataFrame
    criteria: pd.DataFrame

    def polygons(self, on: grid.Grid) -> gpd.GeoSeries:
        """Outline of each patch, for maps and for `zonal.statistics`."""
        outlines = grid.polygonise(on, self.labels).rename_axis("patch")
        return outlines.reindex(self.table.index)


def exclude(inside: Bools, masks: Mapping[str, Bools]) -> Exclusion:
    """Take all cells out that any mask excludes.

    Parameters
    ----------
    inside
        Cells in question, rows × columns.
    masks
        By name, True where a cell is excluded.

    Raises
    ------
    InputError
        For arrays that are not of bool or have masked cells, for masks of another shape, and when nothing
        is left.
    """
    inside = arrays.truths("inside", inside)
    masks = {name: arrays.truths(f"mask {name}", mask) for name, mask in masks.items()}
    wrong = [f"mask {name}: shape {mask.shape}" for name, mask in masks.items() if mask.shape != inside.shape]
    if wrong:
        raise errors.InputError(f"{line}; expected {inside.shape}" for line in wrong)
    hits = np.sum([inside & mask for mask in masks.values()], axis=0) if masks else np.zeros(inside.shape)
    rows = {
        name: (int((inside & mask).sum()), int((inside & mask & (hits == 1)).sum()))
        for name, mask in masks.items()
    }
    report = pd.DataFrame.from_dict(rows, orient="index", columns=["cells", "cells_alone"])
    report["share"] = report["cells"] / max(int(inside.sum()), 1)
    eligible = inside & (hits == 0)
    if not eligible.any():
        taken = ", ".join(f"{name} {share:.0%}" for name, share in report["share"].items())
        raise errors.InputError(f"no cell is left of {int(inside.sum())}: excluded by {taken or 'no mask'}")
    return Exclusion(eligible, report.rename_axis("mask"))


def suitability(
    purpose: profile.Profile,
    layers: Mapping[str, Array],
    eligible: Bools,
    *,
    aggregation: str = "geometric",
    minimum_coverage: float = 0.5,
) -> Suitability:
    """Value the criteria of the eligible cells and weigh them into one score.

    Parameters
    ----------
    layers
        By criterion, rows × columns in its own unit; missing and masked values lower the coverage, an
        infinite one is worth what the last limit is.
    eligible
        Rows × columns, as `exclude` gives it.

    Raises
    ------
    InputError
        One line for each layer that is missing or of another shape; if an array is of the wrong kind.
    """
    eligible = arrays.truths("eligible", eligible)
    layers = {name: arrays.floats(f"layer {name}", layer) for name, layer in layers.items()}
    findings = framework.unknown_ids([criterion.id for criterion in purpose.criteria], layers)
    findings += [
        f"layer {name}: shape {layer.shape}; expected {eligible.shape}"
        for name, layer in layers.items()
        if layer.shape != eligible.shape
    ]
    if findings:
        raise errors.InputError(findings)
    values = pd.DataFrame(
        {criterion.id: criterion.value(layers[criterion.id][eligible]) for criterion in purpose.criteria},
        index=pd.Index(np.flatnonzero(eligible), name="cell"),
    )
    found = composite.score(values, purpose.indicators, method=method(aggregation, minimum_coverage))
    return Suitability(
        _on_grid(found["score"], eligible.shape), _on_grid(found["coverage"], eligible.shape), values
    )


def patches(
    on: grid.Grid,
    found: Suitability,
    purpose: profile.Profile,
    *,
    least_score: float,
    least_km2: float,
    diagonal: bool = False,
    aggregation: str = "geometric",
) -> Patches:
    """Contiguous cells of at least ``least_score``, at least ``least_km2`` large, ranked by mean criteria.

    Parameters
    ----------
    diagonal
        Whether cells that share only a corner are contiguous.

    Raises
    ------
    InputError
        If no patch is large enough.
    """
    good = np.nan_to_num(found.score, nan=-np.inf) >= least_score
    pieces, _ = scipy.ndimage.label(good, structure=np.ones((3, 3)) if diagonal else None)
    n_cells = np.bincount(pieces.ravel())[1:]
    kept = np.flatnonzero(sameness.at_least(n_cells * on.cell_km2, least_km2)) + 1
    if not len(kept):
        largest = n_cells.max(initial=0) * on.cell_km2
        raise errors.InputError(
            f"no patch of {least_km2:g} km² with a suitability of {least_score:g}: the largest has "
            f"{largest:g} km², the best cell {np.nanmax(found.score, initial=0):.3f}"
        )
    piece = pd.Series(pieces.ravel()[found.criteria.index], index=found.criteria.index, name="piece")
    means = found.criteria.groupby(piece).mean().loc[kept]
    ranked = composite.score(means, purpose.indicators, method=method(aggregation))
    ranked = ranked.sort_values("score", ascending=False, kind="stable")
    labels = _renumbered(pieces, ranked.index)
    order = pd.RangeIndex(len(ranked), name="patch")
    table = ranked.set_axis(order).join(_cells(on, labels, found.score))
    return Patches(labels, table, means.loc[ranked.index].set_axis(order))


def method(aggregation: str, minimum_coverage: float = 0.5) -> composite.Method:
    """How criteria, which are already values from 0 to 1, become a score."""
    return composite.Method(normalisation="given", aggregation=aggregation, minimum_coverage=minimum_coverage)


def _on_grid(values: pd.Series, shape: tuple[int, ...]) -> Array:
    found = np.full(shape, np.nan)
    found.ravel()[values.index.to_numpy()] = values.to_numpy(dtype=float)
    return found


def _renumbered(pieces: Labels, order: pd.Index) -> Labels:
    numbers = np.full(int(pieces.max()) + 1, -1, dtype=np.int32)
    numbers[order.to_numpy()] = np.arange(len(order), dtype=np.int32)
    labels: Labels = numbers[pieces]
    return labels


def _cells(on: grid.Grid, labels: Labels, score: Array) -> pd.DataFrame:
    x_m, y_m = grid.centres(on)
    inside = labels.ravel() >= 0
    cells = pd.DataFrame(
        {"patch": labels.ravel(), "score": score.ravel(), "x_m": x_m, "y_m": y_m},
    )[inside]
    groups = cells.groupby("patch")["score"]
    best = cells.loc[groups.idxmax()].set_index("patch")
    return pd.DataFrame(
        {
            "area_km2": groups.size() * on.cell_km2,
            "cells": groups.size(),
            "cell_score_mean": groups.mean(),
            "cell_score_max": groups.max(),
            "x_m": best["x_m"],
            "y_m": best["y_m"],
        }
    )
