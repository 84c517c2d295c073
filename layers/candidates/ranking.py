"""The elements of the proposed programme as located candidates, each ranked among its alternatives.

The alternatives and their figures come from :mod:`layers.candidates.figures`, the criteria are data: see
:mod:`layers.candidates.tables`.
"""

from __future__ import annotations

import collections.abc
import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import errors
from geo.scores import composite, framework, normalise, uncertainty
from layers.candidates import tables
from layers.region import Region

_SCORE_DECIMALS = 6
_RANKS = {"rank_p05": "rank_low", "rank_p95": "rank_high"}


@dataclasses.dataclass(frozen=True, eq=False)
class Element:
    """One element of the programme with its alternatives.

    Parameters
    ----------
    rule
        Which alternatives it has.
    sites
        Alternatives as :mod:`layers.candidates.figures` gives them, indexed by ``place_id``.
    measures
        Their raw figures, indexed alike.
    criteria
        Which measures count, and how much.
    evidence
        Sources, and periods, of the measures where they differ from place to place, indexed by
        ``indicator`` and ``place_id``; those of the other measures stand in the table of criteria.
    """

    rule: tables.Rule
    sites: gpd.GeoDataFrame
    measures: pd.DataFrame
    criteria: framework.Framework
    evidence: pd.DataFrame

    @property
    def id(self) -> str:
        """The element's ``programme_id``."""
        return self.rule.programme_id


def elements(
    region: Region, places: gpd.GeoDataFrame, figures: collections.abc.Iterable[pd.DataFrame]
) -> list[Element]:
    """Alternatives of every element with their measures and criteria, by ``programme_id``.

    Parameters
    ----------
    places
        As :func:`layers.candidates.figures.layer` gives them.
    figures
        As :func:`layers.candidates.figures.figures` and :func:`layers.candidates.surfaces.figures` give them.

    Raises
    ------
    InputError
        One line for each thing wrong in the table of criteria: an unknown measure, weights that do not
        sum to one, an element without criteria, a criterion without goalposts if alternatives are few.
    """
    rules, table = tables.rules(region), tables.criteria(region)
    names = [rule.programme_id for rule in rules]
    whole = pd.concat(figures, ignore_index=True)
    by_element = {str(name): own for name, own in whole.groupby("programme_id")}
    frameworks = framework.from_table(
        table, families=names, known=set(whole["indicator"]), name=tables.CRITERIA_FILE
    )
    measured = {
        name: own.pivot_table("value", "place_id", "indicator", aggfunc="first", dropna=False)
        for name, own in by_element.items()
    }
    findings = [
        f"{tables.CRITERIA_FILE}: {name}: {line}"
        for name, criteria in frameworks.items()
        for line in criteria.uncompared(len(measured[name]))
    ]
    if findings:
        raise errors.InputError(findings)
    return [
        _element(rule, places, by_element[name], measured[name], frameworks[name])
        for name, rule in zip(names, rules, strict=True)
    ]


def draws(region: Region, found: list[Element]) -> dict[str, uncertainty.Draws]:
    """Rank the alternatives of each element under other weights and methods, by ``programme_id``."""
    given = region.candidates
    return {
        one.id: uncertainty.draw(
            one.measures,
            one.criteria,
            method=method(region, one.criteria),
            doubt=uncertainty.Doubt(
                draws=given.draws,
                concentration=given.concentration,
                normalisations=normalise.methods(one.criteria),
            ),
        )
        for one in found
    }


def sites(region: Region, found: list[Element], drawn: dict[str, uncertainty.Draws]) -> gpd.GeoDataFrame:
    """Rank the alternatives of each element.

    Parameters
    ----------
    found, drawn
        As :func:`elements` and :func:`draws` give them.

    Returns
    -------
    geopandas.GeoDataFrame
        Points in EPSG:4326, by element and rank: ``site_id``, ``programme_id``, ``kind``, ``place_id``,
        ``country`` (both for a pair), ``is_proposed``, names, ``unit_ids``, ``score`` (0..1, missing under
        the minimum coverage), ``rank`` and ``rank_last`` (first and last place of a tie), ``coverage``,
        median rank and its 90 % interval, ``top_share``, ``alternatives`` (how many are ranked),
        ``behind_best_pct`` and, where a fund is shared out, ``share_pct``.
    """
    return gpd.GeoDataFrame(
        pd.concat([_ranked(region, one, drawn[one.id]) for one in found], ignore_index=True)
    )


def terms(region: Region, found: list[Element]) -> pd.DataFrame:
    """Every number that makes up the scores, a row for each site and criterion."""
    told = tables.criteria(region).set_index(["family", "indicator"])
    frames = []
    for element in found:
        frame = composite.terms(element.measures, element.criteria, method=method(region, element.criteria))
        keys = pd.MultiIndex.from_product([[element.id], frame["indicator"]])
        numbers = frame[["normalised", "weight", "weight_used", "contribution"]].round(_SCORE_DECIMALS)
        named = {
            "programme_id": element.id,
            "site_id": _site_ids(element.id, frame["unit_id"]),
            "indicator": frame["indicator"],
            "value": frame["raw"],
        }
        about = told.loc[keys, ["period", "source"]].set_axis(["period", "source_ids"], axis=1)
        keys = pd.MultiIndex.from_frame(frame[["indicator", "unit_id"]])
        own = element.evidence.reindex(keys).reset_index(drop=True)
        about = own[about.columns].combine_first(about.reset_index(drop=True))
        frames.append(pd.DataFrame(named).join(numbers).join(about))
    return pd.concat(frames, ignore_index=True).sort_values(
        ["programme_id", "site_id", "indicator"], ignore_index=True
    )


