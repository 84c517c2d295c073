"use strict";

/* Symbols as they look on the map, for legends and lists. */
atlas.swatch = (() => {
  const { t } = atlas;
  const { el, svg } = atlas.dom;

  function line(symbol) {
    const stroke = { stroke: symbol.colour, "stroke-width": symbol.size, "stroke-dasharray": symbol.dash || "none" };
    return svg("path", { d: "M1,8H25", ...stroke, fill: "none" });
  }

  /* Areas let the ground through. */
  function area(symbol, share) {
    const paint = { fill: symbol.colour, stroke: "none", "fill-opacity": share * symbol.opacity };
    return svg("rect", { x: 3, y: 2, width: 20, height: 12, ...paint, stroke: symbol.colour });
  }

  function point(symbol) {
    const hollow = { fill: "#ffffff", stroke: symbol.colour, "stroke-width": 1.8 };
    const paint = symbol.look === "full" ? { fill: symbol.colour, stroke: "none" } : hollow;
    const d = atlas.symbols.path(symbol, { x: 13, y: 8 }, Math.min(symbol.size / 2, 6));
    return svg("path", { d, ...paint });
  }

  /**
   * A small drawing of a symbol; `share` is how much of its opacity an area keeps.
   * @example atlas.swatch.draw(layer.symbols[feature.symbol]);
   */
  function draw(symbol, share = 0.5) {
    const size = { viewBox: "0 0 26 16", width: 26, height: 16 };
    const sign = ({ line, area }[symbol.shape] || point)(symbol, share);
    return svg("svg", { ...size, class: "symbol", "aria-hidden": "true" }, sign);
  }

  /**
   * List of the symbols of a layer that something has.
   * @example atlas.swatch.key(layer);
   */
  function key(layer) {
    const used = new Set(layer.features.map((feature) => feature.symbol));
    const symbols = layer.symbols.filter((_, number) => layer.image || used.has(number));
    const share = layer.image ? 0.8 : 0.5;
    return el(
      "ul",
      { class: "key" },
      ...symbols.map((symbol) => el("li", {}, draw(symbol, share), el("span", {}, t(symbol.title)))),
    );
  }

  return { draw, key };
})();
