"use strict";

/* What leads on from a card: buttons to units, pairs and features, in sections. */
atlas.leads = (() => {
  const { data, series, standing, t, text } = atlas;
  const { button, el } = atlas.dom;
  /* So many features of a layer are shown unfolded. */
  const FEW = 6;

  /**
   * A heading with what stands under it; null where that is nothing.
   * @example atlas.leads.section("Районы", units.map(atlas.leads.toUnit));
   */
  function section(title, items) {
    return items.length ? el("section", { class: "more" }, el("h3", {}, title), ...items) : null;
  }

  /**
   * Leads to a unit of any level; tells its place by its first score.
   * @example atlas.leads.toUnit(data.units.get("BY-VI"));
   */
  function toUnit(unit) {
    const [first] = unit.composites;
    const words = first?.figure ? standing.doubt(first.figure) : "";
    const visit = () => atlas.units.visit(unit.id);
    return button({ class: "row-button", onclick: visit }, t(unit.name), el("small", {}, words));
  }

  /**
   * Leads to the comparison of a unit with one across the border; `marked` says of it that it is its pair.
   * @example atlas.leads.toPartner("Рудня – Лиозно", unit, partner);
   */
  function toPartner(words, unit, { unit: other, km }, marked = false) {
    const compare = () => atlas.set({ unit: unit.id, other, features: [] });
    const shared = text("shared", { km: atlas.number(km) });
    const said = atlas.joined([shared, marked ? text("paired") : ""], " · ");
    const look = marked ? "row-button paired" : "row-button";
    return button({ class: look, onclick: compare }, words, el("small", {}, said));
  }

  /**
   * Leads to a feature, with its symbol and what distinguishes it.
   * @example atlas.layers.of("BY-VI").map(atlas.leads.toFeature);
   */
  function toFeature({ layer, feature }) {
    const symbol = layer.symbols[feature.symbol];
    const kind = t(feature.brief) || t(symbol.title) || t(layer.title);
    const show = () => atlas.layers.show(feature.id);
    const sign = atlas.swatch.draw(symbol);
    return button({ class: "row-button", onclick: show }, sign, t(feature.name), el("small", {}, kind));
  }

  /**
   * Features by layer, in the order of meaning: the programme and links before stations and roads.
   * @example atlas.leads.byLayer(atlas.layers.of("BY-VI"));
   */
  function byLayer(found) {
    const layers = new Map();
    for (const item of [...found].reverse()) layers.set(item.layer, [item, ...(layers.get(item.layer) || [])]);
    return [...layers].map(([layer, items]) =>
      el(
        "details",
        { class: "of-layer", open: items.length <= FEW },
        el("summary", {}, `${series.title(layer)}: ${items.length}`),
        ...items.map(toFeature),
      ),
    );
  }

  /**
   * What a unit leads to: its neighbours across the border, its pairs, the features that concern it, its notes.
   * @example atlas.leads.ofUnit(unit, " – Рудня");
   */
  function ofUnit(unit, suffix = "") {
    const pairs = data.record.units.filter((pair) => pair.members.includes(unit.id));
    const partners = unit.partners.map((one) => toPartner(t(data.units.get(one.unit).name), unit, one, one.paired));
    const members = unit.members.map((id) => toUnit(data.units.get(id)));
    return [
      section(text("partners") + suffix, partners),
      section(text("members") + suffix, members),
      section(text("pairs_of") + suffix, pairs.map(toUnit)),
      section(text("concerning") + suffix, byLayer(atlas.layers.of(unit.id))),
      section(text("notes") + suffix, unit.notes.map(atlas.cells.note)),
    ];
  }

  return { section, toUnit, toPartner, toFeature, byLayer, ofUnit };
})();
