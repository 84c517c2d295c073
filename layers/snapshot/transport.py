"""Transport of the snapshot: crossings, roads, railways and their stations."""

from __future__ import annotations

import json
import pathlib

import geopandas as gpd
import pandas as pd

from geo import crs
from geo.coverage import linework
from layers.analysis import network
from layers.io import store
from layers.region import Region
from layers.snapshot import approaches, crossings, railways, raw, roads, stations
from layers.snapshot import zone as zones

FILES = (
    *("roads.geojson", "railways.geojson", "rail_stations.csv", "crossing_places.csv"),
    "transport_report.json",
)

# A crossing is reached from a side whose own network there is at least this long.
_SERIOUS_KM = 50.0
_DECIMALS = 5
_ENDS = ["station_a", "station_b"]
# What else is known of a crossing stands in crossings.csv, which is kept by hand.
_PLACE = ["crossing_id", "unit_id_a", "unit_id_b", "pair_id", "shift_m", "reached_from", "lon", "lat"]


def snapshot(region: Region, sources: pathlib.Path, target: pathlib.Path) -> None:
    """Write the files of `FILES` into ``target``, which holds ``districts.geojson`` already.

    Raises
    ------
    InputError
        If a raw file is missing or a table by hand has a fault.
    """
    zone = zones.load(region, target)
    gates = crossings.compute(region, zone)
    built = _roads(region, sources, zone, gates[gates["mode"] == "road"])
    stops = stations.compute(region, sources, zone)
    rails = _railways(region, sources, zone, stops, gates[gates["mode"] == "rail"])
    store.write_geojson(built.edges, target / "roads.geojson")
    store.write_geojson(rails, target / "railways.geojson")
    store.write_table(_lonlat(stops), target / "rail_stations.csv")
    places = _lonlat(_with_reach(gates, built.edges, rails))[_PLACE]
    store.write_table(places, target / "crossing_places.csv")
    report = json.dumps(_report(built, zone, gates), ensure_ascii=False, indent=1)
    (target / "transport_report.json").write_text(report + "\n", encoding="utf-8", newline="\n")


def _roads(region: Region, sources: pathlib.Path, zone: zones.Zone, gates: gpd.GeoDataFrame) -> roads.Roads:
    land = zone.with_margin(zones.neighbours(region, sources, zone), margin_m=roads.MARGIN_M)
    known = gates.reset_index(drop=True)
    major = _lines(region, sources, "major_roads", ("cls",), zone)
    major = major[major["cls"].isin(roads.MAJOR)]
    numbers = _lines(region, sources, "road_numbers", ("ref",), zone)
    leading = _leading(region, sources, zone, major, known)
    lines = pd.concat([major.assign(is_step=False), leading], ignore_index=True)
    return roads.compute(gpd.GeoDataFrame(lines, crs=major.crs), numbers, known, zone, land)


def _leading(
    region: Region,
    sources: pathlib.Path,
    zone: zones.Zone,
    major: gpd.GeoDataFrame,
    gates: gpd.GeoDataFrame,
) -> gpd.GeoDataFrame:
    """Lesser roads that lead from crossings to the major ones."""
    lesser = _lines(region, sources, "lesser_roads", ("cls",), zone)
    if lesser.empty:
        return lesser.assign(is_step=pd.Series(dtype=bool))
    kmh = network.speeds(region)["speed_kmh"]
    speeds_kmh = {name: float(kmh[name]) for name in roads.CLASSES}
    return approaches.compute(
        lesser, major, gates, zone, speeds_kmh=speeds_kmh, rule=network.access_rule(region)
    )


def _lines(
    region: Region, sources: pathlib.Path, kind: str, columns: tuple[str, ...], zone: zones.Zone
) -> gpd.GeoDataFrame:
    """Lines of all raw files of one kind in the working CRS; none if there is no such file."""
    found = [
        raw.vector(region, sources, key, columns).to_crs(zone.region.crs) for key in raw.listed(region, kind)
    ]
    blank = {name: pd.Series(dtype=str) for name in columns}
    none = gpd.GeoDataFrame(blank, geometry=[], crs=zone.region.crs)
    return gpd.GeoDataFrame(pd.concat(found, ignore_index=True)) if found else none


def _railways(
    region: Region,
    sources: pathlib.Path,
    zone: zones.Zone,
    stops: gpd.GeoDataFrame,
    gates: gpd.GeoDataFrame,
) -> gpd.GeoDataFrame:
    """Links between stations, and between each rail crossing and the stations beside it."""
    ends = gates.rename(columns={"crossing_id": "station_id"})[["station_id", "geometry"]]
    places = gpd.GeoDataFrame(pd.concat([stops[["station_id", "geometry"]], ends], ignore_index=True))
    tracks = _lines(region, sources, "rail_tracks", ("cls", "service", "u", "v"), zone)
    listed = railways.by_list(_listed(region, sources, gates), places["station_id"])
    tracked = railways.along_tracks(tracks, places)
    known = pd.concat([tracked[_ENDS], listed], ignore_index=True)
    pairs = pd.concat([listed, _stated(gates, known, stops)], ignore_index=True)
    links = railways.links(tracked, pairs, places)
    country = links["station_a"].map(stops.set_index("station_id")["country"])
    return links.assign(country=country)[[*links.columns[:3], "country", *links.columns[3:]]]


