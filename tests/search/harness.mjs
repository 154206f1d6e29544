// Loads the scripts of the search as a page does, without a browser.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import vm from "node:vm";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** The global object of the search: everything but its window. */
export function load() {
  const context = vm.createContext({ console });
  for (const name of ["words", "index", "meaning", "find"]) {
    vm.runInContext(readFileSync(join(root, `themes/js/search/${name}.js`), "utf8"), context, { filename: `${name}.js` });
  }
  return context.opsbookSearch;
}

/** The index in the folder of a built site, and the files that were read of it with their sizes. */
export function open(search, folder) {
  const read = [];
  const index = search.connect(async (name) => {
    const script = readFileSync(join(folder, name.replace(/\?.*/, "")), "utf8");
    read.push([name, Buffer.byteLength(script)]);
    let answer;
    vm.runInNewContext(script, { opsbookSearch: { put: (value) => { answer = value; } } }, { filename: name });
    return answer;
  });
  return { index, read };
}
