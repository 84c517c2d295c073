"""Composites: published VIKOR values, hand-computed means, and properties that every method must keep."""

import hypothesis
import numpy as np
import pandas as pd
import pytest
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from geo import errors
from geo.scores import composite, framework, normalise

NORMALISATIONS = ("minmax", "rank", "zscore")
methods = st.builds(
    composite.Method,
    normalisation=st.sampled_from(NORMALISATIONS),
    aggregation=st.sampled_from(composite.AGGREGATIONS),
)


def equal(n, **options):
    return framework.Framework(tuple(framework.Indicator(f"i{k}", 1 / n, **options) for k in range(n)))


def frame(rows):
    array = np.asarray(rows, dtype=float)
    return pd.DataFrame(
        array,
        index=[f"u{k}" for k in range(array.shape[0])],
        columns=[f"i{k}" for k in range(array.shape[1])],
    )


def tables(*, missing=False, max_units=7):
    shapes = st.tuples(st.integers(2, max_units), st.integers(1, 4))
    numbers = st.integers(0, 400).map(lambda n: n / 4)
    cells = st.one_of(numbers, st.just(np.nan)) if missing else numbers
    return shapes.flatmap(lambda shape: hnp.arrays(float, shape, elements=cells)).map(frame)


def test_compromise_gives_the_published_vikor_values():
    # Papathanasiou & Ploskas 2018, Multiple Criteria Decision Aid, chapter 2: Q, less is better.
    matrix = [[8, 7, 2, 1], [5, 3, 7, 5], [7, 5, 6, 4], [9, 9, 7, 3], [11, 10, 3, 7], [6, 9, 5, 4]]
    weights = (0.4, 0.3, 0.1, 0.2)
    indicators = framework.Framework(tuple(framework.Indicator(f"i{k}", w) for k, w in enumerate(weights)))
    found = composite.score(frame(matrix), indicators, method=composite.Method(aggregation="compromise"))
    assert (1 - found["score"]).round(3).tolist() == [0.640, 1, 0.693, 0.271, 0, 0.694]
    assert found["rank"].tolist() == [3, 6, 4, 2, 1, 5]


def test_weighted_means_by_hand():
    values = frame([[0, 30], [5, 20], [10, 10]])
    indicators = framework.Framework((framework.Indicator("i0", 0.75), framework.Indicator("i1", 0.25)))
    arithmetic = composite.score(values, indicators, method=composite.Method(aggregation="arithmetic"))
    geometric = composite.score(values, indicators, method=composite.Method())
    # Normalised: (0.01, 1), (0.505, 0.505), (1, 0.01).
    assert arithmetic["score"].tolist() == pytest.approx([0.2575, 0.505, 0.7525])
    assert geometric["score"].tolist() == pytest.approx([10**-1.5, 0.505, 10**-0.5])
    assert arithmetic["rank"].tolist() == [3, 2, 1]
    assert geometric["rank"].tolist() == [3, 1, 2]
    assert geometric["coverage"].tolist() == [1, 1, 1]


def test_zscore_is_the_share_of_the_normal_distribution_below():
    # Mean 3, standard deviation 2; one standard deviation leaves 15.87 % below or above it.
    found = normalise.normalise(frame([[1], [5]]), equal(1), method="zscore")
    assert found["i0"].tolist() == pytest.approx([0.01 + 0.99 * 0.158655, 0.01 + 0.99 * 0.841345], abs=1e-6)


def test_ties_share_their_mean_rank():
    found = normalise.normalise(frame([[4], [7], [4], [9]]), equal(1), method="rank")
    # Mean ranks 1.5, 3, 1.5, 4 of 4.
    shares = [0.5 / 3, 2 / 3, 0.5 / 3, 1]
    assert found["i0"].tolist() == pytest.approx([0.01 + 0.99 * share for share in shares])


@pytest.mark.parametrize("method", NORMALISATIONS)
def test_a_column_without_differences_stands_in_the_middle(method):
    found = normalise.normalise(frame([[0.1], [0.1], [0.1], [np.nan]]), equal(1), method=method)
    assert found["i0"].iloc[:3].tolist() == [0.505] * 3
    assert np.isnan(found["i0"].iloc[3])


def test_log1p_counts_relative_to_the_median_of_the_positive():
    values = frame([[0], [2], [4], [8]])
    found = normalise.transform(values, equal(1, transformation="log1p"))
    assert found["i0"].tolist() == pytest.approx(np.log([1, 1.5, 2, 3]))


