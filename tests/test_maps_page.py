import html.parser
import json
import pathlib
import re
import subprocess
import sys

import tiny_pages

from maps import texts
from maps.web import page

ROOT = pathlib.Path(__file__).parents[1]
# Attributes by which a page fetches something by itself.
FETCHING = {"src", "srcset", "data", "poster", "background", "action", "manifest"}


class Elements(html.parser.HTMLParser):
    """Elements with their attributes, and the text of each script."""

    def __init__(self, text):
        super().__init__()
        self.found, self.scripts = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data):
        if self.lasttag == "script" and self.scripts:
            self.scripts[-1] += data


def test_page_asks_no_host_for_anything():
    text = page.render(tiny_pages.page())
    for tag, attributes in Elements(text).found:
        assert tag not in {"link", "iframe", "object", "embed", "base", "form"}
        assert not FETCHING & set(attributes), (tag, attributes)
    assert not re.search(r"url\((?!data:|#|'#|\"#)", text)
    assert "@import" not in text
    assert "sourceMappingURL" not in text
    assert "default-src 'none'" in text


def test_leaflet_icons_are_inside():
    assert page.render(tiny_pages.page()).count("url(data:image/png;base64,") == 3


def test_same_content_gives_the_same_bytes_in_another_process():
    code = (
        "import sys; sys.path.insert(0, 'tests'); import tiny_pages; from maps.web import page;"
        "sys.stdout.buffer.write(page.render(tiny_pages.page()).encode())"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert outputs == {page.render(tiny_pages.page()).encode()}


def test_hostile_text_stays_text():
    elements = Elements(page.render(tiny_pages.page()))
    assert [tag for tag, _ in elements.found].count("script") == 4
    assert "img" not in [tag for tag, _ in elements.found]
    record = json.loads(elements.scripts[0])
    assert record["units"][-1]["name"][0] == tiny_pages.HOSTILE
    assert "<" not in elements.scripts[0]


def test_title_of_the_page_is_escaped():
    text = page.render(tiny_pages.page(title=texts.Label(tiny_pages.HOSTILE)))
    assert "<img" not in text
    assert [tag for tag, _ in Elements(text).found].count("script") == 4


def test_page_is_russian_until_asked():
    text = page.render(tiny_pages.page())
    assert '<html lang="ru">' in text
    assert "<title>Проба</title>" in text
    assert ">Показатель на карте<" in text
