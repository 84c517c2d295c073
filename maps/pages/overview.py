"""The overview map: what lies where along the border, and the key attributes of its units."""

from __future__ import annotations

import pandas as pd

from layers.dictionary import ids
from layers.region import Region
from maps import texts
from maps.parts import basemap, figures, frames, overlays, popups, transport
from maps.web import page, spec

FRAMES = tuple(frames.COLUMNS)
_START = "district-density"


def build(region: Region, tables: frames.Frames, *, pages: tuple[str, ...] = ("overview",)) -> str:
    """Page ``maps/overview.html`` as text.

    Parameters
    ----------
    tables
        The base layers by name (`FRAMES`, columns in `maps.parts.frames.COLUMNS`), geometry in EPSG:4326;
        ``facts``, ``mapped``, ``indicators``, ``sources``, ``notes`` and ``terms`` as from
        `layers.base.facts` and `layers.dictionary.catalogue`, ``oblast_wide`` and ``district_wide`` as from
        `layers.base.facts.wide`.
    pages
        Ids of all maps of this atlas, for the navigation.

    Raises
    ------
    InputError
        One line for each frame or column that is missing.
    """
    return page.render(region, content(region, frames.checked(region, tables), pages=pages))


def content(region: Region, tables: frames.Frames, *, pages: tuple[str, ...]) -> spec.PageSpec:
    """Gather what the overview shows."""
    words = figures.Words(region, tables)
    subjects = figures.by_subject(region, tables, words)
    indicators = (
        *figures.indicators(region, tables, subjects, words, level="district"),
        *figures.indicators(region, tables, subjects, words, level="oblast"),
    )
    return spec.PageSpec(
        id="overview",
        title=texts.label(region, "overview.title"),
        subtitle=texts.label(region, "overview.subtitle"),
        units=popups.units(region, tables, subjects),
        indicators=indicators,
        background=basemap.background(region, tables),
        layers=_layers(region, tables, subjects, words),
        sources=figures.sources(region, tables["sources"]),
        base_source_ids=tuple(sorted({source for source in tables["raw_files"]["source_id"] if source})),
        rows=_zone_rows(region, tables, subjects),
        notes=(
            *_about(region),
            *overlays.absences(region, tables, ("links", "zones", "programme")),
            *_remarks(region, tables["notes"], tables["units"]),
        ),
        pages=pages,
        start=_START,
    )


def _layers(
    region: Region, tables: frames.Frames, subjects: figures.Subjects, words: figures.Words
) -> tuple[spec.Layer, ...]:
    return (
        *overlays.boundaries(region, tables, subjects),
        transport.crossings(region, tables),
        transport.roads(region, tables),
        transport.railways(region, tables),
        transport.stations(region, tables),
        overlays.settlements(region, tables),
        *overlays.all_documented(region, tables, subjects, words),
    )


def _zone_rows(region: Region, tables: frames.Frames, subjects: figures.Subjects) -> tuple[spec.Row, ...]:
    """Figures of the whole border and of the two countries."""
    titles = figures.titles(region, tables)
    length_km = float(tables["border"]["length_km"].sum())
    countries = set(tables["units"].query("level == 'country'")["unit_id"])
    ends = {subject: ids.parts(subject) for subject in subjects}
    border = [subject for subject, both in ends.items() if len(both) > 1 and set(both) <= countries]
    rows = [popups.length(region, length_km, "row.border_measured")]
    for subject in border:
        rows += figures.rows(subjects, subject, titles)
    for row in tables["units"].query("level == 'country'").to_dict("records"):
        for own in figures.rows(subjects, row["unit_id"], titles):
            rows.append(spec.Row(texts.joined([texts.of(region, row), own.title], ": "), own.figures))
    return tuple(rows)


def _about(region: Region) -> tuple[spec.Note, ...]:
    return tuple(
        spec.Note(texts.label(region, f"overview.{key}"), texts.label(region, f"overview.{key}_title"))
        for key in ("about", "reading", "trust", "limits")
    )


def _remarks(region: Region, notes: pd.DataFrame, units: pd.DataFrame) -> tuple[spec.Note, ...]:
    """Remarks on the article that concern the two countries as a whole and no single unit."""
    countries = set(units.query("level == 'country'")["unit_id"])
    title = texts.label(region, "overview.remark_title")
    return tuple(
        spec.Note(texts.of(region, row, "text"), title, caution=True)
        for row in notes[notes["kind"] == "article"].to_dict("records")
        if set(figures.concerned(row)) <= countries
    )
