"""Flows of a region: faults of the table, and the model given back from flows that follow it."""

import itertools

import numpy as np
import pandas as pd
import pytest

from geo import errors
from layers import region, rules
from layers.analysis import flows
from layers.dictionary import ids, units
from layers.io import store
from scripts.bench import synthetic

CONSTANT, ORIGIN, DESTINATION, TIME, FACTOR = -12.0, 0.9, 0.7, -1.5, 0.25


@pytest.fixture
def folder(tmp_path):
    synthetic.write(tmp_path, synthetic.Spec(units=10, flows=True))
    return tmp_path


def table_of(folder):
    return store.read_table(folder / "tables" / flows.FILE)


def loaded(folder, table):
    store.write_table(table, folder / "tables" / flows.FILE)
    return region.load(folder)


def with_cell(folder, **cells):
    table = table_of(folder)
    table.loc[0, list(cells)] = list(cells.values())
    return loaded(folder, table)


def findings(call, *arguments):
    with pytest.raises(errors.InputError) as caught:
        call(*arguments)
    return list(caught.value.findings)


def surroundings(own):
    """Times and people that are no function of each other."""
    districts = units.of_level(own, "district").index.tolist()
    random = np.random.default_rng(2)
    pairs = pd.DataFrame(itertools.permutations(districts, 2), columns=["from_id", "to_id"])
    people = pd.DataFrame(
        {"unit_id": districts, "population_persons": random.integers(5_000, 400_000, len(districts))}
    )
    return {
        "centre_times": pairs.assign(travel_min=random.uniform(20, 400, len(pairs))),
        "district_population": people,
    }


def following(layers):
    """Flows that follow the model without a rest."""
    pairs, people = (
        layers["centre_times"],
        layers["district_population"].set_index("unit_id")["population_persons"],
    )
    is_foreign = pairs["from_id"].map(ids.country) != pairs["to_id"].map(ids.country)
    value = (
        np.exp(CONSTANT)
        * pairs["from_id"].map(people) ** ORIGIN
        * pairs["to_id"].map(people) ** DESTINATION
        * pairs["travel_min"] ** TIME
        * np.where(is_foreign, FACTOR, 1)
    )
    told = {"indicator": "trips_persons", "unit": "persons", "period": "2024", "source_id": "invented"}
    return pairs[["from_id", "to_id"]].assign(value=value.map(repr), **told)


def test_a_region_without_the_table_has_no_flows(tiny):
    assert flows.load(tiny).empty
    rules.check(tiny)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"from_id": "XA"}, "from_id = 'XA'; expected an id of a district of units.csv"),
        ({"value": "-2"}, "value = '-2'; expected a number of at least 0"),
        ({"value": ""}, "value = ''; expected a number of at least 0"),
        ({"indicator": "leaps"}, "indicator = 'leaps'; expected an indicator of indicators.csv"),
        ({"unit": "t"}, "unit = 't'; expected the unit of trips_persons in indicators.csv"),
        ({"period": "2999"}, "period = '2999'; expected a period that has begun"),
        ({"source_id": "hearsay"}, "source_id = 'hearsay'; expected an id of sources.csv"),
    ],
)
def test_a_wrong_cell_is_one_line(folder, cells, expected):
    assert findings(rules.check, with_cell(folder, **cells)) == [f"flows.csv: row 2: {expected}"]


def test_a_flow_of_a_district_to_itself_is_refused(folder):
    own = table_of(folder).loc[0, "from_id"]
    assert findings(flows.load, with_cell(folder, to_id=own)) == [
        f"flows.csv: row 2: to_id = '{own}'; expected another district than {own}"
    ]


def test_a_pair_stands_once_in_a_series(folder):
    table = table_of(folder)
    other = table.loc[:0].assign(period="2023")
    assert len(flows.load(loaded(folder, pd.concat([table, other])))) == len(table) + 1
    row, end = len(table) + 2, table.loc[0, "to_id"]
    assert findings(flows.load, loaded(folder, pd.concat([table, table.loc[:0]]))) == [
        f"flows.csv: row {row}: to_id = '{end}'; "
        "expected one row for each from_id, to_id, indicator, period, source_id"
    ]


