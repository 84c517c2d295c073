"""Countries, oblasts and districts by id and name, and the settlements in them."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd

from layers.dictionary import ids
from scripts.bench.synthetic import ground, names, spec

SOURCE = "invented"
"""The one source of everything that is invented."""
_VILLAGE_KM = (0.08, 0.27)
# West of the hub: lakes and the enclave lie in the east of their cells.
_VILLAGE_ANGLE = (0.55 * np.pi, 1.45 * np.pi)
_TOWN_PERSONS, _TOWN_SPREAD = 12_000, 0.9
_VILLAGE_PERSONS, _VILLAGE_SPREAD = 600, 0.8
_CAPITAL_TIMES = 8
COUNTED = "census-2021"


@dataclasses.dataclass(frozen=True, eq=False)
class Units:
    """Ids and names; lists are by the numbers that the ground gives.

    Parameters
    ----------
    ids, names, country, oblast
        Of districts: id, name (that of the town too), number of the country and of the oblast.
    oblast_ids, oblast_names, country_names
        Of what is above them.
    more_names
        Names that nothing has yet.
    """

    ids: list[str]
    names: list[str]
    country: list[int]
    oblast: list[int]
    oblast_ids: list[str]
    oblast_names: list[str]
    country_names: list[str]
    more_names: list[str]

    def pair(self, first: int, second: int) -> str:
        """Id of a pair of districts, the one of the first country first."""
        first, second = sorted((first, second), key=self.country.__getitem__)
        return ids.pair(self.ids[first], self.ids[second])


def draw(of: spec.Spec, on: ground.Ground) -> Units:
    """Name what the ground has."""
    settled = (of.villages + 2) * of.units + 1
    drawn = names.draw(of, 2 + 2 * of.oblasts + of.units + settled)
    countries, drawn = drawn[:2], drawn[2:]
    oblasts, drawn = drawn[: 2 * of.oblasts], drawn[2 * of.oblasts :]
    own, rest = drawn[: of.units], drawn[of.units :]
    first = [cells[0] for cells in on.cells_of]
    oblast = [int(on.oblast[cell]) for cell in first]
    oblast_ids = [
        f"{spec.COUNTRIES[number // of.oblasts]}-{chr(65 + number // 26)}{chr(65 + number % 26)}"
        for number in range(2 * of.oblasts)
    ]
    return Units(
        ids=[f"{oblast_ids[number]}-{name}" for number, name in zip(oblast, own, strict=True)],
        names=own,
        country=[int(on.side[cell]) for cell in first],
        oblast=oblast,
        oblast_ids=oblast_ids,
        oblast_names=oblasts,
        country_names=countries,
        more_names=rest,
    )


def table(of: spec.Spec, known: Units) -> list[dict[str, str]]:
    """Rows of ``units.csv``."""

    def row(unit: str, level: str, parent: str, country: str, name: str) -> dict[str, str]:
        said = names.named(of, name)
        head = {"unit_id": unit, "level": level, "parent_id": parent, "country": country, "kind": level}
        tail = {"source_key": "", "economy_key": unit, "valid_from": "", "valid_to": ""}
        return head | said | tail | {"comparison_id": unit}

    countries = [
        row(code, "country", "", code, name)
        for code, name in zip(spec.COUNTRIES, known.country_names, strict=True)
    ]
    oblasts = [
        row(unit, "oblast", ids.country(unit), ids.country(unit), name)
        for unit, name in zip(known.oblast_ids, known.oblast_names, strict=True)
    ]
    districts = [
        row(unit, "district", known.oblast_ids[oblast], ids.country(unit), name)
        for unit, name, oblast in zip(known.ids, known.names, known.oblast, strict=True)
    ]
    return [*countries, *oblasts, *districts]


def districts(on: ground.Ground, known: Units) -> gpd.GeoDataFrame:
    """Polygons of the districts, sorted by id."""
    frame = gpd.GeoDataFrame({"unit_id": known.ids}, geometry=on.polygons(), crs="EPSG:4326")
    return frame.sort_values("unit_id", ignore_index=True)


def settlements(of: spec.Spec, on: ground.Ground, known: Units) -> pd.DataFrame:
    """Towns, each the centre of its district, a lesser town in each other cell, and villages."""
    random = of.random("people")
    hubs = [(unit, cell) for unit, cells in enumerate(on.cells_of) for cell in cells]
    is_town = [cell == on.cells_of[unit][0] for unit, cell in hubs]
    towns = pd.DataFrame({"unit": [unit for unit, _ in hubs], "is_town": is_town})
    towns["place_class"] = np.where(is_town, "city", "urban_settlement")
    people = random.lognormal(np.log(_TOWN_PERSONS), _TOWN_SPREAD, len(hubs))
    towns["population"] = np.where(is_town, people * _capitals(known, towns, people), people / 4)
    points = np.array([on.hubs[cell] for _, cell in hubs])
    villages = pd.DataFrame({"unit": np.repeat(np.arange(of.units), of.villages), "is_town": False})
    villages["place_class"] = "rural"
    villages["population"] = random.lognormal(np.log(_VILLAGE_PERSONS), _VILLAGE_SPREAD, len(villages))
    around = np.array([on.hubs[on.cells_of[unit][0]] for unit in villages["unit"]]).reshape(-1, 2)
    both = [points, around + _aside(of, len(villages), random)]
    if on.enclave is not None:
        piece = {"unit": on.enclave.owner, "is_town": False, "place_class": "rural", "population": 300.0}
        villages.loc[len(villages)] = piece
        both.append(on.enclave.middle_m[None, :])
    table = pd.concat([towns, villages], ignore_index=True)
    return _described(of, known, table, ground.degrees(np.concatenate(both)))


def _capitals(known: Units, towns: pd.DataFrame, people: ground.Floats) -> ground.Floats:
    """The largest town of each oblast is many times as large."""
    ranked = pd.Series(people).where(towns["is_town"]).groupby(towns["unit"].map(known.oblast.__getitem__))
    return np.where(ranked.rank(ascending=False) == 1, _CAPITAL_TIMES, 1)


def _aside(of: spec.Spec, count: int, random: np.random.Generator) -> ground.Floats:
    """How far villages lie from the hub of their cell."""
    away = random.uniform(*_VILLAGE_KM, count) * of.spacing_m
    angle = random.uniform(*_VILLAGE_ANGLE, count)
    return np.column_stack([away * np.cos(angle), away * np.sin(angle)])


def _described(of: spec.Spec, known: Units, table: pd.DataFrame, lonlat: ground.Floats) -> pd.DataFrame:
    more = iter(known.more_names)
    called = [
        known.names[unit] if town else next(more)
        for unit, town in zip(table["unit"], table["is_town"], strict=True)
    ]
    unit_ids = table["unit"].map(known.ids.__getitem__)
    rows = pd.DataFrame(
        {
            "settlement_id": [f"{unit}/{name}" for unit, name in zip(unit_ids, called, strict=True)],
            **pd.DataFrame([names.named(of, name) for name in called]),
            "unit_id": unit_ids,
            "country": unit_ids.map(ids.country),
            "place_class": table["place_class"],
            "population": table["population"].round().clip(lower=1).astype(int),
            "population_period": COUNTED,
            "source_id": SOURCE,
            "position_source": SOURCE,
            "is_position_certain": "1",
            "centre_of": unit_ids.where(table["is_town"], ""),
            "oktmo": "",
            "lon": lonlat[:, 0],
            "lat": lonlat[:, 1],
        }
    )
    return rows.sort_values("settlement_id", ignore_index=True)
