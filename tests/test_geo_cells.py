"""The ground against scikit-image and a move by move account; nothing leaks over borders or water."""

import itertools

import geopandas as gpd
import hypothesis
import networkx as nx
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import strategies as st
from skimage import graph as skgraph

from geo import errors
from geo.network import access, border, cells, graph, routing
from geo.raster import grid
from geo.reach import catchment

CRS = "EPSG:32636"
RULE = cells.Rule(speed_kmh=30, detour_factor=1, max_km=500)
STRAIGHT = [(0, 1), (1, 0), (0, -1), (-1, 0)]
DIAGONAL = list(itertools.product((-1, 1), repeat=2))
KNIGHT = [(i, j) for i, j in itertools.product((-2, -1, 1, 2), repeat=2) if abs(i) != abs(j)]
SHAPE = (9, 11)
# A way along sixteen directions is at most this much longer than the straight line.
SIXTEEN = 1.028


def km(*points):
    return shapely.LineString(np.array(points) * 1_000)


def box(west, south, east, north):
    return shapely.box(west * 1_000, south * 1_000, east * 1_000, north * 1_000)


def sides_of(**polygons):
    return gpd.GeoSeries(polygons, crs=CRS)


def roads(sides, *lines, posts=None):
    """A network of roads of one kilometre a minute, divided by the sides, with crossings at some points."""
    frame = gpd.GeoDataFrame({"edge_class": "r"}, geometry=list(lines), index=range(len(lines)), crs=CRS)
    points = [shapely.Point(np.array(xy) * 1_000) for xy in (posts or {}).values()]
    known = gpd.GeoDataFrame(
        {"state": "open", "delay_min": 0.0}, geometry=points, index=list(posts or {}), crs=CRS
    )
    return border.divide(graph.build(frame, speeds_kmh={"r": 60}), sides, known, tolerance_m=10)[0]


def laid(sides, *lines, land=None, rule=RULE, cell_m=1_000):
    return cells.attach(roads(sides, *lines), grid.covering(sides, cell_m=cell_m), sides, rule, land=land)


def places(**points):
    rows = {name: shapely.Point(np.array(point[:2]) * 1_000) for name, point in points.items()}
    side = [point[2] for point in points.values()]
    return gpd.GeoDataFrame({"side": side}, geometry=list(rows.values()), index=list(rows), crs=CRS)


# Against other programs, on open ground and with water


PLAIN = sides_of(a=box(0, 0, SHAPE[1], SHAPE[0]))


def from_cell(row, column, land):
    """Kilometres over the ground from one cell, in which the only road is, to each cell of the grid."""
    x, y = column + 0.5, SHAPE[0] - row - 0.5
    on = laid(PLAIN, km((x - 0.1, y), (x + 0.1, y)), land=land)
    found = np.full(SHAPE[0] * SHAPE[1], np.inf)
    found[on.frame["cell"]] = on.frame["road_km"]
    return found.reshape(SHAPE)


class ByLength(skgraph.MCP_Flexible):
    """MCP_Geometric, which refuses knight's moves, on ground of one cost."""

    def travel_cost(self, _old_cost, _new_cost, offset_length):
        return offset_length


def by_skimage(row, column, land, offsets):
    ground = np.where(land >= 0.5, 1.0, -1.0)
    # The start counts with its own cost of 1.
    return ByLength(ground, offsets=offsets).find_costs([(row, column)])[0] - 1


