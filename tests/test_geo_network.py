"""Networks against networkx and closed forms; a border that is crossed only where it may be."""

import itertools
import pathlib

import geopandas as gpd
import hypothesis
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import strategies as st

from geo import errors
from geo.network import access, border, routes, routing, scenario
from geo.network import graph as network

CRS = "EPSG:32636"
ON_EDGE = access.Rule(speed_kmh=30, detour_factor=1, max_km=0)
RULE = access.Rule(speed_kmh=30, detour_factor=1.5, max_km=20)
SHARED = pathlib.Path(__file__).parents[1] / ".." / "shared" / "data"


def km(*points):
    with np.errstate(invalid="ignore"):
        return shapely.LineString(np.array(points) * 1_000)


def roads(*lines, names=None):
    return gpd.GeoDataFrame({"edge_class": names or ["main"] * len(lines)}, geometry=list(lines), crs=CRS)


def built(*lines, names=None):
    return network.build(roads(*lines, names=names), speeds_kmh={"main": 60, "side": 30})


def places(side="", **points):
    rows = {name: shapely.Point(np.array(xy) * 1_000) for name, xy in points.items()}
    sides = [side] * len(rows) if isinstance(side, str) else side
    return gpd.GeoDataFrame({"side": sides}, geometry=list(rows.values()), index=list(rows), crs=CRS)


def crossings(state="open", delay_min=0.0, **points):
    return places(**points).drop(columns="side").assign(state=state, delay_min=delay_min)


def halves():
    """West and east of x = 0."""
    boxes = {"w": shapely.box(-25_000, -5_000, 0, 25_000), "e": shapely.box(0, -5_000, 25_000, 25_000)}
    return gpd.GeoSeries(boxes, crs=CRS)


def ladder():
    """Two roads across x = 0, at y = 0 and y = 10 km, joined at x = ±20 km."""
    return built(
        km((-20, 0), (20, 0)),
        km((-20, 10), (20, 10)),
        km((-20, 0), (-20, 10)),
        km((20, 0), (20, 10)),
    )


def divided(**known):
    return border.divide(ladder(), halves(), crossings(**(known or {"south": (0, 0)})), tolerance_m=500)


def between(attached, start, end):
    return routing.times(attached, origins=[start], destinations=[end]).loc[start, end]


# Against networkx


@st.composite
def graphs(draw):
    """Points in whole kilometres, straight edges between them, and places at whole metres of edges."""
    xy = draw(
        st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=2, max_size=9, unique=True)
    )
    pairs = st.tuples(st.integers(0, len(xy) - 1), st.integers(0, len(xy) - 1)).filter(lambda p: p[0] != p[1])
    ends = draw(st.lists(pairs, min_size=1, max_size=16))
    names = draw(st.lists(st.sampled_from(["main", "side"]), min_size=len(ends), max_size=len(ends)))
    spots = draw(
        st.lists(st.tuples(st.integers(0, len(ends) - 1), st.integers(2, 990)), min_size=1, max_size=5)
    )
    return np.array(xy, dtype=float), ends, names, spots


