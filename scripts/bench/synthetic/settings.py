"""``region.toml`` and the texts of a synthetic region, as TOML."""

from __future__ import annotations

import collections.abc
import json
import typing

import pandas as pd

from scripts.bench.synthetic import dictionary, figures, ground, spec

Tree = collections.abc.Mapping[str, typing.Any]

_CORRIDORS = 6


def region(
    of: spec.Spec,
    *,
    districts: pd.Series[int],
    area_km2: pd.Series[float],
    pairs: pd.DataFrame,
    corridors: list[tuple[str, str]],
) -> Tree:
    """All that ``region.toml`` says.

    Parameters
    ----------
    districts, area_km2
        Number of districts and area of each oblast, by its id.
    pairs
        Pairs of districts that share a piece of the border: ``a``, ``b`` and ``km``.
    corridors
        Pairs of districts, the most wanted first.
    """
    return {
        "id": f"synthetic_{of.units}",
        "listed": 1,
        "snapshot_budget_mb": 1_000.0,
        "working_crs": ground.CRS,
        "languages": of.languages,
        "latin": "en",
        "countries": spec.COUNTRIES,
        "oblasts": list(districts.index),
        "paired_districts": [list(pairs.sort_values("km", ascending=False)[["a", "b"]].iloc[0])],
        "districts_expected": districts.to_dict(),
        "official_area_km2": area_km2.to_dict(),
        "boundaries": _boundaries(long_pairs=int((pairs["km"] >= 1).sum())),
        "generalisation": {"inner_tolerance_m": 200, "line_tolerance_m": 50},
        "population": {
            "years": [figures.TREND_TO, figures.LAST],
            "trend_from": figures.TREND_FROM,
            "trend_to": figures.TREND_TO,
        },
        **_analyses(of, corridors[:_CORRIDORS]),
    }


def texts(of: spec.Spec) -> Tree:
    """Say on the pages what the region is, the same in every language."""
    invented = "Invented ground, people and figures; no real place is meant."
    return {
        "page": {"attribution": invented, "attribution_short": "Invented"},
        "overview": {
            "title": f"A borderland of {of.units} districts",
            "subtitle": invented,
            "limits": invented,
        },
        "index": {"lead": invented},
        "geopackage": {
            "licence": dict.fromkeys(("osm", "settlements"), "CC0-1.0"),
            "attribution": dict.fromkeys(("osm", "roads", "settlements"), "Invented"),
        },
    }


def toml(tree: Tree, head: str = "") -> str:
    """Write a tree of texts, numbers, lists and tables as TOML."""
    plain = {key: value for key, value in tree.items() if not isinstance(value, collections.abc.Mapping)}
    lines = [f"[{head}]"] if head and (plain or not tree) else []
    lines += [f"{json.dumps(key)} = {json.dumps(value, ensure_ascii=False)}" for key, value in plain.items()]
    parts = ["\n".join(lines) + "\n"] if lines else []
    for key, value in tree.items():
        if key not in plain:
            parts.append(toml(value, f"{head}.{json.dumps(key)}" if head else json.dumps(key)))
    return "\n".join(parts)


def _boundaries(*, long_pairs: int) -> Tree:
    """Nothing is read from raw files: sides are named because the sections are."""
    return {
        "budget_mb": 1_000.0,
        "sliver_m": 100,
        "fit_reach_m": 1_000,
        "line_reach_m": 500,
        "limits": {
            "gap_width_m": 1,
            "area_off_percent": 0.1,
            "line_off_m": 10,
            "line_off_p95_m": 10,
            "pairs_of_1_km": long_pairs,
        },
        "fine": {"country": spec.COUNTRIES[0], "key": "unit", "files": {}},
        "coarse": {"country": spec.COUNTRIES[1], "key": "unit", "file": "generator", "outlines": {}},
    }


def _analyses(of: spec.Spec, corridors: list[tuple[str, str]]) -> dict[str, Tree]:
    return {
        "analysis": {
            "cell_m": of.cell_m,
            "settlement_density_per_km2": 2_000,
            "band_edges_km": [0, 15, 30, 50, 100],
            "isochrone_min": [15, 30, 60, 90],
            "catchment_min": 60,
            "corridor_over_pct": [5, 10, 20],
            "corridor_reach_km": [5, 10, 20],
            "corridors": [list(pair) for pair in corridors],
        },
        "siting": {
            "within_min": 60,
            "gathered_km": 5,
            "links_km": 30,
            "best_km2": 800,
            "least_km2": 5,
            "areas": 6,
            "compared_cells": 200,
            "top": 3,
            "hit_share": 0.8,
            "zone_km": 5,
        },
        "optimum": {"within_min": 60, "most": 3, "least_persons": 500},
        "intensity": _intensity(of),
        **({"candidates": {"draws": of.draws}} if of.candidates else {}),
    }


def _intensity(of: spec.Spec) -> Tree:
    families = {"potential": 0.6, "convergence": 0.4}
    if of.links or of.zones:
        families = {"realised": 0.4, "potential": 0.4, "convergence": 0.2}
    return {
        "family_weights": families,
        "minimum_coverage": 0.5,
        "top": {"oblast": 1, "oblast_pair": 1, "district": 3, "district_pair": 3},
        "draws": of.draws,
        "concentration": 30,
        "betas": [1, 1.5, 2],
        "exponent": 1.5,
        "limits_min": [60, 90],
        "floor_min": 5,
        "permutations": of.permutations,
        "permutations_local": of.permutations,
        "alpha": 0.05,
        "realised_states": dictionary.HELD,
        "trade_currency": figures.CURRENCIES[0],
        "product": f"grp_{figures.CURRENCIES[0]}_mln",
        "product_currency": figures.CURRENCIES[0],
        "relative": {
            name: [f"{name}_{money}" for money in figures.CURRENCIES] for name in ("grp_per_capita", "wage")
        },
        "link_groups": {"links_ties": dictionary.LINK_TYPES} if of.links else {},
        "zone_groups": {"zones": [name for name, own in dictionary.ZONE_TYPES.items() if own]}
        if of.zones
        else {},
    }
