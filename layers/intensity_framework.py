"""The tables by hand behind cooperation intensity: the indicator framework and the exchange rates."""

from __future__ import annotations

import pathlib

import pandas as pd
import pandera.pandas as pa

from geo import framework
from layers import catalogue, contracts, store, study_area, weights

LEVELS = ("oblast", "district", "oblast_pair", "district_pair")
FAMILIES = study_area.FAMILIES


def read(path: pathlib.Path = store.TABLES / "framework.csv") -> pd.DataFrame:
    """Read the indicator framework, every column text; the weights of a family sum to one at each level.

    Raises
    ------
    InputError
        One line for each cell that is not as the contract says, or for each family without any weight.
    """
    table = store.read_table(path)
    contracts.check(table, _schema(), file=path.name)
    return table.assign(weight=weights.rescaled("framework.csv", table.to_dict("records")))


def read_rates(path: pathlib.Path = store.TABLES / "exchange_rates.csv") -> pd.DataFrame:
    """Read mean exchange rates of years, with their sources."""
    table = store.read_table(path)
    contracts.check(table, _rates(), file=path.name)
    return table.astype({"rate": float})


def _schema() -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {
            "level": pa.Column(str, _one_of(LEVELS)),
            "family": pa.Column(str, _one_of(FAMILIES)),
            "indicator": pa.Column(str, contracts.filled()),
            "unit": pa.Column(str, contracts.filled()),
            "polarity": pa.Column(str, contracts.one_of(("1", "-1"), expected="1 or -1")),
            "transformation": pa.Column(str, _one_of(framework.TRANSFORMATIONS)),
            "weight": pa.Column(str, contracts.number(0, weights.MOST)),
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


def _one_of(values: tuple[str, ...]) -> pa.Check:
    return contracts.one_of(values, expected=f"one of {', '.join(values)}")
