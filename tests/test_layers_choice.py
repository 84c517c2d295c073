"""The rule that chooses the value to map: each step by hand, and what holds for any facts."""

import hypothesis
import pandas as pd
import pytest
from hypothesis import strategies as st

from layers.base import choice

DICTIONARY = pd.DataFrame(
    {"perimeters": ["whole without_cities", "whole"], "timing": ["state", "period"]},
    index=["people", "output"],
)


def fact(name, **changed):
    plain = {
        "fact_id": name,
        "unit_id": "u",
        "indicator": "output",
        "value": 1.0,
        "period": "2020",
        "qualifier": "",
        "confidence": "medium",
        "perimeter": "whole",
        "source_id": "s",
    }
    return plain | changed


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"indicator": "people", "period": "2015"}, {"indicator": "people", "perimeter": "without_cities"}),
        ({"period": "2020"}, {"period": "2024-01/2024-09", "confidence": "high"}),
        ({"period": "2020"}, {"period": "2022/2023"}),
        ({"period": "2020"}, {"period": "undated"}),
        ({"period": "2024-01/2024-09"}, {"period": "2023", "qualifier": "forecast"}),
        ({"indicator": "people", "period": "2024-12"}, {"indicator": "people", "period": "2023"}),
        ({"period": "2021"}, {"period": "2020", "confidence": "high"}),
        ({"confidence": "high"}, {"source_id": "a"}),
        ({"confidence": "as_stated"}, {"confidence": "low"}),
        ({"qualifier": ""}, {"qualifier": "about", "source_id": "a"}),
        ({"qualifier": "more_than"}, {"qualifier": "almost", "source_id": "a"}),
        ({"source_id": "a"}, {"source_id": "b"}),
    ],
)
def test_each_step_of_the_rule(region, better, worse):
    for order in ([0, 1], [1, 0]):
        frame = pd.DataFrame([fact("1", **better), fact("0", **worse)]).iloc[order]
        assert choice.chosen(region, frame, DICTIONARY)["fact_id"].tolist() == ["1"]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"period": "census-2009"}, {"period": "2020", "qualifier": "modelled"}),
        ({"period": "2020", "qualifier": "modelled"}, {"period": "census-1999", "confidence": "high"}),
        ({"period": "2021"}, {"period": "census-2009"}),
        ({"period": "census-1999", "qualifier": "about"}, {"period": "census-1989"}),
    ],
)
def test_where_a_year_is_stated_a_model_comes_before_older_counts_only(region, better, worse):
    rule = region.population.model_copy(update={"counted_since": 2001, "modelled": ("modelled",)})
    own = region.model_copy(update={"population": rule})
    frame = pd.DataFrame([fact("1", **better), fact("0", **worse)])
    assert choice.chosen(own, frame, DICTIONARY)["fact_id"].tolist() == ["1"]


FACTS = st.lists(
    st.builds(
        fact,
        st.integers(0, 10**6).map(str),
        unit_id=st.sampled_from(["u", "v"]),
        indicator=st.sampled_from(["people", "output"]),
        period=st.sampled_from(["2019", "2020", "2024-01", "2020/2021", "undated", "census-2021"]),
        qualifier=st.sampled_from(choice.QUALIFIERS),
        confidence=st.sampled_from(["high", "medium", "as_stated", "low"]),
        source_id=st.sampled_from("abc"),
        value=st.floats(0, 100),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda row: row["fact_id"],
)


@hypothesis.settings(max_examples=25)
@hypothesis.given(FACTS, st.randoms(use_true_random=False))
def test_choice_is_one_of_each_group_whatever_the_order_of_rows(region, rows, random):
    first = choice.chosen(region, pd.DataFrame(rows), DICTIONARY)
    shuffled = random.sample(rows, len(rows))
    second = choice.chosen(region, pd.DataFrame(shuffled), DICTIONARY)
    pd.testing.assert_frame_equal(first, second)
    assert {tuple(key) for key in first[["unit_id", "indicator"]].to_numpy()} == {
        (row["unit_id"], row["indicator"]) for row in rows
    }
    assert set(first["fact_id"]) <= {row["fact_id"] for row in rows}
    assert (first["value"].between(first["value_min"], first["value_max"])).all()
