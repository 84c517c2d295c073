import itertools

import geopandas as gpd
import hypothesis
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import strategies as st

from geo import errors
from geo.coverage import harmonise

CRS = "EPSG:32636"
HEIGHT_M = 20_000.0
REACH_M = 500.0


def layer(shapes: dict[str, shapely.Geometry], crs: str | None = CRS) -> gpd.GeoSeries:
    return gpd.GeoSeries(shapes, crs=crs)


def box(x0: float, y0: float, x1: float, y1: float) -> shapely.Polygon:
    """Box in kilometres, beside the central meridian of the zone."""
    return shapely.box(
        *(1000 * value + origin for value, origin in zip((x0, y0, x1, y1), ORIGIN * 2, strict=True))
    )


ORIGIN = (500_000.0, 6_000_000.0)


def measures(polygons: gpd.GeoSeries) -> tuple[float, float, int, float]:
    found = harmonise.measure(polygons, gap_width_m=1.0)
    return found.overlap_km2, found.gap_km2, found.slivers, found.invalid_edge_km


PERFECT = (0.0, 0.0, 0, 0.0)


# Measures, closed form


def test_two_squares_side_by_side_are_a_coverage():
    squares = layer({"a": box(0, 0, 1, 1), "b": box(1, 0, 2, 1)})
    assert measures(squares) == PERFECT
    edges = harmonise.shared_edges(squares)
    assert edges[["left", "right"]].to_numpy().tolist() == [["a", "b"]]
    # On the central meridian of a UTM zone the map is drawn 0.9996 times the ellipsoid.
    assert edges["length_km"].tolist() == pytest.approx([1 / 0.9996], rel=1e-4)


def test_overlap_gap_and_invalid_edges_of_known_size():
    # b laps over a by 0.1 km; the other polygon is hollow by 0.5 x 0.5 km.
    overlapping = layer({"a": box(0, 0, 1, 1), "b": box(0.9, 0, 2, 1)})
    overlap_km2, gap_km2, slivers, invalid_km = measures(overlapping)
    assert (overlap_km2, gap_km2, slivers) == (pytest.approx(0.1), 0.0, 1)
    assert invalid_km > 0
    hollow = layer({"hollow": box(0, 0, 2, 2).difference(box(0.5, 0.5, 1, 1))})
    assert measures(hollow) == (0.0, pytest.approx(0.25), 1, 0.0)


def test_a_gap_narrower_than_the_width_is_an_invalid_edge():
    apart = layer({"a": box(0, 0, 1, 1), "b": box(1.0005, 0, 2, 1)})
    assert harmonise.measure(apart, gap_width_m=1.0).invalid_edge_km == pytest.approx(2.0, abs=0.01)
    assert harmonise.measure(apart, gap_width_m=0.1).invalid_edge_km == 0.0


def test_only_edges_between_groups_are_wanted():
    row = layer({"a": box(0, 0, 1, 1), "b": box(1, 0, 2, 1), "c": box(2, 0, 3, 1)})
    edges = harmonise.shared_edges(row, between=pd.Series({"c": "east", "b": "west", "a": "west"}))
    assert edges[["left", "right"]].to_numpy().tolist() == [["b", "c"]]


def test_edges_shared_in_two_pieces_are_one_row():
    bar = box(0, 0, 3, 1)
    arch = box(0, 0, 3, 3).difference(bar).difference(box(1, 1, 2, 2))
    edges = harmonise.shared_edges(harmonise.clean(layer({"bar": bar, "arch": arch}), sliver_m=1.0))
    assert len(edges) == 1
    assert edges.geometry.iloc[0].geom_type == "MultiLineString"
    assert edges["length_km"].iloc[0] == pytest.approx(2 / 0.9996, rel=1e-4)


# Clean


def test_clean_gives_overlap_and_sliver_away_and_keeps_a_real_gap():
    ring = box(0, 0, 4, 4).difference(box(1, 1, 2, 2)).difference(box(2.5, 2.5, 2.502, 3.5))
    polygons = layer({"ring": ring, "beside": box(3.9, 0, 5, 4)})
    cleaned = harmonise.clean(polygons, sliver_m=100.0)
    assert measures(cleaned) == (0.0, pytest.approx(1.0), 1, 0.0)
    assert cleaned.area.sum() / 1e6 == pytest.approx(20 - 1)
    assert polygons["ring"].equals(ring)


