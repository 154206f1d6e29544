//! Answers as findings.

use std::collections::BTreeMap;

use super::address::{secrets, shown};
use super::answer::{Anchor, Answer, Fault, Outcome};
use super::gather::{Gathered, Place, Wanted};
use super::kinds::{DEAD_LINK, MISSING_REMOTE_ANCHOR, MOVED_LINK, REFUSED_LINK, UNREACHABLE_LINK};
use crate::config::LinkSettings;
use crate::diagnostic::{Diagnostic, Kind, Related};
use crate::source::SitePath;
use crate::text::count;

/// Other places that a finding shows; all others are counted.
const SHOWN_PLACES: usize = 5;

/// Whether an answer gives nothing to complain of.
pub(super) fn is_good(answer: &Answer, settings: &LinkSettings) -> bool {
    let missing = answer.anchors.values().any(|anchor| matches!(anchor, Anchor::Missing(_)));
    matches!(answer.outcome, Outcome::Status(status) if settings.accepts(status)) && !missing
}

/// Whether an answer is one: of what wasn't asked nothing is known.
pub(super) fn is_worth_keeping(answer: &Answer) -> bool {
    answer.outcome != Outcome::Fault(Fault::GivenUp)
}

/// The findings, one for each place that uses a bad address, sorted. [`merge`] makes one of those that say the same; what doesn't count is taken out
/// between the two, so that a waiver in one document hides nothing in others.
#[must_use]
pub fn judge(gathered: &Gathered, answers: &BTreeMap<String, Answer>, settings: &LinkSettings) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (place, why) in &gathered.invalid {
        let message = format!("'{}' is no address: {why}", shown(&place.written));
        found.push(at(&DEAD_LINK, place, message).help("mend it, or put it in backticks if it is no link"));
    }
    let given_up = given_up(gathered, answers);
    for (address, wanted) in &gathered.wanted {
        let Some(answer) = answers.get(address) else { continue };
        match answer.outcome {
            Outcome::Status(status) if settings.accepts(status) => {
                found.extend(wanted.places.iter().filter_map(|place| missing_anchor(place, wanted, answer)));
                found.extend(moved(wanted, answer));
            }
            Outcome::Status(status) => found.extend(bad_status(wanted, status, answer.wait_s)),
            Outcome::Fault(Fault::GivenUp) => found.extend(not_asked(wanted, &given_up)),
            Outcome::Fault(fault) => found.extend(no_answer(wanted, fault)),
        }
    }
    Diagnostic::sort(&mut found);
    found
}

