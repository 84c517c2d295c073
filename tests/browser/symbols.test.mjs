import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { symbols } = load("atlas", "symbols");

/* Area of a polygon by the shoelace formula. */
function area(path) {
  const points = path.match(/[-\d.]+,[-\d.]+/g).map((pair) => pair.match(/[-\d.]+/g).map(Number));
  const next = (i) => points[(i + 1) % points.length];
  return Math.abs(points.reduce((sum, [x, y], i) => sum + x * next(i)[1] - next(i)[0] * y, 0)) / 2;
}

for (const shape of ["square", "diamond", "triangle"]) {
  test(`a ${shape} takes about the room of the circle`, () => {
    const room = area(symbols.path({ shape, look: "full" }, { x: 100, y: 50 }, 6));
    assert.ok(Math.abs(room / (Math.PI * 36) - 1) < 0.1, String(room));
  });
}

test("a circle is two arcs around its point", () => {
  const path = symbols.path({ shape: "circle", look: "full" }, { x: 10, y: 20 }, 5);
  assert.equal(path, "M5,20a5,5 0 1,0 10,0a5,5 0 1,0 -10,0z");
});

test("crossed out, two lines run through the point", () => {
  const [full, crossed] = ["full", "crossed"].map((look) => symbols.path({ shape: "circle", look }, { x: 0, y: 0 }, 4));
  assert.equal(crossed, `${full}M-2,-2l4,4m0,-4l-4,4`);
});
