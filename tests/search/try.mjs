// Asks a built site: node tests/search/try.mjs SITE/search QUERY... [types=Runbook]
import { load, open } from "./harness.mjs";

const [folder, ...queries] = process.argv.slice(2);
const search = load();
for (const query of queries) {
  const { index, read } = open(search, folder);
  const filters = {};
  const words = query.split(" ").filter((word) => {
    const [key, value] = word.split("=");
    if (value) filters[key] = value.replaceAll("_", " ");
    return !value;
  });
  const found = await search.find(index, words.join(" "), filters);
  const bytes = read.reduce((sum, [, size]) => sum + size, 0);
  console.log(`\n== ${query}: ${found.results.length} pages in ${found.looked} of ${found.places} places, ${read.length} files, ${bytes} bytes`);
  console.log("   " + read.map(([name, size]) => `${name} ${size}`).join(", "));
  const text = (pieces) => pieces.map((piece) => (piece.mark ? `[${piece.text}]` : piece.text)).join("").replaceAll("\n", " / ");
  for (const one of found.results.slice(0, 5)) {
    console.log(`   ${text(one.title)} (${one.page.kind}; ${one.page.way}) ${one.page.url}`);
    for (const section of one.sections.slice(0, 2)) console.log(`       # ${text(section.heading)}: ${text(section.excerpt)}`);
  }
}
