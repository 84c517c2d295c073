"""Text files as people save them: UTF-8, with or without the mark of a spreadsheet; others are told apart."""

from __future__ import annotations

import codecs
import pathlib

from geo import errors

_MARKS = ((codecs.BOM_UTF16_LE, "UTF-16"), (codecs.BOM_UTF16_BE, "UTF-16"))
_CYRILLIC = ("cp1251", "koi8-r", "cp866")
_NAMES = {"cp1251": "windows-1251", "koi8-r": "KOI8-R", "cp866": "cp866 (DOS)"}


def read(path: pathlib.Path) -> str:
    """Read a UTF-8 file as it is, line ends included, without the byte order mark.

    Raises
    ------
    InputError
        If the file is missing or no file, or not UTF-8, with the encoding that it looks like.
    """
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise errors.InputError(f"{path.name}: file is missing in {path.parent}") from error
    except IsADirectoryError as error:
        raise errors.InputError(f"{path.name}: is a folder; expected a file") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        look = looks_like(content)
        told = f", looks like {look}" if look else ""
        raise errors.InputError(
            f"{path.name}: not UTF-8 at byte {error.start}{told}; expected UTF-8 text"
        ) from error
    # Latin text in UTF-16 is valid UTF-8, every second character a NUL.
    if text.count("\0") > len(text) / 4:
        raise errors.InputError(f"{path.name}: not UTF-8, looks like UTF-16; expected UTF-8 text")
    return text


def looks_like(content: bytes) -> str:
    """Name the likely encoding of bytes that are no UTF-8; ``""`` for none.

    Of the Cyrillic encodings of one byte a letter the one in which most letters are small and Cyrillic:
    each puts the small letters where the others have capitals or frames.
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return name
    if b"\0" in content:
        return "UTF-16"
    high = bytes(byte for byte in content if byte >= 0x80)
    small = {name: _small_cyrillic(high.decode(name, errors="replace")) for name in _CYRILLIC}
    best = max(_CYRILLIC, key=small.__getitem__)
    return _NAMES[best] if small[best] > len(high) / 2 else ""


def _small_cyrillic(text: str) -> int:
    return sum("а" <= letter <= "я" or letter in "ёіў" for letter in text)
