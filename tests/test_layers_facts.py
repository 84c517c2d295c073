"""Figures against what the statistical offices publish; the article's figures; the contract of facts."""

import datetime
import itertools
import re

import pandas as pd
import pytest
import regions

import layers.region
from geo import errors
from layers.base import facts
from layers.dictionary import catalogue
from layers.io import periods, store
from layers.region import remembered

# Census 2021, published by Rosstat; 1 January 2024, published by Belstat.
CENSUS_2021 = {"RU-SMO": 888_421, "RU-BRY": 1_169_161, "RU-PSK": 599_084}
JANUARY_2024 = {"BY-VI": 1_081_911, "BY-MA": 981_174, "BY-HO": 1_338_617}
STATED = regions.FOLDER / "facts" / "stated.csv"
COMPUTED = regions.FOLDER / "snapshot" / "facts.csv"


@remembered
def loaded(region):
    return facts.facts(region)


@remembered
def wide(region, level):
    return facts.wide(region, level)


def of(region, indicator, **values):
    frame = loaded(region)
    frame = frame[frame["indicator"] == indicator]
    for column, value in values.items():
        frame = frame[frame[column] == value]
    return frame


@pytest.mark.parametrize(
    ("period", "source", "published"),
    [
        ("census-2021", "rosstat-census-2021", CENSUS_2021),
        ("2024-01-01", "belstat-population-2024", JANUARY_2024),
        ("2024-01-01", "by-maps-districts", JANUARY_2024),
    ],
)
def test_whole_districts_add_up_to_the_published_oblast(region, period, source, published):
    districts = of(
        region, "population_persons", period=period, source_id=source, level="district", perimeter="whole"
    )
    assert (
        districts.groupby(districts["unit_id"].str.extract(r"^(\w+-\w+)", expand=False))["value"]
        .sum()
        .to_dict()
        == published
    )


def test_rural_population_of_whole_districts_adds_up_to_the_published_oblast(region):
    # Belstat, bulletin for 1 January 2024.
    published = of(region, "population_rural_persons", period="2024-01-01", level="oblast").set_index(
        "unit_id"
    )["value"]
    whole = of(region, "population_rural_persons", period="2024-01-01", level="district", perimeter="whole")
    assert whole.groupby(whole["unit_id"].str[:5])["value"].sum().to_dict() == published.to_dict()


def test_regional_product_is_that_of_the_national_accounts(region):
    # Rosstat: Smolensk Oblast 2023, 556.6 bn RUB; Belstat: Vitebsk Oblast 2024, 20,306.6 BYN a head.
    assert wide(region, "oblast").loc["RU-SMO", "grp_rub_mln"] == pytest.approx(556_600, abs=50)
    assert wide(region, "oblast").loc["BY-VI", "grp_per_capita_byn"] == pytest.approx(20_306.6)


def test_density_is_population_over_official_area(region):
    area = region.official_area_km2
    for oblast, persons in CENSUS_2021.items():
        expected = persons / area[oblast]
        assert wide(region, "oblast").loc[oblast, "density_per_km2"] == pytest.approx(expected, rel=0.005)


def test_currencies_and_missing_values_are_not_mixed(region):
    oblasts = wide(region, "oblast")
    russian = oblasts.index.str.startswith("RU")
    for name in oblasts.columns[oblasts.columns.str.contains("_byn")]:
        assert oblasts.loc[russian, name].isna().all(), name
    for name in ("grp_per_capita_rub", "wage_rub", "grp_rub_mln"):
        assert oblasts.loc[~russian, name].isna().all(), name
    districts = wide(region, "district")
    assert len(districts) == 147
    assert districts.loc[districts.index.str.startswith("RU"), "wage_byn"].isna().all()
    assert districts["population_persons"].notna().all()


def test_statistics_of_the_two_sides_never_meet_in_one_indicator(region):
    trade = catalogue.indicators(region).filter(regex="^trade_partner_.*(usd_mln|rub_bn)$", axis=0)
    sides = {name: set(row.split()) for name, row in trade["perimeters"].items()}
    assert len(sides) == 6
    for first, second in itertools.combinations(sides, 2):
        same_money = first.split("_")[-2:] == second.split("_")[-2:]
        assert not (same_money and sides[first] & sides[second])


