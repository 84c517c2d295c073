"""Nearness in a straight line: distance to a line, bands, nearest facility, permeability of a border."""

from __future__ import annotations

import collections.abc
import itertools

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo import crs, errors

BAND_EDGES_KM = (0, 15, 30, 50, 100)


def distance_to_line_km(places: gpd.GeoSeries, lines: gpd.GeoSeries) -> pd.Series:
    """Least distance of each geometry to any of the lines.

    Parameters
    ----------
    places
        Geometries of any type; the distance of a polygon that touches a line is 0.
    lines
        Lines in the same metric CRS.

    Returns
    -------
    pandas.Series
        Indexed like ``places``, named ``distance_km``.

    Raises
    ------
    CrsError
        If the layers do not share one metric CRS.
    GeometryError
        If there is no line, or a place has no geometry; one line for each.
    """
    crs.require_metric_crs(places, lines)
    if lines.is_empty.all():
        raise errors.GeometryError("the layer of lines is empty; expected at least one line")
    _require_shapes(places)
    tree = shapely.STRtree(_segments(lines))
    (place, _), metres = tree.query_nearest(places.to_numpy(), return_distance=True, all_matches=False)
    distance_km = np.empty(len(places))
    distance_km[place] = metres / 1_000
    return pd.Series(distance_km, index=places.index, name="distance_km")


def distance_bands(
    distance_km: pd.Series, *, edges_km: collections.abc.Sequence[float] = BAND_EDGES_KM
) -> pd.Series:
    """Band in which each distance lies.

    Parameters
    ----------
    distance_km
        Distances, 0 or more.
    edges_km
        Ascending edges from 0; a distance equal to an edge lies in the lower band.

    Returns
    -------
    pandas.Series
        Ordered categories such as "0-15", "15-30", ">30", indexed like ``distance_km``, named
        ``distance_band``.

    Raises
    ------
    InputError
        If the edges are not ascending from 0, or a distance is negative or missing.
    """
    edges = np.asarray(edges_km, dtype=float)
    if len(edges) < 2 or edges[0] != 0 or not (np.diff(edges) > 0).all():
        raise errors.InputError(f"band edges {list(edges_km)}; expected ascending kilometres from 0")
    wrong = distance_km[~(distance_km >= 0)]
    if len(wrong):
        raise errors.InputError(
            f"place {label}: distance {value}; expected kilometres, 0 or more"
            for label, value in wrong.items()
        )
    names = [f"{low:g}-{high:g}" for low, high in itertools.pairwise(edges)]
    bands = pd.cut(distance_km, [*edges, np.inf], labels=[*names, f">{edges[-1]:g}"], include_lowest=True)
    return pd.Series(bands, index=distance_km.index, name="distance_band")


def weighted_mean(values: pd.Series, weights: pd.Series, groups: pd.Series) -> pd.Series:
    """Mean of an intensive value by group, weighted by an extensive one such as population.

    Parameters
    ----------
    values, weights, groups
        Aligned by index; rows whose value or weight is missing are left out.

    Returns
    -------
    pandas.Series
        Indexed by group; missing where the weights of a group add up to 0.
    """
    known = values.notna() & weights.notna()
    table = pd.DataFrame({"load": values * weights, "weight": weights})[known]
    total = table.groupby(groups[known]).sum().reindex(pd.Index(groups.unique()).sort_values())
    mean = total["load"] / total["weight"].where(total["weight"] > 0)
    return pd.Series(mean, name=values.name)


def nearest_straight(places: gpd.GeoSeries, facilities: gpd.GeoSeries) -> pd.DataFrame:
    """Nearest facility of each place in a straight line.

    Parameters
    ----------
    places, facilities
        Geometries in one metric CRS, ``facilities`` indexed by id.

    Returns
    -------
    pandas.DataFrame
        Indexed like ``places``: ``nearest_id`` (the first in the order of ``facilities`` of equals)
        and ``distance_km``.

    Raises
    ------
    CrsError
        If the layers do not share one metric CRS.
    GeometryError
        If there is no facility, or a place has no geometry.
    """
    crs.require_metric_crs(places, facilities)
    if facilities.is_empty.all():
        raise errors.GeometryError("the layer of facilities is empty; expected at least one")
    _require_shapes(places)
    tree = shapely.STRtree(facilities.to_numpy())
    (place, found), metres = tree.query_nearest(places.to_numpy(), return_distance=True)
    rows = pd.DataFrame({"place": place, "found": found, "distance_km": metres / 1_000})
    first = rows.sort_values(["place", "found"]).drop_duplicates("place")
    return pd.DataFrame(
        {
            "nearest_id": facilities.index.to_numpy()[first["found"]],
            "distance_km": first["distance_km"].to_numpy(),
        },
        index=places.index,
    )


def permeability_km(border_km: pd.Series, crossings: pd.Series) -> pd.Series:
    """Kilometres of border for each crossing, K = length / number (Tarkhov 2022).

    Parameters
    ----------
    border_km
        Length of the border by stretch.
    crossings
        Number of crossings on it, aligned by index; a stretch that is not listed has none.

    Returns
    -------
    pandas.Series
        Indexed like ``border_km``, named ``permeability_km``; missing where there is no crossing.
    """
    count = crossings.reindex(border_km.index).fillna(0)
    return (border_km / count.where(count > 0)).rename("permeability_km")


def _segments(lines: gpd.GeoSeries) -> npt.NDArray[np.object_]:
    """Straight pieces of lines, so that an index can tell the near ones from the far."""
    vertices, part = shapely.get_coordinates(shapely.get_parts(lines.to_numpy()), return_index=True)
    joined = part[1:] == part[:-1]
    segments: npt.NDArray[np.object_] = shapely.linestrings(
        np.stack([vertices[:-1][joined], vertices[1:][joined]], axis=1)
    )
    return segments


def _require_shapes(places: gpd.GeoSeries) -> None:
    missing = places.isna() | places.is_empty
    if missing.any():
        raise errors.GeometryError(
            f"place {label}: geometry is missing; expected one" for label in places.index[missing]
        )
