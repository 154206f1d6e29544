use std::collections::BTreeMap;
use std::fmt::Write;

use serde::{Deserialize, Serialize};

use super::{NEVER_LISTED, unknown_code};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject, Suppressed, Suppression};
use crate::source::{SitePath, Source};
use crate::text::{Span, count};

/// A baseline with a line that can't be read, or that isn't there.
pub const INVALID_BASELINE: Kind = Kind {
    code: "invalid-baseline",
    severity: Severity::Error,
    subject: Subject::Waivers,
    summary: "the baseline can't be read, or a line of it isn't what `opsbook baseline update` writes",
    docs: "The baseline lists the findings that were there before: one JSON object a line, below a first line that names its version. \
A line that can't be read lists nothing.

    {\"opsbookBaseline\":1}
    <<<<<<< HEAD
    {\"path\":\"content/a.md\",\"code\":\"broken-link\",\"message\":\"broken link: there is no 'b.md'\"}

Take the marks of the merge out, or let opsbook write the file again, which keeps what is still there:

    opsbook baseline update",
};

/// An entry of the baseline that matches no finding any more.
pub const STALE_BASELINE: Kind = Kind {
    code: "stale-baseline",
    severity: Severity::Warning,
    subject: Subject::Waivers,
    summary: "the baseline lists a finding that isn't there any more",
    docs: "The baseline only shrinks. A line whose finding has been mended would hide the same fault when it comes back.

    {\"path\":\"content/a.md\",\"code\":\"broken-link\",\"message\":\"broken link: there is no 'b.md'\"}

Take the line out, or let opsbook do it:

    opsbook baseline update

To hold everyone to it, make it an error:

    [checks]
    stale-baseline = \"error\"",
};

/// The version of the format.
const VERSION: u32 = 1;

/// The findings that were there when the baseline was written.
#[derive(Debug, Clone, Default)]
pub struct Baseline {
    entries: Vec<Entry>,
    /// Whether the file is of another kind or version, and not to be written over.
    pub is_foreign: bool,
}

#[derive(Debug, Clone)]
struct Entry {
    finding: Listed,
    /// The line that it stands on.
    line: Span,
}

/// The first line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    #[serde(rename = "opsbookBaseline")]
    version: u32,
}

/// One line: findings that share all that stays when lines move.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    path: String,
    code: String,
    message: String,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    count: usize,
}

fn one() -> usize {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants a function of a reference")]
fn is_one(count: &usize) -> bool {
    *count == 1
}

/// What tells findings apart: path, code and message.
type Key<'a> = (&'a str, &'a str, &'a str);

fn key(finding: &Diagnostic) -> Key<'_> {
    (finding.path.as_str(), finding.kind.code, &finding.message)
}

impl Baseline {
    /// Reads a baseline. A line that can't be read is a finding and lists nothing; a file of another kind or version lists nothing at all.
    pub fn parse(source: &Source, codes: &[&str], diagnostics: &mut Vec<Diagnostic>) -> Self {
        let mut baseline = Self::default();
        let mut start = 0;
        let mut has_head = false;
        for line in source.text.split_inclusive('\n') {
            let span = Span::new(start, start + line.len()).trimmed(&source.text);
            start += line.len();
            let text = line.trim().trim_start_matches('\u{FEFF}');
            if text.is_empty() {
                continue;
            }
            if !has_head {
                if let Err(finding) = head(text, &source.path, span) {
                    diagnostics.push(*finding);
                    return Self { entries: Vec::new(), is_foreign: true };
                }
                has_head = true;
                continue;
            }
            match serde_json::from_str::<Listed>(text) {
                Err(_) => {
                    let finding = Diagnostic::new(&INVALID_BASELINE, &source.path, span, "this line lists no finding")
                        .help("take it out, or write the file again with `opsbook baseline update`");
                    diagnostics.push(finding);
                }
                Ok(finding) => match unlistable(&finding.code, source, span, codes) {
                    Some(fault) => diagnostics.push(fault),
                    None => baseline.entries.push(Entry { finding, line: span }),
                },
            }
        }
        baseline
    }

    /// Takes the listed findings out, and adds one for each line that lists more than there are. Gives what was taken out.
    ///
    /// Takes the findings sorted; those that are added stand at the end.
    pub fn apply(&self, path: &SitePath, diagnostics: &mut Vec<Diagnostic>) -> Vec<Suppressed> {
        let findings = std::mem::take(diagnostics);
        let mut left = self.counts();
        let mut listed = Vec::with_capacity(findings.len());
        for finding in &findings {
            let left = left.get_mut(&key(finding)).filter(|left| **left > 0);
            listed.push(left.map(|left| *left -= 1).is_some());
        }
        let mut stale = Vec::new();
        // Of lines that list the same, the last are too many.
        for entry in self.entries.iter().rev() {
            let Some(left) = left.get_mut(&entry.finding.key()) else { continue };
            let gone = (*left).min(entry.finding.count);
            *left -= gone;
            if gone > 0 {
                stale.push(entry.stale(path, gone));
            }
        }
        let mut suppressed = Vec::new();
        for (finding, listed) in findings.into_iter().zip(listed) {
            if listed {
                suppressed.push(Suppressed { diagnostic: finding, reason: Suppression::Baseline });
            } else {
                diagnostics.push(finding);
            }
        }
        diagnostics.extend(stale);
        suppressed
    }

