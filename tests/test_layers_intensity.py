"""Cooperation intensity: figures against hand counts, invariants of scores, terms and doubt."""

import math

import numpy as np
import pandas as pd
import pytest
import regions

from geo import errors
from layers.analysis import network
from layers.base import boundaries, cooperation, facts
from layers.dictionary import catalogue
from layers.intensity import clusters, convergence, framework, levels, realised, summary
from layers.intensity import scores as intensity_scores

CENSUS_2021 = {"RU-SMO": 888_421, "RU-BRY": 1_169_161}
RUDNYA, LIOZNO = 21_283, 14_218  # census of 2021; 1 January 2026
PAIR = "RU-SMO-rudnyansky~BY-VI-lioznensky"
FAMILIES = ("realised", "potential", "convergence", "overall")


@pytest.fixture(scope="module")
def layers(region):
    return {
        **network.frames(region),
        "districts": boundaries.districts(region),
        "border": boundaries.border(region),
        "district_pairs": boundaries.district_pairs(region),
        "links": cooperation.links(region),
        "zones": cooperation.zones(region),
        "facts": facts.facts(region),
        "indicators": catalogue.indicators(region),
        "oblast_wide": facts.wide(region, "oblast").reset_index(),
    }


@pytest.fixture(scope="module")
def table(region):
    return framework.read(region)


@pytest.fixture(scope="module")
def rates(region):
    return framework.read_rates(region)


@pytest.fixture(scope="module")
def found(region, layers, table, rates, roads_of_atlas):
    figures = levels.figures(region, layers, rates, roads_of_atlas)
    return summary.frames(region, *figures.values(), table)


@pytest.fixture(scope="module")
def by_id(found):
    return {level: found[name].set_index(key) for level, (name, key) in summary.LEVELS.items()}


def test_every_unit_and_pair_has_its_row(by_id):
    assert {level: len(frame) for level, frame in by_id.items()} == {
        "oblast": 6,
        "district": 147,
        "oblast_pair": 5,
        "district_pair": 33,
    }
    assert all(frame.index.is_unique and frame.index.is_monotonic_increasing for frame in by_id.values())


def test_figures_of_the_framework_are_columns(by_id, table):
    for level, frame in by_id.items():
        ids = table.loc[table["level"] == level, "indicator"]
        assert frame.columns[: len(ids)].tolist() == ids.tolist()
        assert frame[ids].notna().any().all(), level


def test_trade_is_of_the_own_side_and_converted_at_the_rate_of_its_year(by_id):
    oblasts = by_id["oblast"]["trade_partner_usd_per_capita"]
    # "More than 3.4 bn USD" in 2025, Russian side.
    assert oblasts["RU-SMO"] == pytest.approx(3_400e6 / CENSUS_2021["RU-SMO"])
    # "Almost 650 bn RUB" in 2023; 85.25 RUB for a dollar in the mean of that year; 1,316,666 persons.
    assert oblasts["BY-HO"] == pytest.approx(650e9 / 85.25 / 1_316_666)
    # 10 bn RUB in 2024, a year without a sourced rate: the figure of the other side in dollars stands.
    assert oblasts["RU-PSK"] == pytest.approx(190e6 / 599_084)


@pytest.mark.parametrize(
    ("stated", "chosen"),
    [
        # The own side comes before a later figure of the other, a later one of the own before both.
        ([("own", "2020", 5), ("other", "2023", 9)], 5),
        ([("own", "2020", 5), ("other", "2023", 9), ("own", "2021", 6)], 6),
        # Without a figure of its own the latest, whoever states it.
        ([("other", "2020", 5), ("other", "2023", 9)], 9),
        ([("", "2022", 7), ("other", "2020", 5)], 7),
    ],
)
@pytest.mark.parametrize(("unit", "own", "other"), [("RU-SMO", "ru", "by"), ("BY-VI", "by", "ru")])
def test_trade_is_of_the_own_side_before_the_latest(region, stated, chosen, unit, own, other):
    sides = {"own": f"_{own}_side", "other": f"_{other}_side", "": ""}
    for order in (stated, stated[::-1]):
        rows = pd.DataFrame(order, columns=["side", "period", "value"]).assign(
            indicator=lambda table: "trade_partner" + table["side"].map(sides) + "_usd_mln",
            unit_id=unit,
            period_kind="year",
            qualifier="",
            source_id="s",
            fact_id=lambda table: table.index.astype(str),
        )
        rates = pd.DataFrame(columns=["currency", "per_currency", "year", "rate", "source_id"])
        assert realised.trade(region, rows, rates, currency="usd")["value"].tolist() == [chosen]


