"""Base layers of the coverage: districts, oblasts, the border and the pairs of districts along it.

All four come from ``districts.geojson``, so that nothing can disagree. Frames are in EPSG:4326,
sorted by their id; lengths and areas are measured on the ellipsoid.
"""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pandera.pandas as pa
import shapely

from geo import crs, errors
from geo.coverage import harmonise
from layers.dictionary import ids, units
from layers.io import contracts, store
from layers.region import Region, remembered

# A hole is stated to the square kilometre, and its edge is generalised.
HOLE_OFF = 0.05


def districts(region: Region) -> gpd.GeoDataFrame:
    """Second-level units: ids, kind, names, codes, ``area_km2``, polygon.

    Raises
    ------
    InputError
        If the snapshot holds other units than the table of units.
    """
    return _districts(region).copy()


@remembered
def _districts(region: Region) -> gpd.GeoDataFrame:
    layer = store.read_geojson(region.snapshot / "districts.geojson", kinds=("Polygon", "MultiPolygon"))
    contracts.check(layer, _SCHEMA, file="districts.geojson")
    polygons = layer.set_index("unit_id").geometry.sort_index()
    table = units.of_level(region, "district").rename(columns={"parent_id": "oblast_id"})
    odd = set(polygons.index) ^ set(table.index)
    if odd:
        raise errors.InputError(
            f"districts.geojson: {unit}: not both here and in units.csv" for unit in sorted(odd)
        )
    columns = ["oblast_id", "country", "kind", *region.columns("name"), *region.codes]
    return _layer(table.loc[polygons.index, columns], polygons)


def oblasts(region: Region) -> gpd.GeoDataFrame:
    """First-level units, each the union of its districts: ids, names, codes, ``area_km2``, polygon."""
    parts = _districts(region)
    polygons = parts.set_index("oblast_id").geometry.groupby(level=0).agg(_union)
    table = units.of_level(region, "oblast").loc[
        polygons.index, ["country", "kind", *region.columns("name"), *region.codes]
    ]
    return _layer(table, gpd.GeoSeries(polygons, crs=parts.crs))


def border(region: Region) -> gpd.GeoDataFrame:
    """Pieces of the border, one for each pair of oblasts that share it: ``length_km``, line."""
    oblast = units.load(region)["parent_id"]
    line = _line(region)
    pieces = line.assign(left=line["left"].map(oblast), right=line["right"].map(oblast))
    joined = pieces.dissolve(["left", "right"]).reset_index()
    merged = shapely.normalize(shapely.line_merge(joined.geometry.to_numpy()))
    frame = gpd.GeoDataFrame(
        {
            "border_id": ids.pair(joined["left"], joined["right"]),
            "oblast_id_a": joined["left"],
            "oblast_id_b": joined["right"],
        },
        geometry=merged,
        crs=line.crs,
    )
    frame.insert(3, "length_km", crs.geodesic_length_km(frame.geometry).round(3))
    return frame.sort_values("border_id", ignore_index=True)


def district_pairs(region: Region) -> gpd.GeoDataFrame:
    """Pairs of districts that share a piece of the border: ``shared_km``, whether paired, names, line."""
    line = _line(region)
    paired = set(region.paired_districts)
    frame = gpd.GeoDataFrame(
        {
            "pair_id": ids.pair(line["left"], line["right"]),
            "unit_id_a": line["left"],
            "unit_id_b": line["right"],
            "shared_km": line["length_km"].round(3),
            "is_paired": [pair in paired for pair in zip(line["left"], line["right"], strict=True)],
        },
        geometry=line.geometry,
        crs=line.crs,
    )
    names = units.load(region)
    for name in region.columns("name"):
        frame[name] = line["left"].map(names[name]) + " – " + line["right"].map(names[name])
    return frame.sort_values("pair_id", ignore_index=True)


def holes(region: Region) -> gpd.GeoSeries:
    """Give a point in each piece of ground that lies inside the zone and is none of its districts."""
    stated = region.boundaries.holes
    return gpd.GeoSeries.from_xy([hole.lon for hole in stated], [hole.lat for hole in stated], crs=crs.LONLAT)


def is_hole(region: Region, ground: shapely.Geometry, area_km2: float) -> bool:
    """Whether ground in degrees is a hole that the region states, about as large as stated."""
    return any(
        shapely.contains(ground, point) and abs(area_km2 / hole.area_km2 - 1) <= HOLE_OFF
        for point, hole in zip(holes(region), region.boundaries.holes, strict=True)
    )


def shared_line(region: Region, polygons: gpd.GeoSeries, *, countries: tuple[str, str]) -> gpd.GeoDataFrame:
    """Shared edges between districts of two countries, the first country's district to the left.

    Parameters
    ----------
    polygons
        A coverage indexed by ``unit_id``, in any CRS.
    countries
        The two countries, in the order of the pairs.
    """
    country = units.load(region)["country"]
    sides = polygons[polygons.index.map(country).isin(countries)]
    edges = harmonise.shared_edges(sides, between=country)
    turned = edges["left"].map(country) == countries[1]
    edges.loc[turned, ["left", "right"]] = edges.loc[turned, ["right", "left"]].to_numpy()
    return edges


def _line(region: Region) -> gpd.GeoDataFrame:
    polygons = _districts(region).set_index("unit_id").geometry
    return shared_line(region, polygons, countries=region.countries)


def _layer(table: pd.DataFrame, polygons: gpd.GeoSeries) -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame(table, geometry=polygons)
    frame.insert(len(table.columns), "area_km2", crs.geodesic_area_km2(polygons).round(3))
    return frame.rename_axis("unit_id").reset_index()


def _union(polygons: gpd.GeoSeries) -> shapely.Geometry:
    return shapely.normalize(shapely.coverage_union_all(polygons.to_numpy()))


_SCHEMA = pa.DataFrameSchema({"unit_id": pa.Column(str, contracts.filled(), unique=True)})
