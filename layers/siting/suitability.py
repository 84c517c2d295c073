"""How suitable the ground is for each purpose.

Criteria, weights and exclusions are data (`layers.siting.profiles`), the surfaces come from
`layers.siting.criteria`, the method is `geo.siting.suitability`; `layers.siting.areas` ranks the best areas.
"""

from __future__ import annotations

import dataclasses
import pathlib

import pandas as pd

from geo import errors
from geo.raster import grid
from geo.siting import profile, suitability
from layers.analysis import surfaces
from layers.region import Region
from layers.siting import criteria, profiles

Models = dict[str, "Model"]


@dataclasses.dataclass(frozen=True, eq=False)
class Model:
    """One profile on the grid: what it is, what is left of the ground, and how suitable that is."""

    purpose: profile.Profile
    exclusion: suitability.Exclusion
    found: suitability.Suitability


def models(
    on: grid.Grid,
    layers: criteria.Layers,
    purposes: dict[str, profile.Profile],
    rules: pd.DataFrame,
) -> Models:
    """Suitability of the cells for each profile.

    Parameters
    ----------
    on, layers
        The grid and the criteria on it.
    purposes, rules
        Profiles by name, and what takes cells out, as `layers.siting.profiles` reads them.

    Raises
    ------
    InputError
        One line for each profile for which no cell is left.
    """
    grid.require_shape(on, **layers)
    inside = layers["inside_share"] > 0
    found, findings = {}, []
    for name, purpose in purposes.items():
        try:
            left = suitability.exclude(inside, profiles.masks(rules, name, layers))
        except errors.InputError as error:
            findings += [f"exclusions.csv: profile {name}: {line}" for line in error.findings]
            continue
        found[name] = Model(purpose, left, suitability.suitability(purpose, layers, left.eligible))
    if findings:
        raise errors.InputError(findings)
    return found


def read(
    region: Region, folder: pathlib.Path
) -> tuple[grid.Grid, criteria.Layers, dict[str, profile.Profile]]:
    """Grid and criteria from their rasters, and the profiles by name.

    Raises
    ------
    InputError
        If a raster cannot be read, and one line for each thing wrong in the table of profiles.
    """
    return *criteria.read(region, folder), profiles.profiles(region, profiles.table(region))


def exclusions(of: Models) -> pd.DataFrame:
    """Tell what took the cells: ``profile``, ``mask``, ``cells``, ``cells_alone``, ``share``."""
    parts = [model.exclusion.report.reset_index().assign(profile=name) for name, model in of.items()]
    table = pd.concat(parts, ignore_index=True).round({"share": 4})
    return table[["profile", "mask", "cells", "cells_alone", "share"]]


def bands(of: Models, on: grid.Grid) -> surfaces.Bands:
    """Suitability of each profile, 0 to 1, by file name."""
    about = "share of the best thinkable place, 0 to 1; no value where excluded; intensive: average it"
    return {
        f"suitability_{name}": surfaces.Band(on, model.found.score, "1", about) for name, model in of.items()
    }
