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
  for (const [query, filters, expected] of table("queries.json")) {
    const { index } = open(search, join(site, "search"));
    const found = await search.find(index, query, filters);
    const urls = list(found.results).map((one) => one.page.url + (one.sections[0]?.anchor ? "#" + one.sections[0].anchor : ""));
    const place = urls.findIndex((url) => url === expected || url.startsWith(expected + "#"));
    assert.ok(expected ? place > -1 && place < 3 : !urls.length, `${query}: expected ${expected || "nothing"} among the first three of ${urls.slice(0, 5).join(" ")}`);
  }
});

test("every answer shows where the words stand", async () => {
  const { index } = open(search, join(site, "search"));
  const found = await search.find(index, "roll back", {});
  for (const one of found.results) {
    const pieces = list(one.title).concat(...list(one.sections).map((section) => [...section.heading, ...section.excerpt]));
    assert.ok(pieces.some((piece) => piece.mark), one.page.url);
  }
});

test("any query is answered", async () => {
  const { index } = open(search, join(site, "search"));
  for (const query of ["", " ", "a", "?", "\\", "*", "constructor", "__proto__", "</script>", "ß".repeat(200), "x".repeat(10000), "a b ".repeat(500), "重", "\ud800", "(".repeat(99)]) {
    const found = await search.find(index, query, {});
    assert.ok(Array.isArray(list(found.results)), query);
  }
});
