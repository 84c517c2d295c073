"""Synthetic regions: whole region folders drawn from a seed, for tests and benchmarks.

Two countries that do not exist, in the open ocean: nothing in them is copied from a real region, and no code
but this knows them.
"""

from __future__ import annotations

import collections.abc
import pathlib

import pandas as pd

from layers import embedded
from layers.dictionary import ids
from layers.io import store
from layers.snapshot import report as coverage_report
from layers.snapshot import steering
from scripts.bench.synthetic import (
    background,
    dictionary,
    features,
    figures,
    ground,
    report,
    settings,
    units,
    ways,
)
from scripts.bench.synthetic.spec import Spec

__all__ = ["Spec", "write"]


def write(folder: pathlib.Path, spec: Spec) -> None:
    """Write a region folder; files that are there are replaced."""
    on = ground.draw(spec)
    known = units.draw(spec, on)
    for part in ("tables", "facts", "snapshot", "texts"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    settlements = units.settlements(spec, on, known)
    drawn = ways.draw(spec, on, known)
    crossings, places = ways.crossings(spec, known, drawn)
    between = _districts(folder, spec, on, known, settlements)
    _snapshot(folder / "snapshot", spec, on, known, settlements, drawn)
    store.write_table(places, folder / "snapshot" / "crossing_places.csv")
    towns = settlements[settlements["centre_of"] != ""]
    longest = between.sort_values("km", ascending=False).iloc[0]
    first = crossings[0]["crossing_id"]
    tables = {
        "units.csv": units.table(spec, known),
        "crossings.csv": crossings,
        **dictionary.tables(spec, first),
        **features.tables(spec, towns, (longest["a"], longest["b"]), first),
    }
    for file, rows in tables.items():
        store.write_table(pd.DataFrame(rows), folder / "tables" / file)
    store.write_table(figures.stated(float(between["km"].sum())), folder / "facts" / "stated.csv")
    for language in spec.languages:
        _text(folder / "texts" / f"{language}.toml", settings.toml(settings.texts(spec)))
    digests = pd.Series(steering.digests(folder), name="sha256").rename_axis("file").reset_index()
    store.write_table(digests, folder / "snapshot" / steering.FILE)


def _districts(
    folder: pathlib.Path, spec: Spec, on: ground.Ground, known: units.Units, settlements: pd.DataFrame
) -> pd.DataFrame:
    """Write what follows from the districts; return their pairs over the border."""
    districts = units.districts(on, known)
    oblast = pd.Series(
        {unit: known.oblast_ids[own] for unit, own in zip(known.ids, known.oblast, strict=True)}
    )
    area, between = report.area_km2(districts, oblast), report.pairs(districts)
    store.write_geojson(districts, folder / "snapshot" / "districts.geojson", decimals=ground.DECIMALS)
    coverage_report.write(report.coverage(districts, area, between), folder / "snapshot")
    tree = settings.region(
        spec,
        districts=oblast.value_counts().reindex(known.oblast_ids),
        area_km2=area.reindex(known.oblast_ids),
        pairs=between,
        corridors=_corridors(settlements, between),
    )
    _text(folder / embedded.FILE, settings.toml(tree))
    return between


def _snapshot(
    folder: pathlib.Path,
    spec: Spec,
    on: ground.Ground,
    known: units.Units,
    settlements: pd.DataFrame,
    drawn: ways.Ways,
) -> None:
    layers = {
        "roads.geojson": drawn.roads,
        "railways.geojson": drawn.railways,
        "water.geojson": background.water(spec, on),
        "context.geojson": background.context(spec, on, known),
    }
    for file, layer in layers.items():
        store.write_geojson(layer, folder / file, decimals=ground.DECIMALS)
    facts = figures.draw(spec, known, settlements)
    tables = {
        "settlements.csv": settlements,
        "rail_stations.csv": drawn.stations,
        "facts.csv": facts,
        "population_checks.csv": figures.checks(spec, facts),
    }
    for file, table in tables.items():
        store.write_table(table, folder / file)


def _corridors(settlements: pd.DataFrame, between: pd.DataFrame) -> list[tuple[str, str]]:
    """The largest towns of the two sides in turn, then the districts with the longest common border."""
    towns = settlements[settlements["centre_of"] != ""].sort_values("population", ascending=False)
    countries = towns["centre_of"].map(ids.country)
    first, second = (
        towns.loc[countries == country, "centre_of"].tolist()[:3] for country in countries.unique()
    )
    near = between.sort_values("km", ascending=False)[["a", "b"]].itertuples(index=False, name=None)
    return list(dict.fromkeys([*zip(first, second, strict=False), *near]))


def _text(path: pathlib.Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
