"""Travel times on random divided zones: a metric, which closing a crossing never makes shorter."""

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
from geo.network import access, border, cells, graph, routes, routing, scenario
from geo.raster import grid
from geo.reach import catchment, within

CRS = "EPSG:32636"
RULE = access.Rule(speed_kmh=20, detour_factor=1.25, max_km=60)
WIDE, HIGH = 6, 8
POSTS = {"post0": 2.5, "post1": 6.5}


def km(points):
    return shapely.LineString(np.array(points) * 1_000)


def built(lines, speed_kmh=60):
    frame = gpd.GeoDataFrame(
        {"edge_class": ["r"] * len(lines)}, geometry=[km(line) for line in lines], crs=CRS
    )
    return graph.build(frame, speeds_kmh={"r": speed_kmh})


def points(frame_of):
    return [shapely.Point(np.array(xy) * 1_000) for xy in frame_of]


@st.composite
def zones(draw):
    """A zone 12 km wide, a border down its middle, roads on a lattice, two crossings and places."""
    steps = draw(st.lists(st.integers(-8, 8), min_size=5, max_size=5))
    bends = [(step / 10, y) for step, y in zip(steps, (0, 2, 4, 6, 8), strict=True)]
    spot = st.tuples(st.integers(-5, 5), st.integers(1, 7))
    lines = draw(st.lists(st.tuples(spot, spot).filter(lambda pair: pair[0] != pair[1]), max_size=4))
    delays = draw(st.lists(st.integers(0, 30), min_size=2, max_size=2))
    tenths = st.tuples(
        st.integers(-58, 58).filter(lambda tenth: abs(tenth) > 9), st.integers(2, 78).filter(lambda t: t % 10)
    )
    towns = draw(st.lists(tenths, min_size=3, max_size=6, unique=True))
    return bends, lines, delays, [(x / 10, y / 10) for x, y in towns]


def sides_of(bends):
    zone = shapely.box(-WIDE, 0, WIDE, HIGH)
    west = shapely.Polygon([*bends, (-WIDE, HIGH), (-WIDE, 0)])
    halves = gpd.GeoSeries({"w": west, "e": zone.difference(west)}, crs=CRS)
    return halves.scale(1_000, 1_000, origin=(0, 0))


def zone_of(parts, *, mirrored=False, closed=(), speed_kmh=60):
    """Place the towns of a zone on it; mirrored, west is east."""
    bends, lines, delays, towns = parts
    turn = np.array([-1 if mirrored else 1, 1])
    sides = sides_of(bends)
    if mirrored:
        sides = sides.scale(-1, 1, origin=(0, 0))
    # A road on each side so that each has one, and one through each crossing.
    own = [*lines, ((-5.5, 0.5), (-5.5, 7.5)), ((5.5, 0.5), (5.5, 7.5))]
    through = [((-4, y), (4, y)) for y in POSTS.values()]
    base = built([np.array(line) * turn for line in [*own, *through]], speed_kmh)
    posts = gpd.GeoDataFrame(
        {"state": ["closed" if name in closed else "open" for name in POSTS], "delay_min": delays},
        geometry=points(
            [(np.interp(y, [b[1] for b in bends], [b[0] for b in bends]), y) * turn for y in POSTS.values()]
        ),
        index=list(POSTS),
        crs=CRS,
    )
    divided, _ = border.divide(base, sides, posts, tolerance_m=1)
    frame = gpd.GeoDataFrame(
        {"side": ["w" if x < 0 else "e" for x, _ in towns]},
        geometry=points([np.array(town) * turn for town in towns]),
        index=[f"p{number}" for number in range(len(towns))],
        crs=CRS,
    )
    return access.attach(divided, frame, RULE)


def ids(attached):
    return list(attached.places.index)


def times_of(attached, origins=None):
    return routing.times(attached, origins=origins or ids(attached), destinations=ids(attached)).to_numpy()


