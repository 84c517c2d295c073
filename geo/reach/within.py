"""How much lies within a time of many spots: people within an hour of each cell, and the like."""

from __future__ import annotations

import pandas as pd

from geo.network import access, shortest


def sums_within(attached: access.Attached, weights: pd.DataFrame, *, limit_min: float) -> pd.DataFrame:
    """Sum of the weights of cells within a time of each cell.

    Parameters
    ----------
    attached
        A network with cells.
    weights
        What is summed, in columns, indexed by rows of ``cells.frame``: the pieces in which it is.
    limit_min
        Minutes; those at the limit count.

    Returns
    -------
    pandas.DataFrame
        Rows of ``cells.frame``, columns of ``weights``. What lies in a piece that no way reaches counts
        for that piece alone.

    Raises
    ------
    InputError
        If the network has no cells.
    """
    on = attached.ground
    sources = attached.pieces.start + weights.index.to_numpy()
    found = shortest.sums_within(attached.graph, sources, weights.to_numpy(dtype=float), limit_min=limit_min)
    return pd.DataFrame(found[attached.pieces], index=on.frame.index, columns=weights.columns)