def test_belarusian_estimate_with_gas_is_marked(region):
    smolensk = wide(region, "oblast").loc["RU-SMO"]
    assert smolensk["trade_partner_by_side_usd_mln"] == 4900
    assert smolensk["trade_partner_by_side_usd_mln_perimeter"] == "by_side_with_gas"
    assert smolensk["trade_partner_ru_side_usd_mln_qualifier"] == "more_than"


def test_links_per_100k_is_their_number_over_the_mapped_population(region):
    for level in ("oblast", "district"):
        frame = wide(region, level)
        expected = frame["links_count"] / frame["population_persons"] * 1e5
        pd.testing.assert_series_equal(
            frame["links_per_100k"], expected, check_names=False, check_exact=False, atol=5e-4
        )


def test_every_wide_column_ends_in_a_unit_of_the_dictionary_or_explains_one(region):
    dictionary = catalogue.indicators(region)
    for level in ("oblast", "district"):
        for column in wide(region, level).columns:
            name = re.sub("_(period|perimeter|qualifier)$", "", column)
            assert name.endswith(dictionary.loc[name, "unit"]) or dictionary.loc[name, "unit"] == "rank"


def test_dates_of_facts_are_not_in_the_future_of_their_forecasts(region):
    latest = loaded(region)[loaded(region)["qualifier"] != "forecast"]["period"]
    ends = [periods.parse(period).end for period in latest]
    assert max(ends) <= datetime.date(2026, 12, 31)


def test_every_figure_of_the_article_is_reached_from_a_unit_of_the_map(region):
    stated = set(loaded(region).query("source_id == 'article'")["fact_id"])
    assert len(stated) == 16
    reached = facts.article(region)
    on_map = reached["concerned_id"].isin([*region.oblasts, "RU~BY", "RU", "BY"])
    assert set(reached.loc[on_map, "fact_id"]) == stated


def test_what_the_article_says_of_a_pair_is_found_from_both_sides(region):
    reached = facts.article(region).set_index(["concerned_id", "indicator"])["value"]
    for unit in ("RU-BRY", "BY-HO"):
        assert reached[unit, "trade_pair_share_of_ru_side_pct"] == 33
        assert reached[unit, "trade_pair_growth_pct"] == 20
        assert reached[unit, "supplies_kt"] == 42.23
    assert reached["RU-SMO-yartsevsky", "assortment_count"] == 200


def test_thirteen_inconsistencies_are_notes_that_reach_the_units_they_touch(region):
    notes = catalogue.notes(region)
    inconsistencies = set(notes.index[notes["kind"] == "article"])
    assert len(inconsistencies) == 13
    reached = facts.remarks(region)
    on_map = reached["concerned_id"].isin([*region.oblasts, "RU~BY"])
    assert inconsistencies <= set(reached.loc[on_map, "note_id"])
    pairs = set(reached.itertuples(index=False, name=None))
    assert {
        ("BY-VI-dubrovensky", "dubrovno_name"),
        ("RU-SMO-krasninsky", "dubrovno_name"),
        ("RU-SMO-rudnyansky", "rudnya_liozno_status"),
        ("RU-SMO-demidovsky", "demidov_status"),
        ("RU-BRY-zlynkovsky", "zlynka_enterprise"),
        ("RU-SMO", "smolensk_trade"),
    } <= pairs


def test_a_city_of_oblast_subordination_is_told_with_its_district(region):
    about = facts.concerning(region)
    city = about[(about["unit_id"] == "BY-VI-vitebsk-city") & (about["indicator"] == "population_persons")]
    assert set(city["concerned_id"]) == {"BY-VI-vitebsk-city", "BY-VI-vitebsky"}


