"""The background: water, rivers and neighbours."""

import pytest
import regions
import shapely

from geo import crs
from layers.base import boundaries, context

AREA = regions.RUSSIA_BELARUS


def test_the_largest_lake_has_its_published_area(region):
    """Lake Peipus with Lake Pskov: 3,555 km²."""
    water = context.water(region)
    largest = water.iloc[[0]]
    assert crs.geodesic_area_km2(largest.geometry).iloc[0] == pytest.approx(3_555, rel=0.02)
    assert water["area_km2"].is_monotonic_decreasing


def test_water_is_valid_and_not_tiny(region):
    water = context.water(region)
    assert water.geometry.is_valid.all()
    assert set(water.geom_type) <= {"Polygon", "MultiPolygon"}
    assert water["area_km2"].min() > 0.4
    measured = crs.geodesic_area_km2(water.geometry)
    assert measured.sum() == pytest.approx(water["area_km2"].sum(), rel=0.01)


def test_rivers_are_lines_with_names(region):
    rivers = context.rivers(region).set_index("name_en")
    assert set(rivers.geom_type) <= {"LineString", "MultiLineString"}
    assert rivers.loc["Dnieper", "name_be"] == "Дняпро"
    zone = boundaries.oblasts(region).union_all()
    assert all(rivers.loc[name].geometry.intersects(zone) for name in ("Dnieper", "Western Dvina", "Sozh"))


def test_neighbours_surround_the_zone_and_hardly_reach_into_it(region):
    around = context.neighbours(region).to_crs(AREA.crs)
    zone = boundaries.oblasts(region).to_crs(AREA.crs).union_all()
    assert around.geometry.is_valid.all()
    assert (around[list(region.columns("name"))] != "").all().all()
    assert {"LV", "UA", "RU-TVE", "BY-MI"} <= set(around["context_id"])
    both = shapely.union_all([zone.simplify(100), *around.geometry])
    core = zone.simplify(1_000).buffer(-7_500)
    assert not around.intersects(core).any()
    seam = shapely.difference(zone.simplify(500).buffer(1_000), both)
    lakes = context.water(region).to_crs(AREA.crs).union_all().buffer(3_000)
    assert seam.difference(lakes).area < 5e6
