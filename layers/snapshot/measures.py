"""Measure the coverage at each stage, for the report of the snapshot."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo import crs
from geo.coverage import harmonise
from layers.base import boundaries
from layers.dictionary import units
from layers.region import Region
from layers.snapshot.stages import Stages

Report = dict[str, Any]

_SAMPLE_M = 20
_SAME_M = 0.001
_SHARED_KM = 1.0
_LENGTH_TOLERANCES_M = (10, 50, 100, 200, 500, 1000)


def compute(region: Region, stages: Stages) -> Report:
    """Measure each stage; all numbers are rounded as they are shown."""
    read = pd.concat([stages.fine, stages.coarse])
    drawn = {"harmonised": stages.harmonised, "generalised": stages.generalised}
    return {
        "coverage": {name: _coverage(region, part) for name, part in {"raw": read, **drawn}.items()},
        "oblast_area_km2": {name: _areas(region, part) for name, part in drawn.items()},
        "line": _line(region, stages),
        "outlines_off_outer_line_m": {name: _outer(region, part, stages) for name, part in drawn.items()},
        "outlines_off_raw_coarse_m": _coarse_edge(region, stages),
        "line_length_km": _lengths(region, stages),
        "pairs_km": {name: _pairs(region, part) for name, part in drawn.items()},
    }


def _coverage(region: Region, polygons: gpd.GeoSeries) -> Report:
    limits = region.boundaries.limits
    holes = boundaries.holes(region).to_crs(region.crs)
    measures = harmonise.measure(polygons, gap_width_m=limits.gap_width_m, holes=holes)
    told = {"hole_km2": round(measures.hole_km2, 3)} if len(holes) else {}
    return {
        "units": len(polygons),
        "overlap_km2": round(measures.overlap_km2, 3),
        "gap_km2": round(measures.gap_km2, 3),
        **told,
        "slivers": measures.slivers,
        "invalid_edge_km": round(measures.invalid_edge_km, 3),
    }


def _areas(region: Region, polygons: gpd.GeoSeries) -> Report:
    oblast = polygons.index.to_series().map(units.load(region)["parent_id"])
    km2 = crs.geodesic_area_km2(polygons).groupby(oblast).sum()
    return {str(name): round(float(value), 1) for name, value in km2.items()}


def _line(region: Region, stages: Stages) -> Report:
    raw = shapely.boundary(shapely.union_all(stages.fine.to_numpy()))
    exact = _whole_line(region, stages.harmonised)
    drawn = _whole_line(region, stages.generalised)
    corners = shapely.points(np.unique(shapely.get_coordinates(exact), axis=0))
    raw_corners = shapely.points(np.unique(shapely.get_coordinates(raw), axis=0))
    passed = raw_corners[_distance(raw_corners, exact) <= _SAME_M]
    kept = (
        shapely.STRtree(corners).query_nearest(passed, return_distance=True, all_matches=False)[1] <= _SAME_M
    )
    return {
        "raw_vertices_passed": len(passed),
        "raw_vertices_kept": int(kept.sum()),
        "ends_of_inner_lines_added": len(corners) - int(kept.sum()),
        "harmonised_off_raw_m": _off(exact, raw, decimals=3),
        "generalised_off_raw_m": _off(drawn, raw),
        "raw_off_generalised_m": _off(exact, drawn),
    }


def _outer(region: Region, polygons: gpd.GeoSeries, stages: Stages) -> Report:
    """How far the outlines lie from the coarse side's outer line, the common line left out."""
    country = polygons.index.map(units.load(region)["country"])
    own = polygons[country == region.boundaries.coarse.country]
    edge = shapely.boundary(shapely.union_all(own.to_numpy()))
    rim = _samples(shapely.boundary(shapely.union_all(stages.outlines.to_numpy())))
    away = _distance(rim, _whole_line(region, polygons)) > region.boundaries.line_reach_m
    return _summary(_distance(rim[away], edge))


def _coarse_edge(region: Region, stages: Stages) -> Report:
    """How far the outlines lie from the raw coarse districts' edge, which tells of their inner lines too."""
    oblast = stages.coarse.index.to_series().map(units.load(region)["parent_id"])
    metres = [
        _distance(
            _samples(shapely.boundary(stages.outlines[name])),
            shapely.boundary(shapely.union_all(part.to_numpy())),
        )
        for name, part in stages.coarse.groupby(oblast)
    ]
    return _summary(np.concatenate(metres))


