"use strict";

/* The search box and what it finds. */
atlas.finder = (() => {
  const { data, t, text } = atlas;
  const { el } = atlas.dom;
  const box = document.getElementById("search");
  const list = document.getElementById("found");

  /**
   * Bring the search to life.
   * @example atlas.finder.build();
   */
  function build() {
    box.addEventListener("input", draw);
    box.addEventListener("keydown", pick);
  }

  /* Features are found that are drawn and stand in no series. */
  function features() {
    const all = [...atlas.layers.shapes.values()];
    return all.filter(({ layer, feature }) => feature.geometry && !layer.series).map(({ feature }) => feature);
  }

  function draw() {
    const wanted = atlas.search.plain(box.value.trim());
    const found = atlas.search.find(wanted, features());
    list.replaceChildren(...found.map(option));
    if (wanted && !found.length) list.append(el("li", { class: "none" }, text("not_found")));
    list.hidden = !wanted;
    box.setAttribute("aria-expanded", String(Boolean(wanted)));
  }

  function option({ unit, feature, name, place }, number) {
    const around = data.units.get(place);
    const go = (event) => {
      event.preventDefault();
      if (unit) atlas.units.visit(unit.id);
      else atlas.layers.show(feature.id);
      leave();
    };
    const properties = { role: "option", id: `found-${number}`, "aria-selected": "false", onmousedown: go };
    return el("li", properties, name, around ? el("small", {}, t(around.name)) : null);
  }

  function leave() {
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
  }

  function pick(event) {
    const options = [...list.querySelectorAll("[role=option]")];
    const now = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") leave();
    if (!options.length) return;
    if (event.key === "Enter")
      options[Math.max(now, 0)].dispatchEvent(new MouseEvent("mousedown", { cancelable: true }));
    if (!step) return;
    event.preventDefault();
    select(options, options[(now + step + options.length) % options.length]);
  }

  function select(options, next) {
    for (const one of options) one.setAttribute("aria-selected", String(one === next));
    box.setAttribute("aria-activedescendant", next.id);
  }

  return { build };
})();
