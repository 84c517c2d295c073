"""What the candidates of the programme are measured on: towns, people and ways."""

from __future__ import annotations

import collections.abc
import dataclasses
import functools

import geopandas as gpd
import pandas as pd

from geo.network import access, routing
from layers.analysis import network
from layers.analysis import people as placement
from layers.dictionary import units
from layers.region import Region

_NO_SITE = ("proposal", "special_regime")
_POTENTIAL = "accessibility_foreign"


@dataclasses.dataclass(frozen=True, eq=False)
class Basis:
    """Base and derived layers, and the places on the roads.

    Parameters
    ----------
    region
        The region.
    layers
        Layers by name as the stages of the build hold them, in EPSG:4326.
    attached
        Centres, settlements and crossings on the roads.
    """

    region: Region
    layers: network.Frames
    attached: access.Attached

    @functools.cached_property
    def settlements(self) -> gpd.GeoDataFrame:
        """Settlements in the working CRS, indexed by id."""
        return network.metric(self.region, self.layers["settlements"]).set_index("settlement_id").sort_index()

    @functools.cached_property
    def centre_of(self) -> pd.Series[str]:
        """Settlement that is the centre of each district, by ``unit_id``."""
        return network.centre_of(self.layers)

    @functools.cached_property
    def towns(self) -> gpd.GeoDataFrame:
        """Settlements that are centres, in the working CRS; ``unit_id`` is a district that each leads."""
        found = self.settlements[self.settlements["centre_of"] != ""].copy()
        led = found["centre_of"].str.split()
        own = [unit in ids for unit, ids in zip(found["unit_id"], led, strict=True)]
        return found.assign(unit_id=found["unit_id"].where(own, led.str[0]))

    @functools.cached_property
    def people(self) -> pd.Series[float]:
        """Persons by settlement: the population of each district, what no settlement has at its centre.

        Settlements that have more than their district are scaled to it.
        """
        total = self.districts["population_persons"].astype(float)
        placed = placement.placed(self.layers["settlements"], total)["persons"]
        at = placed.index.to_series().replace(self.centre_of.to_dict())
        people: pd.Series[float] = placed.groupby(at).sum().reindex(self.settlements.index, fill_value=0.0)
        return people

    @functools.cached_property
    def districts(self) -> pd.DataFrame:
        """Districts with their attributes, indexed by ``unit_id``, without geometry."""
        table = pd.DataFrame(self.layers["districts"].drop(columns="geometry")).set_index("unit_id")
        for name in ("district_wide", "district_reach"):
            table = table.join(self.layers[name].set_index("unit_id"))
        figures = self.layers["intensity_figures"].query("level == 'district'").set_index("unit_id")
        potential = figures.loc[figures["indicator"] == _POTENTIAL, "value"].rename(_POTENTIAL)
        return table.join(potential).sort_index()

    @functools.cached_property
    def by_rail(self) -> access.Attached:
        """Stations and crossings on the railways."""
        return network.by_rail(self.region, self.layers)

    @functools.cached_property
    def minutes(self) -> pd.DataFrame:
        """Minutes by road from towns to settlements."""
        return self.ways(self.towns.index.tolist())

    def ways(self, origins: list[str]) -> pd.DataFrame:
        """Minutes by road from places to settlements."""
        return routing.times(self.attached, origins=origins, destinations=self.settlements.index.tolist())

    @functools.cached_property
    def catchments(self) -> pd.Series[int]:
        """Persons within the catchment time, by place and country."""
        of = self.layers["catchments"]
        within = of[of["limit_min"] == self.region.analysis.catchment_min]
        persons: pd.Series[int] = within.set_index(["place_id", "country"])["population"].sort_index()
        return persons

    @functools.cached_property
    def links(self) -> pd.DataFrame:
        """Documented links that took place."""
        of = pd.DataFrame(self.layers["links"].drop(columns="geometry"))
        return of[of["state"].isin(self.region.intensity.realised_states)]

    @functools.cached_property
    def zones(self) -> pd.DataFrame:
        """Special regimes in operation that have a site, indexed by ``zone_id``."""
        of = pd.DataFrame(self.layers["zones"].drop(columns="geometry"))
        realised = of["state"].isin(self.region.intensity.realised_states)
        return of[realised & ~of["type"].isin(_NO_SITE)].set_index("zone_id").sort_index()

    def zone_towns(self, types: collections.abc.Collection[str]) -> dict[str, list[str]]:
        """Settlements where each operating zone of the types lies; a district is its centre."""
        chosen = self.zones[self.zones["type"].isin(types)]
        found = {}
        for zone, places in chosen["places"].str.split().items():
            spots = [self.centre_of.get(place, place) for place in places]
            found[str(zone)] = [spot for spot in spots if spot in self.settlements.index]
        return {zone: spots for zone, spots in found.items() if spots}


def oblasts(region: Region) -> pd.Series[str]:
    """Oblast of each district and oblast, by unit."""
    table = units.load(region)
    own = table.index.to_series()
    return table["parent_id"].where(table["level"] == "district", own)
