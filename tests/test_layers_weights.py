"""A changed weight counts in proportion to the others of its group, and that is told."""

import hypothesis
import pytest
import regions
from hypothesis import strategies

import layers.region
from geo import errors
from layers.candidates import tables as candidate_tables
from layers.intensity import framework
from layers.io import store, weights
from layers.siting import profiles


@pytest.fixture
def own(tmp_path):
    """A copy of the region to change."""
    return regions.copy(tmp_path)


def changed(path, weight, **row):
    """Set the weights of the rows that hold these values; return the table."""
    table = store.read_table(path)
    table.loc[(table[list(row)] == list(row.values())).all(axis=1), "weight"] = weight
    store.write_table(table, path)
    return table


def test_stated_weights_sum_to_one_and_stay_to_the_letter(region):
    assert weights.notes(region.folder) == []
    for file in weights.GROUPS:
        table = region.table(file)
        assert weights.rescaled(file, table.to_dict("records")) == table["weight"].tolist()


def test_a_changed_weight_of_a_profile_is_rescaled(own):
    # The weights of the profile were 0.2, 0.2, 0.2, 0.1 …: one of 0.2 becomes 0.5 of 1.3.
    changed(own / "tables" / "profiles.csv", "0.5", profile="logistics", criterion="crossing_min")
    region = layers.region.load(own)
    table = profiles.table(region)
    logistics = table[table["profile"] == "logistics"].set_index("criterion")["weight"].astype(float)
    assert logistics["crossing_min"] == pytest.approx(0.5 / 1.3, abs=1e-9)
    assert logistics["trunk_km"] == pytest.approx(0.2 / 1.3, abs=1e-9)
    assert profiles.profiles(region, table)["logistics"].indicators.weights.sum() == pytest.approx(1)
    others = table[table["profile"] != "logistics"]["weight"]
    before = regions.RUSSIA_BELARUS.table("profiles.csv")
    assert others.equals(before[before["profile"] != "logistics"]["weight"])
    assert weights.notes(own) == ["profiles.csv: profile logistics: weights sum to 1.3; rescaled to 1"]


def test_a_changed_weight_of_the_framework_is_rescaled_in_its_family_and_level(own):
    row = {"level": "oblast", "family": "realised", "indicator": "enterprises_partner_capital_per_100k"}
    stated = changed(own / "tables" / "framework.csv", "0", **row)
    read = framework.read(layers.region.load(own))
    group = (read["level"] == "oblast") & (read["family"] == "realised")
    ratio = read.loc[group, "weight"].astype(float) / stated.loc[group, "weight"].astype(float)
    assert ratio.dropna().tolist() == pytest.approx([1 / 0.9] * ratio.notna().sum())
    assert read.loc[~group, "weight"].equals(stated.loc[~group, "weight"])
    assert weights.notes(own) == [
        "framework.csv: level oblast, family realised: weights sum to 0.9; rescaled to 1"
    ]


def test_weights_of_candidates_may_be_points(own):
    table = store.read_table(own / "tables" / "candidate_criteria.csv")
    points = table["family"] == "programme-7"
    table.loc[points, "weight"] = [f"{100 * float(weight):g}" for weight in table.loc[points, "weight"]]
    store.write_table(table, own / "tables" / "candidate_criteria.csv")
    read = candidate_tables.criteria(layers.region.load(own))
    before = regions.RUSSIA_BELARUS.table("candidate_criteria.csv")["weight"].astype(float)
    assert read["weight"].astype(float).tolist() == pytest.approx(before.tolist())
    assert weights.notes(own) == [
        "candidate_criteria.csv: family programme-7: weights sum to 100; rescaled to 1"
    ]


@pytest.mark.parametrize(
    ("stated", "line"),
    [
        ("-0.1", "profiles.csv: row 2: weight = '-0.1'; expected a number from 0 to 1000"),
        ("inf", "profiles.csv: row 2: weight = 'inf'; expected a number from 0 to 1000"),
        ("nan", "profiles.csv: row 2: weight = 'nan'; expected a number from 0 to 1000"),
        ("", "profiles.csv: row 2: weight = ''; expected a number from 0 to 1000"),
    ],
)
def test_what_is_no_weight_is_a_finding_and_no_note(own, stated, line):
    changed(own / "tables" / "profiles.csv", stated, profile="logistics", criterion="crossing_min")
    with pytest.raises(errors.InputError) as caught:
        profiles.table(layers.region.load(own))
    assert caught.value.findings == (line,)
    assert weights.notes(own) == []


def test_groups_without_any_weight_are_findings(own):
    changed(own / "tables" / "profiles.csv", "0", profile="logistics")
    changed(own / "tables" / "profiles.csv", "0", profile="agro")
    with pytest.raises(errors.InputError) as caught:
        profiles.table(layers.region.load(own))
    assert caught.value.findings == (
        "profiles.csv: profile logistics: weights sum to 0; expected more",
        "profiles.csv: profile agro: weights sum to 0; expected more",
    )


def test_weights_of_the_families_are_rescaled_where_they_stand(tmp_path):
    region = regions.changed(tmp_path, "region.toml", "convergence = 0.2", "convergence = 0")
    assert region.intensity.family_weights == {"realised": 0.5, "potential": 0.5, "convergence": 0}
    told = ["region.toml: intensity.family_weights: weights sum to 0.8; rescaled to 1"]
    assert weights.notes(region.folder) == told
    path = region.folder / "region.toml"
    path.write_text(path.read_text(encoding="utf-8"), encoding="utf-8-sig")  # as some editors save it
    assert weights.notes(region.folder) == told


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("realised = -0.4, potential = 0.4, convergence = 0.2", "weights from 0 to 1000"),
        ("realised = 0, potential = 0, convergence = 0", "weights sum to 0; expected more"),
        ("trust = 1", "a weight for some of realised, potential, convergence"),
    ],
)
def test_wrong_weights_of_the_families_are_one_line(tmp_path, stated, expected):
    before = "realised = 0.4, potential = 0.4, convergence = 0.2"
    with pytest.raises(errors.InputError) as caught:
        regions.changed(tmp_path, "region.toml", before, stated)
    (line,) = caught.value.findings
    assert line.startswith("region.toml: intensity.family_weights = {")
    assert expected in line


@hypothesis.given(strategies.lists(strategies.floats(0, 1000), min_size=1, max_size=12))
def test_shares_keep_proportions_and_sum_to_one(stated):
    hypothesis.assume(sum(stated) > 1e-9)
    found = weights.shares(stated)
    assert sum(found) == pytest.approx(1, abs=1e-6)
    for weight, share in zip(stated, found, strict=True):
        assert share * sum(stated) == pytest.approx(weight, rel=1e-6, abs=1e-9)
