"""The steps of the build. A new step is a new function here, after those that it reads from."""

from __future__ import annotations

import collections.abc
import typing

from scripts import graph

STEPS: list[graph.Step] = []


class _Declared(typing.TypedDict, total=False):
    data: tuple[str, ...]
    files: tuple[str, ...]
    reads: tuple[str, ...]
    uses: tuple[str, ...]
    layers: tuple[str, ...]
    products: tuple[str, ...]


def _step(**declared: typing.Unpack[_Declared]) -> collections.abc.Callable[[graph.Run], graph.Run]:
    def register(run: graph.Run) -> graph.Run:
        STEPS.append(graph.Step(run=run, **declared))
        return run

    return register


def _names(*lines: str) -> tuple[str, ...]:
    return tuple(" ".join(lines).split())


def _tables(*names: str) -> tuple[str, ...]:
    return tuple(f"layers/data/tables/{name}.csv" for name in names)


_AREA = ("layers/study_area.toml", *_tables("units"))
_MODEL = (*_AREA, *_tables("road_speeds"))
_FEATURES = (*_AREA, *_tables("links", "zones", "programme", "places", "terms", "notes", "sources"))
_TEXTS = ("maps/texts/*.toml",)
_TABULATED = _names(
    "oblasts districts border district_pairs oblast_pairs crossings settlements corridors",
    "corridor_bands catchments service_areas scenarios scenario_districts",
    "scenario_corridors population_agreement framework intensity_terms intensity_left_out",
    "intensity_doubt intensity_variants intensity_moran suitable_areas",
    "suitable_area_terms siting_left_out siting_doubt siting_exclusions profiles",
    "zone_scores zone_hits zones_left_out optimum optimum_sites optimum_proposals",
    "candidate_sites candidate_terms candidate_criteria candidate_left_out",
    "candidate_facts links zones programme facts indicators sources",
)


@_step(
    data=("districts.geojson",),
    files=_AREA,
    layers=("districts", "oblasts", "border", "district_pairs"),
)
def boundaries(work: graph.Workspace) -> graph.Layers:
    """Districts, oblasts, the border and the pairs of districts along it."""
    from layers import boundaries

    return {
        "districts": boundaries.districts(work.data),
        "oblasts": boundaries.oblasts(work.data),
        "border": boundaries.border(work.data),
        "district_pairs": boundaries.district_pairs(work.data),
    }


@_step(
    data=("roads.geojson", "railways.geojson", "rail_stations.csv", "crossings.csv"),
    files=_tables("units", "sources", "crossing_states"),
    layers=("roads", "railways", "stations", "crossings"),
)
def transport(work: graph.Workspace) -> graph.Layers:
    """Roads, railways, stations and border crossings."""
    from layers import transport

    return {
        "roads": transport.roads(work.data),
        "railways": transport.railways(work.data),
        "stations": transport.stations(work.data),
        "crossings": transport.crossings(work.data),
    }


@_step(
    data=("districts.geojson",),
    files=_FEATURES,
    layers=("links", "zones", "programme", "programme_points"),
)
def cooperation(work: graph.Workspace) -> graph.Layers:
    """Documented links, special regimes and programme elements."""
    from layers import cooperation

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


@_step(data=("settlements.csv",), files=_tables("units", "sources"), layers=("settlements",))
def settlements(work: graph.Workspace) -> graph.Layers:
    """Settlements with population."""
    from layers import settlements

    return {"settlements": settlements.settlements(work.data)}


@_step(data=("water.geojson", "context.geojson"), layers=("water", "rivers", "neighbours"))
def background(work: graph.Workspace) -> graph.Layers:
    """Water and the regions around the zone."""
    from layers import context

    return {
        "water": context.water(work.data),
        "rivers": context.rivers(work.data),
        "neighbours": context.neighbours(work.data),
    }


@_step(
    files=_tables(
        "units", "indicators", "sources", "notes", "terms", "places", "crossing_states", "raw_files"
    ),
    layers=("units", "indicators", "sources", "notes", "terms", "places", "crossing_states", "raw_files"),
)
def dictionaries(_work: graph.Workspace) -> graph.Layers:
    """Code lists, indicators, sources and notes."""
    from layers import catalogue, cooperation, store, units

    return {
        "units": units.load(),
        "indicators": catalogue.indicators(),
        "sources": catalogue.sources(),
        "notes": catalogue.notes(),
        "terms": catalogue.terms(),
        "places": cooperation.places(),
        "crossing_states": store.read_table(store.TABLES / "crossing_states.csv"),
        "raw_files": store.read_table(store.TABLES / "raw_files.csv"),
    }


