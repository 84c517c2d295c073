"""Siting of the study area: tables and their errors, surfaces, areas and the check of existing zones."""

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import regions
import scipy.stats

from geo import errors
from geo.network import access, shortest
from layers.analysis import network, proximity, surfaces
from layers.base import cooperation
from layers.dictionary import catalogue
from layers.io import rasters
from layers.siting import areas as siting_areas
from layers.siting import criteria as siting_surfaces
from layers.siting import profiles, suitability, zone_check, zones


@pytest.fixture(scope="module")
def region(tiny_whole):
    return tiny_whole


@pytest.fixture(scope="module")
def base(region):
    return {
        **proximity.frames(region),
        "links": cooperation.links(region),
        "zones": cooperation.zones(region),
        "places": cooperation.places(region).reset_index(),
    }


@pytest.fixture(scope="module")
def ground(region, base):
    return surfaces.population_grid(region, base)


@pytest.fixture(scope="module")
def placed(ground, roads_of_tiny):
    return roads_of_tiny, surfaces.on_roads(ground, roads_of_tiny)


def criteria(region, base, ground, placed, folder):
    """Arrays of the criteria but the times, by name, as their files hold them."""
    attached, (on, _) = placed
    inputs = siting_surfaces.Inputs(region, base, attached, on, ground)
    surfaces.write(folder, siting_surfaces.compute(inputs))
    files = folder.glob(f"{siting_surfaces.PREFIX}*.tif")
    return {path.stem.removeprefix(siting_surfaces.PREFIX): rasters.read(path)[1] for path in files}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("criteria")


@pytest.fixture(scope="module")
def measured(region, base, ground, placed, folder):
    return criteria(region, base, ground, placed, folder)


@pytest.fixture(scope="module")
def read(region, base, placed, folder, measured):
    attached, (on, _) = placed
    surfaces.write(folder, surfaces.of_times(region, on, base, attached))
    found = siting_surfaces.read(region, folder)
    assert {*found[1]} == {*measured, *siting_surfaces.TIMES}
    return found


@pytest.fixture(scope="module")
def purposes(region):
    return profiles.profiles(region, profiles.table(region))


@pytest.fixture(scope="module")
def models(region, read, purposes):
    return suitability.models(*read, purposes, profiles.exclusions(region))


@pytest.fixture(scope="module")
def ranked(region, models, read):
    return siting_areas.rank(region, models, read[0])


@pytest.fixture(scope="module")
def areas(region, ranked, read, base, roads_of_tiny):
    found = siting_areas.areas(region, ranked, *read, base, roads_of_tiny)
    return found, siting_areas.terms(region, ranked, read[1])


# Tables


def changed(tmp_path, name, **cells):
    """A copy of the region with some cells of the first row of a table changed."""
    table = regions.RUSSIA_BELARUS.table(f"{name}.csv")
    table.loc[0, list(cells)] = list(cells.values())
    return regions.with_tables(tmp_path, **{name: table.to_csv(index=False)})


def test_profiles_are_those_of_the_vocabulary_and_every_criterion_is_used(region, purposes):
    assert list(purposes) == list(catalogue.vocabulary(region, "profile"))
    used = {criterion.id for purpose in purposes.values() for criterion in purpose.criteria}
    used |= set(profiles.exclusions(region)["criterion"])
    assert used == set(siting_surfaces.table(region).index)


def test_an_unknown_criterion_is_one_line(tmp_path):
    wrong = changed(tmp_path, "profiles", criterion="metro_km")
    with pytest.raises(errors.InputError) as caught:
        profiles.table(wrong)
    line = "profiles.csv: row 2: criterion = 'metro_km'; expected a criterion of criteria.csv"
    assert caught.value.findings == (line,)


def test_a_profile_without_criteria_is_one_line(region):
    rows = profiles.table(region)
    with pytest.raises(errors.InputError) as caught:
        profiles.profiles(region, rows[rows["profile"] != "agro"])
    assert caught.value.findings == ("profiles.csv: profile agro: no indicator; expected at least one",)


