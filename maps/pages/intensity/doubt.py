"""What the page of cooperation intensity says as a whole: where little is done, and how far ranks hold."""

from __future__ import annotations

import collections.abc
import functools

import pandas as pd

from geo.scores import normalise
from layers.region import Region
from maps import texts
from maps.pages.intensity import levels as intensity_levels
from maps.parts import frames
from maps.web import spec

Levels = collections.abc.Sequence[intensity_levels.Level]


def tables(
    region: Region, given: frames.Frames, levels: Levels, names: dict[str, texts.Label]
) -> tuple[spec.Table, ...]:
    """Tables for when nothing is chosen: what falls short, Moran's I, agreement, leaving one out."""
    return (
        *(_short(region, level, names) for level in levels if "falls_short" in level.table),
        _moran(region, given["intensity_moran"]),
        _agreement(region, given["intensity_doubt"], levels),
        _variants(region, given["intensity_variants"], levels),
        *(_left_out(region, given["intensity_left_out"], level, names) for level in levels),
    )


def notes(
    region: Region, given: frames.Frames, levels: Levels, names: dict[str, texts.Label]
) -> tuple[spec.Note, ...]:
    """Say in words how far the ranks hold: Spearman over the draws and without single indicators."""
    agreed, without = [], []
    for level in levels:
        heading = texts.label(region, f"page.level.{level.name}")
        agreed.append(
            texts.joined([heading, *_spoken_agreement(region, given["intensity_doubt"], level)], "\n– ")
        )
        weakest = _spoken_left_out(region, given["intensity_left_out"], level, names)
        without.append(texts.joined([heading, *weakest], "\n– "))
    return (_note(region, "agreement", agreed), _note(region, "left_out", without))


def _note(region: Region, key: str, lines: collections.abc.Iterable[texts.Label]) -> spec.Note:
    word = functools.partial(intensity_levels.word, region)
    text = texts.joined([word(f"{key}_note"), *lines], "\n\n")
    return spec.Note(text, word(f"{key}_title"))


def _own(table: pd.DataFrame, level: intensity_levels.Level) -> dict[str, pd.DataFrame]:
    """Rows of a level by family, in the order of the families."""
    own = table[table["level"] == level.name]
    return {family: own[own["family"] == family] for family in level.families}


def _spoken_agreement(
    region: Region, doubt: pd.DataFrame, level: intensity_levels.Level
) -> collections.abc.Iterator[texts.Label]:
    for family, rows in _own(doubt, level).items():
        for row in rows.to_dict("records"):
            yield intensity_levels.word(region, "agreement_line").format(
                family=intensity_levels.word(region, f"family.{family}"),
                median=intensity_levels.decimal(region, row["spearman_median"], 2),
                low=intensity_levels.decimal(region, row["spearman_low"], 2),
            )


def _spoken_left_out(
    region: Region, left_out: pd.DataFrame, level: intensity_levels.Level, names: dict[str, texts.Label]
) -> collections.abc.Iterator[texts.Label]:
    """Name the indicator without which the ranks of a family change most."""
    titles = {row["indicator"]: texts.of(region, row, "title") for row in level.criteria}
    for family, rows in _own(left_out, level).items():
        known = rows.dropna(subset=["spearman", "rank_change_max"])
        for row in known.nsmallest(1, "spearman").to_dict("records"):
            yield intensity_levels.word(region, "left_out_line").format(
                family=intensity_levels.word(region, f"family.{family}"),
                indicator=titles[row["indicator"]],
                spearman=intensity_levels.decimal(region, row["spearman"], 2),
                change=int(row["rank_change_max"]),
                unit=names[row["unit_id"]],
            )


