"""Siting: small grids by hand, and one scoring for cells, patches and their doubt."""

import time

import hypothesis
import numpy as np
import pandas as pd
import pyproj
import pytest
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from geo import errors
from geo.raster import grid, zonal
from geo.scores import composite, uncertainty
from geo.siting import profile, suitability

METRIC = pyproj.CRS.from_epsg(32636)


def area(rows, columns, *, cell_m=1_000):
    return grid.Grid(500_000, 6_000_000, cell_m, rows, columns, METRIC)


def criterion(kind, *limits, weight=1.0, name="road"):
    return profile.Criterion(name, weight, kind, limits)


def purpose(*criteria):
    return profile.Profile(criteria or (criterion("benefit", 0, 1),))


@pytest.mark.parametrize(
    ("kind", "limits", "values"),
    [
        ("benefit", (10, 30), [0, 0, 0.5, 1, 1]),
        ("cost", (10, 30), [1, 1, 0.5, 0, 0]),
        ("band", (0, 10, 20, 40), [0, 1, 1, 0.5, 0]),
        ("at_least", (20,), [0, 0, 1, 1, 1]),
        ("at_most", (20,), [1, 1, 1, 0, 0]),
    ],
)
def test_value_functions(kind, limits, values):
    layer = np.array([0.0, 10, 20, 30, 45, np.nan])
    found = criterion(kind, *limits).value(layer)
    assert found[:5].tolist() == pytest.approx(values)
    assert np.isnan(found[5])


@hypothesis.given(
    hnp.arrays(float, 12, elements=st.floats(-50, 50)),
    st.sampled_from(["benefit", "cost", "at_least", "at_most"]),
)
def test_value_functions_are_monotonous_shares(layer, kind):
    limits = (-10, 20)[: profile.LIMITS[kind]]
    found = criterion(kind, *limits).value(np.sort(layer))
    assert ((found >= 0) & (found <= 1)).all()
    steps = np.diff(found)
    assert (steps <= 0).all() if kind in {"cost", "at_most"} else (steps >= 0).all()


def test_exclusion_says_what_took_which_cells():
    inside = np.array([[True, True, True], [True, True, False]])
    water = np.array([[True, True, False], [False, False, True]])
    remote = np.array([[True, False, False], [True, False, True]])
    found = suitability.exclude(inside, {"water": water, "remote": remote})
    assert found.eligible.tolist() == [[False, False, True], [False, True, False]]
    assert found.report["cells"].tolist() == [2, 2]
    assert found.report["cells_alone"].tolist() == [1, 1]
    assert found.report["share"].tolist() == [0.4, 0.4]


def test_suitability_by_hand():
    layers = {"road": np.array([[0.0, 5, 10, 10]]), "rail": np.array([[20.0, 15, 10, np.nan]])}
    both = purpose(
        criterion("cost", 0, 10, weight=0.75), criterion("benefit", 10, 20, weight=0.25, name="rail")
    )
    eligible = np.array([[True, True, True, True]])
    found = suitability.suitability(both, layers, eligible, aggregation="arithmetic")
    assert found.score[0].tolist() == pytest.approx([1, 0.505, 0.01, 0.01])
    assert found.coverage[0].tolist() == [1, 1, 1, 0.75]
    strict = suitability.suitability(both, layers, eligible, minimum_coverage=0.8)
    assert np.isnan(strict.score[0, 3])


def test_cells_that_are_not_eligible_have_no_suitability():
    eligible = np.array([[True, False]])
    found = suitability.suitability(purpose(), {"road": np.array([[0.5, 0.5]])}, eligible)
    assert np.isnan(found.score[0, 1])
    assert found.score[0, 0] == pytest.approx(0.505)
    assert found.criteria.index.tolist() == [0]


def surface(rows):
    road = np.array(rows, dtype=float)
    return suitability.suitability(purpose(), {"road": road}, ~np.isnan(road))


