"""Where each purpose fits on the map: suitability of the ground, and ranked areas with their terms."""

from __future__ import annotations

import itertools

import pandas as pd
import shapely

from layers.region import Region
from maps import texts
from maps.pages.sites import facts
from maps.parts import analyses, figures, frames, images, palettes, popups
from maps.web import spec

COLUMNS = {
    "profiles": ("profile", "criterion", "weight", "kind", "limits", "source", *frames.TITLES),
    "siting_exclusions": ("profile", "mask", "cells", "share"),
    "siting_left_out": ("profile", "criterion", "spearman", "rank_change_max", "area_id"),
    "siting_doubt": ("profile", "spearman_median", "spearman_low"),
    "suitable_areas": (
        *("area_id", "profile", "score", "rank", "rank_last", "coverage", "rank_median", "rank_low"),
        *(
            "rank_high",
            "top_share",
            "patches",
            "area_km2",
            "lon",
            "lat",
            "population_domestic",
            "population_foreign",
        ),
        *("unit_id", "unit_ids", "crossing_id", "crossing_min", "geometry"),
    ),
    "suitable_area_terms": (
        *("area_id", "criterion", "value", "normalised", "weight", "weight_used", "contribution"),
        *("period", "source_ids"),
    ),
}
_PAGE = "candidate_sites"
_BREAKS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 1.0)
_FIRST, _AREA = "#a63c06", "#6b5b4a"
_SIMPLIFIED_DEGREES = 0.002


def titles(tables: frames.Frames, words: figures.Words) -> dict[str, texts.Label]:
    """Titles of the profiles in the order of their vocabulary."""
    known = set(tables["profiles"]["profile"])
    return {name: title for name, title in words.terms("profile").items() if name in known}


def purposes(
    region: Region,
    tables: frames.Frames,
    names: analyses.Names,
    words: figures.Words,
    zones: dict[str, spec.Table],
) -> spec.Layer:
    """Profiles, each with its best areas, its criteria, what it excludes and its existing zones."""
    symbol = spec.Symbol(texts.label(region, f"{_PAGE}.areas"), "area", _FIRST, 1.6)
    first = {row["profile"]: row["unit_id"] for row in facts.rows(tables["suitable_areas"], rank=1)}
    features = tuple(
        spec.Feature(
            f"purpose-{profile}",
            title.capitalised(),
            0,
            None,
            tables=(
                _criteria(region, tables, profile),
                _exclusions(region, tables, profile, words),
                *([zones[profile]] if profile in zones else []),
            ),
            notes=(_agreement(region, tables, profile),),
            brief=texts.label(region, f"{_PAGE}.purpose_brief").format(name=names.units[first[profile]]),
            shows=("sides", f"suitability_{profile}", f"areas-{profile}"),
            ranking=f"areas-{profile}",
        )
        for profile, title in titles(tables, words).items()
    )
    title, group = texts.label(region, f"{_PAGE}.purposes"), texts.label(region, f"{_PAGE}.suitability")
    return spec.Layer("purposes", title, group, (symbol,), features, listed=True)


def suitability(
    region: Region,
    tables: frames.Frames,
    surfaces: images.Surfaces,
    names: analyses.Names,
    words: figures.Words,
) -> tuple[spec.Layer | spec.Image, ...]:
    """Suitability of cells and the areas that stand out, by profile."""
    found: list[spec.Layer | spec.Image] = []
    for profile, title in titles(tables, words).items():
        step = title.capitalised()
        if f"suitability_{profile}" in surfaces:
            found.append(_image(region, f"suitability_{profile}", surfaces, step))
        found.append(_areas(region, tables, names, profile, step))
    return tuple(found)


def _image(region: Region, name: str, surfaces: images.Surfaces, step: texts.Label) -> spec.Image:
    colours = palettes.ramp("YlGnBu", len(_BREAKS))
    png, bounds = images.drawn(surfaces[name], _BREAKS, colours)
    ranges = itertools.pairwise((0.0, *_BREAKS))
    symbols = tuple(
        spec.Symbol(_range(region, low, high), "area", colour)
        for (low, high), colour in zip(ranges, colours, strict=True)
    )
    title, note = (
        texts.label(region, f"{_PAGE}.suitability"),
        texts.label(region, f"{_PAGE}.suitability_note"),
    )
    return spec.Image(
        name, title, title, png, bounds, symbols, note=note, series="suitability", step=step, choice=True
    )


def _range(region: Region, low: float, high: float) -> texts.Label:
    plain = f"{low:g} – {high:g}"
    return texts.decimal(region, plain)


