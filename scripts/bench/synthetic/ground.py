"""Districts that tile the zone: a lattice with shifted corners and winding edges, each edge drawn once.

What two neighbours share is one array of vertices, which both take over as it is: the coverage is valid by
construction. The first country lies in the west; the border climbs from south to north in steps.
"""

from __future__ import annotations

import dataclasses
import functools

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from scripts.bench.synthetic import spec

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Cell = tuple[int, int]
"""Row and column of a cell of the lattice."""

LON, LAT = -30, 45
"""Middle of the zone: in the open ocean, where no real place can be meant."""
CRS = f"""
PROJCRS["WGS 84 / LAEA synthetic",
    BASEGEOGCRS["WGS 84",
        DATUM["World Geodetic System 1984", ELLIPSOID["WGS 84", 6378137, 298.257223563]],
        ID["EPSG", 4326]],
    CONVERSION["LAEA synthetic",
        METHOD["Lambert Azimuthal Equal Area", ID["EPSG", 9820]],
        PARAMETER["Latitude of natural origin", {LAT}, ANGLEUNIT["degree", 0.0174532925199433]],
        PARAMETER["Longitude of natural origin", {LON}, ANGLEUNIT["degree", 0.0174532925199433]],
        PARAMETER["False easting", 0, LENGTHUNIT["metre", 1]],
        PARAMETER["False northing", 0, LENGTHUNIT["metre", 1]]],
    CS[Cartesian, 2],
    AXIS["easting (E)", east],
    AXIS["northing (N)", north],
    LENGTHUNIT["metre", 1]]
"""
DECIMALS = 5
"""Of degrees, as the snapshot holds them: about a metre."""
VERTICES = 13
"""Of each edge, with its ends; the one in the middle is the gate of roads."""
GATE = VERTICES // 2
RAIL_GATE = GATE + 1
# Shares of the side of a cell. With these, edges that meet stay apart elsewhere, and a road that comes from
# the middle of a cell meets the edge nowhere but in the gate.
_SHIFT, _WINDING, _HUB = 0.1, 0.03, 0.02
_ENCLAVE_AT, _ENCLAVE_RADIUS, _ENCLAVE_VERTICES = 0.2, 0.05, 16


@dataclasses.dataclass(frozen=True, eq=False)
class Enclave:
    """A piece of a district inside a cell of the other country.

    Parameters
    ----------
    host
        The cell around it.
    owner
        Number of the district that it is part of.
    ring_m, middle_m
        Its outline (not closed) and its middle, in metres.
    """

    host: Cell
    owner: int
    ring_m: Floats
    middle_m: Floats


@dataclasses.dataclass(frozen=True, eq=False)
class Ground:
    """The lattice, in metres of the working CRS, and what its cells belong to.

    Parameters
    ----------
    across, up
        Vertices of the edges: those that run east, south of each cell (rows + 1, columns, vertices, 2), and
        those that run north, west of each cell (rows, columns + 1, vertices, 2).
    side
        Number of the country of each cell.
    oblast, unit
        Numbers of the oblast and of the district of each cell; those of the first country come first.
    hubs
        Where the roads of each cell meet.
    """

    across: Floats
    up: Floats
    side: Ints
    oblast: Ints
    unit: Ints
    hubs: Floats
    enclave: Enclave | None

    @functools.cached_property
    def cells_of(self) -> list[list[Cell]]:
        """Cells of each district, the one with its town first."""
        found: list[list[Cell]] = [[] for _ in range(int(self.unit.max()) + 1)]
        for row, column in np.ndindex(*self.unit.shape):
            found[self.unit[row, column]].append((row, column))
        return found

    def ring_m(self, cell: Cell) -> Floats:
        """Outline of a cell, not closed, counter-clockwise."""
        row, column = cell
        edges = (
            self.across[row, column],
            self.up[row, column + 1],
            self.across[row + 1, column][::-1],
            self.up[row, column][::-1],
        )
        return np.concatenate([edge[:-1] for edge in edges])

    def edge_m(self, first: Cell, second: Cell) -> Floats:
        """Find the common edge of a cell and its neighbour to the east or to the north."""
        (row, column), (other, _) = first, second
        edge: Floats = self.up[row, column + 1] if row == other else self.across[row + 1, column]
        return edge

    def neighbours(self) -> list[tuple[Cell, Cell]]:
        """Cells and their neighbours to the east, then those and their neighbours to the north."""
        rows, columns = self.side.shape
        east = [((row, column), (row, column + 1)) for row in range(rows) for column in range(columns - 1)]
        north = [((row, column), (row + 1, column)) for row in range(rows - 1) for column in range(columns)]
        return east + north

    def polygons(self) -> list[shapely.Geometry]:
        """Districts in degrees, by their number."""
        shapes = [self._polygon(cells) for cells in self.cells_of]
        if self.enclave is not None:
            piece = shapely.Polygon(degrees(self.enclave.ring_m))
            own = shapes[self.enclave.owner]
            shapes[self.enclave.owner] = shapely.MultiPolygon([*shapely.get_parts(own), piece])
        return [shapely.normalize(shape) for shape in shapes]

    def _polygon(self, cells: list[Cell]) -> shapely.Geometry:
        holes = {self.enclave.host: [degrees(self.enclave.ring_m)]} if self.enclave is not None else {}
        parts = [shapely.Polygon(degrees(self.ring_m(cell)), holes.get(cell)) for cell in cells]
        return parts[0] if len(parts) == 1 else shapely.coverage_union_all(parts)


