"""The maps of proximity, corridors and catchments: classes, what they say they assume, and in a browser."""

import csv
import itertools
import json
import math
import pathlib
import re

import pandas as pd
import pytest
import regions
import shapely
import tiny_pages
from browsing import PHONE

from geo import errors
from layers.analysis import network
from layers.base import transport
from maps import texts
from maps.pages import catchments, corridors, proximity
from maps.parts import analyses
from maps.web import page, spec

PAGES = {"proximity": proximity, "corridors": corridors, "catchments": catchments}
LIMIT_BYTES = 5_000_000
RUDNYA = "RU-SMO-rudnyansky"


def test_classes_are_those_limits_that_hold_the_values():
    assert analyses.bounded(pd.Series([29.8, 61, 100]), [15, 30, 60, 90, 120]) == (30, 60, 90, 120)
    assert analyses.bounded(pd.Series([0.0, 370.6]), [15, 30]) == (15, 30, 371)
    assert analyses.bounded(pd.Series([math.nan, 12]), [15, 30]) == (15,)


def test_no_change_has_one_pale_colour_on_every_map():
    pale = set()
    for values in ([0.0, 0.4], [-45.0, 0.0], [0.0, 109.8], [-2.0, 0.0, 7.0]):
        bounds, colours = corridors._change_classes(pd.Series(values))
        assert len(bounds) == len(colours)
        assert max(values) <= bounds[-1]
        pale.add(colours[next(number for number, bound in enumerate(bounds) if bound >= 0)])
    assert pale == {"#f7f7f7"}


def test_longer_and_shorter_differ_in_hue():
    shorter = corridors._change_classes(pd.Series([-45.0, 0.0]))[1][0]
    longer = corridors._change_classes(pd.Series([0.0, 45.0]))[1][-1]
    red, blue = (slice(1, 3), slice(5, 7))
    assert int(shorter[red], 16) < int(shorter[blue], 16)
    assert int(longer[red], 16) > int(longer[blue], 16)


@pytest.mark.parametrize(
    ("minutes", "told"),
    [(59.4, "59 мин"), (59.6, "1 ч 0 мин"), (134.5, "2 ч 14 мин"), (math.nan, "нет пути")],
)
def test_duration_in_words(region, minutes, told):
    assert analyses.duration(region, minutes).first.replace("\u00a0", " ") == told


def test_missing_time_is_no_way_and_other_missing_values_are_not_known(region):
    values = pd.Series({"a": 1.5, "b": math.nan})
    common = {"title": texts.plain("x"), "name": "x", "group": "proximity.group"}
    by_time = analyses.indicator(region, values, unit="min", **common).figures
    assert by_time["b"][0].value == texts.label(region, "analysis.no_way")
    assert set(analyses.indicator(region, values, unit="km", **common).figures) == {"a"}


def assumed(region):
    return {
        "crossing_states": transport.states(region).reset_index(),
        "road_speeds": network.speeds(region).reset_index(),
    }


def test_assumptions_name_every_speed_and_delay(region):
    with (region.folder / "tables" / "road_speeds.csv").open(encoding="utf-8") as file:
        speeds = [row for row in csv.DictReader(file) if row["mode"] == "road"]
    states = transport.states(region).reset_index()
    told = analyses.assumptions(region, assumed(region)).text
    for row in speeds:
        assert f"{row['title_ru']} {row['speed_kmh']} км/ч" in told.first
        assert f"{row['title_en']} {row['speed_kmh']} km/h" in told.text("en")
    for row in states[states["is_passable"]].to_dict("records"):
        assert f"{row['title_ru']} – {row['delay_road_min']} мин" in told.first
    assert "1.3" in told.first


@pytest.mark.parametrize("name", PAGES)
def test_each_missing_frame_and_column_is_named(region, name):
    module = PAGES[name]
    frames = {one: tiny_pages.empty(columns) for one, columns in module.COLUMNS.items()}
    del frames["roads"]
    frames["districts"] = frames["districts"].drop(columns="name_be")
    with pytest.raises(errors.InputError) as caught:
        module.build(region, frames)
    assert "frame 'roads' is missing" in str(caught.value)
    assert "'name_be' is missing" in str(caught.value)