def test_missing_lowers_the_coverage_and_is_not_replaced():
    values = frame([[1, 1, 1], [3, 3, np.nan], [2, np.nan, np.nan], [np.nan] * 3])
    indicators = framework.Framework(
        (framework.Indicator("i0", 0.3), framework.Indicator("i1", 0.5), framework.Indicator("i2", 0.2))
    )
    found = composite.score(values, indicators, method=composite.Method(aggregation="arithmetic"))
    assert found["coverage"].tolist() == pytest.approx([1, 0.8, 0.3, 0])
    assert found["score"].iloc[1] == pytest.approx(1)
    assert found["score"].isna().tolist() == [False, False, True, True]
    assert found["rank"].isna().tolist() == [False, False, True, True]
    kept = composite.score(values, indicators, method=composite.Method(minimum_coverage=0.3))
    assert kept["score"].iloc[2] == pytest.approx(0.505)


@hypothesis.given(methods, tables(missing=True), st.integers(-3, 6), st.sampled_from(["none", "log1p"]))
def test_scaling_the_unit_changes_nothing(method, values, power, transformation):
    scaled = values.copy()
    scaled["i0"] = scaled["i0"] * 2.0**power
    indicators = equal(values.shape[1], transformation=transformation)
    before = composite.score(values, indicators, method=method)
    after = composite.score(scaled, indicators, method=method)
    pd.testing.assert_frame_equal(before, after)


@hypothesis.given(st.sampled_from(NORMALISATIONS), tables(missing=True))
def test_flipping_the_polarity_mirrors(method, values):
    n = values.shape[1]
    up = composite.normalised_values(values, equal(n), normalisation=method)
    down = composite.normalised_values(values, equal(n, polarity=-1), normalisation=method)
    negated = composite.normalised_values(-values, equal(n, polarity=-1), normalisation=method)
    pd.testing.assert_frame_equal(up + down, 1.01 * up / up)
    pd.testing.assert_frame_equal(up, negated)


@hypothesis.given(tables())
def test_flipping_every_polarity_reverses_the_order(values):
    method = composite.Method(aggregation="arithmetic")
    n = values.shape[1]
    up = composite.score(values, equal(n), method=method)["score"]
    down = composite.score(values, equal(n, polarity=-1), method=method)["score"]
    np.testing.assert_allclose(up + down, 1.01)


@hypothesis.given(methods, tables(), st.data())
def test_a_dominated_unit_never_outranks_its_dominator(method, values, data):
    polarities = [data.draw(st.sampled_from(framework.POLARITIES)) for _ in values]
    loss = [data.draw(st.integers(0, 40)) for _ in values]
    dominated = values.iloc[0] - np.array(loss) * polarities
    values = pd.concat([values, dominated.to_frame("dominated").T])
    indicators = framework.Framework(
        tuple(
            framework.Indicator(name, 1 / len(polarities), polarity=polarity)
            for name, polarity in zip(values, polarities, strict=True)
        )
    )
    found = composite.score(values, indicators, method=method)
    assert found["rank"]["dominated"] >= found["rank"]["u0"]


@hypothesis.given(st.sampled_from(NORMALISATIONS), tables(missing=True))
def test_no_normalised_value_and_no_geometric_mean_is_zero(normalisation, values):
    method = composite.Method(normalisation=normalisation)
    found = composite.terms(values, equal(values.shape[1]), method=method)["normalised"].dropna()
    assert found.between(0.01, 1).all()
    scores = composite.score(values, equal(values.shape[1]), method=method)["score"].dropna()
    assert (scores >= 0.01 - 1e-12).all()


@hypothesis.given(tables(missing=True))
def test_the_terms_reproduce_the_scores(values):
    indicators = equal(values.shape[1])
    combine = {"geometric": "prod", "arithmetic": "sum"}
    for aggregation, function in combine.items():
        method = composite.Method(aggregation=aggregation, minimum_coverage=1e-6)
        by_unit = composite.terms(values, indicators, method=method).groupby("unit_id")["contribution"]
        expected = composite.score(values, indicators, method=method)["score"]
        np.testing.assert_allclose(by_unit.agg(function, min_count=1)[values.index], expected)


def test_terms_show_each_step():
    values = frame([[1, np.nan], [np.e**2, 4], [np.e, 8]])
    indicators = framework.Framework(
        (
            framework.Indicator("i0", 0.8, polarity=-1, transformation="log"),
            framework.Indicator("i1", 0.2),
        )
    )
    found = composite.terms(values, indicators, method=composite.Method(aggregation="arithmetic"))
    rows = found.set_index(["unit_id", "indicator"])
    assert rows.loc[("u0", "i0")].tolist() == pytest.approx([1, 0, 1, 0.8, 1, 1])
    assert rows.loc[("u2", "i0")].tolist() == pytest.approx([np.e, 1, 0.505, 0.8, 0.8, 0.404])
    assert rows.loc[("u0", "i1"), ["weight", "weight_used"]].tolist() == [0.2, 0]
    assert rows.loc[("u0", "i1"), ["raw", "contribution"]].isna().all()