FEW = hypothesis.settings(max_examples=10)


@hypothesis.given(zones())
@FEW
def test_times_are_a_metric(parts):
    attached = zone_of(parts)
    found = times_of(attached)
    np.testing.assert_allclose(found, found.T, atol=1e-9)
    assert np.isfinite(found).all()
    assert (np.diag(found) == 0).all()
    over_third = found[:, :, None] + found[None, :, :]
    assert (found[:, None, :] <= over_third + 1e-9).all()
    least = routing.least(attached, ids(attached), ids(attached)[:2])
    np.testing.assert_allclose(least, found[:, :2].min(axis=1))
    # Ways to crossings end there: the sum over one is no way, but with its delay it is.
    posts = routing.times(attached, origins=ids(attached), destinations=list(POSTS)).to_numpy()
    over_post = posts[:, None, :] + posts[None, :, :] + np.array(parts[2], dtype=float)
    assert (found <= over_post.min(axis=2) + 1e-9).all()


@hypothesis.given(zones(), st.sampled_from([("post0",), ("post1",), ("post0", "post1")]))
@FEW
def test_closing_a_crossing_never_makes_anything_faster(parts, closed):
    attached = zone_of(parts)
    shut = access.under(attached, scenario.Scenario(states=dict.fromkeys(closed, "closed")))
    before, after = times_of(attached), times_of(shut)
    assert (after >= before - 1e-9).all()
    np.testing.assert_allclose(after, times_of(zone_of(parts, closed=closed)))
    on = attached.ground
    areas = [
        catchment.isochrones(one, on, ids(one), minutes=(8, 16, 32)).set_index(
            ["place_id", "limit_min", "side"]
        )["area_km2"]
        for one in (attached, shut)
    ]
    assert areas[1].index.isin(areas[0].index).all()
    assert (areas[1] <= areas[0].loc[areas[1].index] + 1e-9).all()
    weights = pd.DataFrame({"n": 1.0}, index=on.frame.index[::7])
    sums = [within.sums_within(one, weights, limit_min=15) for one in (attached, shut)]
    assert (sums[1] <= sums[0]).all(axis=None)
    if len(closed) == len(POSTS):
        same = attached.places["side"].to_numpy()
        assert (np.isfinite(after) == (same[:, None] == same[None, :])).all()
        np.testing.assert_array_equal(times_of(routes.closed(attached)), after)


@hypothesis.given(zones())
@FEW
def test_a_mirrored_zone_has_mirrored_times_and_areas(parts):
    one, other = zone_of(parts), zone_of(parts, mirrored=True)
    np.testing.assert_allclose(times_of(other), times_of(one), rtol=1e-6, atol=1e-6)
    posts = [times_of(each, list(POSTS)) for each in (one, other)]
    np.testing.assert_allclose(*posts, rtol=1e-6, atol=1e-6)
    areas = [catchment.isochrones(each, each.ground, ["p0"], minutes=(500,)) for each in (one, other)]
    np.testing.assert_allclose(areas[0]["area_km2"], areas[1]["area_km2"])