def test_every_page_says_what_it_assumes(region):
    notes = analyses.notes(region, "corridors", ("about",), assumed(region))
    told = " ".join(note.text.first for note in notes)
    for words in (
        "не подтверждают, считаются проходимыми",
        "прямая между соседними станциями",
        "умноженный на",
    ):
        assert words in told


def focused(minutes):
    symbol = spec.Symbol(texts.plain("площадь"), "area", "#1f6f8b")
    areas = tuple(
        spec.Feature(
            f"{one}-{minutes}", texts.EMPTY, 0, shapely.box(x, 54.1, x + minutes / 100, 54.4), subject=one
        )
        for one, x in (("a", 30.1), ("u1", 31.1))
    )
    return spec.Layer(
        f"within-{minutes}", texts.plain("Изохроны"), tiny_pages.GROUP, (symbol,), areas,
        visible=minutes == 30, series="within", step=texts.plain(f"{minutes} мин"),
        focused=True, cumulative=True,
    )  # fmt: skip


def tiny_page():
    table = spec.Table(
        texts.plain("Кто рядом"),
        (texts.plain("тыс. чел."), texts.plain("км²")),
        (
            (texts.plain("15 мин"), (1234.5, math.nan)),
            (texts.plain(tiny_pages.HOSTILE), (0, texts.plain("нет"))),
        ),
        source_id="census",
    )
    symbol = spec.Symbol(texts.plain("пункт"), "circle", "#0072B2", 10)
    gates = tuple(
        spec.Feature(
            one, texts.plain(name), 0, place, tables=(table,), subject=one, brief=texts.plain(f"{name}: 5")
        )
        for one, name, place in (
            ("a", "Ворота", shapely.Point(30.5, 54.5)),
            ("b", "Мост", shapely.Point(30.5, 55.5)),
        )
    )
    layer = spec.Layer(
        "gates", texts.plain("Пункты"), tiny_pages.GROUP, (symbol,), gates, visible=True, listed=True
    )
    layers = (*(focused(minutes) for minutes in (15, 30, 60)), layer)
    return tiny_pages.page(
        layers=layers, focus="a", invitation=texts.plain("Выберите пункт"), tables=(table,)
    )


@pytest.fixture(scope="module")
def tiny(region, tmp_path_factory):
    path = tmp_path_factory.mktemp("analyses") / "tiny.html"
    path.write_text(page.render(region, tiny_page()), encoding="utf-8")
    return path


def areas(found):
    return found.locator(".leaflet-areas-pane path").count()


def plain(text):
    return re.sub(r"[\u00a0\u202f]", " ", text)


def test_only_the_subject_in_focus_is_drawn(opened, tiny):
    found = opened(tiny).page
    assert areas(found) == 2
    assert "Ворота." in found.locator("#layers").inner_text()
    found.evaluate("atlas.layers.choose('b')")
    assert areas(found) == 0
    found.evaluate("atlas.units.choose('u1')")
    assert areas(found) == 2
    assert "Бета." in found.locator("#layers").inner_text()
    found.evaluate("atlas.units.choose('u2')")
    assert areas(found) == 2


def test_slider_adds_and_takes_away_minutes(opened, tiny):
    found = opened(tiny).page
    slider = found.locator("#layers input[type=range]")
    slider.press("ArrowRight")
    assert areas(found) == 3
    slider.press("Home")
    assert areas(found) == 1
    found.locator("#layers input[type=checkbox]").first.uncheck()
    assert areas(found) == 0


def test_listed_features_tell_what_distinguishes_them_and_open_their_tables(opened, tiny):
    found = opened(tiny).page
    card = found.locator("#card")
    assert "Выберите пункт" in card.inner_text()
    assert "Ворота: 5" in card.inner_text()
    card.get_by_role("button", name="Мост").click()
    cells = [plain(text) for text in card.locator(".matrix td").all_inner_texts()]
    assert cells == ["", "1 235", "–", "0", "нет"]
    assert tiny_pages.HOSTILE in card.inner_text()
    assert found.evaluate("window.broken") is None


