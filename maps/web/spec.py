"""What a page shows: a small set of frozen records that say what, never how."""

from __future__ import annotations

import collections.abc
import dataclasses
import typing

import shapely

from maps import texts

Level = typing.Literal["oblast", "district", "oblast_pair", "district_pair"]
PlaceKind = typing.Literal["oblast", "city", "paired", "town", "neighbour"]
Shape = typing.Literal["line", "area", "circle", "square", "diamond", "triangle"]
Look = typing.Literal["full", "hollow", "crossed"]


@dataclasses.dataclass(frozen=True)
class Ranks:
    """Place of a figure among ``of`` others, the best first, and how far it can be trusted.

    ``median``, ``low`` and ``high`` (90 % interval) are over draws of weights and methods;
    ``top_share`` is the share of draws in which the place is among the first ``top``. Those of one
    score share the places from ``place`` to ``last``.
    """

    place: int
    median: float
    low: float
    high: float
    top_share: float
    top: int
    of: int
    last: int


@dataclasses.dataclass(frozen=True)
class Figure:
    """One figure or fact as shown, with what is needed to trust it.

    ``value`` is a number, or a text where the source gives no number; ``qualifier`` stands before
    it ("more than"), ``period`` is in the grammar of `layers.io.periods` or several such by blanks,
    ``perimeter`` says what of the unit is counted. A figure is hatched on the map if its
    ``coverage``, the share of its inputs that are known by weight, is below 1.
    """

    value: float | texts.Label
    unit: texts.Label = texts.EMPTY
    period: str = ""
    source_id: str = ""
    qualifier: texts.Label = texts.EMPTY
    confidence: texts.Label = texts.EMPTY
    perimeter: texts.Label = texts.EMPTY
    note: texts.Label = texts.EMPTY
    coverage: float = 1.0
    ranks: Ranks | None = None


@dataclasses.dataclass(frozen=True)
class Scale:
    """Classes of the figures of one unit of measure; ``breaks`` are inclusive upper bounds.

    With ``labels`` the classes are categories: figure ``i``, or the one whose value is label ``i``, is
    drawn in colour ``i``. With ``axes`` (across, up) the categories are the squares of two figures
    with three classes each: row by row, the lowest row first.
    """

    unit: texts.Label
    breaks: tuple[float, ...]
    colours: tuple[str, ...]
    labels: tuple[texts.Label, ...] = ()
    axes: tuple[texts.Label, ...] = ()


@dataclasses.dataclass(frozen=True)
class Indicator:
    """An attribute of units; with ``scales`` it can be mapped, else it stands in their cards only.

    Figures in different units of measure (two currencies) get a scale each and are never mixed.
    The first figure of a unit is the mapped one; the others stay visible as alternatives.
    Indicators with the same ``series`` are steps of one slider, each named by ``step``.
    ``documented`` is for figures counted from documents: how many units have any. The nought of the others
    says that nothing was found, so the legend does not call it data.
    """

    id: str
    title: texts.Label
    group: texts.Label
    level: Level
    figures: collections.abc.Mapping[str, tuple[Figure, ...]]
    scales: tuple[Scale, ...] = ()
    note: texts.Label = texts.EMPTY
    series: str = ""
    step: texts.Label = texts.EMPTY
    documented: int | None = None


@dataclasses.dataclass(frozen=True)
class Row:
    """A labelled figure in a card; the first of ``figures`` is the chosen one, the others alternatives."""

    title: texts.Label
    figures: tuple[Figure, ...]


@dataclasses.dataclass(frozen=True)
class Term:
    """What one figure adds to a score; a missing one adds nothing.

    ``normalised`` lies between 0 and 1, ``weight_used`` is the weight after that of what is missing was
    shared, ``contribution`` is what the score is made of.
    """

    title: texts.Label
    value: float
    unit: texts.Label
    normalised: float
    weight: float
    weight_used: float
    contribution: float
    period: str = ""
    source_ids: tuple[str, ...] = ()
    about: texts.Label = texts.EMPTY


@dataclasses.dataclass(frozen=True)
class Composite:
    """A score and the terms that make it up; without ``figure`` too little is known for one."""

    title: texts.Label
    terms: tuple[Term, ...]
    figure: Figure | None = None
    coverage: float = 1.0
    colour: str = ""


@dataclasses.dataclass(frozen=True)
class Note:
    """A remark in words; ``caution`` marks a known fault or contradiction of the source."""

    text: texts.Label
    title: texts.Label = texts.EMPTY
    source_id: str = ""
    caution: bool = False


@dataclasses.dataclass(frozen=True)
class Table:
    """Figures side by side in a card: one line for each of ``rows``, a cell for each of ``columns``.

    An empty cell is missing; the unit of measure stands in the heading of its column. With
    ``unit_ids``, one for each row, a row leads to its unit.
    """

    title: texts.Label
    columns: tuple[texts.Label, ...]
    rows: tuple[tuple[texts.Label, tuple[float | texts.Label, ...]], ...]
    note: texts.Label = texts.EMPTY
    source_id: str = ""
    unit_ids: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Partner:
    """A unit on the other side of the border."""

    unit_id: str
    shared_km: float
    paired: bool = False


