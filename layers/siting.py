"""Where each purpose fits best: suitability of cells, ranked areas with their doubt and their terms.

Criteria, weights and exclusions are data (`layers.siting_profiles`), the surfaces come from
`layers.siting_surfaces`, the method is `geo.siting`.
"""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo import access, composite, crs, errors, grid, profile, routing, siting, uncertainty
from layers import catchments, network, siting_profiles, siting_surfaces, study_area, surfaces

# Values of criteria are shares of 0 to 1 already; the other ways compare patches with each other.
NORMALISATIONS = ("given", "minmax", "rank", "zscore")

Floats = npt.NDArray[np.float64]
Models = dict[str, "Model"]


@dataclasses.dataclass(frozen=True, eq=False)
class Model:
    """One profile on the grid: what it is, what is left of the ground, and how suitable that is."""

    purpose: profile.Profile
    exclusion: siting.Exclusion
    found: siting.Suitability


def models(
    on: grid.Grid,
    layers: siting_surfaces.Layers,
    purposes: dict[str, profile.Profile],
    rules: pd.DataFrame,
) -> Models:
    """Suitability of the cells for each profile.

    Parameters
    ----------
    on, layers
        The grid and the criteria on it.
    purposes, rules
        Profiles by name, and what takes cells out, as `layers.siting_profiles` reads them.

    Raises
    ------
    InputError
        One line for each profile for which no cell is left.
    """
    grid.require_shape(on, **layers)
    inside = layers["inside_share"] > 0
    found, findings = {}, []
    for name, purpose in purposes.items():
        try:
            left = siting.exclude(inside, siting_profiles.masks(rules, name, layers))
        except errors.InputError as error:
            findings += [f"exclusions.csv: profile {name}: {line}" for line in error.findings]
            continue
        found[name] = Model(purpose, left, siting.suitability(purpose, layers, left.eligible))
    if findings:
        raise errors.InputError(findings)
    return found


def exclusions(of: Models) -> pd.DataFrame:
    """Tell what took the cells: ``profile``, ``mask``, ``cells``, ``cells_alone``, ``share``."""
    parts = [model.exclusion.report.reset_index().assign(profile=name) for name, model in of.items()]
    table = pd.concat(parts, ignore_index=True).round({"share": 4})
    return table[["profile", "mask", "cells", "cells_alone", "share"]]


def bands(of: Models, on: grid.Grid) -> surfaces.Bands:
    """Suitability of each profile, 0 to 1, by file name."""
    about = "share of the best thinkable place, 0 to 1; no value where excluded; intensive: average it"
    return {
        f"suitability_{name}": surfaces.Band(on, model.found.score, "1", about) for name, model in of.items()
    }


