"""Accumulated cost of moving over a friction grid: least cost, least-cost paths, nearest source."""

from __future__ import annotations

import collections.abc
import dataclasses

import numpy as np
import numpy.typing as npt

from geo import errors, raster, wavefront

NOWHERE = -1
MOVES: npt.NDArray[np.int64] = np.array(
    [
        *((-1, 0), (0, -1), (0, 1), (1, 0)),
        *((-1, -1), (-1, 1), (1, -1), (1, 1)),
        *((-2, -1), (-2, 1), (2, -1), (2, 1), (-1, -2), (1, -2), (-1, 2), (1, 2)),
    ]
)
"""Rows and columns by which each move goes: straight, diagonal, knight's."""

_SHOWN = 5
_SAMPLE = 100_000
_LEAST_WIDTH = 1e-300

Cells = npt.NDArray[np.int64]


@dataclasses.dataclass(frozen=True, eq=False)
class CostSurface:
    """Least cost of reaching each cell from the nearest source.

    Parameters
    ----------
    cost
        Shape of the friction; infinite where no source reaches within the maximum cost.
    links
        For each cell 1 + the number in :data:`MOVES` of the move that reaches it on its least-cost
        path, 0 where a path starts and where none arrives; None if not asked for.
    sources
        Row and column of each source, in the caller's order.
    initial
        Cost at which each source starts.
    """

    cost: npt.NDArray[np.float64]
    links: npt.NDArray[np.uint8] | None
    sources: Cells
    initial: npt.NDArray[np.float64]


def accumulate(
    friction: npt.NDArray[np.number],
    sources: npt.ArrayLike,
    *,
    cell_m: float | tuple[float, float],
    barriers: npt.NDArray[np.bool_] | None = None,
    max_cost: float = np.inf,
    moves: int = 8,
    links: bool = False,
    initial: npt.ArrayLike | None = None,
) -> CostSurface:
    """Least accumulated cost from the nearest of many sources to every cell.

    A move to one of the eight neighbours costs the mean friction of the two cells × the distance
    between their centres. A knight's move costs the mean friction of four cells, the two ends and the
    two cells passed, × the distance, as in GRASS ``r.cost -k``; it is open only if all four are
    passable. Costs are summed in double precision and are exact: no other path over these moves has a
    lower sum. The order of the sources does not matter.

    Other threads run meanwhile, so surfaces from several sources can be computed side by side.

    Parameters
    ----------
    friction
        Cost per metre, shape (rows, columns), used as float32; 0 is free passage, NaN, infinity and
        masked cells are impassable.
    sources
        Row and column of each source, shape (n, 2), integers, none of them masked.
    cell_m
        Side of a cell in metres, or its width (along a row) and height.
    barriers
        Cells that are impassable as well, shape of ``friction``.
    max_cost
        Cells that cost more are not reached; a cell at exactly this cost is.
    moves
        8, or 16 with the knight's moves.
    links
        Keep the links that :func:`trace` and :func:`allocate` follow.
    initial
        Cost at which each source starts, such as a delay, of length n; 0 if not given.

    Raises
    ------
    InputError
        If an array is not of numbers; if the grid is empty or has negative friction, or a parameter does
        not fit, all findings at once; else if a source is missing, off the grid or impassable, or starts
        at no cost.
    """
    friction = raster.numbers("friction", friction)
    barriers = None if barriers is None else raster.truths("barriers", barriers)
    # In a narrow type the row of the margin, or a place in the flat grid, would wrap around.
    places = raster.codes("sources", sources, missing=NOWHERE).astype(np.int64)
    starts = np.zeros(places.shape[:1]) if initial is None else raster.floats("initial", initial)
    size_m = _size_m(cell_m)
    _refuse([*_grid_findings(friction, barriers), *_parameter_findings(size_m, max_cost, moves)])
    _refuse([*_source_findings(friction, barriers, places, starts)])
    half = _halves(friction, barriers)
    width = _bucket_width(half, size_m)
    costs = np.full(half.shape, np.inf)
    back = np.zeros(half.shape if links else (0, 1), np.uint8)
    order = np.lexsort((places[:, 1], places[:, 0], starts))
    rows, columns = (places[order] + wavefront.MARGIN).T
    flat = wavefront.position(rows, columns, half.shape[1])
    ways = _moves(half.shape[1], size_m, moves)
    wavefront.fold(half)
    field = wavefront.Field(half.ravel(), costs.ravel(), back.ravel())
    wavefront.spread(field, ways, flat, starts[order], float(max_cost), width)
    wavefront.unfold(costs)
    wavefront.unfold(back)
    inner = _inner(friction.shape)
    return CostSurface(
        cost=costs[inner],
        links=back[inner] if links else None,
        sources=places,
        initial=starts,
    )


