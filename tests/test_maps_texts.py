import pathlib
import re
import string

import pytest
import regions
import tiny_pages

from geo import errors
from layers import embedded, region
from maps import texts
from maps.texts import checks

TEXTS = pathlib.Path(texts.__file__).parent
MAPS = TEXTS.parent
FILES = [*MAPS.rglob("*.py"), *MAPS.glob("assets/*.js"), *MAPS.glob("templates/*.html")]
WRITTEN = {path.stem: texts.read(path.stem, TEXTS) for path in sorted(TEXTS.glob("*.toml"))}
TOLD = {
    name: {
        path.stem: texts.read(path.stem, path.parent)
        for path in sorted(embedded.folder(name).glob("texts/*.toml"))
    }
    for name in embedded.names()
}
SAID = [
    *((language, key, text) for language, said in WRITTEN.items() for key, text in said.items()),
    *(
        (language, key, text)
        for of in TOLD.values()
        for language, said in of.items()
        for key, text in said.items()
    ),
]
# Letters of other alphabets, by which a foreign text is known.
STRANGE = {
    "ru": "ўіәғқңөұүһ",
    "be": "ищъәғқңөұүһ",
    "kk": "ўёщ",
    "en": "а-яёўіәғқңөұүһ",
}
# Words that Kazakh shares with Russian.
SHARED = {
    *("км", "км²", "мин", "МБ", "КБ", "K, км", "геом.", "арифм."),
    *("{value} км", "{value} мин", "{low}–{high} мин", "{band} км"),
    *("Карта", "Карточка", "Файл", "Автомагистраль", "автомагистраль"),
    *("балл", "балл, 0–1", "Балл, 0–1", "класс, 1–3", "Станция ({country_a})", "Станция ({country_b})"),
}


