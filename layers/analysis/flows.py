"""What is known to move between districts (``flows.csv``), and the gravity model fitted to it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pandera.pandas as pa

from geo import errors
from geo.flows import gravity as models
from layers.analysis import network
from layers.dictionary import catalogue, ids, units
from layers.io import contracts, periods
from layers.region import Region, remembered

FILE = "flows.csv"
SERIES = ["indicator", "period", "source_id"]
"""What one model is fitted to: what two sources say is two models."""

_ENDS = ["from_id", "to_id"]
_TERMS = {
    "constant": "constant",
    "origin_mass": "origin_exponent",
    "destination_mass": "destination_exponent",
    "travel_min": "time_exponent",
    models.BORDER: "border_coefficient",
}


@remembered
def load(region: Region) -> pd.DataFrame:
    """Flows between districts in the order of the table; none without the table.

    ``from_id`` and ``to_id`` (districts), ``indicator`` (what is counted), ``value``, ``unit``, ``period``,
    ``source_id``. 0 says that nothing moves; a pair without a row is not known.

    Raises
    ------
    InputError
        One line for each cell that is not as the contract says.
    """
    if not region.has(FILE):
        return pd.DataFrame(columns=[*_ENDS, "indicator", "value", "unit", "period", "source_id"])
    table = region.table(FILE)
    contracts.check(table, _schema(region), file=FILE)
    return table.assign(value=contracts.numbers(table["value"]))


def gravity(region: Region, layers: network.Frames) -> pd.DataFrame:
    """Fit a gravity model to each series of flows, on population and on the times between centres.

    Pairs without a way or without people at an end count for nothing. The border is a term where the pairs
    lie on both sides of it.

    Parameters
    ----------
    layers
        ``centre_times`` and ``district_population``.

    Returns
    -------
    pandas.DataFrame
        A row for each series: ``indicator``, ``period``, ``source_id``; ``constant``, ``origin_exponent``,
        ``destination_exponent``, ``time_exponent`` and ``border_coefficient``, each with its standard error
        ``…_error``; ``border_factor`` with the ends of its 90 % interval, ``…_low`` and ``…_high``;
        ``pairs``, ``foreign_pairs``, ``pairs_left_out`` and ``pseudo_r2``.

    Raises
    ------
    InputError
        One line for each reason for which no model can be fitted to a series, which it names.
    """
    pairs = _pairs(region, layers)
    found = errors.gathered(
        *(lambda key=key, own=own: _fitted(key, own) for key, own in pairs.groupby(SERIES, sort=True))
    )
    return pd.DataFrame(found).round(6)


def _pairs(region: Region, layers: network.Frames) -> pd.DataFrame:
    """Flows with what the model explains them by; missing where that is not known."""
    flows = load(region)
    times = layers["centre_times"].set_index(_ENDS)["travel_min"]
    people = layers["district_population"].set_index("unit_id")["population_persons"]
    return flows.join(times, on=_ENDS).assign(
        flow=flows["value"],
        origin_mass=flows["from_id"].map(people),
        destination_mass=flows["to_id"].map(people),
        is_foreign=flows["from_id"].map(ids.country) != flows["to_id"].map(ids.country),
    )


def _fitted(key: tuple[str, ...], pairs: pd.DataFrame) -> dict[str, object]:
    has_ends = (pairs["origin_mass"] > 0) & (pairs["destination_mass"] > 0)
    known = pairs[has_ends & pairs["travel_min"].notna()]
    try:
        model = models.calibrate(known, border=len(set(known["is_foreign"])) > 1)
    except errors.InputError as error:
        series = ", ".join(key)
        raise errors.InputError(f"{FILE}: {series}: {finding}" for finding in error.findings) from None
    factor, low, high = _border_factor(model)
    columns: dict[str, object] = {}
    for term, row in model.coefficients.reindex(list(_TERMS)).iterrows():
        columns |= {_TERMS[str(term)]: row["estimate"], f"{_TERMS[str(term)]}_error": row["standard_error"]}
    return {
        **dict(zip(SERIES, key, strict=True)),
        **columns,
        "border_factor": factor,
        "border_factor_low": low,
        "border_factor_high": high,
        "pairs": len(known),
        "foreign_pairs": int(known["is_foreign"].sum()),
        "pairs_left_out": len(pairs) - len(known),
        "pseudo_r2": model.pseudo_r2,
    }


def _border_factor(model: models.Calibration) -> tuple[float, float, float]:
    has_border = models.BORDER in model.coefficients.index
    return model.border_factor(confidence=0.9) if has_border else (np.nan, np.nan, np.nan)


def _schema(region: Region) -> pa.DataFrameSchema:
    district = contracts.one_of(
        units.of_level(region, "district").index, expected="an id of a district of units.csv"
    )
    stated = catalogue.indicators(region).query("computed == ''")["unit"]
    return pa.DataFrameSchema(
        {
            "from_id": pa.Column(str, district),
            "to_id": pa.Column(str, district),
            "indicator": pa.Column(
                str, contracts.one_of(stated.index, expected="an indicator of indicators.csv")
            ),
            "value": pa.Column(str, contracts.number(0)),
            "unit": pa.Column(str, contracts.filled()),
            "period": pa.Column(str, contracts.period()),
            "source_id": pa.Column(
                str, contracts.one_of(catalogue.sources(region).index, expected="an id of sources.csv")
            ),
        },
        checks=[
            contracts.once([*_ENDS, *SERIES], field="to_id"),
            contracts.rows(
                lambda rows: rows["from_id"] != rows["to_id"],
                field="to_id",
                expected="another district than {from_id}",
            ),
            contracts.rows(
                lambda rows: rows["unit"] == rows["indicator"].map(stated).fillna(rows["unit"]),
                field="unit",
                expected="the unit of {indicator} in indicators.csv",
            ),
            contracts.rows(
                lambda rows: rows["period"].map(periods.has_begun).astype(bool),
                field="period",
                expected="a period that has begun",
            ),
        ],
        strict=True,
    )
