"""Places on a network: the nearest point of an edge on their own side, and the leg to it."""

from __future__ import annotations

import collections.abc
import dataclasses
import functools

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo import crs, errors, network

CONNECTOR = "access"

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Rule:
    """How a place off the network is reached.

    Parameters
    ----------
    speed_kmh
        Speed on the leg.
    detour_factor
        Length of the leg over the straight line.
    max_km
        Longest straight line of a leg.
    """

    speed_kmh: float
    detour_factor: float
    max_km: float

    def __post_init__(self) -> None:
        findings = [
            f"access rule: {name} is {value}; expected a number from {least}"
            for name, value, least in (
                ("speed_kmh", self.speed_kmh, 1),
                ("detour_factor", self.detour_factor, 1),
                ("max_km", self.max_km, 0),
            )
            if not (np.isfinite(value) and value >= least)
        ]
        if findings:
            raise errors.InputError(findings)

    @property
    def min_per_km(self) -> float:
        """Minutes for a kilometre of straight line."""
        return self.detour_factor / self.speed_kmh * 60


@dataclasses.dataclass(frozen=True)
class Attached:
    """A network with places on it.

    Parameters
    ----------
    network
        The network.
    terminals
        Where each place enters the network, indexed by place (a crossing has one row on each side):
        ``edge`` and ``share`` of it from its first node, or else ``node`` (−1 otherwise, as is
        ``edge`` then); ``side``; ``leg_km`` (with detour) and ``leg_min``; ``x_m``, ``y_m``.
    rule
        The rule by which the legs were made.
    """

    network: network.Network
    terminals: pd.DataFrame
    rule: Rule

    @functools.cached_property
    def positions(self) -> dict[str, Ints]:
        """Rows of ``terminals`` by place."""
        rows = self.terminals.groupby(level=0, sort=False).indices
        return {str(place): np.asarray(own) for place, own in rows.items()}


def attach(base: network.Network, places: gpd.GeoDataFrame, rule: Rule) -> Attached:
    """Attach places to the nearest point of an edge on their side; crossings with a gate come along.

    Parameters
    ----------
    base
        The network.
    places
        Points in its CRS, indexed by id; with ``side`` if the network is divided.
    rule
        Access rule.

    Raises
    ------
    CrsError
        If the CRS differ.
    NetworkError
        One line for each place with a doubtful id or point, an unknown side, or no edge of its
        side within ``max_km``.
    """
    crs.require_metric_crs(base.edges, places)
    _require_places(base, places)
    side = places["side"].to_numpy() if "side" in places else np.full(len(places), "")
    terminals = locate(base, places.geometry, side, rule)
    far = ~np.isfinite(terminals["leg_min"])
    if far.any():
        raise errors.NetworkError(
            f"place {label}: nearest edge of its side is {km / rule.detour_factor:.1f} km away; "
            f"expected {rule.max_km:g} km or less"
            for label, km in terminals.loc[far, "leg_km"].items()
        )
    return Attached(base, _with_crossings(base, terminals), rule)


def locate(
    base: network.Network, points: gpd.GeoSeries, side: npt.NDArray[np.object_], rule: Rule
) -> pd.DataFrame:
    """Nearest place on an edge of the same side.

    Parameters
    ----------
    base
        The network.
    points
        Points in its CRS.
    side
        Side of each point; "" on an undivided network.
    rule
        Access rule.

    Returns
    -------
    pandas.DataFrame
        Indexed like ``points``, with the columns of ``Attached.terminals``; ``edge`` is −1 if the
        side has none, ``leg_min`` is infinite beyond ``max_km``.
    """
    edge = np.full(len(points), -1, dtype=np.int64)
    leg_km = np.full(len(points), np.inf)
    lines, where = base.edges.geometry.to_numpy(), points.to_numpy()
    for label in np.unique(side.astype(str)):
        own = np.flatnonzero(base.edges["side"].to_numpy() == label)
        of_side = np.flatnonzero(side == label)
        if len(own):
            # Two boxes a branch: for long lines nearly twice as fast as the usual ten.
            (place, found), metres = shapely.STRtree(lines[own], node_capacity=2).query_nearest(
                where[of_side], return_distance=True, all_matches=False
            )
            edge[of_side[place]], leg_km[of_side[place]] = own[found], metres / 1_000
    share = np.zeros(len(points))
    placed = edge >= 0
    share[placed] = shapely.line_locate_point(lines[edge[placed]], where[placed], normalized=True)
    return pd.DataFrame(
        {
            "edge": edge,
            "share": share,
            "node": -1,
            "side": side,
            "leg_km": leg_km * rule.detour_factor,
            "leg_min": np.where(leg_km <= rule.max_km, leg_km * rule.min_per_km, np.inf),
            "x_m": points.x.to_numpy(),
            "y_m": points.y.to_numpy(),
        },
        index=points.index,
    )


