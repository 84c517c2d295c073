"use strict";

/* Periods of the tables: "2023", "2014/2024", "2024-01/2024-09", "2024-01-01", "census-2021", "undated". */
atlas.periods = (() => {
  const { text } = atlas;
  const UNDATED = "undated";
  const CENSUS = "census-";
  const YEARS = /^\d{4}(\/\d{4})?$/;
  const DATES = /^(\d{4}-\d\d(?:-\d\d)?)(?:\/(\d{4}-\d\d(?:-\d\d)?))?$/;

  /**
   * Periods in words.
   * @example atlas.periods.told(["2014/2024", "census-2021"]) // "2014–2024, перепись 2021 г."
   */
  function told(periods) {
    return periods.map(one).join(", ");
  }

  function one(period) {
    if (period === UNDATED) return text("undated");
    if (period.startsWith(CENSUS)) return text("census", { year: period.slice(CENSUS.length) });
    if (YEARS.test(period)) return period.replace("/", "–");
    const [, start, end] = DATES.exec(period) || [];
    return start ? dates(start, end) : period;
  }

  /* A month or a day, or two of them; what some languages put behind the year goes. */
  function dates(start, end) {
    const day = start.length === "2024-01-01".length ? { day: "numeric" } : {};
    const shape = { ...day, month: text("month"), year: "numeric", timeZone: "UTC" };
    const format = new Intl.DateTimeFormat(text("locale"), shape);
    const from = new Date(start);
    const parts = end ? format.formatRangeToParts(from, new Date(end)) : format.formatToParts(from);
    const last = parts.at(-1).type === "literal" ? parts.length - 1 : parts.length;
    const words = parts.slice(0, last).map((part) => part.value);
    return words.join("").replace(/\s/g, "\u00a0");
  }

  /**
   * All years that the periods name.
   * @example atlas.periods.years(["2014/2024", "undated"]) // [2014, 2024]
   */
  function years(periods) {
    return periods.flatMap((period) => period.match(/\d{4}/g) || []).map(Number);
  }

  /**
   * From the first year to the last.
   * @example atlas.periods.span([2019, 2021, 2020]) // "2019–2021"
   */
  function span(found) {
    const [first, last] = [Math.min(...found), Math.max(...found)];
    return first === last ? String(first) : `${first}–${last}`;
  }

  /**
   * The year of a yearly series: a full year or its first day, else 0.
   * @example atlas.periods.year(["2021-01-01"]) // 2021
   */
  function year(periods) {
    const [only, ...more] = periods;
    return !more.length && /^\d{4}(-01-01)?$/.test(only) ? Number(only.slice(0, 4)) : 0;
  }

  /**
   * Whether a source names no period.
   * @example atlas.periods.undated(["undated"]) // true
   */
  function undated(periods) {
    return atlas.joined(periods, " ") === UNDATED;
  }

  return { told, years, span, year, undated };
})();
