"""Steps that compute: reach, corridors, catchments, intensity, siting, candidates, best locations."""

from __future__ import annotations

from scripts.build import declared, graph

STEPS = declared.Steps()

_NETWORK = ("roads", "railways", "stations", "crossings", "crossing_states", "settlements")
_GROUND = (*_NETWORK, "districts", "border", "water", "district_population")


@STEPS.step(
    region=declared.MODEL,
    reads=(*_NETWORK, "districts", "water"),
    layers=("centre_times",),
    products=("tables/centre_times.parquet",),
    parts=("on_roads.pickle",),
)
def on_roads(work: graph.Workspace) -> graph.Layers:
    """Roads, ground and places as one graph, and the times between all centres."""
    from layers.analysis import centre_times, network
    from layers.io import tables

    layers = work.layers()
    attached = network.by_road(work.region, layers)
    found = centre_times.times(work.region, layers, attached)
    network.save(
        attached,
        centre_times.origins(work.region, layers, attached),
        work.place("on_roads.pickle", part=True),
    )
    tables.write_parquet(found, work.place("tables/centre_times.parquet"))
    return {"centre_times": found}


@STEPS.step(
    region=declared.MODEL,
    uses=("on_roads",),
    reads=_GROUND,
    layers=("catchments", "service_areas", "district_access"),
    products=("rasters/travel_time_to_crossing.tif", "rasters/travel_time_to_partner_centre.tif"),
)
def catchments(work: graph.Workspace) -> graph.Layers:
    """Isochrones, service areas, floating catchments and travel times."""
    from layers.analysis import catchments, network, surfaces

    layers = work.layers()
    attached, ground = (
        network.load(work.parts / "on_roads.pickle"),
        surfaces.population_grid(work.region, layers),
    )
    cells, persons = surfaces.on_roads(ground, attached)
    surfaces.write(work.out / "rasters", surfaces.of_times(work.region, cells, layers, attached))
    places = catchments.crossings(attached) | catchments.centres(work.region, layers)
    found = {
        "catchments": catchments.isochrones(work.region, layers, attached, cells, persons, places),
        "service_areas": catchments.service_areas(work.region, layers, attached, cells, persons),
    }
    lonlat = {name: catchments.in_degrees(layer) for name, layer in found.items()}
    return {
        **lonlat,
        "district_access": catchments.centre_access(work.region, layers, attached).reset_index(),
    }


@STEPS.step(
    region=declared.MODEL,
    uses=("on_roads",),
    reads=(*_GROUND, "district_pairs"),
    layers=declared.names(
        "oblast_reach district_reach settlement_reach crossing_reach district_pair_reach oblast_pair_reach"
    ),
)
def reach(work: graph.Workspace) -> graph.Layers:
    """Distances and times to the border, its crossings and the other side."""
    from layers.analysis import network, proximity

    attached = network.load(work.parts / "on_roads.pickle")
    found = proximity.attributes(work.region, proximity.locate(work.region, work.layers(), attached))
    return {f"{name.removesuffix('s')}_reach": table.reset_index() for name, table in found.items()}


@STEPS.step(
    region=(*declared.AREA, *declared.snapshot("population_checks.csv")),
    reads=_GROUND,
    layers=("population_agreement",),
    products=("rasters/population.tif",),
)
def population(work: graph.Workspace) -> graph.Layers:
    """Spread the population over settlements and land; compare it with other grids."""
    from layers.analysis import surfaces
    from layers.base import settlements

    layers = work.layers()
    ground = surfaces.population_grid(work.region, layers)
    surfaces.write(work.out / "rasters", surfaces.of_people(ground))
    others = settlements.other_counts(work.region)
    return {"population_agreement": surfaces.agreement(work.region, ground, layers, others)}


@STEPS.step(
    region=declared.MODEL,
    uses=("on_roads",),
    reads=_GROUND,
    layers=("corridors", "corridor_bands"),
)
def corridors(work: graph.Workspace) -> graph.Layers:
    """Corridors as routes and as bands over roads and ground."""
    from layers.analysis import catchments, corridors, network, surfaces

    layers = work.layers()
    attached, ground = (
        network.load(work.parts / "on_roads.pickle"),
        surfaces.population_grid(work.region, layers),
    )
    return {
        "corridors": corridors.lines(work.region, layers, attached, ground).to_crs("EPSG:4326"),
        "corridor_bands": catchments.in_degrees(corridors.bands(work.region, attached, ground)),
    }


@STEPS.step(
    region=(*declared.MODEL, *declared.tables("sources", "terms"), *declared.optional("exchange_rates")),
    uses=("on_roads",),
    reads=declared.names(
        "roads crossings crossing_states settlements districts border district_pairs links",
        "zones facts indicators oblast_wide",
    ),
    layers=("intensity_figures", "district_neighbours"),
)
def intensity_figures(work: graph.Workspace) -> graph.Layers:
    """Compute the figures of cooperation intensity, which no weight changes."""
    from layers.analysis import network
    from layers.intensity import framework, levels

    attached = network.load(work.parts / "on_roads.pickle")
    return levels.figures(work.region, work.layers(), framework.read_rates(work.region), attached)


