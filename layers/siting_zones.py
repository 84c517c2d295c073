"""Existing zones as real choices: where they lie, what they are for, and how the model scores them.

``zone_profiles.csv`` says for each type of zone whether it is a site and which profile is its own;
``zone_rings.csv`` locates zones of which only a distance to a city is published.
"""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pandera.pandas as pa

from geo import crs
from layers import catalogue, contracts, network, store

SURE = ("point", "settlement")


def profiles() -> pd.DataFrame:
    """Profile of each type of zone, indexed by ``type``: ``profile``, ``is_site``, reason if it is none."""
    table = store.read_table(store.TABLES / "zone_profiles.csv")
    contracts.check(table, _profiles(), file="zone_profiles.csv")
    return table.set_index("type").assign(is_site=lambda found: found["is_site"] == "1")


def rings() -> pd.DataFrame:
    """Zones known by a distance, indexed by ``zone_id``: ``settlement_id``, ``from_km``, ``to_km``."""
    table = store.read_table(store.TABLES / "zone_rings.csv")
    contracts.check(table, _rings(), file="zone_rings.csv")
    return table.set_index("zone_id").astype({"from_km": float, "to_km": float})


def sites(layers: network.Frames) -> gpd.GeoDataFrame:
    """Places of the zones that are sites, where known to the settlement or point, in the working CRS.

    Columns ``zone_id``, ``place_id``; a zone may have several places, or none.
    """
    zones = layers["zones"]
    own = zones[zones["type"].map(profiles()["is_site"])]
    named = own[["zone_id"]].assign(place_id=own["places"].str.split()).explode("place_id")
    located = named.merge(layers["places"], on="place_id")
    sure = located[located["accuracy"].isin(SURE)].sort_values(["zone_id", "place_id"], ignore_index=True)
    points = gpd.points_from_xy(sure["lon"], sure["lat"], crs=crs.LONLAT)
    return network.metric(gpd.GeoDataFrame(sure[["zone_id", "place_id"]], geometry=points))


def _profiles() -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {
            "type": pa.Column(str, catalogue.term("zone_type"), unique=True),
            "profile": pa.Column(str, catalogue.term("profile", blank=True)),
            "is_site": pa.Column(str, contracts.one_of(["0", "1"], expected="0 or 1")),
            "reason_ru": pa.Column(str),
            "reason_en": pa.Column(str),
            "reason_be": pa.Column(str),
        },
        checks=[
            contracts.rows(
                lambda rows: (rows["is_site"] == "1") == (rows["profile"] != ""),
                field="profile",
                expected="a profile for a site, nothing for others",
            ),
            contracts.rows(
                lambda rows: (rows["is_site"] == "1") == (rows["reason_en"] == ""),
                field="reason_en",
                expected="a reason for what is no site, nothing for others",
            ),
        ],
        strict=True,
    )


def _rings() -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {
            "zone_id": pa.Column(str, contracts.filled(), unique=True),
            "settlement_id": pa.Column(str, contracts.filled()),
            "from_km": pa.Column(str, contracts.number(0, 1_000)),
            "to_km": pa.Column(str, contracts.number(0, 1_000)),
            "source_ids": pa.Column(
                str, contracts.all_of(catalogue.sources().index, expected="ids of sources.csv")
            ),
            "basis": pa.Column(str, contracts.filled()),
        },
        strict=True,
    )