@hypothesis.given(zones())
@FEW
def test_all_ways_between_places_are_the_routes(parts):
    attached = zone_of(parts)
    found = routes.between(attached, ids(attached))
    pairs = list(itertools.permutations(ids(attached), 2))
    assert list(zip(found["from_id"], found["to_id"], strict=True)) == pairs
    one_by_one = routes.routes(attached, pairs)
    np.testing.assert_allclose(found["travel_min"], one_by_one["travel_min"])
    np.testing.assert_allclose(found["length_km"], one_by_one["length_km"])
    assert found["crossing_ids"].tolist() == one_by_one["crossing_ids"].tolist()

    ends = shapely.get_coordinates(attached.places.geometry.to_numpy())
    place = {name: tuple(ends[number]) for number, name in enumerate(ids(attached))}
    for row in one_by_one.itertuples():
        assert row.geometry.coords[0] == place[row.from_id]
        assert row.geometry.coords[-1] == place[row.to_id]
    # Roads are as long as drawn, ground is longer by its detour.
    assert (one_by_one.length / 1_000 <= one_by_one["length_km"] + 1e-6).all()
    assert (one_by_one["length_km"] <= RULE.detour_factor * one_by_one.length / 1_000 + 1e-6).all()
    # A way changes sides as often as it passes crossings.
    side = attached.places["side"]
    abroad = side.loc[one_by_one["from_id"]].to_numpy() != side.loc[one_by_one["to_id"]].to_numpy()
    assert (one_by_one["crossing_ids"].map(len) % 2 == abroad).all()

    other = routes.alternatives(attached, one_by_one)
    for best, rest in zip(one_by_one.itertuples(), other.itertuples(), strict=True):
        assert not set(best.crossing_ids) & set(rest.crossing_ids)
        assert rest.travel_min >= best.travel_min - 1e-9
        assert np.isfinite(rest.travel_min) <= bool(best.crossing_ids)


@hypothesis.given(zones())
@FEW
def test_routes_at_home_stay_on_their_side(parts):
    """Drawn ways of a closed zone lie on their own side, every metre of them."""
    attached = zone_of(parts, closed=tuple(POSTS))
    # Legs may run on the outline, which is known to some metres.
    outline = attached.network.sides.buffer(5.5)
    side = attached.places["side"]
    pairs = [pair for pair in itertools.combinations(ids(attached), 2) if side[pair[0]] == side[pair[1]]]
    drawn = routes.routes(attached, pairs)
    for row in drawn.itertuples():
        assert row.geometry.difference(outline[side[row.from_id]]).length == 0


# Closed forms


def plain():
    bends = [(0, 0), (0, HIGH)]
    return bends, [], [4, 9], [(-5.5, 4.5), (-2.5, 4.5), (2.5, 4.5)]


def test_ground_roads_and_crossings_add_up():
    attached = zone_of(plain())
    # Along a row of cells to the next place: straight, three kilometres at 20 km/h with detour.
    assert times_of(attached)[0, 1] == pytest.approx(3 * 1.25 * 3)
    assert routes.routes(attached, [("p0", "p1")])["length_km"].tolist() == [pytest.approx(3 * 1.25)]
    # Down 2 km to the road at 2.5 and the crossing with the lesser delay, 5 km on, and up again.
    down = 2 * 1.25 * 3
    straight = down + 5 + 4 + down
    # Leaving the road earlier is faster: at the angle whose sine is the share of the speeds.
    pace = 1.25 * 3
    slanted = 2 * 2 * np.sqrt(pace**2 - 1) + 5 + 4
    assert slanted <= times_of(attached)[1, 2] <= straight + 1e-9


def test_the_speed_of_the_ground_is_part_of_a_scenario():
    attached = zone_of(plain())
    slow = access.under(attached, scenario.Scenario(speeds_kmh={graph.GROUND_CLASS: 10}))
    assert times_of(slow)[0, 1] == pytest.approx(2 * times_of(attached)[0, 1])
    as_built = access.attach(attached.base, attached.places, access.Rule(10, 1.25, 60))
    np.testing.assert_allclose(times_of(slow), times_of(as_built))
    fast_roads = access.under(attached, scenario.Scenario(speeds_kmh={"r": 120}))
    np.testing.assert_allclose(times_of(fast_roads), times_of(zone_of(plain(), speed_kmh=120)))
    both = access.under(attached, scenario.Scenario(speeds_kmh={"r": 120, graph.GROUND_CLASS: 40}))
    delays = np.array([[0, 0, 4], [0, 0, 4], [4, 4, 0]])
    np.testing.assert_allclose(times_of(both) - delays, (times_of(attached) - delays) / 2)
    np.testing.assert_array_equal(times_of(access.under(attached, scenario.Scenario())), times_of(attached))


