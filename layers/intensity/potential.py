"""What geography allows: reach of people across the border, from population and times by road.

Every figure stands for the foreign and for the domestic side. A group of districts (an oblast) has the
sum of their gravity and the mean of the other figures over their inhabitants; a pair is taken alone:
only the people of its two sides count.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import shapely

from geo.flows import interaction
from geo.network import access, routing
from layers.analysis import network, people
from layers.dictionary import ids
from layers.intensity import framework
from layers.region import Region

_MILLION = 1_000_000
_FOREIGN = ("_foreign", "efficiency_foreign_pct")


@dataclasses.dataclass(frozen=True, eq=False)
class Times:
    """Travel times between districts under a scenario, and to people and crossings.

    Parameters
    ----------
    centres
        From the centre of each district to the centres of all, with the population of districts.
    people
        From the centres to where people live: settlements, and the rest of a district in its centre.
    straight_km
        Straight lines, shaped like the times of ``people``.
    home
        District of each place of ``people``.
    crossing_min
        From the centres to the passable crossings.
    crossings
        Passable road crossings with the districts on both sides.
    """

    centres: interaction.Reach
    people: interaction.Reach
    straight_km: pd.DataFrame
    home: pd.Series[str]
    crossing_min: pd.DataFrame
    crossings: pd.DataFrame

    @property
    def population(self) -> pd.Series[float]:
        """Population of the districts."""
        return self.centres.population


def times(
    region: Region, layers: network.Frames, population: pd.Series[float], attached: access.Attached
) -> Times:
    """Put districts and people on the roads.

    Parameters
    ----------
    layers
        Base layers by name.
    population
        Of every district, indexed by ``unit_id``.
    attached
        Places on the roads.
    """
    points, ids = network.places(region, layers), sorted(population.index)
    persons = people.placed(layers["settlements"], population.loc[ids])
    parameters = region.intensity
    passable = _passable(attached)

    def reach(of: pd.Series[float]) -> interaction.Reach:
        return interaction.Reach(
            routing.times(attached, origins=ids, destinations=of.index.tolist()),
            of,
            points["side"].loc[ids],
            points["side"].loc[of.index],
            floor_min=parameters.floor_min,
        )

    to_people = reach(persons["persons"])
    spots = shapely.get_coordinates(points.geometry.loc[persons.index].to_numpy())
    starts = shapely.get_coordinates(points.geometry.loc[ids].to_numpy())
    straight = np.hypot(*(starts[:, None, :] - spots[None, :, :]).transpose(2, 0, 1)) / 1_000
    return Times(
        centres=reach(population.loc[ids].astype(float)),
        people=to_people,
        straight_km=pd.DataFrame(straight, index=to_people.travel_min.index, columns=persons.index),
        home=persons["unit_id"],
        crossing_min=routing.times(attached, origins=ids, destinations=passable),
        crossings=layers["crossings"].set_index("crossing_id").loc[passable, ["unit_id_a", "unit_id_b"]],
    )


def of_units(
    region: Region, of: Times, group: pd.Series[str], *, border_km: pd.Series[float]
) -> pd.DataFrame:
    """Figures of groups of districts.

    Parameters
    ----------
    group
        Id of the group of each district; its own id for the figures of districts.
    border_km
        Length of the border of each group; groups without one have no permeability.

    Returns
    -------
    pandas.DataFrame
        Indexed by group, the columns of `figures` and ``permeability_per_100km`` (passable road
        crossings per 100 km of border).
    """
    found = _grouped(figures(region, of), group.reindex(of.population.index), of.population)
    counts = pd.concat([of.crossings[end].map(group) for end in ("unit_id_a", "unit_id_b")]).value_counts()
    return found.assign(permeability_per_100km=_per_100km(counts, border_km.reindex(found.index)))


def of_pairs(
    region: Region, of: Times, group: pd.Series[str], pairs: pd.DataFrame, *, border_km: pd.Series[float]
) -> pd.DataFrame:
    """Figures of pairs of groups across the border, each pair taken alone.

    Parameters
    ----------
    pairs
        Indexed by pair: ``a`` and ``b``, ids of groups.

    Returns
    -------
    pandas.DataFrame
        Indexed by pair: the foreign columns of `figures`, ``centres_min`` (between the centres of the
        largest districts of both sides; missing where there is no way), ``permeability_per_100km``.
    """
    ends = zip(pairs["a"], pairs["b"], strict=True)
    found = pd.DataFrame([_alone(region, of, group, a, b) for a, b in ends], index=pairs.index)
    sides = ids.pair(of.crossings["unit_id_a"].map(group), of.crossings["unit_id_b"].map(group))
    return found.assign(permeability_per_100km=_per_100km(sides.value_counts(), border_km.loc[found.index]))


def figures(region: Region, of: Times) -> pd.DataFrame:
    """Figures of districts by ``…_foreign`` and ``…_domestic``, and what the nearest crossings offer.

    Gravity in millions of persons² · min^-β, accessibility in persons · min^-1.5 (`geo.flows.interaction`),
    population within the limits in persons; ``efficiency_…_pct`` is the speed to the people relative
    to the straight line at 130 km/h, 0 where somebody cannot be reached at all;
    ``accessibility_foreign_pct`` the foreign share; ``crossing_min`` the time to the nearest passable
    crossing (missing without a way), ``crossings_…min_count`` how many are within the first limit, and
    ``centre_min_…`` the time to the nearest other centre.
    """
    parameters = region.intensity
    gravity = interaction.gravity(of.centres, origin_population=of.population, betas=parameters.betas)
    gravity.columns = gravity.columns.str.replace(r"^gravity_(\w+?)_(b.*)$", r"gravity_\2_\1", regex=True)
    access_to = interaction.accessibility(of.people, exponent=parameters.exponent)
    within = interaction.population_within(of.people, limits_min=parameters.limits_min)
    detour = interaction.network_efficiency(of.people, straight_km=of.straight_km)
    efficiency = {f"efficiency_{side}_pct": _speed_pct(detour, side) for side in interaction.SIDES}
    share = 100 * access_to["accessibility_foreign"] / access_to.sum(axis=1)
    nearest = of.crossing_min.min(axis=1) if len(of.crossing_min.columns) else np.inf
    near = (of.crossing_min <= parameters.limits_min[0]).sum(axis=1).astype(float)
    tables = [gravity / _MILLION, access_to, within, pd.DataFrame(efficiency), _nearest_centres(of.centres)]
    return pd.concat(tables, axis=1).assign(
        accessibility_foreign_pct=share,
        crossing_min=pd.Series(nearest, index=of.crossing_min.index).replace(np.inf, np.nan),
        **{framework.near_crossings(region): near},
    )


def _speed_pct(detour: pd.DataFrame, side: str) -> pd.Series[float]:
    factor = detour[f"efficiency_{side}"]
    return (100 / factor.where(factor > 0)).mask(detour[f"reached_{side}"] < 1, 0.0)


def _nearest_centres(reach: interaction.Reach) -> pd.DataFrame:
    times = reach.travel_min
    found = {
        f"centre_min_{side}": times.where(pairs & reach.elsewhere, np.inf).min(axis=1)
        for side, pairs in reach.sides.items()
    }
    return pd.DataFrame(found).replace(np.inf, np.nan)


def _passable(attached: access.Attached) -> list[str]:
    states = attached.network.crossings["is_passable"]
    return sorted(states.index[states & states.index.isin(attached.network.gates["crossing_id"])])


def _grouped(found: pd.DataFrame, group: pd.Series[str], population: pd.Series[float]) -> pd.DataFrame:
    gravity = found.columns.str.startswith("gravity_")
    sums = found.loc[:, gravity].groupby(group).sum()
    rest = found.loc[:, ~gravity]
    counted = rest.notna().mul(population, axis=0).groupby(group).sum()
    means = rest.mul(population, axis=0).groupby(group).sum() / counted.where(counted > 0)
    return pd.DataFrame(pd.concat([sums, means], axis=1)[found.columns])


def _alone(region: Region, of: Times, group: pd.Series[str], a: str, b: str) -> dict[str, float]:
    first, second = ([unit for unit in of.population.index if group[unit] == side] for side in (a, b))
    both = first + second
    spots = of.home.index[of.home.isin(both)]
    pair = dataclasses.replace(
        of,
        centres=_cut(of.centres, both, pd.Index(both)),
        people=_cut(of.people, both, spots),
        straight_km=of.straight_km.loc[both, spots],
        crossing_min=of.crossing_min.loc[both],
    )
    found = _grouped(figures(region, pair), pd.Series("pair", index=pd.Index(both)), pair.population).iloc[0]
    heads = [of.population.loc[units].to_numpy().argmax() for units in (first, second)]
    minutes = of.centres.travel_min.loc[first, second].to_numpy()[heads[0], heads[1]]
    foreign = {str(name): float(value) for name, value in found.items() if str(name).endswith(_FOREIGN)}
    return {**foreign, "centres_min": minutes if np.isfinite(minutes) else np.nan}


def _cut(reach: interaction.Reach, origins: list[str], places: pd.Index[str]) -> interaction.Reach:
    return dataclasses.replace(
        reach,
        travel_min=reach.travel_min.loc[origins, places],
        population=reach.population.loc[places],
        origin_group=reach.origin_group.loc[origins],
        destination_group=reach.destination_group.loc[places],
    )


def _per_100km(counts: pd.Series[int], border_km: pd.Series[float]) -> pd.Series[float]:
    return 100 * counts.reindex(border_km.index, fill_value=0) / border_km.where(border_km > 0)
