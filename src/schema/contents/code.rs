//! Code blocks, in any of some languages.

use super::{Content, ContentKind, Found, Part, Reader};
use crate::data::{KeyDocs, Shape};
use crate::document::Fence;
use crate::text::Span;

const KEYS: &[KeyDocs] =
    &[KeyDocs::new("language", "Languages of which it has one, as they stand behind the fence: `[bash, hcl]`.", Shape::OneOrMore(&Shape::Text))];

/// A code block.
pub(super) const KIND: ContentKind = ContentKind {
    docs: KeyDocs::new("code", "A code block, in a `language` or any of several: `{ language: [bash, hcl] }`.", Shape::Named("code")),
    keys: KEYS,
    read,
    usual: (1, None),
};

fn read(reader: &mut Reader<'_, '_>) -> Vec<Box<dyn Content>> {
    let languages = reader.inside(|fields| fields.texts("language"));
    vec![Box::new(Code { languages: languages.into_iter().map(|(language, _)| language.to_lowercase()).collect() })]
}

#[derive(Debug)]
struct Code {
    languages: Vec<String>,
}

/// Names that mean the same language.
const SAME: &[&[&str]] = &[
    &["bash", "sh", "shell", "zsh", "console", "shell-session"],
    &["yaml", "yml"],
    &["hcl", "terraform", "tf"],
    &["python", "py"],
    &["javascript", "js"],
    &["typescript", "ts"],
    &["docker", "dockerfile"],
    &["rust", "rs"],
    &["ruby", "rb"],
    &["go", "golang"],
    &["markdown", "md"],
    &["text", "txt", "plain", "plaintext"],
];

fn is_same(one: &str, other: &str) -> bool {
    one == other || SAME.iter().any(|names| names.contains(&one) && names.contains(&other))
}

impl Code {
    fn fits(&self, fence: &Fence) -> bool {
        self.languages.is_empty() || self.languages.iter().any(|language| is_same(language, &fence.language))
    }
}

impl Content for Code {
    fn count(&self, part: &Part<'_>) -> Found {
        let inside = part.document.fences.iter().filter(|fence| part.holds(fence.span) && !fence.content.trim().is_empty());
        Found::at(inside.filter(|fence| self.fits(fence)).map(|fence| opening(fence, part)).collect())
    }

    fn nouns(&self) -> (String, String) {
        let within = if self.languages.is_empty() { String::new() } else { format!(" in {}", self.languages.join(" or ")) };
        (format!("code block{within}"), format!("code blocks{within}"))
    }

    fn near(&self, part: &Part<'_>) -> Option<(Span, String)> {
        let other = part.document.fences.iter().find(|fence| part.holds(fence.span) && !self.fits(fence))?;
        let language =
            if other.language.is_empty() { "a code block without a language".to_owned() } else { format!("a code block in {}", other.language) };
        Some((opening(other, part), language))
    }
}

fn opening(fence: &Fence, part: &Part<'_>) -> Span {
    let line = fence.span.of(&part.document.text).lines().next().unwrap_or_default();
    Span::new(fence.span.start(), fence.span.start() + line.len())
}
