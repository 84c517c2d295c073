"""What-if: crossings closed or opened, delays and speeds changed, and what differs from the base.

``scenarios.csv`` has a row for each change: ``crossing_id`` (an id, ``*`` for every road crossing, or
``*unknown`` for every one of that state) with a new ``state`` or ``delay_min``, or ``edge_class`` with a
new ``speed_kmh``. Rows of one ``scenario_id`` belong together.
"""

from __future__ import annotations

import dataclasses
import pathlib

import numpy as np
import pandas as pd
import pandera.pandas as pa

from geo import routes, routing, scenario
from layers import contracts, corridors, network, store

_STATES = (*sorted(scenario.PASSABLE), "closed")
_MEASURES = ("crossing_min", "partner_centre_min")


def scenarios(path: pathlib.Path = store.TABLES / "scenarios.csv") -> pd.DataFrame:
    """Read the changes, every column text.

    Raises
    ------
    InputError
        One line for each cell that is not as the contract says.
    """
    table = store.read_table(path)
    contracts.check(table, _SCHEMA, file=path.name)
    return table


def titles(table: pd.DataFrame) -> pd.DataFrame:
    """Scenarios with their titles, a row each."""
    named = table[["scenario_id", *table.columns[table.columns.str.startswith("title_")]]]
    return named.drop_duplicates("scenario_id").sort_values("scenario_id", ignore_index=True)


def build(layers: network.Frames, table: pd.DataFrame) -> dict[str, scenario.Scenario]:
    """Scenarios by id, their crossings spelled out."""
    base = network.base_scenario(layers)
    return {
        str(name): dataclasses.replace(
            base,
            states=_changes(layers, rows, "state"),
            delays_min=_numbers(_changes(layers, rows, "delay_min")),
            speeds_kmh=_numbers(_pairs(rows, "edge_class", "speed_kmh")),
        )
        for name, rows in table.groupby("scenario_id", sort=True)
    }


def of_districts(layers: network.Frames, change: scenario.Scenario) -> pd.DataFrame:
    """Minutes from the centre of each district to the nearest crossing and to the nearest centre abroad."""
    attached = network.by_road(layers, change=change)
    centres = network.centres(layers)
    ids = centres.index.tolist()
    gates = attached.network.crossings
    passable = sorted(gates.index[gates["is_passable"]])
    between = routing.times(attached, origins=ids, destinations=ids)
    same = centres["side"].to_numpy()[:, None] == centres["side"].to_numpy()
    found = {"partner_centre_min": between.mask(same, np.inf).min(axis=1)}
    if passable:
        found["crossing_min"] = routing.times(attached, origins=ids, destinations=passable).min(axis=1)
    table = pd.DataFrame(found, index=ids).reindex(columns=list(_MEASURES))
    return table.where(np.isfinite(table)).rename_axis("unit_id")


def of_corridors(layers: network.Frames, change: scenario.Scenario) -> pd.DataFrame:
    """Least time, length and crossings of each corridor."""
    attached = network.by_road(layers, change=change)
    wanted = corridors.pairs()
    found = routes.routes(attached, wanted[["from_id", "to_id"]].itertuples(index=False, name=None))
    there = np.isfinite(found["travel_min"])
    return pd.DataFrame(
        {
            "travel_min": found["travel_min"].where(there),
            "length_km": found["length_km"].where(there),
            "crossing_ids": found["crossing_ids"].str.join(" "),
        }
    ).set_index(pd.Index(wanted["corridor_id"]))


def differences(layers: network.Frames, table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Compare every scenario with the base.

    Returns
    -------
    dict
        ``scenario_districts`` and ``scenario_corridors``: a row for each scenario and unit or corridor, the
        figures under the scenario and ``change_…`` against the base; missing where there is no way.
    """
    base = network.base_scenario(layers)
    homes, ways = of_districts(layers, base), of_corridors(layers, base)
    districts, routed = [], []
    for name, change in build(layers, table).items():
        after = of_districts(layers, change)
        districts.append(_changed(after, homes, _MEASURES, name))
        routed.append(_changed(of_corridors(layers, change), ways, ("travel_min", "length_km"), name))
    return {
        "scenario_districts": pd.concat(districts, ignore_index=True),
        "scenario_corridors": pd.concat(routed, ignore_index=True),
    }


def _changed(
    after: pd.DataFrame, before: pd.DataFrame, measures: tuple[str, ...], scenario_id: str
) -> pd.DataFrame:
    change = (after[list(measures)] - before[list(measures)]).add_prefix("change_")
    table = after.join(change).round(1).sort_index().reset_index()
    # A change of minus zero is none.
    table[change.columns] += 0.0
    table.insert(0, "scenario_id", scenario_id)
    return table


def _changes(layers: network.Frames, rows: pd.DataFrame, column: str) -> dict[str, str]:
    """Spell out the crossings of the rows that change something."""
    told = _pairs(rows, "crossing_id", column)
    return {crossing: value for pattern, value in told.items() for crossing in _spelled(layers, pattern)}


def _pairs(rows: pd.DataFrame, key: str, value: str) -> dict[str, str]:
    told = rows[rows[value] != ""]
    return dict(zip(told[key].astype(str), told[value].astype(str), strict=True))


def _numbers(told: dict[str, str]) -> dict[str, float]:
    return {key: float(value) for key, value in told.items()}


def _spelled(layers: network.Frames, pattern: str) -> list[str]:
    if not pattern.startswith("*"):
        return [pattern]
    known = network.crossings(layers, "road")["state"]
    state = pattern.removeprefix("*")
    return [str(one) for one, own in known.items() if state in ("", own)]


_SCHEMA = pa.DataFrameSchema(
    {
        "scenario_id": pa.Column(str, contracts.filled()),
        "crossing_id": pa.Column(str),
        "state": pa.Column(
            str,
            contracts.one_of((*_STATES, ""), expected="a state of a crossing"),
        ),
        "delay_min": pa.Column(str, contracts.number(0, 1_440, blank=True)),
        "edge_class": pa.Column(str),
        "speed_kmh": pa.Column(str, contracts.number(1, 350, blank=True)),
        **contracts.texts("title"),
    },
    strict=True,
)
