"""What the closure of a crossing costs, on trips that a pencil can count."""

import numpy as np
import pytest

from layers.candidates import crossings


def test_the_loss_is_the_mean_over_trips_weighted_by_their_pull(region):
    """Two villages on one side, one town on the other; over each crossing one trip is the faster.

    At crossing 0 both trips are faster: 20 of 1,000 × 500 people against 80, 40 against 50 of 1 × 500. The
    pull is the product of people over minutes to the 1.5, so the first trip counts about 2,800 times.
    """
    through = np.array([[[20.0], [40.0]], [[80.0], [50.0]]])
    found = crossings._pull_and_loss(region, through, np.array([1_000.0, 1.0]), np.array([500.0]))
    first, second = 1_000 * 500 * 20**-1.5, 1 * 500 * 40**-1.5
    assert found[0, 0] == pytest.approx(first + second)
    assert found[0, 1] == pytest.approx((first * 60 + second * 10) / (first + second))
    assert found[1].tolist() == [0, 0]


def test_a_trip_without_another_way_is_no_loss(region):
    through = np.array([[[20.0, 30.0]], [[np.inf, 45.0]]])
    found = crossings._pull_and_loss(region, through, np.array([100.0]), np.array([10.0, 40.0]))
    assert found[0, 0] == pytest.approx(100 * 10 * 20**-1.5 + 100 * 40 * 30**-1.5)
    assert found[0, 1] == pytest.approx(15)


def test_the_only_crossing_has_no_loss_to_tell(region):
    found = crossings._pull_and_loss(region, np.array([[[20.0]]]), np.array([1.0]), np.array([1.0]))
    assert found[0, 0] > 0
    assert np.isnan(found[0, 1])
