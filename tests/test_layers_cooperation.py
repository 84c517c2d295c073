"""Links, zones and the programme: where they stand, how they are counted, what is refused."""

import functools

import pandas as pd
import pytest
import regions
import shapely

from geo import errors
from layers.base import boundaries, cooperation
from layers.dictionary import catalogue, units
from layers.io import contracts


@functools.cache
def districts():
    return boundaries.districts(regions.RUSSIA_BELARUS).set_index("unit_id").geometry


@functools.cache
def layer(kind):
    read = {"link": cooperation.links, "zone": cooperation.zones, "programme": cooperation.programme}[kind]
    return read(regions.RUSSIA_BELARUS)


@pytest.mark.parametrize("kind", cooperation.KINDS)
def test_every_settlement_lies_in_the_district_it_is_said_to(region, kind):
    ends = cooperation.ends(region, kind)
    inside = ends[ends["unit_id"].isin(districts().index)]
    assert len(inside)
    assert (
        districts().loc[inside["unit_id"]].reset_index(drop=True).contains(inside.geometry, align=False)
    ).all()


@pytest.mark.parametrize("kind", ["link", "zone"])
def test_links_and_zones_have_one_type_of_geometry_with_a_point_for_each_place(kind):
    frame = layer(kind)
    assert set(frame.geom_type) == {"MultiPoint"}
    assert frame.crs.to_epsg() == 4326
    assert shapely.get_num_geometries(frame.geometry.to_numpy()).tolist() == [
        len(row.split()) for row in frame["places"]
    ]
    assert frame[f"{kind}_id"].is_monotonic_increasing


@pytest.mark.parametrize("kind", cooperation.KINDS)
def test_every_feature_tells_its_evidence_in_three_languages(region, kind):
    frame = layer(kind)
    known = set(catalogue.sources(region).index)
    assert all(set(ids.split()) <= known and ids for ids in frame["source_ids"])
    for column in (
        "title_ru",
        "title_en",
        "title_be",
        "type",
        "partner_side",
        "date",
        "accuracy",
        "confidence",
    ):
        assert (frame[column] != "").all()
    for vocabulary, column in ((f"{kind}_type", "type"), ("accuracy", "accuracy"), ("state", "state")):
        assert set(frame[column]) <= set(catalogue.vocabulary(region, vocabulary))


def test_links_of_the_paired_districts_are_those_of_the_sources(region):
    # By hand from the sources: a joint celebration, cooperation of the districts, one company in Rudnya.
    counted = cooperation.counts(region, "district")
    assert counted["RU-SMO-rudnyansky"] == 3
    concerned = cooperation.concerned(region)
    links = cooperation.features(region, "link").index
    assert {link for link in links if "RU-SMO-rudnyansky" in concerned[link]} == {
        "link-rudnya-liozno",
        "link-rudnya-liozno-unity-day",
        "link-belpromvest",
    }


def test_what_is_known_to_the_oblast_is_not_spread_over_its_districts(region):
    located = cooperation.features(region, "link")["unit_ids"].str.split()
    assert sum("RU-BRY" in ids for ids in located) == 10
    counted = cooperation.counts(region, "district")
    bryansk = counted[counted.index.str.startswith("RU-BRY")]
    assert bryansk[bryansk > 0].to_dict() == {"RU-BRY-klintsy-city": 1, "RU-BRY-zlynkovsky": 1}


def test_a_link_counts_once_for_an_oblast_and_the_border_for_none(region):
    links = cooperation.features(region, "link")["unit_ids"].str.split()
    parents = units.of_level(region, "district")["parent_id"]
    expected = dict.fromkeys(units.of_level(region, "oblast").index, 0)
    for ids in links:
        for oblast in {parents.get(unit, unit) for unit in ids} & set(expected):
            expected[oblast] += 1
    assert cooperation.counts(region, "oblast").to_dict() == expected


def test_largest_employers_of_towns_are_not_cooperation(region):
    # Rows 53 to 75 of the collected sites name employers without any cross-border tie.
    employers = {f"zones_and_sites:{row}" for row in range(53, 76)}
    for kind in cooperation.KINDS:
        origins = set(" ".join(cooperation.features(region, kind)["origin"]).split())
        assert not origins & employers


def test_programme_has_the_seven_elements_where_they_belong(region):
    frame = layer("programme").set_index("programme_id")
    assert frame["unit_ids"].to_dict() == {
        "programme-1": "BY-VI-lioznensky RU-SMO-rudnyansky",
        "programme-2": "BY-HO-gomelsky RU-BRY-bryansk-city",
        "programme-3": "BY-MA-goretsky RU-SMO-krasninsky RU-SMO-monastyrshchinsky",
        "programme-4": "BY-VI-polotsky RU-PSK-nevelsky",
        "programme-5": "BY-HO BY-MA BY-VI RU-BRY RU-PSK RU-SMO",
        "programme-6": "RU~BY",
        "programme-7": "RU-SMO-smolensk-city",
    }
    border = boundaries.border(region).geometry.union_all()
    assert frame.geometry["programme-6"].equals_exact(shapely.normalize(shapely.line_merge(border)), 1e-9)
    zone = frame.geometry["programme-5"]
    assert zone.area == pytest.approx(shapely.area(districts().to_numpy()).sum())


def test_agro_towns_stand_on_the_districts_that_share_the_border_with_gorki(region):
    pairs = boundaries.district_pairs(region)
    neighbours = set(pairs[pairs["unit_id_b"] == "BY-MA-goretsky"]["unit_id_a"])
    named = set(layer("programme").set_index("programme_id").loc["programme-3", "unit_ids"].split())
    assert named == neighbours | {"BY-MA-goretsky"}


def test_special_regimes_cover_the_documented_districts(region):
    zones = cooperation.features(region, "zone")
    assert len(zones.loc["zone-decree-235", "unit_ids"].split()) == 7
    assert set(zones.loc["zone-fez-vitebsk", "unit_ids"].split()) == {
        "BY-VI-vitebsky",
        "BY-VI-orshansky",
        "BY-VI-polotsky",
        "BY-VI-postavsky",
    }


def test_unknown_places_types_and_sources_are_one_line_each(region):
    table = region.table("links.csv")
    table.loc[0, "places"] = "RU-SMO atlantis"
    table.loc[1, "type"] = "friendship"
    table.loc[2, "source_ids"] = ""
    table.loc[3, "date"] = "soon"
    schema = cooperation._features(region, "link", cooperation._places_and_units(region).index)
    with pytest.raises(errors.InputError) as caught:
        contracts.check(table, schema, file="links.csv")
    assert [line.split("; expected")[0] for line in caught.value.findings] == [
        "links.csv: row 2: places = 'RU-SMO atlantis'",
        "links.csv: row 3: type = 'friendship'",
        "links.csv: row 4: source_ids = ''",
        "links.csv: row 5: date = 'soon'",
    ]


def test_reading_twice_gives_the_same_and_no_shared_state(region):
    first = cooperation.features(region, "link")
    first["type"] = "changed"
    assert "changed" not in set(cooperation.features(region, "link")["type"])
    assert isinstance(first, pd.DataFrame)
