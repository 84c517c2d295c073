"use strict";

/* The record of the page: units, indicators, layers and sources, ready to be asked for. */
atlas.data = (() => {
  const data = { record: null, units: new Map(), indicators: new Map(), read, word, unitsOf };

  /**
   * Take the record of the page.
   * @example atlas.data.read(JSON.parse(document.getElementById("record").textContent));
   */
  function read(written) {
    data.record = atlas.wire.decode(written);
    data.units = new Map(data.record.units.map((unit) => [unit.id, unit]));
    data.indicators = new Map(data.record.indicators.map((indicator) => [indicator.id, indicator]));
    atlas.learn(data.record);
  }

  /**
   * A word around figures, which are referred to by number.
   * @example atlas.data.word(1) // "чел."
   */
  function word(number) {
    return atlas.t(data.record.words[number]);
  }

  /**
   * Units of a level in the order of the record.
   * @example atlas.data.unitsOf("oblast").length // 1
   */
  function unitsOf(level) {
    return data.record.units.filter((unit) => unit.level === level);
  }

  return data;
})();
