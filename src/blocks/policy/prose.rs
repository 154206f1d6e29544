//! Sentences: freezes, hours of support, labels, turn-arounds, reviews, naming.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::days::{closed, deadline, is_dated, listed};
use super::words::{cadence, length, sentences, words};
use super::{Policy, Statement, section_of};
use crate::document::{Block, BlockKind, Document};
use crate::registry::{Length, Unit};
use crate::text::Span;

/// Longer paragraphs are no rules, and looking through them would cost.
const LONGEST: usize = 2000;

/// What is released, so that a sentence about days is one about freezes.
const RELEASING: &[&str] = &["push", "releas", "deploy", "ship", "roll-out", "rollout", "go-live", "merge", "launch"];

/// What makes a sentence forbid something.
const FORBIDDING: &[&str] = &["no", "not", "nothing", "never", "nobody", "don't", "don’t", "cannot", "can't", "avoid", "freeze", "frozen"];

/// What makes a sentence one about a condition, or about what has happened.
const NOT_RULES: &[&str] =
    &["only", "later", "unless", "if", "when", "did", "didn't", "didn’t", "was", "were", "wasn't", "weren't", "had", "yesterday", "last"];

/// Who can be reached: of other things that are available nobody says when to call.
const PEOPLE: &[&str] = &[
    "team",
    "teams",
    "we",
    "support",
    "ops",
    "staff",
    "somebody",
    "someone",
    "engineer",
    "engineers",
    "developers",
    "lead",
    "people",
    "helpdesk",
    "desk",
    "operators",
    "administrators",
    "admins",
    "on-call",
];

/// Words that say at once, each between spaces.
const AT_ONCE: &[&str] = &[" right away ", " at once ", " immediately ", " drop everything ", " now "];

/// What is looked at again and again by its own name. Of the others it must be said what is looked at.
const AUDITS: &[&str] = &["audit", "audits", "retrospective", "assessment", "assessments", "drill", "drills"];

/// What is looked at again and again.
const REVIEWS: &[&str] = &[
    "audit",
    "audits",
    "review",
    "reviews",
    "check",
    "checks",
    "evaluation",
    "evaluations",
    "sync",
    "call",
    "meeting",
    "retrospective",
    "assessment",
    "assessments",
    "drill",
    "drills",
];

pub(super) fn read(document: &Document, policies: &mut Vec<Policy>) {
    for block in document.blocks().iter().filter(|block| block.kind == BlockKind::Paragraph) {
        let text = block.text(document);
        if text.len() > LONGEST {
            continue;
        }
        let mut add = |statement: Statement| policies.push(Policy { span: block.span, statement });
        // Most paragraphs hold none of the letters that a rule needs, and looking for those costs next to nothing.
        let hints = Hints::of(&text);
        if hints.day {
            sentences(&text).filter_map(freeze).for_each(&mut add);
            sentences(&text).flat_map(support).for_each(&mut add);
        }
        label(&text).into_iter().for_each(&mut add);
        if hints.within {
            approval(document, block, &text).into_iter().for_each(&mut add);
        }
        if hints.often {
            reviews(&text).into_iter().for_each(&mut add);
        }
        let source = block.span.of(&document.text);
        if source.contains('`') {
            naming(source).into_iter().for_each(&mut add);
        }
    }
    for fence in &document.fences {
        let before = document.text.get(..fence.span.start()).unwrap_or_default().trim_end().lines().next_back().unwrap_or_default();
        let pattern = fence.content.trim();
        // The line before a fence says what the fence shows.
        if before.to_lowercase().contains("naming") && is_pattern(pattern) {
            policies.push(Policy { span: fence.span, statement: Statement::Naming { pattern: pattern.to_owned(), example: None } });
        }
    }
}

/// Letters without which a text holds no rule of a kind; lower case in ASCII suffices.
#[derive(Debug, Default, PartialEq)]
struct Hints {
    /// `day`
    day: bool,
    /// `within ` or `sla`
    within: bool,
    /// `ly` or `annual`
    often: bool,
}

/// What a hint is found by, and what it is a hint at.
type Sign = (&'static str, fn(&mut Hints));

const SIGNS: [Sign; 5] = [
    ("day", |hints| hints.day = true),
    ("within ", |hints| hints.within = true),
    ("sla", |hints| hints.within = true),
    ("ly", |hints| hints.often = true),
    ("annual", |hints| hints.often = true),
];

impl Hints {
    /// Looks at every letter once.
    fn of(text: &str) -> Self {
        static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
            let signs = SIGNS.map(|(sign, _)| sign);
            AhoCorasick::builder().ascii_case_insensitive(true).kind(Some(AhoCorasickKind::DFA)).build(signs).ok()
        });
        // Who has no hints looks for everything.
        let Some(finder) = &*FINDER else { return Self { day: true, within: true, often: true } };
        let mut hints = Self::default();
        for found in finder.find_overlapping_iter(text) {
            if let Some((_, hint)) = SIGNS.get(found.pattern().as_usize()) {
                hint(&mut hints);
            }
        }
        hints
    }
}

