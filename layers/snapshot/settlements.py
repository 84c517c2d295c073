"""Settlements of the snapshot: figures of the statistical offices at the positions of gazetteers."""

from __future__ import annotations

import collections.abc
import pathlib

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import crs, errors
from layers.dictionary import latin, units
from layers.io import periods, store
from layers.region import Region
from layers.snapshot import figures, hand_tables, places
from layers.snapshot import zone as zones

FILES = ("settlements.csv",)

# Places of two gazetteers with one name in one district are the same if they are as near as this.
SAME_M = 5_000.0
SPELT_M = 2_000.0
# A centre may lie outside its district, in the city that the district surrounds.
CENTRE_REACH_M = 30_000.0
_COLUMNS = [
    "unit_id",
    "country",
    "place_class",
    "population",
    "population_period",
    "source_id",
    "position_source",
    "is_position_certain",
    "centre_of",
]


def snapshot(region: Region, sources: pathlib.Path, target: pathlib.Path) -> None:
    """Write ``settlements.csv`` into ``target``, which holds ``districts.geojson`` already.

    Raises
    ------
    InputError
        If a raw file is missing, or the centre of a district is not among the settlements.
    """
    found = compute(region, sources, zones.load(region, target))
    degrees = found.geometry.to_crs(crs.LONLAT)
    table = pd.DataFrame(found.drop(columns="geometry")).assign(
        population=found["population"].astype("Int64"),
        is_position_certain=found["is_position_certain"].astype(int),
        lon=degrees.x.map("{:.5f}".format),
        lat=degrees.y.map("{:.5f}".format),
    )
    store.write_table(table, target / "settlements.csv")


def compute(region: Region, sources: pathlib.Path, zone: zones.Zone) -> gpd.GeoDataFrame:
    """Settlements in the working CRS, one row each, sorted by ``settlement_id``.

    Official figures come first, then the censuses of villages, then those places of the
    international gazetteer that neither has. A settlement that no gazetteer knows is left out.
    """
    country = units.load(region)["country"]
    codes = places.codes(region)
    gazetteer = places.gazetteer(region, sources, zone)
    gazetteer["is_main"] = _main(region, gazetteer)
    is_mapped = gazetteer["unit_id"].map(country).isin(places.mapped_countries(region))
    known = places.together(
        [places.towns(region, sources, zone), places.mapped(region, sources, zone), gazetteer[~is_mapped]],
        zone,
        codes=codes,
    )
    placed = place(_listed(region, sources), known, codes=codes)
    wanted = _wanted(region, pd.concat([placed, _unlisted(gazetteer, placed)], ignore_index=True))
    order = wanted.sort_values(
        ["unit_id", "key", "population"], ascending=[True, True, False], ignore_index=True
    )
    frame = gpd.GeoDataFrame(order, crs=zone.region.crs)
    named = _named(
        region,
        frame.assign(
            country=frame["unit_id"].map(country),
            centre_of=centre_of(region, frame, zone),
            **{code: frame[code].fillna("") for code in codes},
        ),
    )
    named["settlement_id"] = _ids(region, named)
    return named.sort_values("settlement_id", ignore_index=True)[
        ["settlement_id", *region.columns("name"), *_COLUMNS, *codes, "geometry"]
    ]


def _listed(region: Region, sources: pathlib.Path) -> pd.DataFrame:
    """Official figures, and those of the census for all that the official list does not hold.

    What was urban in a census and is not in the later official list of its country is rural by now.
    """
    official, villages = figures.official(region, sources), figures.census(region, sources)
    keys = ["key", "unit_id"]
    repeated = pd.MultiIndex.from_frame(villages[keys]).isin(pd.MultiIndex.from_frame(official[keys]))
    is_urban = villages["place_class"].isin([figures.CITY, figures.URBAN])
    country = units.load(region)["country"]
    listing = set(official.loc[official["is_listed"].astype(bool), "unit_id"].map(country))
    was_urban = is_urban & villages["unit_id"].map(country).isin(listing)
    now = villages.assign(place_class=villages["place_class"].mask(was_urban, figures.RURAL))
    return pd.concat([official, now[~(is_urban & repeated)]], ignore_index=True)


