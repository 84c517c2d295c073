"use strict";

/* The record of the page: units, indicators, layers and sources, ready to be asked for. */
atlas.data = (() => {
  const STEPS_PER_DEGREE = 10000;
  const record = JSON.parse(document.getElementById("record").textContent);
  const units = new Map(record.units.map((unit) => [unit.id, unit]));
  const indicators = new Map(record.indicators.map((indicator) => [indicator.id, indicator]));

  function text(key, values) {
    return atlas.fill(atlas.t(record.texts[key]), values || {});
  }

  /* Vertices [lat, lon] of a part written as differences. */
  function vertices(differences) {
    const points = [];
    let lon = 0;
    let lat = 0;
    for (let i = 0; i < differences.length; i += 2) {
      lon += differences[i];
      lat += differences[i + 1];
      points.push([lat / STEPS_PER_DEGREE, lon / STEPS_PER_DEGREE]);
    }
    return points;
  }

  function polygons(geometry) {
    return geometry[1].map((rings) => rings.map(vertices));
  }

  function parts(geometry) {
    return geometry[1].map(vertices);
  }

  function figure(fields) {
    const [value, measure = 0, period = "", source = -1, qualifier = 0, confidence = 0, perimeter = 0, note = 0, coverage = 0, ranks = 0] = fields;
    return { value, measure, period, source, qualifier, confidence, perimeter, note, coverage: coverage || 1, ranks: ranks ? places(ranks) : null };
  }

  /* Place among others with its doubt. */
  function places([place, median, low, high, share, top, of, last]) {
    return { place, median, low, high, share, top, of, last };
  }

  function word(number) {
    return atlas.t(record.words[number]);
  }

  function measure(fields) {
    return word(figure(fields).measure);
  }

  /* A period of the tables ("2023", "2024-01/2024-09", "census-2021") in words, or several by blanks. */
  function period(written) {
    if (written.includes(" ")) return written.split(" ").map(period).join(", ");
    if (written === "undated") return text("undated");
    if (written.startsWith("census-")) return text("census", { year: written.slice(7) });
    if (/^\d{4}(\/\d{4})?$/.test(written)) return written.replace("/", "–");
    const ends = written.split("/").map((part) => new Date(part.length === 7 ? `${part}-01` : part));
    if (ends.some((date) => Number.isNaN(date.getTime()))) return written;
    const day = written.length === 10 ? { day: "numeric" } : {};
    const month = atlas.state.language === "be" ? "2-digit" : "short";
    const format = new Intl.DateTimeFormat(atlas.locale(), { ...day, month, year: "numeric", timeZone: "UTC" });
    const words = ends.length > 1 ? format.formatRange(ends[0], ends[1]) : format.format(ends[0]);
    return words.replace(/\s*г\.$/, "").replace(/\s/g, "\u00a0");
  }

  /* The figure in words: qualifier, number, unit of measure. */
  function shown(fields, withMeasure = true) {
    const { value, qualifier } = figure(fields);
    const words = [
      word(qualifier),
      typeof value === "number" ? atlas.number(value) : atlas.t(value),
      withMeasure && measure(fields),
    ];
    return words.filter(Boolean).join("\u00a0");
  }

  /* First figure of a unit: the one that is mapped. */
  function mapped(indicator, unitId) {
    const figures = indicator.figures[unitId];
    return figures ? figures[0] : null;
  }

  function scaleOf(indicator, fields) {
    const wanted = figure(fields).measure;
    return (indicator.scales || []).findIndex((scale) => scale.measure === wanted);
  }

  /* A category is given by its number or in its own words. */
  function category(labels, value) {
    return typeof value === "number" ? value : labels.findIndex((label) => String(label) === String(value));
  }

  /* [scale, class] of a unit, or null where there is nothing to draw. */
  function classOf(indicator, unitId) {
    const fields = mapped(indicator, unitId);
    const scale = fields ? scaleOf(indicator, fields) : -1;
    if (scale < 0) return null;
    const { breaks, labels } = indicator.scales[scale];
    if (!labels && typeof fields[0] !== "number") return null;
    const found = labels ? category(labels, fields[0]) : breaks.findIndex((bound) => fields[0] <= bound);
    return found < 0 ? null : [scale, found];
  }

  function unitsOf(level) {
    return record.units.filter((unit) => unit.level === level);
  }

  /* Alternatives that speak of the same thing (period, measure, perimeter) and differ. */
  function contradicting(figures) {
    const first = figure(figures[0]);
    return figures.slice(1).filter((fields) => {
      const other = figure(fields);
      const same = ["period", "measure", "perimeter"].every((key) => other[key] === first[key]);
      return same && first.period !== "undated" && other.value !== first.value;
    });
  }

  /* Indicators or layers with one series are steps of one entry. */
  function series(items) {
    const entries = new Map();
    for (const item of items) {
      const key = item.series || item.id;
      if (!entries.has(key)) entries.set(key, []);
      entries.get(key).push(item);
    }
    return [...entries.values()];
  }

  return {
    record, units, indicators, text, word, period, polygons, parts, figure, measure, shown, mapped, classOf, unitsOf,
    contradicting, series,
  };
})();