/// `no pushing from Thursday until Sunday`, `nothing gets released after Wednesday`, `push to production by Wednesday`.
fn freeze(sentence: &str) -> Option<Statement> {
    let lower = sentence.to_lowercase();
    if !RELEASING.iter().any(|stem| lower.contains(stem)) {
        return None;
    }
    let words = words(sentence);
    let place = |stems: &[&str]| words.iter().position(|word| stems.iter().any(|stem| word.starts_with(stem)));
    let release = place(RELEASING)?;
    // `no release`, `releases are not allowed`, `releases are frozen`: but not `the release is not available`.
    let no = words.iter().position(|word| FORBIDDING.contains(&word.as_str()));
    let forbids = no.is_some_and(|no| no < release)
        || place(&["freeze", "frozen", "forbidden"]).is_some()
        || no.is_some() && place(&["allowed", "permitted"]).is_some();
    let week = if forbids { closed(sentence)? } else { deadline(sentence)? };
    // `not only on Fridays`, `no later than Friday` forbid nothing on those days; what holds under a condition, or was so once, is no rule.
    let turned = is_dated(&words) || words.iter().any(|word| NOT_RULES.contains(&word.as_str()));
    (!turned).then_some(Statement::Freeze(week))
}

/// `available from Sunday until Thursday`, `on call Friday - Saturday`: each part from one such word to the next.
fn support(sentence: &str) -> Vec<Statement> {
    // Lower case in ASCII keeps every byte in its place.
    let lower = sentence.to_ascii_lowercase();
    let mut marks: Vec<(usize, bool)> =
        ["available ", "reachable "].iter().flat_map(|mark| lower.match_indices(mark)).map(|(at, _)| (at, false)).collect();
    marks.extend(["on call", "on-call"].iter().flat_map(|mark| lower.match_indices(mark)).map(|(at, _)| (at, true)));
    let about_people = || lower.contains("on call") || words(sentence).iter().any(|word| PEOPLE.contains(&word.as_str()));
    if marks.is_empty() || !about_people() {
        return Vec::new();
    }
    marks.sort_unstable();
    let ends = marks.iter().skip(1).map(|(at, _)| *at).chain([sentence.len()]).collect::<Vec<_>>();
    let statement = |((at, on_call), end): (&(usize, bool), &usize)| {
        let days = listed(sentence.get(*at..*end)?);
        let negated = sentence.get(..*at).is_some_and(|before| words(before).last().is_some_and(|word| FORBIDDING.contains(&word.as_str())));
        (!days.is_empty() && !negated).then_some(Statement::Support { days, on_call: *on_call })
    };
    marks.iter().zip(&ends).filter_map(statement).collect()
}

/// `Major label = should be resolved in max 2 days`.
fn label(text: &str) -> Option<Statement> {
    let (name, promise) = text.split_once('=')?;
    let name = name.trim();
    let name = name.strip_suffix("label").or_else(|| name.strip_suffix("Label"))?.trim();
    if name.is_empty() || name.split_whitespace().count() > 3 {
        return None;
    }
    let within = within(promise);
    (within.is_some() || is_at_once(promise)).then(|| Statement::Label { name: name.to_owned(), within })
}

/// Whether words promise that something is done at once: `not now` doesn't.
fn is_at_once(promise: &str) -> bool {
    let words = words(promise);
    let text = format!(" {} ", words.join(" "));
    AT_ONCE.iter().any(|said| text.contains(said)) && !words.iter().any(|word| FORBIDDING.contains(&word.as_str()))
}

/// How soon something is promised: a length, or within the sprint. None where no length is said.
pub(super) fn within(promise: &str) -> Option<Length> {
    length(promise).or_else(|| words(promise).iter().any(|word| word == "sprint").then_some(Length { count: 1, unit: Unit::Sprint }))
}

/// `feedback within 1-2 business days`, in a section about approvals or a sentence about one.
fn approval(document: &Document, block: &Block, text: &str) -> Option<Statement> {
    let section = section_of(document, block.span.start()).map(|section| section.title.to_lowercase()).unwrap_or_default();
    let lower = text.to_lowercase();
    let gives = ["review", "feedback", "approv"].iter().any(|word| lower.contains(word));
    let about = section.contains("approv") || lower.contains("approv");
    let soon = lower.contains("within ") || lower.contains("sla");
    // What holds under a condition only is no promise.
    if !(gives && about && soon) || lower.contains(" if ") {
        return None;
    }
    Some(Statement::Approval { within: length(text)? })
}

