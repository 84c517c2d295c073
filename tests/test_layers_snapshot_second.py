"""The second embedded region: what its snapshot holds, and what only its sources ask of the code."""

import json
import pathlib
import shutil

import geopandas as gpd
import pytest
import shapely

import layers.region
from geo import errors
from geo.coverage import linework
from layers import embedded
from layers.base import boundaries, context, facts, geometry_checks, settlements, transport
from layers.dictionary import units
from layers.io import store
from layers.snapshot import attributes, report
from layers.snapshot import zone as zones

SECOND = layers.region.load(embedded.folder("russia_kazakhstan"))


# The embedded snapshot


def test_the_coverage_keeps_its_limits():
    report.check(SECOND)
    told = report.read(SECOND)["coverage"]
    for stage in ("harmonised", "generalised"):
        part = told[stage]
        assert (part["units"], part["overlap_km2"], part["gap_km2"]) == (154, 0, 0)
        assert (part["slivers"], part["invalid_edge_km"]) == (0, 0)
        assert part["hole_km2"] == pytest.approx(30.99, abs=0.01)
    zone = boundaries.districts(SECOND)
    geometry_checks.require_zone(SECOND, zone, file="districts.geojson")
    assert shapely.coverage_is_valid(zone.geometry.to_numpy())


# Published areas: Rosstat; the bureau of Kazakhstan as quoted in geokz. OpenStreetMap has the first one
# 0.49 % larger.
@pytest.mark.parametrize(
    ("oblast", "official_km2", "off_percent"),
    [
        ("RU-ORE", 123_702, 0.5),
        ("RU-CHE", 88_529, 0.2),
        ("RU-KGN", 71_488, 0.2),
        ("KZ-AKT", 300_629, 0.2),
        ("KZ-KUS", 196_001, 0.1),
        ("KZ-SEV", 97_993, 0.1),
    ],
)
def test_areas_are_near_the_official_ones(oblast, official_km2, off_percent):
    area = boundaries.oblasts(SECOND).set_index("unit_id")["area_km2"][oblast]
    assert area == pytest.approx(official_km2, rel=off_percent / 100)


def test_roads_are_one_piece_and_meet_only_at_the_five_posts():
    lines = transport.roads(SECOND)
    part = linework.components(lines["node_u"].to_numpy(), lines["node_v"].to_numpy())
    assert lines["length_km"].groupby(part).sum().max() / lines["length_km"].sum() > 0.995
    ends = {
        country: {line.coords[place] for line in own.geometry for place in (0, -1)}
        for country, own in lines.groupby("country")
    }
    gates = transport.crossings(SECOND).query("mode == 'road'")
    assert ends["RU"] & ends["KZ"] == {point.coords[0] for point in gates.geometry}
    assert gates["reached_from"].tolist() == ["both"] * 5
    # Measured on the same tiles when the data were collected.
    told = json.loads((SECOND.snapshot / "transport_report.json").read_text(encoding="utf-8"))
    assert told["roads"]["length_in_zone_km"] == pytest.approx(11_434, rel=0.003)
    # The border goes on beside the zone, and roads cross it there, at posts of which nothing is known.
    assert len(told["border_meetings_cut"]) == 6
    assert min(place["distance_m"] for place in told["border_meetings_cut"]) > 70_000


def test_each_rail_crossing_is_linked_with_its_station_on_both_sides():
    links = transport.railways(SECOND)
    gates = transport.crossings(SECOND).query("mode == 'rail'").set_index("crossing_id")
    country = transport.stations(SECOND).set_index("station_id")["country"]
    for name, gate in gates.iterrows():
        beside = links.loc[links["station_b"] == name, "station_a"]
        assert set(beside) == {gate["station_a"], gate["station_b"]}
        assert set(beside.map(country)) == {"RU", "KZ"}
    between = links[links["station_b"].isin(country.index)]
    assert (between["station_a"].map(country) == between["station_b"].map(country)).all()
    assert links["straight_km"].max() < 40


def test_every_district_has_its_centre_and_positions_lie_in_it():
    found = settlements.settlements(SECOND)
    centres = found["centre_of"].str.split().explode().dropna()
    assert sorted(centres) == sorted(units.of_level(SECOND, "district").index)
    metric = found.to_crs(SECOND.crs)
    shapes = boundaries.districts(SECOND).set_index("unit_id").geometry.to_crs(SECOND.crs)
    assert metric.distance(shapes.loc[found["unit_id"]].set_axis(found.index)).max() == 0
    assert "oktmo" not in found


