"""Colours that people with colour-vision deficiency can tell apart, also in grey print.

Sequential and diverging ramps are ColorBrewer 2.0 (Cynthia Brewer, Apache 2.0) as shipped with
folium's branca, restricted to those that ColorBrewer marks as colour-blind safe; qualitative
colours are those of Okabe and Ito (2008).
"""

from __future__ import annotations

import branca.utilities

SEQUENTIAL = ("YlGnBu", "PuBuGn", "BuPu", "YlOrBr", "OrRd", "PuRd", "Purples", "YlGn")
DIVERGING = ("PuOr", "BrBG", "RdBu", "RdYlBu")
# Three classes by three: orange across, blue up, both together dark; row by row, the lowest row first.
BIVARIATE = (
    *("#ece9e2", "#f3c583", "#e8850c"),
    *("#a9c7e0", "#b4a795", "#a8612a"),
    *("#3f84bd", "#46628a", "#3a2d3f"),
)
QUALITATIVE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#F0E442")


def ramp(name: str, n: int) -> tuple[str, ...]:
    """``n`` colours of a ramp from light to dark (or from end to end), as ``#rrggbb``.

    Raises
    ------
    ValueError
        If the ramp is not one of `SEQUENTIAL` or `DIVERGING`.
    """
    if name not in SEQUENTIAL + DIVERGING:
        raise ValueError(f"palette {name!r}; expected one of {', '.join(SEQUENTIAL + DIVERGING)}")
    colours = tuple(branca.utilities.color_brewer(name, max(n, 3)))
    return {1: colours[1:2], 2: colours[:1] + colours[2:]}.get(n, colours)


def around_zero(below: int, above: int) -> tuple[str, ...]:
    """Colours for classes below and above zero: two hues, the stronger the further from zero."""
    side = max(below, above)
    colours = ramp("PuOr", 2 * side)
    return colours[side - below : side + above]
