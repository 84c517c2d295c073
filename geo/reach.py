"""How much lies within a time of many spots: people within an hour of each cell, and the like.

The same times as `routing.onward`, added up without keeping them: spots of one edge are entered by the
same two nodes, so that whole blocks of places × spots are compared with what is left of the limit.
"""

from __future__ import annotations

import collections.abc

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse.csgraph

from geo import access, errors, routing

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_BLOCK = 1_000


def sums_within(
    attached: access.Attached, weights: pd.DataFrame, spots: pd.DataFrame, *, limit_min: float
) -> pd.DataFrame:
    """Sum of the weights of all places within a time of each spot.

    Parameters
    ----------
    attached
        Places on a network.
    weights
        What is summed, in columns, indexed by place.
    spots
        Rows with the columns of ``Attached.terminals``.
    limit_min
        Minutes; those at the limit count.

    Returns
    -------
    pandas.DataFrame
        Indexed like ``spots``, columns of ``weights``.

    Raises
    ------
    InputError
        One line for each place that is not on the network, or is entered on two sides (a crossing).
    """
    starts, first = routing.terminals(attached, weights.index.tolist())
    double = starts.index[starts.index.duplicated()]
    if len(double):
        raise errors.InputError(
            f"place {label} is entered on two sides; expected one" for label in double.unique()
        )
    within = _Within(attached, starts.iloc[first], spots, limit_min)
    loads = weights.to_numpy(dtype=float)
    found = np.zeros((len(spots), loads.shape[1]))
    for rows in _blocks(spots):
        places, reached = within.of(rows)
        found[rows] = reached @ loads[places]
    return pd.DataFrame(found, index=spots.index, columns=weights.columns)


class _Within:
    """Which places are within the limit of the spots of one edge."""

    def __init__(
        self, attached: access.Attached, places: pd.DataFrame, spots: pd.DataFrame, limit_min: float
    ) -> None:
        self._limit_min = limit_min
        self._travel_min = attached.network.edges["travel_min"].to_numpy()
        between = scipy.sparse.csgraph.dijkstra(routing.graph(attached.network).minutes, limit=limit_min)
        self._between = between
        self._place_ends = routing.ends(attached.network, places)
        self._spot_ends = routing.ends(attached.network, spots)
        names = ("edge", "share", "leg_min", "x_m", "y_m")
        self._place = {name: places[name].to_numpy() for name in names}
        self._spot = {name: spots[name].to_numpy() for name in names}
        sides = pd.unique(attached.terminals["side"])
        self._place_side = pd.Categorical(places["side"], categories=sides).codes
        self._spot_side = pd.Categorical(spots["side"], categories=sides).codes
        self._straight_m = 1_000 * min(attached.rule.max_km, limit_min / attached.rule.min_per_km)

    def of(self, rows: Ints) -> tuple[Ints, Bools]:
        """Places that may be within the limit, and spots × those places: whether they are."""
        node_a, min_a, node_b, min_b = (values[rows] for values in self._spot_ends)
        left_a, left_b = self._left_min(node_a[0]), self._left_min(node_b[0])
        beside = self._beside(rows)
        places = np.flatnonzero((left_a >= min_a.min()) | (left_b >= min_b.min()) | beside)
        reached = min_a[:, None] <= left_a[places]
        reached |= min_b[:, None] <= left_b[places]
        reached |= self._straight(rows, places)
        same = np.flatnonzero(self._place["edge"][places] == self._spot["edge"][rows[0]])
        reached[:, same] |= self._along(rows, places[same])
        return places, reached

    def _left_min(self, node: int) -> Floats:
        """Minutes left of the limit at a node, coming from each place."""
        node_a, min_a, node_b, min_b = self._place_ends
        spent: Floats = np.minimum(min_a + self._between[node_a, node], min_b + self._between[node_b, node])
        return self._limit_min - spent

    def _beside(self, rows: Ints) -> Bools:
        """Places of the side and nearly near enough to go straight, or on the same edge."""
        x_m, y_m, reach_m = self._spot["x_m"][rows], self._spot["y_m"][rows], self._straight_m
        near: Bools = self._place_side == self._spot_side[rows[0]]
        near &= (self._place["x_m"] >= x_m.min() - reach_m) & (self._place["x_m"] <= x_m.max() + reach_m)
        near &= (self._place["y_m"] >= y_m.min() - reach_m) & (self._place["y_m"] <= y_m.max() + reach_m)
        near |= self._place["edge"] == self._spot["edge"][rows[0]]
        return near

    def _straight(self, rows: Ints, places: Ints) -> Bools:
        square_m2 = (self._spot["x_m"][rows, None] - self._place["x_m"][places]) ** 2
        square_m2 += (self._spot["y_m"][rows, None] - self._place["y_m"][places]) ** 2
        near: Bools = square_m2 <= self._straight_m**2
        near &= self._place_side[places] == self._spot_side[rows[0]]
        return near

    def _along(self, rows: Ints, places: Ints) -> Bools:
        spot, place, edge = self._spot, self._place, self._spot["edge"][rows[0]]
        along = np.abs(spot["share"][rows, None] - place["share"][places]) * self._travel_min[edge]
        legs = spot["leg_min"][rows, None] + place["leg_min"][places]
        reached: Bools = (along + legs <= self._limit_min) & (edge >= 0)
        return reached


def _blocks(spots: pd.DataFrame) -> collections.abc.Iterator[Ints]:
    """Positions of spots that are entered by the same edge on the same side, not too many at once."""
    keys = spots.assign(side=spots["side"].astype(str))
    for rows in keys.groupby(["edge", "node", "side"], sort=True).indices.values():
        yield from np.split(rows, range(_BLOCK, len(rows), _BLOCK))
