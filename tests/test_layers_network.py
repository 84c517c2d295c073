"""The networks of the study area: who meets the border where, how far it is, what closing changes."""

import numpy as np
import pytest
import regions

from geo import errors
from geo.network import access, graph, routes, routing, scenario
from layers.analysis import network as networks
from layers.base import boundaries, transport


@pytest.fixture(scope="module")
def layers(region):
    return networks.frames(region)


@pytest.fixture(scope="module")
def by_road(roads_of_atlas):
    return roads_of_atlas


@pytest.fixture(scope="module")
def by_rail(region, layers):
    return networks.by_rail(region, layers)


def closed(layers, attached, names):
    base = networks.base_scenario(layers)
    shut = scenario.Scenario(states=dict.fromkeys(names, "closed"), passable=base.passable)
    return access.under(attached, shut)


def test_the_roads_cross_the_border_only_at_known_crossings(region, layers):
    roads, report = networks.roads(region, layers)
    assert set(report["action"]) == {"matched", "no_line"}
    assert report.loc[report["action"] == "matched", "distance_m"].max() < 1
    crossings = transport.crossings(region)
    assert set(roads.gates["crossing_id"]) == set(crossings.loc[crossings["mode"] == "road", "crossing_id"])


def test_every_road_lies_in_its_country(region, layers):
    """Edges of one country run in the districts of the other nowhere, but for the width of the line."""
    roads, _ = networks.roads(region, layers)
    districts = networks.metric(region, boundaries.districts(region))
    lines = roads.edges
    for country in region.countries:
        others = districts[districts["country"] != country].union_all()
        strayed = lines[lines["side"] == country].intersection(others).length.sum()
        assert strayed < 1_000


def test_both_networks_hang_together(by_road, by_rail):
    roads = by_road.base
    major = roads.edges["edge_class"].isin(["motorway", "trunk", "primary"])
    of_road = graph.components(roads).to_numpy()
    km = roads.edges["length_km"]
    in_main = of_road[roads.edges["node_a"]] == 0
    assert km[major & in_main].sum() == pytest.approx(km[major].sum(), rel=1e-3)
    # Approaches in the strip end before they come to a major road.
    assert km[~in_main].sum() < 150
    of_rail = graph.components(by_rail.network)
    crossings = by_rail.network.gates[["node_a", "node_b"]].to_numpy()
    assert (of_rail[crossings.ravel()] == 0).mean() >= 12 / 14


def test_rail_meets_the_border_at_its_seven_crossings(region, layers):
    railways, report = networks.railways(region, layers)
    assert report["action"].tolist() == ["matched"] * 7
    assert sorted(railways.gates["crossing_id"]) == [f"T{k}" for k in range(1, 8)]


@pytest.mark.parametrize(
    ("start", "end", "length_km"),
    [
        ("RU-SMO-smolensk-city", "BY-VI-vitebsky", 133.9),
        ("RU-BRY-bryansk-city", "BY-HO-gomelsky", 269.5),
        ("RU-PSK-pskov-city", "BY-VI-vitebsky", 352.6),
        ("RU-SMO-smolensk-city", "RU-BRY-bryansk-city", 251.5),
        ("BY-VI-vitebsky", "BY-HO-gomelsky", 326.9),
    ],
)
def test_fastest_routes_have_the_documented_lengths(by_road, start, end, length_km):
    """Lengths in km measured independently on the raw roads, as documented with the sources."""
    found = routes.routes(by_road, [(start, end)])
    assert found.loc[0, "length_km"] == pytest.approx(length_km, rel=0.03)


def test_every_unit_has_a_centre_and_every_place_a_way_to_every_other(region, by_road, layers):
    centres = networks.centres(region, layers)
    assert sorted(centres.index) == sorted(boundaries.districts(region)["unit_id"])
    found = routing.times(
        by_road, origins=centres.index.tolist(), destinations=by_road.terminals.index.unique().tolist()
    )
    assert np.isfinite(found.to_numpy()).all()


@pytest.mark.parametrize("mode", ["road", "rail"])
def test_closing_every_crossing_parts_the_countries(region, layers, mode, request):
    attached = request.getfixturevalue(f"by_{mode}")
    names = networks.crossings(region, layers, mode).index
    shut = closed(layers, attached, names)
    first, second = (
        shut.terminals.index[(shut.terminals["side"] == country) & ~shut.terminals.index.isin(names)].tolist()
        for country in region.countries
    )
    assert np.isinf(routing.times(shut, origins=first[:40], destinations=second).to_numpy()).all()


def test_closing_the_crossing_used_leads_over_the_next_best(layers, by_road):
    pair = [("RU-SMO-rudnyansky", "BY-VI-lioznensky")]
    best = routes.routes(by_road, pair)
    (used,) = best.loc[0, "crossing_ids"]
    without = closed(layers, by_road, [used])
    again = routes.routes(without, pair)
    other = routes.alternatives(by_road, best)
    assert used not in again.loc[0, "crossing_ids"]
    assert again.loc[0, "travel_min"] > best.loc[0, "travel_min"]
    assert other.loc[0, "travel_min"] == pytest.approx(again.loc[0, "travel_min"])


def test_an_unknown_crossing_in_a_scenario_is_refused(by_road):
    with pytest.raises(errors.InputError, match="unknown crossing 'X9'"):
        access.under(by_road, scenario.Scenario(states={"X9": "open"}))


def test_the_class_of_road_at_a_crossing_is_that_of_the_network(region, layers, by_road):
    """Stated by hand for readers, and what the network has where its roads come to the crossing."""
    edges, gates = by_road.base.edges, by_road.base.gates
    stated = layers["crossings"].set_index("crossing_id")
    order = list(transport.ROAD_CLASSES)
    letters = dict(zip(region.countries, "ab", strict=True))
    compared = 0
    for gate in gates.itertuples():
        for node in (gate.node_a, gate.node_b):
            here = edges[(edges["node_a"] == node) | (edges["node_b"] == node)]
            if len(here):
                best = min(here["edge_class"], key=order.index)
                assert stated.loc[gate.crossing_id, f"osm_class_{letters[here['side'].iloc[0]]}"] == best
                compared += 1
    assert compared >= 45


def test_a_class_without_speed_is_refused(region, layers):
    roads = layers["roads"].assign(road_class="track")
    with pytest.raises(errors.NetworkError, match="class 'track' has no speed"):
        networks.by_road(region, {**layers, "roads": roads})


def test_a_wrong_speed_is_told_with_its_row(tmp_path):
    wrong = regions.changed(tmp_path, "tables/road_speeds.csv", "trunk,road,80", "trunk,road,fast")
    with pytest.raises(errors.InputError, match=r"road_speeds\.csv: row 3: speed_kmh = 'fast'"):
        networks.speeds(wrong)
