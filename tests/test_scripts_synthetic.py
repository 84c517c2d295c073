"""Synthetic regions: what they promise, over seeds and sizes, and an atlas of them from end to end."""

import dataclasses
import json
import pathlib
import tempfile

import geopandas as gpd
import hypothesis
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import strategies

from layers import region, rules
from layers.base import boundaries, context, transport
from layers.dictionary import units
from layers.io import rasters, store
from scripts import check
from scripts.bench import synthetic
from scripts.build import steps

WHOLE = dict.fromkeys(("crosswalk", "flows", "links", "zones", "programme", "candidates", "claims"), True)
SPECS = strategies.builds(
    synthetic.Spec,
    seed=strategies.integers(0, 1_000_000),
    units=strategies.integers(8, 60),
    extent_km=strategies.floats(60, 600),
    villages=strategies.integers(0, 3),
    oblasts=strategies.integers(1, 2),
    languages=strategies.sampled_from([("en",), ("ru", "en", "be"), ("kk", "en"), ("en", "kk")]),
    enclave=strategies.booleans(),
    scenarios=strategies.booleans(),
    siting=strategies.booleans(),
    links=strategies.booleans(),
    zones=strategies.booleans(),
)


def written(spec: synthetic.Spec, folder: pathlib.Path) -> region.Region:
    synthetic.write(folder, spec)
    return region.load(folder)


