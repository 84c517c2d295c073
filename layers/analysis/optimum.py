"""Where k centres would serve most people of both sides, and how far proposed places are from that.

Demands are settlements, candidates are towns and centres of districts, costs are minutes by road with the
delay at the border. Three goals: ``median``, the least mean time; ``covering``, the most people within a
limit; ``foreign``, the most people within the limit of a centre in the *other* country, which is what makes
a centre one for both sides.
"""

from __future__ import annotations

import dataclasses
import functools

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.network import access, routing
from geo.siting import location
from layers.analysis import network, surfaces
from layers.dictionary import catalogue, ids
from layers.region import Region

EVERYTHING = "all"
_TOWNS = ("city", "urban_settlement")


@dataclasses.dataclass(frozen=True, eq=False)
class Question:
    """One goal: its problem, what the solver is asked, and for how many centres at most."""

    problem: location.Problem
    goal: location.Goal
    most: int

    @functools.cached_property
    def best(self) -> pd.DataFrame:
        """Best sites for each number of centres."""
        return location.frontier(self.problem, self.goal, ps=range(1, self.most + 1))


def questions(region: Region, layers: network.Frames, attached: access.Attached) -> dict[str, Question]:
    """One question for each goal, in the order of their vocabulary.

    Parameters
    ----------
    layers, attached
        Base layers with ``district_population``, and the places on the roads.
    """
    weight = demand(region, layers)
    towns = _towns(layers)
    minutes = routing.times(attached, origins=weight.index.tolist(), destinations=towns.index.tolist())
    country = layers["settlements"].set_index("settlement_id")["country"]
    at_home = country.loc[weight.index].to_numpy()[:, None] == towns["country"].to_numpy()
    whole = location.Problem(minutes, weight)
    abroad = location.Problem(minutes.mask(at_home, np.inf), weight)
    most = region.optimum.most
    within = location.Goal("covering", region.optimum.within_min)
    asked = {
        "median": Question(whole, location.Goal("median"), most),
        "covering": Question(whole, within, most),
        "foreign": Question(abroad, within, most),
    }
    return {goal: asked[goal] for goal in catalogue.vocabulary(region, "goal")}


def demand(region: Region, layers: network.Frames) -> pd.Series:
    """People by settlement: those of each district, shared among its larger settlements.

    Larger are those with a population of at least the limit of the study area, and the largest of each
    district; where none is known, the centre of the district stands for it. The sum is that of the
    population of districts.
    """
    totals = surfaces.totals(layers)
    settlements = layers["settlements"].set_index("settlement_id").sort_index()
    known = settlements[settlements["population"] > 0]
    largest = known.groupby("unit_id")["population"].transform("max")
    least = region.optimum.least_persons
    larger = known[(known["population"] >= least) | (known["population"] == largest)]
    share = larger["population"] / larger.groupby("unit_id")["population"].transform("sum")
    shared = share * larger["unit_id"].map(totals)
    centre = network.centre_of(layers).to_dict()
    rest = totals[~totals.index.isin(larger["unit_id"])].rename(index=centre)
    return pd.Series(pd.concat([shared, rest]).groupby(level=0).sum(), name="people")


def solutions(asked: dict[str, Question]) -> pd.DataFrame:
    """Tell the best value of each goal for each number of centres.

    Returns
    -------
    pandas.DataFrame
        ``goal``, ``p``, ``value`` (mean minutes, or people), ``share_pct`` of all people served (missing
        for the median), ``bound``, ``gap_pct``, ``sites``.
    """
    parts = []
    for goal, question in asked.items():
        people = float(question.problem.weight.sum())
        unit = people if goal == "median" else 1.0
        table = question.best.reset_index().assign(goal=goal)
        table["share_pct"] = np.nan if goal == "median" else 100 * table["value"] / people
        table[["value", "bound"]] /= unit
        parts.append(table.assign(gap_pct=100 * table["gap"], sites=table["sites"].map(" ".join)))
    found = pd.concat(parts, ignore_index=True).round({"share_pct": 2, "gap_pct": 4})
    return _rounded(found)[["goal", "p", "value", "share_pct", "bound", "gap_pct", "sites"]]


