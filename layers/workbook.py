"""``candidate_sites.xlsx``: scores as live formulas; change a weight and see the ranks move.

A sheet for each element of the programme: the weights stand at the top, below them every alternative
with its rank, its score and what makes it up: values, normalised values, contributions. The formulas are
those of ``geo.normalise`` (between the least and the greatest value) and ``geo.composite`` (weighted
geometric mean). Every formula comes with its value, for programs that compute none.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import functools
import pathlib
import typing

import numpy as np
import numpy.typing as npt
import pandas as pd
import xlsxwriter
import xlsxwriter.format
import xlsxwriter.utility
import xlsxwriter.worksheet

from geo import composite, normalise
from layers import candidates, catalogue, tables

LANGUAGES = ("ru", "en")

_LEFT = ("rank", "score", "behind_best_pct", "coverage", "name_ru", "name_en", "country", "place_id")
_SHARED = ("population_persons", "fund_weight", "share_pct")
_BLOCKS = ("value", "normalised", "contribution")
_TOP = ("weight", "weight_used", "polarity", "transformation", "median", "least", "greatest")
_MINIMUM_ROW = 3
_TOP_ROW = 4
_HEAD_ROW = _TOP_ROW + len(_TOP) + 1
_FIRST_ROW = _HEAD_ROW + len(LANGUAGES)
_WIDTHS = {"name_ru": 34, "name_en": 34, "place_id": 30}
_WIDTH = 14
_TALL = 75
_DECIMALS = 12  # ranks leave rounding noise out, as `geo.composite` does
_COVERAGE_DECIMALS = 9

Formats = dict[str, xlsxwriter.format.Format]
_cell = xlsxwriter.utility.xl_rowcol_to_cell


@dataclasses.dataclass(frozen=True, eq=False)
class Sheet:
    """One element and where it stands on its sheet; rows and columns count from 0.

    Parameters
    ----------
    element
        Alternatives with their values and criteria.
    ranked
        Its rows of :func:`layers.candidates.sites`, in the order in which they are written.
    """

    element: candidates.Element
    ranked: pd.DataFrame

    @property
    def ids(self) -> list[str]:
        """Criteria, in the order of their columns."""
        return self.element.criteria.ids

    @property
    def left(self) -> tuple[str, ...]:
        """Columns before the criteria."""
        return _LEFT + (_SHARED if self.element.rule.allocation else ())

    @property
    def rows(self) -> range:
        """Rows of the alternatives."""
        return range(_FIRST_ROW, _FIRST_ROW + len(self.ranked))

    def column(self, block: str, number: int) -> int:
        """Column of a criterion in one of the blocks."""
        return len(self.left) + _BLOCKS.index(block) * (len(self.ids) + 1) + number

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
        return str(
            _cell(_TOP_ROW + _TOP.index(name), self.column("value", number), row_abs=True, col_abs=True)
        )

    def along(self, name: str) -> str:
        """All criteria in a row above the values."""
        return f"{self.top(name, 0)}:{self.top(name, len(self.ids) - 1)}"

    def across(self, block: str, row: int) -> str:
        """All criteria of an alternative in one of the blocks."""
        return f"{self.of(block, 0, row)}:{self.of(block, len(self.ids) - 1, row)}"

    @property
    def minimum(self) -> str:
        """Cell of the minimum coverage."""
        return str(_cell(_MINIMUM_ROW, len(self.left), row_abs=True, col_abs=True))

    def _down(self, column: int) -> str:
        first, last = self.rows[0], self.rows[-1]
        return str(xlsxwriter.utility.xl_range_abs(first, column, last, column))


def write(
    found: collections.abc.Sequence[candidates.Element],
    ranked: pd.DataFrame,
    titles: pd.DataFrame,
    path: pathlib.Path,
) -> None:
    """Write the workbook; the same elements give the same bytes.

    Parameters
    ----------
    found
        As :func:`layers.candidates.elements` gives them.
    ranked
        As :func:`layers.candidates.sites` gives them.
    titles
        Elements by ``programme_id``: ``title_ru``, ``title_en``.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    rules = candidates.kinds().set_index("programme_id")
    with tables.workbook(path) as book:
        formats = _formats(book)
        index = book.add_worksheet("index")
        index.set_column(0, len(LANGUAGES), 60)
        for row, element in enumerate(found):
            said = [titles.loc[element.id, f"title_{language}"] for language in LANGUAGES]
            index.write_url(row, 0, f"internal:'{element.id}'!A1", string=element.id)
            index.write_row(row, 1, said)
            own = ranked[ranked["programme_id"] == element.id].reset_index(drop=True)
            sheet, page = Sheet(element, own), book.add_worksheet(element.id)
            about = [rules.loc[element.id, f"rule_{language}"] for language in LANGUAGES]
            _head(page, sheet, [_both(said), _both(about), _word("help")], formats)
            _criteria(page, sheet, formats)
            _alternatives(page, sheet, formats)


