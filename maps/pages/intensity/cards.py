"""What the cards of cooperation intensity say: why a unit scores as it does, the border effect, the gap."""

from __future__ import annotations

import collections
import collections.abc
import dataclasses
import functools

import pandas as pd

from layers.region import Region
from maps import texts
from maps.pages.intensity import choropleths
from maps.pages.intensity import levels as intensity_levels
from maps.parts import analyses, frames, popups
from maps.web import spec

_BORDERS = ("crossed", "kept")


def units(
    region: Region, tables: frames.Frames, levels: collections.abc.Iterable[intensity_levels.Level]
) -> tuple[spec.Unit, ...]:
    """Oblasts, districts and the pairs of both, each with its scores and their terms."""
    plain = {
        unit.id: unit for unit in (*analyses.units(region, tables, partners=False), *_pairs(region, tables))
    }
    return tuple(
        dataclasses.replace(
            plain[unit_id],
            rows=(*plain[unit_id].rows, *_rows(region, level, unit_id)),
            tables=_border_effect(region, level, unit_id),
            composites=composites,
        )
        for level in levels
        for unit_id, composites in _composites(region, level, tables["intensity_terms"]).items()
    )


def _pairs(region: Region, tables: frames.Frames) -> collections.abc.Iterator[spec.Unit]:
    named: tuple[tuple[spec.Level, str, str, str, str], ...] = (
        ("district_pair", "district_pairs", "pair_id", "unit_id", "shared_km"),
        ("oblast_pair", "border", "border_id", "oblast_id", "length_km"),
    )
    names = analyses.Names(region, tables).centres
    for level, table, key, end, length_km in named:
        for row in tables[table].sort_values(key).to_dict("records"):
            members = (row[f"{end}_a"], row[f"{end}_b"])
            yield spec.Unit(
                id=row[key],
                level=level,
                parent_id="",
                name=texts.joined([names[member] for member in members], " – "),
                kind=texts.label(region, f"kind.{level}"),
                geometry=row["geometry"],
                rows=(popups.length(region, row[length_km], "row.shared"),),
                members=members,
            )


def _composites(
    region: Region, level: intensity_levels.Level, terms: pd.DataFrame
) -> dict[str, tuple[spec.Composite, ...]]:
    """Scores of every unit, the whole first, with the terms that weigh most first."""
    criteria = {row["indicator"]: row for row in level.criteria}
    own = terms[terms["level"] == level.name].sort_values(
        ["weight", "indicator"], ascending=[False, True], kind="stable"
    )
    found = collections.defaultdict[tuple[str, str], list[spec.Term]](list)
    for row in own.to_dict("records"):
        found[row["unit_id"], row["family"]].append(analyses.term(region, row, criteria[row["indicator"]]))
    return {
        unit_id: tuple(
            spec.Composite(
                intensity_levels.word(region, f"family.{family}"),
                tuple(found[unit_id, family]),
                intensity_levels.score(level, unit_id, family),
                float(row[f"{family}_coverage"]),
                intensity_levels.COLOURS[family],
            )
            for family in level.families
        )
        for unit_id, row in level.rows.items()
    }


def _border_effect(region: Region, level: intensity_levels.Level, unit_id: str) -> tuple[spec.Table, ...]:
    """Every figure that looks over the border beside its counterpart in the own country."""
    own, word = level.rows[unit_id], functools.partial(intensity_levels.word, region)
    rows = {row["indicator"]: row for row in level.criteria}
    lines = tuple(
        (_without_side(region, row), (own[name], own[twin], _percent(own[name], own[twin])))
        for name, row in rows.items()
        if (twin := name.replace("_foreign", "_domestic")) in rows and twin != name
    )
    if not lines:
        return ()
    columns = (word("side.foreign"), word("side.domestic"), word("side.share"))
    return (spec.Table(word("border_effect"), columns, lines, word("border_effect_note")),)


def _percent(foreign: float, domestic: float) -> float:
    return round(100 * foreign / domestic, 1) if domestic else float("nan")


def _without_side(region: Region, row: frames.Row) -> texts.Label:
    """Title and unit of measure without "across the border", which the column says."""
    title, side, unit = (
        texts.of(region, row, "title"),
        intensity_levels.word(region, "side.foreign"),
        texts.of(region, row, "unit"),
    )
    short = texts.without(title, side)
    return texts.joined([short, unit], ", ")


def _rows(region: Region, level: intensity_levels.Level, unit_id: str) -> tuple[spec.Row, ...]:
    """Tell the gap and the clusters, which only districts have."""
    if level.name != "district":
        return ()
    word = functools.partial(intensity_levels.word, region)
    own = level.rows[unit_id]
    rows = [
        spec.Row(
            texts.joined([word("clusters"), word(f"neighbours.{border}")], ", "),
            (analyses.stated(word(f"cluster.{own[f'lisa_{border}']}")),),
        )
        for border in _BORDERS
        if own[f"lisa_{border}"]
    ]
    if "potential_class" in own and pd.notna(own["potential_class"]) and pd.notna(own["realised_class"]):
        label = choropleths.gap_label(region, int(own["potential_class"]), int(own["realised_class"]))
        gap = analyses.stated(label)
        rows.insert(0, spec.Row(word("gap"), (gap,)))
        lack = dataclasses.replace(gap, value=float(own["shortfall"]))
        rows.insert(1, spec.Row(word("shortfall"), (lack,)))
    return tuple(rows)
