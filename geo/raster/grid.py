"""A regular grid of square cells in a metric CRS, and the way between its arrays and vectors."""

from __future__ import annotations

import dataclasses

import affine
import exactextract
import exactextract.raster
import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import rasterio.features
import scipy.ndimage
import shapely

from geo import crs, errors
from geo.raster import arrays as raster

_COLLINEAR_M = 1e-3


@dataclasses.dataclass(frozen=True)
class Grid:
    """North-up grid; arrays on it have ``shape`` (rows, columns), the first row is the northernmost.

    Parameters
    ----------
    west_m, north_m
        Upper left corner in metres of ``crs``.
    cell_m
        Side of a cell in metres.
    rows, columns
        Size.
    crs
        Projected CRS in metres.

    Raises
    ------
    InputError
        If a number is not finite, or the grid has no cell.
    """

    west_m: float
    north_m: float
    cell_m: float
    rows: int
    columns: int
    crs: pyproj.CRS

    def __post_init__(self) -> None:
        if not (np.isfinite([self.west_m, self.north_m, self.cell_m]).all() and self.cell_m > 0):
            raise errors.InputError(
                f"grid at {self.west_m}, {self.north_m} with cells of {self.cell_m} m; "
                "expected finite numbers and a side above 0"
            )
        if self.rows < 1 or self.columns < 1:
            raise errors.InputError(f"grid of {self.rows} × {self.columns} cells; expected at least one")

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.rows, self.columns

    @property
    def transform(self) -> affine.Affine:
        """Affine transform from (column, row) to (x, y), as rasterio knows it."""
        return affine.Affine(self.cell_m, 0, self.west_m, 0, -self.cell_m, self.north_m)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north edge in metres."""
        east_m = self.west_m + self.columns * self.cell_m
        return self.west_m, self.north_m - self.rows * self.cell_m, east_m, self.north_m

    @property
    def cell_km2(self) -> float:
        """Area of a cell."""
        return (self.cell_m / 1_000) ** 2


def covering(layer: gpd.GeoDataFrame | gpd.GeoSeries, *, cell_m: float) -> Grid:
    """Return the smallest grid over a layer, of one cell or more, whose edges are multiples of ``cell_m``.

    Raises
    ------
    CrsError
        If the CRS of the layer does not measure in metres.
    InputError
        If the side of a cell is not above 0.
    GeometryError
        If the layer is empty.
    """
    metric = crs.require_metric_crs(layer)
    bounds = layer.total_bounds
    if not np.isfinite(bounds).all():
        raise errors.GeometryError("the layer to cover with a grid is empty; expected at least one geometry")
    if not cell_m > 0:
        raise errors.InputError(f"cell_m is {cell_m}; expected a side in metres above 0")
    west, south = np.floor(bounds[:2] / cell_m)
    east, north = np.ceil(bounds[2:] / cell_m)
    rows, columns = max(int(north - south), 1), max(int(east - west), 1)
    return Grid(west * cell_m, north * cell_m, cell_m, rows, columns, metric)


def require_shape(grid: Grid, **arrays: npt.NDArray[np.generic]) -> None:
    """Refuse arrays that do not lie on the grid.

    Raises
    ------
    InputError
        One line for each array of another shape.
    """
    wrong = [
        f"array {name} has shape {array.shape}; expected {grid.shape}, the shape of the grid"
        for name, array in arrays.items()
        if array.shape != grid.shape
    ]
    if wrong:
        raise errors.InputError(wrong)


def centres(grid: Grid) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Coordinates x and y of all cell centres in metres, each of length rows × columns, row by row."""
    x = grid.west_m + (np.arange(grid.columns) + 0.5) * grid.cell_m
    y = grid.north_m - (np.arange(grid.rows) + 0.5) * grid.cell_m
    return np.tile(x, grid.rows), np.repeat(y, grid.columns)


def coverage_fractions(grid: Grid, polygons: gpd.GeoSeries) -> pd.DataFrame:
    """Which part of which cell each polygon covers.

    Parameters
    ----------
    grid
        The grid.
    polygons
        Polygons in the CRS of the grid.

    Returns
    -------
    pandas.DataFrame
        Columns ``polygon`` (label from the index of ``polygons``), ``cell`` (row × columns + column)
        and ``fraction`` (0, 1], in the order of ``polygons``, then of cells.
    """
    require_crs(grid, polygons)
    found = extract(grid, np.zeros(grid.shape, dtype=np.int8), polygons, ["cell_id", "coverage"])
    lengths = [len(cells) for cells in found["cell_id"]]
    order = np.repeat(found["order"].to_numpy(dtype=int), lengths)
    return pd.DataFrame(
        {
            "polygon": polygons.index.to_numpy()[order],
            "cell": np.concatenate([*found["cell_id"], np.empty(0)]).astype(int),
            "fraction": np.concatenate([*found["coverage"], np.empty(0)]).astype(float),
        }
    )


def labels(grid: Grid, polygons: gpd.GeoSeries) -> npt.NDArray[np.int32]:
    """Position of the polygon that holds each cell centre, −1 where there is none; shape of the grid."""
    require_crs(grid, polygons)
    shapes = [(geometry, position) for position, geometry in enumerate(polygons) if not geometry.is_empty]
    if not shapes:
        return np.full(grid.shape, -1, dtype=np.int32)
    return rasterio.features.rasterize(  # type: ignore[no-any-return]
        shapes, out_shape=grid.shape, transform=grid.transform, fill=-1, dtype=np.int32
    )


