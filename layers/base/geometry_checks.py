"""Where things lie, held against each other: what no layer can tell of itself.

All functions take layers in EPSG:4326 as their modules read them, measure in the working CRS, and raise
one line for each finding.
"""

from __future__ import annotations

import collections.abc

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from geo import crs, errors
from layers.base import boundaries
from layers.region import Region

# Nothing that a map of the zone shows lies farther from the box around its districts than this.
MARGIN_KM = {"context.geojson": 1_000.0, "water.geojson": 200.0}
_MARGIN_KM = 100.0
# Districts are one zone: islands may lie so far from the others.
_APART_KM = 100.0
# Where the working CRS is so far off true scale, it is not the zone for which it was made.
_SCALE_OFF = 0.01
# Places lie in the district that they name, or as near as lines are generalised.
_INSIDE_KM = 5.0
_ON_BORDER_KM = 0.05
# A line as drawn, generalised, is no longer than its length as stated; rounding aside.
_LONGER, _LONGER_KM = 1.01, 0.05

Findings = collections.abc.Iterator[str]


def require_zone(region: Region, districts: gpd.GeoDataFrame, *, file: str) -> None:
    """Refuse districts that lie elsewhere, overlap, leave gaps, or are not as large as official figures say.

    Raises
    ------
    CoverageError
        One line for each district that is elsewhere; else one for each pair that overlaps and each gap,
        and for each oblast whose area is off.
    """
    findings = list(_elsewhere(region, districts)) or [
        *_overlaps(region, districts),
        *_areas_off(region, districts),
    ]
    if findings:
        raise errors.CoverageError(errors.limited(file, findings))


def require_near(
    region: Region, layer: gpd.GeoDataFrame, zone: gpd.GeoDataFrame, *, key: str, file: str
) -> None:
    """Refuse shapes of which a vertex lies farther from the zone than the margin of the file."""
    margin_km = MARGIN_KM.get(file, _MARGIN_KM)
    box = shapely.box(*_metric(region, zone).total_bounds).buffer(margin_km * 1_000, join_style="mitre")
    corners, owner = shapely.get_coordinates(_metric(region, layer).to_numpy(), return_index=True)
    west, south, east, north = box.bounds
    # The comparison is false where the projection has no value.
    near = (corners >= (west, south)).all(axis=1) & (corners <= (east, north)).all(axis=1)
    degrees = shapely.get_coordinates(layer.geometry.to_numpy())
    away = pd.Series(np.flatnonzero(~near), index=owner[~near]).groupby(level=0).first()
    _refuse(
        file,
        (
            f"{layer[key].iloc[row]}: lies at {_place(degrees[corner])}; expected a place within "
            f"{margin_km:g} km of the zone, longitude before latitude"
            for row, corner in away.items()
        ),
    )


def require_inside(
    region: Region,
    points: gpd.GeoDataFrame,
    units: pd.Series,
    districts: gpd.GeoDataFrame,
    *,
    key: str,
    file: str,
) -> None:
    """Refuse points that do not lie in their district (``units``, by row; "" is none)."""
    shapes = _metric(region, districts).set_axis(districts["unit_id"])
    own = units.isin(shapes.index)
    away_km = (
        _metric(region, points[own]).distance(shapes.loc[units[own]].set_axis(points.index[own])) / 1_000
    )
    _refuse(
        file,
        (
            f"{points[key][row]}: lies at {_at(points.geometry[row])}, {km:,.0f} km from {units[row]}; "
            f"expected a place in it, longitude before latitude"
            for row, km in away_km[~(away_km <= _INSIDE_KM)].items()
        ),
    )


def require_on_border(
    region: Region, crossings: gpd.GeoDataFrame, pairs: gpd.GeoDataFrame, *, file: str
) -> None:
    """Refuse crossings that are not on the line that their two districts share."""
    lines = _metric(region, pairs).set_axis(pairs["pair_id"])
    known = crossings["pair_id"].isin(lines.index)
    points = _metric(region, crossings)
    away_km = points.distance(lines.reindex(crossings["pair_id"]).set_axis(crossings.index)) / 1_000
    _refuse(
        file,
        (
            f"{crossings['crossing_id'][row]}: lies at {_at(crossings.geometry[row])}, "
            + (f"{away_km[row]:,.1f} km from the border of " if known[row] else "but no border is shared by ")
            + f"{crossings['pair_id'][row]}; expected a place within {_ON_BORDER_KM:g} km of it"
            for row in crossings.index[~(away_km <= _ON_BORDER_KM)]
        ),
    )


