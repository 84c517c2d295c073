"""Statements of the article: the rule of verdicts, what is refused, and what the real ones rest on.

Expected figures of the real statements come from the tables by hand, counted here another way.
"""

import csv
import math
import re

import pandas as pd
import pytest
import regions

import layers.region
from geo import errors
from layers.base import boundaries, cooperation, settlements, transport
from layers.base import facts as facts_of
from layers.claims import table
from layers.dictionary import catalogue, units
from layers.io import store

FILE = "claims.csv"


@pytest.fixture
def own(tmp_path):
    """The embedded region as links; a test writes what it changes anew."""
    return regions.links(tmp_path)


@pytest.fixture(scope="module")
def claims():
    return table.load(regions.RUSSIA_BELARUS).set_index("claim_id")


def findings(own, faults):
    """Findings of the table with other cells in some rows, and what they should be."""
    path = own / "tables" / FILE
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    places = {row["claim_id"]: place for place, row in enumerate(rows)}
    for claim, cells, _ in faults:
        rows[places[claim]] |= cells
    path.unlink()
    store.write_table(pd.DataFrame(rows), path)
    with pytest.raises(errors.InputError) as told:
        table.load(layers.region.load(own))
    return set(told.value.findings), {f"{FILE}: row {places[claim] + 2}: {line}" for claim, _, line in faults}


@pytest.mark.parametrize(
    ("stated", "found", "qualifier", "tolerance", "held"),
    [
        (1250, 1250.1, "more_than", 0, True),
        (1250, 1250, "more_than", 0, False),
        (100, 90.5, "more_than", 10, True),
        (100, 90, "more_than", 10, False),
        (3, 3, "", 0, True),
        (3, 4, "", 0, False),
        (40, 42, "about", 5, True),
        (40, 38, "about", 5, True),
        (40, 42.1, "about", 5, False),
        (-40, -42, "", 5, True),
        (math.nan, 1, "", math.nan, True),
        (math.nan, 0, "", math.nan, False),
    ],
)
def test_a_figure_bears_out_what_is_stated_within_the_tolerance(stated, found, qualifier, tolerance, held):
    assert table.holds(stated, found, qualifier=qualifier, tolerance_pct=tolerance) is held


def test_a_region_without_the_table_has_no_statements(tiny):
    found = table.load(tiny)
    assert found.empty
    assert {"found_value", "found_unit"} <= set(found.columns)


CELLS = [
    (
        "border-length",
        {"stated_unit": ""},
        "stated_unit = ''; expected a unit beside a value, and none without",
    ),
    (
        "border-oblasts-ru",
        {"tolerance_pct": ""},
        "tolerance_pct = ''; expected a number where a verdict compares a stated value with a measure, and "
        "nothing elsewhere",
    ),
    (
        "border-oblasts-by",
        {"measured_on": "BY-VI"},
        "measured_on = 'BY-VI'; expected ids that the measure 'border_oblasts' takes, none without one",
    ),
    (
        "belpromvest",
        {"measured_on": "RU"},
        "measured_on = 'RU'; expected ids that the measure '' takes, none without one",
    ),
    (
        "optima",
        {"measure": "length"},
        "measure = 'length'; expected one of border_length, border_oblasts, border_per_crossing, "
        "border_ratio, fact, fact_pro_rata, fact_share, independent_sources, links_rank, population_share, "
        "rail_crossings, road_crossings, shared_border",
    ),
    (
        "demidov-settlement",
        {"refs": ""},
        "refs = ''; expected evidence, or a measure, where the verdict is contradicted",
    ),
    ("shuttle-trade", {"qualifier": "about"}, "qualifier = 'about'; expected none without a value"),
    (
        "no-visas",
        {"refs": "link-none"},
        "refs = 'link-none'; expected ids of links, zones, programme, notes or facts",
    ),
    (
        "ecology",
        {"verdict": "true"},
        "verdict = 'true'; expected one of confirmed, contradicted, not_testable",
    ),
    ("human-factor", {"kind": "guess"}, "kind = 'guess'; expected one of fact, judgement, proposal"),
    ("youth-exchange", {"statement_ru": ""}, "statement_ru = ''; expected a value"),
    (
        "local-interest",
        {"places": "nowhere"},
        "places = 'nowhere'; expected ids of units.csv or places.csv, or pairs",
    ),
]
# The lengths and counts are those of the harmonised border; 9 of 12 months at 85.25 RUB for 1 USD.
VERDICTS = [
    (
        "border-length",
        {"stated_value": "1400"},
        "verdict = 'confirmed'; expected contradicted: 1314.78 km is found",
    ),
    (
        "gorki-on-border",
        {"verdict": "contradicted"},
        "verdict = 'contradicted'; expected confirmed: 35.919 km is found",
    ),
    (
        "border-oblasts-ru",
        {"stated_unit": "pct"},
        "stated_unit = 'pct'; expected count, in which the measure finds it",
    ),
    (
        "smolensk-trade",
        {"tolerance_pct": "20"},
        "verdict = 'contradicted'; expected confirmed: 2595.31 usd_mln is found",
    ),
    (
        "pskov-trade",
        {"period": "undated"},
        "measure = 'fact_pro_rata'; expected one that finds a figure on fdd2e4f2bb42",
    ),
]


