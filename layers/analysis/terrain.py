"""The ground of the zone on the one grid: which cells each country has, and how much of each is land."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from geo.raster import dasymetric, grid
from layers.region import Region

Frames = dict[str, gpd.GeoDataFrame]


@dataclasses.dataclass(frozen=True, eq=False)
class Terrain:
    """The grid in the working CRS, the countries on it, and the share of land of each cell."""

    grid: grid.Grid
    sides: gpd.GeoSeries
    land: npt.NDArray[np.float64]


def read(region: Region, districts: gpd.GeoDataFrame, water: gpd.GeoDataFrame) -> Terrain:
    """Lay the grid over the districts and take the water out; layers in EPSG:4326."""
    area = region
    polygons = districts.to_crs(area.crs)
    on = grid.covering(polygons, cell_m=area.analysis.cell_m)
    land = dasymetric.land_fraction(on, water.to_crs(area.crs).make_valid())
    return Terrain(on, polygons.dissolve("country").geometry, land)
