"""Polygon coverages: harmonise two along a common line, fit one into another, generalise, measure.

A coverage is a GeoSeries of polygons with unique index that do not overlap and whose common edges
have the same vertices. All functions take metres, and return coordinates on a grid of one millimetre.
"""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo import coverage_faces, crs, errors

_NOBODY = coverage_faces.NOBODY
_Geometries = coverage_faces.Geometries


@dataclasses.dataclass(frozen=True)
class Measures:
    """How far polygons are from being a coverage."""

    overlap_km2: float
    gap_km2: float
    slivers: int
    invalid_edge_km: float

    @property
    def is_valid(self) -> bool:
        """Whether there is neither overlap nor unmatched edge."""
        return self.invalid_edge_km == 0.0


def clean(polygons: gpd.GeoSeries, *, sliver_m: float) -> gpd.GeoSeries:
    """Make a coverage of polygons that almost are one: overlaps and slivers go to a neighbour.

    Cells covered by several polygons, and uncovered cells thinner than ``sliver_m``, are given to the
    polygon with which they share the longest border. Wider gaps stay.
    """
    _require(polygons=polygons)
    shapes = coverage_faces.on_grid(polygons.to_numpy())
    cells = coverage_faces.build(_rings(shapes))
    labels, n_covering = _labels(cells, shapes)
    labels[n_covering > 1] = _NOBODY
    fillable = n_covering > 1
    fillable[n_covering == 0] = _width(cells[n_covering == 0]) < sliver_m
    everyone = np.arange(len(shapes))
    labels = coverage_faces.fill(cells, labels, fillable=fillable, takers=everyone)
    return _assembled(cells, labels, polygons, known=coverage_faces.vertices(shapes))


def fit(
    polygons: gpd.GeoSeries, outlines: gpd.GeoSeries, *, within: pd.Series, reach_m: float
) -> gpd.GeoSeries:
    """Make polygons tile the outline to which each belongs.

    What lies outside the outline is cut off; what is missing is added along the border: each line
    between two polygons is prolonged to the nearest point of the outline, and the pieces so made go
    to the polygon with which they share the longest border.

    Parameters
    ----------
    polygons
        A coverage for each outline.
    outlines
        Outlines, indexed by their name.
    within
        Name of the outline for each polygon, indexed like ``polygons``.
    reach_m
        How far the edge of the polygons may lie from the outline.
    """
    _require(polygons=polygons, outlines=outlines)
    fitted = [
        _fit_one(polygons[within == name], outlines.loc[name], name=name, reach_m=reach_m)
        for name in outlines.index
    ]
    return pd.concat(fitted).loc[polygons.index]


def harmonise(fine: gpd.GeoSeries, coarse: gpd.GeoSeries, *, reach_m: float) -> gpd.GeoSeries:
    """Join two coverages that meet along a common line into one, in which the line is the fine one.

    Overlaps go to the fine side; gaps along the line go to the coarse side. Every vertex of the fine
    side stays; only the ends of coarse inner lines are added. Gaps wider than ``reach_m`` stay.

    Returns
    -------
    geopandas.GeoSeries
        Fine polygons, then coarse polygons, exactly noded.

    Raises
    ------
    CoverageError
        If the two have no common line, or overlap further than ``reach_m`` from it.
    """
    _require(fine=fine, coarse=coarse)
    both = pd.concat([fine, coarse])
    _require_unique_index(both)
    shapes = coverage_faces.on_grid(both.to_numpy())
    front = shapely.boundary(shapely.union_all(shapes[: len(fine)]))
    edge = shapely.boundary(shapely.union_all(shapes[len(fine) :]))
    shapely.prepare([front, edge])
    ties = _ties(edge, _junctions(shapes[len(fine) :], edge), front, reach_m=reach_m)
    cells = coverage_faces.build(np.concatenate([_rings(shapes), ties]))
    labels, n_covering = _labels(cells, shapes)
    near = _all_near(cells, front, reach_m) & _all_near(cells, edge, reach_m)
    contested = (n_covering > 1) & (labels < len(fine))
    _require_near(cells[contested & ~near], both.crs, what="overlap", reach_m=reach_m)
    takers = np.arange(len(fine), len(both))
    labels = coverage_faces.fill(cells, labels, fillable=near, takers=takers)
    return _assembled(cells, labels, both, known=coverage_faces.vertices(shapes))


