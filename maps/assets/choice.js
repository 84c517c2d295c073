"use strict";

/* What is mapped: the choice of level, indicator and step. */
atlas.choice = (() => {
  const { data, series, state, t, text } = atlas;
  const { button, el } = atlas.dom;
  const LEVELS = ["district", "oblast", "district_pair", "oblast_pair"];
  const pen = document.createElement("canvas").getContext("2d");
  /* What the frame and the arrow of a list take of its width, in sizes of its text. */
  const ARROW = 3;

  /**
   * Offer the levels that can be mapped.
   * @example atlas.choice.build();
   */
  function build() {
    for (const level of LEVELS.filter((name) => series.mappable(name).length)) {
      const turn = () => chooseLevel(level);
      document.getElementById("levels").append(button({ "data-level": level, onclick: turn }));
    }
    const list = document.getElementById("indicator");
    list.addEventListener("change", (event) => atlas.set({ indicator: event.target.value }));
    new ResizeObserver(tellTitle).observe(list);
    atlas.on(["indicator", "language"], draw);
  }

  /**
   * The indicator that is mapped first.
   * @example atlas.set({ indicator: atlas.choice.first() });
   */
  function first() {
    const { start, indicators } = data.record;
    return start || indicators.find((indicator) => indicator.scales.length).id;
  }

  /**
   * The title stands above the legend in full where the list cuts it off, which hangs on the font.
   * @example atlas.choice.tellTitle();
   */
  function tellTitle() {
    const list = document.getElementById("indicator");
    const { font, fontSize } = getComputedStyle(list);
    pen.font = font;
    const room = list.offsetWidth - ARROW * parseFloat(fontSize);
    const cut = pen.measureText(t(data.indicators.get(state.indicator).title)).width > room;
    for (const title of document.querySelectorAll(".legend-title")) title.classList.toggle("long", cut);
  }

  function chooseLevel(level) {
    const unit = data.units.get(state.unit);
    const parent = unit && unit.level === "district" && level === "oblast" ? unit.parent : "";
    const indicator = series.counterpart(data.indicators.get(state.indicator), level).id;
    atlas.set({ indicator, unit: parent, other: "" });
  }

  function draw() {
    const indicator = data.indicators.get(state.indicator);
    for (const turn of document.querySelectorAll("[data-level]")) {
      turn.textContent = text(`level.${turn.dataset.level}`);
      turn.setAttribute("aria-pressed", String(turn.dataset.level === indicator.level));
    }
    document.getElementById("indicator").replaceChildren(...groups(indicator));
    drawSteps(indicator);
  }

  /* Of a series the step that is mapped stands for all. */
  function groups(indicator) {
    const found = new Map();
    for (const [item] of series.entries(series.mappable(indicator.level))) {
      const name = t(item.group);
      if (!found.has(name)) found.set(name, el("optgroup", { label: name }));
      const chosen = item.id === indicator.id || (item.series && item.series === indicator.series);
      const offered = chosen ? indicator : item;
      found.get(name).append(el("option", { value: offered.id, selected: chosen }, t(offered.title)));
    }
    return found.values();
  }

  /* A slider over the steps of a series (years, parameters, scenarios); two steps are a switch. */
  function drawSteps(indicator) {
    const steps = series.mappable(indicator.level).filter(({ series: own }) => own && own === indicator.series);
    const box = document.getElementById("step");
    const output = box.querySelector("output");
    const focused = box.contains(document.activeElement);
    if (output && focused) {
      output.textContent = t(indicator.step);
      return;
    }
    box.replaceChildren(...control(steps, indicator));
    if (focused && box.firstChild) box.querySelector("[aria-pressed=true]").focus();
  }

  function control(steps, current) {
    if (steps.length < 2) return [];
    if (steps.length === 2) return [turn(steps, current)];
    const names = steps.map((step) => t(step.step));
    const change = (step) => atlas.set({ indicator: steps[step].id });
    return [atlas.dom.slider(names, steps.indexOf(current), { change })];
  }

  function turn(steps, current) {
    const buttons = steps.map((step) => {
      const go = () => atlas.set({ indicator: step.id });
      return button({ "aria-pressed": String(step === current), onclick: go }, t(step.step));
    });
    return el("div", { class: "levels turn", role: "group", "aria-label": text("step") }, ...buttons);
  }

  return { build, first, tellTitle };
})();
