"""A region is a folder, read into one object that keeps what was read of it and nothing of another."""

import pathlib

import pydantic
import pytest
import regions

import layers.region
from geo import errors
from layers import embedded
from layers.dictionary import units


def test_a_region_is_named_as_an_embedded_one_or_by_its_folder(tmp_path):
    own = regions.copy(tmp_path)
    assert embedded.folder(embedded.names()[0]) == regions.FOLDER
    assert embedded.folder(str(own)) == own
    with pytest.raises(errors.InputError, match=r"nowhere: no region; expected russia_belarus"):
        embedded.folder("nowhere")


def test_a_copied_region_is_the_same(region, tmp_path):
    own = layers.region.load(regions.copy(tmp_path))
    assert own.model_dump() == region.model_dump()
    assert own.folder != region.folder
    assert units.load(own).equals(units.load(region))


def test_all_faults_of_the_file_come_at_once(tmp_path):
    own = regions.copy(tmp_path)
    text = regions.TOML.read_text(encoding="utf-8")
    wrong = text.replace("cell_m = 1000", "cell_m = -5").replace("listed = 1", "listd = 1")
    (own / "region.toml").write_text(wrong, encoding="utf-8")
    with pytest.raises(errors.InputError) as caught:
        layers.region.load(own)
    assert sorted(caught.value.findings) == [
        "region.toml: analysis.cell_m = -5: expected to be greater than 0",
        "region.toml: listd: is unknown; expected a key that an embedded region has",
        "region.toml: listed: is missing; expected a value",
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            'languages = ["ru", "en", "be"]',
            'languages = ["ru", "en", "en"]',
            "languages = ['ru', 'en', 'en']: exp",
        ),
        ('latin = "en"', 'latin = "de"', "latin = 'de'; expected one of languages"),
        ('countries = ["RU", "BY"]', 'countries = ["RU", "RU"]', "countries = ['RU', 'RU']: expected each"),
        ('id = "russia_belarus"', 'id = "../mine"', "id = '../mine': expected to match"),
        ('PROJCRS["WGS', 'NOCRS["WGS', "working_crs = 'NOCRS["),
        ('natural origin", 54', 'natural origin", 120', "working_crs = 'PROJCRS["),
        ("cell_m = 1000", "cell_m = inf", "analysis.cell_m = inf: expected to be a finite number"),
        ("band_edges_km = [0,", "band_edges_km = [", "analysis: band_edges_km begins with 15; expected 0"),
        ("isochrone_min = [", "isochrone_min = [500, ", "analysis.isochrone_min = [500, 15"),
        ("betas = [1, 1.5, 2]", "betas = []", "intensity.betas = []: expected to have at least 1 item"),
        ("top = { oblast = 2, ", "top = { ", "intensity.top = {'oblast_pair': 2, "),
        (
            'osm_relation = { pattern = "[0-9]+"',
            'osm_relation = { pattern = "[0-9"',
            "codes.osm_relation.patt",
        ),
    ],
)
def test_each_fault_is_one_line_that_names_its_key(tmp_path, old, new, told):
    with pytest.raises(errors.InputError) as caught:
        regions.changed(tmp_path, "region.toml", old, new)
    (line,) = caught.value.findings
    assert line.startswith(f"region.toml: {told}")
    assert "\n" not in line


def test_a_folder_without_the_file_is_one_line(tmp_path):
    with pytest.raises(errors.InputError) as caught:
        layers.region.load(tmp_path)
    assert caught.value.findings == (f"region.toml: file is missing in {tmp_path}",)


def test_a_region_cannot_be_changed(region):
    with pytest.raises(pydantic.ValidationError):
        region.countries = ("XX", "YY")


def test_what_is_read_once_is_kept_by_its_region_alone(tmp_path):
    asked: list[tuple[pathlib.Path, str]] = []

    @layers.region.remembered
    def read(region, name, *, ending="csv"):
        asked.append((region.folder, f"{name}.{ending}"))
        return len(asked)

    first, second = (layers.region.load(regions.copy(tmp_path / name)) for name in ("first", "second"))
    assert [read(first, "a"), read(first, "a"), read(second, "a"), read(first, "b")] == [1, 1, 2, 3]
    assert read(first, "a", ending="toml") == 4
    # Other files are another region.
    assert read(first.at(first.folder, snapshot=tmp_path), "a") == 5
    assert [folder for folder, _ in asked].count(second.folder) == 1
