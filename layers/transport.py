"""Base layers of transport: roads, railways, stations, border crossings."""

from __future__ import annotations

import pathlib

import geopandas as gpd
import pandas as pd

from geo import crs
from layers import store

_WHOLE = {"node_u": int, "node_v": int}


def roads(data: pathlib.Path = store.DATA) -> gpd.GeoDataFrame:
    """Major roads of both sides as a noded network.

    Returns
    -------
    GeoDataFrame
        LineStrings in EPSG:4326, sorted by ``road_id``: ``road_class`` (motorway, trunk,
        primary), ``road_ref`` ("" where no source states it), ``country``, ``length_km`` (before
        generalisation), and the numbers of the end nodes ``node_u`` and ``node_v``. Lines of the
        two countries meet at crossings only.
    """
    return store.read_geojson(data / "roads.geojson").astype(_WHOLE).sort_values("road_id", ignore_index=True)


def railways(data: pathlib.Path = store.DATA) -> gpd.GeoDataFrame:
    """Pairs of neighbouring stations, and of rail crossings with the stations beside them.

    Returns
    -------
    GeoDataFrame
        LineStrings in EPSG:4326, sorted by ``link_id``: ``station_a``, ``station_b`` (a station
        or a crossing), ``country``, ``geometry_kind`` ("track" or "straight_line"),
        ``straight_km`` for all, ``track_km`` where tracks are known.
    """
    return store.read_geojson(data / "railways.geojson").sort_values("link_id", ignore_index=True)


def stations(data: pathlib.Path = store.DATA) -> gpd.GeoDataFrame:
    """Railway stations in the zone and its margin, points in EPSG:4326, sorted by ``station_id``.

    Columns ``name_ru``, ``name_be``, ``kind`` (station, halt, post), ``country``, ``source_id``,
    ``unit_id`` ("" outside the zone).
    """
    return points(store.read_table(data / "rail_stations.csv"), key="station_id")


def crossings(data: pathlib.Path = store.DATA) -> gpd.GeoDataFrame:
    """Road and rail crossings on the border line, points in EPSG:4326, sorted by ``crossing_id``.

    Columns ``mode``, names, ``road_a`` and ``road_b`` (numbers on the two sides), ``state`` with
    ``delay_min`` (an assumption by state), the districts ``unit_id_a`` and ``unit_id_b`` that meet
    there, ``pair_id``, ``reached_from`` (both, a country or none: whose own network comes to the
    crossing), ``shift_m`` (how far the published point was moved to the line).
    """
    table = store.read_table(data / "crossings.csv")
    whole = {"delay_min": int, "shift_m": int}
    return points(table.astype(whole), key="crossing_id")


def points(table: pd.DataFrame, *, key: str) -> gpd.GeoDataFrame:
    """Turn a table with ``lon`` and ``lat`` in degrees into points, sorted by ``key``."""
    table = table.sort_values(key, ignore_index=True)
    geometry = gpd.points_from_xy(table["lon"].astype(float), table["lat"].astype(float))
    return gpd.GeoDataFrame(table.drop(columns=["lon", "lat"]), geometry=geometry, crs=crs.LONLAT)
