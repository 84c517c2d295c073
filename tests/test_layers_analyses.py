"""Surfaces, corridors, catchments and what-if of the study area: what must hold whatever the figures are."""

import dataclasses

import networkx
import numpy as np
import pandas as pd
import pytest
import rasterio
import regions

from geo import crs, errors
from geo.network import access, lattice, routes, routing, scenario
from geo.network import graph as network_of
from geo.raster import grid
from geo.reach import catchment
from layers.analysis import catchments, centre_times, corridors, network, proximity, surfaces, whatif
from layers.io import rasters


@pytest.fixture(scope="module")
def region(tiny_whole):
    return tiny_whole


@pytest.fixture(scope="module")
def units(region):
    """Two districts that face each other, with their countries."""
    return dict(zip(region.paired_districts[0], region.countries, strict=True))


@pytest.fixture(scope="module")
def places(units):
    """Two districts, and a crossing that is open."""
    return {**units, "R1": ""}


@pytest.fixture(scope="module")
def layers(region):
    return proximity.frames(region)


@pytest.fixture(scope="module")
def attached(roads_of_tiny):
    return roads_of_tiny


@pytest.fixture(scope="module")
def ground(region, layers):
    return surfaces.population_grid(region, layers)


@pytest.fixture(scope="module")
def on_roads(ground, attached):
    return surfaces.on_roads(ground, attached)


@pytest.fixture(scope="module")
def bands(region, attached, ground):
    return corridors.bands(region, attached, ground)


@pytest.fixture(scope="module")
def sealed(region, layers):
    """The scenario in which every road crossing is closed."""
    closed = dict.fromkeys(network.crossings(region, layers, "road").index, "closed")
    return dataclasses.replace(network.base_scenario(layers), states=closed)


def test_population_is_kept_to_the_person(layers, ground):
    kept = ground.people.groupby("unit_id")["persons"].sum()
    assert kept.to_dict() == surfaces.totals(layers).astype(int).to_dict()
    assert ground.persons[ground.land == 0].sum() == 0


def test_no_way_over_a_border_without_open_crossings(region, layers, attached, sealed):
    centres = network.centres(region, layers)["side"]
    first, second = region.countries
    own = centres.index[centres == first].tolist()
    on = attached.cells
    reached = catchment.nearest(access.under(attached, sealed), on, own)["travel_min"]
    by_country = np.isfinite(reached).groupby(on.frame["side"], observed=True).sum()
    assert by_country[first] > 1_000
    assert by_country[second] == 0


def test_times_between_centres_are_a_metric(region, layers, attached):
    """No centre on the way makes a trip shorter: the triangle holds for all three of them."""
    ids = network.centres(region, layers).index.tolist()
    minutes = routing.times(attached, origins=ids, destinations=ids).to_numpy()
    assert np.isfinite(minutes).all()
    np.testing.assert_allclose(minutes, minutes.T, atol=1e-9)
    for middle in range(len(ids)):
        assert (minutes <= minutes[:, [middle]] + minutes[[middle], :] + 1e-9).all()


