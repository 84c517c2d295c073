"""``borderzone.gpkg``: layers with titles, field names in words, metadata, styles and spatial indices.

Version 1.3 of the standard, because older programs read 1.4 only in part.
"""

from __future__ import annotations

import collections
import collections.abc
import contextlib
import dataclasses
import pathlib
import re
import shutil
import sqlite3
import xml.etree.ElementTree as ET

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from geo import crs, errors
from layers.io import limits, store

GEOMETRY = "geom"

_FIELD_NAME = re.compile(r"[a-z][a-z0-9_]*")
_TAKEN_FIELDS = ("fid", GEOMETRY)
_TAKEN_LAYERS = ("gpkg_", "rtree_", "sqlite_", "layer_styles")
_QGIS_METADATA = "http://mrcc.com/qgis.dtd"


@dataclasses.dataclass(frozen=True)
class Style:
    """A QGIS style (QML); the first of a layer is the one that QGIS applies by itself."""

    name: str
    qml: str


@dataclasses.dataclass(frozen=True)
class Field:
    """A field in words: what a form shows as its name, and a sentence about it."""

    title: str
    description: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Layer:
    """A layer or an attribute table with what is said about it.

    Parameters
    ----------
    frame
        With geometry in EPSG:4326, or without.
    title, description
        Names of the layer in words; the title is unique in the file.
    licence, attribution
        Under which terms it stands and whom to name.
    fields
        Fields in words, by name; fields that are not listed keep their bare names.
    """

    frame: pd.DataFrame
    title: str
    description: str = ""
    licence: str = ""
    attribution: str = ""
    fields: collections.abc.Mapping[str, Field] = dataclasses.field(default_factory=dict)
    styles: tuple[Style, ...] = ()

    @property
    def titles(self) -> dict[str, str]:
        """Fields in words, by field."""
        return {name: field.title for name, field in self.fields.items()}


def write(
    layers: collections.abc.Mapping[str, Layer], path: pathlib.Path, *, after: pathlib.Path | None = None
) -> None:
    """Write a new GeoPackage; the same layers give the same bytes.

    Parameters
    ----------
    layers
        By name.
    path
        File that is replaced.
    after
        A GeoPackage written by this function whose layers come first.

    Raises
    ------
    InputError
        One line for each name that is not lower case, taken by the format or used twice, each field that
        the format would change (`layers.io.limits`), each geometry that is empty, invalid or of another kind
        than the rest of its layer, and each layer that ``after`` has already.
    CrsError
        If a layer is not in EPSG:4326.
    """
    known = {name for name, _ in pyogrio.list_layers(after)} if after else set()
    findings = [f"{name}: in {after.name} already" for name in layers if after and name in known]
    findings += _name_findings(layers)
    findings += [line for name, layer in layers.items() for line in _findings(name, layer.frame)]
    findings += [
        line for name, layer in layers.items() for line in limits.layer_findings(name, _fields(layer.frame))
    ]
    if findings:
        raise errors.InputError(findings)
    path.unlink(missing_ok=True)
    if after:
        shutil.copyfile(after, path)
    with store.steady_gdal():
        for name, layer in layers.items():
            _write_layer(name, layer, path)
        styles = _style_rows(layers)
        if not styles.empty:
            pyogrio.write_dataframe(
                styles, path, layer="layer_styles", driver="GPKG", append=True, layer_options={"FID": "id"}
            )
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        if not styles.empty:
            _date_styles(database)
        _describe_layers(database, layers)
        _describe_fields(database, layers)
        _write_metadata(database, layers)


def check(path: pathlib.Path) -> list[str]:
    """Say what is wrong with the layers of a GeoPackage, one line for each finding."""
    try:
        names = [name for name, _ in pyogrio.list_layers(path) if name != "layer_styles"]
    except pyogrio.errors.DataSourceError:
        return [f"{path.name}: cannot be read as a GeoPackage"]
    return [
        f"{path.name}: {line}" for name in names for line in _findings(name, store.read_layer(path, name))
    ]


