"""Interaction: closed forms, and closing a border on random networks."""

import hypothesis
import numpy as np
import pandas as pd
import pytest
import scipy.sparse.csgraph
from hypothesis import strategies as st

from geo import errors
from geo.flows import interaction
from geo.scores import bivariate

PLACES = ["a", "b", "c"]
GROUP = pd.Series(["X", "X", "Y"], index=PLACES)
PEOPLE = pd.Series([100.0, 200.0, 300.0], index=PLACES)
TIMES = pd.DataFrame([[0.0, 25, 100], [25, 0, 4], [100, 4, 0]], index=PLACES, columns=PLACES)


def reach(travel_min=TIMES, *, population=PEOPLE, origin=GROUP, destination=GROUP, floor_min=1.0):
    return interaction.Reach(travel_min, population, origin, destination, floor_min=floor_min)


def test_gravity_by_hand():
    found = interaction.gravity(reach(), origin_population=PEOPLE, betas=(1, 1.5))
    assert found.columns.tolist() == [
        "gravity_domestic_b1",
        "gravity_foreign_b1",
        "gravity_domestic_b1_5",
        "gravity_foreign_b1_5",
    ]
    assert found["gravity_domestic_b1"].tolist() == pytest.approx([100 * 200 / 25, 200 * 100 / 25, 0])
    assert found["gravity_foreign_b1"]["c"] == pytest.approx(300 * (100 / 100 + 200 / 4))
    assert found["gravity_foreign_b1_5"]["a"] == pytest.approx(100 * 300 / 1000)


def test_gravity_of_pairs_adds_up_to_that_of_the_places():
    pairs = pd.DataFrame({"unit_id_a": ["a", "b"], "unit_id_b": ["c", "c"]}, index=["a~c", "b~c"])
    found = interaction.pair_gravity(reach(), pairs, origin_population=PEOPLE, betas=(1, 2))
    assert found["gravity_b1"].tolist() == pytest.approx([300, 15_000])
    whole = interaction.gravity(reach(), origin_population=PEOPLE, betas=(2,))
    assert found["gravity_b2"].sum() == pytest.approx(whole["gravity_foreign_b2"]["c"])


def test_accessibility_by_hand():
    found = interaction.accessibility(reach())
    assert found["accessibility_domestic"]["a"] == pytest.approx(100 + 200 / 125)
    assert found["accessibility_foreign"]["a"] == pytest.approx(300 / 1000)
    assert found["accessibility_foreign"]["b"] == pytest.approx(300 / 8)


def test_short_times_count_as_the_floor():
    found = interaction.accessibility(reach(floor_min=25))
    assert found["accessibility_domestic"]["a"] == pytest.approx(300 / 125)


def test_population_within_a_time_includes_its_limit():
    found = interaction.population_within(reach(), limits_min=(4, 60))
    assert found["population_4min_domestic"].tolist() == [100, 200, 300]
    assert found["population_4min_foreign"].tolist() == [0, 300, 200]
    assert found["population_60min_domestic"].tolist() == [300, 300, 300]
    assert found["population_60min_foreign"].tolist() == [0, 300, 200]


def test_efficiency_of_straight_roads_at_130_km_h_is_one():
    straight_km = TIMES * 130 / 60
    found = interaction.network_efficiency(reach(), straight_km=straight_km)
    assert found["efficiency_domestic"].tolist()[:2] == pytest.approx([1, 1])
    assert found["efficiency_foreign"].tolist() == pytest.approx([1, 1, 1])
    assert np.isnan(found["efficiency_domestic"]["c"])


def test_efficiency_weighs_detours_by_population():
    # From c: to a 100 min against 50 (factor 2, 100 people), to b 4 min against 1 (factor 4, 200 people).
    straight_km = pd.DataFrame([[0, 9, 50], [9, 0, 1], [50, 1, 0]], index=PLACES, columns=PLACES, dtype=float)
    found = interaction.network_efficiency(reach(), straight_km=straight_km, speed_km_h=60)
    assert found["efficiency_foreign"]["c"] == pytest.approx((2 * 100 + 4 * 200) / 300)


