"""The grammar of periods in tables: what a figure refers to in time.

===================  ==========  =============================
text                 kind        meaning
===================  ==========  =============================
``2023``             year        the full year
``2014/2024``        years       several years, or one of them
``2024-01-01``       date        the state on that day
``census-2021``      census      the census named by that year
``2024-09``          month       one month
``2024-01/2024-09``  months      the months from … to, inclusive
``undated``          undated     the source names no period
===================  ==========  =============================
"""

from __future__ import annotations

import calendar
import dataclasses
import datetime
import functools
import re

EXPECTED = "a period: YYYY, YYYY/YYYY, YYYY-MM-DD, census-YYYY, YYYY-MM, YYYY-MM/YYYY-MM or undated"
UNDATED = "undated"
FULL = ("year", "date", "census")

_FORMS = {
    "year": re.compile(r"(?P<year>\d{4})"),
    "years": re.compile(r"(?P<year>\d{4})/(?P<last_year>\d{4})"),
    "date": re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"),
    "census": re.compile(r"census-(?P<year>\d{4})"),
    "month": re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)"),
    "months": re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)/(?P<last_year>\d{4})-(?P<last_month>\d\d)"),
}


@dataclasses.dataclass(frozen=True)
class Period:
    """A parsed period; ``start`` and ``end`` are its first and last day."""

    kind: str
    start: datetime.date
    end: datetime.date

    @property
    def is_full(self) -> bool:
        """Whether it covers a full year, or names the state at one moment."""
        return self.kind in FULL


@functools.cache
def parse(text: str) -> Period:
    """Read a period.

    Raises
    ------
    ValueError
        If the text is not in the grammar, a date does not exist or the end is before the start.
    """
    if text == UNDATED:
        return Period(UNDATED, datetime.date.min, datetime.date.min)
    for kind, form in _FORMS.items():
        found = form.fullmatch(text)
        if found:
            return _period(kind, {key: int(value) for key, value in found.groupdict().items()})
    raise ValueError(f"{text!r} is not {EXPECTED}")


def is_period(text: str) -> bool:
    """Whether the text is in the grammar."""
    try:
        parse(text)
    except ValueError:
        return False
    return True


def is_day(text: str) -> bool:
    """Whether the text is a day that exists."""
    return is_period(text) and parse(text).kind == "date"


def has_begun(text: str) -> bool:
    """Whether a period has begun today; what is not in the grammar is found elsewhere."""
    return not is_period(text) or parse(text).start <= datetime.date.today()


def _period(kind: str, part: dict[str, int]) -> Period:
    start = datetime.date(part["year"], part.get("month", 1), part.get("day", 1))
    if kind == "date":
        return Period(kind, start, start)
    last_year = part.get("last_year", part["year"])
    last_month = part.get("last_month", part.get("month", 12))
    end = datetime.date(last_year, last_month, calendar.monthrange(last_year, last_month)[1])
    if end < start or (kind == "years" and last_year == part["year"]):
        raise ValueError(f"the period ends in {end} before or where it starts, {start}")
    return Period(kind, start, end)
