"use strict";

/* Units and features as Leaflet draws them: points, lines, areas, images. */
atlas.drawing = (() => {
  const { data, geometry } = atlas;
  const PANES = { line: "lines", area: "areas" };
  const AREA = { color: "#ffffff", weight: 0.8, opacity: 0.9, fillOpacity: 1, smoothFactor: 0.6 };
  const LINE = { weight: 7, lineCap: "butt", smoothFactor: 0.6, fill: false };
  /* How many of a layer stand at a place already, by layer and place. */
  const crowd = new Map();

  /* A point drawn as circle, square, diamond or triangle, beside its place where others stand there too. */
  const Mark = L.CircleMarker.extend({
    /* Why: Leaflet draws a vector point as a circle and offers no other way to give it another outline; a marker
       of HTML would cost an element each, and its clicks and order would differ from those of lines and areas.
       Like a circle it is not drawn outside of the view, which only `_empty` knows. */
    _updatePath() {
      const { symbol, shift, map } = this.options;
      const place = map.latLngToLayerPoint(this.getLatLng()).add(shift);
      const path = this._empty() ? "" : atlas.symbols.path(symbol, place, symbol.size / 2);
      this.getElement().setAttribute("d", path);
    },
  });

  /**
   * The shape of a unit: an area, or the line along the border that a pair shares.
   * @example atlas.drawing.unit(unit).addTo(map);
   */
  function unit(one) {
    const places = placesOf(one);
    if (isArea(one)) return L.polygon(places, { ...AREA, pane: "units" });
    return L.polyline(places, { ...LINE, pane: "pairs", className: "between" });
  }

  /**
   * What lies under the line of a pair, as a list.
   * @example L.layerGroup(atlas.drawing.casing(unit));
   */
  function casing(one) {
    if (isArea(one)) return [];
    const look = { pane: "casings", color: "#14232e", weight: LINE.weight + 2.5, interactive: false };
    return [L.polyline(placesOf(one), { ...LINE, ...look })];
  }

  /**
   * Whether a unit is an area.
   * @example data.record.units.filter(atlas.drawing.isArea);
   */
  function isArea(one) {
    return one.geometry.dimension === 2;
  }

  /**
   * Outline of a unit as Leaflet takes it.
   * @example L.polygon(atlas.drawing.placesOf(unit), { weight: 2 });
   */
  function placesOf(one) {
    return isArea(one) ? geometry.polygons(one.geometry) : geometry.parts(one.geometry);
  }

  /**
   * An image over the map.
   * @example atlas.drawing.image(layer).addTo(map);
   */
  function image(layer) {
    const [south, west, north, east] = layer.bounds;
    const corners = [
      [south, west],
      [north, east],
    ];
    return L.imageOverlay(layer.image, corners, { pane: "areas", opacity: 0.8 });
  }

  /**
   * The parts of a feature; without a geometry those are the outlines of its units.
   * @example for (const part of atlas.drawing.parts(map, layer, feature)) part.addTo(map);
   */
  function parts(map, layer, feature) {
    const symbol = layer.symbols[feature.symbol];
    const interactive = Boolean(feature.name);
    const style = { color: symbol.colour, weight: symbol.size, opacity: symbol.opacity, dashArray: symbol.dash };
    if (!feature.geometry) return feature.units.map((id) => outline(id, style));
    if (feature.geometry.dimension === 0) return points(map, layer, feature);
    const pane = PANES[symbol.shape] || "lines";
    if (feature.geometry.dimension === 1) {
      return line(geometry.parts(feature.geometry), { ...style, interactive, pane, smoothFactor: 0.8 });
    }
    const fill = { fillColor: symbol.colour, fillOpacity: symbol.opacity * 0.5 };
    return [L.polygon(geometry.polygons(feature.geometry), { ...style, interactive, pane, ...fill })];
  }

  /**
   * Outline of a unit, not to be clicked.
   * @example atlas.drawing.outline("BY-VI", { color: "#14232e", weight: 1.8 }).addTo(map);
   */
  function outline(unitId, style) {
    const places = placesOf(data.units.get(unitId));
    return L.polygon(places, { ...style, fill: false, interactive: false, pane: "outlines" });
  }

  /* A light casing keeps lines legible on dark classes. */
  function line(places, style) {
    const pale = { color: "#ffffff", weight: style.weight + 2, opacity: 0.55, dashArray: "" };
    return [L.polyline(places, style), L.polyline(places, { ...style, ...pale, pane: "casings", interactive: false })];
  }

  function points(map, layer, feature) {
    const symbol = layer.symbols[feature.symbol];
    const full = { color: "#ffffff", weight: 1.2, fillColor: symbol.colour };
    const hollow = { color: symbol.colour, weight: 1.8, fillColor: "#ffffff" };
    const look = symbol.look === "full" ? full : hollow;
    const style = { ...look, pane: "points", radius: symbol.size / 2, fillOpacity: symbol.opacity, symbol, map };
    return geometry.parts(feature.geometry).map(([place]) => {
      const shift = L.point(geometry.aside(before(layer, place), symbol.size));
      return new Mark(place, { ...style, shift });
    });
  }

  /* How many of the layer stand at the place before this one. */
  function before(layer, place) {
    const key = JSON.stringify([layer.id, place]);
    const number = crowd.get(key) || 0;
    crowd.set(key, number + 1);
    return number;
  }

  return { AREA, LINE, unit, casing, isArea, placesOf, image, parts, outline };
})();