@pytest.mark.parametrize("faults", [CELLS, VERDICTS], ids=["cells", "verdicts"])
def test_each_fault_is_one_line(own, faults):
    found, expected = findings(own, faults)
    assert found == expected


def test_a_new_figure_that_turns_a_verdict_is_told(own):
    """Bryansk's trade with Gomel halved: the stated third no longer stands."""
    path = own / "facts" / "stated.csv"
    text = path.read_text(encoding="utf-8")
    line = "RU-BRY~BY-HO,trade_pair_usd_mln,300,"
    assert text.count(line) == 1
    path.unlink()
    path.write_text(text.replace(line, line.replace("300", "150")), encoding="utf-8")
    with pytest.raises(errors.InputError, match=r"expected contradicted: 16\.667 pct is found"):
        table.load(layers.region.load(own))


def test_every_statement_speaks_three_languages_and_says_why(region, claims):
    columns = [f"{name}_{language}" for name in ("statement", "reason") for language in region.languages]
    assert (claims[columns] != "").all(axis=None)
    assert (claims["locator"] != "").all()
    assert (claims["source_ids"] == "article").all()
    assert not claims[columns[:3]].apply(lambda column: column.duplicated()).any(axis=None)


def test_every_figure_of_the_article_is_a_statement(region, claims):
    """Each fact that rests on the article alone is named by a statement."""
    known = facts_of.facts(region)
    own = known.loc[known["source_id"] == "article", "fact_id"]
    assert len(own) == 16
    assert set(own) <= {one for cell in claims["refs"] for one in cell.split()}


def test_stated_values_are_those_of_the_facts(region, claims):
    known = facts_of.facts(region).set_index("fact_id")
    for claim, row in claims[claims["stated_value"].notna()].iterrows():
        article = [one for one in row["refs"].split() if one in known.index]
        own = [one for one in article if known.loc[one, "source_id"] == "article"]
        for one in own:
            stated = known.loc[one, ["value", "unit", "period", "qualifier"]].tolist()
            assert stated == row[["stated_value", "stated_unit", "period", "qualifier"]].tolist(), claim


def test_every_link_and_element_that_rests_on_the_article_is_named(region, claims):
    named = {one for column in ("refs", "measured_on") for cell in claims[column] for one in cell.split()}
    for kind in ("link", "programme"):
        features = cooperation.features(region, kind)
        own = features.index[features["source_ids"].str.split().map(lambda ids: "article" in ids)]
        assert set(own) <= named


def test_proposals_and_bare_judgements_get_no_verdict(claims):
    assert set(claims.loc[claims["kind"] == "proposal", "verdict"]) == {"not_testable"}
    decided = claims[claims["verdict"] != "not_testable"]
    assert ((decided["measure"] != "") | (decided["refs"] != "")).all()


def test_the_counts_of_verdicts_are_those_of_the_readme(claims):
    counts = claims["verdict"].value_counts().to_dict()
    assert counts == {"not_testable": 77, "confirmed": 17, "contradicted": 4}
    told = (regions.FOLDER.parents[2] / "README.md").read_text(encoding="utf-8")
    said = re.search(
        r"(\d+) of its (\d+)\s+statements are confirmed, (\d+) contradicted, (\d+) cannot be tested", told
    )
    assert [int(number) for number in said.groups()] == [17, 98, 4, 77]


def test_a_row_of_ones_own_finds_its_figure(own):
    """The border of Rudnyansky with Liozno, with Vitebsk and with Dubrovno districts, added up."""
    path = own / "tables" / FILE
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    mine = rows[rows["claim_id"] == "gorki-on-border"].assign(
        claim_id="rudnya-on-border", measured_on="RU-SMO-rudnyansky"
    )
    path.unlink()
    store.write_table(pd.concat([rows, mine]), path)
    found = table.load(layers.region.load(own)).set_index("claim_id")
    assert found.loc["rudnya-on-border", "found_value"] == pytest.approx(86.776 + 22.111 + 17.877, abs=1e-3)
    assert found.loc["rudnya-on-border", "found_unit"] == "km"


# What the verdicts rest on, counted another way.


def test_the_share_of_trade_and_the_pace_of_trade_are_plain_arithmetic(claims):
    assert claims.loc["gomel-share-of-bryansk-trade", "found_value"] == pytest.approx(
        300 / 900 * 100, abs=1e-3
    )
    smolensk, pskov = claims.loc[["smolensk-trade", "pskov-trade"], "found_value"]
    assert smolensk == pytest.approx(295_000 * 9 / 12 / 85.25, abs=1e-3)
    assert pskov == pytest.approx(10_000 * 9 / 12 / 85.25, abs=1e-3)
    assert claims.loc["smolensk-joint-ventures", "found_value"] == 100 / 400 * 100


