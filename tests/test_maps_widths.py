"""Every page has room for what it says: any screen, a wide and a narrow family, text twice as large."""

import browsing
import pytest
import tiny_pages

from maps.web import page

MAPS = ("overview", "proximity", "corridors", "catchments", "cooperation_intensity", "candidate_sites")
PAGES = ("index", *MAPS)
HEIGHT = 900
# Phones, tablets and a desktop, each in one of the languages or in several.
WIDE = (
    *((360, "be"), (390, "ru"), (390, "en"), (820, "ru"), (1024, "be")),
    *((1440, "ru"), (1440, "en"), (1440, "be")),
)
NARROW = ((390, "be"), (1440, "ru"))
TWICE = ((390, "ru"), (1440, "be"))
TWICE_PX = 32

# What a reader opens, one after the other; all that is folded is unfolded.
STATES = {
    "start": "atlas.panel.closeDrawer()",
    "layers": "document.querySelector('[data-drawer=layers]').click()",
    "search": """(() => {
      const search = document.getElementById("search");
      search.value = "а";
      search.dispatchEvent(new Event("input"));
    })()""",
    "card": """(() => {
      document.getElementById("found").hidden = true;
      atlas.units.choose("RU-SMO-rudnyansky");
      atlas.panel.open("card");
    })()""",
    "comparison": "atlas.set({ other: 'BY-VI-lioznensky' })",
    "table": "atlas.panel.open('table')",
    "sources": "atlas.panel.open('sources')",
    "about": "atlas.panel.open('about')",
    "feature": """(() => {
      const named = atlas.data.record.layers.flatMap((layer) => layer.features || []).find((one) => one.name);
      atlas.set({ unit: "", other: "", feature: named.id });
      atlas.panel.open("card");
    })()""",
    "end": "atlas.set({ feature: '' })",
}
UNFOLD = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"

# Texts, figures and controls that stick out of the box they stand in, are cut off by one around it or lie
# over each other on the map, and figures broken within. What is on the map itself may leave it, and the list
# of maps scrolls.
CUT = r"""() => {
  const found = [];
  const aside = ".folium-map, .patterns, .skip, label[for=search], .pages";
  const pen = document.createElement("canvas").getContext("2d");
  const style = new Map();
  const of = (e) => style.get(e) || style.set(e, getComputedStyle(e)).get(e);
  const tell = (what, e, by) => {
    const words = (e.placeholder || e.textContent || e.className.baseVal || "").trim().slice(0, 40);
    const place = e.closest("[id]") ? `#${e.closest("[id]").id} ` : "";
    found.push(`${place}${e.tagName.toLowerCase()} "${words}" ${what} ${Math.round(by)} px`);
  };
  const inside = (e, rect) => {
    for (let box = e, nearest = true; box && box !== document.body; box = box.parentElement) {
      const { display, overflowX, overflowY } = of(box);
      if (display === "inline" || display === "contents") continue;
      const edge = box.getBoundingClientRect();
      const by = Math.max(rect.right - edge.right, edge.left - rect.left);
      if ((nearest || overflowX !== "visible") && by > 1) return tell("sticks out by", e, by);
      const down = Math.max(rect.bottom - edge.bottom, edge.top - rect.top);
      if (overflowY === "hidden" && overflowX === "hidden" && down > 1) return tell("is cut by", e, down);
      if (overflowX === "auto" || overflowX === "scroll") return;
      nearest = false;
    }
    const by = Math.max(rect.right - document.documentElement.clientWidth, -rect.left);
    if (by > 1) tell("leaves the screen by", e, by);
  };
  const shown = (e) => !e.closest(aside) && e.checkVisibility({ visibilityProperty: true });
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text; (text = texts.nextNode());) {
    const e = text.parentElement;
    if (!text.data.trim() || e.matches("option, script, style") || !shown(e)) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const rects = [...range.getClientRects()].filter((rect) => rect.width);
    for (const rect of rects) inside(e, rect);
    const lines = new Set(rects.map((rect) => rect.top)).size;
    if (/^[\u2212\d\u00a0\u202f.,]+$/.test(text.data.trim()) && lines > 1) tell("is broken into", e, lines);
  }
  for (const e of document.querySelectorAll("button, input, select, svg, .swatch, .cell")) {
    if (shown(e)) inside(e.parentElement, e.getBoundingClientRect());
  }
  for (const e of document.querySelectorAll("select, input[placeholder]")) {
    if (!shown(e) || (e.id === "indicator" && document.querySelector("#legend .long"))) continue;
    const { font, fontSize, paddingLeft, paddingRight } = of(e);
    pen.font = font;
    const words = e.placeholder || e.selectedOptions[0].textContent;
    const arrow = e.placeholder ? 0 : 1.6 * parseFloat(fontSize);
    const around = parseFloat(paddingLeft) + parseFloat(paddingRight) + arrow;
    const by = pen.measureText(words).width + around - e.clientWidth;
    if (by > 1) tell("cuts its words by", e, by);
  }
  const over = [...document.querySelectorAll(".leaflet-control, #strip")].filter((e) => e.checkVisibility());
  over.forEach((a, i) => over.slice(i + 1).forEach((b) => {
    const [p, q] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
    const x = Math.min(p.right, q.right) - Math.max(p.left, q.left);
    const y = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
    if (x > 1 && y > 1) tell("lies under another by", a, Math.min(x, y));
  }));
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) found.push(`the page scrolls sideways by ${scrollWidth - clientWidth} px`);
  return [...new Set(found)];
}"""


