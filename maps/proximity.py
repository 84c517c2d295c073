"""The proximity map: how near districts, settlements and crossings are to the border and the other side."""

from __future__ import annotations

import dataclasses

import pandas as pd

from layers import study_area
from maps import analyses, classes, frames, images, page, palettes, popups, spec, texts

_REACH = (
    "border_km",
    "border_band",
    "crossing_id",
    "crossing_min",
    "partner_centre_id",
    "partner_centre_min",
)
_PAIR = ("road_crossings", "rail_crossings", "permeability_km", "centres_km", "centres_min")
COLUMNS = analyses.BASE | {
    "oblast_reach": (
        *("unit_id", "centre_border_km", "people_border_km", "straight_crossing_km", "border_band"),
        *("centre_crossing_id", "centre_crossing_min", "partner_centre_id", "partner_centre_min"),
    ),
    "district_reach": ("unit_id", "centre_border_km", "people_border_km", "straight_crossing_km", *_REACH),
    "settlement_reach": ("settlement_id", *_REACH),
    "crossing_reach": (
        "crossing_id",
        "centre_a_id",
        "centre_a_min",
        "centre_b_id",
        "centre_b_min",
        "road_link",
    ),
    "district_pair_reach": ("pair_id", *_PAIR),
    "oblast_pair_reach": ("border_id", *_PAIR),
}
FRAMES = tuple(COLUMNS)
# Colours of each measure; those without are told in the card only.
_RAMPS = {
    "oblast": {
        "people_border_km": "YlGnBu",
        "centre_crossing_min": "OrRd",
        "partner_centre_min": "PuRd",
        "straight_crossing_km": "BuPu",
        "centre_border_km": "",
    },
    "district": {
        "people_border_km": "YlGnBu",
        "crossing_min": "OrRd",
        "partner_centre_min": "PuRd",
        "straight_crossing_km": "BuPu",
        "centre_border_km": "",
        "border_km": "",
    },
}
_GROUP = "proximity.group"


def build(
    tables: frames.Frames,
    *,
    pages: tuple[str, ...] = ("proximity",),
    surfaces: images.Surfaces | None = None,
) -> str:
    """Page ``maps/proximity.html`` as text.

    Parameters
    ----------
    tables
        Layers by name (`FRAMES`, columns in `COLUMNS`), geometry in EPSG:4326; the ``…_reach`` tables
        as from `layers.proximity.attributes`.
    pages
        Ids of all maps of this atlas, for the navigation.
    surfaces
        Surface ``travel_time_to_crossing`` in minutes, if it is to be shown.

    Raises
    ------
    InputError
        One line for each frame or column that is missing.
    """
    return page.render(content(frames.checked(tables, COLUMNS), pages=pages, surfaces=surfaces or {}))


def content(tables: frames.Frames, *, pages: tuple[str, ...], surfaces: images.Surfaces) -> spec.PageSpec:
    """Gather what the page shows."""
    names = analyses.Names(tables)
    pairs = tables["district_pairs"].merge(tables["district_pair_reach"], on="pair_id")
    return dataclasses.replace(
        analyses.blank(tables, "proximity", pages=pages),
        units=analyses.units(tables, _unit_tables(pairs, names)),
        indicators=(
            *_indicators(tables["district_reach"].set_index("unit_id"), "district", names, names.centres),
            *_indicators(tables["oblast_reach"].set_index("unit_id"), "oblast", names, names.units),
        ),
        layers=(
            _settlements(tables, names),
            _crossings(tables, names),
            *_border(tables),
            *_images(surfaces),
            *analyses.roads(tables),
        ),
        tables=(_oblast_table(tables, names), _district_table(pairs, names)),
        notes=analyses.notes("proximity", ("about", "reading", "how_permeability"), tables),
    )


def _indicators(
    reach: pd.DataFrame, level: spec.Level, names: analyses.Names, partners: dict[str, texts.Label]
) -> tuple[spec.Indicator, ...]:
    """Measures of the units of one level; ``partners`` names who the centre abroad belongs to."""
    targets = {
        "crossing": names.crossings,
        "centre_crossing": names.crossings,
        "partner_centre": partners,
    }
    told = {
        f"{target}_min": {
            str(unit): known.get(one, texts.EMPTY) for unit, one in reach[f"{target}_id"].items()
        }
        for target, known in targets.items()
        if f"{target}_id" in reach
    }
    mapped = [
        _measured(reach[name], name, level, ramp, told.get(name)) for name, ramp in _RAMPS[level].items()
    ]
    return (mapped[0], _bands(reach["border_band"], level), *mapped[1:])


