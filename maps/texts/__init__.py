"""Texts for people: one TOML file a language, the same keys in all.

A region says in its own ``texts/<language>.toml`` what is true of it only; of a key that both have, its text
counts. Where a language has no text of a key, the first language of the region speaks.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import pathlib
import tomllib
import typing

from geo import errors
from layers.io import textfile
from layers.region import Region, remembered

FOLDER = pathlib.Path(__file__).parent


@dataclasses.dataclass(frozen=True)
class Label:
    """One text in the languages of a region: pairs of language and text, those of the first language first.

    A text that is alike in all languages is a single pair without a language, see :func:`plain`.
    """

    said: tuple[tuple[str, str], ...]

    @property
    def first(self) -> str:
        """In the first language."""
        return self.said[0][1] if self.said else ""

    def text(self, language: str) -> str:
        """In one language; in the first where it has none."""
        return dict(self.said).get(language) or self.first

    def encoded(self) -> str | list[str]:
        """As the page carries it: a list in the order of the languages, or one text if all agree."""
        found = [text or self.first for _, text in self.said]
        return self.first if len(set(found)) <= 1 else found

    def format(self, **values: Label | str | int) -> Label:
        """Fill ``{name}`` fields in each language."""
        labels = {name: value for name, value in values.items() if isinstance(value, Label)}
        return _each(
            (self, *labels.values()),
            lambda language: self.text(language).format(
                **(values | {name: label.text(language) for name, label in labels.items()})
            ),
        )

    def capitalised(self) -> Label:
        """With a capital first letter, for headings."""
        return Label(tuple((language, text[:1].upper() + text[1:]) for language, text in self.said))

    def uncapitalised(self) -> Label:
        """With a small first letter, for the middle of a sentence."""
        return Label(tuple((language, text[:1].lower() + text[1:]) for language, text in self.said))

    def __bool__(self) -> bool:
        return bool(self.first)


EMPTY = Label(())


def known() -> list[str]:
    """Languages for which there are interface texts."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def plain(text: str) -> Label:
    """Text that is alike in all languages."""
    return Label((("", text),))


def require_known(region: Region) -> None:
    """Refuse a language without interface texts.

    Raises
    ------
    InputError
        One line for each.
    """
    missing = [language for language in region.languages if language not in known()]
    if missing:
        raise errors.InputError(
            f"region.toml: languages: {language!r}; expected one of {', '.join(known())}"
            for language in missing
        )


@remembered
def load(region: Region) -> dict[str, Label]:
    """All texts by dotted key (``"page.search"``), in the order of the first language's file.

    Raises
    ------
    InputError
        If there are no interface texts in a language of the region.
    """
    require_known(region)
    said = merged(region.languages, FOLDER, region.folder / "texts")
    return {key: Label(tuple(texts.items())) for key, texts in said.items()}


def read(language: str, folder: pathlib.Path) -> dict[str, str]:
    """Texts of one language by dotted key, from its file in a folder; none where there is no file."""
    file = folder / f"{language}.toml"
    return _flat(tomllib.loads(textfile.read(file).replace("\r\n", "\n"))) if file.is_file() else {}


def merged(languages: collections.abc.Sequence[str], *folders: pathlib.Path) -> dict[str, dict[str, str]]:
    """Texts by key and by language; a later folder has the last word on a key."""
    said = {
        language: {key: text for folder in folders for key, text in read(language, folder).items()}
        for language in languages
    }
    first = said[languages[0]]
    return {key: {language: said[language].get(key, first[key]) for language in languages} for key in first}


def label(region: Region, key: str) -> Label:
    """Text of one key; an unknown key is a fault of the code and raises `KeyError`."""
    return load(region)[key]


def section(region: Region, prefix: str) -> dict[str, Label]:
    """Texts whose key starts with ``prefix.``, by the rest of the key."""
    start = f"{prefix}."
    return {key.removeprefix(start): text for key, text in load(region).items() if key.startswith(start)}


def of(region: Region, row: collections.abc.Mapping[typing.Any, object], column: str = "name") -> Label:
    """Text of a table's row from its columns ``<column>_<language>``."""
    return Label(tuple((one, _text(row.get(f"{column}_{one}"))) for one in region.languages))


def decimal(region: Region, number: str) -> Label:
    """Write a number that has a decimal point as each language does."""
    sign = label(region, "page.decimal")
    return Label(tuple((one, number.replace(".", text)) for one, text in sign.said))


def joined(labels: collections.abc.Iterable[Label], separator: str = " ") -> Label:
    """Texts one after the other in each language."""
    found = [label for label in labels if label]
    return _each(found, lambda language: separator.join(label.text(language) for label in found))


def common(first: Label, second: Label) -> Label:
    """Keep what two titles say alike before their last comma ("Average wage, RUB" and "…, BYN")."""

    def alike(language: str) -> str:
        before, other = (label.text(language).rpartition(", ")[0] for label in (first, second))
        return before if before == other else first.text(language)

    return _each((first, second), alike)


def without(label: Label, part: Label) -> Label:
    """Text without a part of it and the blank before."""
    return _each((label,), lambda language: label.text(language).replace(f" {part.text(language)}", ""))


def _each(labels: collections.abc.Iterable[Label], said: collections.abc.Callable[[str], str]) -> Label:
    """Say something in each language that one of the labels speaks."""
    languages = dict.fromkeys(language for label in labels for language, _ in label.said)
    spoken = [language for language in languages if language] or list(languages)
    return Label(tuple((language, said(language)) for language in spoken))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _flat(tree: collections.abc.Mapping[str, object], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in tree.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = str(value)
    return flat
