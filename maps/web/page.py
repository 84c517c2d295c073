"""The one page of every map: a folium map in our template, all assets inside the file."""

from __future__ import annotations

import base64
import importlib.resources
import re
import typing

import branca.element
import folium
import folium.features
import folium.template
import markupsafe

from layers.region import Region
from maps.web import document, encode, spec

# Each after those that it uses.
_SCRIPTS = (
    *("atlas.js", "wire.js", "data.js", "geometry.js", "periods.js", "figures.js", "classes.js", "series.js"),
    *("provenance.js", "search.js", "rows.js", "standing.js", "symbols.js", "layout.js", "dom.js"),
    *("language.js", "swatch.js", "panel.js", "sources.js", "drawing.js", "units.js", "paint.js"),
    *("layers.js", "switches.js", "places.js", "choice.js", "legend.js", "scores.js", "ranking.js"),
    *("cells.js", "leads.js", "unit_card.js", "feature_card.js", "card.js", "table.js", "finder.js"),
    *("sheet.js", "start.js"),
)
Named = typing.TypeVar("Named", bound=branca.element.Element)
# Lower panes first, by the number that orders them; what is still lets the pointer through.
_PANES = {
    "land": 200,
    "units": 300,
    "water": 320,
    "areas": 380,
    "casings": 395,
    "lines": 400,
    "pairs": 410,
    "hatches": 415,
    "outlines": 420,
    "dots": 440,
    "points": 450,
    "names": 460,
}
_STILL = {"land", "water", "casings", "hatches", "outlines", "dots", "names"}


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


def render(region: Region, content: spec.PageSpec) -> str:
    """One map as a self-contained HTML page; the same spec gives the same text."""
    figure = branca.element.Figure()
    drawn = _map()
    drawn.add_to(figure)
    figure.render()
    figure.script.add_child(branca.element.Element(f"atlas.start({drawn.get_name()});"), name="start")
    return document.fill(
        region,
        "page.html",
        page=content,
        record=document.embedded(encode.page(region, content)),
        map_html=_rendered(figure.html),
        map_script=_rendered(figure.script),
        leaflet_css=markupsafe.Markup(_leaflet_css()),
        leaflet_js=markupsafe.Markup(document.inlined(_leaflet("leaflet.js"))),
        script=document.script(*_SCRIPTS),
    )


def _map() -> folium.Map:
    """Make the map with its panes and controls; the scripts fill the panes."""
    drawn = _Map(tiles=None, zoom_snap=0.25, zoom_delta=0.5, wheel_px_per_zoom_level=120, max_zoom=13)
    drawn.default_js, drawn.default_css = [], []
    for name, order in _PANES.items():
        pane = folium.map.CustomPane(name, z_index=order, pointer_events=name not in _STILL)
        _name(pane, name).add_to(drawn)
    scale = folium.features.Control("Scale", position="bottomleft", imperial=False, max_width=140)
    _name(scale, "bar").add_to(drawn)
    return _name(drawn, "atlas")


def _name(element: Named, name: str) -> Named:
    """Replace folium's random id, so that each build gives the same page."""
    element._id = name
    return element


def _rendered(element: branca.element.Element) -> markupsafe.Markup:
    return markupsafe.Markup(element.render())


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
