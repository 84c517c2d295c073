"""Steps that write what users get: maps, the GeoPackage, tables, the index.

The longest come first: steps that are ready start in this order.
"""

from __future__ import annotations

from scripts.build import declared, graph

STEPS = declared.Steps()

_PAGES = (*declared.TEXTS, "maps/templates/*", "maps/assets/*")
_GROUNDWORK = declared.names(
    "oblasts districts border district_pairs roads railways stations crossings",
    "crossing_states road_speeds settlements water rivers neighbours indicators sources notes units",
    "raw_files places",
)
_FRAMES = (
    *_GROUNDWORK,
    *declared.names("links zones programme facts mapped oblast_wide district_wide terms"),
)


@STEPS.step(
    region=(*declared.AREA, *declared.OWN_TEXTS),
    files=_PAGES,
    reads=_FRAMES,
    products=("maps/overview.html",),
)
def overview(work: graph.Workspace) -> None:
    """Draw the overview map."""
    from maps.pages import overview

    work.write("maps/overview.html", overview.build(work.region, work.layers(), pages=work.pages))


@STEPS.step(
    files=_PAGES,
    region=(*declared.AREA, *declared.OWN_TEXTS),
    reads=(
        *_GROUNDWORK,
        *declared.names(
            "oblast_reach district_reach settlement_reach crossing_reach district_pair_reach",
            "oblast_pair_reach",
        ),
    ),
    uses=("catchments",),
    products=("maps/proximity.html",),
)
def proximity_map(work: graph.Workspace) -> None:
    """Draw the map of distances and times."""
    from layers.io import rasters
    from maps.pages import proximity

    name = "travel_time_to_crossing"
    surfaces = {name: rasters.read(work.products / "rasters" / f"{name}.tif")}
    work.write(
        "maps/proximity.html",
        proximity.build(work.region, work.layers(), pages=work.pages, surfaces=surfaces),
    )


@STEPS.step(
    files=_PAGES,
    region=(*declared.AREA, *declared.OWN_TEXTS),
    reads=(
        *_GROUNDWORK,
        *declared.names(
            "corridors corridor_bands district_reach scenarios scenario_units", "scenario_corridors"
        ),
    ),
    uses=("population",),
    products=("maps/corridors.html",),
)
def corridors_map(work: graph.Workspace) -> None:
    """Draw the map of corridors."""
    from layers.io import rasters
    from maps.pages import corridors

    surfaces = {"population": rasters.read(work.products / "rasters" / "population.tif")}
    work.write(
        "maps/corridors.html",
        corridors.build(work.region, work.layers(), pages=work.pages, surfaces=surfaces),
    )


@STEPS.step(
    files=_PAGES,
    region=(*declared.AREA, *declared.OWN_TEXTS),
    reads=(*_GROUNDWORK, "catchments", "service_areas", "district_access"),
    products=("maps/catchments.html",),
)
def catchments_map(work: graph.Workspace) -> None:
    """Draw the map of catchments."""
    from maps.pages import catchments

    work.write("maps/catchments.html", catchments.build(work.region, work.layers(), pages=work.pages))


@STEPS.step(
    files=_PAGES,
    region=(*declared.AREA, *declared.OWN_TEXTS),
    reads=(
        *_GROUNDWORK,
        *declared.names(
            "links zones terms framework intensity_districts intensity_oblasts",
            "intensity_district_pairs intensity_oblast_pairs intensity_terms intensity_left_out",
            "intensity_doubt intensity_variants intensity_moran",
        ),
    ),
    products=("maps/cooperation_intensity.html",),
)
def intensity_map(work: graph.Workspace) -> None:
    """Draw the map of cooperation intensity."""
    from maps.pages.intensity import page as intensity

    work.write(
        "maps/cooperation_intensity.html", intensity.build(work.region, work.layers(), pages=work.pages)
    )


@STEPS.step(
    files=_PAGES,
    region=(*declared.AREA, *declared.optional("candidate_kinds"), *declared.OWN_TEXTS),
    reads=(
        *_FRAMES,
        *declared.names(
            "corridors candidate_sites candidate_terms candidate_criteria candidate_left_out",
            "candidate_facts profiles siting_exclusions siting_left_out siting_doubt",
            "suitable_areas suitable_area_terms zone_scores zone_hits zones_left_out optimum",
            "optimum_sites optimum_proposals",
        ),
    ),
    uses=("siting",),
    wants=declared.tables("profiles"),
    products=("maps/candidate_sites.html",),
)
def sites_map(work: graph.Workspace) -> None:
    """Draw the map of candidate sites."""
    from layers.io import rasters
    from maps.pages.sites import page as sites

    layers = work.layers()
    names = [f"suitability_{name}" for name in dict.fromkeys(layers["profiles"]["profile"])]
    surfaces = {name: rasters.read(work.products / "rasters" / f"{name}.tif") for name in names}
    drawn = sites.build(work.region, layers, pages=work.pages, surfaces=surfaces)
    work.write("maps/candidate_sites.html", drawn)


# Layers that no weight changes, and those that scores or candidates are part of.
_MEASURED = declared.names(
    "border crossings settlements corridors corridor_bands catchments service_areas scenarios",
    "scenario_units scenario_corridors population_agreement links zones facts indicators sources",
    "terms notes road_speeds crossing_states crosswalk claims centre_times gravity",
)
_SCORED = declared.names(
    "framework intensity_terms intensity_left_out intensity_doubt intensity_variants",
    "intensity_methods intensity_moran suitable_areas suitable_area_terms siting_left_out siting_doubt",
    "siting_exclusions profiles zone_scores zone_hits zones_left_out optimum optimum_sites",
    "optimum_proposals candidate_sites candidate_terms candidate_criteria candidate_left_out",
    "candidate_doubt candidate_facts",
)
_UNITS = declared.names("oblasts districts oblast_pairs district_pairs")


