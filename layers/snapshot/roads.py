"""Roads: the major roads of both sides as one routable network that meets the border at crossings.

The method, in order: planar noding on a grid of 5 m; loose ends joined within `REACH_M` (eight units
of the tile grid that the lines come from) and spurs shorter than that dropped, both twice, because
dropping bares other ends; lines cut by country; around each known crossing within `MATCH_M` of a
meeting with the border all lines lead straight to the crossing; every other line is cut back at
the border, also where that goes on beside the zone; chains merged where class and country stay the
same; vertices thinned between fixed nodes.
"""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import shapely.ops

from geo import crs
from geo.coverage import linework
from layers.base import transport
from layers.region import Region
from layers.snapshot import crossings as crossing_table
from layers.snapshot import zone as zones

CLASSES = transport.ROAD_CLASSES
MAJOR = ("motorway", "trunk", "primary")
GRID_M = crossing_table.GRID_M
REACH_M = 352.0
MATCH_M = 1_000.0
MARGIN_M = 30_000.0
TOLERANCE_M = 40.0
SCRAP_KM = 10.0
_CUT_BACK_M = 10.0
_TOUCH_M = 1.5
_DISC_RIM_M = 150.0
_REF_REACH_M = 250.0
_REF_STEP_M = 500.0


@dataclasses.dataclass(frozen=True)
class Roads:
    """The network and how it meets the border.

    Attributes
    ----------
    edges
        Columns ``road_id``, ``road_class``, ``road_ref``, ``country``, ``length_km``,
        ``node_u``, ``node_v`` and the line, in the working CRS.
    meetings
        Every place where a raw line meets the border, beside the zone too: ``crossing_id`` ("" if cut)
        and ``distance_m`` to the nearest crossing.
    dropped_km
        Length of scraps of road that nothing but a third country connects.
    """

    edges: gpd.GeoDataFrame
    meetings: gpd.GeoDataFrame
    dropped_km: float


def compute(
    lines: gpd.GeoDataFrame,
    numbers: gpd.GeoDataFrame,
    crossings: gpd.GeoDataFrame,
    zone: zones.Zone,
    land: dict[str, shapely.Geometry],
) -> Roads:
    """Build the network.

    Parameters
    ----------
    lines
        Raw lines with ``cls``; classes other than `CLASSES` are left out. Those with ``is_step`` lead to a
        crossing, and no spur or gap is looked for on them.
    numbers
        Lines with ``ref``, wherever a source gives road numbers; there may be none.
    crossings
        Road crossings on the border line, with ``crossing_id``, ``road_a`` and ``road_b``.
    zone
        The zone.
    land
        Territory of each country that the network covers.
    """
    raw = lines[lines["cls"].isin(CLASSES)].to_crs(zone.region.crs).explode(ignore_index=True)
    is_step = raw.get("is_step", pd.Series(data=False, index=raw.index)).eq(True)
    noded = linework.node(raw.geometry[~is_step], grid_m=GRID_M)
    for _ in range(2):
        joined = linework.close_gaps(noded, reach_m=REACH_M, grid_m=GRID_M)
        noded = linework.prune_spurs(joined, shorter_than_m=REACH_M)
    noded = linework.node(pd.concat([noded, raw.geometry[is_step]], ignore_index=True), grid_m=GRID_M)
    border = _border(zone, land)
    meetings = _meetings(noded, crossings, border)
    discs = _discs(meetings, crossings)
    sides = [_side(noded, land[name], name, discs, border) for name in land]
    pieces = pd.concat(sides, ignore_index=True)
    edges = gpd.GeoDataFrame(pieces, crs=zone.region.crs)
    edges["road_class"] = _classes(edges.geometry, raw)
    merged = linework.merge_chains(edges, keep=_nodes_at(edges.geometry, crossings.geometry))
    merged, dropped_km = _reachable(merged, zone, crossings.geometry)
    merged["road_ref"] = _refs(merged, _spelled(zone.region, numbers.to_crs(zone.region.crs)))
    return Roads(_finished(_with_stated_refs(merged, crossings, zone)), meetings, dropped_km)


