"""Existing zones as real choices: where they lie and what they are for.

``zone_profiles.csv`` says for each type of zone whether it is a site and which profile is its own;
``zone_rings.csv`` locates zones of which only a distance to a city is published.
"""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import pandas as pd
import pandera.pandas as pa

from geo import crs, errors
from geo.siting import profile
from layers.analysis import network
from layers.dictionary import catalogue
from layers.io import contracts
from layers.region import Region

SURE = ("point", "settlement")
# What existing zones decide themselves: how near a zone is, and that their ground is built up.
_CIRCULAR = ("zone_km", "free_share")


def profiles(region: Region) -> pd.DataFrame:
    """Profile of each type of zone, indexed by ``type``: ``profile``, ``is_site``, reason if it is none."""
    table = region.table("zone_profiles.csv")
    contracts.check(table, _profiles(region), file="zone_profiles.csv")
    contracts.require_rows(table["type"], catalogue.vocabulary(region, "zone_type"), file="zone_profiles.csv")
    return table.set_index("type").assign(is_site=lambda found: found["is_site"] == "1")


def rings(region: Region) -> pd.DataFrame:
    """Zones known by a distance, indexed by ``zone_id``: ``settlement_id``, ``from_km``, ``to_km``."""
    table = region.table("zone_rings.csv")
    contracts.check(table, _rings(region), file="zone_rings.csv", may_be_empty=True)
    limits = {name: contracts.numbers(table[name]) for name in ("from_km", "to_km")}
    return table.assign(**limits).set_index("zone_id")


def require_known(far: pd.DataFrame, *, zones: pd.DataFrame, settlements: pd.DataFrame) -> None:
    """Refuse rings of what is no zone, or around what is no settlement.

    Raises
    ------
    InputError
        One line for each.
    """
    named = {*far.index, *far["settlement_id"]}
    unknown = sorted(named - {*zones["zone_id"], *settlements["settlement_id"]})
    if unknown:
        raise errors.InputError(f"zone_rings.csv: {name}: no such zone or settlement" for name in unknown)


def sites(region: Region, layers: network.Frames) -> gpd.GeoDataFrame:
    """Places of the sites in operation, where known to the settlement or point, in the working CRS.

    Columns ``zone_id``, ``place_id``; a zone may have several places, or none.
    """
    zones = layers["zones"]
    own = zones[zones["type"].map(profiles(region)["is_site"]) & operating(region, zones)]
    named = own[["zone_id"]].assign(place_id=own["places"].str.split()).explode("place_id")
    located = named.merge(layers["places"], on="place_id")
    sure = located[located["accuracy"].isin(SURE)].sort_values(["zone_id", "place_id"], ignore_index=True)
    points = gpd.points_from_xy(sure["lon"], sure["lat"], crs=crs.LONLAT)
    return network.metric(region, gpd.GeoDataFrame(sure[["zone_id", "place_id"]], geometry=points))


def blind(
    purposes: dict[str, profile.Profile], rules: pd.DataFrame
) -> tuple[dict[str, profile.Profile], pd.DataFrame]:
    """Profiles and exclusions without what existing zones decide; the other weights are scaled to one.

    Raises
    ------
    InputError
        One line for each profile of which nothing is left.
    """
    empty = [name for name, purpose in purposes.items() if not _weight(_kept(purpose))]
    if empty:
        told = ", ".join(_CIRCULAR)
        raise errors.InputError(
            f"profiles.csv: profile {name}: {told} have all the weight; expected another criterion with some"
            for name in empty
        )
    rest = {name: _without(purpose) for name, purpose in purposes.items()}
    return rest, rules[~rules["criterion"].isin(_CIRCULAR)]


def _without(purpose: profile.Profile) -> profile.Profile:
    rest = _kept(purpose)
    total = _weight(rest)
    return profile.Profile(
        tuple(dataclasses.replace(criterion, weight=criterion.weight / total) for criterion in rest)
    )


def _kept(purpose: profile.Profile) -> list[profile.Criterion]:
    return [criterion for criterion in purpose.criteria if criterion.id not in _CIRCULAR]


def _weight(criteria: list[profile.Criterion]) -> float:
    return sum(criterion.weight for criterion in criteria)


def operating(region: Region, zones: pd.DataFrame) -> pd.Series[bool]:
    """Whether each zone took place; plans and proposals do not count."""
    return zones["state"].isin(region.intensity.realised_states)


def _profiles(region: Region) -> pa.DataFrameSchema:
    reason = region.columns("reason")[0]
    return pa.DataFrameSchema(
        {
            "type": pa.Column(str, catalogue.term(region, "zone_type"), unique=True),
            "profile": pa.Column(str, catalogue.term(region, "profile", blank=True)),
            "is_site": pa.Column(str, contracts.one_of(["0", "1"], expected="0 or 1")),
            **{name: pa.Column(str) for name in region.columns("reason")},
        },
        checks=[
            contracts.rows(
                lambda rows: (rows["is_site"] == "1") == (rows["profile"] != ""),
                field="profile",
                expected="a profile for a site, nothing for others",
            ),
            contracts.rows(
                lambda rows: (rows["is_site"] == "1") == (rows[reason] == ""),
                field=reason,
                expected="a reason for what is no site, nothing for others",
            ),
        ],
        strict=True,
    )


def _rings(region: Region) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {
            "zone_id": pa.Column(str, contracts.filled(), unique=True),
            "settlement_id": pa.Column(str, contracts.filled()),
            "from_km": pa.Column(str, contracts.number(0, 1_000)),
            "to_km": pa.Column(str, contracts.number(0, 1_000)),
            "source_ids": pa.Column(
                str, contracts.all_of(catalogue.sources(region).index, expected="ids of sources.csv")
            ),
            "basis": pa.Column(str, contracts.filled()),
        },
        checks=[
            contracts.rows(
                lambda rows: contracts.numbers(rows["from_km"]) <= contracts.numbers(rows["to_km"]),
                field="to_km",
                expected="at least from_km, which is {from_km}",
            )
        ],
        strict=True,
    )
