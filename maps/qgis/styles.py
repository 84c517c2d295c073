"""How the layers of the GeoPackage look in QGIS, and what they and their fields are called there."""

from __future__ import annotations

import collections.abc
import dataclasses
import functools
import pathlib
import tomllib
import typing

import geopandas as gpd
import pandas as pd

from layers.base import transport as base
from layers.dictionary import catalogue
from layers.intensity import framework
from layers.io import geopackage
from layers.region import Region, remembered
from maps import texts
from maps.parts import classes, palettes, transport
from maps.qgis import qml

LANGUAGES = ("ru", "en")

_TEXTS = pathlib.Path(texts.__file__).with_name("geopackage.toml")
_INK = "#4d4d4d"
_SIZE = (
    "CASE WHEN \"population\" IS NULL THEN 'unknown' WHEN \"population\" >= 100000 THEN 'from_100000' "
    "WHEN \"population\" >= 10000 THEN 'from_10000' WHEN \"population\" >= 1000 THEN 'from_1000' "
    "ELSE 'fewer' END"
)

_STANDING = "CASE WHEN \"is_proposed\" THEN 'proposed' WHEN \"rank\" <= 3 THEN 'first' ELSE 'other' END"


Render = collections.abc.Callable[[Region, gpd.GeoDataFrame, str], qml.Renderer]


@dataclasses.dataclass(frozen=True)
class Look:
    """How one layer is drawn, whom it is owed to, and which field names its features."""

    render: Render
    rights: str
    name: str = ""
    text: qml.Text | None = None
    from_scale: int = 0


def layers(region: Region, frames: collections.abc.Mapping[str, pd.DataFrame]) -> dict[str, geopackage.Layer]:
    """Dress frames as layers of the GeoPackage: titles, terms of use, fields in words, styles.

    Parameters
    ----------
    frames
        By layer name; those with geometry are drawn as `LOOKS` says.
    """
    return {name: _layer(region, name, frame) for name, frame in frames.items()}


@remembered
def alias(region: Region, layer: str, field: str, language: str) -> str:
    """Name of a field in words: what it means in this layer, the title and unit of an indicator, or a text.

    Without any of these the bare name.
    """
    own = _texts()["layer"][layer].get("field", {}).get(field)
    if own:
        return str(own[language])
    indicators = _indicators(region)
    if field in indicators:
        return f"{indicators[field][f'title_{language}']}, {indicators[field][f'unit_{language}']}"
    indicator, _, about = field.rpartition("_")
    if indicator in indicators and about in _texts()["about"]:
        return f"{indicators[indicator][f'title_{language}']}: {_texts()['about'][about][language]}"
    found = _texts()["field"].get(field)
    return str(found[language]) if found else _measure(region, field, language)


def style(region: Region, name: str, frame: pd.DataFrame, language: str) -> geopackage.Style:
    """Style of one layer in one language."""
    look = LOOKS.get(name)
    aliases = {field: alias(region, name, field, language) for field in _fields(frame)}
    drawn = qml.Style(aliases=aliases)
    if look is not None and isinstance(frame, gpd.GeoDataFrame):
        text = look.text and dataclasses.replace(look.text, field=look.text.field.format(language))
        drawn = qml.Style(
            renderer=look.render(region, frame, language),
            text=text,
            aliases=aliases,
            display=look.name.format(language),
            from_scale=look.from_scale,
        )
    return geopackage.Style(_texts()["style"][language], qml.write(drawn))


def _layer(region: Region, name: str, frame: pd.DataFrame) -> geopackage.Layer:
    said = _texts()["layer"][name]
    rights = LOOKS[name].rights if name in LOOKS else "figures"
    licence = "osm" if rights == "roads" else rights
    return geopackage.Layer(
        frame=frame,
        title=said["ru"],
        description="\n".join(said["about"][language] for language in LANGUAGES),
        licence=_texts()["licence"][licence]["en"],
        attribution="\n".join(_texts()["attribution"][rights][language] for language in LANGUAGES),
        fields={
            field: geopackage.Field(alias(region, name, field, "ru"), alias(region, name, field, "en"))
            for field in _fields(frame)
        },
        styles=tuple(style(region, name, frame, language) for language in LANGUAGES),
    )


