"""A network meets a border: cut wherever it changes side, joined again only at known crossings."""

from __future__ import annotations

import collections.abc
import dataclasses

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo import crs, errors
from geo.network import graph

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def divide(
    base: graph.Network,
    sides: gpd.GeoSeries,
    crossings: gpd.GeoDataFrame,
    *,
    tolerance_m: float,
    states: collections.abc.Mapping[str, bool] = graph.STATES,
) -> tuple[graph.Network, gpd.GeoDataFrame]:
    """Cut a network at the border between sides and put gates at known crossings.

    The same as :func:`label`, then :func:`gate`.
    """
    labelled = label(base, sides, tolerance_m=tolerance_m)
    return gate(labelled, crossings, tolerance_m=tolerance_m, states=states)


def label(base: graph.Network, sides: gpd.GeoSeries, *, tolerance_m: float) -> graph.Network:
    """Give each edge its side, splitting edges where they meet the outline of one.

    A part takes the side that holds its middle; parts outside all sides are dropped. A part shorter
    than ``tolerance_m`` between two meetings of one edge with outlines takes the side of the part
    before it: a road that touches the border does not cross it.

    Parameters
    ----------
    base
        A network without sides.
    sides
        One (multi)polygon for each side, indexed by its label; their common outline is the border.
    tolerance_m
        Longest excursion over the border that does not count.

    Raises
    ------
    CrsError
        If the layers do not share one metric CRS.
    NetworkError
        If no edge lies on any side.
    """
    crs.require_metric_crs(base.edges, sides)
    labelled = _labelled(_split_at_outlines(base, sides), sides, tolerance_m)
    return dataclasses.replace(labelled, sides=sides)


def gate(
    base: graph.Network,
    crossings: gpd.GeoDataFrame,
    *,
    tolerance_m: float,
    states: collections.abc.Mapping[str, bool] = graph.STATES,
) -> tuple[graph.Network, gpd.GeoDataFrame]:
    """Cut a network wherever it changes side, and put gates at known crossings.

    Where edges of two sides meet, the node is doubled; the two nodes are joined by a gate if a
    crossing lies within ``tolerance_m`` (the nearest one), and stay apart if not.

    Parameters
    ----------
    base
        A network whose edges have a side.
    crossings
        Points, indexed by id, with ``state`` and ``delay_min``.
    tolerance_m
        Greatest distance between a meeting with the border and its crossing.
    states
        The states that crossings may have, and whether a crossing in each may be passed.

    Returns
    -------
    tuple
        The divided network and a report: points with ``action`` ("matched", "cut", or "no_line" for
        a crossing that no edge meets), ``crossing_id`` ("" if cut), ``nearest_id`` and
        ``distance_m`` to the nearest crossing, ``side_a``, ``side_b`` and ``edge_class``.

    Raises
    ------
    CrsError
        If the layers do not share one metric CRS.
    InputError
        One line for each crossing with an unknown state, a delay out of range or an id used twice.
    """
    crs.require_metric_crs(base.edges, crossings)
    _require_crossings(crossings, states)
    doubled, meetings = _doubled(base)
    report = _matched(meetings, crossings, tolerance_m)
    matched = report["action"] == "matched"
    table = pd.DataFrame(crossings[["state", "delay_min"]]).rename_axis(index="crossing_id")
    passable = table["state"].map(states).astype(bool)
    divided = dataclasses.replace(
        doubled,
        gates=report.loc[matched, ["crossing_id", "node_a", "node_b"]].reset_index(drop=True),
        crossings=table.assign(delay_min=table["delay_min"].astype(float), is_passable=passable),
    )
    return divided, _with_unmet(report.drop(columns=["node_a", "node_b"]), crossings)


def _split_at_outlines(base: graph.Network, sides: gpd.GeoSeries) -> graph.Network:
    outline = shapely.get_parts(shapely.boundary(sides.to_numpy()))
    segments = np.concatenate([_segments(part) for part in shapely.get_parts(outline)])
    lines = base.edges.geometry.to_numpy()
    edge, segment = shapely.STRtree(segments).query(lines, predicate="intersects")
    met = shapely.intersection(lines[edge], segments[segment])
    points, source = shapely.get_coordinates(met, return_index=True)
    along_m = shapely.line_locate_point(lines[edge[source]], shapely.points(points))
    marked = dataclasses.replace(base, edges=base.edges.assign(origin=np.arange(len(base.edges))))
    return graph.split(marked, edge=edge[source], along_m=along_m)[0]


def _segments(line: shapely.LineString) -> npt.NDArray[np.object_]:
    vertices = shapely.get_coordinates(line)
    return shapely.linestrings(np.stack([vertices[:-1], vertices[1:]], axis=1))  # type: ignore[no-any-return]


