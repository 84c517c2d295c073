"""Raw files by key, as the table ``raw_files.csv`` lists them with the id of their source."""

from __future__ import annotations

import pathlib

import geopandas as gpd
import pandas as pd

from geo import errors
from layers.io import letters
from layers.region import Region
from layers.snapshot import hand_tables


def path(region: Region, sources: pathlib.Path, key: str) -> pathlib.Path:
    """Path of a raw file below ``sources``.

    Raises
    ------
    InputError
        If the table does not list the key or the file is missing.
    """
    found = sources / _listed(region, "path", key)
    if not found.exists():
        raise errors.InputError(f"{found.name}: file is missing in {found.parent}")
    return found


def source_id(region: Region, key: str) -> str:
    """Id of the source that a raw file comes from, as in ``sources.csv``."""
    return _listed(region, "source_id", key)


def vector(region: Region, sources: pathlib.Path, key: str) -> gpd.GeoDataFrame:
    """Read a raw vector file with the CRS that it states, its texts as `layers.io.letters` admits them."""
    found = path(region, sources, key)
    frame: gpd.GeoDataFrame = gpd.read_file(found)
    return letters.admitted(frame, file=found.name)


def table(region: Region, sources: pathlib.Path, key: str, *, separator: str = ",") -> pd.DataFrame:
    """Read a raw CSV; every column is text (see `layers.io.letters`) and an empty cell is ``""``."""
    found = path(region, sources, key)
    frame = pd.read_csv(found, dtype=str, keep_default_na=False, sep=separator)
    return letters.admitted(frame, file=found.name)


def sheet(region: Region, sources: pathlib.Path, key: str) -> pd.DataFrame:
    """Read the first sheet of a raw workbook; every column is text and an empty cell is missing."""
    found = path(region, sources, key)
    return letters.admitted(pd.read_excel(found, dtype=str).rename(columns=str), file=found.name)


def points(frame: pd.DataFrame, *, lon: str, lat: str) -> gpd.GeoDataFrame:
    """Give rows with coordinates in degrees a point; rows without any are left out."""
    x, y = (pd.to_numeric(frame[column], errors="coerce") for column in (lon, lat))
    located = x.notna() & y.notna()
    geometry = gpd.points_from_xy(x[located], y[located])
    return gpd.GeoDataFrame(frame[located], geometry=geometry, crs="EPSG:4326")


def _listed(region: Region, column: str, key: str) -> str:
    listed = hand_tables.read(region, "raw_files.csv").set_index("key")[column]
    if key not in listed.index:
        raise errors.InputError(
            f"raw_files.csv: key {key!r} is not listed; expected one of {sorted(listed.index)}"
        )
    return str(listed[key])
