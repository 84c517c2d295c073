"""Isochrones of any point of the study area, as those of its centres and crossings."""

from __future__ import annotations

import collections.abc

import geopandas as gpd

from geo import crs, errors, scenario
from layers import catchments, network, study_area, surfaces, units

PLACE = "point"


def isochrones(
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
        Base layers of the roads, ``districts``, ``district_wide`` and ``water``.
    lon, lat
        In degrees.
    minutes
        Ascending limits; those of the study area if there are none.
    change
        Scenario; the base if there is none.

    Returns
    -------
    geopandas.GeoDataFrame
        As :func:`layers.catchments.isochrones` gives them, in EPSG:4326; the point is `PLACE`.

    Raises
    ------
    InputError
        If the point lies outside the study area, the limits are not ascending numbers above 0, or the
        scenario names what the network does not have.
    """
    point = gpd.GeoSeries.from_xy([lon], [lat], index=[PLACE], crs=crs.LONLAT)
    country = _country(layers["districts"], point)
    own = gpd.GeoDataFrame({"side": country}, index=[PLACE], geometry=point.to_crs(study_area.load().crs))
    attached = network.by_road(layers, change=change, more=own)
    cells, persons = surfaces.on_roads(surfaces.ground(layers), attached)
    found = catchments.isochrones(layers, attached, cells, persons, {PLACE: country}, minutes=minutes)
    if found.empty:
        longest = max(minutes or study_area.load().analysis.isochrone_min)
        raise errors.InputError(
            f"point {lon:g}, {lat:g}: nothing within {longest} min; expected a longer limit"
        )
    named = dict.fromkeys(units.NAMES, f"{lon:g}, {lat:g}")
    return catchments.in_degrees(found.assign(**named))


def _country(districts: gpd.GeoDataFrame, point: gpd.GeoSeries) -> str:
    own = districts[districts.intersects(point.iloc[0])]
    if own.empty:
        told = f"{point.x.iloc[0]:g}, {point.y.iloc[0]:g}"
        raise errors.InputError(f"point {told}: outside the study area; expected a point in a district")
    return str(own["country"].iloc[0])
