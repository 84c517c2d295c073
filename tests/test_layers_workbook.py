"""The workbook of candidates: LibreOffice computes from the formulas what the tables hold."""

import dataclasses
import math
import subprocess

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely

from geo.scores import framework
from layers.candidates import ranking, tables, workbook
from layers.io import store

RULE = tables.Rule(
    programme_id="programme-5",
    kind="district",
    anchor="",
    reach_min=math.inf,
    population_min=0,
    population_max=math.inf,
    proposed=(),
    allocation="parity",
)
TITLES = pd.DataFrame({"title_ru": ["Фонд"], "title_en": ["=Fund"]}, index=["programme-5"])
MIDDLE = 0.505  # halfway from 0.01 to 1


@pytest.fixture
def element():
    """Four districts: the best, the middle, the worst, and one that lacks the weightier criterion."""
    places = ["best", "middle", "worst", "unknown"]
    sites = gpd.GeoDataFrame(
        {
            "country": ["RU", "RU", "BY", "BY"],
            "is_proposed": [True, False, False, False],
            **{f"name_{language}": places for language in ("ru", "en", "be")},
            "unit_ids": places,
            "population_persons": [100.0, 200.0, 300.0, 400.0],
        },
        index=pd.Index(places, name="place_id"),
        geometry=[shapely.Point(0, 0)] * 4,
        crs=3857,
    )
    measures = pd.DataFrame(
        {"centre_border_km": [10.0, 20.0, 30.0, None], "grp_relative": [7.0, 5.0, 3.0, 7.0]}, index=places
    )
    criteria = framework.Framework(
        (
            framework.Indicator("centre_border_km", 0.6, polarity=-1),
            framework.Indicator("grp_relative", 0.4),
        )
    )
    keys = pd.MultiIndex.from_arrays([[], []], names=["indicator", "place_id"])
    evidence = pd.DataFrame(columns=["period", "source_ids"], index=keys)
    return ranking.Element(RULE, sites, measures, criteria, evidence)


@pytest.fixture
def computed(soffice, tmp_path):
    """Function that drops the stored values of a workbook, changes cells and lets LibreOffice compute."""

    def compute(path, changes=()):
        bare = tmp_path / "bare.xlsx"
        book = openpyxl.load_workbook(path)
        for sheet, cell, value in changes:
            book[sheet][cell] = value
        book.save(bare)
        profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        command = [soffice, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "out")]
        subprocess.run([*command, str(bare)], capture_output=True, check=True, timeout=300)
        return openpyxl.load_workbook(tmp_path / "out" / "bare.xlsx", data_only=True)

    return compute


def write(region, found, folder, titles=TITLES):
    folder.mkdir(exist_ok=True)
    path = folder / "candidate_sites.xlsx"
    workbook.write(region, found, ranking.sites(region, found, ranking.draws(region, found)), titles, path)
    return path


def rows(sheet):
    """Rows of the alternatives under their English heads."""
    values = [list(row) for row in sheet.iter_rows(values_only=True)]
    head = next(number for number, row in enumerate(values) if row[0] == "rank")
    body = pd.DataFrame(values[head + 1 :], columns=values[head])
    return body.loc[:, body.columns.notna()].set_index("place id")


def input_cells(path, label):
    """Cells right of an English label at the top of the sheet."""
    sheet = openpyxl.load_workbook(path)["programme-5"]
    named = [cell for row in sheet.iter_rows() for cell in row if str(cell.value).endswith(f" / {label}")]
    (cell,) = named
    beside = sheet[cell.row][cell.column :]
    return [found.coordinate for found in beside if found.value is not None]


def test_scores_are_the_weighted_geometric_mean(region, element, computed, tmp_path):
    found = rows(computed(write(region, [element], tmp_path))["programme-5"])
    scores = found["score from 0 to 1"]
    assert scores["best"] == pytest.approx(1)
    assert scores["middle"] == pytest.approx(MIDDLE)
    assert scores["worst"] == pytest.approx(0.01)
    assert found["coverage: share of the weights with data"].tolist() == pytest.approx([1, 1, 1, 0.4])
    assert found.loc["unknown", ["rank", "score from 0 to 1"]].isna().all()
    assert found["rank"].dropna().to_dict() == {"best": 1, "middle": 2, "worst": 3}


def test_fund_is_halved_and_shared_by_population_times_score(region, element, computed, tmp_path):
    share = rows(computed(write(region, [element], tmp_path))["programme-5"])["share of the fund, %"]
    best, middle = 100 * 1, 200 * MIDDLE
    assert share["best"] == pytest.approx(50 * best / (best + middle))
    assert share["middle"] == pytest.approx(50 * middle / (best + middle))
    assert share["worst"] == pytest.approx(50)