@_step(
    data=("facts.csv", "districts.geojson"),
    files=(*_FEATURES, *_tables("indicators")),
    layers=("facts", "mapped", "oblast_wide", "district_wide"),
)
def attributes(work: graph.Workspace) -> graph.Layers:
    """Facts, the values chosen for the map, and the attributes of units."""
    from layers import facts

    return {
        "facts": facts.facts(work.data),
        "mapped": facts.mapped(work.data),
        "oblast_wide": facts.wide("oblast", work.data),
        "district_wide": facts.wide("district", work.data),
    }


_NETWORK = ("roads", "railways", "stations", "crossings", "crossing_states", "settlements")
_GROUND = (*_NETWORK, "districts", "border", "water", "district_wide")


@_step(
    files=_MODEL,
    reads=_GROUND,
    layers=("catchments", "service_areas", "district_access"),
    products=("rasters/travel_time_to_crossing.tif", "rasters/travel_time_to_partner_centre.tif"),
)
def catchments(work: graph.Workspace) -> graph.Layers:
    """Isochrones, service areas, floating catchments and travel times."""
    from layers import catchments, network, surfaces

    layers = work.layers()
    attached, ground = network.by_road(layers), surfaces.ground(layers)
    cells, persons = surfaces.on_roads(ground, attached)
    surfaces.write(work.out / "rasters", surfaces.of_times(cells, layers, attached))
    places = catchments.crossings(attached) | catchments.centres(layers)
    found = {
        "catchments": catchments.isochrones(layers, attached, cells, persons, places),
        "service_areas": catchments.service_areas(layers, attached, cells, persons),
    }
    lonlat = {name: catchments.in_degrees(layer) for name, layer in found.items()}
    return {**lonlat, "district_access": catchments.centre_access(layers, attached).reset_index()}


@_step(
    files=_MODEL,
    reads=(*_NETWORK, "districts", "border", "district_pairs"),
    layers=("district_reach", "settlement_reach", "crossing_reach", "district_pair_reach", "oblast_pairs"),
)
def reach(work: graph.Workspace) -> graph.Layers:
    """Distances and times to the border, its crossings and the other side."""
    from layers import proximity

    found = proximity.attributes(proximity.ground(work.layers()))
    names = {"districts": "district_reach", "settlements": "settlement_reach"}
    names |= {"crossings": "crossing_reach", "district_pairs": "district_pair_reach"}
    return {names.get(name, name): table.reset_index() for name, table in found.items()}


@_step(
    data=("population_checks.csv",),
    files=_AREA,
    reads=_GROUND,
    layers=("population_agreement",),
    products=("rasters/population.tif",),
)
def population(work: graph.Workspace) -> graph.Layers:
    """Spread the population over settlements and land; compare it with other grids."""
    from layers import store, surfaces

    layers = work.layers()
    ground = surfaces.ground(layers)
    surfaces.write(work.out / "rasters", surfaces.of_people(ground))
    checks = store.read_table(work.data / "population_checks.csv")
    return {"population_agreement": surfaces.agreement(ground, layers, checks)}


@_step(
    files=_MODEL,
    reads=_GROUND,
    layers=("corridors", "corridor_bands"),
    products=("rasters/friction.tif",),
)
def corridors(work: graph.Workspace) -> graph.Layers:
    """Corridors as routes and as bands on the friction surface."""
    from layers import corridors, network, surfaces

    layers = work.layers()
    attached, ground = network.by_road(layers), surfaces.ground(layers)
    surfaces.write(work.out / "rasters", surfaces.of_friction(ground, layers, attached))
    return {
        "corridors": corridors.lines(layers, attached, ground).to_crs("EPSG:4326"),
        "corridor_bands": corridors.bands(layers, attached, ground).to_crs("EPSG:4326"),
    }


@_step(
    files=(*_MODEL, *_tables("exchange_rates", "sources", "terms")),
    reads=_names(
        "roads crossings crossing_states settlements districts border district_pairs links",
        "zones facts indicators oblast_wide",
    ),
    layers=("intensity_figures", "district_neighbours"),
)
def intensity_figures(work: graph.Workspace) -> graph.Layers:
    """Compute the figures of cooperation intensity, which no weight changes."""
    from layers import intensity_framework, intensity_levels

    return intensity_levels.figures(work.layers(), intensity_framework.read_rates())


