"""Steps that read the snapshot and the tables: base layers, dictionaries, attributes."""

from __future__ import annotations

from scripts.build import declared, graph

STEPS = declared.Steps()

_FEATURES = (
    *declared.AREA,
    *declared.tables("links", "zones", "programme", "places", "terms", "notes", "sources"),
)


_DICTIONARIES = declared.names(
    "units indicators sources notes terms places crossing_states road_speeds raw_files"
)


@STEPS.step(
    data=("*.geojson", "*.csv", "coverage_report.json"),
    files=("layers/study_area.toml", "layers/data/tables/*.csv"),
)
def rules(work: graph.Workspace) -> None:
    """Hold the snapshot and the tables against all rules, as the command ``check`` does."""
    from layers import rules

    rules.check(work.data)


@STEPS.step(
    data=("districts.geojson",),
    files=declared.AREA,
    layers=("districts", "oblasts", "border", "district_pairs"),
)
def boundaries(work: graph.Workspace) -> graph.Layers:
    """Districts, oblasts, the border and the pairs of districts along it."""
    from layers.base import boundaries

    return {
        "districts": boundaries.districts(work.data),
        "oblasts": boundaries.oblasts(work.data),
        "border": boundaries.border(work.data),
        "district_pairs": boundaries.district_pairs(work.data),
    }


@STEPS.step(
    data=("roads.geojson", "railways.geojson", "rail_stations.csv", "crossing_places.csv"),
    files=declared.tables("units", "sources", "crossings", "crossing_states"),
    layers=("roads", "railways", "stations", "crossings"),
)
def transport(work: graph.Workspace) -> graph.Layers:
    """Roads, railways, stations and border crossings."""
    from layers.base import transport

    return {
        "roads": transport.roads(work.data),
        "railways": transport.railways(work.data),
        "stations": transport.stations(work.data),
        "crossings": transport.crossings(work.data),
    }


@STEPS.step(
    data=("districts.geojson",),
    files=_FEATURES,
    layers=("links", "zones", "programme", "programme_points"),
)
def cooperation(work: graph.Workspace) -> graph.Layers:
    """Documented links, special regimes and programme elements."""
    from layers.base import cooperation

    programme = cooperation.programme(work.data)
    points = cooperation.ends("programme", work.data).dissolve("programme_id").geometry
    return {
        "links": cooperation.links(work.data),
        "zones": cooperation.zones(work.data),
        "programme": programme,
        "programme_points": programme.set_geometry(
            points.loc[programme["programme_id"]].to_numpy(), crs=points.crs
        ),
    }


@STEPS.step(data=("settlements.csv",), files=declared.tables("units", "sources"), layers=("settlements",))
def settlements(work: graph.Workspace) -> graph.Layers:
    """Settlements with population."""
    from layers.base import settlements

    return {"settlements": settlements.settlements(work.data)}


@STEPS.step(
    data=("water.geojson", "context.geojson"),
    files=declared.tables("units", "sources"),
    layers=("water", "rivers", "neighbours"),
)
def background(work: graph.Workspace) -> graph.Layers:
    """Water and the regions around the zone."""
    from layers.base import context

    return {
        "water": context.water(work.data),
        "rivers": context.rivers(work.data),
        "neighbours": context.neighbours(work.data),
    }


@STEPS.step(
    files=(*declared.AREA, *declared.tables(*_DICTIONARIES)),
    layers=_DICTIONARIES,
)
def dictionaries(_work: graph.Workspace) -> graph.Layers:
    """Code lists, indicators, sources and notes."""
    from layers.analysis import network
    from layers.base import cooperation, transport
    from layers.dictionary import catalogue, units
    from layers.snapshot import hand_tables

    return {
        "units": units.load(),
        "indicators": catalogue.indicators(),
        "sources": catalogue.sources(),
        "notes": catalogue.notes(),
        "terms": catalogue.terms(),
        "places": cooperation.places(),
        "crossing_states": transport.states(),
        "road_speeds": network.speeds(),
        "raw_files": hand_tables.read("raw_files.csv"),
    }


@STEPS.step(
    data=("facts.csv", "districts.geojson"),
    files=(*_FEATURES, *declared.tables("indicators", "stated_facts")),
    layers=("facts", "mapped", "oblast_wide", "district_wide"),
)
def attributes(work: graph.Workspace) -> graph.Layers:
    """Facts, the values chosen for the map, and the attributes of units."""
    from layers.base import facts

    return {
        "facts": facts.facts(work.data),
        "mapped": facts.mapped(work.data),
        "oblast_wide": facts.wide("oblast", work.data),
        "district_wide": facts.wide("district", work.data),
    }