def _short(region: Region, level: intensity_levels.Level, names: dict[str, texts.Label]) -> spec.Table:
    """Districts where what is documented falls short of what geography allows, the largest gap first."""
    word, table = functools.partial(intensity_levels.word, region), level.table
    short = table[table["falls_short"].astype(bool)].sort_values("shortfall", ascending=False, kind="stable")
    columns = (word("column.potential"), word("column.realised"), word("column.shortfall"))
    rows = tuple(
        (names[str(unit)], (row["potential_score"], row["realised_score"], row["shortfall"]))
        for unit, row in short.iterrows()
    )
    ids = tuple(map(str, short.index))
    return spec.Table(word("lacking"), columns, rows, word("lacking_note"), unit_ids=ids)


def _moran(region: Region, moran: pd.DataFrame) -> spec.Table:
    word = functools.partial(intensity_levels.word, region)
    by_measure = moran.set_index(["measure", "border"])
    columns = tuple(
        word(f"column.{name}_{border}") for border in ("crossed", "kept") for name in ("moran", "p")
    )
    rows = tuple(
        (
            word(f"family.{family}"),
            tuple(
                cell
                for border in ("crossed", "kept")
                for cell in (
                    float(by_measure["i"][measure, border]),
                    intensity_levels.decimal(region, by_measure["p_permutation"][measure, border], 4),
                )
            ),
        )
        for family in intensity_levels.families(region)
        if (measure := f"{family}_score") in set(moran["measure"])
    )
    return spec.Table(word("moran"), columns, rows, word("moran_note"))


def _agreement(region: Region, doubt: pd.DataFrame, levels: Levels) -> spec.Table:
    word = functools.partial(intensity_levels.word, region)
    rows = tuple(
        (
            texts.joined([texts.label(region, f"page.level.{level.name}"), word(f"family.{family}")], " · "),
            (float(row["spearman_median"]), float(row["spearman_low"]), float(row["draws"])),
        )
        for level in levels
        for family, found in _own(doubt, level).items()
        for row in found.to_dict("records")
    )
    columns = (word("column.spearman"), word("column.spearman_low"), word("column.draws"))
    return spec.Table(word("agreement_title"), columns, rows, word("agreement_note"))


def _variants(region: Region, variants: pd.DataFrame, levels: Levels) -> spec.Table:
    """Mean Spearman's ρ of the draws of each aggregation and normalisation, or of its like by goalposts."""
    word = functools.partial(intensity_levels.word, region)
    alike = dict(zip(normalise.BY_GOALPOSTS, normalise.COMPARING, strict=True))
    variants = variants.assign(normalisation=variants["normalisation"].replace(alike))
    methods = [
        (normalisation, aggregation)
        for aggregation in ("geometric", "arithmetic")
        for normalisation in normalise.COMPARING
    ]
    rows = tuple(
        (
            texts.joined([texts.label(region, f"page.level.{level.name}"), word(f"family.{family}")], " · "),
            tuple(float(means.get(method, float("nan"))) for method in methods),
        )
        for level in levels
        for family, found in _own(variants, level).items()
        for means in [found.set_index(["normalisation", "aggregation"])["spearman_mean"]]
    )
    columns = tuple(
        texts.joined([word(f"aggregation.{aggregation}"), word(f"normalisation.{normalisation}")])
        for normalisation, aggregation in methods
    )
    return spec.Table(word("variants_title"), columns, rows, word("variants_note"))


def _left_out(
    region: Region, left_out: pd.DataFrame, level: intensity_levels.Level, names: dict[str, texts.Label]
) -> spec.Table:
    word = functools.partial(intensity_levels.word, region)
    titles = {row["indicator"]: texts.of(region, row, "title") for row in level.criteria}
    rows = tuple(
        (
            texts.joined([word(f"family.{family}"), titles[row["indicator"]]], " · "),
            (float(row["spearman"]), float(row["rank_change_max"]), names.get(row["unit_id"], texts.EMPTY)),
        )
        for family, found in _own(left_out, level).items()
        for row in found.to_dict("records")
    )
    title = texts.joined([word("left_out_title"), texts.label(region, f"page.level.{level.name}")], ": ")
    columns = (word("column.spearman"), word("column.change"), word("column.most_moved"))
    return spec.Table(title, columns, rows, word("left_out_note"))
