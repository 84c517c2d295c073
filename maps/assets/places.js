"use strict";

/* Names on the map: the important ones first, none over another. */
atlas.places = (() => {
  const { data, el, t } = atlas;
  /* From which zoom on a kind of name is shown. */
  const FROM = { oblast: 0, neighbour: 0, city: 0, paired: 0, town: 7.25 };
  const UNTIL = { oblast: 8.5, neighbour: 9, city: 99, paired: 99, town: 99 };
  const DOTTED = ["city", "paired", "town"];
  let map;
  let pane;
  let labels = [];
  /* Names of paired centres lead away from each other. */
  let pairedMiddle = 0;

  function build(leaflet) {
    map = leaflet;
    pane = map.getPane("names");
    labels = data.record.background.places
      .map(([name, lon, lat, kind, rank]) => ({ name, kind, rank, place: L.latLng(lat / 10000, lon / 10000), element: label(kind), dot: dot(kind) }))
      .sort((a, b) => a.rank - b.rank);
    pane.append(...labels.map((item) => item.element));
    map.getPane("dots").append(...labels.map((item) => item.dot).filter(Boolean));
    const paired = labels.filter((item) => item.kind === "paired").map((item) => item.place.lng);
    pairedMiddle = paired.reduce((sum, lng) => sum + lng, 0) / paired.length;
    map.on("zoomstart", () => show(false));
    map.on("zoomend moveend resize viewreset", arrange);
    atlas.on(["language"], () => { write(); arrange(); });
  }

  function label(kind) {
    return el("div", { class: `name ${kind}`, "aria-hidden": "true" });
  }

  function dot(kind) {
    return DOTTED.includes(kind) ? el("div", { class: `dot ${kind}`, "aria-hidden": "true" }) : null;
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
    const origin = map.getPixelOrigin();
    const taken = [];
    for (const item of labels) {
      const point = map.project(item.place, zoom);
      const offered = zoom >= FROM[item.kind] && zoom <= UNTIL[item.kind] && view.contains(point);
      const box = offered ? free(item, point, taken) : null;
      item.element.hidden = !box;
      if (item.dot) item.dot.hidden = !box;
      if (!box) continue;
      if (item.dot) L.DomUtil.setPosition(item.dot, point.subtract(origin).round());
      taken.push(box);
      L.DomUtil.setPosition(item.element, L.point(box.x, box.y).subtract(origin).round());
    }
    show(true);
  }

  function show(visible) {
    for (const one of [pane, map.getPane("dots")]) one.style.visibility = visible ? "" : "hidden";
  }

  function free(item, point, taken) {
    const [w, h] = item.size;
    for (const [dx, dy] of offsets(item, w, h)) {
      const box = { x: point.x + dx, y: point.y + dy, w, h };
      if (!taken.some((other) => overlap(box, other))) return box;
    }
    return null;
  }

  /* Where a name may stand, best first: beside its dot, or about the middle of its area. */
  function offsets({ kind, place }, w, h) {
    if (!DOTTED.includes(kind)) {
      const steps = kind === "oblast" ? [0, 2, -2, 4, -4] : [0];
      return [0, 0.4, -0.4].flatMap((along) => steps.map((down) => [(along - 0.5) * w, (down - 0.5) * h]));
    }
    const [right, left, above, below] = [[7, -h / 2], [-w - 7, -h / 2], [-w / 2, -h - 6], [-w / 2, 6]];
    return kind === "paired" && place.lng < pairedMiddle ? [left, below, above, right] : [right, left, above, below];
  }

  function overlap(a, b) {
    return a.x < b.x + b.w + 3 && b.x < a.x + a.w + 3 && a.y < b.y + b.h + 1 && b.y < a.y + a.h + 1;
  }

  return { build };
})();