def _write_layer(name: str, layer: Layer, path: pathlib.Path) -> None:
    frame = store.oriented(_plain(layer.frame))
    options: dict[str, str] = {}
    spatial: dict[str, object] = {}
    if isinstance(frame, gpd.GeoDataFrame):
        kind = _kinds(frame).pop()
        spatial = {"geometry_type": kind, "promote_to_multi": kind.startswith("Multi")}
        options["GEOMETRY_NAME"] = GEOMETRY
    new = {"append": True} if path.exists() else {"dataset_options": {"VERSION": store.GPKG_VERSION}}
    pyogrio.write_dataframe(frame, path, layer=name, driver="GPKG", layer_options=options, **spatial, **new)


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Copy in which empty texts are missing values, as programs expect of a database."""
    plain = frame.copy()
    for column in plain.columns:
        if pd.api.types.is_string_dtype(plain[column].dtype):
            plain[column] = plain[column].replace("", None)
    return plain


def _name_findings(layers: collections.abc.Mapping[str, Layer]) -> list[str]:
    """Say which names the format or another layer has taken."""
    named = [
        f"{name}: expected a name in lower case, digits and _ that begins with none of "
        f"{', '.join(_TAKEN_LAYERS)}"
        for name in layers
        if not _FIELD_NAME.fullmatch(name) or name.startswith(_TAKEN_LAYERS)
    ]
    times = collections.Counter(layer.title for layer in layers.values())
    twice = [f"title {title!r}: {count} layers have it" for title, count in times.items() if count > 1]
    taken = [
        f"{name}: field {column!r} is taken by the format"
        for name, layer in layers.items()
        for column in _fields(layer.frame).columns
        if column in _TAKEN_FIELDS
    ]
    return named + twice + taken


def _fields(frame: pd.DataFrame) -> pd.DataFrame:
    if not isinstance(frame, gpd.GeoDataFrame):
        return frame
    return pd.DataFrame(frame.loc[:, frame.columns != frame.geometry.name])


def _findings(name: str, frame: pd.DataFrame) -> list[str]:
    geometry = frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) else None
    columns = [str(column) for column in frame.columns if column != geometry]
    found = [
        f"{name}: field {column!r}; expected lower case, digits and _"
        for column in columns
        if not _FIELD_NAME.fullmatch(column)
    ]
    return found + (_geometry_findings(name, frame) if isinstance(frame, gpd.GeoDataFrame) else [])


def _geometry_findings(name: str, frame: gpd.GeoDataFrame) -> list[str]:
    if crs.require_same_crs(frame) != crs.LONLAT:
        return [f"{name}: CRS {frame.crs.name}; expected EPSG:4326"]
    empty = frame.geometry.isna() | frame.geometry.is_empty
    found = [f"{name}: row {row}: no geometry" for row in frame.index[empty]]
    full = frame.geometry[~empty]
    for row, geometry in full[~full.is_valid].items():
        found.append(f"{name}: row {row}: {shapely.is_valid_reason(geometry)}; expected a valid geometry")
    kinds = sorted(_kinds(frame[~empty]))
    if len(kinds) > 1:
        found.append(f"{name}: geometries of {', '.join(kinds)}; expected one kind")
    return found


def _kinds(frame: gpd.GeoDataFrame) -> set[str]:
    """Kinds of geometry; lines and polygons count as their collections, points stay points if all are."""
    kinds = set(frame.geom_type)
    if kinds <= {"Point"}:
        return kinds
    return {kind if kind.startswith("Multi") else f"Multi{kind}" for kind in kinds}


def _style_rows(layers: collections.abc.Mapping[str, Layer]) -> pd.DataFrame:
    """Rows of the table from which QGIS reads styles; without a date the file would be invalid."""
    rows = [
        {
            "f_table_catalog": "",
            "f_table_schema": "",
            "f_table_name": name,
            "f_geometry_column": GEOMETRY if isinstance(layer.frame, gpd.GeoDataFrame) else "",
            "styleName": style.name,
            "styleQML": style.qml,
            "styleSLD": "",
            "useAsDefault": style is layer.styles[0],
            "description": layer.title,
            "owner": "",
            "ui": None,
            "update_time": pd.Timestamp(store.FIXED_DATE),
        }
        for name, layer in layers.items()
        for style in layer.styles
    ]
    return pd.DataFrame(rows)


def _date_styles(database: sqlite3.Connection) -> None:
    """Date each style a second after the one before, in the standard's format.

    QGIS lists the styles of other layers by their second, all of one second anew for each of them.
    """
    database.execute("UPDATE layer_styles SET update_time = strftime('%Y-%m-%dT%H:%M:%fZ', id, 'unixepoch')")


def _describe_layers(database: sqlite3.Connection, layers: collections.abc.Mapping[str, Layer]) -> None:
    """Name the layers in words; GDAL would take as long for that as for writing them."""
    database.executemany(
        "UPDATE gpkg_contents SET identifier = ?, description = ? WHERE table_name = ?",
        [(layer.title, layer.description, name) for name, layer in layers.items()],
    )


def _describe_fields(database: sqlite3.Connection, layers: collections.abc.Mapping[str, Layer]) -> None:
    """Fill the standard's table of column titles."""
    database.execute(
        "CREATE TABLE IF NOT EXISTS gpkg_data_columns (table_name TEXT NOT NULL, "
        "column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT, "
        "constraint_name TEXT, "
        "CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name), "
        "CONSTRAINT gdc_tn UNIQUE (table_name, name))"
    )
    database.execute(
        "CREATE TABLE IF NOT EXISTS gpkg_data_column_constraints (constraint_name TEXT NOT NULL, "
        "constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN, "
        "max NUMERIC, max_is_inclusive BOOLEAN, description TEXT, "
        "CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value))"
    )
    database.executemany(
        "INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, NULL)",
        [
            (name, column, column, field.title, field.description)
            for name, layer in layers.items()
            for column, field in layer.fields.items()
            if column in layer.frame.columns
        ],
    )
    tables = ["gpkg_data_columns", "gpkg_data_column_constraints"]
    _register(database, tables, "gpkg_schema", "http://www.geopackage.org/spec121/#extension_schema")