def facts(region: Region, known: pd.DataFrame, ranked: pd.DataFrame) -> pd.DataFrame:
    """Add to the facts of :func:`layers.candidates.facts.facts` which alternative ranks first.

    Parameters
    ----------
    known
        Facts that no weight decides.
    ranked
        As :func:`sites` gives them.
    """
    first = ranked.drop_duplicates("programme_id")
    best = first[["programme_id", *region.columns("name")]].assign(
        site_id="",
        fact="best",
        subject_id=first["site_id"],
        value=first["score"].map("{:.10g}".format),
        unit="share",
    )
    both = pd.concat([known, best.reindex(columns=known.columns, fill_value="")])
    return both.sort_values(["programme_id", "site_id", "fact", "subject_id"], ignore_index=True)


def left_out(region: Region, found: list[Element]) -> pd.DataFrame:
    """Compare the ranks without each criterion in turn with the ranks with all of them."""
    frames = []
    for element in found:
        without = uncertainty.leave_one_out(
            element.measures, element.criteria, method=method(region, element.criteria)
        )
        frame = without.reset_index()
        moved = frame["unit_most_moved"]
        told = {
            "programme_id": element.id,
            "indicator": frame["indicator"],
            "spearman": frame["spearman"].round(4),
            "rank_change_max": frame["shift_max"].astype("Int64"),
            "site_id": _site_ids(element.id, moved).where(moved.notna()),
        }
        frames.append(pd.DataFrame(told))
    return pd.concat(frames, ignore_index=True).sort_values(["programme_id", "indicator"], ignore_index=True)


def doubt(drawn: dict[str, uncertainty.Draws]) -> pd.DataFrame:
    """Tell how the drawn ranks agree with the base.

    Returns
    -------
    pandas.DataFrame
        ``programme_id``, ``spearman_median``, ``spearman_low`` (5% are lower), ``draws``,
        ``alternatives`` ranked.
    """
    table = pd.DataFrame([{"programme_id": name, **one.agreement()} for name, one in drawn.items()])
    return table.round(4).rename(columns={"units": "alternatives"})


def method(region: Region, criteria: framework.Framework) -> composite.Method:
    """How criteria become a score: by their goalposts if they have them, else among the alternatives."""
    least = region.candidates.minimum_coverage
    return composite.Method(normalisation=normalise.methods(criteria)[0], minimum_coverage=least)


def _element(
    rule: tables.Rule,
    places: gpd.GeoDataFrame,
    figures: pd.DataFrame,
    measures: pd.DataFrame,
    criteria: framework.Framework,
) -> Element:
    own = places[places["programme_id"] == rule.programme_id].set_index("place_id").sort_index()
    evidence = figures.set_index(["indicator", "place_id"])[["period", "source_ids"]]
    return Element(rule, own, measures.reindex(own.index), criteria, evidence)


def _ranked(region: Region, element: Element, drawn: uncertainty.Draws) -> gpd.GeoDataFrame:
    top = region.candidates.top
    ranks = drawn.summary(top=[top]).rename(columns=_RANKS | {f"p_top_{top}": "top_share"})
    table = element.sites[["country", "is_proposed", *region.columns("name"), "unit_ids", "geometry"]].join(
        ranks
    )
    table = table.assign(
        alternatives=int(ranks["score"].notna().sum()),
        behind_best_pct=((1 - ranks["score"] / ranks["score"].max()) * 100).round(2),
        share_pct=_shares(element, ranks["score"]),
        score=ranks["score"].round(_SCORE_DECIMALS),
        coverage=ranks["coverage"].round(4),
        top_share=ranks["top_share"].round(4),
    )
    table = table.rename_axis("place_id").reset_index().sort_values(["rank", "place_id"], ignore_index=True)
    table.insert(0, "site_id", _site_ids(element.id, table["place_id"]))
    table.insert(1, "programme_id", element.id)
    table.insert(2, "kind", element.rule.kind)
    return table[[*_FIRST, *region.columns("name"), *_LAST, "geometry"]]


def _shares(element: Element, score: pd.Series) -> pd.Series:
    """Percent of a fund by parity: equal parts to the countries, inside them by population times score."""
    if element.rule.allocation != "parity":
        return pd.Series(np.nan, index=score.index)
    weight = score * element.sites["population_persons"]
    country = element.sites["country"]
    share: pd.Series = weight / weight.groupby(country).transform("sum") / country.nunique() * 100
    return share.round(4)


def _site_ids(programme_id: str, place_ids: pd.Series) -> pd.Series:
    return programme_id + ":" + place_ids.astype(str)


_FIRST = ("site_id", "programme_id", "kind", "place_id", "country", "is_proposed")
_LAST = (
    "unit_ids",
    *("score", "rank", "rank_last", "coverage", "rank_median", "rank_low", "rank_high", "top_share"),
    *("alternatives", "behind_best_pct", "share_pct"),
)
