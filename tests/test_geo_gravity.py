"""Gravity calibrated on flows: Austrian migration as PySAL has it, statsmodels, closed forms, properties."""

import itertools

import hypothesis
import numpy as np
import pandas as pd
import pytest
from hypothesis import strategies as st

from geo import errors
from geo.flows import gravity

# Migration between the nine regions of Austria: Dennett (2012), "Estimating flows between geographical
# locations", UCL CASA working paper 184, as typed in tests/test_gravity.py of PySAL spint. Rows are
# origins, columns destinations; kilometres stand where the model has minutes.
REGIONS = ["AT11", "AT12", "AT13", "AT21", "AT22", "AT31", "AT32", "AT33", "AT34"]
LEAVING = [4320, 21478, 30500, 5012, 8811, 11349, 6021, 4477, 2275]
COMING = [5452, 27169, 28710, 4354, 9069, 8577, 4963, 3923, 2026]
MIGRANTS = [
    [0, 1131, 1887, 69, 738, 98, 31, 43, 19],
    [1633, 0, 14055, 416, 1276, 1850, 388, 303, 159],
    [2301, 20164, 0, 1080, 1831, 1943, 742, 674, 407],
    [85, 379, 1597, 0, 1608, 328, 317, 469, 114],
    [762, 1110, 2973, 1252, 0, 1081, 622, 425, 262],
    [196, 2027, 3498, 346, 1332, 0, 2144, 821, 274],
    [49, 378, 1349, 310, 851, 2117, 0, 630, 106],
    [87, 424, 978, 490, 670, 577, 546, 0, 569],
    [33, 128, 643, 154, 328, 199, 112, 587, 0],
]
# Above the diagonal, row by row.
KILOMETRES = [
    *(103.001845, 84.204666, 220.811933, 132.00748, 214.511814, 246.933305, 390.85611, 505.089539),
    *(45.796272, 216.994739, 129.878172, 140.706671, 201.232355, 343.50075, 453.515594),
    *(249.932874, 158.630661, 186.420738, 244.108305, 387.61776, 498.407152),
    *(92.407958, 151.777157, 92.894408, 194.851669, 306.105825),
    *(124.563096, 122.433524, 261.893783, 376.34667),
    *(81.753652, 208.456383, 314.793199),
    *(145.076472, 258.591197),
    114.46325,
]
FEW = hypothesis.settings(max_examples=40)
EAST = {"AT11", "AT12", "AT13"}


@pytest.fixture(scope="module")
def austria():
    apart = np.zeros((9, 9))
    apart[np.triu_indices(9, 1)] = KILOMETRES
    apart += apart.T
    return pd.DataFrame(
        [
            {
                "from_id": REGIONS[i],
                "to_id": REGIONS[j],
                "flow": MIGRANTS[i][j],
                "travel_min": apart[i, j],
                "origin_mass": LEAVING[i],
                "destination_mass": COMING[j],
                "is_foreign": (REGIONS[i] in EAST) != (REGIONS[j] in EAST),
            }
            for i, j in itertools.permutations(range(9), 2)
        ]
    )


def grid(masses=(1.0, 3.0, 7.0, 20.0, 50.0)):
    """Ordered pairs of places of two countries, with times that say nothing of the masses."""
    random = np.random.default_rng(3)
    return pd.DataFrame(
        [
            {
                "from_id": f"p{i}",
                "to_id": f"p{j}",
                "flow": 1.0,
                "travel_min": float(random.uniform(10, 300)),
                "origin_mass": masses[i],
                "destination_mass": masses[j],
                "is_foreign": i % 2 != j % 2,
            }
            for i, j in itertools.permutations(range(len(masses)), 2)
        ]
    )


def estimates(found):
    return found.coefficients["estimate"]


# Published and by another program


def test_unconstrained_model_of_austria_is_that_of_spint(austria):
    found = gravity.calibrate(austria, decay="exponential", border=False)
    assert found.coefficients.index.tolist() == ["constant", "origin_mass", "destination_mass", "travel_min"]
    published = [-7.95447436, 0.863867812, 0.880474585, -0.00620544765]
    assert estimates(found).tolist() == pytest.approx(published, rel=1e-8)
    assert found.deviance == pytest.approx(19806.408696637576, rel=1e-8)
    assert found.pseudo_r2 == pytest.approx(0.88713874099960177, rel=1e-8)
    first, last = found.fitted.iloc[[0, -1]]
    assert (first, last) == pytest.approx((2053.49248374, 199.99352826), rel=1e-7)


