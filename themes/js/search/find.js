// Answers a query: the blocks that its words lead to, pages and sections in their order, excerpts.
(function (search) {
  "use strict";
  // Bytes of the index that the first answer may need, its words among them. With the scripts and the style sheet of the search it stays below 300 KB.
  var FIRST_BYTES = 248000;
  // Blocks whose text is read at first, if there are bytes for them, and those that are read after that at a time.
  var FIRST_BLOCKS = 4, MORE_BLOCKS = 8;
  // Words in code, among all its names and examples, say less of what a page is about.
  var IN_CODE = 0.4;
  var EXCERPT = 170, SECTIONS = 3;

  function allowed(manifest, filters) {
    var sets = ["types", "owners", "roles", "platforms"].filter(function (name) { return filters[name] != null; }).map(function (name) {
      var entry = manifest[name].find(function (entry) { return entry[entry.length - 3] === filters[name]; });
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

  // Pages name roles and platforms by their numbers.
  function numberOf(entries, name) {
    var entry = entries.find(function (entry) { return entry[1] === name; });
    return entry ? entry[0] : -1;
  }

  function matchesFilters(page, filters, manifest) {
    return (filters.types == null || page.kind === filters.types) && (filters.owners == null || page.owner === filters.owners) &&
      (filters.roles == null || page.roles.includes(numberOf(manifest.roles, filters.roles))) &&
      (filters.platforms == null || page.platforms.includes(numberOf(manifest.platforms, filters.platforms)));
  }

  // Where the terms stand in a text: how well each is met at best, whether it is there at all, how often, and each place. `code` says where prose ends, then code, and so on.
  function hits(text, lookup, count, code) {
    var best = new Array(count).fill(0), there = best.slice(), times = best.slice(), spots = [], ordinal = 0, words = 0, end = -1, piece = 0;
    search.split(text, function (word, start, stop) {
      // Words that lie in one another count as one.
      if (start >= end) ordinal++, words++, end = stop;
      var meant = lookup.get(word);
      if (!meant) return;
      // Places rise but for words that lie in one another.
      while (code && code[piece] <= start) piece++;
      var factor = piece % 2 ? IN_CODE : 1;
      meant.forEach(function (one) {
        var fit = one.fit * factor;
        if (fit > best[one.term]) best[one.term] = fit;
        if (factor > there[one.term]) there[one.term] = factor;
        times[one.term] += factor;
        spots.push({ term: one.term, start: start, end: stop, ordinal: ordinal, fit: fit });
      });
    });
    return { best: best, there: there, times: times, spots: spots, words: words };
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

  function most(one, other) {
    return one.map(function (value, place) { return Math.max(value, other[place]); });
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
    // What is met only in code is met in part.
    var there = most(most(title.there, names.there), about.there);
    var asked = sum(meanings, function (term) { return meanings[term].term.whole ? 0 : 1; });
    var share = function (there) { return sum(meanings, function (term) { return meanings[term].term.whole ? 0 : there[term]; }) / asked; };
    var sections = page.sections.map(function (section, place) {
      var heading = hits(section.heading, query.lookup, count), text = hits(section.text, query.lookup, count, section.code);
      // A command in full is no accident, but for slips.
      var near = closeness(text.spots, count), isCommand = near === 1 && text.best.every(function (best) { return best > 0.5 * IN_CODE; });
      var own = isCommand ? text.there.map(function () { return 1; }) : most(heading.there, text.there);
      there = most(there, own);
      var tight = Math.min(1, heading.spots.length / Math.max(1, heading.words));
      var score = sum(meanings, function (term) {
        return Math.max(heading.best[term] * (2 + 2 * tight), text.best[term] * (1 + 0.25 * Math.log(1 + text.times[term])));
      });
      var covered = share(most(own, most(title.there, names.there)));
      score *= covered * covered * (1 + 0.7 * Math.max(near, closeness(heading.spots, count)));
      return { section: section, place: place, score: score, spots: text.spots, heading: heading.spots, isHit: own.some(Boolean) };
    });
    sections = sections.filter(function (one) { return one.isHit; }).sort(function (a, b) { return b.score - a.score || a.place - b.place; });
    var covered = share(there);
    if (!covered && !meanings.every(function (meaning) { return meaning.term.whole; })) return null;
    if (!there.some(Boolean)) return null;
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

  // Where a text is cut that has this much room: between words, if there is a place for it.
  function cut(text, from, room) {
    if (text.length <= from + room) return text.length;
    for (var end = from + room; end > from + room / 2; end--) if (/\s/.test(text[end])) return end;
    return from + room;
  }

  // Where an excerpt begins that shows what stands at `start`: the line, if that is near, or a word before it.
  function beginning(text, start) {
    var line = text.lastIndexOf("\n", start - 1) + 1;
    if (start - line < 60) return line;
    for (var from = start - 45; from < start; from++) if (/\s/.test(text[from - 1])) return from;
    return start;
  }

  // What a page begins with.
  search.opening = function (text) {
    var end = cut(text, 0, 120);
    return text.slice(0, end) + (end < text.length ? " …" : "");
  };

  // The part of a text that shows most of what was asked for, as pieces.
  function excerpt(text, spots, meanings) {
    var best = 0, from = 0;
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
        from = beginning(text, spot.start);
      }
    });
    var end = cut(text, from, EXCERPT);
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

  // Reads blocks in their order and judges their pages. The first answer has the blocks that can be paid for, at least one.
  function answer(index, query, blocks) {
    var looked = 0, results = [], manifest = query.manifest;
    var state = { results: [], manifest: manifest, pages: manifest.pages, looked: 0, places: blocks.length, near: query.near, more: function () { return read(MORE_BLOCKS); } };
    function read(count) {
      var next = blocks.slice(looked, looked + count);
      return Promise.all(next.map(function (number) { return index.block(number, manifest); })).then(function (read) {
        looked += next.length;
        read.forEach(function (pages) {
          pages.forEach(function (page) {
            if (!matchesFilters(page, query.filters, manifest)) return;
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
    function payable() {
      var count = 0, next = function () { return blocks[looked + count]; };
      while (count < FIRST_BLOCKS && next() !== undefined && query.bytes.pay("text " + next(), search.size(manifest.text_sizes[next()]))) count++;
      return count;
    }
    // Where a block holds the words on several pages, no page may be an answer: then more are read unasked, while there are bytes left.
    function atLeastOne(count) {
      return read(count).then(function () {
        var more = state.results.length ? 0 : payable();
        return more ? atLeastOne(more) : state;
      });
    }
    return atLeastOne(payable() || 1);
  }

  function find(index, text, filters) {
    return index.manifest().then(function (manifest) {
      var terms = search.terms(text);
      return search.meanings(index, terms, manifest).then(function (read) {
        var meanings = read.all, lookup = new Map();
        meanings.forEach(function (meaning, term) {
          meaning.forms.forEach(function (fit, word) {
            if (!lookup.has(word)) lookup.set(word, []);
            lookup.get(word).push({ term: term, fit: fit });
          });
        });
        var query = {
          manifest: manifest, filters: filters, meanings: meanings, lookup: lookup, plain: plain(text),
          bytes: search.purse(FIRST_BYTES - manifest.size - read.bytes), near: meanings.some(function (one) { return one.near; })
        };
        return answer(index, query, terms.length || Object.keys(filters).length ? order(meanings, manifest, filters) : []);
      });
    });
  }

  // Promises the answer: { results, looked, places, more }. Filters are names in the manifest. If the site has changed since the manifest was read,
  // the index has forgotten it when the first try fails.
  search.find = function (index, text, filters) {
    return find(index, text, filters).catch(function () { return find(index, text, filters); });
  };
})(opsbookSearch);
