"use strict";

/* The landing page only speaks: numbers and texts in the chosen language. */
atlas.on(["language"], () => {
  for (const element of document.querySelectorAll("[data-number]")) {
    element.textContent = atlas.number(Number(element.dataset.number));
  }
});
atlas.set({ language: atlas.speak() });
document.body.classList.add("ready");