@hypothesis.given(graphs())
@hypothesis.settings(max_examples=40)
def test_times_equal_those_of_networkx_on_random_graphs(graph):
    xy, ends, names, spots = graph
    base = built(*[km(xy[a], xy[b]) for a, b in ends], names=names)
    node = {tuple(point): number for number, point in enumerate(base.nodes.get_coordinates().to_numpy())}
    number = np.array([[node[tuple(xy[end] * 1_000)] for end in pair] for pair in ends])
    length_m = base.edges.length.to_numpy()

    judge = nx.MultiGraph()
    for k, ((a, b), name) in enumerate(zip(number, names, strict=True)):
        pace = 60 / {"main": 60, "side": 30}[name] / 1_000
        on = sorted({metres for e, metres in spots if e == k})
        knots = [(0, a), *[(metres, (k, metres)) for metres in on], (length_m[k], b)]
        for (m0, u), (m1, v) in itertools.pairwise(knots):
            judge.add_edge(u, v, weight=(m1 - m0) * pace)

    corners = np.unique(number)
    edge, along_m = np.array(spots).T
    split, on_edge = network.split(base, edge=edge, along_m=along_m.astype(float))
    nodes = np.concatenate([on_edge, corners])
    terminals = pd.DataFrame({"node": nodes, "side": "", "x_m": 0.0, "y_m": 1e6 * np.arange(len(nodes))})
    terminals = terminals.rename(index=lambda k: f"p{k}")
    ids = terminals.index.tolist()
    no_ways = pd.DataFrame({"node_a": [], "node_b": [], "km": []})
    attached = access.Attached(split, terminals, no_ways, None, ON_EDGE, base, places())
    ours = routing.times(attached, origins=ids, destinations=ids).to_numpy()
    known = [*spots, *corners]
    reached = dict(nx.all_pairs_dijkstra_path_length(judge))
    theirs = [[reached[u].get(v, np.inf) for v in known] for u in known]
    np.testing.assert_allclose(ours, theirs, atol=1e-9)


def test_manhattan_times_on_a_lattice():
    steps = range(6)
    lines = [km((i, j), (i + 1, j)) for i in steps[:-1] for j in steps]
    lines += [km((i, j), (i, j + 1)) for i in steps for j in steps[:-1]]
    attached = access.attach(built(*lines), places(a=(0, 0), b=(5, 3), c=(2.5, 4)), ON_EDGE)
    found = routing.times(attached, origins=["a"], destinations=["b", "c"])
    assert found.loc["a"].tolist() == pytest.approx([8, 6.5])


# Places off the network


def test_a_place_reaches_the_nearest_point_of_an_edge_not_its_nearest_node():
    attached = access.attach(built(km((0, 0), (100, 0))), places(a=(50, 2), b=(80, 0)), RULE)
    assert attached.terminals.loc["a", "leg_km"] == pytest.approx(2 * 1.5)
    # 2 km at factor 1.5 and 30 km/h, then 30 km at 60 km/h.
    assert between(attached, "a", "b") == pytest.approx(6 + 30)


def test_near_places_go_straight():
    attached = access.attach(built(km((0, 0), (100, 0))), places(a=(50, 10), b=(50, 12)), RULE)
    assert between(attached, "a", "b") == pytest.approx(2 * 1.5 / 30 * 60)
    assert between(attached, "a", "a") == 0
    found = routes.routes(attached, [("a", "b")]).iloc[0]
    assert (found["length_km"], found["edges"]) == (pytest.approx(3), ())


def test_a_leg_never_crosses_the_border():
    """The road abroad is 2 km away, the own one 9 km: straight, but for the ends of the way in cells."""
    base, _ = border.divide(
        built(km((-10, 0), (-10, 20)), km((1, 0), (1, 20))), halves(), crossings(), tolerance_m=500
    )
    attached = access.attach(base, places("w", a=(-1, 10), b=(-1.5, 10.5)), RULE)
    assert 9 * 1.5 <= attached.terminals.loc["a", "leg_km"] <= 9 * 1.5 * 1.028
    # From the centre of a cell along a row of cells the way is straight.
    assert attached.terminals.loc["b", "leg_km"] == pytest.approx(8.5 * 1.5)
    assert attached.terminals.loc["b", "leg_min"] == pytest.approx(8.5 * 1.5 / 30 * 60)


def test_a_place_outside_the_zone_is_refused_by_name():
    with pytest.raises(errors.NetworkError, match=r"^place far: no road of its side .* within 20 km"):
        access.attach(built(km((0, 0), (100, 0))), places(near=(1, 1), far=(1000, 0)), RULE)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (places(a=(np.nan, 0)), "place a: geometry .* finite"),
        (places("x", a=(0, 0)), "place a: side 'x'"),
        (pd.concat([places(a=(0, 0))] * 2), "place a: the id is not unique"),
    ],
)
def test_doubtful_places_are_refused(frame, message):
    with pytest.raises(errors.NetworkError, match=message):
        access.attach(built(km((0, 0), (100, 0))), frame, RULE)