def _lengths(region: Region, stages: Stages) -> Report:
    line = boundaries.shared_line(region, stages.harmonised, countries=region.countries)
    along = stages.harmonised[stages.harmonised.index.isin([*line["left"], *line["right"]])]
    simpler = [(metres, harmonise.generalise(along, tolerance_m=metres)) for metres in _LENGTH_TOLERANCES_M]
    coarse = shapely.boundary(shapely.union_all(stages.coarse.to_numpy()))
    outlines = shapely.boundary(shapely.union_all(stages.outlines.to_numpy()))
    return {
        "raw_coarse": _length_along(region, coarse, stages),
        "raw_outlines": _length_along(region, outlines, stages),
        "harmonised": _length(region, along),
        "harmonised_around_exclaves": _closed_length(line),
        "generalised": _length(region, stages.generalised),
        "by_tolerance": [[metres, _length(region, polygons)] for metres, polygons in simpler],
    }


def _length_along(region: Region, edge: shapely.Geometry, stages: Stages) -> float:
    """Length of the stretches of a raw edge that draw the common line, in km."""
    near = _pieces(edge)
    middles = shapely.line_interpolate_point(near, 0.5, normalized=True)
    near = near[_distance(middles, _whole_line(region, stages.harmonised)) <= region.boundaries.line_reach_m]
    return round(float(crs.geodesic_length_km(gpd.GeoSeries(near, crs=region.crs)).sum()), 1)


def _closed_length(line: gpd.GeoDataFrame) -> float:
    """Length of those parts of a line that close, in km."""
    parts = shapely.get_parts(shapely.line_merge(shapely.union_all(line.geometry.to_numpy())))
    closed = gpd.GeoSeries(parts[shapely.is_closed(parts)], crs=line.crs)
    return round(float(crs.geodesic_length_km(closed).sum()), 1)


def _length(region: Region, polygons: gpd.GeoSeries) -> float:
    line = boundaries.shared_line(region, polygons, countries=region.countries)
    return round(float(line["length_km"].sum()), 1)


def _pairs(region: Region, polygons: gpd.GeoSeries) -> Report:
    line = boundaries.shared_line(region, polygons, countries=region.countries)
    long = line[line["length_km"] >= _SHARED_KM]
    return {
        f"{row.left}~{row.right}": round(row.length_km, 1)
        for row in long.sort_values(["left", "right"]).itertuples()
    }


def _whole_line(region: Region, polygons: gpd.GeoSeries) -> shapely.Geometry:
    line = boundaries.shared_line(region, polygons, countries=region.countries)
    return shapely.multilinestrings(shapely.get_parts(line.geometry.to_numpy()))


def _off(line: shapely.Geometry, target: shapely.Geometry, *, decimals: int = 1) -> Report:
    """Distance of points along a line from another, in metres."""
    return _summary(_distance(_samples(line), target), decimals=decimals)


def _summary(metres: npt.NDArray[np.float64], *, decimals: int = 1) -> Report:
    p95, longest = np.percentile(metres, [95, 100])
    return {"p95": round(float(p95), decimals), "max": round(float(longest), decimals)}


def _samples(line: shapely.Geometry) -> npt.NDArray[Any]:
    points: npt.NDArray[Any] = shapely.points(shapely.get_coordinates(shapely.segmentize(line, _SAMPLE_M)))
    return points


def _distance(points: npt.NDArray[Any], line: shapely.Geometry) -> npt.NDArray[np.float64]:
    """Distance of each point from the line; an index of its straight pieces makes it quick."""
    nearest = shapely.STRtree(_pieces(line)).query_nearest(points, return_distance=True, all_matches=False)
    metres: npt.NDArray[np.float64] = nearest[1]
    return metres


def _pieces(line: shapely.Geometry) -> npt.NDArray[Any]:
    """Cut a line into its straight pieces."""
    xy, part = shapely.get_coordinates(shapely.get_parts(line), return_index=True)
    joined = part[1:] == part[:-1]
    pieces: npt.NDArray[Any] = shapely.linestrings(np.stack([xy[:-1][joined], xy[1:][joined]], axis=1))
    return pieces
