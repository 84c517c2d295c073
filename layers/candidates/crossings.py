"""What the people of both sides need of each crossing, by road and by rail."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.network import access, routing
from layers.analysis import network
from layers.candidates import basis, tables
from layers.region import Region

Floats = npt.NDArray[np.float64]

_LESSER_ROADS = ("secondary", "tertiary", "minor")
_DISUSED = "disused"


def measure(of: basis.Basis, sites: pd.DataFrame) -> pd.DataFrame:
    """Measures of crossings, indexed like ``sites``.

    A crossing that is not open carries no trips; what its closure would cost and whom it serves is missing.
    """
    crossings = network.metric(of.region, of.layers["crossings"]).set_index("crossing_id").loc[sites.index]
    opened = crossings[network.is_passable(of.layers, crossings["state"])]
    by_road = _trips(of, opened[opened["mode"] == "road"], of.attached, of.centre_of)
    by_rail = _trips(of, opened[opened["mode"] == "rail"], of.by_rail, _rail_ends(of))
    trips = pd.concat([by_road, by_rail]).reindex(sites.index)
    people = of.catchments.groupby(level="place_id").sum().reindex(opened.index)
    return pd.DataFrame(
        {
            "flow_share_pct": (trips["pull"] / trips["pull"].sum() * 100).fillna(0.0),
            "closure_min": trips["lost_min"],
            tables.people_within(of.region): people.fillna(_people_by_rail(of, opened)).reindex(sites.index),
            "next_crossing_km": _apart(crossings, opened),
            "approach_share": _approach(of.region, crossings),
        }
    )


def stations(of: basis.Basis, towns: gpd.GeoDataFrame) -> pd.Series[str]:
    """Nearest station on the railways of the same country within reach of each place."""
    reach_m = of.region.candidates.station_within_km * 1_000
    links = of.layers["railways"]
    known = network.metric(of.region, of.layers["stations"])
    known = known[known["station_id"].isin({*links["station_a"], *links["station_b"]})]
    found = []
    for country in of.region.countries:
        own = towns.loc[towns["country"] == country, ["geometry"]]
        near = own.sjoin_nearest(known[known["country"] == country], max_distance=reach_m)
        found.append(near["station_id"].groupby(level=0).min())
    return pd.Series(pd.concat(found).sort_index(), dtype=str)


def _rail_ends(of: basis.Basis) -> pd.Series[str]:
    """Station of the centre of each district that has one."""
    return of.centre_of.map(stations(of, of.towns)).dropna()


def _trips(
    of: basis.Basis, crossings: gpd.GeoDataFrame, attached: access.Attached, ends: pd.Series[str]
) -> pd.DataFrame:
    """Trips between the sides that take each crossing, and the minutes that its closure would cost one."""
    home = of.districts.loc[ends.index]
    places = sorted(set(ends))
    minutes = routing.times(attached, origins=crossings.index.tolist(), destinations=places)[ends]
    side = [(home["country"] == country).to_numpy() for country in of.region.countries]
    there = minutes.to_numpy()[:, side[0]] + crossings["delay_min"].to_numpy()[:, None]
    through = there[:, :, None] + minutes.to_numpy()[:, side[1]][:, None, :]
    persons = home["population_persons"].to_numpy(dtype=float)
    found = _pull_and_loss(of.region, through, persons[side[0]], persons[side[1]])
    return pd.DataFrame(found, index=crossings.index, columns=["pull", "lost_min"])


def _pull_and_loss(region: Region, through: Floats, people_a: Floats, people_b: Floats) -> Floats:
    """Gravity of the trips of each crossing, and their mean loss without it.

    Trips that have no second way do not count in the loss; it is missing if none has one.

    Parameters
    ----------
    through
        Minutes over each crossing: crossings × origins × destinations.
    people_a, people_b
        Persons of the origins and of the destinations.
    """
    given = region
    nowhere = np.full((2, *through.shape[1:]), np.inf)  # so that there is always a best and a second way
    ways = np.concatenate([through, nowhere])
    chosen = ways.argmin(axis=0)
    best, second = np.partition(ways, 1, axis=0)[:2]
    pull = (
        np.outer(people_a, people_b)
        * np.maximum(best, given.intensity.floor_min) ** -given.candidates.gravity_exponent
    )
    other = np.isfinite(second)
    lost = np.subtract(second, best, out=np.zeros_like(best), where=other)
    taken, diverted, cost = (
        np.bincount(chosen.ravel(), weight.ravel(), len(ways))[: len(through)]
        for weight in (pull, pull * other, pull * lost)
    )
    mean_lost = np.divide(cost, diverted, out=np.zeros_like(cost), where=diverted > 0)
    mean_lost[(taken > 0) & (diverted == 0)] = np.nan
    return np.column_stack([taken, mean_lost])


def _people_by_rail(of: basis.Basis, crossings: gpd.GeoDataFrame) -> pd.Series:
    """Persons whose station is within the catchment time of each rail crossing."""
    within = of.region.analysis.catchment_min
    station = stations(of, of.settlements)
    persons = of.people.loc[station.index].groupby(station).sum()
    ids = crossings.index[crossings["mode"] == "rail"].tolist()
    minutes = routing.times(of.by_rail, origins=ids, destinations=persons.index.tolist())
    return pd.Series((minutes.to_numpy() <= within) @ persons.to_numpy(), index=ids)


def _apart(crossings: gpd.GeoDataFrame, opened: gpd.GeoDataFrame) -> pd.Series:
    """Straight kilometres to the nearest other open crossing of the same mode."""
    found = {}
    for name, mode, point in zip(crossings.index, crossings["mode"], crossings.geometry, strict=True):
        others = opened[(opened["mode"] == mode) & (opened.index != name)]
        found[name] = others.distance(point).min() / 1_000
    return pd.Series(found)


def _approach(region: Region, crossings: gpd.GeoDataFrame) -> pd.Series:
    """Speed of the worse side over that of the best class of the mode; a disused line has none."""
    classes = network.speeds(region)
    kmh = classes["speed_kmh"].to_dict() | {_DISUSED: 0.0}
    kmh |= dict.fromkeys(_LESSER_ROADS, kmh["access"])
    worse = pd.concat([crossings[f"osm_class_{letter}"].map(kmh) for letter in "ab"], axis=1).min(axis=1)
    share: pd.Series = worse / crossings["mode"].map(classes.groupby("mode")["speed_kmh"].max())
    return share
