//! The format of urls.lock: one address a line, so that two branches which both add some merge.
//!
//! Must not know which addresses there are.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use percent_encoding::percent_decode_str;

use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::memo::Digest;
use crate::source::{SitePath, Source};
use crate::text::Span;

/// A line of urls.lock that says nothing.
pub const INVALID_URLS_LOCK: Kind = Kind {
    code: "invalid-urls-lock",
    severity: Severity::Error,
    subject: Subject::Links,
    summary: "a line of urls.lock is no address",
    docs: "urls.lock records the addresses that others may link to: a line for each page, and below it an indented line for each anchor. Where two \
branches were merged by hand, marks of the conflict may be left in it, and what can't be read isn't watched over.

    guides/restore.html
    <<<<<<< HEAD
      #rehearse

Keep the lines of both branches, take the marks out, and let opsbook put them in order with `opsbook urls update`:

    guides/restore.html
      #rehearse",
};

const HEAD: &str =
    "# Addresses of this handbook that others may link to. `opsbook urls update` adds new ones; what is here and goes needs an alias.\n";

/// What urls.lock records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock {
    /// The hash of the file.
    pub digest: Digest,
    /// The pages by their places in the site.
    pub pages: BTreeMap<SitePath, Promise>,
}

/// A page that was published.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Promise {
    /// Its line.
    pub span: Span,
    /// Its anchors, each with its line.
    pub anchors: Vec<(String, Span)>,
}

impl Lock {
    /// Reads urls.lock. A line that can't be read is a finding and records nothing.
    #[must_use]
    pub fn parse(source: &Source, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let mut lock = Self { digest: source.digest, pages: BTreeMap::new() };
        let mut page: Option<SitePath> = None;
        let mut start = 0;
        for line in source.text.split_inclusive('\n') {
            let place = Span::new(start, start + line.len());
            start = place.end();
            let written = line.trim();
            let span = place.trimmed(&source.text);
            if written.is_empty() || (written.starts_with('#') && !line.starts_with([' ', '\t'])) {
                continue;
            }
            if let Some(anchor) = written.strip_prefix('#').filter(|anchor| !anchor.is_empty() && !anchor.contains(char::is_whitespace)) {
                match page.as_ref().and_then(|page| lock.pages.get_mut(page)) {
                    Some(promise) => promise.anchors.push((decoded(anchor), span)),
                    None => {
                        diagnostics.push(invalid(source, span, "this anchor stands below no page").help("write the address of its page above it"));
                    }
                }
            } else if let Some(address) = address(written) {
                lock.pages.entry(address.clone()).or_insert_with(|| Promise { span, anchors: Vec::new() });
                page = Some(address);
            } else {
                // Behind a merge's marks the anchors of the page before can go on; behind anything else they may be another page's.
                if !is_mark(written) {
                    page = None;
                }
                let finding = invalid(source, span, "this line is no address of a page");
                diagnostics.push(finding.help("take it out, then run `opsbook urls update`"));
            }
        }
        lock
    }

    /// The text of urls.lock that records these addresses.
    #[must_use]
    pub fn write(pages: &BTreeMap<SitePath, BTreeSet<String>>) -> String {
        let mut text = String::from(HEAD);
        for (place, anchors) in pages {
            text.extend([&encoded(place.as_str()), "\n"]);
            for anchor in anchors.iter().filter(|anchor| can_stand(anchor)) {
                text.extend(["  #", &encoded(anchor), "\n"]);
            }
        }
        text
    }
}

/// Whether an anchor is one that others link to; those of the frame begin with a colon.
pub(super) fn can_stand(anchor: &str) -> bool {
    !anchor.is_empty() && !anchor.starts_with(':')
}

fn invalid(source: &Source, span: Span, message: &str) -> Diagnostic {
    Diagnostic::new(&INVALID_URLS_LOCK, &source.path, span, message)
}

