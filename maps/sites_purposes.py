"""Where each purpose fits on the map: suitability, ranked areas, and existing zones as a check."""

from __future__ import annotations

import dataclasses
import itertools

import pandas as pd
import shapely

from layers import study_area
from maps import analyses, figures, frames, images, overlays, palettes, popups, sites_facts, spec, texts

COLUMNS = {
    "profiles": ("profile", "criterion", "weight", *frames.TITLES),
    "siting_exclusions": ("profile", "mask", "cells", "share"),
    "suitable_areas": (
        *("area_id", "profile", "score", "rank", "coverage", "rank_median", "rank_low", "rank_high"),
        *("top_share", "patches", "area_km2", "lon", "lat", "population_domestic", "population_foreign"),
        *("unit_id", "unit_ids", "crossing_id", "crossing_min", "geometry"),
    ),
    "suitable_area_terms": (
        *("area_id", "criterion", "value", "normalised", "weight", "weight_used", "contribution"),
    ),
    "zone_scores": ("zone_id", "profile", "is_own", "cells", "score", "share_below", "is_hit"),
    "zone_hits": ("profile", "zones", "hits", "hit_rate", "chance", "p_chance"),
    "zones_left_out": ("zone_id", "reason_ru", "reason_en", "reason_be"),
}
_PAGE = "candidate_sites"
_BREAKS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 1.0)
_FIRST, _AREA = "#a63c06", "#6b5b4a"
_HIT, _MISS, _UNSCORED = "#009E73", "#D55E00", "#7b868d"
_SIMPLIFIED_DEGREES = 0.002


def purposes(tables: frames.Frames, words: figures.Words) -> spec.Layer:
    """Profiles, each with its criteria, what it excludes, its best areas and how zones score by it."""
    titles = _profiles(tables, words)
    symbol = spec.Symbol(texts.label(f"{_PAGE}.areas"), "area", _AREA, 1.6)
    first = {row["profile"]: row for row in sites_facts.rows(tables["suitable_areas"], rank=1)}
    names = analyses.Names(tables)
    features = tuple(
        spec.Feature(
            f"purpose-{profile}",
            title.capitalised(),
            0,
            None,
            tables=(
                _criteria(tables, profile),
                _exclusions(tables, profile, words),
                _zones_by(tables, profile),
            ),
            brief=texts.label(f"{_PAGE}.purpose_brief").format(name=names.units[first[profile]["unit_id"]]),
            shows=("sides", f"suitability_{profile}", f"areas-{profile}"),
            ranking=f"areas-{profile}",
        )
        for profile, title in titles.items()
    )
    layer_title, group = texts.label(f"{_PAGE}.purposes"), texts.label(f"{_PAGE}.suitability")
    return spec.Layer("purposes", layer_title, group, (symbol,), features, listed=True)


def suitability(
    tables: frames.Frames, surfaces: images.Surfaces, words: figures.Words
) -> tuple[spec.Layer | spec.Image, ...]:
    """Suitability of cells and the areas that stand out, by profile."""
    found: list[spec.Layer | spec.Image] = []
    for profile, title in _profiles(tables, words).items():
        step = title.capitalised()
        if f"suitability_{profile}" in surfaces:
            found.append(_image(f"suitability_{profile}", surfaces, step))
        found.append(_areas(tables, profile, step))
    return tuple(found)


def zones(tables: frames.Frames, subjects: figures.Subjects, words: figures.Words) -> spec.Layer:
    """Existing zones: whether the model ranks the places high that were really chosen."""
    layer = overlays.documented(tables, subjects, words, kind="zone")
    scored = sites_facts.by(tables["zone_scores"], "zone_id")
    reasons = {row["zone_id"]: texts.of(row, "reason") for row in tables["zones_left_out"].to_dict("records")}
    titles = _profiles(tables, words)
    symbols = tuple(
        spec.Symbol(texts.label(f"{_PAGE}.{key}"), "square", colour, 12)
        for key, colour in (("hit", _HIT), ("miss", _MISS), ("unscored", _UNSCORED))
    )
    features = tuple(
        _zone(feature, scored.get(feature.id, []), reasons.get(feature.id, texts.EMPTY), titles)
        for feature in layer.features
    )
    title, note = texts.label(f"{_PAGE}.zones"), texts.label(f"{_PAGE}.zones_note")
    return dataclasses.replace(layer, title=title, symbols=symbols, features=features, note=note)


