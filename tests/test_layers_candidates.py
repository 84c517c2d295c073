"""Candidates of the programme: alternatives, measures, ranks and fact sheets."""

import dataclasses
import pathlib
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import regions

from geo import errors
from geo.network import access
from layers.analysis import network
from layers.candidates import basis, figures, measures, ranking
from layers.candidates import facts as candidate_facts
from layers.candidates import surfaces as candidates_surfaces
from layers.io import store
from scripts.build import graph, steps

ROOT = pathlib.Path(__file__).parents[1]
# Proposals as the programme names them.
PROPOSED = {
    "programme-1": ["Rudnyansky District – Liozno District"],
    "programme-2": ["Bryansk – Gomel"],
    "programme-3": ["Gorki", "Krasny"],
    "programme-4": ["Nevel – Polotsk"],
    "programme-7": ["Smolensk"],
}


@pytest.fixture(scope="module")
def work(region, atlas):
    plan = graph.Graph(steps.STEPS, graph.Folders(region=region.folder, atlas=atlas))
    return plan.workspace(next(step for step in plan.steps if step.name == "candidate_figures"))


@pytest.fixture(scope="module")
def ground(region, work, roads_of_atlas):
    return basis.Basis(region, work.layers(), roads_of_atlas)


@pytest.fixture(scope="module")
def surfaces(work):
    return candidates_surfaces.read(work.products / "rasters")


def found_in(ground, surfaces):
    region = ground.region
    places = figures.places(ground)
    layer = figures.layer(region, places)
    suitability = candidates_surfaces.figures(region, layer, ground.layers["settlements"], surfaces)
    return ranking.elements(region, layer, [figures.figures(ground, places), suitability])


@pytest.fixture(scope="module")
def elements(ground, surfaces):
    return {element.id: element for element in found_in(ground, surfaces)}


@pytest.fixture(scope="module")
def sites(region, elements):
    found = list(elements.values())
    return ranking.sites(region, found, ranking.draws(region, found))


def test_doubt_says_how_the_drawn_ranks_agree(region, elements):
    doubt = ranking.doubt(ranking.draws(region, list(elements.values())))
    assert doubt["programme_id"].tolist() == list(elements)
    assert (doubt["draws"] >= 2_000).all()
    assert (doubt["spearman_low"] <= doubt["spearman_median"]).all()
    assert doubt["spearman_median"].between(0, 1).all()


def test_every_element_is_ranked_and_every_proposal_among_its_alternatives(sites):
    assert set(sites["programme_id"]) == {f"programme-{number}" for number in range(1, 8)}
    assert sites["site_id"].is_unique
    proposed = sites[sites["is_proposed"]]
    assert proposed.groupby("programme_id")["name_en"].agg(list).to_dict() == PROPOSED
    assert proposed["rank"].notna().all()


def test_alternatives_are_all_that_there_are(sites, ground):
    count = sites.groupby("programme_id").size()
    assert count["programme-1"] == len(ground.layers["district_pairs"]) == 33
    assert count["programme-5"] == len(ground.layers["districts"]) == 147
    assert count["programme-6"] == len(ground.layers["crossings"]) == 34


def test_ranks_follow_scores_and_doubt_surrounds_them(sites):
    for _, own in sites.groupby("programme_id"):
        assert own["score"].is_monotonic_decreasing
        assert own["rank"].iloc[0] == 1
        assert own["behind_best_pct"].iloc[0] == 0
        assert (own["rank_low"] <= own["rank_median"]).all()
        assert (own["rank_median"] <= own["rank_high"]).all()
        assert own["top_share"].between(0, 1).all()


def test_contributions_multiply_to_the_score(region, elements, sites):
    terms = ranking.terms(region, list(elements.values()))
    product = terms.groupby("site_id")["contribution"].prod()
    scores = sites.set_index("site_id")["score"]
    pd.testing.assert_series_equal(product, scores.sort_index(), check_names=False, atol=1e-5)
    assert terms.groupby("site_id")["weight"].sum().round(6).eq(1).all()


def test_fund_is_shared_on_parity(sites):
    shares = sites.dropna(subset="share_pct").groupby("country")["share_pct"].sum()
    assert shares.to_dict() == pytest.approx({"RU": 50, "BY": 50}, abs=1e-3)