def _listed(region: Region, sources: pathlib.Path, gates: gpd.GeoDataFrame) -> pd.DataFrame:
    """Pairs of neighbours as listed, led over the crossing where one lies between the two.

    The transfer point of a crossing takes the crossing's id; a pair that is the two stations beside a
    crossing becomes two, one to each side of it.
    """
    found = [
        raw.table(region, sources, key, ("from_station", "to_station"))[["from_station", "to_station"]]
        for key in raw.listed(region, "station_neighbours")
    ]
    none = pd.DataFrame(columns=["from_station", "to_station"], dtype=str)
    pairs = pd.concat([none, *found], ignore_index=True)
    transfer = dict(zip(gates["transfer_station"], gates["crossing_id"], strict=True))
    transfer.pop("", None)
    ends = pd.DataFrame(
        {end: pairs[end].str.zfill(region.station_code_digits).replace(transfer) for end in pairs.columns}
    )
    over = {
        frozenset((gate.station_a, gate.station_b)): gate.crossing_id
        for gate in gates.itertuples()
        if gate.station_a and gate.station_b
    }
    gate = pd.Series([over.get(frozenset(pair)) for pair in ends.itertuples(index=False)], index=ends.index)
    crossing = gate.notna()
    return pd.concat(
        [
            ends[~crossing],
            ends[crossing].assign(to_station=gate[crossing]),
            ends[crossing].assign(from_station=gate[crossing]),
        ],
        ignore_index=True,
    )


def _stated(gates: gpd.GeoDataFrame, known: pd.DataFrame, stops: gpd.GeoDataFrame) -> pd.DataFrame:
    """Link a crossing with its station on each side from which nothing ``known`` leads to it, as stated."""
    country = stops.set_index("station_id")["country"]
    reached = set(zip(known["station_b"], known["station_a"].map(country), strict=True))
    stated = pd.concat(
        [
            gates[["crossing_id", side]].rename(columns={side: "station_a"})
            for side in ("station_a", "station_b")
        ]
    )
    stated = stated[stated["station_a"].isin(country.index)]
    missing = [
        (gate, country[station]) not in reached
        for gate, station in zip(stated["crossing_id"], stated["station_a"], strict=True)
    ]
    return pd.DataFrame(stated[missing].rename(columns={"crossing_id": "station_b"})[_ENDS])


def _with_reach(
    gates: gpd.GeoDataFrame, edges: gpd.GeoDataFrame, rails: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Add ``reached_from``: sides whose own network comes to the crossing: both, a country, none."""
    sides = {
        country: _gates_of(gates, edges[edges["country"] == country]) for country in edges["country"].unique()
    }
    linked = rails.groupby("station_b")["country"].agg(set)
    found = []
    for gate in gates["crossing_id"]:
        reached = {country for country, known in sides.items() if gate in known} | linked.get(gate, set())
        found.append("both" if len(reached) == 2 else next(iter(reached), "none"))
    return gates.assign(reached_from=found)


def _gates_of(gates: gpd.GeoDataFrame, own: gpd.GeoDataFrame) -> set[str]:
    """Crossings at the end of edges that belong to a serious part of one side's own network."""
    ends = linework.ends(own.geometry)
    part = linework.components(ends["u"].to_numpy(), ends["v"].to_numpy())
    serious = own[own["length_km"].groupby(part).transform("sum").to_numpy() >= _SERIOUS_KM]
    row, _ = serious.sindex.query(gates.geometry, predicate="dwithin", distance=crossings.GRID_M / 2)
    return set(gates["crossing_id"].iloc[row])


def _lonlat(points: gpd.GeoDataFrame) -> pd.DataFrame:
    """Table with ``lon`` and ``lat`` in degrees in place of the geometry."""
    degrees = points.geometry.to_crs(crs.LONLAT)
    table = pd.DataFrame(points.drop(columns="geometry"))
    return table.assign(
        lon=degrees.x.map(f"{{:.{_DECIMALS}f}}".format), lat=degrees.y.map(f"{{:.{_DECIMALS}f}}".format)
    )


def _report(built: roads.Roads, zone: zones.Zone, gates: gpd.GeoDataFrame) -> dict[str, object]:
    """Report what the road network is and where it meets the border."""
    met = built.meetings.to_crs(crs.LONLAT)
    places = [
        {
            "lon": round(point.x, _DECIMALS),
            "lat": round(point.y, _DECIMALS),
            "crossing_id": crossing,
            "distance_m": round(distance),
        }
        for point, crossing, distance in zip(met.geometry, met["crossing_id"], met["distance_m"], strict=True)
    ]
    inside = zones.clip(built.edges.geometry, zone.outline).length / 1_000
    part = linework.components(built.edges["node_u"].to_numpy(), built.edges["node_v"].to_numpy())
    share = inside.groupby(part[inside.index]).sum().max() / inside.sum()
    roads_known = set(gates["crossing_id"][gates["mode"] == "road"])
    return {
        "roads": {
            "gap_closed_up_to_m": roads.REACH_M,
            "margin_km": roads.MARGIN_M / 1_000,
            "length_in_zone_km": round(float(inside.sum()), 1),
            "largest_component_share": round(float(share), 4),
            "dropped_unreachable_km": round(built.dropped_km, 1),
        },
        "border_meetings_matched": [place for place in places if place["crossing_id"]],
        "border_meetings_cut": [place for place in places if not place["crossing_id"]],
        "crossings_without_major_road": sorted(roads_known - set(met["crossing_id"])),
    }
