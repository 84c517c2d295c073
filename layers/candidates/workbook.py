"""``candidate_sites.xlsx``: scores as live formulas; change a weight and see the ranks move.

A sheet for each element of the programme: the weights stand at the top, below them every alternative
with its rank, its score and what makes it up: values, normalised values, contributions. The formulas
are those of ``geo.scores.normalise`` (between the goalposts or, without any, the least and the greatest
value) and ``geo.scores.composite`` (weighted geometric mean). Every formula comes with its value, for
programs that compute none.
"""

from __future__ import annotations

import collections.abc
import pathlib
import typing

import numpy as np
import numpy.typing as npt
import pandas as pd
import xlsxwriter
import xlsxwriter.format
import xlsxwriter.worksheet

from geo.scores import composite, normalise
from layers.candidates import ranking, workbook_sheet
from layers.candidates import tables as candidate_tables
from layers.dictionary import catalogue
from layers.io import limits, tables
from layers.region import Region, remembered

_WIDTHS = {"place_id": 30, "rank": 7, "country": 9}
_NAME_WIDTH = 34
_WIDTH = 13
_GAP_WIDTH = 2
_NUMBERS = {
    "score": "0.000",
    "coverage": "0.00",
    "behind_best_pct": "0.0",
    "share_pct": "0.000",
} | dict.fromkeys(("population_persons", "fund_weight"), "#,##0")
_TERM_NUMBER = "0.000"
_TALL = 75
_A3 = 8
_CONTENTS = "index"

Formats = dict[str, xlsxwriter.format.Format]


def write(
    region: Region,
    found: collections.abc.Sequence[ranking.Element],
    ranked: pd.DataFrame,
    titles: pd.DataFrame,
    path: pathlib.Path,
) -> None:
    """Write the workbook; the same elements give the same bytes.

    Parameters
    ----------
    found
        As :func:`layers.candidates.ranking.elements` gives them.
    ranked
        As :func:`layers.candidates.ranking.sites` gives them.
    titles
        Elements by ``programme_id``: ``title_…``.

    Raises
    ------
    InputError
        One line for each element that a sheet cannot hold (`layers.io.limits`).
    """
    limits.require_sheets({one.id: one.measures for one in found}, file=path.name, beside=[_CONTENTS])
    rules = candidate_tables.kinds(region).set_index("programme_id")
    with tables.workbook(path) as book:
        formats = _formats(book)
        index = book.add_worksheet(_CONTENTS)
        index.set_column(0, catalogue.SPOKEN, 60)
        for row, element in enumerate(found):
            said = [titles.loc[element.id, f"title_{language}"] for language in _spoken(region)]
            index.write_url(row, 0, f"internal:'{element.id}'!A1", string=element.id)
            for number, title in enumerate(said, start=1):
                limits.put(index, row, number, title)
            own = ranked[ranked["programme_id"] == element.id].reset_index(drop=True)
            method = ranking.method(region, element.criteria)
            names = tuple(region.columns("name")[: catalogue.SPOKEN])
            sheet, page = workbook_sheet.Sheet(element, own, method, names), book.add_worksheet(element.id)
            about = [rules.loc[element.id, f"rule_{language}"] for language in _spoken(region)]
            _columns(page, sheet, formats)
            _head(region, page, sheet, [_both(said), _both(about), _word(region, "help")], formats)
            _criteria(page, sheet, formats)
            _alternatives(page, sheet)