def test_figures_of_a_place_say_whose_they_are(ground):
    """Of the weaker town of a pair, of the oblast of a district; of a count who documents it."""
    places = figures.places(ground)
    found = figures.figures(ground, places)
    told = found.set_index(["programme_id", "indicator", "place_id"]).sort_index()
    sources = ground.settlements["source_id"]
    pair = "RU-PSK-nevelsky/nevel~BY-VI-polotsky/polotsk"
    smaller = ground.settlements["population"].astype(float).loc[pair.split("~")].idxmin()
    weaker = told.loc[("programme-4", "population_weaker_persons", pair)]
    assert weaker["source_ids"] == sources[smaller]
    assert weaker["period"] == ground.settlements.loc[smaller, "population_period"]
    product = told.loc[("programme-5", "grp_relative")]["source_ids"]
    oblast = ground.districts["oblast_id"]
    assert product.groupby(oblast).nunique().eq(1).all()
    links = told.loc[("programme-1", "links_between_count")]
    assert (links["source_ids"] == "").equals(links["value"] == 0)
    assert told.loc[("programme-1", "between_min")][["period", "source_ids"]].isna().all(axis=None)


def with_closed(ground, closed):
    """The same ground with some crossings closed, in the layer and on the roads."""
    crossings = ground.layers["crossings"]
    shut = crossings["crossing_id"].isin(closed)
    of_roads = crossings.loc[shut & (crossings["mode"] == "road"), "crossing_id"]
    states = dict.fromkeys(of_roads, "closed")
    change = dataclasses.replace(network.base_scenario(ground.layers), states=states)
    layers = {**ground.layers, "crossings": crossings.assign(state=crossings["state"].mask(shut, "closed"))}
    return basis.Basis(ground.region, layers, access.under(ground.attached, change))


def test_closed_crossings_have_no_people_and_no_cost_of_closure(ground):
    """Missing, not zero: nobody can say whom a crossing would serve that is shut."""
    ground = with_closed(ground, ["R4"])
    need = measures.measure("crossing", ground, figures.places(ground)["programme-6"])
    assert need.loc["R4", ["closure_min", "people_60min_persons"]].isna().all()
    assert need.loc["R4", "flow_share_pct"] == 0
    assert need.loc["R3", ["closure_min", "people_60min_persons"]].notna().all()


def test_people_of_each_country_are_kept(ground):
    of_country = ground.people.groupby(ground.settlements["country"]).sum()
    known = ground.districts.groupby("country")["population_persons"].sum()
    assert of_country.to_dict() == pytest.approx(known.to_dict())


def test_ways_between_pairs_are_those_of_the_routes(elements, atlas):
    stage = atlas.with_name("atlas-stages") / "district_pair_reach.gpkg"
    routed = store.read_layer(stage, "district_pair_reach").set_index("pair_id")["centres_min"]
    measured = elements["programme-1"].measures["between_min"]
    assert measured.to_dict() == pytest.approx(routed.to_dict(), abs=0.11)


def test_trips_take_the_only_crossing_that_is_open(ground, elements):
    ids = ground.layers["crossings"]["crossing_id"]
    alone = with_closed(ground, ids[ids != "R3"])
    need = measures.measure("crossing", alone, elements["programme-6"].sites)
    assert need["flow_share_pct"].to_dict() == {name: 100.0 * (name == "R3") for name in need.index}
    assert np.isnan(need.loc["R3", "closure_min"])  # no other way to compare with
    assert need["people_60min_persons"].notna().sum() == 1
    assert np.isnan(need.loc["R3", "next_crossing_km"])


def test_trips_are_shared_out_among_crossings(elements):
    need = elements["programme-6"].measures
    assert need["flow_share_pct"].sum() == pytest.approx(100, abs=0.2)
    assert need.loc["T5", ["flow_share_pct", "approach_share"]].tolist() == [0, 0]
    assert need.loc[["R2", "R3"], "approach_share"].tolist() == [0.8, 0.8]


def test_closed_border_leaves_no_pair_of_towns_within_reach(ground, surfaces):
    shut = with_closed(ground, ground.layers["crossings"]["crossing_id"])
    with pytest.raises(errors.InputError, match="programme-2: no alternative within its limits"):
        found_in(shut, surfaces)


def test_fact_sheet_tells_what_is_documented(region, ground, sites):
    known = candidate_facts.facts(ground, figures.layer(region, figures.places(ground)))
    facts = ranking.facts(region, known, sites)
    best = facts[facts["fact"] == "best"].set_index("programme_id")["subject_id"]
    assert best.to_dict() == sites[sites["rank"] == 1].set_index("programme_id")["site_id"].to_dict()
    sheet = facts[facts["site_id"] == "programme-1:RU-SMO-rudnyansky~BY-VI-lioznensky"]
    named = sheet.groupby("fact")["subject_id"].agg(set)
    assert named["crossing"] == {"O7", "R3", "T3"}
    assert {"link-rudnya-liozno", "link-rudnya-liozno-unity-day", "link-belpromvest"} <= named["link"]
    assert "BY-VI-vitebsky" in named["neighbour"]
    assert "zone-fez-vitebsk" in named["zone"]
    evidence = facts[facts["fact"] == "evidence"]
    assert len(evidence) == 7
    assert (evidence["source_ids"] == "article").all()


