"""Where the people of the districts live, as points on the roads."""

from __future__ import annotations

import pandas as pd


def placed(settlements: pd.DataFrame, population: pd.Series[float]) -> pd.DataFrame:
    """Place the population of each district: in its settlements, and what is left in its centre.

    Settlements whose figures exceed the population of their district are scaled down to it.

    Returns
    -------
    pandas.DataFrame
        Indexed by settlement and district (for the centre): ``unit_id`` and ``persons``; the persons
        of a district add up to its population.
    """
    known = settlements.dropna(subset="population").set_index("settlement_id")[["unit_id", "population"]]
    listed = known["population"].groupby(known["unit_id"]).sum().reindex(population.index, fill_value=0)
    share = (population / listed.where(listed > population)).fillna(1.0)
    known["persons"] = known["population"] * known["unit_id"].map(share).astype(float)
    rest = population - (listed * share)
    centre = pd.DataFrame({"unit_id": population.index, "persons": rest.clip(lower=0)}, index=rest.index)
    rows = pd.concat([known[["unit_id", "persons"]].sort_index(), centre])
    return rows[rows["persons"] > 0]
