"use strict";

/* Names on the map: the important ones first, none over another. */
atlas.places = (() => {
  const { data, layout, t } = atlas;
  const { el } = atlas.dom;
  let map;
  let labels = [];

  /**
   * Put the names of the background on the map.
   * @example atlas.places.build(map);
   */
  function build(leaflet) {
    map = leaflet;
    const places = [...data.record.background.places].sort((a, b) => a.rank - b.rank);
    const middle = pairedMiddle(places);
    labels = places.map((place) => label(place, middle));
    map.getPane("names").append(...labels.map((item) => item.element));
    map.getPane("dots").append(...labels.map((item) => item.dot).filter(Boolean));
    map.on("zoomstart", () => show(false));
    map.on("zoomend moveend resize viewreset", arrange);
    atlas.on(["language"], () => {
      write();
      arrange();
    });
  }

  /* Names of paired centres lead away from each other. */
  function pairedMiddle(places) {
    const paired = places.filter((place) => place.kind === "paired");
    return paired.reduce((sum, place) => sum + place.lon, 0) / paired.length;
  }

  function label({ name, lon, lat, kind }, middle) {
    const steps = data.record.steps_per_degree;
    return {
      name,
      kind,
      place: L.latLng(lat / steps, lon / steps),
      leftwards: kind === "paired" && lon < middle,
      element: el("div", { class: `name ${kind}`, "aria-hidden": "true" }),
      dot: layout.dotted(kind) ? el("div", { class: `dot ${kind}`, "aria-hidden": "true" }) : null,
      size: [0, 0],
    };
  }

  function write() {
    for (const item of labels) {
      item.element.textContent = t(item.name);
      item.element.hidden = false;
    }
    for (const item of labels) item.size = [item.element.offsetWidth, item.element.offsetHeight];
  }

  function arrange() {
    const zoom = map.getZoom();
    const view = map.getPixelBounds();
    const taken = [];
    for (const item of labels) {
      const point = map.project(item.place, zoom);
      const offered = layout.offered(item.kind, zoom) && view.contains(point);
      const box = offered ? layout.free(item, point, taken) : null;
      if (box) taken.push(box);
      put(item, point, box);
    }
    show(true);
  }

  /* A name without a box is hidden. */
  function put({ element, dot }, point, box) {
    const origin = map.getPixelOrigin();
    for (const one of [element, dot].filter(Boolean)) one.hidden = !box;
    if (!box) return;
    if (dot) L.DomUtil.setPosition(dot, point.subtract(origin).round());
    L.DomUtil.setPosition(element, L.point(box.x, box.y).subtract(origin).round());
  }

  function show(visible) {
    for (const name of ["names", "dots"]) map.getPane(name).style.visibility = visible ? "" : "hidden";
  }

  return { build };
})();
