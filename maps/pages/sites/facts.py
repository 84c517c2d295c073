"""What cards of the programme and of its alternatives say: scores with their terms, tables, figures."""

from __future__ import annotations

import collections
import collections.abc
import dataclasses

import pandas as pd

from layers.region import Region
from maps import texts
from maps.parts import analyses, figures, frames
from maps.web import spec

_PAGE = "candidate_sites"

Cells = tuple[texts.Label, tuple[float | texts.Label, ...]]


class Known:
    """Frames of the candidates, by element and by site."""

    def __init__(self, region: Region, tables: frames.Frames) -> None:
        self.region = region
        self.sites = by(tables["candidate_sites"].drop(columns="geometry"), "programme_id")
        self.facts = by(tables["candidate_facts"], "programme_id")
        self.left_out = by(tables["candidate_left_out"], "programme_id")
        self.optimum = by(tables["optimum_proposals"], "programme_id")
        self.names = {row["site_id"]: texts.of(region, row) for rows in self.sites.values() for row in rows}
        self.places = {
            row["settlement_id"]: texts.of(region, row) for row in tables["settlements"].to_dict("records")
        }
        self.titles = {
            row["programme_id"]: texts.of(region, row, "title")
            for row in tables["programme"].to_dict("records")
        }
        self.oblasts = {row["unit_id"]: texts.of(region, row) for row in tables["oblasts"].to_dict("records")}
        self.oblast_of = dict(tables["districts"][["unit_id", "oblast_id"]].to_numpy())
        self.criteria = {
            (row["family"], row["indicator"]): row for row in tables["candidate_criteria"].to_dict("records")
        }
        self._terms = by(tables["candidate_terms"], "site_id")
        self._top = region.candidates.top

    def settled(self, settlement_ids: str) -> texts.Label:
        """Names of settlements whose ids stand in one text."""
        return texts.joined([self.places[one] for one in settlement_ids.split()], ", ")

    def figure(self, row: frames.Row) -> spec.Figure | None:
        """Score of a site with its doubt."""
        return analyses.score(row, top=self._top, of=int(row["alternatives"]))

    def composite(self, row: frames.Row, title: texts.Label) -> spec.Composite:
        """Score of a site with its terms."""
        terms = tuple(
            analyses.term(self.region, term, self.criteria[term["programme_id"], term["indicator"]])
            for term in self._terms[row["site_id"]]
        )
        return spec.Composite(title, terms, self.figure(row), float(row["coverage"]))


def by(table: pd.DataFrame, key: str) -> dict[str, list[frames.Row]]:
    """Rows of a table by one of its columns."""
    found: collections.defaultdict[str, list[frames.Row]] = collections.defaultdict(list)
    for row in table.to_dict("records"):
        found[str(row[key])].append(row)
    return dict(found)


def rows(table: pd.DataFrame, **equal: object) -> list[frames.Row]:
    """Rows of a table in which the named columns have these values."""
    kept = table
    for column, value in equal.items():
        kept = kept[kept[column] == value]
    return list(kept.to_dict("records"))


def populations(region: Region, facts: list[frames.Row]) -> tuple[spec.Row, ...]:
    """People of the units of the proposal, each figure with its year and source."""
    return tuple(
        spec.Row(
            texts.joined([texts.label(region, "row.population"), texts.of(region, row)], ": "),
            (
                spec.Figure(
                    float(row["value"]),
                    texts.label(region, "measure.persons"),
                    row["period"],
                    row["source_ids"],
                ),
            ),
        )
        for row in facts
        if row["fact"] == "population"
    )


def tables(region: Region, programme_id: str, known: Known) -> tuple[spec.Table, ...]:
    """Tables of an element's card: how far from the optimum, what is near, by what it is compared."""
    facts = known.facts[programme_id]
    found = (
        _against_optimum(region, programme_id, known),
        _shares(region, known.sites[programme_id], known),
        _near(region, facts, "zone"),
        _near(region, facts, "neighbour"),
        _criteria(region, programme_id, known),
    )
    return tuple(table for table in found if table.rows)


def table(
    region: Region,
    name: str,
    columns: tuple[str, ...],
    rows: collections.abc.Iterable[Cells],
    unit_ids: tuple[str, ...] = (),
) -> spec.Table:
    """Table of this page with its note."""
    heads = tuple(texts.label(region, f"{_PAGE}.column.{column}") for column in columns)
    title, note = (texts.label(region, f"{_PAGE}.table.{key}") for key in (name, f"{name}_note"))
    return spec.Table(title, heads, tuple(rows), note, figures.COMPUTED, unit_ids)


def _against_optimum(region: Region, programme_id: str, known: Known) -> spec.Table:
    lines = (
        (
            texts.label(region, f"{_PAGE}.goal.{row['goal']}").format(count=int(row["p"])),
            (row["value"], row["best_value"], row["behind_pct"], known.settled(row["best_sites"])),
        )
        for row in known.optimum.get(programme_id, [])
    )
    return table(region, "optimum", ("proposed", "best", "behind", "where"), lines)


def _shares(region: Region, sites: list[frames.Row], known: Known) -> spec.Table:
    """Shares of a fund by oblast, where there is one."""
    shares = {str(row["place_id"]): float(row["share_pct"]) for row in sites if pd.notna(row["share_pct"])}
    by_oblast = pd.Series(shares, dtype=float).groupby(known.oblast_of).sum().round(2)
    lines = ((known.oblasts[str(oblast)], (share,)) for oblast, share in by_oblast.items())
    return table(region, "shares", ("fund",), lines, tuple(map(str, by_oblast.index)))


def _near(region: Region, facts: list[frames.Row], fact: str) -> spec.Table:
    """Zones in minutes, or neighbours with their people, which are not computed here."""
    own = [row for row in facts if row["fact"] == fact]
    lines = ((texts.of(region, row), (float(row["value"]),)) for row in own)
    if fact == "zone":
        return table(region, fact, ("min",), lines)
    unit_ids = tuple(str(row["subject_id"]) for row in own)
    return dataclasses.replace(table(region, fact, ("people",), lines, unit_ids), source_id="")


def _criteria(region: Region, programme_id: str, known: Known) -> spec.Table:
    """Weights, and what happens to the ranks without each criterion."""
    lines = (
        (
            texts.of(region, known.criteria[programme_id, row["indicator"]], "title"),
            (
                float(known.criteria[programme_id, row["indicator"]]["weight"]),
                row["spearman"],
                row["rank_change_max"],
                known.names[row["site_id"]],
            ),
        )
        for row in known.left_out[programme_id]
    )
    return table(region, "criteria", ("weight", "spearman", "moved", "most_moved"), lines)
