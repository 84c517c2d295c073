import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { load } from "./load.mjs";
import { RECORD } from "./record.mjs";

const atlas = load("atlas", "periods");
const { periods } = atlas;
atlas.learn(RECORD);

beforeEach(() => atlas.set({ language: "ru" }));

/* Dates as CLDR writes them, without what Russian puts behind a year; Belarusian has months as numbers. */
const PERIODS = [
  { written: "2023", ru: "2023", en: "2023", be: "2023" },
  { written: "2014/2024", ru: "2014–2024", en: "2014–2024", be: "2014–2024" },
  { written: "2024-03-01", ru: "1 мар. 2024", en: "1 Mar 2024", be: "1.03.2024" },
  { written: "2024-11", ru: "нояб. 2024", en: "Nov 2024", be: "11.2024" },
  { written: "census-2021", ru: "перепись 2021 г.", en: "census 2021", be: "перапіс 2021 г." },
  { written: "undated", ru: "без даты", en: "undated", be: "без даты" },
];

/* Which kind of blank and dash CLDR takes differs from year to year. */
function plain(words) {
  return words.replace(/[\s\u2009\u202f]+/g, " ").replace(/ ?[–-] ?/g, "–");
}

for (const { written, ...expected } of PERIODS) {
  test(`${written} in words`, () => {
    for (const [language, words] of Object.entries(expected)) {
      atlas.set({ language });
      assert.equal(plain(periods.told([written])), plain(words), language);
    }
  });
}

/* Whether the first month has its year too differs between versions of CLDR. */
test("from month to month, and nothing behind the last year", () => {
  assert.match(plain(periods.told(["2024-01/2024-10"])), /^янв\.( 2024 г\.)?–окт\. 2024$/);
  atlas.set({ language: "en" });
  assert.match(plain(periods.told(["2024-01/2024-10"])), /^Jan( 2024)?–Oct 2024$/);
  atlas.set({ language: "be" });
  assert.equal(plain(periods.told(["2024-01/2024-10"])), "01.2024–10.2024");
});

test("no period breaks over a line", () => {
  assert.ok(!/[ \n]/.test(periods.told(["2024-01/2024-10"])));
});

test("several periods are a list, none is nothing", () => {
  assert.equal(periods.told(["2021", "2023"]), "2021, 2023");
  assert.equal(periods.told([]), "");
});

test("what is not in the grammar stands as it is written", () => {
  assert.equal(periods.told(["spring 2024"]), "spring 2024");
});

test("all years that are named, and the span of them", () => {
  assert.deepEqual(periods.years(["2014/2024", "census-2009", "undated"]), [2014, 2024, 2009]);
  assert.equal(periods.span([2014, 2024, 2009]), "2009–2024");
  assert.equal(periods.span([2021, 2021]), "2021");
});

test("a series has a full year or its first day, and no more than one", () => {
  const found = [["2021"], ["2021-01-01"], ["2021-02-01"], ["2014/2024"], ["2021", "2022"], []].map(periods.year);
  assert.deepEqual(found, [2021, 2021, 0, 0, 0, 0]);
});
