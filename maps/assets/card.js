"use strict";

/* The side card: an invitation, one unit, two units side by side, or features. */
atlas.card = (() => {
  const { cells, data, leads, state, t, text } = atlas;
  const { el } = atlas.dom;

  /**
   * Keep the card up to date.
   * @example atlas.card.build();
   */
  function build() {
    atlas.on(["comparing"], () => document.body.classList.toggle("comparing", state.comparing));
    atlas.on(["unit", "other", "comparing", "features", "indicator", "language"], draw);
  }

  function draw() {
    const box = document.getElementById("card");
    box.replaceChildren(...content().filter(Boolean));
    box.scrollTop = 0;
  }

  function content() {
    if (state.features.length) return atlas.featureCard.content(state.features);
    if (state.unit) return atlas.unitCard.content(state.unit, state.other);
    return [invitation()];
  }

  function invitation() {
    const { record } = data;
    const pairs = record.units.flatMap(pairsOf);
    const listed = record.layers.filter((layer) => layer.listed);
    return el(
      "div",
      { class: "invitation" },
      el("p", {}, t(record.invitation) || text("invitation")),
      pairs.length ? el("h3", {}, text("pairs")) : null,
      ...pairs,
      ...listed.flatMap((layer) => [
        el("h3", {}, t(layer.title)),
        ...layer.features.map((feature) => leads.toFeature({ layer, feature })),
      ]),
      ...record.tables.map(cells.matrix),
      ...record.files.map(({ path, title }) => el("a", { class: "row-button", href: path, download: true }, t(title))),
      record.rows.length ? el("h3", {}, text("zone")) : null,
      el("table", { class: "figures" }, el("tbody", {}, ...record.rows.map(cells.row))),
    );
  }

  /* Each pair stands once, under the unit whose id comes last. */
  function pairsOf(unit) {
    const own = unit.partners.filter((partner) => partner.paired && unit.id > partner.unit);
    return own.map((partner) => {
      const names = [unit, data.units.get(partner.unit)].map((one) => t(one.name));
      return leads.toPartner(names.join(" – "), unit, partner);
    });
  }

  return { build };
})();
