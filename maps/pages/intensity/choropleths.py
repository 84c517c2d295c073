"""Maps of cooperation intensity: scores, the gap, clusters, doubt, and single figures."""

from __future__ import annotations

import collections.abc
import dataclasses

import pandas as pd

from layers.region import Region
from maps import texts
from maps.pages.intensity import levels
from maps.parts import analyses, classes, figures, frames, palettes
from maps.web import spec

_SHARES_PCT = (5.0, 25.0, 50.0, 75.0, 95.0, 100.0)
_SHORT_OF = 1 / 3
_CLUSTERS = {
    "high-high": "#b2182b",
    "high-low": "#f4a582",
    "low-high": "#92c5de",
    "low-low": "#2166ac",
    "not_significant": "#efece4",
}


def indicators(region: Region, of: levels.Level) -> tuple[spec.Indicator, ...]:
    """Everything of one level that can be mapped."""
    gap = (_gap(region, of), _shortfall(region, of)) if "potential_class" in of.table else ()
    clusters = _clusters(region, of) if of.name == "district" else ()
    return (
        *(_score(region, of, family) for family in of.families),
        *gap,
        *clusters,
        *_doubt(region, of),
        *_single(region, of),
    )


def _score(region: Region, of: levels.Level, family: str) -> spec.Indicator:
    scored = {str(unit): levels.score(of, str(unit), family) for unit in of.table.index}
    known = {unit: (figure,) for unit, figure in scored.items() if figure}
    scale = spec.Scale(texts.EMPTY, *levels.classed(of.table[f"{family}_score"], levels.RAMPS[family]))
    return spec.Indicator(
        f"{of.name}-{family}",
        levels.word(region, f"family.{family}"),
        levels.word(region, "group.scores"),
        of.name,
        known,
        (scale,),
        levels.word(region, f"about_{family}").format(weights=_family_weights(region)),
        documented=of.documented.get(family),
    )


def _family_weights(region: Region) -> texts.Label:
    """Families of the region with their weights, in one line."""
    weights = region.intensity.family_weights
    digits = 1 if all(round(weight, 1) == weight for weight in weights.values()) else 2
    told = (
        texts.joined(
            [
                levels.word(region, f"family.{family}").uncapitalised(),
                levels.decimal(region, weight, digits),
            ]
        )
        for family, weight in weights.items()
    )
    return texts.joined(told, ", ")


def _categories(
    region: Region,
    of: levels.Level,
    name: str,
    values: pd.Series,
    labels: tuple[texts.Label, ...],
    colours: tuple[str, ...],
) -> spec.Indicator:
    """Map numbers of categories; ``values`` without those that are missing."""
    known = {str(unit): (analyses.stated(labels[int(number)]),) for unit, number in values.items()}
    scale = spec.Scale(texts.EMPTY, tuple(map(float, range(len(labels)))), colours, labels)
    return spec.Indicator(
        f"{of.name}-{name}",
        levels.word(region, name),
        levels.word(region, "group.gap"),
        of.name,
        known,
        (scale,),
    )


def gap_label(region: Region, potential: int, realised: int) -> texts.Label:
    """Joint class in words."""
    return levels.word(region, "gap_class").format(
        potential=levels.word(region, f"potential_class.{potential}"),
        realised=levels.word(region, f"realised_class.{realised}"),
    )


def _gap(region: Region, of: levels.Level) -> spec.Indicator:
    """Potential across, realised up."""
    known = of.table[["potential_class", "realised_class"]].dropna().astype(int)
    squares = 3 * (known["realised_class"] - 1) + known["potential_class"] - 1
    labels = tuple(
        gap_label(region, potential, realised) for realised in (1, 2, 3) for potential in (1, 2, 3)
    )
    found = _categories(region, of, "gap", squares, labels, palettes.BIVARIATE)
    scale = dataclasses.replace(
        found.scales[0],
        axes=(levels.word(region, "family.potential"), levels.word(region, "family.realised")),
    )
    note = levels.word(region, "about_gap")
    return dataclasses.replace(found, scales=(scale,), note=note, documented=of.documented["realised"])


def _shortfall(region: Region, of: levels.Level) -> spec.Indicator:
    values = of.table["shortfall"].dropna()
    bounds = (-_SHORT_OF, 0.0, _SHORT_OF, 1.0)
    scale = spec.Scale(texts.EMPTY, bounds, palettes.around_zero(2, 2)[::-1])
    known = {
        str(unit): (spec.Figure(float(value), source_id=figures.COMPUTED),) for unit, value in values.items()
    }
    return spec.Indicator(
        f"{of.name}-shortfall",
        levels.word(region, "shortfall"),
        levels.word(region, "group.gap"),
        of.name,
        known,
        (scale,),
        levels.word(region, "about_shortfall"),
        documented=of.documented["realised"],
    )


