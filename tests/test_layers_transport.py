"""Roads, railways, stations and crossings: the embedded snapshot, and the method on tiny drawings."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import regions
import scipy.sparse
import scipy.sparse.csgraph
import shapely

import layers.region
from geo import errors
from geo.coverage import linework
from layers.base import boundaries, settlements, transport
from layers.io import store
from layers.snapshot import crossings as crossing_snapshot
from layers.snapshot import railways, roads
from layers.snapshot import zone as zones

AREA = regions.RUSSIA_BELARUS
RAIL_CROSSINGS = [f"T{number}" for number in range(1, 8)]


def _metric(frame):
    return frame.to_crs(AREA.crs)


# The embedded snapshot


def test_the_crossings_are_the_27_road_and_7_rail_ones(region):
    found = transport.crossings(region)
    assert found["mode"].value_counts().to_dict() == {"road": 27, "rail": 7}
    assert found["state"].value_counts().to_dict() == {"unknown": 27, "third_country": 6, "closed": 1}
    assert found.loc[found["state"] == "closed", "crossing_id"].tolist() == ["T5"]


def test_crossings_lie_on_the_border_between_their_two_districts(region):
    found = _metric(transport.crossings(region))
    line = _metric(boundaries.border(region)).union_all()
    assert found.distance(line).max() < 5
    shape = _metric(boundaries.districts(region)).set_index("unit_id").geometry
    for side, country in (("unit_id_a", "RU"), ("unit_id_b", "BY")):
        assert found[side].str.startswith(country).all()
        assert found.distance(shape.loc[found[side]].set_axis(found.index)).max() < 5


def test_the_paired_districts_have_the_crossings_on_their_main_roads(region):
    pair = transport.crossings(region).set_index("crossing_id")["pair_id"]
    assert pair["R3"] == "RU-SMO-rudnyansky~BY-VI-lioznensky"
    assert pair["R4"] == pair["O8"] == "RU-SMO-krasninsky~BY-VI-dubrovensky"


def test_roads_of_the_two_countries_share_nodes_at_crossings_only(region):
    lines = transport.roads(region)
    by_country = [_end_points(lines[lines["country"] == country]) for country in ("RU", "BY")]
    known = transport.crossings(region).query("mode == 'road' and reached_from == 'both'").geometry
    met = set.intersection(*by_country)
    at_crossings = {point.coords[0] for point in transport.crossings(region).query("mode == 'road'").geometry}
    assert len(known) == 12
    assert {point.coords[0] for point in known} <= met <= at_crossings
    # Lesser roads lead to all but two: no road comes to O13, from one side none to O4.
    assert len(met) == 25


def _end_points(lines):
    return {line.coords[place] for line in lines.geometry for place in (0, -1)}


def test_node_numbers_say_what_the_coordinates_say(region):
    lines = transport.roads(region)
    numbers = {"u": 0, "v": -1}
    places = {
        (number, line.coords[place])
        for end, place in numbers.items()
        for number, line in zip(lines[f"node_{end}"], lines.geometry, strict=True)
    }
    assert len(places) == len({number for number, _ in places}) == len({point for _, point in places})


def test_the_road_network_of_the_zone_is_one_piece(region):
    """The noded network of major roads collected for comparison has 99.6 % in one piece."""
    lines = transport.roads(region)
    lines = lines[lines["road_class"].isin(["motorway", "trunk", "primary"])]
    part = linework.components(lines["node_u"].to_numpy(), lines["node_v"].to_numpy())
    assert lines["length_km"][part == 0].sum() / lines["length_km"].sum() > 0.996


def test_roads_stay_in_their_country(region):
    lines = _metric(transport.roads(region))
    shapes = _metric(boundaries.districts(region)).dissolve("country").geometry
    for country, other in (("RU", "BY"), ("BY", "RU")):
        abroad = lines[lines["country"] == country].intersection(shapes[other])
        # Near a crossing lines are led straight to it.
        assert abroad.length.max() < 700


def test_generalising_shortens_roads_hardly(region):
    lines = transport.roads(region)
    shorter_m = lines["length_km"] * 1_000 - _metric(lines).length
    assert (shorter_m / lines["length_km"])[lines["length_km"] > 1].max() < 50
    assert shorter_m.sum() / lines["length_km"].sum() < 1


# Measured on the same tiles when the data were collected.
@pytest.mark.parametrize(
    ("start", "end", "length_km"),
    [
        ("RU-SMO-smolensk-city/smolensk", "BY-VI-vitebsky/vitebsk", 133.9),
        ("RU-BRY-bryansk-city/bryansk", "BY-HO-gomelsky/gomel", 269.5),
        ("RU-PSK-pskov-city/pskov", "BY-VI-vitebsky/vitebsk", 352.6),
        ("RU-SMO-smolensk-city/smolensk", "RU-BRY-bryansk-city/bryansk", 251.5),
        ("BY-VI-vitebsky/vitebsk", "BY-HO-gomelsky/gomel", 326.9),
    ],
)
def test_route_lengths_are_within_three_percent(region, start, end, length_km):
    lines = _metric(transport.roads(region))
    towns = _metric(settlements.settlements(region)).set_index("settlement_id").geometry
    nodes = _metric(linework.nodes(transport.roads(region).geometry))
    number = linework.ends(transport.roads(region).geometry)
    size = len(nodes)
    graph = scipy.sparse.coo_array((lines["length_km"], (number["u"], number["v"])), shape=(size, size))
    ends = [int(nodes.distance(towns[place]).argmin()) for place in (start, end)]
    found = scipy.sparse.csgraph.dijkstra(_shortest(graph), directed=False, indices=ends[0])[ends[1]]
    assert found == pytest.approx(length_km, rel=0.03)


def _shortest(graph):
    """Of parallel edges the shortest, where the sparse matrix would add them up."""
    table = pd.DataFrame({"u": graph.row, "v": graph.col, "km": graph.data})
    table = table.groupby(["u", "v"], as_index=False)["km"].min()
    return scipy.sparse.csr_array((table["km"], (table["u"], table["v"])), shape=graph.shape)


def test_every_rail_crossing_joins_a_station_on_each_side(region):
    lines = transport.railways(region)
    beside = lines[lines["station_b"].isin(RAIL_CROSSINGS)]
    assert beside.groupby("station_b")["country"].agg(sorted).tolist() == [["BY", "RU"]] * 7
    assert lines.loc[~lines.index.isin(beside.index), "station_b"].str.fullmatch(r"\d{6}").all()


def test_the_railways_of_the_zone_are_one_network(region):
    lines = transport.railways(region)
    ids, number = np.unique(lines[["station_a", "station_b"]].to_numpy(dtype=str), return_inverse=True)
    ends = number.reshape(-1, 2)
    part = linework.components(ends[:, 0], ends[:, 1])
    stations = transport.stations(region)
    linked = set(stations.loc[stations["unit_id"] != "", "station_id"]) & set(ids)
    # Two branches of 7 and 4 stations hang on tracks of works or of another oblast.
    assert len(linked - set(ids[np.unique(ends[part == 0])])) == 11


def test_a_way_along_tracks_is_no_shorter_than_the_straight_line(region):
    tracks = transport.railways(region).query("geometry_kind == 'track'")
    assert (tracks["track_km"] >= tracks["straight_km"] - 0.001).all()
    assert set(tracks["country"]) == {"BY", "RU"}


def test_stations_with_wrong_coordinates_are_back_on_their_line(region):
    stations = _metric(transport.stations(region)).set_index("station_id")
    tracks = _metric(transport.railways(region)).query("geometry_kind == 'track'").union_all()
    corrected = region.table("stations_corrected.csv").query("lon != ''")
    assert len(corrected) == 13
    near = [code for code in corrected["station_id"] if code in stations.index]
    assert {"158426", "158905"} <= set(near)
    assert stations.loc[near].distance(tracks).drop("158905").max() < 300


def test_the_report_lists_where_roads_meet_the_border(region):
    report = json.loads((region.snapshot / "transport_report.json").read_text(encoding="utf-8"))
    matched = {place["crossing_id"] for place in report["border_meetings_matched"]}
    assert len(matched) == 27
    assert report["border_meetings_cut"] == []
    assert not matched & set(report["crossings_without_major_road"])
    assert len(matched) + len(report["crossings_without_major_road"]) == 27


# Contracts


@pytest.fixture
def own(tmp_path):
    """A copy of the region to change."""
    return regions.copy(tmp_path)


def _change(path, **cells):
    table = store.read_table(path)
    for field, (row, value) in cells.items():
        table.loc[row, field] = value
    store.write_table(table, path)
    return table


def test_everything_wrong_with_crossings_is_reported_at_once(own):
    _change(own / "tables" / "crossings.csv", state=(0, "ajar"), name_ru=(3, ""))
    _change(own / "snapshot" / "crossing_places.csv", unit_id_a=(1, "RU-XXX"), shift_m=(2, "far"))
    with pytest.raises(errors.InputError) as caught:
        transport.crossings(layers.region.load(own))
    assert [line.split(";")[0] for line in caught.value.findings] == [
        "crossings.csv: row 2: state = 'ajar'",
        "crossings.csv: row 5: name_ru = ''",
        "crossing_places.csv: row 3: unit_id_a = 'RU-XXX'",
        "crossing_places.csv: row 4: shift_m = 'far'",
    ]


def test_what_is_written_of_a_crossing_by_hand_counts_without_a_new_snapshot(own):
    _change(own / "tables" / "crossings.csv", state=(2, "closed"), name_en=(2, "Another name"))
    _change(own / "tables" / "crossing_states.csv", delay_road_min=(2, "25"))
    found = transport.crossings(layers.region.load(own)).set_index("crossing_id")
    assert found.loc["R3", ["state", "name_en", "delay_min"]].tolist() == ["closed", "Another name", 0]
    # R1 is open to third-country nationals, O1 not verified.
    assert found.loc[["R1", "O1"], "delay_min"].tolist() == [10, 25]


def test_a_crossing_without_a_place_on_the_line_or_without_a_row_is_named(own):
    _change(own / "tables" / "crossings.csv", crossing_id=(0, "R99"))
    with pytest.raises(errors.InputError) as caught:
        transport.crossings(layers.region.load(own))
    assert caught.value.findings == (
        "crossings.csv: row 2: crossing_id = 'R99'; expected one of crossing_places.csv, to which "
        "`borderzone snapshot` adds new ones",
        "crossings.csv: no row for R1; expected one, with state closed if it is to be shut",
    )


def test_a_road_of_an_unknown_class_is_refused(region, tmp_path):
    lines = transport.roads(region).head(3).assign(road_class=["primary", "alley", "trunk"])
    store.write_geojson(lines, tmp_path / "roads.geojson")
    with pytest.raises(errors.InputError, match="row 3: road_class = 'alley'; expected motorway or trunk"):
        transport.roads(regions.with_snapshot(tmp_path))


# The method, on two square countries of 20 km that meet along x = 0


@pytest.fixture
def zone():
    districts = gpd.GeoDataFrame(
        {"unit_id": ["a", "b"], "country": ["RU", "BY"]},
        geometry=[shapely.box(0, 0, 20_000, 20_000), shapely.box(-20_000, 0, 0, 20_000)],
        crs=AREA.crs,
    )
    return zones.Zone(region=AREA, districts=districts)


def _roads(zone, *lines, crossings=((0, 5_000),)):
    frame = gpd.GeoDataFrame(
        {"cls": "primary"},
        geometry=[shapely.LineString(line) for line in lines],
        index=range(len(lines)),
        crs=AREA.crs,
    )
    gates = gpd.GeoDataFrame(
        {
            "crossing_id": [f"C{number}" for number in range(len(crossings))],
            "road_a": "A-1",
            "road_b": "B-1",
        },
        geometry=[shapely.Point(place) for place in crossings],
        crs=AREA.crs,
    )
    numbers = gpd.GeoDataFrame(
        {"ref": ["P7"]}, geometry=[shapely.LineString([(-15_000, 5_000), (-1_000, 5_000)])], crs=AREA.crs
    )
    return roads.compute(frame, numbers, gates, zone, zone.countries)


def _parts(found):
    return len(set(linework.components(found.edges["node_u"].to_numpy(), found.edges["node_v"].to_numpy())))


def test_a_road_is_led_through_its_crossing(zone):
    found = _roads(zone, [(-15_000, 5_300), (15_000, 5_300)])
    assert _parts(found) == 1
    assert found.edges["country"].tolist() == ["BY", "RU"]
    touching = found.edges.boundary.explode()
    assert (touching.distance(shapely.Point(0, 5_000)) == 0).sum() == 2
    assert found.meetings[["crossing_id", "distance_m"]].to_numpy().tolist() == [["C0", 300]]


def test_a_road_far_from_every_crossing_is_cut(zone):
    found = _roads(zone, [(-15_000, 12_000), (15_000, 12_000)])
    assert _parts(found) == 2
    assert found.meetings["crossing_id"].tolist() == [""]
    assert found.edges.distance(zone.border).min() > 5


def test_a_road_that_wriggles_over_the_border_crosses_once(zone):
    wriggle = [(-15_000, 5_000), (50, 5_000), (-60, 5_200), (70, 5_400), (15_000, 5_400)]
    found = _roads(zone, wriggle)
    assert len(found.meetings) == 3
    assert set(found.meetings["crossing_id"]) == {"C0"}
    assert found.edges["country"].tolist() == ["BY", "RU"]
    assert _parts(found) == 1


def test_road_numbers_come_from_the_nearest_lines_and_from_the_crossing(zone):
    found = _roads(zone, [(-15_000, 5_000), (15_000, 5_000)])
    assert dict(zip(found.edges["country"], found.edges["road_ref"], strict=True)) == {
        "BY": "Р7",
        "RU": "A-1",
    }


def test_lengths_are_those_before_generalisation(zone):
    bend = [(-15_000, 5_000), (-7_000, 5_000), (-6_950, 5_030), (-6_900, 5_000), (15_000, 5_000)]
    found = _roads(zone, bend)
    assert found.edges["length_km"].sum() == pytest.approx(30.0166, abs=0.01)
    assert shapely.get_num_coordinates(found.edges.geometry.to_numpy()).max() < 6


def test_scraps_are_dropped_and_counted(zone):
    found = _roads(zone, [(-15_000, 5_000), (15_000, 5_000)], [(-18_000, 18_000), (-15_000, 18_000)])
    assert _parts(found) == 1
    assert found.dropped_km == pytest.approx(3, abs=0.01)


def test_a_crossing_off_the_border_is_refused(own, zone):
    path = own / "tables" / "crossings.csv"
    table = store.read_table(path).head(2)
    table["lon"], table["lat"] = "31.05", "54.05"
    store.write_table(table, path)
    with pytest.raises(errors.InputError) as caught:
        crossing_snapshot.compute(layers.region.load(own), zone)
    assert len(caught.value.findings) == 2
    assert "m off the border; expected at most 500 m" in caught.value.findings[0]
    store.write_table(table.assign(state=["open", "ajar"]), path)
    with pytest.raises(errors.InputError, match=r"crossings\.csv: row 3: state = 'ajar'; expected one of"):
        crossing_snapshot.compute(layers.region.load(own), zone)


def _tracks(*lines, service=None):
    points = {end for line in lines for end in (line[0], line[-1])}
    number = {point: index for index, point in enumerate(sorted(points))}
    return gpd.GeoDataFrame(
        {
            "cls": "rail",
            "service": service or [None] * len(lines),
            "u": [number[line[0]] for line in lines],
            "v": [number[line[-1]] for line in lines],
        },
        geometry=[shapely.LineString(line) for line in lines],
        crs=AREA.crs,
    )


def _stops(**places):
    points = [shapely.Point(place) for place in places.values()]
    return gpd.GeoDataFrame({"station_id": list(places)}, geometry=points, crs=AREA.crs)


def _pairs(frame):
    return sorted(zip(frame["station_a"], frame["station_b"], strict=True))


def test_neighbours_along_a_track_are_those_next_to_each_other():
    found = railways.along_tracks(
        _tracks([(0, 0), (9_000, 0)]), _stops(a=(500, 80), b=(4_000, -60), c=(8_000, 0))
    )
    assert _pairs(found) == [("a", "b"), ("b", "c")]
    assert found["track_km"].tolist() == pytest.approx([3.5, 4.0], rel=0.02)


def test_a_second_track_past_a_station_makes_no_other_neighbours():
    found = railways.along_tracks(
        _tracks([(0, 0), (9_000, 0)], [(0, 0), (100, 20), (8_900, 20), (9_000, 0)]),
        _stops(a=(500, 0), b=(4_000, 0), c=(8_000, 0)),
    )
    assert _pairs(found) == [("a", "b"), ("b", "c")]


def test_all_three_stations_around_a_junction_are_neighbours():
    found = railways.along_tracks(
        _tracks([(-5_000, 0), (0, 0)], [(0, 0), (5_000, 0)], [(0, 0), (0, 5_000)]),
        _stops(a=(-4_000, 0), b=(4_000, 0), c=(0, 4_000)),
    )
    assert _pairs(found) == [("a", "b"), ("a", "c"), ("b", "c")]


def test_service_tracks_and_far_stations_count_for_nothing():
    found = railways.along_tracks(
        _tracks([(0, 0), (9_000, 0)], [(0, 5_000), (9_000, 5_000)], service=[None, "yard"]),
        _stops(a=(500, 0), b=(8_000, 0), c=(500, 5_000), d=(8_000, 5_000), e=(4_000, 900)),
    )
    assert _pairs(found) == [("a", "b")]


def test_a_list_of_neighbours_leads_past_posts_without_a_position():
    listed = pd.DataFrame({"from_station": ["1", "2", "3", "9"], "to_station": ["2", "3", "4", "3"]})
    assert _pairs(railways.by_list(listed, {"1", "4", "9", "5"})) == [("1", "4"), ("1", "9"), ("4", "9")]


def test_links_keep_the_track_where_both_sources_know_a_pair():
    stops = _stops(a=(0, 0), b=(3_000, 0), c=(6_000, 0))
    tracked = railways.along_tracks(_tracks([(0, 0), (1_500, 900), (3_000, 0)]), stops)
    listed = pd.DataFrame({"station_a": ["a", "b"], "station_b": ["b", "c"]})
    found = railways.links(tracked, listed, stops)
    assert found["geometry_kind"].tolist() == ["track", "straight_line"]
    assert found["straight_km"].tolist() == pytest.approx([3, 3], abs=0.002)
    assert found["track_km"].tolist() == pytest.approx([3.5, np.nan], abs=0.01, nan_ok=True)
