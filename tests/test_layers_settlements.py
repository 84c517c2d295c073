"""Settlements: the embedded snapshot, names, and the way figures find their places."""

import unicodedata

import geopandas as gpd
import pandas as pd
import pytest
import regions
import shapely

import layers.region
from geo import errors
from layers.base import boundaries, settlements
from layers.dictionary import latin, units
from layers.io import store
from layers.snapshot import figures, hand_tables, places
from layers.snapshot import settlements as snapshot
from layers.snapshot import zone as zones

AREA = regions.RUSSIA_BELARUS

# The embedded snapshot


def test_each_district_has_one_centre(region):
    found = settlements.settlements(region)
    centres = found[found["is_unit_centre"]]["centre_of"].str.split().explode()
    assert sorted(centres) == sorted(units.of_level(region, "district").index)
    assert len(centres) == 147


def test_a_district_around_a_city_has_the_city_as_its_centre(region):
    found = settlements.settlements(region).set_index("settlement_id")["centre_of"]
    assert found["RU-SMO-smolensk-city/smolensk"] == "RU-SMO-smolensk-city RU-SMO-smolensky"
    assert found["BY-HO-gomelsky/gomel"] == "BY-HO-gomelsky"
    assert found["RU-BRY-bryansky/glinishchevo"] == "RU-BRY-bryansky"


# Belstat, bulletin of 1 January 2024; Rosstat, census 2021, volume 1, table 5.
@pytest.mark.parametrize(
    ("settlement_id", "population", "period"),
    [
        ("BY-VI-vitebsky/vitebsk", 358_395, "2024-01-01"),
        ("BY-HO-gomelsky/gomel", 501_102, "2024-01-01"),
        ("BY-VI-lioznensky/liozno", 6_605, "2024-01-01"),
        ("BY-VI-dubrovensky/dubrovno", 6_929, "2024-01-01"),
        ("RU-SMO-smolensk-city/smolensk", 316_570, "census-2021"),
        ("RU-PSK-pskov-city/pskov", 193_082, "census-2021"),
        ("RU-SMO-rudnyansky/rudnya", 8_908, "census-2021"),
        ("RU-SMO-krasninsky/krasny", 3_621, "census-2021"),
    ],
)
def test_official_figures(region, settlement_id, population, period):
    row = settlements.settlements(region).set_index("settlement_id").loc[settlement_id]
    assert (row["population"], row["population_period"]) == (population, period)


def test_a_missing_figure_is_missing_and_not_zero(region):
    found = settlements.settlements(region)
    assert found["population"].min() > 0
    lacking = found[found["population"].isna()]
    assert set(lacking["country"]) == {"RU"}
    assert len(lacking) == 23


def test_settlements_lie_in_their_district_or_just_beside_its_generalised_outline(region):
    found = settlements.settlements(region).to_crs(AREA.crs)
    shape = boundaries.districts(region).to_crs(AREA.crs).set_index("unit_id").geometry
    away_m = found.distance(shape.loc[found["unit_id"]].set_axis(found.index))
    assert away_m.max() <= places.EDGE_M
    assert (away_m == 0).mean() > 0.98


def test_no_two_settlements_share_a_place(region):
    assert not settlements.settlements(region).geometry.to_wkb().duplicated().any()


def test_positions_agree_with_an_independent_gazetteer(region):
    """OpenStreetMap's places against well-known coordinates of GeoNames: under 3 km for each centre."""
    found = settlements.settlements(region).to_crs(AREA.crs).set_index("settlement_id").geometry
    known = {
        "BY-VI-vitebsky/vitebsk": (30.2049, 55.1904),
        "BY-MA-mogilevsky/mogilev": (30.3429, 53.9168),
        "BY-VI-polotsky/polotsk": (28.7856, 55.4879),
        "RU-BRY-bryansk-city/bryansk": (34.3681, 53.2521),
        "RU-PSK-velikie-luki-city/velikiye-luki": (30.5200, 56.3400),
    }
    points = gpd.GeoSeries({k: shapely.Point(v) for k, v in known.items()}, crs="EPSG:4326").to_crs(AREA.crs)
    assert found.loc[points.index].distance(points).max() < 3_000


