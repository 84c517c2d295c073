"""The map of cooperation intensity: each number is that of the tables, and doubt is shown where it is."""

import collections
import csv
import math
import re

import pandas as pd
import pytest
import records
import regions
import shapely
import tiny_pages
from browsing import PHONE

from geo import errors
from maps import texts
from maps.pages.intensity import levels
from maps.pages.intensity import page as intensity
from maps.web import encode, page, spec

LIMIT_BYTES = 4_000_000
RUDNYA, SMOLENSK = "RU-SMO-rudnyansky", "RU-SMO"
SIZES = {"district": 147, "oblast": 6, "district_pair": 33, "oblast_pair": 5}
PARTS = ("rank", "rank_median", "rank_low", "rank_high", "top_share")
# What ten significant digits leave.
CLOSE = 1e-8
# Times stand in the tables of units with one decimal.
TENTH = 0.0501


def plain(text):
    return re.sub(r"[\u00a0\u202f\u00ad]", " ", text)


def test_lowest_figure_that_many_share_is_a_class_of_its_own():
    bounds, colours = levels.classed(pd.Series([0.01] * 6 + [0.2, 0.4, 0.6, 0.9]), "OrRd")
    assert bounds[0] == 0.01
    assert bounds[-1] >= 0.9
    assert len(bounds) == len(colours) == len(set(colours))
    spread = levels.classed(pd.Series([0.1, 0.2, 0.4, 0.6, 0.9]), "OrRd")[0]
    assert spread[0] > 0.1
    assert levels.classed(pd.Series([0.01] * 4), "OrRd")[0] == (0.01,)


def test_each_missing_frame_and_column_is_named(region):
    needed = intensity.columns(region, {"links": None, "zones": None})
    frames = {name: tiny_pages.empty(columns) for name, columns in needed.items()}
    del frames["intensity_terms"]
    frames["intensity_districts"] = frames["intensity_districts"].drop(columns="overall_rank_low")
    with pytest.raises(errors.InputError) as caught:
        intensity.build(region, frames)
    assert list(caught.value.findings) == [
        "pages: frame 'intensity_terms' is missing",
        "pages: frame 'intensity_districts': column 'overall_rank_low' is missing",
    ]


def test_record_of_a_figure_says_coverage_and_ranks_only_where_there_are_some(region):
    ranks = spec.Ranks(2, 3.0, 1.0, 5.0, 0.25, 2, 6, 3)
    units = tiny_pages.units()
    figures = {
        "u0": (spec.Figure(0.5, coverage=0.75, ranks=ranks),),
        "u1": (spec.Figure(0.4, ranks=ranks),),
        "u2": (spec.Figure(0.3),),
    }
    indicator = spec.Indicator("score", texts.plain("Оценка"), tiny_pages.GROUP, "district", figures)
    written = encode.page(region, tiny_pages.page(units=units, indicators=(indicator,)))
    assert written["indicators"][0]["figures"]["u2"] == [[0.3]]
    found = records.read(written)["indicators"][0]["figures"]
    told = {"place": 2, "median": 3, "low": 1, "high": 5, "share": 0.25, "top": 2, "of": 6, "last": 3}
    assert (found["u0"][0]["coverage"], found["u0"][0]["ranks"]) == (0.75, told)
    assert (found["u1"][0]["coverage"], found["u1"][0]["ranks"]) == (1, told)
    assert (found["u2"][0]["coverage"], found["u2"][0]["ranks"]) == (1, None)


