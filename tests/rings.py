"""Which way the rings of polygons run, by the shoelace formula on their coordinates."""

import itertools


def wrong(rings):
    """Numbers of the rings, shell first, that do not run as RFC 7946 (3.1.6) wants them."""
    return [number for number, ring in enumerate(rings) if (_twice_area(ring) > 0) != (number == 0)]


def of(geometry):
    """Rings of each polygon of a GeoJSON geometry: lists of lists of coordinates."""
    coordinates = geometry["coordinates"]
    return {"Polygon": [coordinates], "MultiPolygon": coordinates}.get(geometry["type"], [])


def _twice_area(ring):
    """Twice the area within, positive if counter-clockwise; from the first corner, lest it cancel."""
    (west, south), *_ = ring
    corners = [(x - west, y - south) for x, y in ring]
    return sum(x * y_next - x_next * y for (x, y), (x_next, y_next) in itertools.pairwise(corners))