@_step(
    files=("layers/study_area.toml", *_tables("framework", "sources")),
    reads=("intensity_figures", "district_neighbours"),
    layers=_names(
        "framework intensity_oblasts intensity_districts intensity_oblast_pairs",
        "intensity_district_pairs intensity_terms intensity_left_out intensity_doubt",
        "intensity_variants intensity_moran",
    ),
)
def intensity(work: graph.Workspace) -> graph.Layers:
    """Measure cooperation intensity of units and pairs, with the doubt about it."""
    from layers import intensity, intensity_framework

    figures, neighbours = work.layers().values()
    return intensity.frames(figures, neighbours, intensity_framework.read())


@_step(
    files=(*_MODEL, *_tables("scenarios")),
    reads=_NETWORK,
    layers=("scenarios", "scenario_districts", "scenario_corridors"),
)
def whatif(work: graph.Workspace) -> graph.Layers:
    """Compare scenarios with the base."""
    from layers import whatif

    table = whatif.scenarios()
    return {"scenarios": whatif.titles(table), **whatif.differences(work.layers(), table)}


@_step(
    files=(*_MODEL, *_tables("criteria", "zone_profiles", "terms", "sources")),
    reads=(*_GROUND, "links", "zones", "places"),
    products=tuple(
        f"rasters/criterion_{name}.tif"
        for name in _names(
            "domestic_persons foreign_persons free_share inside_share links_count road_km",
            "station_km trunk_km water_share zone_km",
        )
    ),
)
def criteria(work: graph.Workspace) -> None:
    """Measure the criteria of siting on the grid."""
    from layers import network, siting_surfaces, surfaces

    layers = work.layers()
    attached, ground = network.by_road(layers), surfaces.ground(layers)
    cells, _ = surfaces.on_roads(ground, attached)
    surfaces.write(work.out / "rasters", siting_surfaces.compute(layers, attached, cells, ground))


@_step(
    files=(
        *_MODEL,
        *_tables("profiles", "exclusions", "criteria", "zone_profiles", "zone_rings", "terms", "sources"),
    ),
    reads=(*_NETWORK, "districts", "zones", "places"),
    uses=("criteria", "catchments"),
    layers=_names(
        "profiles siting_exclusions suitable_areas suitable_area_terms siting_left_out",
        "siting_doubt zone_scores zone_hits zones_left_out",
    ),
    products=tuple(
        f"rasters/suitability_{name}.tif" for name in ("logistics", "industry", "agro", "science", "services")
    ),
)
def siting(work: graph.Workspace) -> graph.Layers:
    """Weigh the criteria of each profile, rank areas and check existing zones."""
    from layers import siting, siting_areas, siting_profiles, siting_surfaces, siting_zones, surfaces

    layers = work.layers()
    on, found = siting_surfaces.read(work.products / "rasters")
    rows, rules = siting_profiles.table(), siting_profiles.exclusions()
    purposes = siting_profiles.profiles(rows)
    models = siting.models(on, found, purposes, rules)
    surfaces.write(work.out / "rasters", siting.bands(models, on))
    ranked = siting_areas.rank(models, on)
    blind = siting.models(on, found, *siting_zones.blind(purposes, rules))
    scores, hits, left_out = siting_zones.scores(blind, on, layers)
    return {
        "profiles": siting_profiles.titled(rows),
        "siting_exclusions": siting.exclusions(models),
        "suitable_areas": siting_areas.areas(ranked, on, found, layers),
        "suitable_area_terms": siting_areas.terms(ranked, found),
        "siting_left_out": siting_areas.left_out(ranked),
        "siting_doubt": siting_areas.doubt(ranked),
        "zone_scores": scores,
        "zone_hits": hits,
        "zones_left_out": left_out,
    }


