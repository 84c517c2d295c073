"""The compiled kernel of :mod:`geo.cost`: a wave of least cost over a grid with a margin.

Waiting cells lie in buckets of equal cost range. A bucket is drained until no entry is left in it, and
a cell returns to a bucket whenever its cost falls, so the result is exact whatever the width of a
bucket: the width decides speed alone. The buckets form a window over the costs; entries dearer than
the window wait in one list, from which the next window is filled.

Bucket width about the least step: Denardo and Fox, Operations Research 27 (1979) 161–186; re-draining:
Meyer and Sanders, Journal of Algorithms 49 (2003) 114–152.
"""

from __future__ import annotations

import collections.abc
import typing

import numba
import numpy as np
import numpy.typing as npt

MARGIN = 2
PLAIN_MOVES = 8

_BUCKETS = 4096
_FAR = _BUCKETS
_OPEN = _BUCKETS + 1
_NONE = -1
_FREE, _SPARE, _SETTLED = 0, 1, 2
_ENTRY = np.dtype([("cost", np.float64), ("cell", np.int64), ("next", np.int64)])

F = typing.TypeVar("F", bound=collections.abc.Callable[..., object])


class Field(typing.NamedTuple):
    """Flat arrays over the cells of the grid and of the impassable margin of :data:`MARGIN` cells.

    ``half`` is half the friction, infinite where impassable; ``cost`` starts infinite; ``links`` holds
    1 + the number of the move by which a cell is reached, 0 at its start, and is empty if not wanted.
    """

    half: npt.NDArray[np.float32]
    cost: npt.NDArray[np.float64]
    links: npt.NDArray[np.uint8]


class Moves(typing.NamedTuple):
    """The moves from a cell: eight to its neighbours, then any number of knight's moves.

    ``step`` is the distance in the flat arrays, ``length_m`` the one on the ground, ``over`` the two
    cells that a knight's move passes, as distances in the flat arrays.
    """

    step: npt.NDArray[np.int64]
    length_m: npt.NDArray[np.float64]
    over: npt.NDArray[np.int64]


class _Queue(typing.NamedTuple):
    """Entries in linked lists: one for each bucket, one beyond the window, one being drained, one free."""

    heads: npt.NDArray[np.int64]
    pool: npt.NDArray[np.void]
    tally: npt.NDArray[np.int64]


def compiled(function: F) -> F:
    """Compile a function by numba, cached on disk if any place for the cache can be written."""
    try:
        ready = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:
        ready = numba.njit(nogil=True)(function)
    return typing.cast("F", ready)


@compiled
def spread(
    field: Field,
    moves: Moves,
    cells: npt.NDArray[np.int64],
    initial: npt.NDArray[np.float64],
    limit: float,
    width: float,
) -> None:
    """Write the least cost, and the links, of every cell into the field.

    Parameters
    ----------
    field, moves
        The grid and the moves over it.
    cells, initial
        Sources as positions in the flat arrays and the cost at which each starts.
    limit
        Cells that cost more are left as they are.
    width
        Width of a bucket, above 0. A window in which fewer cells are settled than wait beyond it
        doubles the width for the next one, so that no spread of frictions makes the windows many.
    """
    queue = _started(field, cells, initial, limit)
    waiting = cells.size
    queue.tally[_SETTLED] = waiting
    span = width
    while True:
        span = width if queue.tally[_SETTLED] >= waiting else 2 * span
        queue.tally[_SETTLED] = 0
        per = 1 / span
        base, waiting = _open_window(field, queue, per)
        if waiting == 0:
            break
        for bucket in range(_BUCKETS):
            while not _drain(bucket, base, per, field, moves, queue, limit):
                queue = _grown(queue)


@compiled
def _started(
    field: Field, cells: npt.NDArray[np.int64], initial: npt.NDArray[np.float64], limit: float
) -> _Queue:
    heads = np.full(_BUCKETS + 2, _NONE, np.int64)
    pool = np.empty(cells.size + 1024, _ENTRY)
    _chain(pool, 0, _NONE)
    free = 0
    spare = pool.size
    for i in range(cells.size):
        if initial[i] < field.cost[cells[i]] and initial[i] <= limit:
            field.cost[cells[i]] = initial[i]
            free = _push(pool, heads, free, _FAR, cells[i], initial[i])
            spare -= 1
    return _Queue(heads, pool, np.array([free, spare, 0], np.int64))