def by_moves(row, column, land):
    """Each move by itself, in words: a diagonal needs a cell beside it, a knight's move both it passes."""
    open_ = {(i, j) for i, j in np.ndindex(land.shape) if land[i, j] >= 0.5}
    judge = nx.Graph()
    judge.add_nodes_from(open_)
    for (i, j), (down, across) in itertools.product(open_, STRAIGHT + DIAGONAL + KNIGHT):
        if (i + down, j + across) not in open_:
            continue
        if abs(down) == abs(across):
            fits = bool({(i + down, j), (i, j + across)} & open_)
        elif abs(down) == 2:
            fits = {(i + down // 2, j), (i + down // 2, j + across)} <= open_
        elif abs(across) == 2:
            fits = {(i, j + across // 2), (i + down, j + across // 2)} <= open_
        else:
            fits = True
        if fits:
            judge.add_edge((i, j), (i + down, j + across), weight=np.hypot(down, across))
    found = np.full(land.shape, np.inf)
    for cell, length in nx.single_source_dijkstra_path_length(judge, (row, column)).items():
        found[cell] = length
    return found


@pytest.mark.parametrize("start", [(0, 0), (4, 5), (8, 2)])
def test_open_ground_is_that_of_scikit_image(start):
    land = np.ones(SHAPE)
    theirs = by_skimage(*start, land, STRAIGHT + DIAGONAL + KNIGHT)
    ours = from_cell(*start, land)
    np.testing.assert_allclose(ours, theirs, atol=1e-9)
    rows, columns = np.indices(SHAPE)
    straight = np.hypot(rows - start[0], columns - start[1])
    assert (straight <= ours + 1e-9).all()
    assert (ours <= SIXTEEN * straight + 1e-9).all()


@hypothesis.given(st.lists(st.tuples(st.integers(0, 7), st.integers(1, 9)), max_size=6))
@hypothesis.settings(max_examples=15)
def test_ground_beside_water_is_that_of_scikit_image(blocks):
    """Lakes of 2 × 2 cells: scikit-image cuts their corners with knight's moves, and not without them."""
    land = np.ones(SHAPE)
    for row, column in blocks:
        land[row : row + 2, column : column + 2] = 0
    start = (4, 0)
    ours = from_cell(*start, land)
    np.testing.assert_allclose(ours, by_moves(*start, land), atol=1e-9)
    assert (by_skimage(*start, land, STRAIGHT + DIAGONAL + KNIGHT) <= ours + 1e-9).all()
    assert (ours <= by_skimage(*start, land, STRAIGHT) + 1e-9).all()


@hypothesis.given(st.lists(st.booleans(), min_size=99, max_size=99))
@hypothesis.settings(max_examples=15)
def test_ground_between_scattered_waters_is_that_of_its_moves(water):
    land = 1.0 - np.reshape(water, SHAPE)
    land[4, 5] = 1
    np.testing.assert_allclose(from_cell(4, 5, land), by_moves(4, 5, land), atol=1e-9)


def test_a_knights_move_does_not_jump_over_water():
    land = np.ones(SHAPE)
    land[:, 5] = 0
    assert np.isinf(from_cell(4, 4, land)[:, 5:]).all()
    # Round the corner of a wall: the knight's move past its end would cut it.
    land[0, 5] = 1
    assert from_cell(1, 4, land)[1, 6] == pytest.approx(2 * np.sqrt(2))
    land[:, 5] = 1
    land[4, :] = 0
    assert np.isinf(from_cell(3, 5, land)[5:]).all()


def test_two_lakes_that_touch_at_a_corner_close_the_gap():
    land = np.ones(SHAPE)
    land[:5, 5], land[5:, 6] = 0, 0
    assert np.isinf(from_cell(4, 2, land)[:, 7:]).all()


# Shores


def test_shore_cells_are_reached_but_not_crossed():
    """A strip of shore between two lands, each cell of it as far as the land beside it and one more."""
    land = np.ones(SHAPE)
    land[:, 5] = 0.3
    found = from_cell(4, 2, land)
    np.testing.assert_allclose(found[:, 5], found[:, 4] + 1)
    assert np.isinf(found[:, 6:]).all()


def test_half_land_is_land_and_none_is_water():
    land = np.ones(SHAPE)
    land[:, 3], land[:, 8] = 0.5, 0
    found = from_cell(4, 2, land)
    assert np.isfinite(found[:, :8]).all()
    assert np.isinf(found[:, 8:]).all()


def test_roads_bridge_water():
    land = np.ones(SHAPE)
    land[:, 4:7] = 0
    on = laid(PLAIN, km((1, 4.5), (10, 4.5)), land=land)
    km_of = on.frame.set_index("cell")["road_km"].reindex(range(99)).to_numpy().reshape(SHAPE)
    assert np.isinf(km_of[:, 4:7]).all()
    np.testing.assert_allclose(km_of[:, 8], np.abs(np.arange(9) - 4))


def test_a_road_along_a_shore_serves_the_shore_cells_but_no_way_leads_through_them():
    land = np.ones(SHAPE)
    land[:, 5] = 0.3
    on = laid(PLAIN, km((1, 4.5), (10, 4.5)), land=land)
    column, row = on.frame["cell"] % SHAPE[1], on.frame["cell"] // SHAPE[1]
    by_road = on.frame[(column == 5) & (row == 4)]
    assert by_road["road_km"].tolist() == pytest.approx([0])
    shore = on.frame.index[column == 5]
    ways = np.concatenate([on.moves["piece_a"], on.moves["piece_b"], on.entries["piece"]])
    assert pd.Series(ways)[np.isin(ways, shore)].value_counts().eq(1).all()


def test_land_must_lie_on_the_grid():
    with pytest.raises(errors.InputError, match="array land has shape"):
        laid(PLAIN, km((1, 1), (2, 1)), land=np.ones((2, 2)))


# Borders


def test_pieces_share_the_area_of_their_sides():
    west = shapely.Polygon(np.array([(0, 0), (3.2, 0), (4.7, 2.5), (3.3, 5.1), (0, 6)]) * 1_000)
    sides = sides_of(w=west, e=box(0, 0, 8, 6).difference(west))
    on = laid(sides, km((0.5, 1), (0.5, 5)), km((7.5, 1), (7.5, 5)))
    found = on.frame.groupby("side", observed=True)["area_km2"].sum()
    assert found.to_dict() == pytest.approx((sides.area / 1e6).to_dict())
    inside = shapely.covers(
        sides.loc[on.frame["side"].astype(str)].to_numpy(),
        shapely.points(on.frame[["x_m", "y_m"]].to_numpy()),
    )
    assert inside.all()
    assert on.is_ground.all()


def notched():
    """Side a with a notch of side b, open to the north, between a place and the road."""
    notch = box(4, 2, 7, 9)
    sides = sides_of(a=box(0, 0, 12, 9).difference(notch), b=notch)
    return sides, roads(sides, km((8, 0.5), (8, 8.5)), km((5.5, 3), (5.5, 8.5)))


@pytest.mark.parametrize("cell_m", [500, 700, 1_000])
def test_a_leg_goes_round_a_notch_of_the_other_side(cell_m):
    """From (3.5, 8) round the corners (4, 2) and (7, 2) to the road at x = 8."""
    sides, base = notched()
    on = cells.attach(base, grid.covering(sides, cell_m=cell_m), sides, RULE)
    found = access.attach(base, places(a=(3.5, 8, "a")), RULE, on=on).terminals.loc["a", "leg_km"]
    least = np.hypot(0.5, 6) + 3 + 1
    # Centres of cells round the corners, as far as a cell from each.
    assert least <= found <= SIXTEEN * least + 2 * cell_m / 1_000


def test_a_strip_of_the_other_side_along_the_edge_of_cells_is_not_crossed():
    """Ground distances across the strip are those round its southern end, at (2, 1) and (2.5, 1)."""
    strip = box(2, 1, 2.5, 4)
    sides = sides_of(a=box(0, 0, 4, 4).difference(strip), b=strip)
    base = roads(sides, km((0.5, 3.5), (0.5, 0.5)), km((3.5, 0.5), (3.5, 3.5)))
    attached = access.attach(base, places(p=(1.9, 3.5, "a"), q=(2.6, 3.5, "a")), RULE)
    found = routing.times(attached, origins=["p"], destinations=["q"]).loc["p", "q"]
    over_ground = 2 * (2 * np.hypot(0.1, 2.5) + 0.5)
    by_roads = 1.4 * 2 + 0.9 * 2 + 3 + 3 + 3 * 2
    assert over_ground <= found <= min(1.2 * over_ground, by_roads)
    areas = catchment.isochrones(attached, attached.ground, ["p", "q"], minutes=[2, 5, 40])
    assert set(areas.geom_type) <= {"Polygon", "MultiPolygon"}
    assert areas["side"].eq("a").all()
    early = areas[areas["limit_min"] == 5].set_index("place_id").geometry
    assert early["p"].intersection(box(2.5, 2, 4, 4)).area == 0
    assert early["q"].intersection(box(0, 2, 2, 4)).area == 0
    whole = areas[areas["limit_min"] == 40]
    np.testing.assert_allclose(whole["area_km2"], 16 - 1.5)
    np.testing.assert_allclose(areas["area_km2"], areas.area / 1e6)


@pytest.mark.parametrize("cell_m", [500, 1_000, 3_000])
def test_an_enclave_without_crossing_is_not_reached(cell_m):
    enclave = box(9, 10.8, 11, 12.8)
    whole = shapely.MultiPolygon([box(0, 5, 20, 10), enclave])
    sides = sides_of(a=whole, b=box(0, 10, 20, 15).difference(enclave))
    base = roads(sides, km((0, 9), (20, 9)), km((0, 14), (20, 14)))
    rule = cells.Rule(speed_kmh=30, detour_factor=1.3, max_km=8)
    on = cells.attach(base, grid.covering(sides, cell_m=cell_m), sides, rule)
    attached = access.attach(base, places(p=(10, 9.5, "a")), rule, on=on)
    found = catchment.isochrones(attached, on, ["p"], minutes=[30, 600])
    assert found.intersection(enclave).area.tolist() == [0, 0]
    assert found["side"].eq("a").all()
    assert found["area_km2"].iloc[-1] == pytest.approx(100)
    in_enclave = (
        shapely.covers(enclave, shapely.points(on.frame[["x_m", "y_m"]].to_numpy()))
        & (on.frame["side"] == "a").to_numpy()
    )
    assert in_enclave.any()
    assert np.isinf(on.frame["road_km"][in_enclave]).all()
    with pytest.raises(errors.NetworkError, match=r"place q: no road of its side .* within 8 km"):
        access.attach(base, places(q=(10, 11.5, "a")), rule, on=on)


def test_parts_of_a_side_in_one_cell_are_held_apart():
    """Two parts of side a, a corridor of side b 200 m wide between them, all within a row of cells."""
    corridor = box(2.4, 0, 2.6, 3)
    sides = sides_of(a=box(0, 0, 5, 3).difference(corridor), b=corridor)
    on = laid(sides, km((0.5, 0.5), (0.5, 2.5)), km((2.5, 0.5), (2.5, 2.5)))
    east = (on.frame["x_m"] > 2_600) & (on.frame["side"] == "a")
    assert on.frame.loc[on.frame["cell"] % 5 == 2, "side"].value_counts().to_dict() == {"a": 6, "b": 3}
    assert np.isinf(on.frame["road_km"][east]).all()
    assert np.isfinite(on.frame["road_km"][~east]).all()


def test_pieces_of_one_polygon_that_a_cell_holds_twice_hang_together_round_the_notch_only():
    """A notch narrower than a cell, in the middle of a column of cells: no way from its lip to its lip."""
    notch = box(2.4, 1, 2.6, 6)
    sides = sides_of(a=box(0, 0, 5, 6).difference(notch), b=notch)
    on = laid(sides, km((2.1, 5.5), (2.2, 5.5)), km((2.5, 1.5), (2.5, 5.5)))
    lip = on.frame[(on.frame["x_m"] > 2_600) & (on.frame["x_m"] < 3_000) & (on.frame["y_m"] > 5_000)]
    round_the_notch = np.hypot(0.2, 4.5) + 0.2 + np.hypot(0.2, 4.5)
    assert lip["side"].tolist() == ["a"]
    assert round_the_notch <= lip["road_km"].iloc[0] <= round_the_notch + 2


def test_an_island_without_a_road_is_not_reached_and_one_with_a_road_only_from_itself():
    sides = sides_of(a=shapely.MultiPolygon([box(0, 0, 4, 4), box(4.3, 1, 6, 3)]))
    alone = laid(sides, km((1, 1), (1, 3)))
    on_island = alone.frame["x_m"] > 4_300
    assert np.isinf(alone.frame["road_km"]).tolist() == on_island.tolist()
    base = roads(sides, km((1, 1), (1, 3)), km((5, 1.5), (5, 2.5)))
    attached = access.attach(base, places(p=(2, 2, "a"), q=(4.5, 2, "a"), r=(5.8, 2, "a")), RULE)
    found = routing.times(attached, origins=["q"], destinations=["p", "r"])
    # Straight legs of 500 m and 800 m to the road, one half of it, or straight to each other.
    assert found.loc["q"].tolist() == [np.inf, pytest.approx(1.3 * 2)]


def test_land_that_is_too_far_from_a_road_is_not_reached():
    rule = cells.Rule(speed_kmh=30, detour_factor=1.5, max_km=4)
    on = laid(PLAIN, km((0.5, 0), (0.5, 9)), rule=rule)
    column = on.frame["cell"] % SHAPE[1]
    np.testing.assert_allclose(on.frame["road_km"], np.where(column <= 4, column, np.inf))
    assert (on.is_ground == (column <= 4)).all()
    assert not on.moves["piece_a"].isin(on.frame.index[column > 4]).any()
    assert not on.moves["piece_b"].isin(on.frame.index[column > 4]).any()
    # A shore beside the farthest land is too far.
    land = np.ones(SHAPE)
    land[:, 5] = 0.3
    beside = laid(PLAIN, km((0.5, 0), (0.5, 9)), rule=rule, land=land)
    np.testing.assert_array_equal(beside.frame["road_km"], on.frame["road_km"])


def test_a_road_of_the_other_side_serves_no_cell():
    sides = sides_of(w=box(0, 0, 5, 4), e=box(5, 0, 10, 4))
    on = laid(sides, km((9.5, 0.5), (9.5, 3.5)), km((4.5, 2.5), (4.5, 3.5)), km((5.01, 0), (5.01, 4)))
    km_of = on.frame.set_index("cell")["road_km"]
    # In the south-west, beside the road at x = 5.01, the nearest own road is at (4.5, 2.5).
    assert km_of[3 * 10 + 4] == pytest.approx(1 + 1)
    assert km_of[3 * 10 + 5] == pytest.approx(0.49)


def test_entries_are_the_nearest_points_of_the_roads_in_a_cell():
    on = laid(PLAIN, km((0, 4.2), (11, 4.2)))
    own = on.frame.loc[on.entries["piece"]]
    np.testing.assert_allclose(on.entries["km"], 0.3)
    np.testing.assert_allclose(on.entries["along_m"], own["x_m"])
    assert sorted(own["cell"]) == list(range(44, 55))


def test_a_road_on_the_edge_of_cells_serves_both_rows():
    on = laid(PLAIN, km((0, 4), (11, 4)))
    row = on.frame["cell"] // SHAPE[1]
    np.testing.assert_allclose(on.frame["road_km"], np.where(row <= 4, 4.5 - row, row - 4.5) + 0.0)


# People and areas


def test_people_of_a_cell_are_shared_by_the_area_of_its_pieces():
    corridor = box(2.2, 0, 2.6, 3)
    sides = sides_of(a=box(0, 0, 5, 3).difference(corridor), b=corridor)
    on = laid(sides, km((0.5, 0.5), (0.5, 2.5)), km((2.5, 0.5), (2.5, 2.5)))
    found = cells.align(on, pd.DataFrame({"cell": [2, 2], "side": ["a", "b"], "persons": [60.0, 7.0]}))
    held = on.frame.assign(persons=found)[on.frame["cell"] == 2].sort_values("x_m")
    assert held["persons"].tolist() == pytest.approx([20, 7, 40])


def test_areas_of_equal_value_fill_the_sides():
    on = laid(PLAIN, km((0.5, 0), (0.5, 9)))
    value = (on.frame["cell"].to_numpy() % 3).astype(np.int64)
    found = cells.areas(on, value, pd.DataFrame({"n": 1}, index=on.frame.index), smooth_m=0)
    assert found["n"].tolist() == found["area_km2"].tolist() == np.bincount(value).tolist()
    np.testing.assert_allclose(found.area / 1e6, found["area_km2"])


def test_cells_in_another_crs_are_refused():
    other = grid.Grid(0, 9_000, 1_000, *SHAPE, pyproj.CRS("EPSG:3035"))
    with pytest.raises(errors.CrsError, match="CRS of the grid"):
        cells.attach(roads(PLAIN, km((1, 1), (2, 1))), other, PLAIN, RULE)
