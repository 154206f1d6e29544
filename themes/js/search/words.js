// Text as the words that it can be found by: the rules of src/render/search/words.rs. tests/search/words.json holds both to it.
var opsbookSearch = {};
(function (search) {
  "use strict";
  var WORD_LIMIT = 64, WHOLE_LIMIT = 40, CAMEL_LIMIT = 256, TERM_LIMIT = 16;
  var CHUNK = /[\p{Alphabetic}\p{N}\p{M}]+(?:[_\-./:][\p{Alphabetic}\p{N}\p{M}]+)*/gu;
  var JOINER = /[_\-./:]/;
  var NO_LETTER = /[^\p{Alphabetic}\p{N}\p{M}_\-./:]/gu;
  // Scripts without spaces between words: Thai, Lao, Burmese, Khmer, Japanese, Chinese, Korean.
  var UNSPACED = "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7af\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
  var HAS_UNSPACED = new RegExp("[" + UNSPACED + "]", "u");
  var RUNS = new RegExp("[" + UNSPACED + "]+|[^" + UNSPACED + "]+", "gu");

  function isOneCharacter(text) {
    return text.length < 2 || (text.length === 2 && text.codePointAt(0) > 0xffff);
  }

  // Whether a text has more characters than this.
  function isLonger(text, limit) {
    return text.length > limit && (text.length > 2 * limit || Array.from(text).length > limit);
  }

  function cut(word) {
    return isLonger(word, WORD_LIMIT) ? Array.from(word.slice(0, 2 * WORD_LIMIT)).slice(0, WORD_LIMIT).join("") : word;
  }

  // A word as it is compared: without case, accents and typographic forms. Of long ones only the beginning is looked at.
  function fold(word) {
    word = cut(word);
    if (/^[\x00-\x7f]*$/.test(word)) {
      word = word.toLowerCase();
    } else {
      word = word.normalize("NFKD").toLowerCase().replace(/[\u0300-\u036f]/g, "").normalize("NFC");
      word = word.replace(NO_LETTER, "").replace(/ß/g, "ss").replace(/ς/g, "σ");
    }
    return cut(word);
  }

  function camelPieces(part) {
    var spaced = part.replace(/(\p{Lowercase})(?=\p{Uppercase})/gu, "$1 ").replace(/(\p{Uppercase})(?=\p{Uppercase}\p{Lowercase})/gu, "$1 ");
    return spaced.split(" ");
  }

  // Calls take(word, start, end) for every pair of neighbours and every character.
  function ofUnspaced(folded, at, exact, end, take) {
    for (var run of folded.matchAll(RUNS)) {
      var from = exact ? at + run.index : at;
      if (!HAS_UNSPACED.test(run[0])) {
        if (!isOneCharacter(run[0])) take(run[0], from, exact ? from + run[0].length : end);
        continue;
      }
      var characters = Array.from(run[0]);
      for (var index = 0; index < characters.length; index++) {
        var one = characters[index], pair = one + (characters[index + 1] || "");
        take(one, from, exact ? from + one.length : end);
        if (pair !== one) take(pair, from, exact ? from + pair.length : end);
        if (exact) from += one.length;
      }
    }
  }

  function ofPart(part, at, take) {
    var folded = fold(part), end = at + part.length;
    if (HAS_UNSPACED.test(folded)) return ofUnspaced(folded, at, folded.length === part.length, end, take);
    if (isOneCharacter(folded)) return;
    take(folded, at, end);
    if (isLonger(part, CAMEL_LIMIT) || !/.\p{Uppercase}/u.test(part)) return;
    var pieces = camelPieces(part);
    if (pieces.length < 2) return;
    for (var index = 0; index < pieces.length; index++) {
      var piece = fold(pieces[index]);
      if (!isOneCharacter(piece)) take(piece, at, at + pieces[index].length);
      if (index > 0 && index + 1 < pieces.length) take(fold(pieces.slice(index).join("")), at, end);
      at += pieces[index].length;
    }
  }

  function parts(chunk, at, each) {
    chunk.split(JOINER).forEach(function (part) {
      each(part, at);
      at += part.length + 1;
    });
  }

  function isWhole(chunk) {
    return JOINER.test(chunk) && !isLonger(chunk, WHOLE_LIMIT);
  }

  // Calls take(word, start, end) for every word of a text.
  function split(text, take) {
    for (var match of text.matchAll(CHUNK)) {
      var chunk = match[0], at = match.index;
      if (isWhole(chunk)) take(fold(chunk), at, at + chunk.length);
      parts(chunk, at, function (part, from) {
        ofPart(part, from, take);
      });
    }
  }

  // The drawer that a word lies in: its first two characters decide, of names made of several words all of them.
  function drawer(word) {
    var hash = 0x811c9dc5, left = JOINER.test(word) ? WORD_LIMIT : 2;
    for (var character of word) {
      if (!left--) break;
      hash = Math.imul(hash ^ character.codePointAt(0), 0x01000193);
    }
    return ((hash >>> 8) & 255) ^ (hash >>> 24);
  }

  // What a query asks for. `open` words may be unfinished; `whole` ones are names whose parts are asked for as well, so they can be missing.
  function terms(query) {
    var found = [];
    query = query.slice(0, 1000);
    function add(word, more) {
      if (!found.some(function (term) { return term.word === word; })) found.push(Object.assign({ word: word, open: false, whole: false, tight: false }, more));
    }
    for (var match of query.matchAll(CHUNK)) {
      var open = match.index + match[0].length === query.length;
      if (isWhole(match[0])) add(fold(match[0]), { open: open, whole: true });
      parts(match[0], 0, function (part, at) {
        var folded = fold(part), last = open && at + part.length === match[0].length;
        if (!HAS_UNSPACED.test(folded)) return isOneCharacter(folded) ? undefined : add(folded, { open: last });
        for (var run of folded.match(RUNS)) {
          var characters = Array.from(run);
          if (!HAS_UNSPACED.test(run)) isOneCharacter(run) || add(run, { open: last });
          else if (characters.length < 2) add(run, { tight: true });
          else for (var index = 0; index + 1 < characters.length; index++) add(characters[index] + characters[index + 1], { tight: true });
        }
      });
    }
    return found.slice(0, TERM_LIMIT);
  }

  search.fold = fold;
  search.split = split;
  search.drawer = drawer;
  search.terms = terms;
})(opsbookSearch);
