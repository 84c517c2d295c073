"use strict";

/* Put the parts on the map that folium made. */
atlas.start = (map) => {
  const { data } = atlas;
  const PANES = { land: 200, units: 300, water: 320, areas: 380, casings: 395, lines: 400, pairs: 410, hatches: 415, outlines: 420, dots: 440, points: 450, names: 460 };

  function panes() {
    for (const [name, order] of Object.entries(PANES)) {
      const pane = map.createPane(name);
      pane.style.zIndex = order;
      if (["land", "water", "casings", "hatches", "outlines", "dots", "names"].includes(name)) pane.style.pointerEvents = "none";
    }
  }

  function background() {
    const still = { interactive: false, smoothFactor: 0.8 };
    for (const shape of data.record.background.land) {
      L.polygon(data.polygons(shape), { ...still, pane: "land", color: "#d9d4c7", weight: 0.8, fillColor: "#f1eee6", fillOpacity: 1 }).addTo(map);
    }
    for (const shape of data.record.background.water) {
      if (shape[0] === 2) L.polygon(data.polygons(shape), { ...still, pane: "water", stroke: false, fillColor: "#b9d7e8", fillOpacity: 1 }).addTo(map);
      else L.polyline(data.parts(shape), { ...still, pane: "water", color: "#a9cde2", weight: 1 }).addTo(map);
    }
  }

  function controls(bounds) {
    const zoom = L.control.zoom({ position: "topleft" }).addTo(map);
    const home = L.control({ position: "topleft" });
    home.onAdd = () => {
      const fit = (event) => { event.preventDefault(); map.fitBounds(bounds); };
      const button = atlas.el("a", { href: "#", role: "button", class: "whole", onclick: fit }, "⤢");
      return atlas.el("div", { class: "leaflet-bar" }, button);
    };
    home.addTo(map);
    L.control.scale({ imperial: false, maxWidth: 140, position: "bottomleft" }).addTo(map);
    map.attributionControl.setPrefix("");
    atlas.on(["language"], () => {
      const [closer, farther] = zoom.getContainer().querySelectorAll("a");
      for (const [element, key] of [[closer, "zoom_in"], [farther, "zoom_out"], [home.getContainer().firstChild, "whole"]]) {
        element.title = data.text(key);
        element.setAttribute("aria-label", data.text(key));
      }
      map.attributionControl.setPrefix(data.text("attribution_short"));
    });
  }

  /* On a phone the list of maps is wider than the screen: begin at the one that is open. */
  function openMapInView() {
    const link = document.querySelector(".pages [aria-current]");
    if (link) link.parentElement.scrollLeft = link.offsetLeft - (link.parentElement.clientWidth - link.offsetWidth) / 2;
  }

  function first() {
    const mappable = data.record.indicators.filter((indicator) => indicator.scales);
    return data.record.start || mappable[0].id;
  }

  map.setView([54, 31], 6, { animate: false });
  panes();
  background();
  atlas.units.build(map);
  const bounds = atlas.units.bounds();
  controls(bounds);
  map.fitBounds(bounds, { animate: false, padding: [6, 6] });
  atlas.legend.build();
  atlas.layers.build(map);
  atlas.places.build(map);
  atlas.card.build();
  atlas.table.build();
  atlas.panel.build(map);
  map.setMinZoom(Math.floor(map.getZoom() - 1));
  map.setMaxBounds(bounds.pad(0.6));
  atlas.map = map;
  atlas.set({ indicator: first(), language: atlas.speak(), focus: data.record.focus || "" });
  atlas.panel.open("card");
  atlas.panel.closeDrawer();
  openMapInView();
  document.body.classList.add("ready");
};
