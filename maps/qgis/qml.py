"""QGIS styles as text (QML): symbols, classes, labels and field names in words."""

from __future__ import annotations

import collections.abc
import dataclasses
import typing
import xml.etree.ElementTree as ET

Kind = typing.Literal["fill", "line", "marker"]


@dataclasses.dataclass(frozen=True)
class Symbol:
    """What one class is drawn with: drawings of one kind, the lowest first."""

    kind: Kind
    parts: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@dataclasses.dataclass(frozen=True)
class Class:
    """A class of a legend: one value, or from ``lower`` to ``upper``; neither means all the rest."""

    label: str
    symbol: Symbol
    value: str | bool = ""
    lower: float | None = None
    upper: float | None = None


@dataclasses.dataclass(frozen=True)
class Renderer:
    """How features are drawn: one class without ``field``, else classes of the values of a field."""

    classes: tuple[Class, ...]
    field: str = ""

    @property
    def type(self) -> str:
        """Name that QGIS gives to this way of drawing."""
        if not self.field:
            return "singleSymbol"
        graduated = any(item.upper is not None for item in self.classes)
        return "graduatedSymbol" if graduated else "categorizedSymbol"


@dataclasses.dataclass(frozen=True)
class Text:
    """Labels: the field written, its size in points, and the scale 1:``from_scale`` from which it shows."""

    field: str
    size: float = 8.0
    colour: str = "#333333"
    bold: bool = False
    italic: bool = False
    from_scale: int = 0


@dataclasses.dataclass(frozen=True, kw_only=True)
class Style:
    """All that a style says; without ``renderer`` it is that of a table."""

    renderer: Renderer | None = None
    text: Text | None = None
    aliases: collections.abc.Mapping[str, str] = dataclasses.field(default_factory=dict)
    display: str = ""
    from_scale: int = 0


def fill(colour: str, *, outline: str = "#808080", width_mm: float = 0.15, pattern: str = "solid") -> Symbol:
    """Fill areas; ``colour`` may carry opacity (``#rrggbbaa``), ``pattern`` as in QGIS (``b_diagonal``)."""
    options = {
        "color": _rgba(colour),
        "style": pattern,
        "outline_color": _rgba(outline),
        "outline_width": str(width_mm),
        "joinstyle": "round",
    }
    return Symbol("fill", (("SimpleFill", tuple(options.items())),))


def line(colour: str, *, width_mm: float, dash_mm: str = "", casing: str = "") -> Symbol:
    """Draw lines; ``dash_mm`` as ``"4;2"``; ``casing`` is the colour of a wider line below it."""
    below = (_stroke(casing, width_mm + 0.5),) if casing else ()
    return Symbol("line", (*below, _stroke(colour, width_mm, dash_mm)))


def marker(shape: str, colour: str, *, size_mm: float, outline: str = "#ffffff") -> Symbol:
    """Draw points; ``shape`` is a name of QGIS (``circle``, ``square``, ``diamond``, ``triangle``)."""
    return Symbol("marker", (_mark(shape, colour, size_mm, outline, 0.2),))


def hollow(shape: str, colour: str, *, size_mm: float, crossed: bool = False) -> Symbol:
    """Draw points white, with a rim of their colour, and crossed out if wanted."""
    rim_mm = 0.5
    cross = (_mark("cross2", colour, size_mm / 2, colour, rim_mm),) if crossed else ()
    return Symbol("marker", (_mark(shape, "#ffffff", size_mm, colour, rim_mm), *cross))


def write(style: Style) -> str:
    """Write a style as QGIS reads it."""
    root = ET.Element("qgis", version="3.22", styleCategories="AllStyleCategories")
    if style.from_scale:
        root.attrib |= {
            "hasScaleBasedVisibilityFlag": "1",
            "minScale": str(style.from_scale),
            "maxScale": "0",
        }
    if style.renderer:
        _renderer(root, style.renderer)
    if style.text:
        root.set("labelsEnabled", "1")
        _labels(root, style.text, style.renderer)
    aliases = ET.SubElement(root, "aliases")
    for index, (field, name) in enumerate(style.aliases.items()):
        ET.SubElement(aliases, "alias", field=field, index=str(index), name=name)
    if style.display:
        ET.SubElement(root, "previewExpression").text = f'"{style.display}"'
    ET.indent(root, " ")
    return ET.tostring(root, encoding="unicode")


def _mark(
    shape: str, colour: str, size_mm: float, outline: str, width_mm: float
) -> tuple[str, tuple[tuple[str, str], ...]]:
    options = {
        "name": shape,
        "color": _rgba(colour),
        "size": str(size_mm),
        "outline_color": _rgba(outline),
        "outline_width": str(width_mm),
    }
    return ("SimpleMarker", tuple(options.items()))


