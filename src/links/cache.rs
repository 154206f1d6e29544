//! What servers answered in earlier runs, and when.
//!
//! A line for each answer, sealed with a checksum: a file that is cut short or flipped loses the lines that it hit and no others, and one of another version
//! counts as none. Addresses stand in it as hashes only, so no secret does.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::address::secrets;
use super::answer::{Anchor, Answer, Outcome};
use super::{Moment, judge};
use crate::config::LinkSettings;
use crate::memo::{Digest, Hasher};
use crate::text::Span;

/// The first line. Another number means that older ones can't be read.
const HEAD: &str = "opsbook links 1";
/// Answers that nobody has asked for again in so many seconds are forgotten.
const KEPT_S: u64 = 90 * 24 * 60 * 60;
/// Anchors of one page that are kept; no page of a handbook is linked to in more places.
const ANCHORS: usize = 10_000;

/// Answers of earlier runs by what was asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cache {
    answers: BTreeMap<Digest, (Moment, Answer)>,
}

/// An answer as it stands on its line.
#[derive(Serialize, Deserialize)]
struct Line {
    #[serde(rename = "k")]
    key: String,
    #[serde(rename = "t")]
    asked: Moment,
    #[serde(rename = "o")]
    outcome: u16,
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    moved: Option<String>,
    /// Names of anchors, each with `0` (there), `1` (missing), `2` (unknown) or, missing, the nearest that is there.
    #[serde(rename = "a", default, skip_serializing_if = "BTreeMap::is_empty")]
    anchors: BTreeMap<String, Kept>,
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    wait_s: Option<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Kept {
    Number(u8),
    Nearest(String),
}

/// What an answer is found by: the page, and how it is asked.
#[must_use]
pub(super) fn key(url: &url::Url, settings: &LinkSettings) -> Digest {
    let how = Hasher::default().text(url.as_str()).bytes(&[u8::from(settings.head_first)]);
    let how = how.text(settings.user_agent.as_deref().unwrap_or_default());
    // Whoever gives another header hopes for another answer.
    let rules = settings.headers.iter().filter(|rule| rule.is_for(url)).flat_map(|rule| &rule.headers);
    rules.fold(how, |how, header| how.text(&header.name).text(&header.value)).finish()
}

impl Cache {
    /// Reads what [`bytes`](Self::bytes) gave. Whatever the bytes are: lines that aren't whole are left out.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Self {
        let mut lines = bytes.split(|byte| *byte == b'\n');
        if lines.next() != Some(HEAD.as_bytes()) {
            return Self::default();
        }
        Self { answers: lines.filter_map(read).collect() }
    }

    /// All answers as a file.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut text = format!("{HEAD}\n");
        for (key, (asked, answer)) in &self.answers {
            let anchors = answer.anchors.iter().take(ANCHORS).map(|(name, anchor)| (name.clone(), kept(anchor)));
            let line = Line {
                key: key.hex(32),
                asked: *asked,
                outcome: answer.outcome.number(),
                moved: answer.moved.clone(),
                anchors: anchors.collect(),
                wait_s: answer.wait_s,
            };
            if let Ok(line) = serde_json::to_string(&line) {
                text.push_str(&seal(&line));
                text.push_str(&line);
                text.push('\n');
            }
        }
        text.into_bytes()
    }

    /// The answer and how many seconds old it is; none if there is none, or if it comes from a time that hasn't been yet.
    #[must_use]
    pub(super) fn get(&self, key: Digest, now: Moment) -> Option<(&Answer, u64)> {
        let (asked, answer) = self.answers.get(&key)?;
        Some((answer, now.checked_sub(*asked)?))
    }

    /// Keeps an answer. What the server said that may be a secret isn't kept.
    pub fn put(&mut self, key: Digest, asked: Moment, answer: &Answer) {
        if !judge::is_worth_keeping(answer) {
            return;
        }
        let mut answer = answer.clone();
        answer.moved = answer.moved.filter(|moved| secrets(moved).is_empty());
        self.answers.insert(key, (asked, answer));
    }

    /// Takes in what another run has kept: of two answers to one question the newer one stays. Forgets what is old, or from a time that hasn't been yet.
    #[must_use]
    pub fn with(mut self, other: Self, now: Moment) -> Self {
        for (key, (asked, answer)) in other.answers {
            if self.answers.get(&key).is_none_or(|(known, _)| *known < asked || *known > now) {
                self.answers.insert(key, (asked, answer));
            }
        }
        self.answers.retain(|_, (asked, _)| now.checked_sub(*asked).is_some_and(|age| age <= KEPT_S));
        self
    }

    /// Number of answers.
    #[must_use]
    pub fn len(&self) -> usize {
        self.answers.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }
}

