"""Composites: published VIKOR values, hand-computed means, and properties that every method must keep."""

import hypothesis
import numpy as np
import pandas as pd
import pytest
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from geo import composite, errors, framework, normalise

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
        "normalisation 'max'; expected one of minmax, rank, zscore, given",
        "aggregation 'mean'; expected one of geometric, arithmetic, compromise",
        "minimum coverage 0; expected more than 0, at most 1",
    )