def _measured(
    values: pd.Series, name: str, level: spec.Level, ramp: str, notes: dict[str, texts.Label] | None
) -> spec.Indicator:
    unit = name.rpartition("_")[2]
    return analyses.indicator(
        values,
        f"proximity.{name}",
        name=f"{level}-{name}",
        group=_GROUP,
        unit=unit,
        level=level,
        classed=analyses.near_dark(_breaks(values, unit, level), ramp) if ramp else None,
        notes=notes,
    )


def _breaks(values: pd.Series, unit: str, level: spec.Level) -> tuple[float, ...]:
    """Limits that all maps share; those of the few oblasts follow their own values."""
    if level == "oblast":
        return classes.breaks(values)
    return analyses.time_breaks(values) if unit == "min" else analyses.distance_breaks(values)


def _band_labels() -> tuple[texts.Label, ...]:
    """Bands in the order of distance, as `geo.proximity` names them."""
    edges = study_area.load().analysis.band_edges_km
    starts = (0.0, *edges)
    words = [f"{low:g}–{high:g}" for low, high in zip(starts, edges, strict=False)] + [f"> {edges[-1]:g}"]
    return tuple(texts.label("proximity.band").format(band=word) for word in words)


def _band_number(bands: pd.Series) -> pd.Series:
    """Position of each band; named ``low-high`` or ``>low``."""
    edges = [0.0, *study_area.load().analysis.band_edges_km]
    starts = bands.astype(str).str.extract(r"(\d+(?:\.\d+)?)", expand=False).astype(float)
    return starts.map({edge: number for number, edge in enumerate(edges)})


def _band_colours() -> tuple[str, ...]:
    """Without the palest, which a point would lose on the map."""
    return palettes.ramp("YlGnBu", len(_band_labels()) + 1)[:0:-1]


def _bands(bands: pd.Series, level: spec.Level) -> spec.Indicator:
    """Band of the centre, as categories."""
    labels, numbers = _band_labels(), _band_number(bands)
    figures = {str(unit): (analyses.stated(labels[int(number)]),) for unit, number in numbers.items()}
    scale = spec.Scale(texts.EMPTY, tuple(range(len(labels))), _band_colours(), labels)
    title, group = texts.label("proximity.border_band"), texts.label(_GROUP)
    return spec.Indicator(f"{level}-border_band", title, group, level, figures, (scale,))


def _settlements(tables: frames.Frames, names: analyses.Names) -> spec.Layer:
    """Settlements coloured by their band."""
    known = tables["settlements"].merge(tables["settlement_reach"], on="settlement_id")
    symbols = tuple(
        spec.Symbol(label, "circle", colour, 6.5)
        for label, colour in zip(_band_labels(), _band_colours(), strict=True)
    )
    features = tuple(
        spec.Feature(
            f"settlement-{row['settlement_id']}",
            texts.of(row),
            int(number),
            row["geometry"],
            _reach_rows(row, names),
            unit_ids=(row["unit_id"],),
        )
        for row, number in zip(known.to_dict("records"), _band_number(known["border_band"]), strict=True)
    )
    return spec.Layer(
        "settlement-bands",
        texts.label("proximity.settlements"),
        texts.label(_GROUP),
        symbols,
        features,
        note=texts.label("proximity.settlements_note"),
    )


def _reach_rows(row: frames.Row, names: analyses.Names) -> tuple[spec.Row, ...]:
    crossing = names.crossings.get(row["crossing_id"], texts.EMPTY)
    partner = names.centres.get(row["partner_centre_id"], texts.EMPTY)
    return (
        popups.computed(texts.label("proximity.to_border"), row["border_km"], texts.label("measure.km")),
        _way(texts.label("proximity.crossing_min"), row["crossing_min"], crossing),
        _way(texts.label("proximity.partner_centre_min"), row["partner_centre_min"], partner),
    )


def _way(title: texts.Label, minutes: float, target: texts.Label) -> spec.Row:
    return spec.Row(title, (analyses.figure(minutes, "min", target),))


def _crossings(tables: frames.Frames, names: analyses.Names) -> spec.Layer:
    """Crossings with the nearest centre of each side."""
    reach = tables["crossing_reach"].set_index("crossing_id").T.to_dict()
    layer = analyses.crossings(tables, "rail", "road")
    features = tuple(
        dataclasses.replace(
            feature,
            rows=(*feature.rows, *_crossing_rows(reach[feature.id.removeprefix("crossing-")], names)),
        )
        for feature in layer.features
    )
    return dataclasses.replace(layer, features=features)


