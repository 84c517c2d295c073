import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { load } from "./load.mjs";
import { RECORD } from "./record.mjs";

const atlas = load("atlas", "wire", "data", "periods", "figures", "provenance");
const { data, provenance } = atlas;
data.read(RECORD);

beforeEach(() => atlas.set({ language: "ru" }));

test("a legend tells for how many units, of which years and from whom", () => {
  const told = provenance.told(data.indicators.get("people"));
  assert.equal(told, "Данные по 3 из 4 (75 %). Годы: 2019–2021. Источник: Служба; Реестр.");
});

test("noughts that stand for no document are not told as data", () => {
  const documented = { ...data.indicators.get("people"), documented: 1 };
  assert.match(provenance.told(documented), /^Документы по 1 из 4 \(25 %\)\./);
  const all = { ...data.indicators.get("people"), documented: 3 };
  assert.match(provenance.told(all), /^Данные по 3 из 4/);
});

test("no more than two sources are named, the first of a list too", () => {
  const figures = Object.fromEntries(["r", "s", "l"].map((id, source) => [id, [{ periods: [], source }]]));
  const many = { ...data.indicators.get("people"), figures };
  data.record = { ...data.record, sources: [...data.record.sources, { title: "Третий" }] };
  assert.match(provenance.told(many), /Источник: Служба; Реестр\. и ещё 1\.$/);
  assert.deepEqual(provenance.sources([{ source: 0 }]), [0]);
});

test("what rests on a part is counted, with the least and the greatest share", () => {
  assert.equal(provenance.partial([{ coverage: 1 }]), null);
  assert.deepEqual(provenance.partial([{ coverage: 0.6 }, { coverage: 1 }]), { count: 1, share: "60" });
  assert.deepEqual(provenance.partial([{ coverage: 0.9 }, { coverage: 0.333 }]), { count: 2, share: "33–90" });
});

test("a source is cited with what is known of it", () => {
  assert.equal(provenance.cited({ publisher: "", title: "Реестр", vintage: "2024" }), "Реестр, 2024");
});
