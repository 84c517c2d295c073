"use strict";

/* Around the map: tabs, drawers of the narrow screen, search, sources, printing. */
atlas.panel = (() => {
  const { data, state, el, t } = atlas;
  const TABS = ["card", "table", "sources", "about"];
  let map;
  let before;

  function build(leaflet) {
    map = leaflet;
    for (const tab of document.querySelectorAll("[data-tab]")) tab.addEventListener("click", () => open(tab.dataset.tab));
    document.getElementById("tabs").addEventListener("keydown", turn);
    for (const button of document.querySelectorAll("[data-drawer]")) button.addEventListener("click", () => drawer(button.dataset.drawer));
    document.querySelector(".skip").addEventListener("click", () => open("table"));
    document.getElementById("search").addEventListener("input", find);
    document.getElementById("search").addEventListener("keydown", pick);
    document.getElementById("print").addEventListener("click", () => window.print());
    window.addEventListener("beforeprint", () => layout(true));
    window.addEventListener("afterprint", () => layout(false));
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeDrawer(); });
    atlas.on(["language"], drawSources);
  }

  function open(name) {
    for (const tab of TABS) {
      document.getElementById(tab).hidden = tab !== name;
      document.getElementById(`tab-${tab}`).setAttribute("aria-selected", String(tab === name));
      document.getElementById(`tab-${tab}`).setAttribute("tabindex", tab === name ? "0" : "-1");
    }
    document.body.dataset.tab = name;
    expand(name);
  }

  /* On a narrow screen one drawer at a time covers the lower part of the map. */
  function expand(name) {
    document.body.dataset.drawer = name;
    for (const button of document.querySelectorAll("[data-drawer]")) {
      button.setAttribute("aria-expanded", String(button.dataset.drawer === name));
    }
  }

  function drawer(name) {
    if (document.body.dataset.drawer === name) closeDrawer();
    else if (name === "layers") expand(name);
    else open(name);
  }

  function closeDrawer() {
    expand("");
  }

  function turn(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = TABS[(TABS.indexOf(document.body.dataset.tab) + step + TABS.length) % TABS.length];
    open(next);
    document.getElementById(`tab-${next}`).focus();
  }

  /* Letters that differ between the languages and by habit are taken as one. */
  function plain(word) {
    return word.toLocaleLowerCase("ru").replace(/ё/g, "е").replace(/[’'`ʼ]/g, "");
  }

  function find(event) {
    const wanted = plain(event.target.value.trim());
    const list = document.getElementById("found");
    const units = wanted ? data.record.units.map((unit) => candidate(unit, wanted, () => goToUnit(unit))) : [];
    const features = wanted ? [...atlas.layers.shapes.values()].filter(({ layer, feature }) => feature.geometry && !layer.series).map(({ feature }) => candidate(feature, wanted, () => goToFeature(feature))) : [];
    const found = [...units, ...features].filter((one) => one.score < 3).sort((a, b) => a.score - b.score || a.rank - b.rank || a.name.localeCompare(b.name)).slice(0, 8);
    list.replaceChildren(...found.map(option));
    if (wanted && !found.length) list.append(el("li", { class: "none" }, data.text("not_found")));
    list.hidden = !wanted;
    event.target.setAttribute("aria-expanded", String(Boolean(wanted)));
  }

  /* Score 0: a name starts so; 1: a word of it does; 2: it contains it; 3: not at all. In any language.
     Of equals units come first, then features in the order of their symbols. */
  function candidate(item, wanted, go) {
    const names = [item.name].flat().map(plain);
    const score = Math.min(...names.map((name) => (name.startsWith(wanted) ? 0 : name.includes(` ${wanted}`) ? 1 : name.includes(wanted) ? 2 : 3)));
    return { item, name: t(item.name), score, rank: item.level ? 0 : 1 + (item.symbol || 0), go };
  }

  function option({ item, name, go }, number) {
    const parent = data.units.get(item.parent || (item.units || [])[0]);
    const place = parent ? t(parent.name) : "";
    return el("li", { role: "option", id: `found-${number}`, "aria-selected": "false", onmousedown: (event) => { event.preventDefault(); go(); leave(); } }, name, place ? el("small", {}, place) : null);
  }

  function goToUnit(unit) {
    atlas.units.visit(unit.id);
  }

  function goToFeature(feature) {
    atlas.layers.show(feature.id);
  }

  function leave() {
    document.getElementById("found").hidden = true;
    document.getElementById("search").setAttribute("aria-expanded", "false");
  }

  function pick(event) {
    const options = [...document.querySelectorAll("#found [role=option]")];
    const now = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") leave();
    else if (event.key === "Enter" && options.length) options[Math.max(now, 0)].dispatchEvent(new MouseEvent("mousedown", { cancelable: true }));
    else if (step && options.length) {
      event.preventDefault();
      const next = options[(now + step + options.length) % options.length];
      for (const one of options) one.setAttribute("aria-selected", String(one === next));
      event.target.setAttribute("aria-activedescendant", next.id);
    }
  }

  function drawSources() {
    const item = (source, number) =>
      el(
        "li",
        { id: `source-${number}` },
        source.publisher ? el("b", {}, t(source.publisher)) : null,
        el("p", {}, [t(source.title), source.vintage].filter(Boolean).join(", ")),
        el("p", { class: "meta" }, source.licence ? el("span", {}, source.licence) : null, link(source.url)),
      );
    const items = data.record.sources.map(item);
    document.getElementById("sources").replaceChildren(
      el("h2", {}, data.text("tab.sources")),
      el("p", { class: "remark" }, data.text("attribution")),
      data.record.base ? el("h3", {}, data.text("base")) : null,
      el("ol", { class: "sources" }, ...items.slice(0, data.record.base)),
      el("h3", {}, data.text("stated")),
      el("ol", { class: "sources", start: String(data.record.base + 1) }, ...items.slice(data.record.base)),
    );
  }

  function link(url) {
    return /^https?:\/\//.test(url || "") ? el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, data.text("address")) : null;
  }

  function showSource(number) {
    open("sources");
    const item = document.getElementById(`source-${number}`);
    item.scrollIntoView({ block: "center" });
    item.classList.add("shown");
    setTimeout(() => item.classList.remove("shown"), 2000);
  }

  /* For the sheet the map gets the sheet's size and shows what it shows now, as large as fits. */
  function layout(printing) {
    if (printing) before = { centre: map.getCenter(), zoom: map.getZoom(), folded: [...document.querySelectorAll("#card .composite:not([open])")] };
    for (const one of before.folded) one.open = printing;
    const bounds = map.getBounds();
    const zone = atlas.units.bounds();
    document.body.classList.toggle("printing", printing);
    document.body.classList.toggle("chosen", Boolean(state.unit || state.feature));
    document.getElementById("print-layers").replaceChildren(...(printing ? atlas.layers.legend() : []));
    document.getElementById("print-sources").textContent = printing ? printedSources() : "";
    map.options.zoomSnap = printing ? 0 : 0.25;
    map.invalidateSize({ animate: false });
    if (printing) map.fitBounds(bounds.contains(zone) ? zone : bounds, { animate: false });
    else map.setView(before.centre, before.zoom, { animate: false });
  }

  function printedSources() {
    const indicator = data.indicators.get(state.indicator);
    const figures = Object.values(indicator.figures).map(([first]) => data.figure(first).source);
    const named = [...new Set(figures)].filter((number) => number >= 0).map((number) => data.record.sources[number]);
    const base = data.record.sources.slice(0, data.record.base);
    const list = (sources, words) => [...new Set(sources.map(words))].join("; ");
    const full = (source) => [t(source.publisher), t(source.title), source.vintage].filter(Boolean).join(", ");
    const own = named.length ? `${data.text("tab.sources")}: ${list(named, full)}. ` : "";
    return `${own}${data.text("base")}: ${list(base, (source) => t(source.publisher))}.`;
  }

  return { build, open, closeDrawer, showSource };
})();
