/* The scripts as they stand in a page, read by node: what they do without a page needs no page. */

import { readFileSync } from "node:fs";
import { runInThisContext } from "node:vm";

const ASSETS = new URL("../../maps/assets/", import.meta.url);

/** Text of a script, given by its name. */
export function source(name) {
  return readFileSync(new URL(`${name}.js`, ASSETS), "utf8");
}

/**
 * Run scripts one after the other, as a page does; each only once.
 * @example const atlas = load("atlas", "wire", "data");
 */
export function load(...names) {
  for (const name of names) {
    runInThisContext(source(name), { filename: new URL(`${name}.js`, ASSETS).pathname });
  }
  return runInThisContext("atlas");
}

/** The scripts that need no page, each after those that it uses. */
export const PURE = [
  ...["atlas", "wire", "data", "geometry", "periods", "figures", "classes", "series", "provenance"],
  ...["search", "rows", "standing", "symbols", "layout"],
];