def test_counts_of_this_century_come_before_the_model_and_the_model_before_older_counts():
    chosen = facts.mapped(SECOND).query("indicator == 'population_persons' and level == 'district'")
    abroad = chosen[chosen["unit_id"].str.startswith("KZ")].set_index("unit_id")
    counted = abroad[abroad["qualifier"] != "modelled"]["period"].to_dict()
    assert counted == {
        "KZ-AKT-alginsky": "census-2009",
        "KZ-AKT-aytekebiysky": "2019",
        "KZ-KUS-uzunkolsky": "2021",
    }
    assert set(abroad.drop(index=list(counted))["source_id"]) == {"worldpop-2020"}
    assert len(abroad) == 43
    assert (abroad["perimeter"] == "whole").all()
    # What the model was preferred to stays.
    known = facts.facts(SECOND)
    assert (known.query("indicator == 'population_persons'")["period"] == "census-1999").sum() == 41


# Rosstat, census 2021, volume 1, table 5.
@pytest.mark.parametrize(
    ("unit", "urban", "rural"),
    [("RU-ORE-orenburg-city", 543_654, 13_842), ("RU-KGN-belozersky", 0, 13_185)],
)
def test_parts_of_the_population_are_those_of_the_census(unit, urban, rural):
    known = facts.facts(SECOND)
    known = known[known["unit_id"] == unit].set_index("indicator")["value"]
    assert (known["population_urban_persons"], known["population_rural_persons"]) == (urban, rural)


def test_parts_of_the_population_sum_to_those_of_the_oblasts():
    known = facts.facts(SECOND).query("period == '2021-10-01'").copy()
    known["oblast"] = known["unit_id"].str[:6]
    for level in ("population_urban_persons", "population_rural_persons", "population_persons"):
        here = known[known["indicator"] == level]
        by_district = here[here["level"] == "district"].groupby("oblast")["value"].sum()
        stated = here[here["level"] == "oblast"].set_index("unit_id")["value"]
        assert by_district.to_dict() == stated.to_dict()


def test_what_no_source_is_at_hand_for_is_a_layer_without_features(tmp_path):
    own = shutil.copytree(SECOND.folder, tmp_path / "region")
    table = store.read_table(own / "tables" / "raw_files.csv")
    left = table[~table["key"].str.startswith(("major_roads", "station", "water", "rivers"))]
    store.write_table(left, own / "tables" / "raw_files.csv")
    nothing = {"type": "FeatureCollection", "features": []}
    for file in ("roads", "railways", "water", "context"):
        (own / "snapshot" / f"{file}.geojson").write_text(json.dumps(nothing), encoding="utf-8")
    stops = store.read_table(own / "snapshot" / "rail_stations.csv")
    store.write_table(stops.head(0), own / "snapshot" / "rail_stations.csv")
    bare = layers.region.load(own)
    read = (transport.roads, transport.railways, transport.stations)
    for layer in (*read, context.water, context.rivers, context.neighbours):
        full, empty = layer(SECOND), layer(bare)
        assert empty.empty
        assert set(empty.columns) == set(full.columns)
    # But where there is a source, there is something.
    emptied = SECOND.at(SECOND.folder, snapshot=own / "snapshot")
    for layer in read:
        with pytest.raises(errors.InputError, match="no rows; expected at least one"):
            layer(emptied)


# The method, on tiny tables


def _facts(folder, rows, columns, *, left_out=""):
    """Facts of one file of figures, whose columns are ours but for those that are named."""
    own = pathlib.Path(shutil.copytree(SECOND.folder, folder / "region"))
    common = "figures,raw_indicator,,people,\nfigures,raw_unit,,persons,\nfigures,confidence,,high,\n"
    tables = {
        "raw_files": "key,path,source_id\nfigures,figures.csv,rosstat-bdmo\n",
        "raw_columns": f"key,column,raw_column,constant,through\n{common}{columns}",
        "raw_rows": "key,raw_column,value\n",
        "raw_values": "key,column,raw_value,value\n",
        "left_out": f"origin,reason\n{left_out}",
        "series": "raw_indicator,raw_unit,indicator,factor,qualifier,notes\n"
        "people,persons,population_persons,1,,\n",
    }
    for name, text in tables.items():
        (own / "tables" / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "figures.csv").write_text(rows, encoding="utf-8")
    found = attributes.compute(layers.region.load(own), folder)
    return found[["unit_id", "value", "perimeter", "origin"]].to_numpy().tolist()


