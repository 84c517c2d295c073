"""Isochrones of any point of the study area, as those of its centres and crossings."""

from __future__ import annotations

import collections.abc

import geopandas as gpd
import numpy as np

from geo import crs, errors
from geo.network import scenario
from layers.analysis import catchments, network, surfaces
from layers.region import Region

PLACE = "point"
# Coordinates of five decimals are up to a metre off the line on which a crossing lies.
_ON_BORDER_M = 5.0


def isochrones(
    region: Region,
    layers: network.Frames,
    lon: float,
    lat: float,
    *,
    minutes: collections.abc.Sequence[int] = (),
    change: scenario.Scenario | None = None,
) -> gpd.GeoDataFrame:
    """Areas within times by road from a point, split into domestic and foreign.

    Parameters
    ----------
    layers
        Base layers of the roads, ``districts``, ``district_population`` and ``water``.
    lon, lat
        In degrees.
    minutes
        Ascending limits; those of the study area if there are none.
    change
        Scenario; the base if there is none.

    Returns
    -------
    geopandas.GeoDataFrame
        As :func:`layers.analysis.catchments.isochrones` gives them, in EPSG:4326; the point is `PLACE`.

    Raises
    ------
    InputError
        If the point lies outside the study area or in water, the limits are not ascending numbers above 0,
        or the scenario names what the network does not have.
    """
    point = gpd.GeoSeries.from_xy([lon], [lat], crs=crs.LONLAT).to_crs(region.crs)
    countries = _countries(region, layers, point, f"{lon:g}, {lat:g}")
    spots = np.repeat(point.to_numpy(), len(countries))
    own = gpd.GeoDataFrame({"side": countries}, index=[PLACE] * len(countries), geometry=spots, crs=point.crs)
    attached = network.by_road(region, layers, change=change, more=own)
    cells, persons = surfaces.on_roads(surfaces.population_grid(region, layers), attached)
    home = countries[0] if len(countries) == 1 else ""
    found = catchments.isochrones(region, layers, attached, cells, persons, {PLACE: home}, minutes=minutes)
    if found.empty:
        longest = max(minutes or region.analysis.isochrone_min)
        raise errors.InputError(
            f"point {lon:g}, {lat:g}: nothing within {longest} min; expected a longer limit"
        )
    named = dict.fromkeys(region.columns("name"), f"{lon:g}, {lat:g}")
    return catchments.in_degrees(found.assign(**named))


def _countries(region: Region, layers: network.Frames, point: gpd.GeoSeries, told: str) -> list[str]:
    """Country in which a point lies; both where it lies on the border, as a crossing does."""
    near = network.metric(region, layers["districts"])
    near = near[near.dwithin(point.iloc[0], _ON_BORDER_M)]
    if near.empty:
        raise errors.InputError(f"point {told}: outside the study area; expected a point in a district")
    if network.metric(region, layers["water"]).intersects(point.iloc[0]).any():
        raise errors.InputError(f"point {told}: lies in water; expected a point on land")
    return sorted(set(near["country"]))
