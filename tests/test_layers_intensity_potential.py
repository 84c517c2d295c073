"""Potential across the border: people are kept, closed crossings never help, openings never harm."""

import dataclasses

import hypothesis
import numpy as np
import pandas as pd
import pytest
from hypothesis import strategies

from geo.network import access, routing
from layers.analysis import network, people
from layers.base import boundaries, facts
from layers.dictionary import catalogue
from layers.intensity import levels, potential

MORE_IS_BETTER = (
    *("gravity_b1_foreign", "gravity_b1_5_foreign", "gravity_b2_foreign", "accessibility_foreign"),
    *("population_60min_foreign", "population_90min_foreign", "efficiency_foreign_pct"),
    *("permeability_per_100km", "crossings_60min_count"),
)


@pytest.fixture(scope="module")
def region(tiny_whole):
    return tiny_whole


@pytest.fixture(scope="module")
def layers(region):
    return {
        **network.frames(region),
        "districts": boundaries.districts(region),
        "border": boundaries.border(region),
        "district_pairs": boundaries.district_pairs(region),
        "facts": facts.facts(region),
        "indicators": catalogue.indicators(region),
    }


@pytest.fixture(scope="module")
def districts(region, layers):
    return levels.district_units(region, layers)


@pytest.fixture(scope="module")
def oblasts(region, layers):
    return levels.oblast_units(region, layers)


@pytest.fixture(scope="module")
def ground(region, layers, districts, roads_of_tiny):
    return potential.times(region, layers, districts.persons["value"], roads_of_tiny)


@pytest.fixture(scope="module")
def base(region, ground, districts):
    return potential.of_units(region, ground, districts.group, border_km=districts.border_km)


def closed(layers, attached, crossings):
    shut = dataclasses.replace(network.base_scenario(layers), states=dict.fromkeys(crossings, "closed"))
    return access.under(attached, shut)


def not_better(after, before):
    for name in MORE_IS_BETTER:
        if name in before:
            assert (after[name].fillna(0) <= before[name].fillna(0) * (1 + 1e-9)).all(), name
    for name in {"crossing_min", "centres_min", "centre_min_foreign"} & set(before):
        assert (after[name].fillna(np.inf) >= before[name] - 1e-9).all(), name


@hypothesis.settings(max_examples=2)
@hypothesis.given(data=strategies.data())
def test_closing_crossings_never_raises_a_foreign_figure(
    region, layers, roads_of_tiny, districts, oblasts, ground, base, data
):
    every = sorted(network.crossings(region, layers, "road").index)
    some = data.draw(strategies.sets(strategies.sampled_from(every), min_size=1))
    after = potential.times(region, layers, districts.persons["value"], closed(layers, roads_of_tiny, some))
    not_better(potential.of_units(region, after, districts.group, border_km=districts.border_km), base)
    pairs = [
        potential.of_pairs(region, one, oblasts.group, oblasts.pairs, border_km=oblasts.pairs["km"])
        for one in (after, ground)
    ]
    not_better(*pairs)


def test_nobody_is_reached_over_a_closed_border(region, layers, roads_of_tiny, districts):
    every = network.crossings(region, layers, "road").index
    sealed = potential.times(region, layers, districts.persons["value"], closed(layers, roads_of_tiny, every))
    found = potential.of_units(region, sealed, districts.group, border_km=districts.border_km)
    foreign = [name for name in MORE_IS_BETTER if name != "permeability_per_100km"]
    assert (found[foreign] == 0).all(axis=None)
    assert (found["accessibility_foreign_pct"] == 0).all()
    assert (found["permeability_per_100km"].dropna() == 0).all()
    assert found["crossing_min"].isna().all()
    assert (found["accessibility_domestic"] > 0).all()


def test_the_border_leaves_the_domestic_side_alone(region, layers, roads_of_tiny, districts, base):
    """Nobody drives abroad to reach compatriots sooner than by a tenth."""
    every = network.crossings(region, layers, "road").index
    sealed = potential.times(region, layers, districts.persons["value"], closed(layers, roads_of_tiny, every))
    found = potential.of_units(region, sealed, districts.group, border_km=districts.border_km)
    for name in ("accessibility_domestic", "population_60min_domestic"):
        assert (found[name] <= base[name] * (1 + 1e-9)).all()
        assert (found[name] >= base[name] * 0.9).all()


def test_population_within_is_what_the_times_say(region, roads_of_tiny, ground, base):
    attached = roads_of_tiny
    unit, _ = region.paired_districts[0]
    minutes = routing.times(attached, origins=[unit], destinations=ground.home.index.tolist()).iloc[0]
    foreign = ground.home.str.startswith(region.countries[1])
    persons = ground.people.population
    for limit in (60, 90):
        expected = persons[(minutes <= limit) & foreign].sum()
        assert base.loc[unit, f"population_{limit}min_foreign"] == pytest.approx(expected)
        expected = persons[(minutes <= limit) & ~foreign].sum()
        assert base.loc[unit, f"population_{limit}min_domestic"] == pytest.approx(expected)


def test_a_pair_alone_is_part_of_each_side(region, ground, districts, base):
    pairs = potential.of_pairs(
        region, ground, districts.group, districts.pairs, border_km=districts.pairs["km"]
    )
    most = districts.pairs.assign(
        most=[
            base.loc[[a, b], "gravity_b1_5_foreign"].sum() for a, b in districts.pairs[["a", "b"]].to_numpy()
        ]
    )["most"]
    assert (pairs["gravity_b1_5_foreign"] <= most).all()
    assert pairs["efficiency_foreign_pct"].between(0, 100).all()


@hypothesis.given(
    known=strategies.lists(
        strategies.tuples(
            strategies.sampled_from(["a", "b"]),
            strategies.one_of(strategies.none(), strategies.integers(0, 900)),
        ),
        max_size=8,
    ),
    population=strategies.tuples(strategies.integers(1, 2_000), strategies.integers(1, 2_000)),
)
def test_people_of_a_district_add_up_to_its_population(known, population):
    settlements = pd.DataFrame(
        [(f"s{number}", unit, persons) for number, (unit, persons) in enumerate(known)],
        columns=["settlement_id", "unit_id", "population"],
    ).astype({"population": float})
    whole = pd.Series(population, index=["a", "b"], dtype=float)
    placed = people.placed(settlements, whole)
    assert (placed["persons"] > 0).all()
    assert placed.groupby("unit_id")["persons"].sum().to_dict() == pytest.approx(whole.to_dict())
