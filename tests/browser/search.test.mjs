import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { load } from "./load.mjs";
import { RECORD } from "./record.mjs";

const atlas = load("atlas", "wire", "data", "search");
const { data, search } = atlas;
data.read(RECORD);

beforeEach(() => atlas.set({ language: "ru" }));

function names(typed, features = []) {
  return search.find(search.plain(typed), features).map((one) => one.name);
}

const CROSSING = { id: "c", name: ["Рудня – Лиозно", "Rudnya – Liozno", "Рудня – Лёзна"], symbol: 1, units: ["r"] };
const TOWN = { id: "t", name: "Рудня", symbol: 0, units: ["r"] };

test("a unit is found in any language and shown in that of the page", () => {
  for (const typed of ["лиозн", "Liozno", "Лёзна", "ЛЕЗНА"]) assert.deepEqual(names(typed), ["Лиозно"]);
  atlas.set({ language: "en" });
  assert.deepEqual(names("лёзна"), ["Liozno"]);
});

test("apostrophes of any kind are taken as none", () => {
  const plain = ["з'езд", "з’езд", "зʼезд", "з`езд"].map(search.plain);
  assert.deepEqual(plain, Array(4).fill("зезд"));
});

test("names that start so come before words that do, and those before names that contain it", () => {
  const scores = ["рудня", "город рудня", "новорудня", "смоленск"].map((name) => search.score(name, "рудн"));
  assert.deepEqual(scores, [0, 1, 2, 3]);
});

test("of equals units come first, then features in the order of their symbols", () => {
  assert.deepEqual(names("рудн", [CROSSING, TOWN]), ["Руднянский район", "Рудня", "Рудня – Лиозно"]);
});

test("how well a name fits counts before what it is the name of", () => {
  const street = { id: "s", name: "Yanskoye", symbol: 5, units: [] };
  atlas.set({ language: "en" });
  assert.deepEqual(names("yansk", [street]), ["Yanskoye", "Rudnyansky District"]);
});

test("a feature lies in its first unit, a unit in its parent", () => {
  const [unit, feature] = search.find("рудн", [TOWN]);
  assert.deepEqual([unit.unit.id, unit.place], ["r", "o"]);
  assert.deepEqual([feature.feature.id, feature.place], ["t", "r"]);
});

test("nothing is found for nothing, and never more than eight", () => {
  assert.deepEqual(names(""), []);
  const many = Array.from({ length: 20 }, (_, n) => ({ id: `f${n}`, name: `Село ${n}`, symbol: 0, units: [] }));
  assert.equal(names("село", many).length, 8);
});