fn seal(line: &str) -> String {
    Digest::of(line.as_bytes()).hex(16)
}

fn read(line: &[u8]) -> Option<(Digest, (Moment, Answer))> {
    let text = std::str::from_utf8(line).ok()?;
    let (seals, line) = text.split_at_checked(16)?;
    if seals != seal(line) {
        return None;
    }
    let line: Line = serde_json::from_str(line).ok()?;
    let key = Digest::from_hex(&line.key)?;
    let anchors = line.anchors.into_iter().map(|(name, kept)| (name, anchor(kept))).collect();
    Some((key, (line.asked, Answer { outcome: Outcome::from_number(line.outcome)?, moved: line.moved, anchors, wait_s: line.wait_s })))
}

fn kept(anchor: &Anchor) -> Kept {
    match anchor {
        Anchor::There => Kept::Number(0),
        Anchor::Missing(None) => Kept::Number(1),
        Anchor::Missing(Some(nearest)) => Kept::Nearest(nearest.clone()),
        Anchor::Unknown => Kept::Number(2),
    }
}

fn anchor(kept: Kept) -> Anchor {
    match kept {
        Kept::Number(0) => Anchor::There,
        Kept::Number(1) => Anchor::Missing(None),
        Kept::Number(_) => Anchor::Unknown,
        Kept::Nearest(nearest) => Anchor::Missing(Some(nearest)),
    }
}