ISLANDS = [
    [0.9, 0.9, 0.0, 0.7, 0.7, 0.7],
    [0.9, 0.9, 0.0, 0.7, 0.8, 0.7],
    [0.0, 0.0, 0.6, 0.0, 0.0, 0.0],
    [1.0, 0.0, 0.0, 0.0, 0.0, np.nan],
]


def test_patches_are_contiguous_large_enough_and_ranked():
    found = suitability.patches(area(4, 6), surface(ISLANDS), purpose(), least_score=0.5, least_km2=2)
    assert found.labels.tolist() == [
        [0, 0, -1, 1, 1, 1],
        [0, 0, -1, 1, 1, 1],
        [-1] * 6,
        [-1] * 6,
    ]
    assert found.table["cells"].tolist() == [4, 6]
    assert found.table["area_km2"].tolist() == [4, 6]
    assert found.table["rank"].tolist() == [1, 2]
    assert found.table["score"].tolist() == pytest.approx([0.01 + 0.99 * 0.9, 0.01 + 0.99 * 4.3 / 6])
    assert found.table["cell_score_max"].tolist() == pytest.approx([0.01 + 0.99 * 0.9, 0.01 + 0.99 * 0.8])
    # The best cell of the second patch is in row 1, column 4.
    assert found.table.loc[1, ["x_m", "y_m"]].tolist() == [504_500, 5_998_500]


@pytest.mark.parametrize(("shift", "cells"), [(-1e-9, [4, 6]), (0, [4, 6]), (1e-9, [4])])
def test_a_cell_at_the_least_score_counts(shift, cells):
    """The second island is as good as the limit: its dearest cell is no part of the question, 0.7 is."""
    rows = [[0.7 if 0.7 <= value < 0.9 else value for value in row] for row in ISLANDS]
    found = surface(rows)
    least = found.score[0, 3] + shift
    patches = suitability.patches(area(4, 6), found, purpose(), least_score=least, least_km2=2)
    assert sorted(patches.table["cells"]) == cells


@pytest.mark.parametrize(
    ("least_km2", "cells"), [(5.9, [6]), (6, [6]), (4, [4, 6]), (4.1, [6]), (1, [1, 1, 4, 6])]
)
def test_a_patch_of_the_least_size_counts(least_km2, cells):
    found = suitability.patches(area(4, 6), surface(ISLANDS), purpose(), least_score=0.5, least_km2=least_km2)
    assert sorted(found.table["cells"]) == cells


def test_patches_may_touch_at_corners():
    found = suitability.patches(
        area(4, 6), surface(ISLANDS), purpose(), least_score=0.5, least_km2=2, diagonal=True
    )
    assert found.table["cells"].tolist() == [11]


def test_cells_of_a_quarter_square_kilometre():
    found = suitability.patches(
        area(4, 6, cell_m=500), surface(ISLANDS), purpose(), least_score=0.5, least_km2=1.5
    )
    assert found.table["area_km2"].tolist() == [1.5]


def test_polygons_of_patches_serve_zonal_statistics():
    on = area(4, 6)
    found = suitability.patches(on, surface(ISLANDS), purpose(), least_score=0.5, least_km2=2)
    outlines = found.polygons(on)
    assert (outlines.area / 1e6).tolist() == pytest.approx([4, 6])
    people = np.arange(24, dtype=float).reshape(4, 6)
    sums = zonal.statistics(on, people, outlines, names=("sum",))
    assert sums["sum"].tolist() == pytest.approx([0 + 1 + 6 + 7, 3 + 4 + 5 + 9 + 10 + 11])


