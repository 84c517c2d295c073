"use strict";

/* Lines, areas, points and images over the units: what is shown, what is chosen. */
atlas.layers = (() => {
  const { data, drawing, series, standing, state, t } = atlas;
  const { el } = atlas.dom;
  const groups = new Map();
  const shapes = new Map();
  /* Names of what can be in focus. */
  const subjects = new Map();
  const INK = "#14232e";
  /* A click may have meant points so near, in pixels. */
  const NEAR = 5;
  let map;
  let marked;
  let revealed = () => {};

  /**
   * Draw all layers and show those that are visible at first.
   * @example atlas.layers.build(map);
   */
  function build(leaflet) {
    map = leaflet;
    marked = L.layerGroup().addTo(map);
    data.record.layers.forEach(nameSubjects);
    for (const layer of data.record.layers) groups.set(layer.id, layer.image ? drawing.image(layer) : vector(layer));
    for (const steps of series.steps(data.record.layers)) {
      const visible = steps.findIndex((step) => step.some((layer) => layer.visible));
      if (visible >= 0) chooseStep(steps, visible);
    }
    atlas.on(["features", "unit"], follow);
    atlas.on(["focus"], drawFocused);
    atlas.on(["features"], mark);
  }

  /* A subject is called as the unit of that id, else as the first feature that is not there for the focus alone. */
  function nameSubjects(layer) {
    for (const { subject, name } of layer.features.filter((feature) => feature.subject)) {
      const known = data.units.get(subject)?.name || subjects.get(subject);
      subjects.set(subject, known || (layer.focused ? "" : name));
    }
  }

  /* What is drawn for the focus alone is drawn with it. */
  function vector(layer) {
    const features = layer.focused ? [] : layer.features;
    return L.layerGroup(features.flatMap((feature) => drawn(layer, feature)));
  }

  function drawn(layer, feature) {
    const parts = drawing.parts(map, layer, feature);
    shapes.set(feature.id, { layer, feature, parts });
    for (const part of feature.name ? parts : []) describe(part, feature);
    return parts;
  }

  function describe(part, feature) {
    part.on("click", (event) => choose(feature.id, event.latlng));
    if (!feature.geometry) return;
    part.bindTooltip(() => hint(feature), { sticky: true, direction: "top", className: "hint" });
  }

  /* What is chosen comes into focus; without a choice the last focus stays. */
  function follow() {
    const [chosen] = state.features;
    const subject = chosen ? shapes.get(chosen).feature.subject : state.unit;
    if (subjects.has(subject)) atlas.set({ focus: subject });
  }

  /* Focused layers draw what belongs to the subject in focus, and only then. */
  function drawFocused() {
    for (const layer of data.record.layers.filter((one) => one.focused)) {
      const group = groups.get(layer.id).clearLayers();
      for (const feature of layer.features.filter((one) => one.subject === state.focus)) {
        for (const part of drawing.parts(map, layer, feature)) group.addLayer(part);
      }
    }
  }

  function hint(feature) {
    const [first] = feature.composites;
    const doubt = first?.figure ? standing.doubt(first.figure) : "";
    const line = doubt || t(feature.brief);
    return el("div", {}, el("b", {}, t(feature.name)), line ? el("i", {}, line) : null);
  }

  /* Everything of the visible point layers that the click may have meant. */
  function near(place) {
    const here = map.latLngToLayerPoint(place);
    const close = (part) => drawnAt(part).distanceTo(here) < NEAR;
    return [...shapes.values()]
      .filter(({ layer, feature }) => isShown(layer) && feature.geometry?.dimension === 0)
      .filter(({ parts }) => parts.some(close))
      .map(({ feature }) => feature.id);
  }

  function drawnAt(part) {
    return map.latLngToLayerPoint(part.getLatLng()).add(part.options.shift);
  }

  /**
   * Choose a feature, with all that stand where it was clicked.
   * @example atlas.layers.choose("crossing-R3");
   */
  function choose(id, place) {
    const { feature } = shapes.get(id);
    bring(feature);
    const others = place && feature.geometry?.dimension === 0 ? near(place) : [];
    atlas.set({ features: [id, ...others.filter((other) => other !== id)] });
    atlas.panel.open("card");
  }

  /* Ring around the chosen feature, a line between its ends, outlines of the units it concerns. */
  function mark() {
    marked.clearLayers();
    const [chosen] = state.features;
    if (!chosen) return;
    const { feature, parts } = shapes.get(chosen);
    for (const id of feature.units) {
      drawing.outline(id, { color: INK, weight: 1.8, dashArray: "5 4" }).addTo(marked);
    }
    if (feature.geometry) markParts(parts, feature.geometry.dimension);
  }

  function markParts(parts, dimension) {
    if (dimension === 0) markEnds(parts.map((part) => part.getLatLng()));
    else for (const part of parts) markPart(part, dimension === 1);
  }

  function markEnds(places) {
    const style = { pane: "outlines", interactive: false, color: INK, fill: false, weight: 2.5 };
    if (places.length > 1) L.polyline(places, style).addTo(marked);
    for (const place of places) L.circleMarker(place, { ...style, radius: 11 }).addTo(marked);
  }

  function markPart(part, isLine) {
    const look = isLine ? { weight: 7, opacity: 0.35 } : { weight: 3, opacity: 1 };
    const style = { pane: "outlines", interactive: false, color: INK, fill: false };
    L.polyline(part.getLatLngs(), { ...style, ...look }).addTo(marked);
  }

  /* What choosing a feature puts on the map, in place of what others have put there. */
  function bring({ shows }) {
    if (!shows.length) return;
    const others = [...shapes.values()].flatMap(({ feature }) => feature.shows);
    for (const id of others.filter((other) => groups.has(other))) toggle(id, false);
    for (const id of shows) {
      if (groups.has(id)) reveal(id);
      else atlas.set({ indicator: id });
    }
    revealed();
  }

  /**
   * Run something whenever choosing a feature has switched layers.
   * @example atlas.layers.whenRevealed(draw);
   */
  function whenRevealed(run) {
    revealed = run;
  }

  /* Show a layer, of a series its step alone. */
  function reveal(id) {
    const holds = (step) => step.some((layer) => layer.id === id);
    const steps = series.steps(data.record.layers).find((found) => found.some(holds));
    chooseStep(steps, steps.findIndex(holds));
  }

  /**
   * Make a feature's layer visible, bring the feature into view and choose it.
   * @example atlas.layers.show("crossing-R3");
   */
  function show(id) {
    const { layer, feature, parts } = shapes.get(id);
    if (!isShown(layer)) reveal(layer.id);
    revealed();
    if (feature.geometry) fly(parts);
    choose(id);
  }

  function fly(parts) {
    const bounds = L.featureGroup(parts).getBounds();
    const narrow = atlas.dom.narrow();
    if (!narrow && map.getBounds().contains(bounds)) return;
    /* On a narrow screen the card covers the lower part of the map. */
    const below = narrow ? 60 + 0.55 * map.getSize().y : 60;
    const room = { paddingTopLeft: [60, 60], paddingBottomRight: [60, below] };
    map.flyToBounds(bounds, { maxZoom: 9, ...room, duration: 0.5 });
  }

  function toggle(id, visible) {
    if (visible) groups.get(id).addTo(map);
    else groups.get(id).remove();
  }

  /**
   * Show one step of a series, of a cumulative one also those before it; -1 shows none.
   * @example atlas.layers.chooseStep(steps, 2);
   */
  function chooseStep(steps, chosen) {
    for (const [number, step] of steps.entries()) {
      for (const layer of step) toggle(layer.id, number === chosen || (layer.cumulative && number < chosen));
    }
  }

  /**
   * Whether a layer is on the map.
   * @example atlas.data.record.layers.filter(atlas.layers.isShown);
   */
  function isShown(layer) {
    return map.hasLayer(groups.get(layer.id));
  }

  /**
   * Features that concern a unit, with their layers.
   * @example atlas.layers.of("BY-VI").map(({ feature }) => feature.id);
   */
  function of(unitId) {
    return [...shapes.values()].filter(({ feature }) => feature.units.includes(unitId));
  }

  /**
   * The layers on the map.
   * @example atlas.layers.visible().map((layer) => layer.id);
   */
  function visible() {
    return data.record.layers.filter(isShown);
  }

  return { build, whenRevealed, choose, show, chooseStep, isShown, of, visible, shapes, subjects };
})();
