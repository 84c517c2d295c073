"""A changed weight counts in proportion to the others of its group, and that is told."""

import shutil

import hypothesis
import pytest
from hypothesis import strategies

from geo import errors
from layers import study_area
from layers.candidates import tables as candidate_tables
from layers.intensity import framework
from layers.io import store, weights
from layers.siting import profiles

STUDY_AREA = study_area.DEFAULT_PATH


@pytest.fixture
def tables(region, tmp_path, monkeypatch):
    """A copy of the tables by hand that the code reads instead of them."""
    copy = tmp_path / "tables"
    shutil.copytree(region.folder / "tables", copy)
    monkeypatch.setattr(store, "TABLES", copy)
    return copy


def changed(path, weight, **row):
    """Set the weights of the rows that hold these values; return the table."""
    table = store.read_table(path)
    table.loc[(table[list(row)] == list(row.values())).all(axis=1), "weight"] = weight
    store.write_table(table, path)
    return table


def test_stated_weights_sum_to_one_and_stay_to_the_letter(region):
    assert weights.notes(region.folder / "tables", STUDY_AREA) == []
    for file in weights.GROUPS:
        table = region.table(file)
        assert weights.rescaled(file, table.to_dict("records")) == table["weight"].tolist()


def test_a_changed_weight_of_a_profile_is_rescaled(region, tables):
    # The weights of the profile were 0.2, 0.2, 0.2, 0.1 …: one of 0.2 becomes 0.5 of 1.3.
    changed(tables / "profiles.csv", "0.5", profile="logistics", criterion="crossing_min")
    table = profiles.table(region, tables / "profiles.csv")
    own = table[table["profile"] == "logistics"].set_index("criterion")["weight"].astype(float)
    assert own["crossing_min"] == pytest.approx(0.5 / 1.3, abs=1e-9)
    assert own["trunk_km"] == pytest.approx(0.2 / 1.3, abs=1e-9)
    assert profiles.profiles(region, table)["logistics"].indicators.weights.sum() == pytest.approx(1)
    others = table[table["profile"] != "logistics"]["weight"]
    before = region.table("profiles.csv")
    assert others.equals(before[before["profile"] != "logistics"]["weight"])
    assert weights.notes(tables, STUDY_AREA) == [
        "profiles.csv: profile logistics: weights sum to 1.3; rescaled to 1"
    ]


def test_a_changed_weight_of_the_framework_is_rescaled_in_its_family_and_level(region, tables):
    row = {"level": "oblast", "family": "realised", "indicator": "enterprises_partner_capital_per_100k"}
    stated = changed(tables / "framework.csv", "0", **row)
    read = framework.read(region, tables / "framework.csv")
    own = (read["level"] == "oblast") & (read["family"] == "realised")
    ratio = read.loc[own, "weight"].astype(float) / stated.loc[own, "weight"].astype(float)
    assert ratio.dropna().tolist() == pytest.approx([1 / 0.9] * ratio.notna().sum())
    assert read.loc[~own, "weight"].equals(stated.loc[~own, "weight"])
    assert weights.notes(tables, STUDY_AREA) == [
        "framework.csv: level oblast, family realised: weights sum to 0.9; rescaled to 1"
    ]


def test_weights_of_candidates_may_be_points(region, tables):
    table = store.read_table(tables / "candidate_criteria.csv")
    own = table["family"] == "programme-7"
    table.loc[own, "weight"] = [f"{100 * float(weight):g}" for weight in table.loc[own, "weight"]]
    store.write_table(table, tables / "candidate_criteria.csv")
    candidate_tables._checked_criteria.cache_clear()
    try:
        read = candidate_tables.criteria(region)
    finally:
        candidate_tables._checked_criteria.cache_clear()
    before = store.read_table(region.snapshot / "tables" / "candidate_criteria.csv")["weight"].astype(float)
    assert read["weight"].astype(float).tolist() == pytest.approx(before.tolist())
    assert weights.notes(tables, STUDY_AREA) == [
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
def test_what_is_no_weight_is_a_finding_and_no_note(region, tables, stated, line):
    changed(tables / "profiles.csv", stated, profile="logistics", criterion="crossing_min")
    with pytest.raises(errors.InputError) as caught:
        profiles.table(region, tables / "profiles.csv")
    assert caught.value.findings == (line,)
    assert weights.notes(tables, STUDY_AREA) == []


def test_groups_without_any_weight_are_findings(region, tables):
    changed(tables / "profiles.csv", "0", profile="logistics")
    changed(tables / "profiles.csv", "0", profile="agro")
    with pytest.raises(errors.InputError) as caught:
        profiles.table(region, tables / "profiles.csv")
    assert caught.value.findings == (
        "profiles.csv: profile logistics: weights sum to 0; expected more",
        "profiles.csv: profile agro: weights sum to 0; expected more",
    )


def test_weights_of_the_families_are_rescaled_where_they_stand(region, tmp_path):
    path = tmp_path / "study_area.toml"
    text = STUDY_AREA.read_text(encoding="utf-8")
    path.write_text(text.replace("convergence = 0.2", "convergence = 0"), encoding="utf-8")
    assert study_area.load(path).intensity.family_weights == {
        "realised": 0.5,
        "potential": 0.5,
        "convergence": 0,
    }
    assert weights.notes(region.folder / "tables", path) == [
        "study_area.toml: intensity.family_weights: weights sum to 0.8; rescaled to 1"
    ]


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("realised = -0.4, potential = 0.4, convergence = 0.2", "weights from 0 to 1000"),
        ("realised = 0, potential = 0, convergence = 0", "weights sum to 0; expected more"),
        ("realised = 1", "a weight for each of realised, potential, convergence"),
    ],
)
def test_wrong_weights_of_the_families_are_one_line(tmp_path, stated, expected):
    path = tmp_path / "study_area.toml"
    text = STUDY_AREA.read_text(encoding="utf-8")
    before = "realised = 0.4, potential = 0.4, convergence = 0.2"
    assert before in text
    path.write_text(text.replace(before, stated), encoding="utf-8")
    with pytest.raises(errors.InputError) as caught:
        study_area.load(path)
    (line,) = caught.value.findings
    assert line.startswith("study_area.toml: intensity.family_weights = {")
    assert expected in line


@hypothesis.given(strategies.lists(strategies.floats(0, 1000), min_size=1, max_size=12))
def test_shares_keep_proportions_and_sum_to_one(stated):
    hypothesis.assume(sum(stated) > 1e-9)
    found = weights.shares(stated)
    assert sum(found) == pytest.approx(1, abs=1e-6)
    for weight, share in zip(stated, found, strict=True):
        assert share * sum(stated) == pytest.approx(weight, rel=1e-6, abs=1e-9)