def _fields(frame: pd.DataFrame) -> list[str]:
    return [str(column) for column in frame.columns if column != "geometry"]


def _measure(region: Region, field: str, language: str) -> str:
    """Name of a figure of the framework, or of a score of a family; else the bare name."""
    family, _, score = field.partition("_")
    if family in _texts()["family"] and score in _texts()["score"]:
        return f"{_texts()['family'][family][language]}: {_texts()['score'][score][language]}"
    told = _framework(region).get(field)
    return f"{told[f'title_{language}']}, {told[f'unit_{language}']}" if told else field


@remembered
def _framework(region: Region) -> dict[str, dict[typing.Hashable, str]]:
    rows = framework.read(region).drop_duplicates("indicator").to_dict("records")
    return {row["indicator"]: row for row in rows}


@functools.cache
def _texts() -> dict[str, typing.Any]:
    return tomllib.loads(_TEXTS.read_text(encoding="utf-8"))


@remembered
def _indicators(region: Region) -> dict[str, dict[typing.Hashable, str]]:
    rows = catalogue.indicators(region).reset_index().to_dict("records")
    return {row["indicator"]: row for row in rows}


def _single(symbol: qml.Symbol) -> Render:
    return lambda _region, _frame, _language: qml.Renderer((qml.Class("", symbol),))


def _density(region: Region, frame: gpd.GeoDataFrame, language: str) -> qml.Renderer:
    """Classify population density with round bounds."""
    field = "density_per_km2"
    bounds = classes.breaks(frame[field])
    colours = palettes.ramp("YlGnBu", len(bounds))
    lower = [0.0, *bounds[:-1]]
    unit = _indicators(region)[field][f"unit_{language}"]
    ranges = [
        qml.Class(f"{low:g} – {high:g} {unit}", _area(colour), lower=low, upper=high)
        for low, high, colour in zip(lower, bounds, colours, strict=True)
    ]
    return qml.Renderer(tuple(ranges), field)


def _area(colour: str) -> qml.Symbol:
    return qml.fill(f"{colour}b3", outline="#8c8c8c", width_mm=0.15)


def _thin(colour: str) -> qml.Symbol:
    return qml.fill(f"{colour}40", outline=colour, width_mm=0.2)


def _within(_region: Region, frame: gpd.GeoDataFrame, language: str) -> qml.Renderer:
    """Draw each limit of time that occurs, the shortest darkest."""
    limits = sorted(set(frame["limit_min"]))
    colours = palettes.ramp("YlGnBu", len(limits))[::-1]
    word = _texts()["limit"]["within"][language]
    found = [
        qml.Class(word.format(minutes=limit), _thin(colour), value=str(limit))
        for limit, colour in zip(limits, colours, strict=True)
    ]
    return qml.Renderer(tuple(found), "limit_min")


def _coded(
    field: str, symbols: collections.abc.Mapping[str | bool, qml.Symbol], *, titles_in: str = ""
) -> Render:
    """Draw each code of a field (or expression) with its symbol, under its title in the texts."""

    def render(_region: Region, _frame: gpd.GeoDataFrame, language: str) -> qml.Renderer:
        titles = _texts()[titles_in or field]
        found = [
            qml.Class(titles[str(code).lower()][language], symbol, value=code)
            for code, symbol in symbols.items()
        ]
        return qml.Renderer(tuple(found), field)

    return render