def _border(zone: zones.Zone, land: dict[str, shapely.Geometry]) -> shapely.Geometry:
    """Line between the countries: in the zone, and where it goes on beside it, as far as roads are kept."""
    first, second = land.values()
    along = shapely.boundary(second).intersection(first.buffer(_TOUCH_M))
    beyond = shapely.get_parts(along.difference(zone.border.buffer(2 * _TOUCH_M)))
    lines = beyond[shapely.length(beyond) > 0]
    return shapely.union_all([zone.border, *lines]) if len(lines) else zone.border


def _meetings(
    noded: gpd.GeoSeries, crossings: gpd.GeoDataFrame, border: shapely.Geometry
) -> gpd.GeoDataFrame:
    met = noded[noded.intersects(border)].intersection(border)
    points = met.explode().representative_point()
    places = gpd.GeoDataFrame(geometry=points.to_numpy(), crs=noded.crs)
    near = gpd.sjoin_nearest(places, crossings[["crossing_id", "geometry"]], distance_col="distance_m")
    near = near.drop(columns="index_right").sort_values(["crossing_id", "distance_m"], ignore_index=True)
    return near.assign(crossing_id=near["crossing_id"].where(near["distance_m"] <= MATCH_M, ""))


def _discs(meetings: gpd.GeoDataFrame, crossings: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Disc around each crossing that the network reaches, wide enough for all its meetings."""
    reach_m = meetings[meetings["crossing_id"] != ""].groupby("crossing_id")["distance_m"].max()
    reached = crossings.set_index("crossing_id").geometry.loc[reach_m.index]
    return gpd.GeoDataFrame({"centre": reached}, geometry=reached.buffer(reach_m + _DISC_RIM_M))


def _side(
    noded: gpd.GeoSeries,
    land: shapely.Geometry,
    country: str,
    discs: gpd.GeoDataFrame,
    border: shapely.Geometry,
) -> gpd.GeoDataFrame:
    """Network of one country: led to the crossings inside the discs, cut back elsewhere at the border."""
    outside = zones.clip(noded, land).difference(discs.union_all())
    lines = outside[~outside.is_empty].explode(ignore_index=True)
    seams = shapely.union_all([border, *discs.boundary])
    near = shapely.dwithin(lines.boundary.to_numpy(), seams, _TOUCH_M)
    led = [_led(line, discs, border) for line in lines[near]]
    kept = [line for line in led if not line.is_empty]
    edges = linework.node(gpd.GeoSeries([*lines[~near], *kept], crs=noded.crs), grid_m=GRID_M)
    return edges.to_frame("geometry").assign(country=country)


def _led(line: shapely.LineString, discs: gpd.GeoDataFrame, border: shapely.Geometry) -> shapely.LineString:
    """Line with each end on the rim of a disc led to its centre, each other end at the border cut back.

    Empty if it is too short to be cut back.
    """
    ends = [shapely.get_point(line, place) for place in (0, -1)]
    centres = [discs["centre"][shapely.dwithin(discs.boundary, end, _TOUCH_M)].tolist() for end in ends]
    cut = [not found and end.dwithin(border, _TOUCH_M) for end, found in zip(ends, centres, strict=True)]
    if line.length <= _CUT_BACK_M * sum(cut):
        return shapely.LineString()
    kept = shapely.ops.substring(line, _CUT_BACK_M * cut[0], max(0.0, line.length - _CUT_BACK_M * cut[1]))
    return shapely.LineString([*centres[0][:1], *shapely.points(kept.coords), *centres[1][:1]])


def _classes(edges: gpd.GeoSeries, raw: gpd.GeoDataFrame) -> np.ndarray:
    """Highest class of the raw lines at the middle of each edge, else of the nearest line."""
    middle = shapely.line_interpolate_point(edges.to_numpy(), 0.5, normalized=True)
    present = np.array([name for name in CLASSES if (raw["cls"] == name).any()], dtype=object)
    distance = np.stack([_distance(raw.geometry[raw["cls"] == name], middle) for name in present])
    close = distance <= np.maximum(distance.min(axis=0), GRID_M)
    highest: np.ndarray = present[close.argmax(axis=0)]
    return highest


def _distance(lines: gpd.GeoSeries, points: np.ndarray) -> np.ndarray:
    tree = shapely.STRtree(lines.to_numpy())
    _, distance = tree.query_nearest(points, return_distance=True, all_matches=False)
    return np.asarray(distance)


def _nodes_at(edges: gpd.GeoSeries, places: gpd.GeoSeries) -> np.ndarray:
    nodes = linework.nodes(edges)
    _, found = nodes.sindex.query(places.to_numpy(), predicate="dwithin", distance=GRID_M)
    return np.asarray(found)


def _reachable(
    edges: gpd.GeoDataFrame, zone: zones.Zone, crossings: gpd.GeoSeries
) -> tuple[gpd.GeoDataFrame, float]:
    """Keep connected parts that reach into the zone and are no scraps; also give the km of scraps.

    Scraps are what is left where a road is reached through a third country only; an approach of a crossing
    is none.
    """
    ends = linework.ends(edges.geometry)
    part = linework.components(ends["u"].to_numpy(), ends["v"].to_numpy())
    reaching = np.isin(part, np.unique(part[edges.intersects(zone.outline)]))
    length_km = edges.length.groupby(part).transform("sum").to_numpy() / 1_000
    at_crossings, _ = edges.sindex.query(crossings.to_numpy(), predicate="dwithin", distance=GRID_M)[::-1]
    length_km[np.isin(part, part[at_crossings])] = SCRAP_KM
    dropped = edges.length[reaching & (length_km < SCRAP_KM)].sum() / 1_000
    return edges[reaching & (length_km >= SCRAP_KM)].reset_index(drop=True), float(dropped)


def _spelled(region: Region, numbers: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Road numbers without letters that were typed for those that they look like."""
    typed, meant = region.road_number_letters
    return numbers.assign(ref=numbers["ref"].str.translate(str.maketrans(typed, meant)))


def _refs(edges: gpd.GeoDataFrame, numbers: gpd.GeoDataFrame) -> pd.Series:
    """Road number that the most points along each edge have as the nearest one, if at least half have."""
    if numbers.empty:
        return pd.Series("", index=edges.index)
    steps = [np.arange(_REF_STEP_M / 2, line.length, _REF_STEP_M) for line in edges.geometry]
    steps = [
        step if len(step) else np.array([line.length / 2])
        for step, line in zip(steps, edges.geometry, strict=True)
    ]
    row = np.repeat(np.arange(len(edges)), [len(step) for step in steps])
    points = shapely.line_interpolate_point(edges.geometry.to_numpy()[row], np.concatenate(steps))
    (index, number) = shapely.STRtree(numbers.geometry.to_numpy()).query_nearest(
        points, max_distance=_REF_REACH_M, all_matches=False
    )
    votes = pd.DataFrame({"row": row[index], "ref": numbers["ref"].to_numpy()[number]})
    count = votes.groupby(["row", "ref"]).size().reset_index(name="votes")
    best = count.sort_values(["row", "votes", "ref"], ascending=[True, False, True]).drop_duplicates("row")
    total = np.bincount(row, minlength=len(edges))
    clear = best[best["votes"] * 2 >= total[best["row"]]]
    return clear.set_index("row")["ref"].reindex(range(len(edges)), fill_value="").set_axis(edges.index)


def _with_stated_refs(
    edges: gpd.GeoDataFrame, crossings: gpd.GeoDataFrame, zone: zones.Zone
) -> gpd.GeoDataFrame:
    """Fill empty road numbers of the edges that end at a crossing with the number stated there."""
    stated = dict(zip(zone.region.countries, ("road_a", "road_b"), strict=True))
    ref = edges["road_ref"].copy()
    ends = edges.boundary.explode()
    for crossing in crossings.itertuples():
        touching = ends.index[ends.dwithin(crossing.geometry, GRID_M)].unique()
        for row in touching[ref[touching] == ""]:
            ref[row] = getattr(crossing, stated[edges["country"][row]])
    return edges.assign(road_ref=ref)


def _finished(edges: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    length_km = crs.geodesic_length_km(edges.geometry).round(3)
    thinned = edges.set_geometry(edges.simplify(TOLERANCE_M))
    ends = linework.ends(thinned.geometry)
    table = thinned.assign(length_km=length_km, node_u=ends["u"], node_v=ends["v"])
    table = table.iloc[np.lexsort((table["length_km"], ends["v"], ends["u"]))].reset_index(drop=True)
    table["road_id"] = [f"road-{number:05d}" for number in range(1, len(table) + 1)]
    columns = ["road_id", "road_class", "road_ref", "country", "length_km", "node_u", "node_v"]
    return table[[*columns, "geometry"]]
