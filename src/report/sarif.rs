use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{Entry, Format, Options, Position, Report, Texts, harmless_json};
use crate::diagnostic::{Diagnostic, Kind, Suppression};
use crate::source::SitePath;
use crate::text::Span;

pub(super) const FORMAT: Format = Format {
    name: "sarif",
    summary: "SARIF 2.1.0, for code scanning and editors",
    docs: "One log in the [Static Analysis Results Interchange Format](https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html) 2.1.0. Each
kind of finding that occurs is a rule with its explanation as help. A result has its place, other places, the edits that mend it, and a
fingerprint that stays when lines move. Findings that don't count are results with a suppression: `inSource` for a waiver, with its
reason and its last day, `external` for one of the baseline. Paths are below `%SRCROOT%`, the top of the repository. The same handbook
gives the same bytes.
",
    write,
};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What stands in a URI's path as it is, and the slash between segments (RFC 3986, unreserved).
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

fn write(report: &Report<'_>, options: &Options) -> String {
    let entries = report.entries();
    let mut kinds: Vec<&Kind> = entries.iter().map(|entry| entry.diagnostic.kind).collect();
    kinds.sort_by_key(|kind| kind.code);
    kinds.dedup();
    let mut texts = Texts::new(report);
    let results: Vec<Value> = entries.iter().map(|entry| result(entry, &kinds, &mut texts, options)).collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "opsbook",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "version": env!("CARGO_PKG_VERSION"),
                "rules": kinds.iter().map(|kind| rule(kind)).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { "%SRCROOT%": { "description": { "text": "the top of the repository" } } },
            "results": results,
        }],
    });
    let mut text = format!("{log:#}");
    text.push('\n');
    harmless_json(&text)
}

fn rule(kind: &Kind) -> Value {
    let docs = kind.docs.trim();
    json!({
        "id": kind.code,
        "shortDescription": { "text": kind.summary },
        "fullDescription": { "text": docs.split("\n\n").next().unwrap_or(kind.summary) },
        "help": { "text": docs, "markdown": docs },
        "defaultConfiguration": { "level": kind.severity.name() },
    })
}

fn result(Entry { diagnostic, suppression, fingerprint }: &Entry<'_>, kinds: &[&Kind], texts: &mut Texts<'_>, options: &Options) -> Value {
    let mut result = json!({
        "ruleId": diagnostic.kind.code,
        "ruleIndex": kinds.iter().position(|kind| *kind == diagnostic.kind),
        "level": diagnostic.severity.name(),
        "message": { "text": message(diagnostic, texts, options) },
        "locations": [location(&diagnostic.path, diagnostic.span, texts, options)],
        "partialFingerprints": { "opsbook/v1": fingerprint },
    });
    let mut add = |key: &str, value: Value| {
        if let Value::Object(result) = &mut result {
            result.insert(key.to_owned(), value);
        }
    };
    if !diagnostic.related.is_empty() {
        let related = diagnostic.related.iter().enumerate().map(|(id, related)| {
            let mut location = location(&related.path, related.span, texts, options);
            if let Value::Object(location) = &mut location {
                location.insert("id".to_owned(), json!(id));
                if !related.label.is_empty() {
                    location.insert("message".to_owned(), json!({ "text": plain(&related.label) }));
                }
            }
            location
        });
        add("relatedLocations", related.collect());
    }
    if let Some(fix) = fix(diagnostic, texts, options) {
        add("fixes", json!([fix]));
    }
    match suppression {
        None => {}
        Some(Suppression::Waiver { reason, until }) => {
            let justification = format!("{reason} (until {until})");
            add(
                "suppressions",
                json!([{ "kind": "inSource", "status": "accepted", "justification": justification, "properties": { "until": until } }]),
            );
        }
        Some(Suppression::Baseline) => {
            add("suppressions", json!([{ "kind": "external", "status": "accepted", "justification": "it stands in the baseline" }]));
        }
    }
    result
}

/// All that is said of a finding, a line each. Other places link to their related locations (3.11.6): GitHub shows none that
/// no message links to.
fn message(diagnostic: &Diagnostic, texts: &mut Texts<'_>, options: &Options) -> String {
    let mut lines = vec![plain(&diagnostic.message)];
    lines.extend(Some(plain(&diagnostic.label)).filter(|label| !label.is_empty()));
    for (id, related) in diagnostic.related.iter().enumerate() {
        let line = texts.place(&related.path, related.span).map_or(String::new(), |(start, _)| format!(":{}", start.line));
        let place = format!("{}{line}", plain(&options.in_repository(&related.path)));
        lines.push(match (related.path.is_embedded(), related.label.is_empty()) {
            (true, true) => place,
            (true, false) => format!("{place}: {}", plain(&related.label)),
            (false, true) => format!("[{}]({id})", link_text(&place)),
            (false, false) => format!("{place}: [{}]({id})", link_text(&related.label)),
        });
    }
    lines.extend(diagnostic.helps.iter().map(|help| format!("help: {}", plain(help))));
    lines.extend(diagnostic.notes.iter().map(|note| format!("note: {}", plain(note))));
    lines.extend(options.elsewhere(&diagnostic.path).map(|file| format!("note: the file is '{}'", plain(&file))));
    lines.join("\n")
}

/// A text without links: SARIF takes `[a](b)` for one of its own, and a message that quotes a link means none.
fn plain(text: &str) -> String {
    text.replace("](", "] (")
}

/// A text inside a link.
fn link_text(text: &str) -> String {
    plain(text).replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

/// A place. A file that comes with opsbook lies in no repository, so it has a name and no address.
fn location(path: &SitePath, span: Span, texts: &mut Texts<'_>, options: &Options) -> Value {
    if path.is_embedded() {
        return json!({ "logicalLocations": [{ "fullyQualifiedName": path.as_str(), "kind": "resource" }] });
    }
    let mut physical = json!({ "artifactLocation": artifact(path, options) });
    if let (Some(region), Value::Object(physical)) = (region(path, span, texts), &mut physical) {
        physical.insert("region".to_owned(), region);
    }
    json!({ "physicalLocation": physical })
}

/// The address of a file: below the top of the repository, or its own if the handbook was named by an absolute path.
fn artifact(path: &SitePath, options: &Options) -> Value {
    let path = options.in_repository(path);
    let encoded = utf8_percent_encode(&path, PATH);
    if path.starts_with('/') {
        json!({ "uri": format!("file://{encoded}") })
    } else {
        json!({ "uri": encoded.to_string(), "uriBaseId": "%SRCROOT%" })
    }
}

fn region(path: &SitePath, span: Span, texts: &mut Texts<'_>) -> Option<Value> {
    let (start, end): (Position, Position) = texts.place(path, span)?;
    Some(json!({ "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column }))
}

fn fix(diagnostic: &Diagnostic, texts: &mut Texts<'_>, options: &Options) -> Option<Value> {
    let replacements = diagnostic.fix.iter().filter_map(|edit| {
        let region = region(&diagnostic.path, edit.span, texts)?;
        Some(json!({ "deletedRegion": region, "insertedContent": { "text": edit.replacement } }))
    });
    let replacements: Vec<Value> = replacements.collect();
    let description = diagnostic.helps.first().map_or("mend the fault", String::as_str);
    (!replacements.is_empty() && !diagnostic.path.is_embedded()).then(|| {
        json!({
            "description": { "text": plain(description) },
            "artifactChanges": [{ "artifactLocation": artifact(&diagnostic.path, options), "replacements": replacements }],
        })
    })
}