@_step(
    files=(
        *_MODEL,
        *_tables("candidate_kinds", "candidate_criteria"),
        *_tables("programme", "places", "terms", "notes", "sources"),
    ),
    reads=_names(
        "districts district_pairs settlements crossings crossing_states roads railways",
        "stations links zones programme corridors catchments mapped district_wide oblast_wide",
        "district_reach settlement_reach intensity_figures notes",
    ),
    uses=("siting",),
    layers=_names("candidate_sites candidate_terms candidate_criteria candidate_left_out", "candidate_facts"),
    products=("tables/candidate_sites.xlsx",),
)
def candidates(work: graph.Workspace) -> graph.Layers:
    """Rank the elements of the programme among their alternatives."""
    from layers import candidates, candidates_facts, candidates_ground, candidates_tables, network, workbook

    layers = work.layers()
    surfaces = candidates_ground.surfaces(work.products / "rasters")
    ground = candidates_ground.Ground(layers, network.by_road(layers), surfaces)
    elements = candidates.elements(ground)
    sites = candidates.sites(elements)
    titles = layers["programme"].set_index("programme_id")
    workbook.write(elements, sites, titles, work.out / "tables" / "candidate_sites.xlsx")
    return {
        "candidate_sites": sites,
        "candidate_terms": candidates.terms(elements),
        "candidate_criteria": candidates_tables.criteria(),
        "candidate_left_out": candidates.left_out(elements),
        "candidate_facts": candidates_facts.facts(ground, sites),
    }


@_step(
    files=(*_MODEL, *_tables("terms")),
    reads=(*_NETWORK, "district_wide", "programme"),
    layers=("optimum", "optimum_sites", "optimum_proposals"),
)
def optimum(work: graph.Workspace) -> graph.Layers:
    """Locate centres for both sides and compare the proposed places."""
    from layers import optimum

    layers = work.layers()
    asked = optimum.questions(layers)
    return {
        "optimum": optimum.solutions(asked),
        "optimum_sites": optimum.sites(asked, layers),
        "optimum_proposals": optimum.proposals(asked, layers),
    }


@_step(
    files=(*_TEXTS, *_tables("indicators", "terms", "framework", "sources")),
    reads=_names(
        "oblasts districts border district_pairs crossings roads railways settlements links",
        "zones programme_points facts indicators sources oblast_wide district_wide",
        "district_reach district_access settlement_reach crossing_reach district_pair_reach",
        "oblast_pairs corridors corridor_bands catchments service_areas scenarios",
        "scenario_districts scenario_corridors population_agreement framework",
        "intensity_oblasts intensity_districts intensity_oblast_pairs",
        "intensity_district_pairs intensity_terms intensity_left_out intensity_doubt",
        "intensity_variants intensity_moran suitable_areas suitable_area_terms",
        "siting_left_out siting_doubt siting_exclusions profiles zone_scores zone_hits",
        "zones_left_out optimum optimum_sites optimum_proposals candidate_sites",
        "candidate_terms candidate_criteria candidate_left_out candidate_facts",
    ),
    products=("borderzone.gpkg",),
)
def geopackage(work: graph.Workspace) -> None:
    """Dress the layers and write the GeoPackage."""
    from layers import geopackage, joined
    from maps import qgis

    layers = joined.layers(work.layers())
    geopackage.write(qgis.layers(layers), work.out / "borderzone.gpkg")


@_step(
    files=(*_TEXTS, *_tables("indicators")),
    reads=("facts", "indicators", "sources"),
    products=("tables/facts.xlsx",),
)
def evidence(work: graph.Workspace) -> None:
    """Gather the facts in a workbook, with their indicators and sources."""
    from layers import tables
    from maps import qgis

    sheets = {
        name: (dressed.title, dressed.frame.rename(columns=dressed.titles))
        for name, dressed in qgis.layers(work.layers()).items()
    }
    (work.out / "tables").mkdir()
    tables.write_workbook(sheets, work.out / "tables" / "facts.xlsx")


@_step(uses=("geopackage",), products=("tables/atlas.xlsx",))
def workbook(work: graph.Workspace) -> None:
    """Gather the tables in one workbook."""
    from layers import tables

    tables.gather(work.products / "borderzone.gpkg", work.out / "tables" / "atlas.xlsx")


@_step(uses=("geopackage",), products=tuple(f"tables/{name}.csv" for name in _TABULATED))
def tables(work: graph.Workspace) -> None:
    """Write the numbers of the GeoPackage as tables."""
    import pathlib

    from layers import tables

    names = [pathlib.PurePath(name).stem for name in work.makes]
    tables.write(work.products / "borderzone.gpkg", names, work.out / "tables")


