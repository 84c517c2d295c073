"""Coordinate reference systems: refuse mixtures, project to measure, measure on the ellipsoid."""

from __future__ import annotations

import functools

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from geo import errors

LONLAT = "EPSG:4326"
_GEOD = pyproj.Geod(ellps="WGS84")

# Equal-area projections of whole continents reach 8 % at their rims, Mercator exceeds 10 % from 25° on.
_SCALE_TOLERANCE = 0.1
_STEP_M = 1_000.0
_STEPS_M = _STEP_M * np.array([(1, 0, 0.5**0.5, 0.5**0.5), (0, 1, 0.5**0.5, -(0.5**0.5))])
_MIDDLES = (np.arange(6) + 0.5) / 6
_UNKNOWN = np.empty((_STEPS_M.shape[1], 0))


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
    """Return the shared CRS, which must be projected, in metres and true to scale within 10 %.

    The scale is measured: steps of a kilometre in four directions on the map are compared with their
    geodesics, over the bounds of each layer, and over the area in which the CRS is meant to be used, of
    which half may be worse. So a Mercator is refused under any name and code, alone or with heights.

    Raises
    ------
    CrsError
        If the CRS is missing, mixed, in degrees, not in metres, or not true to scale, as Web Mercator
        (EPSG:3857) whose lengths are 1.7 times the true ones at 54° N.
    """
    crs = require_same_crs(*frames)
    require_metres(crs)
    for frame in frames:
        scales = _layer_scales(_plane(crs), frame.total_bounds)
        if (_errors(scales) > _SCALE_TOLERANCE).any():
            raise errors.CrsError(_untrue(crs, scales))
    return crs


@functools.lru_cache
def require_metres(crs: pyproj.CRS) -> None:
    """Refuse a CRS that is not projected, not in metres or not true to scale where it is meant to be used.

    Raises
    ------
    CrsError
        With the range of its scale if it is not true to it.
    """
    plane = _plane(crs)
    if not plane.is_projected or {axis.unit_name for axis in plane.axis_info[:2]} != {"metre"}:
        raise errors.CrsError(
            f"CRS {crs.name} does not measure in metres; expected a projected CRS in metres"
        )
    scales = _used_scales(plane)
    if scales.size and np.median(_errors(scales)) > _SCALE_TOLERANCE:
        raise errors.CrsError(_untrue(crs, scales))


def geodesic_length_km(lines: gpd.GeoSeries) -> pd.Series:
    """Length of each line on the WGS 84 ellipsoid, in km, indexed like ``lines``.

    Each segment is the geodesic between its ends, the shorter way around the globe. A missing line has no
    length, an empty one 0.

    Raises
    ------
    GeometryError
        One line for each line that leaves the globe in its CRS.
    """
    values = [np.nan if line is None else _length_km(line) for line in _on_globe(lines)]
    return pd.Series(values, index=lines.index, name="length_km", dtype=float)


def geodesic_area_km2(polygons: gpd.GeoSeries) -> pd.Series:
    """Area of each polygon on the WGS 84 ellipsoid, in km², indexed like ``polygons``.

    Shells less holes. Each ring has the smaller of the two parts into which it cuts the globe, however it
    turns and whatever meridian it crosses, so no ring may hold more than a hemisphere. Edges are
    geodesics, the shorter way around. A missing polygon has no area; an empty one, and points and lines
    among polygons, have 0.

    Raises
    ------
    GeometryError
        One line for each polygon that leaves the globe in its CRS.
    """
    values = [np.nan if shape is None else _area_km2(shape) for shape in _on_globe(polygons)]
    return pd.Series(values, index=polygons.index, name="area_km2", dtype=float)


def _length_km(line: shapely.Geometry) -> float:
    return 0.0 if line.is_empty else _GEOD.geometry_length(line) / 1_000


