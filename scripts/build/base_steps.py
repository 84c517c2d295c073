"""Steps that read the snapshot and the tables: base layers, dictionaries, attributes."""

from __future__ import annotations

from scripts.build import declared, graph

STEPS = declared.Steps()

_FEATURES = (
    *declared.AREA,
    *declared.tables("terms", "notes", "sources"),
    *declared.optional("links", "zones", "programme", "places"),
    *declared.snapshot("districts.geojson"),
)


_DICTIONARIES = declared.names("units indicators sources notes terms crossing_states road_speeds raw_files")


@STEPS.step(
    region=(
        "region.toml",
        "tables/*.csv",
        "facts/**/*.csv",
        *declared.snapshot("*.geojson", "*.csv", "coverage_report.json"),
        *declared.OWN_TEXTS,
    ),
    files=declared.TEXTS,
)
def rules(work: graph.Workspace) -> None:
    """Hold the region against all rules, as the command ``check`` does."""
    from geo import errors
    from layers import rules
    from maps.texts import checks

    errors.gathered(lambda: rules.check(work.region), lambda: checks.check(work.region))


@STEPS.step(
    region=(*declared.AREA, *declared.snapshot("districts.geojson")),
    layers=("districts", "oblasts", "border", "district_pairs"),
)
def boundaries(work: graph.Workspace) -> graph.Layers:
    """Districts, oblasts, the border and the pairs of districts along it."""
    from layers.base import boundaries

    return {
        "districts": boundaries.districts(work.region),
        "oblasts": boundaries.oblasts(work.region),
        "border": boundaries.border(work.region),
        "district_pairs": boundaries.district_pairs(work.region),
    }


@STEPS.step(
    region=(
        *declared.AREA,
        *declared.tables("sources", "terms", "raw_files", "crossings", "crossing_states"),
        *declared.snapshot("roads.geojson", "railways.geojson", "rail_stations.csv", "crossing_places.csv"),
    ),
    layers=("roads", "railways", "stations", "crossings"),
)
def transport(work: graph.Workspace) -> graph.Layers:
    """Roads, railways, stations and border crossings."""
    from layers.base import transport

    return {
        "roads": transport.roads(work.region),
        "railways": transport.railways(work.region),
        "stations": transport.stations(work.region),
        "crossings": transport.crossings(work.region),
    }


@STEPS.step(wants=declared.tables("links"), region=_FEATURES, layers=("links",))
def links(work: graph.Workspace) -> graph.Layers:
    """Documented links across the border."""
    from layers.base import cooperation

    return {"links": cooperation.links(work.region)}


@STEPS.step(wants=declared.tables("zones"), region=_FEATURES, layers=("zones",))
def zones(work: graph.Workspace) -> graph.Layers:
    """Read the special regimes."""
    from layers.base import cooperation

    return {"zones": cooperation.zones(work.region)}


@STEPS.step(wants=declared.tables("programme"), region=_FEATURES, layers=("programme", "programme_points"))
def programme(work: graph.Workspace) -> graph.Layers:
    """Elements of the programme, as areas and as points."""
    from layers.base import cooperation

    elements = cooperation.programme(work.region)
    points = cooperation.ends(work.region, "programme").dissolve("programme_id").geometry
    return {
        "programme": elements,
        "programme_points": elements.set_geometry(
            points.loc[elements["programme_id"]].to_numpy(), crs=points.crs
        ),
    }


@STEPS.step(wants=declared.tables("places"), region=_FEATURES, layers=("places",))
def places(work: graph.Workspace) -> graph.Layers:
    """Places of links, zones and elements."""
    from layers.base import cooperation

    return {"places": cooperation.places(work.region)}


@STEPS.step(
    region=(*declared.AREA, *declared.tables("sources", "terms"), *declared.snapshot("settlements.csv")),
    layers=("settlements",),
)
def settlements(work: graph.Workspace) -> graph.Layers:
    """Settlements with population."""
    from layers.base import settlements

    return {"settlements": settlements.settlements(work.region)}


@STEPS.step(
    region=(
        *declared.AREA,
        *declared.tables("sources", "terms"),
        *declared.snapshot("water.geojson", "context.geojson"),
    ),
    layers=("water", "rivers", "neighbours"),
)
def background(work: graph.Workspace) -> graph.Layers:
    """Water and the regions around the zone."""
    from layers.base import context

    return {
        "water": context.water(work.region),
        "rivers": context.rivers(work.region),
        "neighbours": context.neighbours(work.region),
    }


@STEPS.step(
    region=(*declared.AREA, *declared.tables(*_DICTIONARIES)),
    layers=_DICTIONARIES,
)
def dictionaries(work: graph.Workspace) -> graph.Layers:
    """Code lists, indicators, sources and notes."""
    from layers.analysis import network
    from layers.base import transport
    from layers.dictionary import catalogue, units
    from layers.snapshot import hand_tables

    return {
        "units": units.load(work.region),
        "indicators": catalogue.indicators(work.region),
        "sources": catalogue.sources(work.region),
        "notes": catalogue.notes(work.region),
        "terms": catalogue.terms(work.region),
        "crossing_states": transport.states(work.region),
        "road_speeds": network.speeds(work.region),
        "raw_files": hand_tables.read(work.region, "raw_files.csv"),
    }


@STEPS.step(
    wants=declared.tables("crosswalk"),
    region=(*declared.AREA, *declared.tables("crosswalk", "sources", "terms")),
    layers=("crosswalk",),
)
def crosswalk(work: graph.Workspace) -> graph.Layers:
    """Tell what became of former units."""
    from layers.dictionary import crosswalk

    return {"crosswalk": crosswalk.load(work.region)}


@STEPS.step(
    wants=declared.tables("claims"),
    region=(
        *_FEATURES,
        *declared.tables("claims", "indicators", "crossings", "crossing_states", "raw_files"),
        *declared.optional("exchange_rates"),
        "facts/*.csv",
        *declared.snapshot("facts.csv", "crossing_places.csv"),
    ),
    layers=("claims",),
)
def claims(work: graph.Workspace) -> graph.Layers:
    """Hold what a document says against the data."""
    from layers.claims import table

    return {"claims": table.load(work.region)}


@STEPS.step(
    region=(
        *_FEATURES,
        *declared.tables("indicators"),
        "facts/*.csv",
        *declared.snapshot("facts.csv"),
    ),
    layers=("facts", "mapped", "oblast_wide", "district_wide", "district_population"),
)
def attributes(work: graph.Workspace) -> graph.Layers:
    """Facts, the values chosen for the map, and the attributes of units."""
    from layers.base import facts

    return {
        "facts": facts.facts(work.region),
        "mapped": facts.mapped(work.region),
        "oblast_wide": facts.wide(work.region, "oblast"),
        "district_wide": facts.wide(work.region, "district"),
        "district_population": facts.population(work.region),
    }
