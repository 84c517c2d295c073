"""Our templates, styles and scripts, filled into one self-contained document."""

from __future__ import annotations

import functools
import json
import pathlib
import re

import jinja2
import markupsafe

from layers.region import Region
from maps import texts

_ASSETS = pathlib.Path(__file__).parents[1] / "assets"
_TEMPLATES = pathlib.Path(__file__).parents[1] / "templates"
_STYLES = ("base.css", "map.css", "scores.css", "print.css", "index.css")


def fill(region: Region, template: str, **values: object) -> str:
    """Fill one of our templates; every value is escaped unless it is markup."""
    environment = _environment()
    styles = markupsafe.Markup("\n".join(_asset(name) for name in _STYLES))
    text = environment.get_template(template).render(
        styles=styles,
        languages=list(texts.label(region, "page.own_name").said),
        text=functools.partial(texts.label, region),
        **values,
    )
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip()) + "\n"


def script(*names: str) -> markupsafe.Markup:
    """Our scripts, one after the other, as they stand in a page."""
    return markupsafe.Markup("\n".join(inlined(_asset(name)) for name in names))


def embedded(record: object) -> markupsafe.Markup:
    """JSON that is safe inside a script element, whatever the texts contain."""
    return jinja2.utils.htmlsafe_json_dumps(
        record, dumps=json.dumps, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )


def inlined(source: str) -> str:
    """Keep a script from ending its own element and from asking for its source map."""
    return re.sub(r"//# sourceMappingURL=\S+", "", source).replace("</script", "<\\/script")


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["encoded"] = lambda label: json.dumps(label.encoded(), ensure_ascii=False)
    return environment


def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")