def require_length(lines: gpd.GeoDataFrame, stated_km: pd.Series, *, key: str, file: str) -> None:
    """Refuse lines that are longer as drawn than stated; where nothing is stated, none."""
    drawn_km = crs.geodesic_length_km(lines.geometry)
    longer = drawn_km > stated_km * _LONGER + _LONGER_KM
    _refuse(
        file,
        (
            f"{lines[key][row]}: {stated_km.name} = {stated_km[row]:g}, but the line is "
            f"{drawn_km[row]:.1f} km long; expected at most as much (is a vertex elsewhere?)"
            for row in lines.index[longer]
        ),
    )


def _elsewhere(region: Region, districts: gpd.GeoDataFrame) -> Findings:
    points = districts.geometry.representative_point()
    factors = pyproj.Proj(region.crs).get_factors(points.x.to_numpy(), points.y.to_numpy())
    scales = np.array([factors.meridional_scale, factors.parallel_scale])
    off = ~(np.abs(scales - 1) <= _SCALE_OFF).all(axis=0)
    expected = "expected the zone of the study area, longitude before latitude"
    if off.mean() > 0.5:
        yield f"{off.sum()} districts lie elsewhere, one at {_at(points[off].iloc[0])}; {expected}"
        return
    # Distances of boxes: those of polygons take as long as the rest of the rules.
    boxes = shapely.box(*_metric(region, districts).bounds.to_numpy().T)
    pairs, away_m = shapely.STRtree(boxes).query_nearest(boxes, exclusive=True, return_distance=True)
    nearest = pd.Series(away_m, index=pairs[0]).groupby(level=0).min().reindex(range(len(boxes)))
    lost = off | (nearest.to_numpy() > _APART_KM * 1_000)
    for row in np.flatnonzero(lost):
        yield f"{districts['unit_id'].iloc[row]}: lies at {_at(points.iloc[row])}; {expected}"


def _overlaps(region: Region, districts: gpd.GeoDataFrame) -> Findings:
    shapes, names = districts.geometry.to_numpy(), districts["unit_id"].to_numpy()
    odd = np.flatnonzero(~shapely.is_empty(shapely.coverage_invalid_edges(shapes)))
    if not len(odd):
        yield from _gaps(region, districts)
        return
    told = set()
    first, second = shapely.STRtree(shapes[odd]).query(shapes[odd], predicate="intersects")
    for a, b in zip(odd[first], odd[second], strict=True):
        common = shapely.intersection(shapes[a], shapes[b]) if a < b else None
        if common is not None and common.area > 0:
            told |= {a, b}
            area = _area_km2([common])[0]
            yield f"{names[a]} and {names[b]} overlap by {area:.3f} km² {_where(common)}; expected none"
    for row in odd:
        if row not in told:
            yield f"{names[row]}: its edges are not those of its neighbours; expected the same vertices"


def _gaps(region: Region, districts: gpd.GeoDataFrame) -> Findings:
    whole = shapely.get_parts(shapely.coverage_union_all(districts.geometry.to_numpy()))
    holes = [shapely.Polygon(ring) for part in whole for ring in part.interiors]
    for hole, area in zip(holes, _area_km2(holes), strict=True):
        if not boundaries.is_hole(region, hole, area):
            yield f"no district covers {area:.3f} km² {_where(hole)}; expected no gap"


def _areas_off(region: Region, districts: gpd.GeoDataFrame) -> Findings:
    area = region
    limit = area.boundaries.limits.area_off_percent
    measured = districts.groupby("oblast_id")["area_km2"].sum()
    for oblast, official in area.official_area_km2.items():
        off = 100 * (measured.get(oblast, 0) / official - 1)
        if not abs(off) <= limit:
            yield (
                f"districts of {oblast} cover {measured.get(oblast, 0):,.0f} km²; "
                f"expected {official:,.0f} within {limit:g} %"
            )


def _refuse(file: str, findings: collections.abc.Iterable[str]) -> None:
    lines = errors.limited(file, findings)
    if lines:
        raise errors.GeometryError(lines)


def _metric(region: Region, layer: gpd.GeoDataFrame) -> gpd.GeoSeries:
    return layer.geometry.to_crs(region.crs)


def _area_km2(shapes: list[shapely.Geometry]) -> npt.NDArray[np.float64]:
    return crs.geodesic_area_km2(gpd.GeoSeries(shapes, crs=crs.LONLAT)).to_numpy()


def _where(shape: shapely.Geometry) -> str:
    return f"at {_at(shape.representative_point())}"


def _at(point: shapely.Point) -> str:
    return _place((point.x, point.y))


def _place(position: collections.abc.Sequence[float] | npt.NDArray[np.float64]) -> str:
    return f"{position[0]:.4f}, {position[1]:.4f}"
