"""Population on a grid: not a person lost or made, nobody on water, people where settlements are."""

import geopandas as gpd
import hypothesis
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import strategies as st

from geo import errors
from geo.raster import dasymetric, grid

CRS = pyproj.CRS("EPSG:32636")
GRID = grid.Grid(0, 10_000, 1_000, 10, 20, CRS)
LAND = np.ones(GRID.shape)


def units(west=1_000, east=500):
    boxes = [shapely.box(0, 0, 10_300, 10_000), shapely.box(10_300, 0, 20_000, 10_000)]
    return gpd.GeoDataFrame({"population": [west, east]}, geometry=boxes, index=["w", "e"], crs=CRS)


def settlements(*rows):
    table = pd.DataFrame(rows, columns=["x", "y", "unit_id", "population"])
    points = gpd.points_from_xy(table["x"], table["y"])
    return gpd.GeoDataFrame(table[["unit_id", "population"]], geometry=points, crs=CRS)


def totals(found):
    return found.groupby("unit_id")["persons"].sum().to_dict()


def test_largest_remainder_on_a_published_election():
    """Hare quota, 10 seats, https://en.wikipedia.org/wiki/Largest_remainders_method."""
    votes = np.array([47_000, 16_000, 15_900, 12_000, 6_000, 3_100], dtype=float)
    assert dasymetric.largest_remainder(votes, 10).tolist() == [5, 2, 1, 1, 1, 0]


@hypothesis.given(
    st.lists(st.floats(0, 1e6, allow_subnormal=False), min_size=1, max_size=30), st.integers(0, 10**7)
)
def test_largest_remainder_keeps_the_total_and_the_quotas(quotas, total):
    hypothesis.assume(sum(quotas) > 0)
    found = dasymetric.largest_remainder(np.array(quotas), total)
    assert found.sum() == total
    assert np.abs(found - np.array(quotas) * total / sum(quotas)).max() <= 1 + 1e-6


def test_nobody_to_take_a_total_is_refused():
    with pytest.raises(errors.InputError, match="no quota is above 0"):
        dasymetric.largest_remainder(np.zeros(3), 5)


places = st.tuples(
    st.integers(-2_000, 22_000),
    st.integers(0, 10_000),
    st.sampled_from(["w", "e"]),
    st.sampled_from([0, 1, 77, 40_000, np.nan]),
)


@hypothesis.given(
    st.integers(0, 100_000),
    st.integers(0, 100_000),
    st.lists(places, max_size=5),
    st.lists(st.integers(0, 199), max_size=60),
)
@hypothesis.settings(max_examples=30)
def test_unit_totals_are_kept_to_the_person_and_nobody_lives_on_water(west, east, rows, wet):
    land = np.ones(GRID.rows * GRID.columns)
    land[wet] = 0
    found = dasymetric.allocate(GRID, units(west, east), settlements(*rows), land=land.reshape(GRID.shape))
    assert totals(found) == {name: count for name, count in {"w": west, "e": east}.items() if count}
    assert not set(found["cell"]) & set(wet)
    assert found.index.equals(found.astype({"unit_id": str}).sort_values(["unit_id", "cell"]).index)
    assert dasymetric.surface(GRID, found).sum() == west + east


def test_people_live_in_the_settlement_and_the_rest_evenly_on_land():
    found = dasymetric.allocate(GRID, units(1_060, 0), settlements((2_500, 7_500, "w", 30)), land=LAND)
    cells = dasymetric.surface(GRID, found)
    # 1,030 persons on 103 cells of land, 10 on each; 30 more in the settlement, in row 2, column 2.
    assert cells[2, 2] == 40
    assert cells[0, :10].tolist() == [10] * 10
    assert cells[0, 10] == 3
    assert cells[:, 11:].sum() == 0


def test_a_city_fills_the_cells_of_its_disc():
    rule = dasymetric.Spread(density_per_km2=1_000)
    found = dasymetric.allocate(
        GRID, units(30_000, 0), settlements((5_000, 5_000, "w", 30_000)), land=LAND, spread=rule
    )
    cells = dasymetric.surface(GRID, found)
    assert cells[5, 5] == pytest.approx(1_000, rel=0.02)
    assert (cells > 0).sum() == pytest.approx(30, abs=14)


def test_settlements_over_the_total_are_scaled_down():
    rows = [(2_500, 2_500, "w", 300), (7_500, 7_500, "w", 100)]
    cells = dasymetric.surface(GRID, dasymetric.allocate(GRID, units(100, 0), settlements(*rows), land=LAND))
    assert (cells[7, 2], cells[2, 7], cells.sum()) == (75, 25, 100)


def test_settlements_of_unknown_population_claim_nothing():
    rows = [(2_500, 2_500, "w", 0), (7_500, 7_500, "w", np.nan)]
    with_unknown = dasymetric.allocate(GRID, units(), settlements(*rows), land=LAND)
    pd.testing.assert_frame_equal(with_unknown, dasymetric.allocate(GRID, units(), settlements(), land=LAND))


def test_everything_wrong_is_reported_at_once():
    people = settlements((0, 0, "nowhere", 5), (0, 0, "w", -5))
    with pytest.raises(errors.InputError) as caught:
        dasymetric.allocate(GRID, units(np.nan, 2.5), people, land=np.where(LAND, np.nan, 0))
    assert [finding.split(";")[0] for finding in caught.value.findings] == [
        "unit w: population nan",
        "unit e: population 2.5",
        "settlement 0: unit 'nowhere' is unknown",
        "settlement 1: population -5",
        "land: a cell is missing or out of range",
    ]


def test_a_unit_without_land_is_refused():
    with pytest.raises(errors.InputError, match="unit w: 1000 persons but no land"):
        dasymetric.allocate(GRID, units(), settlements(), land=np.where(np.arange(20) < 12, 0.0, LAND))


def test_land_is_what_no_water_covers():
    lakes = gpd.GeoSeries([shapely.box(0, 9_000, 500, 10_000), shapely.box(250, 9_000, 750, 10_000)], crs=CRS)
    land = dasymetric.land_fraction(GRID, lakes)
    assert land[0, 0] == pytest.approx(0.25)
    assert land.sum() == pytest.approx(200 - 0.75)
    assert dasymetric.land_fraction(GRID, lakes[:0]).min() == 1
