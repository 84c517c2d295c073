"""The door for texts: one spelling of each letter, and no character that another format cannot hold.

Unicode writes ``й`` as one character or as ``и`` and a breve; both look alike and are not equal. Texts are
compared, looked up and sorted everywhere, so they are put into the composed form (NFC) once, where they
are read.
"""

from __future__ import annotations

import collections.abc
import re
import typing
import unicodedata

import pandas as pd

from geo import errors

# Control characters, which XML and so workbooks and styles cannot hold (GDAL ends a text at the first NUL),
# halves of pairs, which UTF-8 cannot, and places that Unicode keeps empty.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

T = typing.TypeVar("T", bound=pd.DataFrame)


def composed(text: str) -> str:
    """Return the text with each letter as one character where Unicode has one."""
    return unicodedata.normalize("NFC", text)


def admitted(frame: T, *, file: str) -> T:
    """Copy of a table that was read, its texts and the names of its columns composed.

    Raises
    ------
    InputError
        One line for each text with a character that cannot be written; rows count from 2, as in
        :func:`layers.io.contracts.check`.
    """
    texts = {str(name): column for name, column in frame.items() if column.dtype in ("object", "str")}
    require_fit(texts, file=file)
    plain = {name: column.map(_composed) for name, column in texts.items()}
    return frame.assign(**plain).rename(columns=composed)


def require_fit(
    columns: collections.abc.Mapping[str, collections.abc.Iterable[object]], *, file: str
) -> None:
    """Refuse texts with a character that cannot be written; columns by name, before a frame holds them.

    Raises
    ------
    InputError
        One line for each; rows count from 2.
    """
    findings = [
        f"{file}: row {row + 2}: {name} {_character(value)}"
        for name, column in columns.items()
        for row, value in enumerate(column)
        if isinstance(value, str) and _UNFIT.search(value)
    ]
    if findings:
        raise errors.InputError(findings)


def unfit(texts: pd.Series[str]) -> str:
    """Say which character of the first text that has one cannot be written; nothing if all can."""
    return next((_character(text) for text in texts if _UNFIT.search(text)), "")


def _character(text: str) -> str:
    code = ord(_UNFIT.findall(text)[0])
    return f"has the character U+{code:04X}; expected text without control characters"


def _composed(value: object) -> object:
    return composed(value) if isinstance(value, str) else value
