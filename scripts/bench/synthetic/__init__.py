"""Synthetic regions: whole region folders drawn from a seed, for tests and benchmarks.

Two countries that do not exist, in the open ocean: nothing in them is copied from a real region, and no code
but this knows them.
"""

from __future__ import annotations

import pathlib

import pandas as pd

from layers import embedded
from layers.dictionary import ids
from layers.io import store
from layers.snapshot import report as coverage_report
from layers.snapshot import steering
from scripts.bench.synthetic import background, dictionary, features, figures, ground, people, rails, settings
from scripts.bench.synthetic import crossings as crossings_of
from scripts.bench.synthetic import report as report_of
from scripts.bench.synthetic import roads as roads_of
from scripts.bench.synthetic import units as units_of
from scripts.bench.synthetic.spec import COUNTRIES, Spec

__all__ = ["Spec", "write"]


def write(folder: pathlib.Path, spec: Spec) -> None:
    """Write a region folder; files that are there are replaced."""
    for part in ("tables", "facts", "snapshot", "texts"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    on = ground.draw(spec)
    known = units_of.draw(spec, on)
    settlements = people.settlements(spec, on, known)
    districts = units_of.districts(on, known)
    border = report_of.pairs(districts)
    crossings = _ways(folder, spec, on, known)
    _snapshot(folder / "snapshot", spec, on, known, settlements)
    _coverage(folder, spec, known, districts, border, corridors=_corridors(settlements, border))
    _tables(folder, spec, known, settlements, border, crossings)
    if spec.crosswalk:
        store.write_table(pd.DataFrame(units_of.crosswalk(on, known)), folder / "tables" / "crosswalk.csv")
    for language in spec.languages:
        _text(folder / "texts" / f"{language}.toml", settings.toml(settings.texts(spec)))
    digests = pd.Series(steering.digests(folder), name="sha256").rename_axis("file").reset_index()
    store.write_table(digests, folder / "snapshot" / steering.FILE)


def _ways(folder: pathlib.Path, spec: Spec, on: ground.Ground, known: units_of.Units) -> dictionary.Rows:
    """Write roads, railways and where they meet the border; return what is known of the crossings."""
    snapshot = folder / "snapshot"
    roads, by_road = roads_of.draw(spec, on)
    railways, stations, by_rail = rails.draw(spec, on, known)
    crossings, places = crossings_of.tables(spec, known, by_road + by_rail)
    store.write_geojson(roads, snapshot / "roads.geojson", decimals=ground.DECIMALS)
    store.write_geojson(railways, snapshot / "railways.geojson", decimals=ground.DECIMALS)
    store.write_table(stations, snapshot / "rail_stations.csv")
    store.write_table(places, snapshot / "crossing_places.csv")
    return crossings


def _snapshot(
    folder: pathlib.Path, spec: Spec, on: ground.Ground, known: units_of.Units, settlements: pd.DataFrame
) -> None:
    """Write what lies on the ground."""
    facts = figures.draw(spec, known, settlements)
    store.write_geojson(background.water(spec, on), folder / "water.geojson", decimals=ground.DECIMALS)
    context = background.context(spec, on, known)
    store.write_geojson(context, folder / "context.geojson", decimals=ground.DECIMALS)
    store.write_table(settlements, folder / "settlements.csv")
    store.write_table(facts, folder / "facts.csv")
    store.write_table(figures.checks(spec, facts), folder / "population_checks.csv")


def _coverage(
    folder: pathlib.Path,
    spec: Spec,
    known: units_of.Units,
    districts: pd.DataFrame,
    border: pd.DataFrame,
    *,
    corridors: list[tuple[str, str]],
) -> None:
    """Write the districts, and what is to be known of them beforehand."""
    oblast = pd.Series([known.oblast_ids[own] for own in known.oblast], index=known.ids)
    area_km2 = report_of.area_km2(districts, oblast)
    store.write_geojson(districts, folder / "snapshot" / "districts.geojson", decimals=ground.DECIMALS)
    coverage_report.write(report_of.coverage(districts, area_km2, border), folder / "snapshot")
    counts = oblast.value_counts().reindex(known.oblast_ids)
    tree = settings.region(
        spec, districts=counts, area_km2=area_km2.loc[counts.index], pairs=border, corridors=corridors
    )
    _text(folder / embedded.FILE, settings.toml(tree))


def _tables(
    folder: pathlib.Path,
    spec: Spec,
    known: units_of.Units,
    settlements: pd.DataFrame,
    border: pd.DataFrame,
    crossings: dictionary.Rows,
) -> None:
    """Write what is kept by hand."""
    longest = border.sort_values("km", ascending=False).iloc[0]
    first = crossings[0]["crossing_id"]
    towns = settlements[settlements["centre_of"] != ""]
    tables = {
        "units.csv": units_of.table(spec, known),
        "crossings.csv": crossings,
        **dictionary.tables(spec, first),
        **features.tables(spec, towns, (longest["a"], longest["b"]), first),
    }
    if spec.claims:
        tables["claims.csv"] = features.claims(spec, float(border["km"].sum()))
    for file, rows in tables.items():
        store.write_table(pd.DataFrame(rows), folder / "tables" / file)
    store.write_table(figures.stated(float(border["km"].sum())), folder / "facts" / "stated.csv")


def _corridors(settlements: pd.DataFrame, border: pd.DataFrame) -> list[tuple[str, str]]:
    """Pairs of the largest towns of the two sides, then the districts with the longest common border."""
    towns = settlements[settlements["centre_of"] != ""].sort_values("population", ascending=False)
    country = towns["centre_of"].map(ids.country)
    first, second = (towns.loc[country == one, "centre_of"].tolist()[:3] for one in COUNTRIES)
    near = border.sort_values("km", ascending=False)[["a", "b"]].itertuples(index=False, name=None)
    return list(dict.fromkeys([*zip(first, second, strict=False), *near]))


def _text(path: pathlib.Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
