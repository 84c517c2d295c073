import geopandas as gpd
import pandas as pd
import pytest
import regions
import shapely

from geo import crs, errors
from geo.coverage import harmonise
from layers.base import boundaries
from layers.dictionary import units
from layers.io import store
from layers.snapshot import boundaries as snapshot
from layers.snapshot import report

AREA = regions.RUSSIA_BELARUS


@pytest.fixture(scope="module")
def districts(region):
    return boundaries.districts(region)


@pytest.fixture(scope="module")
def pairs(region):
    return boundaries.district_pairs(region)


def find(frame: gpd.GeoDataFrame, **wanted: str) -> pd.Series:
    (column, value), *_ = wanted.items()
    return frame.set_index(column).loc[value]


# The committed coverage


def test_every_unit_of_the_census_has_one_polygon(districts):
    assert len(districts) == 147
    counts = districts.groupby("oblast_id")["unit_id"].count()
    assert counts.to_dict() == {
        "RU-SMO": 27,
        "RU-BRY": 31,
        "RU-PSK": 26,
        "BY-VI": 21,
        "BY-MA": 21,
        "BY-HO": 21,
    }
    assert districts.is_valid.all()
    assert districts["unit_id"].is_monotonic_increasing


def test_the_committed_file_is_a_coverage_without_overlap_or_gap(districts):
    measured = harmonise.measure(districts.to_crs(AREA.crs).set_index("unit_id").geometry, gap_width_m=1.0)
    assert measured == harmonise.Measures(overlap_km2=0.0, gap_km2=0.0, slivers=0, invalid_edge_km=0.0)


def test_coordinates_have_five_decimals(districts):
    degrees = shapely.get_coordinates(districts.geometry.to_numpy())
    assert (degrees == degrees.round(5)).all()


def test_oblasts_have_their_official_area(region):
    # Rosstat and Belstat, km²; the sources are within 0.3 % of them.
    official = {
        "RU-SMO": 49779,
        "RU-BRY": 34857,
        "RU-PSK": 55399,
        "BY-VI": 40051,
        "BY-MA": 29068,
        "BY-HO": 40372,
    }
    measured = boundaries.oblasts(region).set_index("unit_id")["area_km2"].to_dict()
    assert measured == pytest.approx(official, rel=0.003)


def test_oblasts_are_the_union_of_their_districts(region, districts):
    whole = boundaries.oblasts(region).set_index("unit_id")
    assert whole["area_km2"].sum() == pytest.approx(districts["area_km2"].sum(), abs=0.1)
    gomel = whole.loc["BY-HO"].geometry
    # The Russian exclave inside is a hole; there is no other.
    assert [len(part.interiors) for part in shapely.get_parts(gomel)] == [1]


def test_the_exclave_is_russian(districts):
    # Sankovo-Medvezhye: 31.55° E, 52.47° N, 4.5 km² as generally told, 4.75 km² in OpenStreetMap.
    inside = districts[districts.contains(shapely.Point(31.547, 52.475))]
    assert inside["unit_id"].tolist() == ["RU-BRY-zlynkovsky"]
    parts = gpd.GeoSeries(shapely.get_parts(inside.geometry.iloc[0]), crs=districts.crs)
    assert sorted(crs.geodesic_area_km2(parts))[0] == pytest.approx(4.75, abs=0.05)


@pytest.mark.parametrize(
    ("place", "lon", "lat", "unit_id"),
    [
        ("Rudnya", 31.093, 54.944, "RU-SMO-rudnyansky"),
        ("Liozno", 30.799, 55.024, "BY-VI-lioznensky"),
        ("Krasny", 31.430, 54.567, "RU-SMO-krasninsky"),
        ("Dubrovno", 30.691, 54.575, "BY-VI-dubrovensky"),
        ("Novozybkov", 31.936, 52.537, "RU-BRY-novozybkovsky"),
        ("Starodub", 32.759, 52.585, "RU-BRY-starodubsky"),
        ("Velikie Luki", 30.545, 56.340, "RU-PSK-velikie-luki-city"),
        ("Rechitsa", 30.394, 52.364, "BY-HO-rechitsky"),
        ("Rogachev", 30.051, 53.083, "BY-HO-rogachevsky"),
        ("Kirovsk", 29.474, 53.269, "BY-MA-kirovsky"),
        ("Polotsk", 28.776, 55.486, "BY-VI-polotsky"),
    ],
)
def test_towns_lie_in_the_district_that_they_give_their_name(districts, place, lon, lat, unit_id):
    assert districts[districts.contains(shapely.Point(lon, lat))]["unit_id"].tolist() == [unit_id], place


# Border and pairs


def test_the_border_is_the_pairs(region, pairs):
    border = boundaries.border(region)
    assert border["border_id"].tolist() == [
        "RU-BRY~BY-HO",
        "RU-BRY~BY-MA",
        "RU-PSK~BY-VI",
        "RU-SMO~BY-MA",
        "RU-SMO~BY-VI",
    ]
    assert border["length_km"].sum() == pytest.approx(pairs["shared_km"].sum(), abs=0.05)
    # More than the stated 1,250 km, which is of a coarser map, and less than the 1,340 km of the full detail.
    assert 1250 < border["length_km"].sum() < 1340