@pytest.mark.parametrize(("width_km", "is_filled"), [(0.099, True), (0.101, False)])
@pytest.mark.parametrize("length_km", [0.2, 3.0])
def test_a_gap_is_a_sliver_up_to_its_whole_width(width_km, length_km, is_filled):
    """No circle of 100 m fits into 99 m, one fits into 101 m."""
    gap = box(0.5, 0.5, 0.5 + length_km, 0.5 + width_km)
    polygons = layer({"ring": box(0, 0, 4, 4).difference(gap), "beside": box(4, 0, 5, 4)})
    cleaned = harmonise.clean(polygons, sliver_m=100.0)
    assert cleaned.area.sum() / 1e6 == pytest.approx(20 - (0 if is_filled else width_km * length_km))


def test_a_ring_of_gap_is_as_thin_as_its_band():
    """Between island and land are 60 m on every side; the largest circle, of 60·2√2/(1+√2) = 70.3 m, is
    that in a corner, which touches both outer sides and the corner of the island.
    """
    land, island = box(0, 0, 4, 4).difference(box(0.5, 0.5, 3.5, 3.5)), box(0.56, 0.56, 3.44, 3.44)
    polygons = layer({"land": land, "island": island})
    for sliver_m, gap_km2 in ((71.0, 0.0), (69.5, 9 - 2.88**2)):
        found = harmonise.measure(harmonise.clean(polygons, sliver_m=sliver_m), gap_width_m=1.0)
        assert found.gap_km2 == pytest.approx(gap_km2)


def test_clean_gives_a_sliver_to_the_longest_border():
    # The crack is 20 m wide and borders "long" on 1.6 km, "south" on 1.22 km, "north" on 0.42 km.
    crack = box(1, 0.2, 1.02, 1.8)
    polygons = layer(
        {
            "north": box(1, 1.4, 2, 2).difference(crack),
            "south": box(1, 0, 2, 1.4).difference(crack),
            "long": box(0, 0, 1, 2),
        }
    )
    cleaned = harmonise.clean(polygons, sliver_m=50.0)
    assert (cleaned.area / 1e6).to_dict() == pytest.approx({"north": 0.592, "south": 1.376, "long": 2.032})
    assert measures(cleaned) == PERFECT


def test_clean_gives_an_overlap_to_the_longest_border():
    # The tongue of "first" borders its body on 0.2 km and "second" on 0.4 km.
    tongue = box(1, 0.4, 1.1, 0.6)
    polygons = layer({"first": box(0, 0, 1, 1).union(tongue), "second": box(1, 0, 2, 1)})
    cleaned = harmonise.clean(polygons, sliver_m=1.0)
    assert cleaned.geom_equals(layer({"first": box(0, 0, 1, 1), "second": box(1, 0, 2, 1)})).all()


# Fit


def test_fit_prolongs_the_inner_line_to_the_outline():
    # Two halves inside a larger square: closed form 2 x 2 km each.
    halves = layer({"west": box(0.1, 0.1, 2, 1.9), "east": box(2, 0.1, 3.9, 1.9)})
    outline = layer({"o": box(0, 0, 4, 2)})
    fitted = harmonise.fit(halves, outline, within=pd.Series("o", halves.index), reach_m=300.0)
    assert (fitted.area / 1e6).to_dict() == pytest.approx({"west": 4.0, "east": 4.0})
    assert fitted["west"].equals(box(0, 0, 2, 2))
    assert measures(fitted) == PERFECT


def test_fit_cuts_off_what_lies_outside_and_gives_scraps_to_the_neighbour():
    # The outline's bay cuts the tip of "west" off from its body; only "east" touches the tip.
    west = shapely.union_all([box(0, 0, 2, 2), box(2, 1.8, 3, 2)])
    east = box(0, 0, 4, 2).difference(west)
    bay = box(0, 0, 4, 2).difference(box(2.0, 1.7, 2.5, 3))
    pieces = harmonise.clean(layer({"west": west, "east": east}), sliver_m=1.0)
    fitted = harmonise.fit(pieces, layer({"o": bay}), within=pd.Series("o", pieces.index), reach_m=1000.0)
    assert set(fitted.geom_type) == {"Polygon"}
    assert (fitted.area / 1e6).to_dict() == pytest.approx({"west": 4.0, "east": 3.85})
    assert measures(fitted) == PERFECT


def test_fit_refuses_a_gap_beyond_its_reach_and_names_it():
    halves = layer({"west": box(0, 0, 1, 2), "east": box(1, 0, 2, 2)})
    outline = layer({"o": box(0, 0, 4, 2)})
    with pytest.raises(errors.CoverageError, match=r"gap in o of 4\.000 km² at .* further than 500 m"):
        harmonise.fit(halves, outline, within=pd.Series("o", halves.index), reach_m=500.0)


