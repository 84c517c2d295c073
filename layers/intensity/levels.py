"""Every figure of cooperation intensity: oblasts, districts, and the pairs of them across the border."""

from __future__ import annotations

import dataclasses

import pandas as pd

from geo.flows import interaction
from geo.network import access
from layers.analysis import network
from layers.base import choice
from layers.dictionary import ids
from layers.intensity import clusters, convergence, framework, realised
from layers.intensity import potential as intensity_potential
from layers.region import Region

_PERSONS = "population_persons"

Figures = realised.Figures

_COLUMNS = ["level", "indicator", "unit_id", "value", "period", "source_ids"]


@dataclasses.dataclass(frozen=True, eq=False)
class Units:
    """Oblasts or districts, and their pairs across the border.

    Parameters
    ----------
    group
        Id of the unit to which each district belongs.
    pairs
        Pairs that share a piece of the border, indexed by pair: ``a``, ``b`` and ``km``.
    persons
        Population of the units, as a figure, sorted by unit.
    area_km2
        Of the units.
    """

    group: pd.Series[str]
    pairs: pd.DataFrame
    persons: pd.DataFrame
    area_km2: pd.Series[float]

    @property
    def border_km(self) -> pd.Series[float]:
        """Length of the border of each unit that has one."""
        ends = self.pairs.melt("km", ["a", "b"], value_name="unit_id")
        return ends.groupby("unit_id")["km"].sum()


def figures(
    region: Region, layers: network.Frames, rates: pd.DataFrame, attached: access.Attached
) -> dict[str, pd.DataFrame]:
    """Compute what no weight changes: the figures of all levels, and which districts are neighbours.

    Parameters
    ----------
    layers
        As `of_levels` needs them.
    rates
        As `intensity_framework.read_rates` reads them.
    attached
        Places on the roads.

    Returns
    -------
    dict
        ``intensity_figures`` (``level``, ``indicator``, ``unit_id`` of the unit or pair, ``value``,
        ``period``, ``source_ids``) and ``district_neighbours`` (see `intensity_clusters.neighbours`).
    """
    found = of_levels(region, layers, rates, attached)
    rows = [
        figure.rename_axis("unit_id").reset_index().assign(level=level, indicator=name)
        for level, figures in found.items()
        for name, figure in figures.items()
    ]
    return {
        "intensity_figures": pd.concat(rows, ignore_index=True)[_COLUMNS],
        "district_neighbours": clusters.neighbours(region, layers["districts"]),
    }


def of_levels(
    region: Region, layers: network.Frames, rates: pd.DataFrame, attached: access.Attached
) -> dict[str, Figures]:
    """Figures by level, each indexed by every unit or pair and missing where there is none.

    Parameters
    ----------
    layers
        ``districts``, ``border``, ``district_pairs``, ``crossings``, ``settlements``, ``links``,
        ``zones`` (both if the region has any), ``facts``, ``indicators`` and ``oblast_wide``.
    rates
        Mean exchange rates, see `intensity_realised.of_oblasts`.
    attached
        Places on the roads.
    """
    oblasts, districts = oblast_units(region, layers), district_units(region, layers)
    ground = intensity_potential.times(region, layers, districts.persons["value"], attached)
    found = _oblast_figures(region, layers, oblasts, ground, rates) | _district_figures(
        region, layers, districts, ground
    )
    index = {"oblast": oblasts.persons.index, "district": districts.persons.index}
    index |= {"oblast_pair": oblasts.pairs.index, "district_pair": districts.pairs.index}
    return {
        level: {name: figure.reindex(index[level]) for name, figure in found[level].items()}
        for level in framework.LEVELS
    }


def oblast_units(region: Region, layers: network.Frames) -> Units:
    """Oblasts with their districts and pairs."""
    group = layers["districts"].set_index("unit_id")["oblast_id"].sort_index()
    pairs = layers["border"].set_index("border_id").sort_index()
    named = pairs.rename(columns={"oblast_id_a": "a", "oblast_id_b": "b", "length_km": "km"})
    return _units(region, layers, group, named)


def district_units(region: Region, layers: network.Frames) -> Units:
    """Districts, each by itself, with their pairs."""
    ids = layers["districts"].set_index("unit_id").index.sort_values()
    pairs = layers["district_pairs"].set_index("pair_id").sort_index()
    named = pairs.rename(columns={"unit_id_a": "a", "unit_id_b": "b", "shared_km": "km"})
    return _units(region, layers, pd.Series(ids, index=ids, name="unit_id"), named)


def _units(region: Region, layers: network.Frames, group: pd.Series[str], pairs: pd.DataFrame) -> Units:
    facts = layers["facts"]
    stated = facts[facts["unit_id"].isin(group) & (facts["indicator"] == _PERSONS)]
    persons = realised.one(choice.chosen(region, stated, _dictionary(layers)), _PERSONS).sort_index()
    area = layers["districts"].set_index("unit_id")["area_km2"]
    return Units(group, pd.DataFrame(pairs[["a", "b", "km"]]), persons, area.groupby(group).sum())


