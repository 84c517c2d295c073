"""Base layers of transport: roads, railways, stations, border crossings."""

from __future__ import annotations

import pathlib

import geopandas as gpd
import pandas as pd
import pandera.pandas as pa

from geo import crs, errors
from layers import catalogue, contracts, store, units

ROAD_CLASSES = ("motorway", "trunk", "primary")
STATION_KINDS = ("station", "halt", "post")
MODES = ("road", "rail")
GEOMETRY_KINDS = ("track", "straight_line")
CROSSINGS_FILE = "crossings.csv"
PLACES_FILE = "crossing_places.csv"


def roads(data: pathlib.Path = store.DATA) -> gpd.GeoDataFrame:
    """Major roads of both sides as a noded network.

    Returns
    -------
    GeoDataFrame
        LineStrings in EPSG:4326, sorted by ``road_id``: ``road_class`` (motorway, trunk,
        primary), ``road_ref`` ("" where no source states it), ``country``, ``length_km`` (before
        generalisation), and the numbers of the end nodes ``node_u`` and ``node_v``. Lines of the
        two countries meet at crossings only.
    """
    lines = store.read_geojson(data / "roads.geojson")
    contracts.check(lines, _roads(), file="roads.geojson")
    return lines.sort_values("road_id", ignore_index=True)


def railways(data: pathlib.Path = store.DATA) -> gpd.GeoDataFrame:
    """Pairs of neighbouring stations, and of rail crossings with the stations beside them.

    Returns
    -------
    GeoDataFrame
        LineStrings in EPSG:4326, sorted by ``link_id``: ``station_a``, ``station_b`` (a station
        or a crossing), ``country``, ``geometry_kind`` ("track" or "straight_line"),
        ``straight_km`` for all, ``track_km`` where tracks are known.
    """
    lines = store.read_geojson(data / "railways.geojson")
    contracts.check(lines, _railways(), file="railways.geojson")
    return lines.sort_values("link_id", ignore_index=True)


def stations(data: pathlib.Path = store.DATA) -> gpd.GeoDataFrame:
    """Railway stations in the zone and its margin, points in EPSG:4326, sorted by ``station_id``.

    Columns ``name_ru``, ``name_be``, ``kind`` (station, halt, post), ``country``, ``source_id``,
    ``unit_id`` ("" outside the zone).
    """
    table = store.read_table(data / "rail_stations.csv")
    contracts.check(table, _stations(), file="rail_stations.csv")
    return points(table, key="station_id")


def crossings(data: pathlib.Path = store.DATA) -> gpd.GeoDataFrame:
    """Road and rail crossings on the border line, points in EPSG:4326, sorted by ``crossing_id``.

    What is known of a crossing is kept by hand in ``crossings.csv``; where it lies on the line, and who
    reaches it, is computed and stands in ``crossing_places.csv`` of the snapshot.

    Columns ``mode``, names, ``road_a`` and ``road_b`` (numbers on the two sides), ``state`` with
    ``delay_min`` (an assumption by state), the districts ``unit_id_a`` and ``unit_id_b`` that meet
    there, ``pair_id``, ``reached_from`` (both, a country or none: whose own network comes to the
    crossing), ``shift_m`` (how far the published point was moved to the line).

    Raises
    ------
    InputError
        One line for each cell that is not as the contracts say, and each crossing that only one of the two
        tables knows.
    """
    known, places = errors.gathered(
        lambda: _checked(store.TABLES / CROSSINGS_FILE, _crossings()),
        lambda: _checked(data / PLACES_FILE, _places()),
    )
    # The published position gives way to that on the line.
    known = known.drop(columns=["lon", "lat"])
    _require_same(known["crossing_id"], places["crossing_id"])
    table = known.assign(delay_min=_delays(known)).merge(places, on="crossing_id", validate="one_to_one")
    columns = [*known.columns, "unit_id_a", "unit_id_b", "pair_id", "delay_min", "shift_m", "reached_from"]
    return points(table[[*columns, "lon", "lat"]].astype({"shift_m": int}), key="crossing_id")


def states() -> pd.DataFrame:
    """States that a crossing can have, indexed by ``state``.

    ``is_passable``, and the delays ``delay_road_min`` and ``delay_rail_min`` that analyses assume
    unless a scenario says otherwise; titles in three languages.
    """
    table = store.read_table(store.TABLES / "crossing_states.csv").set_index("state")
    delays = table[["delay_road_min", "delay_rail_min"]].astype(int)
    return table.assign(**delays, is_passable=table["is_passable"] == "1")


