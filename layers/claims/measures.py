"""What the atlas itself finds on the statements of ``claims.csv``: one function for each measure.

Each takes what it is measured on (ids) and the row of the statement, and gives a number with its unit.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import math

import pandas as pd

from layers.base import boundaries, cooperation, facts, transport
from layers.dictionary import catalogue, ids, units
from layers.intensity import framework
from layers.io import periods
from layers.region import Region, remembered

Row = collections.abc.Mapping[collections.abc.Hashable, str]
Found = tuple[float, str]

_SCALES = {"mln": 1, "bn": 1_000}


@dataclasses.dataclass(frozen=True)
class Fact:
    """Value, unit and period of a fact."""

    value: float
    unit: str
    period: str


@dataclasses.dataclass(frozen=True)
class Measure:
    """How a figure is found, and on what.

    Parameters
    ----------
    find
        Function of the region, the ids and the row of the statement.
    on
        Lists, each of which one id is from; the last may stand for ``most`` ids.
    """

    find: collections.abc.Callable[[Region, tuple[str, ...], Row], Found]
    on: tuple[str, ...]
    most: int = 0

    def fits(self, region: Region, named: collections.abc.Sequence[str]) -> bool:
        """Whether ids are what it is measured on."""
        if not len(self.on) <= len(named) <= max(len(self.on), self.most):
            return False
        lists = [*self.on, *[self.on[-1]] * (len(named) - len(self.on))]
        return all(one in known(region)[of] for one, of in zip(named, lists, strict=True))


@remembered
def known(region: Region) -> dict[str, frozenset[str]]:
    """Ids by the list that they are from."""
    features = [cooperation.features(region, kind).index for kind in cooperation.KINDS]
    return {
        "border": frozenset({cooperation.whole_border(region)}),
        "country": frozenset(region.countries),
        "oblast": frozenset(region.oblasts),
        "district": frozenset(units.of_level(region, "district").index),
        "feature": frozenset(one for index in features for one in index),
        "fact": frozenset(facts.facts(region)["fact_id"]),
        "district indicator": frozenset(
            catalogue.indicators(region).index.intersection(facts.wide(region, "district").columns)
        ),
    }


def border_length(region: Region, _on: tuple[str, ...], _row: Row) -> Found:
    """Length of the whole border as the coverage has it."""
    return float(boundaries.border(region)["length_km"].sum()), "km"


def border_oblasts(region: Region, on: tuple[str, ...], _row: Row) -> Found:
    """Count the oblasts of a country that lie on the border."""
    border = boundaries.border(region)
    touching = pd.concat([border["oblast_id_a"], border["oblast_id_b"]]).drop_duplicates()
    return float((ids.countries(touching) == on[0]).sum()), "count"


def border_per_crossing(region: Region, on: tuple[str, ...], row: Row) -> Found:
    """Kilometres of the border for each road crossing that counts as passable."""
    length, unit = border_length(region, on, row)
    crossings = len(_passable(region, "road"))
    return length / crossings if crossings else math.nan, unit


def shared_border(region: Region, on: tuple[str, ...], _row: Row) -> Found:
    """Length of the border along one district, or between two."""
    pairs = boundaries.district_pairs(region)
    here = [set(on) <= {*ids.parts(pair)} for pair in pairs["pair_id"]]
    return float(pairs.loc[here, "shared_km"].sum()), "km"


def road_crossings(region: Region, on: tuple[str, ...], _row: Row) -> Found:
    """Count passable road crossings between two districts."""
    return _between(_passable(region, "road"), on), "count"


def rail_crossings(region: Region, on: tuple[str, ...], _row: Row) -> Found:
    """Count passable rail crossings between two districts."""
    return _between(_passable(region, "rail"), on), "count"


def fact(region: Region, on: tuple[str, ...], _row: Row) -> Found:
    """Give a fact of another source."""
    found = _facts(region)[on[0]]
    return found.value, found.unit


def fact_share(region: Region, on: tuple[str, ...], _row: Row) -> Found:
    """Share of the first fact in the second."""
    part, whole = (_facts(region)[one].value for one in on)
    return 100 * part / whole if whole else math.nan, "pct"


def fact_pro_rata(region: Region, on: tuple[str, ...], row: Row) -> Found:
    """Part of a fact that the months of the statement have in its period, in the unit of the statement."""
    found = _facts(region)[on[0]]
    part = _months(row["period"]) / _months(found.period)
    return found.value * part * _rate(region, found.unit, row["stated_unit"]), row["stated_unit"]


def links_rank(region: Region, on: tuple[str, ...], _row: Row) -> Found:
    """Rank of the second oblast among the oblasts abroad by links that it shares with the first."""
    own, partner = on
    abroad = [one for one in region.oblasts if ids.country(one) != ids.country(own)]
    oblast = units.of_level(region, "district")["parent_id"]
    shared = pd.Series(0, index=abroad)
    for named in cooperation.features(region, "link")["unit_ids"]:
        touched = {oblast.get(unit, unit) for unit in named.split()}
        shared[[one for one in abroad if own in touched and one in touched]] += 1
    return float(shared.rank(ascending=False, method="max")[partner]), "rank"


def independent_sources(region: Region, on: tuple[str, ...], row: Row) -> Found:
    """Count sources of links, zones or elements besides those of the statement."""
    features = pd.concat([cooperation.features(region, kind)["source_ids"] for kind in cooperation.KINDS])
    named = {source for cell in features.loc[list(on)] for source in cell.split()}
    return float(len(named - {*row["source_ids"].split()})), "count"


def population_share(region: Region, on: tuple[str, ...], _row: Row) -> Found:
    """Share of a country in the people of the zone."""
    persons = facts.population(region)["population_persons"]
    here = ids.countries(persons.index) == on[0]
    return 100 * float(persons[here].sum() / persons.sum()), "pct"


def border_ratio(region: Region, on: tuple[str, ...], _row: Row) -> Found:
    """Median of an indicator over districts on the border, in percent of that over others of a country."""
    country, indicator = on
    values = facts.wide(region, "district")[indicator]
    own = values[ids.countries(values.index) == country]
    pairs = boundaries.district_pairs(region)
    beside = own.index.isin([*pairs["unit_id_a"], *pairs["unit_id_b"]])
    return 100 * float(own[beside].median() / own[~beside].median()), "pct"


MEASURES = {
    "border_length": Measure(border_length, ("border",)),
    "border_oblasts": Measure(border_oblasts, ("country",)),
    "border_per_crossing": Measure(border_per_crossing, ("border",)),
    "border_ratio": Measure(border_ratio, ("country", "district indicator")),
    "fact": Measure(fact, ("fact",)),
    "fact_pro_rata": Measure(fact_pro_rata, ("fact",)),
    "fact_share": Measure(fact_share, ("fact", "fact")),
    "independent_sources": Measure(independent_sources, ("feature",), most=9),
    "links_rank": Measure(links_rank, ("oblast", "oblast")),
    "population_share": Measure(population_share, ("country",)),
    "rail_crossings": Measure(rail_crossings, ("district", "district")),
    "road_crossings": Measure(road_crossings, ("district", "district")),
    "shared_border": Measure(shared_border, ("district",), most=2),
}
"""Measures by the name that the table gives them."""


@remembered
def _facts(region: Region) -> dict[str, Fact]:
    rows = facts.facts(region).to_dict("records")
    return {row["fact_id"]: Fact(row["value"], row["unit"], row["period"]) for row in rows}


def _passable(region: Region, mode: str) -> pd.DataFrame:
    crossings, states = transport.crossings(region), transport.states(region)
    is_open = crossings["state"].map(states["is_passable"])
    return pd.DataFrame(crossings[is_open & (crossings["mode"] == mode)])


def _between(crossings: pd.DataFrame, on: tuple[str, ...]) -> float:
    ends = zip(crossings["unit_id_a"], crossings["unit_id_b"], strict=True)
    return float(sum(set(on) == set(pair) for pair in ends))


def _months(period: str) -> float:
    """Months of a period, counted whole; of one without a date unknown."""
    read = periods.parse(period)
    if read.kind == periods.UNDATED:
        return math.nan
    return 12 * (read.end.year - read.start.year) + read.end.month - read.start.month + 1


def _rate(region: Region, unit: str, wanted: str) -> float:
    """Amount of money in another unit for one of it, at the latest mean rate of a year; else unknown."""
    (currency, _, scale), (other, _, other_scale) = unit.partition("_"), wanted.partition("_")
    factor = _SCALES.get(scale, math.nan) / _SCALES.get(other_scale, math.nan)
    if currency == other:
        return factor
    rates = framework.read_rates(region).sort_values("year")
    fitting = rates.loc[(rates["currency"] == currency) & (rates["per_currency"] == other), "rate"]
    return factor / float(fitting.iloc[-1]) if len(fitting) else math.nan