def test_times_of_centres_are_those_that_networkx_finds(attached, units):
    """Both on one graph; from two centres to all others."""
    frames = (attached.network.edges, network_of.passable_gates(attached.network), attached.ways)
    minutes = (
        frames[0]["travel_min"],
        frames[1]["delay_min"],
        frames[2]["km"] * attached.rule.detour_factor / attached.rule.speed_kmh * 60,
    )
    graph = networkx.Graph()
    steps, first = attached.cells.steps, attached.pieces.start
    for step, (down, across) in enumerate(lattice.STEPS):
        pieces = np.flatnonzero(steps.open >> step & 1)
        ends = steps.piece[steps.cell[pieces] + down * steps.columns + across]
        step_min = (
            float(np.hypot(down, across)) * attached.rule.min_per_km * attached.cells.grid.cell_m / 1_000
        )
        graph.add_weighted_edges_from(
            (first + a, first + b, step_min) for a, b in zip(pieces, ends, strict=True)
        )
    for frame, taken in zip(frames, minutes, strict=True):
        arcs = pd.DataFrame({"u": frame["node_a"], "v": frame["node_b"], "minutes": taken.to_numpy()})
        for u, v, arc_min in arcs.itertuples(index=False, name=None):
            if not graph.has_edge(u, v) or graph[u][v]["weight"] > arc_min:
                graph.add_edge(u, v, weight=arc_min)
    centres = [place for place in attached.terminals.index if str(place).count("-") == 2 and "/" not in place]
    for start in units:
        found = routing.times(attached, origins=[start], destinations=centres).loc[start]
        judged = networkx.single_source_dijkstra_path_length(graph, attached.terminals.loc[start, "node"])
        expected = [judged[attached.terminals.loc[unit, "node"]] for unit in centres]
        np.testing.assert_allclose(found, expected, atol=1e-6)


def test_domestic_trips_are_told_both_ways(region, layers, attached):
    table = centre_times.times(region, layers, attached)
    assert len(table) == 14 * 13
    home = table["from_id"].str[:2] == table["to_id"].str[:2]
    assert (table["domestic_min"].notna() == home).all()
    assert (table["domestic_min"] >= table["travel_min"])[home].all()
    abroad = home & (table["crossing_ids"] != "")
    assert (table["domestic_min"] > table["travel_min"])[abroad].all()
    assert (table["domestic_min"] == table["travel_min"])[home & ~abroad].all()
    assert (table["crossing_ids"] != "")[~home].all()
    best = routes.routes(attached, list(zip(table["from_id"], table["to_id"], strict=True))[:3])
    np.testing.assert_allclose(table["travel_min"].head(3), best["travel_min"], atol=1e-3)
    np.testing.assert_allclose(table["way_km"].head(3), best["length_km"], atol=1e-3)


def test_the_grid_and_the_graph_agree_on_the_corridors(region, layers, attached, ground, bands):
    best = (
        corridors.lines(region, layers, attached, ground).query("choice == 'best'").set_index("corridor_id")
    )
    on_grid = bands.query("border == 'kept'").groupby("corridor_id")["least_min"].first()
    assert len(on_grid) == len(corridors.pairs(region))
    off_min = (on_grid - best["travel_min"]).abs()
    assert (off_min <= np.maximum(2, 0.03 * best["travel_min"])).all()


def test_stated_lengths_and_areas_are_those_drawn(region, layers, attached, ground, bands, on_roads, places):
    lines = corridors.lines(region, layers, attached, ground)
    np.testing.assert_allclose(lines["length_km"], crs.geodesic_length_km(lines.geometry), atol=0.051)
    assert (lines["way_km"] >= lines["length_km"] - 0.1).all()
    found = catchments.isochrones(region, layers, attached, *on_roads, places)
    for areas in (bands, found, catchments.service_areas(region, layers, attached, *on_roads)):
        np.testing.assert_allclose(areas["area_km2"], areas.area / 1e6, atol=0.00051)
        np.testing.assert_allclose(
            areas["area_km2"], crs.geodesic_area_km2(areas.geometry), rtol=2e-3, atol=0.01
        )


def test_corridor_bands_nest_and_the_border_never_helps(bands):
    for _, own in bands.groupby(["corridor_id", "border"]):
        ordered = own.sort_values("over_pct")
        assert ordered["area_km2"].is_monotonic_increasing
        assert ordered["population"].is_monotonic_increasing
    least = bands.pivot_table(index="corridor_id", columns="border", values="least_min", aggfunc="first")
    assert (least["kept"] >= least["ignored"]).all()


