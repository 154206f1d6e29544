//! When a step is done: `(if needed)`, `after review`, `once all is merged`.
//!
//! Knows the words of one step. Must not know who acts or where the step goes on.

use super::places::Remark;
use super::plain::Plain;
use super::words;

/// A clause of more words than this is no condition but a story.
const LONGEST: usize = 16;
/// A remark of at most so many words is shown beside the step, not in its text.
const SHORT: usize = 4;

/// The conditions of a step in their order, and the remarks that say one so shortly that they can be shown apart.
/// `lead_in` are the tokens before the subject that say when.
pub(super) fn conditions(plain: &Plain, remarks: &[Remark], lead_in: Option<(usize, usize)>) -> (Vec<String>, Vec<Remark>) {
    let mut found = Vec::new();
    let mut short = Vec::new();
    let mut remarks = remarks.iter().peekable();
    let mut at = 0;
    while at < plain.tokens.len() {
        if let Some((_, end)) = lead_in.filter(|(from, _)| *from == at) {
            found.push(plain.words(at, end).to_owned());
            at = end.max(at + 1);
        } else if let Some(remark) = remarks.next_if(|remark| remark.open == at) {
            if is_condition(plain, *remark) {
                found.push(plain.words(remark.open + 1, remark.end - 1).to_owned());
                if remark.end - remark.open - 2 <= SHORT {
                    short.push(*remark);
                }
            }
            at = remark.end;
        } else if begins_clause(plain, at) {
            let end = clause_end(plain, at);
            if end - at > 1 && end - at <= LONGEST {
                found.push(plain.words(at, end).to_owned());
            }
            at = end;
        } else {
            at += 1;
        }
    }
    (found, short)
}

fn is_condition(plain: &Plain, remark: Remark) -> bool {
    let opening = plain.word(remark.open + 1);
    let as_needed = || opening == "as" && matches!(plain.word(remark.open + 2), "needed" | "required" | "applicable" | "necessary" | "appropriate");
    matches!(
        opening,
        "if" | "when" | "where" | "once" | "after" | "before" | "unless" | "until" | "optional" | "optionally" | "only" | "no" | "not" | "never"
    ) || as_needed()
}

fn begins_clause(plain: &Plain, at: usize) -> bool {
    let Some(token) = plain.tokens.get(at).filter(|token| !token.is_code) else { return false };
    let next = plain.word(at + 1);
    let before = at.checked_sub(1).map_or("", |before| plain.word(before));
    match token.lower.as_str() {
        // `check if it runs` asks; `once a week` counts.
        "if" | "when" => {
            !matches!(before, "check" | "checks" | "see" | "sees" | "verify" | "verifies" | "determine" | "determines" | "decide" | "decides")
        }
        "once" => !matches!(next, "a" | "an" | "per" | "every" | "again" | "more"),
        "after" | "before" | "unless" => true,
        _ => false,
    }
}

fn clause_end(plain: &Plain, at: usize) -> usize {
    let ends = |token: &super::plain::Token| matches!(token.lower.as_str(), "," | "." | ";" | ":" | "(" | ")" | "?" | "→" | "-" | "–" | "—");
    let limit = plain.tokens.iter().skip(at).position(ends).map_or(plain.tokens.len(), |length| at + length.max(1));
    // The sentence goes on with another verb, or with another condition.
    let goes_on = |index: &usize| match plain.word(*index) {
        "and" | "then" => words::is_verb(plain.word(index + 1)),
        "when" | "once" | "if" => true,
        _ => false,
    };
    (at + 1..limit).find(goes_on).unwrap_or(limit)
}