def _write_metadata(database: sqlite3.Connection, layers: collections.abc.Mapping[str, Layer]) -> None:
    """Fill the standard's tables of metadata with what QGIS shows in the properties of a layer."""
    database.execute(
        "CREATE TABLE IF NOT EXISTS gpkg_metadata (id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, "
        "md_scope TEXT NOT NULL DEFAULT 'dataset', md_standard_uri TEXT NOT NULL, "
        "mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '')"
    )
    database.execute(
        "CREATE TABLE IF NOT EXISTS gpkg_metadata_reference (reference_scope TEXT NOT NULL, table_name TEXT, "
        "column_name TEXT, row_id_value INTEGER, "
        "timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), "
        "md_file_id INTEGER NOT NULL, md_parent_id INTEGER, "
        "CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id), "
        "CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id))"
    )
    (known,) = database.execute("SELECT count(*) FROM gpkg_metadata").fetchone()
    for number, (name, layer) in enumerate(layers.items(), start=known + 1):
        database.execute(
            "INSERT INTO gpkg_metadata VALUES (?, 'dataset', ?, 'text/xml', ?)",
            (number, _QGIS_METADATA, _metadata(name, layer)),
        )
        database.execute(
            "INSERT INTO gpkg_metadata_reference VALUES ('table', ?, NULL, NULL, ?, ?, NULL)",
            (name, store.FIXED_DATE, number),
        )
    tables = ["gpkg_metadata", "gpkg_metadata_reference"]
    _register(database, tables, "gpkg_metadata", "http://www.geopackage.org/spec121/#extension_metadata")


def _metadata(name: str, layer: Layer) -> str:
    root = ET.Element("qgis", version="3.22")
    kind = "dataset" if isinstance(layer.frame, gpd.GeoDataFrame) else "nonGeographicDataset"
    texts = {
        "identifier": name,
        "language": "RUS",
        "type": kind,
        "title": layer.title,
        "abstract": layer.description,
        "rights": layer.attribution,
        "license": layer.licence,
    }
    for tag, text in texts.items():
        if text:
            ET.SubElement(root, tag).text = text
    return ET.tostring(root, encoding="unicode")


def _register(database: sqlite3.Connection, tables: list[str], extension: str, definition: str) -> None:
    # GDAL makes this table with the first layer that has a spatial index.
    database.execute(
        "CREATE TABLE IF NOT EXISTS gpkg_extensions (table_name TEXT, column_name TEXT, "
        "extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL, "
        "CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))"
    )
    known = {name for (name,) in database.execute("SELECT table_name FROM gpkg_extensions")}
    database.executemany(
        "INSERT INTO gpkg_extensions VALUES (?, NULL, ?, ?, 'read-write')",
        [(table, extension, definition) for table in tables if table not in known],
    )