def fields(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


def test_every_language_has_the_same_texts():
    assert set(WRITTEN) >= {"ru", "en", "be", "kk"}
    for language, said in WRITTEN.items():
        assert list(said) == list(WRITTEN["ru"]), language
        assert {key for key, text in said.items() if not text.strip()} <= {"page.reader_note"}, language


def test_texts_have_the_same_fields_to_fill_in_each_language():
    for _, key, text in SAID:
        assert fields(text) == fields(WRITTEN["ru"].get(key, "")), (key, text)


def test_each_language_is_written_in_its_own_letters():
    for language, key, text in SAID:
        assert not re.search(f"[{STRANGE[language]}]", text.lower()), (language, key)


def test_no_word_mixes_letters_that_only_look_alike():
    """A Latin i or a Cyrillic о inside a word of the other alphabet is found by no search."""
    for language, key, text in SAID:
        bare = re.sub(r"\{\w+\}", " ", text)
        assert not re.search("[a-z][Ѐ-ӿ]|[Ѐ-ӿ][a-z]", bare, re.IGNORECASE), (language, key)


def test_kazakh_is_no_copy_of_russian():
    same = {text for key, text in WRITTEN["kk"].items() if text == WRITTEN["ru"][key]}
    assert {text for text in same if re.search("[а-яё]", text.lower())} == SHARED


def test_a_language_names_its_locale_and_whether_a_native_speaker_has_read_it():
    assert {language: said["page.locale"] for language, said in WRITTEN.items()} == {
        "be": "ru-RU",
        "en": "en-GB",
        "kk": "kk-KZ",
        "ru": "ru-RU",
    }
    unread = {language for language, said in WRITTEN.items() if said["page.reader_note"]}
    assert unread == {"be", "kk"}


@pytest.mark.parametrize("name", embedded.names())
def test_words_of_one_border_replace_general_ones_or_name_fields_of_its_own(name):
    keys = {language: set(said) for language, said in TOLD[name].items()}
    assert set(keys) == set(region.load(embedded.folder(name)).languages)
    assert len(set(map(frozenset, keys.values()))) == 1
    own = {
        key for key in keys["ru"] - set(WRITTEN["ru"]) if not key.startswith(("geopackage.field.", "absent."))
    }
    assert own == set()


def test_words_of_a_region_that_cannot_be_shown_are_found_before_the_build(tmp_path):
    folder = regions.copy(tmp_path)
    (folder / "texts" / "ru.toml").write_text('page.map = "Карта {whose}"\n', encoding="utf-8")
    (folder / "texts" / "en.toml").write_text('page.map = "Map {"\n', encoding="utf-8")
    (folder / "texts" / "be.toml").write_text('page.map = "Карта\n', encoding="utf-8")
    with pytest.raises(errors.InputError) as caught:
        checks.check(region.load(folder))
    said = sorted(caught.value.findings)
    assert len(said) == 3
    assert said[0].startswith("texts/be.toml: not readable as TOML: ")
    assert said[1].startswith("texts/en.toml: page.map: ")
    assert said[1].endswith("; expected fields as {name}")
    assert said[2] == "texts/ru.toml: page.map: {whose}; expected no field"


def test_texts_that_nothing_shows_or_that_cannot_be_read_are_found(tmp_path):
    folder = regions.copy(tmp_path)
    ours = folder / "texts"
    (ours / "en.toml").write_text('page.mapp = "Map"\ngeopackage.field.oktmo = "Code"\n', encoding="utf-8")
    (ours / "be.toml").write_text('page.map = "Карта"\r\n', encoding="utf-8-sig", newline="")
    (ours / "ru.toml").write_bytes('page.map = "Карта приграничья"\n'.encode("cp1251"))
    with pytest.raises(errors.InputError) as caught:
        checks.check(region.load(folder))
    assert caught.value.findings == (
        "texts/ru.toml: not UTF-8 at byte 12, looks like windows-1251; expected UTF-8 text",
        "texts/en.toml: page.mapp: no such text; expected a key of maps/texts/en.toml",
    )


def test_a_silent_language_speaks_as_the_first_and_a_later_folder_has_the_last_word(tmp_path):
    general, own = tmp_path / "general", tmp_path / "own"
    for folder in (general, own):
        folder.mkdir()
    (general / "kk.toml").write_text('[page]\nmap = "Карта"\nprint = "Басып шығару"\n', encoding="utf-8")
    (general / "en.toml").write_text('[page]\nmap = "Map"\n', encoding="utf-8")
    (own / "kk.toml").write_text('page.map = "Біздің карта"\n', encoding="utf-8")
    assert texts.merged(("kk", "en"), general, own) == {
        "page.map": {"kk": "Біздің карта", "en": "Map"},
        "page.print": {"kk": "Басып шығару", "en": "Басып шығару"},
    }


def test_every_key_that_the_code_names_exists(region):
    known = texts.load(region)
    scripts = "".join(path.read_text(encoding="utf-8") for path in FILES if path.suffix == ".js")
    others = "".join(path.read_text(encoding="utf-8") for path in FILES if path.suffix != ".js")
    named = {f"page.{key}" for key in re.findall(r'(?<!\w)text\("([a-z_.]+)"', scripts)}
    named |= set(re.findall(r"""(?:texts\.label|text)\(["']([a-z_.]+[a-z_])["']\)""", others))
    assert len(named) > 60
    assert sorted(named - set(known)) == []


def test_absent_translation_falls_back_to_russian():
    assert tiny_pages.said("Область", en="Oblast").encoded() == ["Область", "Oblast", "Область"]
    assert texts.plain("М1").encoded() == "М1"


def test_common_part_of_titles_in_two_currencies():
    roubles = tiny_pages.said("Зарплата, рубли РФ", "Wage, RUB", "Заробак, рас. рублі")
    belarusian = tiny_pages.said("Зарплата, бел. рубли", "Wage, BYN", "Заробак, бел. рублі")
    assert texts.common(roubles, belarusian) == tiny_pages.said("Зарплата", "Wage", "Заробак")


def test_unknown_key_is_a_fault_of_the_code(region):
    with pytest.raises(KeyError, match=r"no\.such"):
        texts.label(region, "no.such")
