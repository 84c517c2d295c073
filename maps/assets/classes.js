"use strict";

/* Classes of an indicator: which one a figure is in, what each holds. */
atlas.classes = (() => {
  const { data, figures } = atlas;

  /* A category is given by its number or in its own words. */
  function category(labels, value) {
    if (typeof value === "number") return value;
    return labels.findIndex((label) => String(label) === String(value));
  }

  function within(breaks, value) {
    return typeof value === "number" ? breaks.findIndex((bound) => value <= bound) : -1;
  }

  /**
   * [scale, class] of a unit, or null where there is nothing to draw.
   * @example atlas.classes.of(indicator, "u0"); // [0, 2]
   */
  function of(indicator, unitId) {
    const figure = figures.mapped(indicator, unitId);
    if (!figure) return null;
    const number = indicator.scales.findIndex((scale) => scale.measure === figure.measure);
    if (number < 0) return null;
    const { breaks, labels } = indicator.scales[number];
    const found = labels.length ? category(labels, figure.value) : within(breaks, figure.value);
    return found < 0 ? null : [number, found];
  }

  /**
   * How many units are in each class of a scale, given by its number.
   * @example atlas.classes.counts(indicator, 0); // [12, 30, 41]
   */
  function counts(indicator, number) {
    const units = data.unitsOf(indicator.level);
    const found = units.map((unit) => of(indicator, unit.id)).filter((one) => one && one[0] === number);
    return indicator.scales[number].colours.map((_, index) => found.filter((one) => one[1] === index).length);
  }

  /**
   * A class in words: its category, or from the lower to the upper bound as far as there are values.
   * @example atlas.classes.label({ labels: [], breaks: [50, 500] }, [20, 300], 1) // "50 – 300"
   */
  function label({ labels, breaks }, values, index) {
    if (labels.length) return atlas.t(labels[index]);
    const most = Math.max(...values);
    const lower = index ? breaks[index - 1] : Math.min(...values, breaks[0]);
    const upper = index < breaks.length - 1 || most <= lower ? breaks[index] : most;
    if (lower === upper) return atlas.number(upper);
    return `${atlas.number(lower)} – ${atlas.number(upper)}`;
  }

  /**
   * The squares of a scale of two figures as they are drawn: the highest row on top.
   * @example atlas.classes.square([0, 1, 2, 3, 4, 5, 6, 7, 8]) // [[6, 7, 8], [3, 4, 5], [0, 1, 2]]
   */
  function square(cells) {
    return [2, 1, 0].map((line) => cells.slice(3 * line, 3 * line + 3));
  }

  /**
   * Whether letters on a colour must be light.
   * @example atlas.classes.dark("#2c7fb8") // true
   */
  function dark(colour) {
    const [r, g, b] = [1, 3, 5].map((start) => parseInt(colour.slice(start, start + 2), 16));
    return 0.3 * r + 0.59 * g + 0.11 * b < 140;
  }

  return { of, counts, label, square, dark };
})();
