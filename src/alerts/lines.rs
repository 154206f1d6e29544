//! The last way to read rules: line by line, where a file isn't YAML. So a file that somebody breaks loses nothing that can be seen in it.

use super::Rule;
use crate::config::Alerts;
use crate::source::SitePath;
use crate::text::Span;

/// Every alert whose name stands in a line of its own, with what the lines below it say up to the next rule.
pub(super) fn rules(text: &str, path: &SitePath, settings: &Alerts) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    let (mut offset, mut is_alert) = (0, false);
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let start = offset;
        offset += line.len();
        let Some((key, value, at)) = entry(line) else { continue };
        let span = Span::new(start + at, start + at + value.len());
        match key {
            "alert" => {
                let (alert, span) = unquoted(value, span);
                // What stands below a rule without a name is no other rule's.
                is_alert = !alert.is_empty();
                let rule = Rule { alert: alert.to_owned(), path: path.clone(), span, line: index + 1, ..Rule::nameless(path) };
                rules.extend(Some(rule).filter(|_| is_alert));
            }
            "record" => is_alert = false,
            _ => {}
        }
        let Some(rule) = rules.last_mut().filter(|_| is_alert && !value.is_empty()) else { continue };
        let (value, span) = unquoted(value, span);
        // Of what stands there twice, as in the branches of a template, the first counts.
        if key == settings.severity {
            rule.severity.get_or_insert_with(|| value.to_owned());
        } else if key == settings.annotation {
            rule.runbook_url.get_or_insert_with(|| (value.to_owned(), span));
        } else if key == "for" {
            rule.hold.get_or_insert_with(|| value.to_owned());
        } else if key == "summary" {
            rule.summary.get_or_insert_with(|| value.to_owned());
        }
    }
    rules
}

/// The key and the value of a line, and where in it the value begins.
fn entry(line: &str) -> Option<(&str, &str, usize)> {
    let content = line.trim_start_matches([' ', '\t', '-', '"', '\'']);
    let (key, rest) = content.split_once(':').filter(|(_, rest)| rest.starts_with(char::is_whitespace) || rest.is_empty())?;
    let value = rest.trim();
    let at = line.len() - rest.trim_start().len();
    Some((key.trim_end_matches(['"', '\'']), value, at))
}

/// A value without its quotation marks, or without the comment behind it.
fn unquoted(value: &str, span: Span) -> (&str, Span) {
    for quote in ['"', '\''] {
        let inner = value.strip_prefix(quote).and_then(|rest| rest.split_once(quote)).map(|(inner, _)| inner);
        if let Some(inner) = inner {
            return (inner, Span::new(span.start() + 1, span.start() + 1 + inner.len()));
        }
    }
    let plain = value.split(" #").next().unwrap_or(value).trim_end();
    (plain, Span::new(span.start(), span.start() + plain.len()))
}
