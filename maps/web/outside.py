"""What a page would fetch from outside itself: a page of the atlas fetches nothing."""

from __future__ import annotations

import html.parser
import re

_FETCHING = {"src", "srcset", "poster", "data", "background", "xlink:href"}
_STYLE_REFERENCE = re.compile(r"""url\(\s*['"]?([^'")]+)|@import\s+['"]([^'"]+)""")
_INSIDE = ("data:", "blob:", "#", "about:")


def references(page: str) -> list[str]:
    """Addresses that a browser would fetch to show a page, sorted, each once.

    Links that a reader may follow (``<a href>``) are none; requests of scripts are not seen here.
    """
    parser = _Parser()
    parser.feed(page)
    parser.close()
    return sorted({address for address in parser.found if address and not address.startswith(_INSIDE)})


class _Parser(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        for name, value in attrs:
            if name in _FETCHING or (name == "href" and tag not in {"a", "area"}):
                self.found.append((value or "").strip())
            if name == "style":
                self._style(value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "style":
            self._in_style = False

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self._style(data)

    def _style(self, text: str) -> None:
        self.found += [(one or other).strip() for one, other in _STYLE_REFERENCE.findall(text)]
