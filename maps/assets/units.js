"use strict";

/* Units, and pairs of them as lines along the border: painted by the indicator, reached by mouse, touch and keyboard. */
atlas.units = (() => {
  const { data, state } = atlas;
  const layers = new Map();
  const groups = {};
  let map;
  let outlines;
  let hatches;
  let tooltip;
  let emphasis = null;

  const REST = { color: "#ffffff", weight: 0.8, opacity: 0.9, fillOpacity: 1 };
  const QUIET = { color: "#d3cdbf", weight: 0.8, opacity: 1, fillColor: "#fbfaf6", fillOpacity: 1 };
  const LINE = { weight: 7, lineCap: "butt", smoothFactor: 0.6, fill: false };
  const DIM = 0.18;
  /* The level that lies under the lines of pairs. */
  const UNDER = { district_pair: "district", oblast_pair: "oblast" };

  function level() {
    return data.indicators.get(state.indicator).level;
  }

  function build(leaflet) {
    map = leaflet;
    outlines = L.layerGroup().addTo(map);
    hatches = L.layerGroup().addTo(map);
    tooltip = L.tooltip({ sticky: true, direction: "top", offset: [0, -6], className: "hint" });
    for (const name of new Set(data.record.units.map((unit) => unit.level))) {
      groups[name] = L.layerGroup(data.unitsOf(name).flatMap(drawn));
    }
    atlas.on(["indicator", "language"], paint);
    atlas.on(["unit", "other", "indicator"], outline);
  }

  function drawn(unit) {
    if (unit.geometry[0] === 2) return [known(unit, L.polygon(data.polygons(unit.geometry), { ...REST, pane: "units", smoothFactor: 0.6 }))];
    const places = data.parts(unit.geometry);
    const casing = L.polyline(places, { ...LINE, pane: "casings", color: "#14232e", weight: LINE.weight + 2.5, interactive: false });
    return [casing, known(unit, L.polyline(places, { ...LINE, pane: "pairs", className: "between" }))];
  }

  function known(unit, shape) {
    layers.set(unit.id, shape);
    shape.on("add", () => prepare(unit, shape));
    shape.on("click", () => choose(unit.id));
    shape.on("mousemove", (event) => hint(unit, event.latlng));
    shape.on("mouseout", () => tooltip.remove());
    return shape;
  }

  /* A unit chosen while another waits for comparison becomes the second one. */
  function choose(id) {
    if (document.body.classList.contains("comparing") && state.unit && id !== state.unit) {
      document.body.classList.remove("comparing");
      atlas.set({ other: id, feature: "" });
    } else {
      atlas.set({ unit: id, other: "", feature: "" });
    }
    atlas.panel.open("card");
    keepVisible(id);
  }

  /* On a narrow screen the card covers the lower part of the map. */
  function keepVisible(id) {
    if (!window.matchMedia(atlas.NARROW).matches) return;
    const place = map.latLngToContainerPoint(layers.get(id).getBounds().getCenter());
    const size = map.getSize();
    map.panBy(place.subtract([size.x / 2, size.y * 0.2]));
  }

  function prepare(unit, shape) {
    const path = shape.getElement();
    path.dataset.unit = unit.id;
    path.setAttribute("role", "button");
    path.setAttribute("tabindex", "-1");
    path.addEventListener("keydown", (event) => key(event, unit));
    path.addEventListener("focus", () => hint(unit, shape.getBounds().getCenter()));
    path.addEventListener("blur", () => tooltip.remove());
  }

  function key(event, unit) {
    const directions = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
    if (event.key === "Enter" || event.key === " ") choose(unit.id);
    else if (directions[event.key]) step(unit, directions[event.key]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /* Focus the nearest unit of the same level in the direction of the arrow key. */
  function step(unit, [dx, dy]) {
    const here = middle(unit.id);
    let best = null;
    for (const other of data.unitsOf(unit.level)) {
      const offset = middle(other.id).subtract(here);
      const along = offset.x * dx + offset.y * dy;
      const across = Math.abs(offset.x * dy) + Math.abs(offset.y * dx);
      const cost = along + 2 * across;
      if (other.id !== unit.id && along > across && (!best || cost < best.cost)) best = { id: other.id, cost };
    }
    if (best) focus(best.id);
  }

  function middle(id) {
    return map.latLngToLayerPoint(layers.get(id).getBounds().getCenter());
  }

  function focus(id) {
    for (const unit of data.unitsOf(data.units.get(id).level)) {
      layers.get(unit.id).getElement().setAttribute("tabindex", unit.id === id ? "0" : "-1");
    }
    layers.get(id).getElement().focus();
  }

  function hint(unit, place) {
    const indicator = data.indicators.get(state.indicator);
    const fields = data.mapped(indicator, unit.id);
    const value = fields ? data.shown(fields) : unit.level === indicator.level ? data.text("no_data") : "";
    const shown = fields ? [data.period(data.figure(fields).period), atlas.scores.doubt(fields)] : [];
    const more = [...shown, ...atlas.scores.brief(unit.composites).filter((line) => !line.startsWith(`${atlas.t(indicator.title)}:`))];
    tooltip.setContent(
      atlas.el("div", {}, atlas.el("b", {}, atlas.t(unit.name)), atlas.el("span", {}, value), ...more.filter(Boolean).map((line) => atlas.el("i", {}, line))),
    );
    tooltip.setLatLng(place).addTo(map);
  }

  function colour(indicator, unitId) {
    const found = data.classOf(indicator, unitId);
    return found ? indicator.scales[found[0]].colours[found[1]] : "url(#no-data)";
  }

  function paint() {
    const indicator = data.indicators.get(state.indicator);
    const under = UNDER[indicator.level];
    for (const [name, group] of Object.entries(groups)) {
      if (name === indicator.level || name === under) group.addTo(map);
      else group.remove();
    }
    for (const unit of under ? data.unitsOf(under) : []) {
      layers.get(unit.id).setStyle(QUIET);
      layers.get(unit.id).getElement().setAttribute("aria-label", atlas.t(unit.name));
    }
    hatches.clearLayers();
    const units = data.unitsOf(indicator.level);
    for (const unit of units) {
      const fields = data.mapped(indicator, unit.id);
      layers.get(unit.id).setStyle(style(indicator, unit));
      if (fields && data.figure(fields).coverage < 1) hatches.addLayer(hatch(unit));
      const words = [atlas.t(unit.name), fields ? data.shown(fields) : data.text("no_data")];
      layers.get(unit.id).getElement().setAttribute("aria-label", words.join(": "));
    }
    layers.get(units[0].id).getElement().setAttribute("tabindex", "0");
  }

  function style(indicator, unit) {
    const [paint, opacity] = [colour(indicator, unit.id), strength(indicator, unit.id)];
    if (unit.geometry[0] === 2) return { ...REST, fillColor: paint, fillOpacity: opacity };
    return { ...LINE, color: paint.startsWith("#") ? paint : "#f4f2ec", opacity };
  }

  /* Over a unit that rests on a part of its figures. */
  function hatch(unit) {
    const common = { pane: "hatches", interactive: false, className: "hatch" };
    const places = layers.get(unit.id).getLatLngs();
    if (unit.geometry[0] === 2) return L.polygon(places, { ...common, stroke: false, fillColor: "url(#partial)", fillOpacity: 1, smoothFactor: 0.6 });
    return L.polyline(places, { ...common, ...LINE, color: "#ffffff", dashArray: "1.5 6", opacity: 0.9 });
  }

  function strength(indicator, unitId) {
    if (!emphasis) return 1;
    const found = data.classOf(indicator, unitId) || [-1, -1];
    return found[0] === emphasis[0] && found[1] === emphasis[1] ? 1 : DIM;
  }

  /* Show one class of the legend and fade the others; null shows all. */
  function emphasise(scaleAndClass) {
    emphasis = scaleAndClass;
    paint();
  }

  function outline() {
    outlines.clearLayers();
    for (const [id, style] of [[state.unit, "#14232e"], [state.other, "#8a2be2"]]) {
      if (!id) continue;
      const rings = layers.get(id).getLatLngs();
      if (data.units.get(id).geometry[0] === 1) {
        const halo = { ...LINE, interactive: false, pane: "casings" };
        L.polyline(rings, { ...halo, color: "#ffffff", weight: 19 }).addTo(outlines);
        L.polyline(rings, { ...halo, color: style, weight: 14 }).addTo(outlines);
        continue;
      }
      const common = { fill: false, interactive: false, pane: "outlines", smoothFactor: 0.6 };
      L.polygon(rings, { ...common, color: "#ffffff", weight: 5 }).addTo(outlines);
      L.polygon(rings, { ...common, color: style, weight: 2.6 }).addTo(outlines);
    }
  }

  /* Choose a unit of any level and bring it into view; what has nothing to map is outlined only. */
  function visit(id) {
    const unit = data.units.get(id);
    const mapped = atlas.legend.counterpart(unit.level);
    if (unit.level !== level() && mapped) atlas.set({ indicator: mapped.id });
    choose(id);
    show(id);
  }

  function show(id) {
    map.flyToBounds(layers.get(id).getBounds(), { maxZoom: 9, padding: [40, 40], duration: 0.5 });
  }

  function bounds() {
    return L.latLngBounds(data.record.units.map((unit) => layers.get(unit.id).getBounds()));
  }

  return { build, layers, level, choose, visit, show, bounds, emphasise };
})();
