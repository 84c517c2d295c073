"""Masked cells are no value to any function, and no array brings the compiled code down."""

import io
import warnings

import geopandas as gpd
import hypothesis
import numpy as np
import pandas as pd
import PIL.Image
import pyproj
import pytest
import shapely
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from geo import errors
from geo.network import cells, graph
from geo.raster import arrays, dasymetric, grid, zonal
from geo.reach import corridor
from geo.siting import profile, suitability
from maps.parts import images

METRIC = pyproj.CRS("EPSG:32636")
ON = grid.Grid(500_000, 6_000_000, 1_000, 4, 5, METRIC)

# What lies under a mask, as files have it: negative nodata, NaN, infinity, the greatest float.
rubbish = st.sampled_from([-9999.0, -1.0, 0.0, np.nan, np.inf, -np.inf, 3.4e38, -3.4e38])


@st.composite
def masked_grids(draw, shape=None):
    """Numbers above 0 with a mask, rubbish under it, and a cell that is not masked."""
    shape = shape or draw(hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=9))
    values = draw(hnp.arrays(np.float64, shape, elements=st.floats(0.125, 16, width=16)))
    mask = draw(hnp.arrays(bool, shape))
    known = [tuple(cell) for cell in np.argwhere(~mask).tolist()]
    hypothesis.assume(known)
    values[mask] = draw(hnp.arrays(np.float64, int(mask.sum()), elements=rubbish))
    return np.ma.array(values, mask=mask), draw(st.sampled_from(known))


def _square(*cells):
    """Polygon of whole cells by row and column."""
    boxes = [
        shapely.box(
            500_000 + c * 1e3, 6_000_000 - (r + 1) * 1e3, 500_000 + (c + 1) * 1e3, 6_000_000 - r * 1e3
        )
        for r, c in cells
    ]
    return shapely.union_all(boxes)


def _cells():
    """Cells of the grid, all ground, beside a road."""
    west, south, east, north = ON.bounds
    road = shapely.LineString([(west, south + 500), (east, south + 500)])
    lines = gpd.GeoDataFrame({"edge_class": ["road"]}, geometry=[road], crs=METRIC)
    sides = gpd.GeoSeries({"": shapely.box(west, south, east, north)}, crs=METRIC)
    return cells.attach(graph.build(lines, speeds_kmh={"road": 60}), ON, sides, cells.Rule(30, 1, 60))


CELLS = _cells()


@hypothesis.given(
    hnp.arrays(np.float64, ON.shape, elements=st.floats(0, 1e6, width=32)), hnp.arrays(bool, ON.shape)
)
def test_zonal_statistics_are_those_of_numpy_ma(values, mask):
    masked = np.ma.array(np.where(mask, -9999, values), mask=mask)
    zones = gpd.GeoSeries([_square((0, 0), (0, 1), (1, 0), (1, 1)), _square((3, 4))], crs=METRIC)
    found = zonal.statistics(ON, masked, zones, names=zonal.STATISTICS)
    for own, part in zip((found.iloc[0], found.iloc[1]), (masked[:2, :2], masked[3:, 4:]), strict=True):
        assert own["count"] == part.count()
        assert own["sum"] == pytest.approx(part.sum() if part.count() else 0)
        for name in ("mean", "min", "max"):
            expected = getattr(part, name)()
            assert np.isnan(own[name]) if expected is np.ma.masked else own[name] == pytest.approx(expected)


def test_zones_of_whole_numbers_are_counted_too():
    zone = gpd.GeoSeries([_square((0, 0), (0, 1))], crs=METRIC)
    persons = np.ma.array(np.full(ON.shape, 7), mask=np.eye(4, 5))
    assert zonal.statistics(ON, persons, zone)["sum"].tolist() == [7]