def points(table: pd.DataFrame, *, key: str) -> gpd.GeoDataFrame:
    """Turn a table with ``lon`` and ``lat`` in degrees into points, sorted by ``key``."""
    table = table.sort_values(key, ignore_index=True)
    geometry = gpd.points_from_xy(table["lon"].astype(float), table["lat"].astype(float))
    return gpd.GeoDataFrame(table.drop(columns=["lon", "lat"]), geometry=geometry, crs=crs.LONLAT)


def position() -> dict[str, pa.Column]:
    """Require ``lon`` and ``lat`` in degrees."""
    return {
        "lon": pa.Column(str, contracts.number(-180, 180)),
        "lat": pa.Column(str, contracts.number(-90, 90)),
    }


def country() -> pa.Column:
    """Require one of the two countries."""
    return pa.Column(
        str, contracts.one_of(units.of_level("country").index, expected="a country of units.csv")
    )


def district(*, blank: bool = False) -> pa.Column:
    """Require a district; with ``blank`` also nothing."""
    known = units.of_level("district").index
    return pa.Column(str, contracts.one_of(known, expected="a district of units.csv", blank=blank))


def source() -> pa.Column:
    """Require a source."""
    return pa.Column(str, contracts.one_of(catalogue.sources().index, expected="an id of sources.csv"))


def _checked(path: pathlib.Path, schema: pa.DataFrameSchema) -> pd.DataFrame:
    table = store.read_table(path)
    contracts.check(table, schema, file=path.name)
    return table


def _require_same(known: pd.Series[str], placed: pd.Series[str]) -> None:
    """Refuse crossings without a place: roads and railways are led to them from the raw sources."""
    findings = [
        f"{CROSSINGS_FILE}: row {row + 2}: crossing_id = {name!r}; expected one of {PLACES_FILE}, "
        "to which `borderzone snapshot` adds new ones"
        for row, name in enumerate(known)
        if name not in set(placed)
    ]
    findings += [
        f"{CROSSINGS_FILE}: no row for {name}; expected one, with state closed if it is to be shut"
        for name in placed[~placed.isin(known)]
    ]
    if findings:
        raise errors.InputError(findings)


def _delays(known: pd.DataFrame) -> pd.Series[int]:
    """Minutes at each crossing, by its state and mode."""
    by_state = states()
    minutes = [
        by_state.loc[state, f"delay_{mode}_min"]
        for state, mode in zip(known["state"], known["mode"], strict=True)
    ]
    return pd.Series(minutes, index=known.index, dtype=int)


def _listed(values: tuple[str, ...]) -> pa.Column:
    return pa.Column(str, contracts.one_of(values, expected=" or ".join(values)))


def _key() -> pa.Column:
    return pa.Column(str, contracts.filled(), unique=True)


def _positive() -> pa.Check:
    return pa.Check.gt(0, error="more than 0")


def _roads() -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {
            "road_id": _key(),
            "road_class": _listed(ROAD_CLASSES),
            "road_ref": pa.Column(str),
            "country": country(),
            "length_km": pa.Column(float, _positive()),
            "node_u": pa.Column(int, pa.Check.ge(0, error="the number of a node")),
            "node_v": pa.Column(int, pa.Check.ge(0, error="the number of a node")),
        }
    )


def _railways() -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {
            "link_id": _key(),
            "station_a": pa.Column(str, contracts.filled()),
            "station_b": pa.Column(str, contracts.filled()),
            "country": country(),
            "geometry_kind": _listed(GEOMETRY_KINDS),
            "straight_km": pa.Column(float, _positive()),
            "track_km": pa.Column(float, _positive(), nullable=True),
        },
        checks=[
            contracts.rows(
                lambda frame: frame["track_km"].notna() == (frame["geometry_kind"] == "track"),
                field="track_km",
                expected="a length where the geometry is a track, and nowhere else",
            )
        ],
    )


def _stations() -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {
            "station_id": pa.Column(str, pa.Check.str_matches(r"^\d{6}$", error="six digits"), unique=True),
            "name_ru": pa.Column(str, contracts.filled()),
            "kind": _listed(STATION_KINDS),
            "country": country(),
            "unit_id": district(blank=True),
            "source_id": source(),
        }
        | position()
    )


def _crossings() -> pa.DataFrameSchema:
    known = states().index
    return pa.DataFrameSchema(
        {
            "crossing_id": _key(),
            "mode": _listed(MODES),
            "state": pa.Column(str, contracts.one_of(known, expected=f"one of {', '.join(known)}")),
            "source_id": source(),
        }
        | contracts.texts("name")
        | position()
    )


def _places() -> pa.DataFrameSchema:
    reached = ("both", "none", *units.of_level("country").index)
    return pa.DataFrameSchema(
        {
            "crossing_id": _key(),
            "unit_id_a": district(),
            "unit_id_b": district(),
            "reached_from": _listed(reached),
            "shift_m": pa.Column(str, contracts.number(0, 500)),
        }
        | position()
    )
