"""A page's record as the browser reads it: plain lists, each text, source and outline once."""

from __future__ import annotations

import base64
import collections.abc
import dataclasses
import math
import typing

import numpy as np
import shapely

from layers.region import Region
from maps import texts
from maps.web import spec

# 0.0001 degree is 11 m north-south and 6-7 m east-west here, below a pixel at every zoom offered.
_STEPS_PER_DEGREE = 10_000

Json = typing.Any


class _Numbered:
    """Values kept once and referred to by number."""

    def __init__(self, values: collections.abc.Iterable[collections.abc.Hashable] = ()) -> None:
        self._numbers = {value: number for number, value in enumerate(values)}

    def __call__(self, value: collections.abc.Hashable) -> int:
        return self._numbers.setdefault(value, len(self._numbers))

    def values(self) -> list[typing.Any]:
        return list(self._numbers)


def page(region: Region, content: spec.PageSpec) -> Json:
    """Record of one page; sources and the words around figures are referred to by number."""
    words = _Numbered([texts.EMPTY])
    sources = _Numbered(content.base_source_ids)
    encode = _Encoder(words, sources)
    record = {
        "id": content.id,
        "start": content.start,
        "texts": {key: text.encoded() for key, text in texts.section(region, "page").items()},
        "rows": [encode.row(row) for row in content.rows],
        "units": [encode.unit(unit) for unit in content.units],
        "indicators": [encode.indicator(indicator) for indicator in content.indicators],
        "layers": [encode.layer(layer) for layer in content.layers],
        "background": _background(content.background),
        "base": len(content.base_source_ids),
    } | _filled(
        tables=[encode.table(table) for table in content.tables],
        focus=content.focus,
        invitation=content.invitation.encoded(),
        files=[[file.path, file.title.encoded()] for file in content.files],
    )
    known = {source.id: source for source in content.sources}
    return record | {
        "sources": [_source(known[source_id]) for source_id in sources.values()],
        "words": [word.encoded() for word in words.values()],
    }


class _Encoder:
    """Turns records into plain lists, numbering what repeats."""

    def __init__(self, words: _Numbered, sources: _Numbered) -> None:
        self._words = words
        self._sources = sources

    def figure(self, figure: spec.Figure) -> Json:
        """Value, measure, period, source, qualifier, confidence, perimeter, note, coverage, ranks.

        A list without empty ends; a complete coverage is empty.
        """
        fields = [
            figure.value.encoded() if isinstance(figure.value, texts.Label) else _number(figure.value),
            self._words(figure.unit),
            figure.period,
            self.source(figure.source_id),
            self._words(figure.qualifier),
            self._words(figure.confidence),
            self._words(figure.perimeter),
            self._words(figure.note),
            _number(figure.coverage) if figure.coverage < 1 else 0,
            [_number(one) for one in dataclasses.astuple(figure.ranks)] if figure.ranks else 0,
        ]
        while len(fields) > 1 and fields[-1] in ("", 0, -1):
            fields.pop()
        return fields

    def source(self, source_id: str) -> int:
        return self._sources(source_id) if source_id else -1

    def row(self, row: spec.Row) -> Json:
        return [row.title.encoded(), [self.figure(figure) for figure in row.figures]]

    def note(self, note: spec.Note) -> Json:
        return _filled(
            text=note.text.encoded(),
            title=note.title.encoded(),
            source=self.source(note.source_id) if note.source_id else None,
            caution=note.caution,
        )

    def table(self, table: spec.Table) -> Json:
        """Title, columns, and rows of a head and cells."""
        return {
            "title": table.title.encoded(),
            "columns": [column.encoded() for column in table.columns],
            "rows": [[self._words(head), [_cell(cell) for cell in cells]] for head, cells in table.rows],
        } | _filled(
            note=table.note.encoded(),
            source=self.source(table.source_id) if table.source_id else None,
            units=list(table.unit_ids),
        )

    def composite(self, composite: spec.Composite) -> Json:
        """Title, figure, coverage and terms."""
        return {
            "title": composite.title.encoded(),
            "figure": self.figure(composite.figure) if composite.figure else None,
            "coverage": _number(composite.coverage),
            "terms": [self.term(term) for term in composite.terms],
        } | _filled(colour=composite.colour)

    def term(self, term: spec.Term) -> Json:
        """Title, value, unit, normalised, weight, weight used, contribution, period, sources, about."""
        return [
            self._words(term.title),
            _cell(term.value),
            self._words(term.unit),
            _cell(term.normalised),
            _number(term.weight),
            _cell(term.weight_used),
            _cell(term.contribution),
            term.period,
            [self.source(source_id) for source_id in term.source_ids],
            self._words(term.about),
        ]

    def unit(self, unit: spec.Unit) -> Json:
        return {
            "id": unit.id,
            "level": unit.level,
            "name": unit.name.encoded(),
            "kind": unit.kind.encoded(),
            "geometry": geometry(unit.geometry),
        } | _filled(
            parent=unit.parent_id,
            rows=[self.row(row) for row in unit.rows],
            partners=[
                [partner.unit_id, _number(partner.shared_km), int(partner.paired)]
                for partner in unit.partners
            ],
            notes=[self.note(note) for note in unit.notes],
            tables=[self.table(table) for table in unit.tables],
            members=list(unit.members),
            composites=[self.composite(composite) for composite in unit.composites],
        )

    def indicator(self, indicator: spec.Indicator) -> Json:
        return {
            "id": indicator.id,
            "title": indicator.title.encoded(),
            "group": indicator.group.encoded(),
            "level": indicator.level,
            **({} if indicator.documented is None else {"documented": indicator.documented}),
            "figures": {
                unit_id: [self.figure(figure) for figure in figures]
                for unit_id, figures in sorted(indicator.figures.items())
            },
        } | _filled(
            scales=[self._scale(scale) for scale in indicator.scales],
            note=indicator.note.encoded(),
            series=indicator.series,
            step=indicator.step.encoded(),
        )

    def _scale(self, scale: spec.Scale) -> Json:
        return {
            "measure": self._words(scale.unit),
            "breaks": [_number(bound) for bound in scale.breaks],
            "colours": list(scale.colours),
        } | _filled(
            labels=[label.encoded() for label in scale.labels], axes=[axis.encoded() for axis in scale.axes]
        )

    def layer(self, layer: spec.Layer | spec.Image) -> Json:
        common = {
            "id": layer.id,
            "title": layer.title.encoded(),
            "group": layer.group.encoded(),
            "symbols": [_symbol(symbol) for symbol in layer.symbols],
        } | _filled(
            visible=layer.visible,
            note=layer.note.encoded(),
            sources=[self.source(source_id) for source_id in layer.source_ids],
            series=layer.series,
            step=layer.step.encoded(),
            choice=layer.choice,
        )
        if isinstance(layer, spec.Image):
            image = base64.b64encode(layer.png).decode("ascii")
            return common | {"image": f"data:image/png;base64,{image}", "bounds": list(layer.bounds)}
        kind = _filled(listed=layer.listed, focused=layer.focused, cumulative=layer.cumulative)
        return common | kind | {"features": [self._feature(feature) for feature in layer.features]}

    def _feature(self, feature: spec.Feature) -> Json:
        return {"id": feature.id, "name": feature.name.encoded()} | _filled(
            symbol=feature.symbol,
            geometry=geometry(feature.geometry) if feature.geometry is not None else None,
            rows=[self.row(row) for row in feature.rows],
            notes=[self.note(note) for note in feature.notes],
            units=list(feature.unit_ids),
            tables=[self.table(table) for table in feature.tables],
            subject=feature.subject,
            brief=feature.brief.encoded(),
            composites=[self.composite(composite) for composite in feature.composites],
            shows=list(feature.shows),
            ranking=feature.ranking,
            related=list(feature.related),
        )