/// Whether a fragment may be kept and looked for: none that carries a token.
pub(super) fn is_harmless(fragment: &str) -> bool {
    let address = format!("//h/#{fragment}");
    secrets(&address).into_iter().all(Span::is_empty)
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::super::answer::Fault;
    use super::*;

    fn settings() -> LinkSettings {
        LinkSettings::default()
    }

    fn key_of(number: u32) -> Digest {
        key(&Url::parse(&format!("https://a.org/{number}")).unwrap(), &settings())
    }

    fn filled() -> Cache {
        let mut cache = Cache::default();
        for number in 0..20 {
            let mut answer = Answer::new(if number % 3 == 0 { Outcome::Fault(Fault::Timeout) } else { Outcome::Status(200) });
            answer.moved = (number == 5).then(|| "https://b.org/".to_owned());
            answer.wait_s = (number == 3).then_some(3600);
            if number == 6 {
                let anchors =
                    [("a", Anchor::There), ("b", Anchor::Missing(None)), ("c", Anchor::Missing(Some("d".to_owned()))), ("ü", Anchor::Unknown)];
                answer.anchors = anchors.into_iter().map(|(name, anchor)| (name.to_owned(), anchor)).collect();
            }
            cache.put(key_of(number), 1000 + u64::from(number), &answer);
        }
        cache
    }

    #[test]
    fn what_was_kept_is_found_again() {
        let cache = filled();
        assert_eq!(Cache::parse(&cache.bytes()), cache);
        let (answer, age) = cache.get(key_of(5), 1015).unwrap();
        assert_eq!((answer.moved.as_deref(), age), (Some("https://b.org/"), 10));
        assert_eq!(cache.get(key_of(5), 1004), None, "from a time that hasn't been yet");
        assert_eq!(cache.get(key_of(99), 1015), None);
    }

    #[test]
    fn damage_costs_the_lines_that_it_hits() {
        let cache = filled();
        let bytes = cache.bytes();
        for cut in (0..=bytes.len()).step_by(7) {
            let read = Cache::parse(&bytes[..cut]);
            assert!(read.answers.iter().all(|(key, answer)| cache.answers[key] == *answer), "{cut}");
        }
        for at in (0..bytes.len()).step_by(5) {
            for bit in [1, 4, 128] {
                let mut flipped = bytes.clone();
                flipped[at] ^= bit;
                let read = Cache::parse(&flipped);
                assert!(read.answers.iter().all(|(key, answer)| cache.answers[key] == *answer), "{at}");
                assert!(at <= HEAD.len() || read.len() >= cache.len() - 2, "{at}: {}", read.len());
            }
        }
        for other in [&b""[..], b"opsbook links 2\n", b"\0\xff", b"opsbook links 1", b"opsbook links 1\n\xff\xfe\n"] {
            assert!(Cache::parse(other).is_empty());
        }
        let sealed = |line: &str| format!("{HEAD}\n{}{line}\n", seal(line)).into_bytes();
        for line in ["{}", "[]", "{\"k\":\"zz\",\"t\":1,\"o\":200}", "{\"k\":\"1\",\"t\":1,\"o\":77}", "{\"k\":\"1\",\"t\":-1,\"o\":200}"] {
            assert!(Cache::parse(&sealed(line)).is_empty(), "{line}");
        }
    }

    #[test]
    fn two_runs_keep_the_newer_of_their_answers() {
        let (mut ours, mut theirs) = (Cache::default(), Cache::default());
        let status = |status| Answer::new(Outcome::Status(status));
        ours.put(key_of(1), 100, &status(200));
        ours.put(key_of(2), 300, &status(200));
        ours.put(key_of(4), 9_000_000, &status(200));
        theirs.put(key_of(1), 200, &status(404));
        theirs.put(key_of(2), 200, &status(404));
        theirs.put(key_of(3), 200, &status(404));
        let both = ours.with(theirs, 400);
        let found = |number| both.get(key_of(number), 400).map(|(answer, _)| answer.outcome.number());
        assert_eq!([found(1), found(2), found(3), found(4)], [Some(404), Some(200), Some(404), None]);
        assert!(both.with(Cache::default(), 400 + KEPT_S).is_empty());
    }

    #[test]
    fn no_secret_is_kept() {
        let mut cache = Cache::default();
        let mut answer = Answer::new(Outcome::Status(200));
        answer.moved = Some("https://b.org/?token=s3cret".to_owned());
        let url = Url::parse("https://me:s3cret@a.org/?sig=s3cret").unwrap();
        cache.put(key(&url, &settings()), 1, &answer);
        cache.put(key_of(1), 1, &Answer::new(Outcome::Fault(Fault::GivenUp)));
        assert_eq!(cache.len(), 1, "what wasn't asked isn't kept");
        assert!(!String::from_utf8(cache.bytes()).unwrap().contains("s3cret"));
        assert!(!is_harmless("access_token=s3cret") && is_harmless("usage"));
    }

    #[test]
    fn another_way_to_ask_is_another_question() {
        let url = Url::parse("https://a.org/").unwrap();
        let keys = ["", "method = 'head'", "user-agent = 'x'", "headers.'https://a.org/'.x = '1'", "headers.'https://a.org/'.x = '2'"].map(|text| {
            let source = crate::source::Source::new(crate::source::SitePath::new("book.toml").unwrap(), format!("[links]\n{text}\n"));
            key(&url, &crate::config::Config::parse(Some(&source), &mut Vec::new()).links)
        });
        for (index, one) in keys.iter().enumerate() {
            assert!(keys.iter().skip(index + 1).all(|other| other != one));
        }
    }
}