def _oblast_figures(
    region: Region, layers: network.Frames, of: Units, ground: intensity_potential.Times, rates: pd.DataFrame
) -> dict[str, Figures]:
    dictionary, facts = _dictionary(layers), layers["facts"]
    own, shared = (facts[facts["level"] == level] for level in ("oblast", "oblast_pair"))
    both = realised.together(of.persons, of.pairs)
    alike = convergence.of_oblasts(region, own, dictionary) | _trend(region, layers)
    alike |= _everywhere_alike(layers, of)
    pairs = convergence.of_pairs(alike, of.pairs)
    return {
        "oblast": realised.of_oblasts(region, own, dictionary, rates)
        | _documented(region, layers, of)
        | _potential(region, ground, of)
        | convergence.of_units(pairs, of.pairs, of.pairs["km"]),
        "oblast_pair": realised.of_pairs(region, shared, dictionary, both)
        | _documented_between(region, layers, of, both)
        | _potential_between(region, ground, of)
        | pairs,
    }


def _district_figures(
    region: Region, layers: network.Frames, of: Units, ground: intensity_potential.Times
) -> dict[str, Figures]:
    potential = _potential(region, ground, of)
    alike = _everywhere_alike(layers, of) | {"home_market": potential["accessibility_domestic"]}
    both = realised.together(of.persons, of.pairs)
    every = _every_pair(region, ground)
    differences = convergence.of_pairs(alike, every)
    return {
        "district": _documented(region, layers, of)
        | potential
        | convergence.of_units(differences, every, every["gravity"]),
        "district_pair": _documented_between(region, layers, of, both)
        | _potential_between(region, ground, of)
        | convergence.of_pairs(alike, of.pairs),
    }


def _documented(region: Region, layers: network.Frames, of: Units) -> Figures:
    """Links and zones of units."""
    parameters = region.intensity
    found: Figures = {}
    for layer, groups in (("links", parameters.link_groups), ("zones", parameters.zone_groups)):
        if layer not in layers:
            continue
        named = _named_units(layers[layer], of).map(sorted)
        found |= realised.documented(region, layers[layer], named, of.persons, groups)
    return found


def _documented_between(region: Region, layers: network.Frames, of: Units, both: pd.DataFrame) -> Figures:
    """Links with an end on each side of a pair, and zones on either."""
    parameters = region.intensity
    found: Figures = {}
    for layer, groups, enough in (
        ("links", parameters.link_groups, 2),
        ("zones", parameters.zone_groups, 1),
    ):
        if layer not in layers:
            continue
        named = _named_units(layers[layer], of).map(
            lambda units, enough=enough: [
                str(pair) for pair, a, b in of.pairs[["a", "b"]].itertuples() if len({a, b} & units) >= enough
            ]
        )
        found |= realised.documented(region, layers[layer], named, both, groups)
    return found


def _named_units(features: pd.DataFrame, of: Units) -> pd.Series:
    """Units that each feature names; one that is known to a wider unit only is not spread."""
    known = set(of.group)
    return features["unit_ids"].map(lambda text: {of.group.get(unit, unit) for unit in text.split()} & known)


def _potential(region: Region, ground: intensity_potential.Times, of: Units) -> Figures:
    found = intensity_potential.of_units(region, ground, of.group, border_km=of.border_km)
    return _computed(found, of)


def _potential_between(region: Region, ground: intensity_potential.Times, of: Units) -> Figures:
    found = intensity_potential.of_pairs(region, ground, of.group, of.pairs, border_km=of.pairs["km"])
    return _computed(found, of)


def _computed(found: pd.DataFrame, of: Units) -> Figures:
    """Figures that rest on the population of everybody within reach."""
    told = {name: realised.joined(*of.persons[name]) for name in ("period", "source_ids")}
    return {str(name): pd.DataFrame({"value": found[name], **told}) for name in found}


def _everywhere_alike(layers: network.Frames, of: Units) -> Figures:
    return {
        "density": convergence.density(of.persons, of.area_km2),
        "centre_share": convergence.centre_share(layers["settlements"], of.persons, of.group),
    }


def _trend(region: Region, layers: network.Frames) -> Figures:
    """Trend of the population, if the region has one."""
    trend = region.population.trend
    if not trend:
        return {}
    wide = layers["oblast_wide"].set_index("unit_id").dropna(subset=trend)
    told = {"value": 100 + wide[trend], "period": wide[f"{trend}_period"], "source_ids": ""}
    return {"population_trend": pd.DataFrame(told)}


def _every_pair(region: Region, ground: intensity_potential.Times) -> pd.DataFrame:
    """Pairs of all districts of one country with all of the other: ``a``, ``b`` and their gravity."""
    side = ground.centres.origin_group
    first, second = (side.index[side == country] for country in region.countries)
    named = pd.MultiIndex.from_product([first, second], names=["a", "b"]).to_frame(index=False)
    ends = named.rename(columns={"a": "unit_id_a", "b": "unit_id_b"})
    exponent = region.intensity.exponent
    gravity = interaction.pair_gravity(
        ground.centres, ends, origin_population=ground.population, betas=(exponent,)
    )
    pairs = named.assign(gravity=gravity.iloc[:, 0])
    return pairs.set_axis(ids.pair(named["a"], named["b"]))


def _dictionary(layers: network.Frames) -> pd.DataFrame:
    table: pd.DataFrame = layers["indicators"]
    return table if table.index.name == "indicator" else table.set_index("indicator")