def geometry(shape: shapely.Geometry) -> Json:
    """Outline as ``[dimension, parts]`` in steps of 0.0001 degree.

    Each part (a point, a line, or the list of a polygon's rings) is ``[lon, lat, dlon, dlat, …]``:
    the first vertex and then the differences from vertex to vertex. Vertices that fall together
    after rounding are written once, so neighbours that share vertices still share them.
    """
    parts = [part for part in shapely.get_parts(shape) if not part.is_empty]
    dimension = max(int(part) for part in shapely.get_dimensions(parts))
    if dimension < 2:
        return [dimension, [_differences(part) for part in parts]]
    polygons = [[_differences(part.exterior), *map(_differences, part.interiors)] for part in parts]
    return [2, [[ring for ring in rings if len(ring) >= 8] for rings in polygons if len(rings[0]) >= 8]]


def _differences(line: shapely.Geometry) -> list[int]:
    vertices = np.rint(shapely.get_coordinates(line) * _STEPS_PER_DEGREE).astype(np.int64)
    steps = np.diff(vertices, axis=0, prepend=0)
    steps = steps[np.append(True, steps[1:].any(axis=1))]
    found: list[int] = steps.ravel().tolist()
    return found


def _background(background: spec.Background) -> Json:
    return {
        "land": [geometry(shape) for shape in background.land],
        "water": [geometry(shape) for shape in background.water],
        "places": [
            [
                place.name.encoded(),
                round(place.lon * _STEPS_PER_DEGREE),
                round(place.lat * _STEPS_PER_DEGREE),
                place.kind,
                place.rank,
            ]
            for place in background.places
        ],
    }


def _source(source: spec.Source) -> Json:
    return {"id": source.id, "title": source.title.encoded()} | _filled(
        publisher=source.publisher.encoded(), url=source.url, licence=source.licence, vintage=source.vintage
    )


def _symbol(symbol: spec.Symbol) -> Json:
    return {
        "title": symbol.title.encoded(),
        "shape": symbol.shape,
        "colour": symbol.colour,
        "size": symbol.size,
    } | _filled(
        dash=symbol.dash,
        opacity=symbol.opacity if symbol.opacity < 1 else None,
        look=symbol.look if symbol.look != "full" else None,
    )


def _cell(cell: float | texts.Label) -> Json:
    if isinstance(cell, texts.Label):
        return cell.encoded()
    return None if math.isnan(cell) else _number(cell)


def _number(value: float) -> int | float:
    """Ten significant digits are more than any source gives; whole numbers lose their point."""
    rounded = float(f"{value:.10g}")
    return int(rounded) if rounded.is_integer() else rounded


def _filled(**fields: Json) -> dict[str, Json]:
    """Only the fields that say something."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], False, 0)}