def pin(attached: Attached, places: collections.abc.Iterable[str]) -> tuple[network.Network, pd.DataFrame]:
    """Put nodes where places enter the network.

    Returns
    -------
    tuple
        The network with edges split there, which keep the number that they had as ``line``, and the
        terminals of the places with ``node`` in place of ``edge`` and ``share``.
    """
    rows = attached.terminals.loc[list(dict.fromkeys(places))]
    edges = attached.network.edges
    marked = dataclasses.replace(attached.network, edges=edges.assign(line=np.arange(len(edges))))
    on_edge = rows["edge"].to_numpy() >= 0
    edge = rows["edge"].to_numpy()[on_edge]
    along_m = rows["share"].to_numpy()[on_edge] * edges.length.to_numpy()[edge]
    split, node = network.split(marked, edge=edge, along_m=along_m)
    nodes = rows["node"].to_numpy(copy=True)
    nodes[on_edge] = node
    return split, rows.assign(node=nodes).drop(columns=["edge", "share"])


def connect(base: network.Network, crossings: gpd.GeoDataFrame, rule: Rule) -> network.Network:
    """Join crossings that no edge meets to the nearest edge of each of two sides.

    Parameters
    ----------
    base
        A divided network.
    crossings
        Points, indexed by id, known to the network; those that have a gate are left alone.
    rule
        How the connectors run; a crossing is left alone if an edge of two sides is not within
        ``max_km``. Connectors are edges of the class :data:`CONNECTOR`.
    """
    unmet = crossings[~crossings.index.isin(base.gates["crossing_id"])]
    sides = sorted(set(base.edges["side"]))
    spots = pd.concat(
        [locate(base, unmet.geometry, np.full(len(unmet), side, dtype=object), rule) for side in sides]
    )
    near = spots[np.isfinite(spots["leg_min"])].sort_values("leg_min", kind="stable")
    near = near.groupby(level=0, sort=True).head(2)
    near = near[near.groupby(level=0)["side"].transform("size") == 2].sort_index(kind="stable")
    if near.empty:
        return base
    edge = near["edge"].to_numpy()
    along_m = near["share"].to_numpy() * base.edges.length.to_numpy()[edge]
    joined, node = network.split(base, edge=edge, along_m=along_m)
    return _with_connectors(joined, near, node, rule)


def _with_connectors(base: network.Network, spots: pd.DataFrame, node: Ints, rule: Rule) -> network.Network:
    """Add a node at the crossing for each spot, the connector to it, and the gate between the two.

    Where an edge comes to the crossing, its node serves.
    """
    apart = spots["leg_km"].to_numpy() * 1_000 >= network.SAME_PLACE_M
    own = np.where(apart, len(base.nodes) + np.cumsum(apart) - 1, node)
    far = spots[apart]
    points = shapely.points(far["x_m"], far["y_m"])
    edges = gpd.GeoDataFrame(
        {
            "node_a": node[apart],
            "node_b": own[apart],
            "edge_class": CONNECTOR,
            "side": far["side"].to_numpy(),
            "length_km": far["leg_km"].to_numpy(),
            "speed_kmh": rule.speed_kmh,
            "travel_min": far["leg_min"].to_numpy(),
        },
        geometry=_segments(base.nodes.geometry.to_numpy()[node[apart]], points),
        crs=base.edges.crs,
    )
    nodes = gpd.GeoDataFrame({"side": far["side"].to_numpy()}, geometry=points, crs=base.nodes.crs)
    gates = pd.DataFrame({"crossing_id": spots.index[::2], "node_a": own[::2], "node_b": own[1::2]})
    return dataclasses.replace(
        base,
        nodes=pd.concat([base.nodes, nodes], ignore_index=True),
        edges=pd.concat([base.edges, edges], ignore_index=True),
        gates=pd.concat([base.gates, gates], ignore_index=True),
    )


def _segments(start: npt.NDArray[np.object_], end: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    pairs = np.stack([shapely.get_coordinates(start), shapely.get_coordinates(end)], axis=1)
    return shapely.linestrings(pairs)  # type: ignore[no-any-return]


def _with_crossings(base: network.Network, terminals: pd.DataFrame) -> pd.DataFrame:
    """Add the crossings that have a gate, both nodes of each."""
    rows = base.gates.melt(id_vars="crossing_id", value_vars=["node_a", "node_b"], value_name="node")
    rows = rows.sort_values(["crossing_id", "node"])
    node = rows["node"].to_numpy(dtype=np.int64)
    places = base.nodes.geometry.iloc[node]
    of_gates = pd.DataFrame(
        {
            "edge": -1,
            "share": 0.0,
            "node": node,
            "side": base.nodes["side"].to_numpy()[node],
            "leg_km": 0.0,
            "leg_min": 0.0,
            "x_m": places.x.to_numpy(),
            "y_m": places.y.to_numpy(),
        },
        index=pd.Index(rows["crossing_id"]),
    )
    taken = sorted(set(terminals.index) & set(of_gates.index))
    if taken:
        raise errors.NetworkError(f"place {label}: the id is also that of a crossing" for label in taken)
    both = [frame for frame in (terminals, of_gates) if len(frame)] or [terminals]
    return pd.concat(both).rename_axis(index="place_id")


def _require_places(base: network.Network, places: gpd.GeoDataFrame) -> None:
    findings = [f"place {label}: the id is not unique" for label in places.index[places.index.duplicated()]]
    known = set(base.edges["side"])
    side = places["side"] if "side" in places else pd.Series("", index=places.index)
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
