"""The map of candidate sites: every score, rank and distance is that of the tables, and explains itself."""

import csv
import math
import re

import pytest
import records
import regions
import shapely
import tiny_pages
from browsing import PHONE

from geo import errors
from maps import texts
from maps.pages.sites import page as sites
from maps.pages.sites import zones
from maps.parts import analyses
from maps.web import encode, page, spec

LIMIT_BYTES = 4_000_000
ELEMENTS = [f"programme-{number}" for number in range(1, 8)]
FUND = "programme-5"
PURPOSES = ("logistics", "industry", "agro", "science", "services")
RANKS = ("rank", "rank_median", "rank_low", "rank_high", "top_share", "rank_last")
# What ten significant digits leave.
CLOSE = 1e-8


def plain(text):
    return re.sub(r"[\u00a0\u202f\u00ad]", " ", text)


def number(text):
    return float(re.sub(r"\s", "", text).replace(",", ".").replace("\u2212", "-"))


def test_each_missing_frame_and_column_is_named(region):
    frames = {name: tiny_pages.empty(columns) for name, columns in sites.COLUMNS.items()}
    del frames["suitable_area_terms"]
    frames["suitable_areas"] = frames["suitable_areas"].drop(columns="rank_low")
    with pytest.raises(errors.InputError) as caught:
        sites.build(region, frames)
    assert list(caught.value.findings) == [
        "pages: frame 'suitable_area_terms' is missing",
        "pages: frame 'suitable_areas': column 'rank_low' is missing",
    ]


def test_a_site_without_a_score_has_no_rank():
    row = {"score": 0.5, "rank": 2, "rank_last": 2, "rank_median": 3}
    row |= {"rank_low": 1, "rank_high": 4, "top_share": 0.25}
    found = analyses.score(row | {"coverage": 0.8}, top=3, of=9)
    assert found.coverage == 0.8
    assert found.ranks == spec.Ranks(2, 3.0, 1.0, 4.0, 0.25, 3, 9, 2)
    assert analyses.score(row | {"score": math.nan, "coverage": 0.2}, top=3, of=9) is None


def test_term_has_its_own_sources_or_those_of_its_criterion(region):
    criterion = {"title_ru": "Время", "unit_ru": "мин", "about_ru": "", "source": "roads border"}
    row = {
        "value": 5.0, "normalised": 0.5, "weight": 0.2, "weight_used": 0.2, "contribution": 0.9,
        "period": "2024",
    }  # fmt: skip
    assert analyses.term(region, row, criterion).source_ids == ("roads", "border")
    assert analyses.term(region, row | {"source_ids": "census"}, criterion).source_ids == ("census",)
    assert analyses.term(region, row | {"source_ids": ""}, criterion).source_ids == ("computed",)
    assert analyses.term(region, row | {"source_ids": "", "value": math.nan}, criterion).source_ids == ()


@pytest.mark.parametrize(("p", "told"), [(0.2, "0,2"), (0.019581, "0,02"), (0.00003, "< 0,0001")])
def test_small_probability_is_never_nought(region, p, told):
    assert zones._probability(region, p).first == told


def tiny_page():
    """Two subjects; each shows a ground and a step of a choice, and ranks the features of that step."""

    def place(name, number, brief=""):
        ranks = spec.Ranks(number, float(number), 1.0, 12.0, 0.5 / number, 3, 12, number)
        figure = spec.Figure(1 / number, ranks=ranks)
        term = spec.Term(
            texts.plain("Время"), 5.0, texts.plain("мин"), 0.5, 1.0, 1.0, 0.5, "2021", ("census",)
        )
        return spec.Feature(
            f"{name}-{number}", texts.plain(f"{name} {number}"), 0, shapely.Point(30 + number / 9, 54.5),
            composites=(spec.Composite(texts.plain("Оценка"), (term,), figure),),
            brief=texts.plain(brief), related=(f"subject-{name}",),
        )  # fmt: skip

    symbol = spec.Symbol(texts.plain("Место"), "circle", "#0072B2", 10)
    first = (*(place("a", number) for number in range(1, 12)), place("a", 12, "предложено"))
    second = (place("b", 1),)
    steps = tuple(
        spec.Layer(
            f"places-{name}", texts.plain("Места"), tiny_pages.GROUP, (symbol,), features,
            series="places", step=texts.plain(f"из {name}"), choice=True,
        )
        for name, features in (("a", first), ("b", second))
    )  # fmt: skip
    outlines = spec.Layer(
        "outline-b", texts.plain("Контур"), tiny_pages.GROUP,
        (spec.Symbol(texts.plain("контур"), "area", "#6b5b4a"),),
        (spec.Feature("contour", texts.EMPTY, 0, shapely.box(30.2, 54.2, 30.8, 54.8)),),
        series="places", step=texts.plain("из b"), choice=True,
    )  # fmt: skip
    subjects = spec.Layer(
        "subjects", texts.plain("Предметы"), tiny_pages.GROUP, (symbol,),
        tuple(
            spec.Feature(
                f"subject-{name}", texts.plain(f"Предмет {name}"), 0, None,
                shows=("population", f"places-{name}"), ranking=f"places-{name}",
            )
            for name in "ab"
        ),
        listed=True,
    )  # fmt: skip
    ground = spec.Indicator(
        "population", texts.plain("Люди"), tiny_pages.GROUP, "district", {"u0": (spec.Figure(3.0),)},
        (spec.Scale(texts.EMPTY, (5.0,), ("#dddddd",)),),
    )  # fmt: skip
    file = spec.File("../tables/x.xlsx", texts.plain("Книга"))
    return tiny_pages.page(
        indicators=(ground, *(one for one in tiny_pages.page().indicators if one.id != "population")),
        layers=(*steps, outlines, subjects),
        files=(file,),
    )


