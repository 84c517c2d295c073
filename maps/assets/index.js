"use strict";

/* The landing page only speaks: numbers and texts in the chosen language. */
atlas.index = (() => {
  function write() {
    for (const element of document.querySelectorAll("[data-number]")) {
      element.textContent = atlas.number(Number(element.dataset.number));
    }
  }

  /**
   * Fill the page from its record.
   * @example atlas.index();
   */
  function start() {
    const record = JSON.parse(document.getElementById("record").textContent);
    atlas.learn(atlas.wire.decode(record, "index"));
    atlas.on(["language"], write);
    atlas.set({ language: atlas.language.speak() });
    document.body.classList.add("ready");
  }

  return start;
})();