def _area_km2(shape: shapely.Geometry) -> float:
    if shape.is_empty:
        return 0.0
    if isinstance(shape, shapely.Polygon):
        shell, *holes = (_ring_km2(ring) for ring in (shape.exterior, *shape.interiors))
        return shell - sum(holes)
    return sum(map(_area_km2, getattr(shape, "geoms", ())))


def _ring_km2(ring: shapely.LinearRing) -> float:
    # In the plane of degrees a ring over the antimeridian turns the wrong way: signs say nothing.
    lon, lat = shapely.get_coordinates(ring).T
    return abs(_GEOD.polygon_area_perimeter(lon, lat)[0]) / 1_000_000


def _on_globe(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Shapes in degrees."""
    degrees = shapes.to_crs(LONLAT)
    xy, owner = shapely.get_coordinates(degrees.to_numpy(), return_index=True)
    lost = np.unique(owner[~np.isfinite(xy).all(axis=1)])
    if len(lost):
        raise errors.GeometryError(
            f"geometry {shapes.index[position]}: a vertex is not on the globe; expected coordinates in "
            f"{shapes.crs.name}"
            for position in lost
        )
    return degrees


def _plane(crs: pyproj.CRS) -> pyproj.CRS:
    """Take heights and shifts of datum off a CRS."""
    while crs.is_bound and crs.source_crs is not None:
        crs = crs.source_crs
    return _plane(crs.sub_crs_list[0]) if crs.sub_crs_list else crs


def _used_scales(plane: pyproj.CRS) -> npt.NDArray[np.float64]:
    """Scales in the middle parts of the area in which the CRS is meant to be used, none if it says none."""
    # The plain WKT of files names no area: the register knows it.
    code = None if plane.area_of_use else plane.to_authority()
    used = pyproj.CRS(code).area_of_use if code else plane.area_of_use
    if used is None:
        return _UNKNOWN
    east = used.east if used.east > used.west else used.east + 360
    lon, lat = np.meshgrid(
        used.west + _MIDDLES * (east - used.west), used.south + _MIDDLES * (used.north - used.south)
    )
    return _scales(plane, *_from_degrees(plane).transform(lon.ravel(), lat.ravel()))


def _layer_scales(plane: pyproj.CRS, bounds: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Scales over the bounds of a layer, edges and corners included; none if the layer is empty."""
    if not np.isfinite(bounds).all():
        return _UNKNOWN
    x, y = np.meshgrid(np.linspace(bounds[0], bounds[2], 3), np.linspace(bounds[1], bounds[3], 3))
    return _scales(plane, x.ravel(), y.ravel())


def _scales(
    plane: pyproj.CRS, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Length on the map over length on the ellipsoid: directions × points, but those off the globe."""
    across, up = _STEPS_M[:, :, np.newaxis] / 2
    to_degrees = _from_degrees(plane)
    start = to_degrees.transform(x - across, y - up, direction="INVERSE")
    end = to_degrees.transform(x + across, y + up, direction="INVERSE")
    known = np.isfinite([start, end]).all(axis=(0, 1, 2))
    pairs = np.array([*start, *end])[:, :, known]
    globe = plane.get_geod() or _GEOD
    step_m = globe.inv(*pairs.reshape(4, -1))[2].reshape(pairs.shape[1:])
    with np.errstate(divide="ignore"):
        return _STEP_M / step_m  # type: ignore[no-any-return]


def _errors(scales: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Greatest error of the scale at each point."""
    return np.abs(scales - 1).max(axis=0)  # type: ignore[no-any-return]


@functools.lru_cache
def _from_degrees(plane: pyproj.CRS) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(plane.geodetic_crs, plane, always_xy=True)


def _untrue(crs: pyproj.CRS, scales: npt.NDArray[np.float64]) -> str:
    return (
        f"CRS {crs.name} is for display only: lengths are {scales.min():.2f} to {scales.max():.2f} times the "
        f"true ones; expected a projected CRS true to scale within {_SCALE_TOLERANCE:.0%}"
    )
