"""One coverage of the districts of both countries, from the raw boundary files of each."""

from __future__ import annotations

import pathlib

import geopandas as gpd
import pandas as pd

from geo import crs, errors
from geo.coverage import harmonise as coverage
from layers.dictionary import units
from layers.io import store
from layers.region import Region
from layers.snapshot import measures, raw, report, stages

FILES = ("districts.geojson", report.FILE)


def snapshot(region: Region, sources: pathlib.Path, target: pathlib.Path) -> None:
    """Write ``districts.geojson`` and ``coverage_report.json`` into ``target``.

    Raises
    ------
    InputError
        If a raw file is missing or does not hold what the study area expects.
    CoverageError
        If the two sides cannot be harmonised, or rounding breaks the coverage.
    """
    districts_file = target / FILES[0]
    fine, coarse, outlines = read(region, sources)
    harmonised = harmonise(region, fine, coarse, outlines)
    _write(generalise(region, harmonised), districts_file)
    generalised = store.read_geojson(districts_file).set_index("unit_id").geometry.to_crs(region.crs)
    made = stages.Stages(fine, coarse, outlines, harmonised, generalised)
    report.write(measures.compute(region, made), target)


def read(region: Region, sources: pathlib.Path) -> tuple[gpd.GeoSeries, gpd.GeoSeries, gpd.GeoSeries]:
    """Districts of the fine side, of the coarse side, and the outlines of its oblasts, as read."""
    fine, coarse = region.boundaries.fine, region.boundaries.coarse
    fine_parts = [
        _keyed(region, raw.vector(region, sources, file, (fine.key,)), fine.key, file=file, oblasts=(oblast,))
        for oblast, file in fine.files.items()
    ]
    coarse_part = _keyed(
        region,
        raw.vector(region, sources, coarse.file, (coarse.key,)),
        coarse.key,
        file=coarse.file,
        oblasts=tuple(coarse.outlines),
    )
    outlines = {
        oblast: raw.vector(region, sources, file).geometry for oblast, file in coarse.outlines.items()
    }
    shapes = gpd.GeoSeries({oblast: shape.union_all() for oblast, shape in outlines.items()}, crs=crs.LONLAT)
    districts = pd.concat([*fine_parts, coarse_part])
    _require_count(region, districts)
    country = districts.index.map(units.load(region)["country"])
    return districts[country == fine.country], districts[country == coarse.country], shapes.to_crs(region.crs)


def harmonise(
    region: Region, fine: gpd.GeoSeries, coarse: gpd.GeoSeries, outlines: gpd.GeoSeries
) -> gpd.GeoSeries:
    """Clean both sides, fit the coarse one to its outlines, and join them along the fine line."""
    limits = region.boundaries
    oblast_of = units.load(region)["parent_id"]
    fitted = coverage.fit(
        coverage.clean(coarse, sliver_m=limits.sliver_m),
        outlines,
        within=coarse.index.to_series().map(oblast_of),
        reach_m=limits.fit_reach_m,
    )
    cleaned = coverage.clean(fine, sliver_m=limits.sliver_m)
    return coverage.harmonise(cleaned, fitted, reach_m=limits.line_reach_m).sort_index()


def generalise(region: Region, harmonised: gpd.GeoSeries) -> gpd.GeoSeries:
    """Simplify the lines inside each country, then all lines together."""
    tolerances = region.generalisation
    country = harmonised.index.to_series().map(units.load(region)["country"])
    sides = [
        coverage.generalise(side, tolerance_m=tolerances.inner_tolerance_m, keep_outer=True)
        for _, side in harmonised.groupby(country)
    ]
    return coverage.generalise(pd.concat(sides).sort_index(), tolerance_m=tolerances.line_tolerance_m)


def _keyed(
    region: Region,
    frame: gpd.GeoDataFrame,
    key: str,
    *,
    file: str,
    oblasts: tuple[str, ...],
) -> gpd.GeoSeries:
    """One polygon for each unit of the oblasts, after the merges of the study area."""
    table = units.of_level(region, "district")
    expected = table[table["parent_id"].isin(oblasts)].reset_index().set_index("source_key")["unit_id"]
    merged = {merge.part: merge.whole for merge in region.boundaries.merges if merge.oblast in oblasts}
    unit_id = frame[key].replace(merged).map(expected)
    absent = sorted(set(expected) - set(unit_id.dropna()))
    if absent:
        raise errors.InputError(f"{file}: no polygon for {unit}; expected one" for unit in absent)
    polygons = gpd.GeoDataFrame({"unit_id": unit_id}, geometry=frame.geometry).dropna(subset="unit_id")
    return polygons.to_crs(region.crs).dissolve("unit_id").geometry


def _require_count(region: Region, districts: gpd.GeoSeries) -> None:
    counts = districts.index.to_series().map(units.load(region)["parent_id"]).value_counts()
    findings = [
        f"{oblast}: {counts.get(oblast, 0)} districts; expected {expected}"
        for oblast, expected in region.districts_expected.items()
        if counts.get(oblast, 0) != expected
    ]
    if findings:
        raise errors.InputError(findings)


def _write(polygons: gpd.GeoSeries, path: pathlib.Path) -> None:
    frame = gpd.GeoDataFrame({"unit_id": polygons.index}, geometry=polygons.to_numpy(), crs=polygons.crs)
    store.write_geojson(frame, path)