def test_contradicting_values_stay_and_are_counted(region):
    mapped = facts.mapped(region).set_index(["unit_id", "indicator"])
    trade = mapped.loc[("RU-SMO", "trade_partner_ru_side_usd_mln")]
    assert (trade["n_candidates"], trade["value_min"], trade["value_max"]) == (2, 3400, 3500)
    assert trade["value"] == 3400
    both = of(region, "trade_partner_ru_side_usd_mln", unit_id="RU-SMO", period="2025")
    assert set(both["source_id"]) == {"ria-2026-03-06", "news-by-2026-03-06"}


def broken(region, row, **changed):
    table = store.read_table(COMPUTED)
    table.loc[row, list(changed)] = list(changed.values())
    with pytest.raises(errors.InputError) as caught:
        facts.check(region, table, file="facts.csv")
    return list(caught.value.findings)


@pytest.fixture(scope="module")
def wage_row():
    table = store.read_table(COMPUTED)
    return table.index[(table["indicator"] == "wage_byn") & (table["period"] == "2024")][0]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"unit_id": "BY-XX"}, "unit_id = 'BY-XX'; expected a known unit, pair, place or feature"),
        ({"indicator": "wages"}, "indicator = 'wages'; expected an indicator of indicators.csv"),
        ({"indicator": "density_per_km2"}, "indicator = 'density_per_km2'; expected an indicator of"),
        ({"unit": "rub"}, "unit = 'rub'; expected byn, the unit of wage_byn"),
        ({"value": "-5"}, "value = '-5'; expected at least 0 for wage_byn"),
        ({"value": ""}, "value = ''; expected a number"),
        ({"period": "2024-14"}, "period = '2024-14'; expected a period"),
        ({"source_id": "hearsay"}, "source_id = 'hearsay'; expected an id of sources.csv"),
        ({"notes": "no_such_note"}, "notes = 'no_such_note'; expected ids of notes.csv"),
        (
            {"qualifier": "roughly"},
            "qualifier = 'roughly'; expected one of more_than, almost, about, forecast",
        ),
        ({"perimeter": "ru_side"}, "perimeter = 'ru_side'; expected whole without_cities for wage_byn"),
    ],
)
def test_each_broken_fact_is_one_line(region, wage_row, changed, expected):
    lines = broken(region, wage_row, **changed)
    assert len(lines) == 1
    assert lines[0].startswith(f"facts.csv: row {wage_row + 2}: {expected}")


def test_share_over_100_is_impossible(region):
    table = store.read_table(STATED)
    row = table.index[table["indicator"] == "trade_partner_share_pct"][0]
    table.loc[row, "value"] = "101"
    with pytest.raises(errors.InputError) as caught:
        facts.union(region, {"facts.csv": store.read_table(COMPUTED), "stated.csv": table})
    lines = list(caught.value.findings)
    assert lines == [
        f"stated.csv: row {row + 2}: value = '101'; expected at most 100 for trade_partner_share_pct"
    ]


def test_indicator_of_an_oblast_is_refused_on_a_district(region):
    table = store.read_table(COMPUTED)
    row = table.index[(table["indicator"] == "grp_rub_mln") & (table["period"] == "2023")][0]
    lines = broken(region, row, unit_id="RU-SMO-rudnyansky")
    assert lines == [
        f"facts.csv: row {row + 2}: unit_id = 'RU-SMO-rudnyansky'; expected oblast for grp_rub_mln"
    ]


def test_facts_by_hand_and_computed_ones_are_one_table(region):
    by_hand = store.read_table(STATED)
    computed = store.read_table(COMPUTED)
    assert len(loaded(region)) == 5330 == len(by_hand) + len(computed)
    stated = of(region, "trade_partner_ru_side_rub_bn", unit_id="RU-SMO", source_id="ria-november")
    assert stated[["value", "qualifier"]].to_numpy().tolist() == [[220, "more_than"]]
    assert loaded(region)["fact_id"].is_unique
    assert loaded(region).equals(loaded(region).sort_values([*facts.KEY, "fact_id"], ignore_index=True))


