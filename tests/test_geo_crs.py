"""CRS rules, and lengths and areas against published figures of the ellipsoid."""

import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo import crs, errors

LAEA = "+proj=laea +lat_0=54 +lon_0=31 +datum=WGS84 +units=m +no_defs"


def _series(*shapes, crs_name=crs.LONLAT):
    return gpd.GeoSeries(list(shapes), crs=crs_name)


def _degrees(degrees, minutes, seconds):
    return degrees + minutes / 60 + seconds / 3600


def test_length_of_the_published_line_flinders_peak_to_buninyong():
    """Geocentric Datum of Australia, Technical Manual: 54 972.271 m on GRS 80."""
    flinders = (_degrees(144, 25, 29.52440), -_degrees(37, 57, 3.72030))
    buninyong = (_degrees(143, 55, 35.38390), -_degrees(37, 39, 10.15610))
    length = crs.geodesic_length_km(_series(shapely.LineString([flinders, buninyong])))
    assert length.iloc[0] == pytest.approx(54.972271, abs=1e-6)


def test_length_of_the_quarter_meridian():
    """WGS 84: 10 001.965 729 km from the equator to the pole."""
    length = crs.geodesic_length_km(_series(shapely.LineString([(31, 0), (31, 90)])))
    assert length.iloc[0] == pytest.approx(10001.965729, abs=1e-6)


def test_area_of_an_eighth_of_the_ellipsoid():
    """WGS 84: 510 065 621.724 km² in all."""
    octant = shapely.Polygon([(0, 0), (90, 0), (90, 90), (0, 90)])
    area = crs.geodesic_area_km2(_series(octant))
    assert area.iloc[0] == pytest.approx(510_065_621.724 / 8, abs=0.1)


def test_measures_keep_the_index_and_carry_their_unit():
    lines = _series(shapely.LineString([(30, 54), (31, 54)]))
    lines.index = ["a"]
    assert crs.geodesic_length_km(lines).name == "length_km"
    assert list(crs.geodesic_length_km(lines).index) == ["a"]
    squares = _series(shapely.box(30, 54, 31, 55))
    assert crs.geodesic_area_km2(squares).name == "area_km2"


@given(west=st.floats(26, 35), south=st.floats(50, 58), width=st.floats(0.01, 1), height=st.floats(0.01, 1))
def test_area_is_that_of_the_equal_area_projection_and_ignores_direction(west, south, width, height):
    box = shapely.segmentize(shapely.box(west, south, west + width, south + height), 0.02)
    squares = _series(box, shapely.reverse(box))
    area = crs.geodesic_area_km2(squares)
    assert area.iloc[0] == pytest.approx(area.iloc[1], rel=1e-12)
    assert area.iloc[0] == pytest.approx(squares.to_crs(LAEA).area.iloc[0] / 1e6, rel=1e-5)


def test_holes_are_not_counted():
    whole = shapely.box(30, 54, 31, 55)
    hole = shapely.box(30.4, 54.4, 30.6, 54.6)
    areas = crs.geodesic_area_km2(_series(whole, hole, whole - hole))
    assert areas.iloc[2] == pytest.approx(areas.iloc[0] - areas.iloc[1], rel=1e-12)


def test_measures_do_not_depend_on_the_projection_given():
    line = _series(shapely.LineString([(30, 54), (30.01, 54.01)]))
    expected = crs.geodesic_length_km(line).iloc[0]
    for name in (LAEA, "EPSG:3857", "EPSG:32636"):
        assert crs.geodesic_length_km(line.to_crs(name)).iloc[0] == pytest.approx(expected, rel=1e-6)


def test_same_crs_is_returned():
    frames = [_series(shapely.Point(31, 54)), gpd.GeoDataFrame(geometry=[shapely.Point(30, 54)], crs=4326)]
    assert crs.require_same_crs(*frames).to_epsg() == 4326


def test_mixed_crs_is_refused_by_name():
    with pytest.raises(errors.CrsError, match=r"WGS 84.*Pseudo-Mercator"):
        crs.require_same_crs(
            _series(shapely.Point(31, 54)), _series(shapely.Point(0, 0), crs_name="EPSG:3857")
        )


def test_missing_crs_is_refused():
    with pytest.raises(errors.CrsError, match="no CRS"):
        crs.require_same_crs(_series(shapely.Point(31, 54)), _series(shapely.Point(31, 54), crs_name=None))


@pytest.mark.parametrize("name", ["EPSG:32636", "EPSG:3035", LAEA])
def test_metric_crs_is_accepted(name):
    assert crs.require_metric_crs(_series(shapely.Point(0, 0), crs_name=name)).is_projected


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("EPSG:4326", "does not measure in metres"),
        ("EPSG:2263", "does not measure in metres"),
        ("EPSG:3857", "for display only"),
    ],
)
def test_degrees_feet_and_web_mercator_are_refused(name, message):
    with pytest.raises(errors.CrsError, match=message):
        crs.require_metric_crs(_series(shapely.Point(0, 0), crs_name=name))
