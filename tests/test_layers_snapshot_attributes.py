"""Facts from the collected tables: every row used, nothing copied, the same bytes again."""

import re

import pandas as pd
import pytest
import regions

from geo import errors
from layers.base import facts
from layers.io import store
from layers.snapshot import attributes


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2023", "2023"),
        ("1 Jan 2024", "2024-01-01"),
        ("census 2021 (VPN-2020)", "census-2021"),
        ("Sep 2024", "2024-09"),
        ("Jan-Jul 2018 (year inferred)", "2018-01/2018-07"),
        ("2025/26", "2025/2026"),
        ("2002 (1 Jan estimate / census 2002, 2010)", "2002"),
        ("year not stated in infobox (2024-25 edition)", "undated"),
        ("", "undated"),
    ],
)
def test_periods_of_the_collected_tables_are_translated(text, meant):
    assert attributes.period(text) == meant


def test_committed_facts_are_what_the_raw_tables_give(region, raw_sources, tmp_path):
    attributes.snapshot(region, raw_sources, tmp_path)
    assert (tmp_path / "facts.csv").read_bytes() == (region.snapshot / "facts.csv").read_bytes()


def test_every_row_of_the_collected_tables_is_used_or_left_out_with_a_reason(region, raw_sources):
    used = set(" ".join(facts.facts(region)["origin"]).split())
    for file in ("links.csv", "zones.csv", "programme.csv", "left_out.csv"):
        used |= set(" ".join(region.table(file)["origin"]).split())
    for path in sorted((raw_sources / "economy").glob("*.csv")):
        if path.stem == "endpoints":  # addresses, no facts
            continue
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
        if "unit_level" not in rows:  # rates and means of countries, no facts of units
            continue
        own = rows["unit_level"] != "settlement"  # the layer of settlements holds these
        lost = [f"{path.stem}:{row + 2}" for row in rows.index[own] if f"{path.stem}:{row + 2}" not in used]
        assert not lost


def test_unknown_rows_are_named_before_anything_is_written(region, raw_sources, tmp_path):
    folder = tmp_path / "economy"
    folder.mkdir()
    for file in ("oblast_indicators", "district_population", "district_indicators"):
        rows = pd.read_csv(raw_sources / "economy" / f"{file}.csv", dtype=str, keep_default_na=False).head(40)
        if file == "oblast_indicators":
            rows.loc[3, "indicator"] = "happiness"
            rows.loc[5, "unit_key"] = "RU-XXX"
        if file == "district_indicators":
            rows.loc[0, "value"] = "n/a"
        rows.to_csv(folder / f"{file}.csv", index=False)
    with pytest.raises(errors.InputError) as caught:
        attributes.snapshot(region, tmp_path, tmp_path)
    assert [line.split(";")[0] for line in caught.value.findings] == [
        "oblast_indicators.csv: row 7: unit_name_ru = 'Витебская область'",
        "oblast_indicators.csv: row 5: indicator = 'happiness'",
        "district_indicators.csv: row 2: value = 'n/a'",
    ]
    assert not (tmp_path / "facts.csv").exists()


def test_no_sentence_of_the_sources_is_carried_over(raw_sources):
    def runs(text, length=8):
        words = re.findall(r"\w+", text.lower())
        return {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}

    theirs = set()
    for path in (raw_sources.parent / "docs").glob("0*.txt"):
        theirs |= runs(path.read_text(encoding="utf-8"))
    for path in (raw_sources / "economy").glob("*.csv"):
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
        for quote in rows.get("quote_or_locator", pd.Series(dtype=str)):
            for part in re.findall('"([^"]*)"', quote):
                theirs |= runs(part)
    assert theirs
    for path in [*sorted(regions.TABLES.glob("*.csv")), *regions.RUSSIA_BELARUS.facts]:
        for column, texts in store.read_table(path).items():
            copied = [text for text in texts if column != "economy_title" and runs(text) & theirs]
            assert not copied, path.name