def areas(
    of: Models, on: grid.Grid, layers: siting_surfaces.Layers, base: network.Frames
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Best contiguous areas of each profile, and what makes up their scores.

    Parameters
    ----------
    of, on, layers
        Models and criteria on the grid.
    base
        Base layers of the roads, and ``districts``.

    Returns
    -------
    tuple
        ``suitable_areas`` (MultiPolygons in EPSG:4326) and ``suitable_area_terms``. Ranks count all
        patches of the profile, of which the best are kept. Populations are those within reach of
        the best cell.
    """
    parts = [_of_profile(name, model, on, layers) for name, model in of.items()]
    found = gpd.GeoDataFrame(pd.concat([part for part, _ in parts], ignore_index=True), crs=on.crs)
    placed = found.join(_where(found, base)).join(_crossing(found, base))
    terms = pd.concat([part for _, part in parts], ignore_index=True)
    lonlat = catchments.in_degrees(placed.drop(columns=["x_m", "y_m", "patch"]))
    return lonlat.set_geometry(_multi(lonlat.geometry)), terms


def _of_profile(
    name: str, model: Model, on: grid.Grid, layers: siting_surfaces.Layers
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    parameters = study_area.load().siting
    known = np.sort(model.found.score[np.isfinite(model.found.score)])
    least = known[-min(round(parameters.best_km2 / on.cell_km2), len(known))]
    patches = siting.patches(
        on, model.found, model.purpose, least_score=least, least_km2=parameters.least_km2
    )
    table = _doubted(patches, model).head(parameters.areas)
    frame = gpd.GeoDataFrame(table, geometry=patches.polygons(on).loc[table.index], crs=on.crs).reset_index()
    frame.insert(0, "area_id", [f"{name}-{rank:02d}" for rank in frame["patch"] + 1])
    frame.insert(1, "profile", name)
    return _reached(frame, on, layers), _terms(frame, patches, model.purpose, layers)


def _doubted(patches: siting.Patches, model: Model) -> pd.DataFrame:
    """Add ranks under other weights and methods.

    All patches are good ground: normalised among themselves, little differences would count like
    great ones. So they are normalised beside a regular sample of the eligible cells, then ranked.
    """
    parameters = study_area.load().siting
    cells = model.found.criteria
    sample = cells.iloc[:: max(len(cells) // parameters.compared_cells, 1)]
    drawn = uncertainty.draw(
        pd.concat([patches.criteria, sample.set_axis(-1 - sample.index)]),
        model.purpose.indicators,
        method=siting.method("geometric"),
        doubt=uncertainty.Doubt(normalisations=NORMALISATIONS),
    )
    ranks = drawn.ranks.loc[patches.table.index].rank(method="min").astype(int)
    among = dataclasses.replace(drawn, base=patches.table, ranks=ranks)
    names = {"rank_p05": "rank_low", "rank_p95": "rank_high", f"p_top_{parameters.top}": "top_share"}
    found = among.summary(top=[parameters.top]).rename(columns=names)
    return found.drop(columns=["cells", "cell_score_mean"]).assign(patches=len(found))


def _reached(frame: gpd.GeoDataFrame, on: grid.Grid, layers: siting_surfaces.Layers) -> gpd.GeoDataFrame:
    """Add what the best cell reaches, and where it is."""
    best = gpd.points_from_xy(frame["x_m"], frame["y_m"], crs=on.crs)
    cells = tuple(surfaces.cell_of(on, gpd.GeoSeries(best)).T)
    lonlat = best.to_crs(crs.LONLAT)
    people = {
        f"population_{kind}": layers[f"{kind}_persons"][cells].round().astype(int)
        for kind in ("domestic", "foreign")
    }
    told = frame.assign(lon=lonlat.x.round(5), lat=lonlat.y.round(5), **people)
    return told.round({"score": 4, "coverage": 4, "top_share": 4, "cell_score_max": 4, "area_km2": 1})


def _terms(
    frame: gpd.GeoDataFrame,
    patches: siting.Patches,
    purpose: profile.Profile,
    layers: siting_surfaces.Layers,
) -> pd.DataFrame:
    """Take the scores apart: mean raw value and mean normalised value of the area, weight, contribution."""
    kept = patches.criteria.loc[frame["patch"]].set_axis(frame["area_id"])
    found = composite.terms(kept, purpose.indicators, method=siting.method("geometric"))
    labels = patches.labels.ravel()
    own = np.isin(labels, frame["patch"])
    raw = pd.DataFrame({name: layers[name].ravel()[own] for name in purpose.indicators.ids})
    means = raw.replace(np.inf, np.nan).groupby(labels[own]).mean().loc[frame["patch"]]
    found["value"] = means.to_numpy().ravel()
    found = found.rename(columns={"unit_id": "area_id", "indicator": "criterion"})
    columns = ["area_id", "criterion", "value", "normalised", "weight", "weight_used", "contribution"]
    return found[columns].round({"value": 3, **dict.fromkeys(columns[3:], 4)})


def _where(found: gpd.GeoDataFrame, base: network.Frames) -> pd.DataFrame:
    """Country of the best cell, and the districts that an area touches."""
    districts = network.metric(base["districts"])
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(found["x_m"], found["y_m"], crs=found.crs))
    home = points.sjoin_nearest(districts[["unit_id", "country", "geometry"]])
    home = home.sort_values("unit_id").groupby(level=0).first()
    touched = found[["geometry"]].sjoin(districts[["unit_id", "geometry"]], predicate="intersects")
    unit_ids = touched.sort_values("unit_id").groupby(level=0)["unit_id"].agg(" ".join)
    return pd.DataFrame({"country": home["country"], "unit_id": home["unit_id"], "unit_ids": unit_ids})


def _crossing(found: gpd.GeoDataFrame, base: network.Frames) -> pd.DataFrame:
    """Nearest passable crossing of the best cell by road: ``crossing_id``, ``crossing_min``."""
    attached = network.by_road(base)
    passable = sorted(catchments.crossings(attached))
    side = _where(found, base)["country"]
    points = gpd.points_from_xy(found["x_m"], found["y_m"], crs=found.crs)
    places = gpd.GeoDataFrame({"side": side.to_numpy()}, geometry=points, index=found["area_id"].to_numpy())
    placed = access.attach(attached.network, places, attached.rule)
    near = routing.nearest(routing.times(placed, origins=places.index.tolist(), destinations=passable))
    near["travel_min"] = near["travel_min"].where(np.isfinite(near["travel_min"])).round(1)
    names = {"nearest_id": "crossing_id", "travel_min": "crossing_min"}
    return near.rename(columns=names).set_axis(found.index)


def _multi(areas: gpd.GeoSeries) -> gpd.GeoSeries:
    return areas.map(lambda area: shapely.MultiPolygon(shapely.get_parts(area)))
