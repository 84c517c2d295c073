"""What lies around and under the districts: lakes, a river, and the rest of both countries."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import crs
from scripts.bench.synthetic import ground, names, spec
from scripts.bench.synthetic import units as units_of

_LAKES, _LAKE_AT, _LAKE_RADIUS, _LAKE_VERTICES = 0.3, 0.2, 0.06, 12
_AROUND_M = 60_000
_OVERLAP_M = 3_000


def water(of: spec.Spec, on: ground.Ground) -> gpd.GeoDataFrame:
    """Lakes, each south-east of the hub of its cell; at least one."""
    random = of.random("background")
    cells = [(0, 0), *map(tuple, np.argwhere(random.uniform(size=on.side.shape) < _LAKES).tolist())]
    shapes = [_lake(of, on.hubs[cell], random) for cell in dict.fromkeys(cells)]
    frame = gpd.GeoDataFrame(
        {
            "water_id": [f"water-{number:04d}" for number in range(1, len(shapes) + 1)],
            "area_km2": 0.0,
            "source_id": units_of.SOURCE,
        },
        geometry=shapes,
        crs="EPSG:4326",
    )
    return frame.assign(area_km2=crs.geodesic_area_km2(frame.geometry).round(3))


def context(of: spec.Spec, on: ground.Ground, known: units_of.Units) -> gpd.GeoDataFrame:
    """Draw a river along the edges of the first column, and what the countries have beyond the zone."""
    river = np.concatenate([edge[:-1] for edge in on.up[:, 1]])
    west, south, east, north = shapely.total_bounds(shapely.points(on.up.reshape(-1, 2)))
    # They reach a little under the districts, so that no seam shows.
    beyond = (
        shapely.box(west - _AROUND_M, south - _AROUND_M, west + _OVERLAP_M, north + _AROUND_M),
        shapely.box(east - _OVERLAP_M, south - _AROUND_M, east + _AROUND_M, north + _AROUND_M),
    )
    shapes = [shapely.LineString(river), *(shapely.segmentize(box, _AROUND_M / 2) for box in beyond)]
    called = [known.more_names[-1], *known.country_names]
    return gpd.GeoDataFrame(
        {
            "context_id": ["river-1", *(f"{country}-beyond" for country in spec.COUNTRIES)],
            "kind": ["river", "region", "region"],
            **pd.DataFrame([names.named(of, name) for name in called]),
            "source_id": units_of.SOURCE,
        },
        geometry=shapely.transform(shapes, ground.degrees),
        crs="EPSG:4326",
    )


def _lake(of: spec.Spec, hub: ground.Floats, random: np.random.Generator) -> shapely.Polygon:
    angle = np.linspace(0, 2 * np.pi, _LAKE_VERTICES, endpoint=False)
    radius = random.uniform(0.6, 1, _LAKE_VERTICES) * _LAKE_RADIUS * of.spacing_m
    middle = hub + np.array([_LAKE_AT, -_LAKE_AT]) * of.spacing_m
    return shapely.Polygon(
        ground.degrees(middle + radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]))
    )
