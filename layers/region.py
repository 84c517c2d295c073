"""A region: one folder that holds all that is true of one border only, read into one object.

``region.toml``
    Countries, oblasts, working CRS, languages, parameters of the analyses.
``tables/*.csv``
    Kept by hand: units, indicators, weights, scenarios, links, sources.
``facts/*.csv``
    Statistics in long form, kept by hand; whoever has new figures adds a file.
``snapshot/*``
    Computed from raw sources by ``borderzone snapshot``. Each region has each of its files: what no source
    is at hand for is a layer without features or a table without rows, never a file that is absent.
``texts/*.toml``
    What only this place says, in the languages of the region.

Whoever needs something of a region is handed the region; no other module opens a path of it by itself.
"""

from __future__ import annotations

import collections.abc
import functools
import pathlib
import re
import tomllib
import typing

import pandas as pd
import pydantic
import pyproj

from geo import crs, errors
from layers import embedded
from layers.io import store, textfile, weights

FAMILIES = ("realised", "potential", "convergence")
_SHOWN = 80  # letters of a wrong value
LEVELS = ("oblast", "oblast_pair", "district", "district_pair")

P = typing.ParamSpec("P")
T = typing.TypeVar("T")
Table = typing.TypeVar("Table", bound=pd.DataFrame)