def test_fit_tells_all_mismatches_at_once():
    halves = layer({"west": box(0, 0, 1, 2), "east": box(1, 0, 2, 2)})
    outlines = layer({"o": box(0, 0, 2, 2), "p": box(2, 0, 4, 2)})
    with pytest.raises(errors.CoverageError) as caught:
        harmonise.fit(halves, outlines, within=pd.Series({"west": "o", "east": "q"}), reach_m=500.0)
    assert caught.value.findings == (
        "east: lies within 'q'; expected one of ['o', 'p']",
        "outline p: no polygon within",
    )


# Harmonise


def test_harmonise_moves_the_coarse_side_onto_the_fine_line():
    # Fine line at x = 2 with a tooth; coarse line straight at x = 2.1: a gap, closed by the coarse side.
    fine = layer({"f": shapely.union_all([box(0, 0, 2, 4), box(2, 1, 2.3, 2)])})
    coarse = layer({"c1": box(2.1, 0, 4, 3), "c2": box(2.1, 3, 4, 4)})
    joined = harmonise.harmonise(fine, coarse, reach_m=400.0)
    assert measures(joined) == PERFECT
    assert (joined.area / 1e6).to_dict() == pytest.approx({"f": 8.3, "c1": 2 * 3 - 0.3, "c2": 2.0})
    assert list(joined.index) == ["f", "c1", "c2"]


def test_harmonise_keeps_every_vertex_of_the_fine_side():
    fine = layer({"f": shapely.segmentize(box(0, 0, 2, 4), 1_000)})
    joined = harmonise.harmonise(fine, layer({"c": box(1.9, 0.5, 4, 3.5)}), reach_m=400.0)
    before, after = (set(part.exterior.coords) for part in (fine["f"], joined["f"]))
    # Only the two corners of the coarse side's outer line are new.
    assert after - before == {(502_000.0, 6_000_500.0), (502_000.0, 6_003_500.0)}
    assert before < after
    assert joined["f"].equals(fine["f"])
    assert measures(joined) == PERFECT


def test_harmonise_leaves_no_trace_of_the_coarse_line():
    fine = layer({"f": shapely.segmentize(box(0, 0, 2, 4), 1_000)})
    corners = [(2, 0), (2.1, 0.7), (1.9, 1.6), (2.1, 2.6), (2, 4), (4, 4), (4, 0)]
    zigzag = shapely.Polygon([(1000 * x + ORIGIN[0], 1000 * y + ORIGIN[1]) for x, y in corners])
    joined = harmonise.harmonise(fine, layer({"c": zigzag}), reach_m=400.0)
    assert set(joined["f"].exterior.coords) == set(fine["f"].exterior.coords)
    assert joined["c"].equals(box(2, 0, 4, 4))


def test_harmonise_keeps_an_exclave_of_the_fine_side():
    # The exclave is 1 km² inside the coarse polygon, whose own hole for it is drawn 50 m off.
    fine = layer({"f": shapely.union_all([box(0, 0, 2, 6), box(5, 2, 6, 3)])})
    coarse = layer({"c": box(2.05, 0, 9, 6).difference(box(5.05, 2.05, 6.05, 3.05))})
    joined = harmonise.harmonise(fine, coarse, reach_m=400.0)
    assert joined["f"].equals(fine["f"])
    assert len(joined["c"].interiors) == 1
    assert shapely.Polygon(joined["c"].interiors[0]).equals(box(5, 2, 6, 3))
    assert measures(joined) == PERFECT


def test_harmonise_keeps_an_island_of_the_coarse_side():
    coarse = layer({"c": shapely.union_all([box(2.1, 0, 4, 4), box(5, 5, 6, 6)])})
    joined = harmonise.harmonise(layer({"f": box(0, 0, 2, 4)}), coarse, reach_m=400.0)
    assert joined["c"].equals(shapely.union_all([box(2, 0, 4, 4), box(5, 5, 6, 6)]))


def test_harmonise_leaves_a_real_gap_open_and_measured():
    # A lake of 1 x 2 km between the sides belongs to nobody.
    coarse = layer({"c": box(2, 0, 5, 4).difference(box(2, 1, 3, 3))})
    joined = harmonise.harmonise(layer({"f": box(0, 0, 2, 4)}), coarse, reach_m=400.0)
    assert measures(joined)[:3] == (0.0, pytest.approx(2.0), 1)