def content(folder: pathlib.Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def border_of(own: region.Region) -> shapely.Geometry:
    return boundaries.district_pairs(own).geometry.union_all()


def require_promises(own: region.Region, spec: synthetic.Spec) -> None:
    """A valid coverage of as many districts, and lines that pass the border at crossings only."""
    districts = boundaries.districts(own)
    assert len(districts) == spec.units
    assert shapely.coverage_is_valid(districts.geometry.to_numpy())
    assert districts.geometry.is_valid.all()
    border, crossings = border_of(own), transport.crossings(own)
    for lines, mode in ((transport.roads(own), "road"), (transport.railways(own), "rail")):
        gates = crossings[crossings["mode"] == mode].geometry.union_all()
        met = lines.geometry.intersection(border)
        away = shapely.difference(met[~met.is_empty].to_numpy(), gates)
        assert shapely.is_empty(away).all()


def require_sides(own: region.Region) -> None:
    """Every road lies in the country that it names, and every place in its district."""
    country = boundaries.districts(own).dissolve("country").geometry
    lines = transport.roads(own)
    outside = lines.geometry.difference(country.loc[lines["country"]].set_axis(lines.index))
    # Roads end on the border; what is left of them outside is rounding of degrees.
    assert shapely.length(outside.to_numpy()).max() < 1e-6


@hypothesis.settings(max_examples=12)
@hypothesis.given(SPECS)
def test_every_region_keeps_its_promises_and_passes_the_rules(spec):
    with tempfile.TemporaryDirectory() as folder:
        own = written(spec, pathlib.Path(folder))
        rules.check(own)
        require_promises(own, spec)
        require_sides(own)


def test_the_same_specification_gives_the_same_bytes(tmp_path):
    spec = synthetic.Spec(seed=5, languages=("en", "ru"), **WHOLE)
    first, again, other = (tmp_path / name for name in ("first", "again", "other"))
    synthetic.write(first, spec)
    synthetic.write(again, spec)
    synthetic.write(other, dataclasses.replace(spec, seed=6))
    assert content(first) == content(again)
    same = {file for file, body in content(first).items() if content(other)[file] == body}
    assert {pathlib.PurePath(file).parts[0] for file in same} <= {"tables", "texts"}


def test_one_more_village_moves_no_border_and_no_road(tmp_path):
    spec = synthetic.Spec(seed=5)
    synthetic.write(tmp_path / "few", spec)
    synthetic.write(tmp_path / "more", dataclasses.replace(spec, villages=9))
    for name in ("roads", "water"):
        few, more = (tmp_path / one / "snapshot" / f"{name}.geojson" for one in ("few", "more"))
        assert few.read_bytes() == more.read_bytes()
    polygons = [boundaries.districts(region.load(tmp_path / one)).geometry for one in ("few", "more")]
    assert {*polygons[0].to_wkb()} == {*polygons[1].to_wkb()}


def test_enclave_lies_inside_the_other_country_and_has_a_road(tiny):
    districts = boundaries.districts(tiny).set_index("unit_id")
    split = districts[districts.geometry.geom_type == "MultiPolygon"]
    assert len(split) == 1
    owner = split.index[0]
    piece = min(shapely.get_parts(split.geometry.iloc[0]), key=shapely.area)
    around = [unit for unit, shape in districts.geometry.items() if shape.touches(piece)]
    assert len(around) == 1
    assert districts.loc[around[0], "country"] != districts.loc[owner, "country"]
    crossings = transport.crossings(tiny)
    assert (crossings["pair_id"] == f"{owner}~{around[0]}").sum() == 1


def test_road_network_reaches_every_town_of_its_country(tiny):
    """A spanning tree and more: whoever follows the lines of a country meets all of its towns."""
    settlements = store.read_table(tiny.snapshot / "settlements.csv")
    towns = settlements[settlements["centre_of"] != ""]
    for country, lines in transport.roads(tiny).groupby("country"):
        whole = shapely.union_all(lines.geometry.to_numpy())
        joined = gpd.GeoSeries(shapely.get_parts(shapely.line_merge(whole)))
        reached = joined.buffer(1e-7).union_all()
        own = towns[towns["country"] == country]
        points = shapely.points(own["lon"].astype(float), own["lat"].astype(float))
        main = max(shapely.get_parts(reached), key=shapely.area)
        assert shapely.intersects(points, main).all()


def test_names_are_written_in_the_letters_of_each_language(tiny_whole):
    table = units.load(tiny_whole)
    assert table["name_en"].str.fullmatch("[A-Z][a-z]+").all()
    assert table["name_ru"].str.fullmatch("[А-Я][а-я]+").all()
    assert table["name_en"].is_unique


def test_the_tables_of_what_a_region_may_lack_are_absent_unless_asked_for(tiny, tiny_whole):
    lacking = {path.name for path in (tiny_whole.folder / "tables").iterdir()}
    lacking -= {path.name for path in (tiny.folder / "tables").iterdir()}
    assert lacking == {
        *("places.csv", "links.csv", "zones.csv", "zone_profiles.csv", "zone_rings.csv"),
        *("programme.csv", "candidate_kinds.csv", "candidate_criteria.csv", "crosswalk.csv"),
        *("claims.csv", "flows.csv"),
    }


def test_no_place_of_the_region_is_on_land(tiny_whole):
    """The whole zone lies in the open ocean: no real place can be meant."""
    west, south, east, north = boundaries.districts(tiny_whole).total_bounds
    assert -40 < west < east < -20
    assert 35 < south < north < 55


@pytest.mark.parametrize("wrong", [{"units": 7}, {"units": 8, "oblasts": 3}, {"candidates": True}])
def test_what_cannot_be_drawn_is_refused(wrong):
    with pytest.raises(ValueError, match="expected"):
        synthetic.Spec(**wrong)


def test_background_has_lakes_a_river_and_the_rest_of_both_countries(tiny):
    assert len(context.water(tiny)) >= 1
    assert len(context.rivers(tiny)) == 1
    assert len(context.neighbours(tiny)) == 2


def test_population_of_oblasts_is_that_of_their_districts(tiny):
    facts = store.read_table(tiny.snapshot / "facts.csv")
    people = facts[facts["indicator"] == "population_persons"].assign(
        value=lambda table: table["value"].astype(int), level=lambda table: table["unit_id"].str.count("-")
    )
    parent = units.load(tiny)["parent_id"]
    small, large = (people[people["level"] == level] for level in (2, 1))
    summed = small.groupby([small["unit_id"].map(parent), "period"])["value"].sum()
    pd.testing.assert_series_equal(
        summed.sort_index(),
        large.set_index(["unit_id", "period"])["value"].sort_index(),
        check_names=False,
    )


# The atlas


PAGES = {
    pathlib.PurePath(name).stem for step in steps.STEPS for name in step.products if name.startswith("maps/")
}


@pytest.mark.parametrize("which", ["tiny_atlas", "tiny_whole_atlas"])
def test_every_page_and_product_is_made(which, request):
    built = request.getfixturevalue(which)
    assert {path.stem for path in (built / "maps").glob("*.html")} == PAGES
    for name in ("index.html", "borderzone.gpkg", "tables/atlas.xlsx", "rasters/population.tif"):
        assert (built / name).stat().st_size > 1_000
    assert check.products(built) == []


def test_what_is_lacking_is_no_layer_and_what_is_there_is_one(tiny_atlas, tiny_whole_atlas):
    few, all_of = (
        set(json.loads((one / "manifest.json").read_text())["products"])
        for one in (tiny_atlas, tiny_whole_atlas)
    )
    more = {
        f"tables/{name}.csv"
        for name in ("links", "zones", "programme", "candidate_sites", "optimum", "gravity")
    }
    assert more <= all_of
    assert not more & few


def test_people_of_the_surface_are_those_of_the_facts(tiny, tiny_atlas):
    _, persons = rasters.read(tiny_atlas / "rasters" / "population.tif")
    facts = store.read_table(tiny.snapshot / "facts.csv")
    last = facts[(facts["indicator"] == "population_persons") & facts["period"].str.endswith("-01-01")]
    latest = last[last["period"] == last["period"].max()]
    districts = latest[latest["unit_id"].str.count("-") == 2]
    assert np.nansum(persons) == districts["value"].astype(int).sum()
