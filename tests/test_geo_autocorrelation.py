"""Autocorrelation: libpysal's county data, esda's figures, boards and full enumeration."""

import itertools
import math
import pathlib

import esda
import geopandas as gpd
import libpysal
import libpysal.graph
import numpy as np
import pandas as pd
import pytest
import scipy.stats
import shapely

from geo import errors
from geo.flows import autocorrelation

DATA = pathlib.Path(__file__).with_name("data")


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


@pytest.mark.parametrize("rook", [True, False])
def test_neighbours_are_those_of_libpysal(counties, rook):
    judge = libpysal.graph.Graph.build_contiguity(counties, rook=rook).adjacency
    found = autocorrelation.contiguity(counties, rook=rook)
    assert set(found.itertuples(index=False, name=None)) == set(judge[judge > 0].index)
    assert not found.duplicated().any()


def test_local_moran_agrees_with_esda(counties):
    weights = autocorrelation.contiguity(counties, rook=True)
    found = autocorrelation.local_clusters(counties["SIDR74"], weights, permutations=99_999)
    # esda 2.9.0, Moran_Local(SIDR74, permutations=99_999, seed=1), which would compile for 20 s here. Its p
    # are one-sided; both are counts of draws that differ by chance.
    judge = pd.read_csv(DATA / "esda_sids2_local.csv")["p"].to_numpy()
    error = np.sqrt(2 * judge * (1 - judge) / 99_999)
    assert (np.abs(found["p"] / 2 - judge) <= 4 * error + 2e-5).all()
    # The mean of the local values is the global one, up to n / (n - 1).
    assert found["local_i"].mean() * 100 / 99 == pytest.approx(0.24772519320480135)


def test_a_missing_p_is_no_test():
    p = np.array([0.011, np.nan, 0.02, 0.04, np.nan])
    expected = scipy.stats.false_discovery_control([0.011, 0.02, 0.04])
    found = autocorrelation.false_discoveries_controlled(p)
    assert found[[0, 2, 3]].tolist() == pytest.approx(expected.tolist())
    assert np.isnan(found[[1, 4]]).all()
    assert np.isnan(autocorrelation.false_discoveries_controlled(np.array([np.nan]))).all()


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


def fails(values, weights):
    found = []
    for statistic in (autocorrelation.moran, autocorrelation.local_clusters):
        with pytest.raises(errors.InputError) as caught:
            statistic(values, weights)
        found.append(caught.value.findings)
    assert found[0] == found[1]
    return found[0]


def test_too_little_difference_is_one_line():
    assert fails(gradient(3, 3) * 0, autocorrelation.contiguity(board(3, 3))) == (
        "column: 9 units with a value and a neighbour, 1 different values; "
        "expected at least 4 units and 2 values",
    )


def test_values_and_links_that_do_not_fit_are_one_line_each():
    values = pd.concat([gradient(2, 2), pd.Series([np.inf, -np.inf, 1.0], index=["r0c0", "x", "y"])])
    links = pd.DataFrame(
        [("r0c0", "r1c0"), ("r0c0", "r1c0"), ("r0c1", "r0c1"), ("r1c0", "z")], columns=["focal", "neighbour"]
    )
    assert fails(values.rename("column"), links) == (
        "column: unit r0c0 has inf; expected a finite number or nothing",
        "column: unit x has -inf; expected a finite number or nothing",
        "column: unit r0c0 is named twice",
        "column: neighbour 'z' is none of its units",
        "column: unit 'r0c1' is its own neighbour; expected another unit",
        "column: neighbour 'r1c0' of unit 'r0c0' is named twice",
    )


def test_links_that_lead_one_way_count_as_esda_counts_them():
    # The two nearest of each of 12 places on a line: nobody's third is asked back.
    spots = pd.Series([0.0, 1, 3, 4, 8, 9, 15, 16, 17, 30, 31, 33], name="v")
    nearest = [(a, b) for a in spots.index for b in (spots - spots[a]).abs().drop(a).nsmallest(2).index]
    links = pd.DataFrame(nearest, columns=["focal", "neighbour"])
    assert set(nearest) != {(b, a) for a, b in nearest}
    values = (spots * 7 % 5).rename("v")
    graph = libpysal.graph.Graph.from_adjacency(links.assign(weight=1.0), neighbor_col="neighbour")
    found = autocorrelation.moran(values, links)
    assert found.i == pytest.approx(esda.Moran(values.to_numpy(), graph, permutations=0).I)
    assert autocorrelation.local_clusters(values, links)["p"].between(0, 1).all()


def test_who_is_nobodys_focal_is_left_out_and_so_is_who_has_only_that():
    # f has no row of its own, so e has no neighbour left; d, c, b, a remain.
    values = pd.Series([1.0, 2, 3, 4, 5, 7], index=list("abcdef"), name="v")
    rows = [("a", "b"), ("b", "c"), ("c", "b"), ("d", "c"), ("d", "f"), ("e", "f")]
    links = pd.DataFrame(rows, columns=["focal", "neighbour"])
    found = autocorrelation.moran(values, links, permutations=99)
    assert (found.n, found.n_isolated, found.n_missing) == (4, 2, 0)
    kept = links[~links["neighbour"].eq("f")]
    graph = libpysal.graph.Graph.from_adjacency(kept.assign(weight=1.0), neighbor_col="neighbour")
    assert found.i == pytest.approx(esda.Moran(values[:4].to_numpy(), graph, permutations=0).I)
    local = autocorrelation.local_clusters(values, links, permutations=99)
    assert local.isna().all(axis=1).tolist() == [False] * 4 + [True] * 2


def test_survivors_of_many_tests_are_those_of_scipy_and_esda():
    weights, random = autocorrelation.contiguity(board(9, 9)), np.random.default_rng(3)
    values = pd.Series(random.normal(size=81).cumsum(), index=board(9, 9).index, name="walk")
    found = autocorrelation.local_clusters(values, weights)
    survives = scipy.stats.false_discovery_control(found["p"]) <= 0.05
    assert found["survives_fdr"].to_list() == survives.tolist()
    assert survives.tolist() == (found["p"] <= esda.fdr(found["p"].to_numpy(), alpha=0.05)).tolist()
    assert survives.any()
    assert not survives.all()
