"""Catchments against closed forms and the hospital case; what must hold of every catchment."""

import dataclasses
import functools
import itertools

import geopandas as gpd
import hypothesis
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import strategies as st

from geo import errors
from geo.network import access, border, cells, graph, routing, scenario
from geo.raster import grid
from geo.reach import catchment, floating

CRS = "EPSG:32636"
RULE = access.Rule(speed_kmh=30, detour_factor=1, max_km=60)
LIMITS = (10, 20, 30)


def km(*points):
    return shapely.LineString(np.array(points) * 1_000)


def places(**points):
    """Points by name, (x, y) in km and the side."""
    rows = {name: shapely.Point(np.array(point[:2]) * 1_000) for name, point in points.items()}
    sides = [point[2] if len(point) > 2 else "" for point in points.values()]
    return gpd.GeoDataFrame({"side": sides}, geometry=list(rows.values()), index=list(rows), crs=CRS)


def box(west, south, east, north):
    return shapely.box(west * 1_000, south * 1_000, east * 1_000, north * 1_000)


def built(*lines):
    frame = gpd.GeoDataFrame({"edge_class": "main"}, geometry=list(lines), index=range(len(lines)), crs=CRS)
    return graph.build(frame, speeds_kmh={"main": 60})


def one_road(cell_m=500):
    """A straight road without a border, one kilometre a minute; 2 minutes a kilometre off it."""
    sides = gpd.GeoSeries({"": box(-32, -17, 32, 17)}, crs=CRS)
    base = built(km((-32, 0), (32, 0)))
    on = cells.attach(base, grid.covering(sides, cell_m=cell_m), sides, RULE)
    return access.attach(base, places(home=(0, 0)), RULE, on=on), on


SIDES = gpd.GeoSeries({"w": box(-30, -20, 0.3, 20), "e": box(0.3, -20, 30, 20)}, crs=CRS)
TOWNS = places(west=(-20, 3, "w"), mid=(-4, -6, "w"), east=(25, -2, "e"))


@functools.cache
def two_sides(state="open"):
    """Two sides, a road through the only crossing, three towns; cells of 1 km."""
    post = gpd.GeoDataFrame(
        {"state": [state], "delay_min": [5.0]}, geometry=[shapely.Point(300, 0)], index=["post"], crs=CRS
    )
    base, _ = border.divide(built(km((-30, 0), (30, 0))), SIDES, post, tolerance_m=100)
    attached = access.attach(base, TOWNS, RULE)
    return attached, attached.ground


# Isochrones


def test_the_area_within_a_time_of_a_straight_road():
    """The hull of the reached road and of the reached ground round home.

    Over the ground it is a circle of radius T / 2 km, or the regular hexadecagon-like figure of its sixteen
    directions: 1.1278 T² together with the circle, and what the cells reach is the latter.
    """
    found = catchment.isochrones(*one_road(), ["home"], minutes=LIMITS)
    moves = [(1, 0), (2, 1), (1, 1), (1, 2), (0, 1)]
    corners = [
        np.array([sx * x, sy * y]) / np.hypot(x, y) / 2 for x, y in moves for sx in (1, -1) for sy in (1, -1)
    ]
    sixteen = shapely.MultiPoint([*corners, (1, 0), (-1, 0)]).convex_hull.area
    whole_circle = np.sqrt(3) / 2 + np.pi / 12
    assert 0.97 * whole_circle < sixteen < whole_circle
    # Half a cell more or less along the outline.
    np.testing.assert_allclose(found["area_km2"], sixteen * np.square(LIMITS), rtol=0.04)
    np.testing.assert_allclose(found["area_km2"].iloc[-1], sixteen * LIMITS[-1] ** 2, rtol=0.015)
    np.testing.assert_allclose(found.area / 1e6, found["area_km2"])


