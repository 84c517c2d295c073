import itertools
import json

import hypothesis
import hypothesis.strategies as st
import pytest
import shapely
import tiny_pages

from maps import texts
from maps.web import encode, page, spec

# A ten-thousandth of a degree, the step of the record, and half of it: how far a vertex may move.
STEP_DEG = 1e-4
ROUNDING_DEG = 0.5 * STEP_DEG + 1e-9


def decoded(differences):
    lons, lats = differences[0::2], differences[1::2]
    return [
        (lon * STEP_DEG, lat * STEP_DEG)
        for lon, lat in zip(itertools.accumulate(lons), itertools.accumulate(lats), strict=True)
    ]


coordinates = st.tuples(st.floats(20, 40), st.floats(50, 60))


@hypothesis.given(st.lists(coordinates, min_size=2, max_size=30))
def test_every_vertex_is_within_half_a_step(vertices):
    line = shapely.LineString(vertices)
    dimension, [part] = encode.geometry(line)
    assert dimension == 1
    drawn = shapely.LineString(decoded(part)) if len(part) > 2 else shapely.Point(decoded(part)[0])
    assert shapely.hausdorff_distance(drawn, line) <= 2 * ROUNDING_DEG


def test_neighbours_still_share_their_edge():
    wiggle = [(30.00003, 54.0), (30.12345678, 54.3), (30.0987654, 54.7), (30.00001, 55.0)]
    west = shapely.Polygon([*wiggle, (29, 55), (29, 54)])
    east = shapely.Polygon([*reversed(wiggle), (31, 54), (31, 55)])
    rings = [shapely.Polygon(decoded(encode.geometry(shape)[1][0][0])) for shape in (west, east)]
    assert shapely.coverage_is_valid(rings)
    assert shapely.union_all(rings).geom_type == "Polygon"


def test_hole_and_parts_are_kept():
    ring = shapely.box(0, 0, 10, 10).difference(shapely.box(4, 4, 6, 6))
    dimension, polygons = encode.geometry(shapely.MultiPolygon([ring, shapely.box(20, 20, 21, 21)]))
    assert dimension == 2
    assert sorted(len(rings) for rings in polygons) == [1, 2]


def test_points_of_a_link_are_both_kept():
    assert encode.geometry(shapely.MultiPoint([(30, 54), (31.5, 55)])) == [
        0,
        [[300000, 540000], [315000, 550000]],
    ]


def test_what_repeats_is_written_once(region):
    record = json.dumps(encode.page(region, tiny_pages.page()), ensure_ascii=False)
    assert record.count('"Служба"') == 1
    assert record.count('"чел."') == 1


def test_only_sources_that_something_refers_to_are_listed(region):
    record = encode.page(region, tiny_pages.page())
    assert [source["id"] for source in record["sources"]] == ["census", "register"]
    assert record["base"] == 1


def test_source_without_record_is_refused(region):
    with pytest.raises(KeyError, match="register"):
        encode.page(region, tiny_pages.page(sources=tiny_pages.SOURCES[:1]))


def test_figure_says_no_more_than_it_knows(region):
    row = spec.Row(texts.plain("Площадь"), (spec.Figure(1234.5),))
    assert encode.page(region, tiny_pages.page(rows=(row,)))["rows"] == [["Площадь", [[1234.5]]]]


def test_not_a_number_never_reaches_the_page(region):
    row = spec.Row(texts.plain("Площадь"), (spec.Figure(float("nan")),))
    with pytest.raises(ValueError, match="not JSON compliant"):
        page.render(region, tiny_pages.page(rows=(row,)))
