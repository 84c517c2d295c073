"""What is known of real places beforehand, held against the atlas of the first embedded region."""

import numpy as np
import pytest

from geo.network import routing
from layers.io import store


@pytest.fixture(scope="module")
def stage(atlas):
    """Read a layer as its step made it."""

    def read(name):
        return store.read_layer(atlas.with_name("atlas-stages") / f"{name}.gpkg", name)

    return read


def test_what_no_road_of_its_side_reaches_is_in_no_catchment(roads_of_atlas):
    """The exclave Sankovo-Medvezhye, 4.75 km² of Russia inside the oblast of Gomel, has no road."""
    attached = roads_of_atlas
    on = attached.cells
    exclave = on.frame[(on.frame["side"] == "RU") & (on.frame["part"] > 0)]
    assert exclave["area_km2"].sum() == pytest.approx(4.75, abs=0.05)
    assert np.isinf(exclave["road_km"]).all()
    reached = next(routing.trees(attached, ["BY-HO-dobrushsky"])).minutes[attached.pieces]
    assert np.isinf(reached[exclave.index]).all()


def test_the_border_costs_the_wait_where_the_way_is_the_same(stage):
    """Bryansk – Mogilev: one crossing of unknown state, whose wait is 5 or 10 minutes, and no detour."""
    cost_min = (
        stage("corridor_bands").query("border == 'kept'").groupby("corridor_id")["border_cost_min"].first()
    )
    assert 4 <= cost_min["RU-BRY-bryansk-city~BY-MA-mogilevsky"] <= 11


def test_the_paired_districts(stage):
    """Two of the 27 road crossings and one of the 7 rail crossings are on either pair's border.

    Lengths of the shared border, 86.4 and 65.8 km, are documented with the sources.
    """
    table = stage("district_pair_reach").set_index("pair_id")
    first = table.loc["RU-SMO-rudnyansky~BY-VI-lioznensky"]
    second = table.loc["RU-SMO-krasninsky~BY-VI-dubrovensky"]
    for pair, border_km in ((first, 86.4), (second, 65.8)):
        assert (pair["road_crossings"], pair["rail_crossings"]) == (2, 1)
        assert pair["permeability_km"] == pytest.approx(border_km / 2, rel=0.15)
    assert first["centres_crossing_ids"] == "R3"