@compiled
def _chain(pool: npt.NDArray[np.void], first: int, last_next: int) -> None:
    for entry in range(first, pool.size):
        pool[entry].next = entry + 1
    pool[pool.size - 1].next = last_next


@compiled
def _grown(queue: _Queue) -> _Queue:
    size = queue.pool.size
    pool = np.empty(2 * size, _ENTRY)
    for entry in range(size):
        pool[entry] = queue.pool[entry]
    _chain(pool, size, queue.tally[_FREE])
    queue.tally[_FREE] = size
    queue.tally[_SPARE] += size
    return _Queue(queue.heads, pool, queue.tally)


@compiled
def _push(
    pool: npt.NDArray[np.void], heads: npt.NDArray[np.int64], free: int, slot: int, cell: int, cost: float
) -> int:
    following: int = pool[free].next
    pool[free].cost = cost
    pool[free].cell = cell
    pool[free].next = heads[slot]
    heads[slot] = free
    return following


@compiled
def _slot(cost: float, base: float, per: float) -> int:
    """Bucket of a cost; one formula for all, so that no rounding puts an equal cost into an earlier one."""
    return int(min((cost - base) * per, _FAR))


@compiled
def _open_window(field: Field, queue: _Queue, per: float) -> tuple[float, int]:
    """Fill the buckets from the list beyond the window; return their lowest cost and the list's length."""
    heads, pool, tally = queue
    base = np.inf
    waiting = 0
    entry = heads[_FAR]
    while entry != _NONE:
        if pool[entry].cost <= field.cost[pool[entry].cell]:
            base = min(base, pool[entry].cost)
            waiting += 1
        entry = pool[entry].next
    entry = heads[_FAR]
    heads[_FAR] = _NONE
    while entry != _NONE:
        following = pool[entry].next
        if pool[entry].cost <= field.cost[pool[entry].cell]:
            slot = _slot(pool[entry].cost, base, per)
            pool[entry].next = heads[slot]
            heads[slot] = entry
        else:
            pool[entry].next = tally[_FREE]
            tally[_FREE] = entry
            tally[_SPARE] += 1
        entry = following
    return base, waiting


@compiled
def _drain(
    bucket: int, base: float, per: float, field: Field, moves: Moves, queue: _Queue, limit: float
) -> bool:
    """Settle the cells of a bucket until it is empty; false if the pool has to grow first."""
    half, cost, links = field
    heads, pool, tally = queue
    free, spare, settled = tally
    step, length_m, over = moves
    linked = links.size == cost.size
    while heads[_OPEN] != _NONE or heads[bucket] != _NONE:
        if heads[_OPEN] == _NONE:
            heads[_OPEN] = heads[bucket]
            heads[bucket] = _NONE
        entry = heads[_OPEN]
        while entry != _NONE and spare >= step.size:
            cell, cell_cost, following = pool[entry].cell, pool[entry].cost, pool[entry].next
            pool[entry].next = free
            free = entry
            spare += 1
            entry = following
            if cell_cost > cost[cell]:
                continue
            settled += 1
            here = np.float64(half[cell])
            for move in range(step.size):
                to = cell + step[move]
                friction = here + half[to]
                if move >= PLAIN_MOVES:
                    friction = (friction + half[cell + over[move, 0]] + half[cell + over[move, 1]]) / 2
                to_cost = cell_cost + friction * length_m[move]
                if to_cost < cost[to] and to_cost <= limit:
                    cost[to] = to_cost
                    if linked:
                        links[to] = move + 1
                    free = _push(pool, heads, free, _slot(to_cost, base, per), to, to_cost)
                    spare -= 1
        heads[_OPEN] = entry
        if entry != _NONE:
            break
    tally[_FREE], tally[_SPARE], tally[_SETTLED] = free, spare, settled
    return bool(heads[_OPEN] == _NONE)
