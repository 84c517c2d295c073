"""Least travel times between places on a network, by Dijkstra's algorithm of scipy.

A trip runs over the network from leg to leg, or straight at the speed of the legs between two
places of one side that are within the longest leg, whichever is faster.
"""

from __future__ import annotations

import collections.abc
import dataclasses

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse
import scipy.sparse.csgraph

from geo import access, errors, network

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Ids = collections.abc.Sequence[str]

# So little that no time changes, enough that a route to a crossing ends on its near side.
_LEAST_DELAY_MIN = 1e-9


@dataclasses.dataclass(frozen=True)
class Graph:
    """Sparse form of a network.

    Parameters
    ----------
    minutes
        Symmetric, least minutes from node to node.
    code
        Same cells: 1 + number of the edge, gates counted on after the edges.
    """

    minutes: scipy.sparse.csr_array
    code: scipy.sparse.csr_array


def graph(base: network.Network) -> Graph:
    """Sparse form of a network; closed gates are left out, the fastest of parallel edges stays."""
    gates = network.passable_gates(base)
    a = np.concatenate([base.edges["node_a"], gates["node_a"]])
    b = np.concatenate([base.edges["node_b"], gates["node_b"]])
    delay_min = np.maximum(gates["delay_min"], _LEAST_DELAY_MIN)
    minutes = np.concatenate([base.edges["travel_min"], delay_min])
    code = 1 + np.concatenate([np.arange(len(base.edges)), len(base.edges) + gates.index])
    arcs = pd.DataFrame(
        {
            "u": np.concatenate([a, b]).astype(np.int64),
            "v": np.concatenate([b, a]).astype(np.int64),
            "minutes": np.tile(minutes, 2).astype(float),
            "code": np.tile(code, 2).astype(np.int64),
        }
    )
    arcs = arcs[arcs["u"] != arcs["v"]].sort_values(["u", "v", "minutes", "code"])
    arcs = arcs.drop_duplicates(["u", "v"])
    cells, size = (arcs["u"].to_numpy(), arcs["v"].to_numpy()), len(base.nodes)
    return Graph(
        *(
            scipy.sparse.coo_array((arcs[name], cells), shape=(size, size)).tocsr()
            for name in ("minutes", "code")
        )
    )


def times(attached: access.Attached, *, origins: Ids, destinations: Ids) -> pd.DataFrame:
    """Least travel time from each origin to each destination.

    Parameters
    ----------
    attached
        Places on a network.
    origins, destinations
        Ids of places or crossings. The time to a crossing is that to its nearer side, without delay.

    Returns
    -------
    pandas.DataFrame
        Minutes, origins × destinations; infinite where there is no way.

    Raises
    ------
    InputError
        One line for each id that has no place on the network.
    """
    if len(origins) > len(destinations):
        return times(attached, origins=destinations, destinations=origins).T
    rows, starts = terminals(attached, destinations)
    minutes = np.empty((len(origins), len(rows)))
    for number, reached in enumerate(onward(attached, origins, rows)):
        minutes[number] = reached
    if len(rows) > len(starts):
        minutes = np.minimum.reduceat(minutes, starts, axis=1)
    return pd.DataFrame(minutes, index=pd.Index(origins), columns=pd.Index(destinations))


def onward(
    attached: access.Attached, places: Ids, spots: pd.DataFrame, *, limit_min: float = np.inf
) -> collections.abc.Iterator[Floats]:
    """Minutes from each place to spots beside the network.

    Parameters
    ----------
    attached
        Places on a network.
    places
        Ids of places or crossings.
    spots
        Rows with the columns of ``Attached.terminals``.
    limit_min
        Longer times count as infinite.

    Yields
    ------
    numpy.ndarray
        Minutes to the rows of ``spots``, for one place after the other.

    Raises
    ------
    InputError
        One line for each id that has no place on the network.
    """
    at_nodes = node_times(attached, places, limit_min=limit_min)
    node_a, min_a, node_b, min_b = ends(attached.network, spots)
    beside = _Beside(attached, spots)
    for place, minutes in zip(places, at_nodes, strict=True):
        least = np.minimum(minutes[node_a] + min_a, minutes[node_b] + min_b)
        for row in attached.positions[place]:
            beside.shorten(least, row)
        yield np.where(least <= limit_min, least, np.inf)