@pytest.fixture(scope="module")
def tiny(region, tmp_path_factory):
    path = tmp_path_factory.mktemp("sites") / "tiny.html"
    path.write_text(page.render(region, tiny_page()), encoding="utf-8")
    return path


def drawn(found, pane="points"):
    return found.locator(f".leaflet-{pane}-pane path").count()


def test_record_says_what_a_feature_shows_ranks_and_leads_to(region):
    record = encode.page(region, tiny_page())
    subject = record["layers"][-1]["features"][0]
    assert subject["shows"] == ["population", "places-a"]
    assert subject["ranking"] == "places-a"
    assert record["layers"][0]["features"][0]["related"] == ["subject-a"]
    assert record["layers"][0]["choice"]
    assert record["files"] == [["../tables/x.xlsx", "Книга"]]
    assert "geometry" not in subject


def test_a_subject_replaces_what_another_has_put_on_the_map(opened, tiny):
    found = opened(tiny).page
    assert drawn(found) == 0
    card = found.locator("#card")
    card.get_by_role("button", name="Предмет a").click()
    assert drawn(found) == 12
    assert found.evaluate("atlas.state.indicator") == "population"
    found.evaluate("atlas.layers.choose('subject-b')")
    assert (drawn(found), drawn(found, "areas")) == (1, 1)


def test_what_is_not_drawn_is_not_offered_and_steps_without_order_are_a_list(opened, tiny):
    found = opened(tiny).page
    assert "Предметы" not in found.locator("#layers").inner_text()
    found.locator("[data-layer=places-a]").check()
    choice = found.locator("#layers select")
    assert choice.locator("option").all_inner_texts() == ["из a", "из b"]
    choice.select_option("1")
    assert (drawn(found), drawn(found, "areas")) == (1, 1)
    found.locator("[data-layer=places-b]").click()
    assert (drawn(found), drawn(found, "areas")) == (0, 0)


def test_ranking_shows_the_first_and_what_is_set_off(opened, tiny):
    found = opened(tiny).page
    found.evaluate("atlas.layers.choose('subject-a')")
    rows = found.locator("#card .ranks li")
    assert rows.count() == 12
    assert [row for row in range(12) if rows.nth(row).is_visible()] == [*range(10), 11]
    assert "предложено" in rows.nth(11).inner_text()
    found.get_by_role("button", name="Показать все: 12").click()
    assert rows.nth(10).is_visible()
    rows.nth(1).get_by_role("button").click()
    card = plain(found.locator("#card").inner_text())
    assert "место 2 из 12 (90 %: 1–12)" in card
    assert "норм. 0,5" in card
    found.locator("#card").get_by_role("button", name="Предмет a").click()
    assert found.locator("#card .ranks").count() == 1


def test_search_leaves_out_what_stands_in_a_series(opened, tiny):
    found = opened(tiny).page
    found.locator("#search").fill("a 1")
    assert found.locator("#found [role=option]").count() == 0


def test_product_with_the_same_numbers_is_linked(opened, tiny):
    found = opened(tiny).page
    assert found.get_by_role("link", name="Книга").get_attribute("href") == "../tables/x.xlsx"


@pytest.fixture(scope="module")
def tables(atlas):
    def read(name):
        with (atlas / "tables" / f"{name}.csv").open(encoding="utf-8-sig") as file:
            return list(csv.DictReader(file))

    return read


@pytest.fixture(scope="module")
def record(atlas):
    return records.of(atlas / "maps" / "candidate_sites.html")


@pytest.fixture(scope="module")
def layers(record):
    return {layer["id"]: layer for layer in record["layers"]}


