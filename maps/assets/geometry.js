"use strict";

/* Outlines as the record carries them, and where things lie to each other. */
atlas.geometry = (() => {
  const { data } = atlas;
  /* Turns a sunflower makes from seed to seed, in radians. */
  const GOLDEN = 2.39996;

  /* Vertices [lat, lon] of a part written as the first vertex and the differences from vertex to vertex. */
  function vertices(differences) {
    const steps = data.record.steps_per_degree;
    const points = [];
    let [lon, lat] = [0, 0];
    for (let i = 0; i < differences.length; i += 2) {
      lon += differences[i];
      lat += differences[i + 1];
      points.push([lat / steps, lon / steps]);
    }
    return points;
  }

  /**
   * Polygons as lists of rings.
   * @example atlas.geometry.polygons({ parts: [[[300000, 540000, 10000, 0]]] }) // [[[[54, 30], [54, 31]]]]
   */
  function polygons(geometry) {
    return geometry.parts.map((rings) => rings.map(vertices));
  }

  /**
   * Lines or points as lists of vertices.
   * @example atlas.geometry.parts({ parts: [[300000, 540000, 5000, -5000]] }) // [[[54, 30], [53.5, 30.5]]]
   */
  function parts(geometry) {
    return geometry.parts.map(vertices);
  }

  /**
   * Where the n-th of those that share one place stands: like seeds in a sunflower, in pixels.
   * @example atlas.geometry.aside(0, 10) // [0, 0]
   */
  function aside(number, size) {
    const distance = 0.78 * size * Math.sqrt(number);
    return [distance * Math.cos(GOLDEN * number), distance * Math.sin(GOLDEN * number)];
  }

  /**
   * Id of the nearest spot in a direction, which lies more along than across it.
   * @example atlas.geometry.nearest({ x: 0, y: 0 }, [{ id: "east", x: 5, y: 1 }], [1, 0]) // "east"
   */
  function nearest(here, spots, [dx, dy]) {
    let best = { id: "", cost: Infinity };
    for (const { id, x, y } of spots) {
      const along = (x - here.x) * dx + (y - here.y) * dy;
      const across = Math.abs((x - here.x) * dy) + Math.abs((y - here.y) * dx);
      const cost = along + 2 * across;
      if (along > across && cost < best.cost) best = { id, cost };
    }
    return best.id;
  }

  return { polygons, parts, aside, nearest };
})();
