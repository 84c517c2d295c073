"use strict";

/* Units, and pairs of them as lines along the border: reached by mouse, touch and keyboard. */
atlas.units = (() => {
  const { data, drawing, figures, state, t, text } = atlas;
  const { el } = atlas.dom;
  const layers = new Map();
  const groups = new Map();
  const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
  let map;
  let tooltip;

  /**
   * Level of the indicator on the map.
   * @example atlas.units.level() // "district"
   */
  function level() {
    return data.indicators.get(state.indicator).level;
  }

  /**
   * Draw all units of the record; `atlas.paint` shows those of the level in question on the map.
   * @example atlas.units.build(map);
   */
  function build(leaflet) {
    map = leaflet;
    tooltip = L.tooltip({ sticky: true, direction: "top", offset: [0, -6], className: "hint" });
    for (const name of new Set(data.record.units.map((unit) => unit.level))) {
      groups.set(name, L.layerGroup(data.unitsOf(name).flatMap(drawn)));
    }
  }

  function drawn(unit) {
    const shape = drawing.unit(unit);
    layers.set(unit.id, shape);
    shape.on("add", () => prepare(unit, shape));
    shape.on("click", () => choose(unit.id));
    shape.on("mousemove", (event) => hint(unit, event.latlng));
    shape.on("mouseout", () => tooltip.remove());
    return [...drawing.casing(unit), shape];
  }

  /**
   * Choose a unit; one chosen while another waits for comparison becomes the second one.
   * @example atlas.units.choose("BY-VI-lioznensky");
   */
  function choose(id) {
    if (state.comparing && state.unit && id !== state.unit) atlas.set({ other: id, comparing: false, features: [] });
    else atlas.set({ unit: id, other: "", features: [] });
    atlas.panel.open("card");
    keepVisible(id);
  }

  /* On a narrow screen the card covers the lower part of the map. */
  function keepVisible(id) {
    if (!atlas.dom.narrow()) return;
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
    if (event.key === "Enter" || event.key === " ") choose(unit.id);
    else if (ARROWS[event.key]) step(unit, ARROWS[event.key]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /* Focus the nearest unit of the same level in the direction of the arrow key. */
  function step(unit, direction) {
    const others = data.unitsOf(unit.level).filter((other) => other.id !== unit.id);
    const next = atlas.geometry.nearest(spot(unit), others.map(spot), direction);
    if (next) focus(next);
  }

  function spot({ id }) {
    const { x, y } = map.latLngToLayerPoint(layers.get(id).getBounds().getCenter());
    return { id, x, y };
  }

  function focus(id) {
    for (const unit of data.unitsOf(data.units.get(id).level)) {
      layers
        .get(unit.id)
        .getElement()
        .setAttribute("tabindex", unit.id === id ? "0" : "-1");
    }
    layers.get(id).getElement().focus();
  }

  function hint(unit, place) {
    const indicator = data.indicators.get(state.indicator);
    const figure = figures.mapped(indicator, unit.id);
    const absent = unit.level === indicator.level ? text("no_data") : "";
    const own = figure ? [atlas.periods.told(figure.periods), atlas.standing.doubt(figure)] : [];
    const scores = atlas.standing.brief(unit.composites).filter((line) => !line.startsWith(`${t(indicator.title)}:`));
    const lines = [...own, ...scores].filter(Boolean).map((line) => el("i", {}, line));
    const value = el("span", {}, figure ? figures.shown(figure) : absent);
    tooltip.setContent(el("div", {}, el("b", {}, t(unit.name)), value, ...lines));
    tooltip.setLatLng(place).addTo(map);
  }

  /**
   * Choose a unit of any level and bring it into view; what has nothing to map is outlined only.
   * @example atlas.units.visit("RU-SMO");
   */
  function visit(id) {
    const unit = data.units.get(id);
    const mapped = atlas.series.counterpart(data.indicators.get(state.indicator), unit.level);
    if (unit.level !== level() && mapped) atlas.set({ indicator: mapped.id });
    choose(id);
    show(id);
  }

  /**
   * Bring a unit into view.
   * @example atlas.units.show("RU-SMO");
   */
  function show(id) {
    map.flyToBounds(layers.get(id).getBounds(), { maxZoom: 9, padding: [40, 40], duration: 0.5 });
  }

  /**
   * Bounds of all units.
   * @example map.fitBounds(atlas.units.bounds());
   */
  function bounds() {
    return L.latLngBounds(data.record.units.map((unit) => layers.get(unit.id).getBounds()));
  }

  return { build, layers, groups, level, choose, visit, show, bounds };
})();
