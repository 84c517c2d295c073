"""What region.toml names must stand in the tables; what nobody reads is told."""

import pytest
import regions

import layers.region
from geo import errors
from layers import named, rules

WRONG = [
    ('countries = ["RU", "BY"]', 'countries = ["RU", "XX"]', "countries = 'XX'; expected an id"),
    ('oblasts = ["RU-PSK", ', "oblasts = [", "oblasts: no RU-PSK; expected one"),
    ('"RU-SMO" = 27\n', "", "districts_expected: no RU-SMO; expected one"),
    ('"RU-SMO" = 49779\n', "", "official_area_km2: no RU-SMO; expected one"),
    ("corridors = [", 'corridors = [["RU-SMO-a", "BY-VI-vitebsky"],', "analysis.corridors = 'RU-SMO-a'; exp"),
    ('["RU-SMO-rudnyansky", "BY-VI-lioznensky"]', '["BY-VI-lioznensky", "RU-SMO-rudnyansky"]', "paired_dis"),
    ('realised_states = ["', 'realised_states = ["gone", "', "intensity.realised_states = 'gone'; expected"),
    ('zones = ["fez", ', 'zones = ["fezz", ', "intensity.zone_groups = 'fezz'; expected a term"),
    ('nearest_zones = ["technopark"]', 'nearest_zones = ["park"]', "candidates.nearest_zones = 'park'; exp"),
    ('wage = ["wage_rub", ', 'wage = ["wage", ', "intensity.relative = 'wage'; expected an indicator"),
]


def test_the_embedded_regions_name_what_they_have(region):
    named.check(region)


@pytest.mark.parametrize(("old", "new", "told"), WRONG)
def test_a_name_that_no_table_knows_is_told(tmp_path, old, new, told):
    own = regions.changed(tmp_path, "region.toml", old, new)
    with pytest.raises(errors.InputError) as caught:
        named.check(own)
    assert any(line.startswith(f"region.toml: {told}") for line in caught.value.findings)


def test_what_nobody_reads_is_told(tmp_path):
    own = regions.links(tmp_path)
    (own / "tables/scenarios.csv").rename(own / "tables/scenario.csv")
    (own / "facts/sub").mkdir()
    (own / "facts/stated.csv").rename(own / "facts/sub/stated.csv")
    with pytest.raises(errors.InputError) as caught:
        rules.check(layers.region.load(own))
    told = [line for line in caught.value.findings if line.startswith(("scenario.csv", "sub/"))]
    assert [line.partition(";")[0] for line in told] == [
        "scenario.csv: no table of a region",
        "sub/stated.csv: is not read",
    ]


def test_a_report_of_another_form_and_a_missing_layer_are_one_line_each(tmp_path):
    own = regions.links(tmp_path)
    (own / "snapshot/coverage_report.json").unlink()
    (own / "snapshot/coverage_report.json").write_text("{}", encoding="utf-8")
    (own / "snapshot/water.geojson").unlink()
    with pytest.raises(errors.InputError) as caught:
        rules.check(layers.region.load(own))
    assert caught.value.findings == (
        "coverage_report.json: KeyError: 'coverage'; expected a report as `borderzone snapshot` writes it",
        f"water.geojson: file is missing in {own / 'snapshot'}",
    )


def test_a_unit_ends_after_it_begins(tmp_path):
    own = regions.links(tmp_path)
    path = own / "tables/units.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    at = [lines[0].split(",").index(name) for name in ("valid_from", "valid_to")]

    def dated(line, *days):
        cells = line.split(",")
        for place, day in zip(at, days, strict=True):
            cells[place] = day
        return ",".join(cells)

    lines[1], lines[2] = dated(lines[1], "2020-05-01", "2010-01-01"), dated(lines[2], "2020-02-31", "")
    path.unlink()
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(errors.InputError) as caught:
        rules.TABLES["units.csv"](layers.region.load(own))
    assert caught.value.findings == (
        "units.csv: row 2: valid_to = '2010-01-01'; expected a day on or after valid_from, "
        "which is 2020-05-01",
        "units.csv: row 3: valid_from = '2020-02-31'; expected a day such as YYYY-MM-DD, or nothing",
    )
