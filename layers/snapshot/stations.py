"""Railway stations of both sides under one list: one code, one name, one position each."""

from __future__ import annotations

import pathlib

import geopandas as gpd
import pandas as pd

from layers.region import Region
from layers.snapshot import hand_tables, raw
from layers.snapshot import zone as zones

MARGIN_M = 30_000.0
_KINDS = {"ст": "station", "station": "station", "оп": "halt", "halt": "halt"}
_COLUMNS = ["station_id", "name_ru", "name_be", "kind", "country", "source_id", "geometry"]


def compute(region: Region, sources: pathlib.Path, zone: zones.Zone) -> gpd.GeoDataFrame:
    """Stations in the zone and its margin, in the working CRS, sorted by ``station_id``.

    ``station_id`` is the six-digit code of the railways of both countries; ``unit_id`` is empty
    outside the zone. Positions in ``stations_corrected.csv`` replace those of the source.
    """
    corrected = hand_tables.read(region, "stations_corrected.csv").set_index("station_id")
    first, second = zone.region.countries
    both = pd.concat([_first(region, sources, first), _second(region, sources, second)], ignore_index=True)
    for axis in ("lon", "lat"):
        both[axis] = both["station_id"].map(corrected[axis]).fillna(both[axis])
    located = raw.points(both[both["lat"] != "0"], lon="lon", lat="lat").to_crs(zone.region.crs)
    near = located[located.within(zone.around(MARGIN_M))].drop_duplicates("station_id")
    stations = near[_COLUMNS].sort_values("station_id", ignore_index=True)
    inside = gpd.sjoin(stations, zone.districts[["unit_id", "geometry"]], predicate="within")
    unit = inside["unit_id"].groupby(level=0).first().reindex(stations.index, fill_value="")
    return stations.assign(unit_id=unit)


def _first(region: Region, sources: pathlib.Path, country: str) -> pd.DataFrame:
    """Stations of the first country; codes lose their leading zero in the source."""
    rows = raw.table(region, sources, "stations_a")
    return pd.DataFrame(
        {
            "station_id": rows["esr"].str.zfill(6),
            "name_ru": rows["name"],
            "name_be": "",
            "kind": rows["station_type_en"].map(_KINDS).fillna("post"),
            "country": country,
            "source_id": raw.source_id(region, "stations_a"),
            "lon": rows["lon"],
            "lat": rows["lat"],
        }
    )


def _second(region: Region, sources: pathlib.Path, country: str) -> pd.DataFrame:
    """Stations of the second country; the corrected name counts where there is one."""
    rows = raw.table(region, sources, "stations_b", separator="\t")
    rows = rows[rows["Код"] != ""]
    corrected = rows["Па-расейску правільнае"]
    return pd.DataFrame(
        {
            "station_id": rows["Код"],
            "name_ru": corrected.where(corrected != "", rows["Па-расейску старое"]),
            "name_be": rows["Па-беларуску правільнае"],
            "kind": rows["Тып"].map(_KINDS).fillna("post"),
            "country": country,
            "source_id": raw.source_id(region, "stations_b"),
            "lon": rows["lon"],
            "lat": rows["lat"],
        }
    )
