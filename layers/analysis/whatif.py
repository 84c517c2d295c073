"""What-if: crossings closed or opened, delays and speeds changed, and what differs from the base.

``scenarios.csv`` has a row for each change: ``crossing_id`` (an id, ``*`` for every road crossing, or
``*unknown`` for every one of that state) with a new ``state`` or ``delay_min``, or ``edge_class`` with a
new ``speed_kmh``. Rows of one ``scenario_id`` belong together, a later row overrules an earlier one.
``against`` names the scenario that it is compared with; nothing is the base.
"""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pandera.pandas as pa
import shapely

from geo import crs, errors
from geo.network import access, routes, routing, scenario
from geo.network import graph as roads_of
from layers.analysis import corridors, network
from layers.base import transport
from layers.io import contracts
from layers.region import Region

_MEASURES = ("crossing_min", "partner_centre_min")


def scenarios(region: Region) -> pd.DataFrame:
    """Read the changes, every column text.

    Raises
    ------
    InputError
        One line for each cell that is not as the contract says.
    """
    table = region.table("scenarios.csv")
    contracts.check(table, _schema(region), file="scenarios.csv")
    return table


def titles(table: pd.DataFrame) -> pd.DataFrame:
    """Scenarios with their titles and what they are compared with, a row each, in the order of the table."""
    named = table[["scenario_id", "against", *table.columns[table.columns.str.startswith("title_")]]]
    return named.drop_duplicates("scenario_id", ignore_index=True)


def require_known(table: pd.DataFrame, *, roads: pd.DataFrame, crossings: pd.DataFrame) -> None:
    """Refuse changes of crossings that no road has, and of classes without a road.

    Raises
    ------
    InputError
        One line for each row.
    """
    by_road = crossings.loc[crossings["mode"] == "road", "crossing_id"]
    known = {
        "crossing_id": ({"", *by_road}, "a road crossing of crossings.csv"),
        "edge_class": (
            {"", roads_of.GROUND_CLASS, *roads["road_class"]},
            "a class of roads.geojson, or access",
        ),
    }
    findings = [
        f"scenarios.csv: row {row + 2}: {field} = {value!r}; expected {expected}"
        for field, (ids, expected) in known.items()
        for row, value in enumerate(table[field])
        if value not in ids and not (field == "crossing_id" and value.startswith("*"))
    ]
    if findings:
        raise errors.InputError(findings)


def build(region: Region, layers: network.Frames, table: pd.DataFrame) -> dict[str, scenario.Scenario]:
    """Scenarios by id, their crossings spelled out."""
    require_known(table, roads=layers["roads"], crossings=layers["crossings"])
    base = network.base_scenario(layers)
    return {
        str(name): dataclasses.replace(
            base,
            states=_changes(region, layers, rows, "state"),
            delays_min=_numbers(_changes(region, layers, rows, "delay_min")),
            speeds_kmh=_speeds(rows),
        )
        for name, rows in table.groupby("scenario_id", sort=True)
    }


def of_units(region: Region, layers: network.Frames, attached: access.Attached) -> gpd.GeoDataFrame:
    """Minutes from the centre of each unit to the nearest crossing and to the nearest partner abroad.

    The centre of an oblast is its largest settlement, its partners are those of the other oblasts.

    Returns
    -------
    geopandas.GeoDataFrame
        Points in EPSG:4326 indexed by ``unit_id``, districts before oblasts: ``level``,
        ``crossing_min``, ``partner_centre_min``; missing where there is no way.
    """
    centres, heads = network.centres(region, layers), network.heads(region, layers)
    of_districts = _minutes(attached, centres["side"]).set_axis(centres.index)
    of_oblasts = _minutes(attached, heads.set_index("settlement_id")["side"]).set_axis(heads.index)
    table = pd.concat([of_districts.assign(level="district"), of_oblasts.assign(level="oblast")])
    points = pd.concat([centres.geometry, heads.geometry])
    found = gpd.GeoDataFrame(table[["level", *_MEASURES]], geometry=points, crs=points.crs)
    return found.rename_axis("unit_id").to_crs(crs.LONLAT)


def of_corridors(region: Region, layers: network.Frames, attached: access.Attached) -> gpd.GeoDataFrame:
    """Least time, length, crossings and line of each corridor, in EPSG:4326.

    Figures are missing where there is no way, and the line is straight from end to end.
    """
    wanted = corridors.pairs(region)
    found = routes.routes(attached, wanted[["from_id", "to_id"]].itertuples(index=False, name=None))
    there = np.isfinite(found["travel_min"])
    table = pd.DataFrame(
        {
            "travel_min": found["travel_min"].where(there),
            "length_km": crs.geodesic_length_km(found.geometry).where(there),
            "crossing_ids": found["crossing_ids"].str.join(" "),
        }
    )
    centres = network.centres(region, layers).geometry
    ends = [shapely.get_coordinates(centres.loc[wanted[end]].to_numpy()) for end in ("from_id", "to_id")]
    straight = shapely.linestrings(np.stack(ends, axis=1))
    lines = gpd.GeoDataFrame(table, geometry=found.geometry.where(there, straight), crs=centres.crs)
    return lines.to_crs(crs.LONLAT).set_index(pd.Index(wanted["corridor_id"]))


