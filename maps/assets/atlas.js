"use strict";

/* State of the page and the few things every part uses: texts, elements, numbers. */
const atlas = (() => {
  const languages = ["ru", "en", "be"];
  /* The screens on which panel and card are drawers, as in the styles. */
  const NARROW = "(max-width: 53.75em)";
  const state = { language: "", indicator: "", unit: "", other: "", feature: "", focus: "" };
  const listeners = [];

  /* Change the state; each listener runs once if one of its keys changed. */
  function set(changes) {
    const changed = Object.keys(changes).filter((key) => state[key] !== changes[key]);
    Object.assign(state, changes);
    for (const listener of listeners) {
      if (listener.keys.some((key) => changed.includes(key))) listener.run(changed);
    }
  }

  function on(keys, run) {
    listeners.push({ keys, run });
  }

  /* Text of a label in the language of the page. */
  function t(label) {
    return Array.isArray(label) ? label[languages.indexOf(state.language)] : label || "";
  }

  /* Element with text and children; nothing is ever parsed as HTML. */
  function el(tag, properties, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties || {})) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value !== undefined && value !== "") element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
    return element;
  }

  function svg(tag, attributes, ...children) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  /* Browsers know Russian and English everywhere, Belarusian hardly ever: it writes numbers as Russian does. */
  function locale() {
    return state.language === "en" ? "en-GB" : "ru-RU";
  }

  function number(value) {
    const size = Math.abs(value);
    const digits = Number.isInteger(value) || size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 3;
    return value.toLocaleString(locale(), { maximumFractionDigits: digits }).replace("-", "\u2212");
  }

  function fill(pattern, values) {
    return pattern.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
  }

  /* Write the texts that stand in the template itself in the chosen language. */
  function translate() {
    const attributes = { label: "aria-label", placeholder: "placeholder" };
    document.documentElement.lang = state.language;
    document.title = t(JSON.parse(document.body.dataset.title));
    for (const element of document.querySelectorAll("[data-t]")) {
      element.textContent = t(JSON.parse(element.dataset.t));
    }
    for (const [name, attribute] of Object.entries(attributes)) {
      for (const element of document.querySelectorAll(`[data-t-${name}]`)) {
        element.setAttribute(attribute, t(JSON.parse(element.getAttribute(`data-t-${name}`))));
      }
    }
    for (const button of document.querySelectorAll("[data-language]")) {
      button.setAttribute("aria-pressed", String(button.dataset.language === state.language));
    }
    for (const link of document.querySelectorAll("[data-follow]")) {
      const page = link.getAttribute("href").split("#")[0];
      link.setAttribute("href", state.language === "ru" ? page : `${page}#lang=${state.language}`);
    }
  }

  /* Bring the language switch to life; gives the language that the address asks for. */
  function speak() {
    for (const button of document.querySelectorAll("[data-language]")) {
      button.addEventListener("click", () => set({ language: button.dataset.language }));
    }
    on(["language"], translate);
    const asked = new URLSearchParams(location.hash.slice(1)).get("lang");
    return languages.includes(asked) ? asked : "ru";
  }

  return { languages, NARROW, state, set, on, t, el, svg, number, fill, speak, locale };
})();
