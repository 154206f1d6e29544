//! What stands behind the marks of a code fence: the language, a file name, lines to point out, danger.
//!
//! Knows the forms of GitHub, mdBook, Pandoc and `MkDocs`. Reads what is unambiguous and leaves the rest alone: it may be meant for another program.

use super::{Document, Fence};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::text::{Span, count};

/// Lines behind a code fence that the block doesn't have.
pub const INVALID_FENCE: Kind = Kind {
    code: "invalid-fence",
    severity: Severity::Warning,
    subject: Subject::Text,
    summary: "a code block points out lines that it doesn't have",
    docs: "Numbers in braces behind the language of a code block are lines to point out. Lines that aren't there point at nothing: the block \
was shortened, or the numbers are swapped.

    ```yaml {7}
    replicas: 6
    ```

Count the lines of the block from 1, the first line after the fence:

    ```yaml {1}
    replicas: 6
    ```",
};

/// What stands behind the marks of a fence, besides the language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FenceInfo {
    /// The name of the file that the block shows.
    pub title: Option<String>,
    /// The lines to point out, as they are written.
    pub highlights: Vec<Lines>,
    /// Whether the lines are to be numbered.
    pub numbers: bool,
    /// Whether its commands do harm.
    pub harm: Harm,
}

/// Lines of a code block, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lines {
    /// The first.
    pub first: usize,
    /// The last; before the first where somebody swapped them.
    pub last: usize,
    /// Where they are named.
    pub span: Span,
}

/// What an author says about the harm that the commands of a block do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Harm {
    /// Nothing.
    #[default]
    Unsaid,
    /// None: `safe`.
    Safe,
    /// They do harm: `danger`, perhaps with words.
    Danger(Option<String>),
}

impl Fence {
    /// Whether each line of the content is to be pointed out.
    #[must_use]
    pub fn highlighted(&self) -> Vec<bool> {
        let total = if self.info.highlights.is_empty() { 0 } else { self.content.lines().count() };
        // Where ranges begin and end, so that a thousand of them cost no more than the lines.
        let mut borders = vec![0_i64; total + 1];
        for lines in self.info.highlights.iter().filter(|lines| lines.first >= 1 && lines.first <= lines.last && lines.first <= total) {
            let ends = [(lines.first - 1, 1), (lines.last.min(total), -1)];
            for (at, step) in ends {
                if let Some(border) = borders.get_mut(at) {
                    *border += step;
                }
            }
        }
        let mut depth = 0;
        let mut inside = |border: &i64| {
            depth += border;
            depth > 0
        };
        borders.iter().take(total).map(&mut inside).collect()
    }
}

/// Reads the first line of a fenced block that stands at `block`.
pub(super) fn read(text: &str, block: Span) -> FenceInfo {
    let line = block.of(text).lines().next().unwrap_or_default();
    let bare = line.trim_start_matches(['>', ' ', '\t']);
    let info = bare.trim_start_matches(['`', '~']);
    let mut reader = Reader { text: info, offset: block.start() + line.len() - info.len(), at: 0, words: 0, info: FenceInfo::default() };
    reader.read();
    reader.info
}

struct Reader<'a> {
    text: &'a str,
    /// Where the text begins in the document.
    offset: usize,
    at: usize,
    /// The words read so far: the first one is the language.
    words: usize,
    info: FenceInfo,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Takes what `is_part` wants.
    fn take(&mut self, is_part: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    fn read(&mut self) {
        loop {
            self.take(|c| c.is_whitespace() || matches!(c, ',' | '}' | '='));
            if self.rest().is_empty() {
                return;
            }
            if self.rest().starts_with('{') {
                self.at += 1;
                self.braces();
                continue;
            }
            let word = self.take(|c| !c.is_whitespace() && !matches!(c, ',' | '{' | '}' | '='));
            if self.rest().starts_with('=') && !word.is_empty() {
                self.at += 1;
                let (value, span) = self.value();
                self.attribute(word, value, span);
            } else {
                self.words += 1;
                // The first word is the language, even if it is called like a mark.
                if self.words > 1 {
                    self.mark(word);
                }
            }
        }
    }

    /// Numbers of lines in braces. Attributes in braces are read like those outside.
    fn braces(&mut self) {
        // Only as far as there are numbers: a line full of braces must not be read once for each of them.
        let rest = self.rest();
        let end = rest.find(|c: char| !(c.is_ascii_digit() || c.is_whitespace() || matches!(c, ',' | '-'))).unwrap_or(rest.len());
        let (inside, after) = rest.split_at_checked(end).unwrap_or_default();
        if after.starts_with('}') && inside.contains(|c: char| c.is_ascii_digit()) {
            self.lines(inside, self.offset + self.at);
            self.at += inside.len();
        }
    }

    /// A value with or without quotes, and where it stands.
    fn value(&mut self) -> (&'a str, Span) {
        let quote = self.rest().chars().next().filter(|c| matches!(c, '"' | '\''));
        let (value, start) = if let Some(quote) = quote {
            let start = self.at + 1;
            let inside = self.text.get(start..).unwrap_or_default().split(quote).next().unwrap_or_default();
            self.at = (start + inside.len() + 1).min(self.text.len());
            (inside, start)
        } else {
            let start = self.at;
            (self.take(|c| !c.is_whitespace() && !matches!(c, ',' | '}')), start)
        };
        (value, Span::new(self.offset + start, self.offset + start + value.len()))
    }

    fn attribute(&mut self, name: &str, value: &str, span: Span) {
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "title" | "filename" if !value.is_empty() => self.info.title = Some(value.to_owned()),
            "danger" => self.info.harm = Harm::Danger(Some(value.to_owned()).filter(|value| !value.is_empty())),
            "hl_lines" if value.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | ',')) => self.lines(value, span.start()),
            "linenums" => self.info.numbers = true,
            _ => {}
        }
    }

    fn mark(&mut self, word: &str) {
        match word.trim_start_matches('.').to_ascii_lowercase().as_str() {
            "danger" if !matches!(self.info.harm, Harm::Danger(_)) => self.info.harm = Harm::Danger(None),
            "safe" if self.info.harm == Harm::Unsaid => self.info.harm = Harm::Safe,
            "numbers" | "numberlines" | "showlinenumbers" => self.info.numbers = true,
            _ => {}
        }
    }

    /// `2,4-6`, with its place in the document.
    fn lines(&mut self, text: &str, start: usize) {
        let mut at = start;
        for part in text.split([',', ' ', '\t']) {
            let span = Span::new(at, at + part.len());
            at = span.end() + 1;
            if part.is_empty() {
                continue;
            }
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            // A number that is no number, or too large for one, is no line.
            let number = |digits: &str| digits.parse().unwrap_or(0);
            self.info.highlights.push(Lines { first: number(first), last: number(last), span });
        }
    }
}

