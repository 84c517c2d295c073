"use strict";

/* The record of a page as it travels: read by the list of fields that it carries itself. */
atlas.wire = (() => {
  /**
   * The record with each thing by the names of its fields, what was left out included; nothing in it changes.
   * @example atlas.wire.decode({ fields: { page: [["id", "", "", 0]] }, id: "overview" }) // {"id": "overview"}
   */
  function decode(record, kind = "page") {
    return thing(record.fields, kind, record);
  }

  /* One thing, written by name or as a list in the order of its fields. */
  function thing(kinds, kind, written) {
    if (written === null) return null;
    const byPlace = Array.isArray(written);
    const fields = kinds[kind].map(([name, empty, of, depth], place) => {
      const { [byPlace ? place : name]: value = empty } = written;
      return [name, of ? around(depth, value, (one) => thing(kinds, of, one)) : value];
    });
    return Object.freeze(Object.fromEntries(fields));
  }

  /* Read what lies under so many lists or mappings. */
  function around(depth, written, read) {
    if (depth === 0) return read(written);
    const inner = (one) => around(depth - 1, one, read);
    if (Array.isArray(written)) return Object.freeze(written.map(inner));
    return Object.fromEntries(Object.entries(written).map(([key, one]) => [key, inner(one)]));
  }

  return { decode };
})();
