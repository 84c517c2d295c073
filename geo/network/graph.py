"""A routable network of noded lines: nodes, edges with length, speed and time, gates at a border."""

from __future__ import annotations

import collections.abc
import dataclasses

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo import crs, errors
from geo.coverage import linework

SAME_PLACE_M = 1e-3

GROUND_CLASS = "access"
"""Class of what is no edge: the ground off the network, whose speed a scenario may change too."""

STATES: collections.abc.Mapping[str, bool] = {"open": True, "unknown": True, "closed": False}
"""States of crossings if no others are told, and whether a crossing in each may be passed."""

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Speeds = collections.abc.Mapping[str, float]


@dataclasses.dataclass(frozen=True)
class Network:
    """Undirected network; lengths are planar lengths in its metric CRS unless lines bring their own.

    Parameters
    ----------
    nodes
        Points, indexed 0 … n − 1, with ``side`` (label of the side of the border, "" if undivided).
    edges
        LineStrings, indexed 0 … m − 1, with ``node_a`` and ``node_b`` (first and last point),
        ``edge_class``, ``side``, ``length_km``, ``speed_kmh``, ``travel_min`` and the other columns
        of the lines.
    gates
        Passages from side to side: ``crossing_id``, ``node_a``, ``node_b``; the two nodes are at
        one place.
    crossings
        Indexed by ``crossing_id``: ``state``, ``delay_min``, ``is_passable``.
    sides
        The (multi)polygons by which it was divided, indexed by label; None if they are not known.
    """

    nodes: gpd.GeoDataFrame
    edges: gpd.GeoDataFrame
    gates: pd.DataFrame
    crossings: pd.DataFrame
    sides: gpd.GeoSeries | None = None


def build(lines: gpd.GeoDataFrame, *, speeds_kmh: Speeds, class_column: str = "edge_class") -> Network:
    """Build a network of lines that meet in end points only.

    Parameters
    ----------
    lines
        Noded LineStrings in a metric CRS; ends are joined where their coordinates are equal. They
        may bring their ``side``, and ``length_km`` where the geometry is generalised.
    speeds_kmh
        Speed of each class.
    class_column
        Column of ``lines`` that holds the class.

    Raises
    ------
    NetworkError
        If there is no line, or a line has no usable geometry, class or speed; one line for each.
    CrsError
        If the CRS does not measure in metres.
    """
    crs.require_metric_crs(lines)
    _require_lines(lines, speeds_kmh, class_column)
    ends = linework.ends(lines.geometry)
    attributes = lines.drop(columns=lines.geometry.name).rename(columns={class_column: "edge_class"})
    edges = gpd.GeoDataFrame(attributes, geometry=lines.geometry)
    speed = edges["edge_class"].map(speeds_kmh).astype(float)
    length_km = edges["length_km"].astype(float) if "length_km" in edges else edges.length / 1_000
    edges = edges.assign(
        node_a=ends["u"],
        node_b=ends["v"],
        side=edges.get("side", ""),
        length_km=length_km,
        speed_kmh=speed,
        travel_min=length_km / speed * 60,
    ).reset_index(drop=True)
    points = linework.nodes(lines.geometry)
    nodes = gpd.GeoDataFrame({"side": [""] * len(points)}, geometry=points.to_numpy(), crs=lines.crs)
    return Network(nodes, edges, _no_gates(), _no_crossings())


def split(network: Network, *, edge: Ints, along_m: Floats) -> tuple[Network, Ints]:
    """Put nodes on edges.

    Parameters
    ----------
    network
        The network.
    edge, along_m
        Edge and distance from its first point along its geometry, arrays of equal length. Places
        within :data:`SAME_PLACE_M` of an end take the node there; equal places share a node.

    Returns
    -------
    tuple
        The network with the edges split (edges are numbered anew, old nodes keep their numbers)
        and the node of each place.
    """
    node, cuts = _located(network, edge, along_m)
    if cuts.empty:
        return network, node
    lines = network.edges.geometry.to_numpy()
    points = shapely.line_interpolate_point(lines[cuts["edge"]], cuts["along_m"])
    added = gpd.GeoDataFrame(
        {"side": network.edges["side"].to_numpy()[cuts["edge"]]}, geometry=points, crs=network.nodes.crs
    )
    edges = pd.concat([network.edges.drop(index=cuts["edge"].unique()), _parts(network, cuts)])
    nodes = pd.concat([network.nodes, added], ignore_index=True)
    return dataclasses.replace(network, nodes=nodes, edges=edges.reset_index(drop=True)), node


def components(network: Network) -> pd.Series:
    """Piece of the network to which each node belongs, the one with the most edges first (0).

    Passable gates join the two sides; a node without edges has −1. Named ``component``.
    """
    open_gates = passable_gates(network)
    u = np.concatenate([network.edges["node_a"], open_gates["node_a"]]).astype(np.int64)
    v = np.concatenate([network.edges["node_b"], open_gates["node_b"]]).astype(np.int64)
    found = np.full(len(network.nodes), -1, dtype=np.int64)
    if len(u):
        found[u] = found[v] = linework.components(u, v)
    return pd.Series(found, index=network.nodes.index, name="component")


