"""How near everything is: hand-checked figures, orders that must hold, and what closing the border leaves."""

import numpy as np
import pandas as pd
import pytest

from geo.network import access, scenario
from layers.analysis import network, proximity


@pytest.fixture(scope="module")
def layers(region):
    return proximity.frames(region)


@pytest.fixture(scope="module")
def found(region, layers, roads_of_atlas):
    return proximity.attributes(region, proximity.locate(region, layers, roads_of_atlas))


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
    people = layers["district_wide"].set_index("unit_id")["population_persons"].astype(float)
    for unit, own_km in found["oblasts"]["people_border_km"].items():
        units = oblast.index[oblast == unit]
        km = found["districts"]["people_border_km"].reindex(units)
        expected = np.average(km, weights=people.reindex(units))
        assert own_km == pytest.approx(expected, abs=0.01)


def test_oblasts_reach_the_border_where_their_largest_settlement_does(found):
    """The six oblast capitals, which are also districts or their centres."""
    capitals = {
        "RU-SMO": "RU-SMO-smolensk-city",
        "RU-BRY": "RU-BRY-bryansk-city",
        "RU-PSK": "RU-PSK-pskov-city",
        "BY-VI": "BY-VI-vitebsky",
        "BY-MA": "BY-MA-mogilevsky",
        "BY-HO": "BY-HO-gomelsky",
    }
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


def test_the_paired_districts(found):
    """Two of the 27 road crossings and one of the 7 rail crossings are on either pair's border.

    Lengths of the shared border, 86.4 and 65.8 km, are documented with the sources.
    """
    table = found["district_pairs"]
    first = table.loc["RU-SMO-rudnyansky~BY-VI-lioznensky"]
    second = table.loc["RU-SMO-krasninsky~BY-VI-dubrovensky"]
    for pair, border_km in ((first, 86.4), (second, 65.8)):
        assert (pair["road_crossings"], pair["rail_crossings"]) == (2, 1)
        assert pair["permeability_km"] == pytest.approx(border_km / 2, rel=0.15)
    assert first["centres_crossing_ids"] == "R3"


def test_crossings_of_districts_and_oblasts_add_up(found):
    for mode, count in (("road", 27), ("rail", 6)):
        column = f"{mode}_crossings"
        assert found["district_pairs"][column].sum() == count
        assert found["oblast_pairs"][column].sum() == count


def test_a_pair_without_a_crossing_has_no_permeability(found):
    table = found["district_pairs"]
    assert (table["permeability_km"].isna() == (table["road_crossings"] == 0)).all()


def test_no_change_is_the_base(region, layers, found, roads_of_atlas):
    same = access.under(roads_of_atlas, network.base_scenario(layers))
    again = proximity.attributes(region, proximity.locate(region, layers, same))
    for name, table in again.items():
        pd.testing.assert_frame_equal(table, found[name])


def test_closing_every_crossing_leaves_nothing_abroad(region, layers, roads_of_atlas):
    names = network.crossings(region, layers, "road").index
    shut = scenario.Scenario(states=dict.fromkeys(names, "closed"))
    tables = proximity.attributes(
        region, proximity.locate(region, layers, access.under(roads_of_atlas, shut))
    )
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
