"use strict";

/* The card of one unit, or of two side by side: each figure with year and source. */
atlas.unitCard = (() => {
  const { cells, data, figures, leads, scores, series, state, t, text } = atlas;
  const { button, el } = atlas.dom;

  /**
   * What stands in the card of a unit, beside another where there is one.
   * @example atlas.unitCard.content("RU-SMO-rudnyansky", "BY-VI-lioznensky");
   */
  function content(id, otherId) {
    const unit = data.units.get(id);
    return otherId ? ofPair(unit, data.units.get(otherId)) : ofOne(unit);
  }

  function ofOne(unit) {
    const mapped = t(data.indicators.get(state.indicator).title);
    const parent = data.units.get(unit.parent);
    const kind = atlas.joined([t(unit.kind), parent && t(parent.name)], " · ");
    return [
      cells.head([kind], t(unit.name), [actions(unit)], { id: "card-name" }),
      highlight(unit),
      scores.section(unit.composites, mapped),
      ...unit.tables.map(cells.matrix),
      el("table", { class: "figures" }, ...bodies([unit])),
      ...leads.ofUnit(unit),
    ];
  }

  function ofPair(unit, other) {
    const shared = unit.partners.find((partner) => partner.unit === other.id);
    const end = button({ onclick: () => atlas.set({ other: "" }) }, text("compare_end"));
    const more = [
      shared ? el("p", {}, text("shared", { km: atlas.number(shared.km) })) : "",
      el("div", { class: "actions" }, end),
    ];
    const heads = [unit, other].map((one) => el("th", { scope: "col" }, t(one.name)));
    const head = el("thead", {}, el("tr", {}, el("th", {}), ...heads));
    return [
      cells.head([text("comparison")], `${t(unit.name)} – ${t(other.name)}`, more, { id: "card-name" }),
      el("table", { class: "figures two" }, head, ...bodies([unit, other])),
      ...[unit, other].flatMap((one) => leads.ofUnit(one, ` – ${t(one.name)}`)),
    ];
  }

  function actions(unit) {
    const { comparing } = state;
    const label = text(comparing ? "compare_waiting" : "compare");
    return el(
      "div",
      { class: "actions" },
      button({ "aria-pressed": String(comparing), onclick: () => atlas.set({ comparing: !comparing }) }, label),
      button({ onclick: () => atlas.units.show(unit.id) }, text("zoom")),
      ...unit.partners.filter((partner) => partner.paired).map((partner) => compareWith(partner.unit)),
    );
  }

  function compareWith(id) {
    const name = t(data.units.get(id).name);
    return button({ class: "paired", onclick: () => atlas.set({ other: id }) }, text("compare_with", { name }));
  }

  /* The mapped figure in large, with its rank. */
  function highlight(unit) {
    const indicator = data.indicators.get(state.indicator);
    if (indicator.level !== unit.level) return null;
    const figure = figures.mapped(indicator, unit.id);
    const title = el("h3", {}, series.title(indicator));
    const big = el("p", { class: "big" }, figure ? figures.shown(figure) : text("no_data"));
    const doubt = figure ? [cells.meta(figure, rank(indicator, unit)), scores.trust(figure)] : [];
    return el("section", { class: "highlight" }, title, big, ...doubt);
  }

  /* Figures with ranks tell their own. */
  function rank(indicator, unit) {
    const ranked = figures.mapped(indicator, unit.id).ranks;
    const found = ranked ? null : figures.standing(indicator, unit);
    return found ? text("rank", found) : "";
  }

  /* The figures by group, a column for each of the units. */
  function bodies(units) {
    const groups = new Map();
    for (const { group, title, found } of lines(units)) {
      const own = found.map((one) => el("td", {}, ...cells.cell(one)));
      const row = el("tr", {}, el("th", { scope: "row" }, title), ...own);
      groups.set(group, [...(groups.get(group) || []), row]);
    }
    const span = { colspan: String(units.length + 1), scope: "rowgroup" };
    return [...groups].map(([name, rows]) =>
      el("tbody", {}, el("tr", { class: "group" }, el("th", span, name)), ...rows),
    );
  }

  /* Each row or indicator that at least one of the units has; the terms of scores stand for the indicators. */
  function lines(units) {
    const explained = units.length === 1 && units[0].composites.length > 0;
    return [...rowLines(units), ...(explained ? [] : indicatorLines(units))];
  }

  function rowLines(units) {
    const titles = [...new Set(units.flatMap((unit) => unit.rows.map((row) => t(row.title))))];
    return titles.map((title) => {
      const found = units.map((unit) => unit.rows.find((row) => t(row.title) === title)?.figures);
      return { group: text("unit"), title, found };
    });
  }

  function indicatorLines(units) {
    return data.record.indicators
      .map((indicator) => ({
        group: t(indicator.group),
        title: series.title(indicator),
        found: units.map((unit) => indicator.figures[unit.id]),
      }))
      .filter(({ found }) => found.some(Boolean));
  }

  return { content };
})();