def place(
    listed: pd.DataFrame, known: gpd.GeoDataFrame, *, codes: collections.abc.Sequence[str] = ()
) -> gpd.GeoDataFrame:
    """Give each listed settlement the position of a place of its name in its district.

    Of several such places the one of the best rank counts, and among equals the one nearest to
    the certain settlements of the same council; such a position is marked as not certain. No place
    serves two settlements: the more populous one has it.
    """
    columns = ["key", "unit_id", "place", "rank", "position_source", *codes, "geometry"]
    pairs = listed.reset_index(names="row").merge(known[columns], on=["key", "unit_id"])
    frame = gpd.GeoDataFrame(pairs, crs=known.crs)
    frame["is_position_certain"] = _are_certain(frame)
    frame["away_m"] = _away(frame)
    order = frame.sort_values(["population", "row", "rank", "away_m"], ascending=[False, True, True, True])
    taken: set[tuple[str, int]] = set()
    chosen: dict[int, int] = {}
    for index, row, place in zip(
        order.index, order["row"], zip(order["position_source"], order["place"], strict=True), strict=True
    ):
        if row not in chosen and place not in taken:
            chosen[row] = index
            taken.add(place)
    return frame.loc[sorted(chosen.values())].drop(
        columns=["row", "place", "rank", "away_m", "council", "is_listed"]
    )


def _are_certain(frame: gpd.GeoDataFrame) -> pd.Series:
    """Whether all candidates of the best rank for a settlement are at one place."""
    best = frame[frame["rank"] == frame.groupby("row")["rank"].transform("min")]
    first = best.drop_duplicates("row").set_index("row").geometry
    apart = best.distance(gpd.GeoSeries(first[best["row"]].to_numpy(), index=best.index, crs=frame.crs))
    together = apart.groupby(best["row"]).max() <= SAME_M
    return pd.Series(frame["row"].map(together), dtype=bool)


def _away(frame: gpd.GeoDataFrame) -> pd.Series:
    """Distance of each candidate to the middle of the certain settlements of its council, in metres."""
    group = [frame["unit_id"], frame["council"]]
    sure = frame["is_position_certain"]
    x, y = (
        axis.where(sure).groupby(group).transform("mean") for axis in (frame.geometry.x, frame.geometry.y)
    )
    away = np.hypot(frame.geometry.x - x, frame.geometry.y - y)
    return pd.Series(np.where(sure, 0.0, np.nan_to_num(away, nan=np.inf)), index=frame.index)


def _main(region: Region, gazetteer: gpd.GeoDataFrame) -> pd.Series:
    """Which name each place of the gazetteer goes by: one that is kept by hand, else the likeliest."""
    keys = ["unit_id", "key"]
    by_hand = pd.MultiIndex.from_frame(_by_hand(region)[keys])
    is_known = pd.MultiIndex.from_frame(gazetteer[keys]).isin(by_hand) & places.are_inside(gazetteer)
    is_first = ~gazetteer[is_known].duplicated("place").reindex(gazetteer.index, fill_value=True)
    taken = gazetteer["place"].isin(gazetteer.loc[is_known, "place"])
    return pd.Series(is_first | (gazetteer["is_main"] & ~taken), index=gazetteer.index)


def _by_hand(region: Region) -> pd.DataFrame:
    """Names of centres and towns that are kept by hand, with their ``key``."""
    tables = [hand_tables.read(region, file) for file in ("centres.csv", "town_names.csv")]
    both = pd.concat(tables, ignore_index=True)
    return both.assign(key=both[region.name_column].map(places.key))