def test_isochrones_grow_with_time_and_tell_home_from_abroad(region, layers, attached, on_roads, places):
    found = catchments.isochrones(region, layers, attached, *on_roads, places)
    for _, own in found.groupby(["place_id", "country"]):
        assert own["area_km2"].is_monotonic_increasing
        assert own["population"].is_monotonic_increasing
        assert own["settlements"].is_monotonic_increasing
    kinds = found.groupby("place_id")["kind"].agg(set)
    assert kinds["R1"] == {"both"}
    assert all(kinds[unit] == {"domestic", "foreign"} for unit, country in places.items() if country)


def test_service_areas_partition_the_zone(region, layers, attached, on_roads, ground):
    found = catchments.service_areas(region, layers, attached, *on_roads)
    zone_km2 = ground.sides.area.sum() / 1e6
    for border, own in found.groupby("border"):
        assert own.area.sum() / 1e6 == pytest.approx(zone_km2, rel=1e-6), border
        assert own["population"].sum() == ground.persons.sum(), border
    assert set(found.query("border == 'kept'")["kind"]) - {"unreached"} == {"domestic"}
    unreached = found[found["kind"] == "unreached"]
    assert (unreached["unit_id"] == "").all()
    assert unreached["population"].sum() < 0.001 * ground.persons.sum()


def test_closing_every_crossing_leaves_nobody_abroad(region, layers, on_roads, attached, sealed, units):
    attached = access.under(attached, sealed)
    found = catchments.isochrones(region, layers, attached, *on_roads, units)
    assert set(found["kind"]) == {"domestic"}
    of_units = whatif.of_units(region, layers, attached)
    assert of_units[["crossing_min", "partner_centre_min"]].isna().all(axis=None)
    assert corridors._bands_over(
        region, attached, surfaces.population_grid(region, layers).people, corridors.pairs(region)
    ).empty
    shut = whatif.of_corridors(region, layers, attached)
    assert shut["travel_min"].isna().all()
    assert not shut.is_empty.any()


def test_a_scenario_without_change_is_the_base(region, layers, attached):
    none = pd.DataFrame(
        {"scenario_id": ["same"], "crossing_id": "R1", "state": "open", "delay_min": "5"}
    ).assign(edge_class="", speed_kmh="", against="")
    found = whatif.differences(region, layers, none, attached)
    assert (found["scenario_units"].filter(like="change_").fillna(0) == 0).all(axis=None)
    assert (found["scenario_corridors"].filter(like="change_").fillna(0) == 0).all(axis=None)


def test_opening_a_crossing_only_helps(region, layers, attached):
    """Closed for the scenario that it is compared with, open in this one: nothing gets longer."""
    rows = [("shut", "R1", "closed", ""), ("open", "R1", "open", "shut")]
    table = pd.DataFrame(rows, columns=["scenario_id", "crossing_id", "state", "against"])
    found = whatif.differences(
        region, layers, table.assign(delay_min="", edge_class="", speed_kmh=""), attached
    )
    for name, column in (("scenario_units", "partner_centre_min"), ("scenario_corridors", "travel_min")):
        shut, opened = (found[name][found[name]["scenario_id"] == one] for one in ("shut", "open"))
        change = opened[f"change_{column}"].to_numpy()
        assert (change <= 0).all()
        assert (change < -1).any()
        np.testing.assert_allclose(change, -shut[f"change_{column}"].to_numpy())
    assert set(found["scenario_units"]["level"]) == {"district", "oblast"}


def test_a_later_row_overrules_an_earlier_one(region, layers):
    rows = [("mixed", "R2", "closed"), ("mixed", "*", "open"), ("mixed", "R2", "closed")]
    table = pd.DataFrame(rows, columns=["scenario_id", "crossing_id", "state"])
    built = whatif.build(region, layers, table.assign(delay_min="", edge_class="", speed_kmh="", against=""))
    states = built["mixed"].states
    assert states["R2"] == "closed"
    assert states["R1"] == "open"


def test_scenarios_name_known_crossings(region, layers, attached):
    wrong = scenario.Scenario(states={"R99": "closed"})
    with pytest.raises(errors.InputError, match="R99"):
        access.under(attached, wrong)
    for change in whatif.build(region, layers, whatif.scenarios(region)).values():
        access.under(attached, change)


