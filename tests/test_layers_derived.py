"""Attributes computed from facts: ratios by hand, of what covers the same."""

import pandas as pd
import pytest

from layers.base import derived
from layers.dictionary import catalogue


def facts(*rows):
    columns = ["unit_id", "indicator", "value", "period", "perimeter"]
    table = pd.DataFrame(rows, columns=columns).assign(
        qualifier="", confidence="high", source_id="s", fact_id=lambda found: found.index.astype(str)
    )
    return table.astype({"value": float})


def test_migration_relates_to_the_inhabitants_of_its_first_day(region):
    stated = facts(
        ("u", "net_migration_persons", -1, "2024", "whole"),
        ("u", "population_persons", 4, "2024-01-01", "whole"),
        ("u", "population_persons", 2, "2024-01-01", "without_cities"),
        ("u", "population_persons", 8, "2025-01-01", "whole"),
        ("v", "net_migration_persons", 3, "2024", "whole"),
        ("v", "population_persons", 5, "2023-01-01", "whole"),
    )
    found = derived.migration_rate(region, stated, catalogue.indicators(region))
    # One of four left; v has no figure of that day.
    assert found["value"].to_dict() == {"u": -250.0}
    assert found["period"].tolist() == ["2024"]


def test_shares_and_changes_by_hand(region):
    stated = facts(
        ("u", "population_rural_persons", 1, "2024-01-01", "whole"),
        ("u", "population_persons", 4, "2024-01-01", "whole"),
        ("u", "population_persons", 5, "2011-01-01", "whole"),
    )
    assert derived.urban_share(region, stated, catalogue.indicators(region))["value"].to_dict() == {"u": 75.0}
    last = pd.DataFrame({"value": [4.0], "period": "2021", "perimeter": "whole"}, index=["u"])
    found = derived.change(stated, last, since="2011-01-01", until=2021)
    assert found["value"].tolist() == pytest.approx([-20])
