"""The pages in a browser, opened from a file with the network cut off, as a planner opens them."""

import itertools
import pathlib
import re

import pytest
import tiny_pages
from browsing import DESKTOP, PHONE, plain

from layers.base import facts
from layers.dictionary import catalogue
from maps import texts
from maps.parts import classes
from maps.web import page

ROOT = pathlib.Path(__file__).parents[1]
RUDNYA, LIOZNO = "RU-SMO-rudnyansky", "BY-VI-lioznensky"

# What a screen reader calls an element.
NAME = """e => e.ariaLabel || e.textContent.trim() || (e.labels && e.labels[0] && e.labels[0].textContent)
  || document.getElementById(e.getAttribute("aria-labelledby"))"""


@pytest.fixture
def overview(opened, atlas):
    return opened(atlas / "maps" / "overview.html")


@pytest.fixture(scope="module")
def tiny(region, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "tiny.html"
    path.write_text(page.render(region, tiny_pages.page()), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def mapped(region):
    chosen = facts.mapped(region)
    return chosen.set_index(["unit_id", "indicator"])


def shown(value):
    """A whole number as Russian writes it."""
    return f"{value:,.0f}".replace(",", " ")


def test_opens_from_a_file_without_a_request(overview):
    overview.save("overview_ru")
    assert [url for url in overview.requests if not url.startswith("data:")] == [overview.page.url]
    assert overview.page.locator("path[data-unit]").count() == 147
    assert overview.page.locator("html").get_attribute("lang") == "ru"


@pytest.mark.parametrize("unit_id", [RUDNYA, LIOZNO])
def test_click_on_a_district_tells_its_population_with_year_and_source(region, overview, mapped, unit_id):
    overview.click_unit(unit_id)
    fact = mapped.loc[unit_id, "population_persons"]
    source = catalogue.sources(region).loc[fact["source_id"], "publisher"]
    card = overview.card()
    name = region.table("units.csv").set_index("unit_id").loc[unit_id, "name_ru"]
    assert name in card
    row = overview.page.locator(
        "#card tr:not(.group)", has=overview.page.get_by_role("rowheader", name="Население", exact=True)
    )
    told = plain(row.inner_text())
    assert f"{shown(fact['value'])} чел." in told
    assert re.search(r"\d{4}", fact["period"])[0] in told
    assert source in told
    overview.save(f"card_{unit_id}")


def test_paired_districts_are_compared_in_one_click(overview):
    overview.click_unit(RUDNYA)
    overview.page.locator("#card .actions button.paired").click()
    card = overview.card()
    assert "Руднянский район – Лиозненский район" in card
    assert re.search(r"общая граница 8\d(,\d)? км", card)
    overview.save("comparison")


def test_card_names_the_article_facts_of_an_oblast(overview):
    overview.page.locator("[data-level=oblast]").click()
    overview.click_unit("RU-SMO")
    card = overview.card()
    assert "Смоленская область" in card
    assert "Особенности трансграничного сотрудничества" in overview.page.content()
    assert "более 3 100 млн долл. США" in plain(overview.page.locator("#card").text_content())


def test_language_changes_everywhere_and_in_the_link_home(overview):
    overview.click_unit(RUDNYA)
    overview.speak("en")
    assert "Rudnyansky District" in overview.card()
    assert overview.page.title() == "The borderland of Russia and Belarus"
    assert overview.page.locator("#legend").inner_text().count("Data for 147 of 147 districts") == 1
    assert "Roads" in overview.page.locator("#layers").inner_text()
    assert overview.page.locator("a.home").get_attribute("href").endswith("index.html#lang=en")
    label = overview.page.locator(f'path[data-unit="{LIOZNO}"]').get_attribute("aria-label")
    assert label.startswith("Liozno District: ")
    overview.save("overview_en")
    overview.speak("be")
    assert "Руднянскі раён" in overview.card()
    assert overview.page.locator("html").get_attribute("lang") == "be"


def test_language_of_the_address_is_kept(opened, atlas):
    found = opened(atlas / "maps" / "overview.html", fragment="#lang=en")
    assert found.page.title() == "The borderland of Russia and Belarus"


def test_legend_counts_every_district_once(region, overview):
    density = facts.wide(region, "district")["density_per_km2"]
    expected = classes.assign(density, classes.breaks(density)).value_counts().sort_index()
    counts = overview.page.locator("#legend .classes .count").all_inner_texts()
    assert [int(count) for count in counts] == expected.to_list()
    assert sum(expected) == 147
    legend = plain(overview.page.locator("#legend").inner_text())
    assert "чел. на км²" in legend
    assert re.search(r"Годы: 20\d\d–20\d\d", legend)
    assert "Источник: расчёт атласа" in legend


def test_districts_without_a_link_are_not_told_as_data(overview):
    """29 of the 147 districts are named by a documented link, 118 by none."""
    overview.page.evaluate("atlas.set({ indicator: 'district-links' })")
    legend = plain(overview.page.locator("#legend").inner_text())
    assert "Документы есть по 29 из 147 районов (20 %); остальные не документированы" in legend
    assert "Данные есть" not in legend
    overview.page.locator("[data-level=oblast]").click()
    assert "Данные есть по 6 из 6 областей" in plain(overview.page.locator("#legend").inner_text())


def test_title_that_the_list_cuts_off_stands_above_the_legend(overview):
    """What fits hangs on the font and on the width of the list, so it is measured."""
    title = overview.page.locator("#legend .legend-title")
    assert not title.is_visible()
    overview.page.locator("#indicator").evaluate("list => { list.style.width = '90px'; }")
    title.wait_for(state="visible")
    overview.page.locator("#indicator").evaluate("list => { list.style.width = ''; }")
    title.wait_for(state="hidden")


def test_pointing_at_a_class_fades_the_others(overview):
    overview.page.locator("#legend .classes li").first.hover()
    opacities = {
        float(path.get_attribute("fill-opacity")) for path in overview.page.locator("path[data-unit]").all()
    }
    assert len(opacities) == 2


def test_two_currencies_have_two_scales_and_a_warning(overview):
    overview.page.locator("[data-level=oblast]").click()
    overview.page.locator("#indicator").select_option("oblast-wage")
    legend = overview.page.locator("#legend").inner_text()
    assert "руб. РФ" in legend
    assert "бел. руб." in legend
    assert "только внутри одной шкалы" in legend
    assert overview.page.locator("#legend .classes").count() == 2


def test_district_indicator_of_one_side_hatches_the_other(overview):
    overview.page.locator("#indicator").select_option("district-wage")
    missing = overview.page.locator("#legend .missing")
    assert "нет данных" in missing.inner_text()
    assert missing.locator(".count").inner_text() == "84"
    fill = overview.page.locator(f'path[data-unit="{RUDNYA}"]').get_attribute("fill")
    assert fill == "url(#no-data)"
    overview.save("wages")


def test_table_has_the_same_numbers_and_sorts(region, overview):
    overview.page.locator("#tab-table").click()
    rows = overview.page.locator(".ranking tbody tr")
    assert rows.count() == 147
    density = facts.wide(region, "district")["density_per_km2"].sort_values(ascending=False)
    assert rows.first.get_attribute("data-unit") == density.index[0]
    overview.save("table")
    overview.page.locator("[data-column=value]").click()
    assert rows.first.get_attribute("data-unit") == density.index[-1]
    assert overview.page.locator("th[aria-sort=ascending]").count() == 1
    rows.filter(has_text="Руднянский район").locator("th button").click()
    assert overview.page.locator("tr[aria-current]").get_attribute("data-unit") == RUDNYA
    assert "Руднянский район" in overview.page.locator("#card").text_content()


def test_table_is_saved_as_it_stands(overview):
    overview.page.locator("#tab-table").click()
    with overview.page.expect_download() as download:
        overview.page.locator("#table button", has_text="CSV").click()
    lines = pathlib.Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 148
    assert lines[0].startswith('"Код";"Название";"Значение"')
    assert any(line.startswith(f'"{RUDNYA}";"Руднянский район";10,') for line in lines)


def test_names_do_not_lie_over_each_other(opened, atlas, family):
    for viewport in (DESKTOP, PHONE):
        found = opened(atlas / "maps" / "overview.html", viewport, family=family)
        boxes = [label.bounding_box() for label in found.page.locator(".name:visible").all()]
        assert len(boxes) > 20
        for a, b in itertools.combinations(boxes, 2):
            apart = a["x"] + a["width"] <= b["x"] or b["x"] + b["width"] <= a["x"]
            apart = apart or a["y"] + a["height"] <= b["y"] or b["y"] + b["height"] <= a["y"]
            assert apart, (a, b)


MAPS = (*("overview", "proximity", "corridors"), *("catchments", "cooperation_intensity", "candidate_sites"))


@pytest.mark.parametrize("name", MAPS)
def test_search_opens_a_unit_of_any_level_on_every_map(opened, atlas, name):
    """Also where the map has no figure of that level."""
    found = opened(atlas / "maps" / f"{name}.html")
    for typed in ("Смоленская область", "Руднянский район"):
        found.page.locator("#search").fill(typed)
        found.page.locator("#search").press("Enter")
        assert found.page.locator("#card h2").first.inner_text() == typed
        found.page.wait_for_function("document.querySelectorAll('.leaflet-outlines-pane path').length > 0")


def test_search_finds_a_unit_in_any_language(overview):
    for typed in ("лиозн", "Liozno", "лёзн"):
        overview.page.locator("#search").fill(typed)
        overview.page.locator("#search").press("Enter")
        assert "Лиозненский район" in overview.card()
        overview.page.locator("#card .close").click()
    overview.page.locator("#search").fill("нет такого")
    assert "Ничего не найдено" in overview.page.locator("#found").inner_text()


def test_keyboard_walks_from_unit_to_unit(overview):
    focused = "document.activeElement.dataset.unit"
    overview.page.evaluate("document.querySelector('path[data-unit][tabindex=\"0\"]').focus()")
    start = overview.page.evaluate(focused)
    overview.page.keyboard.press("ArrowRight")
    overview.page.keyboard.press("ArrowUp")
    there = overview.page.evaluate(focused)
    assert there not in (start, None)
    assert overview.page.locator('path[data-unit][tabindex="0"]').count() == 1
    name = overview.page.locator(f'path[data-unit="{there}"]').get_attribute("aria-label").split(":")[0]
    overview.page.keyboard.press("Enter")
    assert name in overview.card()


def test_every_control_has_a_name(overview):
    kinds = ("button", "input", "select", "a[href]", "[role=tabpanel]")
    controls = overview.page.locator(", ".join(f"{kind}:visible" for kind in kinds)).all()
    assert len(controls) > 30
    assert [control.evaluate("e => e.outerHTML") for control in controls if not control.evaluate(NAME)] == []


def test_links_open_from_the_map_and_show_both_ends(overview):
    overview.page.locator("[data-layer=links]").check()
    overview.page.locator("#search").fill("Белпромвест")
    overview.page.locator("#search").press("Enter")
    card = overview.card()
    assert "Белпромвест" in card
    assert "Руднянский район" in card
    assert "населённый пункт" in card


def test_zone_facts_and_programme_are_there_before_anything_is_chosen(overview):
    card = overview.card()
    assert "Элементы программы" in card
    assert card.count("Рудня – Лиозно") >= 1
    assert "более 1 250 км" in card
    assert "Длина границы на этой карте" in card


def test_phone_gets_drawers_and_no_sideways_scrolling(opened, atlas, family):
    found = opened(atlas / "maps" / "overview.html", PHONE, family=family)
    assert found.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    found.save("phone")
    found.page.locator("[data-drawer=layers]").click()
    assert found.page.locator("#legend").is_visible()
    found.save("phone_layers")
    found.page.keyboard.press("Escape")
    found.page.locator("#panel").wait_for(state="hidden")
    found.click_unit(RUDNYA)
    assert "Руднянский район" in found.card()
    drawer = found.page.locator("#dock").bounding_box()
    assert drawer["y"] > 250
    found.save("phone_card")


def test_phone_shows_which_map_is_open(opened, atlas, family):
    found = opened(atlas / "maps" / "candidate_sites.html", PHONE, family=family)
    link = found.page.locator(".pages [aria-current]").bounding_box()
    assert 0 <= link["x"] <= link["x"] + link["width"] <= PHONE["width"]


def test_sheet_carries_map_legend_and_sources_but_no_controls(overview, tmp_path):
    overview.click_unit(RUDNYA)
    overview.page.emulate_media(media="print")
    overview.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    for hidden in ("#panel", ".languages", ".tabs", ".leaflet-control-zoom"):
        assert not overview.page.locator(hidden).is_visible()
    imprint = plain(overview.page.locator(".imprint").inner_text())
    assert "Плотность населения" in imprint
    assert "© участники OpenStreetMap, ODbL" in imprint
    assert "Источники: расчёт атласа" in imprint
    overview.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    overview.page.emulate_media(media="screen")
    overview.page.pdf(path=tmp_path / "sheet.pdf", prefer_css_page_size=True, print_background=True)
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")


def test_index_leads_to_everything_in_the_chosen_language(opened, atlas):
    found = opened(atlas / "index.html")
    found.save("index")
    links = [link.get_attribute("href") for link in found.page.locator("a[href]").all()]
    assert "maps/overview.html" in links
    assert "borderzone.gpkg" in links
    assert all((atlas / link).is_file() for link in links)
    found.speak("en")
    assert found.page.title() == "Border zone atlas"
    found.page.locator("a[href^='maps/overview.html']").click()
    found.page.wait_for_selector("body.ready.map-page")
    assert found.page.title() == "The borderland of Russia and Belarus"


def test_hostile_names_stay_text_in_every_place(opened, tiny):
    found = opened(tiny)
    found.click_unit("u3")
    assert tiny_pages.HOSTILE in found.card()
    found.page.locator("#tab-table").click()
    assert tiny_pages.HOSTILE in found.page.locator("#table").inner_text()
    found.page.locator("#tab-sources").click()
    assert tiny_pages.HOSTILE in found.page.locator("#sources").inner_text()
    assert found.page.locator("#sources a").count() == 1
    found.page.locator("#search").fill("script")
    assert tiny_pages.HOSTILE in found.page.locator("#found").inner_text()
    assert found.page.evaluate("window.broken") is None


def test_texts_that_no_native_speaker_has_read_say_so(region, opened, tiny):
    found = opened(tiny)
    found.page.locator("#tab-about").click()
    note = found.page.locator("#about .reader-note")
    assert not note.is_visible()
    found.speak("be")
    assert note.is_visible()
    assert note.inner_text() == texts.label(region, "page.reader_note").text("be") != ""
    found.speak("en")
    assert not note.is_visible()


def test_contradicting_values_are_counted_and_shown(opened, tiny):
    found = opened(tiny)
    found.click_unit("u0")
    card = found.card()
    assert "более 1 000 чел." in card
    assert "Другие значения: 2; расходятся за тот же период: 1" in card
    found.page.locator("#card details summary").first.click()
    assert "990 чел." in found.card()
    found.page.locator("#tab-table").click()
    assert found.page.locator("#table abbr").count() == 1


def test_second_unit_is_chosen_on_the_map_for_comparison(opened, tiny):
    found = opened(tiny)
    found.click_unit("u0")
    found.page.locator("#card .actions button").first.click()
    found.click_unit("u2")
    assert "Альфа – Гамма" in found.card()
    assert "нет данных" in found.card()


def test_slider_steps_through_a_series_of_maps(opened, tiny):
    found = opened(tiny)
    options = found.page.locator("#indicator option").all_inner_texts()
    assert options.count("Класс") == 1
    found.page.locator("#indicator").select_option(label="Класс")
    assert found.page.locator("#step output").inner_text() == "2020"
    assert found.page.locator('path[data-unit="u0"]').get_attribute("fill") == "#deebf7"
    found.page.locator("#step input").press("ArrowRight")
    assert found.page.locator("#step output").inner_text() == "2021"
    assert found.page.locator('path[data-unit="u0"]').get_attribute("fill") == "#3182bd"
    assert "низкая" in found.page.locator("#legend").inner_text()


def test_slider_steps_through_layers_and_images_can_be_laid_over(opened, tiny):
    found = opened(tiny)
    layers = found.page.locator("#layers")
    assert layers.get_by_text("Доступность").count() == 1
    layers.locator("input[type=range]").press("ArrowRight")
    assert layers.locator("output").inner_text() == "30 мин"
    layers.locator("[data-layer=raster]").check()
    image = found.page.locator("img.leaflet-image-layer")
    assert image.evaluate("e => e.complete && e.naturalWidth") == 1