@hypothesis.given(masked_grids((3, 4)), masked_grids((3, 4)))
def test_masked_costs_are_off_every_way(first, second):
    a, b = first[0], second[0]
    through = (a + b).filled(np.inf)
    least = through.min()
    found = corridor.excess_pct(a + b, float(least))
    assert (np.isinf(found) == np.isinf(through)).all()
    if np.isfinite(least):
        np.testing.assert_allclose(found, (through - least) / least * 100, rtol=1e-9)


def test_bands_leave_masked_cells_and_people_out():
    excess = np.ma.array(np.zeros(ON.shape), mask=False)
    excess[0, :] = np.ma.masked
    persons = np.ma.array(np.full(ON.shape, 10), mask=np.eye(4, 5))
    found = corridor.bands(CELLS, excess.ravel(), length_km=5, over_pct=(5,), persons=persons.ravel())
    assert found["area_km2"].tolist() == [15]
    assert found["population"].tolist() == [persons[1:].sum()] == [120]
    assert found.geometry.iloc[0].equals(_square(*((r, c) for r in (1, 2, 3) for c in range(5))))


def test_strips_count_no_masked_people():
    line = gpd.GeoSeries([shapely.LineString([(500_000, 5_998_000), (505_000, 5_998_000)])], crs=METRIC)
    points = gpd.GeoDataFrame(geometry=gpd.GeoSeries([shapely.Point(502_000, 5_998_000)]), crs=METRIC)
    persons = np.ma.array(np.full(ON.shape, 10), mask=np.eye(4, 5))
    found = corridor.strips(line, points, on=ON, persons=persons, reach_km=(50,))
    assert found.iloc[0].tolist() == [160, 1]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: corridor.bands(CELLS, np.full(20, -1.0), length_km=1), "excess is -1"),
        (lambda: corridor.bands(CELLS, np.zeros(20), length_km=np.inf), "length of the way is inf"),
        (
            lambda: corridor.bands(CELLS, np.zeros(20), length_km=1, over_pct=(5, np.inf)),
            "corridor limits",
        ),
        (lambda: corridor.bands(CELLS, np.zeros(20), length_km=1, over_pct=(np.nan,)), "corridor limits"),
        (lambda: corridor.excess_pct(np.zeros(3, complex), 0.0), "through is complex"),
        (lambda: zonal.statistics(ON, np.full(ON.shape, "1"), gpd.GeoSeries(crs=METRIC)), "values are <U1"),
        (lambda: grid.polygonise(ON, np.zeros(ON.shape)), "classes are float64"),
        (lambda: suitability.exclude(np.ones((2, 2), int), {}), "inside is int64"),
        (
            lambda: suitability.exclude(np.ones((2, 2), bool), {"wet": np.full((2, 2), 2)}),
            "mask wet is int64",
        ),
        (
            lambda: suitability.exclude(
                np.ones((2, 2), bool), {"wet": np.ma.array(np.eye(2, dtype=bool), mask=np.eye(2))}
            ),
            "mask wet: 2 cells are masked",
        ),
        (lambda: dasymetric.largest_remainder(np.array([1.0, np.nan]), 3), "quota is negative, missing"),
        (lambda: dasymetric.largest_remainder(np.array([1.0, -1.0]), 3), "quota is negative"),
        (lambda: dasymetric.surface(ON, pd.DataFrame({"cell": [-1], "persons": [3]})), "cell -1 is off"),
        (lambda: dasymetric.surface(ON, pd.DataFrame({"cell": [20], "persons": [3]})), "cell 20 is off"),
        (
            lambda: dasymetric.surface(ON, pd.DataFrame({"cell": [0], "persons": [0.5]})),
            "persons are float64",
        ),
        (lambda: grid.Grid(0, 0, 0, 1, 1, METRIC), "a side above 0"),
        (lambda: grid.Grid(np.nan, 0, 1, 1, 1, METRIC), "finite numbers"),
        (lambda: grid.Grid(0, 0, 1, 0, 1, METRIC), "at least one"),
        (lambda: grid.covering(gpd.GeoSeries([shapely.Point(0, 0)], crs=METRIC), cell_m=0), "cell_m is 0"),
    ],
)
def test_what_has_no_meaning_is_one_line(call, message):
    with warnings.catch_warnings(), pytest.raises(errors.InputError, match=message) as caught:
        call()
    assert len(caught.value.findings) == 1


