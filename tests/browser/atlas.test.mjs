import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { load } from "./load.mjs";
import { RECORD } from "./record.mjs";

const atlas = load("atlas");
atlas.learn(RECORD);

beforeEach(() => atlas.set({ language: "ru" }));

/* As CLDR writes them: a no-break space between thousands and a comma in Russian, comma and point in English. */
const NUMBERS = [
  { value: 0, ru: "0", en: "0" },
  { value: 1234567, ru: "1\u00a0234\u00a0567", en: "1,234,567" },
  { value: 1234.567, ru: "1\u00a0235", en: "1,235" },
  { value: 123.456, ru: "123,5", en: "123.5" },
  { value: 12.3456, ru: "12,35", en: "12.35" },
  { value: 0.12345, ru: "0,123", en: "0.123" },
  { value: -5, ru: "\u22125", en: "\u22125" },
];

for (const { value, ru, en } of NUMBERS) {
  test(`${value} is written with as many digits as its size can tell`, () => {
    assert.equal(atlas.number(value), ru);
    atlas.set({ language: "en" });
    assert.equal(atlas.number(value), en);
  });
}

test("a language whose browser locale is another's writes numbers as that one", () => {
  atlas.set({ language: "be" });
  assert.equal(atlas.number(1234.5), "1\u00a0235");
  assert.equal(atlas.point(), ",");
});

test("a label is one text for all languages or one for each", () => {
  assert.equal(atlas.t("М1"), "М1");
  assert.equal(atlas.t(["Годы", "Years", "Гады"]), "Годы");
  assert.equal(atlas.t(undefined), "");
});

test("unknown fields of a text stay as they are", () => {
  assert.equal(atlas.text("confidence", {}), "надёжность: {level}");
});

test("a listener runs once for a change of its keys, and not for the same again", () => {
  const runs = [];
  atlas.on(["unit", "features"], (changed) => runs.push(changed));
  atlas.set({ unit: "a", features: ["x"], other: "b" });
  atlas.set({ unit: "a", features: ["x"] });
  atlas.set({ other: "c" });
  atlas.set({ features: ["x", "y"] });
  atlas.set({ features: ["x", "z"] });
  assert.deepEqual(runs, [["unit", "features", "other"], ["features"], ["features"]]);
});