@dataclasses.dataclass(frozen=True)
class Unit:
    """An oblast, a district or a pair of them: its outline in EPSG:4326 and what its card says.

    A pair has the line that its ``members`` share. The figures of the indicators stand in the card of a
    unit too, unless it has ``composites``, whose terms say where they come from.
    """

    id: str
    level: Level
    parent_id: str
    name: texts.Label
    kind: texts.Label
    geometry: shapely.Geometry
    rows: tuple[Row, ...] = ()
    partners: tuple[Partner, ...] = ()
    notes: tuple[Note, ...] = ()
    tables: tuple[Table, ...] = ()
    members: tuple[str, ...] = ()
    composites: tuple[Composite, ...] = ()


@dataclasses.dataclass(frozen=True)
class Symbol:
    """How the features of one class look: ``size`` is the line width or point diameter in pixels.

    Points are ``full``, ``hollow`` (white, with a rim of their colour) or hollow and ``crossed`` out.
    """

    title: texts.Label
    shape: Shape
    colour: str
    size: float = 1.5
    dash: str = ""
    opacity: float = 1.0
    look: Look = "full"


@dataclasses.dataclass(frozen=True)
class Feature:
    """A located thing; without ``geometry`` it is drawn as the outlines of ``unit_ids``.

    Choosing a feature, or the unit of that id, makes its ``subject`` the one in focus. ``brief`` says
    in a list of features what distinguishes it. ``shows`` are the ids of an indicator and of layers that
    choosing it puts on the map, in place of what others have put there. Its card ranks the features of
    the layer, or the units of the indicator, that ``ranking`` names, and leads to ``related`` features.
    """

    id: str
    name: texts.Label
    symbol: int
    geometry: shapely.Geometry | None
    rows: tuple[Row, ...] = ()
    notes: tuple[Note, ...] = ()
    unit_ids: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    subject: str = ""
    brief: texts.Label = texts.EMPTY
    composites: tuple[Composite, ...] = ()
    shows: tuple[str, ...] = ()
    ranking: str = ""
    related: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Layer:
    """Features that are shown and hidden together, with their legend.

    A feature without a name is drawn but not described. The few features of a ``listed`` layer are
    offered by name before anything is chosen.
    Layers with the same ``series`` are steps of one slider, each named by ``step``, or of a list where
    they have no order (``choice``); those with the same step are shown together. Each step of a
    ``cumulative`` slider keeps those before it. A ``focused`` layer draws only the features of the
    subject in focus. A layer in which nothing is drawn is not offered to be shown.
    """

    id: str
    title: texts.Label
    group: texts.Label
    symbols: tuple[Symbol, ...]
    features: tuple[Feature, ...]
    visible: bool = False
    listed: bool = False
    note: texts.Label = texts.EMPTY
    source_ids: tuple[str, ...] = ()
    series: str = ""
    step: texts.Label = texts.EMPTY
    choice: bool = False
    focused: bool = False
    cumulative: bool = False


@dataclasses.dataclass(frozen=True)
class Image:
    """A raster drawn as PNG in web-Mercator rows, between ``south, west, north, east`` in degrees."""

    id: str
    title: texts.Label
    group: texts.Label
    png: bytes
    bounds: tuple[float, float, float, float]
    symbols: tuple[Symbol, ...]
    visible: bool = False
    note: texts.Label = texts.EMPTY
    source_ids: tuple[str, ...] = ()
    series: str = ""
    step: texts.Label = texts.EMPTY
    choice: bool = False


@dataclasses.dataclass(frozen=True)
class Place:
    """A name on the map; the smaller ``rank`` wins where names would overlap."""

    name: texts.Label
    lon: float
    lat: float
    kind: PlaceKind
    rank: int


@dataclasses.dataclass(frozen=True)
class Background:
    """The quiet ground under the map: land of the neighbours and water, in EPSG:4326."""

    land: tuple[shapely.Geometry, ...]
    water: tuple[shapely.Geometry, ...]
    places: tuple[Place, ...]


@dataclasses.dataclass(frozen=True)
class Source:
    """Where figures and outlines come from."""

    id: str
    title: texts.Label
    publisher: texts.Label = texts.EMPTY
    url: str = ""
    licence: str = ""
    vintage: str = ""


@dataclasses.dataclass(frozen=True)
class File:
    """A product to open from a page: its path from the folder of the page, and what it is."""

    path: str
    title: texts.Label


@dataclasses.dataclass(frozen=True)
class PageSpec:
    """One page of the atlas.

    Of ``sources`` those are listed that something refers to; ``base_source_ids`` stand behind the
    outlines. ``rows`` are figures of the whole zone, ``start`` is the indicator mapped at first (by
    default the first one), ``pages`` are the ids of all maps, for the navigation. ``focus`` is the
    subject in focus at first, ``invitation`` what to do before anything is chosen, ``files`` are products
    with the same numbers.
    """

    id: str
    title: texts.Label
    subtitle: texts.Label
    units: tuple[Unit, ...]
    indicators: tuple[Indicator, ...]
    background: Background
    layers: tuple[Layer | Image, ...] = ()
    sources: tuple[Source, ...] = ()
    base_source_ids: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    notes: tuple[Note, ...] = ()
    pages: tuple[str, ...] = ()
    start: str = ""
    tables: tuple[Table, ...] = ()
    focus: str = ""
    invitation: texts.Label = texts.EMPTY
    files: tuple[File, ...] = ()
