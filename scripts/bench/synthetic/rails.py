"""Railways along one row of cells or two: a station in each cell, and a crossing at the border."""

from __future__ import annotations

import itertools

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import crs
from layers.dictionary import ids
from scripts.bench.synthetic import crossings, ground, names, spec, units

Link = tuple[str, str, int, ground.Floats, ground.Floats]
"""Ends by id, number of the country, positions of the ends in degrees."""


def draw(
    of: spec.Spec, on: ground.Ground, known: units.Units
) -> tuple[gpd.GeoDataFrame, pd.DataFrame, list[crossings.Meeting]]:
    """Draw links and stations, and tell where the lines meet the border."""
    rows = sorted({of.rows // 2, of.rows // 4})
    cells = [(row, column) for row in rows for column in range(of.columns)]
    points = dict(zip(cells, ground.degrees(np.array([on.hubs[cell] for cell in cells])), strict=True))
    codes = {cell: f"{number:06d}" for number, cell in enumerate(cells, start=1)}
    links: list[Link] = []
    meetings: list[crossings.Meeting] = []
    for west, east in itertools.pairwise(cells):
        if west[0] != east[0]:
            continue
        if on.side[west] == on.side[east]:
            links.append((codes[west], codes[east], int(on.side[west]), points[west], points[east]))
            continue
        gate = ground.degrees(on.edge_m(west, east)[ground.RAIL_GATE][None, :])[0]
        between = (int(on.unit[west]), int(on.unit[east]))
        meetings.append(crossings.Meeting(between, gate, "rail", ("rail", "rail"), is_built=True))
        name = f"T{len(meetings)}"
        links += [(codes[cell], name, int(on.side[cell]), points[cell], gate) for cell in (west, east)]
    stations = [_station(of, known, on, cell, codes[cell], points[cell]) for cell in cells]
    return _frame(links), pd.DataFrame(stations), meetings


def _frame(links: list[Link]) -> gpd.GeoDataFrame:
    """Lines between stations; tracks are known in the first country only."""
    shapes = [shapely.LineString([start, end]) for *_, start, end in links]
    frame = gpd.GeoDataFrame(
        {
            "link_id": [ids.pair(first, second) for first, second, *_ in links],
            "station_a": [first for first, *_ in links],
            "station_b": [second for _, second, *_ in links],
            "country": [spec.COUNTRIES[side] for _, _, side, *_ in links],
            "geometry_kind": ["straight_line" if side else "track" for _, _, side, *_ in links],
        },
        geometry=shapes,
        crs="EPSG:4326",
    )
    straight_km = crs.geodesic_length_km(frame.geometry).round(3)
    return frame.assign(
        straight_km=straight_km, track_km=straight_km.where(frame["geometry_kind"] == "track")
    )


def _station(
    of: spec.Spec,
    known: units.Units,
    on: ground.Ground,
    cell: ground.Cell,
    code: str,
    point: ground.Floats,
) -> dict[str, object]:
    unit = int(on.unit[cell])
    is_town = on.cells_of[unit][0] == cell
    return {
        "station_id": code,
        **names.named(of, known.names[unit]),
        "kind": "station" if is_town else "halt",
        "country": spec.COUNTRIES[on.side[cell]],
        "source_id": units.SOURCE,
        "unit_id": known.ids[unit],
        "lon": point[0],
        "lat": point[1],
    }
