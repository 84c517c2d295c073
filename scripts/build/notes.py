"""What a user should know that is no fault: one line for each thing."""

from __future__ import annotations

import pathlib

from layers.io import manifest, weights
from layers.snapshot import steering
from scripts.build import kept


def of_region(region: pathlib.Path) -> list[str]:
    """Tell what a region folder states and counts otherwise, or not before the next snapshot."""
    return weights.notes(region) + steering.notes(region)


def of_atlas(atlas: pathlib.Path) -> list[str]:
    """Tell which files and folders in an atlas no build made; builds leave them where they are."""
    strange = kept.foreign(atlas) if manifest.read(atlas) else []
    return [f"{kept.shown(name)}: not part of the atlas, left where it is" for name in strange]