def test_doubly_constrained_model_of_austria_is_that_of_spint(austria):
    found = gravity.calibrate(austria, decay="exponential", border=False, effects=True)
    published = [
        *(6.20471518, 1.5449095, 2.4414292, 0.69924374, 0.94869185, 1.28967637, 0.74270015, 1.19468573),
        *(0.98874193, 1.49709841, 2.18492741, 0.18784818, 0.66434515, 0.74264938, 0.21334535, 0.66765781),
        *(0.39986094, -0.00791533),
    ]
    assert estimates(found).tolist() == pytest.approx(published, abs=2e-7)
    assert estimates(found)[["from_id = AT12", "to_id = AT34"]].tolist() == pytest.approx(
        [1.5449095, 0.39986094], abs=2e-7
    )
    assert found.deviance == pytest.approx(9360.482092561484, rel=1e-7)
    assert found.pseudo_r2 == pytest.approx(0.946661920897, rel=1e-8)


def test_doubly_constrained_flows_sum_to_what_leaves_and_comes(austria):
    found = gravity.calibrate(austria, effects=True)
    flows = np.array(MIGRANTS)
    for end, totals in (("from_id", flows.sum(axis=1)), ("to_id", flows.sum(axis=0))):
        assert found.fitted.groupby(austria[end]).sum().tolist() == pytest.approx(totals.tolist())


# GLM(family=Poisson()).fit(cov_type="HC0") of statsmodels 0.15.0, whose errors have no correction for
# few pairs; ours are n / (n − k) times as great in variance.
STATSMODELS = {
    ("exponential", False): [1.48696557, 0.100694161, 0.092917192, 0.00102458127],
    ("exponential", True): [1.35607656, 0.0863580279, 0.079577268, 0.000924853133, 0.133058465],
    ("power", False): [1.61439103, 0.07216027, 0.0859716, 0.11185503],
    ("power", True): [2.48347274, 0.09806405, 0.10410794, 0.18791291, 0.1751287],
}


@pytest.mark.parametrize(("decay", "border"), STATSMODELS)
def test_robust_errors_are_those_of_statsmodels(austria, decay, border):
    found = gravity.calibrate(austria, decay=decay, border=border)
    expected = np.array(STATSMODELS[decay, border]) * np.sqrt(72 / (72 - 4 - border))
    assert found.coefficients["standard_error"].tolist() == pytest.approx(expected.tolist(), rel=1e-6)


def test_border_of_austria_is_that_of_statsmodels(austria):
    """The line between the east and the rest as if it were a border."""
    found = gravity.calibrate(austria)
    expected = [-5.18367171, 0.83294037, 0.86690149, -0.63554645, -0.50433822]
    assert estimates(found).tolist() == pytest.approx(expected, rel=1e-7)
    assert found.deviance == pytest.approx(11600.119836087299, rel=1e-8)
    assert found.pseudo_r2 == pytest.approx(1 - 11600.119836087299 / 175493.42327085778, rel=1e-8)
    reach = 1.6448536269514722 * 0.1751287 * np.sqrt(72 / 67)
    factor, low, high = found.border_factor()
    assert factor == pytest.approx(np.exp(-0.50433822), rel=1e-7)
    assert (low, high) == pytest.approx((factor * np.exp(-reach), factor * np.exp(reach)), rel=1e-6)


# Closed forms


@FEW
@hypothesis.given(
    st.lists(st.integers(0, 10_000), min_size=20, max_size=20),
    st.lists(st.integers(0, 10_000), min_size=20, max_size=20),
)
def test_border_is_the_ratio_of_sums_where_both_sides_are_alike(domestic, foreign):
    """Where each pair stands once on either side of the border, the totals alone decide the factor."""
    hypothesis.assume(min(domestic) > 0 or min(foreign) > 0)
    hypothesis.assume(sum(domestic) > 0 and sum(foreign) > 0)
    one = grid()
    both = pd.concat([one.assign(flow=domestic, is_foreign=False), one.assign(flow=foreign, is_foreign=True)])
    found = gravity.calibrate(both.reset_index(drop=True))
    assert found.border_factor()[0] == pytest.approx(sum(foreign) / sum(domestic), rel=1e-6)


def test_equal_flows_leave_nothing_to_explain():
    found = gravity.calibrate(grid().assign(flow=4.0))
    assert estimates(found).tolist() == pytest.approx([np.log(4), 0, 0, 0, 0], abs=1e-9)
    assert np.isnan(found.pseudo_r2)
    assert found.border_factor() == pytest.approx((1, 1, 1))