def test_trade_relates_to_the_product_only_in_one_currency(by_id):
    share = by_id["oblast"]["trade_partner_grp_pct"]
    assert share["RU-SMO"] == pytest.approx(100 * 295_000 / 556_552.9)
    assert share[["BY-VI", "BY-MA", "BY-HO"]].isna().all()


def test_trade_of_pairs_relates_to_both_sides(by_id):
    pairs = by_id["oblast_pair"]["trade_pair_usd_per_capita"]
    assert pairs["RU-BRY~BY-HO"] == pytest.approx(300e6 / (CENSUS_2021["RU-BRY"] + 1_316_666))
    assert pairs[["RU-SMO~BY-VI", "RU-SMO~BY-MA", "RU-PSK~BY-VI"]].isna().all()


def test_links_count_where_they_took_place(by_id):
    districts = by_id["district"]
    # Rudnya and Liozno: one agreement in force between the districts, one with Pitelino.
    assert districts.loc["RU-SMO-rudnyansky", "links_agreements_per_100k"] == pytest.approx(1e5 / RUDNYA)
    assert districts.loc["BY-VI-lioznensky", "links_agreements_per_100k"] == pytest.approx(2e5 / LIOZNO)
    pair = by_id["district_pair"].loc[PAIR]
    assert pair["links_agreements_per_100k"] == pytest.approx(1e5 / (RUDNYA + LIOZNO))
    assert pair["links_ventures_per_100k"] == 0


def test_plans_do_not_count(region, layers):
    links = layers["links"].assign(units=layers["links"]["unit_ids"].str.split())
    planned = links[links["state"].isin(["planned", "intended", "proposed", "ended", "unknown"])]
    persons = pd.DataFrame({"value": 1e5, "period": "", "source_ids": ""}, index=["RU-SMO-krasninsky"])
    groups = {"links": tuple(links["type"].unique())}
    none = realised.documented(region, planned, planned["units"], persons, groups)["links_per_100k"]
    assert len(planned) == 8
    assert none["value"].tolist() == [0]
    # Krasny: cooperation, treaty and visits; the crossing that is planned does not count.
    some = realised.documented(region, links, links["units"], persons, groups)["links_per_100k"]
    assert some["value"].tolist() == [3]


def test_gravity_of_a_pair_is_of_its_two_populations(by_id):
    pair = by_id["district_pair"].loc[PAIR]
    for beta, name in ((1, "b1"), (1.5, "b1_5"), (2, "b2")):
        # Both directions of the pair, in millions.
        expected = 2 * RUDNYA * LIOZNO * pair["centres_min"] ** -beta / 1e6
        assert pair[f"gravity_{name}_foreign"] == pytest.approx(expected, rel=1e-6)


def test_oblasts_sum_the_gravity_of_their_districts(by_id, layers):
    oblast = layers["districts"].set_index("unit_id")["oblast_id"]
    summed = by_id["district"]["gravity_b1_5_foreign"].groupby(oblast).sum()
    assert by_id["oblast"]["gravity_b1_5_foreign"].to_dict() == pytest.approx(summed.to_dict(), rel=1e-6)


def test_likeness_of_product_is_relative_to_each_country(by_id):
    russian = {"RU-SMO": 640_810.6, "RU-BRY": 546_442.6, "RU-PSK": 494_039.9}
    belarusian = {"BY-VI": 17_952.4, "BY-MA": 16_930.5, "BY-HO": 18_438.8}
    relative = {
        unit: value / (sum(side.values()) / 3)
        for side in (russian, belarusian)
        for unit, value in side.items()
    }
    for pair, value in by_id["oblast_pair"]["grp_per_capita_ln_ratio"].items():
        a, b = str(pair).split("~")
        assert value == pytest.approx(abs(math.log(relative[a] / relative[b])), abs=1e-6)


def test_missing_figures_lower_the_coverage_and_stay_missing(by_id):
    pskov = by_id["oblast"].loc["RU-PSK"]
    # Without the share of the partner (0.1) and the firms with its capital (0.1).
    assert pskov[["trade_partner_share_pct", "enterprises_partner_capital_per_100k"]].isna().all()
    assert pskov["realised_coverage"] == pytest.approx(0.8)
    assert pskov["overall_coverage"] == pytest.approx(1 - 0.4 * 0.2)


