// The part of the search that needs no page. Run by tests/search.rs: node tests/search/search.test.mjs SITE, the built handbook of this repository.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { load, open } from "./harness.mjs";

const search = load();
const site = process.argv[2];
const table = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8"));
const list = (value) => Array.from(value);

test("texts become the words that the index was made of", () => {
  for (const [text, expected] of table("words.json")) {
    const found = new Set();
    search.split(text, (word, start, end) => {
      found.add(word);
      assert.ok(start >= 0 && start < end && end <= text.length, `${text}: ${word} at ${start} to ${end}`);
    });
    assert.deepEqual([...found].sort(), [...expected].sort(), text);
  }
});

test("drawers are those of the index", () => {
  assert.deepEqual(["restore", "a", "重启", "", "kube-system"].map(search.drawer), [45, 205, 244, 28, 53]);
});

test("queries ask for words, the last of which may be unfinished", () => {
  const words = (query) => list(search.terms(query)).map((term) => term.word + (term.open ? "*" : "") + (term.whole ? "+" : ""));
  assert.deepEqual(words("roll ba"), ["roll", "ba*"]);
  assert.deepEqual(words("Roll roll "), ["roll"]);
  assert.deepEqual(words("kube-sys"), ["kube-sys*+", "kube", "sys*"]);
  assert.deepEqual(words("KubePodCrash"), ["kubepodcrash*"]);
  assert.deepEqual(words("重启nginx a"), ["重启", "nginx"]);
  assert.deepEqual(words("  ?! "), []);
});

test("lists of numbers are read in each of their forms", () => {
  for (const [text, total, expected] of [["*", 3, [0, 1, 2]], ["", 9, []], ["AEiB", 400, [0, 5, 40]], ["~A", 4, [1, 2, 3]], ["!VB", 12, [0, 2, 4, 6]]]) {
    assert.deepEqual(list(search.numbers(text, total)), expected, text);
  }
  const shard = search.shard("Arestore,AA.A Hs,B");
  assert.deepEqual([list(shard.words), list(shard.places)], [["restore", "restores"], ["AA.A", "B"]]);
  assert.deepEqual([...search.places("AA..B", 9)].map(list), [[0, 0], [1, 2]]);
});

test("forms of one word have one stem", () => {
  for (const forms of [["deploy", "deploying", "deployed", "deployments", "deploys"], ["approve", "approves", "approval", "approved"], ["policy", "policies"], ["restore", "restoring", "restoration"], ["plan", "planned", "planning"], ["node", "nodes"]]) {
    assert.equal(new Set(forms.map(search.stem)).size, 1, forms.map(search.stem).join());
  }
  for (const [one, other] of [["alert", "alias"], ["roll", "role"], ["node", "nodding"]]) assert.notEqual(search.stem(one), search.stem(other));
});

test("slips are forgiven, few of them", () => {
  for (const [one, other, most, open, near] of [
    ["databse", "database", 1, false, true], ["dpeloy", "deploy", 1, false, true], ["servcie", "service", 1, false, true], ["datbas", "database", 1, true, true],
    ["databs", "database", 1, true, true], ["kubernates", "kubernetes", 1, false, true], ["restore", "report", 1, false, false], ["escalaton", "escalation", 2, false, true]
  ]) assert.equal(search.isNear(one, other, most, open), near, `${one} ${other}`);
});

test("our own handbook answers as its readers expect", async () => {
  for (const [query, filters, expected, most = 3] of table("queries.json")) {
    const { index } = open(search, join(site, "search"));
    const found = await search.find(index, query, filters);
    const urls = list(found.results).map((one) => one.page.url + (one.sections[0]?.anchor ? "#" + one.sections[0].anchor : ""));
    const place = urls.findIndex((url) => url === expected || url.startsWith(expected + "#"));
    assert.ok(expected ? place > -1 && place < most : !urls.length, `${query}: expected ${expected || "nothing"} among the first ${most} of ${urls.slice(0, 5).join(" ")}`);
  }
});

test("examples in code don't come among the first", async () => {
  const { index } = open(search, join(site, "search"));
  const found = await search.find(index, "roll back datbase", {});
  assert.ok(!list(found.results).slice(0, 3).some((one) => one.page.url.startsWith("opsbook/findings")));
});

test("every answer shows where the words stand", async () => {
  const { index } = open(search, join(site, "search"));
  const found = await search.find(index, "roll back", {});
  for (const one of found.results) {
    const pieces = list(one.title).concat(...list(one.sections).map((section) => [...section.heading, ...section.excerpt]));
    assert.ok(pieces.some((piece) => piece.mark), one.page.url);
  }
});

test("sizes are those of the index", () => {
  assert.deepEqual(["A", "B", "s"].map(search.size), [1024, 1117, 46874]);
});

