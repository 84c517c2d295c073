"""Transport as overlays of a map: crossings, roads, railways, stations."""

from __future__ import annotations

import pandas as pd
import shapely

from layers.region import Region
from maps import texts
from maps.parts import frames, overlays, palettes, popups
from maps.web import spec

_ROADS = {
    "motorway": ("#7a4a2b", 2.6),
    "trunk": ("#8f6140", 1.9),
    "primary": ("#a98763", 1.2),
    "secondary": ("#b9a084", 0.9),
    "tertiary": ("#b9a084", 0.7),
}
_BLUE, _VERMILION, _GREEN = palettes.QUALITATIVE[:3]
_RIM = "#3d3d3d"
_NOT_VERIFIED = "unknown"


def looks(states: pd.DataFrame) -> dict[str, tuple[str, spec.Look]]:
    """Colour and look of crossings by state.

    One that is not verified stays white, one that nobody may pass is crossed out; the others have colours
    in the order of the table.
    """
    colours = iter((_GREEN, _BLUE, *palettes.QUALITATIVE[3:]))
    found: dict[str, tuple[str, spec.Look]] = {}
    for state, passable in zip(states["state"], states["is_passable"], strict=True):
        if state == _NOT_VERIFIED:
            found[state] = (_RIM, "hollow")
        else:
            found[state] = (next(colours), "full") if passable else (_VERMILION, "crossed")
    return found


def crossings(region: Region, tables: frames.Frames) -> spec.Layer:
    """Border crossings by mode and state."""
    states = {
        row["state"]: texts.of(region, row, "title") for row in tables["crossing_states"].to_dict("records")
    }
    drawn = looks(tables["crossing_states"])
    shapes: dict[str, spec.Shape] = {"road": "circle", "rail": "square"}
    kinds = [(mode, state) for mode in shapes for state in states]
    symbols = tuple(
        spec.Symbol(
            texts.joined([texts.label(region, f"mode.{mode}"), states[state]], ", "),
            shapes[mode],
            drawn[state][0],
            10,
            look=drawn[state][1],
        )
        for mode, state in kinds
    )
    features = tuple(
        spec.Feature(
            f"crossing-{row['crossing_id']}",
            texts.of(region, row),
            kinds.index((row["mode"], row["state"])),
            row["geometry"],
            _crossing_rows(region, row, states),
            unit_ids=tuple(unit for unit in (row["unit_id_a"], row["unit_id_b"]) if unit),
        )
        for row in tables["crossings"].to_dict("records")
    )
    return spec.Layer(
        "crossings",
        texts.label(region, "layer.crossings"),
        _group(region),
        symbols,
        features,
        visible=True,
        note=texts.label(region, "layer.crossings_note"),
        source_ids=tuple(sorted(set(tables["crossings"]["source_id"]))),
    )


def _crossing_rows(region: Region, row: frames.Row, states: dict[str, texts.Label]) -> tuple[spec.Row, ...]:
    ends = [str(row[column]) for column in ("road_a", "road_b", "station_a", "station_b") if row[column]]
    return (
        popups.stated(region, "row.state", states[str(row["state"])], source_id=str(row["source_id"])),
        popups.stated(region, "row.routes", texts.plain(" – ".join(ends))),
    )


def roads(region: Region, tables: frames.Frames) -> spec.Layer:
    """Major roads by class; the edges of one number are one feature."""
    order = list(_ROADS)
    symbols = tuple(
        spec.Symbol(texts.label(region, f"road.{name}"), "line", colour, size)
        for name, (colour, size) in _ROADS.items()
    )
    features = []
    for key, edges in tables["roads"].groupby(["road_class", "road_ref"], sort=True):
        road_class, road_ref = map(str, key)
        title = texts.joined([texts.label(region, f"road.{road_class}"), texts.plain(road_ref)])
        features.append(
            spec.Feature(
                f"road-{road_class}-{road_ref}",
                title,
                order.index(road_class),
                shapely.line_merge(shapely.union_all(edges.geometry)),
                (popups.length(region, float(edges["length_km"].astype(float).sum())),),
            )
        )
    return spec.Layer(
        "roads",
        texts.label(region, "layer.roads"),
        _group(region),
        symbols,
        tuple(features),
        note=texts.label(region, "layer.roads_note"),
        source_ids=overlays.raw_sources(tables, "major_roads", "road_numbers"),
    )


def railways(region: Region, tables: frames.Frames) -> spec.Layer:
    """Railways between stations, by how their course is known."""
    looks = {"track": "", "straight_line": "4 4"}
    rails = tables["railways"]
    symbols = tuple(
        spec.Symbol(texts.label(region, f"railway.{basis}"), "line", "#3d3d3d", 1.4, dash)
        for basis, dash in looks.items()
    )
    features = tuple(
        spec.Feature(
            f"railway-{basis}", texts.EMPTY, number, shapely.line_merge(shapely.union_all(own.geometry))
        )
        for number, basis in enumerate(looks)
        if len(own := rails[rails["geometry_kind"] == basis])
    )
    return spec.Layer(
        "railways",
        texts.label(region, "layer.railways"),
        _group(region),
        symbols,
        features,
        note=texts.label(region, "layer.railways_note"),
        source_ids=overlays.raw_sources(tables, "rail_tracks", "station_neighbours"),
    )


def stations(region: Region, tables: frames.Frames) -> spec.Layer:
    """Railway stations of the zone."""
    own = tables["stations"][tables["stations"]["unit_id"] != ""]
    symbol = spec.Symbol(texts.label(region, "layer.stations"), "square", "#3d3d3d", 5)
    features = tuple(
        spec.Feature(
            f"station-{row['station_id']}",
            texts.of(region, row),
            0,
            row["geometry"],
            unit_ids=(row["unit_id"],),
        )
        for row in own.to_dict("records")
    )
    return spec.Layer(
        "stations",
        texts.label(region, "layer.stations"),
        _group(region),
        (symbol,),
        features,
        source_ids=overlays.raw_sources(tables, "stations_"),
    )


def _group(region: Region) -> texts.Label:
    return texts.label(region, "group.transport")
