"""The compiled kernel of :mod:`geo.cost`: a wave of least cost over a grid with a margin.

Waiting cells lie in buckets of equal cost range. A bucket is drained until no entry is left in it, and
a cell returns to a bucket whenever its cost falls, so the result is exact whatever the width of a
bucket: the width decides speed alone. The buckets form a window over the costs; entries dearer than
the window wait in one list, from which the next window is filled.

Time would otherwise grow with the distance between cells in memory: the grid is kept in bands of rows,
column after column within a band, so that the neighbours of a cell share memory pages with it, and the
entries of a bucket lie in chunks, one after another within a chunk. A wave that is too long for the
cache comes back to each cell after the cache has let go of it; the entries that come next are known, so
their cells and the columns beside them are asked for ahead.

Bucket width about the least step: Denardo and Fox, Operations Research 27 (1979) 161–186; re-draining:
Meyer and Sanders, Journal of Algorithms 49 (2003) 114–152.
"""

from __future__ import annotations

import collections.abc
import typing

import numba
import numpy as np
import numpy.typing as npt

from geo import prefetch

MARGIN = 2
PLAIN_MOVES = 8
BAND = 16

_BUCKETS = 4096
_FAR = _BUCKETS
_OPEN = _BUCKETS + 1
_NONE = -1
_CHUNK = 64
_LAST = _CHUNK - 1
_SPARE_CHUNKS = 2048
_SPARE, _SETTLED = 0, 1
_AHEAD = 8

F = typing.TypeVar("F", bound=collections.abc.Callable[..., object])


class Field(typing.NamedTuple):
    """Flat arrays over the cells of the grid and of the impassable margin of :data:`MARGIN` cells.

    They are in the order of :func:`fold`. ``half`` is half the friction, infinite where impassable;
    ``cost`` starts infinite; ``links`` holds 1 + the number of the move by which a cell is reached, 0 at
    its start, and is empty if not wanted.
    """

    half: npt.NDArray[np.float32]
    cost: npt.NDArray[np.float64]
    links: npt.NDArray[np.uint8]


class Moves(typing.NamedTuple):
    """The moves from a cell: eight to its neighbours, then any number of knight's moves.

    ``step`` is the distance in the flat arrays, by the row in a band and the move; ``length_m`` the one
    on the ground; ``over`` the two cells that a knight's move passes, as distances like ``step``.
    """

    step: npt.NDArray[np.int64]
    length_m: npt.NDArray[np.float64]
    over: npt.NDArray[np.int64]


class _Queue(typing.NamedTuple):
    """Entries in stacks of chunks: a stack for each bucket, one beyond the window, one being drained.

    ``tops`` holds the place of the last entry of each stack. The first place of a chunk is no entry:
    in ``cells`` it holds the last place of the chunk below. ``spare`` is the stack of unused chunks.
    """

    tops: npt.NDArray[np.int64]
    cells: npt.NDArray[np.int64]
    costs: npt.NDArray[np.float64]
    spare: npt.NDArray[np.int64]
    tally: npt.NDArray[np.int64]


