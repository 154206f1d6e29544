// The index: a manifest, shards of words, blocks of text. Each is a script, since a page that was opened from a folder can load nothing else.
(function (search) {
  "use strict";
  var DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  var VALUES = {};
  for (var index = 0; index < 64; index++) VALUES[DIGITS[index]] = index;

  // Sorted numbers below `total`, in the forms that src/render/search/numbers.rs writes.
  function numbers(text, total) {
    var found = [], number, at;
    if (text === "*") {
      for (number = 0; number < total; number++) found.push(number);
    } else if (text[0] === "!") {
      for (at = 1; at < text.length; at++) {
        for (var bit = 0; bit < 6; bit++) if ((VALUES[text[at]] >> bit) & 1) found.push((at - 1) * 6 + bit);
      }
    } else if (text[0] === "~") {
      var missing = new Set(numbers(text.slice(1), total));
      for (number = 0; number < total; number++) if (!missing.has(number)) found.push(number);
    } else {
      var next = 0, step = 0, shift = 0;
      for (at = 0; at < text.length; at++) {
        var value = VALUES[text[at]];
        step |= (value & 31) << shift;
        shift += 5;
        if (value > 31) continue;
        found.push(next + step);
        next += step + 1;
        step = shift = 0;
      }
    }
    return found;
  }

  // A shard as two lists: the words, and where each stands, which is read when it is asked for.
  function shard(text) {
    var words = [], places = [], last = "";
    if (text) {
      text.split(" ").forEach(function (entry) {
        var comma = entry.indexOf(",");
        last = last.slice(0, VALUES[entry[0]]) + entry.slice(1, comma);
        words.push(last);
        places.push(entry.slice(comma + 1));
      });
    }
    return { words: words, places: places };
  }

  // Where a word stands: level 0 in the text, 1 in a heading, 2 in a title, each block once.
  function places(text, total) {
    var lists = text.split(".");
    var levels = new Map();
    numbers(lists[0], total).forEach(function (block) { levels.set(block, 0); });
    [1, 2].forEach(function (level) {
      if (lists[level]) numbers(lists[level], total).forEach(function (block) { levels.set(block, level); });
    });
    return levels;
  }

  function page(record) {
    return {
      url: record[0], title: record[1], way: record[2], kind: record[3], owner: record[4], roles: record[5], platforms: record[6], names: record[7],
      sections: record[8].map(function (section) { return { anchor: section[0], heading: section[1], text: section[2], code: ends(section[3] || []) }; })
    };
  }

  // Where pieces of a text end that follow one another.
  function ends(lengths) {
    var at = 0;
    return lengths.map(function (length) { return (at += length); });
  }

  // About how many bytes a file has, by its digit in the manifest: see src/render/search/numbers.rs.
  function size(digit) {
    var limit = 1024;
    for (var step = VALUES[digit]; step > 0; step--) limit += Math.floor(limit / 11);
    return limit;
  }

  // The index behind `read`, which promises the value of one script. What was read is kept until a file is missing or of another edition: then the
  // site has changed since, and all is asked for anew.
  search.connect = function (read) {
    var known = new Map(), fresh = "";
    function once(name, address, make) {
      if (!known.has(name)) {
        var wanted = read(address).then(make);
        wanted.catch(function () {
          if (known.get(name) !== wanted) return;
          known.clear();
          fresh = "?" + Date.now();
        });
        known.set(name, wanted);
      }
      return known.get(name);
    }
    return {
      manifest: function () {
        return once("index.js", "index.js" + fresh, function (value) {
          value.size = JSON.stringify(value).length;
          return value;
        });
      },
      shard: function (number, manifest) {
        var name = "words-" + number + ".js?" + manifest.edition;
        return once(name, name, function (value) {
          if (value[0] !== manifest.edition) throw new Error(name);
          return shard(value[1]);
        });
      },
      block: function (number, manifest) {
        var length = manifest.texts.length / manifest.blocks, name = "text-" + manifest.texts.slice(number * length, (number + 1) * length) + ".js";
        return once(name, name, function (records) { return records.map(page); });
      }
    };
  };

  // Called by every script of the index.
  search.put = function (value) {
    document.currentScript.answer = value;
  };

  // Reads scripts of one folder with script elements.
  search.scripts = function (folder) {
    return function (name) {
      return new Promise(function (resolve, reject) {
        var script = document.createElement("script");
        script.src = folder + name;
        script.onload = function () {
          script.remove();
          if ("answer" in script) resolve(script.answer);
          else reject(new Error(name));
        };
        script.onerror = function () {
          script.remove();
          reject(new Error(name));
        };
        document.head.append(script);
      });
    };
  };

  search.numbers = numbers;
  search.size = size;
  search.shard = shard;
  search.places = places;
})(opsbookSearch);
