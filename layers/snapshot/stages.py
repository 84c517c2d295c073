"""The coverage at each stage of its making."""

from __future__ import annotations

import dataclasses

import geopandas as gpd


@dataclasses.dataclass(frozen=True)
class Stages:
    """The coverage at each stage: polygons indexed by ``unit_id``, in the working CRS.

    Attributes
    ----------
    fine, coarse
        Districts of the two sides as read, one polygon a unit.
    outlines
        Outlines of the coarse side's oblasts, indexed by oblast.
    harmonised
        All districts, exactly noded, with the fine side's line between the countries.
    generalised
        The same, simplified as a whole and rounded as in the file.
    """

    fine: gpd.GeoSeries
    coarse: gpd.GeoSeries
    outlines: gpd.GeoSeries
    harmonised: gpd.GeoSeries
    generalised: gpd.GeoSeries
