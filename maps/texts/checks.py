"""Rules of the texts that a region says itself."""

from __future__ import annotations

import collections.abc
import string
import tomllib

from geo import errors
from layers.region import Region
from maps import texts

# Titles of the columns of codes, which only the region has.
_OF_CODES = "geopackage.field."


def check(region: Region) -> None:
    """Hold the texts of a region against the interface texts whose place they take.

    Raises
    ------
    InputError
        One line for each language without interface texts, each file that cannot be read, and each text
        that nothing shows or that names a field which is not filled.
    """
    texts.require_known(region)
    found = [line for language in region.languages for line in _findings(region, language)]
    if found:
        raise errors.InputError(found)


def _findings(region: Region, language: str) -> collections.abc.Iterator[str]:
    file = f"texts/{language}.toml"
    try:
        own = texts.read(language, region.folder / "texts")
    except errors.InputError as error:
        yield from (f"texts/{line}" for line in error.findings)
        return
    except tomllib.TOMLDecodeError as error:
        yield f"{file}: not readable as TOML: {error}"
        return
    general = texts.read(language, texts.FOLDER)
    for key, text in own.items():
        if key not in general and key.removeprefix(_OF_CODES) not in region.codes:
            yield f"{file}: {key}: no such text; expected a key of maps/texts/{language}.toml"
            continue
        try:
            unknown = _fields(text) - _fields(general.get(key, text))
        except ValueError as error:
            yield f"{file}: {key}: {error}; expected fields as {{name}}"
            continue
        if unknown:
            filled = ", ".join(f"{{{name}}}" for name in sorted(_fields(general[key]))) or "no field"
            yield f"{file}: {key}: {', '.join(f'{{{name}}}' for name in sorted(unknown))}; expected {filled}"


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