def generalise(coverage: gpd.GeoSeries, *, tolerance_m: float, keep_outer: bool = False) -> gpd.GeoSeries:
    """Simplify all edges of a coverage at once, so that neighbours keep one common line.

    Visvalingam and Whyatt's method: triangles smaller than ``tolerance_m`` squared are removed.

    Parameters
    ----------
    keep_outer
        Leave edges that only one polygon has as they are.

    Raises
    ------
    CoverageError
        If the polygons are not a coverage.
    """
    _require(coverage=coverage)
    shapes = coverage.to_numpy()
    if not shapely.coverage_is_valid(shapes):
        raise errors.CoverageError("polygons overlap or have unmatched edges; expected a valid coverage")
    return gpd.GeoSeries(
        shapely.coverage_simplify(shapes, tolerance_m, simplify_boundary=not keep_outer),
        index=coverage.index,
        crs=coverage.crs,
    )


def measure(polygons: gpd.GeoSeries, *, gap_width_m: float) -> Measures:
    """Overlaps, enclosed gaps, their number, and edges without exact counterpart."""
    _require(polygons=polygons)
    shapes = polygons.to_numpy()
    cells = coverage_faces.build(_rings(shapes))
    _, n_covering = _labels(cells, shapes)
    area_km2 = shapely.area(cells) / 1_000_000
    invalid = shapely.coverage_invalid_edges(shapes, gap_width=gap_width_m)
    return Measures(
        overlap_km2=float((area_km2 * np.maximum(n_covering - 1, 0)).sum()),
        gap_km2=float(area_km2[n_covering == 0].sum()),
        slivers=int((n_covering != 1).sum()),
        invalid_edge_km=float(shapely.length(invalid).sum() / 1_000),
    )


def shared_edges(coverage: gpd.GeoSeries) -> gpd.GeoDataFrame:
    """Find the common line of each two neighbours in a coverage, in any CRS.

    Returns
    -------
    geopandas.GeoDataFrame
        ``left`` and ``right`` index labels (in the order of the coverage), ``length_km`` on the
        ellipsoid, and the line; sorted by position.
    """
    edges = coverage_faces.borders(coverage.to_numpy())
    rows = []
    for (left, right), group in edges.groupby(["left", "right"]):
        xy = np.stack([group["start"], group["end"]], axis=1)
        pieces = shapely.linestrings(np.stack([xy.real, xy.imag], axis=2))
        rows.append((coverage.index[left], coverage.index[right], _merged(pieces)))
    frame = gpd.GeoDataFrame(rows, columns=["left", "right", "geometry"], crs=coverage.crs)
    return frame.assign(length_km=crs.geodesic_length_km(frame.geometry))


def _fit_one(
    polygons: gpd.GeoSeries, outline: shapely.Geometry, *, name: object, reach_m: float
) -> gpd.GeoSeries:
    shapes = coverage_faces.on_grid(polygons.to_numpy())
    target = coverage_faces.on_grid(np.array([outline]))[0]
    rim = shapely.boundary(target)
    edge = shapely.boundary(shapely.union_all(shapes))
    shapely.prepare([target, rim, edge])
    loose = _junctions(shapes, edge)
    ties = shapely.shortest_line(loose[shapely.contains(target, loose)], rim)
    cells = coverage_faces.build(np.concatenate([_rings(shapes), _rings(np.array([target])), ties]))
    cells = cells[shapely.contains(target, shapely.point_on_surface(cells))]
    labels, _ = _labels(cells, shapes)
    near = _all_near(cells, rim, reach_m) & _all_near(cells, edge, reach_m)
    _require_near(cells[(labels == _NOBODY) & ~near], polygons.crs, what=f"gap in {name}", reach_m=reach_m)
    labels = coverage_faces.fill(cells, labels, fillable=near, takers=np.arange(len(shapes)))
    known = coverage_faces.vertices(np.concatenate([shapes, [target]]))
    return _assembled(cells, labels, polygons, known=known)


def _labels(cells: _Geometries, shapes: _Geometries) -> tuple[coverage_faces.Labels, npt.NDArray[np.int64]]:
    """First polygon that covers each cell, and how many do."""
    cell, polygon = coverage_faces.covering(cells, shapes)
    labels = np.full(len(cells), len(shapes))
    np.minimum.at(labels, cell, polygon)
    n_covering = np.bincount(cell, minlength=len(cells))
    labels[n_covering == 0] = _NOBODY
    return labels, n_covering


