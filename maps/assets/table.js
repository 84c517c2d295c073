"use strict";

/* The same figures as on the map, in a table that sorts and can be saved. */
atlas.table = (() => {
  const { data, state, el, t } = atlas;
  const box = document.getElementById("table");
  let order = { column: "value", descending: true };

  function build() {
    atlas.on(["indicator", "language", "unit"], draw);
  }

  function rows(indicator) {
    return data.unitsOf(indicator.level).map((unit) => {
      const figures = indicator.figures[unit.id];
      return { unit, name: t(unit.name), figures, fields: figures ? figures[0] : null };
    });
  }

  function sorted(found) {
    const sign = order.descending ? -1 : 1;
    const known = found.filter((row) => row.fields);
    const unknown = found.filter((row) => !row.fields);
    const byName = (a, b) => a.name.localeCompare(b.name, state.language);
    const keys = {
      name: byName,
      value: (a, b) => measureOf(a) - measureOf(b) || compare(a.fields[0], b.fields[0]) * sign || byName(a, b),
      period: (a, b) => data.figure(a.fields).period.localeCompare(data.figure(b.fields).period) * sign || byName(a, b),
    };
    if (order.column === "name") return found.sort((a, b) => byName(a, b) * sign);
    return [...known.sort(keys[order.column]), ...unknown.sort(byName)];
  }

  function measureOf(row) {
    return data.figure(row.fields).measure;
  }

  function compare(a, b) {
    return typeof a === "number" && typeof b === "number" ? a - b : String(t(a)).localeCompare(String(t(b)));
  }

  function draw() {
    const indicator = data.indicators.get(state.indicator);
    const found = sorted(rows(indicator));
    const sources = [...new Set(found.filter((row) => row.fields).map((row) => data.figure(row.fields).source))].filter((n) => n >= 0);
    box.replaceChildren(
      el("h2", {}, t(indicator.title)),
      el("p", { class: "remark" }, [t(indicator.step), data.text("table_note")].filter(Boolean).join(". ")),
      el("button", { type: "button", onclick: () => save(indicator, found) }, data.text("save_csv")),
      el("table", { class: "ranking" }, heads(), el("tbody", {}, ...found.map(line))),
      el("ol", { class: "references" }, ...sources.sort((a, b) => a - b).map(reference)),
    );
  }

  function heads() {
    const columns = ["name", "value", "period"].map((column) => {
      const active = order.column === column;
      const direction = order.descending ? "descending" : "ascending";
      const sort = () => {
        order = { column, descending: active ? !order.descending : column !== "name" };
        draw();
        box.querySelector(`[data-column="${column}"]`).focus();
      };
      const button = el("button", { type: "button", "data-column": column, onclick: sort }, data.text(`column.${column}`));
      return el("th", { scope: "col", "aria-sort": active ? direction : "none" }, button);
    });
    return el("thead", {}, el("tr", {}, ...columns, el("th", { scope: "col" }, data.text("column.source_short"))));
  }

  function line({ unit, name, figures, fields }) {
    const parent = data.units.get(unit.parent);
    const button = el("button", { type: "button", onclick: () => point(unit.id) }, name);
    const cells = fields
      ? [value(figures), el("td", {}, data.period(data.figure(fields).period)), el("td", { class: "number" }, source(fields))]
      : [el("td", { colspan: "3", class: "none" }, data.text("no_data"))];
    const place = parent && unit.level === "district" ? el("small", {}, t(parent.name)) : null;
    return el("tr", { "data-unit": unit.id, "aria-current": unit.id === state.unit ? "true" : undefined }, el("th", { scope: "row" }, button, place), ...cells);
  }

  /* The table stays; the unit is outlined and brought into view. */
  function point(id) {
    atlas.set({ unit: id, other: "", feature: "" });
    atlas.units.show(id);
  }

  function value(figures) {
    const against = data.contradicting(figures).length;
    const mark = against ? el("abbr", { title: data.text("contradicting", { count: against }) }, "*") : null;
    return el("td", { class: "number" }, data.shown(figures[0], false), mark, el("small", {}, data.measure(figures[0])));
  }

  function source(fields) {
    const number = data.figure(fields).source;
    if (number < 0) return "";
    return el("button", { type: "button", onclick: () => atlas.panel.showSource(number) }, `[${number + 1}]`);
  }

  function reference(number) {
    const source = data.record.sources[number];
    return el("li", { value: String(number + 1) }, [t(source.publisher), t(source.title), source.vintage].filter(Boolean).join(". "));
  }

  /* Semicolons and a byte-order mark: what a spreadsheet with a Russian locale opens by itself. */
  function save(indicator, found) {
    const quote = (text) => `"${String(text).replace(/"/g, '""').replace(/^([=+@-])/, "'$1")}"`;
    const lines = found.map(({ unit, name, fields }) => {
      const figure = fields ? data.figure(fields) : {};
      const source = figure.source >= 0 ? data.record.sources[figure.source] : {};
      const plain = typeof figure.value === "number" ? String(figure.value).replace(".", state.language === "en" ? "." : ",") : t(figure.value);
      const cells = [unit.id, name, plain, fields ? data.measure(fields) : "", figure.period || "", fields ? data.word(figure.qualifier) : ""];
      return [...cells.slice(0, 2).map(quote), cells[2], ...cells.slice(3).map(quote), quote(t(source.title))].join(";");
    });
    const head = ["id", "name", "value", "measure", "period", "qualifier", "source"].map((column) => quote(data.text(`column.${column}`))).join(";");
    const blob = new Blob([`\ufeff${[head, ...lines].join("\r\n")}\r\n`], { type: "text/csv" });
    const link = el("a", { href: URL.createObjectURL(blob), download: `${indicator.id}.csv` });
    link.click();
    URL.revokeObjectURL(link.href);
  }

  return { build };
})();