def position(
    row: npt.NDArray[np.int64], column: npt.NDArray[np.int64], columns: int
) -> npt.NDArray[np.int64]:
    """Places of cells in the flat arrays of a folded grid with so many columns."""
    return (row // BAND * columns + column) * BAND + row % BAND


def fold(grid: npt.NDArray[typing.Any]) -> None:
    """Put the cells of each band of :data:`BAND` rows column after column, in place."""
    for band in grid.reshape(-1, BAND, grid.shape[1]):
        band[:] = band.T.reshape(band.shape)


def unfold(grid: npt.NDArray[typing.Any]) -> None:
    """Put the cells of a folded grid row after row again, in place."""
    for band in grid.reshape(-1, BAND, grid.shape[1]):
        band[:] = band.reshape(band.shape[::-1]).T


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
        base, waiting = _beyond(field, queue)
        if waiting == 0:
            break
        per = 1 / span
        queue.tops[_OPEN], queue.tops[_FAR] = queue.tops[_FAR], _NONE
        while not _open_window(field, queue, base, per):
            queue = _grown(queue)
        for bucket in range(_BUCKETS):
            while not _drain(bucket, base, per, field, moves, queue, limit):
                queue = _grown(queue)


@compiled
def _started(
    field: Field, cells: npt.NDArray[np.int64], initial: npt.NDArray[np.float64], limit: float
) -> _Queue:
    chunks = cells.size // _LAST + _SPARE_CHUNKS
    queue = _Queue(
        tops=np.full(_BUCKETS + 2, _NONE, np.int64),
        cells=np.empty(chunks * _CHUNK, np.int64),
        costs=np.empty(chunks * _CHUNK, np.float64),
        spare=np.arange(chunks) * _CHUNK,
        tally=np.array([chunks, 0], np.int64),
    )
    for i in range(cells.size):
        if initial[i] < field.cost[cells[i]] and initial[i] <= limit:
            field.cost[cells[i]] = initial[i]
            _push(queue, _FAR, cells[i], initial[i])
    return queue


@compiled
def _grown(queue: _Queue) -> _Queue:
    tops, cells, costs, spare, tally = queue
    chunks, unused = spare.size, tally[_SPARE]
    tally[_SPARE] += chunks
    return _Queue(
        tops=tops,
        cells=np.append(cells, np.empty_like(cells)),
        costs=np.append(costs, np.empty_like(costs)),
        spare=np.append(spare[:unused], np.arange(chunks, 3 * chunks - unused) * _CHUNK),
        tally=tally,
    )


@compiled
def _push(queue: _Queue, slot: int, cell: int, cost: float) -> None:
    tops, cells, costs, spare, tally = queue
    top = tops[slot]
    if top & _LAST == _LAST:
        tally[_SPARE] -= 1
        cells[spare[tally[_SPARE]]] = top
        top = spare[tally[_SPARE]]
    cells[top + 1] = cell
    costs[top + 1] = cost
    tops[slot] = top + 1


@compiled
def _slot(cost: float, base: float, per: float) -> int:
    """Bucket of a cost; one formula for all, so that no rounding puts an equal cost into an earlier one."""
    return int(min((cost - base) * per, _FAR))


@compiled
def _beyond(field: Field, queue: _Queue) -> tuple[float, int]:
    """Lowest cost and number of the entries that wait beyond the window."""
    base = np.inf
    waiting = 0
    top = queue.tops[_FAR]
    while top != _NONE:
        chunk = top & ~_LAST
        for entry in range(chunk + 1, top + 1):
            if queue.costs[entry] <= field.cost[queue.cells[entry]]:
                base = min(base, queue.costs[entry])
                waiting += 1
        top = queue.cells[chunk]
    return base, waiting


@compiled
def _open_window(field: Field, queue: _Queue, base: float, per: float) -> bool:
    """Put the open stack into the buckets; false if the queue has to grow first."""
    tops, cells, costs, _, tally = queue
    while tops[_OPEN] != _NONE and tally[_SPARE] >= _LAST:
        for entry in range((tops[_OPEN] & ~_LAST) + 1, tops[_OPEN] + 1):
            if costs[entry] <= field.cost[cells[entry]]:
                _push(queue, _slot(costs[entry], base, per), cells[entry], costs[entry])
        _drop_chunk(queue)
    return bool(tops[_OPEN] == _NONE)


@compiled
def _drop_chunk(queue: _Queue) -> None:
    """Take the uppermost chunk off the open stack."""
    tops, cells, _, spare, tally = queue
    chunk = tops[_OPEN] & ~_LAST
    tops[_OPEN] = cells[chunk]
    spare[tally[_SPARE]] = chunk
    tally[_SPARE] += 1


@compiled
def _drain(
    bucket: int, base: float, per: float, field: Field, moves: Moves, queue: _Queue, limit: float
) -> bool:
    """Settle the cells of a bucket until it is empty; false if the queue has to grow first."""
    tops, tally = queue.tops, queue.tally
    while tops[_OPEN] != _NONE or tops[bucket] != _NONE:
        if tally[_SPARE] < moves.length_m.size * _LAST:
            return False
        if tops[_OPEN] == _NONE:
            tops[_OPEN], tops[bucket] = tops[bucket], _NONE
        _settle_chunk(base, per, field, moves, queue, limit)
        _drop_chunk(queue)
    return True


@compiled
def _settle_chunk(base: float, per: float, field: Field, moves: Moves, queue: _Queue, limit: float) -> None:
    """Settle the cells of the uppermost chunk of the open stack."""
    half, cost, links = field
    tops, cells, costs, spare, tally = queue
    step, length_m, over = moves
    unused, settled = tally
    linked = links.size == cost.size
    top_entry = tops[_OPEN]
    for entry in range((top_entry & ~_LAST) + 1, top_entry + 1):
        later = cells[min(entry + _AHEAD, top_entry)]
        for beside in (later, later - BAND, later + BAND):
            prefetch.prefetch(cost, beside)
            prefetch.prefetch(half, beside)
        cell, cell_cost = cells[entry], costs[entry]
        if cell_cost > cost[cell]:
            continue
        settled += 1
        here = np.float64(half[cell])
        row = cell % BAND
        for move in range(length_m.size):
            to = cell + step[row, move]
            friction = here + half[to]
            if move >= PLAIN_MOVES:
                friction = (friction + half[cell + over[row, move, 0]] + half[cell + over[row, move, 1]]) / 2
            to_cost = cell_cost + friction * length_m[move]
            if to_cost < cost[to] and to_cost <= limit:
                cost[to] = to_cost
                if linked:
                    links[to] = move + 1
                slot = _slot(to_cost, base, per)
                top = tops[slot]  # as in _push, a call of which would take a third of all time
                if top & _LAST == _LAST:
                    unused -= 1
                    cells[spare[unused]] = top
                    top = spare[unused]
                cells[top + 1] = to
                costs[top + 1] = to_cost
                tops[slot] = top + 1
    tally[_SPARE], tally[_SETTLED] = unused, settled
