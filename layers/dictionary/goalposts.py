"""Goalposts in the tables of indicators: where a scale begins and ends, stated beforehand, with the reason.

A level with few units (see `geo.scores.framework.FEWEST_COMPARED`) needs them: among six oblasts the least
would be nought, whatever it has. They come from outside the figures: a share ends at 100 %, a time at the
hours that a driver may drive.
"""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa

from geo.scores import framework
from layers.io import contracts
from layers.region import Region

LOW, HIGH = framework.GOALPOSTS
BASIS = "goalpost_basis"


def columns(region: Region) -> dict[str, pa.Column]:
    """Columns of a table of indicators; empty where there are no goalposts."""
    texts = {name: pa.Column(str) for name in region.columns(BASIS)}
    return {name: pa.Column(str, contracts.number(blank=True)) for name in (LOW, HIGH)} | texts


def checks(region: Region, by: str) -> list[pa.Check]:
    """Require both ends and a reason, or none; and of the rows alike in ``by`` all that count, or none."""
    return [
        contracts.rows(_both, field=HIGH, expected="a number if goalpost_low has one, else nothing"),
        contracts.rows(_ascends, field=HIGH, expected="more than goalpost_low, which is {goalpost_low}"),
        contracts.rows(
            _fits,
            field=LOW,
            expected="what {transformation} can take: more than 0 for log, 0 or more for log1p",
        ),
        _reasoned(region.columns(BASIS)[0]),
        contracts.rows(
            lambda rows: _complete(rows, by),
            field=LOW,
            expected=f"a number, as other rows of {by} {{{by}}} have goalposts",
        ),
    ]


def _reasoned(field: str) -> pa.Check:
    return contracts.rows(
        lambda rows: (rows[field] != "") == (rows[LOW] != ""),
        field=field,
        expected="a reason if there are goalposts, else nothing",
    )


def _both(rows: pd.DataFrame) -> pd.Series[bool]:
    return (rows[LOW] == "") == (rows[HIGH] == "")


def _ascends(rows: pd.DataFrame) -> pd.Series[bool]:
    low, high = (pd.to_numeric(rows[name], errors="coerce") for name in (LOW, HIGH))
    return (low < high) | low.isna() | high.isna()


def _fits(rows: pd.DataFrame) -> pd.Series[bool]:
    low, way = pd.to_numeric(rows[LOW], errors="coerce"), rows["transformation"]
    return ~((way.eq("log") & (low <= 0)) | (way.eq("log1p") & (low < 0)))


def _complete(rows: pd.DataFrame, by: str) -> pd.Series[bool]:
    given = rows[LOW] != ""
    counts = pd.to_numeric(rows["weight"], errors="coerce") > 0
    return given | ~counts | ~given.groupby(rows[by]).transform("any")