def test_scores_and_ranks_keep_their_bounds(by_id):
    for level, frame in by_id.items():
        for family in FAMILIES:
            score, coverage = frame[f"{family}_score"], frame[f"{family}_coverage"]
            assert score.dropna().between(0.01, 1).all(), level
            assert (score.isna() == (coverage < 0.5)).all(), level
            ranked = frame[score.notna()]
            low, middle, high = (ranked[f"{family}_rank_{end}"] for end in ("low", "median", "high"))
            assert ((low <= middle) & (middle <= high)).all(), level
            assert ranked[f"{family}_top_share"].between(0, 1).all(), level


def test_terms_make_up_every_score(found, by_id):
    terms = found["intensity_terms"]
    for (level, family), rows in terms.groupby(["level", "family"]):
        whole = by_id[level][f"{family}_score"].dropna()
        product = rows.groupby("unit_id")["contribution"].prod().loc[whole.index]
        assert np.allclose(product, whole, atol=1e-5), (level, family)
        assert rows.groupby("unit_id")["weight_used"].sum().loc[whole.index].to_numpy() == pytest.approx(
            1, abs=1e-5
        )


def test_terms_name_known_sources_and_periods(region, found):
    terms = found["intensity_terms"]
    present = terms[terms["value"].notna()]
    named = set(" ".join(present["source_ids"]).split())
    assert named <= set(catalogue.sources(region).index)
    assert (present["source_ids"] != "").all()
    assert (present["period"] != "").all()
    assert (terms.loc[terms["value"].isna(), ["period", "source_ids"]] == "").all(axis=None)


def test_doubt_covers_each_family_at_each_level(found):
    doubt = found["intensity_doubt"]
    assert doubt[["level", "family"]].drop_duplicates().shape[0] == len(doubt) == 16
    assert (doubt["draws"] >= 2_000).all()
    assert (doubt["spearman_low"] <= doubt["spearman_median"]).all()


def test_variants_split_the_draws_by_method(found):
    variants = found["intensity_variants"]
    few = variants["level"].isin(["oblast", "oblast_pair"])
    assert set(variants.loc[~few, "normalisation"]) == {"minmax", "rank", "zscore"}
    assert set(variants.loc[few, "normalisation"]) == {"goalposts", "steps", "curve"}
    assert set(variants["aggregation"]) == {"geometric", "arithmetic"}
    split = variants.groupby(["level", "family"])["draws"].agg(["size", "sum"])
    assert (split["size"] == 6).all()
    assert (
        split["sum"].to_dict() == found["intensity_doubt"].set_index(["level", "family"])["draws"].to_dict()
    )


def test_scores_by_the_chosen_method_are_among_those_by_all(found):
    """The base is the geometric mean of values between the goalposts, or the least and the greatest."""
    methods = found["intensity_methods"]
    assert (methods.groupby(["level", "family", "unit_id"]).size() == 6).all()
    chosen = methods.query("normalisation in ['minmax', 'goalposts'] and aggregation == 'geometric'")
    assert set(chosen["level"]) == set(summary.LEVELS)
    for level, (name, key) in summary.LEVELS.items():
        units = found[name].set_index(key)
        for family, own in chosen[chosen["level"] == level].groupby("family"):
            base = units[[f"{family}_score", f"{family}_rank"]].dropna()
            table = own.set_index("unit_id")[["score", "rank"]].loc[base.index]
            np.testing.assert_allclose(table.to_numpy(float), base.to_numpy(float), atol=2e-6)


def test_each_weighed_indicator_is_left_out_once(found, table):
    left = found["intensity_left_out"]
    weighed = table[table["weight"].astype(float) > 0]
    expected = set(weighed[["level", "family", "indicator"]].itertuples(index=False, name=None))
    own = left[left["family"] != "overall"]
    assert set(own[["level", "family", "indicator"]].itertuples(index=False, name=None)) == expected
    assert len(left) == 2 * len(expected)


def test_clusters_with_and_without_links_over_the_border(found, by_id):
    moran = found["intensity_moran"].set_index(["measure", "border"])
    assert moran["i"].between(-1, 1).all()
    assert moran["expected"].to_numpy() == pytest.approx(-1 / (moran["n"].to_numpy() - 1), abs=1e-6)
    # What lies near the border has much potential on both of its sides.
    assert moran.loc[("potential_score", "crossed"), "p_permutation"] < 0.01
    labels = {"high-high", "low-low", "high-low", "low-high", "not_significant"}
    assert set(by_id["district"]["lisa_crossed"]) <= labels


