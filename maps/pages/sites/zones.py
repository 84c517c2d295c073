"""Existing zones on the map: whether the model ranks the places high that were really chosen."""

from __future__ import annotations

import collections.abc
import dataclasses

import pandas as pd

from layers.region import Region
from maps import texts
from maps.pages.sites import facts, purposes
from maps.parts import figures, frames, overlays
from maps.web import spec

COLUMNS = {
    "zone_scores": ("zone_id", "profile", "is_own", "cells", "score", "share_below", "is_hit"),
    "zone_hits": ("profile", "zones", "hits", "hit_rate", "chance", "p_chance"),
    "zones_left_out": ("zone_id", "reason_{}"),
}
_PAGE = "candidate_sites"
_LAYER = "zones"
_HIT, _MISS, _UNSCORED = "#009E73", "#D55E00", "#7b868d"
_SYMBOLS = {"hit": _HIT, "miss": _MISS, "unscored": _UNSCORED}


def check(region: Region, tables: frames.Frames, words: figures.Words) -> spec.Layer:
    """Tell how often the model ranks real choices high, against chance, zone by zone."""
    total = facts.rows(tables["zone_hits"], profile="all")[0]
    counts = {name: str(total[name]) for name in ("hits", "zones")}
    feature = spec.Feature(
        "check",
        texts.label(region, f"{_PAGE}.check"),
        0,
        None,
        tables=(_hits(region, tables, words), _all(region, tables, words), _left_out(region, tables)),
        brief=texts.label(region, f"{_PAGE}.check_brief").format(**counts),
        shows=("sides", _LAYER),
    )
    symbol = spec.Symbol(texts.EMPTY, "square", _HIT, 12)
    title, group = texts.label(region, f"{_PAGE}.check_title"), texts.label(region, "group.cooperation")
    return spec.Layer("check", title, group, (symbol,), (feature,), listed=True)


def layer(
    region: Region, tables: frames.Frames, subjects: figures.Subjects, words: figures.Words
) -> spec.Layer:
    """Zones with their scores by every profile, or the reason why they have none."""
    documented = overlays.documented(region, tables, subjects, words, kind="zone")
    scored = facts.by(tables["zone_scores"], "zone_id")
    reasons = _reasons(region, tables)
    profiles = purposes.titles(tables, words)
    symbols = tuple(
        spec.Symbol(texts.label(region, f"{_PAGE}.{key}"), "square", colour, 12)
        for key, colour in _SYMBOLS.items()
    )
    features = tuple(
        _scored(region, feature, scored[feature.id], profiles)
        if feature.id in scored
        else _unscored(region, feature, reasons.get(feature.id, texts.EMPTY))
        for feature in documented.features
    )
    title, note = texts.label(region, f"{_PAGE}.zones"), texts.label(region, f"{_PAGE}.zones_note")
    return dataclasses.replace(
        documented, id=_LAYER, title=title, symbols=symbols, features=features, note=note
    )


def by_profile(region: Region, tables: frames.Frames) -> dict[str, spec.Table]:
    """Zones of each profile, the best first; none where zones are not checked."""
    if "zone_scores" not in tables:
        return {}
    titles, ordered = _titles(region, tables), _ordered(tables)
    return {
        str(profile): facts.table(
            region,
            "zones_by",
            ("score", "below", "verdict"),
            ((titles[row["zone_id"]], _cells(region, row)) for row in own.to_dict("records")),
        )
        for profile, own in ordered.groupby("profile")
    }


def _titles(region: Region, tables: frames.Frames) -> dict[str, texts.Label]:
    return {row["zone_id"]: texts.of(region, row, "title") for row in tables["zones"].to_dict("records")}


def _reasons(region: Region, tables: frames.Frames) -> dict[str, texts.Label]:
    return {
        row["zone_id"]: texts.of(region, row, "reason") for row in tables["zones_left_out"].to_dict("records")
    }


def _ordered(tables: frames.Frames) -> pd.DataFrame:
    """Scores of the zones by their own profile, the best first."""
    scores = tables["zone_scores"]
    own = scores[scores["is_own"].astype(bool)]
    return own.sort_values(["share_below", "zone_id"], ascending=[False, True])


def _cells(region: Region, row: frames.Row) -> tuple[float | texts.Label, ...]:
    verdict = texts.label(region, f"{_PAGE}.{'hit' if row['is_hit'] else 'miss'}_short")
    return (float(row["score"]), round(100 * float(row["share_below"]), 1), verdict)


def _hits(region: Region, tables: frames.Frames, words: figures.Words) -> spec.Table:
    titles = purposes.titles(tables, words) | {"all": texts.label(region, f"{_PAGE}.all_zones")}
    known = {row["profile"]: row for row in tables["zone_hits"].to_dict("records")}
    lines = (
        (
            title.capitalised(),
            (
                float(known[profile]["hits"]),
                float(known[profile]["zones"]),
                round(100 * float(known[profile]["hit_rate"]), 1),
                round(100 * float(known[profile]["chance"]), 1),
                _probability(region, float(known[profile]["p_chance"])),
            ),
        )
        for profile, title in titles.items()
        if profile in known
    )
    return facts.table(region, "hits", ("hits", "zones", "rate", "chance", "p_chance"), lines)


def _probability(region: Region, p: float) -> texts.Label:
    """Write a probability with its leading digit."""
    plain = f"{p:.1g}" if p >= 1e-4 else "< 0.0001"
    return texts.decimal(region, plain)


def _all(region: Region, tables: frames.Frames, words: figures.Words) -> spec.Table:
    titles, profiles = _titles(region, tables), purposes.titles(tables, words)
    rows: collections.abc.Iterable[frames.Row] = _ordered(tables).to_dict("records")
    lines = ((titles[row["zone_id"]], (profiles[row["profile"]], *_cells(region, row)[1:])) for row in rows)
    return facts.table(region, "zones_own", ("purpose", "below", "verdict"), lines)


def _left_out(region: Region, tables: frames.Frames) -> spec.Table:
    titles = _titles(region, tables)
    lines = ((titles[zone], (reason,)) for zone, reason in _reasons(region, tables).items())
    return facts.table(region, "zones_left_out", ("reason",), lines)


def _unscored(region: Region, feature: spec.Feature, reason: texts.Label) -> spec.Feature:
    note = spec.Note(reason, texts.label(region, f"{_PAGE}.unscored"))
    return dataclasses.replace(feature, symbol=2, notes=(note, *feature.notes), brief=reason)


def _scored(
    region: Region, feature: spec.Feature, rows: list[frames.Row], profiles: dict[str, texts.Label]
) -> spec.Feature:
    order = list(profiles)
    own = next(row for row in rows if row["is_own"])
    lines = (
        (
            texts.joined(
                [
                    profiles[row["profile"]],
                    texts.label(region, f"{_PAGE}.is_own") if row["is_own"] else texts.EMPTY,
                ]
            ),
            _cells(region, row),
        )
        for row in sorted(rows, key=lambda row: (not row["is_own"], order.index(row["profile"])))
    )
    return dataclasses.replace(
        feature,
        symbol=0 if own["is_hit"] else 1,
        tables=(facts.table(region, "zone_scores", ("score", "below", "verdict"), lines),),
        brief=texts.label(region, f"{_PAGE}.zone_brief").format(share=round(100 * own["share_below"])),
        related=(f"purpose-{own['profile']}", "check"),
    )
