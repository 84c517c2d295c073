"""Steps from cell to cell of a grid, kept as one number for each cell.

A cell of a large grid has sixteen steps; as arcs of a graph they would take a hundred times the memory of
the cells themselves. Which of them are open is told by the bits of a number instead, and where they lead by
the numbers of the cells.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt

Ints32 = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Masks = npt.NDArray[np.uint16]

NOWHERE = -1

_MOVES = ((0, 1), (1, 0), (1, 1), (1, -1), (1, 2), (2, 1), (1, -2), (2, -1))
STEPS = tuple((sign * down, sign * across) for down, across in _MOVES for sign in (-1, 1))
"""Rows down and columns across of each step: straight, diagonal, knight's; each after its opposite.

With sixteen directions a way is at most 2.8 % longer than the straight line.
"""


@dataclasses.dataclass(frozen=True, eq=False)
class Lattice:
    """Open steps between pieces that are whole cells.

    Parameters
    ----------
    columns
        Of the grid.
    cell_km
        Side of a cell.
    cell
        Of each piece: its cell (row × columns + column).
    piece
        Of each cell: the piece that is the whole of it, or :data:`NOWHERE`.
    open
        Of each piece: bit k says whether step k of :data:`STEPS` leads on to a piece.
    """

    columns: int
    cell_km: float
    cell: Ints32
    piece: Ints32
    open: Masks

    @property
    def step_km(self) -> Floats:
        """Length of each step."""
        return np.array([np.hypot(down, across) * self.cell_km for down, across in STEPS])

    @property
    def ahead(self) -> npt.NDArray[np.int64]:
        """What each step adds to the number of a cell."""
        return np.array([down * self.columns + across for down, across in STEPS])

    def between(self, there: Bools) -> Lattice:
        """Keep the steps between some of the pieces only."""
        kept = np.where(there, self.open, 0).astype(np.uint16)
        for step, ahead in enumerate(self.ahead):
            bit = np.uint16(1 << step)
            rows = np.flatnonzero(kept & bit)
            shut = rows[~there[self.piece[self.cell[rows] + ahead]]]
            kept[shut] &= ~bit
        return dataclasses.replace(self, open=kept)


def build(numbers: Ints32, polygon: Ints32, cell: Ints32, cell_km: float) -> Lattice:
    """Open the steps between whole cells of one polygon.

    A diagonal needs one of the two cells beside it, a knight's move the two cells that it passes.

    Parameters
    ----------
    numbers
        Piece that is the whole of each cell, :data:`NOWHERE` where none may be walked; rows × columns.
    polygon
        Number of the polygon of each such cell, :data:`NOWHERE` elsewhere.
    cell
        Cell of each piece, also of those that are no whole cell.
    cell_km
        Side of a cell.
    """
    rows, columns = numbers.shape
    margin = 2
    wide = np.pad(polygon, margin, constant_values=NOWHERE)

    def at(down: int, across: int) -> Ints32:
        """Polygon of the cell that lies so many rows down and columns across from each cell."""
        return wide[margin + down : margin + down + rows, margin + across : margin + across + columns]

    home = at(0, 0)
    bits = np.zeros(numbers.shape, dtype=np.uint16)
    for step, (down, across) in enumerate(STEPS):
        open_ = (home >= 0) & (at(down, across) == home)
        row, column = int(np.sign(down)), int(np.sign(across))
        if abs(down) == abs(across) == 1:
            open_ &= (at(down, 0) == home) | (at(0, across) == home)
        elif abs(down) != abs(across) and down and across:
            beside = at(row, 0) if abs(down) == 2 else at(0, column)
            open_ &= (at(row, column) == home) & (beside == home)
        bits |= open_.astype(np.uint16) << np.uint16(step)
    of_piece = np.zeros(len(cell), dtype=np.uint16)
    whole = numbers.ravel() != NOWHERE
    of_piece[numbers.ravel()[whole]] = bits.ravel()[whole]
    return Lattice(columns, cell_km, cell, numbers.ravel(), of_piece)
