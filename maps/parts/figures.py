"""From facts to what is shown: figures with year, source and words; indicators with classes."""

from __future__ import annotations

import collections
import collections.abc

import pandas as pd

from layers.dictionary import ids
from layers.region import Region
from maps import texts
from maps.parts import classes, frames, palettes
from maps.web import spec

_RAMPS = {
    "population": "PuBuGn",
    "work": "YlOrBr",
    "economy": "BuPu",
    "trade": "PuRd",
    "cooperation": "YlGnBu",
    "tourism": "OrRd",
    "territory": "YlGn",
}
_SECOND_RAMP = "Purples"

# Indicators that count documents.
_OF_DOCUMENTS = ("links_count", "links_per_100k")

# Source of what the atlas computes itself.
COMPUTED = "computed"

Subjects = dict[str, dict[str, tuple[spec.Figure, ...]]]


class Words:
    """Titles of the closed vocabularies, and notes by id."""

    def __init__(self, region: Region, tables: frames.Frames) -> None:
        self._terms = {
            (row["vocabulary"], row["term"]): texts.of(region, row, "title")
            for row in tables["terms"].to_dict("records")
        }
        self._notes = {
            row["note_id"]: texts.of(region, row, "text") for row in tables["notes"].to_dict("records")
        }

    def term(self, vocabulary: str, term: object) -> texts.Label:
        """Title of a term; nothing for an empty cell."""
        return self._terms[vocabulary, term] if isinstance(term, str) and term else texts.EMPTY

    def terms(self, vocabulary: str) -> dict[str, texts.Label]:
        """Titles of one vocabulary in the order of the table."""
        return {term: label for (name, term), label in self._terms.items() if name == vocabulary}

    def note(self, note_id: str) -> texts.Label:
        """Text of one note."""
        return self._notes[note_id]

    def notes(self, note_ids: object) -> texts.Label:
        """Texts of several notes, one after the other."""
        found = [self._notes[note_id] for note_id in str(note_ids or "").split()]
        return texts.joined(found)


def sources(region: Region, table: pd.DataFrame) -> tuple[spec.Source, ...]:
    """Give the catalogue of sources, and the atlas itself for what it computes."""
    own = spec.Source(
        COMPUTED, texts.label(region, "source.computed"), texts.label(region, "source.computed_short")
    )
    stated = (
        spec.Source(
            row["source_id"],
            texts.plain(row["title"]),
            texts.plain(row["publisher"]),
            row["address"],
            row["licence"],
            row["vintage"],
        )
        for row in table.sort_values("source_id").to_dict("records")
    )
    return (own, *stated)


def by_subject(region: Region, tables: frames.Frames, words: Words) -> Subjects:
    """Figures by subject (unit, pair, border, place, feature) and indicator.

    The mapped figure comes first; the others follow, the latest period first.
    """
    measures = {
        row["indicator"]: texts.of(region, row, "unit") for row in tables["indicators"].to_dict("records")
    }
    chosen = [*_records(tables["mapped"]), *_computed(tables)]
    others = _records(tables["facts"][~tables["facts"]["fact_id"].isin(tables["mapped"]["fact_id"])])
    others.sort(key=lambda row: str(row["period"]).removeprefix("census-"), reverse=True)
    found: collections.defaultdict[str, dict[str, list[spec.Figure]]] = collections.defaultdict(dict)
    for row in [*chosen, *others]:
        figure = _figure(row, measures[row["indicator"]], words)
        found[row["unit_id"]].setdefault(row["indicator"], []).append(figure)
    return {
        subject: {indicator: tuple(figures) for indicator, figures in by_indicator.items()}
        for subject, by_indicator in sorted(found.items())
    }


def rows(
    subjects: Subjects, subject: str, titles: collections.abc.Mapping[str, texts.Label]
) -> tuple[spec.Row, ...]:
    """All figures of one subject as rows of its card, in the order of ``titles``."""
    own = subjects.get(subject, {})
    return tuple(spec.Row(title, own[indicator]) for indicator, title in titles.items() if indicator in own)


def titles(region: Region, tables: frames.Frames) -> dict[str, texts.Label]:
    """Titles of the indicators by id, in the order of the dictionary."""
    return {
        row["indicator"]: texts.of(region, row, "title") for row in tables["indicators"].to_dict("records")
    }


