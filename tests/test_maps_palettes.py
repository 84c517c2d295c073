import itertools

import numpy as np
import pytest

from maps.parts import palettes

# Machado, Oliveira and Fernandes 2009: severity 1.0.
DEFICIENCIES = {
    "none": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
# CIE 1976: about 2.3 is a just noticeable difference; map classes need several of them.
DISTINCT = 9.0
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.9505, 1.0, 1.089])


def lab(colour, deficiency):
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    seen = np.clip(DEFICIENCIES[deficiency] @ linear, 0, 1)
    ratio = XYZ @ seen / WHITE
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
@pytest.mark.parametrize("name", palettes.SEQUENTIAL + palettes.DIVERGING)
@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_neighbouring_classes_can_be_told_apart(name, n, deficiency):
    seen = [lab(colour, deficiency) for colour in palettes.ramp(name, n)]
    assert min(np.linalg.norm(a - b) for a, b in itertools.pairwise(seen)) > DISTINCT


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_all_nine_classes_of_two_figures_can_be_told_apart(deficiency):
    seen = [lab(colour, deficiency) for colour in palettes.BIVARIATE]
    assert len(seen) == 9
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) > DISTINCT


@pytest.mark.parametrize("name", palettes.SEQUENTIAL)
def test_more_is_darker_also_in_grey(name):
    lightness = [lab(colour, "none")[0] for colour in palettes.ramp(name, 5)]
    assert lightness == sorted(lightness, reverse=True)


def test_colours_about_zero_meet_at_zero():
    assert palettes.around_zero(2, 1) == palettes.around_zero(2, 2)[:3]
    assert len(palettes.around_zero(4, 1)) == 5


def test_number_of_colours_is_kept():
    assert [len(palettes.ramp("YlGnBu", n)) for n in range(1, 8)] == list(range(1, 8))


def test_unknown_ramp_names_those_known():
    with pytest.raises(ValueError, match=r"'RdYlGn'.*YlGnBu"):
        palettes.ramp("RdYlGn", 5)
