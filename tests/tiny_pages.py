"""A page of four units, small enough to be checked by eye, with every kind of content."""

import io
import struct
import zlib

import pandas as pd
import shapely

from maps import texts
from maps.web import spec

HOSTILE = "</script><script>window.broken = true</script><img src=x onerror=alert(1)> \"'&"


def said(ru: str, en: str = "", be: str = "") -> texts.Label:
    """Text in three languages; an empty one falls back to the first."""
    return texts.Label((("ru", ru), ("en", en), ("be", be)))


def empty(columns: tuple[str, ...]) -> pd.DataFrame:
    """Frame without rows of columns such as ``name_{}``, one for each language."""
    spelt = (one.format(language) for one in columns for language in ("ru", "en", "be"))
    return pd.DataFrame(columns=list(dict.fromkeys(spelt)))


PERSONS = said("чел.", "persons", "чал.")
ROUBLES = said("руб.", "RUB", "руб.")
BELARUSIAN = said("бел. руб.", "BYN", "бел. руб.")
GROUP = said("Группа", "Group", "Група")
SOURCES = (
    spec.Source(
        "census", texts.plain("Перепись"), texts.plain("Служба"), "https://example.org/c", "CC BY 4.0", "2021"
    ),
    spec.Source("register", texts.plain(HOSTILE), texts.plain("Реестр"), "javascript:alert(1)"),
    spec.Source("unused", texts.plain("Лишний источник")),
)


def page(**changes) -> spec.PageSpec:
    content = {
        "id": "overview",
        "title": said("Проба", "Trial", "Спроба"),
        "subtitle": texts.plain("Четыре района"),
        "units": units(),
        "indicators": (population(), wage(), *years()),
        "background": background(),
        "layers": (roads(), isochrones(15), isochrones(30), image()),
        "sources": SOURCES,
        "base_source_ids": ("census",),
    }
    return spec.PageSpec(**(content | changes))


def square(column: int, row: int) -> shapely.Polygon:
    return shapely.box(30 + column, 54 + row, 31 + column, 55 + row)


def units() -> tuple[spec.Unit, ...]:
    names = ["Альфа", "Бета", "Гамма", HOSTILE]
    kind = said("район", "district", "раён")
    small = tuple(
        spec.Unit(
            f"u{number}",
            "district",
            "o",
            said(name, f"Unit {number}"),
            kind,
            square(number % 2, number // 2),
        )
        for number, name in enumerate(names)
    )
    paired = spec.Partner("u1", 111.3, paired=True)
    first = spec.Unit("u0", "district", "o", said("Альфа", "Alpha"), kind, square(0, 0), partners=(paired,))
    whole = spec.Unit(
        "o",
        "oblast",
        "",
        said("Область", "Oblast"),
        texts.plain("область"),
        shapely.box(30, 54, 32, 56),
    )
    return (whole, first, *small[1:])


def population() -> spec.Indicator:
    census = {"unit": PERSONS, "source_id": "census", "confidence": said("высокая", "high")}
    figures = {
        "u0": (
            spec.Figure(1000, period="2021", qualifier=said("более", "more than"), **census),
            spec.Figure(990, PERSONS, "2021", "register", note=texts.plain(HOSTILE)),
            spec.Figure(950, period="2019", **census),
        ),
        "u1": (spec.Figure(20, period="2021", **census),),
        "u3": (spec.Figure(300, period="2021", **census),),
    }
    scale = spec.Scale(PERSONS, (50, 500, 1000), ("#ffffcc", "#7fcdbb", "#2c7fb8"))
    return spec.Indicator("population", said("Население", "Population"), GROUP, "district", figures, (scale,))


def wage() -> spec.Indicator:
    """Two currencies, each with a scale of its own."""
    figures = {
        "u0": (spec.Figure(60_000, ROUBLES, "2024", "census"),),
        "u2": (spec.Figure(2_000, BELARUSIAN, "2024", "census"),),
        "u3": (spec.Figure(1_500, BELARUSIAN, "2024", "census"),),
    }
    scales = (
        spec.Scale(BELARUSIAN, (1_800, 2_000), ("#fee8c8", "#e34a33")),
        spec.Scale(ROUBLES, (60_000,), ("#756bb1",)),
    )
    return spec.Indicator("wage", said("Зарплата", "Wage"), GROUP, "district", figures, scales)


def years() -> tuple[spec.Indicator, ...]:
    """Categories in three steps of one slider."""
    labels = (said("низкая", "low"), said("высокая", "high"))
    scale = spec.Scale(texts.EMPTY, (0, 1), ("#deebf7", "#3182bd"), labels)
    return tuple(
        spec.Indicator(
            f"class-{year}",
            said("Класс", "Class"),
            GROUP,
            "district",
            {"u0": (spec.Figure(year % 2, period=str(year)),), "u1": (spec.Figure(1, period=str(year)),)},
            (scale,),
            series="class",
            step=texts.plain(str(year)),
        )
        for year in (2020, 2021, 2022)
    )


def roads() -> spec.Layer:
    symbols = (
        spec.Symbol(texts.plain("узкая"), "line", "#555555", 1),
        spec.Symbol(texts.plain("широкая"), "line", "#555555", 5),
    )
    line = shapely.LineString([(30, 54.2), (31, 54.3), (32, 54.2)])
    feature = spec.Feature("road", texts.plain(HOSTILE), 1, line, unit_ids=("u0", "u1"))
    return spec.Layer("roads", said("Дороги", "Roads"), GROUP, symbols, (feature,), visible=True)


def isochrones(minutes: int) -> spec.Layer:
    symbol = spec.Symbol(texts.plain(f"{minutes} мин"), "area", "#d95f0e", opacity=0.5)
    reach = shapely.Point(30.5, 54.5).buffer(minutes / 60)
    feature = spec.Feature(f"reach-{minutes}", texts.plain(f"До {minutes} мин"), 0, reach)
    return spec.Layer(
        f"reach-{minutes}", said("Доступность", "Reach"), GROUP, (symbol,), (feature,),
        visible=minutes == 15, series="reach", step=texts.plain(f"{minutes} мин"),
    )  # fmt: skip


def image() -> spec.Image:
    symbol = spec.Symbol(texts.plain("много"), "area", "#ff0000")
    return spec.Image("raster", said("Растр", "Raster"), GROUP, red_pixel(), (54, 30, 56, 32), (symbol,))


def red_pixel() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    png = io.BytesIO(b"\x89PNG\r\n\x1a\n")
    png.seek(0, io.SEEK_END)
    png.write(chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)))
    png.write(chunk(b"IDAT", zlib.compress(b"\x00\xff\x00\x00")))
    png.write(chunk(b"IEND", b""))
    return png.getvalue()


def background() -> spec.Background:
    place = spec.Place(said("Центр", "Centre"), 30.5, 54.5, "city", 0)
    return spec.Background((shapely.box(28, 52, 34, 58),), (shapely.box(30.2, 54.2, 30.3, 54.3),), (place,))
