"""Settlements: a town in each district, lesser towns where two cells are one district, villages around."""

from __future__ import annotations

import numpy as np
import pandas as pd

from layers.dictionary import ids
from scripts.bench.synthetic import ground, names, spec, units

COUNTED = "census-2021"
_TOWN, _LESSER, _VILLAGE = "city", "urban_settlement", "rural"
# Median and spread (of the logarithm) of the persons.
_PERSONS = {_TOWN: (12_000, 0.9), _LESSER: (3_000, 0.9), _VILLAGE: (600, 0.8)}
_CITY_TIMES = 8
# Of a village from the hub of its cell, in sides of a cell, and to the west of it: lakes and the enclave lie
# in the east of their cells.
_AWAY = (0.08, 0.27)
_TOWARDS = (0.55 * np.pi, 1.45 * np.pi)


def settlements(of: spec.Spec, on: ground.Ground, known: units.Units) -> pd.DataFrame:
    """Draw all settlements; the town of a district is its centre."""
    random = of.random("people")
    first = np.array([on.hubs[cells[0]] for cells in on.cells_of])
    others = [(unit, on.hubs[cell]) for unit, cells in enumerate(on.cells_of) for cell in cells[1:]]
    if on.enclave is not None:
        others.append((on.enclave.owner, on.enclave.middle_m))
    around = np.repeat(np.arange(of.units), of.villages)
    parts = [
        _drawn(random, _TOWN, np.arange(of.units), first),
        _drawn(
            random,
            _LESSER,
            np.array([unit for unit, _ in others], dtype=np.int64),
            np.array([xy for _, xy in others]),
        ),
        _drawn(random, _VILLAGE, around, first[around] + _aside(of, len(around), random)),
    ]
    table = pd.concat(parts, ignore_index=True)
    oblast = table["unit"].map(known.oblast.__getitem__)
    is_city = table.groupby([oblast, "place_class"])["population"].rank(ascending=False).eq(1)
    is_city &= table["place_class"] == _TOWN
    return _described(
        of, known, table.assign(population=table["population"] * is_city.map({True: _CITY_TIMES, False: 1}))
    )


def _drawn(random: np.random.Generator, class_: str, unit: ground.Ints, xy_m: ground.Floats) -> pd.DataFrame:
    table = pd.DataFrame({"unit": unit, "place_class": class_})
    median, spread = _PERSONS[class_]
    xy_m = xy_m.reshape(-1, 2)
    population = random.lognormal(np.log(median), spread, len(table))
    return table.assign(population=population, x_m=xy_m[:, 0], y_m=xy_m[:, 1])


def _aside(of: spec.Spec, count: int, random: np.random.Generator) -> ground.Floats:
    """How far villages lie from the hub of their cell."""
    away = random.uniform(*_AWAY, count) * of.spacing_m
    angle = random.uniform(*_TOWARDS, count)
    return np.column_stack([away * np.cos(angle), away * np.sin(angle)])


def _described(of: spec.Spec, known: units.Units, table: pd.DataFrame) -> pd.DataFrame:
    """Settlements as the snapshot holds them."""
    more, is_town = iter(known.more_names), table["place_class"] == _TOWN
    called = [
        known.names[unit] if town else next(more) for unit, town in zip(table["unit"], is_town, strict=True)
    ]
    unit_ids = table["unit"].map(known.ids.__getitem__)
    lonlat = ground.degrees(table[["x_m", "y_m"]].to_numpy())
    rows = pd.DataFrame(
        {
            "settlement_id": unit_ids + "/" + pd.Series(called),
            **pd.DataFrame([names.named(of, name) for name in called]),
            "unit_id": unit_ids,
            "country": unit_ids.map(ids.country),
            "place_class": table["place_class"],
            "population": table["population"].round().clip(lower=1).astype(int),
            "population_period": COUNTED,
            "source_id": units.SOURCE,
            "position_source": units.SOURCE,
            "is_position_certain": "1",
            "centre_of": unit_ids.where(is_town, ""),
            "lon": lonlat[:, 0],
            "lat": lonlat[:, 1],
        }
    )
    return rows.sort_values("settlement_id", ignore_index=True)