    /// The lines about these codes alone.
    #[must_use]
    pub fn only(&self, is_meant: impl Fn(&str) -> bool) -> Self {
        let entries = self.entries.iter().filter(|entry| is_meant(&entry.finding.code)).cloned().collect();
        Self { entries, is_foreign: self.is_foreign }
    }

    /// The text of a baseline that lists these findings, as far as they can be listed and, with `within`, as far as that lists them already.
    #[must_use]
    pub fn write<'a>(findings: impl IntoIterator<Item = &'a Diagnostic>, within: Option<&Self>) -> Written {
        Self::write_beside(&Self::default(), findings, within)
    }

    /// The same with all that `kept` lists, which nobody looked for in this run.
    #[must_use]
    pub fn write_beside<'k, 'f: 'k>(kept: &'k Self, findings: impl IntoIterator<Item = &'f Diagnostic>, within: Option<&Self>) -> Written {
        let mut counts: BTreeMap<Key<'k>, usize> = kept.counts();
        for finding in findings.into_iter().filter(|finding| !NEVER_LISTED.contains(&finding.kind.code)) {
            *counts.entry(key(finding)).or_default() += 1;
        }
        let allowed = within.map(Self::counts);
        let mut written = Written { text: line(&Head { version: VERSION }), listed: 0, left_out: 0, gone: 0 };
        for ((path, code, message), found) in counts {
            let limit = allowed.as_ref().map_or(found, |allowed| allowed.get(&(path, code, message)).copied().unwrap_or(0));
            let count = found.min(limit);
            written.listed += count;
            written.left_out += found - count;
            if count > 0 {
                let listed = Listed { path: path.to_owned(), code: code.to_owned(), message: message.to_owned(), count };
                written.text.push_str(&line(&listed));
            }
        }
        let before: usize = allowed.iter().flat_map(BTreeMap::values).fold(0, |sum, count| sum.saturating_add(*count));
        written.gone = before.saturating_sub(written.listed);
        written
    }

    /// How many findings of each kind are listed.
    fn counts(&self) -> BTreeMap<Key<'_>, usize> {
        let mut counts: BTreeMap<Key<'_>, usize> = BTreeMap::new();
        for entry in &self.entries {
            let count = counts.entry(entry.finding.key()).or_default();
            *count = count.saturating_add(entry.finding.count);
        }
        counts
    }
}

/// A baseline as text, and how it came about.
pub struct Written {
    /// The whole file.
    pub text: String,
    /// Findings that it lists.
    pub listed: usize,
    /// Findings that are there and that it doesn't list, because the one before didn't.
    pub left_out: usize,
    /// Findings that the one before listed and that aren't there any more.
    pub gone: usize,
}

impl Listed {
    fn key(&self) -> Key<'_> {
        (&self.path, &self.code, &self.message)
    }
}

impl Entry {
    fn stale(&self, path: &SitePath, stale: usize) -> Diagnostic {
        let Listed { path: file, code, message, count: listed } = &self.finding;
        let (what, mend) = if stale == *listed {
            (String::new(), "take the line out".to_owned())
        } else {
            (format!("{stale} of {}: ", count(*listed, "finding")), format!("lower its count to {}", listed - stale))
        };
        Diagnostic::new(&STALE_BASELINE, path, self.line, format!("not there any more: {what}'{code}' in {file}: {message}"))
            .help(format!("{mend}, or run `opsbook baseline update`"))
    }
}

/// Reads the first line.
fn head(text: &str, path: &SitePath, span: Span) -> Result<(), Box<Diagnostic>> {
    let fault = |message: String, help: &str| Err(Box::new(Diagnostic::new(&INVALID_BASELINE, path, span, message).help(help)));
    match serde_json::from_str::<Head>(text) {
        Ok(Head { version: VERSION }) => Ok(()),
        Ok(Head { version }) => {
            fault(format!("baseline of version {version}; this opsbook reads version {VERSION}"), "use the opsbook that wrote it, or write it anew")
        }
        Err(_) => fault(
            "this is no baseline: its first line isn't `{\"opsbookBaseline\":1}`".to_owned(),
            "name a file that `opsbook baseline update` has written",
        ),
    }
}

/// What is wrong with a code of the baseline.
fn unlistable(code: &str, source: &Source, line: Span, codes: &[&str]) -> Option<Diagnostic> {
    let known = codes.contains(&code);
    if known && !NEVER_LISTED.contains(&code) {
        return None;
    }
    let quoted = format!("\"{code}\"");
    let found = line.of(&source.text).find(&quoted).map(|at| line.start() + at + 1);
    let span = found.map_or(line, |start| Span::new(start, start + code.len()));
    Some(if known {
        Diagnostic::new(&INVALID_BASELINE, &source.path, span, format!("'{code}' can't be in a baseline")).help("mend it, and take the line out")
    } else {
        unknown_code(&INVALID_BASELINE, &source.path, span, code, codes)
    })
}

