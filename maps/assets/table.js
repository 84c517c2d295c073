"use strict";

/* The same figures as on the map, in a table that sorts and can be saved. */
atlas.table = (() => {
  const { data, figures, provenance, rows, standing, state, t, text } = atlas;
  const { button, el } = atlas.dom;
  let order = { column: "value", descending: true };

  /**
   * Keep the table up to date.
   * @example atlas.table.build();
   */
  function build() {
    atlas.on(["indicator", "language", "unit"], draw);
  }

  function draw() {
    const indicator = data.indicators.get(state.indicator);
    const found = rows.sorted(rows.of(indicator), order);
    const columns = rows.columns(found);
    const sources = provenance.sources(found.map((row) => row.figure).filter(Boolean)).sort((a, b) => a - b);
    document
      .getElementById("table")
      .replaceChildren(
        el("h2", {}, t(indicator.title)),
        el("p", { class: "remark" }, atlas.joined([t(indicator.step), text("table_note")], ". ")),
        button({ onclick: () => save(indicator, found) }, text("save_csv")),
        el(
          "table",
          { class: "ranking" },
          head(found, columns),
          el("tbody", {}, ...found.map((row) => line(row, columns))),
        ),
        el("ol", { class: "references" }, ...sources.map(reference)),
      );
  }

  function head(found, columns) {
    const ranked = found.find(({ figure }) => figure?.ranks);
    const heads = columns.map((column) => columnHead(column, ranked ? ranked.figure.ranks : {}));
    const source = el("th", { scope: "col", class: "column-source" }, text("column.source_short"));
    return el("thead", {}, el("tr", {}, ...heads, columns.includes("place") ? "" : source));
  }

  function columnHead(column, ranks) {
    const active = order.column === column;
    const direction = order.descending ? "descending" : "ascending";
    const sort = () => {
      order = { column, descending: active ? !order.descending : column !== "name" };
      draw();
      document.querySelector(`#table [data-column="${column}"]`).focus();
    };
    const turn = button({ "data-column": column, onclick: sort }, text(`column.${column}`, ranks));
    const sorted = active ? direction : "none";
    return el("th", { scope: "col", class: `column-${column}`, "aria-sort": sorted }, turn);
  }

  function line(row, columns) {
    const { unit, name } = row;
    const parent = data.units.get(unit.parent);
    const place = parent && unit.level === "district" ? el("small", {}, t(parent.name)) : null;
    const current = unit.id === state.unit ? "true" : undefined;
    const lead = button({ onclick: () => point(unit.id) }, name);
    return el(
      "tr",
      { "data-unit": unit.id, "aria-current": current },
      el("th", { scope: "row" }, lead, place),
      ...cells(row, columns),
    );
  }

  function cells({ figures: found, figure }, columns) {
    if (!figure) return [el("td", { colspan: "3", class: "none" }, text("no_data"))];
    if (figure.ranks) return [value(found), ...places(figure.ranks)];
    const dated = columns.includes("period") ? [el("td", {}, atlas.periods.told(figure.periods))] : [];
    return [value(found), ...dated, el("td", { class: "number" }, source(figure.source))];
  }

  function places(ranks) {
    const words = el("small", {}, `${standing.at(ranks)} (${standing.range(ranks)})`);
    return [
      el("td", { class: "places" }, atlas.scores.interval(ranks), words),
      el("td", { class: "number" }, `${standing.percent(ranks.share)}\u00a0%`),
    ];
  }

  /* The table stays; the unit is outlined and brought into view. */
  function point(id) {
    atlas.set({ unit: id, other: "", features: [] });
    atlas.units.show(id);
  }

  function value(found) {
    const [figure] = found;
    const against = figures.contradicting(found).length;
    return el(
      "td",
      { class: typeof figure.value === "number" ? "number" : "words" },
      figures.shown(figure, false),
      against ? el("abbr", { title: text("contradicting", { count: against }) }, "*") : null,
      el("small", {}, data.word(figure.measure)),
      figure.coverage < 1 ? el("small", { class: "partial" }, standing.known(figure.coverage)) : null,
    );
  }

  function source(number) {
    return number < 0 ? "" : button({ onclick: () => atlas.sources.show(number) }, `[${number + 1}]`);
  }

  function reference(number) {
    return el("li", { value: String(number + 1) }, provenance.cited(data.record.sources[number], ". "));
  }

  function save(indicator, found) {
    const blob = new Blob([rows.csv(found)], { type: "text/csv" });
    const link = el("a", { href: URL.createObjectURL(blob), download: `${indicator.id}.csv` });
    link.click();
    URL.revokeObjectURL(link.href);
  }

  return { build };
})();
