"""Background layers: water, rivers, and the regions around the zone. They carry no figures."""

from __future__ import annotations

import pathlib

import geopandas as gpd

from layers import store


def water(data: pathlib.Path = store.DATA) -> gpd.GeoDataFrame:
    """Lakes, reservoirs and broad rivers: polygons in EPSG:4326, sorted by ``water_id``, ``area_km2``."""
    return store.read_geojson(data / "water.geojson").sort_values("water_id", ignore_index=True)


def rivers(data: pathlib.Path = store.DATA) -> gpd.GeoDataFrame:
    """Major rivers: lines in EPSG:4326 with names in three languages ("" where none is known)."""
    return _of_kind(data, "river")


def neighbours(data: pathlib.Path = store.DATA) -> gpd.GeoDataFrame:
    """Neighbouring regions of both countries and other countries: polygons in EPSG:4326 with names.

    They lie under the districts: their edges reach 6 km into the zone, so that no seam shows.
    """
    return _of_kind(data, "region")


def _of_kind(data: pathlib.Path, kind: str) -> gpd.GeoDataFrame:
    background = store.read_geojson(data / "context.geojson")
    return background[background["kind"] == kind].sort_values("context_id", ignore_index=True)
