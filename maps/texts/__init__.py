"""Texts for people: one TOML file a language, the same keys in all."""

from __future__ import annotations

import collections.abc
import dataclasses
import functools
import pathlib
import tomllib
import typing

from layers import store

LANGUAGES = ("ru", "en", "be")

# The words of every region, and after them those that are true of one border only.
_FOLDERS = (pathlib.Path(__file__).parent, store.DATA / "texts")


@dataclasses.dataclass(frozen=True)
class Label:
    """One text in the languages of the atlas; an absent translation falls back to Russian."""

    ru: str
    en: str = ""
    be: str = ""

    def text(self, language: str) -> str:
        """In one language."""
        said: str = getattr(self, language)
        return said or self.ru

    def encoded(self) -> str | list[str]:
        """As the page carries it: a list in the order of `LANGUAGES`, or one text if all agree."""
        texts = [self.text(language) for language in LANGUAGES]
        return self.ru if len(set(texts)) == 1 else texts

    def format(self, **values: Label | str | int) -> Label:
        """Fill ``{name}`` fields in each language."""
        return Label(*(_filled(self, language, values) for language in LANGUAGES))

    def capitalised(self) -> Label:
        """With a capital first letter, for headings."""
        return Label(*(text[:1].upper() + text[1:] for text in (self.ru, self.en, self.be)))

    def __bool__(self) -> bool:
        return bool(self.ru)


EMPTY = Label("")


@functools.cache
def load() -> dict[str, Label]:
    """All texts by dotted key (``"page.search"``), in the order of the first language's file."""
    return {key: Label(**said) for key, said in merged(LANGUAGES, *_FOLDERS).items()}


def read(language: str, folder: pathlib.Path) -> dict[str, str]:
    """Texts of one language by dotted key, from its file in a folder; none where there is no file."""
    file = folder / f"{language}.toml"
    return _flat(tomllib.loads(file.read_text(encoding="utf-8"))) if file.is_file() else {}


def merged(languages: collections.abc.Sequence[str], *folders: pathlib.Path) -> dict[str, dict[str, str]]:
    """Texts by key and by language.

    A later folder has the last word on a key, so that a region says in its own words what is true of it
    only. Where a language has no text of a key, the first language speaks.
    """
    said = {
        language: {key: text for folder in folders for key, text in read(language, folder).items()}
        for language in languages
    }
    first = said[languages[0]]
    return {key: {language: said[language].get(key, first[key]) for language in languages} for key in first}


def label(key: str) -> Label:
    """Text of one key; an unknown key is a fault of the code and raises `KeyError`."""
    return load()[key]


def section(prefix: str) -> dict[str, Label]:
    """Texts whose key starts with ``prefix.``, by the rest of the key."""
    return {
        key.removeprefix(f"{prefix}."): text for key, text in load().items() if key.startswith(f"{prefix}.")
    }


def of(row: collections.abc.Mapping[typing.Any, object], column: str = "name") -> Label:
    """Text of a table's row from its columns ``<column>_ru``, ``_en``, ``_be``."""
    return Label(*(_text(row.get(f"{column}_{language}")) for language in LANGUAGES))


def joined(labels: collections.abc.Iterable[Label], separator: str = " ") -> Label:
    """Texts one after the other in each language."""
    found = [label for label in labels if label]
    return Label(*(separator.join(label.text(language) for label in found) for language in LANGUAGES))


def common(first: Label, second: Label) -> Label:
    """Keep what two titles say alike before their last comma ("Average wage, RUB" and "…, BYN")."""
    return Label(
        *(
            getattr(first, language).rpartition(", ")[0]
            if getattr(first, language).rpartition(", ")[0] == getattr(second, language).rpartition(", ")[0]
            else getattr(first, language)
            for language in LANGUAGES
        )
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _filled(pattern: Label, language: str, values: collections.abc.Mapping[str, Label | str | int]) -> str:
    texts = {
        name: value.text(language) if isinstance(value, Label) else value for name, value in values.items()
    }
    return pattern.text(language).format(**texts)


def _flat(tree: collections.abc.Mapping[str, object], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in tree.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = str(value)
    return flat
