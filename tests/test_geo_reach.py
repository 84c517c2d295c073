"""Sums within a time against closed forms and against the ways one by one."""

import functools

import geopandas as gpd
import hypothesis
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import strategies as st

from geo import errors
from geo.network import access, border, cells, graph, shortest
from geo.raster import grid
from geo.reach import within

CRS = "EPSG:32636"
RULE = access.Rule(speed_kmh=30, detour_factor=1, max_km=60)
SIDES = gpd.GeoSeries(
    {"w": shapely.box(-30_000, -20_000, 300, 20_000), "e": shapely.box(300, -20_000, 30_000, 20_000)}, crs=CRS
)
NO_PLACES = gpd.GeoDataFrame({"side": []}, geometry=[], index=[], crs=CRS)


def divided(*, state="open", road_y=0.0):
    """A road of one kilometre a minute through the only crossing, a branch on each side; cells of 2.5 km."""
    lines = [[(-30, road_y), (30, road_y)], [(-15, road_y), (-15, 15)], [(12, road_y), (20, -15)]]
    roads = gpd.GeoDataFrame(
        {"edge_class": "main"},
        geometry=[shapely.LineString(np.array(line) * 1_000) for line in lines],
        index=range(len(lines)),
        crs=CRS,
    )
    post = gpd.GeoDataFrame(
        {"state": [state], "delay_min": [5.0]},
        geometry=[shapely.Point(300, road_y * 1_000)],
        index=["post"],
        crs=CRS,
    )
    whole = graph.build(roads, speeds_kmh={"main": 60})
    base, _ = border.divide(whole, SIDES, post, tolerance_m=100)
    on = cells.attach(base, grid.covering(SIDES, cell_m=2_500), SIDES, RULE)
    return access.attach(base, NO_PLACES, RULE, on=on)


OPEN, CLOSED = divided(), divided(state="closed")


def piece_at(attached, x_km, y_km):
    spot = shapely.Point(x_km * 1_000, y_km * 1_000)
    return int(
        np.argmin(shapely.distance(shapely.points(attached.ground.frame[["x_m", "y_m"]].to_numpy()), spot))
    )


def test_a_line_of_people():
    """People in two cells whose centres the road meets: within 20 min of all between them."""
    attached = divided(road_y=1.25)
    at = [piece_at(attached, x, 1.25) for x in (-28.75, -18.75, -8.75, -6.25)]
    weights = pd.DataFrame({"people": [100.0, 7.0]}, index=at[:2])
    found = within.sums_within(attached, weights, limit_min=11.5)
    assert found["people"].iloc[at].tolist() == [107, 107, 7, 0]
    assert within.sums_within(attached, weights, limit_min=0)["people"].sum() == 107


@functools.cache
def minutes_from(piece):
    return shortest.spread(OPEN.graph, OPEN.pieces.start + piece).minutes[OPEN.pieces]


ROWS = len(OPEN.ground.frame)
held_in = st.lists(st.integers(0, ROWS - 1), min_size=1, max_size=6, unique=True)


@hypothesis.given(held_in, st.sampled_from([7.5, 20, 45]))
@hypothesis.settings(max_examples=25)
def test_the_sum_is_that_of_the_ways_one_by_one(pieces, limit_min):
    weights = pd.DataFrame({"w": np.arange(1.0, len(pieces) + 1), "one": 1.0}, index=pieces)
    expected = sum(np.outer(minutes_from(piece) <= limit_min, weights.loc[piece]) for piece in pieces)
    found = within.sums_within(OPEN, weights, limit_min=limit_min)
    np.testing.assert_allclose(found, expected)


@hypothesis.given(held_in)
@hypothesis.settings(max_examples=10)
def test_closing_the_crossing_never_raises_a_sum_and_ends_those_from_abroad(pieces):
    side = OPEN.ground.frame["side"].astype(str)
    weights = pd.DataFrame({name: (side.iloc[pieces] == name).astype(float) for name in ("w", "e")})
    before, after = (within.sums_within(one, weights, limit_min=45) for one in (OPEN, CLOSED))
    assert (after <= before).all(axis=None)
    for own, other in (("w", "e"), ("e", "w")):
        assert (after.loc[side == own, other] == 0).all()


def test_people_whom_no_way_reaches_count_where_they_live():
    far = access.Rule(speed_kmh=30, detour_factor=1, max_km=5)
    on = cells.attach(OPEN.base, grid.covering(SIDES, cell_m=2_500), SIDES, far)
    attached = access.attach(OPEN.base, NO_PLACES, far, on=on)
    lonely = piece_at(attached, -28.75, 18.75)
    found = within.sums_within(attached, pd.DataFrame({"p": [3.0]}, index=[lonely]), limit_min=999)
    assert found["p"].iloc[lonely] == found["p"].sum() == 3


def test_sums_without_cells_are_refused():
    base = graph.build(OPEN.base.edges[["edge_class", "geometry"]], speeds_kmh={"main": 60})
    attached = access.attach(base, NO_PLACES, RULE)
    with pytest.raises(errors.InputError, match="no cells"):
        within.sums_within(attached, pd.DataFrame({"w": [1.0]}), limit_min=10)
