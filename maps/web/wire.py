"""The fields of a page's record, written once.

`maps.web.encode` writes each kind of thing by this list and the record carries it along, so that the page
reads by the very same list (``assets/wire.js``). A kind that repeats thousands of times travels as a list
in the order of its fields, the others travel by name; what says nothing (`Field.empty`) is left out.
"""

from __future__ import annotations

import typing

Json = typing.Any


class Field(typing.NamedTuple):
    """One field of a kind of thing.

    ``empty`` is what the page reads where nothing was written. A field may hold things of another ``kind``;
    ``depth`` says how many lists or mappings lie around each: 0 for the thing itself, 1 for a list of them.
    """

    name: str
    empty: Json = ""
    kind: str = ""
    depth: int = 0


def _texts(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name) for name in names)


def _numbers(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, 0) for name in names)


def _measured(*names: str) -> tuple[Field, ...]:
    """Numbers that may be missing, which is not nought."""
    return tuple(Field(name, None) for name in names)


def _lists(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, []) for name in names)


def _switches(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, empty=False) for name in names)


def _one(name: str, kind: str) -> Field:
    return Field(name, None, kind)


def _many(name: str, kind: str) -> Field:
    return Field(name, [], kind, 1)


# A source is a number in the list of the page; -1 is none.
_SOURCE = Field("source", -1)
# What cards of units and of features hold.
_CARD = (
    _many("rows", "row"),
    _many("notes", "note"),
    _many("tables", "table"),
    _many("composites", "composite"),
)

FIELDS: dict[str, tuple[Field, ...]] = {
    "page": (
        *_texts("id", "start", "focus", "invitation"),
        *(*_numbers("base"), Field("steps_per_degree", 1)),
        *(*_lists("languages", "words"), Field("texts", {})),
        *(_many("units", "unit"), _many("indicators", "indicator"), _many("layers", "layer")),
        *(_many("rows", "row"), _many("tables", "table"), _many("files", "file")),
        *(_many("sources", "source"), _one("background", "background")),
    ),
    "index": (*_lists("languages"), Field("texts", {})),
    "background": (_many("land", "geometry"), _many("water", "geometry"), _many("places", "place")),
    "place": (*_texts("name"), *_numbers("lon", "lat"), *_texts("kind"), *_numbers("rank")),
    "geometry": (*_numbers("dimension"), *_lists("parts")),
    "source": _texts("id", "title", "publisher", "url", "licence", "vintage"),
    "file": _texts("path", "title"),
    "unit": (
        *_texts("id", "level", "parent", "name", "kind"),
        *(_one("geometry", "geometry"), *_lists("members"), _many("partners", "partner")),
        *_CARD,
    ),
    "partner": (*_texts("unit"), *_numbers("km"), *_switches("paired")),
    "indicator": (
        *_texts("id", "title", "group", "level", "note", "series", "step"),
        *(*_measured("documented"), Field("figures", {}, "figure", 2), _many("scales", "scale")),
    ),
    "scale": (*_numbers("measure"), *_lists("breaks", "colours", "labels", "axes")),
    "figure": (
        *(*_measured("value"), *_numbers("measure"), *_lists("periods"), _SOURCE),
        *(*_numbers("qualifier", "confidence", "perimeter", "note"), Field("coverage", 1)),
        _one("ranks", "ranks"),
    ),
    "ranks": _numbers("place", "median", "low", "high", "share", "top", "of", "last"),
    "row": (*_texts("title"), _many("figures", "figure")),
    "note": (*_texts("text", "title"), _SOURCE, *_switches("caution")),
    "table": (*_texts("title", "note"), *_lists("columns", "units"), _many("rows", "line"), _SOURCE),
    "line": (*_numbers("head"), *_lists("cells")),
    "composite": (
        *(*_texts("title", "colour"), *_numbers("coverage")),
        *(_one("figure", "figure"), _many("terms", "term")),
    ),
    "term": (
        *(*_numbers("title"), *_measured("value"), *_numbers("measure"), *_measured("normalised")),
        *(*_numbers("weight"), *_measured("weight_used", "contribution")),
        *(*_lists("periods", "sources"), *_numbers("about")),
    ),
    "layer": (
        *_texts("id", "title", "group", "note", "series", "step", "image"),
        *_switches("choice", "visible", "listed", "focused", "cumulative"),
        *(*_lists("sources", "bounds"), _many("symbols", "symbol"), _many("features", "feature")),
    ),
    "symbol": (
        *(*_texts("title", "shape", "colour", "dash"), *_numbers("size")),
        *(Field("opacity", 1), Field("look", "full")),
    ),
    "feature": (
        *(*_texts("id", "name", "subject", "brief", "ranking"), *_numbers("symbol")),
        *(_one("geometry", "geometry"), *_lists("units", "shows", "related")),
        *_CARD,
    ),
}


def named(kind: str, /, **values: Json) -> dict[str, Json]:
    """One thing by the names of its fields, without those that say nothing."""
    return {field.name: value for field, value in _told(kind, values) if not _is_empty(field, value)}


def listed(kind: str, /, **values: Json) -> list[Json]:
    """One thing as a list in the order of its fields, without the end that says nothing."""
    pairs = _told(kind, values)
    while pairs and _is_empty(*pairs[-1]):
        pairs.pop()
    return [value for _, value in pairs]


def _told(kind: str, values: dict[str, Json]) -> list[tuple[Field, Json]]:
    """Each field with its value; a field too few or too many is a fault of the code."""
    fields = FIELDS[kind]
    if values.keys() != {field.name for field in fields}:
        raise TypeError(f"{kind} has the fields {[field.name for field in fields]}, not {list(values)}")
    return [(field, values[field.name]) for field in fields]


def _is_empty(field: Field, value: Json) -> bool:
    return bool(value == field.empty)