def test_mixed_crs_is_refused():
    with pytest.raises(errors.CrsError, match="mix"):
        access.attach(built(km((0, 0), (100, 0))), places(a=(0, 0)).to_crs("EPSG:32635"), RULE)


def test_degrees_are_refused():
    with pytest.raises(errors.CrsError, match="metres"):
        network.build(roads(km((0, 0), (1, 0))).to_crs("EPSG:4326"), speeds_kmh={"main": 60})


@pytest.mark.parametrize("rule", [{"speed_kmh": 0}, {"detour_factor": 0.5}, {"max_km": np.nan}])
def test_access_rules_out_of_range_are_refused(rule):
    with pytest.raises(errors.InputError, match=next(iter(rule))):
        access.Rule(**{"speed_kmh": 30, "detour_factor": 1, "max_km": 1} | rule)


# Building


def test_everything_wrong_with_lines_is_reported_at_once():
    lines = roads(
        km((0, 0), (1, 0)),
        shapely.Point(0, 0),
        km((np.nan, 0), (1, 0)),
        names=["track", "main", "main"],
    )
    with pytest.raises(errors.NetworkError) as caught:
        network.build(lines, speeds_kmh={"main": 60, "side": -1})
    assert [finding.split(";")[0] for finding in caught.value.findings] == [
        "speed of class 'side' is -1",
        "line 0: class 'track' has no speed",
        "line 1: geometry POINT (0 0)",
        "line 2: a coordinate is not a number",
    ]


def test_an_empty_layer_is_refused():
    with pytest.raises(errors.NetworkError, match="empty"):
        built()


def test_a_graph_in_pieces_gives_infinite_times_and_says_which_piece():
    base = built(km((0, 0), (10, 0)), km((10, 0), (20, 0)), km((500, 0), (510, 0)))
    attached = access.attach(base, places(a=(5, 0), b=(15, 0), island=(505, 0)), RULE)
    found = routing.times(attached, origins=["a"], destinations=["b", "island"])
    assert found.loc["a"].tolist() == [pytest.approx(10), np.inf]
    assert routing.nearest(found[["island"]]).loc["a"].tolist() == ["", np.inf]
    assert network.components(base).tolist() == [0, 0, 0, 1, 1]
    assert routes.routes(attached, [("a", "island")]).loc[0, "travel_min"] == np.inf


def test_splitting_keeps_length_and_time():
    base = built(km((0, 0), (3, 0), (3, 4)))
    split, node = network.split(
        base, edge=np.array([0, 0, 0, 0]), along_m=np.array([5_000.0, 0, 1_000, 5_000])
    )
    assert split.edges["length_km"].tolist() == pytest.approx([1, 4, 2])
    assert split.edges["travel_min"].tolist() == pytest.approx([1, 4, 2])
    assert split.nodes.geometry.iloc[node].get_coordinates().to_numpy().tolist() == [
        [3_000, 2_000],
        [0, 0],
        [1_000, 0],
        [3_000, 2_000],
    ]
    assert base.edges["length_km"].tolist() == [7]


# The border


def test_the_network_crosses_only_at_known_crossings_and_says_so():
    base, report = divided(south=(0, 0.3), lonely=(0, 20))
    assert report[["action", "crossing_id", "nearest_id"]].to_numpy().tolist() == [
        ["matched", "south", "south"],
        ["cut", "", "south"],
        ["no_line", "lonely", "lonely"],
    ]
    assert report["distance_m"].tolist()[:2] == pytest.approx([300, 9_700])
    assert report.get_coordinates().to_numpy().tolist() == [[0, 0], [0, 10_000], [0, 20_000]]
    attached = access.attach(base, places(["w", "e"], a=(-5, 10), b=(5, 10)), ON_EDGE)
    assert between(attached, "a", "b") == pytest.approx(15 + 10 + 40 + 10 + 15)


