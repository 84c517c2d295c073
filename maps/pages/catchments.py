"""The catchments map: who reaches a crossing or a centre in time, and whom the border keeps away."""

from __future__ import annotations

import collections.abc
import dataclasses

import pandas as pd
import shapely

from layers.region import Region
from maps import texts
from maps.parts import analyses, classes, frames, palettes
from maps.web import page, spec

_ACCESS = ("centres_per_100k", "decayed_centres_per_100k")
COLUMNS = analyses.BASE | {
    "catchments": (
        *("catchment_id", "place_id", "limit_min", "country", "kind", "area_km2", "population"),
        *("settlements", "geometry"),
    ),
    "service_areas": (
        *(
            "area_id",
            "unit_id",
            "border",
            "country",
            "kind",
            "area_km2",
            "population",
            "mean_min",
            "geometry",
        ),
    ),
    "district_access": ("unit_id", *_ACCESS, *(f"{name}_domestic" for name in _ACCESS)),
}
FRAMES = tuple(COLUMNS)
_GROUP = "catchments.group"
_COUNTRIES = ("#b5472a", "#1f6f8b", "#7a7a2e", "#5b4a9c")
_SIMPLIFIED_DEGREES = 0.004

Matrix = tuple[tuple[texts.Label, tuple[float, ...]], ...]


def build(
    region: Region,
    tables: frames.Frames,
    *,
    pages: tuple[str, ...] = ("catchments",),
) -> str:
    """Page ``maps/catchments.html`` as text.

    Parameters
    ----------
    tables
        Layers by name (`FRAMES`, columns in `COLUMNS`), geometry in EPSG:4326; ``catchments`` (crossings
        and unit centres) and ``service_areas`` as from `layers.analysis.catchments`, ``district_access`` as
        from its `centre_access`.
    pages
        Ids of all maps of this atlas, for the navigation.

    Raises
    ------
    InputError
        One line for each frame or column that is missing.
    """
    return page.render(region, content(region, frames.checked(region, tables, COLUMNS), pages=pages))


def content(region: Region, tables: frames.Frames, *, pages: tuple[str, ...]) -> spec.PageSpec:
    """Gather what the page shows."""
    names = analyses.Names(region, tables)
    reach = _reach(region, tables, names)
    return dataclasses.replace(
        analyses.blank(region, tables, "catchments", pages=pages),
        units=analyses.units(region, tables, {place: (table,) for place, table in reach.items()}),
        indicators=(
            *_within(region, tables),
            *_served(region, tables["service_areas"]),
            *_floating(region, tables["district_access"]),
        ),
        layers=(
            *_isochrones(region, tables, names),
            _crossings(region, tables, reach),
            _centres(region, tables, names, reach),
            *_service_areas(region, tables, names),
            *analyses.boundaries(region, tables),
            *analyses.roads(region, tables),
        ),
        notes=analyses.notes(
            region, "catchments", ("about", "how_isochrones", "how_service", "how_floating"), tables
        ),
        focus=_busiest(region, tables),
        start=f"foreign-{_first(region)}",
    )


def _limits(region: Region) -> list[int]:
    return [int(limit) for limit in region.analysis.isochrone_min]


def _first(region: Region) -> int:
    """Limit that is shown at first, that of the catchments."""
    return int(region.analysis.catchment_min)


def _busiest(region: Region, tables: frames.Frames) -> str:
    """Crossing that most people of both countries reach, shown at first."""
    both = tables["catchments"].query("kind == 'both'")
    found = both[both["limit_min"] == _first(region)]
    return str(found.groupby("place_id")["population"].sum().idxmax()) if len(found) else ""


def _countries(tables: frames.Frames) -> list[str]:
    return sorted(set(tables["catchments"]["country"]), reverse=True)


def _reach(region: Region, tables: frames.Frames, names: analyses.Names) -> dict[str, spec.Table]:
    """Table of each place: what it reaches in each time, in each country."""
    countries = _countries(tables)
    heads = tuple(
        texts.joined([texts.label(region, f"catchments.column.{what}"), names.units[country]], ", ")
        for what in ("population", "settlements", "area")
        for country in countries
    )
    note = texts.label(region, "catchments.reach_note")
    keys = ("place_id", "limit_min", "country")
    known: dict[tuple[object, ...], frames.Row] = {
        tuple(row[key] for key in keys): row for row in tables["catchments"].to_dict("records")
    }
    return {
        place: spec.Table(
            texts.label(region, "catchments.reach"), heads, _reach_rows(region, place, known, countries), note
        )
        for place in sorted(set(tables["catchments"]["place_id"]))
    }


def _reach_rows(
    region: Region,
    place: str,
    known: collections.abc.Mapping[tuple[object, ...], frames.Row],
    countries: list[str],
) -> Matrix:
    def told(limit: int, what: str, country: str) -> float:
        value = float(known.get((place, limit, country), {}).get(what, 0))
        return round(value / 1_000, 1) if what == "population" else round(value)

    return tuple(
        (
            texts.label(region, "analysis.minutes").format(minutes=limit),
            tuple(
                told(limit, what, one)
                for what in ("population", "settlements", "area_km2")
                for one in countries
            ),
        )
        for limit in _limits(region)
    )


