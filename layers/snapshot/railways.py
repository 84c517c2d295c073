"""Railways: stations of both sides and which of them are neighbours, joined at the rail crossings.

Where tracks are known, two stations are neighbours if a way along the tracks leads from one to the
other past no third. Elsewhere a source lists neighbours by name; posts in that list without a known
position are passed over in the same way. The straight line between neighbours is given for all.
"""

from __future__ import annotations

import collections.abc
import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import scipy.sparse
import scipy.sparse.csgraph
import scipy.spatial
import shapely

from geo import crs
from layers.base import transport
from layers.dictionary import ids

MAIN_TRACK = "rail"
# Main tracks, and those that lead from one to another in a station; no yards, no spurs.
SERVICES = ("", "siding", "crossover")
STATION_REACH_M = 300.0
STEP_M = 100.0
LONGEST_KM = 80.0
TOLERANCE_M = 40.0
TRACK, STRAIGHT = transport.GEOMETRY_KINDS


@dataclasses.dataclass(frozen=True)
class Graph:
    """Places along lines: ``xy`` in metres, and the two ends and the length of each piece."""

    xy: np.ndarray
    u: np.ndarray
    v: np.ndarray
    length_m: np.ndarray


def along_tracks(tracks: gpd.GeoDataFrame, stops: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Neighbouring stops along tracks.

    Parameters
    ----------
    tracks
        Noded tracks with ``cls``, ``service`` and end numbers ``u``, ``v``, in metres; all but
        `SERVICES` are left out. There may be none.
    stops
        Points with ``station_id``; those further than `STATION_REACH_M` from the tracks have no
        neighbour.

    Returns
    -------
    GeoDataFrame
        ``station_a`` < ``station_b``, ``track_km`` and the shortest way as a line.
    """
    main = tracks[(tracks["cls"] == MAIN_TRACK) & tracks["service"].fillna("").isin(SERVICES)]
    if main.empty:
        columns = {"station_a": [], "station_b": [], "track_km": pd.Series(dtype=float)}
        return gpd.GeoDataFrame(columns, geometry=[], crs=tracks.crs)
    graph = _densified(main)
    owner = _owners(graph.xy, stops)
    pairs = _pairs(graph, owner, len(stops), LONGEST_KM * 1_000)
    places = shapely.get_coordinates(stops.geometry.to_numpy())
    lines = [shapely.LineString([places[a], *graph.xy[way], places[b]]) for a, b, way in pairs]
    ids = stops["station_id"].to_numpy()
    named = [sorted((ids[a], ids[b])) for a, b, _ in pairs]
    frame = pd.DataFrame(named, columns=["station_a", "station_b"])
    ways = gpd.GeoDataFrame(frame, geometry=lines, crs=tracks.crs)
    return ways.assign(track_km=crs.geodesic_length_km(ways.geometry))


def by_list(neighbours: pd.DataFrame, known: collections.abc.Collection[str]) -> pd.DataFrame:
    """Neighbouring stops of a list, past those that are not ``known``.

    Parameters
    ----------
    neighbours
        Columns ``from_station`` and ``to_station``.
    known
        Stations with a position.

    Returns
    -------
    DataFrame
        ``station_a`` < ``station_b``.
    """
    if neighbours.empty:
        return pd.DataFrame(columns=["station_a", "station_b"], dtype=str)
    both = neighbours[["from_station", "to_station"]].to_numpy(dtype=str)
    names, number = np.unique(both, return_inverse=True)
    ends = number.reshape(-1, 2)
    stops = np.array(sorted(set(known) & set(names)))
    owner = np.full(len(names), -1)
    owner[np.searchsorted(names, stops)] = np.arange(len(stops))
    graph = Graph(np.zeros((len(names), 2)), ends[:, 0], ends[:, 1], np.ones(len(ends)))
    pairs = [sorted((stops[a], stops[b])) for a, b, _ in _pairs(graph, owner, len(stops), np.inf)]
    return pd.DataFrame(pairs, columns=["station_a", "station_b"])


def links(tracked: gpd.GeoDataFrame, listed: pd.DataFrame, stops: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """All pairs of neighbours with ``straight_km``, ``track_km`` and ``geometry_kind``, sorted.

    Parameters
    ----------
    tracked, listed
        As from :func:`along_tracks` and :func:`by_list`; a pair in both keeps its track.
    stops
        Points with ``station_id`` and ``country``, in metres.
    """
    pairs = pd.concat([tracked, listed], ignore_index=True).drop_duplicates(["station_a", "station_b"])
    pairs = pairs.sort_values(["station_a", "station_b"], ignore_index=True)
    place = stops.set_index("station_id")
    ends = [place.geometry.loc[pairs[end]].to_numpy() for end in ("station_a", "station_b")]
    straight = gpd.GeoSeries(
        shapely.linestrings(np.stack([shapely.get_coordinates(end) for end in ends], axis=1)), crs=stops.crs
    )
    has_track = pairs["track_km"].notna()
    line = gpd.GeoSeries(pairs["geometry"].where(has_track, straight), crs=stops.crs)
    return gpd.GeoDataFrame(
        {
            "link_id": ids.pair(pairs["station_a"], pairs["station_b"]),
            "station_a": pairs["station_a"],
            "station_b": pairs["station_b"],
            "geometry_kind": np.where(has_track, TRACK, STRAIGHT),
            "straight_km": crs.geodesic_length_km(straight).round(3),
            "track_km": pairs["track_km"].round(3),
        },
        geometry=line.simplify(TOLERANCE_M),
    )


def _densified(tracks: gpd.GeoDataFrame) -> Graph:
    """Graph of the tracks with a place at least every `STEP_M`."""
    lines = shapely.segmentize(tracks.geometry.to_numpy(), STEP_M)
    xy, line = shapely.get_coordinates(lines, return_index=True)
    first = np.r_[True, line[1:] != line[:-1]]
    last = np.r_[line[1:] != line[:-1], True]
    number = np.full(len(xy), -1)
    number[first], number[last] = tracks["u"], tracks["v"]
    _, shared = np.unique(number[first | last], return_inverse=True)
    number[first | last] = shared
    inner = ~(first | last)
    number[inner] = shared.max() + 1 + np.arange(inner.sum())
    place = np.empty((number.max() + 1, 2))
    place[number] = xy
    step = ~last[:-1]
    length = np.linalg.norm(xy[1:] - xy[:-1], axis=1)
    return Graph(place, number[:-1][step], number[1:][step], length[step])


def _owners(xy: np.ndarray, stops: gpd.GeoDataFrame) -> np.ndarray:
    """Row of the nearest stop within reach of each place, or -1."""
    tree = scipy.spatial.cKDTree(shapely.get_coordinates(stops.geometry.to_numpy()))
    distance, row = tree.query(xy, distance_upper_bound=STATION_REACH_M)
    return np.where(np.isfinite(distance), row, -1)


def _pairs(graph: Graph, owner: np.ndarray, count: int, limit: float) -> list[tuple[int, int, list[int]]]:
    """Find stops a < b joined by a way past no third stop, with the places of the shortest one.

    All places of a stop count as one; ways end at the first stop that they reach, since no way
    leads on from a stop but the one that it starts at.
    """
    node = np.where(owner >= 0, owner, count + np.arange(len(owner)))
    u, v = node[graph.u], node[graph.v]
    table = pd.DataFrame({"u": np.r_[u, v], "v": np.r_[v, u], "length": np.tile(graph.length_m, 2)})
    table = table[table["u"] != table["v"]].groupby(["u", "v"], as_index=False).min()
    size = count + len(owner)
    # Ways start from a copy of the stop, numbered from `size`, and never pass through the stop itself.
    tail = np.where(table["u"] < count, table["u"] + size, table["u"])
    matrix = scipy.sparse.csr_array((table["length"], (tail, table["v"])), shape=(size + count,) * 2)
    found = []
    for start in range(count):
        distance, before = scipy.sparse.csgraph.dijkstra(
            matrix, indices=size + start, limit=limit, return_predecessors=True
        )
        reached = np.flatnonzero(np.isfinite(distance[start + 1 : count])) + start + 1
        found += [(start, int(stop), _way(before, int(stop), count, size)) for stop in reached]
    return found


def _way(before: np.ndarray, stop: int, count: int, size: int) -> list[int]:
    """Places between two stops, in the order of travel."""
    way = []
    place = before[stop]
    while place < size:
        way.append(int(place) - count)
        place = before[place]
    return way[::-1]
