"""Distances, bands, nearest facilities and permeability against closed forms."""

import geopandas as gpd
import hypothesis
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import strategies as st

from geo import errors
from geo.reach import proximity

CRS = "EPSG:32636"


def series(**shapes):
    return gpd.GeoSeries(list(shapes.values()), index=list(shapes), crs=CRS)


LINE = series(border=shapely.LineString([(0, -1e6), (0, 1e6)]))


def test_points_and_polygons_are_as_far_as_their_nearest_point():
    shapes = series(
        b=shapely.Point(30_000, 5), a=shapely.box(-9_000, 0, -4_000, 1_000), c=shapely.box(-1, 0, 1, 1)
    )
    found = proximity.distance_to_line_km(shapes, LINE)
    assert found.to_dict() == {"b": 30, "a": 4, "c": 0}


@pytest.mark.parametrize(
    ("places", "lines", "message"),
    [
        (series(a=shapely.Point(0, 0)), series(), "lines is empty"),
        (series(a=shapely.Point()), LINE, "place a: geometry is missing"),
        (series(a=None), LINE, "place a: geometry is missing"),
    ],
)
def test_missing_geometry_is_refused(places, lines, message):
    with pytest.raises(errors.GeometryError, match=message):
        proximity.distance_to_line_km(places, lines)


def test_mixed_crs_and_degrees_are_refused():
    point = series(a=shapely.Point(0, 0))
    with pytest.raises(errors.CrsError, match="mix"):
        proximity.distance_to_line_km(point, LINE.set_crs("EPSG:32635", allow_override=True))
    with pytest.raises(errors.CrsError, match="metres"):
        proximity.nearest_straight(point.to_crs("EPSG:4326"), point.to_crs("EPSG:4326"))


def test_bands_hold_their_upper_edge():
    found = proximity.distance_bands(pd.Series({"a": 0, "b": 15, "c": 15.01, "d": 100, "e": 100.1}))
    assert found.to_dict() == {"a": "0-15", "b": "0-15", "c": "15-30", "d": "50-100", "e": ">100"}
    assert list(found.cat.categories) == ["0-15", "15-30", "30-50", "50-100", ">100"]
    assert found.cat.ordered


def test_bands_are_configurable():
    found = proximity.distance_bands(pd.Series([3.0, 30.0]), edges_km=(0, 2.5, 20))
    assert found.tolist() == ["2.5-20", ">20"]


@pytest.mark.parametrize("edges_km", [(0,), (5, 10), (0, 10, 10)])
def test_edges_that_do_not_ascend_from_0_are_refused(edges_km):
    with pytest.raises(errors.InputError, match="band edges"):
        proximity.distance_bands(pd.Series([1.0]), edges_km=edges_km)


def test_distances_out_of_range_are_refused_at_once():
    with pytest.raises(errors.InputError, match=r"(?s)place a: distance nan.*place b: distance -1"):
        proximity.distance_bands(pd.Series({"a": np.nan, "b": -1.0, "c": 2.0}))


def test_the_population_weighted_mean_of_a_unit():
    km = pd.Series({"s1": 10.0, "s2": 40.0, "s3": 5.0, "s4": 7.0}, name="border_km")
    people = pd.Series({"s1": 3_000, "s2": 1_000, "s3": np.nan, "s4": 0})
    unit = pd.Series({"s1": "u", "s2": "u", "s3": "u", "s4": "v"})
    found = proximity.weighted_mean(km, people, unit)
    assert found.name == "border_km"
    assert found["u"] == pytest.approx((3 * 10 + 1 * 40) / 4)
    assert np.isnan(found["v"])


@hypothesis.given(st.lists(st.tuples(st.floats(0, 100), st.integers(1, 1000)), min_size=1, max_size=8))
def test_a_weighted_mean_lies_between_least_and_greatest(rows):
    values, weights = (pd.Series(column, dtype=float) for column in zip(*rows, strict=True))
    mean = proximity.weighted_mean(values, weights, pd.Series("u", index=values.index))["u"]
    assert values.min() - 1e-9 <= mean <= values.max() + 1e-9


def test_the_nearest_facility_is_the_first_of_equals():
    towns = series(a=shapely.Point(0, 0), b=shapely.Point(0, 9_000))
    posts = series(
        east=shapely.Point(3_000, 4_000), west=shapely.Point(-3_000, 4_000), north=shapely.Point(0, 10_000)
    )
    found = proximity.nearest_straight(towns, posts)
    assert found["nearest_id"].to_dict() == {"a": "east", "b": "north"}
    assert found["distance_km"].to_dict() == {"a": 5, "b": 1}


def test_no_facility_is_refused():
    with pytest.raises(errors.GeometryError, match="facilities is empty"):
        proximity.nearest_straight(series(a=shapely.Point(0, 0)), series())


def test_permeability_is_border_per_crossing_and_missing_without_one():
    border_km = pd.Series({"p": 105.2, "q": 80.0, "r": 20.0})
    found = proximity.permeability_km(border_km, pd.Series({"p": 2, "q": 0}))
    assert found["p"] == pytest.approx(52.6)
    assert found[["q", "r"]].isna().all()
