"""CRS rules, and lengths and areas against published figures of the ellipsoid."""

import math

import geopandas as gpd
import numpy as np
import pyproj
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


@pytest.mark.parametrize(
    "name",
    [
        *("EPSG:32636", "EPSG:3035", LAEA, "EPSG:3034", "EPSG:32636+5773", "EPSG:28406", "EPSG:2180"),
        *("EPSG:3067", "EPSG:5514", "EPSG:2154", "EPSG:3978", "EPSG:3577", "ESRI:102025", "EPSG:32760"),
    ],
)
def test_metric_crs_is_accepted(name):
    assert crs.require_metric_crs(_series(shapely.Point(), crs_name=name)).is_projected


def test_metric_crs_is_accepted_with_coordinates_of_a_test():
    for name in ("EPSG:32636", "EPSG:3035", LAEA):
        assert crs.require_metric_crs(_series(shapely.Point(0, 0), crs_name=name)).is_projected


@pytest.mark.parametrize(
    "name",
    [
        "+proj=merc +datum=WGS84 +type=crs",
        "+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +units=m +nadgrids=@null +type=crs",
        "+proj=eqc +datum=WGS84 +type=crs",
        "+proj=mill +datum=WGS84 +type=crs",
        "+proj=merc +lat_ts=42 +datum=WGS84 +type=crs",
        "EPSG:3388",
    ],
)
def test_a_mercator_without_a_code_is_known_by_its_lengths(name):
    """At 54° N those of a Mercator are 1/cos 54° = 1.70 times the true ones."""
    x, y = pyproj.Transformer.from_crs(crs.LONLAT, name, always_xy=True).transform(31, 54)
    with pytest.raises(
        errors.CrsError, match=r"lengths are \d\.\d\d to \d\.\d\d times the true ones; expected"
    ):
        crs.require_metric_crs(_series(shapely.Point(x, y).buffer(1000), crs_name=name))


DERIVED = """DERIVEDPROJCRS["turned", BASEPROJCRS["Mercator",
    BASEGEOGCRS["WGS 84", DATUM["World Geodetic System 1984", ELLIPSOID["WGS 84",6378137,298.257223563]]],
    CONVERSION["Mercator", METHOD["Popular Visualisation Pseudo Mercator", ID["EPSG",1024]],
        PARAMETER["Latitude of natural origin",0,ANGLEUNIT["degree",0.0174532925199433]],
        PARAMETER["Longitude of natural origin",0,ANGLEUNIT["degree",0.0174532925199433]],
        PARAMETER["False easting",0,LENGTHUNIT["metre",1]],
        PARAMETER["False northing",0,LENGTHUNIT["metre",1]]]],
    DERIVINGCONVERSION["turned", METHOD["Affine parametric transformation", ID["EPSG",9624]],
        PARAMETER["A0",100,LENGTHUNIT["metre",1]], PARAMETER["A1",1,SCALEUNIT["coefficient",1]],
        PARAMETER["A2",0,SCALEUNIT["coefficient",1]], PARAMETER["B0",100,LENGTHUNIT["metre",1]],
        PARAMETER["B1",0,SCALEUNIT["coefficient",1]], PARAMETER["B2",1,SCALEUNIT["coefficient",1]]],
    CS[Cartesian,2], AXIS["x",east], AXIS["y",north], LENGTHUNIT["metre",1]]"""


@pytest.mark.parametrize("name", ["EPSG:3857", "EPSG:3785", "EPSG:3395"])
def test_a_mercator_that_a_file_describes_without_its_area_is_refused(name):
    plain = pyproj.CRS(name).to_wkt("WKT1_GDAL")
    assert pyproj.CRS(plain).area_of_use is None
    with pytest.raises(errors.CrsError, match="for display only"):
        crs.require_metric_crs(_series(shapely.Point(0, 0), crs_name=plain))


def test_a_mercator_turned_into_another_plane_is_refused():
    with pytest.raises(errors.CrsError, match="expected a projected CRS"):
        crs.require_metric_crs(_series(shapely.Point(3_450_000, 7_170_000), crs_name=DERIVED))


@given(lon=st.floats(20, 45), lat=st.floats(45, 62))
def test_the_scale_is_that_of_the_map_factors_of_proj(lon, lat):
    """Greatest and least scale by PROJ's own derivatives."""
    for name in ("EPSG:3035", "EPSG:32636", "EPSG:3395"):
        plane = pyproj.Proj(name)
        x, y = plane(lon, lat)
        found = crs._scales(pyproj.CRS(name), np.array([x]), np.array([y]))
        factors = plane.get_factors(lon, lat)
        least, greatest = factors.tissot_semiminor, factors.tissot_semimajor
        assert (found >= least - 1e-6).all()
        assert (found <= greatest + 1e-6).all()


def _ring(*corners):
    """Ring in UTM 60 S of corners in degrees, on both sides of the antimeridian."""
    to_metres = pyproj.Transformer.from_crs(crs.LONLAT, "EPSG:32760", always_xy=True)
    return [to_metres.transform(*corner) for corner in corners]


def _around(west, south, east, north):
    return (west, south), (east, south), (east, north), (west, north)