/// One finding of all that say the same of one address. Moves stay one for each document, so that each can be mended.
#[must_use]
pub fn merge(findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut merged: Vec<Diagnostic> = Vec::new();
    let mut by_message: BTreeMap<(&'static str, String, Option<SitePath>), (usize, usize)> = BTreeMap::new();
    for mut finding in findings {
        let file = (finding.kind == &MOVED_LINK).then(|| finding.path.clone());
        let key = (finding.kind.code, finding.message.clone(), file);
        let Some((index, others)) = by_message.get_mut(&key) else {
            by_message.insert(key, (merged.len(), 0));
            merged.push(finding);
            continue;
        };
        let Some(first) = merged.get_mut(*index) else { continue };
        *others += 1;
        first.severity = first.severity.max(finding.severity);
        first.fix.append(&mut finding.fix);
        if *others <= SHOWN_PLACES {
            *first = first.clone().related(&finding.path, finding.span, "used here too");
            // Where it stands in an included file.
            let elsewhere: Vec<Related> = finding.related.into_iter().filter(|other| !first.related.contains(other)).collect();
            first.related.extend(elsewhere);
        }
    }
    for (index, others) in by_message.into_values() {
        if let (Some(finding), Some(more)) = (merged.get_mut(index), others.checked_sub(SHOWN_PLACES).filter(|more| *more > 0)) {
            finding.notes.push(if more == 1 { "1 more place uses it".to_owned() } else { format!("{more} more places use it") });
        }
    }
    Diagnostic::sort(&mut merged);
    merged
}

fn at(kind: &'static Kind, place: &Place, message: String) -> Diagnostic {
    Diagnostic::new(kind, &place.path, place.span, message)
}

fn bad_status(wanted: &Wanted, status: u16, wait_s: Option<u64>) -> Vec<Diagnostic> {
    let (kind, what, help): (_, _, &[&str]) = match status {
        404 | 410 => (&DEAD_LINK, "is gone", &["link to where the page is now, or take the link out"]),
        408 | 425 | 429 | 500..=599 => {
            (&UNREACHABLE_LINK, "can't be reached", &["ask again later with `opsbook links`; what fails for weeks is gone"])
        }
        401 | 403 | 407 => (
            &REFUSED_LINK,
            "can't be read",
            &["give opsbook what the server asks for in `[links.headers]` of book.toml, or leave the address out with `exclude` in [links]"],
        ),
        _ => (&REFUSED_LINK, "can't be read", &["open the address; if all is well, let `accept` in [links] of book.toml name this status"]),
    };
    let wait = wait_s.filter(|wait| *wait > 0).map_or_else(String::new, |wait| format!(", and asks to wait {}", time(wait)));
    let message = format!("'{}' {what}: the server answers {status}{}{wait}", shown(wanted.url.as_str()), reason(status));
    all(wanted, |place| help.iter().fold(at(kind, place, message.clone()).label(format!("answers {status}")), |finding, help| finding.help(*help)))
}

/// A time to wait as people say it.
fn time(seconds: u64) -> String {
    let (number, unit) = match seconds {
        0..=119 => (seconds, "second"),
        120..=7_199 => (seconds.div_ceil(60), "minute"),
        _ => (seconds.div_ceil(3_600), "hour"),
    };
    usize::try_from(number).map_or_else(|_| "for ever".to_owned(), |number| count(number, unit))
}

/// What a status means, for those that are met.
fn reason(status: u16) -> &'static str {
    match status {
        401 => ", sign in first",
        403 => ", forbidden",
        404 => ", not found",
        405 => ", not this way",
        408 => ", too slow",
        410 => ", gone",
        429 => ", too many requests",
        451 => ", not for legal reasons",
        500 => ", a fault of the server",
        502 => ", a fault of a server behind it",
        503 => ", out of service",
        504 => ", a server behind it didn't answer",
        _ => "",
    }
}

fn no_answer(wanted: &Wanted, fault: Fault) -> Vec<Diagnostic> {
    let help = match fault {
        Fault::Timeout => "ask again later, or give the server more time: `timeout = \"60s\"` in [links] of book.toml",
        Fault::NoHost => "mend the name of the host, or leave it out with `exclude` in [links] of book.toml if only others can see it",
        Fault::Redirects => "open the address; it may want somebody to be signed in",
        _ => "open the address, and ask again later with `opsbook links`",
    };
    let message = format!("'{}' can't be reached: the server {}", shown(wanted.url.as_str()), fault.words());
    all(wanted, |place| at(&UNREACHABLE_LINK, place, message.clone()).label("no answer").help(help))
}

/// How many addresses of each host weren't asked.
fn given_up<'a>(gathered: &'a Gathered, answers: &BTreeMap<String, Answer>) -> BTreeMap<&'a str, usize> {
    let mut counts = BTreeMap::new();
    for (address, wanted) in &gathered.wanted {
        if answers.get(address).is_some_and(|answer| answer.outcome == Outcome::Fault(Fault::GivenUp)) {
            *counts.entry(wanted.url.host_str().unwrap_or_default()).or_default() += 1;
        }
    }
    counts
}

