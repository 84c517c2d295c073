"""Fact sheets: what is documented about each element of the programme and each of its proposals.

A row is one fact: what kind it is (vocabulary ``site_fact``), what it is about (``subject_id`` and its
name), the value with unit and period, and the sources.
"""

from __future__ import annotations

import collections.abc

import geopandas as gpd
import pandas as pd

from layers.base import cooperation
from layers.candidates import basis
from layers.dictionary import units
from layers.region import Region

Row = dict[collections.abc.Hashable, object]
Rows = collections.abc.Iterator[Row]

_COLUMNS = (*("programme_id", "site_id", "fact", "subject_id", "value", "unit", "period"),)
_KEY = ["programme_id", "site_id", "fact", "subject_id"]


def facts(of: basis.Basis, places: gpd.GeoDataFrame) -> pd.DataFrame:
    """Facts about every element (``site_id`` is "") and every proposed site.

    Parameters
    ----------
    of
        Layers and ways.
    places
        As :func:`layers.candidates.figures.layer` gives them.
    """
    by_element = dict(list(places.groupby("programme_id")))
    rows = [
        {"programme_id": element["programme_id"], "site_id": "", **row}
        for element in of.layers["programme"].drop(columns="geometry").to_dict("records")
        for row in _of_element(of, element, by_element[element["programme_id"]])
    ]
    for place in places[places["is_proposed"]].to_dict("records"):
        site_id = f"{place['programme_id']}:{place['place_id']}"
        rows += [
            {"programme_id": place["programme_id"], "site_id": site_id, **row} for row in _of_site(of, place)
        ]
    table = pd.DataFrame(rows, columns=[*_COLUMNS, *of.region.columns("name"), "source_ids"])
    told = table.assign(value=table["value"].map(_text)).fillna("")
    return told.sort_values(_KEY, ignore_index=True)


def _of_element(of: basis.Basis, element: Row, places: gpd.GeoDataFrame) -> Rows:
    named = _titled(of.region, element, "title")
    about = {"subject_id": element["programme_id"], "source_ids": element["source_ids"], **named}
    yield {"fact": "evidence", "value": element["locator"], "period": element["date"], **about}
    notes = of.layers["notes"].set_index("note_id")
    for note in str(element["notes"]).split():
        yield {"fact": "note", "subject_id": note, **_titled(of.region, notes.loc[note].to_dict(), "text")}
    yield {
        "fact": "alternatives",
        "subject_id": element["programme_id"],
        "value": len(places),
        "unit": "count",
    }
    if not places["is_proposed"].any():
        yield from _links(of, {cooperation.whole_border(of.region)})
        yield from _populations(of, "population", set(of.region.oblasts))


def _of_site(of: basis.Basis, site: Row) -> Rows:
    ids = set(str(site["unit_ids"]).split())
    yield from _populations(of, "population", ids)
    yield from _populations(of, "neighbour", _touching(of, ids))
    yield from _links(of, ids)
    yield from _oblast_links(of, ids)
    yield from _zones(of, ids)
    yield from _corridors(of, ids)
    yield from _crossings(of, ids)


def _populations(of: basis.Basis, fact: str, ids: set[str]) -> Rows:
    mapped, names = of.layers["mapped"], units.load(of.region)
    persons = mapped[mapped["indicator"] == "population_persons"].set_index("unit_id")
    for unit in sorted(ids):
        found = persons.loc[unit]
        yield {
            "fact": fact,
            "subject_id": unit,
            "value": found["value"],
            "unit": "persons",
            "period": found["period"],
            "source_ids": found["source_id"],
            **_titled(of.region, names.loc[unit].to_dict(), "name"),
        }


def _touching(of: basis.Basis, ids: set[str]) -> set[str]:
    polygons = of.layers["districts"].set_index("unit_id").geometry
    own = polygons.loc[sorted(ids)].union_all()
    return set(polygons.index[polygons.intersects(own)]) - ids


def _links(of: basis.Basis, ids: set[str]) -> Rows:
    """Links that name one of the units."""
    links = of.layers["links"].drop(columns="geometry")
    named = [bool(ids & set(units.split())) for units in links["unit_ids"]]
    yield from (_link(of.region, "link", link) for link in links[named].to_dict("records"))


def _oblast_links(of: basis.Basis, ids: set[str]) -> Rows:
    """Links between the oblasts of a pair as such that name none of its districts."""
    wanted = set(basis.oblasts(of.region).loc[sorted(ids)])
    links = of.layers["links"].drop(columns="geometry")
    named = [len(wanted) > 1 and wanted <= set(units.split()) - ids for units in links["unit_ids"]]
    yield from (_link(of.region, "oblast_link", link) for link in links[named].to_dict("records"))


def _link(region: Region, fact: str, link: collections.abc.Mapping[collections.abc.Hashable, object]) -> Row:
    return {
        "fact": fact,
        "subject_id": link["link_id"],
        "value": link["state"],
        "period": link["date"],
        "source_ids": link["source_ids"],
        **_titled(region, link, "title"),
    }


def _zones(of: basis.Basis, ids: set[str]) -> Rows:
    towns = sorted({of.centre_of[unit] for unit in ids})
    spots = of.zone_towns(set(of.zones["type"]))
    within = of.region.candidates.zones_within_min
    for zone, places in spots.items():
        minutes = float(of.minutes.loc[towns, places].to_numpy().min())
        if minutes <= within:
            about = of.zones.loc[zone]
            yield {
                "fact": "zone",
                "subject_id": zone,
                "value": round(minutes, 1),
                "unit": "min",
                "source_ids": about["source_ids"],
                **_titled(of.region, about.to_dict(), "title"),
            }


def _corridors(of: basis.Basis, ids: set[str]) -> Rows:
    routes = of.layers["corridors"]
    own = routes[routes["from_id"].isin(ids) & routes["to_id"].isin(ids)]
    for route in own.drop(columns="geometry").to_dict("records"):
        yield {
            "fact": "corridor",
            "subject_id": route["route_id"],
            "value": route["travel_min"],
            "unit": "min",
            **_titled(of.region, route, "name"),
        }


def _crossings(of: basis.Basis, ids: set[str]) -> Rows:
    crossings = of.layers["crossings"]
    own = crossings[crossings["unit_id_a"].isin(ids) & crossings["unit_id_b"].isin(ids)]
    for crossing in own.drop(columns="geometry").to_dict("records"):
        yield {
            "fact": "crossing",
            "subject_id": crossing["crossing_id"],
            "value": crossing["state"],
            "source_ids": crossing["source_id"],
            **_titled(of.region, crossing, "name"),
        }


def _titled(
    region: Region, record: collections.abc.Mapping[collections.abc.Hashable, object], prefix: str
) -> Row:
    return dict(zip(region.columns("name"), (record[name] for name in region.columns(prefix)), strict=True))


def _text(value: object) -> str:
    if isinstance(value, float):
        return "" if pd.isna(value) else f"{value:.10g}"
    return str(value)
