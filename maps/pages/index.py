"""The landing page: what is where, how fresh, from which sources."""

from __future__ import annotations

import collections.abc
import dataclasses
import math
import pathlib
import re

import pandas as pd
import shapely

from layers.region import Region
from layers.siting import criteria
from maps import texts
from maps.parts import figures, frames
from maps.web import document, encode, spec

COLUMNS = {
    name: frames.COLUMNS[name]
    for name in (
        *("oblasts", "districts", "border", "crossings", "settlements", "links", "zones", "programme"),
        *("facts", "indicators", "sources", "terms", "notes", "raw_files", "claims"),
    )
}

_SHAPE_WIDTH = 300.0
_SHAPE_TOLERANCE_DEG = 0.02


@dataclasses.dataclass(frozen=True)
class Theme:
    """How much is known on one theme, and of which years."""

    title: texts.Label
    facts: int
    indicators: int
    years: str


@dataclasses.dataclass(frozen=True)
class File:
    """A product to open: path relative to the page, title, kind, and size in kB or MB."""

    path: str
    title: texts.Label
    suffix: str
    size: float
    scale: str


@dataclasses.dataclass(frozen=True)
class Claim:
    """A statement of a document, why the verdict on it is as it is, and the figure found, if any."""

    statement: texts.Label
    reason: texts.Label
    found: float | None
    unit: texts.Label


def build(region: Region, tables: frames.Frames, *, files: collections.abc.Mapping[str, int]) -> str:
    """Page ``index.html`` as text.

    Parameters
    ----------
    tables
        Frames of `COLUMNS`, as for `maps.pages.overview.build`.
    files
        Size in bytes by path relative to the atlas (``"maps/overview.html"``, ``"borderzone.gpkg"``,
        ``"tables/facts.csv"`` …); what is not listed is not linked.

    Raises
    ------
    InputError
        One line for each frame or column that is missing.
    """
    known = frames.checked(region, tables, COLUMNS)
    return document.fill(
        region,
        "index.html",
        maps=_maps(region, files),
        groups={
            group: found
            for group in ("gis", "rasters", "tables", "print")
            if (found := _files(region, files, group))
        },
        counts=_counts(region, known),
        themes=_themes(region, known),
        verdicts=_verdicts(region, known),
        sources=_used(region, known),
        outline=_outline(region, known["oblasts"]),
        height=round(_height(known["oblasts"])) + 8,
        record=document.embedded(encode.index(region)),
        script=document.script("atlas.js", "language.js", "wire.js", "index.js"),
    )


def _maps(region: Region, files: collections.abc.Mapping[str, int]) -> list[tuple[str, str]]:
    """Path and id of each map, in the order of the texts."""
    ids = {
        path.removeprefix("maps/").removesuffix(".html"): path for path in files if path.startswith("maps/")
    }
    ordered = [key.removesuffix(".short") for key in texts.load(region) if key.endswith(".short")]
    return [(ids[name], name) for name in ordered if name in ids]


def _files(region: Region, files: collections.abc.Mapping[str, int], group: str) -> list[File]:
    titles = _criterion_titles(region) | _layer_titles(region) | texts.section(region, "file")
    found = []
    for path, size in sorted(files.items(), key=lambda item: (item[0].endswith(".csv"), item[0])):
        pure = pathlib.PurePosixPath(path)
        here = pure.suffix == ".gpkg" if group == "gis" else pure.parts[0] == group
        if here:
            kind = pure.suffix.removeprefix(".")
            title = titles.get(f"{pure.stem}_{kind}") or titles.get(pure.stem, texts.plain(pure.name))
            amount, scale = (size / 1e6, "megabytes") if size >= 1e6 else (size / 1e3, "kilobytes")
            found.append(File(path, title, kind.upper(), float(f"{amount:.2g}"), scale))
    return found


def _layer_titles(region: Region) -> dict[str, texts.Label]:
    """Titles of the layers of the GeoPackage, for the tables of the same name."""
    said = texts.section(region, "geopackage.layer")
    return {key.removesuffix(".title"): title for key, title in said.items() if key.endswith(".title")}


