"""The study area, read from ``study_area.toml`` and checked; no other module names a place."""

from __future__ import annotations

import functools
import pathlib
import tomllib

import pydantic
import pyproj

from geo import errors
from layers.io import textfile, weights

FAMILIES = ("realised", "potential", "convergence")
DEFAULT_PATH = pathlib.Path(__file__).with_name("study_area.toml")


class _Spec(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)


class FineSide(_Spec):
    """The side whose districts draw the line between the countries; one file for each oblast."""

    country: str
    key: str
    files: dict[str, str]


class CoarseSide(_Spec):
    """The side that is fitted: one file of districts, and an outline for each oblast."""

    country: str
    key: str
    file: str
    outlines: dict[str, str]


class Merge(_Spec):
    """Two units of a source that are one unit by now."""

    oblast: str
    part: str
    whole: str
    reason: str


class Limits(_Spec):
    """What the coverage must keep."""

    gap_width_m: float = pydantic.Field(gt=0)
    area_off_percent: float = pydantic.Field(gt=0)
    line_off_m: float = pydantic.Field(gt=0)
    line_off_p95_m: float = pydantic.Field(gt=0)
    pairs_of_1_km: int = pydantic.Field(gt=0)


class Boundaries(_Spec):
    """Raw boundary files, their corrections, and how far apart their lines may lie."""

    sliver_m: float = pydantic.Field(gt=0)
    fit_reach_m: float = pydantic.Field(gt=0)
    line_reach_m: float = pydantic.Field(gt=0)
    limits: Limits
    fine: FineSide
    coarse: CoarseSide
    merges: tuple[Merge, ...] = ()


class Generalisation(_Spec):
    """How far the coverage is simplified: lines inside a country, and the line between the two."""

    inner_tolerance_m: float = pydantic.Field(gt=0)
    line_tolerance_m: float = pydantic.Field(gt=0)


class Analysis(_Spec):
    """What the analyses are run with: the grid, and the limits of bands, catchments and corridors."""

    cell_m: float = pydantic.Field(gt=0)
    settlement_density_per_km2: float = pydantic.Field(gt=0)
    band_edges_km: tuple[float, ...]
    isochrone_min: tuple[float, ...]
    catchment_min: float = pydantic.Field(gt=0)
    corridor_over_pct: tuple[float, ...]
    corridor_reach_km: tuple[float, ...]
    corridors: tuple[tuple[str, str], ...]


class Siting(_Spec):
    """What suitable areas and the check against existing zones are computed with."""

    within_min: float = pydantic.Field(gt=0)
    gathered_km: float = pydantic.Field(gt=0)
    links_km: float = pydantic.Field(gt=0)
    best_km2: float = pydantic.Field(gt=0)
    least_km2: float = pydantic.Field(gt=0)
    areas: int = pydantic.Field(gt=0)
    compared_cells: int = pydantic.Field(gt=0)
    top: int = pydantic.Field(gt=0)
    hit_share: float = pydantic.Field(gt=0, lt=1)
    zone_km: float = pydantic.Field(gt=0)


class Intensity(_Spec):
    """How cooperation intensity is measured: families, doubt, and what counts as realised."""

    family_weights: dict[str, float]
    minimum_coverage: float = pydantic.Field(gt=0, le=1)
    top: dict[str, int]
    draws: int = pydantic.Field(ge=1)
    concentration: float = pydantic.Field(gt=0)
    betas: tuple[float, ...]
    exponent: float = pydantic.Field(gt=0)
    limits_min: tuple[float, ...]
    floor_min: float = pydantic.Field(gt=0)
    permutations: int = pydantic.Field(ge=1)
    permutations_local: int = pydantic.Field(ge=1)
    alpha: float = pydantic.Field(gt=0, lt=1)
    realised_states: tuple[str, ...]
    relative: dict[str, tuple[str, str]]
    link_groups: dict[str, tuple[str, ...]]
    zone_groups: dict[str, tuple[str, ...]]

    @pydantic.field_validator("family_weights")
    @classmethod
    def _sum_to_one(cls, stated: dict[str, float]) -> dict[str, float]:
        if set(stated) != set(FAMILIES):
            raise ValueError(f"expected a weight for each of {', '.join(FAMILIES)}")
        return dict(zip(stated, weights.shares(list(stated.values())), strict=True))


class Candidates(_Spec):
    """What the elements of the programme are compared by: reach of the measures, and doubt."""

    minimum_coverage: float = pydantic.Field(gt=0, le=1)
    top: int = pydantic.Field(gt=0)
    draws: int = pydantic.Field(ge=1)
    concentration: float = pydantic.Field(gt=0)
    gravity_exponent: float = pydantic.Field(gt=0)
    detour_pct: float = pydantic.Field(ge=0)
    suitable_within_km: float = pydantic.Field(gt=0)
    station_within_km: float = pydantic.Field(gt=0)
    zones_within_min: float = pydantic.Field(gt=0)


class Optimum(_Spec):
    """What centres are located with: how far they serve, how many, and whose people are counted."""

    within_min: float = pydantic.Field(gt=0)
    most: int = pydantic.Field(gt=0)
    least_persons: float = pydantic.Field(ge=0)


class StudyArea(_Spec):
    """Oblasts on both sides of one border, and the parameters that depend on them."""

    id: str
    working_crs: str
    countries: tuple[str, str]
    oblasts: tuple[str, ...]
    paired_districts: tuple[tuple[str, str], ...]
    districts_expected: dict[str, int]
    official_area_km2: dict[str, float]
    boundaries: Boundaries
    generalisation: Generalisation
    analysis: Analysis
    siting: Siting
    optimum: Optimum
    intensity: Intensity
    candidates: Candidates

    @property
    def crs(self) -> pyproj.CRS:
        """The working CRS, in metres."""
        return pyproj.CRS.from_user_input(self.working_crs)


@functools.cache
def load(path: pathlib.Path = DEFAULT_PATH) -> StudyArea:
    """Read a study area.

    Raises
    ------
    InputError
        One line for each unknown, missing or wrong key, naming the file.
    """
    try:
        return StudyArea.model_validate(tomllib.loads(textfile.read(path).replace("\r\n", "\n")))
    except tomllib.TOMLDecodeError as error:
        raise errors.InputError(f"{path.name}: not readable as TOML: {error}") from error
    except pydantic.ValidationError as error:
        raise errors.InputError(
            f"{path.name}: {'.'.join(map(str, item['loc']))} = {item['input']!r}: {item['msg']}"
            for item in error.errors()
        ) from error