def tiny_page():
    """Two scores of which one is partial and one missing, a pair as a line, nine classes."""
    ranks = spec.Ranks(1, 2.0, 1.0, 4.0, 0.125, 2, 4, 1)
    partial = spec.Figure(0.5, coverage=0.6, ranks=ranks)
    whole = spec.Figure(0.25, ranks=ranks)
    known = spec.Term(
        texts.plain(tiny_pages.HOSTILE), 1234.5, tiny_pages.PERSONS, 0.5, 0.6, 1.0, 0.5, "2021 census-2021",
        ("census",), texts.plain("Так считается"),
    )  # fmt: skip
    absent = spec.Term(texts.plain("Пусто"), math.nan, tiny_pages.PERSONS, math.nan, 0.4, math.nan, math.nan)
    title = tiny_pages.said("Оценка", "Score")
    scores = (
        spec.Composite(title, (known, absent), partial, 0.6, "#225ea8"),
        spec.Composite(texts.plain("Другая"), (absent,), None, 0.0),
    )
    alpha, beta = (unit for unit in tiny_pages.units() if unit.id in ("u0", "u1"))
    pair = spec.Unit(
        "u0~u1", "district_pair", "", texts.plain("Альфа – Бета"), texts.plain("пара"),
        shapely.LineString([(31, 54), (31, 55)]), members=("u0", "u1"),
    )  # fmt: skip
    others = [unit for unit in tiny_pages.units() if unit.id not in ("u0", "u1")]
    scale = spec.Scale(texts.EMPTY, (0.3, 1.0), ("#dddddd", "#225ea8"))
    labels = tuple(texts.plain(f"класс {number}") for number in range(9))
    nine = spec.Scale(
        texts.EMPTY, tuple(range(9)), tuple(f"#{number}{number}{number}000" for number in range(9)), labels,
        axes=(texts.plain("вдоль"), texts.plain("вверх")),
    )  # fmt: skip
    lead = spec.Table(title, (title,), ((beta.name, (0.25,)),), unit_ids=("u1",))
    return tiny_pages.page(
        units=(*others, explained(alpha, scores), beta, pair),
        indicators=(
            spec.Indicator(
                "score", title, tiny_pages.GROUP, "district", {"u0": (partial,), "u1": (whole,)}, (scale,)
            ),
            spec.Indicator(
                "nine", texts.plain("Девять"), tiny_pages.GROUP, "district",
                {"u0": (spec.Figure(labels[2]),), "u1": (spec.Figure(labels[6]),)}, (nine,),
            ),
            spec.Indicator(
                "pairs", title, tiny_pages.GROUP, "district_pair", {"u0~u1": (partial,)}, (scale,)
            ),
        ),
        layers=(),
        tables=(lead,),
    )  # fmt: skip


def explained(unit, composites):
    return spec.Unit(
        unit.id, unit.level, unit.parent_id, unit.name, unit.kind, unit.geometry, composites=composites
    )


@pytest.fixture
def tiny(region, opened, tmp_path):
    path = tmp_path / "tiny.html"
    path.write_text(page.render(region, tiny_page()), encoding="utf-8")
    return opened(path).page


@pytest.fixture
def shown(opened, atlas):
    return opened(atlas / "maps" / "cooperation_intensity.html").page


@pytest.fixture(scope="module")
def record(atlas):
    return records.of(atlas / "maps" / "cooperation_intensity.html")


@pytest.fixture(scope="module")
def tables(atlas):
    """Tables of the atlas as they are published, by unit or pair."""

    def read(name):
        with (atlas / "tables" / f"{name}.csv").open(encoding="utf-8-sig") as file:
            return list(csv.DictReader(file))

    keyed = {}
    for level, (_, key) in levels.LEVELS.items():
        keyed[level] = {row[key]: row for row in read(f"{level}s")}
    names = ("links", "zones", "intensity_terms", "intensity_left_out", "intensity_doubt", "intensity_moran")
    return keyed | {name: read(name) for name in names}


def number(text):
    return float(text) if text else math.nan


def test_part_of_the_inputs_is_hatched_and_told(tiny):
    assert tiny.locator("path.hatch").count() == 1
    assert "60 %" in plain(tiny.locator("#legend .missing", has=tiny.locator(".partial")).inner_text())
    assert "нет данных" in tiny.locator("#legend").inner_text()
    tiny.locator("#indicator").select_option("nine")
    assert tiny.locator("path.hatch").count() == 0