class _Spec(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def _ascending(values: tuple[float, ...]) -> tuple[float, ...]:
    if list(values) != sorted(set(values)):
        raise ValueError("expected numbers that ascend")
    return values


def _different(values: tuple[T, ...]) -> tuple[T, ...]:
    if len(set(values)) < len(values):
        raise ValueError("expected each one only once")
    return values


Ascending = typing.Annotated[
    tuple[typing.Annotated[float, pydantic.Field(ge=0)], ...],
    pydantic.Field(min_length=1),
    pydantic.AfterValidator(_ascending),
]
Above0 = typing.Annotated[
    tuple[typing.Annotated[float, pydantic.Field(gt=0)], ...],
    pydantic.Field(min_length=1),
    pydantic.AfterValidator(_ascending),
]


class Code(_Spec):
    """A code that units have in an official list.

    A code that begins with that of the unit above tells in its first ``oblast_digits`` the oblast and in its
    first ``district_digits`` the district; 0 if it does not.
    """

    pattern: str
    expected: str
    oblast_digits: int = pydantic.Field(default=0, ge=0)
    district_digits: int = pydantic.Field(default=0, ge=0)

    @pydantic.field_validator("pattern")
    @classmethod
    def _compiles(cls, stated: str) -> str:
        try:
            re.compile(stated)
        except re.error as error:
            raise ValueError(f"{error}; expected a regular expression") from error
        return stated


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


class Hole(_Spec):
    """Ground of others that lies inside an oblast: no gap of the coverage. A point in it, in degrees."""

    oblast: str
    lon: float = pydantic.Field(ge=-180, le=180)
    lat: float = pydantic.Field(ge=-90, le=90)
    area_km2: float = pydantic.Field(gt=0)
    reason: str


class Limits(_Spec):
    """What the coverage must keep."""

    gap_width_m: float = pydantic.Field(gt=0)
    area_off_percent: float = pydantic.Field(gt=0)
    line_off_m: float = pydantic.Field(gt=0)
    line_off_p95_m: float = pydantic.Field(gt=0)
    pairs_of_1_km: int = pydantic.Field(gt=0)


class Boundaries(_Spec):
    """Raw boundary files, their corrections, and how far apart their lines may lie.

    ``around`` is the ground beside the zone where no raw file holds the neighbouring regions: by country the
    key of an outline, or "" for what the others leave of the ground that adjoins the country's districts.
    """

    budget_mb: float = pydantic.Field(gt=0)
    sliver_m: float = pydantic.Field(gt=0)
    fit_reach_m: float = pydantic.Field(gt=0)
    line_reach_m: float = pydantic.Field(gt=0)
    limits: Limits
    fine: FineSide
    coarse: CoarseSide
    merges: tuple[Merge, ...] = ()
    holes: tuple[Hole, ...] = ()
    around: dict[str, str] = {}


class Generalisation(_Spec):
    """How far the coverage is simplified: lines inside a country, and the line between the two."""

    inner_tolerance_m: float = pydantic.Field(gt=0)
    line_tolerance_m: float = pydantic.Field(gt=0)


class Analysis(_Spec):
    """What the analyses are run with: the grid, and the limits of bands, catchments and corridors."""

    cell_m: float = pydantic.Field(gt=0)
    settlement_density_per_km2: float = pydantic.Field(gt=0)
    band_edges_km: Ascending = pydantic.Field(min_length=2)
    isochrone_min: Above0
    catchment_min: float = pydantic.Field(gt=0)
    corridor_over_pct: Above0
    corridor_reach_km: Above0
    corridors: typing.Annotated[tuple[tuple[str, str], ...], pydantic.AfterValidator(_different)] = ()

    @pydantic.model_validator(mode="after")
    def _is_drawn(self) -> Analysis:
        if self.catchment_min not in self.isochrone_min:
            raise ValueError(f"catchment_min = {self.catchment_min:g}; expected one of isochrone_min")
        if self.band_edges_km[0] != 0:
            raise ValueError(f"band_edges_km begins with {self.band_edges_km[0]:g}; expected 0")
        return self


class Population(_Spec):
    """Which of several figures of population count.

    Attributes
    ----------
    apart
        Perimeter of a district that is published without the cities inside it; "" if none is.
    years
        Years of which population is a column.
    trend_from, trend_to
        Day and year between which its trend is taken; "" and None if there is no trend.
    counted_since, modelled
        First year whose counts come before a model, and qualifiers of what nobody counted: those come before
        older counts. Without a year the latest figure counts.
    """

    apart: str = ""
    years: tuple[int, ...] = ()
    trend_from: str = ""
    trend_to: int | None = None
    counted_since: int | None = None
    modelled: tuple[str, ...] = ()

    @property
    def trend(self) -> str:
        """Id of the indicator of the trend; "" if there is none."""
        return f"population_change_{self.trend_from[:4]}_{self.trend_to}_pct" if self.trend_from else ""

    @staticmethod
    def of_year(year: int) -> str:
        """Id of the indicator of the population of a year."""
        return f"population_{year}_persons"


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
    betas: Above0
    exponent: float = pydantic.Field(gt=0)
    limits_min: Above0
    floor_min: float = pydantic.Field(gt=0)
    permutations: int = pydantic.Field(ge=1)
    permutations_local: int = pydantic.Field(ge=1)
    alpha: float = pydantic.Field(gt=0, lt=1)
    realised_states: tuple[str, ...]
    trade_currency: str = ""
    product: str = ""
    product_currency: str = ""
    relative: dict[str, tuple[str, str]]
    link_groups: dict[str, tuple[str, ...]]
    zone_groups: dict[str, tuple[str, ...]]

    @property
    def families(self) -> tuple[str, ...]:
        """Families that the region has figures for, in their order."""
        return tuple(family for family in FAMILIES if family in self.family_weights)

    @pydantic.field_validator("top")
    @classmethod
    def _of_each(cls, stated: dict[str, int]) -> dict[str, int]:
        if set(stated) != set(LEVELS) or min(stated.values()) < 1:
            raise ValueError(f"expected at least 1 for each of {', '.join(LEVELS)}")
        return stated

    @pydantic.field_validator("family_weights")
    @classmethod
    def _sum_to_one(cls, stated: dict[str, float]) -> dict[str, float]:
        if not set(stated) <= set(FAMILIES):
            raise ValueError(f"expected a weight for some of {', '.join(FAMILIES)}")
        return dict(zip(stated, weights.shares(list(stated.values())), strict=True))


class Candidates(_Spec):
    """What the elements of the programme are compared by: reach of the measures, and doubt.

    A region without a programme leaves the section out.
    """

    minimum_coverage: float = pydantic.Field(default=0.5, gt=0, le=1)
    top: int = pydantic.Field(default=3, gt=0)
    draws: int = pydantic.Field(default=2_000, ge=1)
    concentration: float = pydantic.Field(default=30, gt=0)
    gravity_exponent: float = pydantic.Field(default=1.5, gt=0)
    detour_pct: float = pydantic.Field(default=20, ge=0)
    suitable_within_km: float = pydantic.Field(default=10, gt=0)
    station_within_km: float = pydantic.Field(default=15, gt=0)
    zones_within_min: float = pydantic.Field(default=60, gt=0)
    nearest_zones: tuple[str, ...] = ()


class Optimum(_Spec):
    """What centres are located with: how far they serve, how many, and whose people are counted."""

    within_min: float = pydantic.Field(default=60, gt=0)
    most: int = pydantic.Field(default=10, gt=0)
    least_persons: float = pydantic.Field(default=500, ge=0)


class Region(_Spec):
    """What ``region.toml`` says, and where the other files of the region lie.

    ``latin`` is the language in whose letters ids are made; ``station_code_digits`` the length of the codes
    of railway stations, 0 if they have none; ``road_number_letters`` are letters that sources type in road
    numbers, and those that are meant. ``classes`` are upper bounds by what a page counts, ``schemes`` the way
    in which figures of a theme are classed where their skewness is not to decide.
    """

    id: str = pydantic.Field(pattern=f"^{embedded.ID}$")
    listed: int = pydantic.Field(ge=1)
    snapshot_budget_mb: float = pydantic.Field(gt=0)
    working_crs: str
    languages: typing.Annotated[
        tuple[typing.Annotated[str, pydantic.Field(pattern="^[a-z]{2,3}$")], ...],
        pydantic.Field(min_length=1),
        pydantic.AfterValidator(_different),
    ]
    latin: str
    countries: typing.Annotated[tuple[str, str], pydantic.AfterValidator(_different)]
    oblasts: typing.Annotated[tuple[str, ...], pydantic.AfterValidator(_different)]
    paired_districts: tuple[tuple[str, str], ...]
    districts_expected: dict[str, int]
    official_area_km2: dict[str, float]
    codes: dict[str, Code] = {}
    station_code_digits: int = pydantic.Field(default=0, ge=0)
    road_number_letters: tuple[str, str] = ("", "")
    boundaries: Boundaries
    generalisation: Generalisation
    population: Population
    analysis: Analysis
    siting: Siting
    optimum: Optimum = Optimum()
    intensity: Intensity
    classes: dict[str, Ascending] = {}
    schemes: dict[str, typing.Literal["natural", "quantiles"]] = {}
    candidates: Candidates = Candidates()

    _folder: pathlib.Path = pydantic.PrivateAttr()
    _snapshot: pathlib.Path = pydantic.PrivateAttr()
    _kept: dict[typing.Any, typing.Any] = pydantic.PrivateAttr(default_factory=dict)

    @pydantic.field_validator("working_crs")
    @classmethod
    def _measures(cls, stated: str) -> str:
        try:
            plane = pyproj.CRS.from_user_input(stated)
            pyproj.Transformer.from_crs(crs.LONLAT, plane)
            crs.require_metres(plane)
        except pyproj.exceptions.ProjError as error:
            # The message repeats the text, then says in brackets what is wrong with it.
            reason = str(error).rpartition(" (")[2].rstrip(")")
            raise ValueError(f"{reason}; expected a CRS that PROJ knows") from error
        return stated

    @pydantic.model_validator(mode="after")
    def _speaks(self) -> Region:
        if self.latin not in self.languages:
            raise ValueError(f"latin = {self.latin!r}; expected one of languages")
        return self

    @property
    def crs(self) -> pyproj.CRS:
        """The working CRS, in metres."""
        return pyproj.CRS.from_user_input(self.working_crs)

    @property
    def foreign(self) -> str:
        """The language in which files speak that have one only: the second, or the only one."""
        return self.languages[:2][-1]

    def columns(self, prefix: str) -> list[str]:
        """Columns that hold a text in each language, such as ``name_en``."""
        return [f"{prefix}_{language}" for language in self.languages]

    @property
    def folder(self) -> pathlib.Path:
        """The folder of the region."""
        return self._folder

    @property
    def snapshot(self) -> pathlib.Path:
        """The folder of what is computed from raw sources."""
        return self._snapshot

    @property
    def facts(self) -> tuple[pathlib.Path, ...]:
        """Files of statistics that are kept by hand, by name."""
        return tuple(sorted((self._folder / "facts").glob("*.csv")))

    def at(self, folder: pathlib.Path, *, snapshot: pathlib.Path) -> Region:
        """Copy of the region that reads its files from other folders, and has read none yet."""
        copy = self.model_copy()
        copy._folder, copy._snapshot, copy._kept = folder, snapshot, {}
        return copy

    @property
    def name_column(self) -> str:
        """Column of names in the first language, in which sources are written and names compared."""
        return self.columns("name")[0]

    @property
    def raw_keys(self) -> list[str]:
        """Keys of the raw files that the snapshot is made from; a layer may have no features without one."""
        return list(self.table("raw_files.csv")["key"]) if self.has("raw_files.csv") else []

    def has(self, file: str) -> bool:
        """Whether the region has a table by hand that a region may lack."""
        return (self._folder / "tables" / file).is_file()

    def table(self, file: str) -> pd.DataFrame:
        """Read a table by hand, `spoken`; every column is text and an empty cell is ``""``.

        Raises
        ------
        InputError
            As `store.read_table` does.
        """
        return self.spoken(store.read_table(self._folder / "tables" / file))

    def spoken(self, table: Table) -> Table:
        """Give a table an empty text in each language that it has no column of: there the first speaks."""
        first = f"_{self.languages[0]}"
        titles = [name.removesuffix(first) for name in table.columns if name.endswith(first)]
        absent = [name for title in titles for name in self.columns(title) if name not in table.columns]
        return table.assign(**dict.fromkeys(absent, ""))


def remembered(
    read: collections.abc.Callable[typing.Concatenate[Region, P], T],
) -> collections.abc.Callable[typing.Concatenate[Region, P], T]:
    """Let a function read once what it reads of a region, which keeps it; nobody changes what it gives."""

    @functools.wraps(read)
    def kept(region: Region, /, *args: P.args, **kwargs: P.kwargs) -> T:
        key = (read, args, tuple(sorted(kwargs.items())))
        if key not in region._kept:
            region._kept[key] = read(region, *args, **kwargs)
        return typing.cast("T", region._kept[key])

    return kept


def load(folder: pathlib.Path) -> Region:
    """Read ``region.toml`` of a folder.

    Raises
    ------
    InputError
        One line for each unknown, missing or wrong key, naming the file.
    """
    path = folder / embedded.FILE
    try:
        found = Region.model_validate(tomllib.loads(textfile.read(path).replace("\r\n", "\n")))
    except tomllib.TOMLDecodeError as error:
        raise errors.InputError(f"{path.name}: not readable as TOML: {error}") from error
    except pydantic.ValidationError as error:
        raise errors.InputError(
            f"{path.name}: {_told('.'.join(map(str, item['loc'])), item['type'], item['input'], item['msg'])}"
            for item in error.errors()
        ) from error
    return found.at(folder, snapshot=folder / "snapshot")


def _told(key: str, kind: str, held: object, said: str) -> str:
    """Say in one line which key is at fault, what it holds, and what was expected."""
    if kind == "missing":
        return f"{key}: is missing; expected a value"
    if kind == "extra_forbidden":
        return f"{key}: is unknown; expected a key that an embedded region has"
    expected = re.sub(r"^\w+ should ", "expected to ", said.removeprefix("Value error, "))
    value = " ".join(repr(held).split())
    if isinstance(held, dict) and len(value) > _SHOWN:
        return f"{key}: {expected}".lstrip(": ")  # a section, or the file, as a whole says nothing
    value = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"
    return f"{key} = {value}: {expected}"
