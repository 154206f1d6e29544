//! The placeholders that a document declares: words in its commands that each reader fills in.
//!
//! Knows the front matter and what a placeholder looks like in code. Must not know where it is used.

use std::ops::Range;

use regex::RegexBuilder;
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Hir, HirKind};

use super::front_matter::INVALID_FRONT_MATTER;
use crate::data::{Fields, Key, KeyDocs, Node, Shape};
use crate::diagnostic::Diagnostic;
use crate::source::SitePath;
use crate::text::Span;

/// The keys of a placeholder.
pub const PLACEHOLDER_KEYS: &[KeyDocs] = &[
    KeyDocs::new("description", "What to fill in, in one sentence.", Shape::Text),
    KeyDocs::new("default", "The value that stands there at first.", Shape::Text),
    KeyDocs::new("example", "A value as it may look.", Shape::Text),
    KeyDocs::new("pattern", "A regular expression that the whole value must match.", Shape::Regex),
    KeyDocs::new("values", "The values to choose from.", Shape::OneOrMore(&Shape::Text)),
];

/// The most characters of a name.
const NAME_LIMIT: usize = 60;
/// The most bytes that a compiled pattern may take.
const PATTERN_LIMIT: usize = 1 << 18;
/// How deep the parts of a pattern may be nested.
const PATTERN_NESTING: u32 = 50;
/// What is repeated at most so often may vary in itself: browsers try so few ways in no time.
const FEW: u32 = 10;
/// Beginnings of parts of a pattern that browsers read in another way, or not at all.
const FOREIGN_PATTERNS: &[&str] = &["(?P", "(?i", "(?x", "(?s", "(?m", "(?u", "(?U", "(?R", "(?-", "[[:", "\\A", "\\z", "\\x{"];

/// A word in commands that each reader fills in: `<pod>`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Placeholder {
    /// The word, without its brackets.
    pub name: String,
    /// Where it is declared.
    pub span: Span,
    /// What to fill in.
    pub description: Option<String>,
    /// The value that stands there at first.
    pub default: Option<String>,
    /// A value as it may look.
    pub example: Option<String>,
    /// A regular expression that the whole value must match.
    pub pattern: Option<String>,
    /// The values to choose from.
    pub values: Vec<String>,
}

/// Reads the placeholders of the front matter.
pub(super) fn read(front: &Node, path: &SitePath, diagnostics: &mut Vec<Diagnostic>) -> Vec<Placeholder> {
    let Some(node) = front.get("placeholders") else { return Vec::new() };
    Fields::new(node, "'placeholders'", &INVALID_FRONT_MATTER, path, diagnostics);
    let named = node.entries().iter().filter_map(|(key, node)| {
        if !is_name(&key.name) {
            diagnostics.push(
                Diagnostic::new(&INVALID_FRONT_MATTER, path, key.span, format!("'{}' can't be the name of a placeholder", key.name))
                    .help("begin with a letter; letters, digits, spaces, '-', '_' and '.' may follow"),
            );
            return None;
        }
        Some(placeholder(key, node, path, diagnostics))
    });
    named.collect()
}

fn placeholder(key: &Key, node: &Node, path: &SitePath, diagnostics: &mut Vec<Diagnostic>) -> Placeholder {
    let mut found = Placeholder { name: key.name.clone(), span: key.span, ..Placeholder::default() };
    if let Some(description) = node.scalar() {
        found.description = Some(description).filter(|text| !text.trim().is_empty());
        return found;
    }
    let what = format!("placeholder '{}'", key.name);
    let mut fields = Fields::new(node, &what, &INVALID_FRONT_MATTER, path, diagnostics);
    fields.only(PLACEHOLDER_KEYS);
    found.description = fields.text("description");
    found.default = fields.text("default");
    found.example = fields.text("example");
    found.values = fields.texts("values").into_iter().map(|(value, _)| value).collect();
    let place = |key: &str| node.get(key).map_or(node.span, |node| node.span);
    if let Some(pattern) = fields.text("pattern") {
        match compiled(&pattern) {
            Ok(regex) => {
                for (key, value) in [("default", &found.default), ("example", &found.example)] {
                    if let Some(value) = value.as_ref().filter(|value| !regex.is_match(value)) {
                        fields.report(place(key), format!("'{value}' doesn't match the pattern of {what}"), "mend the value or the pattern");
                    }
                }
                found.pattern = Some(pattern);
            }
            Err(fault) => {
                fields.report(place("pattern"), format!("the pattern of {what} can't be used: {fault}"), "mend the pattern, or take it out");
            }
        }
    }
    if let Some(default) = found.default.as_ref().filter(|default| !found.values.is_empty() && !found.values.contains(default)) {
        fields.report(place("default"), format!("'{default}' is none of the values of {what}"), format!("write one of: {}", found.values.join(", ")));
    }
    found
}

