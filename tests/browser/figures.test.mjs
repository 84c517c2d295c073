import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { load } from "./load.mjs";
import { RECORD } from "./record.mjs";

const atlas = load("atlas", "wire", "data", "periods", "figures");
const { data, figures } = atlas;
data.read(RECORD);

beforeEach(() => atlas.set({ language: "ru" }));

function figure(changes) {
  return { value: 1, measure: 1, periods: ["2021"], source: 0, qualifier: 0, perimeter: 0, ...changes };
}

function people(values, scales = [{ labels: [] }]) {
  const found = Object.fromEntries(Object.entries(values).map(([id, changes]) => [id, [figure(changes)]]));
  return { level: "district", figures: found, scales };
}

test("a figure says qualifier, number and unit, which no line parts", () => {
  assert.equal(figures.shown(figure({ value: 1000, qualifier: 2 })), "более\u00a01\u00a0000\u00a0чел.");
  assert.equal(figures.shown(figure({ value: 1000, qualifier: 2 }), false), "более\u00a01\u00a0000");
  assert.equal(figures.shown(figure({ value: ["мало", "few", "мала"], measure: 0 })), "мало");
});

test("the first figure of a unit is the mapped one", () => {
  const indicator = { figures: { r: [{ value: 1 }, { value: 2 }] } };
  assert.equal(figures.mapped(indicator, "r").value, 1);
  assert.equal(figures.mapped(indicator, "s"), undefined);
});

test("alternatives contradict that say something else of the same period, measure and perimeter", () => {
  const first = figure({ value: 1000 });
  const other = figure({ value: 990 });
  const alike = [figure({ value: 1000 }), figure({ value: 950, periods: ["2019"] })];
  const apart = [figure({ value: 5, measure: 2 }), figure({ value: 5, perimeter: 2 })];
  assert.deepEqual(figures.contradicting([first, other, ...alike, ...apart]), [other]);
});

test("where no source names a period nothing contradicts", () => {
  const undated = [figure({ periods: ["undated"] }), figure({ value: 2, periods: ["undated"] })];
  assert.deepEqual(figures.contradicting(undated), []);
});

test("equal figures share a place and the next one is skipped, the highest first", () => {
  const indicator = people({ r: { value: 20 }, s: { value: 30 }, l: { value: 20 }, g: { value: 10 } });
  const places = ["s", "r", "l", "g"].map((id) => figures.standing(indicator, data.units.get(id)).place);
  assert.deepEqual(places, [1, 2, 2, 4]);
});

test("only figures in the same measure are ranked, and not two alone", () => {
  const indicator = people({ r: { value: 20 }, s: { value: 9, measure: 2 }, l: { value: 2 }, g: { value: 3 } });
  assert.deepEqual(figures.standing(indicator, data.units.get("g")), { place: 2, all: 3 });
  assert.equal(figures.standing(indicator, data.units.get("s")), null);
});

test("words and categories have no place", () => {
  const words = people({ r: { value: "мало" }, s: { value: "мало" }, l: { value: "мало" } });
  assert.equal(figures.standing(words, data.units.get("r")), null);
  const categories = people({ r: {}, s: {}, l: {} }, [{ labels: [] }, { labels: ["низкая", "высокая"] }]);
  assert.equal(figures.standing(categories, data.units.get("r")), null);
});

test("a yearly series has one measure, one perimeter, full years, and the chosen value of each", () => {
  const found = [
    figure({ value: 5, periods: ["2023"] }),
    figure({ value: 4, periods: ["2022-01-01"] }),
    figure({ value: 9, periods: ["2023"] }),
    figure({ value: 8, periods: ["2020"], measure: 2 }),
    figure({ value: 7, periods: ["2019"], perimeter: 2 }),
    figure({ value: 6, periods: ["2014/2018"] }),
    figure({ value: "мало", periods: ["2018"] }),
  ];
  assert.deepEqual(figures.yearly(found), [
    [2022, 4],
    [2023, 5],
  ]);
});