def test_card_opens_a_score_down_to_its_terms(tiny):
    tiny.evaluate("atlas.units.choose('u0')")
    card = tiny.locator("#card")
    told = plain(card.inner_text())
    for words in ("место 1 из 4 (90 %: 1–4)", "медиана 2", "P(место ≤ 2) = 13 %", "полнота 60 %"):
        assert words in told
    first, second = card.locator(".composite").all()
    known, absent = first.locator(".terms > li").all()
    told = plain(known.inner_text())
    for words in (tiny_pages.HOSTILE, "1 235 чел.", "норм. 0,5", "вес 0,6 → 1", "вклад 0,5", "2021"):
        assert words in told
    assert "нет данных" in absent.inner_text()
    assert "вес 0,4 → 0" in plain(absent.inner_text())
    known.get_by_role("button", name="как считается").click()
    assert "Так считается" in known.inner_text()
    known.locator(".links button").click()
    assert tiny.evaluate("document.body.dataset.tab") == "sources"
    assert "нет балла" in second.locator("summary").text_content()
    assert tiny.evaluate("window.broken") is None


def test_table_shows_ranks_with_their_interval(tiny):
    tiny.locator("#tab-table").click()
    rows = tiny.locator("#table tbody tr")
    assert rows.count() == 4
    told = plain(rows.first.inner_text())
    for words in ("Альфа", "0,5", "1 (1–4)", "13 %", "полнота 60 %"):
        assert words in told
    assert rows.first.locator("svg.interval .span").count() == 1
    assert "нет данных" in rows.last.inner_text()


def test_nine_classes_stand_in_a_square_and_one_can_be_pointed_at(tiny):
    tiny.locator("#indicator").select_option("nine")
    cells = tiny.locator("#legend .cell")
    assert [cell.get_attribute("title") for cell in cells.all()] == [
        f"класс {number}" for number in (6, 7, 8, 3, 4, 5, 0, 1, 2)
    ]
    assert [int(cell.inner_text()) for cell in cells.all()] == [1, 0, 0, 0, 0, 0, 0, 0, 1]
    cells.first.hover()
    opacity = {
        unit: float(tiny.locator(f'path[data-unit="{unit}"]').get_attribute("fill-opacity"))
        for unit in ("u0", "u1")
    }
    assert opacity["u0"] < opacity["u1"] == 1


def test_pair_is_a_line_between_the_units_that_it_leads_to(tiny):
    tiny.evaluate("atlas.units.choose('u0')")
    tiny.locator("#card").get_by_role("button", name="Альфа – Бета").click()
    assert tiny.evaluate("atlas.units.level()") == "district_pair"
    line = tiny.locator('path.between[data-unit="u0~u1"]')
    assert line.get_attribute("stroke") == "#225ea8"
    assert line.get_attribute("fill") == "none"
    tiny.locator("#card").get_by_role("button", name="Бета", exact=True).click()
    assert tiny.evaluate("[atlas.units.level(), atlas.state.unit].join()") == "district,u1"


def test_sheet_shows_every_term_and_the_page_folds_them_again(tiny):
    tiny.evaluate("atlas.units.choose('u0')")
    opened = tiny.locator("#card .composite[open]")
    assert opened.count() == 1
    tiny.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert opened.count() == 2
    tiny.evaluate("dispatchEvent(new Event('afterprint'))")
    assert opened.count() == 1


def test_arrow_leads_along_the_pairs(opened, atlas):
    found = opened(atlas / "maps" / "cooperation_intensity.html").page
    found.locator("[data-level=district_pair]").click()
    found.evaluate("document.querySelector('path.between[tabindex=\"0\"]').focus()")
    first = found.evaluate("document.activeElement.dataset.unit")
    found.keyboard.press("ArrowUp")
    second = found.evaluate("document.activeElement.dataset.unit")
    assert second != first
    assert "~" in second
    found.keyboard.press("Enter")
    assert found.evaluate("atlas.state.unit") == second