def hits(tables: frames.Frames, words: figures.Words) -> spec.Table:
    """How often the model ranks real choices high, against chance."""
    titles = _profiles(tables, words) | {"all": texts.label(f"{_PAGE}.all_zones")}
    known = {row["profile"]: row for row in tables["zone_hits"].to_dict("records")}
    lines = tuple(
        (
            title.capitalised(),
            (
                row["hits"],
                row["zones"],
                round(100 * row["hit_rate"], 1),
                round(100 * row["chance"], 1),
                row["p_chance"],
            ),
        )
        for profile, title in titles.items()
        if (row := known.get(profile))
    )
    return sites_facts.table("hits", ("hits", "zones", "rate", "chance", "p_chance"), lines)


def _profiles(tables: frames.Frames, words: figures.Words) -> dict[str, texts.Label]:
    """Titles of the profiles in the order of their vocabulary."""
    known = set(tables["profiles"]["profile"])
    return {name: title for name, title in words.terms("profile").items() if name in known}


def _image(name: str, surfaces: images.Surfaces, step: texts.Label) -> spec.Image:
    colours = palettes.ramp("YlGnBu", len(_BREAKS))
    png, bounds = images.drawn(surfaces[name], _BREAKS, colours)
    ranges = itertools.pairwise((0.0, *_BREAKS))
    symbols = tuple(
        spec.Symbol(_range(low, high), "area", colour)
        for (low, high), colour in zip(ranges, colours, strict=True)
    )
    return spec.Image(
        name,
        texts.label(f"{_PAGE}.suitability"),
        texts.label(f"{_PAGE}.suitability"),
        png,
        bounds,
        symbols,
        note=texts.label(f"{_PAGE}.suitability_note"),
        series="suitability",
        step=step,
        choice=True,
    )


def _range(low: float, high: float) -> texts.Label:
    plain = f"{low:g} – {high:g}"
    return texts.Label(plain.replace(".", ","), plain, plain.replace(".", ","))


def _areas(tables: frames.Frames, profile: str, step: texts.Label) -> spec.Layer:
    """Best areas of a profile, the first on top."""
    own = sites_facts.rows(tables["suitable_areas"].sort_values("rank", ascending=False), profile=profile)
    names = analyses.Names(tables)
    criteria = {row["criterion"]: row for row in sites_facts.rows(tables["profiles"], profile=profile)}
    terms = sites_facts.by(tables["suitable_area_terms"], "area_id")
    top = study_area.load().siting.top
    symbols = (
        spec.Symbol(texts.label(f"{_PAGE}.first").format(top=top), "area", _FIRST, 2.4, opacity=0.75),
        spec.Symbol(texts.label(f"{_PAGE}.areas"), "area", _AREA, 1.6, opacity=0.6),
    )
    features = tuple(
        _area(
            row,
            names,
            tuple(analyses.term(term, criteria[term["criterion"]]) for term in terms[row["area_id"]]),
        )
        for row in own
    )
    title, note = texts.label(f"{_PAGE}.areas"), texts.label(f"{_PAGE}.areas_note")
    group = texts.label(f"{_PAGE}.suitability")
    return spec.Layer(
        f"areas-{profile}",
        title,
        group,
        symbols,
        features,
        note=note,
        series="suitability",
        step=step,
        choice=True,
    )


