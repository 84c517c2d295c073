"""The tables by hand that only the snapshot reads, with their contracts."""

from __future__ import annotations

import collections.abc

import pandas as pd
import pandera.pandas as pa

from layers.base import transport
from layers.dictionary import catalogue, units
from layers.io import contracts
from layers.region import Region, remembered

# Corrections, omissions and names, of which there may be none.
_MAY_BE_EMPTY = (
    *("left_out.csv", "settlements_left_out.csv", "stations_corrected.csv"),
    *("raw_columns.csv", "raw_rows.csv", "raw_values.csv", "name_forms.csv"),
    *("series.csv", "town_names.csv", "rivers.csv", "neighbours.csv"),
)
# Whose names a form is cut from.
NAMED = ("unit", "place")


@remembered
def read(region: Region, file: str) -> pd.DataFrame:
    """Read one of the tables, every column text; nobody changes it. A region without the table has no rows.

    Raises
    ------
    InputError
        One line for each cell that is not as the contract says.
    """
    schema = FILES[file](region)
    if not region.has(file):
        return pd.DataFrame(columns=list(schema.columns), dtype=str)
    table = region.table(file)
    contracts.check(table, schema, file=file, may_be_empty=file in _MAY_BE_EMPTY)
    if file == "centres.csv":
        contracts.require_rows(table["unit_id"], units.of_level(region, "district").index, file=file)
    return table


def _text() -> pa.Column:
    return pa.Column(str, contracts.filled())


def _key() -> pa.Column:
    return pa.Column(str, contracts.filled(), unique=True)


def _raw_files(region: Region) -> pa.DataFrameSchema:
    inside = pa.Check.str_matches(
        r"^(?!.*(\.\.|\\|:))[^/\s][^\s]*$", error="a path inside the folder of sources"
    )
    return pa.DataFrameSchema(
        {
            "key": pa.Column(str, contracts.identifier(), unique=True),
            "path": pa.Column(str, inside),
            "source_id": transport.source(region, blank=True),
        }
    )


def _raw_columns(region: Region) -> pa.DataFrameSchema:
    one = contracts.rows(
        lambda table: (table["raw_column"] != "") != (table["constant"] != ""),
        field="constant",
        expected="a value for all rows if there is no raw_column, else nothing",
    )
    through = contracts.rows(
        lambda table: (table["through"] == "") | (table["raw_column"] != ""),
        field="through",
        expected="nothing where there is no raw_column to look up",
    )
    return pa.DataFrameSchema(
        {
            "key": _raw_key(region),
            "column": pa.Column(str, contracts.identifier()),
            "raw_column": pa.Column(str),
            "constant": pa.Column(str),
            "through": _raw_key(region, blank=True),
        },
        checks=[one, through, contracts.once(["key", "column", "raw_column"], field="column")],
    )


def _raw_rows(region: Region) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {"key": _raw_key(region), "raw_column": _text(), "value": pa.Column(str)},
        checks=contracts.once(["key", "raw_column", "value"], field="value"),
    )


def _raw_values(region: Region) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {
            "key": _raw_key(region),
            "column": pa.Column(str, contracts.identifier()),
            "raw_value": _text(),
            "value": _text(),
        },
        checks=contracts.once(["key", "column", "raw_value"], field="raw_value"),
    )


def _name_forms(region: Region) -> pa.DataFrameSchema:
    small = pa.Check(lambda column: column == column.str.lower(), error="small letters")
    kinds = units.load(region)["kind"]
    return pa.DataFrameSchema(
        {
            "form": pa.Column(str, [contracts.filled(), small]),
            "of": pa.Column(str, contracts.one_of(NAMED, expected=" or ".join(NAMED))),
            "kinds": pa.Column(
                str, contracts.all_of(kinds, expected="kinds of units of units.csv", blank=True)
            ),
        },
        checks=contracts.once(["form", "of"], field="form"),
    )


def _raw_key(region: Region, *, blank: bool = False) -> pa.Column:
    known = region.raw_keys
    return pa.Column(str, contracts.one_of(known, expected="a key of raw_files.csv", blank=blank))


def _centres(region: Region) -> pa.DataFrameSchema:
    known = contracts.one_of(units.of_level(region, "district").index, expected="a district of units.csv")
    return pa.DataFrameSchema(
        {"unit_id": pa.Column(str, known, unique=True)} | contracts.texts("name", region.languages)
    )


def _towns(region: Region) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {"unit_id": transport.district(region)} | contracts.texts("name", region.languages),
        checks=contracts.once(["unit_id", region.name_column], field=region.name_column),
    )


def _rivers(_region: Region) -> pa.DataFrameSchema:
    return pa.DataFrameSchema({"source_name": _key()} | contracts.texts("name", _region.languages))


def _neighbours(_region: Region) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {"source_key": _key(), "region_id": _text()} | contracts.texts("name", _region.languages)
    )


def _left_out(_region: Region) -> pa.DataFrameSchema:
    row = pa.Check.str_matches(r"^[a-z0-9_]+:[0-9]+$", error="a raw table and its row, as seed_facts:45")
    return pa.DataFrameSchema({"origin": pa.Column(str, row, unique=True), "reason": _text()})


def _settlements_left_out(region: Region) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {
            "source_id": transport.source(region),
            "unit_id": transport.district(region),
            region.name_column: _text(),
            "reason": _text(),
        }
    )


def _stations(region: Region) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {
            "station_id": pa.Column(str, transport.station_code(region), unique=True),
            "lon": pa.Column(str, contracts.number(-180, 180, blank=True)),
            "lat": pa.Column(str, contracts.number(-90, 90, blank=True)),
            "reason": _text(),
        },
        checks=contracts.rows(
            lambda table: (table["lon"] == "") == (table["lat"] == ""),
            field="lat",
            expected="both lon and lat, or neither",
        ),
    )


def _series(region: Region) -> pa.DataFrameSchema:
    listed = contracts.one_of(catalogue.indicators(region).index, expected="an indicator of indicators.csv")
    noted = contracts.all_of(catalogue.notes(region).index, expected="ids of notes.csv", blank=True)
    return pa.DataFrameSchema(
        {
            "raw_indicator": _text(),
            "raw_unit": pa.Column(str),
            "indicator": pa.Column(str, listed),
            "factor": pa.Column(str, contracts.number(1e-12)),
            "qualifier": pa.Column(str, catalogue.term(region, "qualifier", blank=True)),
            "notes": pa.Column(str, noted),
        },
        checks=contracts.once(["raw_indicator", "raw_unit"], field="raw_indicator"),
    )


FILES: dict[str, collections.abc.Callable[[Region], pa.DataFrameSchema]] = {
    "raw_files.csv": _raw_files,
    "raw_columns.csv": _raw_columns,
    "raw_rows.csv": _raw_rows,
    "raw_values.csv": _raw_values,
    "name_forms.csv": _name_forms,
    "centres.csv": _centres,
    "town_names.csv": _towns,
    "rivers.csv": _rivers,
    "neighbours.csv": _neighbours,
    "left_out.csv": _left_out,
    "settlements_left_out.csv": _settlements_left_out,
    "stations_corrected.csv": _stations,
    "series.csv": _series,
}
