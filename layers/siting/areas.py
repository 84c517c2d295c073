"""Best areas of each profile: where they are, how sure their ranks are, what makes up their scores."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo import crs, errors
from geo.network import access
from geo.raster import grid
from geo.reach import catchment
from geo.scores import composite, uncertainty
from geo.siting import profile
from geo.siting import suitability as siting
from layers.analysis import catchments, network, surfaces
from layers.region import Region
from layers.siting import criteria, suitability

# Values of criteria are shares of 0 to 1 already; the other ways compare areas with other ground.
DOUBT = uncertainty.Doubt(normalisations=("given", "minmax", "rank", "zscore"))

_METHOD = siting.method("geometric")

Floats = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True, eq=False)
class Ranked:
    """Contiguous areas of one profile with their ranks in every draw."""

    purpose: profile.Profile
    patches: siting.Patches
    draws: uncertainty.Draws


def rank(region: Region, of: suitability.Models, on: grid.Grid) -> dict[str, Ranked]:
    """Join the most suitable ground of each profile into areas, and rank them under doubt.

    Raises
    ------
    InputError
        One line for each profile without an area that is large enough, or whose areas cannot be scored.
    """
    found, findings = {}, []
    for name, model in of.items():
        try:
            found[name] = _ranked(region, model, on)
        except errors.InputError as error:
            findings += [f"profile {name}: {line}" for line in error.findings]
    if findings:
        raise errors.InputError(findings)
    return found


def drawn(
    region: Region, patches: siting.Patches, model: suitability.Model, *, doubt: uncertainty.Doubt
) -> uncertainty.Draws:
    """Rank areas under other weights and methods.

    All areas are good ground: normalised among themselves, little differences would count like
    great ones. So they are normalised beside a regular sample of the eligible cells, then ranked.
    """
    cells = model.found.criteria
    sample = cells.iloc[:: max(len(cells) // region.siting.compared_cells, 1)]
    found = uncertainty.draw(
        pd.concat([patches.criteria, sample.set_axis(-1 - sample.index)]),
        model.purpose.indicators,
        method=_METHOD,
        doubt=doubt,
    )
    own = found.ranks.loc[patches.table.index]
    first, last = (own.rank(method=ties).astype(int) for ties in composite.PLACES.values())
    return dataclasses.replace(found, base=patches.table, ranks=first, last=last)


def areas(
    region: Region,
    of: dict[str, Ranked],
    on: grid.Grid,
    layers: criteria.Layers,
    base: network.Frames,
    attached: access.Attached,
) -> gpd.GeoDataFrame:
    """Best areas of each profile.

    Parameters
    ----------
    of, on, layers
        Ranked areas, and the criteria on the grid.
    base
        Base layers with ``districts``.
    attached
        Places on the roads.

    Returns
    -------
    geopandas.GeoDataFrame
        MultiPolygons in EPSG:4326. Ranks count all areas of the profile, of which the best are kept.
        Populations are those within reach of the best cell, ``crossing_id`` is its nearest by road.
    """
    parts = [_kept(region, name, ranked, on) for name, ranked in of.items()]
    found = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=on.crs)
    placed = _reached(found, on, layers).join(_where(region, found, base))
    reached = placed.join(_crossing(placed, attached))
    rounded = reached.round({"score": 4, "coverage": 4, "top_share": 4, "cell_score_max": 4, "area_km2": 1})
    lonlat = catchments.in_degrees(rounded.drop(columns=["x_m", "y_m"]))
    multi = [shapely.MultiPolygon(shapely.get_parts(area)) for area in lonlat.geometry]
    return lonlat.set_geometry(gpd.GeoSeries(multi, index=lonlat.index, crs=lonlat.crs))


def terms(region: Region, of: dict[str, Ranked], layers: criteria.Layers) -> pd.DataFrame:
    """Take the scores of the kept areas apart.

    Returns
    -------
    pandas.DataFrame
        ``area_id``, ``criterion``, ``value`` (mean of the area in the unit of the criterion, missing where
        it is out of reach), ``normalised`` (mean of what the cells are worth), ``weight``, ``weight_used``,
        ``contribution``, ``period``, ``source_ids``; the contributions of an area multiply to its score.
    """
    most = region.siting.areas
    parts = [_terms(name, ranked, layers, most) for name, ranked in of.items()]
    columns = ["normalised", "weight", "weight_used", "contribution"]
    found = pd.concat(parts, ignore_index=True).round({"value": 3, **dict.fromkeys(columns, 4)})
    about = criteria.table(region)[["period", "source"]].set_axis(["period", "source_ids"], axis=1)
    return found[["area_id", "criterion", "value", *columns]].join(about, on="criterion")


def left_out(of: dict[str, Ranked]) -> pd.DataFrame:
    """How ranks change without each criterion.

    Returns
    -------
    pandas.DataFrame
        ``profile``, ``criterion``, ``spearman``, ``rank_change_max`` and the ``area_id`` that moves most;
        missing where the criterion holds the whole weight.
    """
    parts = []
    for name, ranked in of.items():
        table = uncertainty.leave_one_out(
            ranked.patches.criteria, ranked.purpose.indicators, method=_METHOD
        ).reset_index()
        most_moved = table["unit_most_moved"]
        moved = most_moved.map(lambda patch, name=name: _area_id(name, int(patch)), na_action="ignore")
        parts.append(table.assign(profile=name, area_id=moved))
    found = pd.concat(parts, ignore_index=True).round({"spearman": 4})
    named = found.rename(columns={"indicator": "criterion", "shift_max": "rank_change_max"})
    return named[["profile", "criterion", "spearman", "rank_change_max", "area_id"]]


def doubt(of: dict[str, Ranked]) -> pd.DataFrame:
    """Tell how the drawn ranks agree with the base.

    Returns
    -------
    pandas.DataFrame
        ``profile``, ``spearman_median``, ``spearman_low`` (5% are lower), ``draws``, ``areas`` ranked.
    """
    rows = []
    for name, ranked in of.items():
        base = -ranked.patches.table["rank"].to_numpy(dtype=float)
        spearman = uncertainty.spearman(-ranked.draws.ranks.to_numpy(dtype=float), base)
        low, median = np.quantile(spearman, (0.05, 0.5), method="inverted_cdf")
        rows.append((name, median, low, ranked.draws.ranks.shape[1], len(base)))
    columns = ["profile", "spearman_median", "spearman_low", "draws", "areas"]
    return pd.DataFrame(rows, columns=columns).round({"spearman_median": 4, "spearman_low": 4})


def _ranked(region: Region, model: suitability.Model, on: grid.Grid) -> Ranked:
    parameters = region.siting
    known = np.sort(model.found.score[np.isfinite(model.found.score)])
    if not len(known):
        raise errors.InputError("no cell has enough of its criteria for a score")
    least = known[-min(round(parameters.best_km2 / on.cell_km2), len(known))]
    patches = siting.patches(
        on, model.found, model.purpose, least_score=least, least_km2=parameters.least_km2
    )
    return Ranked(model.purpose, patches, drawn(region, patches, model, doubt=DOUBT))


def _kept(region: Region, name: str, ranked: Ranked, on: grid.Grid) -> gpd.GeoDataFrame:
    parameters = region.siting
    summary = ranked.draws.summary(top=[parameters.top]).assign(patches=len(ranked.patches.table))
    names = {"rank_p05": "rank_low", "rank_p95": "rank_high", f"p_top_{parameters.top}": "top_share"}
    table = summary.drop(columns=["cells", "cell_score_mean"]).rename(columns=names).head(parameters.areas)
    table.insert(0, "area_id", [_area_id(name, patch) for patch in table.index])
    table.insert(1, "profile", name)
    return gpd.GeoDataFrame(table, geometry=ranked.patches.polygons(on).loc[table.index], crs=on.crs)


def _area_id(name: str, patch: int) -> str:
    return f"{name}-{patch + 1:02d}"


def _terms(name: str, ranked: Ranked, layers: criteria.Layers, most: int) -> pd.DataFrame:
    kept = ranked.patches.criteria.head(most)
    found = composite.terms(kept, ranked.purpose.indicators, method=_METHOD)
    labels = ranked.patches.labels.ravel()
    own = (labels >= 0) & (labels < most)
    raw = pd.DataFrame({criterion: layers[criterion].ravel()[own] for criterion in kept.columns})
    means = raw.replace(np.inf, np.nan).groupby(labels[own]).mean().loc[kept.index]
    found["value"] = means[ranked.purpose.indicators.ids].to_numpy().ravel()
    found["area_id"] = [_area_id(name, patch) for patch in found["unit_id"]]
    return found.rename(columns={"indicator": "criterion"})


def _reached(found: gpd.GeoDataFrame, on: grid.Grid, layers: criteria.Layers) -> gpd.GeoDataFrame:
    """Add what the best cell reaches, and where it is."""
    best = _best(found)
    cells = tuple(surfaces.cell_of(on, best).T)
    lonlat = best.to_crs(crs.LONLAT)
    people = {
        f"population_{kind}": layers[f"{kind}_persons"][cells].round().astype(int)
        for kind in ("domestic", "foreign")
    }
    return found.assign(lon=lonlat.x.round(5), lat=lonlat.y.round(5), **people)


def _where(region: Region, found: gpd.GeoDataFrame, base: network.Frames) -> pd.DataFrame:
    """Country and district of the best cell, and the districts that an area touches."""
    districts = network.metric(region, base["districts"])[["unit_id", "country", "geometry"]].sort_values(
        "unit_id"
    )
    home = _best(found).to_frame("geometry").sjoin_nearest(districts).groupby(level=0).first()
    touched = found[["geometry"]].sjoin(districts, predicate="intersects").sort_values("unit_id")
    unit_ids = touched.groupby(level=0)["unit_id"].agg(" ".join)
    return pd.DataFrame({"country": home["country"], "unit_id": home["unit_id"], "unit_ids": unit_ids})


def _crossing(found: gpd.GeoDataFrame, attached: access.Attached) -> pd.DataFrame:
    """Nearest passable crossing of the best cell by road: ``crossing_id``, ``crossing_min``.

    Nothing where no way leads; a cell at the edge of the zone counts by its piece, not by its centre.
    """
    on = attached.ground
    passable = sorted(catchments.crossings(attached))
    row, column = surfaces.cell_of(on.grid, _best(found)).T
    best = pd.DataFrame({"cell": row * on.grid.columns + column, "side": found["country"].to_numpy()})
    own = on.frame[on.frame["cell"].isin(best["cell"])]
    pieces = own.assign(side=own["side"].astype(str)).sort_values("area_km2", kind="stable")
    largest = pieces.rename_axis("piece").reset_index().drop_duplicates(["cell", "side"], keep="last")
    piece = best.merge(largest, on=["cell", "side"], how="left", validate="many_to_one")["piece"]
    near = catchment.nearest(attached, on, passable).loc[piece]
    there = np.isfinite(near["travel_min"].to_numpy())
    names = np.array([*passable, ""], dtype=object)
    return pd.DataFrame(
        {
            "crossing_id": names[np.where(there, near["nearest"], len(passable))],
            "crossing_min": near["travel_min"].where(there).round(1).to_numpy(),
        },
        index=found.index,
    )


def _best(found: gpd.GeoDataFrame) -> gpd.GeoSeries:
    points = gpd.points_from_xy(found["x_m"], found["y_m"])
    return gpd.GeoSeries(points, index=found.index, crs=found.crs)
