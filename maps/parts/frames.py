"""The base layers that pages are made of: which frames, with which columns."""

from __future__ import annotations

import collections.abc
import typing

import pandas as pd

from geo import errors
from layers.region import Region

Frames = collections.abc.Mapping[str, pd.DataFrame]
Row = collections.abc.Mapping[typing.Any, typing.Any]

_NAMES = ("name_{}",)
# Columns of a title in the languages of the atlas.
TITLES = ("title_{}",)
_FACT = (
    *("fact_id", "unit_id", "indicator", "value", "period"),
    *("source_id", "qualifier", "confidence", "perimeter", "notes"),
)
_FEATURE = ("type", *TITLES, "partner_side", "date", "state", "source_ids", "notes", "unit_ids", "accuracy")

COLUMNS: dict[str, tuple[str, ...]] = {
    "oblasts": ("unit_id", "area_km2", "geometry", *_NAMES),
    "districts": ("unit_id", "oblast_id", "kind", "area_km2", "geometry", *_NAMES),
    "border": ("border_id", "oblast_id_a", "oblast_id_b", "length_km", "geometry"),
    "district_pairs": ("pair_id", "unit_id_a", "unit_id_b", "shared_km", "is_paired"),
    "roads": ("road_id", "road_class", "road_ref", "length_km", "geometry"),
    "railways": ("geometry_kind", "geometry"),
    "stations": ("station_id", "unit_id", "geometry"),
    "crossings": (
        *("crossing_id", "mode", "state", "road_a", "road_b", "station_a", "station_b"),
        *("unit_id_a", "unit_id_b", "source_id", "geometry", *_NAMES),
    ),
    "crossing_states": ("state", "is_passable", "delay_road_min", *TITLES),
    "road_speeds": ("edge_class", "mode", "speed_kmh", "detour_factor", *TITLES),
    "settlements": (
        *("settlement_id", "unit_id", "centre_of", "population", "population_period", "source_id"),
        *("geometry", *_NAMES),
    ),
    "water": ("area_km2", "geometry"),
    "rivers": ("geometry",),
    "neighbours": ("geometry", *_NAMES),
    "links": ("link_id", "geometry", *_FEATURE),
    "zones": ("zone_id", "geometry", *_FEATURE),
    "programme": ("programme_id", "geometry", *_FEATURE),
    "facts": _FACT,
    "mapped": _FACT,
    "oblast_wide": ("unit_id",),
    "district_wide": ("unit_id",),
    "indicators": ("indicator", "unit", "theme", "choropleth", "computed", *TITLES),
    "sources": ("source_id", "publisher", "title", "address", "licence", "vintage"),
    "notes": ("note_id", "kind", "unit_ids"),
    "terms": ("vocabulary", "term", *TITLES),
    "units": ("unit_id", "level", "parent_id", *_NAMES),
    "raw_files": ("key", "source_id"),
    "places": ("place_id", "unit_id", *_NAMES),
    "claims": ("claim_id", "verdict", "found_value", "found_unit", "statement_{}", "reason_{}"),
}


# Frames that a region may have no data for: a page shows nothing of them and says so in a sentence.
OPTIONAL = frozenset(
    {
        *("links", "zones", "programme", "places", "claims"),
        *("scenarios", "scenario_units", "scenario_corridors"),
        *("candidate_sites", "candidate_terms", "candidate_criteria", "candidate_left_out"),
        *("candidate_facts", "zone_scores", "zone_hits", "zones_left_out"),
        *("optimum", "optimum_sites", "optimum_proposals"),
    }
)


def checked(
    region: Region, frames: Frames, columns: collections.abc.Mapping[str, tuple[str, ...]] = COLUMNS
) -> dict[str, pd.DataFrame]:
    """Flatten the frames: named indices become columns, absent texts empty.

    A column such as ``name_{}`` stands for one in each language of the region.

    Raises
    ------
    InputError
        One line for each frame and each column that is missing.
    """
    flat = {name: _flat(frame) for name, frame in frames.items()}
    findings = [f"pages: frame {name!r} is missing" for name in columns if name not in {*flat, *OPTIONAL}]
    findings += [
        f"pages: frame {name!r}: column {column!r} is missing"
        for name, needed in columns.items()
        for pattern in needed
        for column in dict.fromkeys(pattern.format(language) for language in region.languages)
        if name in flat and column not in flat[name].columns
    ]
    if findings:
        raise errors.InputError(findings)
    return flat


def _flat(frame: pd.DataFrame) -> pd.DataFrame:
    """Named indices as columns; a text that is absent is empty."""
    flat = frame.reset_index() if any(frame.index.names) else frame.copy()
    texts = flat.select_dtypes(["object", "string"]).columns
    words = [column for column in texts if pd.api.types.is_string_dtype(flat[column].dropna())]
    flat[words] = flat[words].fillna("")
    return flat
