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
      place: (a, b) => (data.figure(b.fields).ranks.place - data.figure(a.fields).ranks.place) * sign || byName(a, b),
      top: (a, b) => (data.figure(a.fields).ranks.share - data.figure(b.fields).ranks.share) * sign || byName(a, b),
      period: (a, b) => data.figure(a.fields).period.localeCompare(data.figure(b.fields).period) * sign || byName(a, b),
    };
    if (order.column === "name") return found.sort((a, b) => byName(a, b) * sign);
    const column = columnsOf(found).includes(order.column) ? order.column : "value";
    return [...known.sort(keys[column]), ...unknown.sort(byName)];
  }

  /* Figures with ranks show them instead of period and source, which are the same everywhere; words need the room. */
  function columnsOf(found) {
    const known = found.filter(({ fields }) => fields).map(({ fields }) => data.figure(fields));
    if (known.some(({ ranks }) => ranks)) return ["name", "value", "place", "top"];
    return known.some(({ period }) => period) ? ["name", "value", "period"] : ["name", "value"];
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
      el("table", { class: "ranking" }, heads(found), el("tbody", {}, ...found.map((row) => line(row, columnsOf(found).includes("period"))))),
      el("ol", { class: "references" }, ...sources.sort((a, b) => a - b).map(reference)),
    );
  }

  function heads(found) {
    const shown = columnsOf(found);
    const ranked = found.find(({ fields }) => fields && data.figure(fields).ranks);
    const columns = shown.map((column) => {
      const active = order.column === column;
      const direction = order.descending ? "descending" : "ascending";
      const sort = () => {
        order = { column, descending: active ? !order.descending : column !== "name" };
        draw();
        box.querySelector(`[data-column="${column}"]`).focus();
      };
      const button = el("button", { type: "button", "data-column": column, onclick: sort }, data.text(`column.${column}`, ranked ? data.figure(ranked.fields).ranks : {}));
      return el("th", { scope: "col", class: `column-${column}`, "aria-sort": active ? direction : "none" }, button);
    });
    const last = !shown.includes("place") ? el("th", { scope: "col", class: "column-source" }, data.text("column.source_short")) : "";
    return el("thead", {}, el("tr", {}, ...columns, last));
  }

  function line({ unit, name, figures, fields }, dated) {
    const parent = data.units.get(unit.parent);
    const button = el("button", { type: "button", onclick: () => point(unit.id) }, name);
    const ranks = fields && data.figure(fields).ranks;
    const cells = ranks
      ? [value(figures), el("td", { class: "places" }, atlas.scores.interval(ranks), el("small", {}, `${atlas.scores.at(ranks)} (${atlas.number(ranks.low)}–${atlas.number(ranks.high)})`)), el("td", { class: "number" }, `${atlas.scores.percent(ranks.share)}\u00a0%`)]
      : fields
      ? [value(figures), dated ? el("td", {}, data.period(data.figure(fields).period)) : null, el("td", { class: "number" }, source(fields))].filter(Boolean)
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
    const { coverage } = data.figure(figures[0]);
    const partial = coverage < 1 ? el("small", { class: "partial" }, atlas.scores.known(coverage)) : null;
    const kind = typeof figures[0][0] === "number" ? "number" : "words";
    return el("td", { class: kind }, data.shown(figures[0], false), mark, el("small", {}, data.measure(figures[0])), partial);
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
    // What a spreadsheet would run begins with an apostrophe.
    const inert = (text) => String(text).replace(/^'*[=+\-@\t\r\n]/, "'$&");
    const quote = (text) => `"${inert(text).replace(/"/g, '""')}"`;
    const decimal = (value) => String(value).replace(".", state.language === "en" ? "." : ",");
    const ranked = columnsOf(found).includes("place");
    const lines = found.map(({ unit, name, fields }) => {
      const figure = fields ? data.figure(fields) : {};
      const source = figure.source >= 0 ? data.record.sources[figure.source] : {};
      const plain = typeof figure.value === "number" ? decimal(figure.value) : quote(t(figure.value));
      const cells = [unit.id, name, plain, fields ? data.measure(fields) : "", figure.period || "", fields ? data.word(figure.qualifier) : ""];
      const { place, median, low, high, share, of } = figure.ranks || {};
      const doubt = ranked ? [place, median, low, high, share, of, figure.coverage].map((one) => (one === undefined ? "" : decimal(one))) : [];
      return [...cells.slice(0, 2).map(quote), cells[2], ...cells.slice(3).map(quote), quote(t(source.title)), ...doubt].join(";");
    });
    const columns = ["id", "name", "value", "measure", "period", "qualifier", "source", ...(ranked ? ["rank", "median", "low", "high", "share", "of", "coverage"] : [])];
    const head = columns.map((column) => quote(data.text(`column.${column}`))).join(";");
    const blob = new Blob([`\ufeff${[head, ...lines].join("\r\n")}\r\n`], { type: "text/csv" });
    const link = el("a", { href: URL.createObjectURL(blob), download: `${indicator.id}.csv` });
    link.click();
    URL.revokeObjectURL(link.href);
  }

  return { build };
})();
