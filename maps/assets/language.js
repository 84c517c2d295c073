"use strict";

/* The language of what stands in the template itself, and its switch. */
atlas.language = (() => {
  const { state, t } = atlas;
  const ATTRIBUTES = { label: "aria-label", placeholder: "placeholder" };

  function translate() {
    document.documentElement.lang = state.language;
    document.title = t(JSON.parse(document.body.dataset.title));
    for (const element of document.querySelectorAll("[data-t]")) {
      element.textContent = t(JSON.parse(element.dataset.t));
    }
    for (const [name, attribute] of Object.entries(ATTRIBUTES)) translateAll(`data-t-${name}`, attribute);
    for (const button of document.querySelectorAll("[data-language]")) {
      button.setAttribute("aria-pressed", String(button.dataset.language === state.language));
    }
    for (const link of document.querySelectorAll("[data-follow]")) follow(link);
  }

  function translateAll(source, attribute) {
    for (const element of document.querySelectorAll(`[${source}]`)) {
      element.setAttribute(attribute, t(JSON.parse(element.getAttribute(source))));
    }
  }

  /* The next page opens in the same language. */
  function follow(link) {
    const page = link.getAttribute("href").replace(/#.*/, "");
    const [first] = atlas.languages();
    link.setAttribute("href", state.language === first ? page : `${page}#lang=${state.language}`);
  }

  /**
   * Bring the language switch to life; gives the language that the address asks for.
   * @example atlas.set({ language: atlas.language.speak() });
   */
  function speak() {
    for (const button of document.querySelectorAll("[data-language]")) {
      button.addEventListener("click", () => atlas.set({ language: button.dataset.language }));
    }
    atlas.on(["language"], translate);
    const asked = new URLSearchParams(location.hash.slice(1)).get("lang");
    return atlas.languages().includes(asked) ? asked : atlas.languages()[0];
  }

  return { speak };
})();
