"""The report of the coverage: written with the snapshot, told by the command, held to its rules."""

from __future__ import annotations

import json
import pathlib
from typing import Any

from geo import errors
from layers.base import boundaries
from layers.dictionary import ids
from layers.io import store, textfile
from layers.region import Region

Report = dict[str, Any]

FILE = "coverage_report.json"
_DRAWN = ("harmonised", "generalised")
_STAGES = ("raw", *_DRAWN)


def write(report: Report, folder: pathlib.Path) -> None:
    """Write the report as JSON into the folder of the snapshot."""
    text = json.dumps(report, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / FILE).write_text(text + "\n", encoding="utf-8", newline="\n")


def read(region: Region) -> Report:
    """Read the report of a snapshot.

    Raises
    ------
    InputError
        If the file is missing or not JSON.
    """
    try:
        report: Report = json.loads(textfile.read(region.snapshot / FILE))
    except errors.InputError:
        raise
    except (ValueError, RecursionError) as error:
        raise errors.InputError(f"{FILE}: not readable as JSON: {error}") from error
    return report


def lines(region: Region) -> list[str]:
    """Tell what the coverage of a snapshot is worth, a line for each fact."""
    report = read(region)
    return [
        *_coverage_lines(region, report),
        *_area_lines(region, report),
        *_line_lines(report),
        *_length_lines(region, report),
        *_pair_lines(region, report),
    ]


def check(region: Region) -> None:
    """Hold the report of a snapshot to the rules of the study area.

    Raises
    ------
    CoverageError
        One line for each rule that is broken; one if the file is no such report.
    """
    report = read(region)
    try:
        lines(region)
        findings = (
            _coverage_findings(region, report)
            + _area_findings(region, report)
            + _line_findings(region, report)
        )
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise errors.CoverageError(
            f"{FILE}: {type(error).__name__}: {error}; expected a report as `borderzone snapshot` writes it"
        ) from error
    if findings:
        raise errors.CoverageError(f"{FILE}: {finding}" for finding in findings)


def _coverage_lines(region: Region, report: Report) -> list[str]:
    width = region.boundaries.limits.gap_width_m
    stages = {stage: report["coverage"][stage] for stage in _STAGES}
    return [
        f"coverage, {stage}: {part['units']} units, overlap {part['overlap_km2']:.3f} km², "
        f"gap {part['gap_km2']:.3f} km²{_holes_line(part)}, {part['slivers']} slivers, "
        f"edges not matched within {width:g} m: {part['invalid_edge_km']:.3f} km"
        for stage, part in stages.items()
    ]


def _holes_line(part: Report) -> str:
    return f" beside {part['hole_km2']:.3f} km² of others inside" if "hole_km2" in part else ""


def _area_lines(region: Region, report: Report) -> list[str]:
    return [
        f"area of {oblast}: official {official:.0f} km²"
        + "".join(
            f"; {stage} {report['oblast_area_km2'][stage][oblast]:.1f} "
            f"({_off_percent(report, stage, oblast, official):+.2f} %)"
            for stage in _DRAWN
        )
        for oblast, official in region.official_area_km2.items()
    ]


def _line_lines(report: Report) -> list[str]:
    line, outer = report["line"], report["outlines_off_outer_line_m"]
    return [
        f"line between the countries: {line['raw_vertices_kept']} of {line['raw_vertices_passed']} vertices "
        f"of the raw line kept, {line['ends_of_inner_lines_added']} ends of inner lines added",
        f"harmonised line off the raw one: {_distances(line['harmonised_off_raw_m'])}",
        f"generalised line off the raw one: {_distances(line['generalised_off_raw_m'])}",
        f"raw line off the generalised one: {_distances(line['raw_off_generalised_m'])}",
        *(f"outlines off the outer lines, {stage}: {_distances(outer[stage])}" for stage in _DRAWN),
        f"outlines off the coarse districts as read: {_distances(report['outlines_off_raw_coarse_m'])}; "
        "lines between those districts are no better",
    ]


def _length_lines(region: Region, report: Report) -> list[str]:
    lengths = report["line_length_km"]
    steps = ", ".join(f"{km:.1f} km at {metres} m" for metres, km in lengths["by_tolerance"])
    return [
        f"border length: {lengths['harmonised']:.1f} km in full detail (the raw fine line), "
        f"{lengths['harmonised_around_exclaves']:.1f} km of it around exclaves; "
        f"{lengths['generalised']:.1f} km generalised",
        f"border length on the coarse side as read: {lengths['raw_coarse']:.1f} km by districts, "
        f"{lengths['raw_outlines']:.1f} km by outlines",
        f"border length by tolerance of generalisation: {steps}",
        *_told_lines(lengths, _stated_length(region)),
    ]


