import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { load } from "./load.mjs";
import { RECORD } from "./record.mjs";

const atlas = load("atlas", "wire", "data", "periods", "figures", "rows");
const { data, rows } = atlas;
data.read(RECORD);

beforeEach(() => atlas.set({ language: "ru" }));

function row(id, changes) {
  const figure = changes && { measure: 0, periods: [], source: -1, qualifier: 0, coverage: 1, ranks: null, ...changes };
  return { unit: { id }, name: id, figure };
}

function order(found, column, descending = false) {
  return rows.sorted(found, { column, descending }).map((one) => one.unit.id);
}

test("what is known is sorted by value, the unknown stands last by name", () => {
  const found = [row("z"), row("a", { value: 2 }), row("y"), row("b", { value: 10 }), row("c", { value: 2 })];
  assert.deepEqual(order(found, "value"), ["a", "c", "b", "y", "z"]);
  assert.deepEqual(order(found, "value", true), ["b", "a", "c", "y", "z"]);
});

test("values of one measure stand together", () => {
  const found = [
    row("a", { value: 5, measure: 2 }),
    row("b", { value: 1, measure: 1 }),
    row("c", { value: 9, measure: 1 }),
  ];
  assert.deepEqual(order(found, "value", true), ["c", "b", "a"]);
});

test("names are sorted as the language has them", () => {
  const found = ["Ярцево", "Ельня", "Ёлкино", "Демидов"].map((name) => row(name));
  assert.deepEqual(order(found, "name"), ["Демидов", "Ёлкино", "Ельня", "Ярцево"]);
  assert.deepEqual(order(found, "name", true), ["Ярцево", "Ельня", "Ёлкино", "Демидов"]);
});

test("ranks are sorted by place and by the share of draws among the first", () => {
  const found = [
    row("a", { value: 1, ranks: { place: 2, share: 0.9 } }),
    row("b", { value: 2, ranks: { place: 1, share: 0.1 } }),
    row("c", { value: 3, ranks: { place: 3, share: 0.5 } }),
  ];
  assert.deepEqual(rows.columns(found), ["name", "value", "place", "top"]);
  assert.deepEqual(order(found, "place", true), ["b", "a", "c"]);
  assert.deepEqual(order(found, "place"), ["c", "a", "b"]);
  assert.deepEqual(order(found, "top", true), ["a", "c", "b"]);
});

test("a column that these rows lack is not sorted by", () => {
  const found = [row("a", { value: 1 }), row("b", { value: 2 })];
  assert.deepEqual(rows.columns(found), ["name", "value"]);
  assert.deepEqual(order(found, "period", true), ["b", "a"]);
});

test("words stand after numbers of their measure or before them, never among them", () => {
  const values = ["мало", 3, 10, "много"].map((value, number) => row(`r${number}`, { value }));
  assert.deepEqual(order(values, "value"), ["r1", "r2", "r0", "r3"]);
  assert.deepEqual(order(values, "value", true), ["r3", "r0", "r2", "r1"]);
});

test("periods are a column where there are some, and sort", () => {
  const some = [row("a", { value: 1 }), row("b", { value: 2, periods: ["2021"] })];
  assert.deepEqual(rows.columns(some), ["name", "value", "period"]);
  const found = [row("a", { value: 1, periods: ["2023"] }), row("b", { value: 2, periods: ["2021"] })];
  assert.deepEqual(rows.columns(found), ["name", "value", "period"]);
  assert.deepEqual(order(found, "period"), ["b", "a"]);
});

/* RFC 4180 for quotes and line ends; a formula is made inert as OWASP advises ("CSV Injection"). */
test("the file opens in a spreadsheet with a Russian locale and runs nothing", () => {
  const csv = rows.csv(rows.of(data.indicators.get("people")));
  assert.equal(
    csv,
    [
      '\ufeff"Код";"Название";"Значение";"Единица";"Период";"Уточнение";"Источник"',
      '"r";"Руднянский район";300;"чел.";"2021";"";"Перепись"',
      '"s";"Смоленск";1000;"чел.";"2021";"более";"Перепись"',
      '"l";"Лиозно";20;"чел.";"2019";"";"Реестр"',
      '"g";"\'=Гора";"";"";"";"";""',
      "",
    ].join("\r\n"),
  );
});

test("fractions have the decimal sign of the language, texts keep their quotes doubled", () => {
  const found = [row("a", { value: 0.5 }), row("b", { value: 'так "называемое"' })];
  assert.match(rows.csv(found), /"a";"a";0,5;/);
  assert.match(rows.csv(found), /"b";"b";"так ""называемое""";/);
  atlas.set({ language: "en" });
  assert.match(rows.csv(found), /"a";"a";0\.5;/);
});

test("a file of ranks carries their doubt", () => {
  const ranks = { place: 1, median: 1.5, low: 1, high: 3, share: 0.25, of: 4 };
  const [head, first, second] = rows.csv([row("a", { value: 1, coverage: 0.75, ranks }), row("b")]).split("\r\n");
  assert.match(head, /"Место";"Медиана";"5 %";"95 %";"Доля";"Из";"Охват"$/);
  assert.match(first, /;1;1,5;1;3;0,25;4;0,75$/);
  assert.equal(second.match(/;/g).length, head.match(/;/g).length);
});