/// `Weekly deployment audits`, `the weekly architectural review call`.
fn reviews(text: &str) -> Vec<Statement> {
    let mut found = Vec::new();
    for sentence in text.split([',', '.', ';', '(', ')', ':', '|']) {
        let words: Vec<&str> = sentence.split_whitespace().collect();
        for (index, word) in words.iter().enumerate() {
            let Some(every) = cadence(&word.to_lowercase()) else { continue };
            let rest: Vec<&str> = words.iter().skip(index + 1).take(6).copied().collect();
            let is_review = |word: &&str| REVIEWS.contains(&word.to_lowercase().as_str());
            let Some(first) = rest.iter().position(is_review) else { continue };
            let more = rest.iter().skip(first).take_while(|word| is_review(word)).count();
            // `weekly and then review` is about two things.
            let broken =
                rest.iter().take(first).any(|word| matches!(word.to_lowercase().as_str(), "and" | "or" | "to" | "the" | "in" | "by" | "for" | "a"));
            let names_it = first + more > 1 || rest.get(first).is_some_and(|word| AUDITS.contains(&word.to_lowercase().as_str()));
            if !broken && names_it {
                found.push(Statement::Review { what: rest.iter().take(first + more).copied().collect::<Vec<_>>().join(" "), every });
            }
        }
    }
    found
}

/// `` named `<repo>/<issue>` (e.g., `gateway/PE-12`) ``: code with placeholders, and what follows `e.g.`.
fn naming(source: &str) -> Vec<Statement> {
    let lower = source.to_ascii_lowercase();
    if !["named", "naming", "branch", "name "].iter().any(|word| lower.contains(word)) {
        return Vec::new();
    }
    let parts: Vec<&str> = source.split('`').collect();
    let mut found: Vec<Statement> = Vec::new();
    // Between backticks is every second part.
    for (text, code) in parts.iter().step_by(2).zip(parts.iter().skip(1).step_by(2)) {
        let exemplifies =
            text.to_ascii_lowercase().trim_end_matches([' ', ',', ':']).ends_with("e.g.") || text.to_ascii_lowercase().contains("for example");
        if is_pattern(code) {
            found.push(Statement::Naming { pattern: (*code).to_owned(), example: None });
        } else if let (true, Some(Statement::Naming { example, .. })) = (exemplifies, found.last_mut()) {
            example.get_or_insert_with(|| (*code).to_owned());
        }
    }
    found
}

/// Whether code stands for names: one word with placeholders and something that stays.
fn is_pattern(code: &str) -> bool {
    let placeholders = [('<', '>'), ('{', '}'), ('[', ']')].iter().any(|(open, close)| {
        code.find(*open).is_some_and(|begin| code.get(begin + 1..).is_some_and(|rest| rest.find(*close).is_some_and(|length| length > 1)))
    });
    // What joins them stands outside of the placeholders.
    let mut depth = 0_usize;
    let joins = code.chars().any(|character| {
        match character {
            '<' | '{' | '[' => depth += 1,
            '>' | '}' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && matches!(character, '/' | ':' | '-' | '_' | '.')
    });
    placeholders
        && joins
        && !code.starts_with('<') | code.contains(">/")
        && code.len() < 200
        && !code.contains(char::is_whitespace)
        && !code.contains(['(', '$', '"', '=', '@'])
        && !code.contains("://")
}

/// The blocks that stand in a span, for the other readers.
pub(super) fn paragraphs(document: &Document, span: Span) -> impl Iterator<Item = &Block> {
    document.blocks_in(span).filter(|block| block.kind == BlockKind::Paragraph)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn hints_are_at_what_a_text_holds(parts in proptest::collection::vec("(day|within |within|sla|ly|annual|annua|[a-yA-Y ]{0,3}|[äÄ–])", 0..8)) {
            let text = parts.concat();
            for text in [text.as_str(), &text.to_uppercase()] {
                let lower = text.to_ascii_lowercase();
                let holds = |signs: &[&str]| signs.iter().any(|sign| lower.contains(sign));
                let hints = Hints { day: holds(&["day"]), within: holds(&["within ", "sla"]), often: holds(&["ly", "annual"]) };
                prop_assert_eq!(Hints::of(text), hints, "{}", text);
            }
        }
    }
}
