import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { layout } = load("atlas", "layout");

/* The minimal standard generator of Park and Miller (1988): the same numbers everywhere. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
}

function placed(names) {
  const taken = [];
  for (const { point, ...name } of names) {
    const box = layout.free(name, point, taken);
    if (box) taken.push(box);
  }
  return taken;
}

test("no name ever lies over another", () => {
  const random = generator(1);
  const kinds = ["oblast", "neighbour", "city", "paired", "town"];
  const names = Array.from({ length: 300 }, () => ({
    kind: kinds[Math.floor(kinds.length * random())],
    leftwards: random() < 0.5,
    size: [30 + 60 * random(), 12],
    point: { x: 900 * random(), y: 600 * random() },
  }));
  const boxes = placed(names);
  assert.ok(boxes.length > 60);
  for (const [i, a] of boxes.entries()) {
    for (const b of boxes.slice(0, i)) {
      const apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
      assert.ok(apart, `${JSON.stringify(a)} over ${JSON.stringify(b)}`);
    }
  }
});

test("a name stands beside its dot, to the left where a pair asks for it", () => {
  const town = { kind: "town", size: [40, 12] };
  assert.equal(layout.free(town, { x: 100, y: 100 }, []).x, 107);
  assert.equal(layout.free({ ...town, leftwards: true }, { x: 100, y: 100 }, []).x, 53);
});

test("the name of an area lies about its middle", () => {
  const box = layout.free({ kind: "oblast", size: [80, 20] }, { x: 100, y: 100 }, []);
  assert.deepEqual([box.x + box.w / 2, box.y + box.h / 2], [100, 100]);
});

test("the name of an oblast gives way upwards and downwards, that of a neighbour only along", () => {
  const middle = { x: 60, y: 90, w: 80, h: 20 };
  const point = { x: 100, y: 100 };
  assert.equal(layout.free({ kind: "oblast", size: [80, 20] }, point, [middle]).y, 130);
  assert.equal(layout.free({ kind: "neighbour", size: [80, 20] }, point, [middle]), null);
});

test("names keep three pixels between them along and one across", () => {
  const name = { kind: "town", size: [40, 12] };
  const box = { x: 7, y: -6, w: 40, h: 12 };
  assert.equal(layout.free(name, { x: 43, y: 0 }, [box]).x, 50);
  assert.equal(layout.free(name, { x: 42, y: 0 }, [box]), null);
  assert.equal(layout.free(name, { x: 0, y: 13 }, [box]).x, 7);
  assert.notEqual(layout.free(name, { x: 0, y: 12 }, [box])?.x, 7);
});

test("a name without room has no box", () => {
  const box = { x: -200, y: -200, w: 400, h: 400 };
  assert.equal(layout.free({ kind: "town", size: [40, 12] }, { x: 0, y: 0 }, [box]), null);
});

test("towns are named from near, oblasts from afar", () => {
  assert.deepEqual(
    [6, 7, 7.25, 9].map((zoom) => layout.offered("town", zoom)),
    [false, false, true, true],
  );
  assert.ok(["oblast", "neighbour", "city", "paired"].every((kind) => layout.offered(kind, 0)));
  assert.deepEqual(
    [6, 8, 9].map((zoom) => layout.offered("oblast", zoom)),
    [true, true, false],
  );
});
