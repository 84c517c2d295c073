"""Location of centres in the study area: exact values against plain search, and what must always hold."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from geo import errors
from geo.network import routes, routing
from geo.siting import location
from layers.analysis import optimum, proximity, surfaces
from layers.base import cooperation
from layers.dictionary import catalogue


@pytest.fixture(scope="module")
def region(tiny_whole):
    return tiny_whole


@pytest.fixture(scope="module")
def base(region):
    return {**proximity.frames(region), "programme": cooperation.programme(region)}


@pytest.fixture(scope="module")
def asked(region, base, roads_of_tiny):
    return optimum.questions(region, base, roads_of_tiny)


@pytest.fixture(scope="module")
def solutions(asked):
    return optimum.solutions(asked)


@pytest.fixture(scope="module")
def sites(region, asked, base):
    return optimum.sites(region, asked, base)


@pytest.fixture(scope="module")
def proposals(asked, base):
    return optimum.proposals(asked, base)


def test_people_are_those_of_the_districts(base, asked):
    total = surfaces.totals(base).sum()
    for question in asked.values():
        assert question.problem.weight.sum() == pytest.approx(total)
        assert (question.problem.weight > 0).all()


def test_one_and_two_centres_by_plain_search(asked):
    """All pairs of towns tried one after the other."""
    for goal, question in asked.items():
        cost = question.problem.cost.to_numpy()
        weight = question.problem.weight.to_numpy()
        limit = question.goal.limit
        best = {1: np.inf, 2: np.inf}
        for first in range(cost.shape[1]):
            both = np.minimum(cost[:, first:], cost[:, [first]])
            values = weight @ both if limit is None else -(weight @ (both <= limit))
            best[1], best[2] = min(best[1], values[0]), min(best[2], values.min())
        found = question.best["value"] * (1 if limit is None else -1)
        assert found.loc[1] == pytest.approx(best[1]), goal
        assert found.loc[2] == pytest.approx(best[2]), goal


def test_every_goal_is_solved_and_proven_for_each_number(region, solutions):
    assert set(solutions["goal"]) == set(catalogue.vocabulary(region, "goal"))
    for _, own in solutions.groupby("goal"):
        assert own["p"].tolist() == list(range(1, region.optimum.most + 1))
        assert own["sites"].str.split().map(len).tolist() == own["p"].tolist()
    assert (solutions["gap_pct"] < 1e-4).all()


def test_more_centres_are_never_worse(solutions):
    for goal, own in solutions.groupby("goal"):
        steps = own["value"].diff().dropna()
        assert (steps < 0 if goal == "median" else steps >= 0).all()
    assert solutions["share_pct"].dropna().between(0, 100).all()


def test_the_sites_serve_whom_the_solution_counts(region, solutions, sites, asked):
    people = asked["median"].problem.weight.sum()
    total = sites.groupby(["goal", "p"])[["people", "people_foreign"]].sum()
    for row in solutions.itertuples():
        served = total.loc[(row.goal, row.p)]
        expected = people if row.goal == "median" else row.value
        assert served["people"] == pytest.approx(expected, abs=row.p)
        if row.goal == "foreign":
            assert served["people_foreign"] == served["people"]
    assert (sites["people_domestic"] + sites["people_foreign"] == sites["people"]).all()
    within = sites[sites["goal"] != "median"]
    assert within["mean_min"].dropna().le(region.optimum.within_min).all()


def test_proposals_are_evaluated_as_they_stand(region, base, proposals, roads_of_tiny):
    attached = roads_of_tiny
    weight = optimum.demand(region, base)
    for row in proposals[proposals["goal"] == "median"].itertuples():
        own = routing.times(attached, origins=weight.index.tolist(), destinations=row.sites.split())
        mean_min = (own.min(axis=1) * weight).sum() / weight.sum()
        assert row.value == pytest.approx(mean_min, abs=0.01), row.programme_id
    assert proposals["behind_pct"].ge(0).all()
    worse = np.where(proposals["goal"] == "median", 1, -1) * (proposals["value"] - proposals["best_value"])
    assert (worse >= 0).all()


def test_every_element_with_places_is_compared(base, proposals):
    """All but the one that is about the whole border."""
    elements = base["programme"].set_index("programme_id")["accuracy"]
    placed = set(elements.index[elements != "border"])
    assert len(placed) == len(elements) - 1
    assert set(proposals["programme_id"]) == placed | {optimum.EVERYTHING}
    assert (proposals["sites"].str.split().map(len) == proposals["p"]).all()


def test_a_given_best_is_the_one_that_would_be_found(asked):
    question = asked["covering"]
    named = {"a": list(question.problem.cost.columns[:2]), "b": list(question.problem.cost.columns[5:6])}
    given = location.compare(question.problem, question.goal, named, best=question.best)
    pd.testing.assert_frame_equal(given, location.compare(question.problem, question.goal, named))


def test_closed_crossings_leave_nobody_to_serve_abroad(region, base, roads_of_tiny):
    closed = optimum.questions(region, base, routes.closed(roads_of_tiny))["foreign"]
    with pytest.raises(errors.InputError, match="no demand is within the limit of any candidate"):
        _ = closed.best


def test_a_longer_limit_serves_at_least_as_many(region, asked):
    question = asked["foreign"]
    longer = dataclasses.replace(question.goal, limit=region.optimum.within_min + 30)
    more = location.solve(question.problem, longer, p=3)
    assert more.value >= question.best["value"].loc[3]
