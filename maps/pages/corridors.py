"""The corridors map: routes between named centres, bands around them, the cost of the border, what-if."""

from __future__ import annotations

import dataclasses
import itertools
import math

import numpy as np
import pandas as pd
import shapely

from layers.region import Region
from maps import texts
from maps.parts import analyses, frames, images, palettes, popups
from maps.web import page, spec

_MEASURES = ("crossing_min", "partner_centre_min")
COLUMNS = analyses.BASE | {
    "corridors": (
        *("route_id", "corridor_id", "from_id", "to_id", "choice", "length_km", "travel_min"),
        *("crossing_ids", "geometry"),
    ),
    "corridor_bands": (
        *("band_id", "corridor_id", "border", "over_pct", "least_min", "border_cost_min"),
        *("width_km", "area_km2", "population", "geometry"),
    ),
    "district_reach": ("unit_id", *_MEASURES),
    "scenarios": ("scenario_id", "against", *frames.TITLES),
    "scenario_units": (
        *("scenario_id", "unit_id", "level", *_MEASURES),
        *("change_crossing_min", "change_partner_centre_min"),
    ),
    "scenario_corridors": ("scenario_id", "corridor_id", "travel_min", "change_travel_min"),
}
FRAMES = tuple(COLUMNS)
_GROUP = "corridors.group"
_BEST, _OTHER = "#6a1b6e", "#d9480f"
_BANDS = {"kept": "#7b4fa3", "ignored": "#0f7b6c"}
_PEOPLE = ("#5a6b7800", "#5a6b7838", "#5a6b7870", "#46565f", "#1f2b33")
_PEOPLE_BREAKS = (0.5, 10, 100, 1_000, math.inf)
# Changes in minutes, inclusive upper bounds; a minute either way is none.
_CHANGES = (-30.0, -10.0, -5.0, -1.0, 1.0, 5.0, 10.0, 30.0, math.inf)
_SIMPLIFIED_DEGREES = 0.002


