import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { load } from "./load.mjs";
import { RECORD } from "./record.mjs";

const atlas = load("atlas", "wire", "data", "periods", "figures", "standing");
const { data, standing } = atlas;
data.read(RECORD);

const RANKS = { place: 3, median: 4.5, low: 1, high: 12, share: 0.256, top: 10, of: 147, last: 3 };

beforeEach(() => atlas.set({ language: "ru" }));

test("a share below one in a hundred keeps a digit, and nought is nought", () => {
  assert.deepEqual([0.256, 0.015, 0.01, 0.004, 0.0001, 0].map(standing.percent), ["26", "2", "1", "0,4", "0", "0"]);
});

test("those of one score share the places from the first to the last", () => {
  assert.equal(standing.at({ place: 30, last: 147 }), "30–147");
  assert.equal(standing.at({ place: 30, last: 30 }), "30");
});

test("a place is never told without its doubt", () => {
  assert.deepEqual(standing.told(RANKS), ["место 3 из 147 (90 %: 1–12)", "медиана 4,5, места 1–12", "P(≤ 10) = 26 %"]);
});

test("what is not known of a figure is told beside its place", () => {
  assert.equal(standing.doubt({ ranks: RANKS, coverage: 0.6 }), "место 3 из 147 (90 %: 1–12) · охват 60 %");
  assert.equal(standing.doubt({ ranks: RANKS, coverage: 1 }), "место 3 из 147 (90 %: 1–12)");
  assert.equal(standing.doubt({ ranks: null, coverage: 1 }), "");
});

test("a score that is missing says so", () => {
  const figure = { value: 0.5, qualifier: 0, measure: 0 };
  const told = standing.brief([
    { title: "Связи", figure },
    { title: "Торговля", figure: null },
  ]);
  assert.deepEqual(told, ["Связи: 0,5", "Торговля: нет оценки"]);
});
