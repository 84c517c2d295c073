"""Border crossings: the table by hand, put on the border line of the coverage."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from geo import crs, errors
from layers.base import transport
from layers.dictionary import ids
from layers.region import Region
from layers.snapshot import zone as zones

# A crossing further than this from the border line cannot be right.
MAX_SHIFT_M = 500
# Crossings sit on the grid of the road network, so that roads meet them exactly.
GRID_M = 5.0


def compute(region: Region, zone: zones.Zone) -> gpd.GeoDataFrame:
    """Crossings on the border line, in the working CRS, sorted by ``crossing_id``.

    Adds ``unit_id_a`` and ``unit_id_b`` (the districts that meet there), ``pair_id`` and ``shift_m``,
    how far the point was moved.

    Raises
    ------
    InputError
        One line for each crossing too far from the border.
    """
    table = transport.known_crossings(region).sort_values("crossing_id", ignore_index=True)
    points = gpd.GeoSeries.from_xy(table["lon"].astype(float), table["lat"].astype(float), crs=crs.LONLAT)
    metric = points.to_crs(zone.region.crs)
    placed = gpd.GeoSeries(
        [_on_border(point, zone.border) for point in metric], index=table.index, crs=metric.crs
    )
    shift_m = placed.distance(metric)
    _require_near(table, shift_m)
    first, second = zone.region.countries
    unit_a, unit_b = zone.unit_at(placed, country=first), zone.unit_at(placed, country=second)
    frame = table.drop(columns=["lon", "lat"]).assign(
        unit_id_a=unit_a,
        unit_id_b=unit_b,
        pair_id=ids.pair(unit_a, unit_b),
        shift_m=shift_m.round(0).astype(int),
    )
    return gpd.GeoDataFrame(frame, geometry=placed)


def _on_border(point: shapely.Point, border: shapely.Geometry) -> shapely.Point:
    on_line = shapely.get_point(shapely.shortest_line(border, point), 0)
    return shapely.set_precision(on_line, GRID_M)


def _require_near(table: pd.DataFrame, shift_m: pd.Series) -> None:
    findings = [
        f"crossings.csv: {table['crossing_id'][row]}: lies {shift_m[row]:.0f} m off the border; "
        f"expected at most {MAX_SHIFT_M} m"
        for row in shift_m.index[shift_m > MAX_SHIFT_M]
    ]
    if findings:
        raise errors.InputError(findings)
