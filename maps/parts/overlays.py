"""Base layers as overlays of a map: boundaries, settlements, cooperation, programme."""

from __future__ import annotations

import collections.abc

import pandas as pd
import shapely

from layers.region import Region
from maps import texts
from maps.parts import figures, frames, palettes, popups
from maps.web import spec

_BLUE, _VERMILION, _GREEN, _PINK, _ORANGE, _SKY = palettes.QUALITATIVE[:6]
_PAIR = "#a3195b"
_INK = "#2b3a44"

_SETTLEMENT_CLASSES = ((100_000, 10.0), (50_000, 8.5), (20_000, 7.0), (5_000, 5.5), (0, 4.0))
_COLOURS = (_BLUE, _VERMILION, _GREEN, _PINK, _ORANGE, _SKY, "#5b4a9c", "#7a7a2e")
_SHAPES: tuple[spec.Shape, ...] = ("circle", "square", "diamond", "triangle")
# Frame of each kind of what is documented.
_KINDS = {"link": "links", "zone": "zones", "programme": "programme"}


def boundaries(region: Region, tables: frames.Frames, subjects: figures.Subjects) -> tuple[spec.Layer, ...]:
    """Paired districts, the border in pieces of oblast pairs, outlines of oblasts."""
    group = texts.label(region, "group.boundaries")
    source_ids = raw_sources(tables, "districts_", "outline_")
    outlines = shapely.line_merge(shapely.union_all(tables["oblasts"].geometry.boundary))
    return (
        spec.Layer(
            "pairs",
            texts.label(region, "layer.pairs"),
            group,
            (spec.Symbol(texts.label(region, "layer.pairs"), "line", _PAIR, 3.2),),
            tuple(_paired(region, tables["district_pairs"])),
            visible=True,
        ),
        spec.Layer(
            "border",
            texts.label(region, "layer.border"),
            group,
            (spec.Symbol(texts.label(region, "layer.border"), "line", _INK, 3.2),),
            tuple(_border(region, tables, subjects)),
            visible=True,
            source_ids=source_ids,
        ),
        spec.Layer(
            "oblast-outlines",
            texts.label(region, "layer.oblast_outlines"),
            group,
            (spec.Symbol(texts.EMPTY, "line", _INK, 1.3),),
            (spec.Feature("oblast-outlines", texts.EMPTY, 0, outlines),),
            visible=True,
        ),
    )


def _paired(region: Region, pairs: pd.DataFrame) -> collections.abc.Iterator[spec.Feature]:
    for row in pairs[pairs["is_paired"]].to_dict("records"):
        rows = (popups.length(region, row["shared_km"], "row.shared"),)
        ends = (row["unit_id_a"], row["unit_id_b"])
        yield spec.Feature(f"pair-{row['pair_id']}", texts.of(region, row), 0, None, rows, unit_ids=ends)


def _border(
    region: Region, tables: frames.Frames, subjects: figures.Subjects
) -> collections.abc.Iterator[spec.Feature]:
    names = {row["unit_id"]: texts.of(region, row) for row in tables["oblasts"].to_dict("records")}
    titles = figures.titles(region, tables)
    for row in tables["border"].to_dict("records"):
        ends = (row["oblast_id_a"], row["oblast_id_b"])
        yield spec.Feature(
            f"border-{row['border_id']}",
            texts.joined([names[end] for end in ends], " – "),
            0,
            row["geometry"],
            (popups.length(region, row["length_km"]), *figures.rows(subjects, row["border_id"], titles)),
            unit_ids=ends,
        )


def settlements(region: Region, tables: frames.Frames) -> spec.Layer:
    """Settlements by number of inhabitants; those without a figure have a sign of their own."""
    unknown = spec.Symbol(texts.label(region, "settlement.unknown"), "diamond", "#7b868d", 4.5)
    symbols = tuple(
        spec.Symbol(texts.label(region, f"settlement.{least}"), "circle", _INK, size)
        for least, size in _SETTLEMENT_CLASSES
    )
    return spec.Layer(
        "settlements",
        texts.label(region, "layer.settlements"),
        texts.label(region, "group.settlements"),
        (*symbols, unknown),
        tuple(_settlement(region, row) for row in tables["settlements"].to_dict("records")),
        note=texts.label(region, "layer.settlements_note"),
        source_ids=tuple(sorted(set(tables["settlements"]["source_id"]) - {""})),
    )