def differences(
    region: Region, layers: network.Frames, table: pd.DataFrame, attached: access.Attached
) -> dict[str, gpd.GeoDataFrame]:
    """Compare every scenario with the base, or with the scenario that it names.

    Parameters
    ----------
    layers, table
        Base layers, and scenarios as :func:`scenarios` reads them.
    attached
        Places on the roads, under the base.

    Returns
    -------
    dict
        ``scenario_units`` and ``scenario_corridors``: a row for each scenario and unit or corridor, the
        figures under the scenario, ``change_…`` against what it is compared with, and the point or the
        line of the way; missing where there is no way.
    """
    changes = {"": network.base_scenario(layers), **build(region, layers, table)}
    against = dict(titles(table)[["scenario_id", "against"]].itertuples(index=False, name=None))
    measured = {
        "scenario_units": (of_units, _MEASURES),
        "scenario_corridors": (of_corridors, ("travel_min", "length_km")),
    }
    states: dict[str, dict[str, gpd.GeoDataFrame]] = {name: {} for name in measured}
    for one, change in changes.items():
        changed = access.under(attached, change)
        for name, (measure, _) in measured.items():
            states[name][one] = measure(region, layers, changed)
    found = {}
    for name, (_, columns) in measured.items():
        of = states[name]
        parts = [_changed(of[one], of[other], columns, one) for one, other in against.items()]
        found[name] = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=crs.LONLAT)
    return found


def _minutes(attached: access.Attached, side: pd.Series) -> pd.DataFrame:
    """From each place to the nearest passable crossing, and to the nearest of them on the other side."""
    gates = attached.network.crossings
    passable = sorted(gates.index[gates["is_passable"]])
    places = side.index.tolist()
    partner = pd.Series(np.inf, index=side.index)
    for country in side.unique():
        own, abroad = side.index[side == country], side.index[side != country]
        partner[own] = routing.least(attached, own.tolist(), abroad.tolist())
    crossing = routing.least(attached, places, passable)
    table = pd.DataFrame({"crossing_min": crossing, "partner_centre_min": partner})[list(_MEASURES)]
    return table.where(np.isfinite(table))


def _changed(
    after: gpd.GeoDataFrame, before: gpd.GeoDataFrame, measures: tuple[str, ...], scenario_id: str
) -> gpd.GeoDataFrame:
    change = (after[list(measures)] - before[list(measures)]).add_prefix("change_")
    table = after.join(change).round(1).sort_index().reset_index()
    # A change of minus zero is none.
    table[change.columns] += 0.0
    table.insert(0, "scenario_id", scenario_id)
    return table


def _changes(region: Region, layers: network.Frames, rows: pd.DataFrame, column: str) -> dict[str, str]:
    """Spell out the crossings of the rows that change something, a later row over an earlier one."""
    return {
        crossing: value
        for pattern, value in rows.loc[rows[column] != "", ["crossing_id", column]].to_numpy()
        for crossing in _spelled(region, layers, pattern)
    }


def _speeds(rows: pd.DataFrame) -> dict[str, float]:
    told = rows[rows["speed_kmh"] != ""]
    return _numbers(dict(zip(told["edge_class"], told["speed_kmh"], strict=True)))


def _numbers(told: dict[str, str]) -> dict[str, float]:
    return {key: float(value) for key, value in told.items()}


def _spelled(region: Region, layers: network.Frames, pattern: str) -> list[str]:
    if not pattern.startswith("*"):
        return [pattern]
    known = network.crossings(region, layers, "road")["state"]
    state = pattern.removeprefix("*")
    return [str(one) for one, own in known.items() if state in ("", own)]


def _schema(region: Region) -> pa.DataFrameSchema:
    states = tuple(transport.states(region).index)
    patterns = {"", "*", *(f"*{state}" for state in states)}

    def is_known(column: pd.Series[str]) -> pd.Series[bool]:
        return ~column.str.startswith("*") | column.isin(patterns)

    expected = f"an id, * or * with one of {', '.join(states)}"
    return pa.DataFrameSchema(
        {
            "scenario_id": pa.Column(str, contracts.identifier()),
            "crossing_id": pa.Column(str, pa.Check(is_known, error=expected)),
            "state": pa.Column(
                str,
                contracts.one_of((*states, ""), expected="a state of a crossing"),
            ),
            "delay_min": pa.Column(str, contracts.number(0, 1_440, blank=True)),
            "edge_class": pa.Column(str),
            "speed_kmh": pa.Column(str, contracts.number(1, 350, blank=True)),
            "against": pa.Column(str),
            **contracts.texts("title", region.languages),
        },
        checks=[
            contracts.rows(
                lambda table: (
                    (table["crossing_id"] != "") == ((table["state"] != "") | (table["delay_min"] != ""))
                ),
                field="crossing_id",
                expected="a crossing with a new state or delay, or nothing without them",
            ),
            contracts.rows(
                lambda table: (table["edge_class"] != "") == (table["speed_kmh"] != ""),
                field="edge_class",
                expected="a class with a new speed, or nothing without one",
            ),
            contracts.rows(
                lambda table: (table["crossing_id"] != "") | (table["edge_class"] != ""),
                field="scenario_id",
                expected="a row that changes a crossing or a class",
            ),
            contracts.rows(
                lambda table: (
                    (table["against"] == "")
                    | (
                        table["against"].isin(table["scenario_id"])
                        & (table["against"] != table["scenario_id"])
                    )
                ),
                field="against",
                expected="another scenario_id of this table, or nothing",
            ),
            contracts.rows(
                lambda table: table.groupby("scenario_id")["against"].transform("nunique") == 1,
                field="against",
                expected="the same in all rows of {scenario_id}",
            ),
        ],
        strict=True,
    )
