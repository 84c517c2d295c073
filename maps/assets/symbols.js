"use strict";

/* Outlines of the signs of points, all of the same area as a circle. */
atlas.symbols = (() => {
  const CORNERS = {
    square: [
      [-0.89, -0.89],
      [0.89, -0.89],
      [0.89, 0.89],
      [-0.89, 0.89],
    ],
    diamond: [
      [0, -1.25],
      [1.25, 0],
      [0, 1.25],
      [-1.25, 0],
    ],
    triangle: [
      [0, -1.4],
      [1.27, 0.85],
      [-1.27, 0.85],
    ],
  };

  function outline(shape, { x, y }, r) {
    const corners = CORNERS[shape];
    if (!corners) return `M${x - r},${y}a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 ${-2 * r},0z`;
    return `M${corners.map(([dx, dy]) => `${x + dx * r},${y + dy * r}`).join("L")}z`;
  }

  /**
   * Path of a sign around a point; with look "crossed" two lines run through it.
   * @example atlas.symbols.path({ shape: "diamond", look: "full" }, { x: 0, y: 0 }, 4) // "M0,-5L5,0L0,5L-5,0z"
   */
  function path({ shape, look }, { x, y }, r) {
    const far = 0.5 * r;
    const cross = `M${x - far},${y - far}l${2 * far},${2 * far}m0,${-2 * far}l${-2 * far},${2 * far}`;
    return outline(shape, { x, y }, r) + (look === "crossed" ? cross : "");
  }

  return { path };
})();