def near(grid: Grid, shapes: npt.NDArray[np.object_], *, cells: int) -> npt.NDArray[np.bool_]:
    """Whether each cell lies at most so many cells from one that a shape touches, row by row.

    A quick choice of cells for exact questions about shapes: it takes one byte for each cell.

    Parameters
    ----------
    grid
        The grid.
    shapes
        Geometries in the CRS of the grid.
    cells
        Most rows, and most columns, between them.
    """
    # What lies on the edge of the grid is burned beyond it.
    margin = cells + 1
    wide = np.zeros((grid.rows + 2 * margin, grid.columns + 2 * margin), dtype=np.uint8)
    if len(shapes):
        beyond_m = margin * grid.cell_m
        around_it = dataclasses.replace(grid, west_m=grid.west_m - beyond_m, north_m=grid.north_m + beyond_m)
        rasterio.features.rasterize(shapes, out=wide, transform=around_it.transform, all_touched=True)
    around = scipy.ndimage.maximum_filter(wide, size=2 * cells + 1)
    return np.asarray(around[margin:-margin, margin:-margin], dtype=bool).ravel()


def polygonise(
    grid: Grid, classes: npt.NDArray[np.int32], *, beyond: int | None = None, smooth_m: float = 0
) -> gpd.GeoSeries:
    """Polygons of the cells of equal class, as one coverage.

    Parameters
    ----------
    grid
        The grid.
    classes
        Class of each cell, shape of the grid; negative and masked cells are off the map.
    beyond
        A class that gets no polygon, but against which the others are smoothed.
    smooth_m
        Tolerance by which the steps between classes are smoothed, all polygons together; 0 keeps
        them. Steps against what is off the map or the grid are kept.

    Returns
    -------
    geopandas.GeoSeries
        One (multi)polygon for each class that occurs, indexed by class.
    """
    classes = raster.codes("classes", classes, missing=-1).astype(np.int32)
    part, values = _cropped(grid, classes, (classes >= 0) & (classes != beyond))
    found = list(rasterio.features.shapes(values, mask=values >= 0, transform=part.transform))
    codes = np.array([int(value) for _, value in found], dtype=np.int64)
    order = np.argsort(codes, kind="stable")
    present, number = np.unique(codes[order], return_inverse=True)
    pieces = _polygons([geometry["coordinates"] for geometry, _ in found])
    merged = shapely.multipolygons(pieces[order], indices=number)
    cornered = shapely.segmentize(merged, grid.cell_m)
    plain = shapely.coverage_simplify(cornered, smooth_m or _COLLINEAR_M, simplify_boundary=not smooth_m)
    index = pd.Index(present, name="class")
    coverage = gpd.GeoSeries(plain, index=index, crs=grid.crs, name="geometry")
    return coverage if beyond is None else coverage.drop(index=beyond, errors="ignore")


def extract(
    grid: Grid, values: npt.NDArray[np.generic], polygons: gpd.GeoSeries, operations: list[str]
) -> pd.DataFrame:
    """Run exactextract; one row for each polygon that is not empty, with its position as ``order``."""
    west, south, east, north = grid.bounds
    source = exactextract.raster.NumPyRasterSource(
        values, xmin=west, ymin=south, xmax=east, ymax=north, srs_wkt=grid.crs.to_wkt()
    )
    frame = gpd.GeoDataFrame({"order": range(len(polygons))}, geometry=polygons.to_numpy(), crs=grid.crs)
    frame = frame[~(frame.is_empty | frame.geometry.isna())]
    if frame.empty:
        return pd.DataFrame({name: [] for name in ["order", *operations]})
    found: pd.DataFrame = exactextract.exact_extract(
        source, frame, operations, include_cols=["order"], output="pandas"
    )
    return found


def require_crs(grid: Grid, layer: gpd.GeoDataFrame | gpd.GeoSeries) -> None:
    """Refuse a layer that is not in the CRS of the grid.

    Raises
    ------
    CrsError
        If the CRS differs or is missing.
    """
    if layer.crs is None or layer.crs != grid.crs:
        name = "none" if layer.crs is None else layer.crs.name
        raise errors.CrsError(f"layer has CRS {name}; expected {grid.crs.name}, the CRS of the grid")


def _polygons(outlines: list[list[list[tuple[float, float]]]]) -> npt.NDArray[np.object_]:
    """Polygons of outlines, each a shell and its holes."""
    rings = [np.array(ring) for outline in outlines for ring in outline]
    if not rings:
        return np.empty(0, dtype=object)
    lines = shapely.linearrings(
        np.concatenate(rings), indices=np.repeat(np.arange(len(rings)), [len(ring) for ring in rings])
    )
    owner = np.repeat(np.arange(len(outlines)), [len(outline) for outline in outlines])
    return shapely.polygons(lines, indices=owner)  # type: ignore[no-any-return]


def _cropped(
    grid: Grid, classes: npt.NDArray[np.int32], kept: npt.NDArray[np.bool_]
) -> tuple[Grid, npt.NDArray[np.int32]]:
    """Part of the grid, and of the array on it, that holds all kept cells and a cell around them."""
    require_shape(grid, classes=classes)
    rows, columns = (np.flatnonzero(kept.any(axis=axis)) for axis in (1, 0))
    if len(rows) == 0:
        return grid, np.full(grid.shape, -1, dtype=np.int32)
    top, left = max(rows[0] - 1, 0), max(columns[0] - 1, 0)
    part = classes[top : rows[-1] + 2, left : columns[-1] + 2]
    corner = grid.west_m + left * grid.cell_m, grid.north_m - top * grid.cell_m
    rows_kept, columns_kept = part.shape
    return Grid(*corner, grid.cell_m, rows_kept, columns_kept, grid.crs), part