def passable_gates(network: Network) -> pd.DataFrame:
    """Gates of the crossings that may be passed, with ``delay_min``."""
    gates = network.gates.join(network.crossings, on="crossing_id")
    passable = gates["is_passable"].to_numpy(dtype=bool)
    return gates.loc[passable, ["crossing_id", "node_a", "node_b", "delay_min"]]


def _located(network: Network, edge: Ints, along_m: Floats) -> tuple[Ints, pd.DataFrame]:
    """Node of each place, and the table of nodes to be made: ``edge``, ``along_m``, ``node``."""
    ends = network.edges[["node_a", "node_b"]].to_numpy()[edge]
    length = network.edges.length.to_numpy()[edge]
    place = pd.DataFrame({"edge": edge, "along_m": np.round(along_m / SAME_PLACE_M) * SAME_PLACE_M})
    at_a = along_m < SAME_PLACE_M
    at_b = ~at_a & (along_m > length - SAME_PLACE_M)
    inner = ~(at_a | at_b)
    cuts = place[inner].drop_duplicates().sort_values(["edge", "along_m"], ignore_index=True)
    cuts["node"] = len(network.nodes) + np.arange(len(cuts))
    made = place.merge(cuts, how="left", on=["edge", "along_m"])["node"].to_numpy()
    node = np.where(inner, made, np.where(at_a, ends[:, 0], ends[:, 1]))
    return node.astype(np.int64), cuts


def _parts(network: Network, cuts: pd.DataFrame) -> gpd.GeoDataFrame:
    """Parts of the edges between the places on them, in order; length and time by their share."""
    by_edge = cuts.groupby("edge", sort=True)
    whole = network.edges.loc[list(by_edge.groups)]
    lines = np.concatenate(
        [
            cut(line, cuts["along_m"].to_numpy()[own])
            for line, own in zip(whole.geometry, by_edge.indices.values(), strict=True)
        ]
    )
    ends = [
        np.array([first, *cuts["node"].to_numpy()[own], last])
        for first, last, own in zip(whole["node_a"], whole["node_b"], by_edge.indices.values(), strict=True)
    ]
    parts = whole.loc[np.repeat(whole.index, by_edge.size().to_numpy() + 1)]
    share = shapely.length(lines) / parts.length.to_numpy()
    return parts.assign(
        node_a=np.concatenate([nodes[:-1] for nodes in ends]),
        node_b=np.concatenate([nodes[1:] for nodes in ends]),
        length_km=parts["length_km"] * share,
        travel_min=parts["travel_min"] * share,
        geometry=lines,
    )


def cut(line: shapely.LineString, along_m: Floats) -> npt.NDArray[np.object_]:
    """Cut a line at ascending distances from its first point; one part more than distances."""
    vertices = shapely.get_coordinates(line)
    steps = np.hypot(*np.diff(vertices, axis=0).T)
    reached = np.concatenate([[0.0], np.cumsum(steps)])
    x, y = (np.interp(along_m, reached, vertices[:, axis]) for axis in (0, 1))
    knots = np.column_stack([x, y])
    bounds = np.concatenate([[-np.inf], along_m, [np.inf]])
    parts = []
    for number in range(len(along_m) + 1):
        inside = vertices[(reached > bounds[number]) & (reached < bounds[number + 1])]
        before, after = knots[number - 1 : number] if number else knots[:0], knots[number : number + 1]
        parts.append(shapely.LineString(np.vstack([before, inside, after])))
    return np.array(parts, dtype=object)


def _require_lines(lines: gpd.GeoDataFrame, speeds_kmh: Speeds, class_column: str) -> None:
    if lines.empty:
        raise errors.NetworkError("the layer of lines is empty; expected at least one line")
    if class_column not in lines.columns:
        raise errors.NetworkError(f"lines have no column {class_column!r}, which should hold the class")
    findings = [
        f"speed of class {name!r} is {speed}; expected km/h above 0"
        for name, speed in speeds_kmh.items()
        if not (np.isfinite(speed) and speed > 0)
    ]
    if "length_km" in lines:
        findings += [
            f"line {label}: length_km is {value}; expected kilometres above 0"
            for label, value in lines["length_km"].items()
            if not (np.isfinite(value) and value > 0)
        ]
    for label, name, line in zip(lines.index, lines[class_column], lines.geometry, strict=True):
        if name not in speeds_kmh:
            findings.append(f"line {label}: class {name!r} has no speed; expected one of {list(speeds_kmh)}")
        if line is None or line.geom_type != "LineString" or line.is_empty:
            findings.append(f"line {label}: geometry {line}; expected a LineString")
        elif not np.isfinite(shapely.get_coordinates(line)).all():
            findings.append(f"line {label}: a coordinate is not a number")
    if findings:
        raise errors.NetworkError(findings)


def _no_gates() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "crossing_id": pd.Series(dtype=str),
            "node_a": pd.Series(dtype=np.int64),
            "node_b": pd.Series(dtype=np.int64),
        }
    )


def _no_crossings() -> pd.DataFrame:
    columns = {"state": str, "delay_min": float, "is_passable": bool}
    frame = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in columns.items()})
    return frame.set_index(pd.Index([], dtype=str, name="crossing_id"))
