"use strict";

/* Around the map: tabs, and drawers on the narrow screen. */
atlas.panel = (() => {
  const TABS = ["card", "table", "sources", "about"];

  /**
   * Bring tabs and drawers to life.
   * @example atlas.panel.build();
   */
  function build() {
    for (const tab of document.querySelectorAll("[data-tab]")) {
      tab.addEventListener("click", () => open(tab.dataset.tab));
    }
    for (const button of document.querySelectorAll("[data-drawer]")) {
      button.addEventListener("click", () => drawer(button.dataset.drawer));
    }
    document.getElementById("tabs").addEventListener("keydown", turn);
    document.querySelector(".skip").addEventListener("click", () => open("table"));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") closeDrawer();
    });
  }

  /**
   * Open a tab.
   * @example atlas.panel.open("card");
   */
  function open(name) {
    for (const tab of TABS) {
      const button = document.getElementById(`tab-${tab}`);
      document.getElementById(tab).hidden = tab !== name;
      button.setAttribute("aria-selected", String(tab === name));
      button.setAttribute("tabindex", tab === name ? "0" : "-1");
    }
    document.body.dataset.tab = name;
    expand(name);
  }

  /* On a narrow screen one drawer at a time covers the lower part of the map. */
  function expand(name) {
    document.body.dataset.drawer = name;
    for (const button of document.querySelectorAll("[data-drawer]")) {
      button.setAttribute("aria-expanded", String(button.dataset.drawer === name));
    }
  }

  function drawer(name) {
    if (document.body.dataset.drawer === name) closeDrawer();
    else if (name === "layers") expand(name);
    else open(name);
  }

  /**
   * Leave the map alone on a narrow screen.
   * @example atlas.panel.closeDrawer();
   */
  function closeDrawer() {
    expand("");
  }

  function turn(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = TABS[(TABS.indexOf(document.body.dataset.tab) + step + TABS.length) % TABS.length];
    open(next);
    document.getElementById(`tab-${next}`).focus();
  }

  return { build, open, closeDrawer };
})();
