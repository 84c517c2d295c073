"""Rounding noise is no difference, wherever values are compared, ranked or scaled."""

import math

import hypothesis
import numpy as np
import pandas as pd
import pytest
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from geo import sameness
from geo.flows import autocorrelation, interaction
from geo.scores import bivariate, composite, framework, normalise, uncertainty

NORMALISATIONS = ("minmax", "rank", "zscore")
numbers = st.integers(0, 40).map(lambda n: n / 8)
grids = st.tuples(st.integers(2, 8), st.integers(1, 3)).flatmap(
    lambda s: hnp.arrays(float, s, elements=numbers)
)


def equal(n):
    return framework.Framework(tuple(framework.Indicator(f"i{k}", 1 / n) for k in range(n)))


def frame(array):
    return pd.DataFrame(array).add_prefix("i").set_axis([f"u{k}" for k in range(len(array))])


def noisy(array, seed):
    """The same values with an error of some last digits, as sums in another order leave it."""
    error = np.random.default_rng(seed).uniform(-1, 1, array.shape)
    return array + 8 * np.finfo(float).eps * error * np.nanmax(np.abs(array), axis=0, initial=0)


def test_numbers_from_two_ways_of_reckoning_are_the_same():
    assert sameness.same(0.1 + 0.2, 0.3)
    assert sameness.same(math.fsum([0.1] * 10), sum([0.1] * 10))
    assert sameness.same(0, 1e-17, largest=1)
    assert not sameness.same(0, 1e-17)
    assert not sameness.same(1, 1.000001)
    assert not sameness.same(np.nan, np.nan)
    assert sameness.same(np.inf, np.inf)
    assert not sameness.same(np.inf, 1)


@pytest.mark.parametrize("ties", ["min", "max", "average"])
@hypothesis.given(grids, st.integers(0, 99))
@hypothesis.settings(max_examples=40)
def test_ranks_are_those_of_pandas_without_the_noise(ties, array, seed):
    with_gaps = np.where(np.random.default_rng(seed).random(array.shape) < 0.2, np.nan, array)
    judged = pd.DataFrame(with_gaps).rank(method=ties)
    pd.testing.assert_frame_equal(pd.DataFrame(sameness.ranks(noisy(with_gaps, seed), ties=ties)), judged)
    one = sameness.ranks(with_gaps[:, 0], ties=ties)
    np.testing.assert_array_equal(one, judged[0].to_numpy())


@hypothesis.given(grids, st.integers(0, 99))
def test_settled_numbers_are_exactly_equal_and_stay_where_they_are(array, seed):
    found = sameness.settled(noisy(array, seed))
    assert (np.diff(np.sort(array, axis=0), axis=0) == 0).tolist() == (
        np.diff(np.sort(found, axis=0), axis=0) == 0
    ).tolist()
    np.testing.assert_allclose(found, array, rtol=1e-8, atol=1e-12 * 5)


@pytest.mark.parametrize("normalisation", NORMALISATIONS)
@pytest.mark.parametrize("aggregation", composite.AGGREGATIONS)
@hypothesis.given(grids, st.integers(0, 99))
@hypothesis.settings(max_examples=25)
def test_rounding_noise_changes_no_score_and_no_rank(normalisation, aggregation, array, seed):
    indicators = equal(array.shape[1])
    method = composite.Method(normalisation=normalisation, aggregation=aggregation)
    plain, found = (
        composite.score(frame(one), indicators, method=method) for one in (array, noisy(array, seed))
    )
    np.testing.assert_allclose(found["score"], plain["score"], atol=1e-6)
    assert found["rank"].tolist() == plain["rank"].tolist()


@pytest.mark.parametrize("normalisation", NORMALISATIONS)
def test_a_column_that_is_constant_but_for_rounding_stands_in_the_middle(normalisation):
    # scikit-learn #17794, #3722, #19898: such a column must not be stretched over the whole range.
    values = frame([[0.1 + 0.2], [0.3], [1.2 / 4]])
    assert normalise.normalise(values, equal(1), method=normalisation)["i0"].tolist() == [0.505] * 3


def test_given_shares_may_leave_their_range_by_rounding_only():
    found = normalise.normalise(frame([[-1e-17], [1 + 2e-16]]), equal(1), method="given")
    assert found["i0"].tolist() == [0.01, 1.0]


def test_noise_is_neither_convergence_nor_correlation_nor_shortfall():
    pairs = pd.DataFrame({"unit_id_a": ["a"], "unit_id_b": ["b"]})
    wages = pd.Series([0.1 + 0.2, 0.3], index=["a", "b"], name="wage")
    assert interaction.convergence(wages, pairs).tolist() == [0]
    ranked = np.array([[1.0], [2], [3], [4]])
    flat = np.array([0.3, 0.1 + 0.2, 0.3, 0.3])
    assert np.isnan(uncertainty.spearman(ranked, flat)).all()
    potential = pd.Series([1.0, 2, 3, 4], name="potential")
    realised = pd.Series(flat, name="realised")
    # All share the middle place of realised: 1/2; potential stands at 0, 1/3, 2/3 and 1.
    assert bivariate.shortfall(potential, realised)["gap"].tolist() == pytest.approx(
        [0.5, 1 / 6, -1 / 6, -0.5]
    )


def test_noise_is_no_value_whose_neighbours_could_be_compared():
    links = pd.DataFrame({"focal": list("abcd"), "neighbour": list("bcda")})
    flat = pd.Series([0.3, 0.1 + 0.2, 0.3, 1.2 / 4], index=list("abcd"), name="flat")
    with pytest.raises(ValueError, match="4 units with a value and a neighbour, 1 different values"):
        autocorrelation.moran(flat, links)


@hypothesis.given(st.integers(0, 999))
@hypothesis.settings(max_examples=20)
def test_noise_changes_no_pseudo_p(seed):
    random = np.random.default_rng(seed)
    values = pd.Series(random.integers(0, 4, 9).astype(float), name="v")
    hypothesis.assume(values.min() < values.max())
    links = pd.DataFrame(
        [(unit, (unit + step) % 9) for unit in range(9) for step in (1, 3, 8)], columns=["focal", "neighbour"]
    )
    disturbed = pd.Series(noisy(values.to_numpy(), seed), name="v")
    plain, found = (
        autocorrelation.local_clusters(one, links, permutations=99) for one in (values, disturbed)
    )
    assert found["p"].tolist() == plain["p"].tolist()
    assert found["cluster"].tolist() == plain["cluster"].tolist()
    assert (
        autocorrelation.moran(values, links, permutations=99).p_permutation
        == autocorrelation.moran(disturbed, links, permutations=99).p_permutation
    )
