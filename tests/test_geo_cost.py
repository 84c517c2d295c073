import concurrent.futures
import itertools
import os
import pathlib
import re
import shutil
import subprocess
import sys

import hypothesis
import numpy as np
import pytest
import skimage.graph
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from geo import cost, errors

ROOT = pathlib.Path(__file__).parents[1]

# The grid, cost and paths of scikit-image's own tests (skimage/graph/tests/test_mcp.py, BSD-3-Clause):
# ones with a free way along the second row and the second column.
PUBLISHED = np.ones((8, 8), dtype=np.float32)
PUBLISHED[1:-1, 1] = 0
PUBLISHED[1, 1:-1] = 0
PUBLISHED_PATH = [(1, 6), (1, 5), (1, 4), (1, 3), (1, 2), (2, 1), (3, 1), (4, 1), (5, 1), (6, 1)]

frictions = hnp.arrays(
    np.float32,
    hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=12),
    elements=st.one_of(
        st.floats(0.125, 16, width=32), st.sampled_from([0, 1, 3, 1e-30, 1e-6, 1e6, np.nan, np.inf])
    ),
)


@st.composite
def problems(draw, sources=4):
    """A friction grid and a few different passable cells on it."""
    friction = draw(frictions)
    passable = [tuple(cell) for cell in np.argwhere(np.isfinite(friction)).tolist()]
    hypothesis.assume(passable)
    return friction, draw(st.lists(st.sampled_from(passable), min_size=1, max_size=sources, unique=True))


def _peer(friction, sources, *, sampling=None):
    """Cost by scikit-image, to which negative cells are impassable."""
    passable = np.where(np.isfinite(friction), friction, -1).astype(np.float64)
    return skimage.graph.MCP_Geometric(passable, sampling=sampling).find_costs(sources)[0]


def _heavy_tailed(side, decades):
    """Frictions over many decades, the same on every run."""
    return (10 ** np.random.default_rng(5).uniform(-decades / 2, decades / 2, (side, side))).astype(
        np.float32
    )


