"""Names in Latin letters, as ``transliteration.csv`` of a region spells them: ids are made of them.

A row of the table says how some letters are written: anywhere, only at the ``start`` or the ``end`` of a
word, or only after certain letters; of several rows that fit, the last one counts. A region whose names are
in Latin letters needs no table.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata

import pandera.pandas as pa

from layers.io import contracts
from layers.region import Region, remembered

FILE = "transliteration.csv"
PLACES = ("start", "end")
_STRESS = "\u0300\u0301"
_WORD = re.compile(r"[^\W\d_]+")
_COMPOUND = re.compile(rf"{_WORD.pattern}(?:-{_WORD.pattern})*")


@dataclasses.dataclass(frozen=True)
class Rule:
    """How ``written`` letters are spelled: ``at`` one of `PLACES` or "", ``after`` letters or ""."""

    written: str
    latin: str
    at: str
    after: str

    def fits(self, small: str, place: int) -> bool:
        """Whether the letters stand at a place of a word in small letters."""
        end = place + len(self.written)
        return (
            small[place:end] == self.written
            and (self.at != "start" or place == 0)
            and (self.at != "end" or end == len(small))
            and (not self.after or (place > 0 and small[place - 1] in self.after))
        )


@remembered
def rules(region: Region) -> tuple[Rule, ...]:
    """Rules of a region, in the order of its table.

    Raises
    ------
    InputError
        One line for each cell that is not as the contract says.
    """
    if not region.has(FILE):
        return ()
    table = region.table(FILE)
    contracts.check(table, _schema(), file=FILE, may_be_empty=True)
    columns = [table[field.name] for field in dataclasses.fields(Rule)]
    return tuple(Rule(*row) for row in zip(*columns, strict=True))


def transliterate(region: Region, name: str) -> str:
    """Write a name in Latin letters; letters of which the table says nothing stay.

    A word all in capitals stays so. Letters that a program wrote as two characters (``и`` and a breve for
    ``й``) are the same letters, and marks of stress are no part of the spelling.
    """
    plain = _without_stress(region, unicodedata.normalize("NFC", name))
    return _COMPOUND.sub(lambda found: _compound(region, found[0]), plain)


def slug(region: Region, name: str) -> str:
    """Make a name fit for an id: Latin letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", transliterate(region, name).lower()).strip("-")


def is_written(region: Region, name: str) -> bool:
    """Whether a name is one in the letters of the table: begins with a capital, has no other letters."""
    letters = re.escape(_letters(region))
    return bool(letters) and bool(re.fullmatch(rf"[{letters.upper()}][{letters}{letters.upper()} -]*", name))


@remembered
def _letters(region: Region) -> str:
    return "".join(sorted({letter for rule in rules(region) for letter in rule.written}))


def _without_stress(region: Region, name: str) -> str:
    letters = _letters(region)
    if not letters:
        return name
    return re.sub(rf"(?<=[{re.escape(letters)}])[{_STRESS}]", "", name, flags=re.IGNORECASE)


def _compound(region: Region, text: str) -> str:
    is_capitals = len(text) > 1 and text.isupper()
    return _WORD.sub(lambda word: _word(region, word[0], is_capitals=is_capitals), text)


def _word(region: Region, word: str, *, is_capitals: bool) -> str:
    latin = zip(word, _spelled(region, "".join(letter.lower()[:1] for letter in word)), strict=True)
    return "".join(
        letter if spelled is None else _in_case(spelled, letter, is_capitals=is_capitals)
        for letter, spelled in latin
    )


def _in_case(spelled: str, letter: str, *, is_capitals: bool) -> str:
    if is_capitals:
        return spelled.upper()
    return spelled.capitalize() if letter.isupper() else spelled


def _spelled(region: Region, small: str) -> list[str | None]:
    """Latin spelling of each letter of a word, None for letters of which no rule speaks."""
    latin: list[str | None] = [None] * len(small)
    for rule in rules(region):
        for place in range(len(small)):
            if rule.fits(small, place):
                more = len(rule.written) - 1
                latin[place : place + 1 + more] = [rule.latin, *[""] * more]
    return latin


def _schema() -> pa.DataFrameSchema:
    small = pa.Check(
        lambda column: (column != "") & (column == column.str.lower()), error="letters, all of them small"
    )
    places = contracts.one_of(PLACES, expected=f"{' or '.join(PLACES)}, or nothing", blank=True)
    return pa.DataFrameSchema(
        {
            "written": pa.Column(str, small),
            "latin": pa.Column(
                str, pa.Check.str_matches("^[a-z]*$", error="small Latin letters, or nothing")
            ),
            "at": pa.Column(str, places),
            "after": pa.Column(str),
        },
        checks=contracts.once(["written", "at", "after"], field="written"),
        strict=True,
    )
