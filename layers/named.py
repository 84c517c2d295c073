"""What ``region.toml`` names must stand in the tables: units, pairs, terms, indicators, raw files."""

from __future__ import annotations

import collections.abc
import itertools

from geo import errors
from layers import embedded
from layers.dictionary import catalogue, units
from layers.region import Region

_Findings = collections.abc.Iterator[str]
_Names = collections.abc.Iterable[str]


def check(region: Region) -> None:
    """Hold the names in ``region.toml`` against the tables.

    Raises
    ------
    InputError
        One line for each name that no table knows, and each country or oblast that is left out.
    """
    errors.gathered(
        lambda: _refuse(_units(region)),
        lambda: _refuse(_sides(region)),
        lambda: _refuse(_pairs(region)),
        lambda: _refuse(_terms(region)),
        lambda: _refuse(_indicators(region)),
        lambda: _refuse(_raw_files(region)),
    )


def _refuse(findings: _Findings) -> None:
    lines = [f"{embedded.FILE}: {line}" for line in findings]
    if lines:
        raise errors.InputError(lines)


def _units(region: Region) -> _Findings:
    for key, level, named in (
        ("countries", "country", region.countries),
        ("oblasts", "oblast", region.oblasts),
        ("districts_expected", "oblast", region.districts_expected),
        ("official_area_km2", "oblast", region.official_area_km2),
    ):
        known = units.of_level(region, level).index
        yield from _unknown(key, named, known, f"an id of that level ({level}) in units.csv")
        yield from (f"{key}: no {name}; expected one" for name in known if name not in named)


def _sides(region: Region) -> _Findings:
    given = region.boundaries
    sides = (given.fine.country, given.coarse.country)
    expected = f"one of {', '.join(region.countries)}"
    yield from _unknown("boundaries.fine.country", sides[:1], region.countries, expected)
    yield from _unknown("boundaries.coarse.country", sides[1:], region.countries, expected)
    yield from _unknown("boundaries.around", given.around, region.countries, expected)
    for key, named in (
        ("boundaries.fine.files", [*given.fine.files]),
        ("boundaries.coarse.outlines", [*given.coarse.outlines]),
        ("boundaries.merges", [merge.oblast for merge in given.merges]),
        ("boundaries.holes", [hole.oblast for hole in given.holes]),
    ):
        yield from _unknown(key, named, region.oblasts, "one of oblasts")


def _pairs(region: Region) -> _Findings:
    table = units.of_level(region, "district")
    for key, pairs in (
        ("analysis.corridors", region.analysis.corridors),
        ("paired_districts", region.paired_districts),
    ):
        known = [*table.index]
        yield from _unknown(key, itertools.chain(*pairs), known, "a district of units.csv")
    for pair in region.paired_districts:
        sides = tuple(table["country"].get(unit, "") for unit in pair)
        if all(sides) and sides != region.countries:
            yield f"paired_districts = {' and '.join(pair)}; expected one of each country, in their order"
    for first, second in region.analysis.corridors:
        if first == second:
            yield f"analysis.corridors = {first} and {second}; expected two districts"


def _terms(region: Region) -> _Findings:
    given = region.intensity
    for key, vocabulary, named in (
        ("population.apart", "perimeter", [region.population.apart] if region.population.apart else []),
        ("population.modelled", "qualifier", region.population.modelled),
        ("intensity.realised_states", "state", given.realised_states),
        ("intensity.link_groups", "link_type", itertools.chain(*given.link_groups.values())),
        ("intensity.zone_groups", "zone_type", itertools.chain(*given.zone_groups.values())),
        ("candidates.nearest_zones", "zone_type", region.candidates.nearest_zones),
        ("schemes", "theme", region.schemes),
    ):
        wanted = list(named)
        if wanted:
            known = catalogue.vocabulary(region, vocabulary)
            yield from _unknown(key, wanted, known, f"a term of the vocabulary {vocabulary} of terms.csv")


def _indicators(region: Region) -> _Findings:
    named = itertools.chain(*region.intensity.relative.values())
    known = catalogue.indicators(region).index
    yield from _unknown("intensity.relative", named, known, "an indicator of indicators.csv")


def _raw_files(region: Region) -> _Findings:
    given = region.boundaries
    if not region.has("raw_files.csv"):
        return
    named = [*given.fine.files.values(), *given.coarse.outlines.values(), *given.around.values()]
    wanted = [name for name in (*named, given.coarse.file) if name]
    yield from _unknown("boundaries", wanted, region.raw_keys, "a key of raw_files.csv")


def _unknown(key: str, named: _Names, known: collections.abc.Collection[str], expected: str) -> _Findings:
    for name in dict.fromkeys(named):
        if name not in known:
            yield f"{key} = {name!r}; expected {expected}"
