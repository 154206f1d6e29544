// Answers a query: words of the index that may be meant, the blocks that they lead to, pages and sections in their order, excerpts.
(function (search) {
  "use strict";
  // Blocks whose text is read at first, fewer where the words weighed much, and those that are read after that at a time.
  var FIRST_BLOCKS = 4, FIRST_BYTES = 220000, BLOCK_BYTES = 40000, MORE_BLOCKS = 8;
  var EXCERPT = 170, SECTIONS = 3;
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

  // What a term means: the words that it may stand for, and how well each block fits.
  function meaning(index, term, manifest) {
    var found = { term: term, forms: new Map(), blocks: new Map(), near: false, shards: [] };
    return index.shardOf(term.word).then(function (shard) {
      found.shards = [shard];
      var exact = exactForms(term, shard.words);
      add(found, shard, exact, manifest.blocks);
      // A word that hardly anybody writes may itself be a slip: then those beside it are shown below it.
      if (found.blocks.size > RARE || term.whole || term.tight || !slips(term.word)) return found;
      return Promise.all(beginnings(term.word).map(index.shardOf)).then(function (shards) {
        found.shards = shards;
        new Set(shards).forEach(function (shard) {
          var near = nearForms(term, shard.words);
          near.forEach(function (fit, index) { if (found.forms.has(shard.words[index])) near.delete(index); });
          add(found, shard, near, manifest.blocks);
        });
        found.near = found.forms.size > exact.size;
        return found;
      });
    }).then(function (found) {
      var share = found.blocks.size / manifest.blocks;
      found.weight = Math.log(1 + 1 / Math.max(share, 1 / manifest.blocks)) * (SMALL.has(term.word) && !term.open ? 0.15 : 1);
      return found;
    });
  }

  function allowed(manifest, filters) {
    var sets = ["types", "owners", "roles", "platforms"].filter(function (name) { return filters[name] != null; }).map(function (name) {
      var entry = manifest[name].find(function (entry) { return entry[0] === filters[name]; });
      return new Set(entry ? search.numbers(entry[entry.length - 1], manifest.blocks) : []);
    });
    return function (block) { return sets.every(function (set) { return set.has(block); }); };
  }

  // The blocks that may hold answers, the likeliest first.
  function order(meanings, manifest, filters) {
    var scores = new Map(), asked = 0, isAllowed = allowed(manifest, filters);
    if (!meanings.length) {
      for (var block = 0; block < manifest.blocks; block++) scores.set(block, 0);
    }
    meanings.forEach(function (meaning) {
      if (!meaning.term.whole) asked += meaning.weight;
      meaning.blocks.forEach(function (weight, block) {
        var score = scores.get(block) || { weight: 0, covered: 0 };
        score.weight += weight * meaning.weight;
        if (!meaning.term.whole) score.covered += meaning.weight;
        scores.set(block, score);
      });
    });
    var blocks = Array.from(scores.keys()).filter(isAllowed);
    function value(block) {
      var score = scores.get(block), share = asked ? score.covered / asked : 1;
      return score ? score.weight * share * share * share : 0;
    }
    var values = new Map(blocks.map(function (block) { return [block, value(block)]; }));
    return blocks.sort(function (a, b) { return values.get(b) - values.get(a) || a - b; });
  }

  function matchesFilters(page, filters) {
    return (filters.types == null || page.kind === filters.types) && (filters.owners == null || page.owner === filters.owners) &&
      (filters.roles == null || page.roles.includes(filters.roles)) && (filters.platforms == null || page.platforms.includes(filters.platforms));
  }

  // Where the terms stand in a text: how well each is met at best and how often, and each place.
  function hits(text, lookup, count) {
    var best = new Array(count).fill(0), times = new Array(count).fill(0), spots = [], ordinal = 0, words = 0, end = -1;
    search.split(text, function (word, start, stop) {
      // Words that lie in one another count as one.
      if (start >= end) ordinal++, words++, end = stop;
      var meant = lookup.get(word);
      if (!meant) return;
      meant.forEach(function (one) {
        if (one.fit > best[one.term]) best[one.term] = one.fit;
        times[one.term]++;
        spots.push({ term: one.term, start: start, end: stop, ordinal: ordinal, fit: one.fit });
      });
    });
    return { best: best, times: times, spots: spots, words: words };
  }

  // How close together and in what order the words stand: 1 is as they were asked for.
  function closeness(spots, count) {
    if (count < 2) return 0;
    var pairs = new Array(count).fill(0), last = new Array(count).fill(-99);
    spots.forEach(function (spot) {
      for (var term = 0; term < count; term++) {
        if (term === spot.term) continue;
        var distance = spot.ordinal - last[term];
        var value = distance <= 1 && term === spot.term - 1 ? 1 : distance <= 2 ? 0.6 : distance <= 8 ? 0.3 : 0;
        pairs[Math.max(term, spot.term)] = Math.max(pairs[Math.max(term, spot.term)], value);
      }
      last[spot.term] = spot.ordinal;
    });
    return pairs.reduce(function (sum, value) { return sum + value; }, 0) / (count - 1);
  }

  function sum(meanings, value) {
    return meanings.reduce(function (total, meaning, term) { return total + meaning.weight * value(term); }, 0);
  }

  // A name as a whole: `DevOps team` is asked for as `devops team`.
  function plain(text) {
    return text.split(/[^\p{L}\p{N}\p{M}]+/u).filter(Boolean).map(search.fold).join(" ");
  }

  // A page with its score and its sections; none if no word is on it.
  function judge(page, query) {
    var meanings = query.meanings, count = meanings.length;
    var title = hits(page.title, query.lookup, count), names = hits(page.names.join(" "), query.lookup, count);
    var about = hits([page.way, page.kind, page.owner].join(" "), query.lookup, count);
    var named = function (term) { return Math.max(title.best[term], 0.9 * names.best[term]); };
    var met = new Array(count).fill(0).map(function (_, term) { return Math.max(named(term), about.best[term]); });
    var asked = sum(meanings, function (term) { return meanings[term].term.whole ? 0 : 1; });
    var share = function (best) { return sum(meanings, function (term) { return meanings[term].term.whole || !best[term] ? 0 : 1; }) / asked; };
    var sections = page.sections.map(function (section, place) {
      var heading = hits(section.heading, query.lookup, count), text = hits(section.text, query.lookup, count);
      var own = heading.best.map(function (best, term) { return Math.max(best, text.best[term]); });
      own.forEach(function (best, term) { met[term] = Math.max(met[term], best); });
      var tight = Math.min(1, heading.spots.length / Math.max(1, heading.words));
      var score = sum(meanings, function (term) {
        return Math.max(heading.best[term] * (2 + 2 * tight), text.best[term] * (1 + 0.25 * Math.log(1 + text.times[term])));
      });
      var covered = share(own.map(function (best, term) { return Math.max(best, named(term)); }));
      score *= covered * covered * (1 + 0.7 * Math.max(closeness(text.spots, count), closeness(heading.spots, count)));
      return { section: section, place: place, score: score, spots: text.spots, heading: heading.spots, isHit: own.some(Boolean) };
    });
    sections = sections.filter(function (one) { return one.isHit; }).sort(function (a, b) { return b.score - a.score || a.place - b.place; });
    var covered = share(met);
    if (!covered && !meanings.every(function (meaning) { return meaning.term.whole; })) return null;
    if (!met.some(Boolean)) return null;
    var whole = Math.min(1, new Set(title.spots.map(function (spot) { return spot.ordinal; })).size / Math.max(1, title.words));
    var score = 4 * sum(meanings, named) * (0.5 + 0.5 * whole) * (1 + 0.5 * closeness(title.spots, count)) + 0.5 * sum(meanings, function (term) { return about.best[term]; });
    sections.forEach(function (one, index) { score += one.score * (index ? 0.05 : 1); });
    score *= covered * covered;
    var isNamed = [page.title].concat(page.names).some(function (name) { return plain(name) === query.plain; });
    return { page: page, score: isNamed ? 10 * (score + asked) : score, covered: covered, sections: sections, title: title.spots };
  }

  // Ranges of a text as pieces, the matches among them marked.
  function marked(text, spots, from, to) {
    var pieces = [], at = from;
    spots.slice().sort(function (a, b) { return a.start - b.start || b.end - a.end; }).forEach(function (spot) {
      if (spot.end <= at || spot.start < from || spot.end > to) return;
      var start = Math.max(at, spot.start);
      if (start > at) pieces.push({ text: text.slice(at, start) });
      var last = pieces[pieces.length - 1];
      if (last && last.mark && start === at) last.text += text.slice(start, spot.end);
      else pieces.push({ text: text.slice(start, spot.end), mark: true });
      at = spot.end;
    });
    if (at < to) pieces.push({ text: text.slice(at, to) });
    return pieces;
  }

  // The part of a text that shows most of what was asked for, as pieces.
  function excerpt(text, spots, meanings) {
    var best = 0, from = 0, end = Math.min(text.length, EXCERPT);
    // Thousands of places are as good as hundreds: the first window that shows everything is near the top.
    var some = spots.slice(0, 400);
    some.forEach(function (spot, index) {
      var seen = new Map();
      for (var next = index; next < some.length && some[next].end - spot.start < EXCERPT * 0.8; next++) {
        seen.set(some[next].term, Math.max(seen.get(some[next].term) || 0, some[next].fit));
      }
      var value = 0;
      seen.forEach(function (fit, term) { value += meanings[term].weight * fit; });
      if (value > best + 1e-9) {
        best = value;
        var line = text.lastIndexOf("\n", spot.start) + 1;
        from = spot.start - line < 60 ? line : text.indexOf(" ", spot.start - 45) + 1;
        if (from > spot.start || from < 1) from = Math.min(spot.start, Math.max(line, spot.start - 45));
      }
    });
    end = Math.min(text.length, from + EXCERPT);
    var space = end < text.length ? text.lastIndexOf(" ", end) : end;
    if (space > from + EXCERPT / 2) end = space;
    var pieces = marked(text, spots, from, end);
    if (from > 0 && text[from - 1] !== "\n") pieces.unshift({ text: "… " });
    if (end < text.length) pieces.push({ text: " …" });
    return pieces;
  }

  function shown(found, meanings) {
    return found.sections.slice(0, SECTIONS).map(function (one) {
      return {
        anchor: one.section.anchor,
        heading: marked(one.section.heading, one.heading, 0, one.section.heading.length),
        excerpt: excerpt(one.section.text, one.spots, meanings)
      };
    });
  }

  // One page can be kept in several pieces: they are one result.
  function join(results) {
    var byUrl = new Map();
    results.forEach(function (one) {
      var known = byUrl.get(one.page.url);
      if (!known) return byUrl.set(one.page.url, one);
      var better = one.score > known.score ? one : known;
      var sections = known.sections.concat(one.sections).sort(function (a, b) { return b.score - a.score; });
      byUrl.set(one.page.url, Object.assign({}, better, { sections: sections }));
    });
    return Array.from(byUrl.values());
  }

  function ranked(results) {
    var best = results.reduce(function (most, one) { return Math.max(most, one.covered); }, 0);
    // Where pages have all that was asked for, those that have little of it are noise.
    return join(results.filter(function (one) { return one.covered > best * 0.5; })).sort(function (a, b) {
      return b.score - a.score || (a.page.title < b.page.title ? -1 : a.page.title > b.page.title ? 1 : a.page.url < b.page.url ? -1 : 1);
    });
  }

  function answer(index, query, filters, blocks) {
    var looked = 0, results = [];
    var state = { results: [], pages: query.pages, looked: 0, places: blocks.length, near: query.near, more: more };
    function more() {
      var next = blocks.slice(looked, looked + (looked ? MORE_BLOCKS : query.first));
      return Promise.all(next.map(index.block)).then(function (read) {
        looked += next.length;
        read.forEach(function (pages) {
          pages.forEach(function (page) {
            if (!matchesFilters(page, filters)) return;
            var found = query.meanings.length ? judge(page, query) : { page: page, score: 0, covered: 1, sections: [], title: [] };
            if (found) results.push(found);
          });
        });
        state.looked = looked;
        state.results = ranked(results).map(function (found) {
          return {
            page: found.page,
            title: marked(found.page.title, found.title, 0, found.page.title.length),
            sections: shown(found, query.meanings)
          };
        });
        return state;
      });
    }
    // Where a block holds the words on several pages, no page may be an answer: then a few more are read unasked.
    function atLeastOne(rounds) {
      return more().then(function (state) {
        return state.results.length || looked >= blocks.length || !rounds ? state : atLeastOne(rounds - 1);
      });
    }
    return atLeastOne(2);
  }

  // Promises the answer: { results, looked, places, more }. Filters are exact values of the manifest.
  search.find = function (index, text, filters) {
    return index.manifest().then(function (manifest) {
      var terms = search.terms(text);
      return Promise.all(terms.map(function (term) { return meaning(index, term, manifest); })).then(function (meanings) {
        var shards = new Set([].concat.apply([], meanings.map(function (one) { return one.shards; })));
        var bytes = Array.from(shards).reduce(function (sum, shard) { return sum + shard.size; }, 0);
        var first = Math.max(2, Math.min(FIRST_BLOCKS, Math.floor((FIRST_BYTES - bytes) / BLOCK_BYTES)));
        // A name that stands nowhere as a whole is asked for by its parts.
        meanings = meanings.filter(function (meaning) { return !meaning.term.whole || meaning.blocks.size; });
        var lookup = new Map();
        meanings.forEach(function (meaning, term) {
          meaning.forms.forEach(function (fit, word) {
            if (!lookup.has(word)) lookup.set(word, []);
            lookup.get(word).push({ term: term, fit: fit });
          });
        });
        var query = { first: first, meanings: meanings, lookup: lookup, plain: plain(text), pages: manifest.pages, near: meanings.some(function (one) { return one.near; }) };
        return answer(index, query, filters, terms.length || Object.keys(filters).length ? order(meanings, manifest, filters) : []);
      });
    });
  };

  search.stem = stem;
  search.isNear = isNear;
})(opsbookSearch);
