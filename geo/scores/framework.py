"""Indicator frameworks: which indicators make a composite, with polarity, transformation and weight."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo import errors

POLARITIES = (1, -1)
TRANSFORMATIONS = ("none", "log", "log1p")
COLUMNS = ("indicator", "family", "polarity", "transformation", "weight")
GOALPOSTS = ("goalpost_low", "goalpost_high")
# Fewer units than this are no scale for one another: their least would be nought, however much it has.
FEWEST_COMPARED = 20
_WEIGHT_TOLERANCE = 1e-6


@dataclasses.dataclass(frozen=True)
class Indicator:
    """One indicator of a composite.

    Parameters
    ----------
    id
        Column of the values that it reads.
    weight
        Share in the composite, 0 to 1.
    polarity
        1 where more is better, -1 where less is better.
    transformation
        ``none``, ``log`` (values above 0) or ``log1p`` (values from 0): see `normalise.transform`.
    goalposts
        Values, in the unit of the indicator, at which it counts nothing and in full (the other way round
        where less is better), stated beforehand instead of found among the units.
    """

    id: str
    weight: float
    polarity: int = 1
    transformation: str = "none"
    goalposts: tuple[float, float] | None = None


@dataclasses.dataclass(frozen=True)
class Framework:
    """Indicators whose weights sum to one.

    Raises
    ------
    InputError
        One line for each thing wrong: no indicator, an indicator named twice, a weight below
        zero, weights that do not sum to one, an unknown polarity or transformation, goalposts that do
        not ascend or that the transformation cannot take.
    """

    indicators: tuple[Indicator, ...]

    def __post_init__(self) -> None:
        findings = list(_findings(self.indicators))
        if findings:
            raise errors.InputError(findings)

    @property
    def ids(self) -> list[str]:
        """Ids in the order of the framework."""
        return [indicator.id for indicator in self.indicators]

    @property
    def weights(self) -> npt.NDArray[np.float64]:
        """Weights in the order of the framework."""
        return np.array([indicator.weight for indicator in self.indicators], dtype=float)

    @property
    def has_goalposts(self) -> bool:
        """Whether every indicator that counts has goalposts."""
        return all(one.goalposts is not None for one in self.indicators if one.weight > 0)

    def uncompared(self, units: int) -> list[str]:
        """One line for each indicator that needs goalposts, because so few units are no scale."""
        if units >= FEWEST_COMPARED:
            return []
        return [
            f"indicator {one.id}: no goalposts; expected some, for {units} units are fewer than "
            f"{FEWEST_COMPARED} and no scale for one another"
            for one in self.indicators
            if one.weight > 0 and one.goalposts is None
        ]

    def without(self, indicator_id: str) -> Framework:
        """Drop one indicator; the weights of the others are scaled to sum to one again."""
        rest = [indicator for indicator in self.indicators if indicator.id != indicator_id]
        total = math.fsum(indicator.weight for indicator in rest)
        if total <= 0:
            raise errors.InputError(f"indicator {indicator_id}: no weight is left without it")
        return Framework(
            tuple(dataclasses.replace(indicator, weight=indicator.weight / total) for indicator in rest)
        )

    def select(self, values: pd.DataFrame) -> pd.DataFrame:
        """Pick the columns of the framework out of a frame (units × indicators), as floats; missing is NaN.

        Raises
        ------
        InputError
            One line for each indicator that the frame lacks, and for each infinite or non-numeric column.
        """
        held = values[[name for name in self.ids if name in values.columns]]
        read = {
            str(name): pd.to_numeric(column, errors="coerce")
            for name, column in held.select_dtypes(exclude="number").items()
        }
        numbers = held.assign(**read).to_numpy(dtype=float, na_value=np.nan)
        findings = [
            *unknown_ids(self.ids, values.columns),
            *(f"unit {unit} is named twice" for unit in values.index[values.index.duplicated()].unique()),
            *_value_findings(held, numbers),
        ]
        if findings:
            raise errors.InputError(findings)
        return pd.DataFrame(numbers, index=values.index, columns=held.columns)


def from_table(
    table: pd.DataFrame, *, families: Sequence[str], known: Collection[str], name: str = "framework"
) -> dict[str, Framework]:
    """Read frameworks from a table of text, one for each family.

    Parameters
    ----------
    table
        One row for each indicator with the columns `COLUMNS` and, where there are any, `GOALPOSTS`; others
        are ignored. Polarity is ``1`` or ``-1``; the weights of one family sum to one.
    families
        Families that must be there, in the order wanted.
    known
        Ids that an indicator may have.
    name
        What the findings call the table, as a rule its file.

    Raises
    ------
    InputError
        One line for each thing wrong in the whole table.
    """
    absent = [column for column in COLUMNS if column not in table.columns]
    if absent:
        raise errors.InputError(f"{name}: column {column} is missing" for column in absent)
    findings = _row_findings(table, families=families, known=known, name=name)
    read: dict[str, Framework] = {}
    for family in families:
        rows = table[table["family"] == family]
        try:
            read[family] = Framework(tuple(_indicator(row) for row in rows.to_dict("records")))
        except errors.InputError as error:
            findings += [f"{name}: family {family}: {finding}" for finding in error.findings]
    if findings:
        raise errors.InputError(findings)
    return read


def unknown_ids(ids: Iterable[str], known: Collection[str]) -> list[str]:
    """One line for each id that is not known, naming those that are."""
    allowed = ", ".join(sorted(map(str, known)))
    return [
        f"indicator {indicator_id} is unknown; expected one of {allowed}"
        for indicator_id in ids
        if indicator_id not in known
    ]


def _findings(indicators: Sequence[Indicator]) -> Iterable[str]:
    if not indicators:
        yield "no indicator; expected at least one"
        return
    ids = [indicator.id for indicator in indicators]
    yield from (f"indicator {name} is named twice" for name in sorted(set(ids)) if ids.count(name) > 1)
    for indicator in indicators:
        if indicator.polarity not in POLARITIES:
            yield f"indicator {indicator.id}: polarity {indicator.polarity!r}; expected 1 or -1"
        if indicator.transformation not in TRANSFORMATIONS:
            yield (
                f"indicator {indicator.id}: transformation {indicator.transformation!r}; "
                f"expected one of {', '.join(TRANSFORMATIONS)}"
            )
        if not 0 <= indicator.weight <= 1:
            yield f"indicator {indicator.id}: weight {indicator.weight}; expected 0 to 1"
        yield from _goalpost_findings(indicator)
    total = math.fsum(indicator.weight for indicator in indicators)
    if not abs(total - 1) <= _WEIGHT_TOLERANCE:
        yield f"weights sum to {total:.6g}; expected 1"


def _goalpost_findings(indicator: Indicator) -> Iterable[str]:
    if indicator.goalposts is None:
        return
    low, high = indicator.goalposts
    if not (math.isfinite(low) and low < high < math.inf):
        yield f"indicator {indicator.id}: goalposts {low:g} and {high:g}; expected two numbers that ascend"
    elif (indicator.transformation == "log" and low <= 0) or (
        indicator.transformation == "log1p" and low < 0
    ):
        least = "more than 0" if indicator.transformation == "log" else "0 or more"
        name = indicator.transformation
        yield f"indicator {indicator.id}: goalpost {low:g}; expected {least}, for it is transformed by {name}"


def _value_findings(held: pd.DataFrame, numbers: npt.NDArray[np.float64]) -> list[str]:
    wrong = np.isinf(numbers) | (np.isnan(numbers) & held.notna().to_numpy())
    if not wrong.any():
        return []
    return [
        f"indicator {name}: unit {unit} holds {value!r}; expected a finite number or nothing"
        for place, name in enumerate(held.columns)
        for unit, value in held.loc[wrong[:, place], name].items()
    ]


def _row_findings(
    table: pd.DataFrame, *, families: Sequence[str], known: Collection[str], name: str
) -> list[str]:
    findings = [f"{name}: {line}" for line in unknown_ids(table["indicator"], known)]
    findings += [
        f"{name}: indicator {indicator_id}: family {family!r}; expected one of {', '.join(families)}"
        for indicator_id, family in zip(table["indicator"], table["family"], strict=True)
        if family not in families
    ]
    return findings


def _indicator(row: Mapping[Hashable, str]) -> Indicator:
    name = row["indicator"]
    try:
        weight = float(row["weight"])
        polarity = int(row["polarity"])
    except ValueError as error:
        raise errors.InputError(
            f"indicator {name}: weight {row['weight']!r}, polarity {row['polarity']!r}; "
            "expected a number from 0 to 1, and 1 or -1"
        ) from error
    return Indicator(
        name,
        weight,
        polarity=polarity,
        transformation=row["transformation"],
        goalposts=_goalposts(name, [row.get(column, "") for column in GOALPOSTS]),
    )


def _goalposts(name: str, ends: Sequence[str]) -> tuple[float, float] | None:
    if not any(ends):
        return None
    try:
        low, high = map(float, ends)
    except ValueError as error:
        raise errors.InputError(
            f"indicator {name}: goalposts {ends[0]!r}, {ends[1]!r}; expected two numbers, or nothing in both"
        ) from error
    return low, high