class _Beside:
    """Ways that touch no node: along one edge, or straight."""

    def __init__(self, attached: access.Attached, spots: pd.DataFrame) -> None:
        self._rule = attached.rule
        self._travel_min = attached.network.edges["travel_min"].to_numpy()
        names = ("edge", "share", "leg_min", "x_m", "y_m")
        self._from = {name: attached.terminals[name].to_numpy() for name in names}
        self._to = {name: spots[name].to_numpy() for name in names}
        sides = pd.unique(attached.terminals["side"])
        self._side_from = pd.Categorical(attached.terminals["side"], categories=sides).codes
        self._side_to = pd.Categorical(spots["side"], categories=sides).codes

    def shorten(self, least: Floats, row: int) -> None:
        """Put the minutes from a terminal into ``least`` where such a way is faster."""
        start, to = {name: values[row] for name, values in self._from.items()}, self._to
        if start["edge"] >= 0:
            same = np.flatnonzero(to["edge"] == start["edge"])
            along = np.abs(to["share"][same] - start["share"]) * self._travel_min[start["edge"]]
            least[same] = np.minimum(least[same], start["leg_min"] + along + to["leg_min"][same])
        square_m2 = (to["x_m"] - start["x_m"]) ** 2 + (to["y_m"] - start["y_m"]) ** 2
        within = square_m2 <= (self._rule.max_km * 1_000) ** 2
        near = np.flatnonzero(within & (self._side_to == self._side_from[row]))
        straight_min = np.sqrt(square_m2[near]) / 1_000 * self._rule.min_per_km
        least[near] = np.minimum(least[near], straight_min)


def node_times(attached: access.Attached, places: Ids, *, limit_min: float = np.inf) -> Floats:
    """Minutes from places to every node, places × nodes; infinite where there is no way in the limit.

    Raises
    ------
    InputError
        One line for each id that has no place on the network.
    """
    rows, starts = terminals(attached, places)
    node_a, min_a, node_b, min_b = ends(attached.network, rows)
    source = np.repeat(np.arange(len(places)), np.diff([*starts, len(rows)]))
    arcs = pd.DataFrame(
        {
            "source": np.tile(source, 2),
            "node": np.concatenate([node_a, node_b]),
            "minutes": np.concatenate([min_a, min_b]),
        }
    )
    arcs = arcs.sort_values(["source", "node", "minutes"]).drop_duplicates(["source", "node"])
    base = graph(attached.network).minutes
    count = base.shape[0]
    # Each place is a node of its own from which ways start but at which none arrives.
    starting = scipy.sparse.coo_array(
        (arcs["minutes"], (arcs["source"], arcs["node"])), shape=(len(places), count)
    )
    whole = scipy.sparse.vstack([base, starting.tocsr()], format="csr")
    whole.resize(count + len(places), count + len(places))
    found = scipy.sparse.csgraph.dijkstra(whole, indices=count + np.arange(len(places)), limit=limit_min)
    return found[:, :count]  # type: ignore[no-any-return]


def nearest(minutes: pd.DataFrame) -> pd.DataFrame:
    """Nearest destination of each origin.

    Parameters
    ----------
    minutes
        As :func:`times` gives them.

    Returns
    -------
    pandas.DataFrame
        Indexed by origin: ``nearest_id`` ("" if none can be reached) and ``travel_min`` (infinite
        then); the first of equals.
    """
    values = minutes.to_numpy()
    if values.shape[1] == 0:
        return pd.DataFrame({"nearest_id": "", "travel_min": np.inf}, index=minutes.index)
    best = np.argmin(values, axis=1)
    least = values[np.arange(len(values)), best]
    name = np.where(np.isfinite(least), minutes.columns.to_numpy()[best], "")
    return pd.DataFrame({"nearest_id": name, "travel_min": least}, index=minutes.index)


def terminals(attached: access.Attached, places: Ids) -> tuple[pd.DataFrame, Ints]:
    """Rows of the terminals of places, place by place, and where each place begins."""
    unknown = [place for place in places if place not in attached.positions]
    if unknown:
        raise errors.InputError(
            f"place {place!r} is not on the network; expected an attached id" for place in unknown
        )
    rows = [attached.positions[place] for place in places]
    starts = np.cumsum([0, *(len(own) for own in rows)])[:-1]
    return attached.terminals.iloc[np.concatenate([*rows, np.empty(0)]).astype(np.int64)], starts


def ends(base: network.Network, spots: pd.DataFrame) -> tuple[Ints, Floats, Ints, Floats]:
    """Nodes by which spots (columns of ``Attached.terminals``) are entered, and the minutes to them."""
    edge = spots["edge"].to_numpy()
    on_edge = edge >= 0
    of_edge = base.edges.iloc[np.where(on_edge, edge, 0)]
    node, leg_min, share = (spots[name].to_numpy() for name in ("node", "leg_min", "share"))
    travel_min = np.where(on_edge, of_edge["travel_min"].to_numpy(), 0)
    node_a, node_b = (np.where(on_edge, of_edge[end].to_numpy(), node) for end in ("node_a", "node_b"))
    return node_a, leg_min + share * travel_min, node_b, leg_min + (1 - share) * travel_min
