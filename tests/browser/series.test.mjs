import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { load } from "./load.mjs";
import { RECORD } from "./record.mjs";

const atlas = load("atlas", "wire", "data", "series");
const { data, series } = atlas;
data.read(RECORD);

beforeEach(() => atlas.set({ language: "ru" }));

test("items of one series stand together where the first of them stood", () => {
  const items = [{ id: "a" }, { id: "b", series: "s" }, { id: "c" }, { id: "d", series: "s" }];
  const found = series.entries(items).map((entry) => entry.map((item) => item.id));
  assert.deepEqual(found, [["a"], ["b", "d"], ["c"]]);
});

test("layers of one step are shown together", () => {
  const layers = [
    { id: "area-15", series: "s", step: ["15 мин", "15 min", ""] },
    { id: "line-15", series: "s", step: ["15 мин", "15 min", ""] },
    { id: "area-30", series: "s", step: ["30 мин", "30 min", ""] },
    { id: "alone", series: "", step: "" },
  ];
  const found = series.steps(layers).map((steps) => steps.map((step) => step.map((layer) => layer.id)));
  assert.deepEqual(found, [[["area-15", "line-15"], ["area-30"]], [["alone"]]]);
});

test("another level shows the same subject, at the same step if it has that", () => {
  const oblast = data.indicators.get("oblast-people");
  assert.equal(series.counterpart(oblast, "district").id, "people");
  assert.equal(series.counterpart({ ...oblast, step: "2010" }, "district").id, "people_2010");
  assert.equal(series.counterpart({ ...oblast, step: "1999" }, "district").id, "people");
});

test("where a level lacks the subject its first indicator is shown, where it has none nothing", () => {
  assert.equal(series.counterpart({ title: "Иное", step: "" }, "district").id, "people");
  assert.equal(series.counterpart({ title: "Иное", step: "" }, "oblast_pair"), undefined);
});
