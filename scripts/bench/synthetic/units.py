"""Countries, oblasts and districts by id and name."""

from __future__ import annotations

import dataclasses

import geopandas as gpd

from layers.dictionary import ids
from scripts.bench.synthetic import ground, names, spec

SOURCE = "invented"
"""The one source of everything that is invented."""


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


def crosswalk(on: ground.Ground, known: Units) -> list[dict[str, str]]:
    """Rows of ``crosswalk.csv``: a district of two cells was two districts."""
    return [
        {
            "from_id": f"{unit}-former",
            "to_id": unit,
            "date": "2020",
            "change": "merge",
            "share": "1",
            "source_id": SOURCE,
            "basis": "drawn",
        }
        for unit, cells in zip(known.ids, on.cells_of, strict=True)
        if len(cells) > 1
    ]


def districts(on: ground.Ground, known: Units) -> gpd.GeoDataFrame:
    """Polygons of the districts, sorted by id."""
    frame = gpd.GeoDataFrame({"unit_id": known.ids}, geometry=on.polygons(), crs="EPSG:4326")
    return frame.sort_values("unit_id", ignore_index=True)
