"""Steps that write what users get: the GeoPackage, tables, maps, the index."""

from __future__ import annotations

from scripts import declared, graph

STEPS = declared.Steps()

_TABULATED = declared.names(
    "oblasts districts border district_pairs oblast_pairs crossings settlements corridors",
    "corridor_bands catchments service_areas scenarios scenario_units",
    "scenario_corridors population_agreement framework intensity_terms intensity_left_out",
    "intensity_doubt intensity_variants intensity_moran suitable_areas",
    "suitable_area_terms siting_left_out siting_doubt siting_exclusions profiles",
    "zone_scores zone_hits zones_left_out optimum optimum_sites optimum_proposals",
    "candidate_sites candidate_terms candidate_criteria candidate_left_out",
    "candidate_facts links zones programme facts indicators sources",
)


@STEPS.step(
    files=(*declared.TEXTS, *declared.tables("indicators", "terms", "framework", "sources")),
    reads=declared.names(
        "oblasts districts border district_pairs crossings roads railways settlements links",
        "zones programme_points facts indicators sources oblast_wide district_wide",
        "oblast_reach district_reach district_access settlement_reach crossing_reach",
        "district_pair_reach oblast_pair_reach corridors corridor_bands catchments service_areas scenarios",
        "scenario_units scenario_corridors population_agreement framework",
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


@STEPS.step(
    files=(*declared.TEXTS, *declared.tables("indicators")),
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


@STEPS.step(
    uses=("geopackage",),
    products=("tables/atlas.xlsx", *(f"tables/{name}.csv" for name in _TABULATED)),
)
def tables(work: graph.Workspace) -> None:
    """Write the numbers of the GeoPackage as tables and as one workbook."""
    import pathlib

    from layers import tables

    names = [pathlib.PurePath(name).stem for name in work.makes if name.endswith(".csv")]
    tables.write(work.products / "borderzone.gpkg", names, work.out / "tables")


_PAGES = ("maps/texts/*.toml", "maps/templates/*", "maps/assets/*")
_GROUNDWORK = declared.names(
    "oblasts districts border district_pairs roads railways stations crossings",
    "crossing_states settlements water rivers neighbours indicators sources notes units",
    "raw_files places",
)
_FRAMES = (
    *_GROUNDWORK,
    *declared.names("links zones programme facts mapped oblast_wide district_wide terms"),
)


@STEPS.step(files=_PAGES, reads=_FRAMES, products=("maps/overview.html",))
def overview(work: graph.Workspace) -> None:
    """Draw the overview map."""
    from maps import overview

    work.write("maps/overview.html", overview.build(work.layers(), pages=work.pages))


@STEPS.step(
    files=(*_PAGES, *declared.MODEL),
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
    from layers import rasters
    from maps import proximity

    name = "travel_time_to_crossing"
    surfaces = {name: rasters.read(work.products / "rasters" / f"{name}.tif")}
    work.write("maps/proximity.html", proximity.build(work.layers(), pages=work.pages, surfaces=surfaces))


@STEPS.step(
    files=(*_PAGES, *declared.MODEL),
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
    from layers import rasters
    from maps import corridors

    surfaces = {"population": rasters.read(work.products / "rasters" / "population.tif")}
    work.write("maps/corridors.html", corridors.build(work.layers(), pages=work.pages, surfaces=surfaces))


@STEPS.step(
    files=(*_PAGES, *declared.MODEL),
    reads=(*_GROUNDWORK, "catchments", "service_areas", "district_access"),
    products=("maps/catchments.html",),
)
def catchments_map(work: graph.Workspace) -> None:
    """Draw the map of catchments."""
    from maps import catchments

    work.write("maps/catchments.html", catchments.build(work.layers(), pages=work.pages))


@STEPS.step(
    files=(*_PAGES, *declared.MODEL),
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
    from maps import intensity

    work.write("maps/cooperation_intensity.html", intensity.build(work.layers(), pages=work.pages))


@STEPS.step(
    files=(*_PAGES, *declared.MODEL, *declared.tables("candidate_kinds")),
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
    products=("maps/candidate_sites.html",),
)
def sites_map(work: graph.Workspace) -> None:
    """Draw the map of candidate sites."""
    from layers import rasters
    from maps import sites

    surfaces = {name: rasters.read(work.products / "rasters" / f"{name}.tif") for name in sites.SURFACES}
    work.write("maps/candidate_sites.html", sites.build(work.layers(), pages=work.pages, surfaces=surfaces))


@STEPS.step(
    files=_PAGES,
    reads=declared.names(
        "oblasts districts border crossings settlements links zones programme facts indicators",
        "sources terms notes raw_files",
    ),
    uses=declared.names(
        "geopackage evidence tables population corridors catchments criteria siting candidates",
        "overview proximity_map corridors_map catchments_map intensity_map sites_map",
    ),
    products=("index.html",),
)
def index(work: graph.Workspace) -> None:
    """Write the page that leads to everything."""
    from maps import index

    work.write("index.html", index.build(work.layers(), files=work.sizes()))