def _changed(measure: str, symbols: collections.abc.Mapping[str | bool, qml.Symbol]) -> Render:
    """Draw one scenario, by its change: the first, or the one that the variable ``scenario`` names."""

    def render(region: Region, frame: gpd.GeoDataFrame, language: str) -> qml.Renderer:
        field = f"change_{measure}"
        change = (
            f"CASE WHEN \"scenario_id\" <> coalesce(@scenario, '{frame['scenario_id'].iloc[0]}') THEN NULL "
            f"WHEN \"{measure}\" IS NULL THEN 'none' "
            f'WHEN "{field}" IS NULL OR "{field}" < -1 THEN \'faster\' '
            f"WHEN \"{field}\" > 1 THEN 'slower' ELSE 'same' END"
        )
        return _coded(change, symbols, titles_in="scenario_change")(region, frame, language)

    return render


def _terms(
    vocabulary: str,
    symbol: collections.abc.Callable[[str], qml.Symbol],
    *,
    field: str = "type",
) -> Render:
    """One colour for each term that occurs, in the order and with the titles of the vocabulary."""

    def render(region: Region, frame: gpd.GeoDataFrame, language: str) -> qml.Renderer:
        titles = catalogue.terms(region).loc[vocabulary][f"title_{language}"]
        present = [term for term in titles.index if term in set(frame[field])]
        found = [
            qml.Class(titles[term], symbol(_colour(index)), value=term) for index, term in enumerate(present)
        ]
        return qml.Renderer(tuple(found), field)

    return render


def _crossings(region: Region, frame: gpd.GeoDataFrame, language: str) -> qml.Renderer:
    """Draw the modes of crossings by shape and the states that occur by colour, as the web maps do."""
    titles = base.states(region)[f"title_{language}"]
    present = set(zip(frame["mode"], frame["state"], strict=True))
    found = [
        qml.Class(
            f"{_texts()['mode'][mode][language]}, {titles[state]}",
            _crossing(shape, state),
            value=f"{mode} {state}",
        )
        for mode, shape in (("road", "circle"), ("rail", "square"))
        for state in titles.index
        if (mode, state) in present
    ]
    return qml.Renderer(tuple(found), '"mode" || \' \' || "state"')


def _crossing(shape: str, state: str) -> qml.Symbol:
    colour, look = transport.look(state)
    if look == "full":
        return qml.marker(shape, colour, size_mm=3.2)
    return qml.hollow(shape, colour, size_mm=2.8, crossed=look == "crossed")


def _marker(shape: str, size_mm: float) -> collections.abc.Callable[[str], qml.Symbol]:
    return lambda colour: qml.marker(shape, colour, size_mm=size_mm)


def _colour(index: int) -> str:
    return palettes.QUALITATIVE[index % len(palettes.QUALITATIVE)]


