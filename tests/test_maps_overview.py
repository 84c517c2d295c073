"""Nothing that is known is lost on the way to the overview page."""

import collections
import json

import pytest
import records

from layers.base import boundaries, facts
from layers.dictionary import catalogue


@pytest.fixture(scope="module")
def region(tiny_whole):
    return tiny_whole


@pytest.fixture(scope="module")
def path(tiny_whole_atlas):
    return tiny_whole_atlas / "maps" / "overview.html"


@pytest.fixture(scope="module")
def text(path):
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def record(path):
    return records.of(path)


def figures(record):
    """All figures of the page: of indicators, cards of units, features and the whole zone."""
    features = [feature for layer in record["layers"] for feature in layer["features"]]
    rows = [row for holder in (*record["units"], *features, record) for row in holder["rows"]]
    yield from (figure for row in rows for figure in row["figures"])
    for indicator in record["indicators"]:
        for found in indicator["figures"].values():
            yield from found


def test_every_fact_is_on_the_page_with_period_and_source(region, record):
    sources = [source["id"] for source in record["sources"]]
    shown = collections.Counter(
        (figure["value"], " ".join(figure["periods"]), sources[figure["source"]])
        for figure in figures(record)
        if figure["source"] >= 0 and isinstance(figure["value"], (int, float))
    )
    known = facts.facts(region)
    stated = collections.Counter(zip(known["value"], known["period"], known["source_id"], strict=True))
    assert len(stated) > 100
    assert {fact: n for fact, n in stated.items() if shown[fact] < n} == {}


def test_every_remark_on_the_article_is_on_the_page(region, text):
    notes = catalogue.notes(region).query("kind == 'article'")
    assert len(notes) >= 1
    escaped = {json.dumps(note, ensure_ascii=False)[1:-1] for note in notes[region.columns("text")[0]]}
    assert [note for note in escaped if note not in text] == []


def test_every_shown_number_names_period_or_is_measured_by_the_atlas(record):
    own = next(i for i, source in enumerate(record["sources"]) if source["id"] == "computed")
    for indicator in record["indicators"]:
        for unit_id, [first, *_] in indicator["figures"].items():
            assert first["source"] >= 0, (indicator["id"], unit_id)
            assert first["periods"] or first["source"] == own, (indicator["id"], unit_id)


def test_page_is_light_enough_for_mail(text):
    assert len(text.encode()) < 5_000_000


def test_all_units_have_outline_and_parent(record):
    units = {unit["id"]: unit for unit in record["units"]}
    assert collections.Counter(unit["level"] for unit in units.values()) == {"oblast": 4, "district": 14}
    assert all(unit["level"] == "oblast" or unit["parent"] in units for unit in units.values())
    assert all(unit["geometry"]["dimension"] == 2 for unit in units.values())
    assert all(unit["geometry"]["parts"] for unit in units.values())


def test_paired_districts_know_each_other(region, record):
    partners = {unit["id"]: unit["partners"] for unit in record["units"]}
    paired = {(unit, other["unit"]) for unit, found in partners.items() for other in found if other["paired"]}
    expected = set(region.paired_districts)
    assert paired == expected | {(b, a) for a, b in expected}
    pairs = boundaries.district_pairs(region).set_index("pair_id")["shared_km"]
    for first, second in expected:
        shared = {other["unit"]: other["km"] for other in partners[first]}
        assert shared[second] == pytest.approx(pairs[f"{first}~{second}"], abs=0.05)


def test_states_of_crossings_are_told_apart_without_colour(record):
    """An open crossing is full, one that nobody verified hollow, a closed one crossed out."""
    (layer,) = [layer for layer in record["layers"] if layer["id"] == "crossings"]
    looks = {symbol["title"][1].partition(", ")[2]: symbol["look"] for symbol in layer["symbols"]}
    assert looks == {
        "open": "full",
        "restricted": "full",
        "unknown": "hollow",
        "closed": "crossed",
    }
    colours = {symbol["colour"] for symbol in layer["symbols"]}
    assert len(colours) == 4
