"""Autocorrelation: libpysal's county data, esda's figures, boards and full enumeration."""

import itertools
import math

import esda
import geopandas as gpd
import libpysal
import libpysal.graph
import numpy as np
import pandas as pd
import pytest
import scipy.stats
import shapely

from geo import autocorrelation, errors


@pytest.fixture(scope="module")
def counties():
    return gpd.read_file(libpysal.examples.get_path("sids2.shp"))


def board(rows, columns):
    cells = [(row, column) for row in range(rows) for column in range(columns)]
    squares = [shapely.box(column, row, column + 1, row + 1) for row, column in cells]
    return gpd.GeoSeries(squares, index=[f"r{row}c{column}" for row, column in cells])


def black_and_white(rows, columns):
    colours = [float((row + column) % 2) for row in range(rows) for column in range(columns)]
    return pd.Series(colours, index=board(rows, columns).index, name="colour")


def gradient(rows, columns):
    numbers = [float(column) for _ in range(rows) for column in range(columns)]
    return pd.Series(numbers, index=board(rows, columns).index, name="column")


def test_moran_of_the_county_data_of_libpysal(counties):
    weights = autocorrelation.contiguity(counties, rook=True)
    found = autocorrelation.moran(counties["SIDR74"], weights)
    assert found.i == pytest.approx(0.24772519320480135, rel=1e-14)
    assert found.expected == pytest.approx(-1 / 99)
    assert (found.n, found.n_missing, found.n_isolated) == (100, 0, 0)
    assert found.p_permutation < 0.001


def test_local_moran_agrees_with_esda(counties):
    weights = autocorrelation.contiguity(counties, rook=True)
    found = autocorrelation.local_clusters(counties["SIDR74"], weights)
    # esda 2.9.0, Moran_Local(permutations=999, seed=1): one-sided pseudo p values of five counties.
    assert (found["p"][:5] / 2).tolist() == pytest.approx([0.038, 0.173, 0.01, 0.019, 0.004], abs=0.012)
    # The mean of the local values is the global one, up to n / (n - 1).
    assert found["local_i"].mean() * 100 / 99 == pytest.approx(0.24772519320480135)


@pytest.mark.parametrize(("rook", "links"), [(True, 24), (False, 40)])
def test_rook_and_queen_on_a_board(rook, links):
    assert len(autocorrelation.contiguity(board(3, 3), rook=rook)) == links


def test_neighbours_of_unlike_colour_are_perfectly_negative():
    found = autocorrelation.moran(black_and_white(8, 8), autocorrelation.contiguity(board(8, 8), rook=True))
    assert found.i == pytest.approx(-1)
    assert found.p_permutation == pytest.approx(1 / 10_000)


def test_moran_of_a_gradient_by_hand():
    # One row of four, values 0..3 (z = -1.5, -0.5, 0.5, 1.5; sum of squares 5). Row-standardised lags:
    # -0.5, (-1.5 + 0.5) / 2, (-0.5 + 1.5) / 2, 0.5. I = (0.75 + 0.25 + 0.25 + 0.75) / 5.
    values = gradient(1, 4)
    found = autocorrelation.moran(values, autocorrelation.contiguity(board(1, 4), rook=True))
    assert found.i == pytest.approx(0.4)


def test_permutation_of_noise_agrees_with_the_moments_under_randomisation():
    weights = autocorrelation.contiguity(board(9, 9), rook=True)
    random = np.random.default_rng(5)
    for _ in range(5):
        values = pd.Series(random.normal(size=81), index=board(9, 9).index, name="noise")
        found = autocorrelation.moran(values, weights)
        judge = esda.Moran(
            values.to_numpy(), libpysal.graph.Graph.build_contiguity(board(9, 9), rook=True), permutations=0
        )
        assert found.i == pytest.approx(judge.I)
        assert found.p_permutation == pytest.approx(judge.p_rand, abs=0.03)


