"""Errors that the data or the request cause; the command shows them as lines, without a traceback."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

_MOST = 20


def limited(file: str, findings: Iterable[str]) -> list[str]:
    """Tell the findings on one file as lines; of more than 20 the first, and how many more there are.

    For faults that come in masses: a file in another CRS has one in every feature.
    """
    lines = [f"{file}: {finding}" for finding in findings]
    rest = len(lines) - _MOST
    return lines if rest <= 0 else [*lines[:_MOST], f"{file}: … and {rest} more such findings"]


class InputError(ValueError):
    """The data or the request is at fault.

    Parameters
    ----------
    findings
        One line for each thing wrong, so that all are reported at once.
    """

    def __init__(self, findings: str | Iterable[str]) -> None:
        self.findings: tuple[str, ...] = (findings,) if isinstance(findings, str) else tuple(findings)
        super().__init__("\n".join(self.findings))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[str, ...]]]:
        return type(self), (self.findings,)


class CrsError(InputError):
    """A coordinate reference system is missing, mixed or of the wrong kind."""


class GeometryError(InputError):
    """A geometry is empty, invalid or of the wrong type."""


class CoverageError(GeometryError):
    """Polygons that should form a coverage overlap, leave gaps or do not share edges."""


class NetworkError(InputError):
    """A network cannot be built or a place on it cannot be found."""


def gathered(*calls: Callable[[], T]) -> list[T]:
    """Make calls that do not need each other, and return what they return.

    Raises
    ------
    InputError
        The findings of all calls at once.
    """
    results: list[T] = []
    findings: list[str] = []
    for call in calls:
        try:
            results.append(call())
        except InputError as error:
            findings += error.findings
    if findings:
        raise InputError(findings)
    return results
