"""The networks of the study area: who meets the border where, how far it is, what closing changes."""

import pathlib
import shutil

import numpy as np
import pytest

from geo import errors, network, routes, routing, scenario
from layers import boundaries, store, study_area, transport
from layers import network as networks


@pytest.fixture(scope="module")
def layers():
    return networks.frames()


@pytest.fixture(scope="module")
def by_road(layers):
    return networks.by_road(layers)


@pytest.fixture(scope="module")
def by_rail(layers):
    return networks.by_rail(layers)


def closed(layers, attached_by, names):
    base = networks.base_scenario(layers)
    return attached_by(
        layers, change=scenario.Scenario(states=dict.fromkeys(names, "closed"), passable=base.passable)
    )


def test_the_roads_cross_the_border_only_at_known_crossings(layers):
    roads, report = networks.roads(layers)
    assert set(report["action"]) == {"matched", "no_line"}
    assert report.loc[report["action"] == "matched", "distance_m"].max() < 1
    crossings = transport.crossings()
    assert set(roads.gates["crossing_id"]) == set(crossings.loc[crossings["mode"] == "road", "crossing_id"])


def test_every_road_lies_in_its_country(layers):
    """Edges of one country run in the districts of the other nowhere, but for the width of the line."""
    roads, _ = networks.roads(layers)
    districts = networks.metric(boundaries.districts())
    lines = roads.edges[roads.edges["edge_class"] != "access"]
    for country in study_area.load().countries:
        others = districts[districts["country"] != country].union_all()
        strayed = lines[lines["side"] == country].intersection(others).length.sum()
        assert strayed < 1_000


def test_both_networks_hang_together(by_road, by_rail):
    assert (network.components(by_road.network) == 0).all()
    of_rail = network.components(by_rail.network)
    crossings = by_rail.network.gates[["node_a", "node_b"]].to_numpy()
    assert (of_rail[crossings.ravel()] == 0).mean() >= 12 / 14


def test_rail_meets_the_border_at_its_seven_crossings(layers):
    railways, report = networks.railways(layers)
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


def test_every_unit_has_a_centre_and_every_place_a_way_to_every_other(by_road, layers):
    centres = networks.centres(layers)
    assert sorted(centres.index) == sorted(boundaries.districts()["unit_id"])
    found = routing.times(
        by_road, origins=centres.index.tolist(), destinations=by_road.terminals.index.unique().tolist()
    )
    assert np.isfinite(found.to_numpy()).all()


@pytest.mark.parametrize("mode", ["road", "rail"])
def test_closing_every_crossing_parts_the_countries(layers, mode):
    attached_by = {"road": networks.by_road, "rail": networks.by_rail}[mode]
    names = networks.crossings(layers, mode).index
    shut = closed(layers, attached_by, names)
    first, second = (
        shut.terminals.index[(shut.terminals["side"] == country) & ~shut.terminals.index.isin(names)].tolist()
        for country in study_area.load().countries
    )
    assert np.isinf(routing.times(shut, origins=first[:40], destinations=second).to_numpy()).all()


def test_closing_the_crossing_used_leads_over_the_next_best(layers, by_road):
    pair = [("RU-SMO-rudnyansky", "BY-VI-lioznensky")]
    best = routes.routes(by_road, pair)
    (used,) = best.loc[0, "crossing_ids"]
    without = closed(layers, networks.by_road, [used])
    again = routes.routes(without, pair)
    other = routes.alternatives(by_road, best)
    assert used not in again.loc[0, "crossing_ids"]
    assert again.loc[0, "travel_min"] > best.loc[0, "travel_min"]
    assert other.loc[0, "travel_min"] == pytest.approx(again.loc[0, "travel_min"])


def test_an_unknown_crossing_in_a_scenario_is_refused(layers):
    with pytest.raises(errors.InputError, match="unknown crossing 'X9'"):
        networks.by_road(layers, change=scenario.Scenario(states={"X9": "open"}))


def test_a_class_without_speed_is_refused(layers):
    roads = layers["roads"].assign(road_class="track")
    with pytest.raises(errors.NetworkError, match="class 'track' has no speed"):
        networks.by_road({**layers, "roads": roads})


def test_a_wrong_speed_is_told_with_its_row(tmp_path, monkeypatch):
    tables = pathlib.Path(shutil.copytree(store.TABLES, tmp_path / "tables"))
    text = (tables / "road_speeds.csv").read_text(encoding="utf-8")
    (tables / "road_speeds.csv").write_text(
        text.replace("trunk,road,80", "trunk,road,fast"), encoding="utf-8"
    )
    monkeypatch.setattr(store, "TABLES", tables)
    networks.speeds.cache_clear()
    with pytest.raises(errors.InputError, match=r"road_speeds\.csv: row 3: speed_kmh = 'fast'"):
        networks.speeds()