def test_masked_land_is_refused_and_endless_people_too():
    units = gpd.GeoDataFrame({"population": [10]}, geometry=[_square((0, 0))], index=["u"], crs=METRIC)
    homes = gpd.GeoDataFrame(
        {"unit_id": ["u"], "population": [np.inf]}, geometry=[shapely.Point(500_500, 5_999_500)], crs=METRIC
    )
    land = np.ma.array(np.ones(ON.shape), mask=np.eye(4, 5))
    with pytest.raises(errors.InputError) as caught:
        dasymetric.allocate(ON, units, homes, land=land)
    assert [line.partition(":")[0] for line in caught.value.findings] == ["settlement 0", "land"]


def test_a_grid_over_one_point_has_one_cell():
    on = grid.covering(gpd.GeoSeries([shapely.Point(3_000, 2_000)], crs=METRIC), cell_m=1_000)
    assert (on.rows, on.columns) == (1, 1)


def test_masked_classes_are_off_the_map():
    classes = np.ma.array(np.zeros(ON.shape, int), mask=np.eye(4, 5))
    outline = grid.polygonise(ON, classes)
    assert outline.area.tolist() == [16e6]


LIMITS = {"benefit": (0, 10), "cost": (0, 10), "band": (0, 4, 6, 10), "at_least": (5,), "at_most": (5,)}


@pytest.mark.parametrize("kind", list(profile.LIMITS))
def test_masked_criteria_are_missing(kind):
    layer = np.ma.array([[2.0, -9999, 5, np.inf]], mask=[[False, True, False, False]])
    values = profile.Criterion("a", 1.0, kind, LIMITS[kind]).value(layer)
    assert np.isnan(values).tolist() == [[False, True, False, False]]
    # An endless way is worth what the farthest limit is.
    assert values[0, 3] == {"benefit": 1, "cost": 0, "band": 0, "at_least": 1, "at_most": 0}[kind]
    purpose = profile.Profile((profile.Criterion("a", 1.0, kind, LIMITS[kind]),))
    found = suitability.suitability(purpose, {"a": layer}, np.ones((1, 4), bool))
    assert np.isnan(found.score).tolist() == [[False, True, False, False]]


@pytest.mark.parametrize("limits", [(0, np.inf), (np.nan, 1), (-np.inf, 0)])
def test_limits_without_an_end_are_refused(limits):
    with pytest.raises(errors.InputError, match=r"criterion a: limits .*; expected finite numbers"):
        profile.Profile((profile.Criterion("a", 1.0, "benefit", limits),))
    with pytest.raises(errors.InputError, match="expected finite numbers"):
        profile.Profile((profile.Criterion("a", 1.0, "at_least", (np.nan,)),))


def test_masked_cells_are_clear_on_the_map():
    surface = np.ma.array(np.ones(ON.shape), mask=False)
    surface[:2] = np.ma.masked
    png, _ = images.drawn((ON, surface), (2.0,), ("#ff0000",))
    opacity = np.asarray(PIL.Image.open(io.BytesIO(png)))[:, :, 3]
    assert (opacity[0] == 0).all()
    assert (opacity[-1] == 255).all()


def test_plain_arrays_are_not_copied():
    plain = np.ones((2, 2), np.float32)
    assert np.shares_memory(arrays.numbers("a", plain), plain)
    assert arrays.numbers("a", np.ma.array(plain, mask=False)).dtype == np.float32
    assert arrays.numbers("a", np.ma.array([1, 2], mask=[0, 1])).tolist()[0] == 1.0
