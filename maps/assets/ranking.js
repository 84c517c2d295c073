"use strict";

/* What a card ranks: the features of a layer or the units of an indicator, the best first, each with its doubt. */
atlas.ranking = (() => {
  const { data, figures, standing, t, text } = atlas;
  const { button, el } = atlas.dom;
  /* So many are shown at once, and those that are set off by a brief wherever they stand. */
  const SHORT = 10;

  /**
   * The ranking of a layer or an indicator, given by its id; null where nothing is ranked.
   * @example atlas.ranking.section(feature.ranking);
   */
  function section(id) {
    if (!id) return null;
    const all = data.indicators.has(id) ? ofUnits(id) : ofFeatures(id);
    const found = all.filter((one) => one.figure.ranks).sort((a, b) => a.figure.ranks.place - b.figure.ranks.place);
    if (!found.length) return null;
    const { top } = found[0].figure.ranks;
    const list = el("ol", { class: "ranks short" }, ...found.map(line));
    return el(
      "section",
      { class: "more ranked" },
      el("h3", {}, text("ranking", { count: found.length })),
      el("p", { class: "remark" }, text("ranking_note", { top })),
      list,
      found.length > SHORT ? whole(list, found.length) : null,
    );
  }

  function ofUnits(id) {
    const indicator = data.indicators.get(id);
    const known = data.unitsOf(indicator.level).filter((unit) => indicator.figures[unit.id]);
    return known.map((unit) => {
      const go = () => {
        atlas.units.choose(unit.id);
        atlas.units.show(unit.id);
      };
      return { name: unit.name, figure: figures.mapped(indicator, unit.id), go, sign: "", brief: "" };
    });
  }

  function ofFeatures(id) {
    const layer = data.record.layers.find((one) => one.id === id);
    return layer.features
      .filter(({ composites: [first] }) => first?.figure)
      .map((feature) => ({
        name: feature.name,
        figure: feature.composites[0].figure,
        go: () => atlas.layers.show(feature.id),
        sign: atlas.swatch.draw(layer.symbols[feature.symbol]),
        brief: t(feature.brief),
      }));
  }

  function line({ name, figure, go, sign, brief }, number) {
    const words = [brief, figures.shown(figure), standing.among(figure.ranks)];
    return el(
      "li",
      { class: atlas.joined([brief ? "set-off" : "", number < SHORT || brief ? "" : "late"], " ") },
      button(
        { onclick: go },
        el("span", { class: "at" }, standing.at(figure.ranks)),
        el("span", { class: "who" }, sign, t(name)),
        atlas.scores.interval(figure.ranks),
        el("small", {}, atlas.joined(words, " · ")),
      ),
    );
  }

  function whole(list, count) {
    const words = (short) => (short ? text("ranking_all", { count }) : text("ranking_few"));
    const change = (event) => {
      event.target.textContent = words(list.classList.toggle("short"));
    };
    return button({ class: "all", onclick: change }, words(true));
  }

  return { section };
})();
