"""Doubt: draws that obey what was chosen, and results that follow from them."""

import time

import hypothesis
import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import strategies as st

from geo import errors
from geo.scores import composite, framework, uncertainty

METHOD = composite.Method()


def equal(n):
    return framework.Framework(tuple(framework.Indicator(f"i{k}", 1 / n) for k in range(n)))


def sample(*, units=20, indicators=4, seed=3, missing=0.0):
    random = np.random.default_rng(seed)
    values = pd.DataFrame(
        random.lognormal(size=(units, indicators)),
        index=[f"u{k}" for k in range(units)],
        columns=[f"i{k}" for k in range(indicators)],
    )
    return values.mask(random.random(values.shape) < missing)


@pytest.mark.parametrize("normalisation", ["minmax", "rank", "zscore"])
@pytest.mark.parametrize("aggregation", composite.AGGREGATIONS)
def test_without_doubt_every_draw_is_the_base(normalisation, aggregation):
    # A sensitivity analysis that forgot the chosen method would show it here.
    values = sample(missing=0.2)
    method = composite.Method(normalisation=normalisation, aggregation=aggregation, minimum_coverage=0.75)
    doubt = uncertainty.Doubt(
        draws=5, concentration=np.inf, normalisations=(normalisation,), aggregations=(aggregation,)
    )
    found = uncertainty.draw(values, equal(4), method=method, doubt=doubt)
    scored = found.base["rank"].dropna()
    assert 0 < len(scored) < len(values)
    for k in range(doubt.draws):
        assert found.ranks[k].tolist() == scored.tolist()
    assert found.choices["spearman"].tolist() == pytest.approx([1] * 5)


def test_draws_of_weights_have_the_stated_mean_and_spread():
    # Dirichlet of total c: variance w (1 - w) / (c + 1). At c = 4 a total of 5 would be 17 % less.
    chosen = np.array([0.5, 0.3, 0.2, 0.0])
    doubt = uncertainty.Doubt(draws=100_000, concentration=4)
    drawn = uncertainty.draw_weights(chosen, doubt=doubt, random=np.random.default_rng(1))
    assert drawn.sum(axis=1) == pytest.approx(np.ones(len(drawn)))
    assert drawn.mean(axis=0) == pytest.approx(chosen, abs=0.003)
    assert drawn.var(axis=0) == pytest.approx(chosen * (1 - chosen) / 5, rel=0.02)


@hypothesis.given(st.floats(0, 50), st.integers(0, 9))
@hypothesis.settings(max_examples=30)
def test_adding_a_constant_to_all_weights_of_all_draws_keeps_the_mean(constant, seed):
    # Around equal weights: (mean of draws + c) / (1 + 4 c) is again a quarter for each of four. The
    # arithmetic score, and the logarithm of the geometric one, are linear in the weights.
    values = sample(units=6, seed=seed).to_numpy()
    normalised = values / values.max()
    doubt = uncertainty.Doubt(draws=4_000)
    drawn = uncertainty.draw_weights(np.full(4, 0.25), doubt=doubt, random=np.random.default_rng(seed))
    arithmetic = composite.aggregate(normalised, drawn + constant, aggregation="arithmetic")
    geometric = composite.aggregate(normalised, drawn + constant, aggregation="geometric")
    np.testing.assert_allclose(arithmetic.mean(axis=1), normalised.mean(axis=1), atol=0.005)
    np.testing.assert_allclose(np.log(geometric).mean(axis=1), np.log(normalised).mean(axis=1), atol=0.05)


@hypothesis.given(st.integers(0, 50), st.integers(0, 19))
@hypothesis.settings(max_examples=25)
def test_a_dominated_unit_outranks_its_dominator_in_no_draw(seed, unit):
    values = sample(seed=seed)
    values.loc["dominated"] = values.iloc[unit] * [1, 0.9, 1, 0.5]
    doubt = uncertainty.Doubt(draws=300, aggregations=composite.AGGREGATIONS)
    found = uncertainty.draw(values, equal(4), method=METHOD, doubt=doubt)
    assert (found.ranks.loc["dominated"] >= found.ranks.iloc[unit]).all()


