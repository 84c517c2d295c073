"""Polygon coverages: clean one, fit it into outlines, harmonise two along a common line, generalise, measure.

A coverage is a GeoSeries of polygons with unique index that do not overlap and whose common edges
have the same vertices. Everything is in metres; lines are noded on a grid of one millimetre.
"""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo import crs, errors
from geo.coverage import checks, faces


@dataclasses.dataclass(frozen=True)
class Measures:
    """How far polygons are from being a coverage.

    Attributes
    ----------
    overlap_km2, gap_km2
        Area covered more than once, and area enclosed by the polygons but covered by none.
    slivers
        Number of the pieces that make up both.
    invalid_edge_km
        Length of edges that cross a neighbour, lack an equal counterpart, or face a gap.
    hole_km2
        Area enclosed that none of them should cover, which is no gap.
    """

    overlap_km2: float
    gap_km2: float
    slivers: int
    invalid_edge_km: float
    hole_km2: float = 0.0


def clean(polygons: gpd.GeoSeries, *, sliver_m: float) -> gpd.GeoSeries:
    """Make a coverage of polygons that almost are one: overlaps and slivers go to a neighbour.

    What several polygons cover, and what none covers and is thinner than ``sliver_m``, is given to the
    polygon with which it shares the longest border. Wider gaps stay.

    Raises
    ------
    CrsError, GeometryError
        If the polygons are not valid polygons in metres.
    CoverageError
        If nothing is left of a polygon.
    """
    checks.require_polygons(polygons=polygons)
    shapes = faces.on_grid(polygons.to_numpy())
    cells = faces.build(faces.rings(shapes)[0])
    labels, n_covering = faces.label(cells, shapes)
    labels[n_covering > 1] = faces.NOBODY
    fillable = n_covering > 1
    fillable[n_covering == 0] = faces.are_thin(cells[n_covering == 0], sliver_m)
    labels = faces.fill(cells, labels, fillable=fillable, takers=np.arange(len(shapes)))
    return _assembled(cells, labels, polygons, known=faces.vertices(shapes))


def fit(
    polygons: gpd.GeoSeries, outlines: gpd.GeoSeries, *, within: pd.Series, reach_m: float
) -> gpd.GeoSeries:
    """Make polygons tile the outline to which each belongs.

    What lies outside the outline is cut off; what is missing is added along the rim: each line between
    two polygons is prolonged to the nearest point of the outline, and the pieces so made go to the
    polygon with which they share the longest border.

    Parameters
    ----------
    polygons
        Polygons, for each outline a coverage.
    outlines
        Outlines, indexed by their name.
    within
        Name of the outline for each polygon, indexed like ``polygons``.
    reach_m
        How far the outer edge of the polygons may lie from the outline.

    Raises
    ------
    CrsError, GeometryError
        If the layers are not valid polygons in one CRS in metres.
    CoverageError
        If an outline has no polygon, a polygon has no outline or nothing of it lies within, or a gap
        reaches further than ``reach_m`` from the rim.
    """
    checks.require_polygons(polygons=polygons, outlines=outlines)
    checks.require_matched(within, outlines.index)
    fitted = [
        _fit_one(polygons[within == name], outlines.loc[name], name=name, reach_m=reach_m)
        for name in outlines.index
    ]
    return pd.concat(fitted).loc[polygons.index]


