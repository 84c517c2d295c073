"""Documented links, special regimes and programme elements as located features.

A feature names its places: settlements and points of ``places.csv``, units of ``units.csv``, or the
two countries as a pair for the whole border. A link with two ends is one feature with a point at each
end (MultiPoint), so that every layer has one type of geometry and a link is seen from both sides;
``ends`` gives the same points one by one.
"""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pandera.pandas as pa
import shapely

from geo import crs
from layers.base import boundaries
from layers.dictionary import catalogue, ids, units
from layers.io import contracts
from layers.region import Region, remembered

OWN = ("point", "settlement")
KINDS = {"link": "links.csv", "zone": "zones.csv", "programme": "programme.csv"}


def places(region: Region) -> pd.DataFrame:
    """Settlements and points that features name, indexed by ``place_id``; ``lon``, ``lat`` in degrees."""
    return _checked_places(region).copy()


def features(region: Region, kind: str) -> pd.DataFrame:
    """One table of features (``link``, ``zone``, ``programme``) without geometry, indexed by its id.

    Added are ``unit_ids``, the districts and oblasts where its places lie at the precision known, and
    ``accuracy``, that of its least precise place.

    A region without the table has none.

    Raises
    ------
    InputError
        One line for each unknown place, type, source, note or period.
    """
    return _checked_features(region, kind).copy()


def links(region: Region) -> gpd.GeoDataFrame:
    """Documented cooperation, one MultiPoint for each link: type, titles, partner side, date, evidence."""
    return _layer(region, "link", _grounds(region))


def zones(region: Region) -> gpd.GeoDataFrame:
    """Locate special regimes and sites, one MultiPoint each; ``unit_ids`` are the units that they cover."""
    return _layer(region, "zone", _grounds(region))


def programme(region: Region) -> gpd.GeoDataFrame:
    """Elements of the proposed programme: points, the border line, or the oblasts that they cover."""
    grounds = _grounds(region)
    layer = _layer(region, "programme", grounds)
    covered = {
        position: grounds.loc[ids.split()].union_all()
        for position, (accuracy, ids) in layer[["accuracy", "unit_ids"]].iterrows()
        if accuracy in {"border", "oblast"}
    }
    geometry = [covered.get(position, points) for position, points in layer.geometry.items()]
    return layer.set_geometry(gpd.GeoSeries(shapely.normalize(geometry), index=layer.index, crs=crs.LONLAT))


def ends(region: Region, kind: str) -> gpd.GeoDataFrame:
    """Each place of each feature as a point: feature id, ``place``, ``unit_id``, ``accuracy``.

    A settlement stands at its own coordinates, a unit at a point inside it, the border at its middle.
    """
    return _ends(region, kind, _grounds(region))


def counts(region: Region, level: str) -> pd.Series[int]:
    """Documented links that end in each unit of a level, indexed by ``unit_id``.

    A link counts once for a unit, at the precision with which it is located: one that is known to the
    oblast only is not spread over its districts, and one about the whole border counts nowhere.
    """
    named = features(region, "link")["unit_ids"].str.split().explode()
    if level == "oblast":
        oblasts = units.of_level(region, "district")["parent_id"]
        named = named.map(lambda unit: oblasts.get(unit, unit))
    touched = named.reset_index().drop_duplicates().groupby("unit_ids").size()
    return touched.reindex(units.of_level(region, level).index, fill_value=0).rename("links_count")


def concerned(region: Region) -> dict[str, set[str]]:
    """Units that each feature and place concerns, with the oblasts of districts; a city its district."""
    oblasts = units.of_level(region, "district")["parent_id"]
    located = _places_and_units(region)["unit_id"]
    named = pd.concat([features(region, kind)["unit_ids"] for kind in KINDS])
    about = {place: [located[place]] for place in places(region).index} | named.str.split().to_dict()
    inside = {subject: {*ids, *oblasts.reindex(ids).dropna()} for subject, ids in about.items()}
    cities = units.of_level(region, "city")["parent_id"].items()
    return inside | {str(city): {str(city), str(district)} for city, district in cities}


def whole_border(region: Region) -> str:
    """Id of the whole border: the two countries as a pair."""
    return ids.joined(*region.countries)


@remembered
def _checked_places(region: Region) -> pd.DataFrame:
    if not region.has("places.csv"):
        return pd.DataFrame(columns=list(_places(region).columns)).set_index("place_id")
    table = region.table("places.csv")
    contracts.check(table, _places(region), file="places.csv")
    degrees = {axis: contracts.numbers(table[axis]) for axis in ("lon", "lat")}
    return table.assign(**degrees).set_index("place_id")