def _clusters(region: Region, of: levels.Level) -> collections.abc.Iterator[spec.Indicator]:
    labels = tuple(levels.word(region, f"cluster.{name}") for name in _CLUSTERS)
    numbers = {name: number for number, name in enumerate(_CLUSTERS)}
    for border in ("crossed", "kept"):
        values = of.table[f"lisa_{border}"].map(numbers).dropna()
        found = _categories(region, of, "clusters", values, labels, tuple(_CLUSTERS.values()))
        chances = of.table[f"lisa_{border}_p"]
        told = {
            unit: (dataclasses.replace(figure, note=_chance(region, chances[unit])),)
            for unit, (figure,) in found.figures.items()
        }
        yield dataclasses.replace(
            found,
            id=f"{of.name}-clusters-{border}",
            figures=told,
            group=levels.word(region, "group.clusters"),
            note=levels.word(region, f"about_clusters_{border}"),
            series=f"{of.name}-clusters",
            step=levels.word(region, f"neighbours.{border}"),
        )


def _chance(region: Region, p: float) -> texts.Label:
    if pd.isna(p):
        return texts.EMPTY
    return levels.word(region, "chance").format(p=levels.decimal(region, p, 4))


def _doubt(region: Region, of: levels.Level) -> collections.abc.Iterator[spec.Indicator]:
    """Share of draws among the first, width of the interval and coverage, a step for each family."""
    for name, values in _doubts(of).items():
        scale = _doubt_scale(region, name, pd.concat(values.values()))
        note = levels.word(region, f"about_{name}").format(top=of.top, units=len(of.table))
        for family in of.families:
            known = values[family].dropna()
            yield spec.Indicator(
                f"{of.name}-{name}-{family}",
                levels.word(region, name),
                levels.word(region, "group.doubt"),
                of.name,
                {str(key): (_computed(value, scale.unit),) for key, value in known.items()},
                (scale,),
                note,
                series=f"{of.name}-{name}",
                step=levels.word(region, f"family.{family}"),
                documented=of.documented.get(family),
            )


def _doubt_scale(region: Region, name: str, values: pd.Series) -> spec.Scale:
    if name == "places":
        return spec.Scale(levels.word(region, "places_unit"), *levels.classed(values, "YlOrBr"))
    return spec.Scale(texts.plain("%"), _SHARES_PCT, palettes.ramp("YlGnBu", len(_SHARES_PCT)))


def _doubts(of: levels.Level) -> dict[str, dict[str, pd.Series]]:
    names, table = of.families, of.table
    found = {
        "top": {name: 100 * table[f"{name}_top_share"] for name in names},
        "places": {name: table[f"{name}_rank_high"] - table[f"{name}_rank_low"] for name in names},
    }
    coverage = {name: 100 * table[f"{name}_coverage"] for name in names}
    partial = any((values < 100).any() for values in coverage.values())
    return found | ({"coverage": coverage} if partial else {})


def _single(region: Region, of: levels.Level) -> collections.abc.Iterator[spec.Indicator]:
    """Figures of the framework one by one; what has a domestic counterpart is a switch of two steps."""
    rows = {row["indicator"]: row for row in of.criteria}
    for name, row in rows.items():
        foreign = name.replace("_domestic", "_foreign")
        twins = tuple(one for one in rows if one in (foreign, foreign.replace("_foreign", "_domestic")))
        if name != twins[0]:
            continue
        both = pd.concat([of.table[twin] for twin in twins])
        scale = spec.Scale(texts.of(region, row, "unit"), *_pooled(both, row, twins))
        for twin in twins:
            series = f"{of.name}-{foreign}" if len(twins) > 1 else ""
            yield _figure_map(region, of, rows[twin], scale, series=series)


def _pooled(values: pd.Series, row: frames.Row, twins: tuple[str, ...]) -> analyses.Classes:
    ramp = levels.RAMPS[row["family"]]
    if len(twins) == 1:
        return levels.classed(values, ramp)
    bounds = classes.breaks(values, k=7, scheme="quantiles")
    return bounds, palettes.ramp(ramp, len(bounds))


def _figure_map(
    region: Region, of: levels.Level, row: frames.Row, scale: spec.Scale, *, series: str
) -> spec.Indicator:
    name, weight = row["indicator"], float(row["weight"])
    known = {
        str(unit): (_computed(value, scale.unit, of.periods.get((str(unit), name), "")),)
        for unit, value in of.table[name].dropna().astype(float).to_dict().items()
    }
    counted = levels.word(region, "weighs" if weight else "not_counted")
    return spec.Indicator(
        f"{of.name}-{name}",
        texts.of(region, row, "title"),
        levels.word(region, f"group.{row['family']}"),
        of.name,
        known,
        (scale,),
        texts.joined(
            [texts.of(region, row, "about"), counted.format(weight=levels.decimal(region, weight, 2))]
        ),
        series=series,
        step=levels.side(region, name) if series else texts.EMPTY,
        documented=of.documented.get(name),
    )


def _computed(value: float, unit: texts.Label, period: str = "") -> spec.Figure:
    return spec.Figure(float(value), unit, period, figures.COMPUTED)
