"""Russian names in Latin letters: BGN/PCGN 1947 without apostrophes, as maps in English spell them."""

from __future__ import annotations

import re

_LATIN = "a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya"
_LETTERS = dict(zip("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", _LATIN.split(), strict=True)) | {"ъ": "", "ь": ""}
_SOFT_START = re.compile(r"(^|[аеёиоуыэюяйъь\s-])е", re.IGNORECASE)
_ENDING = re.compile(r"[иы]й\b", re.IGNORECASE)


def transliterate(name: str) -> str:
    """Write a Russian name in Latin letters; letters that are no Cyrillic stay.

    ``е`` is ``ye`` at the start of a word and after a vowel, ``й``, ``ъ`` or ``ь``; the endings
    ``-ий`` and ``-ый`` are ``y``.
    """
    text = _SOFT_START.sub(lambda match: f"{match[1]}йе" if match[0][-1].islower() else f"{match[1]}Йе", name)
    text = _ENDING.sub("ы", text)
    return "".join(_letter(letter) for letter in text)


def slug(name: str) -> str:
    """Make a Russian name fit for an id: Latin letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", transliterate(name).lower()).strip("-")


def _letter(letter: str) -> str:
    latin = _LETTERS.get(letter.lower(), letter)
    return latin.capitalize() if letter.isupper() else latin
