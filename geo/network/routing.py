"""Least travel times between places on a network and the ground beside it."""

from __future__ import annotations

import collections.abc
import concurrent.futures

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo import errors
from geo.network import access, shortest

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Ids = collections.abc.Sequence[str]

_THREADS = 2


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
        Minutes, origins × destinations; infinite where there is no way. Between places they are a
        metric; a crossing is an end of ways, its delay is not in its times.

    Raises
    ------
    InputError
        One line for each id that has no place on the network.
    """
    if len(origins) > len(destinations):
        return times(attached, origins=destinations, destinations=origins).T
    _, starts = terminals(attached, destinations)
    rows = np.concatenate([*(attached.positions[place] for place in destinations), np.empty(0)]).astype(int)
    _reach(attached, origins)
    minutes = np.array([attached.reached[place][rows] for place in origins]).reshape(len(origins), len(rows))
    if len(rows) > len(starts):
        minutes = np.minimum.reduceat(minutes, starts, axis=1)
    return pd.DataFrame(minutes, index=pd.Index(origins), columns=pd.Index(destinations))


def least(attached: access.Attached, places: Ids, destinations: Ids) -> pd.Series:
    """Least travel time of each place to the nearest of the destinations.

    Returns
    -------
    pandas.Series
        Minutes, indexed by place; infinite where there is no way.
    """
    rows, starts = terminals(attached, places)
    ends, _ = terminals(attached, destinations)
    found = shortest.spread(attached.graph, ends["node"].to_numpy()).minutes[rows["node"].to_numpy()]
    minutes = np.minimum.reduceat(found, starts) if len(starts) else found
    return pd.Series(minutes, index=pd.Index(places), name="travel_min")


def trees(
    attached: access.Attached, places: Ids, *, limit_min: float = np.inf
) -> collections.abc.Iterator[shortest.Tree]:
    """Least ways from each place to every node of the graph, one place after the other.

    Parameters
    ----------
    attached
        Places on a network.
    places
        Ids of places or crossings.
    limit_min
        Longer times count as infinite.

    Raises
    ------
    InputError
        One line for each id that has no place on the network.
    """
    terminals(attached, places)
    graph, nodes = attached.graph, attached.terminals["node"].to_numpy()

    def spread(place: str) -> shortest.Tree:
        return shortest.spread(graph, nodes[attached.positions[place]], limit_min=limit_min)

    # The kernel lets other threads run; a tree is as large as the ground, so few wait to be read.
    with concurrent.futures.ThreadPoolExecutor(_THREADS) as pool:
        grown = [pool.submit(spread, place) for place in places[:_THREADS]]
        for number, place in enumerate(places):
            found = grown.pop(0).result()
            grown += [pool.submit(spread, other) for other in places[number + _THREADS :][:1]]
            if np.isinf(limit_min):
                # Here and not in the thread, so that their order is that of the places.
                attached.reached[place] = found.minutes[nodes]
            yield found


def _reach(attached: access.Attached, places: Ids) -> None:
    """Keep the minutes from places to all terminals; the kernel lets other threads run."""
    new = [place for place in dict.fromkeys(places) if place not in attached.reached]
    terminals(attached, new)
    graph, nodes = attached.graph, attached.terminals["node"].to_numpy()
    spots = attached.terminals[["x_m", "y_m", "side"]].to_numpy()
    # A centre and its settlement are one spot, from which one tree is enough.
    same: dict[tuple[object, ...], list[str]] = {}
    for place in new:
        same.setdefault(tuple(spots[attached.positions[place]].ravel()), []).append(place)

    def spread(of_spot: list[str]) -> Floats:
        found: Floats = shortest.spread(graph, nodes[attached.positions[of_spot[0]]]).minutes[nodes]
        return found

    with concurrent.futures.ThreadPoolExecutor(_THREADS) as pool:
        for of_spot, minutes in zip(same.values(), pool.map(spread, same.values()), strict=True):
            attached.reached.update(dict.fromkeys(of_spot, minutes))


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