def _ties(
    edge: shapely.Geometry, junctions: _Geometries, front: shapely.Geometry, *, reach_m: float
) -> _Geometries:
    """Short lines from the coarse edge to the fine one, where inner lines end and the meeting ends."""
    rings = shapely.get_parts(shapely.segmentize(edge, reach_m))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    points = shapely.points(xy)
    near = shapely.dwithin(front, points, reach_m)
    if not near.any():
        raise errors.CoverageError(f"no common line: nowhere do the two come within {reach_m:g} m")
    turns = (near[1:] != near[:-1]) & (ring[1:] == ring[:-1])
    ends = near & (np.append(turns, False) | np.insert(turns, 0, False))
    anchors = np.concatenate([points[ends], junctions[shapely.dwithin(front, junctions, reach_m)]])
    lines: _Geometries = shapely.shortest_line(anchors, front)
    real: _Geometries = lines[shapely.length(lines) > 0]
    return real


def _junctions(shapes: _Geometries, edge: shapely.Geometry) -> _Geometries:
    """Vertices on the outer edge at which two polygons meet."""
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    seen = pd.DataFrame({"x": xy[:, 0], "y": xy[:, 1], "owner": owner}).drop_duplicates()
    counts = seen.groupby(["x", "y"])["owner"].count()
    shared = counts[counts > 1].reset_index()
    points = shapely.points(shared[["x", "y"]].to_numpy())
    outer: _Geometries = points[shapely.dwithin(edge, points, coverage_faces.GRID_M)]
    return outer


def _rings(polygons: _Geometries) -> _Geometries:
    return coverage_faces.rings(polygons)[0]


def _width(cells: _Geometries) -> npt.NDArray[np.float64]:
    """Diameter of the largest circle inside each cell, in metres."""
    width: npt.NDArray[np.float64] = 2 * shapely.length(shapely.maximum_inscribed_circle(cells))
    return width


def _all_near(cells: _Geometries, line: shapely.Geometry, reach_m: float) -> npt.NDArray[np.bool_]:
    """Whether all vertices of each cell lie within ``reach_m`` of the line."""
    xy, cell = shapely.get_coordinates(cells, return_index=True)
    far = ~shapely.dwithin(line, shapely.points(xy), reach_m)
    return np.asarray(np.bincount(cell, weights=far, minlength=len(cells)) == 0)


def _assembled(
    cells: _Geometries, labels: coverage_faces.Labels, like: gpd.GeoSeries, *, known: coverage_faces.Vertices
) -> gpd.GeoSeries:
    merged = coverage_faces.dissolve(cells, labels, len(like), known=known)
    return gpd.GeoSeries(merged, index=like.index, crs=like.crs)


def _merged(pieces: _Geometries) -> shapely.Geometry:
    return shapely.normalize(shapely.line_merge(shapely.multilinestrings(pieces)))


def _require(**layers: gpd.GeoSeries) -> None:
    """Refuse layers that are empty, not polygons, invalid or not in one CRS in metres."""
    crs.require_metric_crs(*layers.values())
    findings: list[str] = []
    for name, layer in layers.items():
        if layer.empty:
            findings.append(f"{name}: no polygon; expected at least one")
        for label, shape in layer.items():
            problem = _problem(shape)
            if problem:
                findings.append(f"{name}, {label}: {problem}")
    if findings:
        raise errors.GeometryError(findings)


def _problem(shape: shapely.Geometry | None) -> str | None:
    if shape is None or shape.is_empty:
        return "empty geometry; expected a polygon"
    if shape.geom_type not in {"Polygon", "MultiPolygon"}:
        return f"{shape.geom_type}; expected a polygon"
    return None if shape.is_valid else f"{shapely.is_valid_reason(shape)}; expected a valid polygon"


def _require_unique_index(both: gpd.GeoSeries) -> None:
    twice = both.index[both.index.duplicated()].unique()
    if len(twice):
        raise errors.InputError(f"{label}: on both sides; expected each unit once" for label in twice)


def _require_near(cells: _Geometries, source: object, *, what: str, reach_m: float) -> None:
    if len(cells):
        centres = gpd.GeoSeries(shapely.point_on_surface(cells), crs=source).to_crs(crs.LONLAT)
        raise errors.CoverageError(
            f"{what} of {cell.area / 1e6:.3f} km² at {point.x:.4f}, {point.y:.4f} reaches further than "
            f"{reach_m:g} m from the common line"
            for cell, point in zip(cells, centres, strict=True)
        )