def trace(surface: CostSurface, target: tuple[int, int]) -> Cells:
    """Cells of the least-cost path to a target.

    Parameters
    ----------
    surface
        With links.
    target
        Row and column.

    Returns
    -------
    numpy.ndarray
        Row and column of each cell from the source to the target, shape (n, 2).

    Raises
    ------
    InputError
        If the surface has no links or the target is off the grid or not reached.
    """
    links = _links(surface)
    row, column = target
    if not (0 <= row < links.shape[0] and 0 <= column < links.shape[1]):
        raise errors.InputError(f"target: row {row}, column {column} is {_off(links.shape)}")
    if not np.isfinite(surface.cost[row, column]):
        raise errors.InputError(f"target: row {row}, column {column} is not reached from any source")
    path = [(row, column)]
    while link := links[row, column]:
        row, column = row - MOVES[link - 1, 0], column - MOVES[link - 1, 1]
        path.append((row, column))
    return np.array(path[::-1], dtype=np.int64)


def allocate(surface: CostSurface) -> npt.NDArray[np.int32]:
    """Position of the source from which each cell is reached, :data:`NOWHERE` where none reaches.

    Between sources at equal cost the choice is arbitrary but always the same.

    Raises
    ------
    InputError
        If the surface has no links.
    """
    links = _links(surface)
    nearest = np.full(links.shape, NOWHERE, np.int32)
    first_last = np.lexsort((np.arange(len(surface.sources)), surface.initial))[::-1]
    rows, columns = surface.sources[first_last].T
    starts = (links[rows, columns] == 0) & np.isfinite(surface.cost[rows, columns])
    nearest[rows[starts], columns[starts]] = first_last[starts]
    _follow(links, MOVES, nearest)
    return nearest


@wavefront.compiled
def _follow(
    links: npt.NDArray[np.uint8], moves: npt.NDArray[np.int64], nearest: npt.NDArray[np.int32]
) -> None:
    for start_row in range(links.shape[0]):
        for start_column in range(links.shape[1]):
            row, column = start_row, start_column
            while nearest[row, column] == NOWHERE and links[row, column]:
                move = links[row, column] - 1
                row, column = row - moves[move, 0], column - moves[move, 1]
            found = nearest[row, column]
            row, column = start_row, start_column
            while nearest[row, column] != found:
                nearest[row, column] = found
                move = links[row, column] - 1
                row, column = row - moves[move, 0], column - moves[move, 1]


def _links(surface: CostSurface) -> npt.NDArray[np.uint8]:
    if surface.links is None:
        raise errors.InputError("the cost surface has no links; expected one accumulated with links=True")
    return surface.links


def _refuse(findings: list[str]) -> None:
    if findings:
        raise errors.InputError(findings)


def _off(shape: tuple[int, ...]) -> str:
    return f"off the grid; expected rows 0–{shape[0] - 1}, columns 0–{shape[1] - 1}"


def _grid_findings(
    friction: npt.NDArray[np.number], barriers: npt.NDArray[np.bool_] | None
) -> collections.abc.Iterator[str]:
    if friction.ndim != 2 or friction.size == 0:
        yield f"friction has shape {friction.shape}; expected rows × columns with at least one cell"
        return
    if barriers is not None and (barriers.shape != friction.shape or barriers.dtype != bool):
        yield (
            f"barriers are {barriers.dtype} of shape {barriers.shape}; "
            f"expected bool of {friction.shape}, the shape of the friction"
        )
    negative = np.argwhere(friction < 0)
    for row, column in negative[:_SHOWN]:
        yield (
            f"friction: row {row}, column {column} is {friction[row, column]}; "
            f"expected 0 or more, NaN where impassable"
        )
    if len(negative) > _SHOWN:
        yield f"friction: {len(negative) - _SHOWN} more cells are negative"


def _size_m(cell_m: float | tuple[float, float]) -> tuple[float, float]:
    """Width and height; not a number where they are not two."""
    sides = np.ravel(cell_m)
    width, height = (
        sides if len(sides) == 2 else (sides[0], sides[0]) if len(sides) == 1 else (np.nan, np.nan)
    )
    return float(width), float(height)


