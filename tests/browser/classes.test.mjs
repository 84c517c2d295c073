import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { load } from "./load.mjs";
import { RECORD } from "./record.mjs";

const atlas = load("atlas", "wire", "data", "periods", "figures", "classes");
const { classes, data } = atlas;
data.read(RECORD);

beforeEach(() => atlas.set({ language: "ru" }));

function indicator(values, ...scales) {
  const found = Object.entries(values).map(([id, [value, measure = 0]]) => [id, [{ value, measure }]]);
  return { level: "district", figures: Object.fromEntries(found), scales };
}

const THREE = { measure: 0, breaks: [50, 500, 1000], labels: [], colours: ["a", "b", "c"] };

test("breaks are inclusive upper bounds", () => {
  const found = indicator({ r: [50], s: [51], l: [1000], g: [1001] }, THREE);
  assert.deepEqual(
    ["r", "s", "l", "g", "none"].map((id) => classes.of(found, id)),
    [[0, 0], [0, 1], [0, 2], null, null],
  );
});

test("two measures have a scale each", () => {
  const found = indicator({ r: [60, 1], s: [60, 2], l: [60, 3] }, { ...THREE, measure: 1 }, { ...THREE, measure: 2 });
  assert.deepEqual(
    ["r", "s", "l"].map((id) => classes.of(found, id)),
    [[0, 1], [1, 1], null],
  );
});

test("a category is given by its number or in its own words", () => {
  const labels = [["низкая", "low", "нізкая"], "высокая"];
  const found = indicator({ r: [1], s: [["низкая", "low", "нізкая"]], l: ["нет такой"] }, { ...THREE, labels });
  assert.deepEqual(
    ["r", "s", "l"].map((id) => classes.of(found, id)),
    [[0, 1], [0, 0], null],
  );
});

test("words have no class among numbers", () => {
  assert.equal(classes.of(indicator({ r: ["много"] }, THREE), "r"), null);
});

test("every unit is counted once, in its class", () => {
  const found = indicator({ r: [10], s: [20], l: [700] }, THREE);
  assert.deepEqual(classes.counts(found, 0), [2, 0, 1]);
});

test("the bounds of a class reach as far as there are values", () => {
  const values = [12, 300, 900];
  assert.deepEqual(
    [0, 1, 2].map((index) => classes.label(THREE, values, index)),
    ["12 – 50", "50 – 500", "500 – 900"],
  );
});

test("a class of one value tells it once", () => {
  assert.equal(classes.label({ labels: [], breaks: [0.01, 1] }, [0.01, 0.01, 0.5], 0), "0,01");
});

test("the first class begins with the least value, the last does not end below what it begins with", () => {
  const bounds = { labels: [], breaks: [50, 500] };
  assert.equal(classes.label(bounds, [60, 300], 0), "50");
  assert.equal(classes.label(bounds, [10, 20], 1), "50 – 500");
  assert.equal(classes.label(bounds, [10, 50], 1), "50 – 500");
});

test("a category is told in its words", () => {
  assert.equal(classes.label({ labels: [["низкая", "low", ""]], breaks: [] }, [], 0), "низкая");
});

test("letters are light where the colour is dark", () => {
  assert.deepEqual(["#000000", "#2c7fb8", "#ffffff", "#ffffcc"].map(classes.dark), [true, true, false, false]);
});