@pytest.mark.parametrize("smooth_m", [0, 1_000])
def test_isochrones_nest_and_split_by_side(smooth_m):
    attached, on = two_sides()
    people = np.arange(len(on.frame), dtype=float)
    found = catchment.isochrones(
        attached, on, ["mid", "post"], minutes=LIMITS, persons=people, smooth_m=smooth_m
    )
    assert found.is_valid.all()
    for (_, side), part in found.groupby(["place_id", "side"]):
        assert part["limit_min"].is_monotonic_increasing
        assert part["area_km2"].is_monotonic_increasing
        assert part["population"].is_monotonic_increasing
        assert not part.difference(SIDES[side]).area.any()
        shapes = part.geometry.to_list()
        for inner, outer in itertools.pairwise(shapes):
            assert inner.difference(outer).area == pytest.approx(0, abs=1e-3)
    assert set(found["side"]) == {"w", "e"}


def test_nothing_leaks_over_a_closed_border():
    attached, on = two_sides("closed")
    found = catchment.isochrones(attached, on, ["mid", "east"], minutes=(90, 1_000))
    assert found[["place_id", "side"]].drop_duplicates().to_numpy().tolist() == [["mid", "w"], ["east", "e"]]
    whole = found[found["limit_min"] == 1_000].set_index("side").area / 1e6
    assert whole.to_dict() == pytest.approx({"w": 30.3 * 40, "e": 29.7 * 40})


def test_what_nothing_reaches_has_no_isochrone():
    attached, on = two_sides("closed")
    lonely = dataclasses.replace(attached, ways=attached.ways.assign(km=np.inf))
    assert catchment.isochrones(lonely, on, ["mid"], minutes=LIMITS).empty


@pytest.mark.parametrize("minutes", [(), (0, 10), (20, 10), (10, np.nan)])
def test_limits_that_do_not_ascend_are_refused(minutes):
    with pytest.raises(errors.InputError, match="isochrone limits"):
        catchment.isochrones(*two_sides(), ["mid"], minutes=minutes)


def test_cells_in_another_crs_are_refused():
    attached, _ = two_sides()
    with pytest.raises(errors.CrsError, match="CRS of the grid"):
        cells.attach(attached.network, grid.covering(SIDES.to_crs("EPSG:3035"), cell_m=1_000), SIDES, RULE)


def test_cells_share_the_area_of_their_sides():
    _, on = two_sides()
    assert on.frame.groupby("side", observed=True)["area_km2"].sum().to_dict() == pytest.approx(
        {"w": 30.3 * 40, "e": 29.7 * 40}
    )


def test_a_cell_is_as_far_as_a_place_at_its_centre():
    attached, on = two_sides()
    rows = np.arange(0, len(on.frame), 97)
    some = on.frame.iloc[rows]
    points = gpd.GeoDataFrame(
        {"side": some["side"].astype(str)}, geometry=gpd.points_from_xy(some["x_m"], some["y_m"]), crs=CRS
    ).set_axis([f"cell{k}" for k in range(len(some))])
    both = access.attach(attached.base, pd.concat([TOWNS, points]), RULE, on=on)
    found = routing.times(both, origins=["mid"], destinations=points.index).loc["mid"]
    tree = next(routing.trees(both, ["mid"]))
    np.testing.assert_allclose(found, tree.minutes[both.pieces][rows])
    # More places only open straight legs.
    before = next(routing.trees(attached, ["mid"])).minutes[attached.pieces][rows]
    assert (found <= before + 1e-9).all()
    np.testing.assert_allclose(found, before, rtol=0.03)


def test_a_catchment_on_other_cells_attaches_the_same_places_to_them():
    attached, _ = two_sides()
    coarse = cells.attach(attached.base, grid.covering(SIDES, cell_m=2_500), SIDES, RULE)
    found = catchment.isochrones(attached, coarse, ["mid"], minutes=(1_000,))
    assert found["area_km2"].sum() == pytest.approx(60 * 40)
    assert access.over(attached, attached.ground) is attached


# People


def test_people_are_kept_when_they_are_put_on_cells():
    _, on = two_sides()
    rows = on.frame.iloc[[0, 5, 5, 900]]
    people = pd.DataFrame({"cell": rows["cell"], "side": rows["side"].astype(str), "persons": [1, 2, 3, 4]})
    found = cells.align(on, people)
    assert (found[[0, 5, 900]].tolist(), found.sum()) == ([1, 5, 4], 10)
    with pytest.raises(errors.InputError, match="4 persons live in 1 cells outside their side"):
        cells.align(on, people.assign(side=[*rows["side"].astype(str)[:3], "nowhere"]))


