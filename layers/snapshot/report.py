"""What the coverage is worth: measured when the snapshot is computed, told by the command, checked."""

from __future__ import annotations

import json
import pathlib
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import coverage, crs, errors
from layers import boundaries as base
from layers import store, study_area, units

if TYPE_CHECKING:
    from layers.snapshot import boundaries as snapshot

Report = dict[str, Any]

_SAMPLE_M = 20
_SAME_M = 0.001
_LENGTH_TOLERANCES_M = (10, 50, 100, 200, 500, 1000)


def compute(stages: snapshot.Stages, area: study_area.StudyArea) -> Report:
    """Measure each stage; all numbers are rounded as they are shown."""
    return {
        "gap_width_m": area.boundaries.check_gap_m,
        "coverage": _coverages(stages, area),
        "oblast_area_km2": _areas(stages, area),
        "line": _line(stages, area),
        "outer_line_off_outlines_m": _outer_line(stages, area),
        "line_length_km": _lengths(stages, area),
        "district_pairs": _pairs(stages, area),
    }


def write(report: Report, path: pathlib.Path) -> None:
    """Write the report as JSON."""
    text = json.dumps(report, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def read(path: pathlib.Path) -> Report:
    """Read the report of a snapshot.

    Raises
    ------
    InputError
        If the file is missing or not JSON.
    """
    try:
        report: Report = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise errors.InputError(f"{path.name}: file is missing in {path.parent}") from error
    except ValueError as error:
        raise errors.InputError(f"{path.name}: not readable as JSON: {error}") from error
    return report


def _coverages(stages: snapshot.Stages, area: study_area.StudyArea) -> Report:
    read_as = pd.concat([stages.fine, stages.coarse])
    named = {"raw": read_as, "harmonised": stages.harmonised, "generalised": stages.generalised}
    return {name: _coverage(polygons, area) for name, polygons in named.items()}


def _coverage(polygons: gpd.GeoSeries, area: study_area.StudyArea) -> Report:
    measures = coverage.measure(polygons, gap_width_m=area.boundaries.check_gap_m)
    return {
        "units": len(polygons),
        "overlap_km2": round(measures.overlap_km2, 3),
        "gap_km2": round(measures.gap_km2, 3),
        "slivers": measures.slivers,
        "invalid_edge_km": round(measures.invalid_edge_km, 3),
        "valid": measures.is_valid,
    }


def _areas(stages: snapshot.Stages, area: study_area.StudyArea) -> Report:
    harmonised, generalised = (_oblast_areas(part) for part in (stages.harmonised, stages.generalised))
    return {
        oblast: {
            "official": official,
            "harmonised": round(harmonised[oblast], 1),
            "generalised": round(generalised[oblast], 1),
            "off_percent": round(100 * (generalised[oblast] / official - 1), 3),
        }
        for oblast, official in area.official_area_km2.items()
    }


def _oblast_areas(polygons: gpd.GeoSeries) -> pd.Series:
    oblast = polygons.index.to_series().map(units.load()["parent_id"])
    return crs.geodesic_area_km2(polygons).groupby(oblast).sum()


def _line(stages: snapshot.Stages, area: study_area.StudyArea) -> Report:
    raw = shapely.boundary(shapely.union_all(stages.fine.to_numpy()))
    exact = shapely.union_all(
        base.shared_line(stages.harmonised, countries=area.countries).geometry.to_numpy()
    )
    drawn = shapely.union_all(
        base.shared_line(stages.generalised, countries=area.countries).geometry.to_numpy()
    )
    corners = shapely.points(np.unique(shapely.get_coordinates(exact), axis=0))
    raw_corners = shapely.points(shapely.get_coordinates(stages.fine.to_numpy()))
    from_raw = shapely.STRtree(raw_corners).query_nearest(corners, return_distance=True, all_matches=False)[1]
    return {
        "harmonised_vertices": len(corners),
        "harmonised_vertices_of_raw_line": int((from_raw <= _SAME_M).sum()),
        "harmonised_off_raw_m": _off(exact, raw),
        "generalised_off_raw_m": _off(drawn, raw),
        "raw_off_generalised_m": _off(exact, drawn),
    }


def _outer_line(stages: snapshot.Stages, area: study_area.StudyArea) -> Report:
    """How far the coarse side's outer lines lie from the outlines, the common line left out."""
    exact = shapely.union_all(
        base.shared_line(stages.harmonised, countries=area.countries).geometry.to_numpy()
    )
    rim = shapely.boundary(shapely.union_all(stages.outlines.to_numpy()))
    away = shapely.difference(rim, shapely.buffer(exact, area.boundaries.line_reach_m, quad_segs=2))
    country = units.load()["country"]
    result = {}
    for name, polygons in (("harmonised", stages.harmonised), ("generalised", stages.generalised)):
        own = polygons[polygons.index.map(country) == area.boundaries.coarse.country]
        result[name] = _off(away, shapely.boundary(shapely.union_all(own.to_numpy())))
    return result


def _off(line: shapely.Geometry, target: shapely.Geometry) -> Report:
    """Distance of points along a line from another, in metres."""
    points = shapely.points(shapely.get_coordinates(shapely.segmentize(line, _SAMPLE_M)))
    shapely.prepare(target)
    metres = shapely.distance(points, target)
    return {"max": round(float(metres.max()), 1), "p95": round(float(np.percentile(metres, 95)), 1)}


def _lengths(stages: snapshot.Stages, area: study_area.StudyArea) -> Report:
    lengths = {
        "harmonised": _length(stages.harmonised, area),
        "generalised": _length(stages.generalised, area),
    }
    for tolerance in _LENGTH_TOLERANCES_M:
        simple = coverage.generalise(stages.harmonised, tolerance_m=tolerance)
        lengths[f"tolerance_{tolerance}_m"] = _length(simple, area)
    return {**lengths, **_stated(area)}


def _stated(area: study_area.StudyArea) -> Report:
    """Length of the border as the seed article tells it."""
    facts = store.read_table(store.TABLES / "stated_facts.csv")
    fact = facts[(facts["unit_id"] == "~".join(area.countries)) & (facts["indicator"] == "border_length_km")]
    return {"stated": float(fact["value"].iloc[0]), "qualifier": fact["qualifier"].iloc[0]}


def _length(polygons: gpd.GeoSeries, area: study_area.StudyArea) -> float:
    return round(float(base.shared_line(polygons, countries=area.countries)["length_km"].sum()), 1)


def _pairs(stages: snapshot.Stages, area: study_area.StudyArea) -> Report:
    result: Report = {}
    for name, polygons in (("harmonised", stages.harmonised), ("generalised", stages.generalised)):
        line = base.shared_line(polygons, countries=area.countries)
        result[f"of_1_km_{name}"] = int((line["length_km"] >= 1).sum())
        km = line.set_index(["left", "right"])["length_km"].round(1)
        result[f"paired_km_{name}"] = {"~".join(pair): float(km[pair]) for pair in area.paired_districts}
    return result