@pytest.mark.parametrize("name", PAGES)
def test_page_of_the_atlas_opens_offline_and_speaks_three_languages(region, opened, atlas, name):
    path = atlas / "maps" / f"{name}.html"
    assert path.stat().st_size < LIMIT_BYTES
    found = opened(path).page
    counts = found.locator("#legend .count").all_inner_texts()
    assert sum(map(int, counts)) == 147
    for language in regions.RUSSIA_BELARUS.languages:
        found.locator(f"[data-language={language}]").click()
        assert found.title() == texts.label(region, f"{name}.title").text(language)
        for key in ("assumptions", "rail", "limits"):
            assert (
                texts.label(region, f"analysis.{key}_title").text(language)
                in found.locator("#about").text_content()
            )


def test_proximity_card_tells_crossing_neighbours_and_permeability(opened, atlas):
    found = opened(atlas / "maps" / "proximity.html").page
    found.evaluate(f"atlas.units.choose('{RUDNYA}')")
    card = plain(found.locator("#card").inner_text())
    assert "Кругловка – Лиозно" in card
    row = plain(found.locator("#card .matrix tr", has_text="Лиозненский район").inner_text()).split("\t")
    shared_km, by_road, _, k = (float(cell.replace(",", ".")) for cell in row[1:5])
    assert k == pytest.approx(shared_km / by_road, abs=0.06)


def test_an_oblast_tells_how_far_its_people_and_its_capital_are(opened, atlas):
    found = opened(atlas / "maps" / "proximity.html").page
    found.locator("[data-level=oblast]").click()
    assert sum(map(int, found.locator("#legend .count").all_inner_texts())) == 6
    found.evaluate("atlas.units.choose('RU-SMO')")
    card = plain(found.locator("#card").inner_text())
    for words in ("Красная Горка – Редьки", "Витебская область", "50–100 км"):
        assert words in card


def test_a_scenario_that_opens_a_crossing_says_what_it_is_compared_with(opened, atlas):
    found = opened(atlas / "maps" / "corridors.html").page
    found.locator("#indicator").select_option("lyady_open-partner_centre_min")
    legend = plain(found.locator("#legend").inner_text())
    assert "против сценария «Работают только шесть участков" in legend
    found.locator("#card").get_by_role("button", name="Красный – Дубровно").click()
    row = found.locator("#card .matrix tr", has_text="Кроме шести участков открыт")
    assert float(plain(row.locator("td").last.inner_text()).replace("−", "-").replace(",", ".")) < -30


def test_corridor_shows_its_band_and_what_the_border_costs(opened, atlas):
    found = opened(atlas / "maps" / "corridors.html").page
    found.locator("#card").get_by_role("button", name="Рудня – Лиозно").click()
    card = plain(found.locator("#card").inner_text())
    for words in ("Граница прибавляет", "Запасной путь", "до 20 км от пути", "Что, если"):
        assert words in card
    with_border = areas(found)
    assert with_border == 3
    found.locator("[data-layer=bands-ignored]").check()
    assert areas(found) == 6


def test_catchment_of_a_crossing_grows_with_time_and_names_both_countries(opened, atlas):
    found = opened(atlas / "maps" / "catchments.html").page
    found.locator("#card").get_by_role("button", name="Кругловка – Лиозно").click()
    rows = found.locator("#card .matrix tbody tr").all()
    figures = [
        [float(re.sub(r"\s", "", cell).replace(",", ".")) for cell in row.locator("td").all_inner_texts()]
        for row in rows
    ]
    assert len(figures) == 5
    for earlier, later in itertools.pairwise(figures):
        assert all(a <= b for a, b in zip(earlier, later, strict=True))
    heads = found.locator("#card .matrix thead").inner_text()
    assert "Россия" in heads
    assert "Беларусь" in heads


def test_place_chosen_on_a_phone_stays_above_the_card(opened, atlas, family):
    found = opened(atlas / "maps" / "catchments.html", PHONE, family=family).page
    assert found.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    found.evaluate("void atlas.layers.show('crossing-R3')")
    found.wait_for_timeout(1_200)
    ring = found.locator(".leaflet-outlines-pane path").last.bounding_box()
    assert ring["y"] + ring["height"] < found.locator("#dock").bounding_box()["y"]


def test_pages_of_the_atlas_carry_no_machine_path(atlas):
    for name in PAGES:
        record = re.search(
            r'<script type="application/json" id="record">(.*?)</script>',
            pathlib.Path(atlas / "maps" / f"{name}.html").read_text(encoding="utf-8"),
            re.DOTALL,
        )
        assert json.loads(record[1])["id"] == name
        assert str(atlas) not in record[1]