def _parameter_findings(
    size_m: tuple[float, float], max_cost: float, moves: int
) -> collections.abc.Iterator[str]:
    if not all(np.isfinite(side) and side > 0 for side in size_m):
        yield f"cell_m is {size_m}; expected width and height in metres above 0"
    if not max_cost >= 0:
        yield f"max_cost is {max_cost}; expected 0 or more"
    if moves not in (wavefront.PLAIN_MOVES, len(MOVES)):
        yield f"moves is {moves}; expected 8 or 16"


def _source_findings(
    friction: npt.NDArray[np.number],
    barriers: npt.NDArray[np.bool_] | None,
    places: npt.NDArray[np.integer],
    starts: npt.NDArray[np.float64],
) -> collections.abc.Iterator[str]:
    if places.size == 0:
        yield "there is no source; expected at least one"
        return
    if places.ndim != 2 or places.shape[1] != 2:
        yield f"sources are {places.dtype} of shape {places.shape}; expected integers of shape (n, 2)"
        return
    if starts.shape != places.shape[:1]:
        yield f"initial has shape {starts.shape}; expected one cost for each of {len(places)} sources"
        return
    off = np.any((places < 0) | (places >= friction.shape), axis=1)
    rows, columns = np.where(off[:, np.newaxis], 0, places).T
    blocked = ~np.isfinite(_half(friction[rows, columns]))
    if barriers is not None:
        blocked |= barriers[rows, columns]
    yield from _each(places, off, f"is {_off(friction.shape)}")
    yield from _each(places, blocked & ~off, "is on an impassable cell")
    yield from _each(places, ~(np.isfinite(starts) & (starts >= 0)), "starts at no cost of 0 or more")


def _each(
    places: npt.NDArray[np.integer], wrong: npt.NDArray[np.bool_], what: str
) -> collections.abc.Iterator[str]:
    positions = np.flatnonzero(wrong)
    for position in positions[:_SHOWN]:
        row, column = places[position]
        yield f"source {position} (row {row}, column {column}) {what}"
    if len(positions) > _SHOWN:
        yield f"{len(positions) - _SHOWN} more sources: each {what}"


def _halves(
    friction: npt.NDArray[np.number], barriers: npt.NDArray[np.bool_] | None
) -> npt.NDArray[np.float32]:
    """Half the friction, infinite where impassable, within an impassable margin, in whole bands."""
    rows, columns = (side + 2 * wavefront.MARGIN for side in friction.shape)
    bands = -(-rows // wavefront.BAND)
    half = np.full((bands * wavefront.BAND, columns), np.inf, np.float32)
    inner = half[_inner(friction.shape)]
    _half(friction, out=inner)
    inner[~np.isfinite(inner)] = np.inf
    if barriers is not None:
        inner[barriers] = np.inf
    return half


def _half(
    friction: npt.NDArray[np.number], *, out: npt.NDArray[np.float32] | None = None
) -> npt.NDArray[np.float32]:
    with np.errstate(over="ignore"):
        half: npt.NDArray[np.float32] = np.multiply(
            friction, 0.5, out=out, dtype=np.float32, casting="unsafe"
        )
    return half


def _inner(shape: tuple[int, ...]) -> tuple[slice, ...]:
    """Where the grid lies within its margin."""
    return tuple(slice(wavefront.MARGIN, wavefront.MARGIN + side) for side in shape)


def _moves(columns: int, size_m: tuple[float, float], count: int) -> wavefront.Moves:
    width_m, height_m = size_m
    moves = MOVES[:count]
    straight, diagonal = np.where(abs(moves) == 2, moves // 2, 0), np.sign(moves)
    row = np.arange(wavefront.BAND)[:, np.newaxis]

    def steps(by: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        return wavefront.position(row + by[:, 0], by[:, 1], columns) - row

    return wavefront.Moves(
        step=steps(moves),
        length_m=np.hypot(moves[:, 0] * height_m, moves[:, 1] * width_m),
        over=np.stack([steps(straight), steps(diagonal)], axis=2),
    )


def _bucket_width(half: npt.NDArray[np.float32], size_m: tuple[float, float]) -> float:
    """Quarter of the median step, from a sample; measured to suit frictions of any spread."""
    sample = half.ravel()[:: max(1, half.size // _SAMPLE)]
    usual = sample[np.isfinite(sample) & (sample > 0)]
    return max(float(np.median(usual)) / 2 * min(size_m), _LEAST_WIDTH) if len(usual) else 1.0