def test_a_border_without_crossings_is_closed():
    base, report = border.divide(ladder(), halves(), crossings(), tolerance_m=500)
    assert report["action"].tolist() == ["cut", "cut"]
    attached = access.attach(base, places(["w", "e"], a=(-5, 10), b=(5, 10)), RULE)
    assert between(attached, "a", "b") == np.inf


def test_lines_joined_on_the_border_itself_are_cut_there():
    base = built(km((-10, 0), (0, 0)), km((0, 0), (10, 0)))
    cut, report = border.divide(base, halves(), crossings(), tolerance_m=500)
    assert report["action"].tolist() == ["cut"]
    assert len(set(cut.edges[["node_a", "node_b"]].to_numpy().ravel())) == 4


def test_lines_may_bring_their_side_and_length():
    frame = roads(km((-10, 0), (0, 0)), km((0, 0), (10, 0))).assign(side=["w", "e"], length_km=[11.0, 12])
    base = network.build(frame, speeds_kmh={"main": 60})
    known = crossings(delay_min=2.0, post=(0.1, 0))
    cut, _ = border.gate(base, known, tolerance_m=500)
    attached = access.attach(cut, places(["w", "e"], a=(-10, 0), b=(5, 0)), ON_EDGE)
    assert between(attached, "a", "b") == pytest.approx(11 + 2 + 6)


def test_a_short_excursion_over_the_border_is_not_a_crossing():
    base = built(km((-10, 0), (-0.1, 0), (0.1, 0.1), (-0.1, 0.2), (-10, 0.2)))
    cut, report = border.divide(base, halves(), crossings(), tolerance_m=500)
    assert len(report) == 0
    assert set(cut.edges["side"]) == {"w"}


def test_roads_outside_all_sides_are_dropped():
    base = built(km((-200, 0), (-10, 0)))
    cut, _ = border.divide(base, halves(), crossings(), tolerance_m=500)
    assert cut.edges["length_km"].sum() == pytest.approx(15)
    with pytest.raises(errors.NetworkError, match="no edge lies on any side"):
        border.divide(built(km((-300, 0), (-200, 0))), halves(), crossings(), tolerance_m=500)


def test_doubtful_crossings_are_refused_at_once():
    frame = crossings(state=["ajar", "open"], delay_min=[0, -1], a=(0, 0), b=(0, 10))
    with pytest.raises(errors.InputError, match=r"(?s)crossing a: state 'ajar'.*crossing b: delay -1"):
        border.divide(ladder(), halves(), frame, tolerance_m=500)


def test_crossings_without_a_line_are_reached_over_the_ground():
    known = crossings(delay_min=[1.0, 7.0, 0.0], south=(0, 0), middle=(0.3, 4.5), far=(12, 4.5))
    base, _ = border.divide(ladder(), halves(), known, tolerance_m=500)
    joined = access.connect(base, known, halves(), tolerance_m=500)
    assert joined.gates["crossing_id"].tolist() == ["south", "middle"]
    assert access.unmet(base) == []
    assert access.unmet(joined) == ["middle"]
    assert len(joined.edges) == len(base.edges)
    pair = joined.nodes.iloc[joined.gates[["node_a", "node_b"]].to_numpy()[1]]
    assert sorted(pair["side"]) == ["e", "w"]
    assert pair.get_coordinates().to_numpy().tolist() == [[300, 4_500]] * 2
    assert access.connect(joined, known, halves(), tolerance_m=500) is joined


