//! Source code as pieces with a small set of classes that the theme colours. Must not know how they are written.

mod lines;
mod pieces;
mod record;

use std::sync::OnceLock;

use syntect::parsing::{Scope, SyntaxSet};
use syntect::util::LinesWithEndings;

pub(super) use lines::KnownLines;
use lines::Reader;
use pieces::Class;
pub(super) use pieces::Piece;
pub(super) use record::Record;

use crate::blocks::code::session::{self, LineKind};

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
    classes: Vec<(Scope, Class)>,
}

impl Highlighter {
    /// Whether code of a language is plain whatever it says.
    pub(super) fn is_plain(language: &str) -> bool {
        matches!(language, "" | "text" | "txt" | "plain" | "plaintext" | "mermaid" | "none")
    }

    /// The pieces that code consists of, by the lines that are known already; none where the language isn't known: then all of it is plain.
    pub(super) fn pieces(&self, known: &mut KnownLines, language: &str, code: &str) -> Vec<Piece> {
        let colourful = !Self::is_plain(language) && code.len() <= LENGTH_LIMIT && code.lines().all(|line| line.len() <= LINE_LIMIT);
        let highlighted = if colourful { self.highlighted(known, language, code) } else { None };
        highlighted.unwrap_or_default()
    }

    fn highlighted(&self, known: &mut KnownLines, language: &str, code: &str) -> Option<Vec<Piece>> {
        let grammars = self.grammars.get_or_init(Grammars::load);
        let name = ALIASES.iter().find(|(alias, _)| *alias == language).map_or(language, |(_, name)| name);
        let syntax = grammars.syntaxes.find_syntax_by_token(name)?;
        let reader = Reader { grammars, syntax, known };
        match session::read(language, code) {
            None => reader.pieces(LinesWithEndings::from(code).map(|line| (line, 0))),
            Some(lines) => {
                // Only commands are code: output is nobody's language.
                let commands = lines.iter().map(|line| {
                    let text = code.get(line.range.clone()).unwrap_or_default();
                    (text, if let LineKind::Command(prompt) = line.kind { prompt } else { text.len() })
                });
                reader.pieces(commands)
            }
        }
    }
}

impl Grammars {
    fn load() -> Self {
        let classes = CLASSES.iter().filter_map(|(scope, class)| Some((Scope::new(scope).ok()?, Class::named(class)?))).collect();
        Self { syntaxes: two_face::syntax::extra_newlines(), classes }
    }

    fn class(&self, scope: Scope) -> Option<Class> {
        let fitting = self.classes.iter().filter(|(prefix, _)| prefix.is_prefix_of(scope));
        fitting.max_by_key(|(prefix, _)| prefix.len()).map(|(_, class)| *class)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every piece that has a class, with the class.
    fn coloured(language: &str, code: &str) -> String {
        let pieces = Highlighter::default().pieces(&mut KnownLines::default(), language, code);
        let mut start = 0;
        let mut shown = Vec::new();
        for piece in &pieces {
            assert!(piece.end() > start, "{language}: {pieces:?}");
            shown.push(format!("{}:{}", piece.class().name(), &code[start..piece.end()]));
            start = piece.end();
        }
        assert!(pieces.is_empty() || start == code.len(), "{language}: {pieces:?}");
        shown.join("|")
    }

    #[test]
    fn known_languages_get_classes_and_lose_no_text() {
        for (language, code, part) in [
            ("bash", "echo \"hi $USER\" # note\n", "comment:# note"),
            ("yaml", "key: 12\nlist:\n  - 'a'\n", "number:12"),
            ("json", "{\"a\": true}\n", "constant:true"),
            ("rust", "fn main() {}\n", "keyword:fn"),
            ("dockerfile", "FROM alpine\n", "keyword:FROM"),
            ("hcl", "a = \"b\"\n", "string:\"b\""),
            ("shell", "ls\n", "function:ls"),
        ] {
            let found = coloured(language, code);
            assert!(found.contains(part), "{language}: {found}");
        }
    }

    #[test]
    fn every_class_has_a_name() {
        for (scope, class) in CLASSES {
            assert_eq!(Class::named(class).map(Class::name), Some(*class), "{scope}");
        }
    }

    #[test]
    fn the_output_of_a_session_is_no_code() {
        let found = coloured("console", "$ echo 'a'\nif \"true\n$ echo 'b'\n");
        assert!(found.contains("string:'b'") && found.contains(":\nif \"true\n$ |"), "{found}");
    }

    #[test]
    fn unknown_and_huge_code_is_plain() {
        assert_eq!(coloured("klingon", "a < b & c\n"), "");
        assert_eq!(coloured("bash", &"x".repeat(LENGTH_LIMIT + 1)), "");
    }
}
