"""Road and rail networks of the study area, crossed only at the border crossings, with places on them.

The functions take base layers by name, in EPSG:4326, as the build hands them on or :func:`frames`
reads them.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import functools
import pathlib
import pickle
import typing

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pandera.pandas as pa
import shapely

from geo.network import access, border, cells, graph, routing, scenario
from layers.analysis import terrain
from layers.base import boundaries, context, settlements, transport
from layers.dictionary import units
from layers.io import contracts
from layers.region import Region, remembered

MODES = ("road", "rail")
ONE_SIDE = "whole"
"""Side of everything where no border counts."""

Frames = collections.abc.Mapping[str, typing.Any]

# Lines of the two countries end on the very point of their crossing.
_SAME_POINT_M = 1.0
# Crossings lie on the border as the districts draw it.
_ON_BORDER_M = 50.0
# Stations are ends of links, nothing lies off the railways.
_STATION_RULE = access.Rule(speed_kmh=1, detour_factor=1, max_km=_SAME_POINT_M / 1_000)


def frames(region: Region) -> dict[str, pd.DataFrame]:
    """Read the base layers that the networks are made of."""
    return {
        "roads": transport.roads(region),
        "railways": transport.railways(region),
        "stations": transport.stations(region),
        "crossings": transport.crossings(region),
        "crossing_states": transport.states(region).reset_index(),
        "settlements": settlements.settlements(region),
        "districts": boundaries.districts(region),
        "water": context.water(region),
    }


@remembered
def speeds(region: Region) -> pd.DataFrame:
    """Speeds by class, assumptions that a scenario may change; indexed by ``edge_class``.

    ``mode``, ``speed_kmh``, titles in three languages; for access also ``detour_factor`` (road over
    straight line) and ``max_km`` (longest straight line).

    Raises
    ------
    InputError
        One line for each cell that is not as the contract says.
    """
    table = region.table("road_speeds.csv")
    contracts.check(table, _speeds(region), file="road_speeds.csv")
    contracts.require_rows(table["edge_class"], _CLASSES, file="road_speeds.csv")
    numbers = {name: contracts.numbers(table[name]) for name in ("speed_kmh", "detour_factor", "max_km")}
    return table.assign(**numbers).set_index("edge_class")


def access_rule(region: Region) -> access.Rule:
    """How places off the roads are reached."""
    row = speeds(region).to_dict("index")[graph.GROUND_CLASS]
    return access.Rule(**{name: float(row[name]) for name in ("speed_kmh", "detour_factor", "max_km")})


def roads(region: Region, layers: Frames) -> tuple[graph.Network, gpd.GeoDataFrame]:
    """Road network in the working CRS, its sides the countries, and the report on its crossings.

    Crossings that no road meets are passed from ground to ground, so that each can be opened or closed;
    in the report they are ``no_line``.
    """
    lines = layers["roads"].rename(columns={"road_class": "edge_class"})
    base, report = _gated(region, lines, "road", layers)
    sides = metric(region, layers["districts"]).dissolve("country").geometry
    known = crossings(region, layers, "road")
    return access.connect(base, known, sides, tolerance_m=_ON_BORDER_M), report


def railways(region: Region, layers: Frames) -> tuple[graph.Network, gpd.GeoDataFrame]:
    """Rail network and the report on its crossings; lengths are straight lines between neighbours."""
    lines = layers["railways"]
    return _gated(region, lines.assign(edge_class="rail", length_km=lines["straight_km"]), "rail", layers)


def by_road(
    region: Region,
    layers: Frames,
    *,
    change: scenario.Scenario | None = None,
    more: gpd.GeoDataFrame | None = None,
) -> access.Attached:
    """Centres, settlements and crossings on the roads and the ground, under a scenario.

    Parameters
    ----------
    layers
        Base layers by name.
    change
        The scenario; the base if there is none.
    more
        Other places.

    Raises
    ------
    InputError
        If the scenario names what the network does not have, or a place cannot be reached.
    """
    base, rule = roads(region, layers)[0], access_rule(region)
    ground = terrain.read(region, layers["districts"], layers["water"])
    on = cells.attach(base, ground.grid, ground.sides, rule, land=ground.land)
    placed = gpd.GeoDataFrame(pd.concat([places(region, layers), more]))
    attached = access.attach(base, placed, rule, on=on)
    return access.under(attached, change or base_scenario(layers))


def borderless(attached: access.Attached, land: npt.NDArray[np.float64]) -> access.Attached:
    """Put the same places on the roads and the ground as if there were no border and no crossing took time.

    Parameters
    ----------
    attached
        Places on the roads, with cells.
    land
        Share of land of each cell of their grid.
    """
    base, ground = attached.base, attached.ground
    one = dataclasses.replace(
        base,
        nodes=base.nodes.assign(side=ONE_SIDE),
        edges=base.edges.assign(side=ONE_SIDE),
        crossings=base.crossings.assign(is_passable=True, delay_min=0.0),
        sides=None,
    )
    whole = shapely.union_all(ground.sides.to_numpy())
    sides = gpd.GeoSeries({ONE_SIDE: whole}, crs=ground.sides.crs)
    on = cells.attach(one, ground.grid, sides, attached.rule, land=land)
    places = attached.places.assign(side=ONE_SIDE)
    return access.attach(one, places[~places.index.duplicated()], attached.rule, on=on)


def save(attached: access.Attached, origins: collections.abc.Sequence[str], path: pathlib.Path) -> None:
    """Keep a network with its places, and the times from some of them to all, for other steps."""
    routing.times(attached, origins=origins, destinations=origins)
    path.write_bytes(pickle.dumps(attached, protocol=5))


def load(path: pathlib.Path) -> access.Attached:
    """Read what :func:`save` kept."""
    attached: access.Attached = pickle.loads(path.read_bytes())
    return attached


def by_rail(region: Region, layers: Frames, *, change: scenario.Scenario | None = None) -> access.Attached:
    """Stations that have a neighbour, and crossings, on the railways, under a scenario."""
    links, stations = layers["railways"], layers["stations"]
    linked = stations[stations["station_id"].isin({*links["station_a"], *links["station_b"]})]
    points = metric(region, linked).rename(columns={"country": "side"}).set_index("station_id")
    changed = scenario.apply(railways(region, layers)[0], change or base_scenario(layers))
    return access.attach(changed, points[["side", "geometry"]], _STATION_RULE)


def base_scenario(layers: Frames) -> scenario.Scenario:
    """No change; crossings are passable as ``crossing_states`` says of their state."""
    return scenario.Scenario(passable=_states(layers))


def is_passable(layers: Frames, states: pd.Series[str]) -> pd.Series[bool]:
    """Whether a crossing in each of the states may be passed, without a scenario."""
    passable: pd.Series[bool] = states.map(_states(layers)).astype(bool)
    return passable


def _states(layers: Frames) -> dict[str, bool]:
    table = layers["crossing_states"]
    return dict(zip(table["state"], table["is_passable"].astype(bool), strict=True))


def centres(region: Region, layers: Frames) -> gpd.GeoDataFrame:
    """Centres of units as places in the working CRS, indexed by ``unit_id``: ``side``, point."""
    known = metric(region, layers["settlements"])
    known = known[known["centre_of"] != ""].rename(columns={"country": "side"})
    single = known.assign(unit_id=known["centre_of"].str.split(" ")).explode("unit_id")
    return single.set_index("unit_id")[["side", "geometry"]].sort_index()


def centre_of(layers: Frames) -> pd.Series[str]:
    """Settlement that is the centre of each unit, by ``unit_id``."""
    settlements = layers["settlements"].sort_values("settlement_id")
    named = settlements.set_index("settlement_id")["centre_of"].str.split().explode().dropna()
    centres: pd.Series[str] = named.reset_index().set_index("centre_of")["settlement_id"].sort_index()
    return centres


def heads(region: Region, layers: Frames) -> gpd.GeoDataFrame:
    """Largest settlement of each oblast in the working CRS, indexed by ``unit_id`` of the oblast.

    ``settlement_id``, ``side``, point.
    """
    known = metric(region, layers["settlements"]).rename(columns={"country": "side"})
    oblast, people = known["unit_id"].map(units.load(region)["parent_id"]), known["population"].astype(float)
    ordered = known.assign(unit_id=oblast, people=people).sort_values(
        ["people", "settlement_id"], ascending=[False, True]
    )
    first = ordered.drop_duplicates("unit_id").set_index("unit_id")
    return first[["settlement_id", "side", "geometry"]].sort_index()


def places(region: Region, layers: Frames) -> gpd.GeoDataFrame:
    """Centres of units, then settlements, as places in the working CRS, indexed by id."""
    named = (
        metric(region, layers["settlements"]).rename(columns={"country": "side"}).set_index("settlement_id")
    )
    return gpd.GeoDataFrame(pd.concat([centres(region, layers), named[["side", "geometry"]]]))


def crossings(region: Region, layers: Frames, mode: str) -> gpd.GeoDataFrame:
    """Crossings of a mode in the working CRS, indexed by ``crossing_id``."""
    found = metric(region, layers["crossings"])
    return found[found["mode"] == mode].set_index("crossing_id")


def metric(region: Region, layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Layer in the working CRS."""
    return layer.to_crs(region.crs)