def build(
    region: Region,
    tables: frames.Frames,
    *,
    pages: tuple[str, ...] = ("corridors",),
    surfaces: images.Surfaces | None = None,
) -> str:
    """Page ``maps/corridors.html`` as text.

    Parameters
    ----------
    tables
        Layers by name (`FRAMES`, columns in `COLUMNS`), geometry in EPSG:4326; ``corridors`` and
        ``corridor_bands`` as from `layers.analysis.corridors`, ``scenario_…`` as from
        `layers.analysis.whatif`.
    pages
        Ids of all maps of this atlas, for the navigation.
    surfaces
        Surface ``population`` in persons of each cell, if it is to be shown.

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
    routes = tables["corridors"].merge(_costs(tables["corridor_bands"]), on="corridor_id", how="left")
    best = routes[routes["choice"] == "best"].sort_values("corridor_id")
    return dataclasses.replace(
        analyses.blank(region, tables, "corridors", pages=pages),
        units=analyses.units(region, tables, partners=False),
        indicators=_indicators(region, tables),
        layers=(
            _routes(region, tables, best, names),
            _alternatives(region, routes),
            *(_bands(region, tables["corridor_bands"], border) for border in _BANDS),
            *_images(region, surfaces),
            analyses.crossings(region, tables, "road"),
            *analyses.boundaries(region, tables),
            *analyses.roads(region, tables),
        ),
        tables=(_overview(region, best, names),),
        notes=analyses.notes(region, "corridors", _notes(tables), tables),
        focus=_widest(tables["corridor_bands"]),
    )


def _notes(tables: frames.Frames) -> tuple[str, ...]:
    return ("about", "how_bands", *(("how_scenarios",) if "scenarios" in tables else ()))


def _widest(bands: pd.DataFrame) -> str:
    """Corridor with the largest band, shown at first."""
    kept = bands[bands["border"] == "kept"].reset_index(drop=True)
    return str(kept["corridor_id"].iloc[int(kept["area_km2"].to_numpy().argmax())]) if len(kept) else ""


def _costs(bands: pd.DataFrame) -> pd.DataFrame:
    """Cost of the border for each corridor, over the grid."""
    kept = bands[bands["border"] == "kept"].groupby("corridor_id", as_index=False)
    return kept[["least_min", "border_cost_min"]].first()


def _indicators(region: Region, tables: frames.Frames) -> tuple[spec.Indicator, ...]:
    reach = tables["district_reach"].set_index("unit_id")
    ramps = {"partner_centre_min": "PuBuGn", "crossing_min": "YlOrBr"}
    now = [_now(region, reach[name], name, ramp) for name, ramp in ramps.items()]
    return (*now, *(_changes(region, tables) if "scenarios" in tables else ()))


def _now(region: Region, values: pd.Series, name: str, ramp: str) -> spec.Indicator:
    return analyses.indicator(
        region,
        values,
        f"proximity.{name}",
        name=name,
        group="corridors.now",
        unit="min",
        classed=analyses.near_dark(analyses.time_breaks(region, values), ramp),
    )


def _changes(region: Region, tables: frames.Frames) -> list[spec.Indicator]:
    """Change of each measure under each scenario."""
    titles, beside = _titles(region, tables), _compared(region, tables)
    by_scenario = tables["scenario_units"].query("level == 'district'").groupby("scenario_id")
    return [
        _change(region, by_scenario.get_group(scenario_id), scenario_id, title, measure, beside[scenario_id])
        for measure in reversed(_MEASURES)
        for scenario_id, title in titles.items()
    ]


def _change(
    region: Region,
    found: pd.DataFrame,
    scenario_id: str,
    title: texts.Label,
    measure: str,
    beside: texts.Label,
) -> spec.Indicator:
    rows = found.set_index("unit_id")
    values = rows[f"change_{measure}"]
    # Where a way appears there is nothing to compare it with.
    values = values[values.notna() | rows[measure].isna()]
    indicator = analyses.indicator(
        region,
        values,
        title,
        name=f"{scenario_id}-{measure}",
        group=f"corridors.change_{measure}",
        unit="min",
        classed=_change_classes(values),
    )
    told = texts.joined([title, texts.label(region, "corridors.change_note").format(against=beside)], ". ")
    return dataclasses.replace(indicator, note=told)


def _change_classes(values: pd.Series) -> analyses.Classes:
    """Classes from the least to the greatest change, with one colour for each change on every map."""
    used = np.searchsorted(_CHANGES, values.dropna())
    low, high = (int(used.min()), int(used.max())) if len(used) else (4, 4)
    most = float(values.max()) if len(used) else 0.0
    bounds = [min(bound, max(most, 0.0) + 1) for bound in _CHANGES[low : high + 1]]
    colours = palettes.ramp("PuOr", len(_CHANGES))[::-1]
    return tuple(bounds), colours[low : high + 1]


def _titles(region: Region, tables: frames.Frames) -> dict[str, texts.Label]:
    known = tables["scenarios"].drop_duplicates("scenario_id").to_dict("records")
    return {row["scenario_id"]: texts.of(region, row, "title") for row in known}


def _compared(region: Region, tables: frames.Frames) -> dict[str, texts.Label]:
    """Name what each scenario is compared with."""
    titles, base = _titles(region, tables), texts.label(region, "corridors.base")
    against = tables["scenarios"].set_index("scenario_id")["against"]
    return {
        str(one): texts.label(region, "corridors.scenario").format(title=titles[other]) if other else base
        for one, other in against.items()
    }


def _routes(region: Region, tables: frames.Frames, best: pd.DataFrame, names: analyses.Names) -> spec.Layer:
    symbol = spec.Symbol(texts.label(region, "corridors.best"), "line", _BEST, 3.4)
    features = tuple(
        spec.Feature(
            f"corridor-{row['corridor_id']}",
            _name(row, names),
            0,
            _simple(row["geometry"]),
            _route_rows(region, row, names),
            tables=_tables(region, tables, row["corridor_id"], names),
            subject=row["corridor_id"],
            brief=_brief(region, row),
            unit_ids=(),
        )
        for row in best.to_dict("records")
    )
    title = texts.label(region, "corridors.routes")
    return spec.Layer(
        "corridors", title, texts.label(region, _GROUP), (symbol,), features, visible=True, listed=True
    )


def _name(row: frames.Row, names: analyses.Names) -> texts.Label:
    return texts.joined([names.centres[row["from_id"]], names.centres[row["to_id"]]], " – ")


def _brief(region: Region, row: frames.Row) -> texts.Label:
    length = texts.label(region, "analysis.km").format(value=f"{row['length_km']:.0f}")
    return texts.joined([length, analyses.duration(region, row["travel_min"])], " · ")


def _route_rows(region: Region, row: frames.Row, names: analyses.Names) -> tuple[spec.Row, ...]:
    cost = texts.label(region, "corridors.cost_note").format(
        least=analyses.duration(region, row["least_min"])
    )
    return (
        popups.stated(region, "corridors.time", analyses.duration(region, row["travel_min"])),
        popups.length(region, row["length_km"]),
        popups.stated(region, "corridors.crossings", names.passed(row["crossing_ids"])),
        spec.Row(
            texts.label(region, "corridors.border_cost"),
            (analyses.figure(region, row["border_cost_min"], "min", cost),),
        ),
    )


def _tables(
    region: Region, tables: frames.Frames, corridor_id: str, names: analyses.Names
) -> tuple[spec.Table, ...]:
    def own(name: str) -> pd.DataFrame:
        return tables[name][tables[name]["corridor_id"] == corridor_id]

    return (
        _choices(region, own("corridors"), names),
        _people(region, own("corridors")),
        _band_table(region, own("corridor_bands")),
        *(
            [_scenario_table(region, own("scenario_corridors"), tables)]
            if "scenario_corridors" in tables
            else []
        ),
    )


def _choices(region: Region, routes: pd.DataFrame, names: analyses.Names) -> spec.Table:
    rows = tuple(
        (
            texts.label(region, f"corridors.{row['choice']}"),
            (
                analyses.duration(region, row["travel_min"]),
                row["length_km"],
                names.passed(row["crossing_ids"]),
            ),
        )
        for row in routes.sort_values("choice").to_dict("records")
    )
    return _table(
        region,
        "choices",
        ("time", "km", "crossing"),
        rows,
        note=texts.label(region, "corridors.next_best_note"),
    )


def _people(region: Region, routes: pd.DataFrame) -> spec.Table:
    best = routes[routes["choice"] == "best"].iloc[0]
    rows = tuple(
        (
            texts.label(region, "corridors.within").format(km=f"{km:g}"),
            (_thousands(best[f"population_{km:g}km"]), float(best[f"settlements_{km:g}km"])),
        )
        for km in region.analysis.corridor_reach_km
    )
    return _table(region, "people", ("population", "settlements"), rows)


def _band_table(region: Region, bands: pd.DataFrame) -> spec.Table:
    rows = tuple(
        (
            texts.joined(
                [texts.label(region, f"corridors.{row['border']}_short"), _over(region, row["over_pct"])], " "
            ),
            (float(row["width_km"]), round(float(row["area_km2"])), _thousands(row["population"])),
        )
        for row in bands.sort_values(["border", "over_pct"], ascending=[False, True]).to_dict("records")
    )
    return _table(
        region,
        "bands",
        ("width", "area", "population"),
        rows,
        note=texts.label(region, "corridors.bands_note"),
    )


def _scenario_table(region: Region, found: pd.DataFrame, tables: frames.Frames) -> spec.Table:
    known = {row["scenario_id"]: row for row in found.to_dict("records")}
    rows = tuple(
        (title, (analyses.duration(region, known[one]["travel_min"]), float(known[one]["change_travel_min"])))
        for one, title in _titles(region, tables).items()
    )
    beside = _compared(region, tables)
    against = tables["scenarios"].set_index("scenario_id")["against"]
    others = [
        texts.label(region, "corridors.compared").format(title=title, against=beside[one])
        for one, title in _titles(region, tables).items()
        if against[one]
    ]
    return _table(region, "scenarios", ("time", "change"), rows, note=texts.joined(others, ". "))


def _table(
    region: Region,
    name: str,
    columns: tuple[str, ...],
    rows: tuple[tuple[texts.Label, tuple[float | texts.Label, ...]], ...],
    note: texts.Label = texts.EMPTY,
) -> spec.Table:
    heads = tuple(texts.label(region, f"corridors.column.{column}") for column in columns)
    return spec.Table(texts.label(region, f"corridors.table.{name}"), heads, rows, note)


def _overview(region: Region, best: pd.DataFrame, names: analyses.Names) -> spec.Table:
    """All corridors side by side: what the border costs."""
    rows = tuple(
        (_name(row, names), (row["travel_min"], row["length_km"], row["border_cost_min"]))
        for row in best.sort_values("border_cost_min", ascending=False).to_dict("records")
    )
    return _table(
        region,
        "overview",
        ("min", "km", "border_cost"),
        rows,
        note=texts.label(region, "corridors.cost_table_note"),
    )


def _alternatives(region: Region, routes: pd.DataFrame) -> spec.Layer:
    symbol = spec.Symbol(texts.label(region, "corridors.next_best"), "line", _OTHER, 2.6, "7 4")
    other = routes[routes["choice"] == "next_best"].sort_values("corridor_id").to_dict("records")
    features = tuple(
        spec.Feature(row["route_id"], texts.EMPTY, 0, _simple(row["geometry"]), subject=row["corridor_id"])
        for row in other
    )
    title, note = texts.label(region, "corridors.next_best"), texts.label(region, "corridors.next_best_note")
    return spec.Layer(
        "alternatives",
        title,
        texts.label(region, _GROUP),
        (symbol,),
        features,
        visible=True,
        note=note,
        focused=True,
    )


def _bands(region: Region, bands: pd.DataFrame, border: str) -> spec.Layer:
    """Bands of near-least time, the widest lowest, so that the best is the strongest."""
    limits = sorted(region.analysis.corridor_over_pct)
    symbols = tuple(
        spec.Symbol(_over(region, limit), "area", _BANDS[border], 0.8, opacity=0.75 - 0.2 * number)
        for number, limit in enumerate(limits)
    )
    own = bands[bands["border"] == border].sort_values(["corridor_id", "over_pct"], ascending=[True, False])
    features = tuple(
        spec.Feature(
            row["band_id"],
            texts.EMPTY,
            limits.index(row["over_pct"]),
            _simple(row["geometry"]),
            subject=row["corridor_id"],
        )
        for row in own.to_dict("records")
    )
    return spec.Layer(
        f"bands-{border}",
        texts.label(region, f"corridors.{border}"),
        texts.label(region, _GROUP),
        symbols,
        features,
        visible=border == "kept",
        note=texts.label(region, f"corridors.{border}_note"),
        focused=True,
    )


def _over(region: Region, pct: float) -> texts.Label:
    return texts.label(region, "corridors.over").format(pct=f"{pct:g}")


def _simple(geometry: shapely.Geometry) -> shapely.Geometry:
    return shapely.simplify(geometry, _SIMPLIFIED_DEGREES)


def _thousands(persons: float) -> float:
    return round(float(persons) / 1_000, 1)


def _images(region: Region, surfaces: images.Surfaces) -> tuple[spec.Image, ...]:
    name = "population"
    if name not in surfaces:
        return ()
    png, bounds = images.drawn(surfaces[name], _PEOPLE_BREAKS, _PEOPLE)
    starts = _PEOPLE_BREAKS[:-1]
    words = [f"{low:g}–{high:g}" for low, high in itertools.pairwise(starts)] + [f"> {starts[-1]:g}"]
    symbols = tuple(
        spec.Symbol(
            texts.label(region, "corridors.persons").format(range=word), "area", colour[:7], opacity=opacity
        )
        for word, colour, opacity in zip(words, _PEOPLE[1:], (0.25, 0.5, 0.8, 1.0), strict=True)
    )
    title, note = (
        texts.label(region, "corridors.population"),
        texts.label(region, "corridors.population_note"),
    )
    return (spec.Image(name, title, texts.label(region, _GROUP), png, bounds, symbols, note=note),)