def test_doubt_about_patches_is_that_of_any_composite():
    random = np.random.default_rng(2)
    both = purpose(criterion("benefit", 0, 1, weight=0.5), criterion("cost", 0, 1, weight=0.5, name="rail"))
    blocks = np.kron(random.random((4, 4)), np.ones((3, 3)))
    separate = np.kron(np.ones((4, 4)), [[1, 1, 0], [1, 1, 0], [0, 0, 0]]).astype(bool)
    layers = {"road": blocks, "rail": np.rot90(blocks)}
    found = suitability.patches(
        area(12, 12),
        suitability.suitability(both, layers, separate),
        both,
        least_score=0.05,
        least_km2=4,
    )
    doubt = uncertainty.Doubt(draws=500, normalisations=("given", "rank"))
    drawn = uncertainty.draw(
        found.criteria, both.indicators, method=suitability.method("geometric"), doubt=doubt
    )
    summary = drawn.summary(top=(3,))
    assert summary["score"].tolist() == pytest.approx(found.table["score"].tolist())
    assert summary["p_top_3"].iloc[0] > summary["p_top_3"].iloc[-1]
    terms = composite.terms(found.criteria, both.indicators, method=suitability.method("geometric"))
    products = terms.groupby("unit_id")["contribution"].prod()
    assert products.tolist() == pytest.approx(found.table["score"].tolist())


def test_a_whole_zone_is_scored_in_seconds():
    random = np.random.default_rng(1)
    shape = (700, 500)
    names = [f"c{k}" for k in range(8)]
    many = purpose(*(criterion("cost", 0.1, 0.9, weight=1 / 8, name=name) for name in names))
    layers = {name: random.random(shape) for name in names}
    start = time.process_time()
    suitability.suitability(many, layers, random.random(shape) < 0.7)
    assert time.process_time() - start < 5


def lines(call, *arguments, **options):
    with pytest.raises(errors.InputError) as caught:
        call(*arguments, **options)
    return caught.value.findings


def test_a_profile_that_excludes_everything_is_one_line():
    inside = np.ones((2, 5), dtype=bool)
    masks = {"water": np.arange(10).reshape(2, 5) < 6, "remote": np.arange(10).reshape(2, 5) > 3}
    assert lines(suitability.exclude, inside, masks) == (
        "no cell is left of 10: excluded by water 60%, remote 60%",
    )
    assert lines(suitability.exclude, inside & False, {}) == ("no cell is left of 0: excluded by no mask",)


def test_no_patch_that_is_large_enough_is_one_line():
    found = lines(suitability.patches, area(4, 6), surface(ISLANDS), purpose(), least_score=0.5, least_km2=7)
    assert found == (
        "no patch of 7 km² with a suitability of 0.5: the largest has 6 km², the best cell 1.000",
    )


def test_everything_wrong_with_a_profile_is_reported_at_once():
    found = lines(
        purpose,
        criterion("linear", 0, 1, weight=0.5),
        criterion("benefit", 5, 1, weight=0.2),
        criterion("band", 0, 1, 2, weight=0.2, name="rail"),
    )
    assert found == (
        "criterion road: kind 'linear'; expected one of benefit, cost, band, at_least, at_most",
        "criterion road: limits (5, 1); benefit expects 2, ascending",
        "criterion rail: limits (0, 1, 2); band expects 4, ascending",
        "indicator road is named twice",
        "weights sum to 0.9; expected 1",
    )
    assert lines(profile.Profile, ()) == ("no indicator; expected at least one",)


def test_layers_and_masks_that_do_not_fit_are_one_line_each():
    eligible = np.ones((2, 2), dtype=bool)
    assert lines(suitability.suitability, purpose(), {"rail": np.zeros((2, 3))}, eligible) == (
        "indicator road is unknown; expected one of rail",
        "layer rail: shape (2, 3); expected (2, 2)",
    )
    assert lines(suitability.exclude, eligible, {"water": np.zeros((1, 2), dtype=bool)}) == (
        "mask water: shape (1, 2); expected (2, 2)",
    )


def test_layers_are_not_changed():
    layers = {"road": np.array([[0.2, 0.4]])}
    before = layers["road"].copy()
    suitability.suitability(purpose(), layers, np.array([[True, True]]))
    pd.testing.assert_frame_equal(pd.DataFrame(layers["road"]), pd.DataFrame(before))