fn not_asked(wanted: &Wanted, counts: &BTreeMap<&str, usize>) -> Vec<Diagnostic> {
    let host = wanted.url.host_str().unwrap_or_default();
    let number = match counts.get(host) {
        Some(1) | None => "1 more address of it wasn't asked".to_owned(),
        Some(number) => format!("{number} more addresses of it weren't asked"),
    };
    let message = format!("'{host}' failed too often in this run: {number}");
    let help = "ask again later; `rate` and `connections` in [links] of book.toml make opsbook ask more slowly";
    all(wanted, |place| at(&UNREACHABLE_LINK, place, message.clone()).label("not asked").help(help))
}

fn missing_anchor(place: &Place, wanted: &Wanted, answer: &Answer) -> Option<Diagnostic> {
    let fragment = place.fragment.as_ref()?;
    let Anchor::Missing(nearest) = answer.anchors.get(fragment)? else { return None };
    let finding = at(&MISSING_REMOTE_ANCHOR, place, format!("'{}' has no anchor '{}'", shown(wanted.url.as_str()), shown_anchor(fragment)));
    Some(match nearest {
        Some(near) => finding.label(format!("did you mean '#{near}'?")).help(format!("write '#{near}', or leave the anchor out")),
        None => finding.label("shows the top of the page").help("write an anchor that the page has, or leave it out"),
    })
}

/// An anchor without what opens doors: some carry tokens as queries do.
fn shown_anchor(fragment: &str) -> String {
    shown(&format!("#{fragment}")).split_off(1)
}

/// A page that has moved for good. Where the address stands as it is, it can be replaced.
fn moved(wanted: &Wanted, answer: &Answer) -> Vec<Diagnostic> {
    let Some(moved) = answer.moved.as_ref().filter(|moved| secrets(moved).is_empty() && moved.as_str() != wanted.url.as_str()) else {
        return Vec::new();
    };
    // What would end a link, a table cell or a YAML text is left to people.
    let is_plain = !moved.contains(['(', ')', '<', '>', '"', '\'', '|', '`', '[', ']', '\\']) && !moved.contains(char::is_whitespace);
    let message = format!("'{}' has moved for good to '{moved}'", shown(wanted.url.as_str()));
    all(wanted, |place| {
        let instead = place.fragment.as_ref().map_or_else(|| moved.clone(), |fragment| format!("{moved}#{fragment}"));
        let finding = at(&MOVED_LINK, place, message.clone()).label("the old address").help(format!("write '{}'", shown(&instead)));
        match place.plain.filter(|_| is_plain && secrets(&instead).is_empty()) {
            Some(span) => finding.edit(span, instead),
            None => finding,
        }
    })
}