# Fiji's Vanua Levu and Taveuni; the same shapes where no meridian is in the way.
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("hole_at", [179.6, 179.9, 180.1])
def test_a_hole_is_taken_out_at_the_antimeridian_as_anywhere(hole_at, turned):
    outline, hole = _around(179.4, -18.2, 180.6, -17.1), _around(hole_at, -17.8, hole_at + 0.2, -17.6)
    shell, inner = _ring(*outline), _ring(*hole)
    across = shapely.Polygon(shell[::-1] if turned else shell, [inner])
    away = shapely.Polygon([(x - 150, y) for x, y in outline], [[(x - 150, y) for x, y in hole]])
    found = crs.geodesic_area_km2(_series(across, crs_name="EPSG:32760"))
    assert found.iloc[0] == pytest.approx(crs.geodesic_area_km2(_series(away)).iloc[0], rel=1e-9)


def test_a_polygon_cut_at_the_antimeridian_has_the_area_of_the_whole():
    """RFC 7946, 3.1.9: one part on either side."""
    cut = shapely.MultiPolygon([shapely.box(179, -18, 180, -17), shapely.box(-180, -18, -179, -17)])
    halves = crs.geodesic_area_km2(_series(cut, shapely.box(10, -18, 11, -17)))
    assert halves.iloc[0] == pytest.approx(2 * halves.iloc[1], rel=1e-12)


def _cap(latitude):
    """Area of the ellipsoid beyond a latitude, in km²: Snyder 1987, formula 3-12, WGS 84."""
    major_km, flattening = 6378.137, 1 / 298.257223563
    e = (flattening * (2 - flattening)) ** 0.5
    sin = math.sin(math.radians(latitude))

    def q(sin):
        return (1 - e * e) * (sin / (1 - (e * sin) ** 2) - math.log((1 - e * sin) / (1 + e * sin)) / (2 * e))

    return math.pi * major_km**2 * (q(1) - q(sin))


@pytest.mark.parametrize("hole", [False, True])
def test_areas_around_a_pole(hole):
    """A fine ring along a parallel, projected from a polar map; geodesics bulge by a part in 10⁷."""
    ring = [(lon, 70.0) for lon in np.arange(-180, 180, 0.25)]
    inner = [[(lon, 80.0) for lon in np.arange(-180, 180, 0.25)]] if hole else []
    polar = gpd.GeoSeries(
        shapely.transform(
            [shapely.Polygon(ring, inner)],
            lambda xy: np.column_stack(pyproj.Proj("EPSG:3995")(*xy.T)),
        ),
        crs="EPSG:3995",
    )
    expected = _cap(70) - (_cap(80) if hole else 0)
    assert crs.geodesic_area_km2(polar).iloc[0] == pytest.approx(expected, rel=1e-5)


def test_a_cap_written_with_a_seam_to_the_pole_is_the_same_cap():
    """Antarctica in GeoJSON runs down the antimeridian to the pole, along it, and back."""
    coast = [(lon, -70.0) for lon in np.arange(-180, 180.1, 0.25)]
    seam = shapely.Polygon([*coast, (180, -90), (-180, -90)])
    assert crs.geodesic_area_km2(_series(seam)).iloc[0] == pytest.approx(_cap(70), rel=1e-5)


def test_lengths_take_the_shorter_way_over_the_antimeridian():
    across = shapely.LineString([(179.5, 54), (-179.5, 54)])
    away = shapely.LineString([(30.5, 54), (31.5, 54)])
    lengths = crs.geodesic_length_km(_series(across, away))
    assert lengths.iloc[0] == pytest.approx(lengths.iloc[1], rel=1e-12)


def test_what_a_clip_leaves_is_measured_as_what_it_is():
    square = shapely.box(30, 54, 31, 55)
    mixed = shapely.GeometryCollection(
        [shapely.MultiPolygon([square]), shapely.Point(0, 0), shapely.LineString([(0, 0), (9, 9)])]
    )
    areas = crs.geodesic_area_km2(_series(square, mixed, shapely.Polygon(), None, shapely.Point(1, 1)))
    assert areas.iloc[1] == areas.iloc[0] > 7000
    assert areas.iloc[[2, 4]].tolist() == [0, 0]
    assert np.isnan(areas.iloc[3])
    lengths = crs.geodesic_length_km(_series(shapely.LineString(), None))
    assert lengths.iloc[0] == 0
    assert np.isnan(lengths.iloc[1])


def test_coordinates_off_the_globe_are_one_line_each():
    far = _series(shapely.box(0, 0, 1, 1), shapely.box(1e9, 1e9, 2e9, 2e9), crs_name="EPSG:32636")
    for measure in (crs.geodesic_area_km2, crs.geodesic_length_km):
        with pytest.raises(
            errors.GeometryError, match=r"^geometry 1: a vertex is not on the globe"
        ) as caught:
            measure(far)
        assert len(caught.value.findings) == 1


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("EPSG:4326", "does not measure in metres"),
        ("EPSG:2263", "does not measure in metres"),
        ("EPSG:4978", "does not measure in metres"),
        ("+proj=utm +zone=36 +datum=WGS84 +units=km +type=crs", "does not measure in metres"),
        ("EPSG:2225", "does not measure in metres"),
        ("EPSG:3857", "for display only"),
        ("EPSG:3785", "for display only"),
        ("EPSG:3395", "for display only"),
        ("EPSG:3857+5773", "for display only"),
        ("ESRI:54004", "for display only"),
        ("ESRI:102100", "for display only"),
        ("EPSG:3832", "for display only"),
        ("EPSG:4087", "for display only"),
        ("EPSG:6933", "for display only"),
        ("ESRI:54009", "for display only"),
        ("ESRI:54030", "for display only"),
        ("EPSG:8857", "for display only"),
    ],
)
def test_degrees_feet_and_maps_of_the_world_are_refused(name, message):
    with pytest.raises(errors.CrsError, match=message):
        crs.require_metric_crs(_series(shapely.Point(0, 0), crs_name=name))
