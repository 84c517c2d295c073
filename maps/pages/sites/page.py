"""The map of candidate sites: the programme among its alternatives, suitable areas, best centres."""

from __future__ import annotations

import dataclasses

from layers.region import Region
from maps import texts
from maps.pages.sites import elements, facts, optimum, purposes, zones
from maps.parts import analyses, classes, figures, frames, images, overlays, palettes
from maps.web import page, spec

PAGE = "candidate_sites"
COLUMNS = (
    frames.COLUMNS
    | {"district_pairs": (*frames.COLUMNS["district_pairs"], "geometry")}
    | elements.COLUMNS
    | purposes.COLUMNS
    | zones.COLUMNS
    | optimum.COLUMNS
)
FRAMES = tuple(COLUMNS)
# Remarks, and the frame that each is about.
_NOTES = {
    "about": "candidate_sites",
    "about_siting": "suitable_areas",
    "reading": "candidate_sites",
    "how_scores": "candidate_sites",
    "how_doubt": "suitable_areas",
    "how_siting": "suitable_areas",
    "how_check": "zone_hits",
    "how_optimum": "optimum",
    "how_fund": "candidate_sites",
}
# Countries as the quiet ground under sites.
_SIDES = ("#f1e9dc", "#e2ebe4", "#e6e3ee", "#eee6e6")


def build(
    region: Region,
    tables: frames.Frames,
    *,
    pages: tuple[str, ...] = (PAGE,),
    surfaces: images.Surfaces | None = None,
) -> str:
    """Page ``maps/candidate_sites.html`` as text.

    Parameters
    ----------
    tables
        Layers by name (`FRAMES`, columns in `COLUMNS`), geometry in EPSG:4326; ``candidate_…`` as from
        `layers.candidates.ranking`, the frames of siting as from `layers.siting.suitability`, ``optimum…``
        as from `layers.analysis.optimum`.
    pages
        Ids of all maps of this atlas, for the navigation.
    surfaces
        Suitability of cells by file name, those that are to be shown.

    Raises
    ------
    InputError
        One line for each frame or column that is missing.
    """
    return page.render(
        region, content(region, frames.checked(region, tables, COLUMNS), pages=pages, surfaces=surfaces or {})
    )


def content(
    region: Region, tables: frames.Frames, *, pages: tuple[str, ...], surfaces: images.Surfaces
) -> spec.PageSpec:
    """Gather what the page shows."""
    names, words = analyses.Names(region, tables), figures.Words(region, tables)
    subjects = figures.by_subject(region, tables, words)
    known = facts.Known(region, tables) if "candidate_sites" in tables else None
    return dataclasses.replace(
        analyses.blank(region, tables, PAGE, pages=pages),
        units=_units(region, tables, known),
        indicators=(_sides(region, tables, names), *(_fund(region, tables) if known else ())),
        layers=(
            *(_programme(region, tables, known, subjects, words) if known else ()),
            purposes.purposes(region, tables, names, words, zones.by_profile(region, tables)),
            *purposes.suitability(region, tables, surfaces, names, words),
            *(_optimum(region, tables, known, words) if known and "optimum" in tables else ()),
            *(_zones(region, tables, subjects, words) if "zone_hits" in tables else ()),
            *overlays.all_documented(region, tables, subjects, words, "link"),
            *([elements.corridors(region, tables, names)] if known else ()),
            dataclasses.replace(analyses.crossings(region, tables, "road", "rail"), visible=False),
            *analyses.boundaries(region, tables),
            *analyses.roads(region, tables),
        ),
        notes=_notes(region, tables),
        files=_files(region) if known else (),
        start="sides",
    )


def _programme(
    region: Region,
    tables: frames.Frames,
    known: facts.Known,
    subjects: figures.Subjects,
    words: figures.Words,
) -> tuple[spec.Layer, ...]:
    """Elements of the programme, and what each is compared with."""
    return (
        elements.elements(region, tables, known, subjects, words),
        *elements.alternatives(region, tables, known),
    )


