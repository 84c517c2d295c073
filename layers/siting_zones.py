"""Existing zones as real choices: where they lie, what they are for, and how the model scores them.

``zone_profiles.csv`` says for each type of zone whether it is a site and which profile is its own;
``zone_rings.csv`` locates zones of which only a distance to a city is published.
"""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pandera.pandas as pa
import scipy.special

from geo import crs, errors, grid, profile, sameness
from layers import catalogue, contracts, network, siting, store, study_area

SURE = ("point", "settlement")
# What existing zones decide themselves: how near a zone is, and that their ground is built up.
_CIRCULAR = ("zone_km", "free_share")
_REASONS = {f"reason_{language}": f"title_{language}" for language in ("ru", "en", "be")}

Ints = npt.NDArray[np.int64]


def profiles() -> pd.DataFrame:
    """Profile of each type of zone, indexed by ``type``: ``profile``, ``is_site``, reason if it is none."""
    table = store.read_table(store.TABLES / "zone_profiles.csv")
    contracts.check(table, _profiles(), file="zone_profiles.csv")
    contracts.require_rows(table["type"], catalogue.vocabulary("zone_type"), file="zone_profiles.csv")
    return table.set_index("type").assign(is_site=lambda found: found["is_site"] == "1")


def rings() -> pd.DataFrame:
    """Zones known by a distance, indexed by ``zone_id``: ``settlement_id``, ``from_km``, ``to_km``."""
    table = store.read_table(store.TABLES / "zone_rings.csv")
    contracts.check(table, _rings(), file="zone_rings.csv", may_be_empty=True)
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


def sites(layers: network.Frames) -> gpd.GeoDataFrame:
    """Places of the sites in operation, where known to the settlement or point, in the working CRS.

    Columns ``zone_id``, ``place_id``; a zone may have several places, or none.
    """
    zones = layers["zones"]
    own = zones[zones["type"].map(profiles()["is_site"]) & _operating(zones)]
    named = own[["zone_id"]].assign(place_id=own["places"].str.split()).explode("place_id")
    located = named.merge(layers["places"], on="place_id")
    sure = located[located["accuracy"].isin(SURE)].sort_values(["zone_id", "place_id"], ignore_index=True)
    points = gpd.points_from_xy(sure["lon"], sure["lat"], crs=crs.LONLAT)
    return network.metric(gpd.GeoDataFrame(sure[["zone_id", "place_id"]], geometry=points))


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


def scores(
    of: siting.Models, on: grid.Grid, base: network.Frames
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Score each located zone by each profile.

    Parameters
    ----------
    of
        Models that are blind to the zones.
    on
        The grid.
    base
        Base layers with ``zones``, ``places`` and ``settlements``.

    Returns
    -------
    tuple
        ``zone_scores`` (mean of the eligible cells around its places, ``share_below`` of all eligible
        cells that score lower, ``is_hit``), ``zone_hits`` (by profile and for all: own zones, hits,
        and the chance that as many cells drawn at random were hits) and ``zones_left_out``.
    """
    around = _around(on, base)
    own = base["zones"].set_index("zone_id")["type"].map(profiles()["profile"])
    rows = [
        {"zone_id": zone, "profile": name, "is_own": own[zone] == name, **_score(model, cells)}
        for zone, cells in around.items()
        for name, model in of.items()
    ]
    table = pd.DataFrame(rows).sort_values(["zone_id", "profile"], ignore_index=True)
    table["is_hit"] = sameness.at_least(table["share_below"], study_area.load().siting.hit_share)
    return table.round({"score": 4, "share_below": 4}), _hits(table), _left_out(base, around)


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


def _around(on: grid.Grid, base: network.Frames) -> dict[str, Ints]:
    """Cells in which each located zone may lie, by zone."""
    x_m, y_m = grid.centres(on)
    near_km = study_area.load().siting.zone_km
    own = sites(base).assign(from_km=0.0, to_km=near_km)
    known = network.metric(base["settlements"]).set_index("settlement_id").geometry
    far = rings()
    require_known(far, zones=base["zones"], settlements=base["settlements"])
    far = far[far.index.isin(base["zones"].loc[_operating(base["zones"]), "zone_id"])]
    ringed = gpd.GeoDataFrame(
        far.reset_index(), geometry=known.loc[far["settlement_id"]].to_numpy(), crs=on.crs
    )
    found: dict[str, Ints] = {}
    for row in pd.concat([own, ringed]).itertuples():
        away_km = np.hypot(x_m - row.geometry.x, y_m - row.geometry.y) / 1_000
        cells = np.flatnonzero((away_km >= row.from_km) & (away_km <= row.to_km))
        found[row.zone_id] = np.union1d(found.get(row.zone_id, cells), cells)
    return dict(sorted(found.items()))


def _score(model: siting.Model, cells: Ints) -> dict[str, float]:
    score = model.found.score.ravel()
    there = score[cells][np.isfinite(score[cells])]
    mean = there.mean() if len(there) else np.nan
    known = score[np.isfinite(score)]
    below = 1 - sameness.at_least(known, mean).mean() if len(there) else np.nan
    return {"cells": len(there), "score": mean, "share_below": below}


def _hits(table: pd.DataFrame) -> pd.DataFrame:
    """Count the hits of zones by their own profile, against cells drawn at random."""
    own = table[table["is_own"] & table["score"].notna()]
    counted = own.groupby("profile")["is_hit"].agg(zones="size", hits="sum")
    counted.loc["all"] = counted.sum()
    chance = 1 - study_area.load().siting.hit_share
    # Binomial: as many hits or more.
    p_chance = scipy.special.bdtrc(counted["hits"] - 1, counted["zones"], chance)
    rates = counted.assign(hit_rate=counted["hits"] / counted["zones"], chance=chance, p_chance=p_chance)
    return pd.DataFrame(rates.round({"hit_rate": 3, "chance": 3, "p_chance": 6}).reset_index())


def _operating(zones: pd.DataFrame) -> pd.Series[bool]:
    return zones["state"].isin(study_area.load().intensity.realised_states)


def _left_out(base: network.Frames, around: dict[str, Ints]) -> pd.DataFrame:
    """Zones that are not scored, with the reason."""
    zones = base["zones"].set_index("zone_id").sort_index()
    zones = zones[~zones.index.isin(around)]
    rest = zones[["type"]].join(profiles(), on="type")
    why = _operating(zones).map({True: "not_located", False: "not_operating"})[rest["is_site"]]
    told = catalogue.terms().loc["zone_left_out"].loc[why, list(_REASONS.values())]
    rest.loc[rest["is_site"], list(_REASONS)] = told.to_numpy()
    return pd.DataFrame(rest[list(_REASONS)].reset_index())


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
        checks=[
            contracts.rows(
                lambda rows: contracts.numbers(rows["from_km"]) <= contracts.numbers(rows["to_km"]),
                field="to_km",
                expected="at least from_km, which is {from_km}",
            )
        ],
        strict=True,
    )
