"""A page's record as the browser reads it: plain lists by the fields of `wire`, each text and source once."""

from __future__ import annotations

import base64
import collections.abc
import math
import typing

import numpy as np
import shapely

from layers.region import Region
from maps import texts
from maps.web import spec, wire

# 0.0001 degree is 11 m north-south and 6-7 m east-west here, below a pixel at every zoom offered.
_STEPS_PER_DEGREE = 10_000

Json = wire.Json


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
    parts: dict[str, Json] = {
        "rows": [encode.row(row) for row in content.rows],
        "units": [encode.unit(unit) for unit in content.units],
        "indicators": [encode.indicator(indicator) for indicator in content.indicators],
        "layers": [encode.layer(layer) for layer in content.layers],
        "tables": [encode.table(table) for table in content.tables],
    }
    known = {source.id: source for source in content.sources}
    record = wire.named(
        "page",
        id=content.id,
        start=content.start,
        focus=content.focus,
        invitation=content.invitation.encoded(),
        base=len(content.base_source_ids),
        languages=list(region.languages),
        texts=_texts(region),
        words=[word.encoded() for word in words.values()],
        steps_per_degree=_STEPS_PER_DEGREE,
        files=[wire.listed("file", path=file.path, title=file.title.encoded()) for file in content.files],
        sources=[_source(known[source_id]) for source_id in sources.values()],
        background=_background(content.background),
        **parts,
    )
    return {"fields": wire.FIELDS} | record


def index(region: Region) -> Json:
    """Record of the landing page, which only speaks."""
    spoken = {"locale": texts.label(region, "page.locale").encoded()}
    return {"fields": wire.FIELDS} | wire.named("index", languages=list(region.languages), texts=spoken)


def _texts(region: Region) -> dict[str, Json]:
    return {key: text.encoded() for key, text in texts.section(region, "page").items()}


class _Encoder:
    """Turns records into plain lists, numbering what repeats."""

    def __init__(self, words: _Numbered, sources: _Numbered) -> None:
        self._words = words
        self._sources = sources

    def figure(self, figure: spec.Figure) -> Json:
        """One figure, without its end that says nothing."""
        return wire.listed(
            "figure",
            value=figure.value.encoded() if isinstance(figure.value, texts.Label) else _number(figure.value),
            measure=self._words(figure.unit),
            periods=figure.period.split(),
            source=self.source(figure.source_id),
            qualifier=self._words(figure.qualifier),
            confidence=self._words(figure.confidence),
            perimeter=self._words(figure.perimeter),
            note=self._words(figure.note),
            coverage=min(_number(figure.coverage), 1),
            ranks=_ranks(figure.ranks) if figure.ranks else None,
        )

    def source(self, source_id: str) -> int:
        """Give the number of a source, -1 for none."""
        return self._sources(source_id) if source_id else -1

    def row(self, row: spec.Row) -> Json:
        figures = [self.figure(figure) for figure in row.figures]
        return wire.listed("row", title=row.title.encoded(), figures=figures)

    def note(self, note: spec.Note) -> Json:
        return wire.named(
            "note",
            text=note.text.encoded(),
            title=note.title.encoded(),
            source=self.source(note.source_id),
            caution=note.caution,
        )

    def table(self, table: spec.Table) -> Json:
        return wire.named(
            "table",
            title=table.title.encoded(),
            columns=[column.encoded() for column in table.columns],
            rows=[self._line(*row) for row in table.rows],
            note=table.note.encoded(),
            source=self.source(table.source_id),
            units=list(table.unit_ids),
        )

    def _line(self, head: texts.Label, cells: tuple[float | texts.Label, ...]) -> Json:
        return wire.listed("line", head=self._words(head), cells=[_cell(cell) for cell in cells])

    def composite(self, composite: spec.Composite) -> Json:
        return wire.named(
            "composite",
            title=composite.title.encoded(),
            figure=self.figure(composite.figure) if composite.figure else None,
            coverage=_number(composite.coverage),
            colour=composite.colour,
            terms=[self.term(term) for term in composite.terms],
        )

    def term(self, term: spec.Term) -> Json:
        return wire.listed(
            "term",
            title=self._words(term.title),
            value=_cell(term.value),
            measure=self._words(term.unit),
            normalised=_cell(term.normalised),
            weight=_number(term.weight),
            weight_used=_cell(term.weight_used),
            contribution=_cell(term.contribution),
            periods=term.period.split(),
            sources=[self.source(source_id) for source_id in term.source_ids],
            about=self._words(term.about),
        )

    def unit(self, unit: spec.Unit) -> Json:
        return wire.named(
            "unit",
            id=unit.id,
            level=unit.level,
            parent=unit.parent_id,
            name=unit.name.encoded(),
            kind=unit.kind.encoded(),
            geometry=geometry(unit.geometry),
            members=list(unit.members),
            partners=[_partner(partner) for partner in unit.partners],
            rows=[self.row(row) for row in unit.rows],
            notes=[self.note(note) for note in unit.notes],
            tables=[self.table(table) for table in unit.tables],
            composites=[self.composite(composite) for composite in unit.composites],
        )

    def indicator(self, indicator: spec.Indicator) -> Json:
        return wire.named(
            "indicator",
            id=indicator.id,
            title=indicator.title.encoded(),
            group=indicator.group.encoded(),
            level=indicator.level,
            note=indicator.note.encoded(),
            series=indicator.series,
            step=indicator.step.encoded(),
            documented=indicator.documented,
            figures={
                unit_id: [self.figure(figure) for figure in figures]
                for unit_id, figures in sorted(indicator.figures.items())
            },
            scales=[self._scale(scale) for scale in indicator.scales],
        )

    def _scale(self, scale: spec.Scale) -> Json:
        return wire.named(
            "scale",
            measure=self._words(scale.unit),
            breaks=[_number(bound) for bound in scale.breaks],
            colours=list(scale.colours),
            labels=[label.encoded() for label in scale.labels],
            axes=[axis.encoded() for axis in scale.axes],
        )

    def layer(self, layer: spec.Layer | spec.Image) -> Json:
        """Layers of features and images share their fields; each leaves out those of the other."""
        sources = [self.source(source_id) for source_id in layer.source_ids]
        own = _image(layer) if isinstance(layer, spec.Image) else self._features(layer)
        return wire.named(
            "layer",
            id=layer.id,
            title=layer.title.encoded(),
            group=layer.group.encoded(),
            note=layer.note.encoded(),
            sources=sources,
            series=layer.series,
            step=layer.step.encoded(),
            choice=layer.choice,
            visible=layer.visible,
            symbols=[_symbol(symbol) for symbol in layer.symbols],
            **own,
        )

    def _features(self, layer: spec.Layer) -> dict[str, Json]:
        switches = {"listed": layer.listed, "focused": layer.focused, "cumulative": layer.cumulative}
        features = [self._feature(feature) for feature in layer.features]
        return switches | {"features": features, "image": "", "bounds": []}

    def _feature(self, feature: spec.Feature) -> Json:
        return wire.named(
            "feature",
            id=feature.id,
            name=feature.name.encoded(),
            symbol=feature.symbol,
            geometry=geometry(feature.geometry) if feature.geometry is not None else None,
            units=list(feature.unit_ids),
            subject=feature.subject,
            brief=feature.brief.encoded(),
            shows=list(feature.shows),
            ranking=feature.ranking,
            related=list(feature.related),
            rows=[self.row(row) for row in feature.rows],
            notes=[self.note(note) for note in feature.notes],
            tables=[self.table(table) for table in feature.tables],
            composites=[self.composite(composite) for composite in feature.composites],
        )