/// The pattern for whole values, or why browsers and opsbook don't agree on it.
fn compiled(pattern: &str) -> Result<regex::Regex, String> {
    if let Some(foreign) = FOREIGN_PATTERNS.iter().find(|foreign| pattern.contains(**foreign)) {
        return Err(format!("browsers can't read '{foreign}'"));
    }
    let whole = format!("^(?:{})$", as_in_browsers(pattern));
    let regex = RegexBuilder::new(&whole).size_limit(PATTERN_LIMIT).nest_limit(PATTERN_NESTING).build().map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => "it takes too much memory: repeat less".to_owned(),
        _ => "it isn't a regular expression".to_owned(),
    })?;
    match ParserBuilder::new().nest_limit(PATTERN_NESTING).build().parse(&whole) {
        Ok(parsed) if !is_slow(&parsed, false) => Ok(regex),
        _ => Err(format!("browsers may take hours over it: what repeats more than {FEW} times must not vary in itself")),
    }
}

/// The pattern with `\d`, `\w` and `\b` as browsers know them: of ASCII alone.
fn as_in_browsers(pattern: &str) -> String {
    let mut read = String::with_capacity(pattern.len());
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            read.push(character);
            continue;
        }
        match characters.next() {
            Some('d') => read.push_str("[0-9]"),
            Some('D') => read.push_str("[^0-9]"),
            Some('w') => read.push_str("[0-9A-Za-z_]"),
            Some('W') => read.push_str("[^0-9A-Za-z_]"),
            Some('b') => read.push_str("(?-u:\\b)"),
            escaped => {
                read.push('\\');
                read.extend(escaped);
            }
        }
    }
    read
}

/// Whether a browser, which tries one way after another, may find so many ways to read a value that it never ends: something that
/// repeats holds something that may be longer or shorter.
fn is_slow(part: &Hir, in_many: bool) -> bool {
    match part.kind() {
        HirKind::Repetition(repeated) => {
            let varies = repeated.max != Some(repeated.min);
            let widely = varies && repeated.max.is_none_or(|most| most > FEW);
            (in_many && varies) || is_slow(&repeated.sub, in_many || widely)
        }
        HirKind::Alternation(parts) => in_many || parts.iter().any(|part| is_slow(part, in_many)),
        HirKind::Concat(parts) => parts.iter().any(|part| is_slow(part, in_many)),
        HirKind::Capture(capture) => is_slow(&capture.sub, in_many),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => false,
    }
}

/// Whether something in angle brackets can be a placeholder.
fn is_name(name: &str) -> bool {
    let ends = name.starts_with(char::is_alphabetic) && name.ends_with(char::is_alphanumeric);
    ends && name.chars().count() <= NAME_LIMIT && name.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.'))
}

