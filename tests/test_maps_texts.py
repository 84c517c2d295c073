import pathlib
import re
import string

import pytest

from maps import texts

MAPS = pathlib.Path(texts.__file__).parents[1]
FILES = [*MAPS.glob("*.py"), *MAPS.glob("assets/*.js"), *MAPS.glob("templates/*.html")]


def test_every_text_stands_in_all_three_languages():
    keys = {language: set(texts._flat(texts._read(language))) for language in texts.LANGUAGES}
    assert keys["ru"] == keys["en"] == keys["be"]
    empty = [key for key, label in texts.load().items() if not all((label.ru, label.en, label.be))]
    assert empty == []


def test_texts_have_the_same_fields_to_fill_in_each_language():
    def fields(text):
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for key, label in texts.load().items():
        assert fields(label.ru) == fields(label.en) == fields(label.be), key


def test_each_language_is_written_in_its_own_letters():
    for key, label in texts.load().items():
        assert not re.search("[а-яё]", label.en.lower()), key
        if key != "page.own_name":
            assert not re.search("[ищъ]", label.be.lower()), f"{key}: letters that Belarusian has not"
            assert not re.search("[ўі]", label.ru.lower()), f"{key}: letters that Russian has not"


def test_every_key_that_the_code_names_exists():
    known = texts.load()
    scripts = "".join(path.read_text(encoding="utf-8") for path in FILES if path.suffix == ".js")
    others = "".join(path.read_text(encoding="utf-8") for path in FILES if path.suffix != ".js")
    named = {f"page.{key}" for key in re.findall(r'(?<!\w)text\("([a-z_.]+)"', scripts)}
    named |= set(re.findall(r"""(?:texts\.label|text)\(["']([a-z_.]+[a-z_])["']\)""", others))
    assert len(named) > 60
    assert sorted(named - set(known)) == []


def test_absent_translation_falls_back_to_russian():
    assert texts.Label("Область", en="Oblast").encoded() == ["Область", "Oblast", "Область"]
    assert texts.Label("М1").encoded() == "М1"


def test_common_part_of_titles_in_two_currencies():
    roubles = texts.Label("Зарплата, рубли РФ", "Wage, RUB", "Заробак, рас. рублі")
    belarusian = texts.Label("Зарплата, бел. рубли", "Wage, BYN", "Заробак, бел. рублі")
    assert texts.common(roubles, belarusian) == texts.Label("Зарплата", "Wage", "Заробак")


def test_unknown_key_is_a_fault_of_the_code():
    with pytest.raises(KeyError, match=r"no\.such"):
        texts.label("no.such")