def _head(
    page: xlsxwriter.worksheet.Worksheet, sheet: Sheet, said: collections.abc.Sequence[str], formats: Formats
) -> None:
    """Write title, rule and help, the labels of the rows at the top and the heads of the columns."""
    for row, text in enumerate(said):
        page.write(row, 0, text, formats["title" if row == 0 else "plain"])
    label = len(sheet.left) - 1
    page.write(_MINIMUM_ROW, label, _word("minimum_coverage"), formats["label"])
    page.write(_MINIMUM_ROW, label + 1, candidates.method().minimum_coverage, formats["input"])
    for number, name in enumerate(_TOP):
        page.write(_TOP_ROW + number, label, _word(name), formats["label"])
    told = candidates.criteria().set_index(["family", "indicator"]).loc[sheet.element.id]
    for number, name in enumerate(sheet.left):
        page.set_column(number, number, _WIDTHS.get(name, _WIDTH))
    page.set_column(len(sheet.left), sheet.column("contribution", len(sheet.ids)), _WIDTH)
    for offset, language in enumerate(LANGUAGES):
        row = _HEAD_ROW + offset
        page.set_row(row, _TALL, formats["head"])
        page.write_row(row, 0, [_word(name, language) for name in sheet.left], formats["head"])
        for number, name in enumerate(sheet.ids):
            title, unit = (str(told.loc[name, f"{what}_{language}"]) for what in ("title", "unit"))
            page.write(row, sheet.column("value", number), f"{title}, {unit}", formats["head"])
            for block in _BLOCKS[1:]:
                words = f"{_word(block, language)}: {title}"
                page.write(row, sheet.column(block, number), words, formats["head"])
    page.freeze_panes(_FIRST_ROW, _LEFT.index("country"))
    page.autofilter(_FIRST_ROW - 1, 0, sheet.rows[-1], sheet.column("contribution", len(sheet.ids) - 1))


def _criteria(page: xlsxwriter.worksheet.Worksheet, sheet: Sheet, formats: Formats) -> None:
    """Write weights and the other rows above the values."""
    values = sheet.element.criteria.select(sheet.element.measures)
    transformed = normalise.transform(values, sheet.element.criteria)
    for number, criterion in enumerate(sheet.element.criteria.indicators):
        cells, column = sheet.values(number), sheet.column("value", number)
        positive = values[criterion.id][values[criterion.id] > 0]
        scale = sheet.top("median", number)
        extremes = transformed[criterion.id].min(), transformed[criterion.id].max()
        page.write(_TOP_ROW, column, criterion.weight, formats["input"])
        weights = sheet.along("weight")
        page.write_formula(
            _TOP_ROW + 1, column, f"={sheet.top('weight', number)}/SUM({weights})", None, criterion.weight
        )
        page.write(_TOP_ROW + 2, column, criterion.polarity, formats["input"])
        page.write(_TOP_ROW + 3, column, criterion.transformation, formats["input"])
        page.write_array_formula(
            *(_TOP_ROW + 4, column, _TOP_ROW + 4, column),
            f"{{=IFERROR(MEDIAN(IF({cells}>0,{cells})),1)}}",
            None,
            _number(positive.median(), missing=1.0),
        )
        for offset, (function, value) in enumerate(zip(("MIN", "MAX"), extremes, strict=True), start=5):
            formula = _transformed(f"{function}({cells})", sheet.top("transformation", number), scale)
            page.write_formula(_TOP_ROW + offset, column, f"={formula}", None, _number(value))


