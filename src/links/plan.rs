//! What earlier answers say already, and what is left to ask.

use std::collections::{BTreeMap, BTreeSet};

use url::Url;

use super::Moment;
use super::answer::Answer;
use super::cache::{Cache, is_harmless, key};
use super::gather::{Gathered, Wanted};
use super::judge::is_good;
use crate::config::LinkSettings;
use crate::memo::Digest;

/// Which answers of earlier runs are believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Those that are young enough.
    Usual,
    /// None: everything is asked.
    Refresh,
    /// All: nobody is asked.
    Offline,
}

/// What is known, and what is to be asked.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Answers by address.
    pub answers: BTreeMap<String, Answer>,
    /// What is to be asked.
    pub questions: Vec<Question>,
    /// How many seconds old the oldest answer is.
    pub oldest_s: u64,
}

/// A page to ask about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What the answer is kept under.
    pub key: Digest,
    /// The page, without fragment.
    pub url: Url,
    /// Anchors to look for, as addresses write them.
    pub anchors: BTreeSet<String>,
}

/// Looks everything up.
#[must_use]
pub fn plan(gathered: &Gathered, cache: &Cache, settings: &LinkSettings, now: Moment, mode: Mode) -> Plan {
    let mut plan = Plan::default();
    for (address, wanted) in &gathered.wanted {
        let key = key(&wanted.url, settings);
        let anchors = anchors(wanted, settings);
        let known = cache.get(key, now).filter(|_| mode != Mode::Refresh);
        match known.filter(|(answer, age)| mode == Mode::Offline || is_fresh(answer, *age, &anchors, settings)) {
            Some((answer, age)) => {
                plan.oldest_s = plan.oldest_s.max(age);
                plan.answers.insert(address.clone(), answer.clone());
            }
            None => plan.questions.push(Question { key, url: wanted.url.clone(), anchors }),
        }
    }
    plan
}

fn is_fresh(answer: &Answer, age: u64, anchors: &BTreeSet<String>, settings: &LinkSettings) -> bool {
    let accepted = matches!(answer.outcome, super::Outcome::Status(status) if settings.accepts(status));
    let knows_anchors = !accepted || anchors.iter().all(|anchor| answer.anchors.contains_key(anchor));
    let limit = if is_good(answer, settings) { settings.cache_age_s } else { settings.failure_age_s };
    age < limit && knows_anchors
}

/// The anchors of a page that can be looked for.
fn anchors(wanted: &Wanted, settings: &LinkSettings) -> BTreeSet<String> {
    let fragments = wanted.places.iter().filter_map(|place| place.fragment.as_ref()).filter(|_| settings.anchors);
    fragments.filter(|fragment| is_anchor(fragment) && is_harmless(fragment)).cloned().collect()
}

/// Whether a fragment names a place in the page: no text to search for, no route of a program, no line of code, no page of a PDF, not the top.
fn is_anchor(fragment: &str) -> bool {
    let is_line = |text: &str| text.strip_prefix('L').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()));
    let is_lines = fragment.split('-').all(is_line);
    !fragment.contains(":~:") && !fragment.starts_with(['/', '!']) && !fragment.contains('=') && !is_lines && !fragment.eq_ignore_ascii_case("top")
}

#[cfg(test)]
mod tests {
    use super::super::{Anchor, Fault, Outcome, Place};
    use super::*;
    use crate::source::SitePath;
    use crate::text::Span;

    fn gathered(fragments: &[&str]) -> Gathered {
        let url = Url::parse("https://a.org/").unwrap();
        let place = |fragment: &&str| Place {
            plain: None,
            path: SitePath::new("a.md").unwrap(),
            span: Span::at(0),
            written: String::new(),
            fragment: Some((*fragment).to_owned()),
        };
        let places = fragments.iter().map(place).collect();
        Gathered { wanted: [(url.to_string(), Wanted { url, places })].into(), ..Gathered::default() }
    }

    #[test]
    fn only_places_in_pages_are_looked_for() {
        let fragments = ["usage", "top", "L10", "L10-L20", "/route", "!/x", ":~:text=a", "page=5", "access_token=s3cret", "Lint", "a-b"];
        let plan = plan(&gathered(&fragments), &Cache::default(), &LinkSettings::default(), 0, Mode::Usual);
        assert!(plan.questions[0].anchors.iter().eq(["Lint", "a-b", "usage"]));
        let without = LinkSettings { anchors: false, ..LinkSettings::default() };
        assert!(super::plan(&gathered(&fragments), &Cache::default(), &without, 0, Mode::Usual).questions[0].anchors.is_empty());
    }

    #[test]
    fn answers_are_believed_as_long_as_they_are_young() {
        let settings = LinkSettings { cache_age_s: 100, failure_age_s: 10, ..LinkSettings::default() };
        let asked = |answer: &Answer, age: u64, mode: Mode| {
            let gathered = gathered(&["usage"]);
            let mut cache = Cache::default();
            cache.put(key(&gathered.wanted["https://a.org/"].url, &settings), 1000, answer);
            let plan = plan(&gathered, &cache, &settings, 1000 + age, mode);
            assert_eq!(plan.answers.len() + plan.questions.len(), 1);
            !plan.questions.is_empty()
        };
        let with = |outcome: Outcome, anchor: Option<Anchor>| {
            let mut answer = Answer::new(outcome);
            answer.anchors = anchor.into_iter().map(|anchor| ("usage".to_owned(), anchor)).collect();
            answer
        };
        let good = with(Outcome::Status(200), Some(Anchor::There));
        assert_eq!([asked(&good, 99, Mode::Usual), asked(&good, 100, Mode::Usual), asked(&good, 1, Mode::Refresh)], [false, true, true]);
        for bad in [
            with(Outcome::Status(404), None),
            with(Outcome::Status(503), None),
            with(Outcome::Fault(Fault::Timeout), None),
            with(Outcome::Status(200), Some(Anchor::Missing(None))),
        ] {
            assert_eq!([asked(&bad, 9, Mode::Usual), asked(&bad, 10, Mode::Usual), asked(&bad, 10_000, Mode::Offline)], [false, true, false]);
        }
        assert!(asked(&with(Outcome::Status(200), None), 1, Mode::Usual), "nobody has looked for the anchor yet");
        assert!(!asked(&with(Outcome::Status(200), None), 1, Mode::Offline));
    }
}
