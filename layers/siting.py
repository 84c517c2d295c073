"""How suitable the ground is for each purpose.

Criteria, weights and exclusions are data (`layers.siting_profiles`), the surfaces come from
`layers.siting_surfaces`, the method is `geo.siting`; `layers.siting_areas` ranks the best areas.
"""

from __future__ import annotations

import dataclasses
import pathlib

import pandas as pd

from geo import errors, grid, profile, siting
from layers import siting_profiles, siting_surfaces, surfaces

Models = dict[str, "Model"]


@dataclasses.dataclass(frozen=True, eq=False)
class Model:
    """One profile on the grid: what it is, what is left of the ground, and how suitable that is."""

    purpose: profile.Profile
    exclusion: siting.Exclusion
    found: siting.Suitability


def models(
    on: grid.Grid,
    layers: siting_surfaces.Layers,
    purposes: dict[str, profile.Profile],
    rules: pd.DataFrame,
) -> Models:
    """Suitability of the cells for each profile.

    Parameters
    ----------
    on, layers
        The grid and the criteria on it.
    purposes, rules
        Profiles by name, and what takes cells out, as `layers.siting_profiles` reads them.

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
            left = siting.exclude(inside, siting_profiles.masks(rules, name, layers))
        except errors.InputError as error:
            findings += [f"exclusions.csv: profile {name}: {line}" for line in error.findings]
            continue
        found[name] = Model(purpose, left, siting.suitability(purpose, layers, left.eligible))
    if findings:
        raise errors.InputError(findings)
    return found


def read(folder: pathlib.Path) -> tuple[grid.Grid, siting_surfaces.Layers, dict[str, profile.Profile]]:
    """Grid and criteria from their rasters, and the profiles by name.

    Raises
    ------
    InputError
        If a raster cannot be read, and one line for each thing wrong in the table of profiles.
    """
    return *siting_surfaces.read(folder), siting_profiles.profiles(siting_profiles.table())


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