def _within(region: Region, tables: frames.Frames) -> list[spec.Indicator]:
    """Persons within each time of the centre, abroad and at home, a slider over the minutes."""
    found = []
    ids = tables["districts"]["unit_id"]
    for kind, ramp in (("foreign", "PuRd"), ("domestic", "PuBuGn")):
        own = tables["catchments"][tables["catchments"]["kind"] == kind]
        by_limit = (
            own.pivot_table(index="place_id", columns="limit_min", values="population").reindex(ids).fillna(0)
        )
        persons = pd.Series(by_limit.to_numpy().ravel())
        classed = analyses.none_pale(persons, analyses.limits(region, f"people_within_{kind}", persons), ramp)
        found += [
            _reached(region, by_limit[limit], kind, limit, classed)
            for limit in _limits(region)
            if limit in by_limit
        ]
    return found


def _reached(
    region: Region, persons: pd.Series, kind: str, limit: int, classed: analyses.Classes
) -> spec.Indicator:
    indicator = analyses.indicator(
        region,
        persons,
        f"catchments.{kind}",
        name=f"{kind}-{limit}",
        group=_GROUP,
        unit="persons",
        classed=classed,
    )
    step = texts.label(region, "catchments.within").format(minutes=limit)
    return dataclasses.replace(indicator, series=kind, step=step)


def _served(region: Region, areas: pd.DataFrame) -> tuple[spec.Indicator, ...]:
    """Count whom the border parts from the nearest centre, by centre."""
    crossed = areas[areas["border"] == "crossed"]
    foreign = crossed[crossed["kind"] == "foreign"].groupby("unit_id")["population"].sum()
    kept = areas[areas["border"] == "kept"].groupby("unit_id")["population"].sum()
    domestic = crossed[crossed["kind"] == "domestic"].groupby("unit_id")["population"].sum()
    gained = foreign.reindex(kept.index).fillna(0).round()
    lost = (kept - domestic.reindex(kept.index).fillna(0)).round()
    mapped = {"gained": (gained, "YlGn"), "lost": (lost, "OrRd")}
    counted = [_persons(region, values, name, ramp) for name, (values, ramp) in mapped.items()]
    total = analyses.indicator(
        region, kept.round(), "catchments.kept", name="kept", group="catchments.service_group", unit="persons"
    )
    return (*counted, total)


def _persons(region: Region, values: pd.Series, name: str, ramp: str) -> spec.Indicator:
    indicator = analyses.indicator(
        region,
        values,
        f"catchments.{name}",
        name=name,
        group="catchments.service_group",
        unit="persons",
        classed=analyses.none_pale(values, analyses.limits(region, "people_served_abroad", values), ramp),
    )
    return dataclasses.replace(indicator, note=texts.label(region, f"catchments.{name}_note"))


def _floating(region: Region, access: pd.DataFrame) -> list[spec.Indicator]:
    """Two-step floating catchments: over the border, and at home only."""
    table = access.set_index("unit_id")
    columns = [(name, suffix) for name in _ACCESS for suffix in ("", "_domestic")]
    return [_supply(region, table[f"{name}{suffix}"], mapped=not suffix) for name, suffix in columns]


def _supply(region: Region, values: pd.Series, *, mapped: bool) -> spec.Indicator:
    breaks = classes.breaks(values)
    indicator = analyses.indicator(
        region,
        values,
        f"catchments.{values.name}",
        name=str(values.name),
        group="catchments.floating_group",
        unit="per_100k",
        classed=(breaks, palettes.ramp("YlGnBu", len(breaks))) if mapped else None,
    )
    return dataclasses.replace(indicator, note=texts.label(region, "catchments.floating_note"))


def _isochrones(region: Region, tables: frames.Frames, names: analyses.Names) -> tuple[spec.Layer, ...]:
    """Areas within each time of the place in focus, one over the other, coloured by country."""
    countries = _countries(tables)
    symbols = tuple(
        spec.Symbol(names.units[country], "area", colour, 1.2, opacity=0.6)
        for country, colour in zip(countries, _COUNTRIES, strict=False)
    )
    return tuple(
        spec.Layer(
            f"isochrones-{limit}",
            texts.label(region, "catchments.isochrones"),
            texts.label(region, _GROUP),
            symbols,
            tuple(
                spec.Feature(
                    row["catchment_id"],
                    texts.EMPTY,
                    countries.index(row["country"]),
                    shapely.simplify(row["geometry"], _SIMPLIFIED_DEGREES),
                    subject=row["place_id"],
                )
                for row in tables["catchments"].query("limit_min == @limit").to_dict("records")
            ),
            visible=limit == _first(region),
            note=texts.label(region, "catchments.isochrones_note"),
            series="isochrones",
            step=texts.label(region, "catchments.within").format(minutes=limit),
            focused=True,
            cumulative=True,
        )
        for limit in _limits(region)
    )