def test_row_of_a_table_leads_to_its_unit(tiny):
    tiny.locator("#card .matrix").get_by_role("button", name="Бета").click()
    assert tiny.evaluate("atlas.state.unit") == "u1"


def test_page_is_light_and_counts_every_unit_at_each_level(shown, atlas):
    assert (atlas / "maps" / "cooperation_intensity.html").stat().st_size < LIMIT_BYTES
    for level, size in SIZES.items():
        shown.locator(f"[data-level={level}]").click()
        counts = shown.locator("#legend .classes .count").all_inner_texts()
        assert sum(map(int, counts)) == size
        assert shown.locator("#indicator option").count() > 15


def test_page_speaks_three_languages(region, shown):
    for language in regions.RUSSIA_BELARUS.languages:
        shown.locator(f"[data-language={language}]").click()
        assert shown.title() == texts.label(region, "cooperation_intensity.title").text(language)
        shown.evaluate(f"atlas.units.choose('{RUDNYA}')")
        heading = texts.label(region, "page.why").text(language)
        assert heading in shown.locator("#card").inner_text()
        for key in ("agreement", "left_out", "border", "score"):
            title = texts.label(region, f"cooperation_intensity.{key}_title").text(language)
            assert title in shown.locator("#about").text_content()


def test_every_mapped_figure_is_that_of_the_table(record, tables):
    compared = 0
    for indicator in record["indicators"]:
        column = indicator["id"].removeprefix(f"{indicator['level']}-")
        table = tables[indicator["level"]]
        if column in levels.families(regions.RUSSIA_BELARUS):
            column = f"{column}_score"
        if column not in next(iter(table.values())):
            continue
        known = {unit: number(row[column]) for unit, row in table.items() if row[column]}
        found = {unit: figures[0]["value"] for unit, figures in indicator["figures"].items()}
        close = TENTH if column in ("crossing_min", "centres_min") else CLOSE
        assert found == pytest.approx(known, rel=CLOSE, abs=close), indicator["id"]
        compared += 1
    assert compared > 70


def test_every_score_has_the_coverage_and_ranks_of_the_table(record, tables):
    for indicator in record["indicators"]:
        family = indicator["id"].removeprefix(f"{indicator['level']}-")
        if family not in levels.families(regions.RUSSIA_BELARUS):
            continue
        for unit, (figure,) in indicator["figures"].items():
            row, ranks = tables[indicator["level"]][unit], figure["ranks"]
            assert figure["coverage"] == pytest.approx(number(row[f"{family}_coverage"]))
            told = [ranks[name] for name in ("place", "median", "low", "high", "share")]
            assert told == pytest.approx([number(row[f"{family}_{part}"]) for part in PARTS])
            assert ranks["of"] == len(indicator["figures"])


def told(term, periods, sources):
    """Make a term comparable: the digits that a page keeps, nothing for what is missing."""
    numbers = [term[name] for name in ("weight", "value", "contribution")]
    digits = ("" if one in ("", None) else f"{float(one):.10g}" for one in numbers)
    return (*digits, tuple(periods), tuple(sources))


def test_why_of_every_unit_holds_every_term_of_the_table(record, tables):
    known = collections.defaultdict(list)
    for row in tables["intensity_terms"]:
        known[row["unit_id"], row["family"]].append(row)
    source_ids = [source["id"] for source in record["sources"]]
    for unit in record["units"]:
        for family, composite in zip(
            levels.families(regions.RUSSIA_BELARUS), unit["composites"], strict=True
        ):
            rows = known.pop((unit["id"], family))
            found = [
                told(term, term["periods"], [source_ids[one] for one in term["sources"]])
                for term in composite["terms"]
            ]
            wanted = [told(row, row["period"].split(), row["source_ids"].split()) for row in rows]
            assert sorted(found) == sorted(wanted)
    assert not known