def sites(region: Region, asked: dict[str, Question], layers: network.Frames) -> gpd.GeoDataFrame:
    """Each site of each solution with those whom it serves, points in EPSG:4326.

    Columns ``site_id``, ``goal``, ``p``, ``settlement_id``, names, ``country``, ``unit_id``, ``people``
    (nearest to this site; for the coverings within the limit), ``people_domestic``, ``people_foreign``
    and their ``mean_min``.
    """
    settlements = layers["settlements"].set_index("settlement_id")
    parts = [
        _served(question, list(chosen), settlements["country"]).assign(goal=goal, p=p)
        for goal, question in asked.items()
        for p, chosen in enumerate(question.best["sites"], start=1)
    ]
    table = pd.concat(parts).rename_axis("settlement_id").reset_index()
    table.insert(0, "site_id", ids.joined_columns(table, ["goal", "p", "settlement_id"]))
    about = settlements[[*region.columns("name"), "country", "unit_id", "geometry"]]
    found = table.join(about, on="settlement_id").sort_values(["goal", "p", "settlement_id"])
    return gpd.GeoDataFrame(found.reset_index(drop=True), geometry="geometry", crs=about.crs)


def proposals(asked: dict[str, Question], layers: network.Frames) -> pd.DataFrame:
    """How far the places of the programme are from the best of the same number.

    Parameters
    ----------
    layers
        Base layers with ``programme`` and ``settlements``.

    Returns
    -------
    pandas.DataFrame
        ``programme_id`` (``all``: the places of all elements), ``goal``, ``p``, ``value``,
        ``best_value``, ``behind_pct`` (percent by which it is worse), ``sites``, ``best_sites``. Elements
        without a settlement or district have no row.
    """
    proposed = _proposed(layers)
    parts = []
    for goal, question in asked.items():
        unit = float(question.problem.weight.sum()) if goal == "median" else 1.0
        found = location.compare(question.problem, question.goal, proposed, best=question.best)
        found[["value", "best_value"]] /= unit
        parts.append(found.reset_index().assign(goal=goal))
    table = pd.concat(parts, ignore_index=True).rename(columns={"proposal_id": "programme_id"})
    table["sites"] = table["programme_id"].map({name: " ".join(sites) for name, sites in proposed.items()})
    table["best_sites"] = table["best_sites"].map(" ".join)
    columns = ["programme_id", "goal", "p", "value", "best_value", "behind_pct", "sites", "best_sites"]
    ordered = table.sort_values(["goal", "programme_id"], ignore_index=True)
    return _rounded(ordered)[columns].round({"behind_pct": 1})


def _towns(layers: network.Frames) -> pd.DataFrame:
    settlements = layers["settlements"].set_index("settlement_id").sort_index()
    is_town = settlements["place_class"].isin(_TOWNS) | settlements["is_unit_centre"]
    return pd.DataFrame(settlements[is_town])


def _served(question: Question, chosen: list[str], country: pd.Series) -> pd.DataFrame:
    """People of each site, nobody's if the limit is passed."""
    served = location.assign(question.problem, chosen)
    people = question.problem.weight
    limit = question.goal.limit or np.inf
    own = served[served["cost"].le(limit) & np.isfinite(served["cost"])].assign(people=people)
    foreign = country.loc[own.index].to_numpy() != country.loc[own["site"]].to_numpy()
    own = own.assign(people_foreign=own["people"].where(foreign, 0), load=own["people"] * own["cost"])
    total = own.groupby("site")[["people", "people_foreign", "load"]].sum().reindex(chosen, fill_value=0)
    whole = pd.DataFrame(total[["people", "people_foreign"]].round().astype(int))
    whole["people_domestic"] = whole["people"] - whole["people_foreign"]
    whole["mean_min"] = (total["load"] / total["people"].where(total["people"] > 0)).round(1)
    return whole


def _proposed(layers: network.Frames) -> dict[str, list[str]]:
    """Settlements of each element of the programme; a district stands for its centre."""
    known = set(_towns(layers).index)
    centre = network.centre_of(layers).to_dict()
    programme = layers["programme"].sort_values("programme_id")
    located = {
        element: sorted({centre.get(place, place) for place in places.split()})
        for element, places in programme[["programme_id", "places"]].to_numpy()
    }
    kept = {element: places for element, places in located.items() if known.issuperset(places)}
    return kept | {EVERYTHING: sorted({place for places in kept.values() for place in places})}


def _rounded(table: pd.DataFrame) -> pd.DataFrame:
    """Values for people: minutes with two decimals, persons whole."""
    columns = table.columns.intersection(["value", "best_value", "bound"])
    minutes = table["goal"] == "median"
    rounded = {name: table[name].round(2).where(minutes, table[name].round()) for name in columns}
    return table.assign(**rounded)
