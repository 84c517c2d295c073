"""A page in a browser as a planner opens it, with all that it asked for and complained about."""

import dataclasses
import pathlib
import re

from playwright import sync_api

SCREENSHOTS = pathlib.Path(__file__).parents[1] / "build" / "screenshots"
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# A wide and a narrow family of letters stand for all those that machines have.
FAMILIES = ("DejaVu Sans", "DejaVu Sans Condensed")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]

# A place on the screen where a click meets the unit itself and no sign above it.
SPOT = """id => {
  const box = document.querySelector(`path[data-unit="${id}"]`).getBoundingClientRect();
  for (let i = 1; i < 20; i++) for (let j = 1; j < 20; j++) {
    const [x, y] = [box.left + (box.width * i) / 20, box.top + (box.height * j) / 20];
    const hit = document.elementFromPoint(x, y);
    if (hit && hit.dataset && hit.dataset.unit === id) return { x, y };
  }
}"""

# Show all letters in one family, in place of those that the styles name.
IN_FAMILY = """addEventListener("DOMContentLoaded", () => {
  const style = document.createElement("style");
  style.textContent = `* { font-family: "FAMILY" !important }`;
  document.head.append(style);
})"""


@dataclasses.dataclass
class Opened:
    """A page with all that it asked for and complained about."""

    page: sync_api.Page
    requests: list[str]
    complaints: list[str]

    def click_unit(self, unit_id):
        spot = self.page.evaluate(SPOT, unit_id)
        self.page.mouse.click(spot["x"], spot["y"])

    def card(self):
        return plain(self.page.locator("#card").inner_text())

    def speak(self, language):
        self.page.locator(f"[data-language={language}]").click()

    def family(self):
        """Families of the font files with which the browser has really drawn the heading."""
        session = self.page.context.new_cdp_session(self.page)
        session.send("DOM.enable")
        session.send("CSS.enable")
        root = session.send("DOM.getDocument")["root"]["nodeId"]
        heading = session.send("DOM.querySelector", {"nodeId": root, "selector": "h1"})["nodeId"]
        drawn = session.send("CSS.getPlatformFontsForNode", {"nodeId": heading})["fonts"]
        session.detach()
        return {font["familyName"] for font in drawn}

    def save(self, name):
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")


def plain(text):
    """Text with ordinary blanks, as a person reads it."""
    return re.sub(r"[\u00a0\u202f]", " ", text)