def _optimum(
    region: Region, tables: frames.Frames, known: facts.Known, words: figures.Words
) -> tuple[spec.Layer, ...]:
    """Goals of location, and the best centres for each."""
    return (optimum.goals(region, tables, known, words), *optimum.centres(region, tables, words))


def _zones(
    region: Region, tables: frames.Frames, subjects: figures.Subjects, words: figures.Words
) -> tuple[spec.Layer, ...]:
    """Existing zones as a check of the model, and where they lie."""
    return (zones.check(region, tables, words), zones.layer(region, tables, subjects, words))


def _files(region: Region) -> tuple[spec.File, ...]:
    return (spec.File("../tables/candidate_sites.xlsx", texts.label(region, f"{PAGE}.workbook")),)


def _notes(region: Region, tables: frames.Frames) -> tuple[spec.Note, ...]:
    """Remarks on what the page shows, and a sentence on what it lacks."""
    shown = [key for key, frame in _NOTES.items() if frame in tables]
    if "candidate_sites" in tables:
        shown.remove("about_siting")
    return (
        *(_note(region, key) for key in shown),
        *overlays.absences(region, tables, ("programme", "zones")),
        *analyses.notes(region, PAGE, (), tables),
    )


def _note(region: Region, key: str) -> spec.Note:
    return spec.Note(texts.label(region, f"{PAGE}.{key}"), texts.label(region, f"{PAGE}.{key}_title"))


def _units(region: Region, tables: frames.Frames, known: facts.Known | None) -> tuple[spec.Unit, ...]:
    """Oblasts, and districts with their share of the fund and why they have it."""
    shares = elements.fund(region, known) if known else {}
    return tuple(
        dataclasses.replace(
            unit,
            rows=(*unit.rows, *(shares[unit.id].rows if unit.id in shares else ())),
            composites=shares[unit.id].composites if unit.id in shares else (),
            partners=tuple(dataclasses.replace(partner, paired=False) for partner in unit.partners),
        )
        for unit in analyses.units(region, tables)
    )


def _sides(region: Region, tables: frames.Frames, names: analyses.Names) -> spec.Indicator:
    """Which country a district belongs to."""
    units = tables["districts"][["unit_id", "oblast_id"]].to_numpy()
    country = {unit: oblast.partition("-")[0] for unit, oblast in units}
    countries = sorted(set(country.values()), reverse=True)
    labels = tuple(names.units[one] for one in countries)
    return spec.Indicator(
        id="sides",
        title=texts.label(region, f"{PAGE}.sides"),
        group=texts.label(region, f"{PAGE}.ground"),
        level="district",
        figures={unit: (spec.Figure(names.units[one]),) for unit, one in country.items()},
        scales=(spec.Scale(texts.EMPTY, (), _SIDES[: len(labels)], labels=labels),),
        note=texts.label(region, f"{PAGE}.sides_note"),
    )


def _fund(region: Region, tables: frames.Frames) -> tuple[spec.Indicator, ...]:
    """Share of each district in the fund, and the score behind it."""
    found = tables["candidate_sites"].dropna(subset=["share_pct"]).set_index("place_id")
    top = region.candidates.top
    scored = {
        str(row["place_id"]): analyses.score(row, top=top, of=int(row["alternatives"]))
        for row in found.reset_index().to_dict("records")
    }
    bounds = {name: classes.breaks(found[name]) for name in ("share_pct", "score")}
    share = analyses.indicator(
        region,
        found["share_pct"],
        f"{PAGE}.fund_share",
        name=elements.FUND_SHARE,
        group=f"{PAGE}.fund_group",
        unit="pct",
        classed=(bounds["share_pct"], palettes.ramp("YlOrBr", len(bounds["share_pct"]))),
    )
    score = dataclasses.replace(
        share,
        id=elements.FUND_SCORE,
        title=texts.label(region, f"{PAGE}.fund_score"),
        figures={unit: (figure,) for unit, figure in scored.items() if figure},
        scales=(spec.Scale(texts.EMPTY, bounds["score"], palettes.ramp("PuBuGn", len(bounds["score"]))),),
    )
    note = texts.label(region, f"{PAGE}.fund_note")
    return (dataclasses.replace(share, note=note), dataclasses.replace(score, note=note))