@pytest.mark.parametrize("limits", ["ten 90", "0 inf", "-inf 90", "nan 90", ""])
def test_limits_that_are_no_finite_numbers_are_one_line(tmp_path, limits):
    wrong = changed(tmp_path, "profiles", limits=limits)
    with pytest.raises(errors.InputError) as caught:
        profiles.table(wrong)
    line = f"profiles.csv: row 2: limits = {limits!r}; expected finite numbers, separated by blanks"
    assert caught.value.findings == (line,)


def test_criteria_that_are_missing_or_not_measured_are_a_line_each(tmp_path):
    table = regions.RUSSIA_BELARUS.table("criteria.csv")
    table["criterion"] = table["criterion"].replace("inside_share", "metro_km")
    wrong = regions.with_tables(tmp_path, criteria=table.to_csv(index=False))
    with pytest.raises(errors.InputError) as caught:
        siting_surfaces.table(wrong)
    assert caught.value.findings == (
        "criteria.csv: row 13: criterion = 'metro_km'; expected one of "
        + ", ".join(siting_surfaces.CRITERIA),
    )


def test_a_table_with_a_wrong_column_says_which_and_what_is_expected(tmp_path):
    table = regions.RUSSIA_BELARUS.table("profiles.csv").assign(extra="1")
    wrong = regions.with_tables(tmp_path, profiles=table.to_csv(index=False))
    with pytest.raises(errors.InputError) as caught:
        profiles.table(wrong)
    columns = "profile, criterion, weight, kind, limits, basis"
    assert caught.value.findings == (f"profiles.csv: column 'extra' is unknown; expected one of {columns}",)


def test_a_profile_that_excludes_everything_is_one_line(region, read, purposes):
    rules = profiles.exclusions(region)
    none = pd.DataFrame(
        {"profile": ["agro"], "mask": "rail", "criterion": "station_km", "side": "above", "limit": -1.0}
    )
    with pytest.raises(errors.InputError) as caught:
        suitability.models(*read, purposes, pd.concat([rules, none], ignore_index=True))
    (line,) = caught.value.findings
    assert line.startswith("exclusions.csv: profile agro: no cell is left of ")
    assert "rail 100%" in line


def test_a_mask_and_a_side_that_do_not_exist_are_a_line_each(tmp_path):
    wrong = changed(tmp_path, "exclusions", mask="swamp", side="beside")
    with pytest.raises(errors.InputError) as caught:
        profiles.exclusions(wrong)
    assert [line.partition(" = ")[0] for line in caught.value.findings] == [
        "exclusions.csv: row 2: mask",
        "exclusions.csv: row 2: side",
    ]


# Surfaces


def test_people_within_an_hour_are_those_counted_cell_by_cell(region, measured, placed):
    """The criterion gathers people in squares; from a sample of cells to every cell the sums agree."""
    attached, (on, persons) = placed
    limit = region.siting.within_min
    sample = on.frame[on.frame["area_km2"] > 0.999 * on.grid.cell_km2].iloc[::41]
    sample = sample[np.isfinite(sample["road_km"])]
    first = attached.pieces.start
    exact = []
    for piece in sample.index:
        minutes = shortest.spread(attached.graph, [first + piece], limit_min=limit).minutes[attached.pieces]
        exact.append(persons[np.isfinite(minutes)].sum())
    exact = np.array(exact)
    both = measured["domestic_persons"] + measured["foreign_persons"]
    off = both.ravel()[sample["cell"]] / exact - 1
    assert len(off) > 40
    assert np.median(np.abs(off)) < 0.03
    assert off @ exact / exact.sum() == pytest.approx(0, abs=0.03)


def test_closing_crossings_never_raises_a_foreign_figure(region, base, ground, placed, measured, tmp_path):
    crossings = network.crossings(region, base, "road").index
    some = dict.fromkeys(crossings[::2], "closed")
    change = dataclasses.replace(network.base_scenario(base), states=some)
    shut = access.under(placed[0], change), placed[1]
    found = criteria(region, base, ground, shut, tmp_path)["foreign_persons"]
    before = measured["foreign_persons"]
    inside = np.isfinite(before)
    assert (found[inside] <= before[inside]).all()
    assert found[inside].sum() < before[inside].sum()


