"""Tables of siting: criteria, what they weigh for each purpose, and which ground is left out."""

from __future__ import annotations

from layers.dictionary import catalogue
from scripts.bench.synthetic import names, spec, units

Rows = list[dict[str, str]]

_CRITERIA = {
    "crossing_min": "min",
    "partner_centre_min": "min",
    "trunk_km": "km",
    "road_km": "km",
    "station_km": "km",
    "domestic_persons": "persons",
    "foreign_persons": "persons",
    "free_share": "share",
    "water_share": "share",
    "inside_share": "share",
}
# Weight, kind and limits of the criteria that profiles have in common.
_PROFILE = (
    ("crossing_min", 0.3, "cost", "10 120"),
    ("domestic_persons", 0.3, "benefit", "1000 100000"),
    ("road_km", 0.2, "cost", "1 20"),
    ("free_share", 0.2, "benefit", "0.4 1"),
)
_OWN = {
    "logistics": ("trunk_km", 0.3, "cost", "1 30"),
    "industry": ("station_km", 0.3, "cost", "1 30"),
    "agro": ("road_km", 0.1, "cost", "1 30"),
    "science": ("foreign_persons", 0.3, "benefit", "1000 100000"),
    "services": ("partner_centre_min", 0.3, "cost", "20 180"),
}


def tables(of: spec.Spec) -> dict[str, Rows]:
    """Tables of siting by file."""
    return {"criteria.csv": _criteria(of), "profiles.csv": _profiles(of), "exclusions.csv": _exclusions(of)}


def _criteria(of: spec.Spec) -> Rows:
    measured = (
        _CRITERIA | ({"zone_km": "km"} if of.zones else {}) | ({"links_count": "count"} if of.links else {})
    )
    return [
        {"criterion": name, "source": units.SOURCE, "period": "undated"}
        | names.said(
            of, title=name.replace("_", " "), unit=unit, about=f"{name.replace('_', ' ')} of the cell"
        )
        for name, unit in measured.items()
    ]


def _profiles(of: spec.Spec) -> Rows:
    rows = []
    for profile in catalogue.NAMED["profile"]:
        own = _OWN[profile]
        shared = [row for row in _PROFILE if row[0] != own[0]]
        further = [("zone_km", 0.1, "cost", "5 60")] if of.zones else []
        further += [("links_count", 0.1, "benefit", "0 3")] if of.links else []
        weighed = [own, *shared, *further]
        total = sum(weight for _, weight, *_ in weighed)
        for criterion, weight, kind, limits in weighed:
            told = {"profile": profile, "criterion": criterion, "weight": str(weight / total), "kind": kind}
            rows.append(told | {"limits": limits, "basis": "drawn"})
    return rows


def _exclusions(of: spec.Spec) -> Rows:
    rules = [
        ("outside", "inside_share", "below", 0.5),
        ("water", "water_share", "above", 0.3),
        ("road", "road_km", "above", 25),
    ]
    if of.zones:
        rules.append(("regime", "zone_km", "below", 2))
    return [
        {
            "profile": "*",
            "mask": mask,
            "criterion": criterion,
            "side": side,
            "limit": str(limit),
            "basis": "drawn",
        }
        for mask, criterion, side, limit in rules
    ]