def _alternatives(page: xlsxwriter.worksheet.Worksheet, sheet: Sheet, formats: Formats) -> None:
    """Write every alternative: what it is called, its results, and its criteria block by block."""
    shown = _numbers(sheet)
    for row, site in zip(sheet.rows, _told(sheet), strict=True):
        style = formats["proposed" if site["is_proposed"] else "plain"]
        formulas = _scores(sheet, row) | (_share(sheet, row) if sheet.element.rule.allocation else {})
        for column, name in enumerate(sheet.left):
            if name in formulas:
                page.write_formula(row, column, formulas[name], style, _number(site[name]))
            else:
                page.write(row, column, site[name], style)
        values, normalised, contributions = (block[row - _FIRST_ROW] for block in shown)
        for number, value in enumerate(values):
            if np.isfinite(value):
                page.write_number(row, sheet.column("value", number), value)
            terms = _term(sheet, number, row)
            for block, told in (("normalised", normalised), ("contribution", contributions)):
                column = sheet.column(block, number)
                page.write_formula(row, column, terms[block], None, _number(told[number]))


def _told(sheet: Sheet) -> list[dict[str, typing.Any]]:
    """Alternatives in the order of the rows, with what a fund is shared out by."""
    if not sheet.element.rule.allocation:
        return _records(sheet.ranked)
    persons = sheet.ranked["place_id"].map(sheet.element.sites["population_persons"])
    shared = {"population_persons": persons, "fund_weight": (persons * sheet.ranked["score"]).fillna(0.0)}
    return _records(sheet.ranked.assign(**shared))


def _records(frame: pd.DataFrame) -> list[dict[str, typing.Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _numbers(sheet: Sheet) -> list[npt.NDArray[np.float64]]:
    """Values, normalised values and contributions, alternatives in the order of the rows × criteria."""
    ordered = sheet.element.measures.loc[sheet.ranked["place_id"]]
    terms = composite.terms(ordered, sheet.element.criteria, method=candidates.method())
    shape = len(ordered), len(sheet.ids)
    return [terms[name].to_numpy().reshape(shape) for name in ("raw", "normalised", "contribution")]


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


def _term(sheet: Sheet, number: int, row: int) -> dict[str, str]:
    """Normalised value and contribution of one criterion."""
    value, normalised = sheet.of("value", number, row), sheet.of("normalised", number, row)
    least, greatest = sheet.top("least", number), sheet.top("greatest", number)
    at = _transformed(value, sheet.top("transformation", number), sheet.top("median", number))
    floor = normalise.FLOOR
    share = f"{floor}+{1 - floor}*IF({greatest}>{least},(({at})-{least})/({greatest}-{least}),0.5)"
    turned = f"IF({sheet.top('polarity', number)}<0,{1 + floor}-({share}),{share})"
    power = f"{normalised}^({sheet.top('weight_used', number)}/{sheet.own('coverage', row)})"
    return {
        "normalised": f'=IF(ISNUMBER({value}),{turned},"")',
        "contribution": f"=IF(ISNUMBER({normalised}),{power},1)",
    }


def _transformed(value: str, transformation: str, scale: str) -> str:
    by_scale = f'IF({transformation}="log1p",LN(1+{value}/{scale}),{value})'
    return f'IF({transformation}="log",LN({value}),{by_scale})'


def _formats(book: xlsxwriter.Workbook) -> Formats:
    looks = {
        "plain": {},
        "title": {"bold": True, "font_size": 14},
        "label": {"align": "right", "italic": True},
        "head": {"bold": True, "text_wrap": True, "valign": "top"},
        "input": {"bg_color": "#fff2cc", "border": 1},
        "proposed": {"bold": True, "bg_color": "#fce4d6"},
    }
    return {name: book.add_format(look) for name, look in looks.items()}


def _word(name: str, language: str = "") -> str:
    """Word of the workbook in one language, or in all of them."""
    titles = _words()[name]
    return titles[language] if language else _both(titles[one] for one in LANGUAGES)


@functools.cache
def _words() -> dict[str, dict[str, str]]:
    words = catalogue.terms().loc["workbook"]
    return {
        str(name): {language: str(row[f"title_{language}"]) for language in LANGUAGES}
        for name, row in words.iterrows()
    }


def _both(texts: collections.abc.Iterable[object]) -> str:
    return " / ".join(map(str, texts))


def _number(value: float, *, missing: float | str = "") -> float | str:
    return missing if pd.isna(value) else float(value)