def test_the_summary_counts_the_draws():
    base = pd.DataFrame(
        {"score": [0.9, 0.8, np.nan], "rank": [1, 2, None], "coverage": [1.0, 1, 0]}, index=["a", "b", "c"]
    )
    ranks = pd.DataFrame([[1] * 15 + [2] * 5, [2] * 15 + [1] * 5], index=["a", "b"])
    choices = pd.DataFrame({"normalisation": "minmax", "aggregation": "geometric", "spearman": [1.0] * 20})
    found = uncertainty.Draws(base, ranks, ranks, choices, pd.DataFrame()).summary(top=(1, 2))
    assert found.loc["a", ["rank_median", "rank_p05", "rank_p95"]].tolist() == [1, 1, 2]
    assert found["p_top_1"].tolist()[:2] == [0.75, 0.25]
    assert found["p_top_2"].tolist()[:2] == [1, 1]
    assert found.loc["c", ["score", "rank_median", "rank_p95", "p_top_1"]].isna().all()


def test_a_tie_is_an_interval_from_its_first_place_to_its_last():
    # One ahead, five alike, one behind, whatever the weights: places 2 to 6 are shared.
    values = pd.DataFrame({"i0": [9.0, *[4] * 5, 1], "i1": [9.0, *[4] * 5, 1]}, index=list("abcdefg"))
    found = uncertainty.draw(values, equal(2), method=METHOD, doubt=uncertainty.Doubt(draws=200))
    summary = found.summary(top=(1, 3, 6))
    assert summary["rank"].tolist() == [1, 2, 2, 2, 2, 2, 7]
    assert summary["rank_last"].tolist() == [1, 6, 6, 6, 6, 6, 7]
    assert summary["rank_p05"].tolist() == summary["rank_median"].tolist() == summary["rank"].tolist()
    assert summary["rank_p95"].tolist() == summary["rank_last"].tolist()
    # Two of the five places are among the first three.
    assert summary["p_top_1"].tolist() == [1, 0, 0, 0, 0, 0, 0]
    assert summary["p_top_3"].tolist() == pytest.approx([1, *[2 / 5] * 5, 0])
    assert summary["p_top_6"].tolist() == [1, 1, 1, 1, 1, 1, 0]


@hypothesis.given(st.integers(0, 200), st.integers(1, 6))
@hypothesis.settings(max_examples=25)
def test_however_many_tie_k_of_them_are_among_the_first_k(seed, k):
    values = pd.DataFrame(np.random.default_rng(seed).integers(0, 3, (7, 2)).astype(float)).add_prefix("i")
    found = uncertainty.draw(values, equal(2), method=METHOD, doubt=uncertainty.Doubt(draws=30))
    summary = found.summary(top=(k,))
    assert summary[f"p_top_{k}"].sum() == pytest.approx(k)
    scores = found.base["score"].round(9)
    shared = scores.map(scores.value_counts())
    assert (summary["rank_last"] - summary["rank"] + 1).tolist() == shared.tolist()


def test_the_interval_holds_nine_draws_in_ten():
    found = uncertainty.draw(sample(), equal(4), method=METHOD, doubt=uncertainty.Doubt())
    summary = found.summary(top=(3,))
    low, high = (summary[name].to_numpy(dtype=float)[:, None] for name in ("rank_p05", "rank_p95"))
    inside = ((found.ranks >= low) & (found.ranks <= high)).mean(axis=1)
    assert found.ranks.shape == (20, 2000)
    assert (inside >= 0.9).all()
    assert summary["p_top_3"].sum() == pytest.approx(3, abs=0.01)


def test_less_concentrated_weights_give_wider_intervals():
    def width(concentration):
        doubt = uncertainty.Doubt(
            concentration=concentration, normalisations=("minmax",), aggregations=("geometric",)
        )
        summary = uncertainty.draw(sample(), equal(4), method=METHOD, doubt=doubt).summary()
        return (summary["rank_p95"] - summary["rank_p05"]).mean()

    assert width(5) > width(50) > width(5_000)


def test_the_same_seed_gives_the_same_draws():
    doubt = uncertainty.Doubt(draws=200)
    once = uncertainty.draw(sample(), equal(4), method=METHOD, doubt=doubt)
    twice = uncertainty.draw(sample(), equal(4), method=METHOD, doubt=doubt)
    other = uncertainty.draw(sample(), equal(4), method=METHOD, doubt=uncertainty.Doubt(draws=200, seed=7))
    pd.testing.assert_frame_equal(once.ranks, twice.ranks)
    assert not once.ranks.equals(other.ranks)


