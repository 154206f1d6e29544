// Which part of a page's new version was which of the old one: what says the same stays itself, and in between like goes with like.
// Knows lists of nodes and what they say. Must not know what is shown of them.
(function (live) {
  "use strict";
  // Cells of tables that one swap may fill, and how deep what is too long is cut at what stands there once.
  var CELLS = 8e6, LARGEST = 4e6, LIKENESS_CELLS = 2500, WORDS = 200, DEPTH = 8, NEAR = 50;

  // Gives nodes that say the same the same number. A line further up moves every mark of a line, and says nothing new.
  function counter() {
    var known = new Map(), numbers = new WeakMap();
    return function number(node) {
      var found = numbers.get(node);
      if (found !== undefined) return found;
      var sign = node.nodeType + ":" + node.nodeName;
      if (node.nodeType !== 1) sign += "\n" + node.data;
      else {
        for (var attribute of node.attributes) if (attribute.name !== "data-line") sign += "\n" + attribute.name + "=" + JSON.stringify(attribute.value);
        sign += "\n>" + Array.from(node.childNodes, number).join();
      }
      found = known.get(sign);
      if (found === undefined) known.set(sign, found = known.size);
      numbers.set(node, found);
      return found;
    };
  }
  live.isBlank = function (node) { return node.nodeType === 3 && !/[^ \t\n\r\f]/.test(node.data); };

  // For one swap: a function that gives for each new node the old one that it is, or none; in their order.
  live.aligner = function () {
    var number = counter(), bags = new WeakMap(), cells = CELLS;

    // What a node says, in words, as often as it says them.
    function bag(node) {
      var found = bags.get(node);
      if (found) return found;
      found = { words: new Map(), size: 0 };
      (node.textContent.slice(0, WORDS * 20).match(/[\p{L}\p{N}]+/gu) || []).slice(0, WORDS).forEach(function (word) {
        found.words.set(word, (found.words.get(word) || 0) + 1);
        found.size++;
      });
      bags.set(node, found);
      return found;
    }
    // How well one can take the place of the other: 0 not at all, else from 1, what is of one kind only, to 3.
    function likeness(one, other) {
      if (one.nodeName !== other.nodeName) return 0;
      var a = bag(one), b = bag(other), same = 0;
      a.words.forEach(function (times, word) { same += Math.min(times, b.words.get(word) || 0); });
      return 1 + (a.size + b.size ? 2 * same / (a.size + b.size) : 0) + (one.id && one.id === other.id ? 1 : 0);
    }

    // The best way through a table whose cells say what each pair is worth; pairs stay in their order.
    function best(rows, columns, worth) {
      var width = columns + 1, sums = new Float32Array((rows + 1) * width), pairs = [], i, j;
      for (i = rows - 1; i >= 0; i--) {
        for (j = columns - 1; j >= 0; j--) {
          var value = worth(i, j), at = i * width + j;
          sums[at] = Math.max(sums[at + width], sums[at + 1], value && value + sums[at + width + 1]);
        }
      }
      for (i = 0, j = 0; i < rows && j < columns;) {
        var here = i * width + j;
        if (sums[here] === sums[here + width]) i++;
        else if (sums[here] === sums[here + 1]) j++;
        else pairs.push({ old: i++, next: j++ });
      }
      return pairs;
    }
    // What stands once in each, as far as its order is the same.
    function unique(old, next) {
      var places = new Map(), candidates = [];
      function count(list, side) {
        list.forEach(function (node, index) {
          var place = places.get(number(node));
          if (!place) places.set(number(node), place = { old: [], next: [] });
          if (place[side].length < 2) place[side].push(index);
        });
      }
      count(old, "old");
      count(next, "next");
      next.forEach(function (node, index) {
        var place = places.get(number(node));
        if (place.old.length === 1 && place.next.length === 1) candidates.push({ old: place.old[0], next: index });
      });
      return rising(candidates);
    }
    // Between what says the same: like with like.
    function likely(old, next, pair) {
      var size = old.length * next.length;
      if (size > 1 && size <= LIKENESS_CELLS && size <= cells) {
        cells -= size;
        best(old.length, next.length, function (i, j) { return likeness(old[i], next[j]); }).forEach(function (found) { pair(old[found.old], next[found.next]); });
        return;
      }
      var from = 0;
      next.forEach(function (node) {
        for (var i = from; i < old.length && i < from + NEAR; i++) {
          if (old[i].nodeName !== node.nodeName) continue;
          pair(old[i], node);
          from = i + 1;
          return;
        }
      });
    }
    function same(one, other) { return one.isEqualNode(other) || number(one) === number(other); }
    function align(old, next, pair, depth) {
      var from = 0, oldEnd = old.length, end = next.length;
      // Most of a page is equal to the letter, which the browser sees much faster than we do.
      while (from < end && from < oldEnd && same(old[from], next[from])) pair(old[from], next[from++]);
      while (end > from && oldEnd > from && same(old[oldEnd - 1], next[end - 1])) pair(old[--oldEnd], next[--end]);
      if (from === end || from === oldEnd) return;
      old = old.slice(from, oldEnd);
      next = next.slice(from, end);
      var size = old.length * next.length, isShort = size <= LARGEST && size <= cells, kept = [];
      if (isShort && size > 1) {
        cells -= size;
        var numbers = old.map(number), nextNumbers = next.map(number);
        kept = best(old.length, next.length, function (i, j) { return numbers[i] === nextNumbers[j] ? 1 : 0; });
      } else if (!isShort && depth < DEPTH) kept = unique(old, next);
      var between = isShort || !kept.length ? likely : function (a, b) { align(a, b, pair, depth + 1); };
      var at = 0, oldAt = 0;
      kept.concat({ old: old.length, next: next.length }).forEach(function (stop) {
        if (stop.old > oldAt && stop.next > at) between(old.slice(oldAt, stop.old), next.slice(at, stop.next), pair);
        if (stop.next < next.length) pair(old[stop.old], next[stop.next]);
        oldAt = stop.old + 1;
        at = stop.next + 1;
      });
    }

    return function (old, next) {
      var found = new Map();
      function isSolid(node) { return !live.isBlank(node); }
      align(old.filter(isSolid), next.filter(isSolid), function (one, other) { found.set(other, one); }, 0);
      // Space is all alike: it goes with what it stands behind.
      var places = new Map(), at = 0;
      old.forEach(function (node, index) { places.set(node, index); });
      next.forEach(function (node) {
        var partner = found.get(node);
        if (partner) at = places.get(partner) + 1;
        else if (live.isBlank(node) && at < old.length && live.isBlank(old[at])) found.set(node, old[at++]);
      });
      return next.map(function (node) { return found.get(node); });
    };
  };
  // The longest of the sequences in which `old` rises, by patience sorting.
  function rising(candidates) {
    var tails = [], before = [];
    candidates.forEach(function (candidate, index) {
      var low = 0, high = tails.length;
      while (low < high) {
        var middle = (low + high) >> 1;
        if (candidates[tails[middle]].old < candidate.old) low = middle + 1;
        else high = middle;
      }
      before[index] = low ? tails[low - 1] : -1;
      tails[low] = index;
    });
    var list = [], last = tails.length ? tails[tails.length - 1] : -1;
    for (; last >= 0; last = before[last]) list.push(candidates[last]);
    return list.reverse();
  }
})(window.opsbookLive = {});