def harmonise(fine: gpd.GeoSeries, coarse: gpd.GeoSeries, *, reach_m: float) -> gpd.GeoSeries:
    """Join two coverages that meet along a common line into one, in which the line is the fine one.

    Overlaps go to the fine side; gaps along the line go to the coarse side. Every vertex of the fine
    side stays; only the ends of coarse inner lines are added. Gaps that reach further than ``reach_m``
    from the line stay gaps.

    Returns
    -------
    geopandas.GeoSeries
        Fine polygons, then coarse polygons, exactly noded.

    Raises
    ------
    CrsError, GeometryError
        If the layers are not valid polygons in one CRS in metres.
    CoverageError
        If the two have no common line, overlap further than ``reach_m`` from it, or nothing is left of
        a polygon.
    """
    checks.require_polygons(fine=fine, coarse=coarse)
    both = pd.concat([fine, coarse])
    checks.require_unique_index(both)
    shapes = faces.on_grid(both.to_numpy())
    front = shapely.boundary(shapely.union_all(shapes[: len(fine)]))
    edge = shapely.boundary(shapely.union_all(shapes[len(fine) :]))
    shapely.prepare([front, edge])
    ties = _ties(edge, faces.junctions(shapes[len(fine) :], edge), front, reach_m=reach_m)
    cells = faces.build(np.concatenate([faces.rings(shapes)[0], ties]))
    labels, n_covering = faces.label(cells, shapes)
    near = faces.all_near(cells, front, reach_m) & faces.all_near(cells, edge, reach_m)
    checks.require_none(cells[(n_covering > 1) & ~near], both.crs, what="overlap", reach_m=reach_m)
    coarse_only = np.arange(len(fine), len(both))
    labels = _filled(cells, labels, shapes, fillable=near, takers=coarse_only)
    return _assembled(cells, labels, both, known=faces.vertices(shapes))


def generalise(coverage: gpd.GeoSeries, *, tolerance_m: float, keep_outer: bool = False) -> gpd.GeoSeries:
    """Simplify all edges of a coverage at once, so that neighbours keep one common line.

    Visvalingam and Whyatt's method: triangles smaller than ``tolerance_m`` squared are removed.

    Parameters
    ----------
    keep_outer
        Leave edges that only one polygon has as they are.

    Raises
    ------
    CrsError, GeometryError
        If the polygons are not valid polygons in metres.
    CoverageError
        If the polygons are not a coverage.
    """
    checks.require_polygons(coverage=coverage)
    shapes = coverage.to_numpy()
    if not shapely.coverage_is_valid(shapes):
        raise errors.CoverageError("polygons overlap or have unmatched edges; expected a valid coverage")
    return gpd.GeoSeries(
        shapely.coverage_simplify(shapes, tolerance_m, simplify_boundary=not keep_outer),
        index=coverage.index,
        crs=coverage.crs,
    )


def measure(polygons: gpd.GeoSeries, *, gap_width_m: float, holes: gpd.GeoSeries | None = None) -> Measures:
    """Measure overlaps, enclosed gaps, and edges without exact counterpart or along a narrower gap.

    Parameters
    ----------
    holes
        Points in ground that the polygons enclose and none of them should cover.
    """
    checks.require_polygons(polygons=polygons)
    shapes = polygons.to_numpy()
    cells = faces.build(faces.rings(shapes)[0])
    _, n_covering = faces.label(cells, shapes)
    area_km2 = shapely.area(cells) / 1_000_000
    inside = [] if holes is None else shapely.STRtree(cells).query(holes.to_numpy(), predicate="within")[1]
    is_hole = np.isin(np.arange(len(cells)), inside) & (n_covering == 0)
    invalid = shapely.coverage_invalid_edges(shapes, gap_width=gap_width_m)
    return Measures(
        overlap_km2=float((area_km2 * np.maximum(n_covering - 1, 0)).sum()),
        gap_km2=float(area_km2[(n_covering == 0) & ~is_hole].sum()),
        slivers=int(((n_covering != 1) & ~is_hole).sum()),
        invalid_edge_km=float(shapely.length(invalid).sum() / 1_000),
        hole_km2=float(area_km2[is_hole].sum()),
    )


def shared_edges(coverage: gpd.GeoSeries, *, between: pd.Series | None = None) -> gpd.GeoDataFrame:
    """Find the common line of each two neighbours in a coverage, in any CRS.

    Parameters
    ----------
    between
        Group of each polygon, indexed like ``coverage``: only lines between groups are wanted.

    Returns
    -------
    geopandas.GeoDataFrame
        ``left`` and ``right`` index labels (in the order of the coverage), ``length_km`` on the
        ellipsoid, and the line; sorted by position.
    """
    edges = faces.borders(coverage.to_numpy())
    if between is not None:
        group = between.loc[coverage.index].to_numpy()
        edges = edges[group[edges["left"]] != group[edges["right"]]]
    rows = [
        (coverage.index[left], coverage.index[right], _merged(pair))
        for (left, right), pair in edges.groupby(["left", "right"])
    ]
    frame = gpd.GeoDataFrame(rows, columns=["left", "right", "geometry"], crs=coverage.crs)
    return frame.assign(length_km=crs.geodesic_length_km(frame.geometry))