def test_local_p_values_equal_full_enumeration():
    # One row of six: the conditional distribution has at most 5!/3! ordered pairs of neighbours.
    values = pd.Series([1.0, 2, 4, 8, 16, 32], index=board(1, 6).index, name="v")
    weights = autocorrelation.contiguity(board(1, 6), rook=True)
    found = autocorrelation.local_clusters(values, weights, permutations=40_000)
    z = values.to_numpy() - values.mean()
    for unit in range(6):
        neighbours = [k for k in (unit - 1, unit + 1) if 0 <= k < 6]
        rest = np.delete(z, unit)
        lags = [np.mean(picked) for picked in itertools.permutations(rest, len(neighbours))]
        likeness = (np.array(lags) - z[neighbours].mean()) * z[unit]
        expected = min(1, 2 * min(np.mean(likeness >= -1e-9), np.mean(likeness <= 1e-9)))
        assert found["p"].iloc[unit] == pytest.approx(expected, abs=0.015)


def test_clusters_of_two_blocks():
    # A board, high on the left and low on the right, with one low square inside the high block.
    values = gradient(8, 12).map(lambda column: 10 + column / 100 if column < 6 else column / 100)
    values["r3c2"] = 0.0
    found = autocorrelation.local_clusters(values, autocorrelation.contiguity(board(8, 12)))
    assert found["cluster"]["r5c2"] == "HH"
    assert found["cluster"]["r5c9"] == "LL"
    assert found["cluster"]["r3c2"] == "LH"
    assert found["survives_fdr"]["r5c9"]
    assert (found.loc[found["cluster"] == "NS", "p"] > 0.05).all()


def test_a_unit_whose_links_are_cut_is_left_out_and_counted():
    cells = board(1, 5)
    touching = autocorrelation.contiguity(cells, rook=True)
    weights = touching[~touching.isin(["r0c4"]).any(axis=1)]
    values = gradient(1, 5)
    found = autocorrelation.moran(values, weights)
    assert found.i == pytest.approx(0.4)
    assert (found.n, found.n_isolated) == (4, 1)
    local = autocorrelation.local_clusters(values, weights)
    assert local.loc["r0c4"].isna().all()
    assert local.index.tolist() == cells.index.tolist()


def test_a_missing_value_takes_its_links_with_it():
    values = gradient(1, 6)
    values["r0c4"] = np.nan
    found = autocorrelation.moran(values, autocorrelation.contiguity(board(1, 6), rook=True))
    # r0c5 has no neighbour left; the first four are the gradient above.
    assert found.i == pytest.approx(0.4)
    assert (found.n, found.n_missing, found.n_isolated) == (4, 1, 1)


def test_the_same_seed_gives_the_same_result_whatever_the_order_of_the_values():
    weights = autocorrelation.contiguity(board(5, 5))
    values = gradient(5, 5)
    once = autocorrelation.local_clusters(values, weights, seed=4)
    again = autocorrelation.local_clusters(values.iloc[::-1], weights, seed=4)
    pd.testing.assert_frame_equal(once, again.loc[once.index])
    other = autocorrelation.local_clusters(values, weights, seed=5)
    assert not once["p"].equals(other["p"])
    assert math.isclose(once["local_i"].sum(), other["local_i"].sum())


@pytest.mark.parametrize(
    ("values", "line"),
    [
        (gradient(2, 2), "column: neighbour 'r0c2' is none of its units"),
        (
            gradient(3, 3) * 0,
            "column: 9 units with a value and a neighbour, 1 different values; "
            "expected at least 4 units and 2 values",
        ),
    ],
)
def test_values_that_do_not_fit_are_one_line(values, line):
    with pytest.raises(errors.InputError) as caught:
        autocorrelation.moran(values, autocorrelation.contiguity(board(3, 3)))
    assert caught.value.findings == (line,)


def test_adjusted_p_values_are_those_of_scipy():
    weights, random = autocorrelation.contiguity(board(9, 9)), np.random.default_rng(3)
    values = pd.Series(random.normal(size=81).cumsum(), index=board(9, 9).index, name="walk")
    found = autocorrelation.local_clusters(values, weights)
    survives = scipy.stats.false_discovery_control(found["p"]) <= 0.05
    assert found["survives_fdr"].to_list() == survives.tolist()
    assert survives.any()
    assert not survives.all()
