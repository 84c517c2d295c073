"use strict";

/* The list of sources. */
atlas.sources = (() => {
  const { data, provenance, t, text } = atlas;
  const { el } = atlas.dom;
  /* For so long a source that was asked for is set off, in milliseconds. */
  const SET_OFF = 2000;

  /**
   * Keep the list up to date.
   * @example atlas.sources.build();
   */
  function build() {
    atlas.on(["language"], draw);
  }

  function draw() {
    const { sources, base } = data.record;
    const items = sources.map(item);
    const found = [
      el("h2", {}, text("tab.sources")),
      el("p", { class: "remark" }, text("attribution")),
      base ? el("h3", {}, text("base")) : null,
      el("ol", { class: "sources" }, ...items.slice(0, base)),
      el("h3", {}, text("stated")),
      el("ol", { class: "sources", start: String(base + 1) }, ...items.slice(base)),
    ];
    document.getElementById("sources").replaceChildren(...found.filter(Boolean));
  }

  function item({ publisher, title, vintage, licence, url }, number) {
    return el(
      "li",
      { id: `source-${number}` },
      publisher ? el("b", {}, t(publisher)) : null,
      el("p", {}, atlas.joined([t(title), vintage], ", ")),
      el("p", { class: "meta" }, licence ? el("span", {}, licence) : null, link(url)),
    );
  }

  /* An address of another kind could do anything. */
  function link(url) {
    if (!/^https?:\/\//.test(url)) return null;
    return el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text("address"));
  }

  /**
   * Open the list at a source, given by its number.
   * @example atlas.sources.show(0);
   */
  function show(number) {
    atlas.panel.open("sources");
    const item = document.getElementById(`source-${number}`);
    item.scrollIntoView({ block: "center" });
    item.classList.add("shown");
    setTimeout(() => item.classList.remove("shown"), SET_OFF);
  }

  /**
   * The sources of what is mapped and of the outlines, for the sheet.
   * @example document.getElementById("print-sources").textContent = atlas.sources.printed(indicator);
   */
  function printed(indicator) {
    const { sources, base } = data.record;
    const firsts = Object.values(indicator.figures).map(([first]) => first);
    const own = provenance.sources(firsts).map((number) => provenance.cited(sources[number]));
    const publishers = sources.slice(0, base).map((source) => t(source.publisher));
    const named = own.length ? `${text("tab.sources")}: ${each(own)}. ` : "";
    return `${named}${text("base")}: ${each(publishers)}.`;
  }

  function each(words) {
    return [...new Set(words)].join("; ");
  }

  return { build, show, printed };
})();
