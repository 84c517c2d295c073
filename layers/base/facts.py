"""Facts in long form, the rule that chooses the value to map, and the wide attributes of units.

A fact is keyed by subject (``unit_id``), indicator, period, perimeter and source: what two sources say
is two facts, and both stay. Those computed from collected tables stand in ``snapshot/facts.csv``, those kept
by hand in the files of ``facts/``; whoever reads facts gets all of them.
"""

from __future__ import annotations

import collections.abc
import functools
import hashlib
import types

import pandas as pd
import pandera.pandas as pa

from geo import errors
from layers.base import boundaries, choice, cooperation, derived
from layers.dictionary import catalogue, ids, units
from layers.io import contracts, periods, store
from layers.region import Region, remembered

FILE = "facts.csv"
ARTICLE = "article"
KEY = ["unit_id", "indicator", "period", "perimeter", "source_id"]
STATED = ["unit", "levels", "perimeters", "minimum", "maximum"]
COLUMNS = [
    "fact_id",
    "unit_id",
    "indicator",
    "value",
    "unit",
    "period",
    "qualifier",
    "confidence",
    "perimeter",
    "source_id",
    "notes",
    "locator",
    "origin",
]


@remembered
def facts(region: Region) -> pd.DataFrame:
    """All facts, computed and by hand, checked, sorted by subject, indicator and period; nobody changes them.

    Returns
    -------
    DataFrame
        The columns of ``facts.csv`` with ``value`` as a number, and ``level`` of the subject (unit,
        pair, border, settlement or feature) and ``period_kind`` added.

    Raises
    ------
    InputError
        One line for each unknown subject, indicator, unit, period, source or note, impossible value
        and duplicate, naming the file that holds the row; or if a file by hand is called as the computed one.
    """
    if any(path.name == FILE for path in region.facts):
        raise errors.InputError(
            f"facts/{FILE}: expected another name, for {FILE} is that of the computed facts"
        )
    paths = region.snapshot / FILE, *region.facts
    tables = errors.gathered(*(functools.partial(store.read_table, path) for path in paths))
    table = union(region, dict(zip([path.name for path in paths], tables, strict=True)))
    frame = table.assign(value=contracts.numbers(table["value"]))
    frame["level"] = frame["unit_id"].map(subjects(region))
    frame["period_kind"] = [periods.parse(period).kind for period in frame["period"]]
    return frame


