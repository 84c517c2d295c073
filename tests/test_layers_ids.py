"""Ids of rows stay with their rows."""

import pandas as pd

from layers.dictionary import ids


def test_joined_columns_follow_the_index_of_the_table_also_of_an_empty_one():
    table = pd.DataFrame({"a": ["x", "y"], "b": [1, 2]}, index=[7, 3])
    found = ids.joined_columns(table, ["a", "b"])
    assert found.to_dict() == {7: ids.pair("x", "1"), 3: ids.pair("y", "2")}
    assert ids.joined_columns(table.iloc[:0], ["a", "b"]).tolist() == []
