"""Elements of the programme on the map: the proposals, the alternatives of each, what is documented."""

from __future__ import annotations

import dataclasses
import math

import shapely

from layers.dictionary import ids
from layers.region import Region
from maps import texts
from maps.pages.sites import facts as sites_facts
from maps.parts import analyses, figures, frames, overlays, popups
from maps.web import spec

_NAMES = ("name_{}",)
COLUMNS = {
    "candidate_sites": (
        *("site_id", "programme_id", "kind", "place_id", "is_proposed", "unit_ids", *_NAMES, "geometry"),
        *("score", "rank", "rank_last", "coverage", "rank_median", "rank_low", "rank_high", "top_share"),
        *("alternatives", "behind_best_pct", "share_pct"),
    ),
    "candidate_terms": (
        *("programme_id", "site_id", "indicator", "value", "normalised", "weight", "weight_used"),
        *("contribution", "period", "source_ids"),
    ),
    "candidate_criteria": ("family", "indicator", "weight", *frames.TITLES, *analyses.GOALPOSTS),
    "candidate_left_out": ("programme_id", "indicator", "spearman", "rank_change_max", "site_id"),
    "candidate_facts": (
        *("programme_id", "site_id", "fact", "subject_id", "value", "period", "source_ids", *_NAMES),
    ),
    "corridors": (
        *("route_id", "from_id", "to_id", "choice", "length_km", "travel_min", "crossing_ids", "geometry"),
    ),
    "optimum_proposals": ("programme_id", "goal", "p", "value", "best_value", "behind_pct", "best_sites"),
}
FUND_SHARE, FUND_SCORE = "fund_share", "fund_score"
_PAGE = "candidate_sites"
_PROPOSED, _BEST, _OTHER = "#c2185b", "#0b5d8a", "#7fa8bf"
_LINES = ("district_pair", "city_pair")
# Facts that are features of the map themselves, with how their ids begin there.
_RELATED = {"link": "", "oblast_link": "", "zone": "", "crossing": "crossing-", "corridor": "corridor-"}


@dataclasses.dataclass(frozen=True)
class Share:
    """What the fund means for a district."""

    rows: tuple[spec.Row, ...]
    composites: tuple[spec.Composite, ...]


def elements(
    region: Region,
    tables: frames.Frames,
    known: sites_facts.Known,
    subjects: figures.Subjects,
    words: figures.Words,
) -> spec.Layer:
    """Seven elements, each with its alternatives, its distance from the best, and its fact sheet."""
    layer = overlays.documented(region, tables, subjects, words, kind="programme")
    kinds = region.table("candidate_kinds.csv").to_dict("records")
    rules = {row["programme_id"]: texts.of(region, row, "rule") for row in kinds}
    features = tuple(_element(region, feature, known, rules[feature.id]) for feature in layer.features)
    return dataclasses.replace(layer, features=features, note=texts.label(region, f"{_PAGE}.elements_note"))


def alternatives(region: Region, tables: frames.Frames, known: sites_facts.Known) -> tuple[spec.Layer, ...]:
    """Draw what each element is compared with, a layer for each; districts of the fund are the units."""
    places = _Places(region, tables)
    return tuple(
        spec.Layer(
            _layer_id(programme_id),
            texts.label(region, f"{_PAGE}.alternatives"),
            texts.label(region, "group.programme"),
            _symbols(region, rows[0]["kind"]),
            tuple(_alternative(region, row, known, places) for row in sorted(rows, key=_drawn_last)),
            note=texts.label(region, f"{_PAGE}.straight") if rows[0]["kind"] == "city_pair" else texts.EMPTY,
            series="alternatives",
            step=known.titles[programme_id],
            choice=True,
        )
        for programme_id, rows in known.sites.items()
        if rows[0]["kind"] != "district"
    )


def fund(region: Region, known: sites_facts.Known) -> dict[str, Share]:
    """Share of the fund by district, with the terms of its score."""
    title = texts.label(region, f"{_PAGE}.fund_share")
    return {
        str(row["place_id"]): Share(
            (popups.computed(title, row["share_pct"], texts.label(region, "measure.pct")),),
            (known.composite(row, texts.label(region, f"{_PAGE}.fund_score")),),
        )
        for rows in known.sites.values()
        for row in rows
        if not math.isnan(row["share_pct"])
    }


def corridors(region: Region, tables: frames.Frames, names: analyses.Names) -> spec.Layer:
    """Routes of the proposed pairs."""
    facts = tables["candidate_facts"]
    own = set(facts.loc[facts["fact"] == "corridor", "subject_id"])
    routes = tables["corridors"]
    chosen = routes[routes["route_id"].isin(own)].sort_values("route_id")
    symbols = (
        spec.Symbol(texts.label(region, "corridors.best"), "line", "#6a1b6e", 3.2),
        spec.Symbol(texts.label(region, "corridors.next_best"), "line", "#6a1b6e", 1.8, "6 4"),
    )
    features = tuple(
        spec.Feature(
            f"corridor-{row['route_id']}",
            texts.joined([names.centres[row["from_id"]], names.centres[row["to_id"]]], " – "),
            int(row["choice"] != "best"),
            shapely.simplify(row["geometry"], 0.002),
            (
                popups.stated(region, "corridors.time", analyses.duration(region, row["travel_min"])),
                popups.length(region, row["length_km"]),
                popups.stated(region, "corridors.crossings", names.passed(row["crossing_ids"])),
            ),
        )
        for row in chosen.to_dict("records")
    )
    title = texts.label(region, f"{_PAGE}.corridors")
    return spec.Layer(
        "corridors", title, texts.label(region, "group.programme"), symbols, features, visible=True
    )