def test_short_times_count_as_the_floor():
    pairs = grid()
    pairs["flow"] = np.arange(1.0, len(pairs) + 1)
    pairs.loc[0, "travel_min"] = 0.0
    found = gravity.calibrate(pairs, floor_min=20)
    pairs.loc[0, "travel_min"] = 20.0
    pd.testing.assert_frame_equal(found.coefficients, gravity.calibrate(pairs, floor_min=20).coefficients)


# Properties

SIZES = st.floats(0.1, 1e6)
SLOPES = st.floats(-3, 3)


@FEW
@hypothesis.given(
    st.lists(SIZES, min_size=5, max_size=5, unique=True),
    st.floats(-5, 5),
    st.tuples(*[st.floats(-1.5, 1.5)] * 2, SLOPES, SLOPES),
    st.sampled_from(gravity.DECAYS),
)
def test_exact_flows_give_their_coefficients_back(masses, constant, slopes, decay):
    hypothesis.assume(np.diff(np.sort(np.log(masses))).min() > 0.1)
    pairs = grid(masses)
    time = np.log(pairs["travel_min"]) if decay == "power" else pairs["travel_min"]
    origin, destination, travel, border = slopes
    travel = travel if decay == "power" else travel / 100
    pairs["flow"] = np.exp(
        constant
        + origin * np.log(pairs["origin_mass"])
        + destination * np.log(pairs["destination_mass"])
        + travel * time
        + border * pairs["is_foreign"]
    )
    found = gravity.calibrate(pairs, decay=decay)
    expected = [constant, origin, destination, travel, border]
    assert estimates(found).tolist() == pytest.approx(expected, abs=1e-6)
    assert found.fitted.tolist() == pytest.approx(pairs["flow"].tolist(), rel=1e-6)
    assert found.deviance == pytest.approx(0, abs=1e-6 * pairs["flow"].sum())


FLOWS = st.lists(st.one_of(st.just(0), st.floats(0.01, 1e7)), min_size=20, max_size=20).filter(
    lambda flows: sum(flow > 0 for flow in flows) >= 12
)


def fitted(pairs, **options):
    """The fit, if there is one: flows of 0 may be told apart by the terms."""
    try:
        return gravity.calibrate(pairs, **options)
    except errors.InputError:
        hypothesis.reject()


@FEW
@hypothesis.given(FLOWS, st.sampled_from(gravity.DECAYS))
def test_the_likelihood_is_the_greatest(flows, decay):
    """Its slopes are 0: what is left over weighs nothing by any term."""
    pairs = grid().assign(flow=flows)
    found = fitted(pairs, decay=decay)
    left = pairs["flow"] - found.fitted
    time = np.log(pairs["travel_min"]) if decay == "power" else pairs["travel_min"]
    terms = [1, np.log(pairs["origin_mass"]), np.log(pairs["destination_mass"]), time, pairs["is_foreign"]]
    for term in terms:
        assert (left * term).sum() == pytest.approx(0, abs=1e-6 * (pairs["flow"] * term).sum())


