"""What `encode` writes is what the browser reads: both by the list of fields that the record carries."""

import dataclasses
import json
import pathlib
import subprocess

import pytest
import records
import regions
import tiny_pages
import whole_page

from maps import texts
from maps.web import encode, page, spec, wire

ROOT = pathlib.Path(__file__).parents[1]
DECODE = """
import { readFileSync } from "node:fs";
import { load } from "./tests/browser/load.mjs";
const record = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(load("atlas", "wire").wire.decode(record)));
"""

# Things of the record tell which of their fields are asked for; to ask for another one is a complaint.
SPY = """
window.asked = new Set();
const freeze = Object.freeze;
Object.freeze = (thing) => Array.isArray(thing) ? freeze(thing) : new Proxy(freeze(thing), {
  get(target, name) {
    if (typeof name === "string" && name !== "toJSON") {
      window.asked.add(`${Object.keys(target)}: ${name}`);
      if (!(name in target)) console.error(`no field ${name} among ${Object.keys(target)}`);
    }
    return target[name];
  },
});
"""


def of_kind(kind, thing, wanted):
    """All things of one kind in a decoded record."""
    if kind == wanted:
        yield thing
    for field in wire.FIELDS[kind]:
        yield from _under(field, thing[field.name], field.depth, wanted) if field.kind else ()


def _under(field, value, depth, wanted):
    if depth == 0:
        yield from of_kind(field.kind, value, wanted) if value is not None else ()
        return
    for one in value.values() if isinstance(value, dict) else value:
        yield from _under(field, one, depth - 1, wanted)


@pytest.fixture(scope="module")
def written():
    return json.loads(json.dumps(encode.page(regions.RUSSIA_BELARUS, whole_page.page()), allow_nan=False))


@pytest.fixture(scope="module")
def read_by_browser(node, written):
    command = [node, "--input-type=module", "--eval", DECODE]
    result = subprocess.run(
        command, cwd=ROOT, input=json.dumps(written), capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_every_field_of_every_kind_says_something_on_the_whole_page(written):
    """What the two tests below compare is compared in full."""
    record = records.read(written)
    for kind, fields in wire.FIELDS.items():
        for field in fields if kind != "index" else ():
            values = [thing[field.name] for thing in of_kind("page", record, kind)]
            assert any(value != field.empty for value in values), f"{kind}: {field.name}"


def test_browser_reads_what_was_written(written, read_by_browser):
    assert read_by_browser == records.read(written)


def test_browser_reads_what_the_specification_says(read_by_browser):
    def word(number):
        return read_by_browser["words"][number]

    def source_id(number):
        return read_by_browser["sources"][number]["id"]

    [figure] = read_by_browser["indicators"][0]["figures"]["u0"]
    assert [figure[name] for name in ("value", "coverage")] == [0.5, 0.75]
    assert figure["periods"] == ["2020", "census-2021"]
    assert word(figure["measure"]) == ["чел.", "persons", "чал."]
    said = [word(figure[name]) for name in ("qualifier", "confidence", "perimeter", "note")]
    assert said == ["около", "средняя", "без города", "Округлено"]
    assert source_id(figure["source"]) == "register"
    assert list(figure["ranks"].values()) == list(dataclasses.astuple(whole_page.RANKS))
    alpha = next(unit for unit in read_by_browser["units"] if unit["id"] == "u0")
    [term] = alpha["composites"][0]["terms"]
    numbers = ("value", "normalised", "weight", "weight_used", "contribution")
    assert [term[name] for name in numbers] == [getattr(whole_page.TERM, name) for name in numbers]
    assert [word(term[name]) for name in ("title", "measure", "about")] == ["Дороги", "км", "Длина"]
    assert (term["periods"], [*map(source_id, term["sources"])]) == (["2019"], ["census", "register"])
    [partner] = alpha["partners"]
    assert partner == {"unit": "u1", "km": 111.3, "paired": True}
    layer = read_by_browser["layers"][0]
    feature = layer["features"][0]
    assert (feature["shows"], feature["related"]) == (["score", "places"], ["other"])
    assert [symbol["look"] for symbol in layer["symbols"]] == ["full", "crossed"]


def test_the_first_source_is_a_source():
    """Number 0 at the end of a list is not nothing."""
    figure = spec.Figure(5.0, source_id="census")
    row = spec.Row(texts.plain("Площадь"), (figure,))
    assert encode.page(regions.RUSSIA_BELARUS, tiny_pages.page(rows=(row,)))["rows"] == [
        ["Площадь", [[5, 0, [], 0]]]
    ]


def test_page_asks_for_the_fields_of_the_list_and_for_no_other(opened, tmp_path):
    """Each field but the ids that are there for people and tests, through all that a reader can open."""
    path = tmp_path / "whole.html"
    text = page.render(regions.RUSSIA_BELARUS, whole_page.page())
    path.write_text(text.replace("<script>", f"<script>{SPY}</script><script>", 1), encoding="utf-8")
    found = opened(path).page
    found.evaluate("atlas.layers.choose('other')")
    found.evaluate("atlas.layers.show('place')")
    for unit in ("u0", "u1", "o", "u0~u1"):
        found.evaluate(f"atlas.units.visit('{unit}')")
    for indicator in ("nine", "score"):
        found.evaluate(f"atlas.set({{ indicator: '{indicator}', unit: 'u0', features: [] }})")
        found.locator("#tab-table").click()
        with found.expect_download():
            found.locator("#table > button").click()
    found.locator("#search").fill("а")
    for name in ("beforeprint", "afterprint"):
        found.evaluate(f"dispatchEvent(new Event('{name}'))")
    found.locator("[data-language=en]").click()
    asked = set(found.evaluate("[...asked]"))
    unasked = {
        (kind, field.name)
        for kind, fields in wire.FIELDS.items()
        for field in fields
        if kind != "index" and f"{','.join(one.name for one in fields)}: {field.name}" not in asked
    }
    assert unasked == {("page", "id"), ("source", "id")}


def test_a_field_too_few_or_too_many_is_a_fault_of_the_code():
    with pytest.raises(TypeError, match="partner has the fields"):
        wire.listed("partner", unit="u1", km=1.0)
    with pytest.raises(TypeError, match="partner has the fields"):
        wire.named("partner", unit="u1", km=1.0, paired=True, since=1991)


def test_nothing_is_written_of_what_says_nothing():
    assert wire.listed("partner", unit="u1", km=0, paired=False) == ["u1"]
    assert wire.listed("partner", unit="", km=0, paired=True) == ["", 0, True]
    assert wire.named("note", text="Так", title="", source=-1, caution=False) == {"text": "Так"}
