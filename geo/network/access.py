"""Places on a network and on the ground beside it: one graph of roads, cells and places.

A place enters the roads of its side, the cells of its side and its neighbours at several points, each by
a straight leg that does not leave the side; what is farther is reached over the cells. As all of this is
one graph, travel times are a metric: no way over a third place is shorter than the direct one.
"""

from __future__ import annotations

import dataclasses
import functools
import typing

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo import crs, errors
from geo.network import cells, legs, scenario, shortest
from geo.network import graph as network
from geo.raster import grid

Rule = cells.Rule
# The fields of a class hide the modules of their name.
Network = network.Network
Cells = cells.Cells

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Shapes = npt.NDArray[np.object_]

CELL_M = 1_000
"""Side of the cells of the ground where none is given."""


@dataclasses.dataclass(frozen=True, eq=False)
class Attached:
    """A network with places and ground on it.

    The nodes of the graph are those of the network, then the pieces of the cells, then the places.

    Parameters
    ----------
    network
        The network, with nodes where cells and places enter; ``line`` is the edge that an edge was
        part of.
    terminals
        Where each place is in the graph, indexed by place (a crossing, or a place on the border, has one
        row on each side): ``node``, ``side``, ``leg_km`` (least way to a road, with detour) and
        ``leg_min``, ``x_m``, ``y_m``.
    ways
        Ways over the ground between nodes of the graph, besides the steps of the cells: ``node_a``,
        ``node_b``, ``km`` (without detour).
    cells
        The ground; None where only straight legs are known.
    rule
        How the ground is crossed.
    base, places
        What was attached to what.
    """

    network: Network
    terminals: pd.DataFrame
    ways: pd.DataFrame
    cells: Cells | None
    rule: Rule
    base: Network
    places: gpd.GeoDataFrame
    # Minutes from places to all terminals, as they were asked for; never carried over to a changed network.
    reached: dict[str, Floats] = dataclasses.field(default_factory=dict, init=False, repr=False)

    def __getstate__(self) -> dict[str, typing.Any]:
        """Everything but the graph, which is larger than what it is made of."""
        return {name: value for name, value in self.__dict__.items() if name != "graph"}

    @functools.cached_property
    def positions(self) -> dict[str, Ints]:
        """Rows of ``terminals`` by place."""
        rows = self.terminals.groupby(level=0, sort=False).indices
        return {str(place): np.asarray(own) for place, own in rows.items()}

    @property
    def ground(self) -> Cells:
        """The cells.

        Raises
        ------
        InputError
            If there are none.
        """
        if self.cells is None:
            raise errors.InputError("the network has no cells beside it; expected a ground")
        return self.cells

    @property
    def pieces(self) -> slice:
        """Nodes of the graph that are pieces of cells."""
        first = len(self.network.nodes)
        return slice(first, first + (0 if self.cells is None else len(self.cells.frame)))

    @property
    def count(self) -> int:
        """Nodes of the graph."""
        return int(self.pieces.stop) + len(self.places)

    @functools.cached_property
    def graph(self) -> shortest.Graph:
        """Minutes between the nodes; arcs are edges, passable gates, ways over the ground, steps of cells."""
        edges, gates = self.network.edges, network.passable_gates(self.network)
        minutes = (edges["travel_min"], gates["delay_min"], self.ways["km"] * self.rule.min_per_km)
        frames = (edges, gates, self.ways)
        first, second = (
            np.concatenate([frame[end].to_numpy(dtype=np.int64) for frame in frames])
            for end in ("node_a", "node_b")
        )
        taken = np.concatenate([one.to_numpy(dtype=float) for one in minutes])
        return shortest.build(self.count, first, second, taken, steps=self._steps)

    @property
    def _steps(self) -> shortest.Steps | None:
        if self.cells is None:
            return None
        steps = self.cells.steps
        return shortest.Steps(steps, self.pieces.start, steps.step_km * self.rule.min_per_km)

    @functools.cached_property
    def points(self) -> Floats:
        """Coordinates of the nodes of the graph, shape (n, 2)."""
        pieces = [] if self.cells is None else [self.cells.frame[["x_m", "y_m"]].to_numpy()]
        places = [
            shapely.get_coordinates(one.geometry.to_numpy()) for one in (self.network.nodes, self.places)
        ]
        return np.concatenate([places[0], *pieces, places[1]])


