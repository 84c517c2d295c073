"""Base layers of transport: roads, railways, stations, border crossings."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pandera.pandas as pa

from geo import crs, errors
from geo.network import graph
from layers.dictionary import catalogue, ids, units
from layers.io import contracts, store
from layers.region import Region

ROAD_CLASSES = ("motorway", "trunk", "primary", "secondary", "tertiary")
"""From the highest on; the last two are approaches of crossings only."""
STATION_KINDS = ("station", "halt", "post")
MODES = ("road", "rail")
GEOMETRY_KINDS = ("track", "straight_line")
CROSSINGS_FILE = "crossings.csv"
PLACES_FILE = "crossing_places.csv"
OSM_CLASSES = (*ROAD_CLASSES, "secondary", "tertiary", "minor", "rail", "disused")
NAME_BASES = ("official", "nearest_places")
_DELAYS = ("delay_road_min", "delay_rail_min")


def roads(region: Region) -> gpd.GeoDataFrame:
    """Major roads of both sides as a noded network.

    Returns
    -------
    GeoDataFrame
        LineStrings in EPSG:4326, sorted by ``road_id``: ``road_class`` (motorway, trunk,
        primary), ``road_ref`` ("" where no source states it), ``country``, ``length_km`` (before
        generalisation), and the numbers of the end nodes ``node_u`` and ``node_v``. Lines of the
        two countries meet at crossings only.
    """
    lines = _lines(region, "roads.geojson", _roads(region), sources=("major_roads",))
    return lines.sort_values("road_id", ignore_index=True)


def railways(region: Region) -> gpd.GeoDataFrame:
    """Pairs of neighbouring stations, and of rail crossings with the stations beside them.

    Returns
    -------
    GeoDataFrame
        LineStrings in EPSG:4326, sorted by ``link_id``: ``station_a``, ``station_b`` (a station
        or a crossing), ``country``, ``geometry_kind`` ("track" or "straight_line"),
        ``straight_km`` for all, ``track_km`` where tracks are known.
    """
    sources = ("rail_tracks", "station_neighbours")
    lines = _lines(region, "railways.geojson", _railways(region), sources=sources)
    typed = lines.assign(track_km=lines["track_km"].astype(float))
    return typed.sort_values("link_id", ignore_index=True)


def stations(region: Region) -> gpd.GeoDataFrame:
    """Railway stations in the zone and its margin, points in EPSG:4326, sorted by ``station_id``.

    Columns ``name_…`` (of the languages that a source has, the first in any case), ``kind`` (station, halt,
    post), ``country``, ``source_id``, ``unit_id`` ("" outside the zone).
    """
    table = store.read_table(region.snapshot / "rail_stations.csv")
    bare = not _are_named(region, ("stations",))
    contracts.check(table, _stations(region), file="rail_stations.csv", may_be_empty=bare)
    return points(table, key="station_id")


def crossings(region: Region) -> gpd.GeoDataFrame:
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
        lambda: known_crossings(region),
        lambda: _checked(store.read_table(region.snapshot / PLACES_FILE), _places(region), PLACES_FILE),
    )
    # The published position gives way to that on the line.
    known = known.drop(columns=["lon", "lat"])
    _require_same(known["crossing_id"], places["crossing_id"])
    shifts = places.assign(shift_m=contracts.whole(places["shift_m"]).astype(int))
    table = known.assign(delay_min=_delays(region, known)).merge(
        shifts, on="crossing_id", validate="one_to_one"
    )
    columns = [*known.columns, "unit_id_a", "unit_id_b", "pair_id", "delay_min", "shift_m", "reached_from"]
    return points(table[[*columns, "lon", "lat"]], key="crossing_id")


def known_crossings(region: Region) -> pd.DataFrame:
    """Read what is kept by hand of the crossings, every column text."""
    return _checked(region.table(CROSSINGS_FILE), _crossings(region), CROSSINGS_FILE)


def states(region: Region) -> pd.DataFrame:
    """States that a crossing can have, indexed by ``state``.

    ``is_passable``, and the delays ``delay_road_min`` and ``delay_rail_min`` that analyses assume
    unless a scenario says otherwise; titles in three languages.
    """
    table = region.table("crossing_states.csv")
    contracts.check(table, _states(region), file="crossing_states.csv")
    contracts.require_rows(table["state"], graph.STATES, file="crossing_states.csv")
    delays = {name: contracts.whole(table[name]).astype(int) for name in _DELAYS}
    return table.assign(**delays, is_passable=table["is_passable"] == "1").set_index("state")


def points(table: pd.DataFrame, *, key: str) -> gpd.GeoDataFrame:
    """Turn a table with ``lon`` and ``lat`` in degrees into points, sorted by ``key``."""
    table = table.sort_values(key, ignore_index=True)
    geometry = gpd.points_from_xy(contracts.numbers(table["lon"]), contracts.numbers(table["lat"]))
    return gpd.GeoDataFrame(table.drop(columns=["lon", "lat"]), geometry=geometry, crs=crs.LONLAT)


def country(region: Region) -> pa.Column:
    """Require one of the two countries."""
    return pa.Column(
        str, contracts.one_of(units.of_level(region, "country").index, expected="a country of units.csv")
    )


def district(region: Region, *, blank: bool = False) -> pa.Column:
    """Require a district; with ``blank`` also nothing."""
    known = units.of_level(region, "district").index
    return pa.Column(str, contracts.one_of(known, expected="a district of units.csv", blank=blank))


def own_country(region: Region) -> pa.Check:
    """Require the country of the district in ``unit_id``, if there is one."""
    known = units.load(region)["country"]
    return contracts.rows(
        lambda frame: frame["country"] == frame["unit_id"].map(known).fillna(frame["country"]),
        field="country",
        expected="the country of {unit_id}",
    )


def source(region: Region, *, blank: bool = False) -> pa.Column:
    """Require a source; with ``blank`` also nothing."""
    known = catalogue.sources(region).index
    return pa.Column(str, contracts.one_of(known, expected="an id of sources.csv", blank=blank))


def station_code(region: Region) -> pa.Check:
    """Require a code of a railway station."""
    digits = region.station_code_digits
    if not digits:
        return contracts.filled()
    return pa.Check.str_matches(rf"^\d{{{digits}}}$", error=f"{digits} digits")


def _lines(
    region: Region, file: str, schema: pa.DataFrameSchema, *, sources: tuple[str, ...]
) -> gpd.GeoDataFrame:
    """Read lines of the snapshot; there may be none if the region names none of their sources."""
    lines = store.read_geojson(region.snapshot / file, kinds=("LineString",))
    if _are_named(region, sources):
        contracts.check(lines, schema, file=file)
    return contracts.featured(lines, schema, file=file)


def _are_named(region: Region, sources: tuple[str, ...]) -> bool:
    return any(key.startswith(sources) for key in region.raw_keys)


def _checked(table: pd.DataFrame, schema: pa.DataFrameSchema, file: str) -> pd.DataFrame:
    contracts.check(table, schema, file=file)
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


def _delays(region: Region, known: pd.DataFrame) -> pd.Series[int]:
    """Minutes at each crossing, by its state and mode."""
    by_state = states(region)
    minutes = [
        by_state.loc[state, f"delay_{mode}_min"]
        for state, mode in zip(known["state"], known["mode"], strict=True)
    ]
    return pd.Series(minutes, index=known.index, dtype=int)


def listed(values: tuple[str, ...]) -> pa.Column:
    """Require one of a few values."""
    return pa.Column(str, contracts.one_of(values, expected=" or ".join(values)))


def _key() -> pa.Column:
    return pa.Column(str, contracts.filled(), unique=True)


def _positive() -> pa.Check:
    return pa.Check.gt(0, error="more than 0")


def _roads(region: Region) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {
            "road_id": _key(),
            "road_class": listed(ROAD_CLASSES),
            "road_ref": pa.Column(str),
            "country": country(region),
            "length_km": pa.Column(float, _positive()),
            "node_u": pa.Column(int, pa.Check.ge(0, error="the number of a node")),
            "node_v": pa.Column(int, pa.Check.ge(0, error="the number of a node")),
        }
    )


def _railways(region: Region) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {
            "link_id": _key(),
            "station_a": pa.Column(str, contracts.filled()),
            "station_b": pa.Column(str, contracts.filled()),
            "country": country(region),
            "geometry_kind": listed(GEOMETRY_KINDS),
            "straight_km": pa.Column(float, _positive()),
            "track_km": pa.Column(float, _positive(), nullable=True, coerce=True),
        },
        checks=[
            contracts.rows(
                lambda frame: frame["track_km"].notna() == (frame["geometry_kind"] == "track"),
                field="track_km",
                expected="a length where the geometry is a track, and nowhere else",
            )
        ],
    )


def _stations(region: Region) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {
            "station_id": pa.Column(str, station_code(region), unique=True),
            region.name_column: pa.Column(str, contracts.filled()),
            "kind": listed(STATION_KINDS),
            "country": country(region),
            "unit_id": district(region, blank=True),
            "source_id": source(region),
        }
        | contracts.position(),
        checks=own_country(region),
    )


def _states(region: Region) -> pa.DataFrameSchema:
    minutes = contracts.number(0, 1440, integer=True)
    return pa.DataFrameSchema(
        {
            "state": pa.Column(
                str,
                contracts.identifier(),
                unique=True,
            ),
            "is_passable": pa.Column(str, contracts.one_of(("0", "1"), expected="0 or 1")),
            **{name: pa.Column(str, minutes) for name in _DELAYS},
            **contracts.texts("title", region.languages),
            "basis": pa.Column(str, contracts.filled()),
        },
        strict=True,
    )


def _crossings(region: Region) -> pa.DataFrameSchema:
    known = states(region).index
    return pa.DataFrameSchema(
        {
            "crossing_id": _key(),
            "mode": listed(MODES),
            **{name: pa.Column(str) for name in ("road_a", "road_b", "station_a", "station_b")},
            "transfer_station": pa.Column(str),
            "osm_class_a": listed(OSM_CLASSES),
            "osm_class_b": listed(OSM_CLASSES),
            "name_basis": listed(NAME_BASES),
            "state": pa.Column(str, contracts.one_of(known, expected=f"one of {', '.join(known)}")),
            "source_id": source(region),
        }
        | contracts.texts("name", region.languages)
        | contracts.position()
    )


def _places(region: Region) -> pa.DataFrameSchema:
    reached = ("both", "none", *units.of_level(region, "country").index)
    return pa.DataFrameSchema(
        {
            "crossing_id": _key(),
            "unit_id_a": district(region),
            "unit_id_b": district(region),
            "pair_id": pa.Column(str),
            "reached_from": listed(reached),
            "shift_m": pa.Column(str, contracts.number(0, 500, integer=True)),
        }
        | contracts.position(),
        checks=[
            contracts.rows(
                lambda frame: (
                    (frame["pair_id"] == ids.pair(frame["unit_id_a"], frame["unit_id_b"]))
                    | ~frame[["unit_id_a", "unit_id_b"]].isin(units.load(region).index).all(axis=1)
                ),
                field="pair_id",
                expected="{unit_id_a}~{unit_id_b}",
            )
        ],
    )
