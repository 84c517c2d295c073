"""Approaches: the lesser roads that lead from crossings to the major roads of each side.

The set of lesser roads covers one country and a strip of the other. From each crossing that the major roads
of a side do not come to, the approach is the least-time way over the lesser roads of that side to where the
rest of the way over the ground, straight to a major road, makes the whole least. In the strip, where roads
end before they come to a major one, it is all lesser roads that hang together with the crossing; what is left
is ground.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.network import access, border, shortest
from geo.network import graph as network
from layers.snapshot import zone as zones

Floats = npt.NDArray[np.float64]

_NEAR_M = 60_000.0
_MEET_M = 300.0
_BEYOND_M = 30.0
_LESSER = ("secondary", "tertiary")
# A major road that meets the border within this distance leads to the crossing, on the sides that it has.
_LED_M = 1_000.0


def compute(
    lesser: gpd.GeoDataFrame,
    major: gpd.GeoDataFrame,
    crossings: gpd.GeoDataFrame,
    zone: zones.Zone,
    *,
    speeds_kmh: network.Speeds,
    rule: access.Rule,
) -> gpd.GeoDataFrame:
    """Approaches of crossings.

    Parameters
    ----------
    lesser, major
        Lines with ``cls``; those of ``lesser`` whose class has no speed are left out.
    crossings
        Road crossings on the border line, with ``crossing_id``, in the working CRS.
    zone
        The zone.
    speeds_kmh
        Speed by class.
    rule
        How the ground is crossed.

    Returns
    -------
    geopandas.GeoDataFrame
        LineStrings with ``cls`` and ``is_step`` (from the crossing to the first road) in the working CRS.
    """
    near = zone.border.buffer(_NEAR_M)
    lines = lesser[lesser["cls"].isin(speeds_kmh)].to_crs(zone.region.crs).explode(ignore_index=True)
    lines = lines[lines.intersects(near)].rename(columns={"cls": "edge_class"})
    sides = gpd.GeoSeries(zone.countries, crs=zone.region.crs)
    gated = crossings.set_index("crossing_id").assign(state="unknown", delay_min=0.0)
    built = network.build(lines[["edge_class", "geometry"]], speeds_kmh=speeds_kmh)
    base, _ = border.divide(built, sides, gated[["state", "delay_min", "geometry"]], tolerance_m=_MEET_M)
    node_a, node_b = (base.edges[end].to_numpy(dtype=np.int64) for end in ("node_a", "node_b"))
    graph = shortest.build(len(base.nodes), node_a, node_b, base.edges["travel_min"].to_numpy())
    exploded = major.to_crs(zone.region.crs).explode(ignore_index=True)
    roads, roads_class = exploded.geometry, exploded["cls"]
    meetings = roads[roads.intersects(zone.border)].intersection(zone.border)
    is_led = _away_m(gated.geometry, meetings) <= _LED_M
    strip = base.edges["length_km"].groupby(base.edges["side"]).sum().idxmin()
    parts = []
    for side, land in zone.countries.items():
        own = zones.clip(roads, land)
        # What crosses the border by less is the end of a road of the other side.
        own = own[own.length > _MEET_M]
        left_min = _away_m(base.nodes.geometry, own) / 1_000 * rule.min_per_km
        left_min[(base.nodes["side"] != side).to_numpy()] = np.inf
        reached = is_led & (_away_m(gated.geometry, own) <= _LED_M)
        for point in gated.geometry[~reached]:
            if shapely.distance(point, own.to_numpy()).min() <= _MEET_M:
                parts.append(_to_road(point, own, roads_class[own.index], zone))
                continue
            near_m = base.nodes.distance(point).to_numpy(copy=True)
            near_m[(base.nodes["side"] != side).to_numpy()] = np.inf
            parts.append(_approach(base, graph, left_min, near_m, point, whole=side == strip))
    whole = pd.concat([part for part in parts if len(part)], ignore_index=True)
    return gpd.GeoDataFrame(whole, crs=zone.region.crs).drop_duplicates("geometry", ignore_index=True)


def _approach(
    base: network.Network,
    graph: shortest.Graph,
    left_min: Floats,
    near_m: Floats,
    point: shapely.Point,
    *,
    whole: bool,
) -> gpd.GeoDataFrame:
    """Edges of one approach, and the step from the crossing to them; none where no lesser road comes.

    ``near_m`` are the metres of the nodes of the side from the crossing, infinite of other nodes.
    """
    nodes = np.flatnonzero(near_m <= _MEET_M)
    tree = shortest.spread(graph, nodes, start_min=near_m[nodes] / 1_000)
    last = int(np.argmin(tree.minutes + left_min)) if len(nodes) else 0
    walked, arcs = tree.walk(last)
    if whole and len(nodes):
        arcs = np.flatnonzero(
            np.isfinite(tree.minutes[base.edges["node_a"]]) & base.edges["edge_class"].isin(_LESSER)
        )
        walked = nodes[[np.argmin(near_m[nodes])]]
    if not len(arcs):
        return gpd.GeoDataFrame({"cls": [], "is_step": []}, geometry=[], crs=base.nodes.crs)
    edges = base.edges.iloc[arcs]
    shapes = [_step(point, base.nodes.geometry.iloc[walked[0]]), *edges.geometry]
    classes = [edges["edge_class"].iloc[0], *edges["edge_class"]]
    steps = [True, *np.zeros(len(edges), dtype=bool)]
    return gpd.GeoDataFrame({"cls": classes, "is_step": steps}, geometry=shapes, crs=base.nodes.crs)


def _to_road(
    point: shapely.Point, own: gpd.GeoSeries, classes: pd.Series, zone: zones.Zone
) -> gpd.GeoDataFrame:
    """Step from a crossing to a major road that passes it."""
    row = int(np.argmin(shapely.distance(point, own.to_numpy())))
    foot = shapely.get_point(shapely.shortest_line(own.iloc[row], point), 0)
    step = {"cls": [classes.iloc[row]], "is_step": [True]}
    return gpd.GeoDataFrame(step, geometry=[_step(point, foot)], crs=zone.region.crs)


def _step(point: shapely.Point, first: shapely.Point) -> shapely.LineString:
    """Line from a little beyond the crossing over it to the first node, so that it meets the border there."""
    way = np.array([point.x - first.x, point.y - first.y])
    length_m = np.hypot(*way)
    if length_m < 1:
        way, length_m = np.array([1.0, 0.0]), 1.0
    beyond = np.array([point.x, point.y]) + way / length_m * _BEYOND_M
    return shapely.LineString([beyond, (point.x, point.y), (first.x, first.y)])


def _away_m(places: gpd.GeoSeries, lines: gpd.GeoSeries) -> Floats:
    tree = shapely.STRtree(lines.to_numpy())
    _, away_m = tree.query_nearest(places.to_numpy(), return_distance=True, all_matches=False)
    return np.asarray(away_m)
