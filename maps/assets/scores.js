"use strict";

/* Scores: how far a place can be trusted, and the terms that make a score up. */
atlas.scores = (() => {
  const { data, figures, standing, t, text } = atlas;
  const { button, el, patch, svg } = atlas.dom;
  /* Weights that differ by less are the same. */
  const SAME_WEIGHT = 5e-7;

  /**
   * The places 1…n as a line: 90 % interval as a bar, median as a tick, the place itself as a point.
   * @example atlas.scores.interval(figure.ranks, 300);
   */
  function interval(ranks, width = 112) {
    const x = (rank) => 5 + ((width - 10) * (rank - 1)) / Math.max(ranks.of - 1, 1);
    const [low, high] = [x(ranks.low), x(ranks.high)];
    const label = standing.told(ranks).join("; ");
    return svg(
      "svg",
      { viewBox: `0 0 ${width} 16`, width, height: 16, class: "interval", role: "img", "aria-label": label },
      svg("line", { x1: 5, x2: width - 5, y1: 8, y2: 8, class: "axis" }),
      svg("line", { x1: Math.min(low, high - 3), x2: Math.max(high, low + 3), y1: 8, y2: 8, class: "span" }),
      svg("line", { x1: x(ranks.median), x2: x(ranks.median), y1: 2.5, y2: 13.5, class: "median" }),
      svg("circle", { cx: x(ranks.place), cy: 8, r: 3.4, class: "place" }),
    );
  }

  /**
   * The interval in large and the same in words; null for a figure without ranks.
   * @example atlas.scores.trust(figures[0]);
   */
  function trust(figure) {
    const { ranks } = figure;
    return ranks ? el("div", { class: "trust" }, interval(ranks, 300), told(figure)) : null;
  }

  function told({ ranks, coverage }) {
    return el("p", {}, [...(ranks ? standing.told(ranks) : []), standing.known(coverage)].join(" · "));
  }

  /**
   * All scores of a unit or feature; the one named is open, and its place is told above already.
   * @example atlas.scores.section(unit.composites, "Оценка");
   */
  function section(composites, openTitle) {
    if (!composites.length) return null;
    const drawn = composites.map((one) => {
      const named = t(one.title) === openTitle;
      return composite(one, composites.length === 1 || named, named);
    });
    const note = el("p", { class: "remark" }, text("why_note"));
    return el("section", { class: "why" }, el("h3", {}, text("why")), ...drawn, note);
  }

  function composite(one, open, toldAbove) {
    const sorted = [...one.terms].sort((a, b) => b.weight - a.weight);
    const list = el("ul", { class: "terms" }, ...sorted.map(term));
    return el("details", { class: "composite", open }, summary(one), trusted(one, toldAbove), list);
  }

  function summary({ title, figure, colour }) {
    return el(
      "summary",
      {},
      colour ? patch("i", { class: "mark" }, colour) : null,
      el("b", {}, t(title)),
      figure?.ranks ? interval(figure.ranks) : null,
      el("span", { class: "score" }, figure ? figures.shown(figure) : text("no_score")),
    );
  }

  function trusted({ figure, coverage }, toldAbove) {
    if (!figure) return el("p", { class: "caution" }, standing.known(coverage));
    return toldAbove ? null : told(figure);
  }

  function term(one) {
    const absent = one.value === null;
    const shown = absent ? text("no_data") : atlas.joined([atlas.number(one.value), data.word(one.measure)], "\u00a0");
    const bar = el("span", { class: "bar", "aria-hidden": "true" }, el("span", {}));
    bar.firstChild.style.width = `${100 * (one.normalised || 0)}%`;
    return el(
      "li",
      { class: absent ? "absent" : undefined },
      el(
        "div",
        { class: "head" },
        el("span", {}, data.word(one.title), one.about ? toggle() : null),
        el("b", {}, shown),
      ),
      bar,
      el("p", { class: "meta" }, ...said(one).map((part) => el("span", {}, part)), links(one.sources)),
      one.about ? el("p", { class: "remark", hidden: true }, data.word(one.about)) : null,
    );
  }

  /* What makes the contribution up; an arrow leads to the weight after that of what is missing was shared. */
  function said({ value, normalised, weight, weight_used: used, contribution, periods }) {
    const absent = value === null;
    const moved = absent || Math.abs(used - weight) > SAME_WEIGHT;
    return [
      absent ? "" : text("term_normalised", { value: atlas.number(normalised) }),
      text("term_weight", { value: atlas.number(weight) }) + (moved ? ` \u2192 ${atlas.number(used || 0)}` : ""),
      absent ? "" : text("term_contribution", { value: atlas.number(contribution) }),
      atlas.periods.told(periods),
    ].filter(Boolean);
  }

  function links(sources) {
    const buttons = sources.map((number) => {
      const show = () => atlas.sources.show(number);
      const { title } = data.record.sources[number];
      return button({ class: "source", title: t(title), onclick: show }, `[${number + 1}]`);
    });
    return buttons.length ? el("span", { class: "links" }, ...buttons) : null;
  }

  /* Shows how the figure is computed. */
  function toggle() {
    const about = text("term_about");
    const turn = ({ currentTarget }) => {
      const remark = currentTarget.closest("li").querySelector(".remark");
      remark.hidden = !remark.hidden;
      currentTarget.setAttribute("aria-expanded", String(!remark.hidden));
    };
    return button({ class: "about", "aria-expanded": "false", "aria-label": about, title: about, onclick: turn }, "?");
  }

  return { interval, trust, section };
})();