def degrees(xy_m: Floats) -> Floats:
    """Longitude and latitude, rounded as they are stored."""
    return np.round(np.column_stack(_to_degrees().transform(*np.asarray(xy_m).T)), DECIMALS)


def draw(of: spec.Spec) -> Ground:
    """Draw the ground of a region."""
    random = of.random("ground")
    rows, columns = of.rows, of.columns
    corners = _corners(of, random)
    across = _edges(corners[:, :-1], corners[:, 1:], random)
    up = _edges(corners[:-1], corners[1:], random)
    middles = (corners[:-1, :-1] + corners[1:, :-1] + corners[:-1, 1:] + corners[1:, 1:]) / 4
    hubs = middles + random.uniform(-_HUB, _HUB, middles.shape) * of.spacing_m
    first_east = _border(of, random)
    side = (np.arange(columns) >= first_east[:, None]).astype(np.int64)
    oblast = side * of.oblasts + (np.arange(rows) * of.oblasts // rows)[:, None]
    host = (rows // 2, columns - 1) if of.enclave else None
    unit = _units(of, side, random, apart=host)
    enclave = _enclave(of, hubs, host, random, owner=int(unit[rows // 2, first_east[rows // 2] - 1]))
    return Ground(across, up, side, oblast, unit, hubs, enclave)


@functools.cache
def _to_degrees() -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)


def _corners(of: spec.Spec, random: np.random.Generator) -> Floats:
    """Corners of the cells around the origin, each shifted a little."""
    y, x = np.indices((of.rows + 1, of.columns + 1), dtype=float)
    regular = np.stack([x - of.columns / 2, y - of.rows / 2], axis=-1)
    return (regular + random.uniform(-_SHIFT, _SHIFT, regular.shape)) * of.spacing_m


def _edges(start: Floats, end: Floats, random: np.random.Generator) -> Floats:
    """Winding lines from corner to corner: each vertex is moved aside, the less the nearer to an end."""
    along = end - start
    aside = np.stack([-along[..., 1], along[..., 0]], axis=-1)
    share = np.linspace(0, 1, VERTICES)
    moved = random.uniform(-_WINDING, _WINDING, (*start.shape[:2], VERTICES)) * 4 * share * (1 - share)
    return start[..., None, :] + share[:, None] * along[..., None, :] + moved[..., None] * aside[..., None, :]


def _border(of: spec.Spec, random: np.random.Generator) -> Ints:
    """First column of the second country in each row."""
    steps = random.integers(-1, 2, of.rows)
    return np.clip(of.columns // 2 + steps, 1, of.columns - 2).astype(np.int64)


def _units(of: spec.Spec, side: Ints, random: np.random.Generator, *, apart: Cell | None) -> Ints:
    """Share the cells among the districts: where there are too many, two beside each other are one."""
    group = np.arange(side.size).reshape(side.shape)
    whole = np.ones(side.shape, dtype=bool)
    if apart is not None:
        whole[apart] = False
    pairs = np.argwhere(side[:, :-1] == side[:, 1:])
    surplus = side.size - of.units
    for row, column in random.permutation(pairs):
        if surplus and whole[row, column] and whole[row, column + 1]:
            group[row, column + 1] = group[row, column]
            whole[row, column : column + 2] = False
            surplus -= 1
    # Districts of the first country come first, each country from south to north.
    order = {number: place for place, number in enumerate(dict.fromkeys(group[side == 0]))}
    order |= {number: len(order) + place for place, number in enumerate(dict.fromkeys(group[side == 1]))}
    return np.vectorize(order.__getitem__, otypes=[np.int64])(group)  # type: ignore[no-any-return]


def _enclave(
    of: spec.Spec,
    hubs: Floats,
    host: Cell | None,
    random: np.random.Generator,
    *,
    owner: int,
) -> Enclave | None:
    """North-east of the hub of its host, between the roads that lead north and east."""
    if host is None:
        return None
    middle = hubs[host] + _ENCLAVE_AT * of.spacing_m
    angle = np.linspace(0, 2 * np.pi, _ENCLAVE_VERTICES, endpoint=False)
    radius = random.uniform(0.8, 1.2, _ENCLAVE_VERTICES) * _ENCLAVE_RADIUS * of.spacing_m
    ring = middle + radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return Enclave(host, owner, ring, middle)