class _Places:
    """Where alternatives are drawn."""

    def __init__(self, region: Region, tables: frames.Frames) -> None:
        self._region = region
        self._points = dict(tables["settlements"][["settlement_id", "geometry"]].to_numpy())
        self._shared = dict(tables["district_pairs"][["pair_id", "geometry"]].to_numpy())
        self._sites = dict(tables["candidate_sites"][["site_id", "geometry"]].to_numpy())
        self._modes = dict(tables["crossings"][["crossing_id", "mode"]].to_numpy())

    def geometry(self, row: frames.Row) -> shapely.Geometry:
        """Shared piece of the border, straight line between towns, or the place itself."""
        if row["kind"] == "district_pair":
            return self._shared[row["place_id"]]
        if row["kind"] == "city_pair":
            return shapely.LineString([self._points[one] for one in ids.parts(row["place_id"])])
        return self._sites[row["site_id"]]

    def name(self, row: frames.Row) -> texts.Label:
        """Name, with the mode of a crossing, of which two may have one name."""
        if row["kind"] != "crossing":
            return texts.of(self._region, row)
        return texts.joined(
            [
                texts.of(self._region, row),
                texts.label(self._region, f"mode.{self._modes[row['place_id']]}"),
            ],
            ", ",
        )


def _layer_id(programme_id: str) -> str:
    return f"alternatives-{programme_id}"


def _drawn_last(row: frames.Row) -> tuple[bool, float]:
    """Proposals and the best lie on top."""
    return bool(row["is_proposed"]), -float(row["rank"])


def _symbols(region: Region, kind: str) -> tuple[spec.Symbol, ...]:
    top = region.candidates.top
    titles = (
        texts.label(region, f"{_PAGE}.proposed"),
        texts.label(region, f"{_PAGE}.first").format(top=top),
        texts.label(region, f"{_PAGE}.others"),
    )
    shape: spec.Shape = "line" if kind in _LINES else "circle"
    sizes = (6.0, 4.2, 2.0) if kind in _LINES else (15.0, 12.0, 8.0)
    colours = (_PROPOSED, _BEST, _OTHER)
    return tuple(
        spec.Symbol(title, shape, colour, size)
        for title, colour, size in zip(titles, colours, sizes, strict=True)
    )


def _alternative(region: Region, row: frames.Row, known: sites_facts.Known, places: _Places) -> spec.Feature:
    first = row["rank"] <= region.candidates.top
    return spec.Feature(
        row["site_id"],
        places.name(row),
        0 if row["is_proposed"] else 1 if first else 2,
        places.geometry(row),
        (_behind(region, row),),
        unit_ids=tuple(str(row["unit_ids"]).split()),
        brief=texts.label(region, f"{_PAGE}.is_proposed") if row["is_proposed"] else texts.EMPTY,
        composites=(known.composite(row, texts.label(region, f"{_PAGE}.score")),),
        related=(row["programme_id"],),
    )


def _behind(region: Region, row: frames.Row) -> spec.Row:
    title = texts.label(region, f"{_PAGE}.behind_best")
    return popups.computed(title, row["behind_best_pct"], texts.label(region, "measure.pct"))


def _behind_each(
    region: Region, proposed: list[frames.Row], known: sites_facts.Known
) -> tuple[spec.Row, ...]:
    """How far each proposal is behind, by name if there are several."""
    rows = [_behind(region, row) for row in proposed]
    if len(rows) < 2:
        return tuple(rows)
    names = [known.names[row["site_id"]] for row in proposed]
    return tuple(
        dataclasses.replace(row, title=texts.joined([row.title, name], ": "))
        for row, name in zip(rows, names, strict=True)
    )


def _element(
    region: Region, feature: spec.Feature, known: sites_facts.Known, rule: texts.Label
) -> spec.Feature:
    sites, facts = known.sites[feature.id], known.facts[feature.id]
    proposed = [row for row in sites if row["is_proposed"]]
    is_fund = sites[0]["kind"] == "district"
    target = FUND_SHARE if is_fund else _layer_id(feature.id)
    return dataclasses.replace(
        feature,
        geometry=None if is_fund else feature.geometry,
        unit_ids=() if is_fund else feature.unit_ids,
        brief=_brief(region, sites, proposed),
        rows=(*_behind_each(region, proposed, known), *feature.rows, *sites_facts.populations(region, facts)),
        notes=(spec.Note(rule, texts.label(region, f"{_PAGE}.rule")), *feature.notes),
        tables=sites_facts.tables(region, feature.id, known),
        composites=tuple(known.composite(row, known.names[row["site_id"]]) for row in proposed),
        shows=(target,) if is_fund else ("sides", target, *_ways(facts)),
        ranking=FUND_SCORE if is_fund else target,
        related=tuple(
            f"{_RELATED[row['fact']]}{row['subject_id']}" for row in facts if row["fact"] in _RELATED
        ),
    )


def _ways(facts: list[frames.Row]) -> tuple[str, ...]:
    return ("corridors",) if any(row["fact"] == "corridor" for row in facts) else ()


def _brief(region: Region, sites: list[frames.Row], proposed: list[frames.Row]) -> texts.Label:
    if proposed:
        row = proposed[0]
        return texts.label(region, f"{_PAGE}.brief").format(
            place=int(row["rank"]),
            of=int(row["alternatives"]),
            low=int(row["rank_low"]),
            high=int(row["rank_high"]),
        )
    return texts.label(region, f"{_PAGE}.brief_{sites[0]['kind']}").format(count=len(sites))
