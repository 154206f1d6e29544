//! How a text asks for a part of another file: `{{#include path}}`, as mdBook writes it.

use crate::source::SitePath;
use crate::text::Span;

/// What asks for a part of another file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Directive<'a> {
    /// All of it, with the backslash of one that is escaped.
    pub span: Span,
    /// Whether a backslash before it says that it is text.
    pub is_escaped: bool,
    /// The file and the part, as they are written: `deploy.sh:rollback`.
    pub target: &'a str,
    /// What stands before it in its line if it stands there alone: nothing but spaces and the marks of quotes.
    pub lead: Option<&'a str>,
}

/// The words that ask.
const NAMES: [&str; 2] = ["include", "rustdoc_include"];

/// Every directive of a text from an offset on, in the order in which they stand.
pub(super) fn directives(text: &str, from: usize) -> impl Iterator<Item = Directive<'_>> {
    let mut at = from;
    // Where the line begins, and whether something stands in it that is more than a lead.
    let mut line = (from, false);
    std::iter::from_fn(move || {
        loop {
            let start = at + text.get(at..)?.find("{{")?;
            if let Some(newline) = text.get(at..start)?.rfind('\n') {
                line = (at + newline + 1, false);
            }
            at = start + 2;
            let Some((end, target)) = read(text, start) else {
                // `{{{` begins one character later.
                at = start + 1;
                line.1 = true;
                continue;
            };
            at = end;
            let is_escaped = text.get(..start)?.ends_with('\\');
            let span = Span::new(start - usize::from(is_escaped), end);
            let lead = text.get(line.0..start).filter(|before| !line.1 && before.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'>')));
            line.1 = true;
            let after = text.get(end..).unwrap_or_default().trim_start_matches([' ', '\t', '\r']);
            let lead = lead.filter(|_| after.is_empty() || after.starts_with('\n'));
            return Some(Directive { span, is_escaped, target, lead });
        }
    })
}

/// The directive that begins with the braces at `start`: where it ends, and its target.
fn read(text: &str, start: usize) -> Option<(usize, &str)> {
    let rest = text.get(start + 2..)?.trim_start_matches([' ', '\t']).strip_prefix('#')?;
    let inside = NAMES.iter().find_map(|name| rest.strip_prefix(name)).filter(|inside| inside.starts_with([' ', '\t', '}']))?;
    // Nothing that begins anew belongs to it, so that each byte is looked at once.
    let length = inside.find(['{', '}', '\n'])?;
    let target = inside.get(..length)?;
    inside.get(length..)?.strip_prefix("}}")?;
    let end = text.len() - inside.len() + length + 2;
    Some((end, target.trim()))
}

/// Which part of a file is meant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// All of it.
    Whole,
    /// These lines; the first is 1. Without an end all that follow.
    Lines { first: usize, last: Option<usize> },
    /// What stands between `ANCHOR: name` and `ANCHOR_END: name`.
    Region(String),
}

/// Where a path leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    /// To this file, if it is there.
    File(SitePath),
    /// To nothing: no path is written.
    Nothing,
    /// Out of the handbook.
    Outside,
    /// To a hidden file.
    Hidden,
    /// To another server.
    Remote,
}

