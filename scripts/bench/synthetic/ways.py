"""Roads, railways and border crossings: the roads of the two countries meet at crossings and nowhere else.

Neighbouring cells are joined through the gate in the middle of their common edge: within a country along a
spanning tree, two axes and some shortcuts, over the border only where there is a crossing.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import itertools

import geopandas as gpd
import numpy as np
import pandas as pd
import scipy.sparse
import scipy.sparse.csgraph
import shapely

from geo import crs
from layers.dictionary import ids
from scripts.bench.synthetic import ground, names, spec
from scripts.bench.synthetic import units as units_of

STATES = ("open", "unknown", "restricted", "closed")
"""Of crossings, which have them in turn."""
_SHORTCUTS, _CROSSED = 0.3, 0.5
_LESSER = ("secondary", "tertiary")
_BEND = 0.02

Link = tuple[ground.Cell, ground.Cell]


@dataclasses.dataclass(frozen=True, eq=False)
class Meeting:
    """A point of the border where the ways of two districts may meet.

    ``classes`` are those of the road on the two sides, or ``rail``; ``is_built`` tells whether any way leads
    there.
    """

    units: tuple[int, int]
    point: ground.Floats
    mode: str
    classes: tuple[str, str]
    is_built: bool


@dataclasses.dataclass(frozen=True, eq=False)
class Ways:
    """Frames of the snapshot in degrees, and the crossings."""

    roads: gpd.GeoDataFrame
    railways: gpd.GeoDataFrame
    stations: pd.DataFrame
    meetings: list[Meeting]


def draw(of: spec.Spec, on: ground.Ground, known: units_of.Units) -> Ways:
    """Draw all ways."""
    random = of.random("ways")
    classes = _classes(of, on, random)
    abroad = [link for link in on.neighbours() if _is_abroad(on, link)]
    chosen = _chosen(abroad, random)
    nodes = itertools.count(on.side.size)
    meetings = [_meeting(on, link, class_) for link, class_ in chosen.items()]
    lines = [_home_road(of, on, link, class_, random) for link, class_ in classes.items()]
    for link, class_ in chosen.items():
        if class_:
            lines += _roads_abroad(of, on, link, class_, next(nodes), random)
    if on.enclave is not None:
        road, meeting = _to_enclave(on, known, next(nodes), next(nodes))
        lines += road
        meetings.append(meeting)
    roads = _roads(on, lines)
    railways, stations, by_rail = _rail(of, on, known)
    return Ways(roads, railways, stations, meetings + by_rail)


def crossings(of: spec.Spec, known: units_of.Units, met: Ways) -> tuple[list[dict[str, str]], pd.DataFrame]:
    """Rows of ``crossings.csv``, and the table ``crossing_places.csv``."""
    numbers = {mode: itertools.count(1) for mode in ("road", "rail")}
    letters, rows, places = {"road": "R", "rail": "T"}, [], []
    for meeting in met.meetings:
        number = next(numbers[meeting.mode])
        name = f"{letters[meeting.mode]}{number}"
        lon, lat = (f"{degree:.{ground.DECIMALS}f}" for degree in meeting.point)
        state = STATES[(number - 1) % len(STATES)] if meeting.mode == "road" else STATES[0]
        rows.append(_known(of, known, meeting, name, state) | {"lon": lon, "lat": lat})
        first, second = (known.ids[unit] for unit in meeting.units)
        reached = "both" if meeting.is_built else "none"
        place = {"crossing_id": name, "unit_id_a": first, "unit_id_b": second}
        place |= {"pair_id": ids.pair(first, second), "shift_m": "0", "reached_from": reached}
        places.append(place | {"lon": lon, "lat": lat})
    return rows, pd.DataFrame(places).sort_values("crossing_id", ignore_index=True)


def _known(of: spec.Spec, known: units_of.Units, meeting: Meeting, name: str, state: str) -> dict[str, str]:
    first, second = meeting.units
    number = name[1:]
    by_road = meeting.mode == "road"
    return {
        "crossing_id": name,
        "mode": meeting.mode,
        **names.named(of, known.names[first], known.names[second]),
        "road_a": f"A{number}" if by_road else "",
        "road_b": f"B{number}" if by_road else "",
        "station_a": "",
        "station_b": "",
        "transfer_station": "",
        "osm_class_a": meeting.classes[0],
        "osm_class_b": meeting.classes[1],
        "state": state,
        "name_basis": "nearest_places",
        "source_id": units_of.SOURCE,
    }


def _is_abroad(on: ground.Ground, link: Link) -> bool:
    return bool(on.side[link[0]] != on.side[link[1]])


def _classes(of: spec.Spec, on: ground.Ground, random: np.random.Generator) -> dict[Link, str]:
    """Links within the countries that are built, with the class of their road."""
    home = [link for link in on.neighbours() if not _is_abroad(on, link)]
    columns, axes = on.side.shape[1], {on.side.shape[1] // 4, 3 * on.side.shape[1] // 4}
    weight = random.uniform(1, 2, len(home))
    ends = np.array([[row * columns + column for row, column in link] for link in home])
    graph = scipy.sparse.coo_array((weight, ends.T), shape=(on.side.size, on.side.size))
    tree = scipy.sparse.csgraph.minimum_spanning_tree(graph.tocsr()).tocoo()
    in_tree = set(zip(tree.row.tolist(), tree.col.tolist(), strict=True))
    shortcut, lesser = random.uniform(size=len(home)) < _SHORTCUTS, random.integers(0, 2, len(home))
    found = {}
    for number, ((row, column), (other, _)) in enumerate(home):
        link = home[number]
        if row == other == of.rows // 2:
            found[link] = "motorway" if on.side[link[0]] == 0 else "trunk"
        elif row != other and column in axes:
            found[link] = "trunk"
        elif tuple(ends[number]) in in_tree:
            found[link] = "primary"
        elif shortcut[number]:
            found[link] = _LESSER[lesser[number]]
    return found


def _chosen(abroad: list[Link], random: np.random.Generator) -> dict[Link, str]:
    """Links over the border that are crossings, with the class of their road; "" if none leads there."""
    kept = random.uniform(size=len(abroad)) < _CROSSED
    kept[: len(STATES)] = True
    classes = itertools.cycle(("trunk", "primary", "", "secondary"))
    return {link: next(classes) for link, is_kept in zip(abroad, kept, strict=True) if is_kept}


def _meeting(on: ground.Ground, link: Link, class_: str) -> Meeting:
    ends = _west_first(on, link)
    point = ground.degrees(on.edge_m(*link)[ground.GATE][None, :])[0]
    units = (int(on.unit[ends[0]]), int(on.unit[ends[1]]))
    shown = class_ or "minor"
    return Meeting(units, point, "road", (shown, shown), bool(class_))


def _west_first(on: ground.Ground, link: Link) -> Link:
    """The cell of the first country first."""
    first, second = sorted(link, key=lambda cell: int(on.side[cell]))
    return first, second


Line = tuple[ground.Floats, str, int, int, int]
"""Vertices in metres, class, number of the country, numbers of the two nodes."""


def _home_road(
    of: spec.Spec, on: ground.Ground, link: Link, class_: str, random: np.random.Generator
) -> Line:
    gate = on.edge_m(*link)[ground.GATE]
    first, second = (_bent(of, on.hubs[cell], gate, random) for cell in link)
    vertices = np.concatenate([first, second[-2::-1]])
    return vertices, class_, int(on.side[link[0]]), _node(on, link[0]), _node(on, link[1])


def _roads_abroad(
    of: spec.Spec, on: ground.Ground, link: Link, class_: str, node: int, random: np.random.Generator
) -> list[Line]:
    """Two roads that end in the gate, one on each side."""
    gate = on.edge_m(*link)[ground.GATE]
    return [
        (_bent(of, on.hubs[cell], gate, random), class_, int(on.side[cell]), _node(on, cell), node)
        for cell in link
    ]


def _node(on: ground.Ground, cell: ground.Cell) -> int:
    return cell[0] * on.side.shape[1] + cell[1]


def _bent(
    of: spec.Spec, start: ground.Floats, end: ground.Floats, random: np.random.Generator
) -> ground.Floats:
    """A way with two bends."""
    bends = [start + (end - start) * share for share in (1 / 3, 2 / 3)]
    moved = np.array(bends) + random.uniform(-_BEND, _BEND, (2, 2)) * of.spacing_m
    return np.concatenate([start[None, :], moved, end[None, :]])


def _to_enclave(
    on: ground.Ground, known: units_of.Units, gate_node: int, end_node: int
) -> tuple[list[Line], Meeting]:
    """The road from the hub around the enclave to the village inside, and where it meets the border."""
    assert on.enclave is not None
    hub, middle, ring = on.hubs[on.enclave.host], on.enclave.middle_m, on.enclave.ring_m
    # The vertex that looks to the hub: the ring is a star around its middle, so the way meets it once.
    gate = ring[np.argmin(np.hypot(*(ring - hub).T))]
    class_, host = "tertiary", int(on.unit[on.enclave.host])
    lines: list[Line] = [
        (np.stack([hub, gate]), class_, known.country[host], _node(on, on.enclave.host), gate_node),
        (np.stack([gate, middle]), class_, known.country[on.enclave.owner], gate_node, end_node),
    ]
    point = ground.degrees(gate[None, :])[0]
    return lines, Meeting((on.enclave.owner, host), point, "road", (class_, class_), is_built=True)


def _roads(on: ground.Ground, lines: collections.abc.Sequence[Line]) -> gpd.GeoDataFrame:
    shapes = [shapely.LineString(ground.degrees(vertices)) for vertices, *_ in lines]
    frame = gpd.GeoDataFrame(
        {
            "road_id": [f"road-{number:05d}" for number in range(1, len(lines) + 1)],
            "road_class": [class_ for _, class_, *_ in lines],
            "road_ref": "",
            "country": [spec.COUNTRIES[side] for _, _, side, _, _ in lines],
            "length_km": 0.0,
            "node_u": [node for *_, node, _ in lines],
            "node_v": [node for *_, node in lines],
        },
        geometry=shapes,
        crs="EPSG:4326",
    )
    return frame.assign(length_km=crs.geodesic_length_km(frame.geometry).round(3))


def _rail(
    of: spec.Spec, on: ground.Ground, known: units_of.Units
) -> tuple[gpd.GeoDataFrame, pd.DataFrame, list[Meeting]]:
    """Railways along one row or two, a station in each cell, a crossing at the border."""
    rows, links, met = sorted({of.rows // 2, of.rows // 4}), [], []
    cells = [(row, column) for row in rows for column in range(of.columns)]
    points = dict(zip(cells, ground.degrees(np.array([on.hubs[cell] for cell in cells])), strict=True))
    code = {cell: f"{number:06d}" for number, cell in enumerate(cells, start=1)}
    for number, row in enumerate(rows, start=1):
        for column in range(of.columns - 1):
            west, east = (row, column), (row, column + 1)
            if on.side[west] == on.side[east]:
                links.append((code[west], code[east], on.side[west], points[west], points[east]))
                continue
            gate = ground.degrees(on.edge_m(west, east)[ground.RAIL_GATE][None, :])[0]
            links += [(code[cell], f"T{number}", on.side[cell], points[cell], gate) for cell in (west, east)]
            units = (int(on.unit[west]), int(on.unit[east]))
            met.append(Meeting(units, gate, "rail", ("rail", "rail"), is_built=True))
    stations = pd.DataFrame([_station(of, known, on, cell, code[cell], points[cell]) for cell in cells])
    return _railways(links), stations, met


def _railways(links: list[tuple[str, str, int, ground.Floats, ground.Floats]]) -> gpd.GeoDataFrame:
    """Lines between stations: tracks are known in the first country only."""
    shapes = [shapely.LineString([start, end]) for *_, start, end in links]
    frame = gpd.GeoDataFrame(
        {
            "link_id": [ids.pair(first, second) for first, second, *_ in links],
            "station_a": [first for first, *_ in links],
            "station_b": [second for _, second, *_ in links],
            "country": [spec.COUNTRIES[side] for _, _, side, *_ in links],
            "geometry_kind": ["straight_line" if side else "track" for _, _, side, *_ in links],
        },
        geometry=shapes,
        crs="EPSG:4326",
    )
    straight_km = crs.geodesic_length_km(frame.geometry).round(3)
    return frame.assign(
        straight_km=straight_km, track_km=straight_km.where(frame["geometry_kind"] == "track")
    )


def _station(
    of: spec.Spec,
    known: units_of.Units,
    on: ground.Ground,
    cell: ground.Cell,
    code: str,
    point: ground.Floats,
) -> dict[str, object]:
    unit = int(on.unit[cell])
    is_town = on.cells_of[unit][0] == cell
    return {
        "station_id": code,
        **names.named(of, known.names[unit]),
        "kind": "station" if is_town else "halt",
        "country": spec.COUNTRIES[on.side[cell]],
        "source_id": units_of.SOURCE,
        "unit_id": known.ids[unit],
        "lon": point[0],
        "lat": point[1],
    }