@pytest.mark.parametrize(
    ("name", "old", "new", "line"),
    [
        (
            "candidate_kinds.csv",
            "RU-PSK-nevelsky/nevel~",
            "RU-PSK-nevelsky/nowhere~",
            "candidate_kinds.csv: programme-4: proposed = 'RU-PSK-nevelsky/nowhere~BY-VI-polotsky/polotsk'; "
            "expected one of the alternatives within its limits",
        ),
        (
            "candidate_kinds.csv",
            "programme-7,city,",
            "programme-7,town,",
            "candidate_kinds.csv: row 8: kind = 'town'; expected one of district_pair",
        ),
        (
            "candidate_kinds.csv",
            "programme-3,settlement,BY-MA-goretsky/gorki,",
            "programme-3,settlement,,",
            "candidate_kinds.csv: row 4: anchor = ''; expected a settlement if the kind is settlement",
        ),
        (
            "candidate_kinds.csv",
            "programme-7,city,,,50000,,RU-SMO-smolensk-city/smolensk,,",
            "programme-7,city,,,50000,,RU-SMO-smolensk-city/smolensk,parity,",
            "candidate_kinds.csv: row 8: allocation = 'parity'; expected nothing unless the kind is district",
        ),
        (
            "candidate_kinds.csv",
            "programme-3,settlement,BY-MA-goretsky/gorki,",
            "programme-3,settlement,BY-MA-goretsky/academy,",
            "candidate_kinds.csv: programme-3: anchor = 'BY-MA-goretsky/academy'; expected the id of a",
        ),
        (
            "candidate_kinds.csv",
            "programme-4,city_pair,,180,10000,",
            "programme-4,city_pair,,1,10000,",
            "candidate_kinds.csv: programme-4: no alternative within its limits; expected at least one",
        ),
        (
            "candidate_criteria.csv",
            "programme-7,city,mean_min,",
            "programme-7,city,between_min,",
            "candidate_criteria.csv: row 38: indicator = 'between_min'; expected a measure of this kind of",
        ),
        (
            "candidate_criteria.csv",
            "programme-7,city,mean_min,",
            "programme-7,crossing,mean_min,",
            "candidate_criteria.csv: row 38: level = 'crossing'; expected city, the kind of programme-7 in",
        ),
        (
            "candidate_criteria.csv",
            "mean_min,min,-1,none,0.25",
            "mean_min,min,-1,none,much",
            "candidate_criteria.csv: row 38: weight = 'much'; expected a number from 0 to 1000",
        ),
    ],
)
def test_wrong_tables_end_in_one_line(tmp_path, ground, surfaces, name, old, new, line):
    wrong = regions.changed(tmp_path, f"tables/{name}", old, new)
    with pytest.raises(errors.InputError) as caught:
        found_in(dataclasses.replace(ground, region=wrong), surfaces)
    (finding,) = caught.value.findings
    assert finding.startswith(line)


def test_command_tells_everything_wrong_with_the_criteria_at_once(atlas, tmp_path):
    own = regions.copy(tmp_path)
    shutil.copytree(atlas, tmp_path / "atlas")
    shutil.copytree(atlas.with_name("atlas-stages"), tmp_path / "atlas-stages")
    path = own / "tables" / "candidate_criteria.csv"
    rows = path.read_text(encoding="utf-8").splitlines()
    kept = [row for row in rows if not row.startswith("programme-3,")]
    text = "\n".join(kept).replace("mean_min,min,-1,none,0.25", "mean_hours,h,-1,none,0.35")
    path.write_text(text + "\n", encoding="utf-8")
    folders = ["--out", str(tmp_path / "atlas"), "--region", str(own)]
    command = [sys.executable, "-m", "scripts.cli", "build", *folders]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    lines = [line for line in result.stderr.splitlines() if "candidate_criteria.csv" in line]
    assert "Traceback" not in result.stderr
    assert len(lines) == 2
    assert "family programme-7: weights sum to 1.1; rescaled to 1" in lines[0]
    assert "row 33: indicator = 'mean_hours'; expected a measure" in lines[1]
