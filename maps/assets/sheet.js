"use strict";

/* The printed sheet: the map in the size of the sheet, showing what it shows now, as large as fits. */
atlas.sheet = (() => {
  const { data, state } = atlas;
  let map;
  let before;

  /**
   * Lay the page out for printing and back.
   * @example atlas.sheet.build(map);
   */
  function build(leaflet) {
    map = leaflet;
    document.getElementById("print").addEventListener("click", () => window.print());
    window.addEventListener("beforeprint", lay);
    window.addEventListener("afterprint", restore);
  }

  function lay() {
    const folded = [...document.querySelectorAll("#card .composite:not([open])")];
    before = { centre: map.getCenter(), zoom: map.getZoom(), folded };
    const bounds = map.getBounds();
    const zone = atlas.units.bounds();
    const indicator = data.indicators.get(state.indicator);
    dress(true, atlas.switches.legend(), atlas.sources.printed(indicator));
    map.fitBounds(bounds.contains(zone) ? zone : bounds, { animate: false });
  }

  function restore() {
    dress(false, [], "");
    map.setView(before.centre, before.zoom, { animate: false });
  }

  function dress(printing, legend, sources) {
    for (const one of before.folded) one.open = printing;
    document.body.classList.toggle("printing", printing);
    document.body.classList.toggle("chosen", Boolean(state.unit || state.features.length));
    document.getElementById("print-layers").replaceChildren(...legend);
    document.getElementById("print-sources").textContent = sources;
    map.options.zoomSnap = printing ? 0 : 0.25;
    map.invalidateSize({ animate: false });
  }

  return { build };
})();
