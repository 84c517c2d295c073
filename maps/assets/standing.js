"use strict";

/* How far a place can be trusted, in words. */
atlas.standing = (() => {
  const { figures, t, text } = atlas;

  /**
   * A share in percent; a small one keeps a digit.
   * @example atlas.standing.percent(0.004) // "0,4"
   */
  function percent(share) {
    const whole = 100 * share >= 1 || share === 0;
    return atlas.number(whole ? Math.round(100 * share) : Number((100 * share).toFixed(1)));
  }

  /**
   * Place, or the places that a tie shares.
   * @example atlas.standing.at({ place: 30, last: 147 }) // "30–147"
   */
  function at({ place, last }) {
    return last > place ? `${place}–${last}` : String(place);
  }

  /**
   * What share of the figures is known.
   * @example atlas.standing.known(0.75) // "охват 75 %"
   */
  function known(coverage) {
    return text("coverage", { share: percent(coverage) });
  }

  /**
   * The interval of a place.
   * @example atlas.standing.range({ low: 1, high: 12.5 }) // "1–12,5"
   */
  function range({ low, high }) {
    return `${atlas.number(low)}–${atlas.number(high)}`;
  }

  /* Place among others with its 90 % interval. */
  function place(ranks) {
    const [low, high] = [ranks.low, ranks.high].map(atlas.number);
    return text("place", { place: at(ranks), low, high, of: ranks.of });
  }

  /**
   * In what share of the draws the place is among the first.
   * @example atlas.standing.among({ top: 10, share: 0.25 }); // "P(rank ≤ 10) = 25% of runs"
   */
  function among({ top, share }) {
    return text("among", { top, share: percent(share) });
  }

  /**
   * All that the ranks say, sentence by sentence.
   * @example atlas.standing.told(figure.ranks).join("; ");
   */
  function told(ranks) {
    const [median, low, high] = [ranks.median, ranks.low, ranks.high].map(atlas.number);
    return [place(ranks), text("interval", { median, low, high }), among(ranks)];
  }

  /**
   * Place with its interval, and what share of the figures is known if that is not all.
   * @example atlas.standing.doubt({ ranks: null, coverage: 0.5 }) // "охват 50 %"
   */
  function doubt({ ranks, coverage }) {
    return atlas.joined([ranks ? place(ranks) : "", coverage < 1 ? known(coverage) : ""], " · ");
  }

  /**
   * Each score in a line, for the hint: never one number alone.
   * @example atlas.standing.brief(unit.composites); // ["Overall: 0.41", "Economy: no score"]
   */
  function brief(composites) {
    return composites.map(({ title, figure }) => `${t(title)}: ${figure ? figures.shown(figure) : text("no_score")}`);
  }

  return { percent, at, known, range, among, told, doubt, brief };
})();