@STEPS.step(
    region=(*declared.AREA, *declared.tables("framework", "sources", "terms")),
    reads=("intensity_figures", "district_neighbours"),
    layers=declared.names(
        "framework intensity_oblasts intensity_districts intensity_oblast_pairs",
        "intensity_district_pairs intensity_terms intensity_left_out intensity_doubt",
        "intensity_variants intensity_methods intensity_moran",
    ),
)
def intensity(work: graph.Workspace) -> graph.Layers:
    """Measure cooperation intensity of units and pairs, with the doubt about it."""
    from layers.intensity import framework
    from layers.intensity import summary as intensity

    figures, neighbours = work.layers().values()
    return intensity.frames(work.region, figures, neighbours, framework.read(work.region))


@STEPS.step(
    wants=declared.tables("scenarios"),
    region=(*declared.MODEL, *declared.tables("scenarios", "crossing_states")),
    uses=("on_roads",),
    reads=_NETWORK,
    layers=("scenarios", "scenario_units", "scenario_corridors"),
)
def whatif(work: graph.Workspace) -> graph.Layers:
    """Compare scenarios with the base."""
    from layers.analysis import network, whatif

    attached = network.load(work.parts / "on_roads.pickle")
    table = whatif.scenarios(work.region)
    return {
        "scenarios": whatif.titles(table),
        **whatif.differences(work.region, work.layers(), table, attached),
    }


@STEPS.step(
    wants=declared.tables("flows"),
    region=(*declared.AREA, *declared.tables("flows", "indicators", "sources", "terms")),
    reads=("centre_times", "district_population"),
    layers=("gravity",),
)
def gravity(work: graph.Workspace) -> graph.Layers:
    """Calibrate the gravity model on flows."""
    from layers.analysis import flows

    return {"gravity": flows.gravity(work.region, work.layers())}


@STEPS.step(
    wants=declared.tables("profiles"),
    region=(
        *declared.MODEL,
        *declared.tables("criteria", "terms", "sources"),
        *declared.optional("zone_profiles"),
    ),
    uses=("on_roads",),
    reads=(*_GROUND, "links", "zones", "places"),
    products_of=declared.rasters(
        "criterion_{}", "tables/criteria.csv", "criterion", without=("crossing_min", "partner_centre_min")
    ),
)
def criteria(work: graph.Workspace) -> None:
    """Measure the criteria of siting on the grid."""
    from layers.analysis import network, surfaces
    from layers.siting import criteria as siting_surfaces

    layers = work.layers()
    attached, ground = (
        network.load(work.parts / "on_roads.pickle"),
        surfaces.population_grid(work.region, layers),
    )
    cells, _ = surfaces.on_roads(ground, attached)
    inputs = siting_surfaces.Inputs(work.region, layers, attached, cells, ground)
    surfaces.write(work.out / "rasters", siting_surfaces.compute(inputs))


_SITING = declared.tables("profiles", "exclusions", "criteria", "terms", "sources")


@STEPS.step(
    wants=declared.tables("profiles"),
    region=("region.toml", *_SITING),
    uses=("criteria", "catchments"),
    layers=("profiles", "siting_exclusions"),
    products_of=declared.rasters("suitability_{}", "tables/profiles.csv", "profile"),
)
def siting(work: graph.Workspace) -> graph.Layers:
    """Weigh the criteria of each profile on the grid."""
    from layers.analysis import surfaces
    from layers.siting import profiles
    from layers.siting import suitability as siting

    on, found, purposes = siting.read(work.region, work.products / "rasters")
    models = siting.models(on, found, purposes, profiles.exclusions(work.region))
    surfaces.write(work.out / "rasters", siting.bands(models, on))
    return {
        "profiles": profiles.titled(work.region, profiles.table(work.region)),
        "siting_exclusions": siting.exclusions(models),
    }


@STEPS.step(
    wants=declared.tables("profiles"),
    region=("region.toml", *_SITING, *declared.tables("road_speeds")),
    reads=(*_NETWORK, "districts"),
    uses=("criteria", "catchments", "on_roads"),
    layers=declared.names("suitable_areas suitable_area_terms siting_left_out siting_doubt"),
)
def suitable_areas(work: graph.Workspace) -> graph.Layers:
    """Join the best ground of each profile into areas and rank them."""
    from layers.analysis import network
    from layers.siting import areas, profiles
    from layers.siting import suitability as siting

    attached = network.load(work.parts / "on_roads.pickle")
    on, found, purposes = siting.read(work.region, work.products / "rasters")
    ranked = areas.rank(work.region, siting.models(on, found, purposes, profiles.exclusions(work.region)), on)
    return {
        "suitable_areas": areas.areas(work.region, ranked, on, found, work.layers(), attached),
        "suitable_area_terms": areas.terms(work.region, ranked, found),
        "siting_left_out": areas.left_out(ranked),
        "siting_doubt": areas.doubt(ranked),
    }


