"""The alternatives of every element of the programme with their raw figures: what no weight decides."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from geo import errors
from layers.candidates import basis, measures, tables
from layers.candidates import evidence as candidates_features
from layers.candidates import places as candidates_places
from layers.region import Region


def places(of: basis.Basis) -> dict[str, gpd.GeoDataFrame]:
    """Alternatives of each element, by ``programme_id``, as :mod:`layers.candidates.places` gives them.

    Raises
    ------
    InputError
        One line for each anchor that is no settlement, element without alternatives and proposal that
        is not among them.
    """
    rules = tables.rules(of.region)
    tables.require_known(
        of.region, rules, **{name: of.layers[name] for name in ("settlements", "district_pairs", "crossings")}
    )
    found = {rule.programme_id: candidates_places.alternatives(rule, of) for rule in rules}
    findings = [line for rule in rules for line in _absent(rule, found[rule.programme_id])]
    if findings:
        raise errors.InputError(findings)
    return found


def layer(region: Region, found: dict[str, gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Alternatives of all elements as one layer.

    Returns
    -------
    geopandas.GeoDataFrame
        Points in EPSG:4326: ``programme_id``, ``kind``, ``place_id``, ``country`` (both for a pair),
        ``is_proposed``, names, ``unit_ids``, ``towns`` (ids of settlements), ``population_persons`` where
        a rule needs it.
    """
    kinds = {rule.programme_id: rule.kind for rule in tables.rules(region)}
    about = ["country", "is_proposed", *region.columns("name")]
    columns = [*about, "unit_ids", "towns", "population_persons", "geometry"]
    parts = [
        own.reindex(columns=columns).assign(programme_id=name, kind=kinds[name]).reset_index()
        for name, own in found.items()
    ]
    table = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=parts[0].crs).to_crs("EPSG:4326")
    return table[["programme_id", "kind", "place_id", *columns]]


def figures(of: basis.Basis, found: dict[str, gpd.GeoDataFrame]) -> pd.DataFrame:
    """Raw figures of the alternatives, a row for each of them and measure.

    Returns
    -------
    pandas.DataFrame
        ``programme_id``, ``place_id``, ``indicator``, ``value``, and ``period`` and ``source_ids`` if they
        differ from place to place ("" if nothing is documented), else missing.
    """
    parts: list[pd.DataFrame] = []
    for rule in tables.rules(of.region):
        sites = found[rule.programme_id]
        measured = measures.measure(rule.kind, of, sites).rename_axis("place_id").reset_index()
        long = measured.melt("place_id", var_name="indicator", value_name="value")
        evidence = candidates_features.evidence(rule.kind, of, sites)
        told = pd.concat(evidence, names=["indicator"]).reset_index() if evidence else _NO_EVIDENCE
        whole = long.merge(told.reindex(columns=_NO_EVIDENCE.columns), how="left")
        parts.append(whole.assign(programme_id=rule.programme_id))
    return pd.concat(parts, ignore_index=True)[["programme_id", *parts[0].columns.drop("programme_id")]]


def _absent(rule: tables.Rule, sites: gpd.GeoDataFrame) -> list[str]:
    about = f"{tables.KINDS_FILE}: {rule.programme_id}"
    if sites.empty:
        return [f"{about}: no alternative within its limits; expected at least one"]
    return [
        f"{about}: proposed = {place!r}; expected one of the alternatives within its limits"
        for place in rule.proposed
        if place not in sites.index
    ]


_NO_EVIDENCE = pd.DataFrame(columns=["indicator", "place_id", "period", "source_ids"], dtype=str)
