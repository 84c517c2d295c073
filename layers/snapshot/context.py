"""Background of the maps: water and rivers, and the regions and countries around the zone."""

from __future__ import annotations

import pathlib

import geopandas as gpd
import pandas as pd
import shapely

from geo import crs
from layers.io import store
from layers.region import Region
from layers.snapshot import hand_tables, raw
from layers.snapshot import zone as zones

FILES = ("water.geojson", "context.geojson")
_WATER = "water_polygons"

WATER_MIN_KM2 = 0.5
WATER_MARGIN_M = 30_000.0
WATER_TOLERANCE_M = 60.0
RIVER_TOLERANCE_M = 200.0
REGION_MARGIN_M = 150_000.0
REGION_TOLERANCE_M = 400.0
# The background reaches this far under the districts: its own outlines are 1.4 km off in the mean.
UNDERLAP_M = 6_000.0
_MIN_HOLE_M2 = WATER_MIN_KM2 * 1e6


def snapshot(region: Region, sources: pathlib.Path, target: pathlib.Path) -> None:
    """Write the files of `FILES` into ``target``, which holds ``districts.geojson`` already.

    Raises
    ------
    InputError
        If a raw file is missing.
    """
    zone = zones.load(region, target)
    columns = ["context_id", "kind", *region.columns("name"), "source_id"]
    none = gpd.GeoDataFrame({name: pd.Series(dtype=str) for name in columns}, geometry=[], crs=region.crs)
    parts = [_regions(region, sources, zone), _rivers(region, sources, zone)]
    background = pd.concat([part for part in parts if len(part)] or [none], ignore_index=True)
    _write(_water(region, sources, zone), target / "water.geojson", decimals=4)
    _write(background, target / "context.geojson", decimals=3)


def _write(frame: gpd.GeoDataFrame, path: pathlib.Path, *, decimals: int) -> None:
    """Write a layer on a grid of ``decimals`` on which its geometry is valid."""
    degrees = frame.to_crs(crs.LONLAT)
    rounded = shapely.set_precision(degrees.geometry.to_numpy(), 10.0**-decimals)
    kept = degrees.set_geometry(rounded)[~shapely.is_empty(rounded)]
    store.write_geojson(kept, path, decimals=decimals)


def _water(region: Region, sources: pathlib.Path, zone: zones.Zone) -> gpd.GeoDataFrame:
    """Lakes, reservoirs and broad rivers as polygons, the largest first."""
    if _WATER not in raw.listed(region, _WATER):
        columns: dict[str, list[object]] = {"water_id": [], "area_km2": [], "source_id": []}
        return gpd.GeoDataFrame(columns, geometry=[], crs=zone.region.crs)
    bodies = raw.vector(region, sources, _WATER).to_crs(zone.region.crs)
    near = bodies[bodies.intersects(zone.around(WATER_MARGIN_M))]
    whole = near.make_valid().union_all()
    parts = gpd.GeoSeries(shapely.get_parts(whole), crs=zone.region.crs)
    parts = parts[(parts.geom_type == "Polygon") & (parts.area >= WATER_MIN_KM2 * 1e6)]
    plain = parts.map(_without_islets).set_crs(zone.region.crs).simplify(WATER_TOLERANCE_M)
    order = plain.area.round().sort_values(ascending=False, kind="stable").index
    plain = plain[order].reset_index(drop=True)
    return gpd.GeoDataFrame(
        {
            "water_id": [f"water-{number:04d}" for number in range(1, len(plain) + 1)],
            "area_km2": (plain.area / 1e6).round(2),
            "source_id": raw.source_id(region, _WATER),
        },
        geometry=plain,
    )


def _without_islets(polygon: shapely.Polygon) -> shapely.Polygon:
    holes = [ring for ring in polygon.interiors if shapely.Polygon(ring).area >= _MIN_HOLE_M2]
    return shapely.Polygon(polygon.exterior, holes)


def _rivers(region: Region, sources: pathlib.Path, zone: zones.Zone) -> gpd.GeoDataFrame:
    """Rivers as lines, one row for each name and one for those without."""
    names = hand_tables.read(region, "rivers.csv").set_index("source_name")
    keys = raw.listed(region, "rivers")
    if not keys:
        return gpd.GeoDataFrame(geometry=[], crs=zone.region.crs)
    lines = pd.concat([raw.vector(region, sources, key, ("name",)) for key in keys])
    metric = gpd.GeoDataFrame(lines, crs=lines.crs).to_crs(zone.region.crs)
    near = gpd.clip(metric, zone.around(WATER_MARGIN_M), keep_geom_type=True)
    titles = names.reindex(near["name"]).fillna("").set_axis(near.index)
    by_name = near.assign(**titles).dissolve(region.name_column, as_index=False)
    rivers = by_name[[*titles.columns, "geometry"]]
    merged = rivers.geometry.line_merge().normalize().simplify(RIVER_TOLERANCE_M)
    return rivers.set_geometry(merged).assign(
        context_id=[f"river-{number:02d}" for number in range(1, len(rivers) + 1)],
        kind="river",
        source_id=raw.source_id(region, keys[-1]),
    )


def _regions(region: Region, sources: pathlib.Path, zone: zones.Zone) -> gpd.GeoDataFrame:
    """First-level regions of the two countries and other countries as a whole, up to the margin."""
    names = hand_tables.read(region, "neighbours.csv").set_index("source_key")
    regions = zones.neighbours(region, sources, zone)
    if regions.empty:
        return regions
    frame = zone.around(REGION_MARGIN_M).envelope
    regions = regions[regions.intersects(frame)]
    own = regions["country"].isin(zone.region.countries)
    keys = regions["region_id"].where(own, regions["country"])
    units = regions.assign(region_id=keys.map(names["region_id"]).fillna(keys))
    merged = units.dissolve("region_id")
    plain = gpd.GeoSeries(
        shapely.coverage_simplify(merged.geometry.to_numpy(), REGION_TOLERANCE_M),
        index=merged.index,
        crs=merged.crs,
    )
    under = zone.outline.simplify(UNDERLAP_M / 6)
    shapes = {
        name: _spread(shape, under, plain.drop(name).union_all()).intersection(frame)
        for name, shape in plain.items()
        if name in set(names["region_id"])
    }
    titles = names.set_index("region_id").loc[list(shapes)]
    return gpd.GeoDataFrame(
        {"context_id": list(shapes), "kind": "region"}, geometry=list(shapes.values()), crs=zone.region.crs
    ).assign(**titles.reset_index(drop=True), source_id=merged.loc[list(shapes), "source_id"].to_numpy())


def _spread(shape: shapely.Geometry, zone: shapely.Geometry, others: shapely.Geometry) -> shapely.Geometry:
    """Shape that reaches `UNDERLAP_M` under the edge of the zone, no more and no less."""
    under = shape.buffer(UNDERLAP_M, quad_segs=2).intersection(zone.buffer(UNDERLAP_M, quad_segs=2))
    spread = shape.union(under.difference(others)).difference(zone.buffer(-UNDERLAP_M, quad_segs=2))
    return spread.simplify(REGION_TOLERANCE_M / 2)
