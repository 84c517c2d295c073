import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";
import { RECORD } from "./record.mjs";

const { data, geometry } = load("atlas", "wire", "data", "geometry");
data.read(RECORD);

test("vertices are summed up from differences, longitude first in the record and last in the page", () => {
  const line = { dimension: 1, parts: [[307000, 549000, 1500, -2500, -3000, 0]] };
  assert.deepEqual(geometry.parts(line), [
    [
      [54.9, 30.7],
      [54.65, 30.85],
      [54.65, 30.55],
    ],
  ]);
});

test("a polygon keeps its holes, each ring from its own first vertex", () => {
  const ring = {
    dimension: 2,
    parts: [
      [
        [0, 0, 10000, 0, 0, 10000],
        [5000, 5000, 1, 1],
      ],
    ],
  };
  assert.deepEqual(geometry.polygons(ring), [
    [
      [
        [0, 0],
        [0, 1],
        [1, 1],
      ],
      [
        [0.5, 0.5],
        [0.5001, 0.5001],
      ],
    ],
  ]);
});

test("those that share a place stand around it by the golden angle, the farther the more there are", () => {
  const spots = Array.from({ length: 30 }, (_, number) => geometry.aside(number, 10));
  assert.deepEqual(spots[0], [0, 0]);
  const golden = Math.PI * (3 - Math.sqrt(5));
  for (const [number, [x, y]] of spots.entries()) {
    const turned = Math.atan2(y, x) - golden * number;
    if (number) assert.ok(Math.abs(Math.sin(turned / 2)) < 1e-3, `turn of ${number}`);
    assert.ok(Math.abs(Math.hypot(x, y) - 7.8 * Math.sqrt(number)) < 1e-9);
  }
});

test("signs of one size at one place leave each other to be seen", () => {
  const spots = Array.from({ length: 30 }, (_, number) => geometry.aside(number, 10));
  for (const [i, [x, y]] of spots.entries()) {
    for (const [u, v] of spots.slice(0, i)) assert.ok(Math.hypot(x - u, y - v) > 6);
  }
});

test("an arrow key leads to the nearest spot that lies more along than across", () => {
  const here = { x: 100, y: 50 };
  const spots = [
    { id: "far east", x: 120, y: 50 },
    { id: "east", x: 110, y: 51 },
    { id: "north", x: 101, y: 40 },
    { id: "diagonal", x: 105, y: 45 },
  ];
  assert.equal(geometry.nearest(here, spots, [1, 0]), "east");
  assert.equal(geometry.nearest(here, spots, [0, -1]), "north");
  assert.equal(geometry.nearest(here, spots, [-1, 0]), "");
  assert.equal(geometry.nearest(here, [spots[3]], [1, 0]), "");
});

test("of spots equally near the first is taken", () => {
  const spots = [
    { id: "first", x: 10, y: 2 },
    { id: "second", x: 10, y: -2 },
  ];
  assert.equal(geometry.nearest({ x: 0, y: 0 }, spots, [1, 0]), "first");
});
