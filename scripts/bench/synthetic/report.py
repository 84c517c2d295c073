"""The report of a coverage that was drawn as one: nothing had to be made to fit."""

from __future__ import annotations

import typing

import geopandas as gpd
import pandas as pd

from geo import crs
from geo.coverage import harmonise
from layers.dictionary import ids
from scripts.bench.synthetic import spec

_STAGES = ("harmonised", "generalised")
_NOTHING = {"p95": 0.0, "max": 0.0}


def pairs(districts: gpd.GeoDataFrame) -> pd.DataFrame:
    """Pairs of districts that share a piece of the border: ``a``, ``b`` (first country first), ``km``."""
    polygons = districts.set_index("unit_id").geometry
    edges = harmonise.shared_edges(polygons, between=ids.countries(polygons.index))
    turned = edges["left"].map(ids.country) == spec.COUNTRIES[1]
    return pd.DataFrame(
        {
            "a": edges["left"].where(~turned, edges["right"]),
            "b": edges["right"].where(~turned, edges["left"]),
            "km": edges["length_km"].round(3),
        }
    ).sort_values(["a", "b"], ignore_index=True)


def area_km2(districts: gpd.GeoDataFrame, oblast: pd.Series[str]) -> pd.Series[float]:
    """Area of each oblast; ``oblast`` is that of each district, by id."""
    area = crs.geodesic_area_km2(districts.set_index("unit_id").geometry)
    return area.groupby(oblast.loc[area.index]).sum().round(1)


def coverage(
    districts: gpd.GeoDataFrame, area: pd.Series[float], between: pd.DataFrame
) -> dict[str, typing.Any]:
    """Give the report as the snapshot holds it."""
    part = {"units": len(districts), "overlap_km2": 0.0, "gap_km2": 0.0, "slivers": 0, "invalid_edge_km": 0.0}
    length_km = round(float(between["km"].sum()), 1)
    long = between[between["km"] >= 1]
    pairs_km = dict(zip(ids.pair(long["a"], long["b"]), long["km"].round(1), strict=True))
    return {
        "coverage": dict.fromkeys(("raw", *_STAGES), part),
        "oblast_area_km2": dict.fromkeys(_STAGES, area.to_dict()),
        "line": {
            "raw_vertices_passed": 0,
            "raw_vertices_kept": 0,
            "ends_of_inner_lines_added": 0,
            "harmonised_off_raw_m": _NOTHING,
            "generalised_off_raw_m": _NOTHING,
            "raw_off_generalised_m": _NOTHING,
        },
        "outlines_off_outer_line_m": dict.fromkeys(_STAGES, _NOTHING),
        "outlines_off_raw_coarse_m": _NOTHING,
        "line_length_km": {
            "raw_coarse": length_km,
            "raw_outlines": length_km,
            "harmonised": length_km,
            "harmonised_around_exclaves": 0.0,
            "generalised": length_km,
            "by_tolerance": [[10, length_km]],
        },
        "pairs_km": dict.fromkeys(_STAGES, pairs_km),
    }