@FEW
@hypothesis.given(FLOWS, st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_scale_of_masses_moves_the_constant_only(flows, by_origin, by_destination):
    pairs = grid().assign(flow=flows)
    scaled = pairs.assign(
        origin_mass=pairs["origin_mass"] * by_origin,
        destination_mass=pairs["destination_mass"] * by_destination,
    )
    before, after = fitted(pairs).coefficients, fitted(scaled).coefficients
    a, b = before["estimate"][["origin_mass", "destination_mass"]]
    moved = before["estimate"]["constant"] - a * np.log(by_origin) - b * np.log(by_destination)
    assert after["estimate"]["constant"] == pytest.approx(moved, rel=1e-5, abs=1e-5)
    for column in ("estimate", "standard_error"):
        rest = before[column].drop("constant")
        assert after[column].drop("constant").tolist() == pytest.approx(rest.tolist(), rel=1e-5, abs=1e-5)


@FEW
@hypothesis.given(FLOWS, st.permutations(range(20)), st.booleans())
def test_order_of_rows_does_not_matter(flows, order, effects):
    pairs = grid().assign(flow=flows)
    first = fitted(pairs, effects=effects)
    again = fitted(pairs.iloc[order], effects=effects)
    pd.testing.assert_frame_equal(first.coefficients, again.coefficients, rtol=1e-5, atol=1e-5)
    pd.testing.assert_series_equal(first.fitted, again.fitted.sort_index(), rtol=1e-6, atol=1e-6)


# What is refused


def refused(pairs, **options):
    with pytest.raises(errors.InputError) as caught:
        gravity.calibrate(pairs, **options)
    return list(caught.value.findings)


def with_cell(column, value):
    pairs = grid()
    pairs[column] = pairs[column].astype(object)
    pairs.loc[0, column] = value
    return pairs


@pytest.mark.parametrize(
    ("column", "value", "line"),
    [
        ("flow", -1.0, "flow from p0 to p1 is -1.0; expected 0 or more"),
        ("flow", np.nan, "flow from p0 to p1 is nan; expected 0 or more"),
        ("flow", np.inf, "flow from p0 to p1 is inf; expected 0 or more"),
        ("origin_mass", 0.0, "origin_mass from p0 to p1 is 0.0; expected more than 0"),
        ("destination_mass", np.nan, "destination_mass from p0 to p1 is nan; expected more than 0"),
        (
            "travel_min",
            np.inf,
            "travel_min from p0 to p1 is inf; expected a finite time of 0 minutes or more",
        ),
        ("travel_min", -5.0, "travel_min from p0 to p1 is -5.0; expected a finite time of 0 minutes or more"),
        (
            "is_foreign",
            None,
            "is_foreign from p0 to p1 is missing; expected whether the pair lies across the border",
        ),
    ],
)
def test_a_wrong_cell_is_one_line(column, value, line):
    assert refused(with_cell(column, value)) == [line]


def test_options_are_held_to_what_they_may_be():
    assert refused(grid(), decay="linear", floor_min=0.0) == [
        "decay 'linear'; expected one of power, exponential",
        "floor of times 0.0 min; expected more than 0",
    ]


def test_flows_that_are_all_0_are_refused():
    assert refused(grid().assign(flow=0)) == ["flows: none is above 0; expected some"]


def test_fewer_pairs_than_terms_are_refused():
    assert refused(grid().head(5)) == ["flows of 5 pairs; expected more than the 5 terms of the model"]


def test_terms_that_follow_from_each_other_are_named():
    random = np.random.default_rng(1)
    pairs = grid().assign(flow=random.integers(1, 90, 20))
    assert refused(pairs.assign(destination_mass=2 * pairs["origin_mass"] ** 3)) == [
        "flows: no coefficient of its own for constant, origin_mass, destination_mass; "
        "expected pairs in which each varies apart from the others"
    ]
    assert refused(pairs.assign(is_foreign=True)) == [
        "flows: no coefficient of its own for constant, border; "
        "expected pairs in which each varies apart from the others"
    ]
    assert refused(pairs.assign(is_foreign=False)) == [
        "flows: no coefficient of its own for border; "
        "expected pairs in which each varies apart from the others"
    ]


def test_a_border_that_nobody_passes_has_no_finite_factor():
    pairs = grid()
    assert refused(pairs.assign(flow=np.where(pairs["is_foreign"], 0, 7.0 + pairs.index))) == [
        "flows: pairs whose flows are all 0 stand apart by border, "
        "so no finite coefficient fits best; expected some above 0 among them"
    ]


def test_places_that_nothing_leaves_or_reaches_have_no_factor():
    pairs = grid().assign(flow=5.0)
    pairs.loc[pairs["from_id"].eq("p0") | pairs["to_id"].eq("p3"), "flow"] = 0.0
    assert refused(pairs, effects=True) == [
        "flows: all with from_id = p0 are 0, so its factor is none; expected some above 0",
        "flows: all with to_id = p3 are 0, so its factor is none; expected some above 0",
    ]


def test_steps_that_come_to_no_end_are_told(monkeypatch, austria):
    monkeypatch.setattr(gravity, "_STEPS", 2)
    assert refused(austria) == [
        "flows: the coefficients have not settled after 2 steps; expected flows of a lesser range"
    ]


def test_a_model_without_a_border_has_no_factor_of_it(austria):
    found = gravity.calibrate(austria, border=False)
    with pytest.raises(errors.InputError, match="the model has no border"):
        found.border_factor()


@pytest.mark.parametrize("confidence", [0, 1, np.nan])
def test_confidence_is_a_share(austria, confidence):
    with pytest.raises(errors.InputError, match="expected more than 0 and less than 1"):
        gravity.calibrate(austria).border_factor(confidence=confidence)


def test_pairs_are_not_changed(austria):
    before = austria.copy()
    gravity.calibrate(austria, effects=True)
    pd.testing.assert_frame_equal(austria, before)