def geometry(shape: shapely.Geometry) -> Json:
    """Outline as dimension and parts in steps of 0.0001 degree.

    Each part (a point, a line, or the list of a polygon's rings) is ``[lon, lat, dlon, dlat, …]``:
    the first vertex and then the differences from vertex to vertex. Vertices that fall together
    after rounding are written once, so neighbours that share vertices still share them.
    """
    parts = [part for part in shapely.get_parts(shape) if not part.is_empty]
    dimension = max(int(part) for part in shapely.get_dimensions(parts))
    if dimension < 2:
        lines = [_differences(part) for part in parts]
        return wire.listed("geometry", dimension=dimension, parts=lines)
    polygons = [[_differences(part.exterior), *map(_differences, part.interiors)] for part in parts]
    kept = [[ring for ring in rings if len(ring) >= 8] for rings in polygons if len(rings[0]) >= 8]
    return wire.listed("geometry", dimension=2, parts=kept)


def _differences(line: shapely.Geometry) -> list[int]:
    vertices = np.rint(shapely.get_coordinates(line) * _STEPS_PER_DEGREE).astype(np.int64)
    steps = np.diff(vertices, axis=0, prepend=0)
    steps = steps[np.append(True, steps[1:].any(axis=1))]
    found: list[int] = steps.ravel().tolist()
    return found


def _background(background: spec.Background) -> Json:
    return wire.named(
        "background",
        land=[geometry(shape) for shape in background.land],
        water=[geometry(shape) for shape in background.water],
        places=[_place(place) for place in background.places],
    )


def _place(place: spec.Place) -> Json:
    return wire.listed(
        "place",
        name=place.name.encoded(),
        lon=round(place.lon * _STEPS_PER_DEGREE),
        lat=round(place.lat * _STEPS_PER_DEGREE),
        kind=place.kind,
        rank=place.rank,
    )


def _partner(partner: spec.Partner) -> Json:
    return wire.listed("partner", unit=partner.unit_id, km=_number(partner.shared_km), paired=partner.paired)


def _ranks(ranks: spec.Ranks) -> Json:
    return wire.listed(
        "ranks",
        place=_number(ranks.place),
        median=_number(ranks.median),
        low=_number(ranks.low),
        high=_number(ranks.high),
        share=_number(ranks.top_share),
        top=_number(ranks.top),
        of=_number(ranks.of),
        last=_number(ranks.last),
    )


def _image(image: spec.Image) -> dict[str, Json]:
    png = base64.b64encode(image.png).decode("ascii")
    switches = {"listed": False, "focused": False, "cumulative": False}
    return switches | {"features": [], "image": f"data:image/png;base64,{png}", "bounds": list(image.bounds)}


def _source(source: spec.Source) -> Json:
    return wire.named(
        "source",
        id=source.id,
        title=source.title.encoded(),
        publisher=source.publisher.encoded(),
        url=source.url,
        licence=source.licence,
        vintage=source.vintage,
    )


def _symbol(symbol: spec.Symbol) -> Json:
    return wire.named(
        "symbol",
        title=symbol.title.encoded(),
        shape=symbol.shape,
        colour=symbol.colour,
        size=symbol.size,
        dash=symbol.dash,
        opacity=min(symbol.opacity, 1),
        look=symbol.look,
    )


def _cell(cell: float | texts.Label) -> Json:
    if isinstance(cell, texts.Label):
        return cell.encoded()
    return None if math.isnan(cell) else _number(cell)


def _number(value: float) -> int | float:
    """Ten significant digits are more than any source gives; whole numbers lose their point."""
    rounded = float(f"{value:.10g}")
    return int(rounded) if rounded.is_integer() else rounded
