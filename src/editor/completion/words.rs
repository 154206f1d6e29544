//! Names of the registry in prose, languages of code, placeholders in commands.

use std::collections::BTreeSet;

use super::{Cursor, Item, Kind, List};
use crate::document::Fence;
use crate::editor::hover;
use crate::registry::Entity;

/// Languages that are offered even where no document uses them yet.
const LANGUAGES: [&str; 15] =
    ["bash", "console", "diff", "flow", "hcl", "ini", "json", "mermaid", "powershell", "promql", "python", "sql", "text", "toml", "yaml"];
/// Letters that a name needs before it is offered.
const LETTERS: usize = 2;

/// The language of a code block, behind its opening marks.
pub(super) fn language(cursor: &Cursor<'_>) -> Option<List> {
    let line = cursor.before().trim_start_matches([' ', '\t', '>', '-', '*', '+', '1', '.']);
    let mark = ["```", "~~~"].into_iter().find(|mark| line.starts_with(mark))?;
    let written = line.trim_start_matches(mark.chars().next()?);
    if written.contains([' ', '`', '{']) || is_closing(cursor) {
        return None;
    }
    let (_, page) = cursor.view.page(cursor.path)?;
    let own = page.document.fences.iter().map(|fence| fence.language.clone()).filter(|language| !language.is_empty() && language != written);
    let languages: BTreeSet<String> = own.chain(LANGUAGES.iter().map(ToString::to_string)).collect();
    Some(List::new(cursor.last(written.len()), languages.into_iter().map(|language| Item::new(Kind::Word, language))))
}

/// Whether the marks of the line end a block that began before.
fn is_closing(cursor: &Cursor<'_>) -> bool {
    let page = cursor.view.page(cursor.path);
    page.is_some_and(|(_, page)| {
        let mut spans = page.document.fences.iter().map(|fence| page.document.spot(fence.span));
        spans.any(|span| span.start() < cursor.line_start && cursor.offset <= span.end())
    })
}

/// In code: behind `<` the placeholders of the document.
pub(super) fn in_code(cursor: &Cursor<'_>, _fence: &Fence) -> Option<List> {
    let before = cursor.before();
    let written = before.get(before.rfind('<')? + 1..).filter(|written| !written.contains(['>', ' ', '<']))?;
    let (_, page) = cursor.view.page(cursor.path)?;
    let declared = page.document.meta.placeholders.iter().map(|placeholder| placeholder.name.clone());
    let used = page.document.fences.iter().flat_map(|fence| crate::document::in_brackets(&fence.content).map(|(name, _)| name.to_owned()));
    let names: BTreeSet<String> = declared.chain(used).filter(|name| name != written).collect();
    let closes = if cursor.after().starts_with('>') { "" } else { ">" };
    Some(List::new(cursor.last(written.len()), names.into_iter().map(|name| Item::new(Kind::Word, &name).text(format!("{name}{closes}")))))
}

/// Names of the registry that begin with the words before the cursor.
pub(super) fn names(cursor: &Cursor<'_>) -> Option<List> {
    let before = cursor.before();
    if before.matches('`').count() % 2 == 1 {
        return None;
    }
    let registry = &cursor.view.build.handbook.registry;
    let in_cell = before.trim_start().starts_with('|') && before.trim_end().ends_with('|');
    let begin = beginnings(before);
    let mut found: Vec<(usize, Item)> = Vec::new();
    for entity in registry.entities() {
        let Some(names) = registry.names(entity) else { continue };
        let folded = names.name.to_lowercase();
        let typed = begin.iter().find(|words| folded.starts_with(&words.to_lowercase()));
        let length = match typed {
            Some(words) => words.len(),
            None if in_cell && matches!(entity, Entity::Role(_)) => 0,
            None => continue,
        };
        let docs = hover::entry(registry, entity).unwrap_or_default();
        found.push((length, Item::new(Kind::Name, &names.name).detail(entity.kind()).docs(docs)));
    }
    // All replace the same text, so the longest beginning counts.
    let length = found.iter().map(|(length, _)| *length).max()?;
    Some(List::new(cursor.last(length), found.into_iter().filter(|(found, _)| *found == length).map(|(_, item)| item)))
}

/// What may be the beginning of a name: the last words before the cursor, at most four, the longest first.
fn beginnings(before: &str) -> Vec<&str> {
    let is_start = |at: usize| before.get(..at).is_some_and(|before| !before.ends_with(|c: char| c.is_alphanumeric() || c == '-'));
    let starts = before.char_indices().rev().filter(|(at, c)| c.is_alphanumeric() && is_start(*at)).map(|(at, _)| at);
    let mut begin: Vec<&str> = starts.take(4).filter_map(|at| before.get(at..)).filter(|words| words.chars().count() >= LETTERS).collect();
    begin.reverse();
    begin
}

#[cfg(test)]
mod tests {
    use super::super::tests::labels;

    #[test]
    fn names_languages_and_placeholders() {
        for (marked, expected, taken) in [
            ("The op¦ acts", "Ops lead, Ops team", "The Ops lead acts"),
            ("The Ops t¦", "Ops team", "The Ops team"),
            ("Ask the o¦", "", "Ask the o"),
            ("in `op¦`", "", "in `op`"),
            ("see git¦", "GitHub", "see GitHub"),
            ("| Task | ¦", "Ops lead, Ops team, QA", "| Task | Ops lead"),
            ("```\nkubectl <po¦\n```\n\n```\nx <pod>\n```\n", "pod", "```\nkubectl <pod>\n```\n\n```\nx <pod>\n```\n"),
            ("```\nop¦\n```\n", "", "```\nop\n```\n"),
        ] {
            let (found, text) = labels(marked, &[]);
            assert_eq!((found.join(", ").as_str(), text.as_str()), (expected, taken), "{marked}");
        }
        let (found, text) = labels("```¦\n", &[]);
        assert!(found.contains(&"promql".to_owned()) && text.starts_with("```bash"), "{found:?}");
        assert_eq!(labels("```sh\nx\n```¦\n", &[]).0, [""; 0]);
    }
}
