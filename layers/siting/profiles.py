"""What matters for each purpose: ``profiles.csv`` and ``exclusions.csv``, read and checked.

``profiles.csv`` has a row for each criterion of a profile with its weight and the function that values it
(see `geo.siting.profile`). ``exclusions.csv`` takes out cells whose value of a criterion is below or above a
limit; profile ``*`` is every profile.
"""

from __future__ import annotations

import collections.abc

import numpy as np
import numpy.typing as npt
import pandas as pd
import pandera.pandas as pa

from geo import errors
from geo.siting import profile
from layers.dictionary import catalogue
from layers.io import contracts, weights
from layers.region import Region
from layers.siting import criteria

EVERY = "*"
SIDES = ("below", "above")

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def table(region: Region) -> pd.DataFrame:
    """Read the criteria of the profiles, every column text; the weights of a profile sum to one.

    Raises
    ------
    InputError
        One line for each cell that is not as the contract says, or for each profile without any weight.
    """
    found = region.table("profiles.csv")
    contracts.check(found, _profiles(region), file="profiles.csv")
    return found.assign(weight=weights.rescaled("profiles.csv", found.to_dict("records")))


def profiles(region: Region, rows: pd.DataFrame, *, file: str = "profiles.csv") -> dict[str, profile.Profile]:
    """Profiles by name, in the order of their vocabulary.

    Raises
    ------
    InputError
        One line for each profile without a criterion, weights that do not sum to one and limits that
        do not fit their kind.
    """
    found, findings = {}, []
    for name in catalogue.vocabulary(region, "profile"):
        own = rows[rows["profile"] == name].to_dict("records")
        try:
            found[name] = profile.Profile(
                tuple(
                    profile.Criterion(
                        row["criterion"],
                        float(row["weight"]),
                        row["kind"],
                        tuple(map(float, row["limits"].split())),
                    )
                    for row in own
                )
            )
        except errors.InputError as error:
            findings += [f"{file}: profile {name}: {line}" for line in error.findings]
    if findings:
        raise errors.InputError(findings)
    return found


def titled(region: Region, rows: pd.DataFrame) -> pd.DataFrame:
    """Add the titles of profile and criterion and the units to the table of profiles."""
    words = criteria.table(region)
    named = rows.join(_titles(region, "profile"), on="profile").join(words, on="criterion")
    return named.astype({"weight": float})


def exclusions(region: Region) -> pd.DataFrame:
    """Read what takes cells out; ``limit`` is a number.

    Raises
    ------
    InputError
        One line for each cell that is not as the contract says.
    """
    found = region.table("exclusions.csv")
    contracts.check(found, _exclusions(region), file="exclusions.csv")
    return found.assign(limit=contracts.numbers(found["limit"]))


def masks(rules: pd.DataFrame, name: str, layers: collections.abc.Mapping[str, Floats]) -> dict[str, Bools]:
    """Cells that each rule of a profile takes out, by mask; where there is no value, none does."""
    own = rules[rules["profile"].isin([EVERY, name])]
    found: dict[str, Bools] = {}
    for mask, criterion, side, limit in own[["mask", "criterion", "side", "limit"]].to_numpy():
        values = layers[criterion]
        hit: Bools = values < limit if side == "below" else values > limit
        found[mask] = found.get(mask, np.zeros_like(hit)) | hit
    return found


def _titles(region: Region, vocabulary: str) -> pd.DataFrame:
    return pd.DataFrame(catalogue.terms(region).loc[vocabulary]).add_prefix("profile_")


def _profiles(region: Region) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {
            "profile": pa.Column(str, catalogue.term(region, "profile")),
            "criterion": pa.Column(str, _criterion(region)),
            "weight": pa.Column(str, contracts.number(0, weights.MOST)),
            "kind": pa.Column(
                str, contracts.one_of(profile.LIMITS, expected=f"one of {', '.join(profile.LIMITS)}")
            ),
            "limits": pa.Column(str, pa.Check(_are_numbers, error="finite numbers, separated by blanks")),
            "basis": pa.Column(str, contracts.filled()),
        },
        strict=True,
    )


def _exclusions(region: Region) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {
            "profile": pa.Column(
                str,
                contracts.one_of(
                    [EVERY, *catalogue.vocabulary(region, "profile")], expected="a profile or *"
                ),
            ),
            "mask": pa.Column(str, catalogue.term(region, "exclusion")),
            "criterion": pa.Column(str, _criterion(region)),
            "side": pa.Column(str, contracts.one_of(SIDES, expected=" or ".join(SIDES))),
            "limit": pa.Column(str, contracts.number()),
            "basis": pa.Column(str, contracts.filled()),
        },
        strict=True,
    )


def _criterion(region: Region) -> pa.Check:
    return contracts.one_of(criteria.table(region).index, expected="a criterion of criteria.csv")


def _are_numbers(column: pd.Series[str]) -> pd.Series[bool]:
    numbers = contracts.numbers(column.str.split().explode().fillna(""))
    return numbers.abs().lt(np.inf).groupby(level=0).all()
