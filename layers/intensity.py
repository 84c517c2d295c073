"""Cooperation intensity of oblasts, districts and pairs: realised, potential and convergence.

``framework.csv`` says which figures make up each family at each level; one with a weight of 0 is shown
and does not count. Missing figures lower the coverage and are never imputed.
"""

from __future__ import annotations

import pathlib

import pandas as pd
import pandera.pandas as pa

from layers import (
    catalogue,
    contracts,
    intensity_clusters,
    intensity_levels,
    intensity_realised,
    intensity_scores,
    network,
    store,
    study_area,
)

READS = intensity_levels.READS
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


def read_framework(path: pathlib.Path = store.TABLES / "framework.csv") -> pd.DataFrame:
    """Read the indicator framework, every column text.

    Raises
    ------
    InputError
        One line for each cell that is not as the contract says.
    """
    table = store.read_table(path)
    contracts.check(table, _framework(), file=path.name)
    return table


def read_rates(path: pathlib.Path = store.TABLES / "exchange_rates.csv") -> pd.DataFrame:
    """Read mean exchange rates of years, with their sources."""
    table = store.read_table(path)
    contracts.check(table, _rates(), file=path.name)
    return table.astype({"rate": float})


def frames(layers: network.Frames, table: pd.DataFrame, rates: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Every table of cooperation intensity.

    Parameters
    ----------
    layers
        The layers of `READS`.
    table, rates
        As `read_framework` and `read_rates` give them.

    Returns
    -------
    dict
        ``framework``, the units by level (see `LEVELS`), ``intensity_terms``,
        ``intensity_left_out``, ``intensity_doubt`` and ``intensity_moran``.

    Raises
    ------
    InputError
        One line for each thing wrong in the framework.
    """
    figures = intensity_levels.of_levels(layers, rates)
    numbers = {level: intensity_levels.values(found) for level, found in figures.items()}
    read = intensity_scores.frameworks(table, {level: set(found) for level, found in figures.items()})
    top = study_area.load().intensity.top
    scored = {level: intensity_scores.scores(numbers[level], read[level], top=top[level]) for level in LEVELS}
    units = {level: one.units for level, one in scored.items()}
    districts, neighbours = units["district"], intensity_clusters.neighbours(layers["districts"])
    units["district"] = pd.concat(
        [districts, intensity_clusters.gap(districts), intensity_clusters.clusters(districts, neighbours)],
        axis=1,
    )
    return {
        "framework": table,
        **{name: _shown(units[level], numbers[level], table, level) for level, (name, _) in LEVELS.items()},
        "intensity_terms": _terms(scored, figures, table),
        "intensity_left_out": _stacked({level: one.left_out for level, one in scored.items()}),
        "intensity_doubt": _stacked({level: one.doubt for level, one in scored.items()}),
        "intensity_moran": intensity_clusters.moran(districts, neighbours).round(_DECIMALS),
    }


def _shown(units: pd.DataFrame, numbers: pd.DataFrame, table: pd.DataFrame, level: str) -> pd.DataFrame:
    """Figures of the framework, then scores; the id of the level as first column."""
    ids = table.loc[table["level"] == level, "indicator"].tolist()
    shown = numbers[ids].join(units).round(_DECIMALS)
    return shown.rename_axis(LEVELS[level][1]).reset_index()


def _terms(
    scored: dict[str, intensity_scores.Scores],
    figures: dict[str, intensity_levels.Figures],
    table: pd.DataFrame,
) -> pd.DataFrame:
    """Terms of all scores with the periods and sources of their figures."""
    rows = _stacked({level: one.terms for level, one in scored.items()})
    key = ["level", "indicator", "unit_id"]
    rows = rows.merge(_told(figures), on=key, how="left", validate="many_to_one")
    static = table.set_index(["level", "indicator"])["source"]
    rows = rows.join(static, on=["level", "indicator"])
    pairs = rows[["source_ids", "source"]].fillna("").to_numpy()
    rows["source_ids"] = [intensity_realised.joined(*pair) for pair in pairs]
    rows[["period", "source_ids"]] = rows[["period", "source_ids"]].fillna("")
    rows.loc[rows["value"].isna(), ["period", "source_ids"]] = ""
    return rows[_TERMS].sort_values(["level", "unit_id", "family", "indicator"], ignore_index=True)


def _told(figures: dict[str, intensity_levels.Figures]) -> pd.DataFrame:
    """Periods and sources of all figures: ``level``, ``indicator``, ``unit_id``."""
    return pd.concat(
        figure[["period", "source_ids"]]
        .rename_axis("unit_id")
        .reset_index()
        .assign(level=level, indicator=name)
        for level, found in figures.items()
        for name, figure in found.items()
    )


def _stacked(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    rows = pd.concat([table.assign(level=level) for level, table in tables.items()], ignore_index=True)
    first = ["level", "family"]
    return rows[first + [name for name in rows if name not in first]].round(_DECIMALS)


def _framework() -> pa.DataFrameSchema:
    families = contracts.one_of(
        intensity_scores.FAMILIES, expected=f"one of {', '.join(intensity_scores.FAMILIES)}"
    )
    return pa.DataFrameSchema(
        {
            "level": pa.Column(str, contracts.one_of(LEVELS, expected=f"one of {', '.join(LEVELS)}")),
            "family": pa.Column(str, families),
            "indicator": pa.Column(str, contracts.filled()),
            "unit": pa.Column(str, contracts.filled()),
            "polarity": pa.Column(str, contracts.one_of(("1", "-1"), expected="1 or -1")),
            "transformation": pa.Column(
                str, contracts.one_of(("none", "log", "log1p"), expected="none, log or log1p")
            ),
            "weight": pa.Column(str, contracts.number(0, 1)),
            "source": pa.Column(
                str, contracts.all_of(catalogue.sources().index, expected="ids of sources.csv", blank=True)
            ),
            **contracts.texts("title"),
            **contracts.texts("unit"),
            **contracts.texts("about"),
        },
        checks=contracts.once(["level", "indicator"], field="indicator"),
        strict=True,
    )


def _rates() -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {
            "currency": pa.Column(str, contracts.filled()),
            "per_currency": pa.Column(str, contracts.filled()),
            "year": pa.Column(str, contracts.number(1990, 2100)),
            "rate": pa.Column(str, contracts.number(1e-9)),
            "source_id": pa.Column(
                str, contracts.one_of(catalogue.sources().index, expected="an id of sources.csv")
            ),
        },
        checks=contracts.once(["currency", "per_currency", "year"], field="year"),
        strict=True,
    )