def test_a_crossing_without_a_road_is_passed_on_foot():
    """Along a row of cells the ways over the ground are straight: 2 km to the crossing, 3 km on."""
    known = crossings(delay_min=7.0, middle=(0, 4.5))
    base, _ = border.divide(ladder(), halves(), known, tolerance_m=500)
    joined = access.connect(base, known, halves(), tolerance_m=500)
    attached = access.attach(joined, places(["w", "e"], a=(-2, 4.5), b=(3, 4.5)), RULE)
    found = routing.times(attached, origins=["a", "b"], destinations=["middle"])["middle"]
    assert found.tolist() == pytest.approx([2 * 1.5 / 30 * 60, 3 * 1.5 / 30 * 60])
    assert between(attached, "a", "b") == pytest.approx(5 * 1.5 / 30 * 60 + 7)
    # From the crossing to the road at y = 0, straight down.
    assert attached.terminals.loc["middle", "leg_km"].tolist() == pytest.approx([4.5 * 1.5] * 2, rel=0.03)
    walked = routes.routes(attached, [("a", "b")]).iloc[0]
    assert (walked["crossing_ids"], walked["edges"]) == (("middle",), ())
    assert walked["length_km"] == pytest.approx(5 * 1.5)
    shut = access.under(attached, scenario.Scenario(states={"middle": "closed"}))
    assert between(shut, "a", "b") == np.inf


def test_a_road_that_ends_at_a_crossing_is_joined_to_the_other_side():
    known = crossings(post=(0, 0.5))
    base, report = border.divide(
        built(km((-9, 0.5), (0, 0.5)), km((4, -4), (4, 9))), halves(), known, tolerance_m=500
    )
    assert report["action"].tolist() == ["no_line"]
    joined = access.connect(base, known, halves(), tolerance_m=500)
    attached = access.attach(joined, places(["w", "e"], a=(-9, 0.5), b=(4, 0.5)), RULE)
    # 9 km by road, 4 km over the ground along a row of cells.
    assert between(attached, "a", "b") == pytest.approx(9 + 4 * 1.5 * 2)


def test_time_to_a_crossing_is_without_its_delay_from_either_side():
    base, _ = border.divide(ladder(), halves(), crossings(delay_min=45.0, south=(0, 0)), tolerance_m=500)
    attached = access.attach(base, places(["w", "e"], a=(-5, 0), b=(8, 0)), ON_EDGE)
    found = routing.times(attached, origins=["a", "b"], destinations=["south"])
    assert found["south"].tolist() == pytest.approx([5, 8])
    assert [between(attached, place, "south") for place in "ab"] == pytest.approx([5, 8])
    assert between(attached, "a", "b") == pytest.approx(5 + 45 + 8)


# Scenarios


def two_crossings():
    base, _ = divided(south=(0, 0), north=(0, 10))
    return access.attach(base, places(["w", "e"], a=(-20, 0), b=(20, 0)), ON_EDGE)


def under(attached, **changes):
    return access.under(attached, scenario.Scenario(**changes))


def test_a_scenario_without_change_equals_the_base():
    attached = two_crossings()
    same = under(attached).network
    pd.testing.assert_frame_equal(same.edges, attached.network.edges)
    pd.testing.assert_frame_equal(same.crossings, attached.network.crossings)


@pytest.mark.parametrize(
    ("changes", "minutes"),
    [
        ({}, 40),
        ({"states": {"south": "closed"}}, 60),
        ({"delays_min": {"south": 15}}, 55),
        ({"delays_min": {"south": 90}}, 60),
        ({"speeds_kmh": {"main": 30}}, 80),
        ({"states": {"south": "closed", "north": "closed"}}, np.inf),
        ({"states": {"north": "wide"}, "passable": {"open": False, "wide": True}}, 60),
    ],
)
def test_what_if(changes, minutes):
    attached = two_crossings()
    assert between(under(attached, **changes), "a", "b") == pytest.approx(minutes)
    assert between(attached, "a", "b") == pytest.approx(40)


def test_a_closed_crossing_can_be_opened():
    base, _ = border.divide(ladder(), halves(), crossings(state="closed", south=(0, 0)), tolerance_m=500)
    attached = access.attach(base, places(["w", "e"], a=(-20, 0), b=(20, 0)), ON_EDGE)
    assert between(attached, "a", "b") == np.inf
    assert between(under(attached, states={"south": "open"}), "a", "b") == pytest.approx(40)


