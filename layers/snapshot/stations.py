"""Railway stations of both sides under one list: one code, one name, one position each."""

from __future__ import annotations

import pathlib

import geopandas as gpd
import pandas as pd

from layers.base import transport
from layers.dictionary import ids
from layers.region import Region
from layers.snapshot import hand_tables, raw
from layers.snapshot import zone as zones

MARGIN_M = 30_000.0
STATION, HALT, POST = transport.STATION_KINDS
_KIND = "stations"


def compute(region: Region, sources: pathlib.Path, zone: zones.Zone) -> gpd.GeoDataFrame:
    """Stations in the zone and its margin, in the working CRS, sorted by ``station_id``.

    ``station_id`` is the code of the railways of both countries; ``unit_id`` is empty outside the zone, and
    there is a name in each language that a source has. Positions in ``stations_corrected.csv`` replace those
    of the sources.
    """
    columns = ["station_id", *_names(region), "kind", "country", "source_id"]
    listed = [_of_source(region, sources, key) for key in raw.listed(region, _KIND)]
    both = pd.concat([pd.DataFrame(columns=[*columns, "lon", "lat"], dtype=str), *listed], ignore_index=True)
    corrected = hand_tables.read(region, "stations_corrected.csv").set_index("station_id")
    for axis in ("lon", "lat"):
        both[axis] = both["station_id"].map(corrected[axis]).fillna(both[axis])
    located = raw.points(both[both["lat"] != "0"], lon="lon", lat="lat").to_crs(zone.region.crs)
    near = located[located.within(zone.around(MARGIN_M))].drop_duplicates("station_id")
    stations = near[[*columns, "geometry"]].sort_values("station_id", ignore_index=True)
    inside = gpd.sjoin(stations, zone.districts[["unit_id", "geometry"]], predicate="within")
    unit = inside["unit_id"].groupby(level=0).first().reindex(stations.index, fill_value="")
    return stations.assign(unit_id=unit)


def _names(region: Region) -> list[str]:
    """Columns of names that some source has, the first language's in any case."""
    first, *others = region.columns("name")
    keys = set(raw.listed(region, _KIND))
    return [first, *(name for name in others if keys & set(raw.giving(region, name)))]


def _of_source(region: Region, sources: pathlib.Path, key: str) -> pd.DataFrame:
    """Stations of one source; codes may lose their leading zeros there."""
    columns = ("station_id", region.name_column, "kind", "country", "lon", "lat")
    rows = raw.table(region, sources, key, columns, also=_names(region)[1:])
    rows = rows[rows["station_id"] != ""]
    return rows.drop(columns=raw.ROW).assign(
        station_id=rows["station_id"].str.zfill(region.station_code_digits),
        kind=rows["kind"].replace("", POST),
        country=rows["country"].map(ids.country),
        source_id=raw.source_id(region, key),
    )
