"""Gazetteers: where places with a name are, from the three sources that know it.

Each function returns points in the working CRS with ``place`` (a number for each place),
``key`` (the name as :func:`key` makes it comparable), ``name_ru``, ``unit_id`` (a district that
holds it or is within `EDGE_M`; one row for each), ``rank`` (0 for the most certain) and
``position_source``.
"""

from __future__ import annotations

import difflib
import pathlib
import re
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
_RUSSIAN = re.compile(r"[А-ЯЁ][А-Яа-яЁё -]*")


def key(name: str) -> str:
    """Make names comparable: lower case, ``ё`` as ``е``, hyphens as blanks."""
    return " ".join(name.lower().replace("ё", "е").replace("-", " ").split())


def mapped(region: Region, sources: pathlib.Path, zone: zones.Zone) -> gpd.GeoDataFrame:
    """Settlements of the detailed map of the second country; larger classes rank first."""
    table = raw.table(region, sources, "places")
    table = table[table["class"].isin(_CLASSES)]
    frame = pd.DataFrame(
        {
            "key": table["name"].map(key),
            "name_ru": table["name"],
            "rank": table["class"].map(_CLASSES.index),
            "position_source": raw.source_id(region, "places"),
            "lon": table["lon"],
            "lat": table["lat"],
        }
    )
    return _located(frame, zone, zone.region.countries[1])


def towns(region: Region, sources: pathlib.Path, zone: zones.Zone) -> gpd.GeoDataFrame:
    """Towns of the first country, with ``oktmo``, the code of its statistics."""
    table = raw.table(region, sources, "towns_a")
    name = table["city"].where(table["city"] != "", table["region"])
    frame = pd.DataFrame(
        {
            "key": name.map(key),
            "name_ru": name,
            "rank": 0,
            "oktmo": table["oktmo"],
            "position_source": raw.source_id(region, "towns_a"),
            "lon": table["geo_lon"],
            "lat": table["geo_lat"],
        }
    )
    return _located(frame, zone, zone.region.countries[0])


def gazetteer(region: Region, sources: pathlib.Path, zone: zones.Zone) -> gpd.GeoDataFrame:
    """Read populated places of both countries, with ``population`` (0 in the source is missing).

    One row for each of their names in Russian letters; ``is_main`` marks the likeliest one in the
    district that holds the place.
    """
    table = raw.table(region, sources, "towns")
    frames = [
        _of_gazetteer(region, table[table["countrycode"] == country], zone, country)
        for country in zone.region.countries
    ]
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True))


def _of_gazetteer(region: Region, table: pd.DataFrame, zone: zones.Zone, country: str) -> gpd.GeoDataFrame:
    names = [
        _russian(main, other) for main, other in zip(table["name"], table["alternatenames"], strict=True)
    ]
    frame = (
        pd.DataFrame(
            {
                "name_ru": names,
                "population": pd.to_numeric(table["population"]).where(lambda count: count > 0),
                "position_source": raw.source_id(region, "towns"),
                "lon": table["longitude"],
                "lat": table["latitude"],
            }
        )
        .explode("name_ru")
        .dropna(subset="name_ru")
    )
    order = frame.groupby(level=0).cumcount()
    spelled = frame.assign(
        key=frame["name_ru"].map(key), rank=_GAZETTEER_RANK + order, is_likeliest=order == 0
    )
    located = _located(spelled, zone, country)
    inside = located["rank"] < _OUTSIDE_RANK
    return located.assign(is_main=located["is_likeliest"] & inside).drop(columns="is_likeliest")


def _located(frame: pd.DataFrame, zone: zones.Zone, country: str) -> gpd.GeoDataFrame:
    """Points in or just beside the districts of a country, once for each such district."""
    points = raw.points(frame.rename_axis("place").reset_index(), lon="lon", lat="lat").to_crs(
        zone.region.crs
    )
    own = zone.districts[zone.districts["country"] == country]
    near = gpd.sjoin(points, own[["unit_id", "geometry"]], predicate="dwithin", distance=EDGE_M)
    holding = near["unit_id"] == zone.unit_at(points.geometry, country=country).loc[near.index]
    ranked = near.assign(rank=near["rank"] + np.where(holding, 0, _OUTSIDE_RANK))
    return ranked.drop(columns=["lon", "lat", "index_right"]).sort_values(
        ["place", "rank", "unit_id"], ignore_index=True
    )


def _russian(main: str, others: str) -> list[str]:
    """Names in Russian letters, the one that reads most like the main name first."""
    cyrillic = sorted({name for name in others.split("|") if _RUSSIAN.fullmatch(name)})
    plain = unicodedata.normalize("NFKD", main).encode("ascii", "ignore").decode().lower()
    likeness = {
        name: difflib.SequenceMatcher(None, latin.transliterate(name).lower(), plain).ratio()
        for name in cyrillic
    }
    return sorted(cyrillic, key=lambda name: -likeness[name])