def _settlement(region: Region, row: frames.Row) -> spec.Feature:
    population = row["population"]
    limits = [least for least, _ in _SETTLEMENT_CLASSES]
    if pd.notna(population):
        symbol = next(number for number, least in enumerate(limits) if population >= least)
        figure = spec.Figure(
            float(population),
            texts.label(region, "measure.persons"),
            row["population_period"],
            row["source_id"],
        )
    else:
        symbol = len(limits)
        figure = spec.Figure(texts.label(region, "page.no_data"), source_id=row["source_id"])
    rows = (spec.Row(texts.label(region, "row.population"), (figure,)),)
    return spec.Feature(
        f"settlement-{row['settlement_id']}",
        texts.of(region, row),
        symbol,
        row["geometry"],
        rows,
        unit_ids=(row["unit_id"],),
    )


def all_documented(
    region: Region,
    tables: frames.Frames,
    subjects: figures.Subjects,
    words: figures.Words,
    *kinds: str,
) -> tuple[spec.Layer, ...]:
    """Layers of links, zones and programme elements, or of some of these kinds, that the region has."""
    return tuple(
        documented(region, tables, subjects, words, kind=kind)
        for kind in kinds or _KINDS
        if _KINDS[kind] in tables
    )


def absences(region: Region, tables: frames.Frames, names: tuple[str, ...]) -> tuple[spec.Note, ...]:
    """Say of what there are no data, a sentence for each."""
    said = [texts.label(region, f"absent.{name}") for name in names if name not in tables]
    return (spec.Note(texts.joined(said), texts.label(region, "absent.title")),) if said else ()


def documented(
    region: Region, tables: frames.Frames, subjects: figures.Subjects, words: figures.Words, *, kind: str
) -> spec.Layer:
    """Links, zones or programme elements, a symbol for each type."""
    table = tables[_KINDS[kind]]
    types = words.terms(f"{kind}_type")
    known = set(tables["districts"]["unit_id"]) | set(tables["oblasts"]["unit_id"])
    titles = figures.titles(region, tables)
    size = {"link": 10.0, "zone": 11.0, "programme": 13.0}[kind]
    symbols = tuple(
        spec.Symbol(
            title.capitalised(),
            _SHAPES[(number // len(_COLOURS) + {"link": 0, "zone": 1, "programme": 2}[kind]) % len(_SHAPES)],
            _COLOURS[number % len(_COLOURS)],
            size,
        )
        for number, title in enumerate(types.values())
    )
    features = []
    for row in table.sort_values(f"{kind}_id").to_dict("records"):
        identity = row[f"{kind}_id"]
        rows, notes, unit_ids = popups.located(region, row, identity, subjects, words, titles, known)
        features.append(
            spec.Feature(
                identity,
                texts.of(region, row, "title"),
                list(types).index(row["type"]),
                _sign(row["geometry"]),
                rows,
                notes,
                unit_ids,
            )
        )
    group = texts.label(region, "group.programme" if kind == "programme" else "group.cooperation")
    return spec.Layer(
        f"{kind}s",
        texts.label(region, f"layer.{kind}s"),
        group,
        symbols,
        tuple(features),
        visible=kind == "programme",
        listed=kind == "programme",
        note=texts.label(region, f"layer.{kind}s_note"),
    )


def _sign(geometry: shapely.Geometry) -> shapely.Geometry:
    """Where the sign stands: at the points, else in the middle of the line or area."""
    if shapely.get_dimensions(geometry) == 0:
        return geometry
    if shapely.get_dimensions(geometry) == 1:
        merged = shapely.line_merge(geometry)
        longest = max(shapely.get_parts(merged), key=lambda part: part.length)
        return shapely.line_interpolate_point(longest, 0.5, normalized=True)
    return popups.label_point(geometry)


def raw_sources(tables: frames.Frames, *prefixes: str) -> tuple[str, ...]:
    """Name the sources of the raw files whose key starts so, each once."""
    files = tables["raw_files"]
    found = files.loc[files["key"].str.startswith(prefixes), "source_id"]
    return tuple(sorted(set(found) - {""}))