def test_distances_of_cells_are_those_to_the_nearest_line_and_point(region, measured, placed, base):
    on, _ = placed[1]
    inner = on.frame[on.frame["area_km2"] > 0.999 * on.grid.cell_km2].iloc[::41]
    points = gpd.GeoSeries(gpd.points_from_xy(inner["x_m"], inner["y_m"]), crs=on.grid.crs)
    roads, stations = network.metric(region, base["roads"]), network.metric(region, base["stations"])
    for point, cell, side in zip(points, inner["cell"], inner["side"], strict=True):
        own = roads[roads["country"] == side]
        freight = stations[(stations["country"] == side) & (stations["kind"] == "station")]
        trunk = own[own["road_class"].isin(["motorway", "trunk"])]
        for name, there in (("road_km", own), ("trunk_km", trunk), ("station_km", freight)):
            expected = there.distance(point).min() / 1_000
            assert measured[name].ravel()[cell] == pytest.approx(expected, rel=1e-6), name


def test_shares_are_shares_and_the_zone_is_as_large_as_its_districts(measured, ground):
    outside = np.ma.getmaskarray(surfaces.of_people(ground)["population"].values)
    for name in ("inside_share", "water_share", "free_share"):
        assert np.nanmin(measured[name]) >= -1e-9
        assert np.nanmax(measured[name]) <= 1 + 1e-6
        np.testing.assert_array_equal(np.isnan(measured[name]), outside)
    inside_km2 = np.nansum(measured["inside_share"]) * ground.grid.cell_km2
    assert inside_km2 == pytest.approx(ground.sides.area.sum() / 1e6, rel=1e-6)


def test_a_place_out_of_reach_is_worst_not_unknown(read):
    _, layers = read
    inside = layers["inside_share"] > 0
    assert not np.isnan(layers["crossing_min"][inside]).any()
    assert not np.isnan(layers["partner_centre_min"][inside]).any()


# Models and areas


def test_scores_stand_where_the_ground_is_eligible_and_nowhere_else(models):
    for model in models.values():
        scored = np.isfinite(model.found.score)
        assert (scored == model.exclusion.eligible).all()
        assert model.found.score[scored].min() >= 0.01
        assert model.found.score[scored].max() <= 1
    table = suitability.exclusions(models)
    assert table["cells_alone"].le(table["cells"]).all()
    assert table["share"].between(0, 1).all()


def test_the_unit_of_a_criterion_changes_nothing(region, models, read, purposes):
    on, layers = read
    purpose = purposes["logistics"]
    metres = tuple(
        dataclasses.replace(one, limits=tuple(1_000 * limit for limit in one.limits))
        if one.id == "trunk_km"
        else one
        for one in purpose.criteria
    )
    found = suitability.models(
        on,
        layers | {"trunk_km": layers["trunk_km"] * 1_000},
        {"logistics": dataclasses.replace(purpose, criteria=metres)},
        profiles.exclusions(region),
    )
    np.testing.assert_allclose(found["logistics"].found.score, models["logistics"].found.score, rtol=1e-9)


def test_areas_are_ranked_by_score_with_intervals_around(region, areas):
    found, _ = areas
    limits = region.siting
    assert found["area_id"].is_unique
    assert set(found["profile"]) == set(catalogue.vocabulary(region, "profile"))
    for _, own in found.groupby("profile"):
        assert own["score"].is_monotonic_decreasing
        assert own["rank"].is_monotonic_increasing
        assert len(own) <= limits.areas
        assert own["area_km2"].min() >= limits.least_km2
    assert (found["rank_low"] <= found["rank_median"]).all()
    assert (found["rank_median"] <= found["rank_high"]).all()
    assert (found["rank_high"] <= found["patches"]).all()
    assert found["top_share"].between(0, 1).all()