def score(composite):
    """Score, place, median, interval, share as the page carries them."""
    figure = composite["figure"]
    names = ("place", "median", "low", "high", "share", "last")
    return (figure["value"], *(figure["ranks"][name] for name in names)), figure["ranks"]["of"]


def same(told, row):
    expected = [float(row[name]) for name in ("score", *RANKS)]
    return told == pytest.approx(expected, rel=CLOSE)


def test_every_alternative_stands_on_the_page_with_its_score_and_ranks(layers, record, tables):
    units = {unit["id"]: unit for unit in record["units"]}
    sites_by_id = {row["site_id"]: row for row in tables("candidate_sites")}
    found = {
        feature["id"]: feature
        for element in ELEMENTS
        if element != FUND
        for feature in layers[f"alternatives-{element}"]["features"]
    }
    for site_id, row in sites_by_id.items():
        holder = units[row["place_id"]] if row["programme_id"] == FUND else found.pop(site_id)
        told, of = score(holder["composites"][0])
        assert same(told, row), site_id
        assert of == int(row["alternatives"])
    assert found == {}


def test_every_term_of_an_alternative_is_told_with_sources(layers, record, tables):
    units = {unit["id"]: unit for unit in record["units"]}
    found = {
        feature["id"]: feature
        for layer in layers.values()
        if layer["id"].startswith("alternatives-")
        for feature in layer["features"]
    }
    by_site = {}
    for row in tables("candidate_terms"):
        by_site.setdefault(row["site_id"], []).append(row)
    for site_id, rows in by_site.items():
        holder = found.get(site_id) or units[site_id.partition(":")[2]]
        terms = holder["composites"][0]["terms"]
        names = ("value", "normalised", "weight", "weight_used", "contribution")
        told = sorted([term[name] for name in names] for term in terms if term["value"] is not None)
        expected = sorted([float(row[name]) for name in names] for row in rows if row["value"] != "")
        assert told == [pytest.approx(values, rel=CLOSE) for values in expected], site_id
        assert len(terms) == len(rows)
        assert all(term["sources"] for term in terms if term["value"] is not None)


def test_every_area_stands_on_the_page_with_its_score_ranks_and_sources(layers, tables):
    rows = {row["area_id"]: row for row in tables("suitable_areas")}
    for purpose in PURPOSES:
        for feature in layers[f"areas-{purpose}"]["features"]:
            row = rows.pop(feature["id"])
            told, of = score(feature["composites"][0])
            assert same(told, row), feature["id"]
            assert of == int(row["patches"])
            assert all(term["sources"] for term in feature["composites"][0]["terms"])
        assert layers[f"suitability_{purpose}"]["image"].startswith("data:image/png;base64,")
    assert rows == {}


def test_fund_is_shared_out_whole_and_by_parity(record):
    share = next(one for one in record["indicators"] if one["id"] == "fund_share")
    by_country = {"RU": 0.0, "BY": 0.0}
    for unit_id, figures in share["figures"].items():
        by_country[unit_id[:2]] += figures[0]["value"]
    assert by_country == pytest.approx({"RU": 50.0, "BY": 50.0}, abs=0.01)


def test_check_with_existing_zones_tells_hits_and_misses_as_they_are(layers, tables):
    own = {row["zone_id"]: row for row in tables("zone_scores") if row["is_own"] == "True"}
    left_out = {row["zone_id"] for row in tables("zones_left_out")}
    for feature in layers["zones"]["features"]:
        expected = 2
        if feature["id"] in own:
            expected = 0 if own[feature["id"]]["is_hit"] == "True" else 1
        else:
            assert feature["id"] in left_out
        assert feature["symbol"] == expected, feature["id"]
    hits = sum(row["is_hit"] == "True" for row in own.values())
    assert f"попаданий {hits} из {len(own)}" in layers["check"]["features"][0]["brief"][0]
    assert 0 < hits < len(own)


def test_each_number_of_centres_has_as_many_sites_and_its_value(layers, tables):
    for row in tables("optimum"):
        layer = layers[f"optimum-{row['goal']}-{row['p']}"]
        assert len(layer["features"]) == int(row["p"])
        assert layer["series"] == f"optimum-{row['goal']}"
    for goal in layers["goals"]["features"]:
        frontier = goal["tables"][0]["rows"]
        expected = [row for row in tables("optimum") if f"goal-{row['goal']}" == goal["id"]]
        assert [line["cells"][0] for line in frontier] == pytest.approx(
            [float(row["value"]) for row in expected]
        )


