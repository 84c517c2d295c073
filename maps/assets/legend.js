"use strict";

/* What is mapped: the choice of level and indicator, and the legend of the classes. */
atlas.legend = (() => {
  const { data, state, el, t } = atlas;
  const pen = document.createElement("canvas").getContext("2d");
  /* What the frame and the arrow of a list take of its width, in sizes of its text. */
  const ARROW = 3;

  function build() {
    const levels = document.getElementById("levels");
    for (const level of ["district", "oblast", "district_pair", "oblast_pair"]) {
      if (!mappable(level).length) continue;
      levels.append(el("button", { type: "button", "data-level": level, onclick: () => chooseLevel(level) }));
    }
    document.getElementById("indicator").addEventListener("change", (event) => {
      atlas.set({ indicator: event.target.value });
    });
    atlas.on(["indicator", "language"], draw);
    new ResizeObserver(tellTitle).observe(document.getElementById("indicator"));
    new ResizeObserver(raise).observe(document.getElementById("strip"));
  }

  /* The title stands above the legend in full where the list cuts it off, which hangs on the font. */
  function tellTitle() {
    const list = document.getElementById("indicator");
    const { font, fontSize } = getComputedStyle(list);
    pen.font = font;
    const room = list.offsetWidth - ARROW * parseFloat(fontSize);
    const cut = pen.measureText(t(data.indicators.get(state.indicator).title)).width > room;
    for (const title of document.querySelectorAll(".legend-title")) title.classList.toggle("long", cut);
  }

  /* Scale and attribution of the map stand above the strip, however high it is. */
  function raise() {
    const strip = document.getElementById("strip");
    strip.parentElement.style.setProperty("--strip", `${strip.offsetHeight}px`);
  }

  function mappable(level) {
    return data.record.indicators.filter((indicator) => indicator.level === level && indicator.scales);
  }

  /* The same subject at another level, if that level has it. */
  function counterpart(level) {
    const { title, step } = data.indicators.get(state.indicator);
    const offered = mappable(level);
    const same = offered.filter((indicator) => t(indicator.title) === t(title));
    return same.find((indicator) => t(indicator.step) === t(step)) || same[0] || offered[0];
  }

  function chooseLevel(level) {
    const unit = data.units.get(state.unit);
    const parent = unit && unit.level === "district" && level === "oblast" ? unit.parent : "";
    atlas.set({ indicator: counterpart(level).id, unit: parent, other: "" });
  }

  function draw() {
    const indicator = data.indicators.get(state.indicator);
    drawChoice(indicator);
    drawSteps(indicator);
    document.getElementById("legend").replaceChildren(...content(indicator));
    document.getElementById("strip").replaceChildren(...strip(indicator));
    document.getElementById("print-legend").replaceChildren(...content(indicator));
    tellTitle();
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
      const offered = chosen ? indicator : first;
      groups.get(name).append(el("option", { value: offered.id, selected: chosen }, t(offered.title)));
    }
    document.getElementById("indicator").replaceChildren(...groups.values());
  }

  /* A slider over the steps of a series (years, parameters, scenarios); two steps are a switch. */
  function drawSteps(indicator) {
    const steps = indicator.series ? mappable(indicator.level).filter((other) => other.series === indicator.series) : [];
    const box = document.getElementById("step");
    const output = box.querySelector("output");
    if (output && box.contains(document.activeElement)) {
      output.textContent = t(indicator.step);
      return;
    }
    const refocus = box.contains(document.activeElement);
    box.replaceChildren(...(steps.length > 2 ? [slider(steps, indicator)] : steps.length === 2 ? [turn(steps, indicator)] : []));
    if (refocus && box.firstChild) box.querySelector("[aria-pressed=true]").focus();
  }

  function turn(steps, current) {
    const buttons = steps.map((step) =>
      el("button", { type: "button", "aria-pressed": String(step === current), onclick: () => atlas.set({ indicator: step.id }) }, t(step.step)),
    );
    return el("div", { class: "levels turn", role: "group", "aria-label": data.text("step") }, ...buttons);
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
      el("p", { class: "legend-title" }, t(indicator.title)),
      ...indicator.scales.flatMap((scale, number) => block(indicator, scale, number, units)),
      partial(indicator, units),
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
    if (scale.axes) return [square(scale, counts, number)];
    const rows = scale.colours.map((colour, index) => row(scale, own, counts, colour, index, number));
    const measure = data.word(scale.measure);
    return [measure ? el("p", { class: "measure" }, measure) : null, el("ul", { class: "classes" }, ...rows)].filter(Boolean);
  }

  function row(scale, own, counts, colour, index, number) {
    const bar = el("span", { class: "bar", "aria-hidden": "true" });
    bar.style.width = `${(46 * counts[index]) / Math.max(...counts, 1)}px`;
    const swatch = el("span", { class: "swatch", "aria-hidden": "true" });
    swatch.style.background = colour;
    return el(
      "li",
      { tabindex: "0", ...pointed(number, index) },
      swatch,
      el("span", { class: "range" }, label(scale, own, index)),
      bar,
      el("span", { class: "count", title: data.text("count") }, String(counts[index])),
    );
  }

  /* What shows one class alone while it is pointed at. */
  function pointed(number, index) {
    const highlight = () => atlas.units.emphasise([number, index]);
    const release = () => atlas.units.emphasise(null);
    return { onmouseenter: highlight, onmouseleave: release, onfocus: highlight, onblur: release };
  }

  /* Nine classes of two figures, the highest row on top. */
  function square(scale, counts, number) {
    const cells = scale.colours.map((colour, index) => {
      const cell = el("span", { class: "cell", tabindex: "0", role: "img", "aria-label": `${t(scale.labels[index])}: ${counts[index]}`, title: t(scale.labels[index]), ...pointed(number, index) }, String(counts[index]));
      cell.style.background = colour;
      cell.style.color = dark(colour) ? "#ffffff" : "#14232e";
      return cell;
    });
    const rows = [2, 1, 0].map((line) => el("div", { class: "cells" }, ...cells.slice(3 * line, 3 * line + 3)));
    return el(
      "div",
      { class: "square" },
      el("p", { class: "up" }, `${t(scale.axes[1])} \u2192`),
      el("div", {}, ...rows),
      el("p", { class: "across" }, `${t(scale.axes[0])} \u2192`),
    );
  }

  function dark(colour) {
    const [r, g, b] = [1, 3, 5].map((start) => parseInt(colour.slice(start, start + 2), 16));
    return 0.3 * r + 0.59 * g + 0.11 * b < 140;
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

  /* Units whose figure rests on a part of what it should rest on. */
  function partial(indicator, units) {
    const known = units.map((unit) => data.mapped(indicator, unit.id)).filter(Boolean);
    const shares = known.map((fields) => data.figure(fields).coverage).filter((share) => share < 1);
    if (!shares.length) return null;
    const [least, most] = [Math.min(...shares), Math.max(...shares)].map((share) => Math.round(100 * share));
    const words = data.text("partial", { share: least === most ? least : `${least}–${most}` });
    return el(
      "p",
      { class: "missing" },
      el("span", { class: "swatch partial", "aria-hidden": "true" }),
      el("span", { class: "range" }, words),
      el("span", { class: "count" }, String(shares.length)),
    );
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
    const share = provided(indicator, known.length, units.length);
    const parts = [
      share,
      periods(figures),
      sources.length ? `${data.text("source")}: ${sources.slice(0, 2).map(sourceName).join("; ")}` : "",
      sources.length > 2 ? data.text("more_sources", { count: sources.length - 2 }) : "",
    ];
    return parts.filter(Boolean).join(". ") + ".";
  }

  /* For how many units there is something; where documents are counted, a nought is none and no data. */
  function provided({ documented, level }, known, all) {
    const some = documented === undefined || documented === known;
    const count = some ? known : documented;
    return data.text(`${some ? "share" : "documents"}.${level}`, { known: count, all, percent: Math.round((100 * count) / all) });
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
      if (scale.axes) return small(scale);
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

  function small({ axes, colours }) {
    const cells = [2, 1, 0].flatMap((line) => colours.slice(3 * line, 3 * line + 3)).map((colour) => {
      const box = el("span", {});
      box.style.background = colour;
      return box;
    });
    return el("div", { class: "small-square" }, el("div", {}, ...cells), el("i", {}, `\u2192 ${t(axes[0])}`, el("br", {}), `\u2191 ${t(axes[1])}`));
  }

  return { build, counterpart };
})();
