"""What the snapshot was computed under: ``steered_by.csv``."""

from __future__ import annotations

import pathlib

import pandas as pd

from layers import steering, store, study_area


def snapshot(_sources: pathlib.Path, target: pathlib.Path, _area: study_area.StudyArea) -> None:
    """Write a digest of each table by hand that steers the snapshot."""
    digests = steering.digests(store.TABLES, study_area.DEFAULT_PATH)
    store.write_table(pd.DataFrame(digests.items(), columns=["file", "sha256"]), target / steering.FILE)