def test_inputs_are_not_changed():
    values = frame([[1, 2], [np.nan, 4]])
    before = values.copy()
    composite.terms(values, equal(2, polarity=-1), method=composite.Method())
    pd.testing.assert_frame_equal(values, before)


def lines(call, *arguments, **options):
    with pytest.raises(errors.InputError) as caught:
        call(*arguments, **options)
    return caught.value.findings


def table(**changes):
    columns = {
        "indicator": ["trade", "links", "time"],
        "family": ["realised", "realised", "potential"],
        "polarity": ["1", "1", "-1"],
        "transformation": ["log1p", "none", "none"],
        "weight": ["0.6", "0.4", "1"],
    }
    return pd.DataFrame(columns | changes)


def read(rows, *, families=("realised", "potential")):
    return framework.from_table(rows, families=families, known={"trade", "links", "time"}, name="f.csv")


def test_a_table_becomes_one_framework_for_each_family():
    found = read(table())
    assert list(found) == ["realised", "potential"]
    assert found["realised"].ids == ["trade", "links"]
    assert found["potential"].indicators == (framework.Indicator("time", 1.0, polarity=-1),)


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"indicator": ["trade", "lniks", "time"]},
            "f.csv: indicator lniks is unknown; expected one of links, time, trade",
        ),
        ({"weight": ["0.6", "0.3", "1"]}, "f.csv: family realised: weights sum to 0.9; expected 1"),
        (
            {"weight": ["0.6", "much", "1"]},
            "f.csv: family realised: indicator links: weight 'much', polarity '1'; "
            "expected a number from 0 to 1, and 1 or -1",
        ),
        (
            {"polarity": ["1", "1", "0"]},
            "f.csv: family potential: indicator time: polarity 0; expected 1 or -1",
        ),
        (
            {"transformation": ["sqrt", "none", "none"]},
            "f.csv: family realised: indicator trade: transformation 'sqrt'; "
            "expected one of none, log, log1p",
        ),
        (
            {"indicator": ["trade", "trade", "time"]},
            "f.csv: family realised: indicator trade is named twice",
        ),
    ],
)
def test_each_fault_of_a_table_is_one_line(changes, line):
    assert lines(read, table(**changes)) == (line,)


def test_an_empty_family_is_one_line():
    found = lines(read, table(), families=("realised", "potential", "convergence"))
    assert found == ("f.csv: family convergence: no indicator; expected at least one",)


def test_an_unknown_family_is_one_line():
    found = lines(read, table(), families=("realised",))
    assert found == ("f.csv: indicator time: family 'potential'; expected one of realised",)


def test_a_missing_column_is_one_line():
    assert lines(read, table().drop(columns="weight")) == ("f.csv: column weight is missing",)


def test_all_faults_are_reported_at_once():
    found = lines(read, table(indicator=["trade", "x", "time"], weight=["0.6", "0.5", "2"]))
    assert len(found) == 4


def test_values_that_do_not_fit_are_one_line_each():
    text = pd.DataFrame({"i0": [1, "many"], "i1": [np.inf, 2]}, index=["a", "b"])
    assert lines(equal(3).select, text) == (
        "indicator i2 is unknown; expected one of i0, i1",
        "indicator i0: unit b holds 'many'; expected a finite number or nothing",
        "indicator i1: unit a holds inf; expected a finite number or nothing",
    )
    found = lines(normalise.transform, frame([[0], [-1]]), equal(1, transformation="log"))
    assert found == (
        "indicator i0: unit u0 has 0; log expects more than 0",
        "indicator i0: unit u1 has -1; log expects more than 0",
    )
    twice = pd.DataFrame({"i0": [1.0, 2.0]}, index=["a", "a"])
    assert lines(equal(1).select, twice) == ("unit a is named twice",)
    given = composite.Method(normalisation="given")
    assert lines(composite.score, frame([[0.5], [1.5]]), equal(1), method=given) == (
        "1 values outside 0 to 1, the first 1.5; normalisation 'given' expects shares of 0 to 1",
    )


def test_an_unknown_method_is_one_line_each():
    found = lines(composite.Method, normalisation="max", aggregation="mean", minimum_coverage=0)
    assert found == (
        "normalisation 'max'; expected one of minmax, rank, zscore, goalposts, steps, curve, given",
        "aggregation 'mean'; expected one of geometric, arithmetic, compromise",
        "minimum coverage 0; expected more than 0, at most 1",
    )


def posted(low, high, **options):
    return framework.Framework((framework.Indicator("i0", 1.0, goalposts=(low, high), **options),))


def normalised(values, indicators, method):
    transformed = normalise.transform(frame([[one] for one in values]), indicators)
    return normalise.normalise(transformed, indicators, method=method)["i0"].tolist()


