"use strict";

/* Finding units and features by name, in any language of the page. */
atlas.search = (() => {
  const { data, t } = atlas;
  const MOST = 8;

  /**
   * A word as it is compared: letters that differ between the languages and by habit are taken as one.
   * @example atlas.search.plain("Чёрный з’езд") // "черный зезд"
   */
  function plain(word) {
    return word
      .toLowerCase()
      .replace(/ё/g, "е")
      .replace(/[’'`ʼ]/g, "");
  }

  /**
   * How well a name fits: 0 it starts so; 1 a word of it does; 2 it contains it; 3 not at all.
   * @example atlas.search.score("город смоленск", "смол") // 1
   */
  function score(name, wanted) {
    if (name.startsWith(wanted)) return 0;
    if (name.includes(` ${wanted}`)) return 1;
    return name.includes(wanted) ? 2 : 3;
  }

  /* Of equals units come first, then features in the order of their symbols. */
  function candidates(features) {
    const units = data.record.units.map((unit) => ({ unit, label: unit.name, rank: 0, place: unit.parent }));
    const others = features.map((feature) => ({
      feature,
      label: feature.name,
      rank: 1 + feature.symbol,
      place: feature.units[0],
    }));
    return [...units, ...others];
  }

  function scored(candidate, wanted) {
    const names = [candidate.label].flat().map(plain);
    const best = Math.min(...names.map((name) => score(name, wanted)));
    return { ...candidate, name: t(candidate.label), score: best };
  }

  /**
   * The units and features that fit best; `unit` or `feature`, its name, and the id of the unit it lies in.
   * @example atlas.search.find(atlas.search.plain("Смол"), []).map((one) => one.name) // ["Смоленск"]
   */
  function find(wanted, features) {
    if (!wanted) return [];
    const found = candidates(features).map((candidate) => scored(candidate, wanted));
    return found
      .filter((one) => one.score < 3)
      .sort((a, b) => a.score - b.score || a.rank - b.rank || a.name.localeCompare(b.name))
      .slice(0, MOST);
  }

  return { plain, score, find };
})();
