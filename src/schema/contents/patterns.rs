//! Regular expressions that the text must match, and those that it must not.

use regex::Regex;

use super::{Content, ContentKind, Found, Part, Reader};
use crate::data::{KeyDocs, Shape};
use crate::schema::regexes;
use crate::text::Span;

/// Matches beyond this number change nothing in a finding, and a pattern may match everywhere.
const MOST: usize = 10_000;

/// Patterns that the text must match.
pub(super) const REQUIRED: ContentKind = ContentKind {
    docs: KeyDocs::new(
        "patterns",
        "Regular expressions, each of which the text as it is written must match: `'(?m)^Owner: '`. `(?m)` makes `^` and `$` match at lines.",
        Shape::Named("patterns"),
    ),
    keys: KEYS,
    read,
    usual: (1, None),
};

/// Patterns that the text must not match.
pub(super) const FORBIDDEN: ContentKind = ContentKind {
    docs: KeyDocs::new(
        "forbidden_patterns",
        "Regular expressions that the text must not match, such as the address of a retired host: `db-old\\.example\\.org`.",
        Shape::Named("patterns"),
    ),
    keys: KEYS,
    read,
    usual: (0, Some(0)),
};

const KEYS: &[KeyDocs] = &[KeyDocs::new("matching", "The regular expressions.", Shape::OneOrMore(&Shape::Regex))];

fn read(reader: &mut Reader<'_, '_>) -> Vec<Box<dyn Content>> {
    let mut patterns: Vec<Box<dyn Content>> = Vec::new();
    for (written, span) in reader.texts("matching") {
        match regexes::compile(&written) {
            Ok(regex) => patterns.push(Box::new(Pattern { regex })),
            Err(error) => {
                let message = format!("'{written}' in '{}' is no regular expression: {error}", reader.key);
                reader.fields.report(span, message, "mend the expression; `\\` takes the meaning from a mark");
            }
        }
    }
    patterns
}

#[derive(Debug)]
struct Pattern {
    regex: Regex,
}

impl Content for Pattern {
    fn count(&self, part: &Part<'_>) -> Found {
        let text = &part.document.text;
        let matches = |span: Span| -> Vec<Span> {
            let found = self.regex.find_iter(span.of(text)).take(MOST);
            found.map(|found| Span::new(span.start() + found.start(), span.start() + found.end())).collect()
        };
        Found::at(part.texts().into_iter().flat_map(matches).collect())
    }

    fn nouns(&self) -> (String, String) {
        (format!("text that matches `{}`", self.regex), format!("texts that match `{}`", self.regex))
    }
}