def test_score_is_the_product_of_the_contributions_that_the_card_shows(record):
    for unit in record["units"]:
        for composite in unit["composites"]:
            if composite["figure"] is None:
                continue
            parts = [term["contribution"] for term in composite["terms"]]
            product = math.prod(part for part in parts if part is not None)
            assert composite["figure"]["value"] == pytest.approx(product, rel=1e-4)


@pytest.mark.parametrize("level", SIZES)
def test_low_coverage_is_hatched_on_the_map_of_each_family(shown, tables, level):
    for family in levels.families(regions.RUSSIA_BELARUS):
        partial = [
            row
            for row in tables[level].values()
            if row[f"{family}_score"] and number(row[f"{family}_coverage"]) < 1
        ]
        shown.evaluate(f"atlas.set({{ indicator: '{level}-{family}' }})")
        assert shown.locator("path.hatch").count() == len(partial)
        told = shown.locator("#legend .missing", has=shown.locator(".swatch.partial"))
        assert told.count() == bool(partial)


def test_gap_is_counted_as_in_the_table_and_lists_what_falls_short(shown, tables):
    shown.locator("#indicator").select_option("district-gap")
    counts = collections.Counter(
        (row["realised_class"], row["potential_class"]) for row in tables["district"].values()
    )
    wanted = [counts[str(realised), str(potential)] for realised in (3, 2, 1) for potential in (1, 2, 3)]
    assert [int(text) for text in shown.locator("#legend .cell").all_inner_texts()] == wanted
    short = sorted(
        (-number(row["shortfall"]), unit)
        for unit, row in tables["district"].items()
        if row["falls_short"].lower() in ("1", "true")
    )
    listed = shown.locator("#card .matrix").first
    assert listed.get_attribute("open") is not None
    rows = listed.locator("tbody tr")
    assert rows.count() == len(short)
    rows.first.get_by_role("button").click()
    assert shown.evaluate("atlas.state.unit") in {unit for gap, unit in short if gap == short[0][0]}


def test_clusters_are_those_of_the_table_with_and_without_links_across_the_border(shown, tables):
    for border in ("crossed", "kept"):
        shown.evaluate(f"atlas.set({{ indicator: 'district-clusters-{border}' }})")
        counts = collections.Counter(row[f"lisa_{border}"] for row in tables["district"].values())
        order = ("high-high", "high-low", "low-high", "low-low", "not_significant")
        found = shown.locator("#legend .classes .count").all_inner_texts()
        assert [int(text) for text in found] == [counts[name] for name in order]
    told = plain(shown.locator("#card .matrix", has_text="Морана").inner_text())
    for row in tables["intensity_moran"]:
        i = f"{number(row['i']):.3f}".rstrip("0").replace(".", ",")
        assert i in told


def test_same_figure_abroad_and_at_home_keeps_its_classes(shown):
    shown.locator("#indicator").select_option("district-accessibility_foreign")
    legend = shown.locator("#legend .classes li .range")
    abroad = legend.all_inner_texts()[1:-1]
    shown.locator(".turn").get_by_role("button", name="в своей стране").click()
    assert shown.evaluate("atlas.state.indicator") == "district-accessibility_domestic"
    assert legend.all_inner_texts()[1:-1] == abroad
    shown.evaluate(f"atlas.units.choose('{RUDNYA}')")
    assert "Эффект границы" in shown.locator("#card").inner_text()


def test_card_of_a_district_explains_three_families_and_the_whole(region, shown, tables):
    shown.evaluate(f"atlas.units.choose('{RUDNYA}')")
    row = tables["district"][RUDNYA]
    card = shown.locator("#card")
    assert card.locator(".composite").count() == 4
    for family, composite in zip(
        levels.families(regions.RUSSIA_BELARUS), card.locator(".composite").all(), strict=True
    ):
        composite.evaluate("one => { one.open = true; }")
        told = plain(composite.inner_text())
        assert texts.label(region, f"cooperation_intensity.family.{family}").first in told
        terms = [
            one for one in tables["intensity_terms"] if one["unit_id"] == RUDNYA and one["family"] == family
        ]
        assert composite.locator(".terms > li").count() == len(terms)
        assert told.count("норм.") == told.count("вклад") == len(terms)
        assert composite.locator(".links button").count() >= len(terms)
    place = f"место {row['overall_rank']} из 147"
    assert place in plain(card.locator(".highlight").inner_text())