def _unlisted(gazetteer: gpd.GeoDataFrame, placed: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Places of the gazetteer that are no listed settlement, under the likeliest of their names.

    A place is listed if a settlement with one of its names is within `SAME_M`, or one with another
    spelling within `SPELT_M`.
    """
    pairs = gazetteer[["place", "key", "geometry"]].merge(
        placed[["key", "geometry"]], on="key", suffixes=("", "_listed")
    )
    apart = shapely.distance(pairs["geometry"].to_numpy(), pairs["geometry_listed"].to_numpy())
    listed = set(pairs.loc[apart <= SAME_M, "place"])
    rest = gazetteer[gazetteer["is_main"] & ~gazetteer["place"].isin(listed)]
    spelt = rest.sindex.query(placed.geometry, predicate="dwithin", distance=SPELT_M)[1]
    rest = rest.drop(index=rest.index[np.unique(spelt)])
    rest = rest.sort_values(["population", "place"], ascending=[False, True], kind="stable")
    rest = rest.drop_duplicates(["key", "unit_id"]).drop(columns=["rank", "place", "is_main"])
    return rest.assign(
        place_class=figures.UNSTATED,
        population_period=periods.UNDATED,
        source_id=rest["position_source"],
        is_position_certain=True,
    )


def _wanted(region: Region, settlements: pd.DataFrame) -> pd.DataFrame:
    """Drop what ``settlements_left_out.csv`` names, the most populous namesake each."""
    out = hand_tables.read(region, "settlements_left_out.csv")
    keys = ["source_id", "unit_id", "key"]
    listed = out.assign(key=out[region.name_column].map(places.key))[keys]
    order = settlements.sort_values("population", ascending=False, kind="stable")
    hit = order.reset_index(names="row").merge(listed, on=keys).drop_duplicates(keys)
    return settlements.drop(index=list(hit["row"]))


def centre_of(region: Region, frame: gpd.GeoDataFrame, zone: zones.Zone) -> pd.Series:
    """Ids of the districts whose centre each settlement is, separated by blanks.

    Raises
    ------
    InputError
        One line for each district whose centre is not found in it or in the city beside it.
    """
    table = hand_tables.read(region, "centres.csv").set_index("unit_id")[region.name_column]
    table = table.map(places.key)
    shapes = zone.districts.set_index("unit_id").geometry
    found: dict[int, list[str]] = {}
    findings = []
    for unit, name in table.sort_index().items():
        near = frame[frame["key"] == name].distance(shapes[unit]).sort_values(kind="stable")
        if near.empty or near.iloc[0] > CENTRE_REACH_M:
            findings.append(f"centres.csv: {unit}: {name!r} is not among the settlements near the unit")
        else:
            found.setdefault(int(near.index[0]), []).append(str(unit))
    if findings:
        raise errors.InputError(findings)
    return pd.Series([" ".join(found.get(row, [])) for row in frame.index], index=frame.index)


def _named(region: Region, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Add names in each language: by hand for centres and towns, for the others in Latin letters only."""
    lookup = _by_hand(region).drop_duplicates(["unit_id", "key"]).set_index(["unit_id", "key"])
    unit = frame["centre_of"].str.partition(" ")[0].where(frame["centre_of"] != "", frame["unit_id"])
    stated = lookup.reindex(pd.MultiIndex.from_arrays([unit, frame["key"]])).set_axis(frame.index)
    latin_names = frame["name"].map(lambda name: latin.transliterate(region, name))
    others = {f"name_{region.latin}": latin_names, region.name_column: frame["name"]}
    named = {column: stated[column].fillna(others.get(column, "")) for column in region.columns("name")}
    return frame.assign(**named)


def _ids(region: Region, frame: pd.DataFrame) -> pd.Series:
    """District and name in Latin letters; namesakes in a district are numbered, the largest first."""
    slugs = frame[f"name_{region.latin}"].map(lambda name: latin.slug(region, name))
    plain = frame["unit_id"] + "/" + slugs
    number = plain.groupby(plain).cumcount() + 1
    numbered: pd.Series = plain.where(number == 1, plain + "-" + number.astype(str))
    return numbered