def _run_cost(friction, path, *, cell_m=(1.0, 1.0)):
    """Cost of a path, move by move, after the definition."""
    width_m, height_m = cell_m
    total = 0.0
    for (row, column), (to_row, to_column) in itertools.pairwise(path.tolist()):
        rows, columns = to_row - row, to_column - column
        passed = [(row, column), (to_row, to_column)]
        if abs(rows) == 2:
            passed += [(row + rows // 2, column), (row + rows // 2, to_column)]
        if abs(columns) == 2:
            passed += [(row, column + columns // 2), (to_row, column + columns // 2)]
        total += np.mean([float(friction[cell]) for cell in passed]) * np.hypot(
            rows * height_m, columns * width_m
        )
    return total


def test_published_route_and_its_cost():
    surface = cost.accumulate(PUBLISHED, [(1, 6)], cell_m=1, links=True)
    assert surface.cost[7, 2] == pytest.approx(np.sqrt(2) / 2)
    assert [tuple(cell) for cell in cost.trace(surface, (7, 2)).tolist()] == [*PUBLISHED_PATH, (7, 2)]


def test_published_costs_between_impassable_cells():
    walled = np.where(PUBLISHED == 1, np.inf, 0).astype(np.float32)
    surface = cost.accumulate(walled, [(1, 6)], cell_m=1, links=True)
    np.testing.assert_array_equal(surface.cost, walled)
    assert [tuple(cell) for cell in cost.trace(surface, (6, 1)).tolist()] == PUBLISHED_PATH


@hypothesis.given(problems())
def test_equals_scikit_image(problem):
    friction, sources = problem
    surface = cost.accumulate(friction, sources, cell_m=1)
    np.testing.assert_allclose(surface.cost, _peer(friction, sources), rtol=1e-12)


@hypothesis.given(problems(), st.floats(0.25, 4), st.floats(0.25, 4))
def test_equals_scikit_image_on_cells_that_are_not_square(problem, width_m, height_m):
    friction, sources = problem
    surface = cost.accumulate(friction, sources, cell_m=(width_m, height_m))
    peer = _peer(friction, sources, sampling=(height_m, width_m))
    np.testing.assert_allclose(surface.cost, peer, rtol=1e-12)


@pytest.mark.parametrize("decades", [0, 1, 6, 18])
def test_equals_scikit_image_whatever_the_spread_of_frictions(decades):
    friction = _heavy_tailed(150, decades)
    sources = [(3, 140), (70, 70)]
    surface = cost.accumulate(friction, sources, cell_m=1)
    np.testing.assert_allclose(surface.cost, _peer(friction, sources), rtol=1e-12)


def test_equals_scikit_image_from_most_cells_at_once():
    friction = _heavy_tailed(150, 2)
    sources = np.argwhere(friction > np.quantile(friction, 0.3))
    surface = cost.accumulate(friction, sources, cell_m=1)
    np.testing.assert_allclose(surface.cost, _peer(friction, sources), rtol=1e-12)


@pytest.mark.parametrize("cell_m", [(250.0, 250.0), (90.0, 30.0)])
def test_constant_friction_by_eight_moves_in_closed_form(cell_m):
    surface = cost.accumulate(np.full((30, 40), 3), [(4, 9)], cell_m=cell_m)
    rows, columns = np.indices((30, 40))
    down, across = abs(rows - 4), abs(columns - 9)
    diagonal = np.minimum(down, across)
    width_m, height_m = cell_m
    straight_m = (across - diagonal) * width_m + (down - diagonal) * height_m
    np.testing.assert_allclose(surface.cost, 3 * (straight_m + diagonal * np.hypot(width_m, height_m)))


def test_constant_friction_by_sixteen_moves_in_closed_form():
    surface = cost.accumulate(np.ones((30, 40)), [(4, 9)], cell_m=100, moves=16)
    rows, columns = np.indices((30, 40))
    small, large = np.sort([abs(rows - 4), abs(columns - 9)], axis=0)
    steep = (2 * small - large) * np.sqrt(2) + (large - small) * np.sqrt(5)
    flat = (large - 2 * small) + small * np.sqrt(5)
    np.testing.assert_allclose(surface.cost, 100 * np.where(large >= 2 * small, flat, steep))


def test_knights_move_is_shut_by_either_cell_it_passes():
    for shut in ((0, 1), (1, 1)):
        friction = np.full((2, 3), 2.0)
        friction[shut] = np.nan
        open_cost = cost.accumulate(np.full((2, 3), 2.0), [(0, 0)], cell_m=1, moves=16).cost[1, 2]
        shut_cost = cost.accumulate(friction, [(0, 0)], cell_m=1, moves=16).cost[1, 2]
        assert open_cost == pytest.approx(2 * np.sqrt(5))
        assert shut_cost == pytest.approx(2 * (1 + np.sqrt(2)))


@hypothesis.given(problems(), st.sampled_from([8, 16]), st.data())
def test_path_runs_from_a_source_and_costs_what_the_surface_says(problem, moves, data):
    friction, sources = problem
    cell_m = (2.0, 3.0)
    surface = cost.accumulate(friction, sources, cell_m=cell_m, moves=moves, links=True)
    reached = [tuple(cell) for cell in np.argwhere(np.isfinite(surface.cost)).tolist()]
    target = data.draw(st.sampled_from(reached))
    path = cost.trace(surface, target)
    assert tuple(path[0].tolist()) in sources
    assert tuple(path[-1].tolist()) == target
    assert _run_cost(friction, path, cell_m=cell_m) == pytest.approx(surface.cost[target], rel=1e-9)


@hypothesis.given(problems(sources=2), st.sampled_from([8, 16]))
def test_way_there_costs_as_much_as_the_way_back(problem, moves):
    friction, (start, *others) = problem
    end = others[0] if others else start
    there = cost.accumulate(friction, [start], cell_m=1, moves=moves).cost[end]
    back = cost.accumulate(friction, [end], cell_m=1, moves=moves).cost[start]
    assert there == pytest.approx(back, rel=1e-12)


@hypothesis.given(problems(), st.sampled_from([8, 16]))
def test_more_moves_never_cost_more_and_cost_no_less_than_the_straight_line(problem, moves):
    friction, sources = problem
    surface = cost.accumulate(friction, sources, cell_m=1, moves=moves)
    assert (surface.cost <= cost.accumulate(friction, sources, cell_m=1).cost).all()
    rows, columns = np.indices(friction.shape)
    lines = [np.hypot(rows - row, columns - column) for row, column in sources]
    floor = np.min(lines, axis=0) * np.nanmin(friction)
    assert (surface.cost >= floor * (1 - 1e-6)).all()


@hypothesis.given(problems(), st.floats(0, 60))
def test_maximum_cost_cuts_the_full_surface(problem, max_cost):
    friction, sources = problem
    full = cost.accumulate(friction, sources, cell_m=1).cost
    cut = cost.accumulate(friction, sources, cell_m=1, max_cost=max_cost).cost
    np.testing.assert_array_equal(cut, np.where(full <= max_cost, full, np.inf))


@hypothesis.given(problems(), st.data())
def test_barriers_and_cells_without_friction_are_the_same(problem, data):
    friction, sources = problem
    barriers = data.draw(hnp.arrays(bool, friction.shape))
    barriers[tuple(np.transpose(sources))] = False
    masked = cost.accumulate(friction, sources, cell_m=1, barriers=barriers).cost
    holed = cost.accumulate(np.where(barriers, np.nan, friction), sources, cell_m=1).cost
    np.testing.assert_array_equal(masked, holed)
    assert not np.isfinite(masked[barriers]).any()


@hypothesis.given(problems(), st.randoms(use_true_random=False))
def test_order_of_sources_does_not_matter(problem, random):
    friction, sources = problem
    shuffled = random.sample(sources, len(sources))
    first, second = (cost.accumulate(friction, order, cell_m=1, links=True) for order in (sources, shuffled))
    np.testing.assert_array_equal(first.cost, second.cost)
    np.testing.assert_array_equal(first.links, second.links)
    for cell in zip(*np.where(np.isfinite(first.cost)), strict=True):
        assert sources[cost.allocate(first)[cell]] == shuffled[cost.allocate(second)[cell]]


@hypothesis.given(problems(), st.data())
def test_many_sources_are_the_least_of_each_with_its_start(problem, data):
    friction, sources = problem
    initial = data.draw(st.lists(st.floats(0, 30), min_size=len(sources), max_size=len(sources)))
    surface = cost.accumulate(friction, sources, cell_m=1, initial=initial, links=True)
    single = np.array(
        [
            cost.accumulate(friction, [source], cell_m=1).cost + start
            for source, start in zip(sources, initial, strict=True)
        ]
    )
    np.testing.assert_allclose(surface.cost, single.min(axis=0), rtol=1e-12)
    nearest = cost.allocate(surface)
    reached = np.isfinite(surface.cost)
    np.testing.assert_array_equal(nearest == cost.NOWHERE, ~reached)
    chosen = np.take_along_axis(single, np.where(reached, nearest, 0)[np.newaxis], axis=0)[0]
    np.testing.assert_allclose(chosen, surface.cost, rtol=1e-12)


def test_equal_cost_spreads_over_free_cells_whatever_the_rounding():
    """Forty free ways apart, each starting at a multiple of a cost that divides with a rounding."""
    friction = np.tile([0, 0, 0, 0, np.nan], 40)[np.newaxis]
    friction[0, -2] = 1
    starts = [(0, 5 * way) for way in range(40)]
    for unit in np.random.default_rng(3).uniform(0.1, 9, 200).astype(np.float32):
        initial = np.arange(40) * float(unit) / 4
        surface = cost.accumulate(friction * unit, starts, cell_m=1, initial=initial)
        np.testing.assert_array_equal(surface.cost[0, 2::5], initial)


def test_source_given_twice_starts_at_its_lower_cost():
    surface = cost.accumulate(
        np.ones((1, 4)), [(0, 0), (0, 0), (0, 3)], cell_m=1, initial=[5, 1, 1], links=True
    )
    np.testing.assert_array_equal(surface.cost, [[1, 2, 2, 1]])
    np.testing.assert_array_equal(cost.allocate(surface), [[1, 1, 2, 2]])


def test_source_overtaken_by_another_is_nobodys_start():
    surface = cost.accumulate(np.ones((1, 3)), [(0, 0), (0, 2)], cell_m=1, initial=[0, 9], links=True)
    np.testing.assert_array_equal(surface.cost, [[0, 1, 2]])
    np.testing.assert_array_equal(cost.allocate(surface), [[0, 0, 0]])
    assert cost.trace(surface, (0, 2)).tolist() == [[0, 0], [0, 1], [0, 2]]


def test_inputs_are_left_as_they_are():
    friction, barriers = np.ones((4, 5)), np.zeros((4, 5), dtype=bool)
    sources, initial = np.array([[1, 1]]), np.array([2.0])
    for array in (friction, barriers, sources, initial):
        array.flags.writeable = False
    surface = cost.accumulate(friction, sources, cell_m=1, barriers=barriers, initial=initial, links=True)
    assert cost.allocate(surface).max() == 0


def test_surfaces_computed_side_by_side_are_those_computed_in_turn():
    friction = _heavy_tailed(120, 2)
    sources = [[(0, 0)], [(119, 119)], [(60, 3)]]
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        beside = list(pool.map(lambda start: cost.accumulate(friction, start, cell_m=1).cost, sources))
    for surface, start in zip(beside, sources, strict=True):
        np.testing.assert_array_equal(surface, cost.accumulate(friction, start, cell_m=1).cost)


BAD = [
    ({"friction": np.ones((0, 5))}, [r"friction has shape \(0, 5\)"]),
    ({"friction": np.ones(5)}, [r"friction has shape \(5,\)"]),
    ({"friction": np.diag([1, -2.5, 1])}, ["friction: row 1, column 1 is -2.5; expected 0 or more"]),
    ({"friction": np.full((3, 3), -1)}, ["row 0, column 0 is -1", "friction: 4 more cells are negative"]),
    ({"sources": []}, ["there is no source"]),
    ({"sources": np.empty((0, 2), int)}, ["there is no source"]),
    ({"sources": [(0.5, 1)]}, [r"sources are float64 of shape \(1, 2\); expected integers"]),
    ({"sources": [1, 2]}, [r"sources are int64 of shape \(2,\)"]),
    ({"sources": 3}, [r"sources are int64 of shape \(\)"]),
    ({"sources": [(1, 1), (3, 0)]}, [r"source 1 \(row 3, column 0\) is off the grid; expected rows 0–2"]),
    ({"sources": [(0, -1)]}, [r"source 0 \(row 0, column -1\) is off the grid"]),
    ({"sources": [(9, 9)] * 8}, [r"source 4 .* off the grid", "3 more sources: each is off the grid"]),
    ({"friction": np.diag([1, np.nan, 1])}, [r"source 0 \(row 1, column 1\) is on an impassable cell"]),
    ({"barriers": np.eye(3, dtype=bool)}, [r"source 0 \(row 1, column 1\) is on an impassable cell"]),
    ({"barriers": np.zeros((2, 3), bool)}, [r"barriers are bool of shape \(2, 3\)"]),
    ({"barriers": np.zeros((3, 3))}, ["barriers are float64"]),
    ({"initial": [1, 2]}, [r"initial has shape \(2,\); expected one cost for each of 1 sources"]),
    ({"initial": [np.nan]}, [r"source 0 \(row 1, column 1\) starts at no cost of 0 or more"]),
    ({"initial": [-1]}, ["starts at no cost"]),
    ({"cell_m": 0}, ["cell_m is"]),
    ({"cell_m": (1, np.nan)}, ["cell_m is"]),
    ({"max_cost": np.nan}, ["max_cost is nan"]),
    ({"moves": 4}, ["moves is 4; expected 8 or 16"]),
    ({"moves": 4, "max_cost": -1, "friction": -np.eye(3)}, ["row 2, column 2", "max_cost", "moves"]),
]


@pytest.mark.parametrize(("change", "messages"), BAD)
def test_wrong_input_is_refused_in_a_line_each(change, messages):
    options = {"friction": np.ones((3, 3)), "sources": [(1, 1)], "cell_m": 1, **change}
    with pytest.raises(errors.InputError) as caught:
        cost.accumulate(options.pop("friction"), options.pop("sources"), **options)
    for message in messages:
        assert any(re.search(message, finding) for finding in caught.value.findings)


def test_paths_need_links_and_a_target_that_is_reached():
    bare = cost.accumulate(np.ones((2, 3)), [(0, 0)], cell_m=1)
    linked = cost.accumulate(np.array([[1, np.nan, 1]]), [(0, 0)], cell_m=1, links=True)
    with pytest.raises(errors.InputError, match="links=True"):
        cost.trace(bare, (0, 0))
    with pytest.raises(errors.InputError, match="links=True"):
        cost.allocate(bare)
    with pytest.raises(errors.InputError, match="row 0, column 3 is off the grid"):
        cost.trace(linked, (0, 3))
    with pytest.raises(errors.InputError, match="row 0, column 2 is not reached"):
        cost.trace(linked, (0, 2))


SMALL_RUN = (
    "import numpy as np; from geo import cost, wavefront;"
    "print(cost.accumulate(np.ones((1, 3)), [(0, 0)], cell_m=1).cost.tolist());"
    "print(sum(wavefront.spread.stats.cache_hits.values()))"
)


def _small_run(folder, **environment):
    result = subprocess.run(
        [sys.executable, "-c", SMALL_RUN],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout.split("\n")[:2]


def test_compiled_code_is_kept_for_the_next_process(tmp_path):
    first, second = (_small_run(ROOT, NUMBA_CACHE_DIR=str(tmp_path)) for _ in range(2))
    assert first == ["[[0.0, 1.0, 2.0]]", "0"]
    assert second == ["[[0.0, 1.0, 2.0]]", "1"]


def test_kernel_works_where_no_cache_can_be_written(tmp_path):
    blocked = tmp_path / "file"
    blocked.touch()
    shutil.copytree(ROOT / "geo", tmp_path / "geo", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "geo" / "__pycache__").touch()
    home = str(blocked / "home")
    run = _small_run(tmp_path, HOME=home, XDG_CACHE_HOME=home, PYTHONDONTWRITEBYTECODE="1")
    assert run == ["[[0.0, 1.0, 2.0]]", "0"]