def test_faults_of_all_files_come_at_once_and_name_their_file(tmp_path):
    own = regions.copy(tmp_path)
    computed = store.read_table(COMPUTED)
    computed.loc[4, "value"] = "many"
    store.write_table(computed, own / "snapshot" / "facts.csv")
    stated = store.read_table(STATED).drop(columns="locator")
    stated.loc[9, "period"] = "soon"
    store.write_table(stated, own / "facts" / "stated.csv")
    added = store.read_table(STATED).head(1).assign(period="2031", qualifier="forecast", value="few")
    store.write_table(added, own / "facts" / "added.csv")
    with pytest.raises(errors.InputError) as caught:
        facts.facts(layers.region.load(own))
    assert [line.split(";")[0] for line in caught.value.findings] == [
        "facts.csv: row 6: value = 'many'",
        "added.csv: row 2: value = 'few'",
        "stated.csv: column 'locator' is missing",
        "stated.csv: row 11: period = 'soon'",
    ]
    (own / "snapshot" / "facts.csv").unlink()
    (own / "facts" / "stated.csv").write_bytes(b"\xff")
    with pytest.raises(errors.InputError) as caught:
        facts.facts(layers.region.load(own))
    assert [line.split(":")[0] for line in caught.value.findings] == ["facts.csv", "stated.csv"]


def test_every_file_of_the_folder_of_facts_counts(region, tmp_path):
    own = regions.copy(tmp_path)
    added = store.read_table(STATED).head(1).assign(period="2031", qualifier="forecast")
    store.write_table(added, own / "facts" / "added.csv")
    found = facts.facts(layers.region.load(own))
    assert len(found) == len(loaded(region)) + 1
    assert added["period"].iloc[0] in set(found["period"])
    store.write_table(added, own / "facts" / "again.csv")
    with pytest.raises(errors.InputError) as caught:
        facts.facts(layers.region.load(own))
    (line,) = caught.value.findings
    assert line.startswith("again.csv: row 2: unit_id = ")
    assert line.endswith("but added.csv holds it too")


def test_a_file_by_hand_is_not_called_as_the_computed_one(tmp_path):
    own = regions.copy(tmp_path)
    (own / "facts" / "stated.csv").rename(own / "facts" / "facts.csv")
    with pytest.raises(errors.InputError) as caught:
        facts.facts(layers.region.load(own))
    assert caught.value.findings == (
        "facts/facts.csv: expected another name, for facts.csv is that of the computed facts",
    )


def test_a_fact_that_both_files_hold_is_refused_with_its_row(region):
    computed = store.read_table(COMPUTED)
    stated = store.read_table(STATED)
    again = computed.iloc[[7]].drop(columns="fact_id")[stated.columns]
    both = {"facts.csv": computed, "stated.csv": pd.concat([stated, again], ignore_index=True)}
    with pytest.raises(errors.InputError) as caught:
        facts.union(region, both)
    (line,) = caught.value.findings
    assert line.startswith(f"stated.csv: row {len(stated) + 2}: unit_id = {again['unit_id'].iloc[0]!r}")
    assert line.endswith("but facts.csv holds it too")


def test_duplicate_fact_is_refused(region):
    table = store.read_table(COMPUTED)
    doubled = pd.concat([table, table.iloc[[7]]])
    with pytest.raises(errors.InputError) as caught:
        facts.check(region, doubled, file="facts.csv")
    assert any("one row for each unit_id, indicator, period" in line for line in caught.value.findings)


def test_all_broken_facts_are_reported_together(region, wage_row):
    table = store.read_table(COMPUTED)
    table.loc[wage_row, "unit"] = "rub"
    table.loc[wage_row + 1, "source_id"] = ""
    with pytest.raises(errors.InputError) as caught:
        facts.check(region, table, file="facts.csv")
    assert [line.split(" = ")[0] for line in caught.value.findings] == [
        f"facts.csv: row {wage_row + 2}: unit",
        f"facts.csv: row {wage_row + 3}: source_id",
    ]


@pytest.mark.parametrize("column", ["unit_id", "indicator", "value"])
def test_missing_column_is_one_line(region, column):
    table = store.read_table(COMPUTED).drop(columns=column)
    with pytest.raises(errors.InputError) as caught:
        facts.check(region, table, file="facts.csv")
    assert list(caught.value.findings) == [f"facts.csv: column '{column}' is missing"]