_PAGES = ("maps/texts/*.toml", "maps/templates/*", "maps/assets/*")
_GROUNDWORK = _names(
    "oblasts districts border district_pairs roads railways stations crossings",
    "crossing_states settlements water rivers neighbours indicators sources notes units",
    "raw_files places",
)
_FRAMES = (
    *_GROUNDWORK,
    *_names("links zones programme facts mapped oblast_wide district_wide terms"),
)


@_step(files=_PAGES, reads=_FRAMES, products=("maps/overview.html",))
def overview(work: graph.Workspace) -> None:
    """Draw the overview map."""
    from maps import overview

    work.write("maps/overview.html", overview.build(work.layers(), pages=work.pages))


@_step(
    files=(*_PAGES, *_MODEL),
    reads=(
        *_GROUNDWORK,
        *_names("district_reach settlement_reach crossing_reach district_pair_reach oblast_pairs"),
    ),
    uses=("catchments",),
    products=("maps/proximity.html",),
)
def proximity_map(work: graph.Workspace) -> None:
    """Draw the map of distances and times."""
    from layers import rasters
    from maps import proximity

    name = "travel_time_to_crossing"
    surfaces = {name: rasters.read(work.products / "rasters" / f"{name}.tif")}
    work.write("maps/proximity.html", proximity.build(work.layers(), pages=work.pages, surfaces=surfaces))


@_step(
    files=(*_PAGES, *_MODEL),
    reads=(
        *_GROUNDWORK,
        *_names("corridors corridor_bands district_reach scenarios scenario_districts", "scenario_corridors"),
    ),
    uses=("population",),
    products=("maps/corridors.html",),
)
def corridors_map(work: graph.Workspace) -> None:
    """Draw the map of corridors."""
    from layers import rasters
    from maps import corridors

    surfaces = {"population": rasters.read(work.products / "rasters" / "population.tif")}
    work.write("maps/corridors.html", corridors.build(work.layers(), pages=work.pages, surfaces=surfaces))


@_step(
    files=(*_PAGES, *_MODEL),
    reads=(*_GROUNDWORK, "catchments", "service_areas", "district_access"),
    products=("maps/catchments.html",),
)
def catchments_map(work: graph.Workspace) -> None:
    """Draw the map of catchments."""
    from maps import catchments

    work.write("maps/catchments.html", catchments.build(work.layers(), pages=work.pages))


@_step(
    files=(*_PAGES, *_MODEL),
    reads=(
        *_GROUNDWORK,
        *_names(
            "links zones terms framework intensity_districts intensity_oblasts",
            "intensity_district_pairs intensity_oblast_pairs intensity_terms intensity_left_out",
            "intensity_doubt intensity_variants intensity_moran",
        ),
    ),
    products=("maps/cooperation_intensity.html",),
)
def intensity_map(work: graph.Workspace) -> None:
    """Draw the map of cooperation intensity."""
    from maps import intensity

    work.write("maps/cooperation_intensity.html", intensity.build(work.layers(), pages=work.pages))


@_step(
    files=(*_PAGES, *_MODEL, *_tables("candidate_kinds")),
    reads=(
        *_FRAMES,
        *_names(
            "corridors candidate_sites candidate_terms candidate_criteria candidate_left_out",
            "candidate_facts profiles siting_exclusions siting_left_out siting_doubt",
            "suitable_areas suitable_area_terms zone_scores zone_hits zones_left_out optimum",
            "optimum_sites optimum_proposals",
        ),
    ),
    uses=("siting",),
    products=("maps/candidate_sites.html",),
)
def sites_map(work: graph.Workspace) -> None:
    """Draw the map of candidate sites."""
    from layers import rasters
    from maps import sites

    surfaces = {name: rasters.read(work.products / "rasters" / f"{name}.tif") for name in sites.SURFACES}
    work.write("maps/candidate_sites.html", sites.build(work.layers(), pages=work.pages, surfaces=surfaces))


@_step(
    files=_PAGES,
    reads=_names(
        "oblasts districts border crossings settlements links zones programme facts indicators",
        "sources terms notes raw_files",
    ),
    uses=_names(
        "geopackage evidence tables workbook population corridors catchments criteria siting candidates",
        "overview proximity_map corridors_map catchments_map intensity_map sites_map",
    ),
    products=("index.html",),
)
def index(work: graph.Workspace) -> None:
    """Write the page that leads to everything."""
    from maps import index

    work.write("index.html", index.build(work.layers(), files=work.sizes()))
