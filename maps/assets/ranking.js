"use strict";

/* What a card ranks: the features of a layer or the units of an indicator, the best first, each with its doubt. */
atlas.ranking = (() => {
  const { data, el, t } = atlas;
  /* So many are shown at once, and those that are set off by a brief wherever they stand. */
  const SHORT = 10;

  function section(id) {
    if (!id) return null;
    const found = (data.indicators.has(id) ? ofUnits(id) : ofFeatures(id)).sort((a, b) => a.ranks.place - b.ranks.place);
    if (!found.length) return null;
    const { top } = found[0].ranks;
    const list = el("ol", { class: "ranks short" }, ...found.map(line));
    return el(
      "section",
      { class: "more ranked" },
      el("h3", {}, data.text("ranking", { count: found.length })),
      el("p", { class: "remark" }, data.text("ranking_note", { top })),
      list,
      found.length > SHORT ? whole(list, found.length) : null,
    );
  }

  function ofUnits(id) {
    const { figures, level } = data.indicators.get(id);
    return data.unitsOf(level).filter((unit) => figures[unit.id]).flatMap((unit) => {
      const go = () => { atlas.units.choose(unit.id); atlas.units.show(unit.id); };
      return scored(unit.name, figures[unit.id][0], { go });
    });
  }

  function ofFeatures(id) {
    const layer = data.record.layers.find((one) => one.id === id);
    return layer.features.filter((one) => one.composites && one.composites[0].figure).flatMap((one) => {
      const sign = atlas.layers.swatch(layer.symbols[one.symbol || 0]);
      return scored(one.name, one.composites[0].figure, { go: () => atlas.layers.show(one.id), sign, brief: t(one.brief) });
    });
  }

  function scored(name, fields, more) {
    const { ranks } = data.figure(fields);
    return ranks ? [{ name, fields, ranks, ...more }] : [];
  }

  function line({ name, fields, ranks, go, sign, brief }, number) {
    const words = [brief, data.shown(fields), data.text("among", { top: ranks.top, share: atlas.scores.percent(ranks.share) })];
    return el(
      "li",
      { class: [brief ? "set-off" : "", number < SHORT || brief ? "" : "late"].join(" ").trim() },
      el(
        "button",
        { type: "button", onclick: go },
        el("span", { class: "at" }, atlas.scores.at(ranks)),
        el("span", { class: "who" }, sign || "", t(name)),
        atlas.scores.interval(ranks),
        el("small", {}, words.filter(Boolean).join(" · ")),
      ),
    );
  }

  function whole(list, count) {
    const change = (event) => {
      const short = list.classList.toggle("short");
      event.target.textContent = words(short);
    };
    const words = (short) => (short ? data.text("ranking_all", { count }) : data.text("ranking_few"));
    return el("button", { type: "button", class: "all", onclick: change }, words(true));
  }

  return { section };
})();