def _crossing_rows(row: frames.Row, names: analyses.Names) -> tuple[spec.Row, ...]:
    if not row["road_link"]:
        return ()
    links = popups.stated("proximity.link", texts.label(f"proximity.link_{row['road_link']}"))
    return (
        *(
            _way(
                texts.label("proximity.centre").format(country=names.units[country]),
                row[f"centre_{letter}_min"],
                names.centres.get(row[f"centre_{letter}_id"], texts.EMPTY),
            )
            for letter, country in zip("ab", study_area.load().countries, strict=True)
        ),
        links,
    )


def _border(tables: frames.Frames) -> tuple[spec.Layer, ...]:
    """Pieces of the border with their permeability."""
    found = tables["oblast_pair_reach"].set_index("border_id").T.to_dict()
    border, *others = analyses.boundaries(tables)
    features = tuple(
        dataclasses.replace(
            feature, rows=(*feature.rows, *_pair_rows(found[feature.id.removeprefix("border-")]))
        )
        for feature in border.features
    )
    return (dataclasses.replace(border, features=features), *others)


def _pair_rows(row: frames.Row) -> tuple[spec.Row, ...]:
    counts = texts.label("proximity.counts").format(
        road=int(row["road_crossings"]), rail=int(row["rail_crossings"])
    )
    return (
        popups.stated("proximity.crossings", counts),
        spec.Row(texts.label("proximity.permeability_km"), (_permeability(row["permeability_km"]),)),
        _way(texts.label("proximity.centres_min"), row["centres_min"], texts.EMPTY),
    )


def _permeability(value: float) -> spec.Figure:
    if pd.isna(value):
        return spec.Figure(texts.label("proximity.no_crossing"))
    return analyses.figure(value, "km_per_crossing")


_PAIR_COLUMNS = ("shared", "road", "rail", "k", "min")


def _pair_table(title: str, rows: tuple[tuple[texts.Label, tuple[float, ...]], ...]) -> spec.Table:
    columns = tuple(texts.label(f"proximity.column.{name}") for name in _PAIR_COLUMNS)
    return spec.Table(texts.label(title), columns, rows, texts.label("proximity.table_note"))


def _cells(row: frames.Row, shared_km: float) -> tuple[float, ...]:
    counts = float(row["road_crossings"]), float(row["rail_crossings"])
    return round(shared_km, 1), *counts, float(row["permeability_km"]), float(row["centres_min"])


def _oblast_table(tables: frames.Frames, names: analyses.Names) -> spec.Table:
    found = tables["border"].merge(tables["oblast_pair_reach"], on="border_id", suffixes=("", "_reach"))
    rows = tuple(
        (
            texts.joined([names.units[row[f"oblast_id_{letter}"]] for letter in "ab"], " – "),
            _cells(row, row["length_km"]),
        )
        for row in found.to_dict("records")
    )
    return _pair_table("proximity.oblast_pairs", rows)


def _district_table(pairs: pd.DataFrame, names: analyses.Names) -> spec.Table:
    rows = tuple(
        (
            texts.joined([names.centres[row[f"unit_id_{letter}"]] for letter in "ab"], " – "),
            _cells(row, row["shared_km"]),
        )
        for row in pairs.sort_values("shared_km", ascending=False).to_dict("records")
    )
    return _pair_table("proximity.district_pairs", rows)


def _unit_tables(pairs: pd.DataFrame, names: analyses.Names) -> dict[str, tuple[spec.Table, ...]]:
    """Neighbours over the border, for each district that has one."""
    sides = (("unit_id_a", "unit_id_b"), ("unit_id_b", "unit_id_a"))
    found: dict[str, list[tuple[texts.Label, tuple[float, ...]]]] = {}
    for row in pairs.sort_values("shared_km", ascending=False).to_dict("records"):
        for own, other in sides:
            found.setdefault(row[own], []).append((names.units[row[other]], _cells(row, row["shared_km"])))
    return {unit: (_pair_table("proximity.neighbours", tuple(rows)),) for unit, rows in found.items()}


def _images(surfaces: images.Surfaces) -> tuple[spec.Image, ...]:
    name = "travel_time_to_crossing"
    if name not in surfaces:
        return ()
    breaks = analyses.time_breaks(pd.Series(surfaces[name][1].ravel()).replace(float("inf"), float("nan")))
    colours = palettes.ramp("OrRd", len(breaks))[::-1]
    png, bounds = images.drawn(surfaces[name], breaks, colours)
    starts = (0.0, *breaks)
    symbols = tuple(
        spec.Symbol(texts.label("analysis.range").format(low=f"{low:g}", high=f"{high:g}"), "area", colour)
        for low, high, colour in zip(starts, breaks, colours, strict=False)
    )
    title, note = texts.label("proximity.surface"), texts.label("proximity.surface_note")
    return (spec.Image(name, title, texts.label(_GROUP), png, bounds, symbols, note=note),)
