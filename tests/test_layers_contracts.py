"""Whatever is wrong in a table comes back as one line each, all at once."""

import geopandas as gpd
import hypothesis
import pandas as pd
import pandera.pandas as pa
import pytest
import shapely
from hypothesis import strategies as st

from geo import errors
from layers.io import contracts, periods


def findings(frame, schema, **options):
    with pytest.raises(errors.InputError) as caught:
        contracts.check(frame, schema, file="t.csv", **options)
    return list(caught.value.findings)


SCHEMA = pa.DataFrameSchema(
    {
        "id": pa.Column(str, contracts.filled()),
        "kind": pa.Column(str, contracts.one_of(["road", "rail"], expected="road or rail")),
        "tags": pa.Column(str, contracts.all_of(["a", "b"], expected="among a, b", blank=True)),
        "share": pa.Column(str, contracts.number(0, 100)),
        "when": pa.Column(str, contracts.period()),
    },
    checks=[
        contracts.once(["id", "when"], field="id"),
        contracts.rows(
            lambda frame: (frame["kind"] != "rail") | (frame["tags"] != ""),
            field="tags",
            expected="{kind} tags",
        ),
    ],
)


def table(**changed):
    row = {"id": "x", "kind": "road", "tags": "a b", "share": "50", "when": "2023"}
    return pd.DataFrame([row, {**row, "id": "y", **changed}])


def test_sound_table_passes():
    assert contracts.check(table(), SCHEMA, file="t.csv") is None


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"id": " "}, "t.csv: row 3: id = ' '; expected a value"),
        ({"kind": "sea"}, "t.csv: row 3: kind = 'sea'; expected road or rail"),
        ({"tags": "a c"}, "t.csv: row 3: tags = 'a c'; expected among a, b"),
        ({"share": "101"}, "t.csv: row 3: share = '101'; expected a number from 0 to 100"),
        ({"share": "-1"}, "t.csv: row 3: share = '-1'; expected a number from 0 to 100"),
        ({"share": "NaN"}, "t.csv: row 3: share = 'NaN'; expected a number from 0 to 100"),
        ({"share": "inf"}, "t.csv: row 3: share = 'inf'; expected a number from 0 to 100"),
        ({"share": "many"}, "t.csv: row 3: share = 'many'; expected a number from 0 to 100"),
        ({"when": "May 2023"}, f"t.csv: row 3: when = 'May 2023'; expected {periods.EXPECTED}"),
        ({"id": "x"}, "t.csv: row 3: id = 'x'; expected one row for each id, when"),
        ({"kind": "rail", "tags": ""}, "t.csv: row 3: tags = ''; expected rail tags"),
    ],
)
def test_each_fault_is_one_line_with_file_row_field_value_and_expectation(changed, line):
    assert findings(table(**changed), SCHEMA) == [line]


def test_all_faults_come_together_in_the_order_of_rows():
    frame = table(kind="sea", share="200", when="never")
    frame.loc[0, "share"] = "x"
    assert [line.split(";")[0] for line in findings(frame, SCHEMA)] == [
        "t.csv: row 2: share = 'x'",
        "t.csv: row 3: kind = 'sea'",
        "t.csv: row 3: share = '200'",
        "t.csv: row 3: when = 'never'",
    ]


def test_missing_column_is_named_and_the_rest_is_still_checked():
    lines = findings(table(share="200").drop(columns="tags"), SCHEMA)
    assert lines == [
        "t.csv: column 'tags' is missing",
        "t.csv: row 3: share = '200'; expected a number from 0 to 100",
    ]


def test_unknown_column_is_named_with_those_that_are_known():
    schema = pa.DataFrameSchema(SCHEMA.columns, checks=SCHEMA.checks, strict=True)
    unknown = "t.csv: column 'extra' is unknown; expected one of id, kind, tags, share, when"
    assert findings(table().assign(extra="1"), schema) == [unknown]
    renamed = table().rename(columns={"id": "extra"})
    assert set(findings(renamed, schema)) == {unknown, "t.csv: column 'id' is missing"}


def test_layers_are_checked_too_with_their_own_first_row_and_any_index():
    layer = gpd.GeoDataFrame(
        {"length_km": [1.0, None]}, geometry=[shapely.Point(0, 0)] * 2, crs=4326, index=["p", "q"]
    )
    schema = pa.DataFrameSchema({"length_km": pa.Column(float)})
    assert findings(layer, schema, first_row=1) == ["t.csv: row 2: length_km = nan; expected a value"]


def test_checking_leaves_the_frame_alone():
    frame = table(share="200")
    before = frame.copy()
    findings(frame, SCHEMA)
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize(
    ("text", "kind", "start", "end", "is_full"),
    [
        ("2023", "year", "2023-01-01", "2023-12-31", True),
        ("2014/2024", "years", "2014-01-01", "2024-12-31", False),
        ("2024-01-01", "date", "2024-01-01", "2024-01-01", True),
        ("census-2021", "census", "2021-01-01", "2021-12-31", True),
        ("2024-02", "month", "2024-02-01", "2024-02-29", False),
        ("2024-01/2024-09", "months", "2024-01-01", "2024-09-30", False),
    ],
)
def test_periods_mean_their_first_and_last_day(text, kind, start, end, is_full):
    period = periods.parse(text)
    assert (period.kind, str(period.start), str(period.end), period.is_full) == (kind, start, end, is_full)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "23",
        "2024-13",
        "2023-02-29",
        "2024-09/2024-01",
        "2024/2023",
        "2023/2023",
        "2024-1",
        "n/d",
        "2024 ",
    ],
)
def test_what_is_no_period_is_refused(text):
    assert not periods.is_period(text)
    with pytest.raises(ValueError, match=r"\S"):
        periods.parse(text)


@hypothesis.given(st.dates())
def test_every_day_is_a_period_that_starts_and_ends_on_it(day):
    period = periods.parse(day.isoformat())
    assert period.start == period.end == day
