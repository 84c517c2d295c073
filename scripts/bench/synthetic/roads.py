"""Roads: within a country along a spanning tree, two axes and some shortcuts, over the border at crossings.

Neighbouring cells are joined through the gate in the middle of their common edge.
"""

from __future__ import annotations

import collections.abc
import itertools

import geopandas as gpd
import numpy as np
import scipy.sparse
import scipy.sparse.csgraph
import shapely

from geo import crs
from scripts.bench.synthetic import crossings, ground, spec

_SHORTCUTS, _CROSSED = 0.3, 0.5
_LESSER = ("secondary", "tertiary")
_ABROAD = ("trunk", "primary", "", "secondary")
"""Classes of the roads over the border in turn; to some crossings none leads."""
_BEND = 0.02

Link = tuple[ground.Cell, ground.Cell]
Line = tuple[ground.Floats, str, int, int, int]
"""Vertices in metres, class, number of the country, numbers of the two nodes."""


def draw(of: spec.Spec, on: ground.Ground) -> tuple[gpd.GeoDataFrame, list[crossings.Meeting]]:
    """Draw all roads, and tell where they meet the border."""
    random = of.random("ways")
    home = [link for link in on.neighbours() if on.side[link[0]] == on.side[link[1]]]
    abroad = [link for link in on.neighbours() if on.side[link[0]] != on.side[link[1]]]
    lines = [_home(of, on, link, name, random) for link, name in _classes(of, on, home, random).items()]
    nodes, meetings = itertools.count(on.side.size), []
    for link, name in _crossed(abroad, random).items():
        meetings.append(_meeting(on, link, name))
        if name:
            lines += _over_border(of, on, link, name, next(nodes), random)
    if on.enclave is not None:
        road, meeting = _to_enclave(on, on.enclave, next(nodes), next(nodes))
        lines += road
        meetings.append(meeting)
    return _frame(lines), meetings


def _classes(
    of: spec.Spec, on: ground.Ground, home: list[Link], random: np.random.Generator
) -> dict[Link, str]:
    """Class of the road of each link within a country that has one."""
    axes = {on.side.shape[1] // 4, 3 * on.side.shape[1] // 4}
    is_shortcut, lesser = random.uniform(size=len(home)) < _SHORTCUTS, random.integers(0, 2, len(home))
    in_tree = _tree(on, home, random)
    found = {}
    for number, link in enumerate(home):
        (row, column), (other, _) = link
        if row == other == of.rows // 2:
            found[link] = "trunk" if on.side[link[0]] else "motorway"
        elif row != other and column in axes:
            found[link] = "trunk"
        elif link in in_tree:
            found[link] = "primary"
        elif is_shortcut[number]:
            found[link] = _LESSER[lesser[number]]
    return found


def _tree(on: ground.Ground, home: list[Link], random: np.random.Generator) -> set[Link]:
    """Links of a random tree that spans each country."""
    ends = np.array([[_node(on, cell) for cell in link] for link in home]).T
    weights = random.uniform(1, 2, len(home))
    graph = scipy.sparse.coo_array((weights, ends), shape=(on.side.size, on.side.size)).tocsr()
    tree = scipy.sparse.csgraph.minimum_spanning_tree(graph).tocoo()
    kept = set(zip(tree.row.tolist(), tree.col.tolist(), strict=True))
    return {link for link in home if (_node(on, link[0]), _node(on, link[1])) in kept}


def _crossed(abroad: list[Link], random: np.random.Generator) -> dict[Link, str]:
    """Links over the border that are crossings, with the class of their road; the first of them always."""
    kept = random.uniform(size=len(abroad)) < _CROSSED
    kept[: len(_ABROAD)] = True
    classes = itertools.cycle(_ABROAD)
    return {link: next(classes) for link, is_kept in zip(abroad, kept, strict=True) if is_kept}


def _meeting(on: ground.Ground, link: Link, class_: str) -> crossings.Meeting:
    first, second = sorted(link, key=lambda cell: int(on.side[cell]))
    point = ground.degrees(on.edge_m(*link)[ground.GATE][None, :])[0]
    shown = class_ or "minor"
    units = (int(on.unit[first]), int(on.unit[second]))
    return crossings.Meeting(units, point, "road", (shown, shown), bool(class_))


def _home(of: spec.Spec, on: ground.Ground, link: Link, class_: str, random: np.random.Generator) -> Line:
    gate = on.edge_m(*link)[ground.GATE]
    first, second = (_bent(of, on.hubs[cell], gate, random) for cell in link)
    vertices = np.concatenate([first, second[-2::-1]])
    return vertices, class_, int(on.side[link[0]]), _node(on, link[0]), _node(on, link[1])


def _over_border(
    of: spec.Spec, on: ground.Ground, link: Link, class_: str, node: int, random: np.random.Generator
) -> list[Line]:
    """Two roads that end in the gate, one on each side."""
    gate = on.edge_m(*link)[ground.GATE]
    return [
        (_bent(of, on.hubs[cell], gate, random), class_, int(on.side[cell]), _node(on, cell), node)
        for cell in link
    ]


def _node(on: ground.Ground, cell: ground.Cell) -> int:
    return int(np.ravel_multi_index(cell, on.side.shape))


def _bent(
    of: spec.Spec, start: ground.Floats, end: ground.Floats, random: np.random.Generator
) -> ground.Floats:
    """Lead a way with two bends."""
    bends = [start + (end - start) * share for share in (1 / 3, 2 / 3)]
    moved = np.array(bends) + random.uniform(-_BEND, _BEND, (2, 2)) * of.spacing_m
    return np.concatenate([start[None, :], moved, end[None, :]])


def _to_enclave(
    on: ground.Ground, enclave: ground.Enclave, gate_node: int, end_node: int
) -> tuple[list[Line], crossings.Meeting]:
    """Lead a road from the hub around the enclave to the village inside; tell where it meets the border."""
    hub, ring = on.hubs[enclave.host], enclave.ring_m
    gate = ring[np.argmin(np.hypot(*(ring - hub).T))]
    class_, host = _LESSER[1], int(on.unit[enclave.host])
    lines: list[Line] = [
        (np.stack([hub, gate]), class_, int(on.side[enclave.host]), _node(on, enclave.host), gate_node),
        (np.stack([gate, enclave.middle_m]), class_, 0, gate_node, end_node),
    ]
    point = ground.degrees(gate[None, :])[0]
    return lines, crossings.Meeting((enclave.owner, host), point, "road", (class_, class_), is_built=True)


def _frame(lines: collections.abc.Sequence[Line]) -> gpd.GeoDataFrame:
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