def test_a_closed_border_leaves_no_foreign_figure_and_no_detour():
    closed = TIMES.mask(GROUP.to_numpy()[:, None] != GROUP.to_numpy()[None, :], np.inf)
    assert (interaction.accessibility(reach(closed))["accessibility_foreign"] == 0).all()
    assert (interaction.population_within(reach(closed)).filter(like="foreign") == 0).all(axis=None)
    gravity = interaction.gravity(reach(closed), origin_population=PEOPLE)
    assert (gravity.filter(like="foreign") == 0).all(axis=None)
    efficiency = interaction.network_efficiency(reach(closed), straight_km=TIMES)
    assert efficiency["efficiency_foreign"].isna().all()
    assert efficiency["reached_foreign"].tolist() == [0, 0, 0]
    assert np.isfinite(efficiency["efficiency_domestic"][["a", "b"]]).all()


@st.composite
def networks(draw):
    n = draw(st.integers(4, 9))
    random = np.random.default_rng(draw(st.integers(0, 10_000)))
    weights = np.triu(np.where(random.random((n, n)) < 0.5, random.integers(1, 90, (n, n)), 0), 1)
    group = random.integers(0, 2, n)
    across = np.argwhere((weights > 0) & (group[:, None] != group[None, :]))
    closed = weights.copy()
    for i, j in across[random.random(len(across)) < 0.5]:
        closed[i, j] = 0
    return weights, closed, group, random.integers(0, 5_000, n).astype(float)


@hypothesis.given(networks())
@hypothesis.settings(max_examples=60)
def test_closing_links_across_the_border_never_raises_a_foreign_figure(network):
    weights, closed, group, people = network
    figures = []
    for graph in (weights, closed):
        times = pd.DataFrame(scipy.sparse.csgraph.shortest_path(graph, directed=False))
        side, population = pd.Series(group), pd.Series(people)
        now = interaction.Reach(times, population, side, side)
        figures.append(
            pd.concat(
                [
                    interaction.gravity(now, origin_population=population),
                    interaction.accessibility(now),
                    interaction.population_within(now, limits_min=(30, 60, 90)),
                    interaction.network_efficiency(now, straight_km=times.clip(upper=0) + 10)[
                        ["reached_foreign"]
                    ],
                ],
                axis=1,
            ).filter(like="foreign")
        )
    assert (figures[1].fillna(0) <= figures[0].fillna(0) * (1 + 1e-12)).all(axis=None)


def test_convergence_is_symmetric_and_zero_for_equals():
    values = pd.Series([10.0, 20, 10, np.nan], index=list("abcd"), name="wage")
    pairs = pd.DataFrame({"unit_id_a": list("abaa"), "unit_id_b": list("bacd")}, index=list("pqrs"))
    found = interaction.convergence(values, pairs)
    assert found.name == "wage_ln_ratio"
    assert found.tolist()[:3] == pytest.approx([np.log(2), np.log(2), 0])
    assert np.isnan(found["s"])


def test_convergence_relative_to_the_group_does_not_depend_on_the_currency():
    values = pd.Series([10.0, 30, 7, 21], index=list("abcd"), name="wage")
    groups = pd.Series(["X", "X", "Y", "Y"], index=list("abcd"))
    pairs = pd.DataFrame({"unit_id_a": ["a", "a"], "unit_id_b": ["c", "d"]})
    found = interaction.convergence(values, pairs, relative_to=groups)
    # Relative to the means 20 and 14: 0.5, 1.5, 0.5, 1.5.
    assert found.tolist() == pytest.approx([0, np.log(3)])
    roubles = values * groups.map({"X": 1, "Y": 30})
    pd.testing.assert_series_equal(
        interaction.convergence(roubles.rename("wage"), pairs, relative_to=groups), found
    )


def lines(call, *arguments, **options):
    with pytest.raises(errors.InputError) as caught:
        call(*arguments, **options)
    return caught.value.findings


def test_everything_wrong_with_a_reach_is_reported_at_once():
    found = lines(
        reach,
        TIMES.replace(25, -1),
        population=PEOPLE.replace(200, np.nan),
        origin=GROUP.replace("Y", None),
        destination=GROUP.iloc[::-1],
        floor_min=0,
    )
    expected = "expected 0 or more minutes, or infinite where there is no way"
    assert found == (
        "groups of destinations: not indexed like the travel times; expected the same ids in the same order",
        "groups of origins: c has no group",
        f"travel time from a to b is -1.0; {expected}",
        f"travel time from b to a is -1.0; {expected}",
        "population of b is nan; expected 0 or more",
        "floor of times 0 min; expected more than 0",
    )


