"""Coordinate reference systems: refuse mixtures, project to measure, measure on the ellipsoid."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj

from geo import errors

LONLAT = "EPSG:4326"
_GEOD = pyproj.Geod(ellps="WGS84")


def require_same_crs(*frames: gpd.GeoDataFrame | gpd.GeoSeries) -> pyproj.CRS:
    """Return the one CRS that all frames share.

    Raises
    ------
    CrsError
        If a frame has no CRS or the frames have different ones.
    """
    found = [frame.crs for frame in frames]
    if any(crs is None for crs in found):
        raise errors.CrsError("a layer has no CRS; expected one CRS shared by all layers")
    if any(crs != found[0] for crs in found):
        names = ", ".join(crs.name for crs in found)
        raise errors.CrsError(f"layers mix CRS ({names}); expected one CRS shared by all layers")
    shared: pyproj.CRS = found[0]
    return shared


def require_metric_crs(*frames: gpd.GeoDataFrame | gpd.GeoSeries) -> pyproj.CRS:
    """Return the shared CRS, which must be projected, in metres and true to scale.

    Raises
    ------
    CrsError
        If the CRS is missing, mixed, in degrees, not in metres, or Web Mercator
        (EPSG:3857), whose scale is wrong by a factor of 1.7 at 54° N.
    """
    crs = require_same_crs(*frames)
    if not crs.is_projected or crs.axis_info[0].unit_name != "metre":
        raise errors.CrsError(
            f"CRS {crs.name} does not measure in metres; expected a projected CRS in metres"
        )
    if crs.to_epsg() == 3857:
        raise errors.CrsError("CRS EPSG:3857 is for display only; expected a projected CRS true to scale")
    return crs


def geodesic_length_km(lines: gpd.GeoSeries) -> pd.Series:
    """Length of each line on the WGS 84 ellipsoid, in km, indexed like ``lines``."""
    degrees = lines.to_crs(LONLAT)
    values = [_GEOD.geometry_length(line) / 1_000 for line in degrees]
    return pd.Series(values, index=lines.index, name="length_km", dtype=float)


def geodesic_area_km2(polygons: gpd.GeoSeries) -> pd.Series:
    """Area of each polygon on the WGS 84 ellipsoid, in km², indexed like ``polygons``."""
    degrees = polygons.to_crs(LONLAT).force_2d().orient_polygons()
    values = [_GEOD.geometry_area_perimeter(polygon)[0] / 1_000_000 for polygon in degrees]
    return pd.Series(np.abs(values), index=polygons.index, name="area_km2", dtype=float)
