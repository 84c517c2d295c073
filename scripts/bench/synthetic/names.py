"""Invented names, spelled in the letters of each language, and words in the first language only."""

from __future__ import annotations

import collections.abc
import itertools

from scripts.bench.synthetic import spec

_CYRILLIC = dict(zip("bdgklmnprstvzaeiou", "бдгклмнпрствзаеиоу", strict=True))
_LATIN_LANGUAGES = ("en",)
_SYLLABLES = ["".join(pair) for pair in itertools.product("bdgklmnprstvz", "aeiou")]


def draw(of: spec.Spec, count: int) -> list[str]:
    """So many different names of three syllables, in small Latin letters."""
    size = len(_SYLLABLES)
    numbers = of.random("names").choice(size**3, count, replace=False)
    return [
        _SYLLABLES[n // size**2] + _SYLLABLES[n // size % size] + _SYLLABLES[n % size]
        for n in map(int, numbers)
    ]


def named(of: spec.Spec, *names: str, prefix: str = "name") -> dict[str, str]:
    """Columns of a name in all languages; of several, joined by a dash."""
    return {
        f"{prefix}_{language}": " – ".join(_spelled(name, language) for name in names)
        for language in of.languages
    }


def said(of: spec.Spec, **texts: str) -> dict[str, str]:
    """Columns of texts that only the first language has: the others fall back on it."""
    return {
        f"{prefix}_{language}": text if place == 0 else ""
        for prefix, text in texts.items()
        for place, language in enumerate(of.languages)
    }


def _spelled(name: str, language: str) -> str:
    letters: collections.abc.Mapping[str, str] = {} if language in _LATIN_LANGUAGES else _CYRILLIC
    return "".join(letters.get(letter, letter) for letter in name).capitalize()
