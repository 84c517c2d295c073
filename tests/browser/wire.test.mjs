import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { decode } = load("atlas", "wire").wire;

const FIELDS = {
  page: [
    ["id", "", "", 0],
    ["visible", false, "", 0],
    ["pair", null, "pair", 0],
    ["pairs", [], "pair", 1],
    ["by_name", {}, "pair", 2],
  ],
  pair: [
    ["first", 0, "", 0],
    ["second", "none", "", 0],
  ],
};

test("what was left out is read as what says nothing", () => {
  assert.deepEqual(decode({ fields: FIELDS }), { id: "", visible: false, pair: null, pairs: [], by_name: {} });
});

test("a thing is read by name or as a list in the order of its fields", () => {
  const record = { fields: FIELDS, pair: { second: "b" }, pairs: [[1], [2, "b"], [], { first: 4 }] };
  const found = decode(record);
  assert.deepEqual(found.pair, { first: 0, second: "b" });
  assert.deepEqual(found.pairs, [
    { first: 1, second: "none" },
    { first: 2, second: "b" },
    { first: 0, second: "none" },
    { first: 4, second: "none" },
  ]);
});

test("things lie under as many lists and mappings as their field says", () => {
  const found = decode({ fields: FIELDS, by_name: { x: [[1], [2]], y: [] } });
  assert.deepEqual(found.by_name, {
    x: [
      { first: 1, second: "none" },
      { first: 2, second: "none" },
    ],
    y: [],
  });
});

test("nought, false and empty text are told, not left out", () => {
  const fields = {
    page: [
      ["amount", null, "", 0],
      ["on", true, "", 0],
      ["name", "none", "", 0],
    ],
  };
  assert.deepEqual(decode({ fields, amount: 0, on: false, name: "" }), { amount: 0, on: false, name: "" });
});

test("the record does not change", () => {
  const found = decode({ fields: FIELDS, pairs: [[1]] });
  assert.throws(() => {
    found.id = "other";
  }, TypeError);
  assert.throws(() => found.pairs.push({}), TypeError);
});
