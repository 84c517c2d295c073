"""No place, country, year of data, currency or language of a region stands in the code.

The words come from the tables of the embedded regions. Docstrings and comments are exempt: there,
examples and citations name what they need.
"""

import ast
import csv
import io
import pathlib
import re
import tokenize

import pytest

from layers import embedded, region

ROOT = pathlib.Path(__file__).parents[1]
MODULES = sorted(
    path for package in ("geo", "layers", "maps", "scripts") for path in (ROOT / package).rglob("*.py")
)
# What these write is a region itself: its years are its own, its places are no others'.
SYNTHETIC = ROOT / "scripts" / "bench" / "synthetic"
REGIONS = [region.load(embedded.FOLDER / name) for name in embedded.names()]
# Words of names that are words of the language of code too.
COMMON = {"city", "cities", "oblast", "district", "region", "okrug", "urban", "north", "south", "central"}
COMMON |= {"closed", "town"}


def _rows(own, file):
    path = own.folder / "tables" / file
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _names():
    """Words of the names of countries, oblasts, districts, cities and their centres, in all languages."""
    found = set()
    for own in REGIONS:
        for row in [*_rows(own, "units.csv"), *_rows(own, "centres.csv")]:
            for column, name in row.items():
                if column.startswith("name_"):
                    found |= {word.lower() for word in re.findall(r"[^\W\d_]{4,}", name)}
    return found - COMMON


def _codes():
    return {row["country"] for own in REGIONS for row in _rows(own, "units.csv")}


def _currencies():
    known = set()
    for own in REGIONS:
        rows = _rows(own, "exchange_rates.csv")
        known |= {row[column] for row in rows for column in ("currency", "per_currency")}
        units = {row["unit"] for row in _rows(own, "indicators.csv")}
        known |= {unit[:3] for unit in units if re.fullmatch(r"[a-z]{3}(_mln|_bn|_per_capita)?", unit)}
    return known & {"rub", "byn", "kzt", "usd", "eur"}


NAMES, CODES, CURRENCIES = _names(), _codes(), _currencies()
YEAR = re.compile(r"(?<![\d.])(199\d|20[0-3]\d)(?!\d)")


def _docstrings(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            first = node.body[0]
            yield from range(first.lineno, first.end_lineno + 1)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield from range(node.lineno, node.end_lineno + 1)


def _said(text):
    """What the code says: names, numbers and strings with their lines, without docstrings and comments."""
    silent = set(_docstrings(ast.parse(text)))
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.start[0] not in silent and token.type in (tokenize.NAME, tokenize.NUMBER, tokenize.STRING):
            yield token.start[0], token.string, token.type == tokenize.STRING


def _findings(text, *, years=True):
    for line, said, is_text in _said(text):
        words = {word.lower() for word in re.findall(r"[^\W\d_]+", said)}
        for word in sorted(words & (NAMES | CURRENCIES)):
            yield f"{line}: {word}"
        # Names of the code in capitals, such as BY_NAME, are no codes of countries.
        for code in sorted(CODES) if is_text else ():
            if re.search(rf"(?<![A-Za-z]){code}(?![A-Za-z])", said):
                yield f"{line}: {code}"
        for year in YEAR.findall(said.replace("_", "-")) if years else ():
            yield f"{line}: {year}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_code_names_no_region(path):
    years = SYNTHETIC not in path.parents
    assert list(_findings(path.read_text(encoding="utf-8"), years=years)) == []


def test_the_scan_finds_what_it_is_for():
    text = 'x = "Smolensk"\ny = "RU-SMO"\nz = 2021\nw = "grp_rub_mln"\n"""Smolensk"""\n# Smolensk\n'
    assert list(_findings(text)) == ["1: smolensk", "2: RU", "3: 2021", "4: rub"]
