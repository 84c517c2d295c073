/* The examples of public functions are true: code, two slashes, and its result as JSON. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { runInThisContext } from "node:vm";
import { load, PURE, source } from "./load.mjs";
import { RECORD } from "./record.mjs";

const EXAMPLE = /@example ([^@]*?)\s*\*\//g;
const RESULT = /^(.*[^;]) \/\/ (.*)$/;

const atlas = load(...PURE);
atlas.data.read(RECORD);
atlas.set({ language: "ru" });

for (const name of PURE) {
  for (const [, example] of source(name).matchAll(EXAMPLE)) {
    const [, code, result] = RESULT.exec(example.replace(/\s*\n\s*\*\s*/g, " ")) || [];
    if (!code) continue;
    test(`${name}: ${code}`, () => {
      const found = runInThisContext(`(${code})`);
      assert.deepEqual(found, runInThisContext(`(${result})`));
    });
  }
}