def test_harmonise_leaves_a_deep_bay_of_the_fine_line_open():
    # All corners of the bay lie on the fine line, but 1.5 km from the coarse one.
    fine = layer({"f": box(0, 0, 2, 4).difference(box(0.5, 1, 2, 1.6))})
    joined = harmonise.harmonise(fine, layer({"c": box(2, 0, 4, 4)}), reach_m=400.0)
    assert measures(joined)[:3] == (0.0, pytest.approx(0.9), 1)


def test_harmonise_refuses_a_real_overlap():
    fine, coarse = layer({"f": box(0, 0, 2, 4)}), layer({"c": box(1, 1, 5, 3)})
    with pytest.raises(errors.CoverageError, match=r"overlap of 2\.000 km² at .* further than 400 m"):
        harmonise.harmonise(fine, coarse, reach_m=400.0)


def test_harmonise_refuses_sides_without_common_line():
    with pytest.raises(errors.CoverageError, match="no common line: nowhere do the two come within 400 m"):
        harmonise.harmonise(layer({"f": box(0, 0, 1, 1)}), layer({"c": box(5, 0, 6, 1)}), reach_m=400.0)


def test_harmonise_refuses_a_name_on_both_sides():
    with pytest.raises(errors.CoverageError, match="a: more than one polygon"):
        harmonise.harmonise(layer({"a": box(0, 0, 1, 1)}), layer({"a": box(1, 0, 2, 1)}), reach_m=400.0)


def test_harmonise_names_the_polygon_of_which_nothing_is_left():
    coarse = layer({"c": box(2, 0, 4, 4), "strip": box(1.8, 1, 2, 2)})
    with pytest.raises(errors.CoverageError, match="strip: nothing is left"):
        harmonise.harmonise(layer({"f": box(0, 0, 2, 4)}), coarse, reach_m=400.0)


offsets = st.lists(st.floats(-200, 200), min_size=2, max_size=40)


def wiggly(offsets_m: list[float]) -> np.ndarray:
    """A line from south to north, up to 200 m to each side of x = 0."""
    along = np.linspace(0, HEIGHT_M, len(offsets_m))
    return np.stack([np.round(offsets_m, 3), np.round(along, 3)], axis=1)


def sides(
    west_line: list[float], east_line: list[float], cuts: list[float]
) -> tuple[gpd.GeoSeries, gpd.GeoSeries]:
    """Fine polygon west of one line; coarse polygons, divided by latitude, east of another."""
    west = shapely.Polygon([*wiggly(west_line), (-9_000, HEIGHT_M), (-9_000, 0)])
    east = shapely.Polygon([*wiggly(east_line), (9_000, HEIGHT_M), (9_000, 0)])
    levels = [0.0, *sorted(cuts), HEIGHT_M]
    bands = [
        shapely.intersection(east, shapely.box(-9_000, low, 9_000, high), grid_size=0.001)
        for low, high in itertools.pairwise(levels)
    ]
    coarse = {f"c{number}": band for number, band in enumerate(bands)}
    return layer({"f": west}), harmonise.clean(layer(coarse), sliver_m=0.01)


cuts = st.lists(st.floats(1_000, HEIGHT_M - 1_000), max_size=3, unique_by=lambda value: round(value / 500))


@hypothesis.settings(max_examples=25)
@hypothesis.given(west_line=offsets, east_line=offsets, cuts=cuts)
def test_two_wiggly_lines_become_the_fine_one(west_line, east_line, cuts):
    fine, coarse = sides(west_line, east_line, cuts)
    joined = harmonise.harmonise(fine, coarse, reach_m=REACH_M)
    # Where the lines end, the sides may begin apart: that opening is outside, not a gap.
    assert harmonise.measure(joined, gap_width_m=0.0) == harmonise.Measures(0.0, 0.0, 0, 0.0)
    assert joined["f"].symmetric_difference(fine["f"]).area < 0.001 * fine["f"].length
    # Nothing that was covered is lost, and nothing outside the box of 18 x 20 km is won.
    whole = shapely.union_all(joined.to_numpy())
    assert shapely.union_all([fine["f"], *coarse]).difference(whole).area < 1.0
    assert whole.difference(shapely.box(-9_000, 0, 9_000, HEIGHT_M)).area < 1.0


