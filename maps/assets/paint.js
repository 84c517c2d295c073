"use strict";

/* How units look: the colour of their class, hatching, outlines of what is chosen. */
atlas.paint = (() => {
  const { classes, data, drawing, figures, state, t, text } = atlas;
  const { AREA, LINE, isArea, placesOf } = drawing;
  const QUIET = { color: "#d3cdbf", weight: 0.8, opacity: 1, fillColor: "#fbfaf6", fillOpacity: 1 };
  const DIM = 0.18;
  /* The level that lies under the lines of pairs. */
  const UNDER = { district_pair: "district", oblast_pair: "oblast" };
  let map;
  let outlines;
  let hatches;
  let emphasis = null;

  /**
   * Paint the units as the state asks.
   * @example atlas.paint.build(map);
   */
  function build(leaflet) {
    map = leaflet;
    outlines = L.layerGroup().addTo(map);
    hatches = L.layerGroup().addTo(map);
    atlas.on(["indicator", "language"], paint);
    atlas.on(["unit", "other", "indicator"], outline);
  }

  function paint() {
    const indicator = data.indicators.get(state.indicator);
    const under = UNDER[indicator.level];
    showLevels([indicator.level, under]);
    data.unitsOf(under).forEach(quieten);
    hatches.clearLayers();
    const units = data.unitsOf(indicator.level);
    for (const unit of units) paintOne(indicator, unit);
    drawn(units[0]).getElement().setAttribute("tabindex", "0");
  }

  function showLevels(levels) {
    for (const [name, group] of atlas.units.groups) {
      if (levels.includes(name)) group.addTo(map);
      else group.remove();
    }
  }

  function drawn(unit) {
    return atlas.units.layers.get(unit.id);
  }

  function quieten(unit) {
    drawn(unit).setStyle(QUIET);
    drawn(unit).getElement().setAttribute("aria-label", t(unit.name));
  }

  function paintOne(indicator, unit) {
    const figure = figures.mapped(indicator, unit.id);
    drawn(unit).setStyle(style(indicator, unit));
    if (figure && figure.coverage < 1) hatches.addLayer(hatch(unit));
    const said = figure ? figures.shown(figure) : text("no_data");
    const path = drawn(unit).getElement();
    path.setAttribute("aria-label", `${t(unit.name)}: ${said}`);
  }

  function style(indicator, unit) {
    const found = classes.of(indicator, unit.id);
    const colour = found ? indicator.scales[found[0]].colours[found[1]] : "";
    const opacity = strength(found);
    if (isArea(unit)) return { ...AREA, fillColor: colour || "url(#no-data)", fillOpacity: opacity };
    return { ...LINE, color: colour || "#f4f2ec", opacity };
  }

  /* Over a unit that rests on a part of its figures. */
  function hatch(unit) {
    const common = { pane: "hatches", interactive: false, className: "hatch" };
    const places = placesOf(unit);
    const fill = { stroke: false, fillColor: "url(#partial)", fillOpacity: 1, smoothFactor: AREA.smoothFactor };
    if (isArea(unit)) return L.polygon(places, { ...common, ...fill });
    return L.polyline(places, { ...common, ...LINE, color: "#ffffff", dashArray: "1.5 6", opacity: 0.9 });
  }

  function strength(found) {
    if (!emphasis) return 1;
    return String(found) === String(emphasis) ? 1 : DIM;
  }

  /**
   * Show one class of the legend, as [scale, class], and fade the others; null shows all.
   * @example atlas.paint.emphasise([0, 2]);
   */
  function emphasise(scaleAndClass) {
    emphasis = scaleAndClass;
    paint();
  }

  function outline() {
    outlines.clearLayers();
    if (state.unit) encircle(data.units.get(state.unit), "#14232e");
    if (state.other) encircle(data.units.get(state.other), "#8a2be2");
  }

  function encircle(unit, colour) {
    const places = placesOf(unit);
    const [draw, pane, [outer, inner]] = isArea(unit)
      ? [L.polygon, { pane: "outlines", smoothFactor: AREA.smoothFactor }, [5, 2.6]]
      : [L.polyline, { ...LINE, pane: "casings" }, [19, 14]];
    const common = { ...pane, fill: false, interactive: false };
    draw(places, { ...common, color: "#ffffff", weight: outer }).addTo(outlines);
    draw(places, { ...common, color: colour, weight: inner }).addTo(outlines);
  }

  return { build, emphasise };
})();
