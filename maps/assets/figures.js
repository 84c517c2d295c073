"use strict";

/* What figures say, alone and beside each other. */
atlas.figures = (() => {
  const { data } = atlas;

  /**
   * The figure in words: qualifier, number, unit of measure.
   * @example atlas.figures.shown({ value: 1000, qualifier: 2, measure: 1 }) // "более\u00a01\u00a0000\u00a0чел."
   */
  function shown(figure, withMeasure = true) {
    const { value, qualifier } = figure;
    const amount = typeof value === "number" ? atlas.number(value) : atlas.t(value);
    return atlas.joined([data.word(qualifier), amount, withMeasure && data.word(figure.measure)], "\u00a0");
  }

  /**
   * First figure of a unit, the one that is mapped; undefined where there is none.
   * @example atlas.figures.mapped({ figures: { u0: [{ value: 7 }] } }, "u0").value // 7
   */
  function mapped(indicator, unitId) {
    const [first] = indicator.figures[unitId] || [];
    return first;
  }

  /**
   * Mapped figures of those of the units that have one.
   * @example atlas.figures.known({ figures: { u0: [{ value: 7 }] } }, [{ id: "u0" }, { id: "u1" }]).length // 1
   */
  function known(indicator, units) {
    return units.map((unit) => mapped(indicator, unit.id)).filter(Boolean);
  }

  /* Whether two figures speak of the same. */
  function alike(one, other) {
    const same = ["measure", "perimeter"].every((field) => one[field] === other[field]);
    return same && String(one.periods) === String(other.periods);
  }

  /**
   * Alternatives that speak of the same thing (period, measure, perimeter) as the first figure and differ.
   * @example atlas.figures.contradicting([{ value: 1, periods: [] }, { value: 2, periods: [] }]).length // 1
   */
  function contradicting([first, ...others]) {
    if (atlas.periods.undated(first.periods)) return [];
    return others.filter((other) => alike(first, other) && other.value !== first.value);
  }

  /**
   * Place of a unit among those of its level with figures in the same measure; null for words and for few.
   * @example atlas.figures.standing(indicator, unit); // { place: 3, all: 147 }
   */
  function standing(indicator, unit) {
    const own = mapped(indicator, unit.id);
    const same = known(indicator, data.unitsOf(unit.level)).filter((figure) => figure.measure === own.measure);
    const words = typeof own.value !== "number" || indicator.scales.some((scale) => scale.labels.length);
    if (words || same.length < 3) return null;
    return { place: 1 + same.filter((figure) => figure.value > own.value).length, all: same.length };
  }

  /**
   * [year, value] of a yearly series in one unit of measure and of one perimeter, the earliest first.
   * @example atlas.figures.yearly([{ value: 2, periods: ["2021"] }, { value: 1, periods: ["2020"] }])
   *   // [[2020, 1], [2021, 2]]
   */
  function yearly(figures) {
    const [own] = figures;
    const found = new Map();
    for (const figure of figures) {
      const year = atlas.periods.year(figure.periods);
      const same = figure.measure === own.measure && figure.perimeter === own.perimeter;
      if (year && same && typeof figure.value === "number" && !found.has(year)) found.set(year, figure.value);
    }
    return [...found].sort(([a], [b]) => a - b);
  }

  return { shown, mapped, known, contradicting, standing, yearly };
})();
