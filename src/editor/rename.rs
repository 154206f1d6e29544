//! Renaming headings and files so that every link follows.
//!
//! Knows which heading or file is meant. What has to change is known to [`moves`](crate::moves).

use std::collections::BTreeMap;

use super::place::{self, Thing};
use super::view::View;
use crate::moves::{self, Changes, Refused};
use crate::source::SitePath;
use crate::text::Span;

/// The heading at an offset: the text that can be renamed, and where it stands.
#[must_use]
pub fn heading(view: View<'_>, path: &SitePath, offset: usize) -> Option<(Span, String)> {
    let (_, page) = view.page(path)?;
    let Thing::Heading(section) = place::at(view, path, offset)?.thing else { return None };
    let text = &page.document.text;
    let span = moves::title_span(text, page.document.sections.get(section)?)?;
    let own = page.document.pieces.as_ref().map_or(Some(span), |pieces| pieces.editable(span))?;
    Some((own, span.of(text).to_owned()))
}

/// What must change to give the heading at an offset another text.
///
/// # Errors
///
/// If no heading stands there, or the text can't be that of a heading.
pub fn rename(view: View<'_>, path: &SitePath, offset: usize, title: &str) -> Result<Changes, Refused> {
    let nothing = || Refused { message: "there is nothing to rename here".to_owned(), help: "put the cursor on a heading".to_owned() };
    let (index, _) = view.page(path).ok_or_else(nothing)?;
    let found = place::at(view, path, offset).ok_or_else(nothing)?;
    let Thing::Heading(section) = found.thing else { return Err(nothing()) };
    moves::rename_heading(&view.build.handbook, index, section, title)
}

/// What must change before files and folders move. With `keep_places` documents keep leading from their former places.
///
/// # Errors
///
/// If something can't be moved there.
pub fn move_files(view: View<'_>, renames: &[(SitePath, SitePath)], keep_places: bool) -> Result<Changes, Refused> {
    let mut moves: BTreeMap<SitePath, SitePath> = BTreeMap::new();
    let files = || view.build.handbook.pages.iter().map(|page| &page.document.path).chain(view.sources.assets.keys());
    for (from, to) in renames {
        if files().any(|file| file == from) {
            moves.insert(from.clone(), to.clone());
            continue;
        }
        // A folder moves with all that it holds.
        for file in files() {
            if let Some(target) = file.strip(from.as_str()).and_then(|inside| inside.below(to.as_str())) {
                moves.insert(file.clone(), target);
            }
        }
    }
    if moves.is_empty() {
        return Ok(Changes::default());
    }
    moves::move_files(&view.build.handbook, view.sources, &moves, keep_places)
}

#[cfg(test)]
mod tests {
    use super::super::test::{Desk, cursor};
    use super::*;

    fn path(path: &str) -> SitePath {
        SitePath::new(path).unwrap()
    }

    #[test]
    fn links_follow_headings() {
        let (text, offset) = cursor("# A\n\n## Fi¦rst\n\n[x](#first)\n");
        let desk = Desk::new(&[("a.md", &text), ("b.md", "[x](a.md#first)\n")]);
        let view = desk.view();
        assert_eq!(heading(view, &path("content/a.md"), offset).unwrap().1, "First");
        let changes = rename(view, &path("content/a.md"), offset, "Second").unwrap();
        let after = |file: &str| changes.applied(&path(file), view.text(&path(file)).unwrap());
        assert_eq!((after("content/a.md").as_str(), after("content/b.md").as_str()), ("# A\n\n## Second\n\n[x](#second)\n", "[x](a.md#second)\n"));
        assert!(rename(view, &path("content/b.md"), 1, "Second").is_err());
        assert_eq!(heading(view, &path("content/b.md"), 1), None);
    }

    #[test]
    fn what_is_shown_is_what_is_replaced() {
        for (text, shown) in [
            ("## *Big* one\n", "*Big* one"),
            ("## A **bold** one ##\n", "A **bold** one"),
            ("## [Set](b.md) `up` {#id}\n", "[Set](b.md) `up`"),
            ("## Use `a`\n", "Use `a`"),
            ("See [b](b.md)\n---\n", "See [b](b.md)"),
            ("> ## On *top*\n", "On *top*"),
        ] {
            // On a mark or a word: where a link stands, the link is meant.
            let offset = text.find("## ").map_or(0, |at| at + 1);
            let desk = Desk::new(&[("a.md", text), ("b.md", "# B\n")]);
            let (span, placeholder) = heading(desk.view(), &path("content/a.md"), offset).unwrap();
            assert_eq!(placeholder, shown, "{text}");
            assert_eq!(place::at(desk.view(), &path("content/a.md"), offset).unwrap().span, span);
            let changes = rename(desk.view(), &path("content/a.md"), offset, "Two").unwrap();
            let after = changes.applied(&path("content/a.md"), desk.view().text(&path("content/a.md")).unwrap());
            assert_eq!(after, text.replace(shown, "Two"), "{text}");
        }
    }

    #[test]
    fn links_follow_files_and_folders() {
        let desk = Desk::new(&[("a.md", "# A\n\n[x](sub/b.md)\n"), ("sub/b.md", "# B\n\n[a](../a.md)\n")]);
        let view = desk.view();
        for (from, to, expected) in [("content/sub/b.md", "content/c.md", "[x](c.md)"), ("content/sub", "content/other", "[x](other/b.md)")] {
            let changes = move_files(view, &[(path(from), path(to))], false).unwrap();
            let after = changes.applied(&path("content/a.md"), view.text(&path("content/a.md")).unwrap());
            assert!(after.contains(expected), "{after}");
        }
        assert_eq!(move_files(view, &[(path("elsewhere"), path("nowhere"))], true).unwrap(), Changes::default());
    }
}
