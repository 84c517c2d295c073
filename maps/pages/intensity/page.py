"""The map of cooperation intensity: how much is done, how much geography allows, how alike both sides are."""

from __future__ import annotations

import dataclasses

from layers.region import Region
from maps.pages.intensity import cards, choropleths, doubt
from maps.pages.intensity import levels as intensity_levels
from maps.parts import analyses, figures, frames, overlays
from maps.web import page, spec

_CLUSTERS = ("lisa_crossed", "lisa_crossed_p", "lisa_kept", "lisa_kept_p")
_GAP = ("potential_class", "realised_class", "shortfall", "falls_short")
_TERM = ("value", "normalised", "weight", "weight_used", "contribution", "period", "source_ids")
_SCORE = (*("score", "rank", "rank_last", "coverage", "rank_median", "rank_low", "rank_high", "top_share"),)


def columns(region: Region, tables: frames.Frames) -> dict[str, tuple[str, ...]]:
    """Frames and columns that the page needs; of those with documents and gaps only what the region has."""
    families = intensity_levels.families(region)
    scores = tuple(f"{family}_{part}" for family in families for part in _SCORE)
    gap = _GAP if "realised" in families else ()
    return (
        analyses.BASE
        | {
            name: frames.COLUMNS[name]
            for name in ("links", "zones", "terms")
            if name in tables or name == "terms"
        }
        | {table: (key, *scores) for table, key in intensity_levels.LEVELS.values()}
        | {
            "district_pairs": (*frames.COLUMNS["district_pairs"], "geometry"),
            "intensity_districts": ("unit_id", *scores, *gap, *_CLUSTERS),
            "framework": (
                *("level", "family", "indicator", "weight", *analyses.GOALPOSTS),
                "title_{}",
                "unit_{}",
                "about_{}",
            ),
            "intensity_terms": ("level", "unit_id", "family", "indicator", *_TERM),
            "intensity_left_out": ("level", "family", "indicator", "spearman", "rank_change_max", "unit_id"),
            "intensity_doubt": ("level", "family", "spearman_median", "spearman_low", "draws"),
            "intensity_variants": ("level", "family", "normalisation", "aggregation", "spearman_mean"),
            "intensity_moran": ("measure", "border", "i", "p_permutation"),
        }
    )


def build(region: Region, tables: frames.Frames, *, pages: tuple[str, ...] = (intensity_levels.PAGE,)) -> str:
    """Page ``maps/cooperation_intensity.html`` as text.

    Parameters
    ----------
    tables
        Layers by name (columns in `COLUMNS`), geometry in EPSG:4326; ``framework`` and the
        ``intensity_…`` tables as from `layers.intensity.summary.frames`.
    pages
        Ids of all maps of this atlas, for the navigation.

    Raises
    ------
    InputError
        One line for each frame or column that is missing.
    """
    return page.render(
        region, content(region, frames.checked(region, tables, columns(region, tables)), pages=pages)
    )


def content(region: Region, tables: frames.Frames, *, pages: tuple[str, ...]) -> spec.PageSpec:
    """Gather what the page shows."""
    levels = intensity_levels.levels(region, tables)
    units = cards.units(region, tables, levels)
    names = {unit.id: unit.name for unit in units}
    blank = analyses.blank(region, tables, intensity_levels.PAGE, pages=pages)
    about, *others = analyses.notes(
        region, intensity_levels.PAGE, ("about", "reading", "score", "border"), tables
    )
    return dataclasses.replace(
        blank,
        units=units,
        indicators=tuple(one for level in levels for one in choropleths.indicators(region, level)),
        layers=_layers(region, tables),
        tables=doubt.tables(region, tables, levels, names),
        notes=(
            about,
            *overlays.absences(region, tables, ("links", "zones")),
            *others[:3],
            *doubt.notes(region, tables, levels, names),
            *others[3:],
        ),
    )


def _layers(region: Region, tables: frames.Frames) -> tuple[spec.Layer, ...]:
    """Draw what is documented, and what the travel times rest on."""
    words = figures.Words(region, tables)
    return (
        *overlays.all_documented(region, tables, {}, words, "link", "zone"),
        dataclasses.replace(analyses.crossings(region, tables, "rail", "road"), visible=False),
        *analyses.boundaries(region, tables),
        *analyses.roads(region, tables),
    )