impl Directive<'_> {
    /// The path as it is written.
    pub(super) fn path(&self) -> &str {
        self.target.split_once(':').map_or(self.target, |(path, _)| path).trim_end()
    }

    /// The part, by the rules of mdBook. There is no line 0, and nobody shall take it for the first.
    pub(super) fn part(&self) -> Part {
        let Some((_, part)) = self.target.split_once(':') else { return Part::Whole };
        let mut words = part.splitn(3, ':').map(str::trim);
        let first = words.next().unwrap_or_default();
        let number = first.parse::<usize>().ok();
        if number.is_none() && !first.is_empty() {
            return Part::Region(first.to_owned());
        }
        let last = words.next().map(|last| last.parse::<usize>().ok());
        match (number, last) {
            (None, None | Some(None)) => Part::Whole,
            (number, None) => Part::Lines { first: number.unwrap_or(1), last: number },
            (number, Some(last)) => Part::Lines { first: number.unwrap_or(1), last },
        }
    }

    /// Where the path leads from a file in `folder`. With a slash at its beginning it leads there from the folder of the documents, as that of a link does.
    pub(super) fn named(&self, folder: &str, content: &str) -> Named {
        let path = self.path();
        if path.is_empty() {
            return Named::Nothing;
        }
        if self.target.contains("://") {
            return Named::Remote;
        }
        let joined = if path.starts_with('/') { SitePath::join(content, path) } else { SitePath::join(folder, path) };
        match joined {
            Some(file) => {
                // The folder of the documents may have any name.
                let inside = file.strip(content);
                let is_hidden = inside.as_ref().unwrap_or(&file).as_str().split('/').any(|name| name.starts_with('.'));
                if is_hidden { Named::Hidden } else { Named::File(file) }
            }
            None => Named::Outside,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, &str, Option<&str>)]) {
        let found: Vec<_> = directives(text, 0).map(|found| (found.span.of(text), found.target, found.lead)).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn what_asks_for_a_file() {
        check("{{#include a.sh}}", &[("{{#include a.sh}}", "a.sh", Some(""))]);
        check("a\n  > {{ #include a b.sh:x }}\r\nb", &[("{{ #include a b.sh:x }}", "a b.sh:x", Some("  > "))]);
        check("{{#rustdoc_include a.rs:2:3}}", &[("{{#rustdoc_include a.rs:2:3}}", "a.rs:2:3", Some(""))]);
        check(
            "- {{#include a}} {{#include b}}\n{{#include c}} x",
            &[("{{#include a}}", "a", None), ("{{#include b}}", "b", None), ("{{#include c}}", "c", None)],
        );
        check("`\\{{#include a}}`", &[("\\{{#include a}}", "a", None)]);
        check("{{{#include a}}}", &[("{{#include a}}", "a", None)]);
        check("{{#include }}", &[("{{#include }}", "", Some(""))]);
        check("{{#include}}", &[("{{#include}}", "", Some(""))]);
        for text in
            ["{{#includes a}}", "{{#include} }", "{{include a}}", "{{#title a}}", "{{#include a", "{{#include a}", "{{#include a\n}}", "{{< a >}}"]
        {
            check(text, &[]);
        }
    }

    #[test]
    fn parts_are_those_of_mdbook() {
        let lines = |first, last| Part::Lines { first, last };
        for (target, expected) in [
            ("a", Part::Whole),
            ("a:", Part::Whole),
            ("a::", Part::Whole),
            ("a:2", lines(2, Some(2))),
            ("a:0", lines(0, Some(0))),
            ("a:0:", lines(0, None)),
            ("a:2:10", lines(2, Some(10))),
            ("a:2:", lines(2, None)),
            ("a::10", lines(1, Some(10))),
            ("a:2:x", lines(2, None)),
            ("a:name", Part::Region("name".into())),
            ("a:name:2", Part::Region("name".into())),
            ("a:99999999999999999999", Part::Region("99999999999999999999".into())),
        ] {
            let directive = Directive { span: Span::at(0), is_escaped: false, target, lead: None };
            assert_eq!((directive.part(), directive.path()), (expected, "a"), "{target}");
        }
    }

    #[test]
    fn paths_never_lead_out() {
        let named = |target: &str| Directive { span: Span::at(0), is_escaped: false, target, lead: None }.named("content/a", "content");
        let file = |path: &str| Named::File(SitePath::new(path).unwrap());
        assert_eq!(named("b.sh"), file("content/a/b.sh"));
        assert_eq!(named("../../scripts/b.sh:2"), file("scripts/b.sh"));
        assert_eq!(named("/b.sh"), file("content/b.sh"));
        assert_eq!(named("../../../etc/passwd"), Named::Outside);
        assert_eq!(named("/../../etc/passwd"), Named::Outside);
        for hidden in ["../../.git/config", ".env", "/.x/y"] {
            assert_eq!(named(hidden), Named::Hidden, "{hidden}");
        }
        assert_eq!(named(""), Named::Nothing);
        assert_eq!(named("https://a.example/b.sh"), Named::Remote);
        assert_eq!(named("../.."), Named::Outside);
        assert_eq!(named("a\\b"), Named::Outside);
    }
}
