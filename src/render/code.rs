//! Code blocks as HTML: colours, file names, prompts and output, lines pointed out, placeholders, what destroys.
//!
//! Knows how a code block looks. Whatever is marked in it, its text stays what the author wrote, character by character.

use std::collections::BTreeSet;
use std::ops::Range;

use super::escape::{attribute, text};
use super::highlight::Piece;
use crate::blocks::code::harm::Words;
use crate::blocks::code::session::{self, LineKind};
use crate::document::{Document, Fence, in_brackets};

/// The placeholders that a document declares.
pub(super) struct Names<'a>(BTreeSet<&'a str>);

impl<'a> Names<'a> {
    pub(super) fn of(document: &'a Document) -> Self {
        Self(document.meta.placeholders.iter().map(|placeholder| placeholder.name.as_str()).collect())
    }

    /// Code within text; none if it holds no placeholder.
    pub(super) fn inline(&self, code: &str) -> Option<String> {
        let places = self.find(code);
        if places.is_empty() {
            return None;
        }
        let mut writer = Writer::new(code, &[], places);
        writer.write(0..code.len());
        Some(writer.out)
    }

    fn find(&self, code: &str) -> Vec<Range<usize>> {
        if self.0.is_empty() {
            return Vec::new();
        }
        in_brackets(code).filter(|(name, _)| self.0.contains(name)).map(|(_, range)| range).collect()
    }
}

/// A whole code block.
pub(super) fn block(fence: &Fence, pieces: &[Piece], harm: Option<&Words>, names: &Names<'_>) -> String {
    let language = attribute(&fence.language);
    let data = if language.is_empty() { String::new() } else { format!(" data-language=\"{language}\"") };
    let class = match (language.is_empty(), fence.info.numbers) {
        (true, false) => String::new(),
        (false, false) => format!(" class=\"language-{language}\""),
        (true, true) => " class=\"numbered\"".to_owned(),
        (false, true) => format!(" class=\"language-{language} numbered\""),
    };
    let (element, caption) = match &fence.info.title {
        Some(title) => ("figure", format!("<figcaption>{}</figcaption>", text(title))),
        None => ("div", String::new()),
    };
    let danger = if harm.is_some() { " danger" } else { "" };
    let label = harm.map_or_else(String::new, label);
    let code = code(fence, pieces, names);
    format!("<{element} class=\"code-block{danger}\"{data}>{caption}{label}<pre tabindex=\"0\"><code{class}>{code}</code></pre></{element}>\n")
}

/// What a block destroys, in words.
fn label(words: &Words) -> String {
    let says = match words {
        Words::Author(Some(words)) => format!("<strong>Dangerous:</strong> {}", text(words)),
        Words::Author(None) => "<strong>Dangerous:</strong> read it twice before you run it".to_owned(),
        Words::Destroys(found) => {
            let says: Vec<String> = found.iter().map(|found| format!("<code>{}</code> {}", text(&found.command), found.effect)).collect();
            format!("<strong>Destroys data:</strong> {}", says.join("; "))
        }
    };
    format!("<p class=\"danger-label\">{says}</p>")
}

/// The text of a block with all that is marked in it.
fn code(fence: &Fence, pieces: &[Piece], names: &Names<'_>) -> String {
    let code = &fence.content;
    let mut writer = Writer::new(code, pieces, names.find(code));
    let marked = fence.highlighted();
    let session = session::read(&fence.language, code);
    if session.is_none() && marked.is_empty() && !fence.info.numbers {
        writer.write(0..code.len());
        return writer.out;
    }
    let mut in_output = false;
    let mut at = 0;
    for (index, line) in code.split_inclusive('\n').enumerate() {
        let range = at..at + line.len();
        at = range.end;
        let (open, close) = match (marked.get(index), fence.info.numbers) {
            (Some(true), _) => ("<mark class=\"line\">", "</mark>"),
            (_, true) => ("<span class=\"line\">", "</span>"),
            _ => ("", ""),
        };
        let kind = session.as_ref().and_then(|lines| lines.get(index)).map(|line| line.kind);
        // Output of many lines is one element, unless a line has an element of its own.
        if in_output && !(kind == Some(LineKind::Output) && open.is_empty()) {
            writer.out.push_str("</span>");
            in_output = false;
        }
        writer.out.push_str(open);
        match kind {
            Some(LineKind::Command(prompt)) if prompt > 0 => {
                writer.out.push_str("<span class=\"prompt\">");
                writer.write(range.start..range.start + prompt);
                writer.out.push_str("</span>");
                writer.write(range.start + prompt..range.end);
            }
            Some(LineKind::Output) if !in_output => {
                writer.out.push_str("<span class=\"output\">");
                writer.write(range);
                in_output = open.is_empty();
                writer.out.push_str(if in_output { "" } else { "</span>" });
            }
            _ => writer.write(range),
        }
        writer.out.push_str(close);
    }
    writer.out.push_str(if in_output { "</span>" } else { "" });
    writer.out
}