def test_a_scenario_table_is_checked(tmp_path):
    header = "scenario_id,crossing_id,state,delay_min,edge_class,speed_kmh,against,title_ru,title_en,title_be"
    rows = (
        *("x,R1,ajar,,,,,а,a,а", "y,R1,,-5,,,,б,b,б", "y,R2,closed,,,,z,б,b,б", "w,R1,open,,,,w,в,c,в"),
        *("v,*unkown,closed,,,,,г,d,г", "v,R1,,,,,,г,d,г", "v,,,,access,,,г,d,г", "v,,,,,,,г,d,г"),
        "l'ete,R1,open,,,,,д,e,д",
    )
    wrong = regions.with_tables(tmp_path, scenarios="\n".join([header, *rows]) + "\n")
    with pytest.raises(errors.InputError) as caught:
        whatif.scenarios(wrong)
    told = "\n".join(caught.value.findings)
    expected = (
        *("row 2: state = 'ajar'", "row 3: delay_min = '-5'", "row 4: against = 'z'"),
        *("row 5: against = 'w'", "the same in all rows of y"),
        "row 6: crossing_id = '*unkown'; expected an id, * or * with one of",
        "row 7: crossing_id = 'R1'; expected a crossing with a new state or delay",
        "row 8: edge_class = 'access'; expected a class with a new speed",
        "row 9: scenario_id = 'v'; expected a row that changes a crossing or a class",
        'row 10: scenario_id = "l\'ete"; expected lower-case letters, digits and _',
    )
    for part in expected:
        assert part in told, (part, told)


def test_catchment_rates_stay_within_supply(region, layers, attached):
    table = catchments.centre_access(region, layers, attached)
    assert (table.dropna() >= 0).all(axis=None)
    assert table.notna().all(axis=None)
    people = surfaces.totals(layers)
    served = (table["centres_per_100k"] * people.astype(float) / 100_000).sum()
    assert served == pytest.approx(len(network.centres(region, layers)), rel=0.01)


def on(rows, columns):
    return grid.Grid(0.0, rows * 100.0, 100.0, rows, columns, regions.RUSSIA_BELARUS.crs)


def test_a_raster_comes_back_as_written_with_its_unit(tmp_path):
    values = np.arange(12.0).reshape(3, 4)
    values[1, 1] = np.inf
    path = tmp_path / "minutes.tif"
    rasters.write(path, on(3, 4), values, unit="min", about={"ABOUT": "test"})
    where, read = rasters.read(path)
    assert where == on(3, 4)
    assert np.isnan(read[1, 1])
    np.testing.assert_allclose(np.delete(read.ravel(), 5), np.delete(values.ravel(), 5))
    with rasterio.open(path) as source:
        assert source.units == ("min",)
    first = path.read_bytes()
    rasters.write(path, on(3, 4), values, unit="min", about={"ABOUT": "test"})
    assert path.read_bytes() == first


def test_masked_counts_have_no_value_and_a_nought_stays_one(tmp_path):
    counts = np.ma.masked_array([[0, 5, 7], [0, 0, -1]], [[1, 0, 0], [0, 1, 0]])
    rasters.write(tmp_path / "n.tif", on(2, 3), counts, unit="persons", about={})
    _, read = rasters.read(tmp_path / "n.tif")
    np.testing.assert_array_equal(read, [[np.nan, 5, 7], [0, np.nan, -1]])
    with rasterio.open(tmp_path / "n.tif") as source:
        assert source.dtypes == ("int32",)


def test_rasters_refuse_another_shape_and_missing_files(tmp_path):
    with pytest.raises(errors.InputError, match="shape"):
        rasters.write(tmp_path / "x.tif", on(3, 4), np.zeros((2, 2)), unit="", about={})
    with pytest.raises(errors.InputError, match=r"none\.tif"):
        rasters.read(tmp_path / "none.tif")