def attach(
    base: network.Network, places: gpd.GeoDataFrame, rule: Rule, *, on: cells.Cells | None = None
) -> Attached:
    """Attach places and ground to a network; crossings with a gate come along.

    Parameters
    ----------
    base
        The network.
    places
        Points in its CRS, indexed by id; with ``side`` if the network is divided. An id may stand once
        on each side: a place on the border.
    rule
        How the ground is crossed.
    on
        The ground; without it, cells of :data:`CELL_M` over the sides of the network, and where it has
        none, straight legs as long as the rule allows.

    Raises
    ------
    CrsError
        If the CRS differ.
    NetworkError
        One line for each place with a doubtful id or point, an unknown side, or no way over the ground
        of its side to a road within ``max_km``.
    """
    crs.require_metric_crs(base.edges, places)
    _require_places(base, places)
    ground = _covering(base, rule) if on is None else on
    spots = _spots(base, places)
    links = legs.straight(base, spots, ground, rule)
    leg_km = legs.road_km(links, ground, len(spots))
    _require_ways(places, leg_km[: len(places)], rule)
    entries = [links.roads] if ground is None else [links.roads, ground.entries]
    joined = pd.concat([one[["edge", "along_m"]] for one in entries])
    marked = dataclasses.replace(base, edges=base.edges.assign(line=np.arange(len(base.edges))))
    edge, along_m = joined["edge"].to_numpy(dtype=np.int64), joined["along_m"].to_numpy(dtype=float)
    split, node = network.split(marked, edge=edge, along_m=along_m)
    first_piece = len(split.nodes)
    first_place = first_piece + (0 if ground is None else len(ground.frame))
    of_spot = np.concatenate([first_place + np.arange(len(places)), _lonely(base)])
    ways = _ways(links, ground, of_spot, first_piece, node)
    found = _terminals(spots, of_spot, leg_km, rule)
    own = found.iloc[: len(places)].set_axis(places.index)
    terminals = _with_crossings(split, own, found.iloc[len(places) :])
    return Attached(split, terminals.rename_axis(index="place_id"), ways, ground, rule, base, places)


def over(attached: Attached, on: cells.Cells) -> Attached:
    """Put the same places on another ground, under the same states and speeds."""
    if attached.cells is on:
        return attached
    fresh = attach(attached.base, attached.places, attached.rule, on=on)
    edges = fresh.network.edges
    kmh = edges["line"].map(attached.network.edges.groupby("line")["speed_kmh"].first())
    changed = edges.assign(speed_kmh=kmh, travel_min=edges["length_km"] / kmh * 60)
    network_ = dataclasses.replace(fresh.network, edges=changed, crossings=attached.network.crossings)
    return dataclasses.replace(fresh, network=network_)


def under(attached: Attached, change: scenario.Scenario) -> Attached:
    """Put the same places on the network under a scenario; the class of the ground is its speed.

    Raises
    ------
    InputError
        If the scenario names what the network does not have.
    """
    speed_kmh = change.speeds_kmh.get(network.GROUND_CLASS, attached.rule.speed_kmh)
    terminals = attached.terminals
    return dataclasses.replace(
        attached,
        network=scenario.apply(attached.network, change),
        terminals=terminals.assign(leg_min=terminals["leg_km"] / speed_kmh * 60),
        rule=dataclasses.replace(attached.rule, speed_kmh=speed_kmh),
    )


def connect(
    base: network.Network, crossings: gpd.GeoDataFrame, sides: gpd.GeoSeries, *, tolerance_m: float
) -> network.Network:
    """Give crossings that no edge meets a gate between two nodes of their own, one on each side.

    Their nodes have no edge: they are reached over the ground.

    Parameters
    ----------
    base
        A divided network.
    crossings
        Points, indexed by id, known to the network; those that have a gate are left alone.
    sides
        One (multi)polygon for each side.
    tolerance_m
        Greatest distance of a crossing from both sides; a crossing that is farther is left alone.
    """
    unmet = crossings[~crossings.index.isin(base.gates["crossing_id"])]
    near = pd.DataFrame({side: unmet.distance(outline) for side, outline in sides.items()})
    both = unmet[(near <= tolerance_m).sum(axis=1) == 2]
    if both.empty:
        return base
    labels = [near.columns[row <= tolerance_m] for row in near.loc[both.index].to_numpy()]
    nodes = gpd.GeoDataFrame(
        {"side": np.concatenate(labels)},
        geometry=np.repeat(both.geometry.to_numpy(), 2),
        crs=base.nodes.crs,
    )
    first = len(base.nodes) + 2 * np.arange(len(both))
    gates = pd.DataFrame({"crossing_id": both.index, "node_a": first, "node_b": first + 1})
    return dataclasses.replace(
        base,
        nodes=pd.concat([base.nodes, nodes], ignore_index=True),
        gates=pd.concat([base.gates, gates], ignore_index=True),
    )


def unmet(base: network.Network) -> list[str]:
    """Crossings whose gate no edge meets on at least one side."""
    lonely = _lonely(base)
    of_lonely = base.gates["node_a"].isin(lonely) | base.gates["node_b"].isin(lonely)
    return sorted(set(base.gates.loc[of_lonely, "crossing_id"]))