def indicators(
    region: Region, tables: frames.Frames, subjects: Subjects, words: Words, *, level: spec.Level
) -> tuple[spec.Indicator, ...]:
    """All indicators that units of a level have, those for maps with classes.

    Indicators that say the same in two units of measure (``wage_rub``, ``wage_byn``), each for other
    units, become one with two scales.
    """
    units = [unit_id for unit_id in tables[f"{level}s"]["unit_id"] if unit_id in subjects]
    found: dict[str, spec.Indicator] = {}
    for row in tables["indicators"].to_dict("records"):
        figures = {
            unit: subjects[unit][row["indicator"]] for unit in units if row["indicator"] in subjects[unit]
        }
        if not figures:
            continue
        mapped = level in row["choropleth"].split()
        stem = row["indicator"].removesuffix(f"_{row['unit']}") if mapped else row["indicator"]
        title = texts.of(region, row, "title")
        earlier = found.get(stem)
        if earlier and not set(earlier.figures) & set(figures):
            figures, title = {**earlier.figures, **figures}, texts.common(earlier.title, title)
        elif earlier:
            stem = row["indicator"]
        found[stem] = spec.Indicator(
            id=f"{level}-{stem}",
            title=title,
            group=words.term("theme", row["theme"]).capitalised(),
            level=level,
            figures=figures,
            scales=scales(
                figures,
                ramp=_RAMPS.get(row["theme"], "YlGnBu"),
                scheme=region.schemes.get(row["theme"], "auto"),
            )
            if mapped
            else (),
            documented=_documented(figures) if row["indicator"] in _OF_DOCUMENTS else None,
        )
    return tuple(found.values())


def _documented(figures: collections.abc.Mapping[str, tuple[spec.Figure, ...]]) -> int:
    return sum(mapped.value != 0 for mapped, *_ in figures.values())


def scales(
    figures: collections.abc.Mapping[str, tuple[spec.Figure, ...]], *, ramp: str, scheme: str = "auto"
) -> tuple[spec.Scale, ...]:
    """Classes of the mapped figures, a scale for each unit of measure."""
    values: dict[texts.Label, list[float]] = {}
    for mapped, *_ in figures.values():
        if not isinstance(mapped.value, texts.Label):
            values.setdefault(mapped.unit, []).append(mapped.value)
    return tuple(
        _scale(unit, pd.Series(found), ramp if number == 0 else _SECOND_RAMP, scheme)
        for number, (unit, found) in enumerate(sorted(values.items(), key=lambda item: item[0].first))
    )


def _scale(unit: texts.Label, values: pd.Series, ramp: str, scheme: str) -> spec.Scale:
    bounds = classes.breaks(values, scheme=scheme)
    below = sum(bound <= 0 for bound in bounds)
    colours = palettes.around_zero(below, len(bounds) - below) if below else palettes.ramp(ramp, len(bounds))
    return spec.Scale(unit, bounds, colours)


def _figure(row: frames.Row, measure: texts.Label, words: Words) -> spec.Figure:
    return spec.Figure(
        value=float(str(row["value"])),
        unit=measure,
        period=str(row["period"]),
        source_id=str(row["source_id"]),
        qualifier=words.term("qualifier", row.get("qualifier")),
        confidence=words.term("confidence", row.get("confidence")),
        perimeter=words.term("perimeter", row["perimeter"]) if row["perimeter"] != "whole" else texts.EMPTY,
        note=words.notes(row.get("notes")),
    )


def _records(table: pd.DataFrame) -> list[frames.Row]:
    return list(table.sort_values(["unit_id", "indicator"], kind="stable").to_dict("records"))


def _computed(tables: frames.Frames) -> list[frames.Row]:
    """Figures that the atlas computes, from the wide attributes of oblasts and districts."""
    names = tables["indicators"].query("computed == 'yes'")["indicator"]
    return [
        {
            "unit_id": row["unit_id"],
            "indicator": name,
            "value": row[name],
            "source_id": COMPUTED,
            **{column: _text(row.get(f"{name}_{column}")) for column in ("period", "qualifier", "perimeter")},
        }
        for level in ("oblast", "district")
        for row in tables[f"{level}_wide"].to_dict("records")
        for name in names
        if pd.notna(row.get(name))
    ]


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""


def concerned(row: frames.Row) -> list[str]:
    """Units that a remark or feature names; a pair stands for both of its units."""
    return [unit for one in str(row["unit_ids"]).split() for unit in ids.parts(one)]