def test_proposals_tell_how_far_they_are_from_the_optimum(layers, tables):
    elements = {feature["id"]: feature for feature in layers["programmes"]["features"]}
    for element in ELEMENTS:
        expected = [
            float(row["behind_pct"]) for row in tables("optimum_proposals") if row["programme_id"] == element
        ]
        behind = [
            line["cells"][2]
            for table in elements[element]["tables"]
            if "Предложение против оптимума" in table["title"]
            for line in table["rows"]
        ]
        assert behind == pytest.approx(expected), element


def test_page_opens_offline_and_speaks_three_languages(region, opened, atlas):
    path = atlas / "maps" / "candidate_sites.html"
    assert path.stat().st_size < LIMIT_BYTES
    found = opened(path).page
    for language in regions.RUSSIA_BELARUS.languages:
        found.locator(f"[data-language={language}]").click()
        assert found.title() == texts.label(region, "candidate_sites.title").text(language)
        assert (
            texts.label(region, "candidate_sites.how_check").text(language)
            in found.locator("#about").text_content()
        )
        for element in ELEMENTS:
            found.evaluate(f"atlas.layers.choose('{element}')")
        assert "{" not in found.locator("#card").inner_text()


@pytest.mark.parametrize("element", ELEMENTS)
def test_element_shows_its_alternatives_ranked_and_the_proposal_marked(opened, atlas, tables, element):
    found = opened(atlas / "maps" / "candidate_sites.html").page
    title = next(row["title_ru"] for row in tables("programme") if row["programme_id"] == element)
    found.locator("#card").get_by_role("button", name=title).click()
    rows = [row for row in tables("candidate_sites") if row["programme_id"] == element]
    card = found.locator("#card")
    assert card.locator(".ranks li").count() == len(rows)
    proposed = [row for row in rows if row["is_proposed"] == "True"]
    assert card.locator(".ranks .set-off").count() == len(proposed)
    behind_best = card.locator("tr", has_text="Отстаёт от лучшей").locator(".value")
    assert behind_best.count() == len(proposed)
    proposed.sort(key=lambda row: int(row["rank"]))
    for row in proposed[:1]:
        told = plain(card.locator(".highlight").inner_text())
        assert f"место {row['rank']} из {row['alternatives']}" in told
    for place, row in enumerate(proposed):
        assert card.locator(".ranks .set-off").nth(place).inner_text().split()[0] == row["rank"]
        behind = plain(behind_best.nth(place).inner_text())
        assert number(behind.removesuffix("%")) == pytest.approx(float(row["behind_best_pct"]), abs=0.051)
    shown = "fund_share" if element == FUND else "sides"
    assert found.evaluate("atlas.state.indicator") == shown
    visible = found.evaluate("atlas.layers.visible().map((layer) => layer.id)")
    assert (f"alternatives-{element}" in visible) == (element != FUND)


def test_purpose_shows_its_surface_and_areas_and_says_why(opened, atlas):
    found = opened(atlas / "maps" / "candidate_sites.html").page
    found.locator("#card").get_by_role("button", name="Логистика").click()
    visible = found.evaluate("atlas.layers.visible().map((layer) => layer.id)")
    assert {"suitability_logistics", "areas-logistics"} <= set(visible)
    found.evaluate("atlas.layers.choose('purpose-agro')")
    visible = found.evaluate("atlas.layers.visible().map((layer) => layer.id)")
    assert {"suitability_agro", "areas-agro"} <= set(visible)
    assert "suitability_logistics" not in visible
    found.locator("#card .ranks button").first.click()
    assert found.locator("#card .terms > li").count() == 8


def test_slider_moves_through_the_numbers_of_centres(opened, atlas):
    found = opened(atlas / "maps" / "candidate_sites.html").page
    found.evaluate("atlas.layers.choose('goal-median')")
    slider = found.locator("#layers input[type=range]")
    slider.press("End")
    visible = found.evaluate("atlas.layers.visible().map((layer) => layer.id)")
    assert [name for name in visible if name.startswith("optimum-")] == ["optimum-median-10"]


def test_workbook_is_linked_and_there(opened, atlas):
    folder = atlas / "maps"
    found = opened(folder / "candidate_sites.html").page
    link = found.get_by_role("link", name="Книга с живыми формулами").get_attribute("href")
    assert (folder / link).resolve().is_file()


def test_card_of_an_element_on_a_phone_leaves_its_place_in_view(opened, atlas, family):
    found = opened(atlas / "maps" / "candidate_sites.html", PHONE, family=family).page
    found.evaluate("void atlas.layers.show('programme-1')")
    found.wait_for_timeout(1_200)
    assert found.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    ring = found.locator(".leaflet-outlines-pane path").last.bounding_box()
    assert ring["y"] + ring["height"] < found.locator("#dock").bounding_box()["y"]
