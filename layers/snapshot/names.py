"""Names of districts and places as sources write them: what they have in common, and what is only form.

One writes the kind of a district before its name, another an abbreviation behind it; ``name_forms.csv`` lists
the forms to cut.
"""

from __future__ import annotations

import re

import pandas as pd

from layers.dictionary import units
from layers.region import Region, remembered
from layers.snapshot import hand_tables, places


def stem(region: Region, name: str) -> str:
    """Name of a district without forms, comparable as `places.key` makes it."""
    return places.key(_pattern(region, "unit").sub(" ", name.lower()))


def endings(region: Region) -> str:
    """Pattern of the forms that stand behind the name of a place."""
    return "|".join(map(re.escape, _forms(region, "place")["form"]))


@remembered
def districts(region: Region) -> pd.DataFrame:
    """Districts with what their names are found by, indexed by ``unit_id``: country, oblast, kind, stem."""
    table = units.of_level(region, "district")
    named = table["economy_key"].str.partition("/")[2].map(lambda name: stem(region, name))
    return table[["country", "kind"]].assign(oblast=table["parent_id"], stem=named)


def of_country(region: Region) -> dict[tuple[str, str], str]:
    """District by country and stem."""
    known = districts(region)
    return dict(zip(zip(known["country"], known["stem"], strict=True), known.index, strict=True))


def headed(region: Region, oblast: str, name: str) -> str | None:
    """District of an oblast that a heading names, by stem and form; "" if it is unknown.

    Only a form that tells the kinds of its districts in ``name_forms.csv`` makes a name a heading, for cities
    have districts of the same names inside; whatever else has None.
    """
    forms = _forms(region, "unit")
    kinds = {
        kind
        for form, kinds in zip(forms["form"], forms["kinds"].str.split(), strict=True)
        for kind in kinds
        if form in name.lower()
    }
    if not kinds:
        return None
    known = districts(region)
    fits = (known["oblast"] == oblast) & (known["stem"] == stem(region, name)) & known["kind"].isin(kinds)
    return str(known.index[fits][0]) if fits.any() else ""


@remembered
def _pattern(region: Region, of: str) -> re.Pattern[str]:
    """Pattern of forms as words of their own, the longest first; one that ends in a point needs no blank."""
    forms = sorted(_forms(region, of)["form"], key=len, reverse=True)
    words = [rf"(?<!\w){re.escape(form)}" + (r"(?!\w)" if form[-1].isalnum() else "") for form in forms]
    return re.compile("|".join(words) or r"(?!)")


def _forms(region: Region, of: str) -> pd.DataFrame:
    forms = hand_tables.read(region, "name_forms.csv")
    return forms[forms["of"] == of]