def test_every_centre_and_town_has_a_name_in_each_language(region):
    found = settlements.settlements(region)
    urban = found[found["is_unit_centre"] | found["place_class"].isin(["city", "urban_settlement"])]
    assert (urban[list(region.columns("name"))] != "").all().all()


def test_everything_wrong_is_reported_at_once(region, tmp_path):
    table = store.read_table(region.snapshot / "settlements.csv").head(4)
    table.loc[0, "population"] = "0"
    table.loc[1, "population_period"] = "yesterday"
    table.loc[2, "centre_of"] = "RU-XXX"
    store.write_table(table, tmp_path / "settlements.csv")
    with pytest.raises(errors.InputError) as caught:
        settlements.settlements(regions.with_snapshot(tmp_path))
    assert [line.split("; expected")[0] for line in caught.value.findings] == [
        "settlements.csv: row 2: population = '0'",
        "settlements.csv: row 3: population_period = 'yesterday'",
        "settlements.csv: row 4: centre_of = 'RU-XXX'",
    ]


# Names


# As the U.S. Board on Geographic Names spells them, apostrophes left out.
@pytest.mark.parametrize(
    ("russian", "latin_name"),
    [
        ("Ельня", "Yelnya"),
        ("Хиславичи", "Khislavichi"),
        ("Щучье", "Shchuchye"),
        ("Верхнеднепровский", "Verkhnedneprovsky"),
        ("Пушкинские Горы", "Pushkinskiye Gory"),
        ("Юховичи", "Yukhovichi"),
        ("Подъезд", "Podyezd"),
        ("Сычёвка", "Sychyovka"),
        ("Новый Двор 2", "Novy Dvor 2"),
        # Statistical tables and road signs write in capitals.
        ("БРЯНСКАЯ ОБЛАСТЬ", "BRYANSKAYA OBLAST"),
        ("ЕЛЬНЯ", "YELNYA"),
        ("ЩУЧЬЕ", "SHCHUCHYE"),
        ("ВЕРХНЕДНЕПРОВСКИЙ", "VERKHNEDNEPROVSKY"),
        ("СЫЧЁВКА", "SYCHYOVKA"),
        ("ЮГО-ВОСТОК", "YUGO-VOSTOK"),
        ("ж/д ст. Шумилино", "zh/d st. Shumilino"),
        ("Я. Коласа", "Ya. Kolasa"),
        ("«Ельня»", "«Yelnya»"),
        ("Горки́", "Gorki"),
        ("Straßburg İ XIV", "Straßburg İ XIV"),
    ],
)
def test_names_in_latin_letters(region, russian, latin_name):
    assert latin.transliterate(region, russian) == latin_name
    assert latin.transliterate(region, unicodedata.normalize("NFD", russian)) == latin_name


def test_ids_do_not_depend_on_capitals(region):
    assert latin.slug(region, "ВЕРХНЕДНЕПРОВСКИЙ РАЙОН") == latin.slug(region, "Верхнеднепровский район")


def test_ids_are_plain(region):
    assert latin.slug(region, "Буда-Кошелёво (1-я)") == "buda-koshelyovo-1-ya"


def test_names_of_a_region_without_transliteration_stay_as_they_are(tmp_path):
    own = regions.copy(tmp_path)
    (own / "tables" / latin.FILE).unlink()
    plain = layers.region.load(own)
    assert latin.transliterate(plain, "Święta Łąka") == "Święta Łąka"
    assert not latin.is_written(plain, "Рудня")


def test_a_rule_of_transliteration_at_fault_is_named(tmp_path):
    text = "written,latin,at,after\nЖ,zh,,\nа,a,middle,\nб,b,,\nб,p,,\n"
    with pytest.raises(errors.InputError) as caught:
        latin.rules(regions.with_tables(tmp_path, transliteration=text))
    assert [line.split(";")[0] for line in caught.value.findings] == [
        "transliteration.csv: row 2: written = 'Ж'",
        "transliteration.csv: row 3: at = 'middle'",
        "transliteration.csv: row 5: written = 'б'",
    ]


# The method


