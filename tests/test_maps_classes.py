import fractions
import itertools

import hypothesis
import hypothesis.strategies as st
import mapclassify
import numpy as np
import pandas as pd
import pytest

from geo import errors
from maps.parts import classes

# Fisher-Jenks of mapclassify's own calemp data, as its documentation publishes it.
CALEMP_BINS = [75.29, 192.05, 370.5, 722.85, 4111.45]

figures = st.lists(
    st.floats(-1e9, 1e9, allow_nan=False).map(lambda value: float(f"{value:.6g}")), min_size=1, max_size=60
)


def test_natural_classes_are_the_published_ones_up_to_rounding():
    calemp = mapclassify.load_example()
    found = classes.breaks(calemp, scheme="natural")
    assert found == pytest.approx(CALEMP_BINS, rel=0.11)
    exact = np.searchsorted(CALEMP_BINS, calemp - 1e-9)
    assert classes.assign(calemp, found).to_list() == exact.tolist()


def test_natural_classes_are_exactly_the_published_ones():
    calemp = np.sort(mapclassify.load_example().to_numpy())
    assert classes.natural(calemp, k=5).tolist() == CALEMP_BINS


@hypothesis.given(st.lists(st.integers(-1000, 1000), min_size=8, max_size=60), st.integers(2, 6))
def test_natural_classes_differ_within_no_more_than_those_of_mapclassify(values, k):
    ordered = np.sort(np.array(values, dtype=float))
    k = min(k, len(np.unique(ordered)))
    own, other = classes.natural(ordered, k=k), mapclassify.FisherJenks(ordered, k=k).bins

    def within(bounds):
        return sum(
            part.var() * part.size
            for part in np.split(ordered, np.searchsorted(ordered, bounds, "right")[:-1])
        )

    assert within(own) <= within(other) + 1e-6


def test_breaks_have_few_digits():
    found = classes.breaks(mapclassify.load_example(), scheme="natural")
    assert found == (80, 200, 400, 800, 4200)


def test_small_losses_are_rounded_to_their_own_digits():
    assert classes.breaks(pd.Series([-0.099, -0.5]))[-1] == -0.099


def test_quantiles_hold_equally_many():
    values = pd.Series(np.arange(1.0, 101.0))
    found = classes.breaks(values, scheme="quantiles")
    assert classes.assign(values, found).value_counts().to_list() == pytest.approx([20] * 5, abs=1)


def test_skewed_figures_are_not_left_in_one_class():
    density = pd.Series([*np.linspace(2, 30, 140), 800, 900, 1100, 1500, 1800, 2000, 2100])
    counts = classes.assign(density, classes.breaks(density)).value_counts()
    assert counts.max() < 0.3 * len(density)


def test_zero_parts_gains_from_losses():
    assert 0.0 in classes.breaks(pd.Series([-9.0, -8, -5, -3, -1, 1, 2, 6]))


def test_one_figure_and_none():
    assert classes.breaks(pd.Series([7.0])) == (7.0,)
    assert classes.breaks(pd.Series([np.nan])) == ()
    assert classes.assign(pd.Series([np.nan]), ()).isna().all()


def test_missing_figures_get_no_class():
    found = classes.assign(pd.Series([1.0, np.nan, 3.0], index=["a", "b", "c"]), (2.0, 3.0))
    assert found["a"] == 0
    assert pd.isna(found["b"])
    assert found["c"] == 1


@hypothesis.given(figures, st.sampled_from(["auto", "natural", "quantiles"]))
def test_every_figure_has_a_class_and_no_class_is_empty(values, scheme):
    series = pd.Series(values)
    bounds = classes.breaks(series, scheme=scheme)
    assert list(bounds) == sorted(set(bounds))
    assert bounds[-1] >= series.max()
    assert len(bounds) <= classes.MAX_CLASSES
    found = np.searchsorted(bounds, series)
    assert set(found) == set(range(len(bounds)))
    assert classes.assign(series, bounds).to_list() == found.tolist()


@hypothesis.given(figures, st.randoms(use_true_random=False))
def test_order_of_the_units_does_not_matter(values, random):
    shuffled = random.sample(values, len(values))
    assert classes.breaks(pd.Series(values)) == classes.breaks(pd.Series(shuffled))


def _squares(part):
    """Sum of squared differences from the mean, in exact fractions."""
    exact = [fractions.Fraction(value) for value in part]
    mean = sum(exact) / len(exact)
    return sum((value - mean) ** 2 for value in exact)


def _best_of_all(ordered, k):
    """Least sum over all partitions into k classes, each tried in exact fractions."""
    ends = ((0, *cut, len(ordered)) for cut in itertools.combinations(range(1, len(ordered)), k - 1))
    return min(sum(_squares(ordered[a:b]) for a, b in itertools.pairwise(cut)) for cut in ends)


# Small figures beside great ones, and decimal fractions that no float holds.
mixed = st.one_of(
    st.integers(0, 12).map(float),
    st.integers(10**9, 10**9 + 60).map(float),
    st.sampled_from([0.1, 0.2, 0.3, 1e-9, 1e15, 1e15 + 2]),
    st.floats(-1e12, 1e12, allow_nan=False),
)


@hypothesis.given(st.lists(mixed, min_size=2, max_size=9), st.integers(2, 5))
@hypothesis.example([1, 2, 3, 10, 11, 12, 1e9 + 1, 1e9 + 2, 1e9 + 30, 1e9 + 31, 1e9 + 60, 1e9 + 61], 5)
def test_natural_classes_are_the_best_of_all_partitions_in_exact_fractions(values, k):
    ordered = np.sort(np.array(values, dtype=float))
    k = min(k, len(np.unique(ordered)))
    bounds = classes.natural(ordered, k=k)
    parts = np.split(ordered, np.searchsorted(ordered, bounds, "right")[:-1])
    assert len(parts) == k
    assert sum(map(_squares, parts)) == _best_of_all(ordered.tolist(), k)


def test_an_infinite_figure_is_one_line_each():
    figures = pd.Series([1.0, np.inf, 2.0, -np.inf], index=["a", "b", "c", "d"], name="minutes")
    with pytest.raises(errors.InputError) as caught:
        classes.breaks(figures)
    assert caught.value.findings == (
        "minutes: b has inf; expected a finite figure",
        "minutes: d has -inf; expected a finite figure",
    )