/// A value as one line of JSON.
fn line(value: &impl Serialize) -> String {
    let mut line = String::new();
    // Texts and numbers always become JSON.
    let _ = writeln!(line, "{}", serde_json::to_string(value).unwrap_or_default());
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: Kind = Kind { code: "broken-link", severity: Severity::Error, subject: Subject::Links, summary: "", docs: "" };
    const HEAD: &str = "{\"opsbookBaseline\":1}\n";

    fn findings(messages: &[&str]) -> Vec<Diagnostic> {
        let path = SitePath::new("a.md").unwrap();
        let finding = |(at, message): (usize, &&str)| Diagnostic::new(&KIND, &path, Span::at(at), *message);
        messages.iter().enumerate().map(finding).collect()
    }

    fn parse(lines: &str) -> (Baseline, Vec<String>) {
        let source = Source::new(SitePath::new("baseline.jsonl").unwrap(), lines);
        let mut diagnostics = Vec::new();
        let baseline = Baseline::parse(&source, &["broken-link", "invalid-config"], &mut diagnostics);
        (baseline, diagnostics.iter().map(|finding| format!("{} | {}", finding.span.of(lines), finding.message)).collect())
    }

    fn listing(messages: &[&str]) -> String {
        Baseline::write(&findings(messages), None).text
    }

    #[test]
    fn one_line_lists_what_is_the_same() {
        let text = listing(&["say \"b\"", "x", "x"]);
        assert_eq!(
            text,
            format!(
                "{HEAD}{{\"path\":\"a.md\",\"code\":\"broken-link\",\"message\":\"say \\\"b\\\"\"}}\n\
                 {{\"path\":\"a.md\",\"code\":\"broken-link\",\"message\":\"x\",\"count\":2}}\n"
            )
        );
        assert_eq!(parse(&text).1, [""; 0]);
    }

    #[test]
    fn what_is_listed_does_not_count_and_what_is_gone_is_found() {
        let (baseline, _) = parse(&listing(&["x", "x", "y"]));
        for (now, left, stale) in [
            (vec!["x", "x", "y"], vec![], vec![]),
            (vec!["x", "x", "x", "y"], vec!["x"], vec![]),
            (vec!["x", "y", "z"], vec!["z"], vec!["not there any more: 1 of 2 findings: 'broken-link' in a.md: x"]),
            (vec!["x", "x"], vec![], vec!["not there any more: 'broken-link' in a.md: y"]),
        ] {
            let mut diagnostics = findings(&now);
            let suppressed = baseline.apply(&SitePath::new("baseline.jsonl").unwrap(), &mut diagnostics);
            let messages: Vec<_> = diagnostics.iter().map(|finding| finding.message.as_str()).collect();
            assert_eq!(messages, left.iter().chain(&stale).copied().collect::<Vec<_>>());
            assert_eq!(suppressed.len() + left.len(), now.len());
        }
    }

    #[test]
    fn it_only_shrinks() {
        let (before, _) = parse(&listing(&["x", "x", "y"]));
        let written = Baseline::write(&findings(&["x", "z"]), Some(&before));
        assert_eq!(written.text, listing(&["x"]));
        assert_eq!((written.listed, written.left_out, written.gone), (1, 1, 2));
        // Both sides of a merge took a line out.
        let merged = listing(&["x"]) + listing(&["x"]).lines().nth(1).unwrap();
        assert_eq!(Baseline::write(&findings(&["x", "x", "x"]), Some(&parse(&merged).0)).listed, 2);
    }

    #[test]
    fn lines_that_list_nothing_are_named() {
        let listed = |code: &str| format!("{HEAD}{{\"path\":\"a.md\",\"code\":\"{code}\",\"message\":\"x\"}}\n");
        for (text, expected) in [
            (listed("broken-lnk"), "broken-lnk | no check is called 'broken-lnk'".to_owned()),
            (listed("invalid-config"), "invalid-config | 'invalid-config' can't be in a baseline".to_owned()),
            (format!("{HEAD}<<<<<<< ours\n"), "<<<<<<< ours | this line lists no finding".to_owned()),
            (format!("{HEAD}{{\"path\":\"a.md\"}}\n"), "{\"path\":\"a.md\"} | this line lists no finding".to_owned()),
            ("# A document\n\ntext\n".to_owned(), "# A document | this is no baseline: its first line isn't `{\"opsbookBaseline\":1}`".to_owned()),
            ("{\"opsbookBaseline\":2}\n{}\n".to_owned(), "{\"opsbookBaseline\":2} | baseline of version 2; this opsbook reads version 1".to_owned()),
        ] {
            assert_eq!(parse(&text).1, [expected]);
        }
        for text in ["", "\n", HEAD, "\u{FEFF}{\"opsbookBaseline\":1}\r\n\r\n"] {
            assert_eq!(parse(text).1, [""; 0], "{text:?}");
        }
    }
}
