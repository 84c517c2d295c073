"""Surfaces on the one grid of the study area: people, land, and cells as places on the roads."""

from __future__ import annotations

import dataclasses
import pathlib
import typing

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.network import access, cells
from geo.raster import dasymetric, grid, zonal
from geo.reach import catchment
from layers.analysis import network, terrain
from layers.io import rasters
from layers.region import Region

Floats = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class PopulationGrid:
    """The grid with its people and land, and the cells of each country.

    ``people`` has a row for each district and cell where somebody lives: ``unit_id``, ``cell``,
    ``persons``, ``side`` (the country).
    """

    grid: grid.Grid
    sides: gpd.GeoSeries
    land: Floats
    people: pd.DataFrame

    @property
    def persons(self) -> npt.NDArray[np.int64]:
        """Persons in each cell, shape of the grid."""
        return dasymetric.surface(self.grid, self.people)


@dataclasses.dataclass(frozen=True)
class Band:
    """A surface to store: values on a grid, their unit, and what they are."""

    grid: grid.Grid
    values: npt.NDArray[typing.Any]
    unit: str
    about: str


Bands = dict[str, Band]


def population_grid(region: Region, layers: network.Frames) -> PopulationGrid:
    """Spread the population of districts over settlements and land, water excluded.

    The total of each district is the latest figure of its full perimeter and is kept to the person.
    Settlements without a figure claim nothing; their people are among those spread over the land.
    """
    area = region.analysis
    districts = network.metric(region, layers["districts"]).set_index("unit_id").sort_index()
    of = terrain.read(region, layers["districts"], layers["water"])
    settlements = network.metric(region, layers["settlements"])[["unit_id", "population", "geometry"]]
    people = dasymetric.allocate(
        of.grid,
        gpd.GeoDataFrame({"population": totals(layers), "geometry": districts.geometry}, crs=districts.crs),
        settlements.astype({"population": float}),
        land=of.land,
        spread=dasymetric.Spread(density_per_km2=area.settlement_density_per_km2),
    )
    sides = people["unit_id"].map(districts["country"])
    return PopulationGrid(of.grid, of.sides, of.land, people.assign(side=sides))


def agreement(
    region: Region, of: PopulationGrid, layers: network.Frames, checks: pd.DataFrame
) -> pd.DataFrame:
    """Compare the surface with independent grids, by district and by oblast.

    Parameters
    ----------
    of, layers
        The surface, and base layers with ``districts``.
    checks
        ``unit_id`` of districts and persons by other sources, as ``population_checks.csv`` has them.

    Returns
    -------
    pandas.DataFrame
        ``unit_id`` (districts, then oblasts), ``population`` of the surface as zonal sum over whole
        cells and fractions, and for each source its persons and ``…_diff_pct``, in per cent of ours.
    """
    districts = network.metric(region, layers["districts"]).set_index("unit_id").sort_index()
    held = zonal.statistics(of.grid, of.persons.astype(float), districts.geometry, names=("sum",))["sum"]
    others = checks.set_index("unit_id").astype(float).reindex(districts.index)
    both = others.assign(population=held)
    table = pd.concat([both, both.groupby(districts["oblast_id"]).sum()])
    found = zonal.agreement(table["population"], table[others.columns]).rename(
        columns={"total": "population"}
    )
    return found.round(1).rename_axis("unit_id").reset_index()


def totals(layers: network.Frames) -> pd.Series:
    """Latest population of each district, indexed by ``unit_id``."""
    wide = layers["district_population"].set_index("unit_id").sort_index()
    return pd.Series(wide["population_persons"].astype(float), name="population")


def on_roads(of: PopulationGrid, attached: access.Attached) -> tuple[cells.Cells, Floats]:
    """Cells beside the roads, and the persons in each of their rows."""
    return attached.ground, cells.align(attached.ground, of.people)


def of_people(of: PopulationGrid) -> Bands:
    """Persons in each cell, whole; no value in cells that lie wholly outside the zone."""
    outside = np.ones(of.grid.shape, dtype=bool)
    outside.flat[grid.coverage_fractions(of.grid, of.sides)["cell"]] = False
    persons = np.ma.masked_array(of.persons, outside)
    return {"population": Band(of.grid, persons, "persons", "persons in the cell; extensive: sum it")}


def of_times(region: Region, on: cells.Cells, layers: network.Frames, attached: access.Attached) -> Bands:
    """Minutes by road to the nearest passable crossing, and to the nearest centre of the other country."""
    gates = attached.network.crossings
    passable = sorted(set(attached.network.gates["crossing_id"]) & set(gates.index[gates["is_passable"]]))
    homes = network.centres(region, layers)["side"]
    partner = np.full(len(on.frame), np.inf)
    for country in on.sides.index:
        abroad = homes.index[homes != country].tolist()
        minutes = catchment.nearest(attached, on, abroad)["travel_min"].to_numpy()
        own = (on.frame["side"] == country).to_numpy()
        partner[own] = minutes[own]
    to_crossing = catchment.nearest(attached, on, passable)["travel_min"].to_numpy()
    told = {"travel_time_to_crossing": to_crossing, "travel_time_to_partner_centre": partner}
    about = "minutes by road; intensive: average it"
    return {name: Band(on.grid, _drawn(on, minutes), "min", about) for name, minutes in told.items()}


def write(folder: pathlib.Path, bands: Bands) -> None:
    """Write surfaces as ``<name>.tif``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, band in bands.items():
        rasters.write(
            folder / f"{name}.tif", band.grid, band.values, unit=band.unit, about={"ABOUT": band.about}
        )


def _drawn(on: cells.Cells, minutes: Floats) -> Floats:
    """Values of the rows on the grid; a cell of both countries has the mean, weighted by area."""
    weight, cell = on.frame["area_km2"].to_numpy(), on.frame["cell"].to_numpy()
    there = np.isfinite(minutes)
    size = on.grid.rows * on.grid.columns
    total = np.bincount(cell[there], (minutes * weight)[there], size)
    area = np.bincount(cell[there], weight[there], size)
    with np.errstate(invalid="ignore"):
        return (total / area).reshape(on.grid.shape)


def cell_of(on: grid.Grid, points: gpd.GeoSeries) -> npt.NDArray[np.int64]:
    """Row and column of points, shape (n, 2)."""
    row = np.floor((on.north_m - points.y) / on.cell_m)
    column = np.floor((points.x - on.west_m) / on.cell_m)
    return np.column_stack([row, column]).astype(np.int64)