def _labelled(base: graph.Network, sides: gpd.GeoSeries, tolerance_m: float) -> graph.Network:
    """Give each part its side, drop the parts outside all sides."""
    edges = base.edges
    middles = shapely.line_interpolate_point(edges.geometry.to_numpy(), 0.5, normalized=True)
    part, holder = shapely.STRtree(sides.to_numpy()).query(middles, predicate="intersects")
    found = pd.Series(sides.index.to_numpy()[holder], index=part).groupby(level=0).first()
    side = found.reindex(edges.index, fill_value="").astype(str)
    of_line = edges.groupby("origin", sort=False)["origin"]
    number = of_line.cumcount()
    inner = (number > 0) & (number < of_line.transform("size") - 1)
    excursion = inner & (edges.length < tolerance_m)
    side = side.mask(excursion).groupby(edges["origin"], sort=False).ffill()
    kept = edges.assign(side=side).drop(columns="origin")
    kept = kept[kept["side"] != ""].reset_index(drop=True)
    if kept.empty:
        raise errors.NetworkError("no edge lies on any side of the border; expected at least one")
    used, ends = np.unique(kept[["node_a", "node_b"]].to_numpy(), return_inverse=True)
    ends = ends.reshape(-1, 2)
    nodes = base.nodes.loc[used].reset_index(drop=True)
    return dataclasses.replace(base, nodes=nodes, edges=kept.assign(node_a=ends[:, 0], node_b=ends[:, 1]))


def _doubled(base: graph.Network) -> tuple[graph.Network, gpd.GeoDataFrame]:
    """One node for each side that meets in a node; the pairs of nodes at one place."""
    ends = pd.concat(
        [
            base.edges[["node_a", "side", "edge_class"]].rename(columns={"node_a": "node"}),
            base.edges[["node_b", "side", "edge_class"]].rename(columns={"node_b": "node"}),
        ]
    )
    ordered = ends.sort_values(["node", "side", "edge_class"], ignore_index=True)
    held = ordered.drop_duplicates(["node", "side"], ignore_index=True)
    first = ~held.duplicated("node")
    held["own"] = held["node"].where(first, len(base.nodes) + np.cumsum(~first) - 1)
    extra = held[~first]
    nodes = gpd.GeoDataFrame(
        {"side": ""},
        geometry=np.concatenate([base.nodes.geometry, base.nodes.geometry.to_numpy()[extra["node"]]]),
        index=pd.RangeIndex(len(base.nodes) + len(extra)),
        crs=base.nodes.crs,
    )
    nodes.loc[held["own"], "side"] = held["side"].to_numpy()
    own = held.set_index(["node", "side"])["own"]
    edges = base.edges.assign(
        **{
            end: own.loc[pd.MultiIndex.from_frame(base.edges[[end, "side"]])].to_numpy(dtype=np.int64)
            for end in ("node_a", "node_b")
        }
    )
    pairs = extra.merge(held[first], on="node", suffixes=("_b", "_a"))
    meetings = gpd.GeoDataFrame(
        {
            "node_a": pairs["own_a"].astype(np.int64),
            "node_b": pairs["own_b"].astype(np.int64),
            "side_a": pairs["side_a"],
            "side_b": pairs["side_b"],
            "edge_class": pairs["edge_class_a"],
        },
        geometry=nodes.geometry.to_numpy()[pairs["own_a"].astype(np.int64)],
        crs=base.nodes.crs,
    )
    return dataclasses.replace(base, nodes=nodes, edges=edges), meetings


def _matched(meetings: gpd.GeoDataFrame, crossings: gpd.GeoDataFrame, tolerance_m: float) -> gpd.GeoDataFrame:
    """Meetings with the nearest crossing, matched or cut."""
    nearest = np.full(len(meetings), "", dtype=object)
    distance_m = np.full(len(meetings), np.nan)
    if len(crossings):
        tree = shapely.STRtree(crossings.geometry.to_numpy())
        (place, found), distance = tree.query_nearest(
            meetings.geometry.to_numpy(), return_distance=True, all_matches=False
        )
        nearest[place] = crossings.index.to_numpy()[found]
        distance_m[place] = distance
    is_matched = distance_m <= tolerance_m
    return meetings.assign(
        action=np.where(is_matched, "matched", "cut"),
        crossing_id=np.where(is_matched, nearest, ""),
        nearest_id=nearest,
        distance_m=distance_m,
    )


def _with_unmet(report: gpd.GeoDataFrame, crossings: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    unmet = crossings[~crossings.index.isin(report["crossing_id"])]
    rows = gpd.GeoDataFrame(
        {
            "side_a": "",
            "side_b": "",
            "edge_class": "",
            "action": "no_line",
            "crossing_id": unmet.index,
            "nearest_id": unmet.index,
            "distance_m": np.nan,
        },
        geometry=unmet.geometry.to_numpy(),
        crs=report.crs,
    )
    whole = pd.concat([frame for frame in (report, rows) if len(frame)] or [report], ignore_index=True)
    return gpd.GeoDataFrame(whole, crs=report.crs)


def _require_crossings(crossings: gpd.GeoDataFrame, states: collections.abc.Mapping[str, bool]) -> None:
    findings = [
        f"crossings: column {name!r} is missing"
        for name in ("state", "delay_min")
        if name not in crossings.columns
    ]
    if not findings:
        findings = [
            f"crossing {label}: state {state!r}; expected one of: {', '.join(states)}"
            for label, state in crossings["state"].items()
            if state not in states
        ]
        findings += [
            f"crossing {label}: delay {delay}; expected minutes, 0 or more"
            for label, delay in crossings["delay_min"].items()
            if not (np.isfinite(delay) and delay >= 0)
        ]
    findings += [
        f"crossing {label}: the id is not unique" for label in crossings.index[crossings.index.duplicated()]
    ]
    if findings:
        raise errors.InputError(findings)
