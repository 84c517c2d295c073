"""A page in a browser as a planner opens it, with all that it asked for and complained about."""

import dataclasses
import pathlib
import re

from playwright import sync_api

SCREENSHOTS = pathlib.Path(__file__).parents[1] / "build" / "screenshots"
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
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

    def save(self, name):
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")


def plain(text):
    """Text with ordinary blanks, as a person reads it."""
    return re.sub(r"[\u00a0\u202f]", " ", text)