/// The place that a line names. Every page ends so, and no mark of a merge does.
fn address(written: &str) -> Option<SitePath> {
    let address = SitePath::new(&decoded(written)).filter(|_| !written.contains(char::is_whitespace))?;
    address.extension().filter(|extension| matches!(extension.to_lowercase().as_str(), "html" | "htm"))?;
    Some(address)
}

/// Whether a line is one that git leaves where two branches say different things.
fn is_mark(written: &str) -> bool {
    ["<<<<<<<", "|||||||", "=======", ">>>>>>>"].into_iter().any(|mark| written.starts_with(mark))
}

fn decoded(written: &str) -> String {
    percent_decode_str(written).decode_utf8_lossy().into_owned()
}

/// An address in one word: what would end it, or be read as a code for something else, is encoded.
fn encoded(address: &str) -> String {
    let mut written = String::with_capacity(address.len());
    let mut buffer = [0; 4];
    for character in address.chars() {
        if character == '%' || character == '#' || character.is_whitespace() || character.is_control() {
            for byte in character.encode_utf8(&mut buffer).bytes() {
                // Writing to a string can't fail.
                let _ = write!(written, "%{byte:02X}");
            }
        } else {
            written.push(character);
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::LOCK;

    fn read(text: &str) -> (Lock, Vec<String>) {
        let source = Source::new(SitePath::new(LOCK).unwrap(), text);
        let mut found = Vec::new();
        let lock = Lock::parse(&source, &mut found);
        (lock, found.iter().map(|finding| format!("{} | {}", finding.span.of(text), finding.message)).collect())
    }

    #[test]
    fn what_is_written_is_read() {
        let anchors = |anchors: &[&str]| anchors.iter().map(|anchor| (*anchor).to_owned()).collect::<BTreeSet<_>>();
        let pages = BTreeMap::from([
            (SitePath::new("a b%#.html").unwrap(), anchors(&["x", "ü 50%", "#", ""])),
            (SitePath::new("guides/index.html").unwrap(), anchors(&[])),
        ]);
        let text = Lock::write(&pages);
        assert_eq!(text.lines().skip(1).collect::<Vec<_>>(), ["a%20b%25%23.html", "  #%23", "  #x", "  #ü%2050%25", "guides/index.html"]);
        let (lock, faults) = read(&text);
        let read: BTreeMap<SitePath, BTreeSet<String>> =
            lock.pages.iter().map(|(place, page)| (place.clone(), page.anchors.iter().map(|(anchor, _)| anchor.clone()).collect())).collect();
        let mut wanted = pages;
        for anchors in wanted.values_mut() {
            anchors.remove("");
        }
        assert_eq!((read, faults), (wanted, Vec::new()));
    }

    #[test]
    fn what_a_merge_leaves_is_found_and_nothing_is_lost() {
        let (lock, faults) = read("a.html\r\n<<<<<<< HEAD\n  #one\n=======\n  #two\n>>>>>>> other\n\tb.html\na.html\n  #three\n");
        let anchors: Vec<&str> = lock.pages["a.html"].anchors.iter().map(|(anchor, _)| anchor.as_str()).collect();
        assert_eq!(anchors, ["one", "two", "three"]);
        assert_eq!(lock.pages.len(), 2);
        assert_eq!(faults, ["<<<<<<< HEAD", "=======", ">>>>>>> other"].map(|line| format!("{line} | this line is no address of a page")));
        // A page that can't be read leaves no anchor to the one before it.
        let (lock, faults) = read("a.html\n  #one\nguides/b\n  #two\nc.html\n  #three\n");
        assert_eq!(lock.pages["a.html"].anchors.len() + lock.pages["c.html"].anchors.len(), 2);
        assert_eq!(faults, ["guides/b | this line is no address of a page", "#two | this anchor stands below no page"]);
        assert_eq!(read("  #x\n/etc/a.html\n../a.html\n").1.len(), 3);
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_odd(text in "[ -~\n\t\u{0}éa#.html]{0,200}") {
            let (lock, _) = read(&text);
            for (place, promise) in &lock.pages {
                proptest::prop_assert!(text.get(promise.span.start()..promise.span.end()).is_some(), "{place}");
            }
        }
    }
}
