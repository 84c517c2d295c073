"""Cooperation intensity of oblasts, districts and pairs: realised, potential and convergence.

``framework.csv`` says which figures make up each family at each level; one with a weight of 0 is shown
and does not count. Missing figures lower the coverage and are never imputed.
"""

from __future__ import annotations

import pandas as pd

from layers.intensity import clusters, realised, scores
from layers.region import Region

LEVELS = {
    "oblast": ("intensity_oblasts", "unit_id"),
    "district": ("intensity_districts", "unit_id"),
    "oblast_pair": ("intensity_oblast_pairs", "border_id"),
    "district_pair": ("intensity_district_pairs", "pair_id"),
}

_TERMS = [
    *("level", "unit_id", "family", "indicator", "value", "normalised", "weight", "weight_used"),
    *("contribution", "period", "source_ids"),
]
_DECIMALS = 6


def frames(
    region: Region, found: pd.DataFrame, neighbours: pd.DataFrame, table: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Every table of cooperation intensity.

    Parameters
    ----------
    found, neighbours
        As `intensity_levels.figures` gives them.
    table
        As `intensity_framework.read` reads it.

    Returns
    -------
    dict
        ``framework``, the units by level (see `LEVELS`), ``intensity_terms``,
        ``intensity_left_out``, ``intensity_doubt``, ``intensity_variants``, ``intensity_methods`` and
        ``intensity_moran``.

    Raises
    ------
    InputError
        One line for each thing wrong in the framework.
    """
    numbers = {level: _values(found[found["level"] == level]) for level in LEVELS}
    read = scores.frameworks(
        region, table, {level: set(frame.columns.astype(str)) for level, frame in numbers.items()}
    )
    top = region.intensity.top
    scored = {
        level: scores.scores(region, numbers[level], read[level], level=level, top=top[level])
        for level in LEVELS
    }
    units = {level: one.units for level, one in scored.items()}
    districts = units["district"]
    units["district"] = pd.concat(
        [districts, clusters.gap(districts), clusters.clusters(region, districts, neighbours)],
        axis=1,
    )
    return {
        "framework": _sourced(table, found),
        **{name: _shown(units[level], numbers[level], table, level) for level, (name, _) in LEVELS.items()},
        "intensity_terms": _terms(scored, found, table),
        "intensity_left_out": _stacked({level: one.left_out for level, one in scored.items()}),
        "intensity_doubt": _stacked({level: one.doubt for level, one in scored.items()}),
        "intensity_variants": _stacked({level: one.variants for level, one in scored.items()}),
        "intensity_methods": _stacked({level: one.methods for level, one in scored.items()}),
        "intensity_moran": clusters.moran(region, districts, neighbours).round(_DECIMALS),
    }


def _sourced(table: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Name the sources of the figures of each indicator whose row names none."""
    ids = found["source_ids"].fillna("").groupby([found["level"], found["indicator"]])
    told = ids.agg(lambda own: realised.joined(*own))
    of_figures = told.reindex(pd.MultiIndex.from_frame(table[["level", "indicator"]])).to_numpy()
    return table.assign(source=table["source"].where(table["source"] != "", of_figures))


def _values(found: pd.DataFrame) -> pd.DataFrame:
    """Values of one level as columns, in the order of the figures."""
    table = found.pivot_table("value", "unit_id", "indicator", aggfunc="first", dropna=False)
    return table[found["indicator"].unique()].rename_axis(columns=None)


def _shown(units: pd.DataFrame, numbers: pd.DataFrame, table: pd.DataFrame, level: str) -> pd.DataFrame:
    """Figures of the framework, then scores; the id of the level as first column."""
    ids = table.loc[table["level"] == level, "indicator"].tolist()
    shown = numbers[ids].join(units).round(_DECIMALS)
    return shown.rename_axis(LEVELS[level][1]).reset_index()


def _terms(
    scored: dict[str, scores.Scores],
    found: pd.DataFrame,
    table: pd.DataFrame,
) -> pd.DataFrame:
    """Terms of all scores with the periods and sources of their figures."""
    rows = _stacked({level: one.terms for level, one in scored.items()})
    key = ["level", "indicator", "unit_id"]
    rows = rows.merge(found[[*key, "period", "source_ids"]], on=key, how="left", validate="many_to_one")
    static = table.set_index(["level", "indicator"])["source"]
    rows = rows.join(static, on=["level", "indicator"])
    pairs = rows[["source_ids", "source"]].fillna("").to_numpy()
    rows["source_ids"] = [realised.joined(*pair) for pair in pairs]
    rows[["period", "source_ids"]] = rows[["period", "source_ids"]].fillna("")
    rows.loc[rows["value"].isna(), ["period", "source_ids"]] = ""
    return rows[_TERMS].sort_values(["level", "unit_id", "family", "indicator"], ignore_index=True)


def _stacked(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    rows = pd.concat([table.assign(level=level) for level, table in tables.items()], ignore_index=True)
    first = ["level", "family"]
    return rows[first + [name for name in rows if name not in first]].round(_DECIMALS)