def test_settlements_within_are_counted_by_side():
    minutes = pd.DataFrame([[0.0, 10, 25, np.inf]], index=["p"], columns=list("abcd"))
    side = pd.Series({"a": "w", "b": "e", "c": "w", "d": "e"})
    found = catchment.settlements_within(minutes, side, limits_min=(10, 30))
    assert found[["limit_min", "side", "settlements"]].to_numpy().tolist() == [
        [10, "e", 1],
        [10, "w", 1],
        [30, "e", 1],
        [30, "w", 2],
    ]


# Service areas


@hypothesis.given(
    st.lists(st.sampled_from(["west", "mid", "east", "post"]), min_size=1, unique=True),
    st.booleans(),
    st.sampled_from([0, 1_500]),
    st.sampled_from(["open", "closed"]),
)
@hypothesis.settings(max_examples=12)
def test_service_areas_part_the_zone(names, within_side, smooth_m, state):
    attached, on = two_sides(state)
    people = np.full(len(on.frame), 2.0)
    nearest = catchment.nearest(attached, on, names, within_side=within_side)
    found = catchment.service_areas(on, nearest, names, persons=people, smooth_m=smooth_m)
    assert found.is_valid.all()
    assert found["area_km2"].sum() == pytest.approx(60 * 40)
    assert found["population"].sum() == people.sum()
    assert found.area.sum() / 1e6 == pytest.approx(60 * 40)
    assert found.union_all().area / 1e6 == pytest.approx(60 * 40)


def areas(attached, on, *, within_side=False):
    nearest = catchment.nearest(attached, on, list(TOWNS.index), within_side=within_side)
    found = catchment.service_areas(on, nearest, list(TOWNS.index))
    return found.set_index(["place_id", "side"])["area_km2"]


def test_the_border_changes_who_is_nearest():
    open_border, own_side, closed = (
        areas(*two_sides()),
        areas(*two_sides(), within_side=True),
        areas(*two_sides("closed")),
    )
    assert open_border["mid", "e"] > 0
    pd.testing.assert_series_equal(own_side, closed)
    assert set(closed.index) == {("west", "w"), ("mid", "w"), ("east", "e")}
    assert closed["east", "e"] == pytest.approx(29.7 * 40)


def test_closing_every_crossing_makes_every_foreign_figure_zero():
    attached, on = two_sides()
    closed = access.under(attached, scenario.Scenario(states={"post": "closed"}))
    found = catchment.isochrones(closed, on, list(TOWNS.index), minutes=(500,))
    own = TOWNS["side"][found["place_id"]].to_numpy()
    assert (found["side"] == own).all()
    times = routing.times(closed, origins=["west", "mid"], destinations=["east"])
    assert np.isinf(times.to_numpy()).all()
    counted = catchment.settlements_within(times, TOWNS["side"].loc[["east"]], limits_min=(500,))
    assert counted["settlements"].sum() == 0


def test_what_no_place_reaches_is_told():
    attached, on = two_sides("closed")
    nearest = catchment.nearest(attached, on, ["west"])
    found = catchment.service_areas(on, nearest, ["west"]).set_index(["place_id", "side"])
    assert found.loc[("", "e"), "area_km2"] == pytest.approx(29.7 * 40)
    assert np.isnan(found.loc[("", "e"), "mean_min"])


# Two-step floating catchments

HOSPITALS = pd.Series({1: 15, 2: 20, 3: 100})
PATIENTS = pd.Series({1: 100, 2: 50, 3: 10})
GRAVITY = floating.Power(limit_min=61, exponent=-1)
HOURLY = floating.Steps(limits_min=(60,))


def hospital_times(inward, outward, across):
    """Three zones, the third is the city: rows live there, columns treat there."""
    return pd.DataFrame(
        [[1, across, inward], [across, 1, inward], [outward, outward, 1]], index=[1, 2, 3], columns=[1, 2, 3]
    )