/// Writes code in the order of its text.
struct Writer<'a> {
    code: &'a str,
    pieces: std::iter::Peekable<std::slice::Iter<'a, Piece>>,
    placeholders: std::iter::Peekable<std::vec::IntoIter<Range<usize>>>,
    out: String,
}

impl<'a> Writer<'a> {
    fn new(code: &'a str, pieces: &'a [Piece], placeholders: Vec<Range<usize>>) -> Self {
        let out = String::with_capacity(code.len() * 2);
        Self { code, pieces: pieces.iter().peekable(), placeholders: placeholders.into_iter().peekable(), out }
    }

    /// Writes a part of the code; parts come in their order.
    fn write(&mut self, range: Range<usize>) {
        let mut at = range.start;
        while at < range.end {
            // One that an element cuts in two stays text.
            while self.placeholders.next_if(|place| place.start < at).is_some() {}
            let Some(place) = self.placeholders.next_if(|place| place.end <= range.end) else {
                self.coloured(at..range.end);
                return;
            };
            self.coloured(at..place.start);
            let whole = self.code.get(place.clone()).unwrap_or_default();
            let name = attribute(whole.trim_matches(['<', '>']));
            self.out.extend(["<span class=\"placeholder\" data-placeholder=\"", &name, "\">", &text(whole), "</span>"]);
            at = place.end;
        }
    }

