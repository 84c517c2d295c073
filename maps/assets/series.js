"use strict";

/* Indicators and layers that are steps of one entry. */
atlas.series = (() => {
  const { data, t } = atlas;

  /**
   * Items by series, each in the order of the record; what has no series stands alone.
   * @example atlas.series.entries([{ id: "a" }, { id: "b", series: "s" }, { id: "c", series: "s" }]).length // 2
   */
  function entries(items) {
    return grouped(items, (item) => item.series || item.id);
  }

  /**
   * Series of layers, each a list of steps, each a list of the layers that are shown together.
   * @example atlas.series.steps([{ id: "a", step: "1" }, { id: "b", step: "1" }]).length // 2
   */
  function steps(layers) {
    return entries(layers).map((series) => grouped(series, (layer) => String(layer.step)));
  }

  function grouped(items, key) {
    const found = new Map();
    for (const item of items) found.set(key(item), [...(found.get(key(item)) || []), item]);
    return [...found.values()];
  }

  /**
   * Indicators of a level that can be mapped.
   * @example atlas.series.mappable("district").map((indicator) => indicator.id) // ["people", "people_2010"]
   */
  function mappable(level) {
    return data.record.indicators.filter((indicator) => indicator.level === level && indicator.scales.length);
  }

  /**
   * The same subject at another level, else what that level has first; undefined where it has nothing.
   * @example atlas.series.counterpart(data.indicators.get("district-wage"), "oblast");
   */
  function counterpart({ title, step }, level) {
    const offered = mappable(level);
    const same = offered.filter((indicator) => t(indicator.title) === t(title));
    return same.find((indicator) => t(indicator.step) === t(step)) || same[0] || offered[0];
  }

  /**
   * Title and step of an indicator or a layer.
   * @example atlas.series.title({ title: "Доступность", step: "30 мин" }) // "Доступность, 30 мин"
   */
  function title(item) {
    return atlas.joined([t(item.title), t(item.step)], ", ");
  }

  return { entries, steps, mappable, counterpart, title };
})();