fn all(wanted: &Wanted, finding: impl Fn(&Place) -> Diagnostic) -> Vec<Diagnostic> {
    wanted.places.iter().map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::super::gather;
    use super::super::test::handbook;
    use super::*;
    use crate::diagnostic::Severity;

    const TEXT: &str = "# A\n\n[x](https://u:s3cret@a.org/p#one), [y](https://u:s3cret@a.org/p), <https://u:s3cret@a.org/p>\n";

    fn judged(text: &str, answer: &Answer) -> Vec<Diagnostic> {
        let (handbook, sources) = handbook(&[("a.md", text), ("b.md", text)]);
        let settings = LinkSettings::default();
        let gathered = gather(&handbook, &sources, &settings);
        let answers = gathered.wanted.keys().map(|url| (url.clone(), answer.clone())).collect();
        judge(&gathered, &answers, &settings)
    }

    #[test]
    fn answers_are_findings_of_one_address_with_all_its_places() {
        for (outcome, code, severity) in [
            (Outcome::Status(404), Some("dead-link"), Severity::Error),
            (Outcome::Status(410), Some("dead-link"), Severity::Error),
            (Outcome::Status(401), Some("refused-link"), Severity::Warning),
            (Outcome::Status(304), Some("refused-link"), Severity::Warning),
            (Outcome::Status(418), Some("refused-link"), Severity::Warning),
            (Outcome::Status(429), Some("unreachable-link"), Severity::Warning),
            (Outcome::Status(500), Some("unreachable-link"), Severity::Warning),
            (Outcome::Status(599), Some("unreachable-link"), Severity::Warning),
            (Outcome::Fault(Fault::Timeout), Some("unreachable-link"), Severity::Warning),
            (Outcome::Fault(Fault::GivenUp), Some("unreachable-link"), Severity::Warning),
            (Outcome::Status(200), None, Severity::Warning),
            (Outcome::Status(204), None, Severity::Warning),
        ] {
            let found = judged(TEXT, &Answer::new(outcome));
            assert_eq!(found.len(), if code.is_some() { 6 } else { 0 }, "{outcome:?}");
            let merged = merge(found);
            assert_eq!(merged.first().map(|finding| (finding.kind.code, finding.severity)), code.map(|code| (code, severity)), "{outcome:?}");
            assert!(merged.len() < 2 && merged.iter().all(|finding| finding.related.len() == 5));
            assert!(merged.iter().all(|finding| !format!("{finding:?}").contains("s3cret")), "{outcome:?}");
        }
    }

    #[test]
    fn how_long_a_server_wants_to_wait_is_told() {
        for (wait_s, told) in [(None, ""), (Some(0), ""), (Some(1), ", and asks to wait 1 second"), (Some(3600), ", and asks to wait 60 minutes")] {
            let answer = Answer { wait_s, ..Answer::new(Outcome::Status(429)) };
            assert!(judged(TEXT, &answer)[0].message.ends_with(&format!("the server answers 429, too many requests{told}")), "{wait_s:?}");
        }
        assert_eq!((time(119), time(7_200), time(u64::MAX)), ("119 seconds".into(), "2 hours".into(), "5124095576030432 hours".into()));
    }

    #[test]
    fn many_places_are_counted() {
        let text = format!("# A\n\n{}", "[x](https://a.org/)\n".repeat(50));
        let merged = merge(judged(&text, &Answer::new(Outcome::Status(404))));
        assert_eq!((merged.len(), merged[0].related.len(), merged[0].notes[0].as_str()), (1, 5, "94 more places use it"));
    }

    #[test]
    fn moves_are_mended_in_each_document() {
        let text = "# A\n\n[x](http://a.org/p#one) and [y](http://a.org/p), <http://a.org/p>\n\n| a |\n|---|\n| http://a.org/p |\n\n[d]\n\n[d]: http://a.org/p\n";
        let mut answer = Answer::new(Outcome::Status(200));
        answer.moved = Some("https://a.org/new".to_owned());
        let merged = merge(judged(text, &answer));
        assert_eq!(merged.iter().map(|finding| (finding.path.as_str(), finding.fix.len())).collect::<Vec<_>>(), [("a.md", 5), ("b.md", 5)]);
        let mended = crate::mend::apply(text, &merged[0].fix);
        assert_eq!(mended, text.replace("http://a.org/p", "https://a.org/new"));
        for odd in ["https://a.org/(x)", "https://a.org/?token=x"] {
            answer.moved = Some(odd.to_owned());
            assert!(merge(judged(text, &answer)).iter().all(|finding| finding.fix.is_empty()), "{odd}");
        }
    }

    #[test]
    fn missing_anchors_stand_where_they_are_named() {
        let mut answer = Answer::new(Outcome::Status(200));
        answer.anchors = [("one".to_owned(), Anchor::Missing(Some("on".to_owned()))), ("two".to_owned(), Anchor::Unknown)].into();
        let merged = merge(judged("# A\n\n[x](https://a.org/#one) [y](https://a.org/#two) [z](https://a.org/)\n", &answer));
        assert_eq!(merged.len(), 1);
        assert_eq!((merged[0].message.as_str(), merged[0].span.start(), merged[0].related.len()), ("'https://a.org/' has no anchor 'one'", 9, 1));
        assert_eq!(merged[0].helps, ["write '#on', or leave the anchor out"]);
    }
}