def test_goalposts_of_the_human_development_index():
    # UNDP: 20 and 85 years of life; 100 and 75,000 USD of income, by its logarithm. 77.02 years give
    # 57.02 / 65 = 0.877, 19,974 USD give ln 199.74 / ln 750 = 0.800.
    life, income = posted(20, 85), posted(100, 75_000, transformation="log")
    assert normalised([77.02], life, "goalposts") == pytest.approx([0.01 + 0.99 * 0.877], abs=5e-4)
    assert normalised([19_974], income, "goalposts") == pytest.approx([0.01 + 0.99 * 0.800], abs=5e-4)


def test_beyond_the_goalposts_nothing_more_is_gained_or_lost():
    assert normalised([-5, 0, 25, 50, 99], posted(0, 50), "goalposts") == pytest.approx(
        [0.01, 0.01, 0.505, 1, 1]
    )
    assert normalised([-5, 0, 25, 50, 99], posted(0, 50, polarity=-1), "goalposts") == pytest.approx(
        [1, 1, 0.505, 0.01, 0.01]
    )


def test_log1p_counts_relative_to_a_tenth_of_the_higher_goalpost():
    # ln(1 + 10 x / 100) / ln 11.
    found = normalised([0, 10, 100], posted(0, 100, transformation="log1p"), "goalposts")
    assert found == pytest.approx([0.01, 0.01 + 0.99 * np.log(2) / np.log(11), 1])


def test_steps_are_the_middles_of_fifths():
    found = normalised([-1, 0, 19, 20, 0.2 * 3 * 100, 99, 100, 140], posted(0, 100), "steps")
    shares = [0.1, 0.1, 0.1, 0.3, 0.7, 0.9, 0.9, 0.9]
    assert found == pytest.approx([0.01 + 0.99 * share for share in shares])


def test_curve_has_its_goalposts_two_standard_deviations_away():
    # Two deviations leave 2.275 % below and above, one 15.866 %.
    found = normalised([0, 25, 50, 100], posted(0, 100), "curve")
    shares = [0.02275, 0.158655, 0.5, 0.97725]
    assert found == pytest.approx([0.01 + 0.99 * share for share in shares], abs=1e-6)


@hypothesis.given(tables(missing=True, max_units=6), st.sampled_from(normalise.BY_GOALPOSTS), st.data())
def test_by_goalposts_no_other_unit_decides_a_score(values, method, data):
    indicators = framework.Framework(
        tuple(
            framework.Indicator(name, 1 / len(values.columns), transformation="log1p", goalposts=(0, 80))
            for name in values.columns
        )
    )
    how = composite.Method(normalisation=method)
    whole = composite.score(values, indicators, method=how)["score"]
    kept = data.draw(st.sets(st.sampled_from(values.index.tolist()), min_size=1))
    alone = composite.score(values.loc[sorted(kept)], indicators, method=how)["score"]
    pd.testing.assert_series_equal(alone, whole[sorted(kept)])


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ({"goalposts": (5, 5)}, "indicator i0: goalposts 5 and 5; expected two numbers that ascend"),
        ({"goalposts": (0, np.inf)}, "indicator i0: goalposts 0 and inf; expected two numbers that ascend"),
        (
            {"goalposts": (0, 9), "transformation": "log"},
            "indicator i0: goalpost 0; expected more than 0, for it is transformed by log",
        ),
        (
            {"goalposts": (-1, 9), "transformation": "log1p"},
            "indicator i0: goalpost -1; expected 0 or more, for it is transformed by log1p",
        ),
    ],
)
def test_impossible_goalposts_are_one_line(options, line):
    assert lines(framework.Framework, (framework.Indicator("i0", 1.0, **options),)) == (line,)


def test_goalposts_of_a_table_are_two_numbers_or_nothing():
    table = pd.DataFrame(
        {
            "indicator": ["i0", "i1", "i2"],
            "family": "f",
            "polarity": "1",
            "transformation": "none",
            "weight": ["0.5", "0.25", "0.25"],
            "goalpost_low": ["0", "", ""],
            "goalpost_high": ["50", "", "7"],
        }
    )
    read = framework.from_table(table.head(2).assign(weight="0.5"), families=["f"], known=["i0", "i1", "i2"])
    assert [one.goalposts for one in read["f"].indicators] == [(0, 50), None]
    assert not read["f"].has_goalposts
    assert normalise.methods(read["f"]) == normalise.COMPARING
    assert lines(framework.from_table, table, families=["f"], known=["i0", "i1", "i2"]) == (
        "framework: family f: indicator i2: goalposts '', '7'; expected two numbers, or nothing in both",
    )
    values = frame([[1, 2]])
    assert lines(normalise.normalise, values, read["f"], method="goalposts") == (
        "indicator i1: no goalposts; expected some",
    )