LOOKS: dict[str, Look] = {
    "oblasts": Look(
        _single(qml.fill("#ffffff00", outline=_INK, width_mm=0.6)),
        "osm",
        "name_{}",
        qml.Text("name_{}", size=11, colour=_INK, bold=True),
    ),
    "districts": Look(_density, "osm", "name_{}", qml.Text("name_{}", size=8, from_scale=1_500_000)),
    "border": Look(_single(qml.line("#7a0177", width_mm=1.0, dash_mm="6;2;1.5;2", casing="#ffffff")), "osm"),
    "district_pairs": Look(
        _coded(
            "is_paired", {True: qml.line("#d55e00", width_mm=1.4), False: qml.line("#e9a3c9", width_mm=0.8)}
        ),
        "osm",
        "name_{}",
    ),
    "roads": Look(
        _coded(
            "road_class",
            {
                "motorway": qml.line("#c2185b", width_mm=0.9),
                "trunk": qml.line("#e66101", width_mm=0.6),
                "primary": qml.line("#b8860b", width_mm=0.35),
                "secondary": qml.line("#c9a66b", width_mm=0.25),
                "tertiary": qml.line("#c9a66b", width_mm=0.2),
            },
        ),
        "roads",
        "road_ref",
        qml.Text("road_ref", size=7, colour="#7f3b08", from_scale=500_000),
    ),
    "railways": Look(
        _coded(
            "geometry_kind",
            {
                "track": qml.line("#404040", width_mm=0.4),
                "straight_line": qml.line("#808080", width_mm=0.3, dash_mm="2;1"),
            },
        ),
        "osm",
    ),
    "crossings": Look(
        _crossings,
        "osm",
        "name_{}",
        qml.Text("name_{}", size=7, from_scale=700_000),
    ),
    "settlements": Look(
        _coded(
            _SIZE,
            {
                "from_100000": qml.marker("circle", _INK, size_mm=3.6),
                "from_10000": qml.marker("circle", _INK, size_mm=2.4),
                "from_1000": qml.marker("circle", _INK, size_mm=1.6),
                "fewer": qml.marker("circle", "#8c8c8c", size_mm=1.0),
                "unknown": qml.marker("circle", "#ffffff", size_mm=1.2, outline="#8c8c8c"),
            },
            titles_in="population",
        ),
        "settlements",
        "name_{}",
        qml.Text("name_{}", size=7, from_scale=400_000),
    ),
    "oblast_pairs": Look(_single(qml.line("#7a0177", width_mm=1.0, casing="#ffffff")), "osm", "name_{}"),
    "corridors": Look(_single(qml.line("#0b5394", width_mm=1.1, casing="#ffffff")), "osm", "name_{}"),
    "corridor_alternatives": Look(
        _single(qml.line("#6fa8dc", width_mm=0.8, dash_mm="4;2")), "osm", "name_{}"
    ),
    "corridor_bands": Look(
        _coded("border", {"kept": _area("#2b8cbe"), "ignored": _area("#bdbdbd")}, titles_in="border_kept"),
        "osm",
        "name_{}",
    ),
    **dict.fromkeys(("catchments", "isochrones"), Look(_within, "osm", "name_{}")),
    "service_areas": Look(
        _coded(
            "kind",
            {"domestic": _area("#cfe2f3"), "foreign": _area("#d55e00"), "unreached": _area("#d9d9d9")},
            titles_in="service_kind",
        ),
        "osm",
        "name_{}",
    ),
    "scenario_units": Look(
        _changed(
            "partner_centre_min",
            {
                "faster": qml.marker("triangle", "#5e3c99", size_mm=3.2),
                "same": qml.marker("circle", "#bdbdbd", size_mm=1.4),
                "slower": qml.marker("diamond", "#e66101", size_mm=3.2),
                "none": qml.marker("circle", "#ffffff", size_mm=1.8, outline="#8c8c8c"),
            },
        ),
        "osm",
        "unit_id",
    ),
    "scenario_corridors": Look(
        _changed(
            "travel_min",
            {
                "faster": qml.line("#5e3c99", width_mm=1.1, casing="#ffffff"),
                "same": qml.line("#8c8c8c", width_mm=0.3),
                "slower": qml.line("#e66101", width_mm=1.1, casing="#ffffff"),
                "none": qml.line("#8c8c8c", width_mm=0.6, dash_mm="2;2"),
            },
        ),
        "osm",
        "corridor_id",
    ),
    "suitable_areas": Look(_terms("profile", _area, field="profile"), "osm", "area_id"),
    "candidate_sites": Look(
        _coded(
            _STANDING,
            {
                "proposed": qml.marker("star", "#d55e00", size_mm=6.0),
                "first": qml.marker("diamond", "#0072b2", size_mm=3.6),
                "other": qml.marker("circle", "#a6a6a6", size_mm=1.6),
            },
            titles_in="candidate",
        ),
        "osm",
        "name_{}",
        qml.Text("name_{}", size=7, from_scale=400_000),
    ),
    "optimum_sites": Look(_terms("goal", _marker("triangle", 3.0), field="goal"), "settlements", "name_{}"),
    "links": Look(_terms("link_type", _marker("circle", 2.8)), "figures", "title_{}"),
    "zones": Look(_terms("zone_type", _marker("square", 3.0)), "figures", "title_{}"),
    "programme": Look(
        _terms("programme_type", _marker("star", 5.0)),
        "figures",
        "title_{}",
        qml.Text("title_{}", from_scale=800_000),
    ),
}