/// Every `<name>` in code, with its place, brackets included.
pub fn in_brackets(code: &str) -> impl Iterator<Item = (&str, Range<usize>)> {
    code.match_indices('<').filter_map(|(start, _)| {
        let rest = code.get(start + 1..)?;
        // A name has so many characters at most, so that a text full of brackets costs no more than its length.
        let end = rest.char_indices().take(NAME_LIMIT + 1).find(|(_, c)| matches!(c, '>' | '<' | '\n')).filter(|(_, c)| *c == '>')?.0;
        let name = rest.get(..end).filter(|name| is_name(name))?;
        let before = code.get(..start).and_then(|before| before.chars().next_back());
        (before != Some('<')).then_some((name, start..start + end + 2))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::source::Source;

    fn read_all(front: &str) -> (Vec<Placeholder>, Vec<String>) {
        let text = format!("---\nplaceholders:\n{front}---\n# T\n");
        let (document, found) = Document::parse(&Source::new(SitePath::new("content/a.md").unwrap(), text.as_str()));
        (document.meta.placeholders.into_vec(), found.iter().map(|found| format!("{} | {}", found.span.of(&text), found.message)).collect())
    }

    #[test]
    fn every_key_is_read() {
        let (found, faults) = read_all(
            "  pod: The pod to restart\n  bare:\n  replicas: { description: How many, default: 6, example: 8, pattern: '\\d+' }\n  env: { values: [staging, production] }\n",
        );
        assert_eq!(faults, [""; 0]);
        let shown: Vec<String> = found
            .iter()
            .map(|of| format!("{} {:?} {:?} {:?} {:?} {:?}", of.name, of.description, of.default, of.example, of.pattern, of.values))
            .collect();
        assert_eq!(
            shown,
            [
                "pod Some(\"The pod to restart\") None None None []",
                "bare None None None None []",
                "replicas Some(\"How many\") Some(\"6\") Some(\"8\") Some(\"\\\\d+\") []",
                "env None None None None [\"staging\", \"production\"]",
            ]
        );
    }

    #[test]
    fn faults_are_found_at_their_place() {
        for (front, expected) in [
            ("  '1st': x\n", "'1st' | '1st' can't be the name of a placeholder"),
            ("  '<pod>': x\n", "'<pod>' | '<pod>' can't be the name of a placeholder"),
            ("  pod: { desciption: x }\n", "desciption | unknown key 'desciption' in placeholder 'pod'"),
            ("  pod: { pattern: '(a' }\n", "'(a' | the pattern of placeholder 'pod' can't be used: it isn't a regular expression"),
            ("  pod: { pattern: '(?i)a' }\n", "'(?i)a' | the pattern of placeholder 'pod' can't be used: browsers can't read '(?i'"),
            (
                "  pod: { pattern: '(x{1000}){1000}' }\n",
                "'(x{1000}){1000}' | the pattern of placeholder 'pod' can't be used: it takes too much memory: repeat less",
            ),
            (
                "  pod: { pattern: '([a-z0-9]+-?)+' }\n",
                "'([a-z0-9]+-?)+' | the pattern of placeholder 'pod' can't be used: browsers may take hours over it: what repeats more than 10 times must not vary in itself",
            ),
            ("  pod: { pattern: 'a+', example: ab }\n", "ab | 'ab' doesn't match the pattern of placeholder 'pod'"),
            ("  pod: { values: [a, b], default: c }\n", "c | 'c' is none of the values of placeholder 'pod'"),
        ] {
            assert_eq!(read_all(front).1, [expected], "{front}");
        }
        assert_eq!(read_all("  - pod\n").1.len(), 1);
    }

    #[test]
    fn patterns_are_quick_in_browsers_and_mean_the_same() {
        for (pattern, value, expected) in [
            ("[a-z0-9-]+", "a-1", Ok(true)),
            ("v(\\d+\\.){2}\\d+", "v1.20.3", Ok(true)),
            ("[a-z]+(-[a-z]+){0,5}", "a-b-c", Ok(true)),
            ("(?:ab)+", "abab", Ok(true)),
            ("\\d+", "\u{664}", Ok(false)),
            ("[\\w.]+", "a_1.b", Ok(true)),
            ("\\w+", "größe", Ok(false)),
            ("\\W\\D\\b\\\\d", "!a\\d", Ok(true)),
            ("größe", "größe", Ok(true)),
            ("([a-z0-9]+-?)+", "", Err(())),
            ("(a*)*", "", Err(())),
            ("(?:x(a?a){3,})", "", Err(())),
            ("(a{1,2}){1,50}", "", Err(())),
            ("(a|aa)*", "", Err(())),
        ] {
            assert_eq!(compiled(pattern).map(|regex| regex.is_match(value)).map_err(drop), expected, "{pattern}");
        }
    }

    #[test]
    fn names_in_brackets_are_found() {
        for (code, expected) in [
            ("kubectl delete pod <pod> -n <name space>", "pod,name space"),
            ("cat <<EOF >out", ""),
            ("a < b > c <in> <1st> <> <a@b.org> <https://x.org>", "in"),
            ("<größe><a><b", "größe,a"),
            ("<a\nb>", ""),
        ] {
            let found: Vec<&str> = in_brackets(code)
                .map(|(name, range)| {
                    assert_eq!(&code[range], format!("<{name}>"));
                    name
                })
                .collect();
            assert_eq!(found.join(","), expected, "{code}");
        }
        assert_eq!(in_brackets(&"<".repeat(100_000)).count(), 0);
    }
}
