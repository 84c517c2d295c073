"use strict";

/* State of the page and the few things every part uses: changes, texts, numbers. */
// biome-ignore lint/correctness/noUnusedVariables: the scripts that follow in the page use it.
const atlas = (() => {
  const state = { language: "", indicator: "", unit: "", other: "", comparing: false, features: [], focus: "" };
  const listeners = [];
  const speech = { languages: [], texts: {} };

  /**
   * Take the languages and texts of the page's record.
   * @example atlas.learn({ languages: ["ru", "en"], texts: { years: ["Годы", "Years"] } });
   */
  function learn({ languages, texts }) {
    Object.assign(speech, { languages, texts });
  }

  /**
   * Codes of the languages of the page, the default first.
   * @example atlas.languages() // ["ru", "en", "be"]
   */
  function languages() {
    return speech.languages;
  }

  /* Lists are equal if their items are. */
  function equal(one, other) {
    if (!Array.isArray(one) || !Array.isArray(other)) return one === other;
    return one.length === other.length && one.every((item, place) => item === other[place]);
  }

  /**
   * Change the state; each listener runs once if one of its keys changed.
   * @example atlas.set({ unit: "BY-VI", features: [] });
   */
  function set(changes) {
    const changed = Object.keys(changes).filter((key) => !equal(state[key], changes[key]));
    Object.assign(state, changes);
    for (const listener of listeners) {
      if (listener.keys.some((key) => changed.includes(key))) listener.run(changed);
    }
  }

  /**
   * Run something whenever one of the keys of the state changes.
   * @example atlas.on(["language", "unit"], draw);
   */
  function on(keys, run) {
    listeners.push({ keys, run });
  }

  /**
   * A label in the language of the page: a list in the order of the languages, or one text for all.
   * @example atlas.t(["Годы", "Years", "Гады"]) // "Годы"
   */
  function t(label) {
    return Array.isArray(label) ? label[speech.languages.indexOf(state.language)] : label || "";
  }

  /**
   * A text of the page by its key, with its fields filled.
   * @example atlas.text("confidence", { level: "высокая" }) // "надёжность: высокая"
   */
  function text(key, values = {}) {
    const pattern = t(speech.texts[key]);
    return pattern.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
  }

  /**
   * What says something, one after the other.
   * @example atlas.joined(["2024", "", "перепись"], ", ") // "2024, перепись"
   */
  function joined(words, separator) {
    return words.filter(Boolean).join(separator);
  }

  /* Digits after the point: what a number of this size can tell. */
  function digits(value) {
    const size = Math.abs(value);
    if (Number.isInteger(value) || size >= 1000) return 0;
    if (size >= 100) return 1;
    return size >= 1 ? 2 : 3;
  }

  /**
   * A number as the language of the page writes it.
   * @example atlas.number(-1234.56) // "\u22121\u00a0235"
   */
  function number(value) {
    const written = value.toLocaleString(text("locale"), { maximumFractionDigits: digits(value) });
    return written.replace("-", "\u2212");
  }

  /**
   * The sign between whole and fraction in the language of the page.
   * @example atlas.point() // ","
   */
  function point() {
    const parts = new Intl.NumberFormat(text("locale")).formatToParts(0.5);
    return parts.find((part) => part.type === "decimal").value;
  }

  return { state, learn, languages, set, on, t, text, joined, number, point };
})();
