"use strict";

/* Put the parts on the map that folium made. */
atlas.start = (() => {
  const { data, geometry, text } = atlas;
  const { el } = atlas.dom;
  const STILL = { interactive: false, smoothFactor: 0.8 };
  const LAND = { ...STILL, pane: "land", color: "#d9d4c7", weight: 0.8, fillColor: "#f1eee6", fillOpacity: 1 };
  const LAKE = { ...STILL, pane: "water", stroke: false, fillColor: "#b9d7e8", fillOpacity: 1 };
  const RIVER = { ...STILL, pane: "water", color: "#a9cde2", weight: 1 };

  function background(map) {
    const { land, water } = data.record.background;
    for (const shape of land) L.polygon(geometry.polygons(shape), LAND).addTo(map);
    for (const shape of water) {
      const lake = shape.dimension === 2;
      const drawn = lake ? L.polygon(geometry.polygons(shape), LAKE) : L.polyline(geometry.parts(shape), RIVER);
      drawn.addTo(map);
    }
  }

  function controls(map, bounds) {
    const home = L.control({ position: "topleft" });
    home.onAdd = () => whole(map, bounds);
    home.addTo(map);
    map.attributionControl.setPrefix("");
    atlas.on(["language"], () => {
      const [closer, farther] = map.zoomControl.getContainer().querySelectorAll("a");
      name(closer, text("zoom_in"));
      name(farther, text("zoom_out"));
      name(home.getContainer().firstChild, text("whole"));
      map.attributionControl.setPrefix(text("attribution_short"));
    });
  }

  /* The button that shows the whole zone. */
  function whole(map, bounds) {
    const fit = (event) => {
      event.preventDefault();
      map.fitBounds(bounds);
    };
    const button = el("a", { href: "#", role: "button", class: "whole", onclick: fit }, "⤢");
    return el("div", { class: "leaflet-bar" }, button);
  }

  function name(element, words) {
    element.title = words;
    element.setAttribute("aria-label", words);
  }

  /* On a phone the list of maps is wider than the screen: begin at the one that is open. */
  function openMapInView() {
    const link = document.querySelector(".pages [aria-current]");
    if (!link) return;
    const room = link.parentElement.clientWidth - link.offsetWidth;
    link.parentElement.scrollLeft = link.offsetLeft - room / 2;
  }

  function onMap(map) {
    atlas.paint.build(map);
    atlas.layers.build(map);
    atlas.places.build(map);
    atlas.sheet.build(map);
  }

  function around() {
    atlas.choice.build();
    atlas.legend.build();
    atlas.switches.build();
    atlas.card.build();
    atlas.table.build();
    atlas.panel.build();
    atlas.finder.build();
    atlas.sources.build();
  }

  function build(map) {
    atlas.units.build(map);
    const bounds = atlas.units.bounds();
    map.fitBounds(bounds, { animate: false, padding: [6, 6] });
    background(map);
    controls(map, bounds);
    onMap(map);
    around();
    map.setMinZoom(Math.floor(map.getZoom() - 1));
    map.setMaxBounds(bounds.pad(0.6));
  }

  /**
   * Fill the page from its record.
   * @example atlas.start(L.map("map"));
   */
  function start(map) {
    data.read(JSON.parse(document.getElementById("record").textContent));
    build(map);
    atlas.set({ indicator: atlas.choice.first(), language: atlas.language.speak(), focus: data.record.focus });
    atlas.panel.open("card");
    atlas.panel.closeDrawer();
    openMapInView();
    document.body.classList.add("ready");
  }

  return start;
})();