def test_the_hospital_case():
    """Zones, people, doctors and minutes of pysal/access, access/tests/test_hospital_example.py, scenario 0.

    Doctors per weighted head: 15 / (100 + 10/40), 20 / (50 + 10/40), 100 / (10 + 150/40).
    """
    found = floating.access(hospital_times(40, 40, 80), supply=HOSPITALS, demand=PATIENTS, decay=GRAVITY)
    r1, r2, r3 = 15 / 100.25, 20 / 50.25, 100 / 13.75
    assert found.tolist() == pytest.approx([r1 + r3 / 40, r2 + r3 / 40, r3 + r1 / 40 + r2 / 40])


@pytest.mark.parametrize(
    ("times", "signs"),
    [
        (hospital_times(20, 40, 80), [1, 1, -1]),
        (hospital_times(40, 20, 80), [-1, -1, 1]),
        (hospital_times(20, 20, 40), [1, 1, -1]),
    ],
)
def test_the_hospital_case_changes_as_published(times, signs):
    """Scenarios 1, 2 and 3 of the same case against scenario 0."""
    options = {"supply": HOSPITALS, "demand": PATIENTS, "decay": GRAVITY}
    before = floating.access(hospital_times(40, 40, 80), **options)
    assert np.sign(floating.access(times, **options) - before).tolist() == signs


def test_plain_2sfca_by_hand():
    times = pd.DataFrame([[10, 90], [50, 20]], index=["a", "b"], columns=["x", "y"])
    found = floating.access(
        times, supply=pd.Series({"y": 5, "x": 12}), demand=pd.Series({"a": 100, "b": 200}), decay=HOURLY
    )
    assert found.to_dict() == pytest.approx({"a": 12 / 300, "b": 12 / 300 + 5 / 200})


def test_enhanced_2sfca_weighs_by_bands():
    decay = floating.Steps(limits_min=(10, 20, 30), weights=(1.0, 0.68, 0.22))
    assert decay(np.array([0, 10, 10.1, 30, 30.1, np.inf])).tolist() == [1, 1, 0.68, 0.22, 0, 0]


def test_gaussian_decay_falls_from_1_to_0_at_the_limit():
    decay = floating.Gaussian(limit_min=60)
    weights = decay(np.array([0, 30, 60, 61, np.inf]))
    middle = (np.exp(-1 / 8) - np.exp(-1 / 2)) / (1 - np.exp(-1 / 2))
    assert weights.tolist() == pytest.approx([1, middle, 0, 0, 0])


@hypothesis.given(
    st.lists(st.lists(st.floats(0, 100), min_size=3, max_size=3), min_size=2, max_size=5),
    st.sampled_from([GRAVITY, HOURLY, floating.Gaussian(limit_min=45)]),
)
def test_reached_supply_is_shared_out_whole(rows, decay):
    times = pd.DataFrame(rows, columns=["x", "y", "z"])
    supply = pd.Series({"x": 3.0, "y": 10.0, "z": 0.5})
    people = pd.Series(np.arange(1.0, len(rows) + 1))
    found = floating.access(times, supply=supply, demand=people, decay=decay)
    reached = (decay(times.to_numpy()) > 0).any(axis=0)
    assert (found * people).sum() == pytest.approx(supply[reached].sum())


def test_what_cannot_be_reached_gives_nothing():
    times = pd.DataFrame([[np.inf]], index=["a"], columns=["x"])
    found = floating.access(times, supply=pd.Series({"x": 1}), demand=pd.Series({"a": 1}), decay=HOURLY)
    assert found["a"] == 0


def test_everything_wrong_with_supply_and_demand_is_reported_at_once():
    times = pd.DataFrame([[np.nan, 1]], index=["a"], columns=["x", "y"])
    with pytest.raises(errors.InputError) as caught:
        floating.access(times, supply=pd.Series({"x": -1}), demand=pd.Series({"a": np.nan}), decay=HOURLY)
    assert [finding.split(";")[0] for finding in caught.value.findings] == [
        "supply of x is -1.0",
        "supply of y is nan",
        "demand of a is nan",
        "travel times: a time is missing or negative",
    ]
    with pytest.raises(errors.InputError, match="decay limits"):
        floating.Steps(limits_min=(30, 10), weights=(1.0, 0.5))