def _covering(base: network.Network, rule: Rule) -> cells.Cells | None:
    if base.sides is None:
        return None
    return cells.attach(base, grid.covering(base.sides, cell_m=CELL_M), base.sides, rule)


def _lonely(base: network.Network) -> Ints:
    """Nodes of gates that no edge meets."""
    ends = np.unique(base.gates[["node_a", "node_b"]].to_numpy(dtype=np.int64))
    return ends[~np.isin(ends, base.edges[["node_a", "node_b"]].to_numpy())]


def _spots(base: network.Network, places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Places, then the gates without an edge."""
    side = places["side"].to_numpy(dtype=object) if "side" in places else ""
    own = gpd.GeoDataFrame({"side": side}, index=places.index, geometry=places.geometry)
    alone = base.nodes.iloc[_lonely(base)][["side", "geometry"]]
    return gpd.GeoDataFrame(pd.concat([own, alone], ignore_index=True), crs=places.crs)


def _ways(
    links: legs.Legs, ground: cells.Cells | None, of_spot: Ints, first_piece: int, node: Ints
) -> pd.DataFrame:
    """All legs and moves as ways between nodes of the graph."""
    roads, pieces, spots = links.roads, links.pieces, links.spots
    found: list[tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike]] = [
        (of_spot[roads["spot"]], node[: len(roads)], roads["km"]),
        (of_spot[pieces["spot"]], first_piece + pieces["piece"], pieces["km"]),
        (of_spot[spots["spot"]], of_spot[spots["other"]], spots["km"]),
    ]
    if ground is not None:
        moves, entries = ground.moves, ground.entries
        found += [
            (first_piece + moves["piece_a"], first_piece + moves["piece_b"], moves["km"]),
            (first_piece + entries["piece"], node[len(roads) :], entries["km"]),
        ]
    columns = [np.concatenate([np.asarray(part) for part in parts]) for parts in zip(*found, strict=True)]
    return pd.DataFrame(dict(zip(("node_a", "node_b", "km"), columns, strict=True)))


def _terminals(spots: gpd.GeoDataFrame, of_spot: Ints, leg_km: Floats, rule: Rule) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "node": of_spot,
            "side": spots["side"].to_numpy(),
            "leg_km": leg_km * rule.detour_factor,
            "leg_min": leg_km * rule.min_per_km,
            "x_m": spots.geometry.x.to_numpy(),
            "y_m": spots.geometry.y.to_numpy(),
        }
    )


def _with_crossings(base: network.Network, own: pd.DataFrame, lonely: pd.DataFrame) -> pd.DataFrame:
    """Add the crossings that have a gate, both nodes of each; those without an edge have a leg."""
    rows = base.gates.melt(id_vars="crossing_id", value_vars=["node_a", "node_b"], value_name="node")
    rows = rows.sort_values(["crossing_id", "node"])
    node = rows["node"].to_numpy(dtype=np.int64)
    points = base.nodes.geometry.iloc[node]
    legs = lonely.set_index("node")[["leg_km", "leg_min"]].reindex(node).fillna(0.0)
    of_gates = pd.DataFrame(
        {
            "node": node,
            "side": base.nodes["side"].to_numpy()[node],
            "leg_km": legs["leg_km"].to_numpy(),
            "leg_min": legs["leg_min"].to_numpy(),
            "x_m": points.x.to_numpy(),
            "y_m": points.y.to_numpy(),
        },
        index=pd.Index(rows["crossing_id"]),
    )
    return pd.concat([frame for frame in (own, of_gates) if len(frame)] or [own])


def _require_places(base: network.Network, places: gpd.GeoDataFrame) -> None:
    known = set(base.edges["side"])
    side = places["side"] if "side" in places else pd.Series("", index=places.index)
    twice = pd.DataFrame({"place": places.index, "side": side.to_numpy()}).duplicated()
    findings = [f"place {label}: the id is not unique" for label in places.index[twice.to_numpy()]]
    taken = sorted(set(places.index) & set(base.gates["crossing_id"]))
    findings += [f"place {label}: the id is also that of a crossing" for label in taken]
    for label, point, own in zip(places.index, places.geometry, side, strict=True):
        if (
            point is None
            or point.geom_type != "Point"
            or not np.isfinite(shapely.get_coordinates(point)).all()
        ):
            findings.append(f"place {label}: geometry {point}; expected a point with finite coordinates")
        if own not in known:
            findings.append(f"place {label}: side {own!r}; expected one of: {', '.join(sorted(known))}")
    if findings:
        raise errors.NetworkError(findings)


def _require_ways(places: gpd.GeoDataFrame, leg_km: Floats, rule: Rule) -> None:
    far = ~(leg_km <= rule.max_km)
    if far.any():
        raise errors.NetworkError(
            f"place {label}: no road of its side can be reached over the ground within {rule.max_km:g} km; "
            "expected one, with no border and no water on the way"
            for label in places.index[far]
        )