def test_times_are_not_carried_over_to_a_scenario():
    attached = zone_of(plain())
    before = times_of(attached)
    closed = access.under(attached, scenario.Scenario(states=dict.fromkeys(POSTS, "closed")))
    assert np.isinf(times_of(closed)[0, 2])
    np.testing.assert_array_equal(times_of(attached), before)


# A place on the border


@functools.cache
def on_border():
    attached = zone_of(plain())
    posts = gpd.GeoDataFrame(
        {"side": ["w", "e"]}, geometry=points([(0, 4.5)] * 2), index=["bridge", "bridge"], crs=CRS
    )
    return access.attach(attached.base, pd.concat([attached.places, posts]), RULE)


def test_a_place_on_the_border_starts_on_both_sides():
    attached = on_border()
    found = routing.times(attached, origins=["bridge"], destinations=["p1", "p2"])
    assert found.loc["bridge"].tolist() == pytest.approx([2.5 * 1.25 * 3] * 2)
    assert routing.least(attached, ["p1", "p2"], ["bridge"]).tolist() == found.loc["bridge"].tolist()
    back = [routing.times(attached, origins=[place], destinations=["bridge"]) for place in ("p1", "p2")]
    assert np.ravel(back).tolist() == pytest.approx(found.loc["bridge"].tolist())
    areas = catchment.isochrones(attached, attached.ground, ["bridge"], minutes=(10,))
    assert areas["side"].tolist() == ["w", "e"]
    assert areas["area_km2"].iloc[0] == pytest.approx(areas["area_km2"].iloc[1])
    drawn = routes.routes(attached, [("bridge", "p1"), ("p2", "bridge")]).geometry
    assert (drawn[0].coords[0], drawn[1].coords[-1]) == ((0, 4_500), (0, 4_500))


def test_a_place_on_the_border_is_no_crossing():
    attached = on_border()
    np.testing.assert_array_equal(
        routing.times(attached, origins=["p1"], destinations=["p2"]), times_of(zone_of(plain()))[1:2, 2:]
    )
    shut = access.under(attached, scenario.Scenario(states=dict.fromkeys(POSTS, "closed")))
    assert np.isinf(routing.times(shut, origins=["p1"], destinations=["p2"])).all(axis=None)
    nearest = catchment.nearest(shut, shut.ground, ["bridge"], within_side=True)
    assert (nearest["nearest"] == 0).all()
    assert np.isfinite(nearest["travel_min"]).all()


# Legs


@pytest.mark.parametrize("cell_m", [250, 1_000])
def test_a_leg_does_not_leave_its_side(cell_m):
    """Two places 600 m apart with 200 m of the other side between them, and a road beyond that."""
    strip = shapely.box(-100, 0, 100, 6_000)
    zone = shapely.box(-6_000, 0, 6_000, 8_000)
    sides = gpd.GeoSeries({"a": zone.difference(strip), "b": strip}, crs=CRS)
    roads = built([[(0.8, 1), (0.8, 3)], [(0, 1), (0, 3)]])
    none = gpd.GeoDataFrame({"state": [], "delay_min": []}, geometry=[], crs=CRS)
    base, _ = border.divide(roads, sides, none, tolerance_m=10)
    towns = gpd.GeoDataFrame({"side": "a"}, geometry=points([(-0.3, 2), (0.3, 2)]), index=["p", "q"], crs=CRS)
    # Legs reach over the strip from cells of 1 km; a way turns within some cells of its corners.
    on = cells.attach(base, grid.covering(sides, cell_m=cell_m), sides, RULE)
    attached = access.attach(base, towns, RULE, on=on)
    assert 0.5 <= attached.terminals["leg_km"].loc["q"] / 1.25 <= 0.75
    round_the_strip = 2 * np.hypot(0.2, 4) + 0.2
    found = routing.times(attached, origins=["p"], destinations=["q"]).loc["p", "q"] / (1.25 * 3)
    assert round_the_strip <= found <= 1.028 * round_the_strip + 0.003 * cell_m
    # The road at x = 0.8 ends 3 km south of the end of the strip.
    to_road = (np.hypot(0.2, 4) + 0.2 + np.hypot(0.7, 3)) * 1.25
    assert to_road <= attached.terminals["leg_km"].loc["p"] <= 1.028 * to_road + 0.003 * cell_m