def test_oblasts_districts_and_crossings_on_the_border(region, claims):
    pairs = boundaries.district_pairs(region)
    parents = units.of_level(region, "district")["parent_id"]
    assert set(pairs["unit_id_a"].map(parents)) == {"RU-PSK", "RU-SMO", "RU-BRY"}
    assert set(pairs["unit_id_b"].map(parents)) == {"BY-VI", "BY-MA", "BY-HO"}
    assert claims.loc[["border-oblasts-ru", "border-oblasts-by"], "found_value"].tolist() == [3, 3]
    # Gomel Oblast borders on Bryansk Oblast only.
    border = boundaries.border(region)
    assert border.loc[border["oblast_id_b"] == "BY-HO", "oblast_id_a"].tolist() == ["RU-BRY"]
    touching = {*pairs["unit_id_a"], *pairs["unit_id_b"]}
    assert "BY-MA-goretsky" in touching
    assert "RU-BRY-dubrovsky" not in touching
    beside = pairs.loc[pairs["unit_id_a"] == "RU-SMO-krasninsky", "unit_id_b"]
    assert "BY-VI-dubrovensky" in set(beside)
    crossings = transport.crossings(region)
    found = crossings.groupby(["pair_id", "mode"]).size()
    assert found["RU-SMO-rudnyansky~BY-VI-lioznensky"].to_dict() == {"rail": 1, "road": 2}
    assert found["RU-PSK-nevelsky~BY-VI-polotsky"].to_dict() == {"rail": 1}


def test_towns_that_the_article_ranks_wrongly(region):
    places = settlements.settlements(region).set_index("name_ru")
    for name, centre in (
        ("Рудня", "RU-SMO-rudnyansky"),
        ("Лиозно", "BY-VI-lioznensky"),
        ("Демидов", "RU-SMO-demidovsky"),
    ):
        own = places.loc[[name]]
        assert centre in set(own["centre_of"])
        assert not own["centre_of"].str.contains("smolensk-city|vitebsk-city").any()
    demidov = places.loc[["Демидов"]].query("centre_of == 'RU-SMO-demidovsky'")
    assert demidov["place_class"].tolist() == ["city"]


def test_bryansk_and_gomel_lead_each_other_in_links(region):
    """Counted over the names of places in the table of links."""
    ends = [
        {re.match(r"[A-Z]{2}-[A-Z]+", place).group() for place in cell.split() if "~" not in place}
        for cell in region.table("links.csv")["places"]
    ]

    def shared(*pair):
        return sum(set(pair) <= both for both in ends)

    assert shared("BY-HO", "RU-BRY") > max(shared("BY-HO", "RU-SMO"), shared("BY-HO", "RU-PSK"))
    assert shared("RU-BRY", "BY-HO") > max(shared("RU-BRY", "BY-MA"), shared("RU-BRY", "BY-VI"))
    trade = facts_of.facts(region).query("indicator == 'trade_pair_usd_mln'")
    largest = trade.groupby("unit_id")["value"].max()
    assert largest["RU-BRY~BY-HO"] > largest["RU-BRY~BY-MA"]


def test_belarusian_districts_on_the_border_earn_as_others_and_lose_people_a_little_faster(region, claims):
    wide = facts_of.wide(region, "district")
    own = wide[wide.index.str.startswith("BY")]
    pairs = boundaries.district_pairs(region)
    beside = own.index.isin(pairs["unit_id_b"])
    wages = own["wage_byn"]
    found = wages[beside].median() / wages[~beside].median() * 100
    assert claims.loc["not-depressed-by", "found_value"] == pytest.approx(found, abs=1e-3)
    change = own["population_change_2011_2021_pct"]
    assert -2 < change[beside].median() - change[~beside].median() < 0
    assert claims.loc["not-depressed-ru", "found_value"] < 100


def test_independent_sources_are_not_the_article(region, claims):
    """Reasons say how many sources besides the article name a thing."""
    for claim in claims.index[claims["measure"] == "independent_sources"]:
        rows = region.table("links.csv").set_index("link_id")["source_ids"]
        named = {one for link in claims.loc[claim, "measured_on"].split() for one in rows[link].split()}
        assert claims.loc[claim, "found_value"] == len(named - {"article"})
        assert named <= set(catalogue.sources(region).index)


def test_what_had_a_place_stands_in_the_tables(region):
    notes, links = catalogue.notes(region)["text_en"], cooperation.features(region, "link")["notes"]
    plants = notes["trade_house_plants"]
    assert all(town in plants for town in ("Grodno", "Slonim", "Volkovysk", "Novogrudok", "Lida"))
    assert "trade_house_plants" in links["link-trade-house-smolensk"].split()
    assert "Bogatyrskaya" in notes["yartsevo_brand"]
    assert "yartsevo_brand" in links["link-yartsevo-store"].split()
    elements = cooperation.features(region, "programme")["notes"]
    assert "nanotechnology" in notes["technopark_purpose"]
    assert "technopark_purpose" in elements["programme-4"].split()
    assert "equal shares" in notes["fund_parity"]
    assert "fund_parity" in elements["programme-5"].split()
