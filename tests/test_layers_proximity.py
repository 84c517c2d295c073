"""How near everything is: hand-checked figures, orders that must hold, and what closing the border leaves."""

import numpy as np
import pandas as pd
import pytest

from geo.network import access, scenario
from layers.analysis import network, proximity


@pytest.fixture(scope="module")
def region(tiny_whole):
    return tiny_whole


@pytest.fixture(scope="module")
def layers(region):
    return proximity.frames(region)


@pytest.fixture(scope="module")
def found(region, layers, roads_of_tiny):
    return proximity.attributes(region, proximity.locate(region, layers, roads_of_tiny))


def test_each_feature_has_its_row(layers, found):
    keys = {
        "districts": "unit_id",
        "settlements": "settlement_id",
        "crossings": "crossing_id",
        "district_pairs": "pair_id",
    }
    for name, key in keys.items():
        assert found[name].index.tolist() == sorted(layers[name][key])
        assert found[name].index.name == key
    assert found["oblasts"].index.tolist() == sorted(set(layers["districts"]["oblast_id"]))
    assert found["oblast_pairs"].index.tolist() == sorted(layers["border"]["border_id"])


def test_bands_hold_their_distances(found):
    columns = {"oblasts": "centre_border_km", "districts": "centre_border_km", "settlements": "border_km"}
    for name, column in columns.items():
        ends = {
            "0-15": (0, 15),
            "15-30": (15, 30),
            "30-50": (30, 50),
            "50-100": (50, 100),
            ">100": (100, 1_000),
        }
        table = found[name]
        assert set(table["border_band"]) <= set(ends)
        for band, (low, high) in ends.items():
            assert table.loc[table["border_band"] == band, column].between(low, high).all()


def test_no_centre_is_nearer_to_the_border_than_its_unit(found):
    for name in ("oblasts", "districts"):
        table = found[name]
        assert (table["border_km"] <= table["centre_border_km"] + 0.5).all()


def test_people_of_an_oblast_are_those_of_its_districts(layers, found):
    """The mean over inhabitants, computed district by district; every district has people."""
    oblast = layers["districts"].set_index("unit_id")["oblast_id"]
    people = layers["district_population"].set_index("unit_id")["population_persons"].astype(float)
    for unit, own_km in found["oblasts"]["people_border_km"].items():
        units = oblast.index[oblast == unit]
        km = found["districts"]["people_border_km"].reindex(units)
        expected = np.average(km, weights=people.reindex(units))
        assert own_km == pytest.approx(expected, abs=0.01)


def test_oblasts_reach_the_border_where_their_largest_settlement_does(layers, found):
    """The largest settlement of each oblast is the centre of a district."""
    oblast = layers["districts"].set_index("unit_id")["oblast_id"]
    people = layers["settlements"].sort_values("population").set_index("unit_id")
    largest = people.groupby(people.index.map(oblast))["centre_of"].last()
    capitals = largest.to_dict()
    assert len(capitals) == len(found["oblasts"])
    columns = ["centre_border_km", "straight_crossing_id", "crossing_id", "crossing_min"]
    own = found["oblasts"].rename(columns=lambda name: name.replace("centre_crossing", "crossing"))
    for unit, district in capitals.items():
        assert own.loc[unit, columns].equals(found["districts"].loc[district, columns])


def test_districts_on_the_border_touch_it(layers, found):
    pairs = layers["district_pairs"]
    touching = [*pairs["unit_id_a"], *pairs["unit_id_b"]]
    table = found["districts"]["border_km"]
    assert (table[touching] == 0).all()
    assert (table.drop(set(touching)) > 0).all()


def test_no_road_is_faster_than_the_fastest_class_in_a_straight_line(region, found):
    fastest = network.speeds(region)["speed_kmh"].max()
    table = found["settlements"]
    straight_min = table["straight_crossing_km"] / fastest * 60
    assert (table["crossing_min"] >= straight_min - 0.06).all()


def test_the_nearest_partner_is_abroad(found):
    for name in ("oblasts", "districts", "settlements"):
        table = found[name]
        assert (table["partner_centre_id"].str[:2] != table.index.str[:2]).all()


def test_crossings_of_districts_and_oblasts_add_up(layers, found):
    """All that may be passed; the fourth road crossing is closed."""
    passable = layers["crossings"][layers["crossings"]["state"] != "closed"]["mode"].value_counts()
    assert passable["road"] == (layers["crossings"]["mode"] == "road").sum() - 1
    for mode, count in passable.items():
        column = f"{mode}_crossings"
        assert found["district_pairs"][column].sum() == count
        assert found["oblast_pairs"][column].sum() == count


def test_a_pair_without_a_crossing_has_no_permeability(found):
    table = found["district_pairs"]
    assert (table["permeability_km"].isna() == (table["road_crossings"] == 0)).all()


def test_no_change_is_the_base(region, layers, found, roads_of_tiny):
    same = access.under(roads_of_tiny, network.base_scenario(layers))
    again = proximity.attributes(region, proximity.locate(region, layers, same))
    for name, table in again.items():
        pd.testing.assert_frame_equal(table, found[name])


def test_closing_every_crossing_leaves_nothing_abroad(region, layers, roads_of_tiny):
    names = network.crossings(region, layers, "road").index
    shut = scenario.Scenario(states=dict.fromkeys(names, "closed"))
    tables = proximity.attributes(region, proximity.locate(region, layers, access.under(roads_of_tiny, shut)))
    for name in ("oblasts", "districts", "settlements"):
        table = tables[name]
        way = "centre_crossing" if name == "oblasts" else "crossing"
        assert (table[[f"{way}_id", "straight_crossing_id", "partner_centre_id"]] == "").all(axis=None)
        assert table[[f"{way}_min", "straight_crossing_km", "partner_centre_min"]].isna().all(axis=None)
    for name in ("district_pairs", "oblast_pairs"):
        table = tables[name]
        assert (table["road_crossings"] == 0).all()
        assert table[["permeability_km", "centres_km", "centres_min"]].isna().all(axis=None)
    assert np.isfinite(tables["districts"]["border_km"]).all()