def _columns(page: xlsxwriter.worksheet.Worksheet, sheet: workbook_sheet.Sheet, formats: Formats) -> None:
    """Set how wide the columns are, how their numbers look, what stands out and how the sheet prints."""
    for number, name in enumerate(sheet.left):
        page.set_column(
            number,
            number,
            _NAME_WIDTH if name in sheet.names else _WIDTHS.get(name, _WIDTH),
            formats.get(_NUMBERS.get(name, "")),
        )
    for block in workbook_sheet.BLOCKS:
        first, last = sheet.column(block, 0), sheet.column(block, len(sheet.ids) - 1)
        page.set_column(first, last, _WIDTH, formats[_TERM_NUMBER] if block != "value" else None)
        page.set_column(last + 1, last + 1, _GAP_WIDTH)
    for row, is_proposed in zip(sheet.rows, sheet.ranked["is_proposed"], strict=True):
        if is_proposed:
            shown = {"type": "no_errors", "format": formats["proposed"]}
            page.conditional_format(row, 0, row, len(sheet.left) - 1, shown)
    scores = sheet.left.index("score")
    shade = {"type": "2_color_scale", "min_color": "#ffffff", "max_color": "#9dc3e6"}
    page.conditional_format(sheet.rows[0], scores, sheet.rows[-1], scores, shade)
    page.set_landscape()
    page.set_paper(_A3)
    page.fit_to_pages(1, 0)
    page.repeat_rows(workbook_sheet.HEAD_ROW, workbook_sheet.FIRST_ROW - 1)
    page.freeze_panes(workbook_sheet.FIRST_ROW, sheet.left.index("country"))
    page.autofilter(
        workbook_sheet.FIRST_ROW - 1, 0, sheet.rows[-1], sheet.column("contribution", len(sheet.ids) - 1)
    )


def _head(
    region: Region,
    page: xlsxwriter.worksheet.Worksheet,
    sheet: workbook_sheet.Sheet,
    said: collections.abc.Sequence[str],
    formats: Formats,
) -> None:
    """Write title, rule and help, the labels of the rows at the top and the heads of the columns."""
    for row, text in enumerate(said):
        limits.put(page, row, 0, text, formats["title" if row == 0 else "about"])
    label = len(sheet.left) - 1
    limits.put(page, workbook_sheet.MINIMUM_ROW, label, _word(region, "minimum_coverage"), formats["label"])
    limits.put(page, workbook_sheet.MINIMUM_ROW, label + 1, sheet.method.minimum_coverage, formats["input"])
    for number, name in enumerate(workbook_sheet.TOP):
        limits.put(page, workbook_sheet.TOP_ROW + number, label, _word(region, name), formats["label"])
    told = candidate_tables.criteria(region).set_index(["family", "indicator"]).loc[sheet.element.id]
    for offset, language in enumerate(_spoken(region)):
        row = workbook_sheet.HEAD_ROW + offset
        page.set_row(row, _TALL, formats["head"])
        for number, name in enumerate(sheet.left):
            limits.put(page, row, number, _word(region, name, language), formats["head"])
        for number, name in enumerate(sheet.ids):
            title, unit = (str(told.loc[name, f"{what}_{language}"]) for what in ("title", "unit"))
            limits.put(page, row, sheet.column("value", number), f"{title}, {unit}", formats["head"])
            for block in workbook_sheet.BLOCKS[1:]:
                words = f"{_word(region, block, language)}: {title}"
                limits.put(page, row, sheet.column(block, number), words, formats["head"])


def _criteria(page: xlsxwriter.worksheet.Worksheet, sheet: workbook_sheet.Sheet, formats: Formats) -> None:
    """Write weights and the other rows above the values."""
    values = sheet.element.criteria.select(sheet.element.measures)
    transformed = normalise.transform(values, sheet.element.criteria)
    ends = normalise.ends(transformed, sheet.element.criteria)
    for number, criterion in enumerate(sheet.element.criteria.indicators):
        column = sheet.column("value", number)
        rows = {name: workbook_sheet.TOP_ROW + place for place, name in enumerate(workbook_sheet.TOP)}
        low, high = criterion.goalposts or ("", "")
        told = dict(
            zip(workbook_sheet.INPUTS, (criterion.polarity, criterion.transformation, low, high), strict=True)
        )
        for name, value in {"weight": criterion.weight, **told}.items():
            limits.put(page, rows[name], column, value, formats["input"])
        share = f"={sheet.top('weight', number)}/SUM({sheet.along('weight')})"
        page.write_formula(rows["weight_used"], column, share, formats["figure"], criterion.weight)
        formulas = workbook_sheet.scaled(sheet, number)
        scale = normalise.log1p_scale(values[criterion.id].to_numpy(), criterion)
        cell = (rows["scale"], column)
        page.write_array_formula(*cell, *cell, f"{{={formulas['scale']}}}", formats["figure"], scale)
        for name, value in zip(("least", "greatest"), ends[criterion.id], strict=True):
            page.write_formula(rows[name], column, f"={formulas[name]}", formats["figure"], _number(value))


