"""Population of units spread over a grid, by settlements and land, kept to the person.

Population is extensive: it is split, and the parts add up to the whole. In each unit every
settlement of known population takes its persons to the cells around it; the rest of the unit's
total goes to its land in equal density. Where settlements together exceed the total they are
scaled down to it. Whole persons are made by largest remainder, unit by unit.
"""

from __future__ import annotations

import dataclasses
import itertools

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo import crs, errors
from geo.raster import arrays, grid

Floats = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Spread:
    """How far a settlement reaches.

    Parameters
    ----------
    density_per_km2
        Persons on a square kilometre of a settlement; its disc has the area population / density.
    """

    density_per_km2: float = 2_000

    def __post_init__(self) -> None:
        if not (np.isfinite(self.density_per_km2) and self.density_per_km2 > 0):
            raise errors.InputError(
                f"density_per_km2 is {self.density_per_km2}; expected persons per km² above 0"
            )


def allocate(
    on: grid.Grid,
    units: gpd.GeoDataFrame,
    settlements: gpd.GeoDataFrame,
    *,
    land: Floats,
    spread: Spread | None = None,
) -> pd.DataFrame:
    """Spread the population of units over the cells of a grid.

    Parameters
    ----------
    on
        The grid.
    units
        Polygons, indexed by unit, with ``population`` (whole persons).
    settlements
        Points with ``unit_id`` and ``population``; 0 and missing mean unknown and claim nothing.
    land
        Fraction of land in each cell, 0 to 1, shape of the grid; a cell of 0 takes nobody.
    spread
        Reach of settlements.

    Returns
    -------
    pandas.DataFrame
        ``unit_id`` (categorical), ``cell`` (row × columns + column) and ``persons`` (int), only where
        somebody lives, in the order of units, then of cells. The persons of a unit add up to its
        population exactly.

    Raises
    ------
    CrsError
        If a layer is not in the CRS of the grid.
    InputError
        One line for each unit whose population is not a whole number, 0 or more, or that has people
        but no land, each settlement of an unknown unit, and land out of range.
    """
    crs.require_metric_crs(units, settlements)
    grid.require_crs(on, units)
    land = arrays.floats("land", land)
    grid.require_shape(on, land=land)
    _require_inputs(units, settlements, land)
    total = units["population"].to_numpy(dtype=float)
    shares = _land_shares(on, units.geometry, land)
    row, settled = _settled(on, shares, settlements, units["population"].astype(float), spread or Spread())
    unit, dry = shares["unit"].to_numpy(), shares["land"].to_numpy()
    whole_land = _sums(unit, dry, len(units))
    _require_land(units["population"], whole_land)
    rest = np.clip(total - _sums(unit[row], settled, len(units)), 0, None)
    on_land = dry / whole_land[unit] * rest[unit]
    rows, both = np.concatenate([row, np.arange(len(unit))]), np.concatenate([settled, on_land])
    persons = _sums(rows, both, len(unit))
    ends = np.searchsorted(unit, np.arange(len(units) + 1))
    whole = np.zeros(len(unit), dtype=np.int64)
    for (first, last), people in zip(itertools.pairwise(ends), total, strict=True):
        whole[first:last] = largest_remainder(persons[first:last], int(people))
    lived = np.flatnonzero(whole)
    # Labels of millions of rows are kept once.
    labels = pd.Categorical.from_codes(unit[lived], units.index)
    found = pd.DataFrame(
        {"unit_id": labels, "cell": shares["cell"].to_numpy()[lived], "persons": whole[lived]}
    )
    return found if units.index.is_monotonic_increasing else _in_order(found)


