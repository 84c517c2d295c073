"use strict";

/* The side card: one unit, two units side by side, or a feature, each figure with year and source. */
atlas.card = (() => {
  const { data, state, el, t } = atlas;
  const box = document.getElementById("card");

  function build() {
    atlas.on(["unit", "other", "feature", "indicator", "language"], draw);
  }

  function draw() {
    const content = state.feature ? features() : state.unit ? unitCard(data.units.get(state.unit)) : [invitation()];
    box.replaceChildren(...content.filter(Boolean));
    box.scrollTop = 0;
  }

  function invitation() {
    const pairs = data.record.units.flatMap((unit) =>
      (unit.partners || []).filter((partner) => partner[2] && unit.id > partner[0]).map((partner) => pairButton(unit, partner)),
    );
    return el(
      "div",
      { class: "invitation" },
      el("p", {}, t(data.record.invitation) || data.text("invitation")),
      pairs.length ? el("h3", {}, data.text("pairs")) : null,
      ...pairs,
      ...data.record.layers.filter((layer) => layer.listed).flatMap((layer) => [
        el("h3", {}, t(layer.title)), ...layer.features.map((feature) => featureButton({ layer, feature })),
      ]),
      ...(data.record.tables || []).map(matrix),
      ...(data.record.files || []).map(([path, title]) => el("a", { class: "row-button", href: path, download: true }, t(title))),
      data.record.rows.length ? el("h3", {}, data.text("zone")) : null,
      el("table", { class: "figures" }, el("tbody", {}, ...data.record.rows.map(row))),
    );
  }

  function pairButton(unit, [partnerId, km]) {
    const words = [unit, data.units.get(partnerId)].map((one) => t(one.name)).join(" – ");
    const compare = () => atlas.set({ unit: unit.id, other: partnerId, feature: "" });
    return el("button", { type: "button", class: "row-button", onclick: compare }, words, el("small", {}, data.text("shared", { km: atlas.number(km) })));
  }

  function unitCard(unit) {
    const other = state.other ? data.units.get(state.other) : null;
    return [
      other ? pairHead(unit, other) : head(unit),
      other ? null : highlight(unit),
      other ? null : atlas.scores.section(unit.composites, t(data.indicators.get(state.indicator).title), true),
      ...(other ? [] : (unit.tables || []).map(matrix)),
      tableOf(unit, other),
      ...[unit, other].filter(Boolean).flatMap((one) => appendix(one, Boolean(other))),
    ];
  }

  function head(unit) {
    const parent = unit.parent && data.units.get(unit.parent);
    const kind = [t(unit.kind), parent && t(parent.name)].filter(Boolean).join(" · ");
    return el(
      "header",
      { class: "card-head" },
      el("p", { class: "kind" }, kind),
      el("h2", { id: "card-name" }, t(unit.name)),
      actions(unit),
      close(),
    );
  }

  function close() {
    return el("button", { type: "button", class: "close", "aria-label": data.text("close"), onclick: () => atlas.set({ unit: "", other: "", feature: "" }) }, "×");
  }

  function actions(unit) {
    const wait = () => {
      document.body.classList.toggle("comparing");
      draw();
    };
    const waiting = document.body.classList.contains("comparing");
    const paired = (unit.partners || []).filter((partner) => partner[2]);
    return el(
      "div",
      { class: "actions" },
      el("button", { type: "button", "aria-pressed": String(waiting), onclick: wait }, data.text(waiting ? "compare_waiting" : "compare")),
      el("button", { type: "button", onclick: () => atlas.units.show(unit.id) }, data.text("zoom")),
      ...paired.map(([id]) =>
        el("button", { type: "button", class: "paired", onclick: () => atlas.set({ other: id }) }, data.text("compare_with", { name: t(data.units.get(id).name) })),
      ),
    );
  }

  function pairHead(unit, other) {
    const shared = (unit.partners || []).find(([id]) => id === other.id);
    return el(
      "header",
      { class: "card-head" },
      el("p", { class: "kind" }, data.text("comparison")),
      el("h2", { id: "card-name" }, `${t(unit.name)} – ${t(other.name)}`),
      shared ? el("p", {}, data.text("shared", { km: atlas.number(shared[1]) })) : null,
      el("div", { class: "actions" }, el("button", { type: "button", onclick: () => atlas.set({ other: "" }) }, data.text("compare_end"))),
      close(),
    );
  }

  /* The mapped figure in large, with its rank. */
  function highlight(unit) {
    const indicator = data.indicators.get(state.indicator);
    if (indicator.level !== unit.level) return null;
    const figures = indicator.figures[unit.id];
    return el(
      "section",
      { class: "highlight" },
      el("h3", {}, [t(indicator.title), t(indicator.step)].filter(Boolean).join(", ")),
      el("p", { class: "big" }, figures ? data.shown(figures[0]) : data.text("no_data")),
      figures ? meta(figures[0], data.figure(figures[0]).ranks ? "" : rank(indicator, unit)) : null,
      figures ? atlas.scores.trust(figures[0]) : null,
    );
  }

  function rank(indicator, unit) {
    const own = data.figure(data.mapped(indicator, unit.id));
    const same = data.unitsOf(unit.level).map((other) => data.mapped(indicator, other.id)).filter((fields) => fields && data.figure(fields).measure === own.measure);
    const place = 1 + same.filter((fields) => fields[0] > own.value).length;
    const numeric = typeof own.value === "number" && indicator.scales.every((scale) => !scale.labels);
    return numeric && same.length > 2 ? data.text("rank", { place, all: same.length }) : "";
  }

  /* Year, source and confidence of a figure: never far from the figure itself. */
  function meta(fields, ...more) {
    const { period, source, confidence, perimeter } = data.figure(fields);
    return el(
      "p",
      { class: "meta" },
      ...[data.period(period), data.word(perimeter), ...more].filter(Boolean).map((word) => el("span", {}, word)),
      source >= 0 ? sourceLink(source) : null,
      confidence ? el("span", {}, data.text("confidence", { level: data.word(confidence) })) : null,
    );
  }

  function sourceLink(number) {
    const source = data.record.sources[number];
    const show = () => atlas.panel.showSource(number);
    return el("button", { type: "button", class: "source", title: t(source.title), onclick: show }, t(source.publisher) || t(source.title), el("sup", {}, `[${number + 1}]`));
  }

  function tableOf(unit, other) {
    const groups = new Map();
    const units = [unit, other].filter(Boolean);
    for (const [name, title, cells] of lines(units)) {
      if (!groups.has(name)) groups.set(name, []);
      groups.get(name).push(el("tr", {}, el("th", { scope: "row" }, title), ...cells.map((cell) => el("td", {}, ...cell))));
    }
    const heads = el("tr", {}, el("th", {}), ...units.map((one) => el("th", { scope: "col" }, t(one.name))));
    const bodies = [...groups].map(([name, rows]) =>
      el("tbody", {}, el("tr", { class: "group" }, el("th", { colspan: String(units.length + 1), scope: "rowgroup" }, name)), ...rows),
    );
    return el("table", { class: other ? "figures two" : "figures" }, other ? el("thead", {}, heads) : null, ...bodies);
  }

  /* [group, title, cells] for each row or indicator that at least one of the units has. */
  function lines(units) {
    const found = [];
    const titles = [...new Set(units.flatMap((unit) => (unit.rows || []).map(([title]) => t(title))))];
    for (const title of titles) {
      const figures = units.map((unit) => ((unit.rows || []).find((row) => t(row[0]) === title) || [])[1]);
      found.push([data.text("unit"), title, figures.map(cell)]);
    }
    const explained = units.length === 1 && units[0].composites;
    for (const indicator of explained ? [] : data.record.indicators) {
      const figures = units.map((unit) => indicator.figures[unit.id]);
      const title = [t(indicator.title), t(indicator.step)].filter(Boolean).join(", ");
      if (figures.some(Boolean)) found.push([t(indicator.group), title, figures.map(cell)]);
    }
    return found;
  }

  function cell(figures) {
    if (!figures) return [el("span", { class: "none" }, data.text("no_data"))];
    const note = data.word(data.figure(figures[0]).note);
    return [
      el("span", { class: "value" }, data.shown(figures[0])),
      meta(figures[0]),
      note ? el("p", { class: "remark" }, note) : null,
      figures.length > 1 ? alternatives(figures) : null,
    ].filter(Boolean);
  }

  /* The values that were not chosen stay visible, and those that contradict are counted. */
  function alternatives(figures) {
    const against = data.contradicting(figures).length;
    const title = [data.text("alternatives", { count: figures.length - 1 }), against ? data.text("contradicting", { count: against }) : ""];
    const items = figures.slice(1).map((fields) => {
      const note = data.word(data.figure(fields).note);
      return el("li", {}, el("span", { class: "value" }, data.shown(fields)), meta(fields), note ? el("p", { class: "remark" }, note) : null);
    });
    return el("details", { class: against ? "against" : "" }, el("summary", {}, title.filter(Boolean).join("; ")), spark(figures), el("ul", {}, ...items));
  }

  /* Small line of a yearly series in one unit of measure and of one perimeter. */
  function spark(figures) {
    const own = data.figure(figures[0]);
    const byYear = new Map();
    for (const figure of figures.map(data.figure)) {
      const year = /^\d{4}(-01-01)?$/.test(figure.period) ? Number(figure.period.slice(0, 4)) : 0;
      const same = figure.measure === own.measure && figure.perimeter === own.perimeter;
      if (year && same && typeof figure.value === "number" && !byYear.has(year)) byYear.set(year, figure.value);
    }
    if (byYear.size < 4) return null;
    const years = [...byYear.keys()].sort((a, b) => a - b);
    const values = years.map((year) => byYear.get(year));
    return sparkline(years, values);
  }

  function sparkline(years, values) {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const x = (year) => 4 + (232 * (year - years[0])) / (years[years.length - 1] - years[0]);
    const y = (value) => 44 - (38 * (value - low)) / (high - low || 1);
    const d = years.map((year, i) => `${i ? "L" : "M"}${x(year).toFixed(1)},${y(values[i]).toFixed(1)}`).join("");
    const last = years.length - 1;
    const label = `${years[0]}: ${atlas.number(values[0])}, ${years[last]}: ${atlas.number(values[last])}`;
    return el(
      "figure",
      { class: "spark" },
      atlas.svg("svg", { viewBox: "0 0 240 50", role: "img", "aria-label": label },
        atlas.svg("path", { d, fill: "none", stroke: "currentColor", "stroke-width": 1.6 }),
        atlas.svg("circle", { cx: x(years[last]), cy: y(values[last]), r: 2.6, fill: "currentColor" })),
      el("figcaption", {}, el("span", {}, `${years[0]}: ${atlas.number(values[0])}`), el("span", {}, `${years[last]}: ${atlas.number(values[last])}`)),
    );
  }

  function appendix(unit, named) {
    const suffix = named ? ` – ${t(unit.name)}` : "";
    return [
      section(data.text("partners") + suffix, (unit.partners || []).map((partner) => partnerButton(unit, partner))),
      section(data.text("members") + suffix, (unit.members || []).map((id) => unitButton(data.units.get(id)))),
      section(data.text("pairs_of") + suffix, data.record.units.filter((pair) => (pair.members || []).includes(unit.id)).map(unitButton)),
      section(data.text("concerning") + suffix, byLayer(atlas.layers.of(unit.id))),
      section(data.text("notes") + suffix, (unit.notes || []).map(note)),
    ];
  }

  function section(title, items) {
    return items.length ? el("section", { class: "more" }, el("h3", {}, title), ...items) : null;
  }

  function partnerButton(unit, [id, km, paired]) {
    const compare = () => atlas.set({ unit: unit.id, other: id });
    const words = [data.text("shared", { km: atlas.number(km) }), paired ? data.text("paired") : ""].filter(Boolean).join(" · ");
    return el("button", { type: "button", class: paired ? "row-button paired" : "row-button", onclick: compare }, t(data.units.get(id).name), el("small", {}, words));
  }

  /* Leads to a unit of any level; tells its place by its first score. */
  function unitButton(unit) {
    const [first] = unit.composites || [];
    const words = first && first.figure ? atlas.scores.doubt(first.figure) : "";
    return el("button", { type: "button", class: "row-button", onclick: () => atlas.units.visit(unit.id) }, t(unit.name), el("small", {}, words));
  }

  /* Features in the order of meaning: the programme and links before stations and roads. */
  function byLayer(found) {
    const layers = new Map();
    for (const item of found.reverse()) layers.set(item.layer, [item, ...(layers.get(item.layer) || [])]);
    return [...layers].map(([layer, items]) =>
      el("details", { class: "of-layer", open: items.length <= 6 }, el("summary", {}, `${[t(layer.title), t(layer.step)].filter(Boolean).join(", ")}: ${items.length}`), ...items.map(featureButton)),
    );
  }

  function featureButton({ layer, feature }) {
    const symbol = layer.symbols[feature.symbol || 0];
    const kind = t(feature.brief) || t(symbol.title) || t(layer.title);
    return el("button", { type: "button", class: "row-button", onclick: () => atlas.layers.show(feature.id) }, atlas.layers.swatch(symbol), t(feature.name), el("small", {}, kind));
  }

  /* Figures side by side; a long table is folded. */
  function matrix({ title, columns, rows, note: remark, source, units }) {
    const long = rows.length > 12;
    const heads = columns.map((column) => el("th", { scope: "col" }, t(column)));
    const shown = (cell) => (cell === null ? "–" : typeof cell === "number" ? atlas.number(cell) : t(cell));
    const cells = (line) => line.map(shown).map((words) => el("td", { class: /\p{L}/u.test(words) ? "" : "number" }, words));
    const lead = (word, number) => units ? el("button", { type: "button", class: "lead", onclick: () => atlas.units.visit(units[number]) }, word) : word;
    const body = rows.map(([head, line], number) => el("tr", {}, el("th", { scope: "row" }, lead(data.word(head), number)), ...cells(line)));
    return el(
      "details",
      { class: "matrix", open: !long || Boolean(units) },
      el("summary", {}, long ? `${t(title)}: ${rows.length}` : t(title)),
      el("table", {}, el("thead", {}, el("tr", {}, el("td", {}), ...heads)), el("tbody", {}, ...body)),
      remark ? el("p", { class: "remark" }, t(remark)) : null,
      source !== undefined ? el("p", { class: "meta" }, sourceLink(source)) : null,
    );
  }

  function note({ text, title, source, caution }) {
    return el(
      "div",
      { class: caution ? "note caution" : "note" },
      title ? el("b", {}, t(title)) : null,
      el("p", {}, t(text)),
      source !== undefined ? el("p", { class: "meta" }, sourceLink(source)) : null,
    );
  }

  function row([title, figures]) {
    return el("tr", {}, el("th", { scope: "row" }, t(title)), el("td", {}, ...cell(figures)));
  }

  /* One feature, or all that share the clicked place. */
  function features() {
    const found = state.feature.split(" ").map((id) => atlas.layers.shapes.get(id));
    const many = found.length > 1 ? [el("p", { class: "kind several" }, data.text("several", { count: found.length }))] : [];
    return [...many, ...found.flatMap(({ layer, feature }, number) => featureCard(layer, feature, number === 0))];
  }

  function featureCard(layer, feature, first) {
    const symbol = layer.symbols[feature.symbol || 0];
    const kind = [t(layer.title), t(symbol.title)].filter((word, i, all) => word && all.indexOf(word) === i).join(" · ");
    const rows = (feature.rows || []).map(row);
    const units = (feature.units || []).map((id) =>
      el("button", { type: "button", class: "row-button", onclick: () => atlas.set({ unit: id, other: "", feature: "" }) }, t(data.units.get(id).name)),
    );
    return [
      el("header", { class: "card-head" }, el("p", { class: "kind" }, atlas.layers.swatch(symbol), kind), el("h2", {}, t(feature.name)), first ? close() : null),
      feature.composites ? feature.composites.slice(0, 1).map(standing)[0] : null,
      rows.length ? el("table", { class: "figures" }, el("tbody", {}, ...rows)) : null,
      atlas.ranking.section(feature.ranking),
      atlas.scores.section(feature.composites, feature.composites && t(feature.composites[0].title), true),
      ...(feature.tables || []).map(matrix),
      ...(feature.notes || []).map(note),
      section(data.text("units"), units),
      section(data.text("related"), byLayer((feature.related || []).map((id) => atlas.layers.shapes.get(id)))),
    ];
  }

  /* Score and rank of a feature in large. */
  function standing({ title, figure }) {
    return figure ? el("section", { class: "highlight" }, el("h3", {}, t(title)), el("p", { class: "big" }, data.shown(figure)), atlas.scores.trust(figure)) : null;
  }

  return { build };
})();