def _areas(
    region: Region, tables: frames.Frames, names: analyses.Names, profile: str, step: texts.Label
) -> spec.Layer:
    """Best areas of a profile, the first on top."""
    ordered = tables["suitable_areas"].sort_values("rank", ascending=False)
    criteria = {row["criterion"]: row for row in facts.rows(tables["profiles"], profile=profile)}
    terms = facts.by(tables["suitable_area_terms"], "area_id")
    first = texts.label(region, f"{_PAGE}.first").format(top=region.siting.top)
    symbols = (
        spec.Symbol(first, "area", _FIRST, 2.4, opacity=0.75),
        spec.Symbol(texts.label(region, f"{_PAGE}.others"), "area", _AREA, 1.6, opacity=0.6),
    )
    features = tuple(
        _area(
            region,
            row,
            names,
            tuple(analyses.term(region, term, criteria[term["criterion"]]) for term in terms[row["area_id"]]),
        )
        for row in facts.rows(ordered, profile=profile)
    )
    return spec.Layer(
        f"areas-{profile}",
        texts.label(region, f"{_PAGE}.areas"),
        texts.label(region, f"{_PAGE}.suitability"),
        symbols,
        features,
        note=texts.label(region, f"{_PAGE}.areas_note"),
        series="suitability",
        step=step,
        choice=True,
    )


def _area(
    region: Region, row: frames.Row, names: analyses.Names, terms: tuple[spec.Term, ...]
) -> spec.Feature:
    top = region.siting.top
    figure = analyses.score(row, top=top, of=int(row["patches"]))
    score, area = texts.label(region, f"{_PAGE}.score"), texts.plain(f"{row['area_km2']:.0f}")
    return spec.Feature(
        row["area_id"],
        texts.joined(
            [names.units[row["unit_id"]], texts.joined([area, texts.label(region, "measure.km2")])], ", "
        ),
        int(row["rank"] > top),
        shapely.simplify(row["geometry"], _SIMPLIFIED_DEGREES),
        (popups.area(region, row["area_km2"]), *_reached(region, row, names)),
        unit_ids=tuple(str(row["unit_ids"]).split()),
        composites=(spec.Composite(score, terms, figure, float(row["coverage"])),),
        related=(f"purpose-{row['profile']}",),
    )


def _reached(region: Region, row: frames.Row, names: analyses.Names) -> tuple[spec.Row, ...]:
    """Tell what the best cell of an area reaches, and where it is."""
    said = {"population_domestic": "persons", "population_foreign": "persons", "crossing_min": "min"}
    crossing = names.crossings.get(row["crossing_id"], texts.EMPTY)
    return (
        *(
            spec.Row(
                texts.label(region, f"{_PAGE}.{name}").format(name=crossing),
                (analyses.figure(region, row[name], unit),),
            )
            for name, unit in said.items()
        ),
        popups.stated(region, f"{_PAGE}.best_cell", texts.plain(f"{row['lat']:.4f}, {row['lon']:.4f}")),
    )


def _criteria(region: Region, tables: frames.Frames, profile: str) -> spec.Table:
    """Weights, how values are valued, and what happens to the ranks without each criterion."""
    without = {row["criterion"]: row for row in facts.rows(tables["siting_left_out"], profile=profile)}
    lines = (
        (
            texts.joined([texts.of(region, row, "title"), texts.of(region, row, "unit")], ", "),
            (
                float(row["weight"]),
                _value(region, row),
                float(without[row["criterion"]]["spearman"]),
                float(without[row["criterion"]]["rank_change_max"]),
            ),
        )
        for row in facts.rows(tables["profiles"], profile=profile)
    )
    return facts.table(region, "profile", ("weight", "valued", "spearman", "moved"), lines)


def _value(region: Region, row: frames.Row) -> texts.Label:
    """How a value of a criterion becomes 0 to 1, in words."""
    limits = [_number(region, float(limit)) for limit in str(row["limits"]).split()]
    return texts.label(region, f"{_PAGE}.kind.{row['kind']}").format(
        **dict(zip("abcd", limits, strict=False))
    )


def _number(region: Region, value: float) -> texts.Label:
    plain = f"{value:,.10g}".replace(",", "\u00a0")
    return texts.decimal(region, plain)


def _agreement(region: Region, tables: frames.Frames, profile: str) -> spec.Note:
    """How far the ranks of the draws agree with those shown."""
    row = facts.rows(tables["siting_doubt"], profile=profile)[0]
    said = {name: _decimal(region, row[f"spearman_{name}"]) for name in ("median", "low")}
    return spec.Note(
        texts.label(region, f"{_PAGE}.agreement").format(**said),
        texts.label(region, f"{_PAGE}.how_doubt_title"),
    )


def _decimal(region: Region, value: float) -> texts.Label:
    plain = "–" if pd.isna(value) else f"{value:.2f}".replace("-", "\u2212")
    return texts.decimal(region, plain)


def _exclusions(region: Region, tables: frames.Frames, profile: str, words: figures.Words) -> spec.Table:
    lines = (
        (
            words.term("exclusion", row["mask"]).capitalised(),
            (float(row["cells"]), round(100 * float(row["share"]), 1)),
        )
        for row in facts.rows(tables["siting_exclusions"], profile=profile)
    )
    return facts.table(region, "exclusions", ("cells", "share"), lines)
