"""What the snapshot was computed under: ``steered_by.csv``."""

from __future__ import annotations

import pathlib

import pandas as pd

from layers.io import store
from layers.region import Region
from layers.snapshot import steering


def snapshot(region: Region, _sources: pathlib.Path, target: pathlib.Path) -> None:
    """Write a digest of each table by hand that steers the snapshot."""
    found = steering.digests(region.folder)
    store.write_table(pd.DataFrame(found.items(), columns=["file", "sha256"]), target / steering.FILE)
