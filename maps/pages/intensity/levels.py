"""What the map of cooperation intensity knows of each level, and how its figures are said and classed."""

from __future__ import annotations

import dataclasses
import functools
import typing

import pandas as pd

from layers.region import Region
from maps import texts
from maps.parts import analyses, classes, frames, palettes
from maps.web import spec

PAGE = "cooperation_intensity"
# Table and column of the ids of each level.
LEVELS: dict[spec.Level, tuple[str, str]] = {
    "district": ("intensity_districts", "unit_id"),
    "oblast": ("intensity_oblasts", "unit_id"),
    "district_pair": ("intensity_district_pairs", "pair_id"),
    "oblast_pair": ("intensity_oblast_pairs", "border_id"),
}
COLOURS = {
    "overall": "#225ea8",
    "realised": "#d7301f",
    "potential": "#02818a",
    "convergence": "#88419d",
}
RAMPS = {"overall": "YlGnBu", "realised": "OrRd", "potential": "PuBuGn", "convergence": "BuPu"}
_LOWEST = "#f6f3ea"
# A lowest figure that so many share is a class of its own.
_SHARED = 0.25


@dataclasses.dataclass(frozen=True, eq=False)
class Level:
    """Figures of one level.

    ``table`` is indexed by unit or pair, ``criteria`` are the rows of the framework, ``periods`` those of
    the figures by unit and indicator, ``counting`` the figures that count documents, ``top`` the k of
    P(rank ≤ k), ``families`` what is scored, the whole first.
    """

    name: spec.Level
    table: pd.DataFrame
    criteria: tuple[frames.Row, ...]
    periods: dict[tuple[str, str], str]
    counting: frozenset[str]
    top: int
    families: tuple[str, ...]

    @functools.cached_property
    def rows(self) -> dict[str, dict[typing.Any, typing.Any]]:
        """Row of the table of each unit or pair."""
        return _rows(self.table)

    @functools.cached_property
    def scores(self) -> dict[str, dict[str, dict[typing.Any, typing.Any]]]:
        """Scores, ranks and coverage of each unit or pair, by family."""
        own = {family: self.table.filter(regex=f"^{family}_") for family in self.families}
        return {
            family: _rows(found.set_axis(found.columns.str.removeprefix(f"{family}_"), axis=1))
            for family, found in own.items()
        }

    @functools.cached_property
    def scored(self) -> dict[str, int]:
        """How many units or pairs have a score, by family."""
        return {family: int(self.table[f"{family}_rank"].notna().sum()) for family in self.families}

    @functools.cached_property
    def documented(self) -> dict[str, int]:
        """How many units or pairs have a document, by the figures that count documents.

        A family stands for its figures together: realised, and the whole that rests on it.
        """
        counts = self.counting & set(self.table.columns)
        if "realised" not in self.families:
            return {}
        realised = [row["indicator"] for row in self.criteria if row["family"] == "realised"]
        together = int((self.table[realised] > 0).any(axis=1).sum())
        own = {name: int((self.table[name] > 0).sum()) for name in counts}
        return own | {"overall": together, "realised": together}


def families(region: Region) -> tuple[str, ...]:
    """Name what is scored: the whole, and the families that it rests on."""
    return ("overall", *region.intensity.families)


def levels(region: Region, tables: frames.Frames) -> tuple[Level, ...]:
    """Levels in the order in which they are offered."""
    found = []
    groups = (*region.intensity.link_groups, *region.intensity.zone_groups)
    counting = frozenset(f"{name}_per_100k" for name in groups)
    framework, terms = tables["framework"], tables["intensity_terms"]
    for name, (frame, key) in LEVELS.items():
        own = terms[(terms["level"] == name) & (terms["family"] != "overall")]
        keys = own[["unit_id", "indicator"]].itertuples(index=False, name=None)
        periods = dict(zip(keys, own["period"], strict=True))
        criteria = tuple(framework[framework["level"] == name].to_dict("records"))
        table, top = tables[frame].set_index(key).sort_index(), region.intensity.top[name]
        found.append(Level(name, table, criteria, periods, counting, top, families(region)))
    return tuple(found)


def _rows(table: pd.DataFrame) -> dict[str, dict[typing.Any, typing.Any]]:
    return dict(zip(table.index.astype(str), table.to_dict("records"), strict=True))


def word(region: Region, key: str) -> texts.Label:
    """Text of this page."""
    return texts.label(region, f"{PAGE}.{key}")


def side(region: Region, indicator: str) -> texts.Label:
    """Whether a figure looks over the border or into the own country."""
    return word(region, "side.domestic" if "_domestic" in indicator else "side.foreign")


def decimal(region: Region, value: float, digits: int) -> texts.Label:
    """Write a number as each language does."""
    plain = f"{value:.{digits}f}".replace("-", "\u2212")
    return texts.decimal(region, plain)


def score(of: Level, unit_id: str, family: str) -> spec.Figure | None:
    """Score of one unit with coverage and ranks; nothing if too little is known for one."""
    return analyses.score(of.scores[family][unit_id], top=of.top, of=of.scored[family])


def classed(values: pd.Series, ramp: str) -> analyses.Classes:
    """Classes of figures; a lowest figure that many share is a class of its own, nearly white."""
    known = values.dropna().astype(float)
    lowest = known.min()
    if known.nunique() < 2 or (known == lowest).mean() <= _SHARED:
        bounds = classes.breaks(known)
        return bounds, palettes.ramp(ramp, len(bounds))
    above = classes.breaks(known[known > lowest], k=min(4, known.nunique() - 1))
    return (float(lowest), *above), (_LOWEST, *palettes.ramp(ramp, len(above) + 1)[1:])
