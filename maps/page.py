"""The one page of every map: a folium map in our template, all assets inside the file."""

from __future__ import annotations

import base64
import functools
import importlib.resources
import json
import pathlib
import re

import branca.element
import folium
import folium.template
import jinja2
import markupsafe

from maps import encode, spec, texts

_ASSETS = pathlib.Path(__file__).with_name("assets")
_TEMPLATES = pathlib.Path(__file__).with_name("templates")
_STYLES = ("base.css", "map.css", "scores.css", "print.css", "index.css")
_SCRIPTS = (
    "atlas.js",
    "data.js",
    "scores.js",
    "ranking.js",
    "units.js",
    "legend.js",
    "layers.js",
    "places.js",
    "card.js",
    "table.js",
    "panel.js",
    "start.js",
)


class _Map(folium.Map):
    """folium's map without its links to other hosts and without its page-wide styles."""

    _template = folium.template.Template(
        """
        {% macro html(this, kwargs) %}
        <div class="folium-map" id={{ this.get_name()|tojson }}></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        const {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {{ this.options|tojavascript }});
        {% endmacro %}
        """
    )


def render(content: spec.PageSpec) -> str:
    """One map as a self-contained HTML page; the same spec gives the same text."""
    figure = branca.element.Figure()
    drawn = _Map(
        tiles=None,
        zoom_control=False,
        zoom_snap=0.25,
        zoom_delta=0.5,
        wheel_px_per_zoom_level=120,
        max_zoom=13,
    )
    drawn.default_js, drawn.default_css = [], []
    _name(drawn, "atlas").add_to(figure)
    figure.render()
    figure.script.add_child(branca.element.Element(f"atlas.start({drawn.get_name()});"), name="start")
    return document(
        "page.html",
        page=content,
        record=embedded(encode.page(content)),
        map_html=_rendered(figure.html),
        map_script=_rendered(figure.script),
        leaflet_css=markupsafe.Markup(_leaflet_css()),
        leaflet_js=markupsafe.Markup(_inlined(_leaflet("leaflet.js"))),
        script=script(*_SCRIPTS),
    )


def document(template: str, **values: object) -> str:
    """Fill one of our templates; every value is escaped unless it is markup."""
    environment = _environment()
    styles = markupsafe.Markup("\n".join(_asset(name) for name in _STYLES))
    text = environment.get_template(template).render(
        styles=styles, languages=texts.LANGUAGES, text=texts.label, texts=texts, **values
    )
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip()) + "\n"


def script(*names: str) -> markupsafe.Markup:
    """Our scripts, one after the other, as they stand in a page."""
    return markupsafe.Markup("\n".join(_inlined(_asset(name)) for name in names))


def embedded(record: object) -> markupsafe.Markup:
    """JSON that is safe inside a script element, whatever the texts contain."""
    return jinja2.utils.htmlsafe_json_dumps(
        record, dumps=json.dumps, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )


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


def _name(element: branca.element.Element, name: str) -> branca.element.Element:
    """Replace folium's random id, so that each build gives the same page."""
    element._id = name
    return element


def _rendered(element: branca.element.Element) -> markupsafe.Markup:
    return markupsafe.Markup(element.render())


def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")


def _leaflet(name: str) -> str:
    files = importlib.resources.files("xstatic.pkg.leaflet") / "data"
    return (files / name).read_text(encoding="utf-8")


def _leaflet_css() -> str:
    """Leaflet's styles with their icons inside."""
    images = importlib.resources.files("xstatic.pkg.leaflet") / "data" / "images"

    def data_uri(match: re.Match[str]) -> str:
        image = base64.b64encode((images / match[1]).read_bytes()).decode("ascii")
        return f"url(data:image/png;base64,{image})"

    return re.sub(r"url\(images/([\w.-]+)\)", data_uri, _leaflet("leaflet.css"))


def _inlined(source: str) -> str:
    """Keep a script from ending its own element and from asking for its source map."""
    return re.sub(r"//# sourceMappingURL=\S+", "", source).replace("</script", "<\\/script")
