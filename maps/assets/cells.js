"use strict";

/* What cards are made of: heads, figures with year, source and alternatives, tables, notes. */
atlas.cells = (() => {
  const { data, figures, t, text } = atlas;
  const { button, el, svg } = atlas.dom;
  /* A series of fewer years is no line. */
  const FEW_YEARS = 4;
  /* A table with more rows is folded. */
  const LONG_TABLE = 12;

  /**
   * The head of a card: what it is about, and a button to close it.
   * @example atlas.cells.head("район", "Руднянский район", [actions], { id: "card-name" });
   */
  function head(kind, name, more, { id = "", closes = true } = {}) {
    const close = () => atlas.set({ unit: "", other: "", features: [] });
    return el(
      "header",
      { class: "card-head" },
      el("p", { class: "kind" }, ...kind),
      el("h2", { id }, name),
      ...more,
      closes ? button({ class: "close", "aria-label": text("close"), onclick: close }, "×") : null,
    );
  }

  /**
   * Year, source and confidence of a figure: never far from the figure itself.
   * @example atlas.cells.meta(figure, "3-е место из 147");
   */
  function meta(figure, ...more) {
    const { periods, source, confidence, perimeter } = figure;
    const said = [atlas.periods.told(periods), data.word(perimeter), ...more].filter(Boolean);
    return el(
      "p",
      { class: "meta" },
      ...said.map((words) => el("span", {}, words)),
      source >= 0 ? sourceLink(source) : null,
      confidence ? el("span", {}, text("confidence", { level: data.word(confidence) })) : null,
    );
  }

  function sourceLink(number) {
    const { title, publisher } = data.record.sources[number];
    const show = () => atlas.sources.show(number);
    const mark = el("sup", {}, `[${number + 1}]`);
    return button({ class: "source", title: t(title), onclick: show }, t(publisher) || t(title), mark);
  }

  /**
   * A labelled figure as a row of a table.
   * @example el("tbody", {}, ...feature.rows.map(atlas.cells.row));
   */
  function row({ title, figures: found }) {
    return el("tr", {}, el("th", { scope: "row" }, t(title)), el("td", {}, ...cell(found)));
  }

  /**
   * The figures of one cell: the chosen one in full, the others behind it.
   * @example el("td", {}, ...atlas.cells.cell(indicator.figures[unit.id]));
   */
  function cell(found) {
    if (!found) return [el("span", { class: "none" }, text("no_data"))];
    return [...told(found[0]), found.length > 1 ? alternatives(found) : null].filter(Boolean);
  }

  function told(figure) {
    const note = data.word(figure.note);
    return [
      el("span", { class: "value" }, figures.shown(figure)),
      meta(figure),
      note ? el("p", { class: "remark" }, note) : null,
    ];
  }

  /* The values that were not chosen stay visible, and those that contradict are counted. */
  function alternatives(found) {
    const [, ...others] = found;
    const against = figures.contradicting(found).length;
    const title = [
      text("alternatives", { count: others.length }),
      against ? text("contradicting", { count: against }) : "",
    ];
    const items = others.map((figure) => el("li", {}, ...told(figure)));
    const series = figures.yearly(found);
    return el(
      "details",
      { class: against ? "against" : "" },
      el("summary", {}, atlas.joined(title, "; ")),
      series.length < FEW_YEARS ? null : spark(series),
      el("ul", {}, ...items),
    );
  }

  /* Small line of a yearly series, given as [year, value]. */
  function spark(series) {
    const values = series.map(([, value]) => value);
    const [[start], [end]] = [series[0], series.at(-1)];
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const x = (year) => 4 + (232 * (year - start)) / (end - start);
    const y = (value) => 44 - (38 * (value - low)) / (high - low || 1);
    const d = series.map(([year, value], i) => `${i ? "L" : "M"}${x(year).toFixed(1)},${y(value).toFixed(1)}`);
    const ends = [series[0], series.at(-1)].map(([year, value]) => `${year}: ${atlas.number(value)}`);
    return el(
      "figure",
      { class: "spark" },
      svg(
        "svg",
        { viewBox: "0 0 240 50", role: "img", "aria-label": ends.join(", ") },
        svg("path", { d: d.join(""), fill: "none", stroke: "currentColor", "stroke-width": 1.6 }),
        svg("circle", { cx: x(end), cy: y(values.at(-1)), r: 2.6, fill: "currentColor" }),
      ),
      el("figcaption", {}, ...ends.map((words) => el("span", {}, words))),
    );
  }

  /**
   * Figures side by side; a long table is folded.
   * @example unit.tables.map(atlas.cells.matrix);
   */
  function matrix({ title, columns, rows, note: remark, source, units }) {
    const long = rows.length > LONG_TABLE;
    const heads = columns.map((column) => el("th", { scope: "col" }, t(column)));
    const body = rows.map((line, number) => matrixLine(line, units[number]));
    return el(
      "details",
      { class: "matrix", open: !long || units.length > 0 },
      el("summary", {}, long ? `${t(title)}: ${rows.length}` : t(title)),
      el("table", {}, el("thead", {}, el("tr", {}, el("td", {}), ...heads)), el("tbody", {}, ...body)),
      remark ? el("p", { class: "remark" }, t(remark)) : null,
      source >= 0 ? el("p", { class: "meta" }, sourceLink(source)) : null,
    );
  }

  function matrixLine({ head, cells }, unitId) {
    const words = data.word(head);
    const lead = () => button({ class: "lead", onclick: () => atlas.units.visit(unitId) }, words);
    const found = cells.map(shown).map((one) => el("td", { class: /\p{L}/u.test(one) ? "" : "number" }, one));
    return el("tr", {}, el("th", { scope: "row" }, unitId ? lead() : words), ...found);
  }

  function shown(value) {
    if (value === null) return "–";
    return typeof value === "number" ? atlas.number(value) : t(value);
  }

  /**
   * A remark in words, set off where it warns.
   * @example unit.notes.map(atlas.cells.note);
   */
  function note({ text: words, title, source, caution }) {
    return el(
      "div",
      { class: caution ? "note caution" : "note" },
      title ? el("b", {}, t(title)) : null,
      el("p", {}, t(words)),
      source >= 0 ? el("p", { class: "meta" }, sourceLink(source)) : null,
    );
  }

  return { head, meta, row, cell, matrix, note };
})();