@remembered
def _checked_features(region: Region, kind: str) -> pd.DataFrame:
    if not region.has(KINDS[kind]):
        columns = [*_features(region, kind, set()).columns, "unit_ids", "accuracy"]
        return pd.DataFrame(columns=columns, dtype=str).set_index(f"{kind}_id")
    table = region.table(KINDS[kind])
    located = _places_and_units(region)
    contracts.check(table, _features(region, kind, set(located.index)), file=KINDS[kind])
    named = table["places"].str.split()
    ranks = {accuracy: rank for rank, accuracy in enumerate(catalogue.vocabulary(region, "accuracy"))}
    table["unit_ids"] = [" ".join(sorted(set(located.loc[row, "unit_id"]))) for row in named]
    table["accuracy"] = [max(located.loc[row, "accuracy"], key=ranks.__getitem__) for row in named]
    return table.set_index(f"{kind}_id").sort_index()


def _ends(region: Region, kind: str, grounds: gpd.GeoSeries) -> gpd.GeoDataFrame:
    named = features(region, kind)["places"].str.split().explode().rename("place").reset_index()
    frame = named.merge(_places_and_units(region), left_on="place", right_index=True)
    settled = places(region)
    own = gpd.GeoSeries.from_xy(settled["lon"], settled["lat"], index=settled.index, crs=crs.LONLAT)
    points = pd.concat([own, grounds.loc[list({*frame["place"]} - {*own.index})].map(_inside)])
    layer = gpd.GeoDataFrame(frame, geometry=points.loc[frame["place"]].to_numpy(), crs=crs.LONLAT)
    return layer.sort_values([f"{kind}_id", "place"], ignore_index=True)


def _layer(region: Region, kind: str, grounds: gpd.GeoSeries) -> gpd.GeoDataFrame:
    by_feature = _ends(region, kind, grounds).groupby(f"{kind}_id").geometry
    points = by_feature.agg(lambda group: shapely.MultiPoint(list(group)))
    table = features(region, kind)
    layer = gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(points.loc[table.index], crs=crs.LONLAT))
    return layer.reset_index()


def _places_and_units(region: Region) -> pd.DataFrame:
    """Whatever a feature may name as a place: the unit of the map in which it lies, and its accuracy."""
    table = units.load(region)
    mapped = table[table["level"].isin(["district", "oblast"])]
    settled = places(region)[["unit_id", "accuracy"]]
    city_parents = units.of_level(region, "city")["parent_id"].to_dict()
    frames = [
        settled.assign(unit_id=settled["unit_id"].replace(city_parents)),
        pd.DataFrame({"unit_id": mapped.index, "accuracy": mapped["level"]}, index=mapped.index),
        pd.DataFrame({"unit_id": whole_border(region), "accuracy": "border"}, index=[whole_border(region)]),
    ]
    return pd.concat(frames)


@remembered
def _grounds(region: Region) -> gpd.GeoSeries:
    """Districts and oblasts as polygons and the whole border as a line, by id."""
    polygons = [
        layer.set_index("unit_id").geometry
        for layer in (boundaries.districts(region), boundaries.oblasts(region))
    ]
    line = shapely.line_merge(boundaries.border(region).geometry.union_all())
    return pd.concat([*polygons, gpd.GeoSeries([line], index=[whole_border(region)], crs=crs.LONLAT)])


def _inside(ground: shapely.Geometry) -> shapely.Point:
    if ground.geom_type in {"Polygon", "MultiPolygon"}:
        return ground.representative_point()
    longest = max(shapely.get_parts(ground), key=shapely.length)
    return longest.interpolate(0.5, normalized=True)


def _places(region: Region) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {
            "place_id": pa.Column(str, contracts.filled(), unique=True),
            "unit_id": pa.Column(
                str, contracts.one_of(units.load(region).index, expected="an id of units.csv")
            ),
            "accuracy": pa.Column(str, contracts.one_of(OWN, expected=" or ".join(OWN))),
            **contracts.position(),
            "source_id": pa.Column(str, _known_source(region)),
        }
        | contracts.texts("name", region.languages)
    )


def _features(region: Region, kind: str, located: set[str]) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {
            f"{kind}_id": pa.Column(str, contracts.filled(), unique=True),
            "type": pa.Column(str, catalogue.term(region, f"{kind}_type")),
            "places": pa.Column(
                str, contracts.all_of(located, expected="ids of places.csv or units.csv, or the whole border")
            ),
            "partner_side": pa.Column(str, catalogue.term(region, "side")),
            "date": pa.Column(str, contracts.period()),
            "state": pa.Column(str, catalogue.term(region, "state")),
            "source_ids": pa.Column(
                str, contracts.all_of(catalogue.sources(region).index, expected="ids of sources.csv")
            ),
            "locator": pa.Column(str),
            "origin": pa.Column(str),
            "confidence": pa.Column(str, catalogue.term(region, "confidence")),
            "notes": pa.Column(
                str, contracts.all_of(catalogue.notes(region).index, expected="ids of notes.csv", blank=True)
            ),
        }
        | contracts.texts("title", region.languages)
    )


def _known_source(region: Region) -> pa.Check:
    return contracts.one_of(catalogue.sources(region).index, expected="an id of sources.csv")