def surface(on: grid.Grid, people: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Persons in each cell, shape of the grid, from rows with ``cell`` and ``persons``.

    Raises
    ------
    InputError
        If a cell is off the grid or the persons are not whole.
    """
    flat = np.zeros(on.rows * on.columns, dtype=np.int64)
    cell, persons = (arrays.codes(name, people[name].to_numpy(), missing=-1) for name in ("cell", "persons"))
    off = (cell < 0) | (cell >= flat.size)
    if off.any():
        raise errors.InputError(f"cell {cell[off][0]} is off the grid; expected 0 to {flat.size - 1}")
    np.add.at(flat, cell, persons)
    return flat.reshape(on.shape)


def largest_remainder(quotas: Floats, total: int) -> npt.NDArray[np.int64]:
    """Whole numbers nearest to quotas that add up to a total (method of Hamilton).

    Parameters
    ----------
    quotas
        Quotas, 0 or more; they are scaled to the total.
    total
        Sum of the result. What remains after rounding down goes to the largest remainders, the
        first of equals.

    Raises
    ------
    InputError
        If a quota is negative or not finite, or there is something to share out and nobody to take it.
    """
    if not ((quotas >= 0) & np.isfinite(quotas)).all():
        raise errors.InputError("a quota is negative, missing or infinite; expected numbers of 0 or more")
    if total > 0 and not quotas.sum() > 0:
        raise errors.InputError(f"no quota is above 0; expected one to take {total}")
    scaled = quotas / quotas.sum() * total if total > 0 else np.zeros(len(quotas))
    # A hair is added lest 3.9999999999 be taken for 3.
    whole = np.floor(scaled + 1e-9).astype(np.int64)
    order = np.argsort(whole - scaled, kind="stable")
    whole[order[: total - whole.sum()]] += 1
    return whole


def land_fraction(on: grid.Grid, water: gpd.GeoSeries) -> Floats:
    """Fraction of each cell that is not water, shape of the grid."""
    dry = np.ones(on.rows * on.columns)
    if len(water):
        whole = gpd.GeoSeries([shapely.union_all(water.to_numpy())], crs=water.crs)
        wet = grid.coverage_fractions(on, whole)
        dry[wet["cell"]] -= wet["fraction"]
    return np.clip(dry, 0, 1).reshape(on.shape)


def _in_order(people: pd.DataFrame) -> pd.DataFrame:
    """Rows in the order of the labels of units."""
    labels = people["unit_id"].cat.reorder_categories(sorted(people["unit_id"].cat.categories))
    return people.assign(unit_id=labels).sort_values("unit_id", kind="stable", ignore_index=True)


def _land_shares(on: grid.Grid, polygons: gpd.GeoSeries, land: Floats) -> pd.DataFrame:
    """Land of each unit, by position, in each cell, in cells."""
    covered = grid.coverage_fractions(on, polygons.reset_index(drop=True)).rename(columns={"polygon": "unit"})
    covered["land"] = covered.pop("fraction") * land.reshape(-1)[covered["cell"]]
    return covered[covered["land"] > 0]


def _settled(
    on: grid.Grid, shares: pd.DataFrame, settlements: gpd.GeoDataFrame, total: pd.Series, spread: Spread
) -> tuple[npt.NDArray[np.int64], Floats]:
    """Rows of the shares and persons of settlements in them; a unit's settlements never exceed its total."""
    known = settlements[settlements["population"] > 0].reset_index(drop=True)
    population = known["population"].astype(float)
    claimed = population.groupby(known["unit_id"]).transform("sum")
    persons = population * (known["unit_id"].map(total).astype(float) / claimed).clip(upper=1)
    radius_m = np.sqrt(population / spread.density_per_km2 / np.pi) * 1_000
    discs = known.geometry.buffer(radius_m, quad_segs=8)
    cover = grid.coverage_fractions(on, discs).rename(columns={"polygon": "settlement"})
    size = on.rows * on.columns
    key = (shares["unit"] * size + shares["cell"]).to_numpy()
    own = total.index.get_indexer(known["unit_id"])[cover["settlement"]]
    wanted = own * size + cover["cell"].to_numpy()
    row = np.searchsorted(key, wanted)
    there = (row < len(key)) & (key[np.minimum(row, len(key) - 1)] == wanted) if len(key) else row < 0
    cover, row = cover[there], row[there]
    weight = cover["fraction"] * shares["land"].to_numpy()[row]
    whole = weight.groupby(cover["settlement"]).transform("sum")
    taken = weight / whole * persons.to_numpy()[cover["settlement"]]
    return row, taken.to_numpy()


def _sums(of: npt.NDArray[np.int64], values: Floats, count: int) -> Floats:
    """Sum of the values of each number below ``count``.

    Equal cells share the last persons of a unit by what rounding leaves of them, so the sums are compensated,
    as those of pandas are.
    """
    groups = pd.CategoricalIndex(pd.Categorical.from_codes(of, pd.RangeIndex(count)))
    return np.asarray(pd.Series(values).groupby(groups, observed=False).sum(), dtype=np.float64)


def _require_inputs(units: gpd.GeoDataFrame, settlements: gpd.GeoDataFrame, land: Floats) -> None:
    findings = [
        f"unit {label}: population {value}; expected a whole number, 0 or more"
        for label, value in units["population"].items()
        if not (np.isfinite(value) and value >= 0 and float(value).is_integer())
    ]
    findings += [
        f"settlement {label}: unit {unit!r} is unknown"
        for label, unit in settlements["unit_id"].items()
        if unit not in units.index
    ]
    findings += [
        f"settlement {label}: population {value}; expected 0 or more, or nothing where unknown"
        for label, value in settlements["population"].items()
        if value < 0 or value == np.inf
    ]
    if not ((land >= 0) & (land <= 1)).all():
        findings.append("land: a cell is missing or out of range; expected fractions from 0 to 1")
    if findings:
        raise errors.InputError(findings)


def _require_land(total: pd.Series, land: Floats) -> None:
    lost = total[(total.to_numpy() > 0) & (land == 0)]
    if len(lost):
        raise errors.InputError(
            f"unit {label}: {count:.0f} persons but no land on the grid; expected some"
            for label, count in lost.items()
        )
