"""Where centres for both sides would serve most: the best of one to ten, and the proposals beside them."""

from __future__ import annotations

from layers.region import Region
from maps import texts
from maps.pages.sites import facts
from maps.parts import analyses, figures, frames
from maps.web import spec

_NAMES = ("name_{}",)
COLUMNS = {
    "optimum": ("goal", "p", "value", "share_pct", "gap_pct", "sites"),
    "optimum_sites": (
        *("site_id", "goal", "p", *_NAMES, "people", "people_domestic", "people_foreign", "mean_min"),
        "geometry",
    ),
    "optimum_proposals": ("programme_id", "goal", "p", "value", "best_value", "behind_pct", "best_sites"),
}
_PAGE = "candidate_sites"
_COLOURS = {"median": "#5b2a86", "covering": "#b5472a", "foreign": "#00695c"}
_FIRST = 3


def goals(region: Region, tables: frames.Frames, known: facts.Known, words: figures.Words) -> spec.Layer:
    """Goals, each with what one to ten centres achieve and how far the proposals are from that."""
    symbols = tuple(
        spec.Symbol(texts.label(region, f"{_PAGE}.centres"), "triangle", colour, 13)
        for colour in _COLOURS.values()
    )
    features = tuple(
        spec.Feature(
            f"goal-{goal}",
            title.capitalised(),
            list(_COLOURS).index(goal),
            None,
            tables=(_frontier(region, tables, known, goal), _proposals(region, tables, known, goal)),
            brief=_brief(region, tables, known, goal),
            shows=("sides", f"optimum-{goal}-{_FIRST}"),
        )
        for goal, title in _goals(tables, words).items()
    )
    title, group = texts.label(region, f"{_PAGE}.goals"), texts.label(region, f"{_PAGE}.goals")
    return spec.Layer("goals", title, group, symbols, features, listed=True)


def centres(region: Region, tables: frames.Frames, words: figures.Words) -> tuple[spec.Layer, ...]:
    """Best centres of each goal, a slider over their number."""
    found = tables["optimum_sites"]
    return tuple(
        spec.Layer(
            f"optimum-{goal}-{p}",
            title.capitalised(),
            texts.label(region, f"{_PAGE}.goals"),
            (spec.Symbol(title.capitalised(), "triangle", _COLOURS[goal], 15),),
            tuple(_centre(region, row) for row in own.sort_values("settlement_id").to_dict("records")),
            note=texts.label(region, f"{_PAGE}.centres_note.{goal}"),
            series=f"optimum-{goal}",
            step=texts.label(region, f"{_PAGE}.centres_step").format(count=str(p)),
        )
        for goal, title in _goals(tables, words).items()
        for p, own in found[found["goal"] == goal].groupby("p")
    )


def _goals(tables: frames.Frames, words: figures.Words) -> dict[str, texts.Label]:
    known = set(tables["optimum"]["goal"])
    return {name: title for name, title in words.terms("goal").items() if name in known}


def _brief(region: Region, tables: frames.Frames, known: facts.Known, goal: str) -> texts.Label:
    row = facts.rows(tables["optimum"], goal=goal, p=1)[0]
    return texts.label(region, f"{_PAGE}.goal_brief").format(name=known.settled(row["sites"]))


def _centre(region: Region, row: frames.Row) -> spec.Feature:
    people = {name: row[name] for name in ("people", "people_domestic", "people_foreign")}
    return spec.Feature(
        row["site_id"],
        texts.of(region, row),
        0,
        row["geometry"],
        (
            *(
                spec.Row(texts.label(region, f"{_PAGE}.{name}"), (analyses.figure(region, value, "persons"),))
                for name, value in people.items()
            ),
            spec.Row(
                texts.label(region, f"{_PAGE}.mean_min"), (analyses.figure(region, row["mean_min"], "min"),)
            ),
        ),
        related=(f"goal-{row['goal']}",),
    )


def _frontier(region: Region, tables: frames.Frames, known: facts.Known, goal: str) -> spec.Table:
    """Tell what each number of centres achieves."""
    lines = (
        (
            texts.plain(f"k = {row['p']}"),
            (
                row["value"],
                row["share_pct"],
                row["gap_pct"],
                known.settled(row["sites"]),
            ),
        )
        for row in facts.rows(tables["optimum"].sort_values("p"), goal=goal)
    )
    return facts.table(region, f"frontier.{goal}", (f"value_{goal}", "people_pct", "gap", "where"), lines)


def _proposals(region: Region, tables: frames.Frames, known: facts.Known, goal: str) -> spec.Table:
    """How far the places of each element, and of all together, are from as many best ones."""
    titles = known.titles | {"all": texts.label(region, f"{_PAGE}.all_elements")}
    lines = (
        (titles[row["programme_id"]], (row["p"], row["value"], row["best_value"], row["behind_pct"]))
        for row in facts.rows(tables["optimum_proposals"], goal=goal)
    )
    return facts.table(region, "proposals", ("p", "proposed", "best", "behind"), lines)
