"""Gazetteers: where places with a name are, from up to three kinds of sources that know it.

Each function returns points in the working CRS with ``place`` (a number for each place),
``key`` (the name as :func:`key` makes it comparable), ``name``, ``unit_id`` (a district that
holds it or is within `EDGE_M`; one row for each), ``rank`` (0 for the most certain) and
``position_source``; none if the region has no such source. A source that is one country's has its places
there only.
"""

from __future__ import annotations

import collections.abc
import difflib
import pathlib
import unicodedata

import geopandas as gpd
import numpy as np
import pandas as pd

from layers.dictionary import latin
from layers.region import Region
from layers.snapshot import raw
from layers.snapshot import zone as zones

# A place this far outside a district may still be its own: outlines are generalised and have changed.
EDGE_M = 3_000.0
_OUTSIDE_RANK = 100
_DIAERESIS = "\u0308"
_GAZETTEER_RANK = 10

_CLASSES = (
    "city",
    "town",
    "village",
    "hamlet",
    "isolated_dwelling",
    "farm",
    "suburb",
    "neighbourhood",
    "locality",
)
# Kinds of raw files: towns of one country each, maps with all settlements, and a list for the whole world.
_TOWNS, _MAP, _GAZETTEER = "towns", "places", "towns"
_COLUMNS = ["place", "key", "name", "unit_id", "rank", "position_source", "geometry"]


def key(name: str) -> str:
    """Make names comparable: lower case, hyphens as blanks, no diaeresis, which many writers leave out."""
    bare = unicodedata.normalize("NFD", name.lower()).replace(_DIAERESIS, "")
    return " ".join(unicodedata.normalize("NFC", bare).replace("-", " ").split())


def together(
    found: list[gpd.GeoDataFrame], zone: zones.Zone, *, codes: collections.abc.Iterable[str] = ()
) -> gpd.GeoDataFrame:
    """Places of several sources in one frame, with columns for ``codes``, missing where a source has none."""
    parts = [part for part in found if len(part)]
    if not parts:
        columns: dict[str, list[object]] = {name: [] for name in [*_COLUMNS, *codes]}
        return gpd.GeoDataFrame(columns, geometry="geometry", crs=zone.region.crs)
    known = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True))
    return known.assign(**{code: None for code in codes if code not in known})


def mapped(region: Region, sources: pathlib.Path, zone: zones.Zone) -> gpd.GeoDataFrame:
    """Settlements of detailed maps; larger classes rank first."""
    found = []
    for key_ in raw.listed(region, _MAP):
        table = raw.table(region, sources, key_, ("place_kind", "name", "lon", "lat"))
        table = table[table["place_kind"].isin(_CLASSES) & (table["name"] != "")]
        ranked = table.assign(rank=table["place_kind"].map(_CLASSES.index))
        found.append(_of_source(region, key_, ranked, zone))
    return together(found, zone)


def mapped_countries(region: Region) -> set[str]:
    """Countries that have a detailed map of their own: there the gazetteer is not asked where a place is."""
    return {raw.constant(region, key_, "country") for key_ in raw.listed(region, _MAP)} - {""}


def codes(region: Region) -> list[str]:
    """Codes of official lists that a source of towns gives."""
    return [name for name in region.codes if set(_town_keys(region)) & set(raw.giving(region, name))]


def towns(region: Region, sources: pathlib.Path, zone: zones.Zone) -> gpd.GeoDataFrame:
    """Towns of one country each, with the codes of its statistics."""
    found = []
    for key_ in _town_keys(region):
        table = raw.table(region, sources, key_, ("name", "lon", "lat"), also=codes(region))
        found.append(_of_source(region, key_, table.assign(rank=0), zone))
    return together(found, zone)


def gazetteer(region: Region, sources: pathlib.Path, zone: zones.Zone) -> gpd.GeoDataFrame:
    """Read populated places of both countries, with ``population`` (0 in the source is missing).

    One row for each of their names in the letters of the first language; ``is_main`` marks the likeliest
    one in the district that holds the place.
    """
    if _GAZETTEER not in raw.listed(region, _GAZETTEER):
        none = together([], zone)
        return none.assign(population=pd.Series(dtype=float), is_main=pd.Series(dtype=bool))
    columns = ("name", "other_names", "country", "population", "lon", "lat")
    table = raw.table(region, sources, _GAZETTEER, columns)
    frames = [
        _of_gazetteer(region, table[table["country"] == country], zone, country)
        for country in zone.region.countries
    ]
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True))


def are_inside(located: gpd.GeoDataFrame) -> pd.Series:
    """Whether each place lies in the district of its row, not just beside it."""
    inside: pd.Series = located["rank"] < _OUTSIDE_RANK
    return inside


def _town_keys(region: Region) -> list[str]:
    return [key_ for key_ in raw.listed(region, _TOWNS) if key_ != _GAZETTEER]


def _of_source(region: Region, key_: str, table: pd.DataFrame, zone: zones.Zone) -> gpd.GeoDataFrame:
    """Places of one source, in its country if it is of one."""
    named = table.drop(columns=raw.ROW).assign(
        key=table["name"].map(key), position_source=raw.source_id(region, key_)
    )
    return _located(named, zone, raw.constant(region, key_, "country") or None)


def _of_gazetteer(region: Region, table: pd.DataFrame, zone: zones.Zone, country: str) -> gpd.GeoDataFrame:
    names = [
        _written(region, main, other) for main, other in zip(table["name"], table["other_names"], strict=True)
    ]
    frame = (
        pd.DataFrame(
            {
                "name": names,
                "population": pd.to_numeric(table["population"]).where(lambda count: count > 0),
                "position_source": raw.source_id(region, _GAZETTEER),
                "lon": table["lon"],
                "lat": table["lat"],
            }
        )
        .explode("name")
        .dropna(subset="name")
    )
    order = frame.groupby(level=0).cumcount()
    spelled = frame.assign(key=frame["name"].map(key), rank=_GAZETTEER_RANK + order, is_likeliest=order == 0)
    located = _located(spelled, zone, country)
    is_main = located["is_likeliest"] & are_inside(located)
    return located.assign(is_main=is_main).drop(columns="is_likeliest")


def _located(frame: pd.DataFrame, zone: zones.Zone, country: str | None) -> gpd.GeoDataFrame:
    """Points in or just beside the districts of a country or of both, once for each such district."""
    points = raw.points(frame.rename_axis("place").reset_index(), lon="lon", lat="lat").to_crs(
        zone.region.crs
    )
    own = zone.districts[zone.districts["country"] == country] if country else zone.districts
    near = gpd.sjoin(points, own[["unit_id", "geometry"]], predicate="dwithin", distance=EDGE_M)
    holding = near["unit_id"] == zone.unit_at(points.geometry, country=country).loc[near.index]
    ranked = near.assign(rank=near["rank"] + np.where(holding, 0, _OUTSIDE_RANK))
    return ranked.drop(columns=["lon", "lat", "index_right"]).sort_values(
        ["place", "rank", "unit_id"], ignore_index=True
    )


def _written(region: Region, main: str, others: str) -> list[str]:
    """Names in the letters of the first language, the one that reads most like the main name first."""
    if not latin.rules(region):
        return [main]
    written = sorted({name for name in others.split("|") if latin.is_written(region, name)})
    plain = unicodedata.normalize("NFKD", main).encode("ascii", "ignore").decode().lower()
    likeness = {
        name: difflib.SequenceMatcher(None, latin.transliterate(region, name).lower(), plain).ratio()
        for name in written
    }
    return sorted(written, key=lambda name: -likeness[name])
