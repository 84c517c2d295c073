"""Raw files under our names: a tiny file of each kind, and the tables that say what is written in it."""

import geopandas as gpd
import pandas as pd
import pytest
import regions
import shapely

import layers.region
from geo import errors
from layers.snapshot import hand_tables, outline, raw

FILES = (
    "key,path,source_id\nfigures,figures.csv,article\nlist,list.csv,article\nroads,roads.geojson,article\n"
)
COLUMNS = "key,column,raw_column,constant,through\n"


def _region(folder, columns="", rows="", values="", **others):
    tables = {
        "raw_files": FILES,
        "raw_columns": COLUMNS + columns,
        "raw_rows": "key,raw_column,value\n" + rows,
        "raw_values": "key,column,raw_value,value\n" + values,
    }
    return regions.with_tables(folder, **(tables | others))


@pytest.fixture
def sources(tmp_path):
    folder = tmp_path / "sources"
    folder.mkdir()
    return folder


def test_a_column_is_known_under_our_name_and_keeps_the_row_of_the_file(tmp_path, sources):
    (sources / "figures.csv").write_text("Name;Wert\nA;1\nB;2\n", encoding="utf-8")
    region = _region(tmp_path, "figures,name,Name,,\nfigures,value,Wert,,\n")
    found = raw.table(region, sources, "figures", ("name", "value"), also=("note",))
    assert found.to_dict("list") == {"name": ["A", "B"], "value": ["1", "2"], "note": ["", ""], "row": [2, 3]}


def test_the_first_of_several_columns_that_has_a_value_counts(tmp_path, sources):
    (sources / "figures.csv").write_text("new\told\n\tA\nB\tC\n", encoding="utf-8")
    region = _region(tmp_path, "figures,name,new,,\nfigures,name,old,,\n")
    assert raw.table(region, sources, "figures", ("name",))["name"].tolist() == ["A", "B"]


def test_a_column_may_say_the_same_in_all_rows(tmp_path, sources):
    (sources / "figures.csv").write_text("name\nA\n", encoding="utf-8")
    region = _region(tmp_path, "figures,period,,2020,\n")
    assert raw.table(region, sources, "figures", ("name", "period"))["period"].tolist() == ["2020"]
    assert raw.constant(region, "figures", "period") == "2020"
    assert raw.constant(region, "figures", "name") == ""


def test_a_value_is_looked_up_in_another_file_of_which_the_last_row_counts(tmp_path, sources):
    (sources / "figures.csv").write_text("id\n7\n8\n9\n", encoding="utf-8")
    (sources / "list.csv").write_text("id,code\n7,a\n8,b\n7,c\n", encoding="utf-8")
    region = _region(tmp_path, "figures,oktmo,id,,list\nlist,oktmo,code,,\n")
    assert raw.table(region, sources, "figures", ("oktmo",))["oktmo"].tolist() == ["c", "b", ""]


def test_rows_that_do_not_count_are_left_out(tmp_path, sources):
    (sources / "figures.csv").write_text(
        "name,age,sex\nA,all,m\nB,all,f\nC,0-4,m\nD,all,x\n", encoding="utf-8"
    )
    region = _region(tmp_path, rows="figures,age,all\nfigures,sex,m\nfigures,sex,f\n")
    assert raw.table(region, sources, "figures", ("name",))["row"].tolist() == [2, 3]


def test_terms_are_ours_and_unknown_ones_nothing(tmp_path, sources):
    (sources / "figures.csv").write_text("kind\nst\npark\n", encoding="utf-8")
    region = _region(tmp_path, values="figures,kind,st,station\n")
    assert raw.table(region, sources, "figures", ("kind",))["kind"].tolist() == ["station", ""]


def test_lines_keep_their_crs_and_only_the_columns_asked_for(tmp_path, sources):
    line = shapely.LineString([(30, 54), (31, 55)])
    frame = gpd.GeoDataFrame({"highway": ["trunk"], "id": [1]}, geometry=[line], crs="EPSG:4326")
    frame.to_file(sources / "roads.geojson")
    found = raw.vector(_region(tmp_path, "roads,cls,highway,,\n"), sources, "roads", ("cls",))
    assert found.crs == frame.crs
    assert list(found.columns) == ["geometry", "cls"]
    assert found["cls"].tolist() == ["trunk"]


def test_a_column_that_is_not_there_is_named(tmp_path, sources):
    (sources / "figures.csv").write_text("name,value\nA,1\n", encoding="utf-8")
    with pytest.raises(
        errors.InputError, match=r"^figures\.csv: no column 'period'; expected it, or its name"
    ):
        raw.table(_region(tmp_path), sources, "figures", ("name", "period"))
    with pytest.raises(errors.InputError, match=r"^figures\.csv: no column 'Name'"):
        raw.table(_region(tmp_path, "figures,name,Name,,\n"), sources, "figures", ("name",))


