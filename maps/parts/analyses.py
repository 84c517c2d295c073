"""What the pages of the analyses share: base frames, names by id, classes of figures, assumptions."""

from __future__ import annotations

import collections.abc
import dataclasses
import math

import pandas as pd

from layers.region import Region
from maps import texts
from maps.parts import basemap, classes, figures, frames, overlays, palettes, popups, transport
from maps.web import spec

_BASE = (
    *("oblasts", "districts", "border", "district_pairs", "roads", "railways", "stations"),
    *("crossings", "crossing_states", "road_speeds", "settlements", "water", "rivers", "neighbours"),
    *("indicators", "sources", "notes", "units", "raw_files", "places"),
)
_ACCESS = "access"  # class of the ways off the roads
GOALPOSTS = ("goalpost_low", "goalpost_high", "goalpost_basis_{}")
# Inclusive upper bounds, and a colour for each class.
Classes = tuple[tuple[float, ...], tuple[str, ...]]

BASE = {name: frames.COLUMNS[name] for name in _BASE}


class Names:
    """Names by id: centres of units, crossings, countries."""

    def __init__(self, region: Region, tables: frames.Frames) -> None:
        self.crossings = _named(region, tables["crossings"], "crossing_id")
        self.units = _named(region, tables["units"], "unit_id")
        self.centres = dict(self.units)
        for row in tables["settlements"].to_dict("records"):
            self.centres |= dict.fromkeys(str(row["centre_of"]).split(), texts.of(region, row))

    def passed(self, crossing_ids: object) -> texts.Label:
        """Names of crossings whose ids stand in one text."""
        return texts.joined([self.crossings[one] for one in str(crossing_ids or "").split()], ", ")


def blank(region: Region, tables: frames.Frames, page_id: str, *, pages: tuple[str, ...]) -> spec.PageSpec:
    """Page with what all have: titles, units, background, sources; no indicator and no layer yet."""
    return spec.PageSpec(
        id=page_id,
        title=texts.label(region, f"{page_id}.title"),
        subtitle=texts.label(region, f"{page_id}.subtitle"),
        units=units(region, tables),
        indicators=(),
        background=basemap.background(region, tables),
        sources=figures.sources(region, tables["sources"]),
        base_source_ids=tuple(sorted({one for one in tables["raw_files"]["source_id"] if one})),
        invitation=texts.label(region, f"{page_id}.invitation"),
        pages=pages,
    )


def units(
    region: Region,
    tables: frames.Frames,
    more: collections.abc.Mapping[str, tuple[spec.Table, ...]] | None = None,
    *,
    partners: bool = True,
) -> tuple[spec.Unit, ...]:
    """Oblasts and districts with the tables of their cards, and their neighbours over the border."""
    told = more or {}
    found = popups.units(region, tables, {})
    return tuple(
        dataclasses.replace(
            unit, notes=(), tables=told.get(unit.id, ()), partners=unit.partners if partners else ()
        )
        for unit in found
    )


def boundaries(region: Region, tables: frames.Frames) -> tuple[spec.Layer, ...]:
    """Draw the border and the outlines of oblasts."""
    return overlays.boundaries(region, tables, {})[1:]


def crossings(region: Region, tables: frames.Frames, *modes: str) -> spec.Layer:
    """Crossings as on the overview, of some modes; of crossings in one place the last mode lies on top."""
    layer = transport.crossings(region, tables)
    known = tables["crossings"].set_index("crossing_id")["mode"]
    mode_of = {f"crossing-{crossing_id}": mode for crossing_id, mode in known.items()}
    features = tuple(one for mode in modes for one in layer.features if mode_of[one.id] == mode)
    return dataclasses.replace(layer, features=features)


def roads(region: Region, tables: frames.Frames) -> tuple[spec.Layer, ...]:
    """Roads and railways as on the overview."""
    return transport.roads(region, tables), transport.railways(region, tables)


def figure(region: Region, value: float, unit: str, note: texts.Label = texts.EMPTY) -> spec.Figure:
    """Figure that the atlas computes; what has no way says so."""
    known = texts.label(region, "analysis.no_way") if pd.isna(value) else float(value)
    measure = texts.EMPTY if pd.isna(value) else texts.label(region, f"measure.{unit}")
    return spec.Figure(known, measure, source_id=figures.COMPUTED, note=note)


def stated(words: texts.Label) -> spec.Figure:
    """Figure in words that the atlas computes."""
    return spec.Figure(words, source_id=figures.COMPUTED)


def indicator(
    region: Region,
    values: pd.Series,
    title: str | texts.Label,
    *,
    name: str,
    group: str,
    unit: str,
    level: spec.Level = "district",
    classed: Classes | None = None,
    notes: collections.abc.Mapping[str, texts.Label] | None = None,
) -> spec.Indicator:
    """Attribute of units of one level; with classes it can be mapped.

    A missing time means that there is no way, any other missing value is not known.
    """
    told = notes or {}
    known = {
        str(unit_id): (figure(region, value, unit, told.get(str(unit_id), texts.EMPTY)),)
        for unit_id, value in values.items()
        if unit == "min" or pd.notna(value)
    }
    scales = (spec.Scale(texts.label(region, f"measure.{unit}"), *classed),) if classed else ()
    return spec.Indicator(
        id=name,
        title=texts.label(region, title) if isinstance(title, str) else title,
        group=texts.label(region, group),
        level=level,
        figures=known,
        scales=scales,
    )