def test_gap_names_those_with_much_potential_and_nothing_documented():
    scores = pd.DataFrame(
        {
            "potential_score": [0.1, 0.2, 0.3, 0.8, 0.9, np.nan],
            "realised_score": [0.3, 0.01, 0.2, 0.01, 0.6, 0.5],
        },
        index=list("abcdef"),
    )
    found = clusters.gap(scores)
    assert found["potential_class"].tolist()[:5] == [1, 1, 2, 3, 3]
    assert found["realised_class"].tolist()[:5] == [2, 1, 2, 1, 3]
    assert found["bivariate"].tolist() == ["1-2", "1-1", "2-2", "3-1", "3-3", ""]
    assert found["shortfall"].idxmax() == "d"
    assert found.loc["d", "falls_short"]
    assert found.loc["f", ["potential_class", "shortfall"]].isna().all()


def small(region, *, transformation="none"):
    """Frameworks of two indicators for each family, the first with a transformation."""
    names = [f"{family}_{number}" for family in FAMILIES[:3] for number in (1, 2)]
    table = pd.DataFrame(
        {
            "level": "district",
            "family": [name.split("_")[0] for name in names],
            "indicator": names,
            "polarity": ["1", "1", "1", "-1", "-1", "-1"],
            "transformation": [transformation, "none"] * 3,
            "weight": ["0.7", "0.3"] * 3,
        }
    )
    values = pd.DataFrame(np.random.default_rng(1).uniform(1, 9, (20, 6)), columns=names)
    return intensity_scores.frameworks(region, table, {"district": set(names)})["district"], values


def test_scaled_units_change_nothing_and_the_best_in_all_is_first(region):
    of, values = small(region, transformation="log1p")
    values.loc[0] = [9.5, 9.5, 9.5, 0.5, 0.5, 0.5]
    base = intensity_scores.scores(region, values, of, level="district", top=3).units
    scaled = intensity_scores.scores(region, values * 1_000, of, level="district", top=3).units
    pd.testing.assert_frame_equal(base, scaled)
    assert base.loc[0, ["overall_rank", "overall_rank_high"]].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            {"indicator": ("density_ln_ratio", "density_ratio")},
            "framework.csv: level district: indicator density_ratio is unknown",
        ),
        (
            {"weight": ("0.4", "0.3")},
            "framework.csv: level district: family convergence: weights sum to 0.9; expected 1",
        ),
        (
            {"family": ("convergence", "potential")},
            "framework.csv: level district: family convergence: no indicator; expected at least one",
        ),
    ],
)
def test_wrong_frameworks_end_in_lines(region, table, change, line):
    own = (table["level"] == "district") & (table["family"] == "convergence")
    wrong = table.copy()
    for column, (before, after) in change.items():
        wrong.loc[own, column] = wrong.loc[own, column].replace(before, after)
    known = {level: set(table.loc[table["level"] == level, "indicator"]) for level in summary.LEVELS}
    with pytest.raises(errors.InputError) as raised:
        intensity_scores.frameworks(region, wrong, known)
    assert any(finding.startswith(line) for finding in raised.value.findings)


@pytest.mark.parametrize(
    ("column", "value", "line"),
    [
        ("level", "county", "framework.csv: row 2: level = 'county'; expected one of oblast, district"),
        ("polarity", "0", "framework.csv: row 2: polarity = '0'; expected 1 or -1"),
        ("weight", "much", "framework.csv: row 2: weight = 'much'; expected a number from 0 to 1"),
        (
            "transformation",
            "sqrt",
            "framework.csv: row 2: transformation = 'sqrt'; expected one of none, log",
        ),
        ("source", "hearsay", "framework.csv: row 2: source = 'hearsay'; expected ids of sources.csv"),
        ("title_ru", "", "framework.csv: row 2: title_ru = ''; expected a value"),
        ("goalpost_low", "none", "framework.csv: row 2: goalpost_low = 'none'; expected a number"),
        ("goalpost_low", "-1", "framework.csv: row 2: goalpost_low = '-1'; expected what log1p can take"),
        ("goalpost_high", "", "framework.csv: row 2: goalpost_high = ''; expected a number if goalpost_low"),
        ("goalpost_high", "0", "framework.csv: row 2: goalpost_high = '0'; expected more than goalpost_low"),
        ("goalpost_basis_ru", "", "framework.csv: row 2: goalpost_basis_ru = ''; expected a reason if"),
    ],
)
def test_wrong_cells_of_the_framework_end_in_lines(tmp_path, table, column, value, line):
    wrong = table.copy()
    wrong.loc[0, column] = value
    with pytest.raises(errors.InputError) as raised:
        framework.read(regions.with_tables(tmp_path, framework=wrong.to_csv(index=False)))
    assert len(raised.value.findings) == 1
    assert raised.value.findings[0].startswith(line)