def test_the_border_is_edge_of_both_sides(districts, pairs):
    shapes = districts.set_index("unit_id").geometry
    for pair in pairs.itertuples():
        vertices = set(
            pair.geometry.coords
            if pair.geometry.geom_type == "LineString"
            else (xy for part in pair.geometry.geoms for xy in part.coords)
        )
        for unit_id in (pair.unit_id_a, pair.unit_id_b):
            assert vertices <= set(map(tuple, shapely.get_coordinates(shapes[unit_id])))


def test_33_pairs_share_a_kilometre(pairs):
    long = pairs[pairs["shared_km"] >= 1]
    assert len(long) == 33
    # Counted on the raw sources: 17 districts on each side.
    assert (long["unit_id_a"].nunique(), long["unit_id_b"].nunique()) == (17, 17)
    assert pairs["unit_id_a"].str.startswith("RU-").all()
    assert pairs["unit_id_b"].str.startswith("BY-").all()


@pytest.mark.parametrize(
    ("pair_id", "raw_km"),
    [
        ("RU-SMO-rudnyansky~BY-VI-lioznensky", 86.4),
        ("RU-SMO-rudnyansky~BY-VI-vitebsky", 21.4),
        ("RU-SMO-rudnyansky~BY-VI-dubrovensky", 17.7),
    ],
)
def test_shared_lengths_agree_with_the_raw_lines(pairs, pair_id, raw_km):
    # Each end of a raw shared line is uncertain by the 0.6 km of the raw inner lines.
    assert find(pairs, pair_id=pair_id)["shared_km"] == pytest.approx(raw_km, abs=1.2)


def test_the_paired_districts_are_marked_and_named(pairs):
    paired = pairs[pairs["is_paired"]].set_index("pair_id")
    assert set(paired.index) == {"RU-SMO-rudnyansky~BY-VI-lioznensky", "RU-SMO-krasninsky~BY-VI-dubrovensky"}
    assert paired["name_ru"].tolist() == [
        "Краснинский район – Дубровенский район",
        "Руднянский район – Лиозненский район",
    ]


# The table of units


def test_names_stand_in_all_three_languages(region):
    table = units.load(region)
    assert (table[list(region.columns("name"))] != "").all(axis=None)
    # Letters that only Russian has never stand in a Belarusian name, and the reverse.
    assert not table["name_be"].str.contains("[ищъИЩЪ]").any()
    assert not table["name_ru"].str.contains("[іўІЎ]").any()


def test_codes_have_their_form_and_are_unique(region):
    table = units.load(region)
    forms = {
        "oktmo": r"\d{8}",
        "soato": r"\d{10}",
        "hasc": r"[A-Z]{2}(\.[A-Z]{2}){1,2}",
        "osm_relation": r"\d+",
    }
    for column, form in forms.items():
        codes = table.loc[table[column] != "", column]
        assert codes.str.fullmatch(form).all(), column
        assert codes.is_unique, column
    assert (units.of_level(region, "district").query("country == 'BY'")["soato"] != "").all()


def test_a_unit_too_many_or_too_few_is_told(tmp_path, districts):
    stray = districts[["unit_id", "geometry"]].iloc[:146].copy()
    stray.loc[0, "unit_id"] = "BY-HO-nowhere"
    store.write_geojson(stray, tmp_path / "districts.geojson")
    with pytest.raises(errors.InputError) as caught:
        boundaries.districts(regions.with_snapshot(tmp_path))
    assert [line.split(":")[1].strip() for line in caught.value.findings] == [
        "BY-HO-braginsky",
        "BY-HO-nowhere",
        "RU-SMO-yartsevsky",
    ]


# The report


def test_the_report_keeps_its_rules_and_is_told_in_lines(region):
    report.check(region)
    told = "\n".join(report.lines(region))
    assert "coverage, harmonised: 147 units, overlap 0.000 km², gap 0.000 km²" in told
    assert "coverage, generalised: 147 units, overlap 0.000 km², gap 0.000 km²" in told
    assert "more than 1250 km" in told


def test_broken_rules_are_told_at_once(region, tmp_path):
    broken = report.read(region)
    broken["coverage"]["generalised"]["overlap_km2"] = 0.5
    broken["oblast_area_km2"]["harmonised"]["RU-PSK"] = 50_000.0
    broken["line"]["generalised_off_raw_m"]["max"] = 200.0
    report.write(broken, tmp_path)
    with pytest.raises(errors.CoverageError) as caught:
        report.check(regions.with_snapshot(tmp_path))
    assert caught.value.findings == (
        "coverage_report.json: generalised: overlap_km2 = 0.5; expected 0",
        "coverage_report.json: harmonised: RU-PSK has 50000.0 km²; expected 55399 within 0.3 %",
        "coverage_report.json: generalised line off the raw one, m: 200.0; expected at most 150.0",
    )


# Raw sources


def test_a_missing_raw_file_is_one_line(region, tmp_path):
    with pytest.raises(errors.InputError, match=r"^Smolensk_adm2\.geojson: file is missing in [^\n]*$"):
        snapshot.snapshot(region, tmp_path, tmp_path)


def test_the_sources_give_the_committed_coverage(region, raw_sources, tmp_path):
    snapshot.snapshot(region, raw_sources, tmp_path)
    for name in snapshot.FILES:
        assert (tmp_path / name).read_bytes() == (region.snapshot / name).read_bytes(), name
