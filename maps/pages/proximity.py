"""The proximity map: how near districts, settlements and crossings are to the border and the other side."""

from __future__ import annotations

import dataclasses

import pandas as pd

from layers.region import Region
from maps import texts
from maps.parts import analyses, classes, frames, images, palettes, popups
from maps.web import page, spec

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
    region: Region,
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
        as from `layers.analysis.proximity.attributes`.
    pages
        Ids of all maps of this atlas, for the navigation.
    surfaces
        Surface ``travel_time_to_crossing`` in minutes, if it is to be shown.

    Raises
    ------
    InputError
        One line for each frame or column that is missing.
    """
    return page.render(
        region, content(region, frames.checked(region, tables, COLUMNS), pages=pages, surfaces=surfaces or {})
    )


def content(
    region: Region, tables: frames.Frames, *, pages: tuple[str, ...], surfaces: images.Surfaces
) -> spec.PageSpec:
    """Gather what the page shows."""
    names = analyses.Names(region, tables)
    pairs = tables["district_pairs"].merge(tables["district_pair_reach"], on="pair_id")
    return dataclasses.replace(
        analyses.blank(region, tables, "proximity", pages=pages),
        units=analyses.units(region, tables, _unit_tables(region, pairs, names)),
        indicators=(
            *_indicators(
                region, tables["district_reach"].set_index("unit_id"), "district", names, names.centres
            ),
            *_indicators(region, tables["oblast_reach"].set_index("unit_id"), "oblast", names, names.units),
        ),
        layers=(
            _settlements(region, tables, names),
            _crossings(region, tables, names),
            *_border(region, tables),
            *_images(region, surfaces),
            *analyses.roads(region, tables),
        ),
        tables=(_oblast_table(region, tables, names), _district_table(region, pairs, names)),
        notes=analyses.notes(region, "proximity", ("about", "reading", "how_permeability"), tables),
    )


def _indicators(
    region: Region,
    reach: pd.DataFrame,
    level: spec.Level,
    names: analyses.Names,
    partners: dict[str, texts.Label],
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
        _measured(region, reach[name], name, level, ramp, told.get(name))
        for name, ramp in _RAMPS[level].items()
    ]
    return (mapped[0], _bands(region, reach["border_band"], level), *mapped[1:])


def _measured(
    region: Region,
    values: pd.Series,
    name: str,
    level: spec.Level,
    ramp: str,
    notes: dict[str, texts.Label] | None,
) -> spec.Indicator:
    unit = name.rpartition("_")[2]
    return analyses.indicator(
        region,
        values,
        f"proximity.{name}",
        name=f"{level}-{name}",
        group=_GROUP,
        unit=unit,
        level=level,
        classed=analyses.near_dark(_breaks(region, values, unit, level), ramp) if ramp else None,
        notes=notes,
    )


def _breaks(region: Region, values: pd.Series, unit: str, level: spec.Level) -> tuple[float, ...]:
    """Limits that all maps share; those of the few oblasts follow their own values."""
    if level == "oblast":
        return classes.breaks(values)
    return analyses.time_breaks(region, values) if unit == "min" else analyses.distance_breaks(region, values)


def _band_labels(region: Region) -> tuple[texts.Label, ...]:
    """Bands in the order of distance, as `geo.reach.proximity` names them."""
    edges = region.analysis.band_edges_km
    starts = (0.0, *edges)
    words = [f"{low:g}–{high:g}" for low, high in zip(starts, edges, strict=False)] + [f"> {edges[-1]:g}"]
    return tuple(texts.label(region, "proximity.band").format(band=word) for word in words)


def _band_number(region: Region, bands: pd.Series) -> pd.Series:
    """Position of each band; named ``low-high`` or ``>low``."""
    edges = [0.0, *region.analysis.band_edges_km]
    starts = bands.astype(str).str.extract(r"(\d+(?:\.\d+)?)", expand=False).astype(float)
    return starts.map({edge: number for number, edge in enumerate(edges)})


def _band_colours(region: Region) -> tuple[str, ...]:
    """Without the palest, which a point would lose on the map."""
    return palettes.ramp("YlGnBu", len(_band_labels(region)) + 1)[:0:-1]


def _bands(region: Region, bands: pd.Series, level: spec.Level) -> spec.Indicator:
    """Band of the centre, as categories."""
    labels, numbers = _band_labels(region), _band_number(region, bands)
    figures = {str(unit): (analyses.stated(labels[int(number)]),) for unit, number in numbers.items()}
    scale = spec.Scale(texts.EMPTY, tuple(range(len(labels))), _band_colours(region), labels)
    title, group = texts.label(region, "proximity.border_band"), texts.label(region, _GROUP)
    return spec.Indicator(f"{level}-border_band", title, group, level, figures, (scale,))


def _settlements(region: Region, tables: frames.Frames, names: analyses.Names) -> spec.Layer:
    """Settlements coloured by their band."""
    known = tables["settlements"].merge(tables["settlement_reach"], on="settlement_id")
    symbols = tuple(
        spec.Symbol(label, "circle", colour, 6.5)
        for label, colour in zip(_band_labels(region), _band_colours(region), strict=True)
    )
    features = tuple(
        spec.Feature(
            f"settlement-{row['settlement_id']}",
            texts.of(region, row),
            int(number),
            row["geometry"],
            _reach_rows(region, row, names),
            unit_ids=(row["unit_id"],),
        )
        for row, number in zip(
            known.to_dict("records"), _band_number(region, known["border_band"]), strict=True
        )
    )
    return spec.Layer(
        "settlement-bands",
        texts.label(region, "proximity.settlements"),
        texts.label(region, _GROUP),
        symbols,
        features,
        note=texts.label(region, "proximity.settlements_note"),
    )


def _reach_rows(region: Region, row: frames.Row, names: analyses.Names) -> tuple[spec.Row, ...]:
    crossing = names.crossings.get(row["crossing_id"], texts.EMPTY)
    partner = names.centres.get(row["partner_centre_id"], texts.EMPTY)
    return (
        popups.computed(
            texts.label(region, "proximity.to_border"), row["border_km"], texts.label(region, "measure.km")
        ),
        _way(region, texts.label(region, "proximity.crossing_min"), row["crossing_min"], crossing),
        _way(region, texts.label(region, "proximity.partner_centre_min"), row["partner_centre_min"], partner),
    )


def _way(region: Region, title: texts.Label, minutes: float, target: texts.Label) -> spec.Row:
    return spec.Row(title, (analyses.figure(region, minutes, "min", target),))


def _crossings(region: Region, tables: frames.Frames, names: analyses.Names) -> spec.Layer:
    """Crossings with the nearest centre of each side."""
    reach = tables["crossing_reach"].set_index("crossing_id").T.to_dict()
    layer = analyses.crossings(region, tables, "rail", "road")
    features = tuple(
        dataclasses.replace(
            feature,
            rows=(*feature.rows, *_crossing_rows(region, reach[feature.id.removeprefix("crossing-")], names)),
        )
        for feature in layer.features
    )
    return dataclasses.replace(layer, features=features)


def _crossing_rows(region: Region, row: frames.Row, names: analyses.Names) -> tuple[spec.Row, ...]:
    if not row["road_link"]:
        return ()
    links = popups.stated(region, "proximity.link", texts.label(region, f"proximity.link_{row['road_link']}"))
    return (
        *(
            _way(
                region,
                texts.label(region, "proximity.centre").format(country=names.units[country]),
                row[f"centre_{letter}_min"],
                names.centres.get(row[f"centre_{letter}_id"], texts.EMPTY),
            )
            for letter, country in zip("ab", region.countries, strict=True)
        ),
        links,
    )


def _border(region: Region, tables: frames.Frames) -> tuple[spec.Layer, ...]:
    """Pieces of the border with their permeability."""
    found = tables["oblast_pair_reach"].set_index("border_id").T.to_dict()
    border, *others = analyses.boundaries(region, tables)
    features = tuple(
        dataclasses.replace(
            feature, rows=(*feature.rows, *_pair_rows(region, found[feature.id.removeprefix("border-")]))
        )
        for feature in border.features
    )
    return (dataclasses.replace(border, features=features), *others)


def _pair_rows(region: Region, row: frames.Row) -> tuple[spec.Row, ...]:
    counts = texts.label(region, "proximity.counts").format(
        road=int(row["road_crossings"]), rail=int(row["rail_crossings"])
    )
    return (
        popups.stated(region, "proximity.crossings", counts),
        spec.Row(
            texts.label(region, "proximity.permeability_km"), (_permeability(region, row["permeability_km"]),)
        ),
        _way(region, texts.label(region, "proximity.centres_min"), row["centres_min"], texts.EMPTY),
    )


def _permeability(region: Region, value: float) -> spec.Figure:
    if pd.isna(value):
        return spec.Figure(texts.label(region, "proximity.no_crossing"))
    return analyses.figure(region, value, "km_per_crossing")


_PAIR_COLUMNS = ("shared", "road", "rail", "k", "min")


def _pair_table(
    region: Region, title: str, rows: tuple[tuple[texts.Label, tuple[float, ...]], ...]
) -> spec.Table:
    columns = tuple(texts.label(region, f"proximity.column.{name}") for name in _PAIR_COLUMNS)
    return spec.Table(texts.label(region, title), columns, rows, texts.label(region, "proximity.table_note"))


def _cells(row: frames.Row, shared_km: float) -> tuple[float, ...]:
    counts = float(row["road_crossings"]), float(row["rail_crossings"])
    return round(shared_km, 1), *counts, float(row["permeability_km"]), float(row["centres_min"])


def _oblast_table(region: Region, tables: frames.Frames, names: analyses.Names) -> spec.Table:
    found = tables["border"].merge(tables["oblast_pair_reach"], on="border_id", suffixes=("", "_reach"))
    rows = tuple(
        (
            texts.joined([names.units[row[f"oblast_id_{letter}"]] for letter in "ab"], " – "),
            _cells(row, row["length_km"]),
        )
        for row in found.to_dict("records")
    )
    return _pair_table(region, "proximity.oblast_pairs", rows)


def _district_table(region: Region, pairs: pd.DataFrame, names: analyses.Names) -> spec.Table:
    rows = tuple(
        (
            texts.joined([names.centres[row[f"unit_id_{letter}"]] for letter in "ab"], " – "),
            _cells(row, row["shared_km"]),
        )
        for row in pairs.sort_values("shared_km", ascending=False).to_dict("records")
    )
    return _pair_table(region, "proximity.district_pairs", rows)


def _unit_tables(
    region: Region, pairs: pd.DataFrame, names: analyses.Names
) -> dict[str, tuple[spec.Table, ...]]:
    """Neighbours over the border, for each district that has one."""
    sides = (("unit_id_a", "unit_id_b"), ("unit_id_b", "unit_id_a"))
    found: dict[str, list[tuple[texts.Label, tuple[float, ...]]]] = {}
    for row in pairs.sort_values("shared_km", ascending=False).to_dict("records"):
        for own, other in sides:
            found.setdefault(row[own], []).append((names.units[row[other]], _cells(row, row["shared_km"])))
    return {unit: (_pair_table(region, "proximity.neighbours", tuple(rows)),) for unit, rows in found.items()}


def _images(region: Region, surfaces: images.Surfaces) -> tuple[spec.Image, ...]:
    name = "travel_time_to_crossing"
    if name not in surfaces:
        return ()
    breaks = analyses.time_breaks(
        region, pd.Series(surfaces[name][1].ravel()).replace(float("inf"), float("nan"))
    )
    colours = palettes.ramp("OrRd", len(breaks))[::-1]
    png, bounds = images.drawn(surfaces[name], breaks, colours)
    starts = (0.0, *breaks)
    symbols = tuple(
        spec.Symbol(
            texts.label(region, "analysis.range").format(low=f"{low:g}", high=f"{high:g}"), "area", colour
        )
        for low, high, colour in zip(starts, breaks, colours, strict=False)
    )
    title, note = texts.label(region, "proximity.surface"), texts.label(region, "proximity.surface_note")
    return (spec.Image(name, title, texts.label(region, _GROUP), png, bounds, symbols, note=note),)
