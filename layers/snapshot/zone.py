"""The zone as later snapshot topics need it: districts, countries, their common border, the margin."""

from __future__ import annotations

import dataclasses
import functools
import pathlib

import geopandas as gpd
import pandas as pd
import shapely

from geo import crs, errors
from layers.dictionary import units
from layers.io import store
from layers.region import Region
from layers.snapshot import raw

# Outlines of the neighbouring regions lie up to this far off our districts.
_SEAM_M = 3_000
_WINDOW_DEGREES = 3.0
# Ground adjoins a district if it is as near as lines of two sources differ.
_BESIDE_DEGREES = 0.01


@dataclasses.dataclass(frozen=True)
class Zone:
    """Districts of the study area in the working CRS.

    Attributes
    ----------
    region
        The region.
    districts
        One row per district, columns ``unit_id``, ``country`` and the polygon.
    """

    region: Region
    districts: gpd.GeoDataFrame

    @functools.cached_property
    def countries(self) -> dict[str, shapely.Geometry]:
        """Territory of the study area in each country, in metres."""
        shapes = self.districts.geometry.groupby(self.districts["country"])
        return {
            country: shapely.coverage_union_all(shapes.get_group(country).to_numpy())
            for country in self.region.countries
        }

    @functools.cached_property
    def border(self) -> shapely.Geometry:
        """The line that both countries share, in metres."""
        first, second = self.countries.values()
        shared = shapely.get_parts(shapely.intersection(first.boundary, second.boundary))
        return shapely.line_merge(shapely.multilinestrings(shared[shapely.length(shared) > 0]))

    @functools.cached_property
    def outline(self) -> shapely.Geometry:
        """The whole zone, in metres."""
        whole = shapely.coverage_union_all(self.districts.geometry.to_numpy())
        shapely.prepare(whole)
        return whole

    def around(self, margin_m: float) -> shapely.Geometry:
        """Give the zone with what is within ``margin_m`` of it, to a hundredth of the margin."""
        return self.outline.simplify(margin_m / 100).buffer(margin_m)

    def window(self, *, degrees: float) -> shapely.Geometry:
        """Box in lon/lat around the zone, ``degrees`` wider on each side."""
        west, south, east, north = self.districts.to_crs(crs.LONLAT).total_bounds
        return shapely.box(west - degrees, south - degrees, east + degrees, north + degrees)

    def with_margin(self, neighbours: gpd.GeoDataFrame, *, margin_m: float) -> dict[str, shapely.Geometry]:
        """Territory of each country in the zone and up to ``margin_m`` around it.

        Parameters
        ----------
        neighbours
            Regions around the zone with a column ``country``, in the working CRS.
        margin_m
            Width of the margin in metres; other countries have no part in it.
        """
        ring = self.around(margin_m).difference(self.outline)
        around = neighbours.geometry[neighbours.intersects(ring)]
        taken = neighbours["country"].reindex(around.index)
        result = {}
        for country, core in self.countries.items():
            own = shapely.union_all(around[taken == country].to_numpy()).buffer(_SEAM_M)
            foreign = shapely.union_all(around[taken != country].to_numpy())
            result[country] = core.union(own.intersection(ring).difference(foreign))
        return result

    def unit_at(self, points: gpd.GeoSeries, *, country: str | None = None) -> pd.Series:
        """``unit_id`` of the district that holds or is nearest to each point, indexed like ``points``."""
        own = self.districts["country"] == country if country else slice(None)
        units_there = self.districts.loc[own, ["unit_id", "geometry"]]
        metric = gpd.GeoDataFrame(geometry=points.to_crs(self.region.crs))
        inside = gpd.sjoin(metric, units_there, predicate="within")
        outside = gpd.sjoin_nearest(metric.drop(index=inside.index), units_there)
        found = pd.concat([inside["unit_id"], outside["unit_id"]]).sort_values(kind="stable")
        first: pd.Series = found.groupby(level=0).first()
        return first.reindex(points.index)


def load(region: Region, target: pathlib.Path) -> Zone:
    """Read the zone from ``districts.geojson`` of the snapshot in ``target``.

    Raises
    ------
    InputError
        If the file is missing or a unit in it is unknown.
    """
    districts = store.read_geojson(target / "districts.geojson")[["unit_id", "geometry"]]
    country = districts["unit_id"].map(units.load(region)["country"])
    unknown = districts.loc[country.isna(), "unit_id"]
    if len(unknown):
        raise errors.InputError(
            f"districts.geojson: unit_id {value!r} is not in units.csv" for value in unknown
        )
    return Zone(region=region, districts=districts.assign(country=country).to_crs(region.crs))


def neighbours(region: Region, sources: pathlib.Path, zone: Zone) -> gpd.GeoDataFrame:
    """Regions around the zone: ``region_id``, ``country``, ``source_id``, in the working CRS.

    Where no source has them, countries as ``boundaries.around`` of the region says.
    """
    found = [_around(region, sources, zone)]
    for key in raw.listed(region, "neighbours"):
        regions = raw.vector(region, sources, key, ("region_id", "country"))
        found.append(_near(region, key, regions, zone))
    frame = gpd.GeoDataFrame(pd.concat([part for part in found if len(part)] or found[:1], ignore_index=True))
    return frame.sort_values("region_id", kind="stable").to_crs(zone.region.crs).reset_index(drop=True)


def _near(region: Region, key: str, regions: gpd.GeoDataFrame, zone: Zone) -> gpd.GeoDataFrame:
    """Cut regions to what lies near the zone, without those that are part of it."""
    window = zone.window(degrees=_WINDOW_DEGREES)
    near = regions[regions.intersects(window) & ~regions["region_id"].isin(region.oblasts)]
    return gpd.GeoDataFrame(
        {"region_id": near["region_id"], "country": near["country"], "source_id": raw.source_id(region, key)},
        geometry=near.geometry.make_valid().intersection(window),
        crs=near.crs,
    )


def _around(region: Region, sources: pathlib.Path, zone: Zone) -> gpd.GeoDataFrame:
    """Countries around the zone by their outlines, or as what these leave beside the country's districts."""
    stated = region.boundaries.around
    window = zone.window(degrees=_WINDOW_DEGREES)
    read = {country: raw.vector(region, sources, key) for country, key in stated.items() if key}
    outlines = {
        country: frame.to_crs(crs.LONLAT).make_valid().union_all().intersection(window)
        for country, frame in read.items()
    }
    own = zone.districts.to_crs(crs.LONLAT)
    left = shapely.get_parts(window.difference(shapely.union_all([*outlines.values(), *own.geometry])))
    for country in stated.keys() - outlines.keys():
        districts = own.geometry[own["country"] == country].union_all()
        beside = [part for part in left if part.distance(districts) <= _BESIDE_DEGREES]
        outlines[country] = shapely.union_all([*beside, districts])
    source = next((raw.source_id(region, key) for key in stated.values() if key), "")
    columns = {"region_id": list(outlines), "country": list(outlines), "source_id": source}
    return gpd.GeoDataFrame(columns, geometry=list(outlines.values()), crs=crs.LONLAT)


def clip(lines: gpd.GeoSeries, land: shapely.Geometry) -> gpd.GeoSeries:
    """Parts of lines on some land, as LineStrings with the index of their line."""
    shapely.prepare(land)
    touching = lines[shapely.intersects(land, lines.to_numpy())]
    within = shapely.contains_properly(land, touching.to_numpy())
    cut = touching[~within].intersection(land)
    parts = pd.concat([touching[within], cut]).explode()
    return parts[parts.geom_type == "LineString"]
