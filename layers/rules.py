"""All rules of a snapshot and its tables: what these pass, the build builds.

To read a layer or a table is to check it; then follows what lies where. Each is tried even if another is
at fault, so that all findings come at once; what rests on a table at fault tells the same lines again,
which count once.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import functools

import geopandas as gpd

from geo import crs, errors
from layers import named
from layers.analysis import flows, network, whatif
from layers.base import boundaries, context, cooperation, facts, geometry_checks, settlements, transport
from layers.candidates import tables
from layers.claims import table as claims
from layers.dictionary import catalogue, crosswalk, latin, units
from layers.intensity import framework
from layers.region import Region
from layers.siting import criteria, profiles
from layers.siting import zones as siting_zones
from layers.snapshot import hand_tables, report


@dataclasses.dataclass(frozen=True)
class Layers:
    """Layers of a region that several rules need, read once."""

    region: Region

    @functools.cached_property
    def districts(self) -> gpd.GeoDataFrame:
        """Districts as polygons."""
        return boundaries.districts(self.region)

    @functools.cached_property
    def pairs(self) -> gpd.GeoDataFrame:
        """Pairs of districts with the line that they share."""
        return boundaries.district_pairs(self.region)

    @functools.cached_property
    def roads(self) -> gpd.GeoDataFrame:
        """Roads as lines."""
        return transport.roads(self.region)

    @functools.cached_property
    def crossings(self) -> gpd.GeoDataFrame:
        """Crossings as points."""
        return transport.crossings(self.region)

    @functools.cached_property
    def settlements(self) -> gpd.GeoDataFrame:
        """Settlements as points."""
        return settlements.settlements(self.region)


Rule = collections.abc.Callable[[Layers], object]
Read = collections.abc.Callable[[Region], gpd.GeoDataFrame]


def check(region: Region) -> None:
    """Hold a snapshot and the tables against all rules.

    Raises
    ------
    InputError
        One line for each finding.
    """
    of = Layers(region)
    found = list(dict.fromkeys(line for rule in _RULES for line in _findings(rule, of)))
    if found:
        raise errors.InputError(found)


def _table(of: Layers, *, file: str) -> None:
    if of.region.has(file) or file not in OPTIONAL:
        TABLES[file](of.region)


def _strangers(of: Layers) -> None:
    """Refuse what would be passed over in silence: a table that nobody reads, figures in another place."""
    tables, facts_of = of.region.folder / "tables", of.region.folder / "facts"
    known = ", ".join(sorted(TABLES))
    strange = [
        f"{path.name}: no table of a region; expected one of {known}"
        for path in sorted(tables.glob("*.[cC][sS][vV]"))
        if path.name not in TABLES
    ]
    strange += [
        f"{path.relative_to(facts_of).as_posix()}: is not read; expected *.csv, right in the folder facts"
        for path in sorted(facts_of.rglob("*.[cC][sS][vV]"))
        if path not in of.region.facts
    ]
    if strange:
        raise errors.InputError(strange)


def _findings(rule: Rule, of: Layers) -> tuple[str, ...]:
    try:
        rule(of)
    except errors.InputError as error:
        return error.findings
    return ()


def _zone(of: Layers) -> None:
    geometry_checks.require_zone(of.region, of.districts, file="districts.geojson")


def _roads(of: Layers) -> None:
    lines, file = of.roads, "roads.geojson"
    errors.gathered(
        lambda: geometry_checks.require_near(of.region, lines, of.districts, key="road_id", file=file),
        lambda: geometry_checks.require_length(lines, lines["length_km"], key="road_id", file=file),
    )


def _railways(of: Layers) -> None:
    lines, file = transport.railways(of.region), "railways.geojson"
    stated = lines["track_km"].fillna(lines["straight_km"]).rename("length_km")
    errors.gathered(
        lambda: geometry_checks.require_near(of.region, lines, of.districts, key="link_id", file=file),
        lambda: geometry_checks.require_length(lines, stated, key="link_id", file=file),
    )


def _stations(of: Layers) -> None:
    points, file = transport.stations(of.region), "rail_stations.csv"
    own = points["unit_id"]
    errors.gathered(
        lambda: geometry_checks.require_near(of.region, points, of.districts, key="station_id", file=file),
        lambda: geometry_checks.require_inside(
            of.region, points, own, of.districts, key="station_id", file=file
        ),
    )


def _crossings(of: Layers) -> None:
    geometry_checks.require_on_border(of.region, of.crossings, of.pairs, file="crossing_places.csv")


def _settlements(of: Layers) -> None:
    points, file = of.settlements, "settlements.csv"
    geometry_checks.require_inside(
        of.region, points, points["unit_id"], of.districts, key="settlement_id", file=file
    )


def _places(of: Layers) -> None:
    if not of.region.has("places.csv"):
        return
    table = cooperation.places(of.region).reset_index()
    degrees = gpd.points_from_xy(table["lon"], table["lat"], crs=crs.LONLAT)
    unit = table["unit_id"].replace(units.of_level(of.region, "city")["parent_id"].to_dict())
    points = gpd.GeoDataFrame(table, geometry=degrees)
    geometry_checks.require_inside(of.region, points, unit, of.districts, key="place_id", file="places.csv")


def _background(of: Layers) -> None:
    def near(read: Read, key: str, file: str) -> None:
        geometry_checks.require_near(of.region, read(of.region), of.districts, key=key, file=file)

    errors.gathered(
        lambda: near(context.water, "water_id", "water.geojson"),
        lambda: near(context.rivers, "context_id", "context.geojson"),
        lambda: near(context.neighbours, "context_id", "context.geojson"),
    )


def _profiles(of: Layers) -> None:
    if not of.region.has("profiles.csv"):
        return
    purposes = profiles.profiles(of.region, profiles.table(of.region))
    siting_zones.blind(purposes, profiles.exclusions(of.region))


def _scenarios(of: Layers) -> None:
    if not of.region.has("scenarios.csv"):
        return
    whatif.require_known(whatif.scenarios(of.region), roads=of.roads, crossings=of.crossings)


def _framework(of: Layers) -> None:
    framework.require_goalposts(framework.read(of.region), {"district_pair": len(of.pairs)})


def _rings(of: Layers) -> None:
    if not of.region.has("zone_rings.csv"):
        return
    zones = cooperation.features(of.region, "zone").reset_index()
    siting_zones.require_known(siting_zones.rings(of.region), zones=zones, settlements=of.settlements)


def _candidates(of: Layers) -> None:
    if not of.region.has("candidate_kinds.csv"):
        return
    rules, known = tables.rules(of.region), {"district_pairs": of.pairs, "crossings": of.crossings}
    errors.gathered(
        lambda: tables.require_known(of.region, rules, settlements=of.settlements, **known),
        lambda: tables.require_goalposts(of.region, rules, **known),
    )


# Tables that a region may lack: then it has none of what they hold.
OPTIONAL = frozenset(
    {
        *("places.csv", *cooperation.KINDS.values(), "exchange_rates.csv", "scenarios.csv"),
        *("criteria.csv", "profiles.csv", "exclusions.csv", "zone_profiles.csv", "zone_rings.csv"),
        *("candidate_kinds.csv", "candidate_criteria.csv", crosswalk.FILE, latin.FILE),
        *(claims.FILE, flows.FILE),
        *hand_tables.FILES,
    }
)
# Each table by hand and what reads it.
TABLES: dict[str, collections.abc.Callable[[Region], object]] = {
    "units.csv": units.load,
    crosswalk.FILE: crosswalk.load,
    "terms.csv": catalogue.terms,
    "notes.csv": catalogue.notes,
    "sources.csv": catalogue.sources,
    latin.FILE: latin.rules,
    "indicators.csv": catalogue.indicators,
    "places.csv": cooperation.places,
    **{file: functools.partial(cooperation.features, kind=kind) for kind, file in cooperation.KINDS.items()},
    "framework.csv": framework.read,
    "exchange_rates.csv": framework.read_rates,
    "crossing_states.csv": transport.states,
    "crossings.csv": transport.known_crossings,
    "road_speeds.csv": network.speeds,
    "scenarios.csv": whatif.scenarios,
    flows.FILE: flows.load,
    "criteria.csv": criteria.table,
    "profiles.csv": lambda region: profiles.profiles(region, profiles.table(region)),
    "exclusions.csv": profiles.exclusions,
    "zone_profiles.csv": siting_zones.profiles,
    "zone_rings.csv": siting_zones.rings,
    "candidate_kinds.csv": tables.kinds,
    "candidate_criteria.csv": tables.criteria,
    claims.FILE: claims.load,
    **{file: functools.partial(hand_tables.read, file=file) for file in hand_tables.FILES},
}

_RULES: tuple[Rule, ...] = (
    lambda of: named.check(of.region),
    *(functools.partial(_table, file=file) for file in TABLES),
    _strangers,
    _profiles,
    lambda of: report.check(of.region),
    lambda of: boundaries.border(of.region),
    _zone,
    _roads,
    _railways,
    _stations,
    _crossings,
    _settlements,
    lambda of: settlements.other_counts(of.region),
    _background,
    _places,
    lambda of: of.region.has("links.csv") and cooperation.links(of.region),
    lambda of: of.region.has("zones.csv") and cooperation.zones(of.region),
    lambda of: of.region.has("programme.csv") and cooperation.programme(of.region),
    lambda of: facts.facts(of.region),
    _framework,
    _scenarios,
    _rings,
    _candidates,
)