def test_a_leg_reaches_the_point_of_a_cut_cell_as_near_as_any():
    """The cell after the next one, of which a border leaves 200 m: its point is 1.2 km away."""
    sides = gpd.GeoSeries({"a": shapely.box(0, 0, 2_200, 3_000), "b": shapely.box(2_200, 0, 4_000, 3_000)})
    sides = sides.set_crs(CRS)
    none = gpd.GeoDataFrame({"state": [], "delay_min": []}, geometry=[], crs=CRS)
    base, _ = border.divide(built([[(0.2, 0.1), (1.9, 0.1)]]), sides, none, tolerance_m=10)
    town = gpd.GeoDataFrame({"side": ["a"]}, geometry=points([(0.9, 1.5)]), index=["p"], crs=CRS)
    on = cells.attach(base, grid.covering(sides, cell_m=1_000), sides, RULE)
    attached = access.attach(base, town, RULE, on=on)
    cut = attached.pieces.start + np.flatnonzero((on.frame["area_km2"] < 0.5) & (on.frame["side"] == "a"))
    ways = attached.ways[attached.ways["node_a"] == attached.terminals.loc["p", "node"]]
    assert set(ways["node_b"]) & set(cut) == {cut[1]}
    assert ways.set_index("node_b")["km"][cut[1]] == pytest.approx(1.2)


def test_places_on_water_reach_the_land_beside_it():
    """A place in a shore cell starts at the land within a cell and a half; out on the water none does."""
    attached = zone_of(plain())
    on = grid.covering(attached.base.sides, cell_m=1_000)
    land = np.ones(on.shape)
    land[2:6, 2:6] = 0
    ground = cells.attach(attached.base, on, attached.base.sides, RULE, land=land)
    town = attached.places.iloc[[1]].set_geometry(points([(-3.9, 4.6)]), crs=CRS)
    found = access.attach(attached.base, town, RULE, on=ground)
    # 0.6 km to the centre of the cell on the shore, from there 1 km to the road at x = −5.5.
    assert found.terminals["leg_km"].iloc[0] / 1.25 == pytest.approx(np.hypot(0.6, 0.1) + 1)
    with pytest.raises(errors.NetworkError, match=r"place p1: .* no border and no water on the way"):
        access.attach(attached.base, town.set_geometry(points([(-2.1, 4.1)]), crs=CRS), RULE, on=ground)


def test_a_place_may_be_only_as_far_from_a_road_as_the_rule_allows():
    attached = zone_of(plain())
    place = attached.places.iloc[[1]]
    assert access.attach(attached.base, place, access.Rule(20, 1, 2.001)).terminals["leg_km"].iloc[
        0
    ] == pytest.approx(2)
    with pytest.raises(errors.NetworkError, match=r"place p1: no road .* within 1\.9 km"):
        access.attach(attached.base, place, access.Rule(20, 1, 1.9))


def test_an_id_may_stand_once_on_each_side_only():
    attached = zone_of(plain())
    with pytest.raises(errors.NetworkError, match="place p1: the id is not unique"):
        access.attach(attached.base, attached.places.iloc[[1, 1]], RULE)
    taken = attached.places.iloc[[0]].set_axis(["post0"])
    with pytest.raises(errors.NetworkError, match="place post0: the id is also that of a crossing"):
        access.attach(attached.base, taken, RULE)
