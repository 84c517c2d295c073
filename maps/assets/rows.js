"use strict";

/* The mapped figures as rows: their columns, their order, and as a file for spreadsheets. */
atlas.rows = (() => {
  const { data, figures, state, t, text } = atlas;
  const RANKED = ["rank", "median", "low", "high", "share", "of", "coverage"];

  /**
   * A row for each unit of the indicator's level; `figures` and `figure` are absent where there are none.
   * @example atlas.rows.of(indicator); // [{ unit, name: "Рудня", figures: [figure], figure }, …]
   */
  function of(indicator) {
    return data.unitsOf(indicator.level).map((unit) => ({
      unit,
      name: t(unit.name),
      figures: indicator.figures[unit.id],
      figure: figures.mapped(indicator, unit.id),
    }));
  }

  /**
   * Columns of rows. Figures with ranks show them instead of period and source, which are the same everywhere;
   * words need the room.
   * @example atlas.rows.columns([{ figure: { ranks: null, periods: ["2021"] } }]) // ["name", "value", "period"]
   */
  function columns(rows) {
    const known = rows.map((row) => row.figure).filter(Boolean);
    if (known.some((figure) => figure.ranks)) return ["name", "value", "place", "top"];
    return known.some((figure) => figure.periods.length) ? ["name", "value", "period"] : ["name", "value"];
  }

  function byName(a, b) {
    return a.name.localeCompare(b.name, state.language);
  }

  function compare(a, b) {
    if (typeof a === "number" && typeof b === "number") return a - b;
    return String(t(a)).localeCompare(String(t(b)));
  }

  const KEYS = {
    value: (a, b) => compare(a.value, b.value),
    place: (a, b) => b.ranks.place - a.ranks.place,
    top: (a, b) => a.ranks.share - b.ranks.share,
    period: (a, b) => written(a).localeCompare(written(b)),
  };

  function written(figure) {
    return figure.periods.join(" ");
  }

  /**
   * Rows in order; those without a figure stand last, those of one measure together.
   * @example atlas.rows.sorted(atlas.rows.of(indicator), { column: "value", descending: true });
   */
  function sorted(rows, { column, descending }) {
    const sign = descending ? -1 : 1;
    if (column === "name") return [...rows].sort((a, b) => byName(a, b) * sign);
    const key = columns(rows).includes(column) ? column : "value";
    const measure = (a, b) => (key === "value" ? a.measure - b.measure : 0);
    const order = (a, b) => measure(a.figure, b.figure) || KEYS[key](a.figure, b.figure) * sign || byName(a, b);
    const unknown = rows.filter((row) => !row.figure);
    return [...rows.filter((row) => row.figure).sort(order), ...unknown.sort(byName)];
  }

  /* In quotes; what a spreadsheet would run begins with an apostrophe. */
  function quoted(value) {
    const inert = String(value).replace(/^'*[=+\-@\t\r\n]/, "'$&");
    return `"${inert.replace(/"/g, '""')}"`;
  }

  function decimal(value) {
    return value === undefined ? "" : String(value).replace(".", atlas.point());
  }

  function line({ unit, name, figure }, ranked) {
    if (!figure)
      return [quoted(unit.id), quoted(name), ...Array(5).fill('""'), ...(ranked ? RANKED : []).map(() => "")];
    const { value, measure, qualifier, source, coverage, ranks } = figure;
    const amount = typeof value === "number" ? decimal(value) : quoted(t(value));
    const said = [data.word(measure), written(figure), data.word(qualifier), origin(source)];
    const { place, median, low, high, share, of: all } = ranks || {};
    const doubt = ranked ? [place, median, low, high, share, all, coverage] : [];
    return [quoted(unit.id), quoted(name), amount, ...said.map(quoted), ...doubt.map(decimal)];
  }

  function origin(number) {
    return number < 0 ? "" : t(data.record.sources[number].title);
  }

  /**
   * Rows as text with semicolons and a byte-order mark: what a spreadsheet with a Russian locale opens by itself.
   * @example atlas.rows.csv(atlas.rows.of(indicator)); // "\ufeff\"Код\";\"Название\";…"
   */
  function csv(rows) {
    const ranked = columns(rows).includes("place");
    const named = ["id", "name", "value", "measure", "period", "qualifier", "source", ...(ranked ? RANKED : [])];
    const head = named.map((column) => quoted(text(`column.${column}`)));
    const lines = [head, ...rows.map((row) => line(row, ranked))].map((cells) => `${cells.join(";")}\r\n`);
    return `\ufeff${lines.join("")}`;
  }

  return { of, columns, sorted, csv };
})();