    /// Writes a part of the code that holds no placeholder.
    fn coloured(&mut self, range: Range<usize>) {
        let mut at = range.start;
        while at < range.end {
            while self.pieces.next_if(|piece| piece.end() <= at).is_some() {}
            let (end, class) = self.pieces.peek().map_or((range.end, ""), |piece| (piece.end().min(range.end), piece.class().name()));
            let part = self.code.get(at..end).unwrap_or_default();
            at = end;
            // The end of a line that was cut off its piece has no colour.
            let words = if class.is_empty() { "" } else { part.trim_end() };
            if !words.is_empty() {
                self.out.extend(["<span class=\"hl-", class, "\">", &text(words), "</span>"]);
            }
            self.out.push_str(&text(part.get(words.len()..).unwrap_or_default()));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::render::highlight::{Highlighter, KnownLines};
    use crate::source::{SitePath, Source};

    /// The first code block of a document, and what it shows.
    fn shown(text: &str) -> (String, Option<String>) {
        let (document, _) = Document::parse(&Source::new(SitePath::new("content/a.md").unwrap(), text));
        let names = Names::of(&document);
        let html = document.fences.first().map(|fence| {
            let pieces = Highlighter::default().pieces(&mut KnownLines::default(), &fence.language, &fence.content);
            let words = crate::blocks::code::harm::of(fence);
            (fence.content.to_string(), block(fence, &pieces, words.as_ref(), &names))
        });
        html.map_or((String::new(), None), |(content, html)| (content, Some(html)))
    }

    fn inside(text: &str) -> String {
        let html = shown(text).1.unwrap();
        let from = html.find("<code").unwrap();
        let html = if html.contains("danger-label") { &html[html.find("<pre").unwrap()..] } else { &html[from..] };
        let from = html.find("<code").unwrap();
        let from = from + html[from..].find('>').unwrap() + 1;
        html[from..html.rfind("</code>").unwrap()].to_owned()
    }

    #[test]
    fn what_is_marked_is_marked() {
        for (text, expected) in [
            ("```text\na < b\n```\n", "a &lt; b\n"),
            ("```text {2}\na\nb\nc\n```\n", "a\n<mark class=\"line\">b\n</mark>c\n"),
            ("```text numbers {2}\na\nb\n```\n", "<span class=\"line\">a\n</span><mark class=\"line\">b\n</mark>"),
            (
                "```console\n$ x\na\n\nb\n$ y\n```\n",
                "<span class=\"prompt\">$ </span><span class=\"hl-function\">x</span>\n<span class=\"output\">a\n\nb\n</span><span class=\"prompt\">$ </span><span class=\"hl-function\">y</span>\n",
            ),
            (
                "```console {2}\n$ x\na\nb\n```\n",
                "<span class=\"prompt\">$ </span><span class=\"hl-function\">x</span>\n<mark class=\"line\"><span class=\"output\">a\n</span></mark><span class=\"output\">b\n</span>",
            ),
            (
                "---\nplaceholders: { pod: x }\n---\n```text\na <pod> <b>\n```\n",
                "a <span class=\"placeholder\" data-placeholder=\"pod\">&lt;pod&gt;</span> &lt;b&gt;\n",
            ),
            (
                "---\nplaceholders: { pod: x }\n---\n```bash\necho \"a <pod> b\"\n```\n",
                "<span class=\"hl-support\">echo</span> <span class=\"hl-string\">&quot;a</span> <span class=\"placeholder\" data-placeholder=\"pod\">&lt;pod&gt;</span><span class=\"hl-string\"> b&quot;</span>\n",
            ),
        ] {
            assert_eq!(inside(text).replace("&quot;", "\""), expected.replace("&quot;", "\""), "{text}");
        }
    }

    #[test]
    fn captions_and_labels_stand_above() {
        for (text, expected) in [
            ("```yaml title=\"a<b.yaml\"\na\n```\n", "<figure class=\"code-block\" data-language=\"yaml\"><figcaption>a&lt;b.yaml</figcaption><pre"),
            (
                "```bash\nrm -rf x\n```\n",
                "<div class=\"code-block danger\" data-language=\"bash\"><p class=\"danger-label\"><strong>Destroys data:</strong> <code>rm -rf</code> removes folders and all they hold</p><pre",
            ),
            (
                "```bash danger=\"Ends <all>\"\nx\n```\n",
                "<div class=\"code-block danger\" data-language=\"bash\"><p class=\"danger-label\"><strong>Dangerous:</strong> Ends &lt;all&gt;</p><pre",
            ),
            ("```\nx\n```\n", "<div class=\"code-block\"><pre"),
        ] {
            let html = shown(text).1.unwrap();
            assert!(html.starts_with(expected), "{html}");
        }
    }

    fn text_of(html: &str) -> String {
        let mut kept = String::new();
        let mut in_tag = false;
        for character in html.chars() {
            match character {
                '<' => in_tag = true,
                '>' => in_tag = false,
                _ if !in_tag => kept.push(character),
                _ => {}
            }
        }
        kept.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
    }

    const PIECES: &[&str] = &[
        "$ ",
        "# ",
        "> ",
        "\\",
        "\n",
        " ",
        "<pod>",
        "<",
        ">",
        "&amp;",
        "\"",
        "'",
        "rm -rf ",
        "a: b",
        "<<EOF",
        "EOF",
        "é",
        "|",
        "# note",
        "if x; then",
        "\t",
    ];
    const INFOS: &[&str] = &[
        "bash",
        "console",
        "yaml {1,3-4}",
        "text numbers",
        "sql {2}",
        "console numbers {1-9}",
        "",
        "json title=\"a\"",
        "klingon",
        "bash danger {2}",
        "html",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 512, rng_seed: proptest::test_runner::RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_character_is_lost(pieces in prop::collection::vec(0..PIECES.len(), 0..40), info in 0..INFOS.len(), declared in any::<bool>()) {
            let code: String = pieces.iter().map(|index| PIECES[*index]).collect();
            let front = if declared { "---\nplaceholders: { pod: x }\n---\n" } else { "" };
            let text = format!("{front}~~~~{}\n{code}\n~~~~\n", INFOS[info]);
            let (content, html) = shown(&text);
            prop_assert!(html.is_some());
            prop_assert_eq!(text_of(&inside(&text)), content, "{}", text);
        }
    }
}
