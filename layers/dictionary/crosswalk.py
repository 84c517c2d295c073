"""What became of units: ``crosswalk.csv``, a row for each part of a unit that went to another."""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa

from layers.dictionary import catalogue, units
from layers.io import contracts
from layers.region import Region, remembered

FILE = "crosswalk.csv"
CHANGES = ("merge", "split", "rename", "transfer")


@remembered
def load(region: Region) -> pd.DataFrame:
    """Former units and what they are part of now, in the order of the table; none without the table.

    ``from_id`` (a unit of today or a former one), ``to_id`` (a unit of today), ``date``, ``change`` (one of
    `CHANGES`), ``share`` of the former unit that went there, ``source_id``, ``basis``.

    Raises
    ------
    InputError
        One line for each cell that is not as the contract says.
    """
    schema = _schema(region)
    if not region.has(FILE):
        return pd.DataFrame(columns=list(schema.columns))
    table = region.table(FILE)
    contracts.check(table, schema, file=FILE, may_be_empty=True)
    return table.assign(share=contracts.numbers(table["share"]))


def _schema(region: Region) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {
            "from_id": pa.Column(str, units.identifier()),
            "to_id": pa.Column(
                str, contracts.one_of(units.load(region).index, expected="an id of units.csv")
            ),
            "date": pa.Column(str, contracts.period()),
            "change": pa.Column(str, contracts.one_of(CHANGES, expected=f"one of {', '.join(CHANGES)}")),
            "share": pa.Column(str, contracts.number(0, 1)),
            "source_id": pa.Column(
                str, contracts.one_of(catalogue.sources(region).index, expected="an id of sources.csv")
            ),
            "basis": pa.Column(str, contracts.filled()),
        },
        checks=[
            contracts.once(["from_id", "to_id", "date"], field="to_id"),
            contracts.rows(
                lambda rows: (
                    contracts.numbers(rows["share"])
                    .groupby([rows["from_id"], rows["date"]])
                    .transform("sum")
                    .le(1 + 1e-9)
                ),
                field="share",
                expected="shares of {from_id} that sum to 1 at most",
            ),
        ],
        strict=True,
    )