@STEPS.step(
    wants=declared.tables("candidate_kinds"),
    region=(
        *declared.MODEL,
        *declared.tables("candidate_kinds", "programme", "places", "terms", "notes", "sources"),
    ),
    uses=("on_roads",),
    reads=declared.names(
        "districts district_pairs settlements crossings crossing_states roads railways",
        "stations links zones programme corridors catchments mapped district_wide oblast_wide",
        "district_reach settlement_reach intensity_figures notes",
    ),
    layers=("candidate_places", "candidate_figures", "place_facts"),
)
def candidate_figures(work: graph.Workspace) -> graph.Layers:
    """Find the alternatives of each element of the programme and measure them."""
    from layers.analysis import network
    from layers.candidates import basis, facts
    from layers.candidates import figures as candidates_figures

    layers = work.layers()
    found = basis.Basis(work.region, layers, network.load(work.parts / "on_roads.pickle"))
    places = candidates_figures.places(found)
    layer = candidates_figures.layer(work.region, places)
    return {
        "candidate_places": layer,
        "candidate_figures": candidates_figures.figures(found, places),
        "place_facts": facts.facts(found, layer),
    }


@STEPS.step(
    wants=declared.tables("candidate_kinds"),
    region=(
        *declared.AREA,
        *declared.tables("candidate_kinds", "candidate_criteria"),
        *declared.tables("programme", "places", "terms", "notes", "sources"),
    ),
    reads=("candidate_places", "candidate_figures", "place_facts", "settlements"),
    uses=("siting",),
    layers=declared.names(
        "candidate_suitability candidate_sites candidate_terms candidate_criteria",
        "candidate_left_out candidate_doubt candidate_facts",
    ),
)
def candidates(work: graph.Workspace) -> graph.Layers:
    """Rank the elements of the programme among their alternatives."""
    from layers.candidates import ranking as candidates
    from layers.candidates import surfaces as candidates_surfaces
    from layers.candidates import tables as candidate_tables

    layers = work.layers()
    places, surfaces = layers["candidate_places"], candidates_surfaces.read(work.products / "rasters")
    suitability = candidates_surfaces.figures(work.region, places, layers["settlements"], surfaces)
    elements = candidates.elements(work.region, places, [layers["candidate_figures"], suitability])
    draws = candidates.draws(work.region, elements)
    sites = candidates.sites(work.region, elements, draws)
    return {
        "candidate_suitability": suitability,
        "candidate_sites": sites,
        "candidate_terms": candidates.terms(work.region, elements),
        "candidate_criteria": candidate_tables.criteria(work.region),
        "candidate_left_out": candidates.left_out(work.region, elements),
        "candidate_doubt": candidates.doubt(draws),
        "candidate_facts": candidates.facts(work.region, layers["place_facts"], sites),
    }


@STEPS.step(
    wants=declared.tables("programme"),
    region=(*declared.MODEL, *declared.tables("terms")),
    uses=("on_roads",),
    reads=(*_NETWORK, "district_population", "programme"),
    layers=("optimum", "optimum_sites", "optimum_proposals"),
)
def optimum(work: graph.Workspace) -> graph.Layers:
    """Locate centres for both sides and compare the proposed places."""
    from layers.analysis import network, optimum

    layers = work.layers()
    asked = optimum.questions(work.region, layers, network.load(work.parts / "on_roads.pickle"))
    return {
        "optimum": optimum.solutions(asked),
        "optimum_sites": optimum.sites(work.region, asked, layers),
        "optimum_proposals": optimum.proposals(asked, layers),
    }


@STEPS.step(
    wants=declared.tables("zones", "zone_profiles", "profiles"),
    region=("region.toml", *_SITING, *declared.tables("zone_profiles", "zone_rings")),
    reads=("settlements", "zones", "places"),
    uses=("criteria", "catchments"),
    layers=("zone_scores", "zone_hits", "zones_left_out"),
)
def zone_check(work: graph.Workspace) -> graph.Layers:
    """Score existing zones by the profiles that know nothing of zones."""
    from layers.siting import profiles, zone_check, zones
    from layers.siting import suitability as siting

    on, found, purposes = siting.read(work.region, work.products / "rasters")
    models = siting.models(on, found, *zones.blind(purposes, profiles.exclusions(work.region)))
    scores, hits, left_out = zone_check.scores(work.region, models, on, work.layers())
    return {"zone_scores": scores, "zone_hits": hits, "zones_left_out": left_out}