BY_KEY = "figures,value,value,,\nfigures,period,,2020,\nfigures,unit_name,unit_key,,\n"
DISTRICT = "district,KZ-KUS/Костанайский,10"
CITIES = ("city,KZ-KUS/Костанай г.а.,20", "city,KZ-KUS/Рудный г.а.,5")


def test_a_district_is_whole_with_all_its_cities(tmp_path):
    rows = "\n".join(["unit_level,unit_key,value", DISTRICT, *CITIES])
    assert _facts(tmp_path, rows, BY_KEY) == [
        ["KZ-KUS-kostanay-city", "20", "whole", "figures:3"],
        ["KZ-KUS-kostanaysky", "35", "whole", "figures:2 figures:3 figures:4"],
        ["KZ-KUS-kostanaysky", "10", "without_cities", "figures:2"],
        ["KZ-KUS-rudny-city", "5", "whole", "figures:4"],
    ]


def test_a_district_of_which_one_city_is_unknown_is_not_whole(tmp_path):
    rows = "\n".join(["unit_level,unit_key,value", DISTRICT, CITIES[0]])
    assert [fact[:3] for fact in _facts(tmp_path, rows, BY_KEY)] == [
        ["KZ-KUS-kostanay-city", "20", "whole"],
        ["KZ-KUS-kostanaysky", "10", "without_cities"],
    ]


BY_CODE = (
    "figures,value,value,,\nfigures,period,,2020,\nfigures,unit_name,code,,\nfigures,unit_level,,district,\n"
    "figures,oktmo,code,,\nfigures,part,sex,,\n"
)


def test_parts_of_a_figure_are_added_up_and_units_found_by_their_code(tmp_path):
    rows = "code,sex,value\n53-701-000-000,m,2\n53-701-000-000,f,-3.5\n"
    assert _facts(tmp_path, rows, BY_CODE) == [
        ["RU-ORE-orenburg-city", "-1.5", "whole", "figures:2 figures:3"]
    ]


def test_a_figure_without_one_of_its_parts_is_refused_or_left_out(tmp_path):
    rows = "code,sex,value\n53-701-000-000,m,2\n53-701-000-000,f,\n37-701-000-000,m,1\n"
    with pytest.raises(errors.InputError, match=r"^figures\.csv: row 2: value = ''; expected a number"):
        _facts(tmp_path / "refused", rows, BY_CODE)
    kept = _facts(tmp_path / "kept", rows, BY_CODE, left_out="figures:3,no figure of the women\n")
    assert kept == [["RU-KGN-kurgan-city", "1", "whole", "figures:4"]]


def test_ground_beside_the_zone_is_that_of_the_outlines_and_what_they_leave(tmp_path):
    """Two square districts; one country has an outline, and a third lies beyond it."""
    west, east = shapely.box(60, 52, 61, 53), shapely.box(61, 52, 62, 53)
    outline = shapely.box(61, 40, 63, 70).union(shapely.box(50, 40, 75, 50))
    gpd.GeoDataFrame(geometry=[outline], crs="EPSG:4326").to_file(tmp_path / "outline.geojson")
    own = _region_with_outline(tmp_path)
    districts = gpd.GeoDataFrame(
        {"unit_id": ["a", "b"], "country": ["RU", "KZ"]}, geometry=[west, east], crs="EPSG:4326"
    )
    found = zones.neighbours(own, tmp_path, zones.Zone(region=own, districts=districts.to_crs(own.crs)))
    ground = found.set_index("country").geometry.to_crs("EPSG:4326")
    assert sorted(ground.index) == ["KZ", "RU"]
    assert ground["KZ"].contains(shapely.Point(62.5, 52.5))
    assert ground["RU"].contains(shapely.Point(59, 52.5))
    assert not ground.contains(shapely.Point(64, 52.5)).any()


def _region_with_outline(folder):
    own = pathlib.Path(shutil.copytree(SECOND.folder, folder / "region"))
    table = store.read_table(own / "tables" / "raw_files.csv")
    table.loc[table["key"] == "outline_kz", "path"] = "outline.geojson"
    store.write_table(table, own / "tables" / "raw_files.csv")
    return layers.region.load(own)
