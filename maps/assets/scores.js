"use strict";

/* Scores: how far a place can be trusted, and the terms that make a score up. */
atlas.scores = (() => {
  const { data, el, t } = atlas;

  function percent(share) {
    const rounded = 100 * share >= 1 || share === 0 ? Math.round(100 * share) : Number((100 * share).toFixed(1));
    return atlas.number(rounded);
  }

  /* Place with its 90 % interval, and what share of the figures is known. */
  function doubt(fields) {
    const { ranks, coverage } = data.figure(fields);
    return [ranks ? place(ranks) : "", coverage < 1 ? known(coverage) : ""].filter(Boolean).join(" · ");
  }

  function place(ranks) {
    return data.text("place", { place: at(ranks), low: atlas.number(ranks.low), high: atlas.number(ranks.high), of: ranks.of });
  }

  /* Place, or the places that a tie shares: "30–147". */
  function at({ place: first, last }) {
    return last > first ? `${first}–${last}` : String(first);
  }

  function known(coverage) {
    return data.text("coverage", { share: percent(coverage) });
  }

  function words({ median, low, high, share, top }) {
    return [
      data.text("interval", { median: atlas.number(median), low: atlas.number(low), high: atlas.number(high) }),
      data.text("among", { top, share: percent(share) }),
    ];
  }

  /* The places 1…n as a line: 90 % interval as a bar, median as a tick, the place itself as a point. */
  function interval(ranks, width = 112) {
    const x = (rank) => 5 + ((width - 10) * (rank - 1)) / Math.max(ranks.of - 1, 1);
    const line = (attributes) => atlas.svg("line", attributes);
    const [low, high] = [x(ranks.low), x(ranks.high)];
    return atlas.svg(
      "svg",
      { viewBox: `0 0 ${width} 16`, width, height: 16, class: "interval", role: "img", "aria-label": [place(ranks), ...words(ranks)].join("; ") },
      line({ x1: 5, x2: width - 5, y1: 8, y2: 8, class: "axis" }),
      line({ x1: Math.min(low, high - 3), x2: Math.max(high, low + 3), y1: 8, y2: 8, class: "span" }),
      line({ x1: x(ranks.median), x2: x(ranks.median), y1: 2.5, y2: 13.5, class: "median" }),
      atlas.svg("circle", { cx: x(ranks.place), cy: 8, r: 3.4, class: "place" }),
    );
  }

  /* The same in words under the bar. */
  function trust(fields) {
    const { ranks } = data.figure(fields);
    return ranks ? el("div", { class: "trust" }, interval(ranks, 300), told(fields)) : null;
  }

  function told(fields) {
    const { ranks, coverage } = data.figure(fields);
    return el("p", {}, [...(ranks ? [place(ranks), ...words(ranks)] : []), known(coverage)].join(" · "));
  }

  /* All scores of a unit or feature; one is open, and its place may be told above already. */
  function section(composites, openTitle, told = false) {
    if (!composites || !composites.length) return null;
    return el(
      "section",
      { class: "why" },
      el("h3", {}, data.text("why")),
      ...composites.map((one) => composite(one, composites.length === 1 || t(one.title) === openTitle, told && t(one.title) === openTitle)),
      el("p", { class: "remark" }, data.text("why_note")),
    );
  }

  /* Each score in a line, for the hint: never one number alone. */
  function brief(composites) {
    return (composites || []).map(({ title, figure }) => `${t(title)}: ${figure ? data.shown(figure) : data.text("no_score")}`);
  }

  function composite({ title, figure, coverage, terms, colour }, open, brief) {
    const mark = el("i", { class: "mark" });
    if (colour) mark.style.background = colour;
    const score = figure ? data.shown(figure) : data.text("no_score");
    const sorted = [...terms].sort((a, b) => b[4] - a[4]);
    return el(
      "details",
      { class: "composite", open },
      el("summary", {}, colour ? mark : null, el("b", {}, t(title)), figure && data.figure(figure).ranks ? interval(data.figure(figure).ranks) : null, el("span", { class: "score" }, score)),
      brief && figure ? null : figure ? told(figure) : el("p", { class: "caution" }, known(coverage)),
      el("ul", { class: "terms" }, ...sorted.map(term)),
    );
  }

  function term([title, value, measure, normalised, weight, used, contribution, period, sources, about]) {
    const shown = value === null ? data.text("no_data") : [atlas.number(value), data.word(measure)].filter(Boolean).join("\u00a0");
    const bar = el("span", { class: "bar", "aria-hidden": "true" }, el("span", {}));
    bar.firstChild.style.width = `${100 * (normalised || 0)}%`;
    const left = value === null || Math.abs(used - weight) > 5e-7;
    const said = [
      value === null ? "" : data.text("term_normalised", { value: atlas.number(normalised) }),
      data.text("term_weight", { value: atlas.number(weight) }) + (left ? ` \u2192 ${atlas.number(used || 0)}` : ""),
      value === null ? "" : data.text("term_contribution", { value: atlas.number(contribution) }),
      data.period(period),
    ];
    const links = sources.map((number) => el("button", { type: "button", class: "source", title: t(data.record.sources[number].title), onclick: () => atlas.panel.showSource(number) }, `[${number + 1}]`));
    return el(
      "li",
      { class: value === null ? "absent" : undefined },
      el("div", { class: "head" }, el("span", {}, data.word(title), about ? toggle() : null), el("b", {}, shown)),
      bar,
      el("p", { class: "meta" }, ...said.filter(Boolean).map((part) => el("span", {}, part)), links.length ? el("span", { class: "links" }, ...links) : null),
      about ? el("p", { class: "remark", hidden: true }, data.word(about)) : null,
    );
  }

  /* Shows how the figure is computed. */
  function toggle() {
    const turn = ({ currentTarget: button }) => {
      const text = button.closest("li").querySelector(".remark");
      text.hidden = !text.hidden;
      button.setAttribute("aria-expanded", String(!text.hidden));
    };
    return el("button", { type: "button", class: "about", "aria-expanded": "false", "aria-label": data.text("term_about"), title: data.text("term_about"), onclick: turn }, "?");
  }

  return { at, doubt, known, brief, interval, trust, section, percent };
})();
