//! Where a step goes on: `no → 5`, `-> step 5`, `=> end`, `otherwise go to step 3`.
//!
//! Knows the words of one step. Must not know which steps there are.

use super::plain::Plain;
use super::{Branch, Target};

/// Answers that a question has: after one of them an arrow to a bare number is a branch.
const ANSWERS: &str = "yes no ok okay pass passed passes fail failed fails failure success successful true false approved rejected accepted declined \
otherwise else done resolved unresolved found green red";

/// The branches that a text names. In a bullet of its own an arrow to a number is one; within a sentence only after an answer or a question,
/// or where it says that the number is a step's.
pub(super) fn branches(plain: &Plain, is_bullet: bool) -> Vec<Branch> {
    let mut found = Vec::new();
    let mut from = 0;
    let mut at = 0;
    while at < plain.tokens.len() {
        let way = arrow(plain, at).map(|end| (end, true)).or_else(|| go_to(plain, at).map(|end| (end, false)));
        let branch = way.and_then(|(end, is_arrow)| {
            let (target, target_from, target_to) = target(plain, end, is_arrow)?;
            let (label_from, label_to) = if is_arrow { label_before(plain, from, at) } else { clause_before(plain, from, at) };
            // What a whole sentence says is done, and no case: `Ops team closes the issue → end`.
            let is_sentence = !is_bullet && is_arrow && (label_from == 0 || plain.word(label_from - 1) == ".") && label_to - label_from > 2;
            let (label_from, label_to) = if is_sentence && !is_answer(plain.words(label_from, label_to)) { (at, at) } else { (label_from, label_to) };
            let label = plain.words(label_from, label_to).trim();
            let says_step = plain.word(end) == "step" || target == Target::End;
            let is_sure = !is_arrow || is_bullet || says_step || is_answer(label) || plain.word(label_from.saturating_sub(1)) == "?";
            let is_number = label.chars().last().is_some_and(|last| last.is_ascii_digit());
            (is_sure && !is_number).then(|| Branch {
                label: label.to_owned(),
                target,
                span: plain.span(label_from.min(at), target_to),
                target_span: plain.span(target_from, target_to),
                label_span: (is_arrow && !label.is_empty()).then(|| plain.span(label_from, label_to)),
            })
        });
        match branch {
            Some(branch) => {
                let end = branch.span.end();
                found.push(branch);
                at += 1;
                while plain.tokens.get(at).is_some_and(|_| plain.span(at, at + 1).end() <= end) {
                    at += 1;
                }
                from = at;
            }
            None => at += 1,
        }
    }
    found
}

fn is_answer(label: &str) -> bool {
    let label = label.to_lowercase();
    label.split_whitespace().last().is_some_and(|word| ANSWERS.split_whitespace().any(|answer| answer == word))
}

/// The token after an arrow: `→`, `->`, `=>`, `-->`.
fn arrow(plain: &Plain, at: usize) -> Option<usize> {
    match plain.word(at) {
        "→" | "⇒" | "➔" | "➜" | "⟶" | "↪" => Some(at + 1),
        "-" | "=" => {
            let heads = (at..at + 4).find(|index| !matches!(plain.word(*index), "-" | "="))?;
            let tight = plain.words(at, heads + 1).chars().all(|c| !c.is_whitespace());
            (plain.word(heads) == ">" && tight).then_some(heads + 1)
        }
        _ => None,
    }
}

/// The token after words that send the reader on: `go back to`, `continue with`. They need the word `step` after them.
fn go_to(plain: &Plain, at: usize) -> Option<usize> {
    let after = match plain.word(at) {
        "go" | "goes" | "back" | "return" | "returns" | "skip" | "jump" | "proceed" | "continue" | "continues" | "restart" | "resume" | "repeat" => {
            at + 1
        }
        "goto" => return Some(at + 1).filter(|end| plain.word(*end) == "step"),
        _ => return None,
    };
    let end = (after..after + 3).find(|index| plain.word(*index) == "step")?;
    let joins = |index: usize| matches!(plain.word(index), "back" | "to" | "with" | "at" | "from" | "on" | "straight");
    (end > after && (after..end).all(joins)).then_some(end)
}

/// What a way leads to, and the tokens that say so.
fn target(plain: &Plain, at: usize, is_arrow: bool) -> Option<(Target, usize, usize)> {
    let mut number = at;
    while matches!(plain.word(number), "step" | "#" | "to" | "go" | "back") && number < at + 4 {
        number += 1;
    }
    let says_step = (at..number).any(|index| matches!(plain.word(index), "step" | "#"));
    let word = plain.word(number);
    let after = plain.word(number + 1);
    let ends = plain.tokens.get(number + 1).is_none_or(|token| !token.is_word) || matches!(after, "and" | "or" | "otherwise" | "else");
    if is_arrow && ends && matches!(word, "end" | "done" | "stop" | "finish" | "finished" | "exit") {
        return Some((Target::End, number, number + 1));
    }
    let value: u64 = word.parse().ok()?;
    // `step 3 of the guide` is a step of something else.
    let elsewhere = matches!(after, "of" | "in" | "on" | "from" | "above" | "%" | "/");
    ((says_step && !elsewhere) || (is_arrow && ends && !elsewhere)).then_some((Target::Step(value), at, number + 1))
}

/// The tokens before an arrow that say in which case it is taken.
fn label_before(plain: &Plain, from: usize, at: usize) -> (usize, usize) {
    let ends = |index: &usize| matches!(plain.word(*index), "," | ";" | "?" | "." | "(" | "!") || (plain.word(*index) == ":" && index + 1 < at);
    let start = (from..at).rev().find(ends).map_or(from, |index| index + 1);
    let start = start + usize::from(matches!(plain.word(start), "and" | "or" | "if"));
    let end = if at > start && plain.word(at - 1) == ":" { at - 1 } else { at };
    (start.min(end), end)
}

/// The clause before `go to step 3` that says in which case: `If it fails`.
fn clause_before(plain: &Plain, from: usize, at: usize) -> (usize, usize) {
    let start = (from..at).rev().find(|index| matches!(plain.word(*index), "." | ";" | "?" | "!" | "(")).map_or(from, |index| index + 1);
    let conditional = (start..at).find(|index| matches!(plain.word(*index), "if" | "when" | "unless" | "otherwise" | "else" | "no" | "yes"));
    let Some(first) = conditional else { return (at, at) };
    let first = first + usize::from(plain.word(first) == "if");
    let end = (first..at).find(|index| matches!(plain.word(*index), "," | ":")).unwrap_or(at);
    (first.min(end), end)
}

/// Whether these branches leave no way on to the next step.
pub(super) fn leave(branches: &[Branch]) -> bool {
    let labels: Vec<String> = branches.iter().map(|branch| branch.label.to_lowercase()).collect();
    let begins = |words: [&str; 4]| {
        labels.iter().any(|label| label.split_whitespace().next().is_some_and(|first| words.contains(&first.trim_end_matches([',', ':']))))
    };
    let otherwise = labels.len() > 1 && begins(["otherwise", "else", "in", "any"]);
    let both = (begins(["yes", "ok", "pass", "passed"]) && begins(["no", "fail", "failed", "fails"]))
        || (begins(["approved", "accepted", "success", "true"]) && begins(["rejected", "declined", "failure", "false"]));
    labels.iter().any(String::is_empty) || otherwise || both
}