def test_level_of_pairs_draws_lines_along_the_border_and_opens_their_card(shown):
    shown.locator("[data-level=district_pair]").click()
    assert shown.locator("path.between").count() == SIZES["district_pair"]
    pair = f"{RUDNYA}~BY-VI-lioznensky"
    shown.evaluate(f"atlas.units.choose('{pair}')")
    told = plain(shown.locator("#card").inner_text())
    for words in ("Рудня – Лиозно", "Общая граница", "Руднянский район", "Лиозненский район"):
        assert words in told
    shown.locator("[data-level=oblast_pair]").click()
    assert shown.locator("path.between").count() == SIZES["oblast_pair"]


def test_notes_tell_agreement_and_leaving_one_out_of_every_level(shown, tables):
    told = plain(shown.locator("#about").text_content())
    for row in tables["intensity_doubt"]:
        assert f"{number(row['spearman_median']):.2f}".replace(".", ",") in told
    shown.locator("#card").evaluate("box => box.querySelectorAll('details').forEach(d => { d.open = true; })")
    rows = shown.locator("#card .matrix", has_text="Без одного показателя").locator("tbody tr").count()
    assert rows == len(tables["intensity_left_out"])


def concerned(region, features, known):
    """Districts that links or zones name which took place, as the published tables say."""
    states = region.intensity.realised_states
    named = {unit for row in features if row["state"] in states for unit in row["unit_ids"].split()}
    return named & set(known)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ru", "Документы есть по {known} из 147 районов ({percent} %); остальные не документированы"),
        ("en", "Documents for {known} of 147 districts ({percent}%); the others are not documented"),
        ("be", "Дакументы ёсць па {known} з 147 раёнаў ({percent} %); астатнія не дакументаваныя"),
    ],
)
def test_district_without_a_document_is_not_told_as_data(region, shown, tables, language, words):
    """28 are named by a link that took place, 4 more by a special regime alone."""
    linked, zoned = (concerned(region, tables[name], tables["district"]) for name in ("links", "zones"))
    documented = linked | zoned
    told = words.format(known=len(documented), percent=round(100 * len(documented) / 147))
    assert (len(linked), len(documented)) == (28, 32)
    shown.locator(f"[data-language={language}]").click()
    for indicator in ("overall", "realised", "gap", "shortfall", "top-realised"):
        shown.evaluate(f"atlas.set({{ indicator: 'district-{indicator}' }})")
        assert told in plain(shown.locator("#legend .provenance").inner_text())
    shown.evaluate("atlas.set({ indicator: 'district-zones_per_100k' })")
    assert f"{len(zoned)} " in plain(shown.locator("#legend .provenance").inner_text())
    shown.evaluate("atlas.set({ indicator: 'district-potential' })")
    share = texts.label(region, "page.share.district").format(known=147, all=147, percent=100)
    assert share.text(language) in plain(shown.locator("#legend .provenance").inner_text())


def test_phone_shows_the_square_in_the_strip_and_never_scrolls_sideways(opened, atlas, family):
    found = opened(atlas / "maps" / "cooperation_intensity.html", PHONE, family=family).page
    found.evaluate("atlas.set({ indicator: 'district-gap' })")
    assert found.locator("#strip .small-square span").count() == 9
    assert found.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    found.evaluate(f"atlas.units.choose('{RUDNYA}')")
    assert found.evaluate("document.getElementById('card').scrollWidth") <= PHONE["width"]
    found.locator("#tab-table").click()
    found.evaluate("atlas.set({ indicator: 'district-overall' })")
    box = found.evaluate(
        "(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.getElementById('table'))"
    )
    assert box <= 0