def _crossings(region: Region, tables: frames.Frames, reach: dict[str, spec.Table]) -> spec.Layer:
    """Crossings that can be put in focus."""
    layer = analyses.crossings(region, tables, "road")
    within = tables["catchments"][tables["catchments"]["limit_min"] == _first(region)]
    near = within.groupby("place_id")["population"].sum()
    persons = {feature.id: float(near.get(_crossing_id(feature), 0)) for feature in layer.features}
    ordered = sorted(layer.features, key=lambda feature: (-persons[feature.id], feature.id))
    features = tuple(_reached_from(region, feature, persons[feature.id], reach) for feature in ordered)
    return dataclasses.replace(layer, features=features, listed=True)


def _reached_from(
    region: Region, feature: spec.Feature, persons: float, reach: dict[str, spec.Table]
) -> spec.Feature:
    crossing_id = _crossing_id(feature)
    if crossing_id not in reach:
        return feature
    brief = texts.label(region, "catchments.brief").format(
        persons=f"{persons / 1_000:.0f}", minutes=_first(region)
    )
    return dataclasses.replace(feature, subject=crossing_id, tables=(reach[crossing_id],), brief=brief)


def _crossing_id(feature: spec.Feature) -> str:
    return feature.id.removeprefix("crossing-")


def _centres(
    region: Region, tables: frames.Frames, names: analyses.Names, reach: dict[str, spec.Table]
) -> spec.Layer:
    """Centres of units that can be put in focus."""
    symbol = spec.Symbol(texts.label(region, "catchments.centres"), "circle", "#14232e", 6)
    points = {
        unit: row["geometry"]
        for row in tables["settlements"].to_dict("records")
        for unit in str(row["centre_of"]).split()
    }
    features = tuple(
        spec.Feature(
            f"centre-{unit}",
            names.centres[unit],
            0,
            points[unit],
            unit_ids=(unit,) if unit in set(tables["districts"]["unit_id"]) else (),
            tables=(reach[unit],),
            subject=unit,
        )
        for unit in sorted(points)
        if unit in reach
    )
    title = texts.label(region, "catchments.centres")
    return spec.Layer("centres", title, texts.label(region, _GROUP), (symbol,), features, visible=True)


def _service_areas(region: Region, tables: frames.Frames, names: analyses.Names) -> tuple[spec.Layer, ...]:
    """Partitions of the zone by nearest centre, and the parts whose nearest centre is abroad."""
    areas = tables["service_areas"].copy()
    areas["geometry"] = areas.groupby("border")["geometry"].transform(_generalised)
    abroad = areas.query("border == 'crossed' and kind == 'foreign'")
    looks = {
        "crossed": spec.Symbol(texts.label(region, "catchments.crossed"), "line", "#1f6f8b", 1.4, "5 3"),
        "kept": spec.Symbol(texts.label(region, "catchments.kept_areas"), "line", "#7a4a2b", 1.4),
    }
    lines = (
        _partition(region, areas[areas["border"] == border], border, symbol)
        for border, symbol in looks.items()
    )
    return (_abroad(region, abroad, names), *lines)


def _generalised(geometry: pd.Series) -> pd.Series:
    simple = shapely.coverage_simplify(geometry.to_numpy(), _SIMPLIFIED_DEGREES)
    return pd.Series(simple, index=geometry.index)


def _abroad(region: Region, areas: pd.DataFrame, names: analyses.Names) -> spec.Layer:
    symbol = spec.Symbol(texts.label(region, "catchments.abroad"), "area", "#d9820f", 1.4)
    features = tuple(
        spec.Feature(
            f"abroad-{row['area_id']}",
            texts.label(region, "catchments.nearer_to").format(centre=names.centres[row["unit_id"]]),
            0,
            row["geometry"],
            (
                _row(region, "column.people", round(row["population"]), "persons"),
                _row(region, "mean_min", row["mean_min"], "min"),
                _row(region, "column.area_km2", round(row["area_km2"]), "km2"),
            ),
            brief=texts.label(region, "catchments.abroad_brief").format(persons=round(row["population"])),
        )
        for row in areas.sort_values("population", ascending=False).to_dict("records")
    )
    title, note = texts.label(region, "catchments.abroad"), texts.label(region, "catchments.abroad_note")
    return spec.Layer(
        "abroad", title, texts.label(region, "catchments.service_group"), (symbol,), features, note=note
    )


def _row(region: Region, title: str, value: float, unit: str) -> spec.Row:
    return spec.Row(texts.label(region, f"catchments.{title}"), (analyses.figure(region, value, unit),))


def _partition(region: Region, areas: pd.DataFrame, border: str, symbol: spec.Symbol) -> spec.Layer:
    whole = areas.groupby("unit_id")["geometry"].agg(shapely.union_all)
    edges = shapely.line_merge(shapely.union_all(shapely.boundary(whole.to_numpy())))
    feature = spec.Feature(f"service-{border}", texts.EMPTY, 0, edges)
    note = texts.label(region, f"catchments.{border}_areas_note")
    return spec.Layer(
        f"service-{border}",
        symbol.title,
        texts.label(region, "catchments.service_group"),
        (symbol,),
        (feature,),
        note=note,
    )
