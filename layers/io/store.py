"""The one way to read and write a layer: GeoJSON snapshot, GeoPackage stage or product, CSV table.

Everything written is deterministic: the same frame gives the same bytes.
"""

from __future__ import annotations

import collections
import collections.abc
import contextlib
import csv
import datetime
import io
import json
import math
import pathlib

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyogrio
import shapely

from geo import crs, errors
from layers.io import geojson, letters, limits, textfile

FIXED_DATE = "1970-01-01T00:00:00.000Z"
GPKG_VERSION = "1.3"  # older programs read 1.4 only in part


def read_table(path: pathlib.Path) -> pd.DataFrame:
    """Read a CSV table; every column is text (see `letters`) and an empty cell is ``""``.

    Raises
    ------
    InputError
        If the file is missing, not UTF-8 or not CSV, and for each row with too few or too many fields or
        over several lines, and each text with a control character.
    """
    reader = csv.reader(io.StringIO(textfile.read(path), newline=""), strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader if row]
    except csv.Error as error:
        raise errors.InputError(
            f"{path.name}: line {reader.line_num}: not readable as CSV: {error}"
        ) from error
    if not rows:
        raise errors.InputError(f"{path.name}: not readable as CSV: no header")
    return _framed(rows, path.name)


def _framed(rows: list[tuple[int, list[str]]], name: str) -> pd.DataFrame:
    header, body = rows[0][1], rows[1:]
    findings = [
        f"{name}: column {column!r} is named {times} times; expected once"
        for column, times in collections.Counter(header).items()
        if times > 1
    ]
    findings += [
        f"{name}: line {number}: {len(row)} fields; expected {len(header)}"
        for number, row in body
        if len(row) != len(header)
    ]
    # A quotation mark too many takes the rows up to the next one into a single cell.
    findings += [
        f"{name}: line {number}: {column} runs over several lines; "
        "expected each row on one line (a quotation mark too many?)"
        for number, row in body
        for column, cell in zip(header, row, strict=False)
        if "\n" in cell or "\r" in cell
    ]
    if findings:
        raise errors.InputError(findings)
    return letters.admitted(pd.DataFrame([row for _, row in body], columns=header, dtype=str), file=name)


def write_table(frame: pd.DataFrame, path: pathlib.Path) -> None:
    """Write a CSV table: UTF-8, LF, no index, missing values empty."""
    frame.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def read_geojson(path: pathlib.Path, *, kinds: tuple[str, ...] = ()) -> gpd.GeoDataFrame:
    """Read a GeoJSON layer in EPSG:4326, its texts as `letters` admits them.

    Parameters
    ----------
    kinds
        Types of geometry that the layer may have; all if there is none.

    Raises
    ------
    InputError
        If the file is missing or not a GeoJSON FeatureCollection, for each feature that is not what
        `layers.io.geojson` expects, and for each text with a control character.
    """
    properties, shapes = geojson.features(path, kinds=kinds)
    names = dict.fromkeys(name for feature in properties for name in feature)
    # Before the frame: its texts know no half of a pair of characters.
    letters.require_fit(
        {name: [feature.get(name) for feature in properties] for name in names}, file=path.name
    )
    return letters.admitted(gpd.GeoDataFrame(properties, geometry=shapes, crs=crs.LONLAT), file=path.name)


def write_geojson(frame: gpd.GeoDataFrame, path: pathlib.Path, *, decimals: int = 5) -> None:
    """Write a layer as GeoJSON in EPSG:4326, one feature a line.

    Coordinates are rounded to ``decimals``; rings run as RFC 7946 wants them.

    Raises
    ------
    InputError
        One line for each infinite number.
    """
    findings = limits.json_findings(path.name, frame.drop(columns=frame.geometry.name))
    if findings:
        raise errors.InputError(findings)
    lonlat = frame.to_crs(crs.LONLAT)
    # numpy multiplies before it rounds and is off at ties.
    rounded = np.vectorize(lambda degrees: round(degrees, decimals), otypes=[float])
    shapes = shapely.transform(lonlat.geometry.to_numpy(), rounded)
    columns = [column for column in lonlat.columns if column != lonlat.geometry.name]
    lines = [
        json.dumps(
            {
                "type": "Feature",
                "properties": {column: _plain(row[column]) for column in columns},
                "geometry": shapely.geometry.mapping(geometry),
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for row, geometry in zip(lonlat[columns].to_dict("records"), _oriented(shapes), strict=True)
    ]
    body = ",\n".join(lines)
    text = f'{{"type":"FeatureCollection","features":[\n{body}\n]}}\n'
    path.write_text(text, encoding="utf-8", newline="\n")


def read_layer(path: pathlib.Path, name: str) -> gpd.GeoDataFrame:
    """Read one layer (or attribute table, without geometry) of a GeoPackage.

    Raises
    ------
    InputError
        If the file or the layer is missing.
    """
    try:
        frame: gpd.GeoDataFrame = pyogrio.read_dataframe(path, layer=name)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise errors.InputError(f"{path.name}: layer {name!r} cannot be read: {error}") from error
    return frame


def write_layers(layers: collections.abc.Mapping[str, pd.DataFrame], path: pathlib.Path) -> None:
    """Write frames as layers of a new GeoPackage; a named index becomes the first column.

    Frames without geometry become attribute tables.
    """
    path.unlink(missing_ok=True)
    with steady_gdal():
        for name, frame in layers.items():
            new = {"append": True} if path.exists() else {"dataset_options": {"VERSION": GPKG_VERSION}}
            keyed = frame.reset_index() if any(frame.index.names) else frame
            pyogrio.write_dataframe(oriented(keyed), path, layer=name, driver="GPKG", **new)


def oriented(frame: pd.DataFrame) -> pd.DataFrame:
    """Copy whose polygons have shells counter-clockwise and holes clockwise; a table stays as it is.

    So do RFC 7946 (3.1.6) and the simple features of OGC (06-103r4, 6.1.11.1) want it.
    """
    if not isinstance(frame, gpd.GeoDataFrame):
        return frame
    turned: pd.DataFrame = frame.set_geometry(_oriented(frame.geometry.to_numpy()), crs=frame.crs)
    return turned


@contextlib.contextmanager
def steady_gdal() -> collections.abc.Iterator[None]:
    """Let GDAL write `FIXED_DATE` where it would tell the clock, and not wait for the disk.

    A step makes its files anew if the machine stops before they are whole.
    """
    options = {"OGR_CURRENT_DATE": FIXED_DATE, "OGR_SQLITE_SYNCHRONOUS": "OFF"}
    pyogrio.set_gdal_config_options(options)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(dict.fromkeys(options))


def _plain(value: object) -> object:
    """Value of a cell as JSON knows it; NaN and NaT become null, dates ISO texts."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    return value.isoformat() if isinstance(value, datetime.date) else value


def _oriented(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    return shapely.orient_polygons(shapes, exterior_cw=False)  # type: ignore[no-any-return]