def _gated(
    region: Region, lines: gpd.GeoDataFrame, mode: str, layers: Frames
) -> tuple[graph.Network, gpd.GeoDataFrame]:
    table = speeds(region)
    own = table[table["mode"] == mode]
    kmh = dict(zip(own.index.astype(str), own["speed_kmh"], strict=True))
    built = graph.build(metric(region, lines).rename(columns={"country": "side"}), speeds_kmh=kmh)
    return border.gate(
        built, crossings(region, layers, mode), tolerance_m=_SAME_POINT_M, states=_states(layers)
    )


def _is_of_access(name: str, table: pd.DataFrame) -> pd.Series[bool]:
    told: pd.Series[bool] = (table[name] != "") == (table["edge_class"] == graph.GROUND_CLASS)
    return told


_CLASSES = {**dict.fromkeys((*transport.ROAD_CLASSES, graph.GROUND_CLASS), "road"), "rail": "rail"}


def _speeds(region: Region) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {
            "edge_class": pa.Column(
                str, contracts.one_of(_CLASSES, expected=f"one of {', '.join(_CLASSES)}"), unique=True
            ),
            "mode": pa.Column(str, contracts.one_of(MODES, expected="road or rail")),
            "speed_kmh": pa.Column(str, contracts.number(1, 350)),
            "detour_factor": pa.Column(str, contracts.number(1, 5, blank=True)),
            "max_km": pa.Column(str, contracts.number(0, 500, blank=True)),
            **contracts.texts("title", region.languages),
            "basis": pa.Column(str, contracts.filled()),
        },
        checks=[
            contracts.rows(
                lambda table: table["mode"] == table["edge_class"].map(_CLASSES).fillna(table["mode"]),
                field="mode",
                expected="rail for rail, road for other classes",
            ),
            *(
                contracts.rows(
                    functools.partial(_is_of_access, name),
                    field=name,
                    expected=f"a number for {graph.GROUND_CLASS}, nothing for other classes",
                )
                for name in ("detour_factor", "max_km")
            ),
        ],
        strict=True,
    )
