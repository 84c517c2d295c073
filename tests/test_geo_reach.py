"""Sums within a time against closed forms and against the routes one by one."""

import geopandas as gpd
import hypothesis
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import strategies as st

from geo import access, border, cells, errors, grid, network, reach, routing

CRS = "EPSG:32636"
RULE = access.Rule(speed_kmh=30, detour_factor=1, max_km=60)
SIDES = gpd.GeoSeries(
    {"w": shapely.box(-30_000, -20_000, 300, 20_000), "e": shapely.box(300, -20_000, 30_000, 20_000)}, crs=CRS
)


def divided(places, *, state="open"):
    """A road of one kilometre a minute through the only crossing, a branch on each side; cells of 1 km."""
    lines = [[(-30, 0), (30, 0)], [(-15, 0), (-15, 15)], [(12, 0), (20, -15)]]
    roads = gpd.GeoDataFrame(
        {"edge_class": "main"},
        geometry=[shapely.LineString(np.array(line) * 1_000) for line in lines],
        index=range(len(lines)),
        crs=CRS,
    )
    post = gpd.GeoDataFrame(
        {"state": [state], "delay_min": [5.0]}, geometry=[shapely.Point(300, 0)], index=["post"], crs=CRS
    )
    whole = network.build(roads, speeds_kmh={"main": 60})
    base, _ = border.divide(whole, SIDES, post, tolerance_m=100)
    points = gpd.GeoDataFrame(
        {"side": ["w" if x < 0.3 else "e" for x, _ in places]},
        geometry=shapely.points(np.array(places, dtype=float) * 1_000),
        index=[f"p{number}" for number in range(len(places))],
        crs=CRS,
    )
    attached = access.attach(base, points, RULE)
    on = cells.attach(attached.network, grid.covering(SIDES, cell_m=1_000), SIDES, RULE)
    return attached, on.frame


def test_a_line_of_people():
    """One place at the start of a road and one 10 km on: both within 20 min of all between them."""
    attached, _ = divided([(-30, 0), (-20, 0)])
    along = gpd.GeoSeries(shapely.points([-29_000, -20_000, -9_000, -8_000], 0), crs=CRS)
    spots = access.locate(attached.network, along, np.full(4, "w", dtype=object), RULE)
    weights = pd.DataFrame({"people": [100.0, 7.0]}, index=["p0", "p1"])
    found = reach.sums_within(attached, weights, spots, limit_min=11.5)
    assert found["people"].tolist() == [107, 107, 7, 0]


spot = st.tuples(st.integers(-29, 29), st.integers(-19, 19))


@hypothesis.given(st.lists(spot, min_size=1, max_size=6), st.sampled_from([7.5, 20, 45]))
@hypothesis.settings(max_examples=25)
def test_the_sum_is_that_of_the_routes_one_by_one(places, limit_min):
    attached, spots = divided(places)
    ids = [f"p{number}" for number in range(len(places))]
    weights = pd.DataFrame({"w": np.arange(1.0, len(ids) + 1), "one": 1.0}, index=ids)
    expected = np.zeros((len(spots), 2))
    for place, minutes in zip(ids, routing.onward(attached, ids, spots, limit_min=limit_min), strict=True):
        expected += np.outer(np.isfinite(minutes), weights.loc[place])
    found = reach.sums_within(attached, weights, spots, limit_min=limit_min)
    np.testing.assert_allclose(found, expected)


@hypothesis.given(st.lists(spot, min_size=1, max_size=6))
@hypothesis.settings(max_examples=10)
def test_closing_the_crossing_never_raises_a_sum_and_ends_those_from_abroad(places):
    sums = {}
    for state in ("open", "closed"):
        attached, spots = divided(places, state=state)
        sides = attached.terminals["side"].loc[[f"p{number}" for number in range(len(places))]]
        weights = pd.DataFrame({side: (sides == side).astype(float) for side in ("w", "e")})
        sums[state] = reach.sums_within(attached, weights, spots, limit_min=45)
    assert (sums["closed"] <= sums["open"]).all(axis=None)
    for side, other in (("w", "e"), ("e", "w")):
        assert (sums["closed"].loc[spots["side"] == side, other] == 0).all()


def test_a_crossing_is_no_place_of_one_side():
    attached, spots = divided([(-10, 0)])
    weights = pd.DataFrame({"w": [1.0]}, index=["post"])
    with pytest.raises(errors.InputError, match="place post is entered on two sides"):
        reach.sums_within(attached, weights, spots, limit_min=10)