// An index as large as that of 10,000 pages, made as it is read: a word stands in few blocks, and every file is as large as one can be.
function large({ edition = "e1", served = edition } = {}) {
  const blocks = 1600, shards = 256, words = new Map(), read = [];
  const add = (word, places) => words.set(search.drawer(word) & (shards - 1), [...(words.get(search.drawer(word) & (shards - 1)) ?? []), [word, places]]);
  const manifest = { edition, blocks, shards, pages: 10000, texts: "abcdef".repeat(blocks), text_sizes: "s".repeat(blocks), word_sizes: "r".repeat(shards), types: [["Runbook", 10000, "*"]], owners: [], roles: [], platforms: [] };
  const index = search.connect(async (name) => {
    let value = [["a.html", "Nothing", "", "", "", [], [], [], [["", "", "filler ".repeat(6000)]]]];
    if (name.startsWith("index.js")) value = { ...manifest, edition: read.some(([before]) => before.startsWith("index.js")) ? served : edition };
    if (name.startsWith("words-")) {
      const entries = (words.get(Number(name.match(/\d+/)[0])) ?? []).sort().map(([word, places]) => `A${word},${places}`);
      value = [served, entries.concat(Array.from({ length: 2600 }, (_, number) => `Azzz${String(number).padStart(6, "0")},AAA`)).join(" ")];
    }
    read.push([name, JSON.stringify(value).length]);
    return value;
  });
  return { index, read, add };
}

test("the first answer stays below its bytes, whatever is asked", async () => {
  const scripts = ["words", "index", "meaning", "find", "dialog"].map((name) => `../../themes/js/search/${name}.js`).concat("../../themes/css/search.css");
  const fixed = scripts.reduce((sum, name) => sum + readFileSync(new URL(name, import.meta.url)).length, 0);
  const sixteen = "alpha bravo charlie delta echoes foxtrot golfing hotel india juliett kilogram limabean mikes november oscars papas";
  for (const query of ["", "restore", "restore database", "restroe databsae kuberntes cluseter", sixteen, `${sixteen} `, "kube-system/a-b.c_d-e/f", "重启服务重新启动"]) {
    const { index, read, add } = large();
    for (const word of ["restore", "database", "alpha", "november", "papas"]) add(word, "AAAAAAAAAAAAAAAA");
    const found = await search.find(index, query, query ? {} : { types: "Runbook" });
    const bytes = read.reduce((sum, [, size]) => sum + size, fixed);
    assert.ok(bytes < 300000, `${query}: ${bytes} bytes in ${read.map((file) => file.join(" ")).join(", ")}`);
    if (!found.places) continue;
    assert.ok(found.looked > 0 && found.looked < found.places, query);
    const before = found.looked;
    await found.more();
    assert.equal(found.looked, Math.min(before + 8, found.places), "more is read when it is asked for");
  }
});

test("an index that has changed since is read anew", async () => {
  const { index, read, add } = large({ served: "e2" });
  add("restore", "AAAA");
  const found = await search.find(index, "restore", {});
  assert.equal(found.manifest.edition, "e2");
  assert.deepEqual(read.filter(([name]) => !name.startsWith("text")).map(([name]) => name.replace(/\?\d+$/, "?time")).slice(0, 4).map((name) => name.replace(/-\d+/, "-N")), ["index.js", "words-N.js?e1", "index.js?time", "words-N.js?e2"]);
});

test("a word without end takes no time of its own", () => {
  let taken = 0;
  search.split("aB".repeat(200000), () => { taken++; });
  assert.equal(taken, 1);
});

test("excerpts are cut between words", async () => {
  assert.equal(search.opening("word ".repeat(40)), "word ".repeat(24).trim() + " …");
  const text = `${"Everything before it ".repeat(9)}needle ${"haystack and more ".repeat(20)}`;
  const block = [["a.html", "A", "", "", "", [], [], [], [["", "", text], ["code", "Code", "x needle y", [2, 6]]]]];
  const manifest = { edition: "e", blocks: 1, shards: 1, pages: 1, texts: "abcdef", text_sizes: "A", word_sizes: "A", types: [], owners: [], roles: [], platforms: [] };
  const index = search.connect(async (name) => (name.startsWith("index") ? manifest : name.startsWith("words") ? ["e", "Aneedle,*"] : block));
  const found = await search.find(index, "needle", {});
  const [prose, code] = list(found.results)[0].sections;
  const words = new Set(["…", ...text.split(" ")]);
  for (const word of list(prose.excerpt).map((piece) => piece.text).join("").trim().split(/\s+/)) assert.ok(words.has(word), word);
  assert.equal(code.anchor, "code", "words in code come after words in prose");
});

test("any query is answered", async () => {
  const { index } = open(search, join(site, "search"));
  for (const query of ["", " ", "a", "?", "\\", "*", "constructor", "__proto__", "</script>", "ß".repeat(200), "x".repeat(10000), "a b ".repeat(500), "重", "\ud800", "(".repeat(99)]) {
    const found = await search.find(index, query, {});
    assert.ok(Array.isArray(list(found.results)), query);
  }
});