def _told_lines(lengths: Report, fact: dict[str, str]) -> list[str]:
    """Compare the length of the border with what a source tells, if one does."""
    if not fact:
        return []
    same = max((metres for metres, km in lengths["by_tolerance"] if km >= float(fact["value"])), default=0)
    about = f"{fact['qualifier'].replace('_', ' ')} " if fact["qualifier"] else ""
    return [
        f"border length as told by {fact['source_id']}: {about}{fact['value']} km. "
        "A winding line is the longer the finer it is measured: "
        f"ours is as long when generalised by a little over {same} m"
    ]


def _pair_lines(region: Region, report: Report) -> list[str]:
    paired = [ids.joined(*pair) for pair in region.paired_districts]
    stages = {stage: report["pairs_km"][stage] for stage in _DRAWN}
    return [
        f"pairs of districts that share 1 km or more, {stage}: {len(pairs)}; "
        + ", ".join(f"{pair} {pairs.get(pair, 0):.1f} km" for pair in paired)
        for stage, pairs in stages.items()
    ]


def _coverage_findings(region: Region, report: Report) -> list[str]:
    expected = sum(region.districts_expected.values())
    stated_km2 = sum(hole.area_km2 for hole in region.boundaries.holes)
    findings = []
    for stage in _DRAWN:
        part = report["coverage"][stage]
        if part["units"] != expected:
            findings.append(f"{stage}: {part['units']} units; expected {expected}")
        findings += [
            f"{stage}: {name} = {part[name]}; expected 0"
            for name in ("overlap_km2", "gap_km2", "slivers", "invalid_edge_km")
            if part[name]
        ]
        if abs(part.get("hole_km2", 0) - stated_km2) > boundaries.HOLE_OFF * stated_km2:
            findings.append(
                f"{stage}: hole_km2 = {part.get('hole_km2', 0)}; expected {stated_km2:g}, as stated"
            )
    return findings


def _area_findings(region: Region, report: Report) -> list[str]:
    limit = region.boundaries.limits.area_off_percent
    return [
        f"{stage}: {oblast} has {report['oblast_area_km2'][stage][oblast]} km²; expected {official:.0f} "
        f"within {limit} %"
        for stage in _DRAWN
        for oblast, official in region.official_area_km2.items()
        if abs(_off_percent(report, stage, oblast, official)) > limit
    ]


def _line_findings(region: Region, report: Report) -> list[str]:
    limits, line = region.boundaries.limits, report["line"]
    held = {
        "vertices of the raw line lost": (line["raw_vertices_passed"] - line["raw_vertices_kept"], 0),
        "harmonised line off the raw one, m": (line["harmonised_off_raw_m"]["max"], 0.001),
        "generalised line off the raw one, m": (line["generalised_off_raw_m"]["max"], limits.line_off_m),
        "the same, 95 of 100 points, m": (line["generalised_off_raw_m"]["p95"], limits.line_off_p95_m),
    }
    findings = [
        f"{name}: {found}; expected at most {most}" for name, (found, most) in held.items() if found > most
    ]
    for stage in _DRAWN:
        pairs = report["pairs_km"][stage]
        if len(pairs) != limits.pairs_of_1_km:
            findings.append(f"{stage}: {len(pairs)} pairs share 1 km; expected {limits.pairs_of_1_km}")
        findings += [
            f"{stage}: {ids.joined(*pair)} share no border"
            for pair in region.paired_districts
            if ids.joined(*pair) not in pairs
        ]
    return findings


def _off_percent(report: Report, stage: str, oblast: str, official: float) -> float:
    measured: float = report["oblast_area_km2"][stage][oblast]
    return 100 * (measured / official - 1)


def _distances(metres: dict[str, float]) -> str:
    return f"95 of 100 points within {metres['p95']:g} m, all within {metres['max']:g} m"


def _stated_length(region: Region) -> dict[str, str]:
    """Read the length of the border as a source tells it, for comparison; empty if none does."""
    border = ids.joined(*region.countries)
    for path in region.facts:
        facts = store.read_table(path)
        rows = facts[(facts["unit_id"] == border) & (facts["indicator"] == "border_length_km")]
        if len(rows):
            return {str(column): str(value) for column, value in rows.iloc[0].items()}
    return {}