def term(region: Region, row: frames.Row, criterion: frames.Row) -> spec.Term:
    """Row of a table of terms, in the words of its criterion and, where it names none, with its sources.

    That nothing is documented is told by no source: it is the atlas that counted.
    """
    counted: str = figures.COMPUTED if pd.notna(row["value"]) else ""
    return spec.Term(
        texts.of(region, criterion, "title"),
        row["value"],
        texts.of(region, criterion, "unit"),
        row["normalised"],
        row["weight"],
        row["weight_used"],
        row["contribution"],
        str(row.get("period", "")),
        tuple(str(row.get("source_ids", criterion["source"]) or counted).split()),
        texts.joined([texts.of(region, criterion, "about"), _goalposts(region, criterion)]),
    )


def _goalposts(region: Region, criterion: frames.Row) -> texts.Label:
    """Say where the scale of a criterion begins and ends, and why there; nothing if that is the data's."""
    low, high = (str(criterion.get(name, "")) for name in GOALPOSTS[:2])
    if not low:
        return texts.EMPTY
    ends = {"low": _localised(region, low), "high": _localised(region, high)}
    return texts.label(region, "analysis.goalposts").format(
        basis=texts.of(region, criterion, "goalpost_basis"), **ends
    )


def _localised(region: Region, number: str) -> texts.Label:
    return texts.decimal(region, number)


def score(row: frames.Row, *, top: int, of: int) -> spec.Figure | None:
    """Score of a row with its coverage and ranks among ``of`` others; nothing if it has none."""
    if pd.isna(row["score"]):
        return None
    ranks = spec.Ranks(
        place=int(row["rank"]),
        median=float(row["rank_median"]),
        low=float(row["rank_low"]),
        high=float(row["rank_high"]),
        top_share=float(row["top_share"]),
        top=top,
        of=of,
        last=int(row["rank_last"]),
    )
    coverage = float(row["coverage"])
    return spec.Figure(float(row["score"]), source_id=figures.COMPUTED, coverage=coverage, ranks=ranks)


def bounded(values: pd.Series, limits: collections.abc.Sequence[float]) -> tuple[float, ...]:
    """Limits as upper bounds of classes, those that hold the values."""
    least, most = (float(values.min()), float(values.max())) if values.notna().any() else (0.0, 0.0)
    below = [float(limit) for limit in limits if least <= limit < most]
    above = [float(limit) for limit in limits if limit >= most]
    return (*below, above[0] if above else float(math.ceil(most)))


def near_dark(breaks: tuple[float, ...], ramp: str) -> Classes:
    """Classes with the darkest colour for what is nearest."""
    return breaks, palettes.ramp(ramp, len(breaks))[::-1]


def none_pale(values: pd.Series, limits: collections.abc.Sequence[float], ramp: str) -> Classes:
    """Classes of counts; the first limit is 0, whose class is nearly white."""
    breaks = bounded(values, limits)
    return breaks, ("#f7f6f3", *palettes.ramp(ramp, len(breaks) - 1))


def limits(region: Region, name: str, values: pd.Series) -> tuple[float, ...]:
    """Upper bounds of classes of counts, the first of which is 0: those of the region, else natural ones."""
    return region.classes.get(name) or (0.0, *classes.breaks(values[values > 0]))


def time_breaks(region: Region, minutes: pd.Series) -> tuple[float, ...]:
    """Classes of minutes: the limits of the isochrones."""
    return bounded(minutes, region.analysis.isochrone_min)


def distance_breaks(region: Region, km: pd.Series) -> tuple[float, ...]:
    """Classes of km: the edges of the distance bands."""
    return bounded(km, region.analysis.band_edges_km)


def duration(region: Region, minutes: float) -> texts.Label:
    """Minutes as hours and minutes; nothing is "no way"."""
    if pd.isna(minutes):
        return texts.label(region, "analysis.no_way")
    hours, rest = divmod(round(minutes), 60)
    form = "analysis.hours" if hours else "analysis.minutes"
    return texts.label(region, form).format(hours=hours, minutes=rest)


def notes(
    region: Region, page_id: str, keys: collections.abc.Iterable[str], tables: frames.Frames
) -> tuple[spec.Note, ...]:
    """Give the notes of a page, and what every road time is computed from."""
    own = [
        spec.Note(texts.label(region, f"{page_id}.{key}"), texts.label(region, f"{page_id}.{key}_title"))
        for key in keys
    ]
    return (*own, assumptions(region, tables), *(_shared(region, key) for key in ("rail", "limits")))


def assumptions(region: Region, tables: frames.Frames) -> spec.Note:
    """Speeds, delays and the state of crossings that the times assume."""
    speeds = tables["road_speeds"]
    kmh = [
        texts.joined(
            [
                texts.of(region, row, "title"),
                texts.label(region, "analysis.kmh").format(value=f"{row['speed_kmh']:g}"),
            ]
        )
        for row in speeds[speeds["mode"] == "road"].to_dict("records")
    ]
    delays = [
        texts.joined(
            [
                texts.of(region, row, "title"),
                texts.label(region, "analysis.delay").format(value=row["delay_road_min"]),
            ],
            " – ",
        )
        for row in tables["crossing_states"].to_dict("records")
        if row["is_passable"]
    ]
    detour = speeds.set_index("edge_class")["detour_factor"].loc[_ACCESS]
    text = texts.label(region, "analysis.assumptions").format(
        speeds=texts.joined(kmh, ", "), delays=texts.joined(delays, "; "), detour=f"{float(detour):g}"
    )
    return spec.Note(text, texts.label(region, "analysis.assumptions_title"))


def _shared(region: Region, key: str) -> spec.Note:
    return spec.Note(texts.label(region, f"analysis.{key}"), texts.label(region, f"analysis.{key}_title"))


def _named(region: Region, table: pd.DataFrame, key: str) -> dict[str, texts.Label]:
    return {row[key]: texts.of(region, row) for row in table.to_dict("records")}