def test_files_of_a_kind_are_those_whose_key_begins_with_it(region):
    assert raw.listed(region, "stations") == ["stations_a", "stations_b"]
    assert raw.listed(region, "station_neighbours") == ["station_neighbours_a"]
    assert raw.listed(region, "airports") == []
    assert raw.giving(region, "persons") == ["worldpop"]


def test_a_region_without_the_tables_has_no_rows(tmp_path):
    own = regions.copy(tmp_path)
    for file in hand_tables.FILES:
        (own / "tables" / file).unlink(missing_ok=True)
    bare = layers.region.load(own)
    assert raw.listed(bare, "major_roads") == []
    assert all(hand_tables.read(bare, file).empty for file in hand_tables.FILES if file != "centres.csv")


def test_everything_wrong_with_the_tables_is_reported(tmp_path):
    region = _region(
        tmp_path,
        "figures,name,Name,x,\nnone,Name,a,,\nfigures,value,,1,list\n",
        values="list,kind,,station\n",
    )
    with pytest.raises(errors.InputError) as caught:
        hand_tables.read(region, "raw_columns.csv")
    assert [line.split(";")[0] for line in caught.value.findings] == [
        "raw_columns.csv: row 2: constant = 'x'",
        "raw_columns.csv: row 3: key = 'none'",
        "raw_columns.csv: row 3: column = 'Name'",
        "raw_columns.csv: row 4: through = 'list'",
    ]
    with pytest.raises(errors.InputError, match=r"raw_values\.csv: row 2: raw_value = ''; expected a value"):
        hand_tables.read(region, "raw_values.csv")


# Outlines


OUTLINE = """oblast,unit,both
Смоленская область,Смоленская область,"1,000"
Смоленская область,Городское население,600
Смоленская область,Городской округ город Смоленск - городское население - г. Смоленск,500
Смоленская область,Руднянский муниципальный район,"450"
Смоленская область,Городское население,100
Смоленская область,Сельское население,350
Смоленская область,Городское население - г. Рудня,100
Смоленская область,Сельское население,-
Смоленская область,село Понизовье,50
Смоленская область,Краснинский муниципальный район - сельское население,50
"""
FORMS = "form,of,kinds\nг.,unit,\nгород,unit,\nгородской округ,unit,city\nмуниципальный район,unit,district\n"


def _outlined(folder):
    return _region(
        folder,
        "figures,entry,unit,,\nfigures,population,both,,\n",
        values="figures,part,городское население,urban\nfigures,part,сельское население,rural\n"
        "figures,place_class,г.,city\nfigures,place_class,село,rural\n",
        name_forms=FORMS,
    )


def test_an_outline_gives_the_parts_of_each_district(tmp_path, sources):
    (sources / "figures.csv").write_text(OUTLINE, encoding="utf-8")
    found = outline.parts(_outlined(tmp_path), sources, "figures")
    assert found.drop(columns="row").to_numpy().tolist() == [
        ["RU-SMO-smolensk-city", "urban", 500],
        ["RU-SMO-smolensk-city", "rural", 0],
        ["RU-SMO-rudnyansky", "urban", 100],
        ["RU-SMO-rudnyansky", "rural", 350],
        ["RU-SMO-krasninsky", "urban", 0],
        ["RU-SMO-krasninsky", "rural", 50],
    ]
    assert found["row"].tolist() == [4, 4, 6, 7, 11, 11]


def test_an_outline_gives_the_places_of_each_district(tmp_path, sources):
    (sources / "figures.csv").write_text(OUTLINE, encoding="utf-8")
    found = outline.places(_outlined(tmp_path), sources, "figures")
    assert found.drop(columns="row").to_numpy().tolist() == [
        ["RU-SMO-smolensk-city", "Смоленск", "city", 500],
        ["RU-SMO-rudnyansky", "Рудня", "city", 100],
        ["RU-SMO-rudnyansky", "Понизовье", "rural", 50],
    ]


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("Руднянский", "Рудный", "figures.csv: row 5: entry = 'Рудный муниципальный район'; expected"),
        ('"450"', "451", "figures.csv: RU-SMO-rudnyansky: parts of 450 persons; expected 451"),
    ],
)
def test_an_outline_at_fault_is_told(tmp_path, sources, old, new, finding):
    (sources / "figures.csv").write_text(OUTLINE.replace(old, new), encoding="utf-8")
    with pytest.raises(errors.InputError) as caught:
        outline.parts(_outlined(tmp_path), sources, "figures")
    (line,) = caught.value.findings
    assert line.startswith(finding)


def test_rows_of_a_workbook_are_read_as_those_of_a_table(tmp_path, sources):
    pd.DataFrame({"name": ["A", None], "value": [1, 2]}).to_excel(sources / "figures.xlsx", index=False)
    region = _region(tmp_path, raw_files="key,path,source_id\nfigures,figures.xlsx,article\n")
    found = raw.table(region, sources, "figures", ("name", "value"))
    assert found.to_dict("list") == {"name": ["A", ""], "value": ["1", "2"], "row": [2, 3]}
