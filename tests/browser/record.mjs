/* A small record: two oblasts, four districts with people, and what is said around them in three languages. */

const TEXTS = {
  locale: ["ru-RU", "en-GB", "ru-RU"],
  month: ["short", "short", "2-digit"],
  undated: ["без даты", "undated", "без даты"],
  census: ["перепись {year} г.", "census {year}", "перапіс {year} г."],
  years: ["Годы", "Years", "Гады"],
  source: ["Источник", "Source", "Крыніца"],
  more_sources: ["и ещё {count}", "and {count} more", "і яшчэ {count}"],
  confidence: ["надёжность: {level}", "confidence: {level}", "надзейнасць: {level}"],
  coverage: ["охват {share} %", "coverage {share}%", "ахоп {share} %"],
  place: ["место {place} из {of} (90 %: {low}–{high})", "rank {place} of {of} (90%: {low}–{high})", ""],
  interval: ["медиана {median}, места {low}–{high}", "median {median}, ranks {low}–{high}", ""],
  among: ["P(≤ {top}) = {share} %", "P(≤ {top}) = {share}%", ""],
  no_score: ["нет оценки", "no score", "няма ацэнкі"],
  "share.district": ["Данные по {known} из {all} ({percent} %)", "Data for {known} of {all} ({percent}%)", ""],
  "documents.district": ["Документы по {known} из {all} ({percent} %)", "Documents for {known} of {all}", ""],
  "column.id": ["Код", "Code", "Код"],
  "column.name": ["Название", "Name", "Назва"],
  "column.value": ["Значение", "Value", "Значэнне"],
  "column.measure": ["Единица", "Unit", "Адзінка"],
  "column.period": ["Период", "Period", "Перыяд"],
  "column.qualifier": ["Уточнение", "Qualifier", "Удакладненне"],
  "column.source": ["Источник", "Source", "Крыніца"],
  "column.rank": ["Место", "Rank", "Месца"],
  "column.median": ["Медиана", "Median", "Медыяна"],
  "column.low": ["5 %", "5%", "5 %"],
  "column.high": ["95 %", "95%", "95 %"],
  "column.share": ["Доля", "Share", "Доля"],
  "column.of": ["Из", "Of", "З"],
  "column.coverage": ["Охват", "Coverage", "Ахоп"],
};

/* The fields that the tests of the record need; those of pages are made by maps/wire.py. */
const FIELDS = {
  page: [
    ["languages", [], "", 0],
    ["texts", {}, "", 0],
    ["words", [], "", 0],
    ["steps_per_degree", 1, "", 0],
    ["units", [], "unit", 1],
    ["indicators", [], "indicator", 1],
    ["sources", [], "", 0],
  ],
  unit: [
    ["id", "", "", 0],
    ["level", "", "", 0],
    ["parent", "", "", 0],
    ["name", "", "", 0],
  ],
  indicator: [
    ["id", "", "", 0],
    ["title", "", "", 0],
    ["level", "", "", 0],
    ["series", "", "", 0],
    ["step", "", "", 0],
    ["documented", null, "", 0],
    ["figures", {}, "figure", 2],
    ["scales", [], "scale", 1],
  ],
  scale: [
    ["measure", 0, "", 0],
    ["breaks", [], "", 0],
    ["colours", [], "", 0],
    ["labels", [], "", 0],
  ],
  figure: [
    ["value", null, "", 0],
    ["measure", 0, "", 0],
    ["periods", [], "", 0],
    ["source", -1, "", 0],
    ["qualifier", 0, "", 0],
    ["perimeter", 0, "", 0],
    ["coverage", 1, "", 0],
    ["ranks", null, "", 0],
  ],
};

const PEOPLE = { measure: 1, breaks: [50, 500, 1000], colours: ["#ffffcc", "#7fcdbb", "#2c7fb8"] };

/** The record as a page carries it. */
export const RECORD = {
  fields: FIELDS,
  languages: ["ru", "en", "be"],
  texts: TEXTS,
  words: ["", ["чел.", "persons", "чал."], ["более", "more than", "больш за"]],
  steps_per_degree: 10000,
  units: [
    { id: "o", level: "oblast", name: ["Область", "Oblast", "Вобласць"] },
    { id: "r", level: "district", parent: "o", name: ["Руднянский район", "Rudnyansky District", "Руднянскі раён"] },
    { id: "s", level: "district", parent: "o", name: ["Смоленск", "Smolensk", "Смаленск"] },
    { id: "l", level: "district", parent: "o", name: ["Лиозно", "Liozno", "Лёзна"] },
    { id: "g", level: "district", parent: "o", name: ["=Гора", "Hill", "Гара"] },
  ],
  indicators: [
    {
      id: "people",
      title: ["Население", "Population", "Насельніцтва"],
      level: "district",
      figures: {
        r: [[300, 1, ["2021"], 0]],
        s: [[1000, 1, ["2021"], 0, 2]],
        l: [[20, 1, ["2019"], 1]],
      },
      scales: [PEOPLE],
    },
    {
      id: "people_2010",
      title: ["Население", "Population", "Насельніцтва"],
      step: "2010",
      level: "district",
      figures: {},
      scales: [PEOPLE],
    },
    { id: "oblast-people", title: ["Население", "Population", "Насельніцтва"], level: "oblast", scales: [PEOPLE] },
  ],
  sources: [
    { title: "Перепись", publisher: "Служба" },
    { title: "Реестр", publisher: "" },
  ],
};
