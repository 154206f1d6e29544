//! Source code as HTML with a small set of classes that the theme colours.

use std::collections::HashMap;
use std::sync::OnceLock;

use syntect::parsing::{BasicScopeStackOp, ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};
use syntect::util::LinesWithEndings;

use super::escape::text;

/// Code longer than this in bytes isn't highlighted: nobody reads it for its colours, and it would hold up the build.
const LENGTH_LIMIT: usize = 200_000;
/// Nor is code with a line longer than this.
const LINE_LIMIT: usize = 4_000;

/// Scopes of Sublime Text's grammars and the class of each; of two that fit, the longer one counts.
const CLASSES: &[(&str, &str)] = &[
    ("comment", "comment"),
    ("string", "string"),
    ("string.regexp", "string"),
    ("string.unquoted", ""),
    ("constant", "constant"),
    ("constant.numeric", "number"),
    ("constant.character.escape", "escape"),
    ("constant.character", "escape"),
    ("keyword", "keyword"),
    ("keyword.operator", "operator"),
    ("storage", "keyword"),
    ("storage.type", "keyword"),
    ("entity.name", "function"),
    ("entity.name.type", "type"),
    ("entity.name.class", "type"),
    ("entity.name.struct", "type"),
    ("entity.name.enum", "type"),
    ("entity.name.tag", "tag"),
    ("entity.name.section", "heading"),
    ("entity.other.attribute-name", "attribute"),
    ("support", "support"),
    ("support.type", "type"),
    ("variable", "variable"),
    ("variable.parameter", "parameter"),
    ("variable.function", "function"),
    ("variable.language", "constant"),
    ("punctuation", "punctuation"),
    ("punctuation.definition.string", "string"),
    ("punctuation.definition.comment", "comment"),
    ("markup.inserted", "inserted"),
    ("markup.deleted", "deleted"),
    ("markup.heading", "heading"),
    ("invalid", "invalid"),
    ("meta.mapping.key", "attribute"),
    ("meta.function-call", ""),
];

/// Names that writers use for languages which the grammars call otherwise.
const ALIASES: &[(&str, &str)] = &[
    ("console", "bash"),
    ("docker", "dockerfile"),
    ("golang", "go"),
    ("hcl", "terraform"),
    ("jsonc", "json"),
    ("json5", "json"),
    ("shell", "bash"),
    ("shell-session", "bash"),
    ("terminal", "bash"),
    ("yml", "yaml"),
    ("zsh", "bash"),
];

/// Highlights code. The grammars are loaded when the first block with a known language comes.
#[derive(Default)]
pub(super) struct Highlighter {
    grammars: OnceLock<Grammars>,
}

struct Grammars {
    syntaxes: SyntaxSet,
    classes: Vec<(Scope, &'static str)>,
}

impl Highlighter {
    /// The code as HTML; without colours where the language isn't known.
    pub(super) fn html(&self, language: &str, code: &str) -> String {
        let colourful = !matches!(language, "" | "text" | "txt" | "plain" | "plaintext" | "mermaid" | "none")
            && code.len() <= LENGTH_LIMIT
            && code.lines().all(|line| line.len() <= LINE_LIMIT);
        let highlighted = if colourful { self.highlighted(language, code) } else { None };
        highlighted.unwrap_or_else(|| text(code))
    }

    fn highlighted(&self, language: &str, code: &str) -> Option<String> {
        let grammars = self.grammars.get_or_init(Grammars::load);
        let name = ALIASES.iter().find(|(alias, _)| *alias == language).map_or(language, |(_, name)| name);
        let syntax = grammars.syntaxes.find_syntax_by_token(name)?;
        grammars.html(syntax, code)
    }
}

impl Grammars {
    fn load() -> Self {
        let classes = CLASSES.iter().filter_map(|(scope, class)| Some((Scope::new(scope).ok()?, *class))).collect();
        Self { syntaxes: two_face::syntax::extra_newlines(), classes }
    }

