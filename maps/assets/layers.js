"use strict";

/* Lines, areas, points and images over the units, switched in the panel, described in the card. */
atlas.layers = (() => {
  const { data, state, el, t } = atlas;
  const PANES = { line: "lines", area: "areas" };
  const groups = new Map();
  const shapes = new Map();
  const crowd = new Map();
  /* Names of what can be in focus. */
  const subjects = new Map();
  let map;
  let marked;

  /* A point drawn as circle, square, diamond or triangle, all of the same area. */
  const Mark = L.CircleMarker.extend({
    _project() {
      L.CircleMarker.prototype._project.call(this);
      this._point = this._point.add(this.options.shift);
      this._updateBounds();
    },
    _updatePath() {
      this._renderer._setPath(this, this._empty() ? "" : symbolPath(this.options.shape, this._point, this._radius, this.options.look));
    },
  });

  /* With look "crossed" two lines run through it. */
  function symbolPath(shape, { x, y }, r, look) {
    const outline = shapePath(shape, { x, y }, r);
    const far = 0.5 * r;
    return look === "crossed" ? `${outline}M${x - far},${y - far}l${2 * far},${2 * far}m0,${-2 * far}l${-2 * far},${2 * far}` : outline;
  }

  function shapePath(shape, { x, y }, r) {
    const corners = {
      square: [[-0.89, -0.89], [0.89, -0.89], [0.89, 0.89], [-0.89, 0.89]],
      diamond: [[0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]],
      triangle: [[0, -1.4], [1.27, 0.85], [-1.27, 0.85]],
    }[shape];
    if (!corners) return `M${x - r},${y}a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 ${-2 * r},0z`;
    return `M${corners.map(([dx, dy]) => `${x + dx * r},${y + dy * r}`).join("L")}z`;
  }

  function build(leaflet) {
    map = leaflet;
    marked = L.layerGroup().addTo(map);
    for (const layer of data.record.layers) groups.set(layer.id, layer.image ? image(layer) : vector(layer));
    for (const steps of series()) {
      const visible = steps.findIndex((step) => step.some((layer) => layer.visible));
      if (visible >= 0) chooseStep(steps, visible);
    }
    for (const unit of data.record.units) if (subjects.has(unit.id)) subjects.set(unit.id, unit.name);
    atlas.on(["feature", "unit"], follow);
    atlas.on(["focus"], drawFocused);
    atlas.on(["language", "focus"], draw);
    atlas.on(["feature"], mark);
  }

  function image(layer) {
    const [south, west, north, east] = layer.bounds;
    return L.imageOverlay(layer.image, [[south, west], [north, east]], { pane: "areas", opacity: 0.8 });
  }

  function vector(layer) {
    const group = L.layerGroup();
    for (const feature of layer.features) {
      if (feature.subject && !subjects.get(feature.subject)) subjects.set(feature.subject, layer.focused ? "" : feature.name);
    }
    if (layer.focused) return group;
    for (const feature of layer.features) {
      const symbol = layer.symbols[feature.symbol || 0];
      const parts = drawn(layer, feature, symbol);
      shapes.set(feature.id, { layer, feature, parts });
      for (const part of parts) {
        if (feature.name) part.on("click", (event) => choose(feature.id, event.latlng));
        if (feature.geometry && feature.name) part.bindTooltip(() => hint(feature), { sticky: true, direction: "top", className: "hint" });
        group.addLayer(part);
      }
    }
    return group;
  }

  /* What is chosen comes into focus; without a choice the last focus stays. */
  function follow() {
    const subject = state.feature ? shapes.get(state.feature.split(" ")[0]).feature.subject : state.unit;
    if (subjects.has(subject)) atlas.set({ focus: subject });
  }

  /* Focused layers draw what belongs to the subject in focus, and only then. */
  function drawFocused() {
    for (const layer of data.record.layers.filter((one) => one.focused)) {
      const group = groups.get(layer.id).clearLayers();
      for (const feature of layer.features.filter((one) => one.subject === state.focus)) {
        for (const part of drawn(layer, feature, layer.symbols[feature.symbol || 0])) group.addLayer(part);
      }
    }
  }

  function hint(feature) {
    const [first] = feature.composites || [];
    const lines = [t(feature.brief), first && first.figure ? atlas.scores.doubt(first.figure) : ""].filter(Boolean);
    return el("div", {}, el("b", {}, t(feature.name)), ...lines.slice(-1).map((line) => el("i", {}, line)));
  }

  function drawn(layer, feature, symbol) {
    const style = {
      color: symbol.colour, weight: symbol.size, opacity: symbol.opacity ?? 1, dashArray: symbol.dash,
      interactive: Boolean(feature.name),
    };
    if (!feature.geometry) {
      const common = { ...style, fill: false, interactive: false, pane: "outlines" };
      return (feature.units || []).map((id) => L.polygon(atlas.units.layers.get(id).getLatLngs(), common));
    }
    if (feature.geometry[0] === 0) return points(layer, feature, symbol);
    const pane = PANES[symbol.shape] || "lines";
    if (feature.geometry[0] === 1) return line(data.parts(feature.geometry), { ...style, pane, smoothFactor: 0.8 });
    const area = { ...style, pane, fillColor: symbol.colour, fillOpacity: (symbol.opacity ?? 1) * 0.5 };
    return [L.polygon(data.polygons(feature.geometry), area)];
  }

  /* A light casing keeps lines legible on dark classes. */
  function line(places, style) {
    const casing = { ...style, pane: "casings", color: "#ffffff", weight: style.weight + 2, opacity: 0.55, dashArray: "", interactive: false };
    return [L.polyline(places, style), L.polyline(places, casing)];
  }

  function points(layer, feature, symbol) {
    const style = {
      pane: "points", shape: symbol.shape, look: symbol.look, radius: symbol.size / 2, color: "#ffffff", weight: 1.2,
      fillColor: symbol.colour, fillOpacity: symbol.opacity ?? 1,
    };
    if (symbol.look) Object.assign(style, { color: symbol.colour, weight: 1.8, fillColor: "#ffffff" });
    return data.parts(feature.geometry).map(([place]) => new Mark(place, { ...style, shift: L.point(aside(layer, place, symbol.size)) }));
  }

  /* Points of a layer that share one place stand around it like seeds in a sunflower. */
  function aside(layer, place, size) {
    const key = `${layer.id} ${place}`;
    const number = crowd.get(key) || 0;
    crowd.set(key, number + 1);
    const distance = 0.78 * size * Math.sqrt(number);
    return [distance * Math.cos(2.39996 * number), distance * Math.sin(2.39996 * number)];
  }

  /* Everything of the visible point layers that the click may have meant. */
  function near(place) {
    const here = map.latLngToLayerPoint(place);
    const found = [];
    for (const { layer, feature, parts } of shapes.values()) {
      if (!map.hasLayer(groups.get(layer.id)) || !feature.geometry || feature.geometry[0] !== 0) continue;
      if (parts.some((part) => part._point.distanceTo(here) < 5)) found.push(feature.id);
    }
    return found;
  }

  function choose(id, place) {
    bring(shapes.get(id).feature);
    const others = place && shapes.get(id).feature.geometry[0] === 0 ? near(place) : [];
    atlas.set({ feature: [id, ...others.filter((other) => other !== id)].join(" ") });
    atlas.panel.open("card");
  }

  /* Ring around the chosen feature, a line between its ends, outlines of the units it concerns. */
  function mark() {
    marked.clearLayers();
    if (!state.feature) return;
    const { feature, parts } = shapes.get(state.feature.split(" ")[0]);
    const style = { pane: "outlines", interactive: false, color: "#14232e", fill: false };
    for (const id of feature.units || []) {
      L.polygon(atlas.units.layers.get(id).getLatLngs(), { ...style, weight: 1.8, dashArray: "5 4" }).addTo(marked);
    }
    if (!feature.geometry) return;
    const ends = feature.geometry[0] === 0 ? parts.map((part) => part.getLatLng()) : [];
    if (ends.length > 1) L.polyline(ends, { ...style, weight: 2.5 }).addTo(marked);
    for (const place of ends) L.circleMarker(place, { ...style, radius: 11, weight: 2.5 }).addTo(marked);
    for (const part of ends.length ? [] : parts) {
      const line = feature.geometry[0] === 1;
      L.polyline(part.getLatLngs(), { ...style, weight: line ? 7 : 3, opacity: line ? 0.35 : 1 }).addTo(marked);
    }
  }

  /* What choosing a feature puts on the map, in place of what others have put there. */
  function bring({ shows }) {
    if (!shows) return;
    for (const other of shapes.values()) for (const id of other.feature.shows || []) if (groups.has(id)) toggle(id, false);
    for (const id of shows) {
      if (groups.has(id)) reveal(id);
      else atlas.set({ indicator: id });
    }
    draw();
  }

  /* Show a layer, of a series its step alone. */
  function reveal(id) {
    const holds = (step) => step.some((layer) => layer.id === id);
    const steps = series().find((found) => found.some(holds));
    chooseStep(steps, steps.findIndex(holds));
  }

  /* Make the feature's layer visible and bring it into view. */
  function show(id) {
    const { layer, feature, parts } = shapes.get(id);
    if (!map.hasLayer(groups.get(layer.id))) reveal(layer.id);
    draw();
    if (feature.geometry) fly(parts);
    choose(id);
  }

  function fly(parts) {
    const bounds = L.featureGroup(parts).getBounds();
    const narrow = window.matchMedia(atlas.NARROW).matches;
    const inView = !narrow && map.getBounds().contains(bounds);
    /* On a narrow screen the card covers the lower part of the map. */
    const below = narrow ? 60 + 0.55 * map.getSize().y : 60;
    if (!inView) map.flyToBounds(bounds, { maxZoom: 9, paddingTopLeft: [60, 60], paddingBottomRight: [60, below], duration: 0.5 });
  }

  function toggle(id, visible) {
    if (visible) groups.get(id).addTo(map);
    else groups.get(id).remove();
  }

  /* Series of layers, each a list of steps, each a list of the layers that are shown together. */
  function series() {
    return data.series(data.record.layers).map((layers) => {
      const steps = new Map();
      for (const layer of layers) steps.set(String(layer.step), [...(steps.get(String(layer.step)) || []), layer]);
      return [...steps.values()];
    });
  }

  /* Show one step of a series, of a cumulative one also those before it. */
  function chooseStep(steps, chosen) {
    steps.forEach((step, number) => {
      for (const layer of step) toggle(layer.id, number === chosen || (Boolean(layer.cumulative) && number < chosen));
    });
  }

  /* The panel: groups of layers with their symbols. */
  function draw() {
    const box = document.getElementById("layers");
    for (const old of box.querySelectorAll("fieldset")) old.remove();
    const fieldsets = new Map();
    for (const steps of series().filter((found) => found.some((step) => step.some(isDrawn)))) {
      const name = t(steps[0][0].group);
      if (!fieldsets.has(name)) fieldsets.set(name, el("fieldset", {}, el("legend", {}, name)));
      fieldsets.get(name).append(entry(steps));
    }
    box.append(...fieldsets.values());
  }

  function isDrawn({ image, features }) {
    return Boolean(image) || features.some((feature) => feature.geometry || (feature.units || []).length);
  }

  function entry(steps) {
    const shown = steps.findLastIndex((step) => step.some((layer) => map.hasLayer(groups.get(layer.id))));
    const number = Math.max(shown, 0, shown < 0 ? steps.findIndex((step) => step.some((layer) => layer.visible)) : 0);
    const [layer, ...more] = steps[number];
    const input = el("input", {
      type: "checkbox", checked: shown >= 0, "data-layer": layer.id,
      onchange: (event) => { chooseStep(steps, event.target.checked ? number : -1); draw(); refocus(layer.id); },
    });
    const single = layer.symbols.length === 1;
    const count = layer.features && layer.features[0].name ? el("span", { class: "count" }, String(layer.features.length)) : null;
    const head = el("label", {}, input, single ? swatch(layer.symbols[0]) : null, el("span", {}, t(layer.title)), count);
    const choice = steps.length > 1 ? [(layer.choice ? list : slider)(steps, number)] : [];
    const details = shown < 0 ? [] : [...choice, single ? null : key(layer), remark(layer), ...more.flatMap((other) => [key(other), remark(other)])];
    return el("div", { class: "layer" }, head, ...details);
  }

  function remark(layer) {
    const publishers = [...new Set((layer.sources || []).map((number) => t(data.record.sources[number].publisher)))];
    const subject = layer.focused && subjects.has(state.focus) ? `${t(subjects.get(state.focus))}.` : "";
    const words = [subject, t(layer.note), publishers.length ? `${data.text("source")}: ${publishers.join("; ")}.` : ""].filter(Boolean);
    return words.length ? el("p", { class: "remark" }, words.join(" ")) : null;
  }

  function refocus(id) {
    const input = [...document.querySelectorAll("[data-layer]")].find((other) => other.dataset.layer === id);
    if (input) input.focus();
  }

  /* Steps without an order. */
  function list(steps, current) {
    const change = (event) => {
      const { id } = steps[Number(event.target.value)][0];
      chooseStep(steps, Number(event.target.value));
      draw();
      [...document.querySelectorAll("[data-layer]")].find((input) => input.dataset.layer === id).closest(".layer").querySelector("select").focus();
    };
    const options = steps.map(([first], number) => el("option", { value: String(number), selected: number === current }, t(first.step)));
    return el("select", { "aria-label": data.text("step"), onchange: change }, ...options);
  }

  function slider(steps, current) {
    const output = el("output", {}, t(steps[current][0].step));
    const change = (event) => {
      chooseStep(steps, Number(event.target.value));
      output.textContent = t(steps[Number(event.target.value)][0].step);
    };
    const input = el("input", {
      type: "range", min: "0", max: String(steps.length - 1), step: "1", "aria-label": data.text("step"),
      value: String(current), oninput: change, onchange: draw,
    });
    return el("div", { class: "slider" }, input, output);
  }

  function key(layer) {
    const used = new Set((layer.features || []).map((feature) => feature.symbol || 0));
    const symbols = layer.symbols.filter((_, number) => layer.image || used.has(number));
    return el("ul", { class: "key" }, ...symbols.map((symbol) => el("li", {}, swatch(symbol, layer.image ? 0.8 : 0.5), el("span", {}, t(symbol.title)))));
  }

  /* The symbol as it looks on the map, for the legend; areas let the ground through. */
  function swatch(symbol, share = 0.5) {
    const hollow = { fill: "#ffffff", stroke: symbol.colour, "stroke-width": 1.8 };
    const paint = symbol.look ? hollow : { fill: symbol.colour, stroke: "none" };
    const stroke = { stroke: symbol.colour, "stroke-width": symbol.size, "stroke-dasharray": symbol.dash || "none", fill: "none" };
    const marks = {
      line: () => atlas.svg("path", { d: "M1,8H25", ...stroke }),
      area: () => atlas.svg("rect", { x: 3, y: 2, width: 20, height: 12, ...paint, "fill-opacity": share * (symbol.opacity ?? 1), stroke: symbol.colour }),
    };
    const point = () => atlas.svg("path", { d: symbolPath(symbol.shape, { x: 13, y: 8 }, Math.min(symbol.size / 2, 6), symbol.look), ...paint });
    return atlas.svg("svg", { viewBox: "0 0 26 16", width: 26, height: 16, class: "symbol", "aria-hidden": "true" }, (marks[symbol.shape] || point)());
  }

  /* Features that concern a unit. */
  function of(unitId) {
    return [...shapes.values()].filter(({ feature }) => (feature.units || []).includes(unitId));
  }

  function visible() {
    return data.record.layers.filter((layer) => map.hasLayer(groups.get(layer.id)));
  }

  /* Symbols of all layers on the map, for the legend of the sheet. */
  function legend() {
    const later = (layer, other) => other.series === layer.series && String(other.step) !== String(layer.step);
    const last = (layer, i, all) => !layer.series || !all.slice(i + 1).some((other) => later(layer, other));
    return visible().filter((layer) => layer.symbols.some((symbol) => symbol.title)).filter(last).map((layer) =>
      el("div", { class: "printed-layer" }, el("b", {}, [t(layer.title), t(layer.step)].filter(Boolean).join(", ")), layer.symbols.length > 1 ? key(layer) : swatch(layer.symbols[0])),
    );
  }

  return { build, choose, show, of, visible, legend, shapes, swatch };
})();
