"""The tables by hand that only the snapshot reads, with their contracts."""

from __future__ import annotations

import collections.abc

import pandas as pd
import pandera.pandas as pa

from layers.base import transport
from layers.dictionary import catalogue, units
from layers.io import contracts
from layers.region import Region

# Corrections and omissions, of which there may be none.
_MAY_BE_EMPTY = ("left_out.csv", "settlements_left_out.csv", "stations_corrected.csv")


def read(region: Region, file: str) -> pd.DataFrame:
    """Read one of the tables, every column text.

    Raises
    ------
    InputError
        One line for each cell that is not as the contract says.
    """
    table = region.table(file)
    contracts.check(table, FILES[file](region), file=file, may_be_empty=file in _MAY_BE_EMPTY)
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


def _centres(region: Region) -> pa.DataFrameSchema:
    known = contracts.one_of(units.of_level(region, "district").index, expected="a district of units.csv")
    return pa.DataFrameSchema(
        {"unit_id": pa.Column(str, known, unique=True)} | contracts.texts("name", region.languages)
    )


def _towns(region: Region) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {"unit_id": transport.district(region)} | contracts.texts("name", region.languages),
        checks=contracts.once(["unit_id", "name_ru"], field="name_ru"),
    )


def _rivers(_region: Region) -> pa.DataFrameSchema:
    return pa.DataFrameSchema({"source_name": _key()} | contracts.texts("name", _region.languages))


def _neighbours(_region: Region) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {"source_key": _key(), "region_id": _text()} | contracts.texts("name", _region.languages)
    )


def _left_out(_region: Region) -> pa.DataFrameSchema:
    row = pa.Check.str_matches(r"^[a-z_]+:[0-9]+$", error="a raw table and its row, as seed_facts:45")
    return pa.DataFrameSchema({"origin": pa.Column(str, row, unique=True), "reason": _text()})


def _settlements_left_out(region: Region) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {
            "source_id": transport.source(region),
            "unit_id": transport.district(region),
            "name_ru": _text(),
            "reason": _text(),
        }
    )


def _stations(_region: Region) -> pa.DataFrameSchema:
    six = pa.Check.str_matches(r"^\d{6}$", error="six digits")
    return pa.DataFrameSchema(
        {
            "station_id": pa.Column(str, six, unique=True),
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
    "centres.csv": _centres,
    "town_names.csv": _towns,
    "rivers.csv": _rivers,
    "neighbours.csv": _neighbours,
    "left_out.csv": _left_out,
    "settlements_left_out.csv": _settlements_left_out,
    "stations_corrected.csv": _stations,
    "series.csv": _series,
}
