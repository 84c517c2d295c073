"""Criteria of siting: the one list of them, in words and as surfaces on the one grid.

Each cell belongs to the country that has most of it.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import functools
import pathlib

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pandera.pandas as pa
import shapely

from geo.network import access, cells
from geo.raster import grid
from geo.reach import proximity, within
from layers.analysis import network, surfaces
from layers.dictionary import catalogue
from layers.io import contracts, rasters
from layers.region import Region, remembered
from layers.siting import zones

PREFIX = "criterion_"
# Criteria that are rasters of their own already.
TIMES = {
    "crossing_min": "travel_time_to_crossing",
    "partner_centre_min": "travel_time_to_partner_centre",
}

_TRUNK = ("motorway", "trunk")
_FREIGHT = "station"
_VAGUE = ("oblast", "border")
# Spots that are points at a time.
_PART = 1 << 18

Floats = npt.NDArray[np.float64]
Layers = dict[str, Floats]


@dataclasses.dataclass(frozen=True, eq=False)
class Inputs:
    """What the criteria are measured on.

    Parameters
    ----------
    region, layers, attached
        The region, its base layers with ``stations`` (and ``links``, ``zones``, ``places`` if it has any),
        and places on the roads.
    on, of
        Cells on the roads, and the grid with its people.
    """

    region: Region
    layers: network.Frames
    attached: access.Attached
    on: cells.Cells
    of: surfaces.PopulationGrid

    @functools.cached_property
    def spots(self) -> pd.DataFrame:
        """Row of each cell on the side that has most of it, in the order of cells."""
        frame = self.on.frame
        order = np.lexsort((frame["area_km2"], frame["cell"]))
        is_last = np.append(np.diff(frame["cell"].to_numpy()[order]) != 0, [True])
        spots: pd.DataFrame = frame.iloc[order[is_last]].rename_axis("piece").reset_index()
        return spots

    def of_points(self, measure: collections.abc.Callable[[gpd.GeoSeries], npt.ArrayLike]) -> Floats:
        """Measure the spots as points in the working CRS, so many at a time: points are large."""
        xy = self.spots[["x_m", "y_m"]].to_numpy()
        found = np.empty(len(xy))
        for first in range(0, len(xy), _PART):
            part = slice(first, first + _PART)
            points = gpd.GeoSeries(
                shapely.points(xy[part]), index=self.spots.index[part], crs=self.on.grid.crs
            )
            found[part] = measure(points)
        return found

    @functools.cached_property
    def people(self) -> Layers:
        """People of the own and of the other country within reach of each spot."""
        parameters = self.region.siting
        weights = _gathered(self.on, cells.align(self.on, self.of.people), parameters.gathered_km)
        sums = within.sums_within(self.attached, weights, limit_min=parameters.within_min)
        found = sums.loc[self.spots["piece"]].to_numpy()
        home = self.spots["side"].cat.codes.to_numpy()
        domestic = found[np.arange(len(self.spots)), home]
        return {"domestic": domestic, "foreign": found.sum(axis=1) - domestic}


def table(region: Region) -> pd.DataFrame:
    """Criteria in words, indexed by ``criterion``: sources, periods, titles, units, how each is computed.

    Raises
    ------
    InputError
        One line for each cell that is not as the contract says, each criterion that is not among `CRITERIA`,
        and if the share inside the study area is missing, on which all others rest.
    """
    return _table(region).copy()


def compute(of: Inputs) -> surfaces.Bands:
    """Surfaces of the criteria of the region but the times, by file name."""
    words = table(of.region)
    told = words[[f"unit_{of.region.foreign}", f"about_{of.region.foreign}"]].T.to_dict("list")
    wanted = sorted(set(words.index) - set(TIMES))
    return {PREFIX + name: surfaces.Band(of.on.grid, _MEASURES[name](of), *told[name]) for name in wanted}


def read(region: Region, folder: pathlib.Path) -> tuple[grid.Grid, Layers]:
    """Read all criteria from their rasters; a time without a value inside the study area is infinite."""
    names = _table(region).index
    files = {name: folder / f"{TIMES.get(name, PREFIX + name)}.tif" for name in names}
    found = {name: rasters.read(path) for name, path in files.items()}
    on, inside = found["inside_share"]
    layers = {name: values for name, (_, values) in found.items()}
    grid.require_shape(on, **layers)
    times = [name for name in TIMES if name in layers]
    never = {name: (inside > 0) & np.isnan(layers[name]) for name in times}
    return on, layers | {name: np.where(never[name], np.inf, layers[name]) for name in times}


def _gathered(on: cells.Cells, persons: Floats, gathered_km: float) -> pd.DataFrame:
    """People of each side in squares of the grid, put into the piece nearest to their mean place.

    Indexed by piece, a column for each side. Only pieces that a way reaches and where people live count;
    people of others stay where they are.
    """
    frame = on.frame.assign(persons=persons)[persons > 0]
    block = max(round(gathered_km * 1_000 / on.grid.cell_m), 1)
    row, column = np.divmod(frame["cell"].to_numpy(), on.grid.columns)
    alone = np.where(np.isfinite(frame["road_km"]), -1, frame.index)
    frame = frame.assign(
        row=row // block, column=column // block, alone=alone, side=frame["side"].astype(str)
    )
    keys = ["side", "row", "column", "alone"]
    loads = frame[["x_m", "y_m"]].mul(frame["persons"], axis=0).groupby([frame[key] for key in keys])
    total = frame.groupby(keys)["persons"].transform("sum")
    mean = loads.transform("sum").div(total, axis=0)
    away_m = np.hypot(frame["x_m"] - mean["x_m"], frame["y_m"] - mean["y_m"])
    ordered = frame.assign(away_m=away_m, total=total).sort_values("away_m", kind="stable")
    spots = ordered[~ordered.duplicated(keys)].sort_index()
    return pd.DataFrame(
        {side: spots["total"].where(spots["side"] == side, 0.0) for side in on.sides.index}, index=spots.index
    )


def _on_own_side(
    of: Inputs, things: gpd.GeoDataFrame, key: str, measure: collections.abc.Callable[..., npt.ArrayLike]
) -> Floats:
    """Measure each spot against the things of its side, which they name in a column."""
    by_side = {name: things.geometry[things[key] == name] for name in of.spots["side"].cat.categories}

    def each(points: gpd.GeoSeries) -> Floats:
        side, found = of.spots["side"].loc[points.index], np.full(len(points), np.nan)
        for name, there in by_side.items():
            own = (side == name).to_numpy()
            found[own] = measure(points[own], there)
        return found

    return _drawn(of, of.of_points(each))


def _straight_km(points: gpd.GeoSeries, places: gpd.GeoSeries) -> Floats:
    return proximity.nearest_straight(points, places)["distance_km"].to_numpy(dtype=float)


def _road_km(of: Inputs) -> Floats:
    return _on_own_side(of, of.attached.network.edges, "side", proximity.distance_to_line_km)


def _trunk_km(of: Inputs) -> Floats:
    edges = of.attached.network.edges
    trunk = edges[edges["edge_class"].isin(_TRUNK)]
    return _on_own_side(of, trunk, "side", proximity.distance_to_line_km)


def _station_km(of: Inputs) -> Floats:
    """Kilometres to the nearest freight station on the own side."""
    stations = network.metric(of.region, of.layers["stations"])
    freight = stations[stations["kind"] == _FREIGHT]
    return _on_own_side(of, freight, "country", _straight_km)


def _zone_km(of: Inputs) -> Floats:
    """Kilometres to the nearest site of an existing zone."""
    sites = zones.sites(of.region, of.layers).geometry
    return _drawn(of, of.of_points(lambda points: _straight_km(points, sites)))


def _links_count(of: Inputs) -> Floats:
    return _drawn(of, of.of_points(lambda points: _links(of.region, points, of.layers["links"])))


def _links(region: Region, points: gpd.GeoSeries, links: gpd.GeoDataFrame) -> Floats:
    """Documented links within reach of each point, of those known to the district or better."""
    placed = network.metric(region, links)
    known = placed.geometry[~placed["accuracy"].isin(_VAGUE)]
    near, _ = shapely.STRtree(known.to_numpy()).query(
        points.to_numpy(), predicate="dwithin", distance=region.siting.links_km * 1_000
    )
    return np.bincount(near, minlength=len(points)).astype(float)


def _inside_share(of: Inputs) -> Floats:
    """Share of each cell inside the study area, NaN outside."""
    grid_of = of.on.grid
    shared = grid.coverage_fractions(grid_of, of.on.sides)
    inside = np.bincount(shared["cell"], shared["fraction"], grid_of.rows * grid_of.columns)
    share = inside.reshape(grid_of.shape)
    return np.where(share > 0, share, np.nan)


def _water_share(of: Inputs) -> Floats:
    """Share of each cell under water, NaN outside the study area."""
    return np.where(_inside_share(of) > 0, 1 - of.of.land, np.nan)


def _free_share(of: Inputs) -> Floats:
    """Share of each cell without water and buildings, NaN outside the study area."""
    density = of.region.analysis.settlement_density_per_km2
    built = np.minimum(of.of.persons / (density * of.on.grid.cell_km2), 1)
    return np.where(_inside_share(of) > 0, of.of.land * (1 - built), np.nan)


def _drawn(of: Inputs, values: Floats) -> Floats:
    """Values of the spots on the grid."""
    on = of.on.grid
    found = np.full(on.rows * on.columns, np.nan)
    found[of.spots["cell"]] = values
    return found.reshape(on.shape)


_MEASURES: dict[str, collections.abc.Callable[[Inputs], Floats]] = {
    "trunk_km": _trunk_km,
    "road_km": _road_km,
    "station_km": _station_km,
    "zone_km": _zone_km,
    "domestic_persons": lambda of: _drawn(of, of.people["domestic"]),
    "foreign_persons": lambda of: _drawn(of, of.people["foreign"]),
    "links_count": _links_count,
    "free_share": _free_share,
    "water_share": _water_share,
    "inside_share": _inside_share,
}
CRITERIA = (*TIMES, *_MEASURES)
"""All criteria that can be measured; a region lists those that it uses in ``criteria.csv``."""


@remembered
def _table(region: Region) -> pd.DataFrame:
    found = region.table("criteria.csv")
    contracts.check(found, _schema(region), file="criteria.csv")
    contracts.require_rows(found["criterion"], ["inside_share"], file="criteria.csv")
    return found.set_index("criterion")


def _schema(region: Region) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {
            "criterion": pa.Column(
                str, contracts.one_of(CRITERIA, expected=f"one of {', '.join(CRITERIA)}"), unique=True
            ),
            "source": pa.Column(
                str, contracts.all_of(catalogue.sources(region).index, expected="ids of sources.csv")
            ),
            "period": pa.Column(str, contracts.period()),
        }
        | contracts.texts("title", region.languages)
        | contracts.texts("unit", region.languages)
        | contracts.texts("about", region.languages),
        strict=True,
    )
