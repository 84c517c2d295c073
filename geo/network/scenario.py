"""What-if: states and delays of crossings, speeds of classes; applied to a network, never written into it."""

from __future__ import annotations

import collections.abc
import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import errors
from geo.network import graph


@dataclasses.dataclass(frozen=True)
class Scenario:
    """What differs from the base; nothing by default.

    Parameters
    ----------
    states
        State by crossing, one of ``passable``.
    delays_min
        Delay in minutes by crossing.
    speeds_kmh
        Speed by class of edges, or of the ground (:data:`geo.network.graph.GROUND_CLASS`).
    passable
        The states that a crossing may have, and whether it may be passed in each.
    """

    states: collections.abc.Mapping[str, str] = dataclasses.field(default_factory=dict)
    delays_min: collections.abc.Mapping[str, float] = dataclasses.field(default_factory=dict)
    speeds_kmh: collections.abc.Mapping[str, float] = dataclasses.field(default_factory=dict)
    passable: collections.abc.Mapping[str, bool] = dataclasses.field(default_factory=lambda: graph.STATES)


def apply(base: graph.Network, scenario: Scenario) -> graph.Network:
    """Return the network under a scenario; nodes and edges keep their numbers.

    Raises
    ------
    InputError
        One line for each unknown crossing, state or class and each delay or speed out of range.
    """
    findings = [*_crossing_findings(base, scenario), *_speed_findings(base, scenario)]
    if findings:
        raise errors.InputError(findings)
    return dataclasses.replace(base, edges=_edges(base, scenario), crossings=_crossings(base, scenario))


def _edges(base: graph.Network, scenario: Scenario) -> gpd.GeoDataFrame:
    if not scenario.speeds_kmh:
        return base.edges
    before = base.edges["speed_kmh"]
    after = base.edges["edge_class"].map(scenario.speeds_kmh).astype(float).fillna(before)
    travel_min = base.edges["travel_min"] * before / after
    edges: gpd.GeoDataFrame = base.edges.assign(speed_kmh=after, travel_min=travel_min)
    return edges


def _crossings(base: graph.Network, scenario: Scenario) -> pd.DataFrame:
    before = base.crossings
    state = _replaced(before["state"], scenario.states)
    delay_min = _replaced(before["delay_min"], scenario.delays_min).astype(float)
    is_passable = state.map(scenario.passable).astype(bool)
    return before.assign(state=state, delay_min=delay_min, is_passable=is_passable)


def _replaced(before: pd.Series, changes: collections.abc.Mapping[str, object]) -> pd.Series:
    values = [
        changes.get(label, value) for label, value in zip(before.index.astype(str), before, strict=True)
    ]
    return pd.Series(values, index=before.index, dtype=before.dtype)


def _crossing_findings(base: graph.Network, scenario: Scenario) -> list[str]:
    known = set(base.crossings.index)
    stated = {str(name): str(state) for name, state in base.crossings["state"].items()}
    expected = ", ".join(sorted(known)) or "none, the network has no crossings"
    findings = [
        f"scenario: unknown crossing {name!r}; expected one of: {expected}"
        for name in [*scenario.states, *scenario.delays_min]
        if name not in known
    ]
    findings += [
        f"scenario: crossing {name!r} has state {state!r}; expected one of: {', '.join(scenario.passable)}"
        for name, state in (stated | dict(scenario.states)).items()
        if state not in scenario.passable
    ]
    findings += [
        f"scenario: delay at crossing {name!r} is {delay}; expected minutes, 0 or more"
        for name, delay in scenario.delays_min.items()
        if not (np.isfinite(delay) and delay >= 0)
    ]
    return findings


def _speed_findings(base: graph.Network, scenario: Scenario) -> list[str]:
    known = {*base.edges["edge_class"], graph.GROUND_CLASS}
    findings = [
        f"scenario: unknown class {name!r}; expected one of: {', '.join(sorted(known))}"
        for name in scenario.speeds_kmh
        if name not in known
    ]
    findings += [
        f"scenario: speed of class {name!r} is {speed}; expected km/h above 0"
        for name, speed in scenario.speeds_kmh.items()
        if not (np.isfinite(speed) and speed > 0)
    ]
    return findings