def union(region: Region, tables: collections.abc.Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Put the facts of several files together, every column text, sorted by their key.

    Parameters
    ----------
    tables
        What each file holds, by its name; files kept by hand name no ``fact_id``.

    Raises
    ------
    InputError
        One line for each row that breaks the contract, or that states anew what a file before it holds.
    """
    errors.gathered(*(functools.partial(_check_file, region, name, table) for name, table in tables.items()))
    _require_apart(tables)
    both = pd.concat([table[COLUMNS] if name == FILE else with_ids(table) for name, table in tables.items()])
    return both.sort_values([*KEY, "fact_id"], ignore_index=True)


def _check_file(region: Region, name: str, table: pd.DataFrame) -> None:
    check(region, table, file=name, left_out=() if name == FILE else ("fact_id",))


def with_ids(table: pd.DataFrame) -> pd.DataFrame:
    """Facts with an id that depends on their key alone."""
    keys = table[KEY].agg("|".join, axis=1)
    ids = [hashlib.sha256(key.encode()).hexdigest()[:12] for key in keys]
    return table.assign(fact_id=ids)[COLUMNS]


def check(
    region: Region, table: pd.DataFrame, *, file: str, left_out: collections.abc.Iterable[str] = ()
) -> None:
    """Check a table of facts (every column text, as in the file) against the dictionary and code lists."""
    dictionary = catalogue.indicators(region).query("computed == ''")[STATED]
    meant = dictionary.reindex(table.get("indicator", pd.Series(dtype=str))).fillna("").reset_index(drop=True)
    subject = table.get("unit_id", pd.Series("", index=table.index))
    meant["level"] = subject.map(subjects(region)).fillna("").to_numpy()
    joined = pd.concat([table.reset_index(drop=True), meant.add_prefix("stated_")], axis=1)
    contracts.check(joined, _schema(region).remove_columns(list(left_out)), file=file)


@remembered
def subjects(region: Region) -> collections.abc.Mapping[str, str]:
    """Whatever a fact may be about, with its level: units, pairs, the border, settlements, features."""
    table = units.load(region)
    levels = dict(zip(table.index.astype(str), table["level"], strict=True))
    for level in ("oblast", "district"):
        levels |= dict.fromkeys(units.pairs(region, level), f"{level}_pair")
    levels[cooperation.whole_border(region)] = "border"
    levels |= dict.fromkeys(cooperation.places(region).index, "settlement")
    for kind in cooperation.KINDS:
        levels |= dict.fromkeys(cooperation.features(region, kind).index, "feature")
    return types.MappingProxyType(levels)


def mapped(region: Region) -> pd.DataFrame:
    """Choose one value for each subject and indicator by ``choice.chosen``; the others stay in ``facts``."""
    return choice.chosen(region, facts(region), catalogue.indicators(region))


def wide(region: Region, level: str) -> pd.DataFrame:
    """Spread the attributes of one level (``oblast`` or ``district``), a row a unit; missing stays missing.

    Returns
    -------
    DataFrame
        Indexed by ``unit_id``. For each indicator that the dictionary names for the level a column
        ``<indicator>`` (the id ends in the unit of measure) and ``<indicator>_period``; where the
        values cover different perimeters ``<indicator>_perimeter``; where some are only "more than",
        "about" … ``<indicator>_qualifier``. Columns without any value are left out.
    """
    frame = facts(region)
    here = frame[frame["level"] == level]
    dictionary = catalogue.indicators(region)
    areas = {"oblast": boundaries.oblasts, "district": boundaries.districts}[level](region)
    tables = derived.tables(
        region,
        here,
        dictionary,
        area_km2=areas.set_index("unit_id")["area_km2"],
        links=cooperation.counts(region, level),
    )
    chosen = choice.chosen(region, here, dictionary)
    tables |= {str(name): table.set_index("unit_id") for name, table in chosen.groupby("indicator")}
    named = [name for name in dictionary.index if level in dictionary.loc[name, "wide"].split()]
    columns: dict[str, pd.Series] = {}
    for name in named:
        if name in tables:
            columns |= _columns(name, tables[name])
    return pd.DataFrame(columns, index=units.of_level(region, level).index.sort_values()).rename_axis(
        "unit_id"
    )


def population(region: Region) -> pd.DataFrame:
    """Latest population of each district, ``population_persons`` indexed by ``unit_id``.

    What people are counted by: of all attributes the one that analyses rest on.
    """
    return wide(region, "district")[["population_persons"]]


def concerning(region: Region) -> pd.DataFrame:
    """List the facts by the units that they concern, one row for each unit and fact.

    A fact on a pair concerns both ends, one on a settlement or a feature the units where these lie
    with their oblasts, one on a city also its district.

    Returns
    -------
    DataFrame
        ``concerned_id``, then the columns of ``facts``.
    """
    return _by_concerned(region, facts(region), "unit_id")


def article(region: Region) -> pd.DataFrame:
    """List the article's own figures by the units that they concern, as ``concerning`` does."""
    frame = concerning(region)
    return frame[frame["source_id"] == ARTICLE].reset_index(drop=True)


def remarks(region: Region) -> pd.DataFrame:
    """List ``concerned_id`` and ``note_id``: notes that name a unit, and those of what concerns it."""
    named = catalogue.notes(region).reset_index()
    about = named.assign(subject=named["unit_ids"].str.split()).explode("subject").dropna(subset="subject")
    features = pd.concat(
        [cooperation.features(region, kind).rename_axis("subject") for kind in cooperation.KINDS]
    )
    carried = pd.concat([facts(region).rename(columns={"unit_id": "subject"}), features.reset_index()])
    carried = carried.assign(note_id=carried["notes"].str.split()).explode("note_id").dropna(subset="note_id")
    both = pd.concat([about, carried])[["subject", "note_id"]].drop_duplicates()
    found = _by_concerned(region, both, "subject")[["concerned_id", "note_id"]].drop_duplicates()
    return found.sort_values(["concerned_id", "note_id"], ignore_index=True)


def _require_apart(tables: collections.abc.Mapping[str, pd.DataFrame]) -> None:
    """Refuse rows whose key an earlier file holds."""
    holder: dict[tuple[str, ...], str] = {}
    findings = []
    for name, table in tables.items():
        keys = list(table[KEY].itertuples(index=False, name=None))
        findings += [
            f"{name}: row {row}: unit_id = {key[0]!r}; expected one row for each {', '.join(KEY)}, "
            f"but {holder[key]} holds it too"
            for row, key in enumerate(keys, start=2)
            if key in holder
        ]
        holder |= dict.fromkeys(keys, name)
    if findings:
        raise errors.InputError(findings)


def _by_concerned(region: Region, frame: pd.DataFrame, subject: str) -> pd.DataFrame:
    concerned = cooperation.concerned(region)
    about = frame[subject].map(lambda one: sorted(concerned.get(one, {one, *ids.parts(one)})))
    exploded = frame.assign(concerned_id=about).explode("concerned_id", ignore_index=True)
    return exploded[["concerned_id", *frame.columns]]


def _columns(name: str, table: pd.DataFrame) -> dict[str, pd.Series]:
    columns = {name: table["value"].round(3)}
    for companion in ("period", "perimeter", "qualifier"):
        told = table[companion] if companion in table else pd.Series("", index=table.index)
        if told.any() and (companion != "perimeter" or len(set(told)) > 1):
            columns[f"{name}_{companion}"] = told
    return columns


def _schema(region: Region) -> pa.DataFrameSchema:
    """Contract of facts, with what the dictionary states about the row's indicator as ``stated_…``."""
    observed = catalogue.indicators(region).query("computed == ''").index
    known = contracts.one_of(subjects(region), expected="a known unit, pair, place or feature")
    listed = contracts.one_of(observed, expected="an indicator of indicators.csv")
    sourced = contracts.one_of(catalogue.sources(region).index, expected="an id of sources.csv")
    noted = contracts.all_of(catalogue.notes(region).index, expected="ids of notes.csv", blank=True)
    return pa.DataFrameSchema(
        {
            "fact_id": pa.Column(str, contracts.filled(), unique=True),
            "unit_id": pa.Column(str, known),
            "indicator": pa.Column(str, listed),
            "value": pa.Column(str, contracts.number()),
            "unit": pa.Column(str, contracts.filled()),
            "period": pa.Column(str, contracts.period()),
            "qualifier": pa.Column(str, catalogue.term(region, "qualifier", blank=True)),
            "confidence": pa.Column(str, catalogue.term(region, "confidence")),
            "perimeter": pa.Column(str, catalogue.term(region, "perimeter")),
            "source_id": pa.Column(str, sourced),
            "notes": pa.Column(str, noted),
            "locator": pa.Column(str),
            "origin": pa.Column(str, contracts.filled()),
        },
        checks=[
            contracts.once(KEY, field="unit_id"),
            contracts.rows(_has_begun, field="period", expected="a period that has begun, or a forecast"),
            contracts.rows(_has_unit, field="unit", expected="{stated_unit}, the unit of {indicator}"),
            contracts.rows(_is_enough, field="value", expected="at least {stated_minimum} for {indicator}"),
            contracts.rows(_is_in_reach, field="value", expected="at most {stated_maximum} for {indicator}"),
            contracts.rows(_covers, field="perimeter", expected="{stated_perimeters} for {indicator}"),
            contracts.rows(_stands_on, field="unit_id", expected="{stated_levels} for {indicator}"),
        ],
    )


def _has_begun(joined: pd.DataFrame) -> pd.Series[bool]:
    begun = joined["period"].map(periods.has_begun).astype(bool)
    return begun | (joined["qualifier"] == choice.FORECAST)


def _has_unit(joined: pd.DataFrame) -> pd.Series[bool]:
    return (joined["unit"] == joined["stated_unit"]) | (joined["stated_unit"] == "")


def _is_enough(joined: pd.DataFrame) -> pd.Series[bool]:
    return ~contracts.numbers(joined["value"]).lt(contracts.numbers(joined["stated_minimum"]))


def _is_in_reach(joined: pd.DataFrame) -> pd.Series[bool]:
    return ~contracts.numbers(joined["value"]).gt(contracts.numbers(joined["stated_maximum"]))


def _covers(joined: pd.DataFrame) -> pd.Series[bool]:
    return _is_listed(joined["perimeter"], joined["stated_perimeters"])


def _stands_on(joined: pd.DataFrame) -> pd.Series[bool]:
    return _is_listed(joined["stated_level"], joined["stated_levels"])


def _is_listed(here: pd.Series[str], listed: pd.Series[str]) -> pd.Series[bool]:
    """Whether the dictionary lists the value; an unknown indicator or subject is found elsewhere."""
    pairs = zip(here, listed, strict=True)
    return pd.Series([not (one and many) or one in many.split() for one, many in pairs], index=here.index)