def test_every_method_is_drawn_and_compared_with_the_base():
    found = uncertainty.draw(sample(), equal(4), method=METHOD, doubt=uncertainty.Doubt()).by_choice()
    assert len(found) == 6
    assert found["draws"].sum() == 2000
    assert found["draws"].between(250, 420).all()
    own = found.set_index(["normalisation", "aggregation"])["spearman_mean"]
    assert own.idxmax() == ("minmax", "geometric")


@hypothesis.given(st.integers(0, 1000), st.booleans())
@hypothesis.settings(max_examples=30)
def test_spearman_equals_scipy(seed, ties):
    scores = np.random.default_rng(seed).random((12, 2))
    scores = np.round(scores, 1) if ties else scores
    found = uncertainty.spearman(scores[:, :1], scores[:, 1])[0]
    assert found == pytest.approx(scipy.stats.spearmanr(scores[:, 0], scores[:, 1]).statistic)


def test_leaving_out_an_indicator_that_decides_everything_is_seen():
    values = pd.DataFrame(
        {"i0": [1.0, 2, 3, 4], "i1": [0.0, 0, 0, 0], "i2": [4.0, 3, 2, 1]}, index=list("abcd")
    )
    indicators = framework.Framework(
        (framework.Indicator("i0", 0.6), framework.Indicator("i1", 0.2), framework.Indicator("i2", 0.2))
    )
    method = composite.Method(aggregation="arithmetic")
    found = uncertainty.leave_one_out(values, indicators, method=method)
    assert found.index.tolist() == ["i0", "i1", "i2"]
    assert found["spearman"].tolist() == pytest.approx([-1, 1, 1])
    assert found["shift_max"].tolist() == [3, 0, 0]
    assert found["shift_mean"].tolist() == [2, 0, 0]
    assert found["unit_most_moved"]["i0"] == "a"


def test_leaving_out_an_indicator_counts_the_units_that_lose_their_score():
    values = pd.DataFrame({"i0": [1.0, 2, 3], "i1": [np.nan, 2, 3]}, index=list("abc"))
    found = uncertainty.leave_one_out(values, equal(2), method=METHOD)
    assert found["n_unscored"].tolist() == [1, 0]


def test_two_thousand_draws_over_a_zone_take_a_moment():
    values = sample(units=147, indicators=12, missing=0.1)
    start = time.process_time()
    found = uncertainty.draw(values, equal(12), method=METHOD, doubt=uncertainty.Doubt()).summary()
    assert time.process_time() - start < 2
    assert len(found) == 147


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ({"draws": 0}, "0 draws; expected at least 1"),
        ({"concentration": 0}, "concentration 0; expected more than 0"),
        (
            {"normalisations": ()},
            "no normalisation or no aggregation to draw from; expected at least one of each",
        ),
        (
            {"aggregations": ("mean",)},
            "aggregation 'mean'; expected one of geometric, arithmetic, compromise",
        ),
    ],
)
def test_impossible_doubt_is_one_line(options, line):
    with pytest.raises(errors.InputError) as caught:
        uncertainty.Doubt(**options)
    assert caught.value.findings == (line,)


def test_no_unit_with_enough_values_is_one_line():
    values = pd.DataFrame({"i0": [1.0, np.nan], "i1": [np.nan, 2.0], "i2": [np.nan, np.nan]})
    with pytest.raises(errors.InputError) as caught:
        uncertainty.draw(values, equal(3), method=METHOD, doubt=uncertainty.Doubt())
    assert caught.value.findings == ("no unit has 50% of the weights of its indicators; the most is 33%",)


@pytest.mark.parametrize("aggregation", composite.AGGREGATIONS)
@pytest.mark.parametrize("weights", [(1.0,), (1.0, 0.0, 0.0)])
def test_without_the_indicator_that_holds_the_whole_weight_no_unit_is_scored(weights, aggregation):
    values = pd.DataFrame({"i0": [1.0, 2, 4, np.nan], "i1": [3.0, 2, 1, 1], "i2": [1.0, 2, 3, 4]})
    indicators = framework.Framework(
        tuple(framework.Indicator(f"i{k}", weight) for k, weight in enumerate(weights))
    )
    method = composite.Method(aggregation=aggregation)
    found = uncertainty.leave_one_out(values, indicators, method=method)
    assert found.loc["i0", ["spearman", "shift_mean", "shift_max", "unit_most_moved"]].isna().all()
    assert found["n_unscored"].tolist() == [3] + [0] * (len(weights) - 1)
    assert found["spearman"].tolist()[1:] == pytest.approx([1] * (len(weights) - 1))
