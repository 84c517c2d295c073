"""Where potential and realised cooperation part, and where high and low potential lie together."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import sameness
from geo.flows import autocorrelation
from geo.scores import bivariate
from layers.region import Region

MEASURES = ("realised_score", "potential_score", "overall_score")
_GAP = ("potential_score", "realised_score")
LABELS = {
    "HH": "high-high",
    "LL": "low-low",
    "HL": "high-low",
    "LH": "low-high",
    autocorrelation.NOT_SIGNIFICANT: "not_significant",
}


def gap(scores: pd.DataFrame) -> pd.DataFrame:
    """Classes of potential and realised, and how far realised falls short of potential.

    Potential is cut in thirds. Of realised, class 1 has nothing documented, that is the lowest score;
    the others are halved into 2 and 3.

    Parameters
    ----------
    scores
        ``potential_score`` and ``realised_score``, indexed by unit.

    Returns
    -------
    pandas.DataFrame
        ``potential_class``, ``realised_class``, ``bivariate`` (such as ``3-1``), ``shortfall`` (-1 to 1:
        share of units of less potential minus share of units with less realised) and ``falls_short``;
        missing where either score is. No column if one of the two is no family of the region.
    """
    if not set(_GAP) <= set(scores.columns):
        return pd.DataFrame(index=scores.index)
    settled = {name: sameness.settled(scores[name].to_numpy(dtype=float)) for name in _GAP}
    potential, realised = (pd.Series(settled[name], index=scores.index, name=name) for name in _GAP)
    both = potential.notna() & realised.notna()
    some = realised.where(realised > realised.min())
    classes = {
        "potential_class": 1 + np.searchsorted(bivariate.breaks(potential[both]), potential),
        "realised_class": np.where(some.isna(), 1, 2 + (some > some[both].median())),
    }
    found = pd.DataFrame(classes, index=scores.index).astype("Int64").where(both)
    found["bivariate"] = (
        found["potential_class"].astype(str) + "-" + found["realised_class"].astype(str)
    ).where(both, "")
    lacking = bivariate.shortfall(potential, realised)[["gap", "falls_short"]]
    return found.join(lacking.rename(columns={"gap": "shortfall"}))


def neighbours(region: Region, districts: gpd.GeoDataFrame) -> pd.DataFrame:
    """Districts that touch: ``focal``, ``neighbour``, and ``is_abroad`` where the border is between them."""
    coverage = districts.to_crs(region.crs).set_index("unit_id").sort_index()
    touching = autocorrelation.contiguity(coverage.geometry)
    first, second = (touching[end].map(coverage["country"]) for end in ("focal", "neighbour"))
    return touching.assign(is_abroad=first != second)


def clusters(region: Region, scores: pd.DataFrame, of: pd.DataFrame) -> pd.DataFrame:
    """Local clusters of the potential, with links across the border and without.

    Returns
    -------
    pandas.DataFrame
        Indexed like ``scores``, for links ``crossed`` and ``kept``: ``lisa_…``, ``lisa_…_p`` and
        ``lisa_…_survives_fdr``, whether p holds when all units are tested at once.
    """
    parameters = region.intensity
    columns: dict[str, pd.Series] = {}
    for border, links in _by_border(of):
        found = autocorrelation.local_clusters(
            scores["potential_score"],
            links,
            alpha=parameters.alpha,
            permutations=parameters.permutations_local,
        ).reindex(scores.index)
        columns[f"lisa_{border}"] = found["cluster"].map(LABELS).fillna("")
        columns[f"lisa_{border}_p"] = found["p"]
        columns[f"lisa_{border}_survives_fdr"] = found["survives_fdr"].astype("boolean")
    return pd.DataFrame(columns, index=scores.index)


def moran(region: Region, scores: pd.DataFrame, of: pd.DataFrame) -> pd.DataFrame:
    """Moran's I of the scores: ``measure``, ``border`` (crossed or kept), ``i``, ``expected``, p and n."""
    permutations = region.intensity.permutations
    rows = []
    for border, links in _by_border(of):
        for measure in (name for name in MEASURES if name in scores):
            found = autocorrelation.moran(scores[measure], links, permutations=permutations)
            rows.append(
                {
                    "measure": measure,
                    "border": border,
                    "i": found.i,
                    "expected": found.expected,
                    "p_permutation": found.p_permutation,
                    "n": found.n,
                }
            )
    return pd.DataFrame(rows).sort_values(["measure", "border"], ignore_index=True)


def _by_border(of: pd.DataFrame) -> tuple[tuple[str, pd.DataFrame], ...]:
    """Neighbours with links across the border (``crossed``) and without (``kept``)."""
    return ("crossed", of), ("kept", of[~of["is_abroad"]])