def address(atlas, name):
    return atlas / "index.html" if name == "index" else atlas / "maps" / f"{name}.html"


def faults(found, name, screens):
    """What has no room, by screen, language and what is open."""
    seen = {}
    for width_px, language in screens:
        found.page.set_viewport_size({"width": width_px, "height": HEIGHT})
        found.speak(language)
        for state, act in {"start": "0"}.items() if name == "index" else STATES.items():
            found.page.evaluate(act)
            found.page.evaluate(UNFOLD)
            for fault in found.page.evaluate(CUT):
                seen.setdefault(fault, (width_px, language, state))
    return seen


@pytest.mark.parametrize("name", PAGES)
def test_everything_has_room_on_every_screen(opened, atlas, name, family):
    """The index and every map, with panel, search, card, comparison, table, sources and notes open."""
    found = opened(address(atlas, name), family=family)
    assert faults(found, name, WIDE if family == browsing.FAMILIES[0] else NARROW) == {}


@pytest.mark.parametrize("name", PAGES)
def test_text_twice_as_large_has_room(opened, atlas, name):
    """The size that the reader has set in the browser."""
    found = opened(address(atlas, name), family=browsing.FAMILIES[0], text_px=TWICE_PX)
    size = found.page.locator("h1").evaluate("h1 => parseFloat(getComputedStyle(h1).fontSize)")
    assert size >= TWICE_PX
    assert faults(found, name, TWICE) == {}


@pytest.mark.parametrize(
    ("style", "told"),
    [
        (".card-head h2 { margin-left: 9999px }", "sticks out"),
        (".tab { overflow: hidden; height: 40px }", "is cut"),
        ("#search { width: 20px }", "cuts its words"),
        (".leaflet-right { right: auto; left: 0 }", "lies under another"),
        ("header { width: 2000px }", "scrolls sideways"),
    ],
)
def test_what_has_no_room_is_found(region, opened, tmp_path, style, told):
    path = tmp_path / "tiny.html"
    path.write_text(page.render(region, tiny_pages.page()), encoding="utf-8")
    found = opened(path)
    found.page.evaluate("atlas.units.choose('u0')")
    assert found.page.evaluate(CUT) == []
    found.page.add_style_tag(content=style)
    assert any(told in fault for fault in found.page.evaluate(CUT))
