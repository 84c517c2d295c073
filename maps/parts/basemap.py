"""The quiet ground that every map shares: land of the neighbours, water, names."""

from __future__ import annotations

import collections.abc

import geopandas as gpd
import pandas as pd
import shapely

from layers.region import Region
from maps import texts
from maps.parts import frames, popups
from maps.web import spec

# Towns from this size on are named at every zoom, smaller ones and district centres when zoomed in.
_CITY_PERSONS = 50_000
_TOWN_PERSONS = 10_000
# Names of oblasts give way to the centres of paired districts only.
_OBLAST_RANK = 1_000
_LAKE_KM2 = 2.0


def background(region: Region, tables: frames.Frames) -> spec.Background:
    """Land, water and names from the base layers."""
    return spec.Background(
        land=tuple(tables["neighbours"].geometry),
        water=(*_drawn(tables["water"]), *tables["rivers"].geometry),
        places=(
            *_areas(region, tables["oblasts"], "oblast", _OBLAST_RANK),
            *_settlements(region, tables),
            *_areas(region, tables["neighbours"], "neighbour", 10 * _OBLAST_RANK),
        ),
    )


def _drawn(water: gpd.GeoDataFrame) -> tuple[shapely.Geometry, ...]:
    """Water bodies whose outline looks like one; the source draws the smaller ones as triangles."""
    return tuple(water.geometry[water["area_km2"] >= _LAKE_KM2])


def _areas(
    region: Region, table: pd.DataFrame, kind: spec.PlaceKind, rank: int
) -> collections.abc.Iterator[spec.Place]:
    for number, row in enumerate(table.to_dict("records")):
        name = texts.of(region, row)
        if name:
            point = popups.label_point(row["geometry"])
            yield spec.Place(name, point.x, point.y, kind, rank + number)


def _settlements(region: Region, tables: frames.Frames) -> collections.abc.Iterator[spec.Place]:
    """Yield centres of districts and larger towns, those of paired districts and the most populous first."""
    pairs = tables["district_pairs"].query("is_paired")
    paired = {*pairs["unit_id_a"], *pairs["unit_id_b"]}
    table = tables["settlements"]
    sizes = pd.to_numeric(table["population"], errors="coerce").fillna(0)
    known = table.assign(
        size=sizes, paired=[bool(paired & set(units.split())) for units in table["centre_of"]]
    )
    named = known[(known["centre_of"] != "") | (known["size"] >= _TOWN_PERSONS)]
    ordered = named.sort_values(["paired", "size", "settlement_id"], ascending=[False, False, True])
    for number, row in enumerate(ordered.to_dict("records")):
        larger: spec.PlaceKind = "city" if row["size"] >= _CITY_PERSONS else "town"
        kind = "paired" if row["paired"] else larger
        rank = number + (0 if row["paired"] else 2 * _OBLAST_RANK)
        yield spec.Place(texts.of(region, row), row["geometry"].x, row["geometry"].y, kind, rank)
