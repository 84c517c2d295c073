"""How the model scores existing zones: a check by real choices."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.special

from geo import sameness
from geo.raster import grid
from layers.analysis import network
from layers.dictionary import catalogue
from layers.region import Region
from layers.siting import suitability, zones

Ints = npt.NDArray[np.int64]


def scores(
    region: Region, of: suitability.Models, on: grid.Grid, base: network.Frames
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
    around = _around(region, on, base)
    own = base["zones"].set_index("zone_id")["type"].map(zones.profiles(region)["profile"])
    rows = [
        {"zone_id": zone, "profile": name, "is_own": own[zone] == name, **_score(model, cells)}
        for zone, cells in around.items()
        for name, model in of.items()
    ]
    table = pd.DataFrame(rows).sort_values(["zone_id", "profile"], ignore_index=True)
    table["is_hit"] = sameness.at_least(table["share_below"], region.siting.hit_share)
    return table.round({"score": 4, "share_below": 4}), _hits(region, table), _left_out(region, base, around)


def _around(region: Region, on: grid.Grid, base: network.Frames) -> dict[str, Ints]:
    """Cells in which each located zone may lie, by zone."""
    x_m, y_m = grid.centres(on)
    near_km = region.siting.zone_km
    own = zones.sites(region, base).assign(from_km=0.0, to_km=near_km)
    known = network.metric(region, base["settlements"]).set_index("settlement_id").geometry
    far = zones.rings(region)
    zones.require_known(far, zones=base["zones"], settlements=base["settlements"])
    far = far[far.index.isin(base["zones"].loc[zones.operating(region, base["zones"]), "zone_id"])]
    ringed = gpd.GeoDataFrame(
        far.reset_index(), geometry=known.loc[far["settlement_id"]].to_numpy(), crs=on.crs
    )
    found: dict[str, Ints] = {}
    for row in pd.concat([own, ringed]).itertuples():
        away_km = np.hypot(x_m - row.geometry.x, y_m - row.geometry.y) / 1_000
        cells = np.flatnonzero((away_km >= row.from_km) & (away_km <= row.to_km))
        found[row.zone_id] = np.union1d(found.get(row.zone_id, cells), cells)
    return dict(sorted(found.items()))


def _score(model: suitability.Model, cells: Ints) -> dict[str, float]:
    score = model.found.score.ravel()
    there = score[cells][np.isfinite(score[cells])]
    mean = there.mean() if len(there) else np.nan
    known = score[np.isfinite(score)]
    below = 1 - sameness.at_least(known, mean).mean() if len(there) else np.nan
    return {"cells": len(there), "score": mean, "share_below": below}


def _hits(region: Region, table: pd.DataFrame) -> pd.DataFrame:
    """Count the hits of zones by their own profile, against cells drawn at random."""
    own = table[table["is_own"] & table["score"].notna()]
    counted = own.groupby("profile")["is_hit"].agg(zones="size", hits="sum")
    counted.loc["all"] = counted.sum()
    chance = 1 - region.siting.hit_share
    # Binomial: as many hits or more.
    p_chance = scipy.special.bdtrc(counted["hits"] - 1, counted["zones"], chance)
    rates = counted.assign(hit_rate=counted["hits"] / counted["zones"], chance=chance, p_chance=p_chance)
    return pd.DataFrame(rates.round({"hit_rate": 3, "chance": 3, "p_chance": 6}).reset_index())


def _left_out(region: Region, base: network.Frames, around: dict[str, Ints]) -> pd.DataFrame:
    """Zones that are not scored, with the reason."""
    table = base["zones"].set_index("zone_id").sort_index()
    table = table[~table.index.isin(around)]
    rest = table[["type"]].join(zones.profiles(region), on="type")
    why = zones.operating(region, table).map({True: "not_located", False: "not_operating"})[rest["is_site"]]
    told = catalogue.terms(region).loc["zone_left_out"].loc[why, region.columns("title")]
    rest.loc[rest["is_site"], region.columns("reason")] = told.to_numpy()
    return pd.DataFrame(rest[region.columns("reason")].reset_index())