def test_a_missing_travel_time_is_not_taken_for_no_way():
    assert len(lines(reach, TIMES.replace(25, np.nan))) == 2


def test_pairs_and_values_that_do_not_fit_are_one_line_each():
    values = pd.Series([1.0, -2.0], index=["a", "b"], name="wage")
    pairs = pd.DataFrame({"unit_id_a": ["a"], "unit_id_b": ["z"]})
    assert lines(interaction.convergence, values, pairs) == (
        "pair: unit z has no value of wage",
        "wage: unit b has -2; expected a finite number, more than 0",
    )
    assert lines(interaction.pair_gravity, reach(), pairs, origin_population=PEOPLE) == (
        "pair: unit z is not among the travel times",
    )


@pytest.mark.parametrize("number", [np.inf, np.nan, -1.0])
def test_no_figure_is_infinite_for_what_it_is_given(number):
    people = PEOPLE.replace(200, number)
    for figure in (
        lambda: interaction.gravity(reach(), origin_population=people),
        lambda: interaction.pair_gravity(
            reach(), pd.DataFrame({"unit_id_a": ["a"], "unit_id_b": ["c"]}), origin_population=people
        ),
    ):
        assert lines(figure) == (f"population of origin b is {number}; expected 0 or more",)
    straight = TIMES.mask(TIMES == 25, number)
    assert lines(interaction.network_efficiency, reach(), straight_km=straight) == (
        f"straight line from a to b is {number} km; expected 0 or more",
        f"straight line from b to a is {number} km; expected 0 or more",
    )


def test_what_is_infinite_or_relative_to_nothing_is_no_convergence():
    pairs = pd.DataFrame({"unit_id_a": ["a"], "unit_id_b": ["b"]})
    wage = pd.Series([1.0, np.inf], index=["a", "b"], name="wage")
    assert lines(interaction.convergence, wage, pairs) == (
        "wage: unit b has inf; expected a finite number, more than 0",
    )
    balance = pd.Series([2.0, -2, 3], index=list("abc"))
    found = interaction.group_relative(balance, pd.Series(["X", "X", "Y"], index=list("abc")))
    assert found.isna().tolist() == [True, True, False]


def test_bounds_of_classes_are_terciles():
    assert bivariate.breaks(pd.Series([1.0, 2, 3, 4, 5, 6, np.nan])) == pytest.approx([1 + 5 / 3, 1 + 10 / 3])


def test_shortfall_lists_the_largest_gap_first():
    potential = pd.Series([10.0, 20, 30, 40, 50, 60], index=list("abcdef"), name="potential")
    realised = pd.Series([6.0, 5, 4, 3, 2, np.nan], index=list("abcdef"), name="realised")
    found = bivariate.shortfall(potential, realised, least_gap=0.5)
    assert found.index.tolist() == ["e", "d", "c", "b", "a"]
    assert found["gap"].tolist() == pytest.approx([1, 0.5, 0, -0.5, -1])
    assert found["falls_short"].tolist() == [True, True, False, False, False]


def test_figures_that_do_not_fit_together_are_one_line():
    first = pd.Series([1.0], index=["a"], name="potential")
    assert lines(bivariate.shortfall, first, first.set_axis(["b"]).rename("realised")) == (
        "potential and realised are not indexed alike; expected the same units in the same order",
    )
    assert lines(bivariate.shortfall, first, (first * np.nan).rename("realised")) == (
        "no unit has both potential and realised",
    )


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (lambda of: interaction.network_efficiency(of, straight_km=TIMES, speed_km_h=0), "speed in km/h 0"),
        (lambda of: interaction.accessibility(of, exponent=np.inf), "exponent of accessibility inf"),
        (lambda of: interaction.population_within(of, limits_min=(np.nan, 60)), "limit in minutes nan"),
        (
            lambda of: interaction.gravity(of, origin_population=of.population, betas=(1.0, np.nan)),
            "exponent of gravity nan",
        ),
    ],
)
def test_parameters_without_meaning_are_one_line(call, line):
    with pytest.raises(errors.InputError) as caught:
        call(reach())
    assert caught.value.findings == (f"{line}; expected a finite number above 0",)