def test_columns_are_those_of_the_contract(folder):
    table = table_of(folder)
    assert findings(flows.load, loaded(folder, table.drop(columns="unit"))) == [
        "flows.csv: column 'unit' is missing"
    ]
    assert findings(flows.load, loaded(folder, table.assign(mood="good"))) == [
        "flows.csv: column 'mood' is unknown; expected one of from_id, to_id, indicator, value, unit, "
        "period, source_id"
    ]


def test_flows_that_follow_the_model_give_it_back(folder):
    layers = surroundings(region.load(folder))
    found = flows.gravity(loaded(folder, following(layers)), layers)
    (row,) = found.to_dict("records")
    exponents = ["constant", "origin_exponent", "destination_exponent", "time_exponent"]
    assert [row[name] for name in exponents] == pytest.approx([CONSTANT, ORIGIN, DESTINATION, TIME])
    assert row["border_coefficient"] == pytest.approx(np.log(FACTOR), abs=1e-6)
    assert [row[name] for name in ("border_factor", "border_factor_low", "border_factor_high")] == (
        pytest.approx([FACTOR] * 3)
    )
    assert row["pseudo_r2"] == pytest.approx(1)
    assert (row["pairs"], row["pairs_left_out"]) == (90, 0)
    assert 0 < row["foreign_pairs"] < 90


def test_pairs_without_a_way_or_people_are_counted_and_left_out(folder):
    layers = surroundings(region.load(folder))
    own = loaded(folder, following(layers))
    layers["centre_times"].loc[0, "travel_min"] = np.nan
    last = layers["centre_times"].loc[89, "from_id"]
    people = layers["district_population"]
    people.loc[people["unit_id"] == last, "population_persons"] = 0
    (row,) = flows.gravity(own, layers).to_dict("records")
    # Nine districts are at the other end of the last one, either way.
    assert (row["pairs"], row["pairs_left_out"]) == (90 - 1 - 18, 1 + 18)
    assert row["border_factor"] == pytest.approx(FACTOR)


def test_flows_over_the_border_alone_have_no_factor_of_it(folder):
    layers = surroundings(region.load(folder))
    table = following(layers)
    foreign = table[table["from_id"].map(ids.country) != table["to_id"].map(ids.country)]
    (row,) = flows.gravity(loaded(folder, foreign), layers).to_dict("records")
    assert row["time_exponent"] == pytest.approx(TIME)
    assert row["pairs"] == row["foreign_pairs"] == len(foreign)
    assert np.isnan([row["border_coefficient"], row["border_factor"], row["border_factor_high"]]).all()


def test_a_series_that_no_model_fits_is_named(folder):
    layers = surroundings(region.load(folder))
    table = following(layers)
    nothing = table.assign(value="0", period="2023")
    assert findings(flows.gravity, loaded(folder, pd.concat([table, nothing])), layers) == [
        "flows.csv: trips_persons, 2023, invented: flows: none is above 0; expected some"
    ]


def test_the_atlas_has_the_model_of_each_series(tiny_whole, tiny_whole_atlas):
    """Trips that fall with distance and that the border leaves three tenths of."""
    found = pd.read_csv(tiny_whole_atlas / "tables" / "gravity.csv", encoding="utf-8-sig")
    assert found[flows.SERIES].to_numpy().tolist() == [["trips_persons", 2024, "invented"]]
    row = found.iloc[0]
    assert row["pairs"] + row["pairs_left_out"] == len(flows.load(tiny_whole))
    assert row["time_exponent"] < 0 < row["origin_exponent"]
    assert row["border_factor_low"] < row["border_factor"] < row["border_factor_high"] < 1
