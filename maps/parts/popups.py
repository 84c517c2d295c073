"""What cards say: records of units and located features from the base layers, one for each."""

from __future__ import annotations

import pandas as pd
import shapely

from layers.region import Region
from maps import texts
from maps.parts import figures, frames
from maps.web import spec


def units(region: Region, tables: frames.Frames, subjects: figures.Subjects) -> tuple[spec.Unit, ...]:
    """Oblasts and districts with area, neighbours across the border, places and remarks."""
    partners = _partners(tables["district_pairs"])
    inner = _inner(region, tables, subjects)
    notes = _notes(region, tables["notes"])
    levels: tuple[tuple[spec.Level, str], ...] = (("oblast", "oblasts"), ("district", "districts"))
    return tuple(
        spec.Unit(
            id=row["unit_id"],
            level=level,
            parent_id=row.get("oblast_id", ""),
            name=texts.of(region, row),
            kind=texts.label(region, f"kind.{row['kind']}"),
            geometry=row["geometry"],
            rows=(area(region, row["area_km2"]), *inner.get(row["unit_id"], ())),
            partners=tuple(partners.get(row["unit_id"], ())),
            notes=tuple(notes.get(row["unit_id"], ())),
        )
        for level, table in levels
        for row in tables[table].sort_values("unit_id").to_dict("records")
    )


def area(region: Region, area_km2: float) -> spec.Row:
    """Area as measured on the outlines of the atlas."""
    return computed(texts.label(region, "row.area"), round(area_km2, 1), texts.label(region, "measure.km2"))


def length(region: Region, length_km: float, title: str = "row.length") -> spec.Row:
    """Length as measured on the lines of the atlas."""
    return computed(texts.label(region, title), round(length_km, 1), texts.label(region, "measure.km"))


def computed(title: texts.Label, value: float, unit: texts.Label) -> spec.Row:
    """Row of a figure that the atlas measures itself."""
    return spec.Row(title, (spec.Figure(value, unit, source_id=figures.COMPUTED),))


def stated(
    region: Region, title: str, value: texts.Label, *, source_id: str = "", period: str = ""
) -> spec.Row:
    """Row in words."""
    return spec.Row(texts.label(region, title), (spec.Figure(value, source_id=source_id, period=period),))


def located(
    region: Region,
    row: frames.Row,
    subject: str,
    subjects: figures.Subjects,
    words: figures.Words,
    titles: dict[str, texts.Label],
    known: set[str],
) -> tuple[tuple[spec.Row, ...], tuple[spec.Note, ...], tuple[str, ...]]:
    """Rows, remarks and units of a link, a zone or a programme element."""
    source_ids = str(row["source_ids"]).split()
    source_id = source_ids[0] if source_ids else ""
    rows = [
        stated(
            region,
            "row.state",
            words.term("state", row["state"]),
            source_id=source_id,
            period=str(row["date"]),
        ),
        stated(region, "row.side", words.term("side", row["partner_side"])),
        stated(region, "row.accuracy", words.term("accuracy", row["accuracy"])),
        *(stated(region, "row.source", texts.EMPTY, source_id=other) for other in source_ids[1:]),
        *figures.rows(subjects, subject, titles),
    ]
    notes = tuple(spec.Note(words.note(note), caution=True) for note in str(row["notes"]).split())
    unit_ids = tuple(unit for unit in str(row["unit_ids"]).split() if unit in known)
    return tuple(rows), notes, unit_ids


def _partners(pairs: pd.DataFrame) -> dict[str, list[spec.Partner]]:
    found: dict[str, list[spec.Partner]] = {}
    for row in pairs.sort_values("shared_km", ascending=False).to_dict("records"):
        for unit, other in ((row["unit_id_a"], row["unit_id_b"]), (row["unit_id_b"], row["unit_id_a"])):
            partner = spec.Partner(other, round(row["shared_km"], 1), bool(row["is_paired"]))
            found.setdefault(unit, []).append(partner)
    return found


def _inner(region: Region, tables: frames.Frames, subjects: figures.Subjects) -> dict[str, list[spec.Row]]:
    """Figures of cities and settlements, by the district in which they lie."""
    titles = figures.titles(region, tables)
    cities = tables["units"].query("level == 'city'").rename(columns={"parent_id": "within"})
    known = cities.to_dict("records")
    if "places" in tables:
        places = tables["places"].rename(columns={"place_id": "unit_id", "unit_id": "within"})
        known += places.to_dict("records")
    found: dict[str, list[spec.Row]] = {}
    for row in known:
        for own in figures.rows(subjects, row["unit_id"], titles):
            title = texts.joined([texts.of(region, row), own.title], ": ")
            found.setdefault(row["within"], []).append(spec.Row(title, own.figures))
    return found


def _notes(region: Region, notes: pd.DataFrame) -> dict[str, list[spec.Note]]:
    """Remarks that name units, by unit; those on a pair belong to both."""
    found: dict[str, list[spec.Note]] = {}
    for row in notes.to_dict("records"):
        for unit in figures.concerned(row):
            found.setdefault(unit, []).append(
                spec.Note(texts.of(region, row, "text"), caution=row["kind"] == "article")
            )
    return found


def label_point(shape: shapely.Geometry) -> shapely.Point:
    """Middle of the largest circle within: where a name has most room."""
    return shapely.get_point(shapely.maximum_inscribed_circle(shape, tolerance=0.01), 0)
