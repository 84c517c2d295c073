"""Where everything stands on a sheet of ``candidate_sites.xlsx``, and the formulas that refer to it."""

from __future__ import annotations

import dataclasses

import pandas as pd
import xlsxwriter.utility

from geo.scores import composite, normalise
from layers.candidates import ranking
from layers.dictionary import catalogue

FIRST = ("rank", "score", "behind_best_pct", "coverage")
LAST = ("country", "place_id")
SHARED = ("population_persons", "fund_weight", "share_pct")
BLOCKS = ("value", "normalised", "contribution")
INPUTS = ("polarity", "transformation", "goalpost_low", "goalpost_high")
TOP = ("weight", "weight_used", *INPUTS, "scale", "least", "greatest")
MINIMUM_ROW = 3
TOP_ROW = 4
HEAD_ROW = TOP_ROW + len(TOP) + 1
FIRST_ROW = HEAD_ROW + catalogue.SPOKEN
_DECIMALS = 12  # ranks leave rounding noise out, as `geo.scores.composite` does
_COVERAGE_DECIMALS = 9

_cell = xlsxwriter.utility.xl_rowcol_to_cell


@dataclasses.dataclass(frozen=True, eq=False)
class Sheet:
    """One element and where it stands on its sheet; rows and columns count from 0.

    Parameters
    ----------
    element
        Alternatives with their values and criteria.
    ranked
        Its rows of :func:`layers.candidates.ranking.sites`, in the order in which they are written.
    method
        How its criteria become a score.
    names
        Columns of the names of the alternatives.
    """

    element: ranking.Element
    ranked: pd.DataFrame
    method: composite.Method
    names: tuple[str, ...]

    @property
    def ids(self) -> list[str]:
        """Criteria, in the order of their columns."""
        return self.element.criteria.ids

    @property
    def left(self) -> tuple[str, ...]:
        """Columns before the criteria."""
        return (*FIRST, *self.names, *LAST) + (SHARED if self.element.rule.allocation else ())

    @property
    def rows(self) -> range:
        """Rows of the alternatives."""
        return range(FIRST_ROW, FIRST_ROW + len(self.ranked))

    def column(self, block: str, number: int) -> int:
        """Column of a criterion in one of the blocks."""
        return len(self.left) + BLOCKS.index(block) * (len(self.ids) + 1) + number

    def own(self, name: str, row: int) -> str:
        """Cell of an alternative in a column of the left."""
        return str(_cell(row, self.left.index(name), col_abs=True))

    def all(self, name: str) -> str:
        """All alternatives in a column of the left."""
        return self._down(self.left.index(name))

    def of(self, block: str, number: int, row: int) -> str:
        """Cell of an alternative in a column of a criterion."""
        return str(_cell(row, self.column(block, number)))

    def values(self, number: int) -> str:
        """Values of all alternatives in one criterion."""
        return self._down(self.column("value", number))

    def top(self, name: str, number: int) -> str:
        """Cell of a criterion above its values."""
        return str(_cell(TOP_ROW + TOP.index(name), self.column("value", number), row_abs=True, col_abs=True))

    def along(self, name: str) -> str:
        """All criteria in a row above the values."""
        return f"{self.top(name, 0)}:{self.top(name, len(self.ids) - 1)}"

    def across(self, block: str, row: int) -> str:
        """All criteria of an alternative in one of the blocks."""
        return f"{self.of(block, 0, row)}:{self.of(block, len(self.ids) - 1, row)}"

    @property
    def minimum(self) -> str:
        """Cell of the minimum coverage."""
        return str(_cell(MINIMUM_ROW, len(self.left), row_abs=True, col_abs=True))

    def _down(self, column: int) -> str:
        first, last = self.rows[0], self.rows[-1]
        return str(xlsxwriter.utility.xl_range_abs(first, column, last, column))


