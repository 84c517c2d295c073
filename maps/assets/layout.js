"use strict";

/* Where a name may stand on the map, so that none lies over another. */
atlas.layout = (() => {
  /* From and until which zoom a kind of name is shown. */
  const FROM = { oblast: 0, neighbour: 0, city: 0, paired: 0, town: 7.25 };
  const UNTIL = { oblast: 8.5, neighbour: 9, city: 99, paired: 99, town: 99 };
  const DOTTED = ["city", "paired", "town"];

  /**
   * Whether names of a kind stand beside a dot; the others lie about the middle of their area.
   * @example atlas.layout.dotted("town") // true
   */
  function dotted(kind) {
    return DOTTED.includes(kind);
  }

  /**
   * Whether names of a kind are shown at a zoom.
   * @example atlas.layout.offered("town", 7) // false
   */
  function offered(kind, zoom) {
    return zoom >= FROM[kind] && zoom <= UNTIL[kind];
  }

  /* Offsets of the corner of a name from its point, best first. */
  function offsets({ kind, leftwards, size: [w, h] }) {
    if (!dotted(kind)) {
      const steps = kind === "oblast" ? [0, 2, -2, 4, -4] : [0];
      return [0, 0.4, -0.4].flatMap((along) => steps.map((down) => [(along - 0.5) * w, (down - 0.5) * h]));
    }
    const [right, left, above, below] = [
      [7, -h / 2],
      [-w - 7, -h / 2],
      [-w / 2, -h - 6],
      [-w / 2, 6],
    ];
    return leftwards ? [left, below, above, right] : [right, left, above, below];
  }

  function overlap(a, b) {
    const across = a.x < b.x + b.w + 3 && b.x < a.x + a.w + 3;
    return across && a.y < b.y + b.h + 1 && b.y < a.y + a.h + 1;
  }

  /**
   * The first box for a name that no other takes, or null.
   * @example atlas.layout.free({ kind: "town", size: [40, 12] }, { x: 0, y: 0 }, [])
   *   // {"x": 7, "y": -6, "w": 40, "h": 12}
   */
  function free(name, point, taken) {
    const [w, h] = name.size;
    const boxes = offsets(name).map(([dx, dy]) => ({ x: point.x + dx, y: point.y + dy, w, h }));
    return boxes.find((box) => !taken.some((other) => overlap(box, other))) || null;
  }

  return { dotted, offered, free };
})();
