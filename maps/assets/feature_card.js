"use strict";

/* The card of features: one, or all that share the clicked place. */
atlas.featureCard = (() => {
  const { cells, data, figures, leads, scores, t, text } = atlas;
  const { button, el } = atlas.dom;

  /**
   * What stands in the card of features, given by their ids.
   * @example atlas.featureCard.content(["crossing-R3"]);
   */
  function content(ids) {
    const several = text("several", { count: ids.length });
    const many = ids.length > 1 ? [el("p", { class: "kind several" }, several)] : [];
    const found = ids.map((id) => atlas.layers.shapes.get(id));
    return [...many, ...found.flatMap(({ layer, feature }, number) => one(layer, feature, number === 0))];
  }

  function one(layer, feature, closes) {
    const symbol = layer.symbols[feature.symbol];
    const kinds = new Set([t(layer.title), t(symbol.title)]);
    const [first] = feature.composites;
    const rows = feature.rows.map(cells.row);
    const related = feature.related.map((id) => atlas.layers.shapes.get(id));
    const kind = [atlas.swatch.draw(symbol), atlas.joined([...kinds], " · ")];
    return [
      cells.head(kind, t(feature.name), [], { closes }),
      first?.figure ? standing(first) : null,
      rows.length ? el("table", { class: "figures" }, el("tbody", {}, ...rows)) : null,
      atlas.ranking.section(feature.ranking),
      scores.section(feature.composites, first && t(first.title)),
      ...feature.tables.map(cells.matrix),
      ...feature.notes.map(cells.note),
      leads.section(text("units"), feature.units.map(toUnit)),
      leads.section(text("related"), leads.byLayer(related)),
    ];
  }

  /* Score and rank of a feature in large. */
  function standing({ title, figure }) {
    return el(
      "section",
      { class: "highlight" },
      el("h3", {}, t(title)),
      el("p", { class: "big" }, figures.shown(figure)),
      scores.trust(figure),
    );
  }

  function toUnit(id) {
    const choose = () => atlas.set({ unit: id, other: "", features: [] });
    return button({ class: "row-button", onclick: choose }, t(data.units.get(id).name));
  }

  return { content };
})();