def test_names_compare_without_case_yo_and_hyphens():
    assert places.key("Буда-Кошелёво") == places.key("буда  кошелево")


@pytest.fixture
def zone():
    districts = gpd.GeoDataFrame(
        {"unit_id": ["u", "v"], "country": ["RU", "BY"]},
        geometry=[shapely.box(0, 0, 50_000, 50_000), shapely.box(-50_000, 0, 0, 50_000)],
        crs=AREA.crs,
    )
    return zones.Zone(region=AREA, districts=districts)


def _listed(*rows):
    columns = ["name", "council", "population"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(key=table["name"].map(places.key), unit_id="u", is_listed=False)


def _known(*rows):
    table = pd.DataFrame(rows, columns=["name", "rank", "x", "y"])
    return gpd.GeoDataFrame(
        {
            "key": table["name"].map(places.key),
            "unit_id": "u",
            "place": range(len(table)),
            "rank": table["rank"],
            "position_source": "somewhere",
        },
        geometry=gpd.points_from_xy(table["x"], table["y"]),
        crs=AREA.crs,
    )


def _placed(listed, known):
    found = snapshot.place(listed, known)
    return {
        (row.name, row.population): (row.geometry.x, row.geometry.y, row.is_position_certain)
        for row in found.itertuples()
    }


def test_a_place_of_better_rank_wins():
    found = _placed(_listed(("Рай", "", 500)), _known(("Рай", 2, 0, 0), ("Рай", 1, 30_000, 0)))
    assert found == {("Рай", 500): (30_000, 0, True)}


def test_of_equal_places_the_one_near_the_council_counts_and_is_marked():
    listed = _listed(("Рай", "A", 500), ("Сад", "A", 200))
    known = _known(("Рай", 1, 0, 0), ("Рай", 1, 40_000, 0), ("Сад", 1, 39_000, 500))
    assert _placed(listed, known) == {("Рай", 500): (40_000, 0, False), ("Сад", 200): (39_000, 500, True)}


def test_no_place_serves_two_settlements():
    listed = _listed(("Рай", "A", 200), ("Рай", "B", 500))
    assert _placed(listed, _known(("Рай", 1, 0, 0))) == {("Рай", 500): (0, 0, True)}


def test_a_settlement_that_no_gazetteer_knows_is_left_out():
    assert _placed(_listed(("Рай", "A", 200)), _known(("Сад", 1, 0, 0))) == {}


def test_a_centre_that_is_not_there_is_reported(region, zone, monkeypatch):
    centres = pd.DataFrame({"unit_id": ["u", "v"], "name_ru": ["Рай", "Ад"], "name_en": "", "name_be": ""})
    monkeypatch.setattr(hand_tables, "read", lambda _region, _file: centres)
    frame = gpd.GeoDataFrame(
        {"key": ["раи", "рай"]}, geometry=gpd.points_from_xy([1, 2], [1, 2]), crs=AREA.crs
    )
    with pytest.raises(errors.InputError, match=r"centres\.csv: v: 'ад' is not among") as caught:
        snapshot.centre_of(region, frame, zone)
    assert len(caught.value.findings) == 1


# The raw sources


def test_the_census_finds_its_villages_by_name_and_district(region, raw_sources):
    """By name within the oblast alone 97 % were found when the data were collected, 71 % uniquely."""
    villages = figures.census(region, raw_sources)
    villages = villages[villages["place_class"] == "rural"]
    found = settlements.settlements(region)
    rural = found[found["source_id"] == "belstat-census-2009"]
    assert len(villages) == 2101
    assert len(rural) / len(villages) > 0.97
    assert rural["is_position_certain"].mean() > 0.97
    assert (rural["population"] > 100 - 1).all()


def test_official_lists_are_complete(region, raw_sources):
    listed = figures.official(region, raw_sources)
    assert listed.groupby(listed["unit_id"].str[:2]).size().to_dict() == {"BY": 97, "RU": 69}
    found = settlements.settlements(region)
    kept = found[found["place_class"].isin(["city", "urban_settlement"])]
    # Two urban settlements of Pskov oblast are in no gazetteer at hand.
    assert len(kept) == len(listed) - 2