def results(sheet: Sheet, row: int) -> dict[str, str]:
    """Formulas of an alternative by column of the left: score, rank, and the share of a fund."""
    found = _scores(sheet, row)
    return found | (_share(sheet, row) if sheet.element.rule.allocation else {})


def term(sheet: Sheet, number: int, row: int) -> dict[str, str]:
    """Formulas of one criterion of an alternative by block: normalised value and contribution."""
    value, normalised = sheet.of("value", number, row), sheet.of("normalised", number, row)
    least, greatest = sheet.top("least", number), sheet.top("greatest", number)
    at = transformed(value, sheet.top("transformation", number), sheet.top("scale", number))
    floor = normalise.FLOOR
    within = f"MAX(0,MIN(1,(({at})-{least})/({greatest}-{least})))"  # beyond the goalposts it stays there
    share = f"{floor}+{1 - floor}*IF({greatest}>{least},{within},0.5)"
    turned = f"IF({sheet.top('polarity', number)}<0,{1 + floor}-({share}),{share})"
    power = f"{normalised}^({sheet.top('weight_used', number)}/{sheet.own('coverage', row)})"
    return {
        "normalised": f'=IF(ISNUMBER({value}),{turned},"")',
        "contribution": f"=IF(ISNUMBER({normalised}),{power},1)",
    }


def scaled(sheet: Sheet, number: int) -> dict[str, str]:
    """Formulas of a criterion above its values: the scale of ``log1p``, and the ends of its range.

    The ends are the goalposts where there are any, else the least and the greatest value.
    """
    cells, way, scale = sheet.values(number), sheet.top("transformation", number), sheet.top("scale", number)
    low, high = (sheet.top(name, number) for name in ("goalpost_low", "goalpost_high"))
    ends = (f"IF(ISNUMBER({low}),{low},MIN({cells}))", f"IF(ISNUMBER({high}),{high},MAX({cells}))")
    median = f"IFERROR(MEDIAN(IF({cells}>0,{cells})),1)"
    return {"scale": f"IF(ISNUMBER({high}),{high}/10,{median})"} | {
        name: transformed(end, way, scale) for name, end in zip(("least", "greatest"), ends, strict=True)
    }


def transformed(value: str, transformation: str, scale: str) -> str:
    """Write the formula of a value after the transformation that a cell names."""
    by_scale = f'IF({transformation}="log1p",LN(1+{value}/{scale}),{value})'
    return f'IF({transformation}="log",LN({value}),{by_scale})'


def _scores(sheet: Sheet, row: int) -> dict[str, str]:
    score, scores = sheet.own("score", row), sheet.all("score")
    normalised = sheet.across("normalised", row)
    coverage = f"SUMPRODUCT({sheet.along('weight_used')}*ISNUMBER({normalised}))"
    product = f"ROUND(PRODUCT({sheet.across('contribution', row)}),{_DECIMALS})"
    return {
        "coverage": f"=ROUND({coverage},{_COVERAGE_DECIMALS})",
        "score": f'=IF({sheet.own("coverage", row)}>={sheet.minimum},{product},"")',
        "rank": f'=IF(ISNUMBER({score}),RANK({score},{scores}),"")',
        "behind_best_pct": f'=IF(ISNUMBER({score}),(1-{score}/MAX({scores}))*100,"")',
    }


def _share(sheet: Sheet, row: int) -> dict[str, str]:
    """Weight and share of the fund: equal parts to the countries, inside them by population times score."""
    score, weight = sheet.own("score", row), sheet.own("fund_weight", row)
    country, countries = sheet.own("country", row), sheet.all("country")
    parts = sheet.ranked["country"].nunique()
    total = f"SUMIF({countries},{country},{sheet.all('fund_weight')})"
    return {
        "fund_weight": f"=IF(ISNUMBER({score}),{sheet.own('population_persons', row)}*{score},0)",
        "share_pct": f'=IF(ISNUMBER({score}),{weight}/{total}*100/{parts},"")',
    }