def _alternatives(page: xlsxwriter.worksheet.Worksheet, sheet: workbook_sheet.Sheet) -> None:
    """Write every alternative: what it is called, its results, and its criteria block by block."""
    shown = _numbers(sheet)
    for row, site in zip(sheet.rows, _told(sheet), strict=True):
        formulas = workbook_sheet.results(sheet, row)
        for column, name in enumerate(sheet.left):
            if name in formulas:
                page.write_formula(row, column, formulas[name], None, _number(site[name]))
            else:
                limits.put(page, row, column, site[name])
        values, normalised, contributions = (block[row - workbook_sheet.FIRST_ROW] for block in shown)
        for number, value in enumerate(values):
            if np.isfinite(value):
                page.write_number(row, sheet.column("value", number), value)
            terms = workbook_sheet.term(sheet, number, row)
            for block, told in (("normalised", normalised), ("contribution", contributions)):
                column = sheet.column(block, number)
                page.write_formula(row, column, terms[block], None, _number(told[number]))


def _told(sheet: workbook_sheet.Sheet) -> list[dict[str, typing.Any]]:
    """Alternatives in the order of the rows, with what a fund is shared out by."""
    if not sheet.element.rule.allocation:
        return _records(sheet.ranked)
    persons = sheet.ranked["place_id"].map(sheet.element.sites["population_persons"])
    shared = {"population_persons": persons, "fund_weight": (persons * sheet.ranked["score"]).fillna(0.0)}
    return _records(sheet.ranked.assign(**shared))


def _records(frame: pd.DataFrame) -> list[dict[str, typing.Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _numbers(sheet: workbook_sheet.Sheet) -> list[npt.NDArray[np.float64]]:
    """Values, normalised values and contributions, alternatives in the order of the rows × criteria."""
    ordered = sheet.element.measures.loc[sheet.ranked["place_id"]]
    terms = composite.terms(ordered, sheet.element.criteria, method=sheet.method)
    shape = len(ordered), len(sheet.ids)
    return [terms[name].to_numpy().reshape(shape) for name in ("raw", "normalised", "contribution")]


def _formats(book: xlsxwriter.Workbook) -> Formats:
    looks = {
        "about": {"italic": True},
        "title": {"bold": True, "font_size": 14},
        "label": {"align": "right", "italic": True},
        "head": {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#f2f2f2"},
        "figure": {"num_format": "0.000"},
        "input": {"bg_color": "#fff2cc", "border": 1},
        "proposed": {"bold": True, "bg_color": "#fce4d6"},
    }
    numbers = {number: {"num_format": number} for number in {*_NUMBERS.values(), _TERM_NUMBER}}
    return {name: book.add_format(look) for name, look in sorted((looks | numbers).items())}


def _word(region: Region, name: str, language: str = "") -> str:
    """Word of the workbook in one language, or in all of them."""
    titles = _words(region)[name]
    return titles[language] if language else _both(titles[one] for one in _spoken(region))


def _spoken(region: Region) -> tuple[str, ...]:
    return region.languages[: catalogue.SPOKEN]


@remembered
def _words(region: Region) -> dict[str, dict[str, str]]:
    words = catalogue.terms(region).loc["workbook"]
    return {
        str(name): {language: str(row[f"title_{language}"]) for language in _spoken(region)}
        for name, row in words.iterrows()
    }


def _both(texts: collections.abc.Iterable[object]) -> str:
    return " / ".join(map(str, texts))


def _number(value: float) -> float | str:
    return "" if pd.isna(value) or np.isinf(value) else float(value)
