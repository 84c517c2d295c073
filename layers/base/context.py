"""Background layers: water, rivers, and the regions around the zone. They carry no figures."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pandera.pandas as pa

from layers.base import transport
from layers.io import contracts, store
from layers.region import Region

_POLYGONS = ("Polygon", "MultiPolygon")
_LINES = ("LineString", "MultiLineString")
_KINDS = {"river": _LINES, "region": _POLYGONS}


def water(region: Region) -> gpd.GeoDataFrame:
    """Lakes, reservoirs and broad rivers: polygons in EPSG:4326, sorted by ``water_id``, ``area_km2``."""
    layer = store.read_geojson(region.snapshot / "water.geojson", kinds=_POLYGONS)
    water = contracts.featured(layer, _water(region), file="water.geojson")
    return water.sort_values("water_id", ignore_index=True)


def rivers(region: Region) -> gpd.GeoDataFrame:
    """Major rivers: lines in EPSG:4326 with names in each language ("" where none is known)."""
    return _of_kind(region, "river")


def neighbours(region: Region) -> gpd.GeoDataFrame:
    """Neighbouring regions of both countries and other countries: polygons in EPSG:4326 with names.

    They lie under the districts: their edges reach 6 km into the zone, so that no seam shows.
    """
    return _of_kind(region, "region")


def _of_kind(region: Region, kind: str) -> gpd.GeoDataFrame:
    background = store.read_geojson(region.snapshot / "context.geojson", kinds=_POLYGONS + _LINES)
    known = contracts.featured(region.spoken(background), _context(region), file="context.geojson")
    return known[known["kind"] == kind].sort_values("context_id", ignore_index=True)


def _water(region: Region) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {
            "water_id": pa.Column(str, contracts.filled(), unique=True),
            "area_km2": pa.Column(float, pa.Check.gt(0, error="more than 0"), coerce=True),
            "source_id": transport.source(region),
        }
    )


def _context(region: Region) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {
            "context_id": pa.Column(str, contracts.filled(), unique=True),
            "kind": pa.Column(str, contracts.one_of(_KINDS, expected=" or ".join(_KINDS))),
            **{name: pa.Column(str) for name in region.columns("name")},
            "source_id": transport.source(region),
        },
        checks=contracts.rows(_has_shape, field="kind", expected="lines for a river, polygons for a region"),
    )


def _has_shape(frame: pd.DataFrame) -> pd.Series[bool]:
    pairs = zip(frame["kind"], frame["geometry"].geom_type, strict=True)
    return pd.Series([shape in _KINDS.get(kind, (shape,)) for kind, shape in pairs], index=frame.index)