def test_areas_say_what_lies_there(areas, read, base):
    found, _ = areas
    on, layers = read
    points = gpd.GeoSeries(gpd.points_from_xy(found["lon"], found["lat"]), crs="EPSG:4326").to_crs(on.crs)
    cells = tuple(surfaces.cell_of(on, points).T)
    assert found["population_foreign"].tolist() == layers["foreign_persons"][cells].round().tolist()
    assert found["crossing_min"].tolist() == pytest.approx(layers["crossing_min"][cells].tolist(), abs=2)
    districts = base["districts"].set_index("unit_id")
    for row in found.itertuples():
        assert row.unit_id in row.unit_ids.split()
        assert districts.loc[row.unit_id, "country"] == row.country
    assert (found.to_crs(on.crs).area / 1e6).to_numpy() == pytest.approx(
        found["area_km2"].to_numpy(), rel=0.02
    )


def test_contributions_multiply_to_the_score(areas):
    found, terms = areas
    product = terms.groupby("area_id")["contribution"].prod()
    scores = found.set_index("area_id")["score"]
    pd.testing.assert_series_equal(product.loc[scores.index], scores, check_names=False, atol=1e-3)
    weights = terms.groupby("area_id")["weight_used"].sum()
    assert weights.to_numpy() == pytest.approx(1, abs=1e-3)


def test_a_second_run_gives_the_same(region, models, read, base, areas, roads_of_tiny):
    again = siting_areas.rank(region, models, read[0])
    pd.testing.assert_frame_equal(siting_areas.areas(region, again, *read, base, roads_of_tiny), areas[0])
    pd.testing.assert_frame_equal(siting_areas.terms(region, again, read[1]), areas[1])


def test_doubt_is_told_for_every_profile_and_criterion(ranked, purposes):
    doubt = siting_areas.doubt(ranked).set_index("profile")
    assert (doubt["draws"] >= 2_000).all()
    assert (doubt["spearman_low"] <= doubt["spearman_median"]).all()
    left_out = siting_areas.left_out(ranked)
    assert left_out.groupby("profile")["criterion"].agg(set).to_dict() == {
        name: {criterion.id for criterion in purpose.criteria} for name, purpose in purposes.items()
    }
    most = left_out["profile"].map(doubt["areas"]) - 1
    assert left_out["rank_change_max"].between(0, most).all()


def test_ranks_without_doubt_are_the_base(region, models, read):
    """With the chosen weights and method in every draw nothing moves."""
    on, _ = read
    found = siting_areas.rank(region, {"agro": models["agro"]}, on)["agro"]
    sure = dataclasses.replace(
        siting_areas.DOUBT, concentration=np.inf, normalisations=("given",), aggregations=("geometric",)
    )
    drawn = siting_areas.drawn(region, found.patches, models["agro"], doubt=sure)
    assert drawn.ranks.eq(found.patches.table["rank"], axis=0).all(axis=None)


def test_profiles_without_an_area_are_a_line_each(region, models, read):
    """Single cells that do not touch, and no cell with a score."""
    on, _ = read
    bare = {
        name: dataclasses.replace(
            model,
            found=dataclasses.replace(model.found, score=np.where(scattered(on), model.found.score, np.nan)),
        )
        for name, model in models.items()
    }
    nothing = dataclasses.replace(models["science"].found, score=np.full(on.shape, np.nan))
    bare["science"] = dataclasses.replace(models["science"], found=nothing)
    with pytest.raises(errors.InputError) as caught:
        siting_areas.rank(region, {name: bare[name] for name in ("agro", "industry", "science")}, on)
    assert [line.partition(" of ")[0] for line in caught.value.findings] == [
        "profile agro: no patch",
        "profile industry: no patch",
        "profile science: no cell has enough",
    ]


def scattered(on):
    """Every third cell of every third row: none touches another."""
    row, column = np.indices(on.shape)
    return (row % 3 == 0) & (column % 3 == 0)