def test_ground_of_others_inside_is_no_gap():
    ring = shapely.box(0, 0, 3_000, 3_000).difference(shapely.box(1_000, 1_000, 2_000, 2_000))
    west, east = (
        ring.intersection(shapely.box(0, 0, 1_500, 3_000)),
        ring.intersection(shapely.box(1_500, 0, 3_000, 3_000)),
    )
    polygons = layer({"w": west, "e": east})
    assert harmonise.measure(polygons, gap_width_m=1) == harmonise.Measures(0.0, 1.0, 1, 0.0)
    inside = gpd.GeoSeries([shapely.Point(1_200, 1_500)], crs=polygons.crs)
    assert harmonise.measure(polygons, gap_width_m=1, holes=inside) == harmonise.Measures(
        0.0, 0.0, 0, 0.0, 1.0
    )


@hypothesis.settings(max_examples=15)
@hypothesis.given(west_line=offsets, cuts=cuts, tolerance_m=st.floats(1, 400))
def test_generalising_keeps_topology_and_outer_line(west_line, cuts, tolerance_m):
    fine, coarse = sides(west_line, west_line, cuts)
    before = harmonise.harmonise(fine, coarse, reach_m=REACH_M)
    after = harmonise.generalise(before, tolerance_m=tolerance_m, keep_outer=True)
    pairs = [
        set(map(frozenset, harmonise.shared_edges(part)[["left", "right"]].to_numpy()))
        for part in (before, after)
    ]
    assert pairs[0] == pairs[1]
    assert shapely.coverage_is_valid(after.to_numpy())
    assert (
        shapely.get_num_coordinates(after.to_numpy()).sum()
        <= shapely.get_num_coordinates(before.to_numpy()).sum()
    )
    assert after.area.sum() == pytest.approx(before.area.sum(), abs=1.0)


# Generalise


def test_generalise_removes_the_same_tooth_on_both_sides():
    fine = layer({"f": shapely.union_all([box(0, 0, 2, 4), box(2, 1, 2.1, 1.1)])})
    joined = harmonise.harmonise(fine, layer({"c": box(2, 0, 4, 4)}), reach_m=400.0)
    simple = harmonise.generalise(joined, tolerance_m=200.0)
    assert measures(simple) == PERFECT
    assert simple["f"].equals(box(0, 0, 2, 4))
    assert simple["c"].equals(box(2, 0, 4, 4))


def test_generalise_can_leave_the_outer_line_alone():
    tooth = box(0, 0, 2, 4).union(box(0.9, 4, 1, 4.1))
    alone = layer({"tooth": tooth})
    assert harmonise.generalise(alone, tolerance_m=200.0, keep_outer=True)["tooth"].equals(tooth)
    assert harmonise.generalise(alone, tolerance_m=200.0)["tooth"].equals(box(0, 0, 2, 4))


def test_a_single_polygon_passes_through_every_step():
    one = layer({"only": box(0, 0, 1, 1)})
    assert measures(harmonise.generalise(harmonise.clean(one, sliver_m=10.0), tolerance_m=10.0)) == PERFECT
    assert harmonise.shared_edges(one).empty


def test_generalise_refuses_what_is_no_coverage():
    with pytest.raises(errors.CoverageError, match="expected a valid coverage"):
        harmonise.generalise(layer({"a": box(0, 0, 1, 1), "b": box(0.9, 0, 2, 1)}), tolerance_m=100.0)


# Input at fault


def test_all_faults_of_the_input_are_told_at_once():
    bow_tie = shapely.Polygon([(0, 0), (1000, 1000), (1000, 0), (0, 1000)])
    fine = layer({"bow": bow_tie, "none": None, "line": shapely.LineString([(0, 0), (1, 1)])})
    with pytest.raises(errors.GeometryError) as caught:
        harmonise.harmonise(fine, layer({}), reach_m=400.0)
    assert caught.value.findings == (
        "coarse: no polygon; expected at least one",
        "fine, bow: Self-intersection[500 500]; expected a valid polygon",
        "fine, none: empty geometry; expected a polygon",
        "fine, line: LineString; expected a polygon",
    )


@pytest.mark.parametrize(
    ("fine_crs", "coarse_crs", "told"),
    [
        (CRS, "EPSG:32635", "mix CRS"),
        (CRS, None, "no CRS"),
        ("EPSG:4326", "EPSG:4326", "does not measure in metres"),
    ],
)
def test_a_wrong_crs_is_refused(fine_crs, coarse_crs, told):
    square = shapely.box(0, 0, 1, 1)
    with pytest.raises(errors.CrsError, match=told):
        harmonise.harmonise(layer({"f": square}, fine_crs), layer({"c": square}, coarse_crs), reach_m=400.0)
