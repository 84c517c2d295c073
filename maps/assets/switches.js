"use strict";

/* The layers in the panel: groups of them with their symbols, each switched on and off, stepped through. */
atlas.switches = (() => {
  const { data, layers, series, state, swatch, t, text } = atlas;
  const { el } = atlas.dom;

  /**
   * Keep the list of layers up to date.
   * @example atlas.switches.build();
   */
  function build() {
    atlas.on(["language", "focus"], draw);
    layers.whenRevealed(draw);
  }

  function draw() {
    const box = document.getElementById("layers");
    for (const old of box.querySelectorAll("fieldset")) old.remove();
    const fieldsets = new Map();
    for (const steps of series.steps(data.record.layers)) {
      if (!steps.flat().some(isDrawn)) continue;
      const name = t(steps[0][0].group);
      if (!fieldsets.has(name)) fieldsets.set(name, el("fieldset", {}, el("legend", {}, name)));
      fieldsets.get(name).append(entry(steps));
    }
    box.append(...fieldsets.values());
  }

  function isDrawn({ image, features }) {
    return Boolean(image) || features.some((feature) => feature.geometry || feature.units.length);
  }

  function entry(steps) {
    const shown = steps.findLastIndex((step) => step.some(layers.isShown));
    const first = steps.findIndex((step) => step.some((layer) => layer.visible));
    const number = shown < 0 ? Math.max(0, first) : shown;
    return el("div", { class: "layer" }, head(steps, number, shown >= 0), ...(shown < 0 ? [] : details(steps, number)));
  }

  function head(steps, number, checked) {
    const [layer] = steps[number];
    const switched = (event) => {
      layers.chooseStep(steps, event.target.checked ? number : -1);
      draw();
      switchOf(layer.id)?.focus();
    };
    const [first] = layer.features;
    return el(
      "label",
      {},
      el("input", { type: "checkbox", checked, "data-layer": layer.id, onchange: switched }),
      layer.symbols.length === 1 ? swatch.draw(layer.symbols[0]) : null,
      el("span", {}, t(layer.title)),
      first?.name ? el("span", { class: "count" }, String(layer.features.length)) : null,
    );
  }

  function details(steps, number) {
    const [layer, ...more] = steps[number];
    const choose = layer.choice ? list : slider;
    return [
      steps.length > 1 ? choose(steps, number) : null,
      layer.symbols.length === 1 ? null : swatch.key(layer),
      remark(layer),
      ...more.flatMap((other) => [swatch.key(other), remark(other)]),
    ];
  }

  function remark(layer) {
    const publishers = [...new Set(layer.sources.map((number) => t(data.record.sources[number].publisher)))];
    const focus = layers.subjects.get(state.focus);
    const words = atlas.joined(
      [
        layer.focused && focus !== undefined ? `${t(focus)}.` : "",
        t(layer.note),
        publishers.length ? `${text("source")}: ${publishers.join("; ")}.` : "",
      ],
      " ",
    );
    return words ? el("p", { class: "remark" }, words) : null;
  }

  function switchOf(id) {
    return [...document.querySelectorAll("[data-layer]")].find((input) => input.dataset.layer === id);
  }

  /* Steps without an order. */
  function list(steps, current) {
    const change = (event) => {
      const number = Number(event.target.value);
      layers.chooseStep(steps, number);
      draw();
      switchOf(steps[number][0].id).closest(".layer").querySelector("select").focus();
    };
    const options = steps.map(([first], number) =>
      el("option", { value: String(number), selected: number === current }, t(first.step)),
    );
    return el("select", { "aria-label": text("step"), onchange: change }, ...options);
  }

  function slider(steps, current) {
    const names = steps.map(([first]) => t(first.step));
    const change = (step) => layers.chooseStep(steps, step);
    return atlas.dom.slider(names, current, { change, settle: draw });
  }

  /**
   * Symbols of all layers on the map, for the legend of the sheet; of a series only its last step.
   * @example document.getElementById("print-layers").replaceChildren(...atlas.switches.legend());
   */
  function legend() {
    const later = (layer, other) => other.series === layer.series && String(other.step) !== String(layer.step);
    const last = (layer, i, all) => !layer.series || !all.slice(i + 1).some((other) => later(layer, other));
    const titled = layers.visible().filter((layer) => layer.symbols.some((symbol) => symbol.title));
    return titled.filter(last).map((layer) => {
      const signs = layer.symbols.length > 1 ? swatch.key(layer) : swatch.draw(layer.symbols[0]);
      return el("div", { class: "printed-layer" }, el("b", {}, series.title(layer)), signs);
    });
  }

  return { build, legend };
})();