def test_a_profile_of_one_criterion_has_nothing_to_leave_out(region, read, purposes):
    on, layers = read
    (one, *_) = purposes["agro"].criteria
    alone = {"agro": dataclasses.replace(purposes["agro"], criteria=(dataclasses.replace(one, weight=1.0),))}
    ranked = siting_areas.rank(region, suitability.models(on, layers, alone, profiles.exclusions(region)), on)
    (row,) = siting_areas.left_out(ranked).to_dict("records")
    assert row["criterion"] == one.id
    assert pd.isna([row["spearman"], row["rank_change_max"], row["area_id"]]).all()


def test_rasters_hold_the_scores(models, read, tmp_path):
    on, _ = read
    surfaces.write(tmp_path, suitability.bands(models, on))
    for name, model in models.items():
        stored_on, stored = rasters.read(tmp_path / f"suitability_{name}.tif")
        assert stored_on == on
        np.testing.assert_allclose(stored, model.found.score, rtol=1e-6)


# Existing zones


@pytest.fixture(scope="module")
def checked(region, read, purposes, base):
    on, layers = read
    blind = suitability.models(on, layers, *zones.blind(purposes, profiles.exclusions(region)))
    return blind, zone_check.scores(region, blind, on, base)


def test_zones_do_not_decide_their_own_scores(region, read, checked, base, purposes):
    """Zones elsewhere, other surfaces of what they decide: the same scores."""
    on, layers = read
    other = layers | {name: np.zeros(on.shape) for name in ("zone_km", "free_share")}
    blind = suitability.models(on, other, *zones.blind(purposes, profiles.exclusions(region)))
    pd.testing.assert_frame_equal(zone_check.scores(region, blind, on, base)[0], checked[1][0])


def test_every_zone_is_scored_by_every_profile_or_left_out_with_a_reason(region, checked, base, purposes):
    _, (scores, _, left_out) = checked
    assert set(scores["zone_id"]) | set(left_out["zone_id"]) == set(base["zones"]["zone_id"])
    assert not set(scores["zone_id"]) & set(left_out["zone_id"])
    assert (scores.groupby("zone_id")["profile"].nunique() == len(purposes)).all()
    assert (scores.groupby("zone_id")["is_own"].sum() == 1).all()
    assert left_out[region.columns("reason")[0]].ne("").all()


def test_only_zones_in_operation_are_scored(checked, base):
    _, (scores, _, left) = checked
    proposed = set(base["zones"].loc[base["zones"]["state"] == "proposed", "zone_id"])
    assert proposed
    assert not proposed & set(scores["zone_id"])
    assert proposed <= set(left["zone_id"])


def test_hits_are_counted_over_own_profiles(region, checked):
    _, (scores, hits, _) = checked
    own = scores[scores["is_own"]]
    total = hits.set_index("profile").loc["all"]
    assert total["zones"] == len(own)
    assert total["hits"] == own["share_below"].ge(region.siting.hit_share).sum()
    assert total["hit_rate"] == pytest.approx(total["hits"] / total["zones"], abs=1e-3)
    for row in hits.to_dict("records"):
        judge = scipy.stats.binomtest(row["hits"], row["zones"], 0.2, alternative="greater").pvalue
        assert row["p_chance"] == pytest.approx(judge, abs=1e-6)


def test_the_share_below_is_that_of_all_eligible_cells(checked):
    blind, (scores, _, _) = checked
    row = scores[scores["is_own"] & scores["score"].notna()].iloc[0]
    known = blind[row["profile"]].found.score
    known = np.sort(known[np.isfinite(known)])
    assert row["share_below"] == pytest.approx(np.searchsorted(known, row["score"]) / len(known), abs=1e-3)


def test_a_ring_around_nothing_known_is_one_line(region, read, base, checked):
    on, _ = read
    with pytest.raises(errors.InputError, match=r"zone_rings\.csv: zone-1: no such zone"):
        zone_check.scores(
            region, checked[0], on, base | {"zones": base["zones"].query("zone_id != 'zone-1'")}
        )
