"use strict";

/* Whence the figures on the map come: how many there are, of which years, from which sources. */
atlas.provenance = (() => {
  const { data, figures, t, text } = atlas;

  /**
   * The line under a legend.
   * @example atlas.provenance.told(indicator); // "Data for 147 of 147 districts (100%). Years: 2021. Source: …."
   */
  function told(indicator) {
    const units = data.unitsOf(indicator.level);
    const known = figures.known(indicator, units);
    const years = known.flatMap((figure) => atlas.periods.years(figure.periods));
    const numbers = sources(known);
    const parts = [
      provided(indicator, known.length, units.length),
      years.length ? `${text("years")}: ${atlas.periods.span(years)}` : "",
      numbers.length ? `${text("source")}: ${numbers.slice(0, 2).map(source).join("; ")}` : "",
      numbers.length > 2 ? text("more_sources", { count: numbers.length - 2 }) : "",
    ];
    return `${atlas.joined(parts, ". ")}.`;
  }

  /**
   * Numbers of the sources of figures, each once.
   * @example atlas.provenance.sources([{ source: 1 }, { source: -1 }, { source: 1 }]) // [1]
   */
  function sources(known) {
    return [...new Set(known.map((figure) => figure.source))].filter((number) => number >= 0);
  }

  /* For how many units there is something; where documents are counted, a nought is none and no data. */
  function provided({ documented, level }, known, all) {
    const some = documented === null || documented === known;
    const count = some ? known : documented;
    const percent = Math.round((100 * count) / all);
    return text(`${some ? "share" : "documents"}.${level}`, { known: count, all, percent });
  }

  function source(number) {
    const { publisher, title } = data.record.sources[number];
    return t(publisher) || t(title);
  }

  /**
   * Publisher, title and vintage of a source.
   * @example atlas.provenance.cited({ publisher: "Служба", title: "Перепись", vintage: "2021" })
   *   // "Служба, Перепись, 2021"
   */
  function cited({ publisher, title, vintage }, separator = ", ") {
    return atlas.joined([t(publisher), t(title), vintage], separator);
  }

  /**
   * Figures that rest on a part of what they should rest on: how many, and on which share in percent.
   * @example atlas.provenance.partial([{ coverage: 0.5 }, { coverage: 0.75 }]) // {"count": 2, "share": "50–75"}
   */
  function partial(known) {
    const shares = known.map((figure) => figure.coverage).filter((share) => share < 1);
    if (!shares.length) return null;
    const [least, most] = [Math.min(...shares), Math.max(...shares)].map((share) => Math.round(100 * share));
    return { count: shares.length, share: least === most ? String(least) : `${least}–${most}` };
  }

  return { told, sources, cited, partial };
})();
