import geopandas as gpd
import pandas as pd
import pytest
import regions
import shapely

from geo import errors
from maps.pages import index, overview
from maps.parts import classes, figures, frames
from maps.web import spec

LANGUAGES = regions.RUSSIA_BELARUS.languages


def titled(prefix, *names):
    """Columns of a text in three languages; each name is Russian, and English with ``en``."""
    return {
        f"{prefix}_{language}": [name if language == "ru" else f"{name} {language}" for name in names]
        for language in LANGUAGES
    }


def facts(*rows):
    columns = ["fact_id", "unit_id", "indicator", "value", "period", "source_id"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(qualifier="", confidence="high", perimeter="whole", notes="")


def tables():
    long = facts(
        ("f1", "A", "wage_rub", 60_000.0, "2024", "s1"),
        ("f2", "A", "wage_rub", 50_000.0, "2023", "s1"),
        ("f3", "A", "wage_rub", 61_000.0, "2024", "s2"),
        ("f4", "B", "wage_byn", 2_000.0, "2024", "s1"),
        ("f5", "B", "people_persons", 10.0, "2024", "s1"),
    )
    long.loc[0, ["qualifier", "notes"]] = ["more_than", "remark"]
    indicators = pd.DataFrame(
        {
            "indicator": ["wage_rub", "wage_byn", "people_persons", "density_per_km2"],
            "unit": ["rub", "byn", "persons", "per_km2"],
            "theme": ["work", "work", "population", "population"],
            "choropleth": ["district", "district", "", "district"],
            "computed": ["", "", "", "yes"],
            **titled("title", "Зарплата, руб.", "Зарплата, бел. руб.", "Люди", "Плотность"),
            **titled("unit", "руб.", "бел. руб.", "чел.", "чел. на км²"),
        }
    )
    words = [("theme", "work"), ("theme", "population"), ("confidence", "high"), ("qualifier", "more_than")]
    return {
        "facts": long,
        "mapped": long[long["fact_id"].isin(["f1", "f4", "f5"])],
        "indicators": indicators,
        "terms": pd.DataFrame(words, columns=["vocabulary", "term"]).assign(
            **titled("title", "труд", "население", "высокая", "более")
        ),
        "notes": pd.DataFrame(
            {"note_id": ["remark"], "kind": ["data"], "unit_ids": [""], **titled("text", "Оговорка")}
        ),
        "oblast_wide": pd.DataFrame({"unit_id": []}),
        "district_wide": pd.DataFrame(
            {"unit_id": ["A", "B"], "density_per_km2": [3.5, None], "density_per_km2_period": ["2024", None]}
        ),
        "districts": pd.DataFrame({"unit_id": ["A", "B", "C"]}),
    }


def subjects(region, known):
    return figures.by_subject(region, known, figures.Words(region, known))


def test_mapped_figure_is_first_and_the_others_stay(region):
    shown = subjects(region, tables())["A"]["wage_rub"]
    assert [(figure.value, figure.period, figure.source_id) for figure in shown] == [
        (60_000, "2024", "s1"),
        (61_000, "2024", "s2"),
        (50_000, "2023", "s1"),
    ]


def test_qualifier_confidence_and_note_come_along(region):
    first = subjects(region, tables())["A"]["wage_rub"][0]
    assert first.qualifier.first == "более"
    assert first.confidence.text("en") == "высокая en"
    assert first.note.text("be") == "Оговорка be"


def test_computed_figures_name_the_atlas_as_their_source(region):
    found = subjects(region, tables())
    assert found["A"]["density_per_km2"][0].source_id == figures.COMPUTED
    assert "density_per_km2" not in found["B"]


def test_two_currencies_are_one_map_with_two_scales(region):
    known = tables()
    words = figures.Words(region, known)
    found = figures.indicators(region, known, subjects(region, known), words, level="district")
    wage = next(indicator for indicator in found if indicator.id == "district-wage")
    assert wage.title.first == "Зарплата"
    assert set(wage.figures) == {"A", "B"}
    assert {scale.unit.first: scale.breaks for scale in wage.scales} == {
        "руб.": (60_000,),
        "бел. руб.": (2_000,),
    }
    assert len({scale.colours for scale in wage.scales}) == 2


def test_indicator_that_is_no_map_stands_in_cards(region):
    known = tables()
    words = figures.Words(region, known)
    found = figures.indicators(region, known, subjects(region, known), words, level="district")
    people = next(indicator for indicator in found if indicator.title.first == "Люди")
    assert people.scales == ()


def test_losses_and_gains_have_different_hues():
    values = [-9.0, -5, -2, 3, 8, 9]
    named = {str(value): (spec.Figure(value),) for value in values}
    [scale] = figures.scales(named, ramp="YlGnBu")
    assert 0.0 in scale.breaks
    assert len(scale.colours) == len(scale.breaks) == len(classes.breaks(pd.Series(values)))


def test_all_missing_frames_are_named_at_once(region):
    with pytest.raises(errors.InputError) as caught:
        overview.build(
            region, {"oblasts": gpd.GeoDataFrame({"unit_id": ["o"]}, geometry=[shapely.Point(0, 0)])}
        )
    assert "pages: frame 'facts' is missing" in caught.value.findings
    assert "pages: frame 'oblasts': column 'area_km2' is missing" in caught.value.findings
    assert len(caught.value.findings) >= len(set(frames.COLUMNS) - frames.OPTIONAL)


def test_index_refuses_frames_that_lack(region):
    with pytest.raises(errors.InputError, match="frame 'facts' is missing"):
        index.build(region, {}, files={})
