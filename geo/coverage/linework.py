"""Linework as a network: planar noding, gaps closed, spurs pruned, chains merged, nodes numbered.

Every function takes and returns lines in one projected CRS in metres. The topology is
carried by exact coordinates on a grid: two noded lines meet if, and only if, they have an end
point in common.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse
import scipy.sparse.csgraph
import scipy.spatial
import shapely

from geo import crs

GRID_M = 1.0
_LINE = 1
_AHEAD = 0.5  # cosine of 60°

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def node(lines: gpd.GeoSeries, *, grid_m: float = GRID_M) -> gpd.GeoSeries:
    """Split lines wherever they meet or cross, and drop duplicates.

    Parameters
    ----------
    lines
        (Multi)LineStrings in a CRS in metres.
    grid_m
        Step of the grid that all vertices are put on.

    Returns
    -------
    GeoSeries
        LineStrings on the grid that meet in end points only, in a stable order.
    """
    metric = crs.require_metric_crs(lines)
    return _collected(shapely.union_all(lines.to_numpy(), grid_size=grid_m), metric)


def close_gaps(edges: gpd.GeoSeries, *, reach_m: float, grid_m: float = GRID_M) -> gpd.GeoSeries:
    """Join every loose end to the linework within reach.

    A loose end is joined to the nearest loose end of another edge that lies ahead of it (within
    60° of straight on), unless some other edge is less than half as far: then, and where no loose
    end lies ahead, to the nearest point of another edge, which is split there.

    Parameters
    ----------
    edges
        Noded lines, as :func:`node` returns them.
    reach_m
        Longest gap that is closed.
    grid_m
        Step of the grid, as for :func:`node`.

    Returns
    -------
    GeoSeries
        Noded lines with the joints.
    """
    topology = ends(edges)
    to_ends = _joints_to_ends(edges, topology, reach_m)
    to_lines = _joints_to_lines(edges, topology, reach_m)
    ahead = to_ends[to_ends.map(shapely.length) <= 2 * to_lines.map(shapely.length)[to_ends.index]]
    joints = [*ahead, *to_lines.drop(ahead.index)]
    return node(gpd.GeoSeries([*edges, *joints], crs=edges.crs), grid_m=grid_m)


def prune_spurs(edges: gpd.GeoSeries, *, shorter_than_m: float) -> gpd.GeoSeries:
    """Drop short edges with a loose end, and short closed loops, until none is left."""
    kept = edges
    while True:
        topology = ends(kept)
        spur = topology["loose_u"] ^ topology["loose_v"] | (topology["u"] == topology["v"])
        drop = spur & (kept.length < shorter_than_m).to_numpy()
        if not drop.any():
            return kept.reset_index(drop=True)
        kept = kept[~drop.to_numpy()].reset_index(drop=True)


def ends(edges: gpd.GeoSeries) -> pd.DataFrame:
    """Node numbers of both ends of each edge.

    Returns
    -------
    DataFrame
        Indexed like ``edges``: ``u`` and ``v``, numbered from 0 in the order of (x, y), and
        ``loose_u`` and ``loose_v``, true where no other edge end is at the node.
    """
    inverse, count = _numbered(edges)
    u, v = inverse[: len(edges)], inverse[len(edges) :]
    return pd.DataFrame({"u": u, "v": v, "loose_u": count[u] == 1, "loose_v": count[v] == 1}, edges.index)


def nodes(edges: gpd.GeoSeries) -> gpd.GeoSeries:
    """Points of the nodes, indexed by the numbers that :func:`ends` gives."""
    points = np.unique(_end_points(edges), axis=0)
    return gpd.GeoSeries(shapely.points(points), crs=edges.crs)


def merge_chains(edges: gpd.GeoDataFrame, *, keep: npt.ArrayLike = ()) -> gpd.GeoDataFrame:
    """Join edges end to end through nodes where exactly two edges with equal attributes meet.

    Parameters
    ----------
    edges
        Noded LineStrings; all columns beside the geometry count as attributes.
    keep
        Numbers of nodes that are never joined through.

    Returns
    -------
    GeoDataFrame
        The same columns; rings are left in pieces, so that their nodes survive.
    """
    topology = ends(edges.geometry)
    attributes = edges.drop(columns=edges.geometry.name)
    codes = attributes.groupby(list(attributes.columns), dropna=False).ngroup().to_numpy()
    chain = _chains(topology, codes, np.asarray(keep, dtype=np.int64))
    order = np.argsort(chain, kind="stable")
    bundles = shapely.multilinestrings(edges.geometry.to_numpy()[order], indices=chain[order])
    merged = shapely.line_merge(bundles)
    whole = (shapely.get_type_id(merged) == _LINE) & ~shapely.is_closed(merged)
    first = order[np.unique(chain[order], return_index=True)[1]]
    joined = edges.iloc[first[whole]].set_geometry(merged[whole], crs=edges.crs)
    rings = edges[~whole[chain]]
    return gpd.GeoDataFrame(pd.concat([joined, rings], ignore_index=True), crs=edges.crs)


def components(u: Ints, v: Ints) -> Ints:
    """Return the number of the connected component of each edge; 0 has the most edges."""
    count = int(max(u.max(), v.max())) + 1
    graph = scipy.sparse.coo_array((np.ones(len(u)), (u, v)), shape=(count, count))
    _, label = scipy.sparse.csgraph.connected_components(graph, directed=False)
    found, inverse, size = np.unique(label[u], return_inverse=True, return_counts=True)
    rank = np.empty(len(found), dtype=np.int64)
    rank[np.argsort(-size, kind="stable")] = np.arange(len(found))
    return rank[inverse]


def _collected(geometry: shapely.Geometry, metric: object) -> gpd.GeoSeries:
    parts = shapely.normalize(shapely.get_parts(geometry))
    order = np.argsort(shapely.to_wkb(parts, byte_order=0))
    return gpd.GeoSeries(parts[order], crs=metric)


def _end_points(edges: gpd.GeoSeries) -> Floats:
    lines = edges.to_numpy()
    first, last = shapely.get_point(lines, 0), shapely.get_point(lines, -1)
    points: Floats = np.vstack([shapely.get_coordinates(first), shapely.get_coordinates(last)])
    return points


def _numbered(edges: gpd.GeoSeries) -> tuple[Ints, Ints]:
    _, inverse, count = np.unique(_end_points(edges), axis=0, return_inverse=True, return_counts=True)
    return inverse.reshape(-1), count


def _loose(topology: pd.DataFrame) -> Ints:
    both = [topology.loc[topology[f"loose_{end}"], end].to_numpy() for end in ("u", "v")]
    return np.unique(np.concatenate(both))


def _joints_to_ends(edges: gpd.GeoSeries, topology: pd.DataFrame, reach_m: float) -> pd.Series:
    """Segment from each loose end to the nearest loose end of another edge ahead, by node number."""
    table = _loose_ends(edges, topology)
    places = table[["x", "y"]].to_numpy()
    near = scipy.spatial.cKDTree(places).query_pairs(reach_m, output_type="ndarray")
    a, b = np.vstack([near, near[:, ::-1]]).T
    step = places[b] - places[a]
    gap_m = np.hypot(*step.T)
    straight_on = (step * table[["dx", "dy"]].to_numpy()[a]).sum(axis=1) >= _AHEAD * gap_m
    row = table.index.to_numpy()
    wanted = straight_on & (row[a] != row[b])
    pairs = pd.DataFrame({"a": a, "b": b, "gap_m": gap_m})[wanted]
    best = pairs.sort_values(["a", "gap_m", "b"]).drop_duplicates("a")
    segments = shapely.linestrings(np.stack([places[best["a"]], places[best["b"]]], axis=1))
    return pd.Series(segments, index=table["node"].to_numpy()[best["a"]], dtype=object)


def _loose_ends(edges: gpd.GeoSeries, topology: pd.DataFrame) -> pd.DataFrame:
    """Give number, place and outward direction of each loose end, indexed by the row of its edge."""
    tables = []
    for end, last, before in (("u", 0, 1), ("v", -1, -2)):
        own = topology[topology[f"loose_{end}"]]
        lines = edges.loc[own.index].to_numpy()
        place = shapely.get_coordinates(shapely.get_point(lines, last))
        step = place - shapely.get_coordinates(shapely.get_point(lines, before))
        ahead = step / np.hypot(*step.T)[:, None]
        columns = np.column_stack([place, ahead])
        table = pd.DataFrame(columns, index=own.index, columns=["x", "y", "dx", "dy"])
        tables.append(table.assign(node=own[end]))
    return pd.concat(tables).sort_values("node")


def _joints_to_lines(edges: gpd.GeoSeries, topology: pd.DataFrame, reach_m: float) -> pd.Series:
    """Segment from each loose end to the nearest point of another edge, by node number."""
    points = nodes(edges).to_numpy()
    lines = edges.to_numpy()
    u, v = topology["u"].to_numpy(), topology["v"].to_numpy()
    joints = {}
    for number in _loose(topology):
        candidates = np.sort(edges.sindex.query(points[number], predicate="dwithin", distance=reach_m))
        others = candidates[(u[candidates] != number) & (v[candidates] != number)]
        if len(others):
            nearest = others[np.argmin(shapely.distance(lines[others], points[number]))]
            joints[number] = shapely.shortest_line(points[number], lines[nearest])
    return pd.Series(joints, dtype=object)


def _chains(topology: pd.DataFrame, codes: Ints, keep: Ints) -> Ints:
    """Chain number of each edge: edges that share a node where only they two meet."""
    u, v = topology["u"].to_numpy(), topology["v"].to_numpy()
    incidence = pd.DataFrame(
        {
            "node": np.concatenate([u, v]),
            "edge": np.tile(np.arange(len(u)), 2),
            "code": np.tile(codes, 2),
        }
    )
    by_node = incidence.groupby("node").agg(
        degree=("edge", "size"), a=("edge", "first"), b=("edge", "last"), codes=("code", "nunique")
    )
    through = by_node[(by_node["degree"] == 2) & (by_node["codes"] == 1) & ~by_node.index.isin(keep)]
    links = scipy.sparse.coo_array(
        (np.ones(len(through)), (through["a"], through["b"])), shape=(len(u), len(u))
    )
    _, chain = scipy.sparse.csgraph.connected_components(links, directed=False)
    return np.asarray(chain, dtype=np.int64)