def test_everything_wrong_with_a_scenario_is_reported_at_once():
    with pytest.raises(errors.InputError) as caught:
        under(
            two_crossings(),
            states={"nowhere": "open", "south": "ajar"},
            delays_min={"north": -5},
            speeds_kmh={"canal": 10, "main": 0},
        )
    assert [finding.split(";")[0] for finding in caught.value.findings] == [
        "scenario: unknown crossing 'nowhere'",
        "scenario: crossing 'south' has state 'ajar'",
        "scenario: delay at crossing 'north' is -5",
        "scenario: unknown class 'canal'",
        "scenario: speed of class 'main' is 0",
    ]


# Routes


def test_a_route_tells_its_length_time_crossing_and_line():
    found = routes.routes(two_crossings(), [("a", "b"), ("b", "a"), ("a", "a")])
    assert found["length_km"].tolist() == pytest.approx([40, 40, 0])
    assert found["travel_min"].tolist() == pytest.approx([40, 40, 0])
    assert found["crossing_ids"].tolist() == [("south",), ("south",), ()]
    assert found.length.tolist() == pytest.approx([40_000, 40_000, 0])
    assert found.geometry[1].coords[0] == (20_000, 0)


def test_the_alternative_avoids_the_crossings_of_the_best_route():
    attached = two_crossings()
    best = routes.routes(attached, [("a", "b"), ("a", "south")])
    other = routes.alternatives(attached, best)
    assert other["crossing_ids"].tolist() == [("north",), ()]
    assert other["travel_min"].tolist() == [pytest.approx(60), np.inf]
    # A way to a crossing ends there, from either side and even where it takes no time to pass.
    to_post = routes.routes(attached, [("a", "south"), ("b", "south"), ("south", "a"), ("south", "b")])
    assert to_post["crossing_ids"].tolist() == [()] * 4
    assert to_post["travel_min"].tolist() == pytest.approx([20] * 4)


def test_routes_agree_with_times():
    attached = two_crossings()
    found = routes.routes(attached, [("a", "b"), ("north", "b")])
    assert found["travel_min"].tolist() == pytest.approx(
        [between(attached, "a", "b"), between(attached, "north", "b")]
    )


def test_an_unknown_place_is_refused():
    with pytest.raises(errors.InputError, match="place 'nowhere' is not on the network"):
        routes.routes(two_crossings(), [("a", "nowhere")])


@pytest.mark.skipif(not SHARED.is_dir(), reason="the raw sources are not beside the repository")
def test_route_lengths_on_real_roads():
    """Lengths in km measured independently on the same roads, as documented with the sources."""
    cities = {
        "smolensk": (32.045, 54.782),
        "vitebsk": (30.205, 55.19),
        "bryansk": (34.365, 53.243),
        "gomel": (31.0, 52.435),
        "pskov": (28.333, 57.817),
    }
    documented = {
        ("smolensk", "vitebsk"): 133.9,
        ("bryansk", "gomel"): 269.5,
        ("pskov", "vitebsk"): 352.6,
        ("smolensk", "bryansk"): 251.5,
        ("vitebsk", "gomel"): 326.9,
    }
    lines = gpd.read_file(SHARED / "network" / "osm_world_z7" / "roads_z7_noded_snap6.gpkg").to_crs(CRS)
    base = network.build(lines, speeds_kmh={"motorway": 110, "trunk": 90, "primary": 70}, class_column="cls")
    points = gpd.GeoSeries(gpd.points_from_xy(*zip(*cities.values(), strict=True)), crs="EPSG:4326")
    attached = access.attach(base, gpd.GeoDataFrame(geometry=points.set_axis(list(cities))).to_crs(CRS), RULE)
    found = routes.routes(attached, documented)
    assert found["length_km"].tolist() == pytest.approx(list(documented.values()), rel=0.03)
