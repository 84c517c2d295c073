"""A synthetic zone of two countries: figures by hand, and a mirrored zone has mirrored figures and scores."""

import dataclasses

import hypothesis
import numpy as np
import pandas as pd
import pytest
from hypothesis import strategies as st

from geo.flows import interaction
from geo.scores import composite, framework, normalise, uncertainty
from layers.intensity import potential

FIGURES = ("gravity_b1_5_foreign", "accessibility_foreign", "population_60min_foreign", "crossing_min")


@dataclasses.dataclass(frozen=True)
class Zone:
    """Districts on a line, the border between them, and crossings as (minutes of each, left, right)."""

    ground: potential.Times
    pairs: pd.DataFrame
    border_km: pd.Series


def zone(places, persons, crossing_min, sides, border_km):
    """Districts by name at minutes along a road; travel takes the difference, a km a minute."""
    spot, people, side = (pd.Series(one) for one in (places, persons, sides))
    minutes = (spot.to_numpy()[:, None] - spot.to_numpy()[None, :]).__abs__() * 1.0
    times = pd.DataFrame(minutes, index=spot.index, columns=spot.index)
    reach = interaction.Reach(times, people, side, side)
    first, second = sorted(set(sides.values()))
    ends = [(a, b) for a in spot.index for b in spot.index if side[a] == first and side[b] == second]
    pairs = pd.DataFrame(ends, columns=["a", "b"])
    pairs = pairs.set_axis(pairs["a"] + "~" + pairs["b"])
    crossings = pairs.iloc[: crossing_min.shape[1]].rename(columns={"a": "unit_id_a", "b": "unit_id_b"})
    return Zone(
        potential.Times(
            centres=reach,
            people=reach,
            straight_km=times / 2,
            home=pd.Series(spot.index, index=spot.index),
            crossing_min=pd.DataFrame(crossing_min, index=spot.index, columns=crossings.index),
            crossings=crossings,
        ),
        pairs,
        pd.Series(border_km),
    )


def units(region, of):
    own = pd.Series(of.ground.population.index, index=of.ground.population.index)
    return potential.of_units(region, of.ground, own, border_km=of.border_km), own


def test_nearest_centres_and_crossings_by_hand(region):
    places = {"a": 0, "b": 40, "c": 40, "y": 100, "z": 130}
    minutes = np.array([[60.0, 61], [30, 59], [0, 60], [45, np.inf], [61, 90]])
    found, _ = units(
        region,
        zone(
            places,
            dict.fromkeys(places, 10),
            minutes,
            {"a": "L", "b": "L", "c": "L", "y": "R", "z": "R"},
            {"c": 50.0, "y": 50.0},
        ),
    )
    # An hour includes its last minute.
    assert found["crossings_60min_count"].to_dict() == {"a": 1, "b": 2, "c": 2, "y": 1, "z": 0}
    assert found["crossing_min"].to_dict() == {"a": 60, "b": 30, "c": 0, "y": 45, "z": 61}
    # The nearest centre is another one, be it in the same spot.
    assert found["centre_min_domestic"].to_dict() == {"a": 40, "b": 0, "c": 0, "y": 30, "z": 30}
    assert found["centre_min_foreign"].to_dict() == {"a": 100, "b": 60, "c": 60, "y": 60, "z": 90}
    assert found["population_60min_foreign"].to_dict() == {"a": 0, "b": 10, "c": 10, "y": 20, "z": 0}


def mirrored(name):
    return {"L": "R", "R": "L"}[name[0]] + name[1:]


def scored(found):
    indicators = framework.Framework(
        tuple(
            framework.Indicator(
                name, 0.25, polarity=-1 if name.endswith("_min") else 1, transformation="log1p"
            )
            for name in FIGURES
        )
    )
    doubt = uncertainty.Doubt(draws=40)
    return uncertainty.draw(found, indicators, method=composite.Method(), doubt=doubt).summary(top=(2,))


@hypothesis.given(st.integers(0, 10_000))
@hypothesis.settings(max_examples=6)
def test_a_mirrored_zone_mirrors_figures_scores_and_ranks(region, seed):
    random = np.random.default_rng(seed)
    names = [f"L{k}" for k in range(4)] + [f"R{k}" for k in range(3)]
    places = dict(zip(names, random.integers(0, 200, 7).tolist(), strict=True))
    persons = dict(zip(names, random.integers(1, 90, 7).tolist(), strict=True))
    crossing_min = random.integers(0, 120, (7, 2)).astype(float)
    here = zone(places, persons, crossing_min, {name: name[0] for name in names}, dict.fromkeys(names, 10.0))

    # Left becomes right, and what came first comes last.
    turned = [mirrored(name) for name in reversed(names)]
    there = zone(
        {name: 200 - places[mirrored(name)] for name in turned},
        {name: persons[mirrored(name)] for name in turned},
        crossing_min[::-1],
        {name: name[0] for name in turned},
        dict.fromkeys(turned, 10.0),
    )
    swapped = {
        "unit_id_a": here.ground.crossings["unit_id_b"],
        "unit_id_b": here.ground.crossings["unit_id_a"],
    }
    crossings = pd.DataFrame(swapped).map(mirrored)
    ground = dataclasses.replace(there.ground, crossings=crossings)
    there = dataclasses.replace(there, ground=ground)

    (left, _), (right, _) = units(region, here), units(region, there)
    back = right.rename(index=mirrored).loc[left.index]
    pd.testing.assert_frame_equal(back, left)
    pd.testing.assert_frame_equal(
        scored(right).rename(index=mirrored).loc[left.index], scored(left), check_exact=False
    )

    ours, theirs = (
        potential.of_pairs(
            region,
            one.ground,
            pd.Series(one.ground.population.index, index=one.ground.population.index),
            one.pairs,
            border_km=pd.Series(10.0, index=one.pairs.index),
        )
        for one in (here, there)
    )
    turn = {f"{a}~{b}": f"{mirrored(b)}~{mirrored(a)}" for a, b in there.pairs[["a", "b"]].to_numpy()}
    pd.testing.assert_frame_equal(theirs.rename(index=turn).loc[ours.index], ours)


def test_polarity_mirrors_every_scale():
    values = pd.DataFrame({"i": [0.0, 3, 7, 10]})
    for method in (*normalise.COMPARING, *normalise.BY_GOALPOSTS):
        up, down = (
            normalise.normalise(
                values,
                framework.Framework((framework.Indicator("i", 1.0, polarity=sign, goalposts=(0, 10)),)),
                method=method,
            )["i"]
            for sign in (1, -1)
        )
        assert (up + down).tolist() == pytest.approx([1.01] * 4)
