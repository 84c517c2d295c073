"""From indicators to scores: families and the whole, their terms, and how far the ranks can be trusted."""

from __future__ import annotations

import collections.abc
import dataclasses

import pandas as pd

from geo import errors
from geo.scores import composite, framework, normalise, uncertainty
from layers.region import Region

OVERALL = "overall"

Frameworks = dict[str, framework.Framework]


@dataclasses.dataclass(frozen=True, eq=False)
class Scores:
    """Composites of one level.

    Parameters
    ----------
    units
        Indexed like the values: ``…_score``, ``…_rank``, ``…_rank_last``, ``…_coverage``, ``…_rank_median``,
        ``…_rank_low``, ``…_rank_high``, ``…_top_share`` of each family and of the whole.
    terms
        ``unit_id``, ``family``, ``indicator``, ``value``, ``normalised``, ``weight``,
        ``weight_used``, ``contribution``.
    left_out
        ``family``, ``indicator`` left out, ``spearman``, ``rank_change_max``, ``unit_id`` most moved.
    doubt
        ``family``, ``spearman_median``, ``spearman_low`` (5 % of the draws are lower), ``draws``,
        ``units`` that are scored.
    variants
        The same draws by ``family``, ``normalisation`` and ``aggregation``: ``draws``,
        ``spearman_mean`` and ``spearman_min``.
    methods
        ``family``, ``unit_id``, ``normalisation``, ``aggregation``, ``score`` and ``rank`` by each method
        with the chosen weights.
    """

    units: pd.DataFrame
    terms: pd.DataFrame
    left_out: pd.DataFrame
    doubt: pd.DataFrame
    variants: pd.DataFrame
    methods: pd.DataFrame


def frameworks(
    region: Region, table: pd.DataFrame, known: collections.abc.Mapping[str, collections.abc.Collection[str]]
) -> dict[str, Frameworks]:
    """Frameworks by level: of the families and of the whole; indicators of no weight are left out.

    Parameters
    ----------
    table
        As `intensity_framework.read` gives it.
    known
        Ids of the figures of each level.

    Raises
    ------
    InputError
        One line for each unknown indicator, empty family and family whose weights do not sum to one.
    """
    found, findings = {}, list[str]()
    for level, ids in known.items():
        rows, name = table[table["level"] == level], f"framework.csv: level {level}"
        try:
            found[level] = framework.from_table(
                rows, families=region.intensity.families, known=ids, name=name
            )
        except errors.InputError as error:
            findings += error.findings
    if findings:
        raise errors.InputError(findings)
    return {level: _with_whole(region, read) for level, read in found.items()}


def scores(region: Region, values: pd.DataFrame, of: Frameworks, *, level: str, top: int) -> Scores:
    """Score the units of a level by each framework; ``top`` is the k of P(rank ≤ k).

    Raises
    ------
    InputError
        One line for each value that does not fit its indicator, each family by which no unit is scored, and
        each indicator without goalposts if the units are few.
    """
    drawn = _drawn(region, values, of, name=f"framework.csv: level {level}")
    terms = {name: composite.terms(values, one, method=_method(region, one)) for name, one in of.items()}
    left = {
        name: uncertainty.leave_one_out(values, one, method=_method(region, one)) for name, one in of.items()
    }
    return Scores(
        pd.concat([_summary(draws, name, top=top) for name, draws in drawn.items()], axis=1),
        _stacked(terms).rename(columns={"raw": "value"}).drop(columns="transformed"),
        _stacked({name: _left_out(found) for name, found in left.items()}),
        pd.DataFrame([{"family": name, **draws.agreement()} for name, draws in drawn.items()]),
        _stacked({name: draws.by_choice() for name, draws in drawn.items()}),
        _stacked({name: draws.methods.rename_axis("unit_id").reset_index() for name, draws in drawn.items()}),
    )


def _method(region: Region, of: framework.Framework) -> composite.Method:
    least = region.intensity.minimum_coverage
    return composite.Method(normalisation=normalise.methods(of)[0], minimum_coverage=least)


def _drawn(
    region: Region, values: pd.DataFrame, of: Frameworks, *, name: str
) -> dict[str, uncertainty.Draws]:
    parameters = region.intensity
    drawn, findings = {}, list[str]()
    for family, one in of.items():
        if findings and family == OVERALL:
            break  # the whole would repeat what its families say
        doubt = uncertainty.Doubt(
            draws=parameters.draws,
            concentration=parameters.concentration,
            normalisations=normalise.methods(one),
        )
        try:
            if lacking := one.uncompared(len(values)):
                raise errors.InputError(lacking)
            drawn[family] = uncertainty.draw(values, one, method=_method(region, one), doubt=doubt)
        except errors.InputError as error:
            findings += [f"{name}: family {family}: {line}" for line in error.findings]
    if findings:
        raise errors.InputError(findings)
    return drawn


def _with_whole(region: Region, read: Frameworks) -> Frameworks:
    families = {
        family: framework.Framework(tuple(one for one in of.indicators if one.weight > 0))
        for family, of in read.items()
    }
    weights = region.intensity.family_weights
    whole = tuple(
        dataclasses.replace(one, weight=one.weight * weights[family])
        for family, of in families.items()
        for one in of.indicators
    )
    return families | {OVERALL: framework.Framework(whole)}


def _stacked(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return pd.concat([table.assign(family=name) for name, table in tables.items()], ignore_index=True)


def _summary(draws: uncertainty.Draws, name: str, *, top: int) -> pd.DataFrame:
    found = draws.summary(top=(top,))
    ends = {"rank_p05": "rank_low", "rank_p95": "rank_high", f"p_top_{top}": "top_share"}
    return found.rename(columns=ends).add_prefix(f"{name}_")


def _left_out(found: pd.DataFrame) -> pd.DataFrame:
    named = found.reset_index().rename(columns={"shift_max": "rank_change_max", "unit_most_moved": "unit_id"})
    return named[["indicator", "spearman", "rank_change_max", "unit_id"]]
