"""A page in which every field of every kind of thing says something."""

import dataclasses

import shapely
import tiny_pages

from maps import texts
from maps.web import spec

RANKS = spec.Ranks(2, 2.5, 1.0, 3.0, 0.75, 2, 4, 3)
FIGURE = spec.Figure(
    value=0.5,
    unit=tiny_pages.PERSONS,
    period="2020 census-2021",
    source_id="register",
    qualifier=texts.plain("около"),
    confidence=texts.plain("средняя"),
    perimeter=texts.plain("без города"),
    note=texts.plain("Округлено"),
    coverage=0.75,
    ranks=RANKS,
)
TERM = spec.Term(
    title=texts.plain("Дороги"),
    value=3.5,
    unit=texts.plain("км"),
    normalised=0.25,
    weight=0.4,
    weight_used=0.6,
    contribution=0.1,
    period="2019",
    source_ids=("census", "register"),
    about=texts.plain("Длина"),
)
COMPOSITE = spec.Composite(texts.plain("Связность"), (TERM,), FIGURE, 0.75, "#225ea8")
NOTE = spec.Note(texts.plain("Осторожно"), texts.plain("Замечание"), "register", caution=True)
ROW = spec.Row(texts.plain("Площадь"), (FIGURE,))
TABLE = spec.Table(
    texts.plain("Сравнение"), (texts.plain("км"),), ((texts.plain("Альфа"), (1.5,)),),
    texts.plain("Округлено"), "register", ("u1",),
)  # fmt: skip


CARD = {"rows": (ROW,), "notes": (NOTE,), "tables": (TABLE,), "composites": (COMPOSITE,)}
SYMBOLS = (
    spec.Symbol(texts.plain("малый"), "circle", "#0072B2", 8),
    spec.Symbol(texts.plain("большой"), "diamond", "#D55E00", 12, "4 2", 0.8, "crossed"),
)


def page() -> spec.PageSpec:
    return tiny_pages.page(
        units=units(),
        indicators=indicators(),
        layers=(places(), near(), image()),
        rows=(ROW,),
        tables=(TABLE,),
        start="score",
        focus="u0",
        background=background(),
        invitation=texts.plain("Выберите"),
        files=(spec.File("../tables/x.xlsx", texts.plain("Книга")),),
        sources=(
            dataclasses.replace(tiny_pages.SOURCES[0], url="https://example.org"),
            *tiny_pages.SOURCES[1:],
        ),
    )


def units() -> tuple[spec.Unit, ...]:
    """Those of the tiny page and a pair of them, whose line is their common side."""
    found = {unit.id: unit for unit in tiny_pages.units()}
    found["u0"] = dataclasses.replace(found["u0"], **CARD)
    pair = spec.Unit(
        "u0~u1", "district_pair", "", texts.plain("Альфа – Бета"), texts.plain("пара"),
        shapely.LineString([(31, 54), (31, 55)]), members=("u0", "u1"),
    )  # fmt: skip
    return (*found.values(), pair)


def indicators() -> tuple[spec.Indicator, ...]:
    scale = spec.Scale(tiny_pages.PERSONS, (0.3, 1.0), ("#dddddd", "#225ea8"))
    nine = spec.Scale(
        texts.EMPTY, tuple(range(9)), ("#225ea8",) * 9, tuple(texts.plain(f"класс {n}") for n in range(9)),
        axes=(texts.plain("вдоль"), texts.plain("вверх")),
    )  # fmt: skip
    return (
        spec.Indicator(
            "score", texts.plain("Связность"), tiny_pages.GROUP, "district",
            {"u0": (FIGURE,), "u1": (FIGURE,)}, (scale,), note=texts.plain("Оценка"), series="scores",
            step=texts.plain("2020"), documented=1,
        ),
        spec.Indicator(
            "nine", texts.plain("Девять"), tiny_pages.GROUP, "district", {"u0": (spec.Figure(2.0),)}, (nine,)
        ),
        spec.Indicator("pairs", texts.plain("Пары"), tiny_pages.GROUP, "district_pair", {}, (scale,)),
    )  # fmt: skip


def places() -> spec.Layer:
    feature = spec.Feature(
        "place", texts.plain("Место"), 1, shapely.Point(30.5, 54.5), unit_ids=("u0",), subject="u0",
        brief=texts.plain("главное"), shows=("score", "places"), ranking="places", related=("other",), **CARD,
    )  # fmt: skip
    other = spec.Feature(
        "other", texts.plain("Другое"), 0, shapely.Point(31.5, 55.5), composites=(COMPOSITE,)
    )
    return spec.Layer(
        "places", texts.plain("Места"), tiny_pages.GROUP, SYMBOLS, (feature, other), visible=True,
        listed=True, step=texts.plain("1"), choice=True, cumulative=True, **of_series(),
    )  # fmt: skip


def of_series() -> dict[str, object]:
    return {"note": texts.plain("Слой"), "source_ids": ("register",), "series": "s"}


def near() -> spec.Layer:
    """What is drawn for the subject in focus alone."""
    feature = spec.Feature("near", texts.EMPTY, 0, shapely.box(30, 54, 31, 55), subject="u0")
    return spec.Layer("near", texts.plain("Рядом"), tiny_pages.GROUP, SYMBOLS[:1], (feature,), focused=True)


def image() -> spec.Image:
    return dataclasses.replace(tiny_pages.image(), step=texts.plain("2"), **of_series())


def background() -> spec.Background:
    found = tiny_pages.background()
    small = dataclasses.replace(found.places[0], kind="town", rank=1)
    return dataclasses.replace(found, places=(*found.places, small))