@STEPS.step(
    files=declared.TEXTS,
    region=(
        *declared.AREA,
        *declared.tables("indicators", "terms", "sources", "crossing_states"),
        *declared.OWN_TEXTS,
    ),
    reads=(
        *_MEASURED,
        *declared.names("roads railways programme_points crossing_reach settlement_reach"),
    ),
    parts=("measured.gpkg",),
)
def measured(work: graph.Workspace) -> None:
    """Dress and write the layers that no weight changes."""
    from layers.analysis import corridors
    from layers.io import geopackage, joined
    from maps.qgis import styles

    layers = joined.layers(work.layers())
    if "programme_points" in layers:
        layers["programme"] = layers.pop("programme_points")
    layers |= corridors.by_choice(layers["corridors"])
    geopackage.write(styles.layers(work.region, layers), work.place("measured.gpkg", part=True))


@STEPS.step(
    files=declared.TEXTS,
    region=(
        *declared.AREA,
        *declared.tables("indicators", "terms", "framework", "sources"),
        *declared.OWN_TEXTS,
    ),
    reads=(
        *declared.names("oblasts oblast_wide oblast_reach intensity_oblasts"),
        *declared.names("districts district_wide district_reach district_access intensity_districts"),
        *declared.names("border oblast_pair_reach intensity_oblast_pairs"),
        *declared.names("district_pairs district_pair_reach intensity_district_pairs"),
        *_SCORED,
    ),
    uses=("measured",),
    products=("borderzone.gpkg",),
)
def geopackage(work: graph.Workspace) -> None:
    """Dress the layers with scores and write the GeoPackage."""
    from layers.io import geopackage, joined
    from maps.qgis import styles

    layers = work.layers()
    layers["oblast_pairs"] = layers.pop("border")
    dressed = styles.layers(work.region, joined.layers(layers))
    geopackage.write(dressed, work.place("borderzone.gpkg"), after=work.parts / "measured.gpkg")


@STEPS.step(
    files=declared.TEXTS,
    region=(*declared.AREA, *declared.tables("indicators", "terms"), *declared.OWN_TEXTS),
    reads=("facts", "indicators", "sources"),
    products=("tables/facts.xlsx",),
)
def evidence(work: graph.Workspace) -> None:
    """Gather the facts in a workbook, with their indicators and sources."""
    from layers.io import tables
    from maps.qgis import styles

    sheets = {
        name: (dressed.title, dressed.frame.rename(columns=dressed.titles))
        for name, dressed in styles.layers(work.region, work.layers()).items()
    }
    tables.write_workbook(sheets, work.place("tables/facts.xlsx"))


@STEPS.step(
    uses=("measured",),
    products=("tables/places.xlsx",),
    tables=(*_MEASURED, "corridor_alternatives", "programme"),
)
def measured_tables(work: graph.Workspace) -> None:
    """Write the numbers that no weight changes as tables and as a workbook."""
    from layers.io import tables

    tables.write(work.parts / "measured.gpkg", work.tables(), work.place("tables/places.xlsx"))


@STEPS.step(
    uses=("geopackage",),
    products=("tables/atlas.xlsx",),
    tables=(*_UNITS, *_SCORED),
)
def tables(work: graph.Workspace) -> None:
    """Write units, scores and candidates as tables and as a workbook."""
    from layers.io import tables

    tables.write(work.products / "borderzone.gpkg", work.tables(), work.place("tables/atlas.xlsx"))


@STEPS.step(
    wants=declared.tables("candidate_kinds"),
    region=(
        "region.toml",
        *declared.tables("candidate_kinds", "candidate_criteria"),
        *declared.tables("programme", "places", "terms", "notes", "sources", "units"),
    ),
    reads=declared.names(
        "candidate_places candidate_figures candidate_suitability candidate_sites programme"
    ),
    products=("tables/candidate_sites.xlsx",),
)
def candidate_workbook(work: graph.Workspace) -> None:
    """Write the workbook in which the scores of the candidates are formulas."""
    from layers.candidates import ranking, workbook

    layers = work.layers()
    figures = [layers["candidate_figures"], layers["candidate_suitability"]]
    elements = ranking.elements(work.region, layers["candidate_places"], figures)
    titles = layers["programme"].set_index("programme_id")
    workbook.write(
        work.region, elements, layers["candidate_sites"], titles, work.place("tables/candidate_sites.xlsx")
    )


@STEPS.step(
    region=(
        *declared.AREA,
        *declared.optional("criteria"),
        *declared.tables("terms", "sources"),
        *declared.OWN_TEXTS,
    ),
    files=_PAGES,
    reads=declared.names(
        "oblasts districts border crossings settlements links zones programme facts indicators",
        "sources terms notes raw_files claims",
    ),
    uses=declared.names(
        "geopackage evidence measured_tables tables population corridors catchments criteria",
        "siting candidate_workbook overview proximity_map corridors_map catchments_map",
        "intensity_map sites_map",
    ),
    products=("index.html",),
)
def index(work: graph.Workspace) -> None:
    """Write the page that leads to everything."""
    from maps.pages import index

    work.write("index.html", index.build(work.region, work.layers(), files=work.sizes()))
