use std::cell::LazyCell;
use std::collections::{BTreeMap, HashSet};

use jiff::civil::Date;

use super::{NEVER_WAIVED, unknown_code};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject, Suppressed, Suppression};
use crate::document::{Document, INVALID_FRONT_MATTER, INVALID_WAIVER, UNCLOSED_FRONT_MATTER, Waiver};
use crate::source::SitePath;
use crate::text::{Span, count, fold_title};

/// What a message names, worked out when it is asked for.
type Names<'a> = LazyCell<HashSet<String>, Box<dyn FnOnce() -> HashSet<String> + 'a>>;

/// The quotes of a message that are looked at; no message of ours has so many.
const QUOTES: usize = 16;

/// A waiver whose last day is past.
pub const EXPIRED_WAIVER: Kind = Kind {
    code: "expired-waiver",
    severity: Severity::Error,
    subject: Subject::Waivers,
    summary: "the last day of a waiver is past, and what it waives is still there",
    docs: "A waiver holds up to and including the day that it names. After that its findings stand again. They are reported as one finding \
at the waiver, which names them, so that someone decides anew.

    <!-- opsbook: waive broken-link until 2026-06-30: the vendor is moving its manual -->

    See [the manual](manual.md).

Mend what it waives and take the waiver out, or give it a new date if its reason still holds:

    <!-- opsbook: waive broken-link until 2026-12-31: the vendor is moving its manual -->

The day is that of UTC. With `expired-waiver = \"off\"` in book.toml the findings themselves are reported instead.",
};

/// A waiver that waives nothing.
pub const UNUSED_WAIVER: Kind = Kind {
    code: "unused-waiver",
    severity: Severity::Warning,
    subject: Subject::Waivers,
    summary: "a waiver waives nothing",
    docs: "What the waiver was for has been mended, or the waiver covers another place than its author thought. Left alone, it would hide the \
next fault of that kind without a word.

    <!-- opsbook: waive broken-link until 2027-01-31: the vendor is moving its manual -->

    See [the manual](manual.md), which is there again.

Take the waiver out:

    See [the manual](manual.md), which is there again.

A comment covers the block that it stands in, or else the block or section that follows. A waiver in the front matter covers the whole document.",
};

/// What is needed to judge waivers.
pub struct Waivers<'a> {
    /// Every document that may hold some.
    pub documents: Vec<&'a Document>,
    /// Today; none if nobody knows, and then no waiver expires.
    pub today: Option<Date>,
    /// The codes of all findings.
    pub codes: &'a [&'static str],
    /// Whether findings of a code are reported in a file, or book.toml switches them off there.
    pub is_reported: &'a dyn Fn(&str, &SitePath) -> bool,
    /// Whether this run looks for findings of a code. Nothing is said of waivers of others.
    pub is_judged: &'a dyn Fn(&str) -> bool,
}

/// A waiver and what it was used for.
struct Used<'a> {
    waiver: &'a Waiver,
    /// What it is about, in the form in which titles are compared.
    about: Option<String>,
    expired: bool,
    /// Whether it waives a finding.
    holds: bool,
    /// What it would waive if its day weren't past.
    found: Vec<Diagnostic>,
}

impl Waivers<'_> {
    /// Takes the waived findings out, and adds findings about the waivers. Gives what was taken out.
    ///
    /// Takes the findings sorted; those that are added stand at the end.
    pub fn apply(&self, diagnostics: &mut Vec<Diagnostic>) -> Vec<Suppressed> {
        let with_waivers = self.documents.iter().filter(|document| !document.waivers.is_empty());
        let mut faults = Vec::new();
        let mut by_path: BTreeMap<&SitePath, Vec<Used<'_>>> =
            with_waivers.map(|document| (&document.path, self.valid(document, &mut faults))).collect();
        if by_path.is_empty() {
            return Vec::new();
        }
        let hidden = hidden(diagnostics);
        let mut suppressed = Vec::new();
        for finding in std::mem::take(diagnostics) {
            let Some(waivers) = by_path.get_mut(&finding.path) else {
                diagnostics.push(finding);
                continue;
            };
            // Many waivers may ask for the names, or none.
            let message = finding.message.clone();
            let names: Names<'_> = LazyCell::new(Box::new(|| names(&message)));
            if let Some(waiver) = holding(waivers, &finding, &names) {
                suppressed.push(waived(waiver, &finding));
            } else if let Some(used) = waivers.iter_mut().find(|used| used.expired && used.covers(&finding, &names)) {
                used.found.push(finding);
            } else {
                diagnostics.push(finding);
            }
        }
        for (path, waivers) in by_path {
            for used in waivers {
                if !used.found.is_empty() {
                    // Nothing waives them any more: the finding at the waiver stands for them.
                    faults.push(expired(path, &used));
                } else if !used.holds && !hidden.contains(path) {
                    let is_off = !(self.is_reported)(&used.waiver.code.0, path);
                    faults.push(unused(path, used.waiver, is_off));
                }
            }
        }
        diagnostics.extend(faults);
        suppressed
    }

    /// The waivers of a document that name a finding which can be waived.
    fn valid<'b>(&self, document: &'b Document, faults: &mut Vec<Diagnostic>) -> Vec<Used<'b>> {
        let reports_expired = (self.is_reported)(EXPIRED_WAIVER.code, &document.path);
        let judged = document.waivers.iter().filter(|waiver| (self.is_judged)(&waiver.code.0));
        let valid = judged.filter(|waiver| {
            let (code, span) = &waiver.code;
            if !self.codes.contains(&code.as_str()) {
                faults.push(unknown_code(&INVALID_WAIVER, &document.path, *span, code, self.codes));
                return false;
            }
            let never = NEVER_WAIVED.contains(&code.as_str());
            if never {
                let finding = Diagnostic::new(&INVALID_WAIVER, &document.path, *span, format!("'{code}' can't be waived"))
                    .help("mend it: it hides other findings, or is about waivers themselves");
                faults.push(finding);
            }
            !never
        });
        let is_past = |waiver: &Waiver| self.today.is_some_and(|today| today > waiver.until);
        let usable = valid.map(|waiver| Used {
            waiver,
            about: waiver.about.as_deref().map(fold_title),
            expired: is_past(waiver),
            holds: false,
            found: Vec::new(),
        });
        // Where nobody hears of expired waivers, they waive nothing any more.
        usable.filter(|used| reports_expired || !used.expired).collect()
    }
}

