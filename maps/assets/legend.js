"use strict";

/* What is mapped: the choice of level and indicator, and the legend of the classes. */
atlas.legend = (() => {
  const { data, state, el, t } = atlas;
  /* Titles longer than this are cut off in the list and stand above the legend in full. */
  const LONG_TITLE = 30;

  function build() {
    const levels = document.getElementById("levels");
    for (const level of ["district", "oblast"]) {
      if (!mappable(level).length) continue;
      levels.append(el("button", { type: "button", "data-level": level, onclick: () => chooseLevel(level) }));
    }
    document.getElementById("indicator").addEventListener("change", (event) => {
      atlas.set({ indicator: event.target.value });
    });
    atlas.on(["indicator", "language"], draw);
  }

  function mappable(level) {
    return data.record.indicators.filter((indicator) => indicator.level === level && indicator.scales);
  }

  /* Keep the subject when the level changes, if the other level has it. */
  function chooseLevel(level) {
    const title = t(data.indicators.get(state.indicator).title);
    const offered = mappable(level);
    const same = offered.find((indicator) => t(indicator.title) === title);
    const unit = data.units.get(state.unit);
    const parent = unit && unit.level === "district" && level === "oblast" ? unit.parent : "";
    atlas.set({ indicator: (same || offered[0]).id, unit: parent, other: "" });
  }

  function draw() {
    const indicator = data.indicators.get(state.indicator);
    drawChoice(indicator);
    drawSteps(indicator);
    document.getElementById("legend").replaceChildren(...content(indicator));
    document.getElementById("strip").replaceChildren(...strip(indicator));
    document.getElementById("print-legend").replaceChildren(...content(indicator));
  }

  function drawChoice(indicator) {
    for (const button of document.querySelectorAll("[data-level]")) {
      button.textContent = data.text(`level.${button.dataset.level}`);
      button.setAttribute("aria-pressed", String(button.dataset.level === indicator.level));
    }
    const groups = new Map();
    for (const [first] of data.series(mappable(indicator.level))) {
      const name = t(first.group);
      if (!groups.has(name)) groups.set(name, el("optgroup", { label: name }));
      const chosen = first.id === indicator.id || (first.series && first.series === indicator.series);
      groups.get(name).append(el("option", { value: chosen ? indicator.id : first.id, selected: chosen }, t(first.title)));
    }
    document.getElementById("indicator").replaceChildren(...groups.values());
  }

  /* A slider over the steps of a series (years, parameters, scenarios). */
  function drawSteps(indicator) {
    const steps = indicator.series ? mappable(indicator.level).filter((other) => other.series === indicator.series) : [];
    const box = document.getElementById("step");
    if (box.contains(document.activeElement)) {
      box.querySelector("output").textContent = t(indicator.step);
      return;
    }
    box.replaceChildren(...(steps.length > 1 ? [slider(steps, indicator)] : []));
  }

  function slider(steps, current) {
    const output = el("output", {}, t(current.step));
    const input = el("input", {
      type: "range", min: "0", max: String(steps.length - 1), step: "1", "aria-label": data.text("step"),
      value: String(steps.indexOf(current)),
      oninput: (event) => atlas.set({ indicator: steps[Number(event.target.value)].id }),
    });
    return el("div", { class: "slider" }, input, output);
  }

  function content(indicator) {
    const units = data.unitsOf(indicator.level);
    const several = indicator.scales.length > 1;
    return [
      el("p", { class: t(indicator.title).length > LONG_TITLE ? "legend-title long" : "legend-title" }, t(indicator.title)),
      ...indicator.scales.flatMap((scale, number) => block(indicator, scale, number, units)),
      missing(indicator, units),
      several ? el("p", { class: "caution" }, data.text("several_measures")) : null,
      indicator.note ? el("p", { class: "remark" }, t(indicator.note)) : null,
      el("p", { class: "provenance" }, provenance(indicator, units)),
    ].filter(Boolean);
  }

  function block(indicator, scale, number, units) {
    const values = units.map((unit) => data.mapped(indicator, unit.id)).filter(Boolean);
    const own = values.filter((fields) => data.figure(fields).measure === scale.measure).map((fields) => fields[0]);
    const classes = units.map((unit) => data.classOf(indicator, unit.id)).filter((found) => found && found[0] === number);
    const counts = scale.colours.map((_, index) => classes.filter((found) => found[1] === index).length);
    const rows = scale.colours.map((colour, index) => row(scale, own, counts, colour, index, number));
    const measure = data.word(scale.measure);
    return [measure ? el("p", { class: "measure" }, measure) : null, el("ul", { class: "classes" }, ...rows)].filter(Boolean);
  }

  function row(scale, own, counts, colour, index, number) {
    const bar = el("span", { class: "bar", "aria-hidden": "true" });
    bar.style.width = `${(46 * counts[index]) / Math.max(...counts, 1)}px`;
    const swatch = el("span", { class: "swatch", "aria-hidden": "true" });
    swatch.style.background = colour;
    const highlight = () => atlas.units.emphasise([number, index]);
    const release = () => atlas.units.emphasise(null);
    return el(
      "li",
      { tabindex: "0", onmouseenter: highlight, onmouseleave: release, onfocus: highlight, onblur: release },
      swatch,
      el("span", { class: "range" }, label(scale, own, index)),
      bar,
      el("span", { class: "count", title: data.text("count") }, String(counts[index])),
    );
  }

  function label(scale, own, index) {
    if (scale.labels) return t(scale.labels[index]);
    const { breaks } = scale;
    const lower = index ? breaks[index - 1] : Math.min(...own, breaks[0]);
    const most = Math.max(...own);
    const upper = index < breaks.length - 1 || most <= lower ? breaks[index] : most;
    if (lower === upper) return atlas.number(upper);
    return `${atlas.number(lower)} – ${atlas.number(upper)}`;
  }

  function missing(indicator, units) {
    const count = units.filter((unit) => !data.classOf(indicator, unit.id)).length;
    if (!count) return null;
    return el(
      "p",
      { class: "missing" },
      el("span", { class: "swatch hatched", "aria-hidden": "true" }),
      el("span", { class: "range" }, data.text("no_data")),
      el("span", { class: "count" }, String(count)),
    );
  }

  function provenance(indicator, units) {
    const known = units.map((unit) => data.mapped(indicator, unit.id)).filter(Boolean);
    const figures = known.map(data.figure);
    const sources = [...new Set(figures.map((figure) => figure.source))].filter((number) => number >= 0);
    const share = atlas.fill(data.text(`share.${indicator.level}`), {
      known: known.length, all: units.length, percent: Math.round((100 * known.length) / units.length),
    });
    const parts = [
      share,
      periods(figures),
      sources.length ? `${data.text("source")}: ${sources.slice(0, 2).map(sourceName).join("; ")}` : "",
      sources.length > 2 ? data.text("more_sources", { count: sources.length - 2 }) : "",
    ];
    return parts.filter(Boolean).join(". ") + ".";
  }

  function sourceName(number) {
    const source = data.record.sources[number];
    return source.publisher ? t(source.publisher) : t(source.title);
  }

  function periods(figures) {
    const years = figures.flatMap((figure) => figure.period.match(/\d{4}/g) || []).map(Number);
    if (!years.length) return "";
    const [first, last] = [Math.min(...years), Math.max(...years)];
    return `${data.text("years")}: ${first === last ? first : `${first}–${last}`}`;
  }

  /* The legend of a narrow screen: colours in one line under the map. */
  function strip(indicator) {
    const scales = indicator.scales.map((scale) => {
      const colours = scale.colours.map((colour) => {
        const box = el("span", {});
        box.style.background = colour;
        return box;
      });
      const ends = scale.labels ? [] : [scale.breaks[0], scale.breaks[scale.breaks.length - 2]];
      const measure = data.word(scale.measure);
      const low = ends.length && ends[1] !== undefined ? `≤ ${atlas.number(ends[0])}` : "";
      const high = ends.length && ends[1] !== undefined ? `> ${atlas.number(ends[1])} ${measure}` : measure;
      return el("div", { class: "ramp" }, el("i", {}, low), el("div", {}, ...colours), el("i", {}, high));
    });
    return [el("b", {}, t(indicator.title)), ...scales];
  }

  return { build };
})();
