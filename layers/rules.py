"""All rules of a snapshot and its tables: what these pass, the build builds.

To read a layer or a table is to check it; then follows what lies where. Each is tried even if another is
at fault, so that all findings come at once; what rests on a table at fault tells the same lines again,
which count once.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import functools
import pathlib

import geopandas as gpd

from geo import crs, errors
from layers.analysis import network, whatif
from layers.base import boundaries, context, cooperation, facts, geometry_checks, settlements, transport
from layers.candidates import tables
from layers.dictionary import catalogue, units
from layers.intensity import framework
from layers.siting import profiles
from layers.siting import zones as siting_zones
from layers.snapshot import hand_tables, report


@dataclasses.dataclass(frozen=True)
class Snapshot:
    """Layers that several rules need, read once."""

    data: pathlib.Path

    @functools.cached_property
    def districts(self) -> gpd.GeoDataFrame:
        """Districts as polygons."""
        return boundaries.districts(self.data)

    @functools.cached_property
    def pairs(self) -> gpd.GeoDataFrame:
        """Pairs of districts with the line that they share."""
        return boundaries.district_pairs(self.data)

    @functools.cached_property
    def roads(self) -> gpd.GeoDataFrame:
        """Roads as lines."""
        return transport.roads(self.data)

    @functools.cached_property
    def crossings(self) -> gpd.GeoDataFrame:
        """Crossings as points."""
        return transport.crossings(self.data)

    @functools.cached_property
    def settlements(self) -> gpd.GeoDataFrame:
        """Settlements as points."""
        return settlements.settlements(self.data)


Rule = collections.abc.Callable[[Snapshot], object]
Read = collections.abc.Callable[[pathlib.Path], gpd.GeoDataFrame]


def check(data: pathlib.Path) -> None:
    """Hold a snapshot and the tables against all rules.

    Raises
    ------
    InputError
        One line for each finding.
    """
    of = Snapshot(data)
    found = list(dict.fromkeys(line for rule in _RULES for line in _findings(rule, of)))
    if found:
        raise errors.InputError(found)


def _findings(rule: Rule, of: Snapshot) -> tuple[str, ...]:
    try:
        rule(of)
    except errors.InputError as error:
        return error.findings
    return ()


def _zone(of: Snapshot) -> None:
    geometry_checks.require_zone(of.districts, file="districts.geojson")


def _roads(of: Snapshot) -> None:
    lines, file = of.roads, "roads.geojson"
    errors.gathered(
        lambda: geometry_checks.require_near(lines, of.districts, key="road_id", file=file),
        lambda: geometry_checks.require_length(lines, lines["length_km"], key="road_id", file=file),
    )


def _railways(of: Snapshot) -> None:
    lines, file = transport.railways(of.data), "railways.geojson"
    stated = lines["track_km"].fillna(lines["straight_km"]).rename("length_km")
    errors.gathered(
        lambda: geometry_checks.require_near(lines, of.districts, key="link_id", file=file),
        lambda: geometry_checks.require_length(lines, stated, key="link_id", file=file),
    )


def _stations(of: Snapshot) -> None:
    points, file = transport.stations(of.data), "rail_stations.csv"
    own = points["unit_id"]
    errors.gathered(
        lambda: geometry_checks.require_near(points, of.districts, key="station_id", file=file),
        lambda: geometry_checks.require_inside(points, own, of.districts, key="station_id", file=file),
    )


def _crossings(of: Snapshot) -> None:
    geometry_checks.require_on_border(of.crossings, of.pairs, file="crossing_places.csv")


def _settlements(of: Snapshot) -> None:
    points, file = of.settlements, "settlements.csv"
    geometry_checks.require_inside(points, points["unit_id"], of.districts, key="settlement_id", file=file)


def _places(of: Snapshot) -> None:
    table = cooperation.places().reset_index()
    degrees = gpd.points_from_xy(table["lon"], table["lat"], crs=crs.LONLAT)
    unit = table["unit_id"].replace(units.of_level("city")["parent_id"].to_dict())
    points = gpd.GeoDataFrame(table, geometry=degrees)
    geometry_checks.require_inside(points, unit, of.districts, key="place_id", file="places.csv")


def _background(of: Snapshot) -> None:
    def near(read: Read, key: str, file: str) -> None:
        geometry_checks.require_near(read(of.data), of.districts, key=key, file=file)

    errors.gathered(
        lambda: near(context.water, "water_id", "water.geojson"),
        lambda: near(context.rivers, "context_id", "context.geojson"),
        lambda: near(context.neighbours, "context_id", "context.geojson"),
    )


def _profiles(_of: Snapshot) -> None:
    siting_zones.blind(profiles.profiles(profiles.table()), profiles.exclusions())


def _scenarios(of: Snapshot) -> None:
    whatif.require_known(whatif.scenarios(), roads=of.roads, crossings=of.crossings)


def _rings(of: Snapshot) -> None:
    zones = cooperation.features("zone").reset_index()
    siting_zones.require_known(siting_zones.rings(), zones=zones, settlements=of.settlements)


def _candidates(of: Snapshot) -> None:
    tables.require_known(
        tables.rules(),
        settlements=of.settlements,
        district_pairs=of.pairs,
        crossings=of.crossings,
    )


# Each table by hand and what reads it.
TABLES: dict[str, collections.abc.Callable[[], object]] = {
    "units.csv": units.load,
    "terms.csv": catalogue.terms,
    "notes.csv": catalogue.notes,
    "sources.csv": catalogue.sources,
    "indicators.csv": catalogue.indicators,
    "places.csv": cooperation.places,
    **{file: functools.partial(cooperation.features, kind) for kind, file in cooperation.KINDS.items()},
    "stated_facts.csv": facts.stated,
    "framework.csv": framework.read,
    "exchange_rates.csv": framework.read_rates,
    "crossing_states.csv": transport.states,
    "crossings.csv": transport.known_crossings,
    "road_speeds.csv": network.speeds,
    "scenarios.csv": whatif.scenarios,
    "criteria.csv": profiles.criteria,
    "profiles.csv": lambda: profiles.profiles(profiles.table()),
    "exclusions.csv": profiles.exclusions,
    "zone_profiles.csv": siting_zones.profiles,
    "zone_rings.csv": siting_zones.rings,
    "candidate_kinds.csv": tables.kinds,
    "candidate_criteria.csv": tables.criteria,
    **{file: functools.partial(hand_tables.read, file) for file in hand_tables.FILES},
}

_RULES: tuple[Rule, ...] = (
    *(lambda _of, read=read: read() for read in TABLES.values()),
    _profiles,
    lambda of: report.check(of.data),
    lambda of: boundaries.border(of.data),
    _zone,
    _roads,
    _railways,
    _stations,
    _crossings,
    _settlements,
    lambda of: settlements.other_counts(of.data),
    _background,
    _places,
    lambda of: cooperation.links(of.data),
    lambda of: cooperation.zones(of.data),
    lambda of: cooperation.programme(of.data),
    lambda of: facts.facts(of.data),
    _scenarios,
    _rings,
    _candidates,
)