/// Reports the first line that each block points out and doesn't have.
pub(super) fn judge(document: &Document, found: &mut Vec<Diagnostic>) {
    for fence in document.fences.iter().filter(|fence| !fence.info.highlights.is_empty()) {
        let total = fence.content.lines().count();
        let Some(lines) = fence.info.highlights.iter().find(|lines| lines.first == 0 || lines.last < lines.first || lines.last > total) else {
            continue;
        };
        let written = lines.span.of(&document.text);
        let (message, help) = if lines.first == 0 || lines.last == 0 {
            (format!("'{written}' is no line of the block"), "write lines as `{2,4-6}`, counted from 1")
        } else if lines.last < lines.first {
            (format!("the lines '{written}' run backwards"), "write the smaller number first")
        } else {
            (
                format!("the block has {}, so there is no line {}", count(total, "line"), lines.last),
                "count the lines from 1, the first after the fence",
            )
        };
        found.push(Diagnostic::new(&INVALID_FENCE, &document.path, lines.span, message).help(help));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SitePath, Source};

    fn parse(text: &str) -> (Document, Vec<Diagnostic>) {
        Document::parse(&Source::new(SitePath::new("content/a.md").unwrap(), text))
    }

    #[test]
    fn every_form_of_information_is_read() {
        let of = |info: &str| {
            let (document, found) = parse(&format!("```{info}\n1\n2\n3\n4\n5\n6\n```\n"));
            assert!(found.is_empty(), "{info}: {found:?}");
            let fence = &document.fences[0];
            let lines: String = fence.highlighted().iter().map(|marked| if *marked { 'x' } else { '.' }).collect();
            let harm = match &fence.info.harm {
                Harm::Unsaid => "",
                Harm::Safe => "safe",
                Harm::Danger(words) => words.as_deref().unwrap_or("danger"),
            };
            let title = fence.info.title.as_deref().unwrap_or_default();
            format!("{}|{title}|{lines}|{harm}|{}", fence.language, if fence.info.numbers { "numbers" } else { "" })
        };
        for (info, expected) in [
            ("", "||||"),
            ("bash", "bash||||"),
            ("yaml title=\"deploy/values.yaml\" {2,4-6}", "yaml|deploy/values.yaml|.x.xxx||"),
            ("yaml{2,4-6} title=a.yaml", "yaml|a.yaml|.x.xxx||"),
            ("bash danger", "bash|||danger|"),
            ("bash safe", "bash|||safe|"),
            ("bash safe danger", "bash|||danger|"),
            ("bash danger=\"Ends every session\"", "bash|||Ends every session|"),
            ("bash,ignore", "bash||||"),
            ("rust,editable,filename=src/a.rs", "rust|src/a.rs|||"),
            ("{.bash title='a b' .numberLines}", "bash|a b|||numbers"),
            ("{.python hl_lines=\"2 4-6\" linenums=\"1\"}", "python||.x.xxx||numbers"),
            ("js showLineNumbers {1}", "js||x.....||numbers"),
            ("title=\"a.conf\"", "|a.conf|||"),
            ("danger", "danger||||"),
            ("bash title=", "bash||||"),
            ("bash {if: x}", "bash||||"),
            ("bash {title=\"{1}\"}", "bash|{1}|||"),
        ] {
            assert_eq!(of(info), expected, "{info}");
        }
    }

    #[test]
    fn a_line_full_of_marks_takes_no_longer_than_its_length() {
        for piece in ["{", "{1,", "a=\"", "=", "a={", "}{", "{1}"] {
            let _ = parse(&format!("```bash {}\nx\n```\n", piece.repeat(300_000)));
        }
    }

    #[test]
    fn lines_that_are_not_there_are_found() {
        for (info, expected) in [
            ("{1}", ""),
            ("{3}", "3 | the block has 2 lines, so there is no line 3"),
            ("{1,2-9,12}", "2-9 | the block has 2 lines, so there is no line 9"),
            ("{2-1}", "2-1 | the lines '2-1' run backwards"),
            ("{0}", "0 | '0' is no line of the block"),
            ("{99999999999999999999999}", "99999999999999999999999 | '99999999999999999999999' is no line of the block"),
            ("{--}", ""),
        ] {
            for (open, line, close) in [("", "", ""), ("- ", "  ", ""), ("> ", "> ", "")] {
                let text = format!("{open}```yaml {info}\n{line}a: 1\n{line}b: 2\n{line}```{close}\n");
                let (_, found) = parse(&text);
                let shown: Vec<String> = found.iter().map(|found| format!("{} | {}", found.span.of(&text), found.message)).collect();
                assert_eq!(shown.join(""), expected, "{text}");
            }
        }
    }
}