    /// None if the grammar can't cope with the code.
    fn html(&self, syntax: &SyntaxReference, code: &str) -> Option<String> {
        let mut state = ParseState::new(syntax);
        let mut scopes = ScopeStack::new();
        let mut known: HashMap<Scope, Option<&'static str>> = HashMap::new();
        // The class of each scope on the stack: its own, else that of the scope around it.
        let mut classes: Vec<&'static str> = Vec::new();
        let mut out = Pieces::default();
        for line in LinesWithEndings::from(code) {
            let mut from = 0;
            for (at, operation) in state.parse_line(line, &self.syntaxes).ok()? {
                out.push(line.get(from..at)?, classes.last().copied().unwrap_or_default());
                from = at;
                let hook = |operation, stack: &[Scope]| match operation {
                    BasicScopeStackOp::Push(scope) => {
                        let around = classes.last().copied().unwrap_or_default();
                        let own = *known.entry(scope).or_insert_with(|| self.class(scope));
                        classes.push(own.unwrap_or(around));
                    }
                    BasicScopeStackOp::Pop => classes.truncate(stack.len()),
                };
                scopes.apply_with_hook(&operation, hook).ok()?;
            }
            out.push(line.get(from..)?, classes.last().copied().unwrap_or_default());
        }
        Some(out.finish())
    }

    fn class(&self, scope: Scope) -> Option<&'static str> {
        let fitting = self.classes.iter().filter(|(prefix, _)| prefix.is_prefix_of(scope));
        fitting.max_by_key(|(prefix, _)| prefix.len()).map(|(_, class)| *class)
    }
}

/// Text in spans, neighbours of one class in one span.
#[derive(Default)]
struct Pieces {
    html: String,
    open: &'static str,
    pending: String,
}

impl Pieces {
    fn push(&mut self, piece: &str, class: &'static str) {
        if piece.is_empty() {
            return;
        }
        // White space has no colour, so it stays in whatever span is open.
        if class != self.open && !piece.trim().is_empty() {
            self.flush();
            self.open = class;
        }
        self.pending.push_str(piece);
    }

    fn flush(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let pending = std::mem::take(&mut self.pending);
        // Trailing white space goes outside of the span: a span then never holds an empty line's end.
        let words = pending.trim_end();
        let rest = pending.strip_prefix(words).unwrap_or_default();
        if self.open.is_empty() || words.is_empty() {
            self.html.push_str(&text(words));
        } else {
            self.html.extend(["<span class=\"hl-", self.open, "\">", &text(words), "</span>"]);
        }
        self.html.push_str(rest);
    }

    fn finish(mut self) -> String {
        self.flush();
        self.html
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_languages_get_classes_and_lose_no_text() {
        let highlighter = Highlighter::default();
        for (language, code, part) in [
            ("bash", "echo \"hi $USER\" # note\n", "<span class=\"hl-comment\"># note</span>"),
            ("yaml", "key: 12\nlist:\n  - 'a'\n", "<span class=\"hl-number\">12</span>"),
            ("json", "{\"a\": true}\n", "hl-constant"),
            ("rust", "fn main() {}\n", "hl-keyword"),
            ("dockerfile", "FROM alpine\n", "hl-keyword"),
            ("hcl", "a = \"b\"\n", "hl-string"),
            ("shell", "ls\n", "hl-"),
        ] {
            let html = highlighter.html(language, code);
            assert!(html.contains(part), "{language}: {html}");
            let mut text = String::new();
            let mut inside = false;
            for character in html.chars() {
                match character {
                    '<' => inside = true,
                    '>' => inside = false,
                    _ if !inside => text.push(character),
                    _ => {}
                }
            }
            assert_eq!(text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"), code);
        }
    }

    #[test]
    fn unknown_and_huge_code_is_only_escaped() {
        let highlighter = Highlighter::default();
        assert_eq!(highlighter.html("klingon", "a < b & c\n"), "a &lt; b &amp; c\n");
        let huge = "x".repeat(LENGTH_LIMIT + 1);
        assert_eq!(highlighter.html("bash", &huge), huge);
    }
}
