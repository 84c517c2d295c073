"use strict";

/* Elements of the page. */
atlas.dom = (() => {
  /**
   * Element with properties and children; nothing is ever parsed as HTML.
   * @example atlas.dom.el("a", { href: "#", onclick: go }, "Smolensk", null);
   */
  function el(tag, properties, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties || {})) give(element, name, value);
    element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
    return element;
  }

  function give(element, name, value) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined && value !== "") element.setAttribute(name, value);
  }

  /**
   * A button that sends nothing.
   * @example atlas.dom.button({ class: "close", onclick: close }, "×");
   */
  function button(properties, ...children) {
    return el("button", { type: "button", ...properties }, ...children);
  }

  /**
   * Element of a drawing.
   * @example atlas.dom.svg("path", { d: "M0,0H9", fill: "none" });
   */
  function svg(tag, attributes, ...children) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  /**
   * A box of one colour.
   * @example atlas.dom.patch("span", { class: "swatch" }, "#2c7fb8");
   */
  function patch(tag, properties, colour) {
    const element = el(tag, properties);
    element.style.background = colour;
    return element;
  }

  /**
   * A slider over named steps; `settle` runs when it comes to rest.
   * @example atlas.dom.slider(["15 min", "30 min"], 0, { change: (step) => show(step) });
   */
  function slider(names, current, { change, settle = () => {} }) {
    const output = el("output", {}, names[current]);
    const input = el("input", {
      type: "range",
      min: "0",
      max: String(names.length - 1),
      step: "1",
      "aria-label": atlas.text("step"),
      value: String(current),
      oninput: (event) => {
        const step = Number(event.target.value);
        change(step);
        output.textContent = names[step];
      },
      onchange: settle,
    });
    return el("div", { class: "slider" }, input, output);
  }

  /**
   * Whether panel and card are drawers, as in the styles.
   * @example if (atlas.dom.narrow()) map.panBy([0, 100]);
   */
  function narrow() {
    return window.matchMedia("(max-width: 53.75em)").matches;
  }

  return { el, button, svg, patch, slider, narrow };
})();
