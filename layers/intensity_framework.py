"""The tables by hand behind cooperation intensity: the indicator framework and the exchange rates."""

from __future__ import annotations

import pathlib

import pandas as pd
import pandera.pandas as pa

from geo import errors, framework
from layers import catalogue, contracts, goalposts, store, study_area, weights

LEVELS = ("oblast", "district", "oblast_pair", "district_pair")
FAMILIES = study_area.FAMILIES


def read(path: pathlib.Path = store.TABLES / "framework.csv") -> pd.DataFrame:
    """Read the indicator framework, every column text; the weights of a family sum to one at each level.

    Raises
    ------
    InputError
        One line for each cell that is not as the contract says, for each family without any weight, and for
        each indicator of a level with few units that has no goalposts.
    """
    table = store.read_table(path)
    contracts.check(table, _schema(), file=path.name)
    findings = [line for level in _few() for line in _uncompared(table, level, path.name)]
    if findings:
        raise errors.InputError(findings)
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
            **goalposts.columns(),
        },
        checks=[contracts.once(["level", "indicator"], field="indicator"), *goalposts.checks("level")],
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


def _few() -> dict[str, int]:
    """Levels of few units: as many as the study area says, of pairs at most as many as could be."""
    area = study_area.load()
    sides = [sum(oblast.startswith(country) for oblast in area.oblasts) for country in area.countries]
    at_most = {"oblast": len(area.oblasts), "oblast_pair": sides[0] * sides[1]}
    return {level: units for level, units in at_most.items() if units < framework.FEWEST_COMPARED}


def _uncompared(table: pd.DataFrame, level: str, file: str) -> list[str]:
    rows = table[(table["level"] == level) & (table["weight"].astype(float) > 0)]
    return [
        f"{file}: row {row + 2}: {goalposts.LOW} = ''; expected a number, as level {level} has fewer than "
        f"{framework.FEWEST_COMPARED} units"
        for row in rows.index[rows[goalposts.LOW] == ""]
    ]


def _one_of(values: tuple[str, ...]) -> pa.Check:
    return contracts.one_of(values, expected=f"one of {', '.join(values)}")