/// The waiver that holds for a finding, a comment before the front matter. All that cover it count as used.
fn holding<'a>(waivers: &mut [Used<'a>], finding: &Diagnostic, names: &Names<'_>) -> Option<&'a Waiver> {
    let mut best: Option<&Waiver> = None;
    for used in waivers.iter_mut().filter(|used| !used.expired && used.covers(finding, names)) {
        used.holds = true;
        best = best.filter(|best| best.covers.is_some()).or(Some(used.waiver));
    }
    best
}

impl Used<'_> {
    /// Whether the waiver is for a finding, whose message names these things.
    fn covers(&self, finding: &Diagnostic, names: &Names<'_>) -> bool {
        // What is missing at the end of a section has its place behind the last character.
        let is_behind = |span: Span| finding.span == Span::at(span.end());
        let here = self.waiver.covers.is_none_or(|span| span.contains(finding.span.start()) || is_behind(span));
        here && self.waiver.code.0 == finding.kind.code && self.about.as_ref().is_none_or(|about| names.contains(about))
    }
}

/// What a message names between quotes, in the form in which titles are compared.
fn names(message: &str) -> HashSet<String> {
    let quotes = || message.match_indices('\'').map(|(at, _)| at).take(QUOTES);
    // A title can hold quotes itself, so any two of them may be the outer ones.
    let pieces = quotes().flat_map(|open| quotes().filter_map(move |close| message.get(open + 1..close)));
    // What begins or ends with a space lies between two names.
    pieces.filter(|piece| !piece.is_empty() && piece.trim() == *piece).map(fold_title).collect()
}

fn waived(waiver: &Waiver, finding: &Diagnostic) -> Suppressed {
    let reason = Suppression::Waiver { reason: waiver.reason.clone(), until: waiver.until.to_string() };
    Suppressed { diagnostic: finding.clone(), reason }
}

/// Documents of which not all findings are known, so that nobody can say what isn't used.
fn hidden(diagnostics: &[Diagnostic]) -> HashSet<SitePath> {
    let hides = |finding: &&Diagnostic| [&INVALID_FRONT_MATTER, &UNCLOSED_FRONT_MATTER].contains(&finding.kind);
    diagnostics.iter().filter(hides).map(|finding| finding.path.clone()).collect()
}

fn expired(path: &SitePath, used: &Used<'_>) -> Diagnostic {
    let Waiver { code: (code, _), until, until_span, reason, .. } = used.waiver;
    let message = match used.found.as_slice() {
        [only] => format!("waiver ended on {until}: {}", only.message),
        several => format!("waiver ended on {until}: {}", count(several.len(), &format!("'{code}' finding"))),
    };
    let finding = Diagnostic::new(&EXPIRED_WAIVER, path, *until_span, message)
        .label("this day is past")
        .help("mend what it waives and take the waiver out, or give it a new date")
        .note(format!("its reason was: {reason}"));
    used.found.iter().fold(finding, |finding, fault| finding.related(path, fault.span, fault.message.clone()))
}

fn unused(path: &SitePath, waiver: &Waiver, is_off: bool) -> Diagnostic {
    let (code, span) = &waiver.code;
    let finding = Diagnostic::new(&UNUSED_WAIVER, path, *span, format!("waiver of '{code}' waives nothing")).help("take the waiver out");
    if is_off {
        return finding.note(format!("book.toml switches '{code}' off here"));
    }
    match (&waiver.about, waiver.covers) {
        (Some(about), _) => finding.note(format!("no '{code}' that it covers is about '{about}'")),
        (None, Some(_)) => finding.note("it covers the block that it stands in, or else the block or section that follows"),
        (None, None) => finding,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_about_what_they_quote() {
        for (about, is) in
            [("Failback", true), ("2. FAILBACK:", true), ("back", false), ("Don't panic", true), ("../a.md", true), ("has no section", false)]
        {
            let names = names("'../a.md' has no section: 'Failback' or 'Don't panic'");
            assert_eq!(names.contains(&fold_title(about)), is, "{about}");
        }
    }
}