def _criterion_titles(region: Region) -> dict[str, texts.Label]:
    """Titles of the criteria with their units, for rasters that the texts do not name."""
    if not region.has("criteria.csv"):
        return {}
    rows = criteria.table(region).reset_index().to_dict("records")
    return {
        criteria.PREFIX + row["criterion"]: texts.joined(
            [texts.of(region, row, "title"), texts.of(region, row, "unit")], ", "
        )
        for row in rows
    }


def _counts(region: Region, tables: frames.Frames) -> list[tuple[int, texts.Label]]:
    """Count what the atlas holds."""
    sizes = {
        "oblasts": len(tables["oblasts"]),
        "districts": len(tables["districts"]),
        "border_km": round(float(tables["border"]["length_km"].sum())),
        "crossings": len(tables["crossings"]),
        **{name: len(tables[name]) for name in ("links", "zones", "programme") if name in tables},
        "facts": len(tables["facts"]),
    }
    return [(size, texts.label(region, f"index.count.{name}")) for name, size in sizes.items()]


def _themes(region: Region, tables: frames.Frames) -> list[Theme]:
    themes = tables["indicators"].set_index("indicator")["theme"]
    facts = tables["facts"].assign(theme=tables["facts"]["indicator"].map(themes))
    words = figures.Words(region, tables)
    grouped = dict(list(facts.groupby("theme")))
    return [
        Theme(title.capitalised(), len(own), own["indicator"].nunique(), _years(own["period"]))
        for theme, title in words.terms("theme").items()
        if (own := grouped.get(theme)) is not None
    ]


def _verdicts(region: Region, tables: frames.Frames) -> list[tuple[texts.Label, list[Claim]]]:
    """Statements by verdict, in the order of the vocabulary; a region without statements has none."""
    if "claims" not in tables:
        return []
    units = {row["unit"]: texts.of(region, row, "unit") for row in tables["indicators"].to_dict("records")}
    grouped = dict(list(tables["claims"].groupby("verdict")))
    return [
        (title.capitalised(), [_claim(region, row, units) for row in grouped[verdict].to_dict("records")])
        for verdict, title in figures.Words(region, tables).terms("verdict").items()
        if verdict in grouped
    ]


def _claim(region: Region, row: frames.Row, units: collections.abc.Mapping[str, texts.Label]) -> Claim:
    found = float(f"{row['found_value']:.4g}") if row["found_unit"] else None
    statement, reason = (texts.of(region, row, name) for name in ("statement", "reason"))
    return Claim(statement, reason, found, units.get(row["found_unit"], texts.EMPTY))


def _years(periods: pd.Series) -> str:
    years = sorted({year for period in periods for year in re.findall(r"\d{4}", period)})
    return f"{years[0]}–{years[-1]}" if years else "–"


def _used(region: Region, tables: frames.Frames) -> list[spec.Source]:
    """List the sources that a fact, a feature or an outline refers to."""
    columns = [
        *(tables[name]["source_id"] for name in ("facts", "crossings", "settlements", "raw_files")),
        *(tables[name]["source_ids"] for name in ("links", "zones", "programme") if name in tables),
    ]
    used = {source for column in columns for cell in column for source in str(cell).split()}
    return [source for source in figures.sources(region, tables["sources"]) if source.id in used]


def _outline(region: Region, oblasts: pd.DataFrame) -> list[tuple[str, texts.Label]]:
    """Small outlines of the oblasts as paths of a drawing `_SHAPE_WIDTH` wide, each with its name."""
    west, south, east, north = oblasts.total_bounds
    across = _SHAPE_WIDTH / (east - west)
    down = _height(oblasts) / (north - south)
    shapes = shapely.coverage_simplify(oblasts.geometry.to_numpy(), _SHAPE_TOLERANCE_DEG)
    drawn = shapely.transform(shapes, lambda xy: (xy - [west, north]) * [across, -down])
    names = [texts.of(region, row) for row in oblasts.to_dict("records")]
    return sorted(
        ((_path(shape), name) for shape, name in zip(drawn, names, strict=True)), key=lambda item: item[0]
    )


def _height(oblasts: pd.DataFrame) -> float:
    west, south, east, north = oblasts.total_bounds
    return float(_SHAPE_WIDTH * (north - south) / (east - west) / math.cos(math.radians((south + north) / 2)))


def _path(shape: shapely.Geometry) -> str:
    rings = [ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)]
    return "".join("M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in ring.coords[:-1]) + "z" for ring in rings)