def _area(row: frames.Row, names: analyses.Names, terms: tuple[spec.Term, ...]) -> spec.Feature:
    top = study_area.load().siting.top
    figure = analyses.score(row, top=top, of=int(row["patches"]))
    said = {"population_domestic": "persons", "population_foreign": "persons", "crossing_min": "min"}
    crossing = names.crossings[row["crossing_id"]]
    return spec.Feature(
        row["area_id"],
        names.units[row["unit_id"]],
        int(row["rank"] > top),
        shapely.simplify(row["geometry"], _SIMPLIFIED_DEGREES),
        (
            popups.area(row["area_km2"]),
            *(
                spec.Row(
                    texts.label(f"{_PAGE}.{name}").format(name=crossing), (analyses.figure(row[name], unit),)
                )
                for name, unit in said.items()
            ),
            popups.stated(f"{_PAGE}.best_cell", texts.Label(f"{row['lat']:.4f}, {row['lon']:.4f}")),
        ),
        unit_ids=tuple(str(row["unit_ids"]).split()),
        composites=(spec.Composite(texts.label(f"{_PAGE}.score"), terms, figure, float(row["coverage"])),),
        related=(f"purpose-{row['profile']}",),
    )


def _criteria(tables: frames.Frames, profile: str) -> spec.Table:
    lines = (
        (
            texts.joined([texts.of(row, "title"), texts.of(row, "unit")], ", "),
            (float(row["weight"]), _value(row)),
        )
        for row in sites_facts.rows(tables["profiles"], profile=profile)
    )
    return sites_facts.table("profile", ("weight", "valued"), lines)


def _value(row: frames.Row) -> texts.Label:
    """How a value of a criterion becomes 0 to 1, in words."""
    limits = [f"{float(limit):,g}".replace(",", "\u00a0") for limit in str(row["limits"]).split()]
    return texts.label(f"{_PAGE}.kind.{row['kind']}").format(**dict(zip("abcd", limits, strict=False)))


def _exclusions(tables: frames.Frames, profile: str, words: figures.Words) -> spec.Table:
    lines = (
        (
            words.term("exclusion", row["mask"]).capitalised(),
            (float(row["cells"]), round(100 * row["share"], 1)),
        )
        for row in sites_facts.rows(tables["siting_exclusions"], profile=profile)
    )
    return sites_facts.table("exclusions", ("cells", "share"), lines)


def _zones_by(tables: frames.Frames, profile: str) -> spec.Table:
    """Zones of this profile, the best first."""
    ordered = tables["zone_scores"].sort_values(["share_below", "zone_id"], ascending=[False, True])
    titles = {row["zone_id"]: texts.of(row, "title") for row in tables["zones"].to_dict("records")}
    own = sites_facts.rows(ordered, profile=profile, is_own=True)
    lines = ((titles[row["zone_id"]], _scored(row)) for row in own)
    return sites_facts.table("zones_by", ("score", "below", "verdict"), lines)


def _zone(
    feature: spec.Feature, rows: list[frames.Row], reason: texts.Label, titles: dict[str, texts.Label]
) -> spec.Feature:
    if not rows:
        note = spec.Note(reason, texts.label(f"{_PAGE}.unscored"))
        return dataclasses.replace(feature, symbol=2, notes=(note, *feature.notes), brief=reason)
    own = next(row for row in rows if row["is_own"])
    ordered = sorted(rows, key=lambda row: (not row["is_own"], list(titles).index(row["profile"])))
    lines = (
        (
            texts.joined(
                [titles[row["profile"]], texts.label(f"{_PAGE}.is_own") if row["is_own"] else texts.EMPTY]
            ),
            _scored(row),
        )
        for row in ordered
    )
    return dataclasses.replace(
        feature,
        symbol=0 if own["is_hit"] else 1,
        tables=(sites_facts.table("zone_scores", ("score", "below", "verdict"), lines),),
        brief=texts.label(f"{_PAGE}.zone_brief").format(share=round(100 * own["share_below"])),
        related=(f"purpose-{own['profile']}",),
    )


def _scored(row: frames.Row) -> tuple[float | texts.Label, ...]:
    verdict = texts.label(f"{_PAGE}.{'hit' if row['is_hit'] else 'miss'}_short")
    share: float = round(100 * row["share_below"], 1) if pd.notna(row["share_below"]) else float("nan")
    return (row["score"], share, verdict)