def _stroke(colour: str, width_mm: float, dash_mm: str = "") -> tuple[str, tuple[tuple[str, str], ...]]:
    options = {
        "line_color": _rgba(colour),
        "line_width": f"{width_mm:g}",
        "capstyle": "flat" if dash_mm else "round",
        "joinstyle": "round",
        "use_custom_dash": "1" if dash_mm else "0",
        "customdash": dash_mm or "5;2",
    }
    return ("SimpleLine", tuple(options.items()))


def _renderer(root: ET.Element, renderer: Renderer) -> None:
    node = ET.SubElement(root, "renderer-v2", type=renderer.type)
    if renderer.field:
        node.set("attr", renderer.field)
        groups = {"graduatedSymbol": ("ranges", _range), "categorizedSymbol": ("categories", _category)}
        tag, entry = groups[renderer.type]
        group = ET.SubElement(node, tag)
        for index, item in enumerate(renderer.classes):
            entry(group, index, item)
    points = all(item.symbol.kind == "marker" for item in renderer.classes)
    if points:
        node.set("symbollevels", "1")
    symbols = ET.SubElement(node, "symbols")
    for index, item in enumerate(renderer.classes):
        # Of points on one place, the class that the legend names first is seen.
        level = len(renderer.classes) - 1 - index if points else 0
        _symbol(symbols, str(index), item.symbol, level)


def _range(group: ET.Element, index: int, item: Class) -> None:
    bounds = {"lower": f"{item.lower:.15g}", "upper": f"{item.upper:.15g}"}
    ET.SubElement(group, "range", symbol=str(index), label=item.label, render="true", attrib=bounds)


def _category(group: ET.Element, index: int, item: Class) -> None:
    value = str(item.value).lower() if isinstance(item.value, bool) else item.value
    kind = "bool" if isinstance(item.value, bool) else "string" if item.value else "NULL"
    attributes = {"symbol": str(index), "label": item.label, "value": value, "render": "true"}
    ET.SubElement(group, "category", type=kind, attrib=attributes)


def _symbol(parent: ET.Element, name: str, symbol: Symbol, level: int = 0) -> None:
    node = ET.SubElement(parent, "symbol", type=symbol.kind, name=name, alpha="1", clip_to_extent="1")
    for drawing, options in symbol.parts:
        layer = ET.SubElement(
            node, "layer", {"class": drawing, "enabled": "1", "pass": str(level), "locked": "0"}
        )
        table = ET.SubElement(layer, "Option", type="Map")
        for key, value in options:
            ET.SubElement(table, "Option", type="QString", name=key, value=value)


def _labels(root: ET.Element, text: Text, renderer: Renderer | None) -> None:
    labeling = ET.SubElement(root, "labeling", type="simple")
    settings = ET.SubElement(labeling, "settings", calloutType="simple")
    look = {
        "fieldName": text.field,
        "fontFamily": "Open Sans",
        "fontSize": f"{text.size:g}",
        "fontSizeUnit": "Point",
        "fontWeight": "75" if text.bold else "50",
        "fontItalic": "1" if text.italic else "0",
        "textColor": _rgba(text.colour),
        "isExpression": "0",
    }
    style = ET.SubElement(settings, "text-style", look)
    halo = {"bufferDraw": "1", "bufferSize": "0.8", "bufferSizeUnits": "MM", "bufferColor": "255,255,255,220"}
    ET.SubElement(style, "text-buffer", halo)
    kind = renderer.classes[0].symbol.kind if renderer else "marker"
    ET.SubElement(settings, "placement", {"fill": _INSIDE, "line": _ALONG, "marker": _BESIDE}[kind])
    limits = {"scaleVisibility": "1", "scaleMin": "0", "scaleMax": str(text.from_scale)}
    visibility = limits if text.from_scale else {"scaleVisibility": "0"}
    ET.SubElement(settings, "rendering", visibility | {"obstacle": "0"})


_INSIDE = {"placement": "1", "centroidInside": "1", "centroidWhole": "1"}
_ALONG = {"placement": "2", "placementFlags": "10"}
_BESIDE = {"placement": "6", "dist": "1", "distUnits": "MM", "predefinedPositionOrder": "TR,BR,R,TL,BL,L"}


def _rgba(colour: str) -> str:
    """``#rrggbb`` or ``#rrggbbaa`` as QGIS writes it: ``r,g,b,a``."""
    digits = colour.removeprefix("#").ljust(8, "f")
    return ",".join(str(int(digits[start : start + 2], 16)) for start in range(0, 8, 2))
