"""What :mod:`geo.coverage.harmonise` refuses, each with a line that names the polygon."""

from __future__ import annotations

import collections.abc

import geopandas as gpd
import pandas as pd
import shapely

from geo import crs, errors
from geo.coverage import faces


def require_polygons(**layers: gpd.GeoSeries) -> None:
    """Refuse layers that are empty, not polygons, invalid or not in one CRS in metres."""
    crs.require_metric_crs(*layers.values())
    findings = [f"{name}: no polygon; expected at least one" for name, layer in layers.items() if layer.empty]
    for name, layer in layers.items():
        problems = zip(layer.index, map(_problem, layer), strict=True)
        findings += [f"{name}, {label}: {problem}" for label, problem in problems if problem]
    if findings:
        raise errors.GeometryError(findings)


def _problem(shape: shapely.Geometry | None) -> str | None:
    if shape is None or shape.is_empty:
        return "empty geometry; expected a polygon"
    if shape.geom_type not in {"Polygon", "MultiPolygon"}:
        return f"{shape.geom_type}; expected a polygon"
    return None if shape.is_valid else f"{shapely.is_valid_reason(shape)}; expected a valid polygon"


def require_unique_index(both: gpd.GeoSeries) -> None:
    """Refuse an index in which a name occurs twice."""
    twice = both.index[both.index.duplicated()].unique()
    if len(twice):
        raise errors.CoverageError(
            f"{name}: more than one polygon; expected each name once" for name in twice
        )


def require_matched(within: pd.Series, outlines: collections.abc.Collection[object]) -> None:
    """Refuse polygons without outline and outlines without polygon."""
    findings = [
        f"{polygon}: lies within {name!r}; expected one of {list(outlines)}"
        for polygon, name in within.items()
        if name not in outlines
    ]
    findings += [f"outline {name}: no polygon within" for name in outlines if name not in set(within)]
    if findings:
        raise errors.CoverageError(findings)


def require_none(cells: faces.Geometries, source: object, *, what: str, reach_m: float) -> None:
    """Refuse cells that lie too far from the line, each told by area and place."""
    if len(cells):
        places = gpd.GeoSeries(shapely.point_on_surface(cells), crs=source).to_crs(crs.LONLAT)
        raise errors.CoverageError(
            f"{what} of {cell.area / 1e6:.3f} km² at {place.x:.4f}, {place.y:.4f} "
            f"reaches further than {reach_m:g} m from the line"
            for cell, place in zip(cells, places, strict=True)
        )
