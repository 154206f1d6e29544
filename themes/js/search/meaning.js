// What the words of a query may mean: words of the index, and the blocks that hold them. Reads no more of them than it may pay for.
(function (search) {
  "use strict";
  // Bytes of words that a query may read.
  var WORD_BYTES = 120000;
  // Blocks that hold a word at most for it to count as rare.
  var RARE = 1;
  // Words of questions say little about what is looked for.
  var SMALL = new Set("the and for are is of to in on at it an do does did how what who when where why which can could should must we you my our i with from by be or if".split(" "));
  var ENDINGS = ["ations", "ation", "ments", "ment", "ings", "ions", "ers", "als", "ing", "ion", "ies", "ed", "er", "es", "al", "ly", "or", "en", "s", "e"];

  // What a word begins with in all its forms; none if too little would be left.
  function stem(word) {
    if (/[^aeiou]y$/.test(word) && word.length > 4) return word.slice(0, -1);
    for (var ending of ENDINGS) {
      if (!word.endsWith(ending) || word.length - ending.length < 4) continue;
      var rest = word.slice(0, -ending.length), doubled = /([bdgmnprt])\1$/.test(rest);
      return doubled && rest.length > 4 ? rest.slice(0, -1) : rest;
    }
    return word.length > 3 ? word : "";
  }

  // Whether one word becomes the other by at most `most` slips: a letter too many, too few, another one, two swapped. If the first word is
  // `open`, it need only become the beginning of the other.
  function isNear(one, other, most, open) {
    if (open) other = other.slice(0, one.length + most);
    if (Math.abs(one.length - other.length) > most) return false;
    var before = [], last = [], row, column;
    for (column = 0; column <= other.length; column++) last.push(column);
    for (var line = 1; line <= one.length; line++) {
      row = [line];
      for (column = 1; column <= other.length; column++) {
        var same = one[line - 1] === other[column - 1];
        var cost = Math.min(last[column] + 1, row[column - 1] + 1, last[column - 1] + (same ? 0 : 1));
        if (line > 1 && column > 1 && one[line - 1] === other[column - 2] && one[line - 2] === other[column - 1]) cost = Math.min(cost, before[column - 2] + 1);
        row.push(cost);
      }
      if (Math.min.apply(null, row) > most) return false;
      before = last;
      last = row;
    }
    return (open ? Math.min.apply(null, last) : last[other.length]) <= most;
  }

  // The words of a shard that a term can mean, each with how well it fits: 1 is the word itself.
  function exactForms(term, words) {
    var forms = new Map(), word = term.word, isThere = words.includes(word), root = term.whole || term.tight || /\d/.test(word) ? "" : stem(word);
    words.forEach(function (found, index) {
      if (found === word) forms.set(index, 1);
      else if (term.open && !term.whole && word.length > 1 && found.startsWith(word)) forms.set(index, isThere ? 0.3 : Math.max(0.5, 0.85 - 0.03 * (found.length - word.length)));
      else if (root && found.startsWith(root) && found.length <= root.length + 6 && /^[a-z]*$/.test(found.slice(root.length))) {
        if (stem(found) === root) forms.set(index, 0.7);
      }
    });
    return forms;
  }

  function slips(word) {
    return word.length < 4 || /\d/.test(word) ? 0 : word.length < 8 ? 1 : 2;
  }

  function nearForms(term, words) {
    var forms = new Map(), most = slips(term.word);
    words.forEach(function (found, index) {
      if (found[0] !== term.word[0] && found[1] !== term.word[0]) return;
      if (isNear(term.word, found, 1, term.open)) forms.set(index, 0.5);
      else if (most > 1 && isNear(term.word, found, 2, term.open)) forms.set(index, 0.35);
    });
    return forms;
  }

  // Where a slip in the first letters would have put the word.
  function beginnings(word) {
    return [word, word[1] + word[0], word[0] + word[2]];
  }

  function add(meaning, shard, forms, total) {
    forms.forEach(function (fit, index) {
      meaning.forms.set(shard.words[index], fit);
      search.places(shard.places[index], total).forEach(function (level, block) {
        var weight = fit * [1, 2, 4][level];
        if (!(meaning.blocks.get(block) >= weight)) meaning.blocks.set(block, weight);
      });
    });
  }

  // Bytes that may still be spent; what was paid for is free.
  function purse(bytes) {
    var paid = new Set();
    return {
      pay: function (name, size) {
        if (paid.has(name)) return true;
        if (size > bytes) return false;
        paid.add(name);
        bytes -= size;
        return true;
      },
      left: function () { return bytes; }
    };
  }

  function shardOf(word, manifest) {
    return search.drawer(word) & (manifest.shards - 1);
  }

  function payShard(words, number, manifest) {
    return words.pay(number, search.size(manifest.word_sizes[number]));
  }

  function isSmall(term) {
    return SMALL.has(term.word) && !term.open;
  }

  // The terms whose words can be paid for: of many, those that say most. There is always one.
  function affordable(terms, manifest, words) {
    var kept = new Set(terms.slice().sort(function (a, b) {
      return isSmall(a) - isSmall(b) || a.whole - b.whole || b.word.length - a.word.length;
    }).filter(function (term, place) { return payShard(words, shardOf(term.word, manifest), manifest) || !place; }));
    return terms.filter(function (term) { return kept.has(term); });
  }

  // What a term means: the words that it may stand for, and how well each block fits.
  function meaning(index, term, manifest) {
    return index.shard(shardOf(term.word, manifest), manifest).then(function (shard) {
      var found = { term: term, forms: new Map(), blocks: new Map(), near: false };
      add(found, shard, exactForms(term, shard.words), manifest.blocks);
      return found;
    });
  }

  // Adds words that the term may be a slip of, as far as they can be paid for. A word that hardly anybody writes may itself be a slip: those
  // beside it are shown below it.
  function widen(index, found, manifest, words) {
    var term = found.term, exact = found.forms.size;
    if (found.blocks.size > RARE || term.whole || term.tight || !slips(term.word)) return found;
    var numbers = new Set(beginnings(term.word).map(function (word) { return shardOf(word, manifest); }));
    var paid = Array.from(numbers).filter(function (number) { return payShard(words, number, manifest); });
    return Promise.all(paid.map(function (number) { return index.shard(number, manifest); })).then(function (shards) {
      shards.forEach(function (shard) {
        var near = nearForms(term, shard.words);
        near.forEach(function (fit, index) { if (found.forms.has(shard.words[index])) near.delete(index); });
        add(found, shard, near, manifest.blocks);
      });
      found.near = found.forms.size > exact;
      return found;
    });
  }

  // A term counts for more the fewer blocks have it.
  function weigh(found, manifest) {
    var share = found.blocks.size / manifest.blocks;
    found.weight = Math.log(1 + 1 / Math.max(share, 1 / manifest.blocks)) * (isSmall(found.term) ? 0.15 : 1);
  }

  // Promises the meanings of terms, and how many bytes they took.
  search.meanings = function (index, terms, manifest) {
    var words = purse(WORD_BYTES);
    return Promise.all(affordable(terms, manifest, words).map(function (term) { return meaning(index, term, manifest); })).then(function (all) {
      return Promise.all(all.map(function (found) { return widen(index, found, manifest, words); }));
    }).then(function (all) {
      all.forEach(function (found) { weigh(found, manifest); });
      // A name that stands nowhere as a whole is asked for by its parts.
      return { all: all.filter(function (found) { return !found.term.whole || found.blocks.size; }), bytes: WORD_BYTES - words.left() };
    });
  };

  search.purse = purse;
  search.stem = stem;
  search.isNear = isNear;
})(opsbookSearch);