def _fit_one(
    polygons: gpd.GeoSeries, outline: shapely.Geometry, *, name: object, reach_m: float
) -> gpd.GeoSeries:
    shapes = faces.on_grid(polygons.to_numpy())
    target = faces.on_grid(np.array([outline]))
    rim = shapely.boundary(target[0])
    edge = shapely.boundary(shapely.union_all(shapes))
    shapely.prepare([target[0], rim, edge])
    loose = faces.junctions(shapes, edge)
    ties = shapely.shortest_line(loose[shapely.contains(target[0], loose)], rim)
    cells = faces.build(np.concatenate([faces.rings(shapes)[0], faces.rings(target)[0], ties]))
    cells = cells[shapely.contains(target[0], shapely.point_on_surface(cells))]
    labels, _ = faces.label(cells, shapes)
    near = faces.all_near(cells, rim, reach_m) & faces.all_near(cells, edge, reach_m)
    gaps = cells[(labels == faces.NOBODY) & ~near]
    checks.require_none(gaps, polygons.crs, what=f"gap in {name}", reach_m=reach_m)
    labels = _filled(cells, labels, shapes, fillable=near, takers=np.arange(len(shapes)))
    return _assembled(cells, labels, polygons, known=faces.vertices(np.concatenate([shapes, target])))


def _ties(
    edge: shapely.Geometry, junctions: faces.Geometries, front: shapely.Geometry, *, reach_m: float
) -> faces.Geometries:
    """Short lines from the coarse edge to the fine one, where inner lines end and the meeting ends."""
    xy, ring = shapely.get_coordinates(
        shapely.get_parts(shapely.segmentize(edge, reach_m)), return_index=True
    )
    points = shapely.points(xy)
    near = shapely.dwithin(front, points, reach_m)
    if not near.any():
        raise errors.CoverageError(f"no common line: nowhere do the two come within {reach_m:g} m")
    turns = (near[1:] != near[:-1]) & (ring[1:] == ring[:-1])
    ends = near & (np.append(turns, False) | np.insert(turns, 0, False))
    anchors = np.concatenate([points[ends], junctions[shapely.dwithin(front, junctions, reach_m)]])
    lines = shapely.shortest_line(anchors, front)
    ties: faces.Geometries = lines[shapely.length(lines) > 0]
    return ties


def _filled(
    cells: faces.Geometries,
    labels: faces.Labels,
    shapes: faces.Geometries,
    *,
    fillable: npt.NDArray[np.bool_],
    takers: faces.Labels,
) -> faces.Labels:
    """Labels after gaps and cut-off scraps have gone to a neighbour."""
    labels = faces.fill(cells, labels, fillable=fillable, takers=takers)
    return faces.gather(cells, labels, parts=shapely.get_num_geometries(shapes), takers=takers)


def _assembled(
    cells: faces.Geometries, labels: faces.Labels, like: gpd.GeoSeries, *, known: faces.Vertices
) -> gpd.GeoSeries:
    lost = like.index[~np.isin(np.arange(len(like)), labels)]
    if len(lost):
        raise errors.CoverageError(f"{name}: nothing is left of this polygon" for name in lost)
    merged = faces.dissolve(cells, labels, len(like), known=known)
    return gpd.GeoSeries(merged, index=like.index, crs=like.crs)


def _merged(edges: pd.DataFrame) -> shapely.Geometry:
    """One line of the straight edges of one pair."""
    ends = edges[["start", "end"]].to_numpy()
    pieces = shapely.linestrings(np.stack([ends.real, ends.imag], axis=2))
    return shapely.normalize(shapely.line_merge(shapely.multilinestrings(pieces)))
