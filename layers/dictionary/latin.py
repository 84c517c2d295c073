"""Russian names in Latin letters: BGN/PCGN 1947 without apostrophes, as maps in English spell them."""

from __future__ import annotations

import re
import unicodedata

_LATIN = "a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya"
_LETTERS = dict(zip("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", _LATIN.split(), strict=True)) | {"ъ": "", "ь": ""}
_BEFORE_YE = "аеёиоуыэюяйъь"
_ENDINGS = ("ий", "ый")
# Marks of stress, which are no part of the spelling.
_STRESS = re.compile("(?<=[аеёиоуыэюя])[\u0300\u0301]", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_COMPOUND = re.compile(rf"{_WORD.pattern}(?:-{_WORD.pattern})*")


def transliterate(name: str) -> str:
    """Write a Russian name in Latin letters; letters that are no Cyrillic stay.

    ``е`` is ``ye`` at the start of a word and after a vowel, ``й``, ``ъ`` or ``ь``; the endings
    ``-ий`` and ``-ый`` are ``y``. A word all in capitals stays so. Letters that a program wrote as
    two characters (``и`` and a breve for ``й``) are the same letters.
    """
    return _COMPOUND.sub(_compound, _STRESS.sub("", unicodedata.normalize("NFC", name)))


def slug(name: str) -> str:
    """Make a Russian name fit for an id: Latin letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", transliterate(name).lower()).strip("-")


def _compound(found: re.Match[str]) -> str:
    is_capitals = len(found[0]) > 1 and found[0].isupper()
    return _WORD.sub(lambda word: _word(word[0], is_capitals=is_capitals), found[0])


def _word(word: str, *, is_capitals: bool) -> str:
    latin = zip(word, _spelled([letter.lower() for letter in word]), strict=True)
    return "".join(
        letter if spelled is None else _in_case(spelled, letter, is_capitals=is_capitals)
        for letter, spelled in latin
    )


def _in_case(spelled: str, letter: str, *, is_capitals: bool) -> str:
    if is_capitals:
        return spelled.upper()
    return spelled.capitalize() if letter.isupper() else spelled


def _spelled(small: list[str]) -> list[str | None]:
    """Latin spelling of each letter of a word, None for letters that are no Cyrillic."""
    latin = [_LETTERS.get(letter) for letter in small]
    for place, letter in enumerate(small):
        if letter == "е" and (place == 0 or small[place - 1] in _BEFORE_YE):
            latin[place] = "ye"
    if "".join(small).endswith(_ENDINGS):
        latin[-2:] = ["y", ""]
    return latin