GOALPOSTS = ["goalpost_low", "goalpost_high", *(f"goalpost_basis_{name}" for name in ("ru", "en", "be"))]


def test_a_level_of_few_units_needs_goalposts_for_all_that_counts(tmp_path, table):
    wrong = table.copy()
    wrong.loc[0, GOALPOSTS] = ""
    with pytest.raises(errors.InputError) as raised:
        framework.read(regions.with_tables(tmp_path, framework=wrong.to_csv(index=False)))
    assert raised.value.findings == (
        "framework.csv: row 2: goalpost_low = ''; expected a number, "
        "as other rows of level oblast have goalposts",
    )
    wrong.loc[wrong["level"] == "oblast", GOALPOSTS] = ""
    with pytest.raises(errors.InputError) as raised:
        framework.read(regions.with_tables(tmp_path, framework=wrong.to_csv(index=False)))
    counting = (wrong["level"] == "oblast") & (wrong["weight"] != "0")
    assert len(raised.value.findings) == counting.sum()
    assert raised.value.findings[0] == (
        "framework.csv: row 2: goalpost_low = ''; expected a number, as level oblast has fewer than 20 units"
    )


def test_few_units_without_goalposts_are_refused_where_they_are_scored(region):
    of, values = small(region)
    assert intensity_scores.scores(region, values, of, level="district", top=3)
    with pytest.raises(errors.InputError) as raised:
        intensity_scores.scores(region, values.head(19), of, level="district", top=3)
    assert raised.value.findings[0] == (
        "framework.csv: level district: family realised: indicator realised_1: no goalposts; expected some, "
        "for 19 units are fewer than 20 and no scale for one another"
    )
    assert len(raised.value.findings) == 6


def test_an_oblast_with_a_share_of_three_fifths_scores_three_fifths(found):
    """Bryansk sells and buys 60 % of its trade with Belarus, the least of four shares: not a nought."""
    terms = found["intensity_terms"].set_index(["unit_id", "family", "indicator"])
    share = terms.loc[("RU-BRY", "realised", "trade_partner_share_pct")]
    assert share["value"] == 60
    assert share["normalised"] == pytest.approx(0.01 + 0.99 * 0.6)
    oblasts = found["intensity_terms"].query("level == 'oblast' and value > 0 and family != 'overall'")
    assert (oblasts["normalised"] > 0.01).all()


def test_values_that_do_not_fit_are_a_line_each_with_level_and_family(region):
    of, values = small(region, transformation="log")
    values.loc[3, "realised_1"] = values.loc[4, "potential_1"] = 0
    with pytest.raises(errors.InputError) as raised:
        intensity_scores.scores(region, values, of, level="district", top=3)
    assert raised.value.findings == tuple(
        f"framework.csv: level district: family {family}: indicator {family}_1: unit {unit} has 0; "
        "log expects more than 0"
        for family, unit in (("realised", 3), ("potential", 4))
    )


def test_no_year_that_all_oblasts_have_is_one_line(region, layers):
    table = layers["facts"]
    wages = table[table["indicator"].isin(["wage_rub", "wage_byn"]) & (table["level"] == "oblast")]
    wages = wages[wages["period_kind"] == "year"]
    years = dict(
        zip(wages["unit_id"].unique(), ("2019", "2020", "2021", "2022", "2023", "2024"), strict=False)
    )
    n_units = len(years)
    others = table[(table["level"] == "oblast") & ~table.index.isin(wages.index)]
    apart = pd.concat([others, wages.assign(period=wages["unit_id"].map(years))])
    with pytest.raises(errors.InputError) as raised:
        convergence.of_oblasts(region, apart, layers["indicators"])
    line = f"facts.csv: indicators wage_rub, wage_byn: at most 1 of {n_units} oblasts have a figure"
    assert raised.value.findings == (f"{line} of the same year; expected a year in which all have",)


def test_levels_are_computed_alike_each_time(region, layers, rates, roads_of_atlas):
    first, second = (levels.of_levels(region, layers, rates, roads_of_atlas) for _ in range(2))
    for level, figures in first.items():
        for name, figure in figures.items():
            pd.testing.assert_frame_equal(figure, second[level][name])
