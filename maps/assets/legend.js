"use strict";

/* The legend of the classes, beside the map, under it on narrow screens, and on the sheet. */
atlas.legend = (() => {
  const { classes, data, figures, provenance, state, t, text } = atlas;
  const { el, patch } = atlas.dom;
  /* The longest bar of the counts, in pixels. */
  const BAR = 46;

  /**
   * Draw the legend of what is mapped.
   * @example atlas.legend.build();
   */
  function build() {
    atlas.on(["indicator", "language"], draw);
    new ResizeObserver(raise).observe(document.getElementById("strip"));
  }

  /* Scale and attribution of the map stand above the strip, however high it is. */
  function raise() {
    const strip = document.getElementById("strip");
    strip.parentElement.style.setProperty("--strip", `${strip.offsetHeight}px`);
  }

  function draw() {
    const indicator = data.indicators.get(state.indicator);
    document.getElementById("legend").replaceChildren(...content(indicator));
    document.getElementById("strip").replaceChildren(el("b", {}, t(indicator.title)), ...indicator.scales.map(ramp));
    document.getElementById("print-legend").replaceChildren(...content(indicator));
    atlas.choice.tellTitle();
  }

  function content(indicator) {
    const several = indicator.scales.length > 1;
    return [
      el("p", { class: "legend-title" }, t(indicator.title)),
      ...indicator.scales.flatMap((scale, number) => block(indicator, scale, number)),
      partial(indicator),
      missing(indicator),
      several ? el("p", { class: "caution" }, text("several_measures")) : null,
      indicator.note ? el("p", { class: "remark" }, t(indicator.note)) : null,
      el("p", { class: "provenance" }, provenance.told(indicator)),
    ].filter(Boolean);
  }

  function block(indicator, scale, number) {
    const counts = classes.counts(indicator, number);
    if (scale.axes.length) return [square(scale, counts, number)];
    const known = figures.known(indicator, data.unitsOf(indicator.level));
    const values = known.filter((figure) => figure.measure === scale.measure).map((figure) => figure.value);
    const rows = scale.colours.map((colour, index) =>
      row({ colour, counts, index, words: classes.label(scale, values, index), pointed: pointed(number, index) }),
    );
    const measure = data.word(scale.measure);
    return [measure ? el("p", { class: "measure" }, measure) : null, el("ul", { class: "classes" }, ...rows)];
  }

  function row({ colour, counts, index, words, pointed: events }) {
    const bar = el("span", { class: "bar", "aria-hidden": "true" });
    bar.style.width = `${(BAR * counts[index]) / Math.max(...counts, 1)}px`;
    return el(
      "li",
      { tabindex: "0", ...events },
      patch("span", { class: "swatch", "aria-hidden": "true" }, colour),
      el("span", { class: "range" }, words),
      bar,
      el("span", { class: "count", title: text("count") }, String(counts[index])),
    );
  }

  /* What shows one class alone while it is pointed at. */
  function pointed(number, index) {
    const highlight = () => atlas.paint.emphasise([number, index]);
    const release = () => atlas.paint.emphasise(null);
    return { onmouseenter: highlight, onmouseleave: release, onfocus: highlight, onblur: release };
  }

  /* Nine classes of two figures. */
  function square(scale, counts, number) {
    const cells = scale.colours.map((colour, index) => {
      const label = t(scale.labels[index]);
      const said = { role: "img", "aria-label": `${label}: ${counts[index]}`, title: label };
      const cell = patch("span", { class: "cell", tabindex: "0", ...said, ...pointed(number, index) }, colour);
      cell.style.color = classes.dark(colour) ? "#ffffff" : "#14232e";
      cell.append(String(counts[index]));
      return cell;
    });
    const rows = classes.square(cells).map((line) => el("div", { class: "cells" }, ...line));
    return el(
      "div",
      { class: "square" },
      el("p", { class: "up" }, `${t(scale.axes[1])} \u2192`),
      el("div", {}, ...rows),
      el("p", { class: "across" }, `${t(scale.axes[0])} \u2192`),
    );
  }

  /* Units whose figure rests on a part of what it should rest on. */
  function partial(indicator) {
    const found = provenance.partial(figures.known(indicator, data.unitsOf(indicator.level)));
    return found ? special("swatch partial", text("partial", { share: found.share }), found.count) : null;
  }

  function missing(indicator) {
    const units = data.unitsOf(indicator.level);
    const count = units.filter((unit) => !classes.of(indicator, unit.id)).length;
    return count ? special("swatch hatched", text("no_data"), count) : null;
  }

  function special(swatch, words, count) {
    return el(
      "p",
      { class: "missing" },
      el("span", { class: swatch, "aria-hidden": "true" }),
      el("span", { class: "range" }, words),
      el("span", { class: "count" }, String(count)),
    );
  }

  /* The legend of a narrow screen: colours in one line under the map. */
  function ramp(scale) {
    if (scale.axes.length) return smallSquare(scale);
    const colours = scale.colours.map((colour) => patch("span", {}, colour));
    const [low, high] = ends(scale);
    return el("div", { class: "ramp" }, el("i", {}, low), el("div", {}, ...colours), el("i", {}, high));
  }

  /* What the first class does not exceed, and what the last one does. */
  function ends({ breaks, labels, measure }) {
    const [first, last] = [breaks[0], breaks.at(-2)];
    const unit = data.word(measure);
    if (labels.length || last === undefined) return ["", unit];
    return [`≤ ${atlas.number(first)}`, `> ${atlas.number(last)} ${unit}`];
  }

  function smallSquare({ axes, colours }) {
    const cells = classes.square(colours.map((colour) => patch("span", {}, colour))).flat();
    const [across, up] = axes.map(t);
    const words = el("i", {}, `\u2192 ${across}`, el("br", {}), `\u2191 ${up}`);
    return el("div", { class: "small-square" }, el("div", {}, ...cells), words);
  }

  return { build };
})();