def test_changed_weights_and_least_coverage_move_the_ranks(region, element, computed, tmp_path):
    path = write(region, [element], tmp_path)
    weights = input_cells(path, "weight")
    (least,) = input_cells(path, "least coverage for a score")
    changes = [("programme-5", cell, value) for cell, value in zip(weights, (1, 3), strict=True)]
    found = rows(computed(path, [*changes, ("programme-5", least, 0.7)])["programme-5"])
    assert found.loc["unknown", "score from 0 to 1"] == pytest.approx(1)
    assert found.loc["unknown", "coverage: share of the weights with data"] == pytest.approx(0.75)
    assert found["rank"].to_dict() == {"best": 1, "unknown": 1, "middle": 3, "worst": 4}


def test_turned_sign_mirrors_the_criterion(region, element, computed, tmp_path):
    path = write(region, [element], tmp_path)
    first, _ = input_cells(path, "sign: 1 – more is better, -1 – less is better")
    found = rows(computed(path, [("programme-5", first, 1)])["programme-5"])
    assert found.loc["best", "score from 0 to 1"] == pytest.approx(0.01**0.6)
    assert found.loc["worst", "score from 0 to 1"] == pytest.approx(0.01**0.4)


def test_goalposts_bound_the_scale_and_can_be_changed(region, element, computed, tmp_path):
    criteria = tuple(
        dataclasses.replace(one, goalposts=ends, transformation=way)
        for one, ends, way in zip(
            element.criteria.indicators, ((0.0, 40.0), (1.0, 9.0)), ("none", "log1p"), strict=True
        )
    )
    own = dataclasses.replace(element, criteria=framework.Framework(criteria))
    path = write(region, [own], tmp_path)
    found = rows(computed(path)["programme-5"])["score from 0 to 1"]
    # Distances 10, 20, 30 of 0 to 40, less is better; the other by ln(1 + x / 0.9) from 1 to 9.
    near = [1.01 - (0.01 + 0.99 * share) for share in (0.25, 0.5, 0.75)]
    low, high = math.log1p(1 / 0.9), math.log1p(10)
    rich = [0.01 + 0.99 * (math.log1p(x / 0.9) - low) / (high - low) for x in (7, 5, 3)]
    expected = [a**0.6 * b**0.4 for a, b in zip(near, rich, strict=True)]
    assert found[["best", "middle", "worst"]].tolist() == pytest.approx(expected)
    (moved, _) = input_cells(path, "upper goalpost; empty: the greatest value")
    wider = rows(computed(path, [("programme-5", moved, 20)])["programme-5"])["score from 0 to 1"]
    assert wider["worst"] == pytest.approx(0.01**0.6 * rich[2] ** 0.4)


def test_same_elements_same_bytes_and_titles_stay_texts(region, element, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    written = [write(region, [element], folder).read_bytes() for folder in (first, second)]
    assert written[0] == written[1]
    index = openpyxl.load_workbook(first / "candidate_sites.xlsx")["index"]
    assert [cell.value for cell in index[1]] == ["programme-5", "Фонд", "=Fund"]
    assert index["C1"].data_type == "s"


def test_stored_values_are_those_of_the_formulas(region, element, computed, tmp_path):
    path = write(region, [element], tmp_path)
    stored = rows(openpyxl.load_workbook(path, data_only=True)["programme-5"])
    found = rows(computed(path)["programme-5"])
    for name in found.columns.drop(["name in Russian", "name in English", "country"]):
        same = [pd.to_numeric(frame[name], errors="coerce").astype(float) for frame in (stored, found)]
        pd.testing.assert_series_equal(*same, atol=1e-4)  # shares have 4 decimals


def test_recalculated_workbook_equals_the_layers(atlas, computed):
    book = computed(atlas / "tables" / "candidate_sites.xlsx")
    sites = store.read_layer(atlas / "borderzone.gpkg", "candidate_sites")
    terms = store.read_layer(atlas / "borderzone.gpkg", "candidate_terms")
    criteria = store.read_layer(atlas / "borderzone.gpkg", "candidate_criteria")
    criteria = criteria.set_index("family")["indicator"]
    assert book.sheetnames[1:] == sorted(sites["programme_id"].unique())
    for name, own in sites.groupby("programme_id"):
        found, table = rows(book[name]), own.set_index("place_id")
        assert list(found.index) == list(table.index)
        assert found["score from 0 to 1"].tolist() == pytest.approx(table["score"].tolist(), abs=1e-6)
        assert found["rank"].tolist() == table["rank"].tolist()
        assert found["coverage: share of the weights with data"].tolist() == pytest.approx(
            table["coverage"].tolist(), abs=1e-4
        )
        if table["share_pct"].notna().any():
            assert found["share of the fund, %"].tolist() == pytest.approx(
                table["share_pct"].tolist(), abs=1e-4
            )
        for block in ("normalised", "contribution"):
            shown = found.filter(regex=f"^{block}: ").to_numpy(dtype=float)
            held = terms[terms["programme_id"] == name].pivot_table(
                index="site_id", columns="indicator", values=block
            )
            ordered = held.loc[table["site_id"], criteria.loc[name].tolist()]
            np.testing.assert_allclose(shown, ordered.to_numpy(), atol=1e-6)
