use std::collections::HashMap;

use super::files::{escaped, place};
use super::{Changes, Refused, former, included};
use crate::document::{Document, HeadingStyle, Section};
use crate::handbook::{Handbook, Page, Resolved};
use crate::source::Source;
use crate::text::Span;

/// Gives a heading another text, as Markdown. Links to it, and to headings whose anchors shift with it, follow. An id that the author wrote stays.
///
/// # Errors
///
/// If there is no such heading, or the text can't be that of a heading.
pub fn rename_heading(handbook: &Handbook, page: usize, section: usize, title: &str) -> Result<Changes, Refused> {
    let missing = || Refused::new("there is no such heading", "read the document again");
    let target = handbook.pages.get(page).ok_or_else(missing)?;
    let heading = target.document.sections.get(section).ok_or_else(missing)?;
    let unfit = || Refused::new(format!("'{title}' can't be a heading here"), "write one line of text");
    let title = title.trim();
    if title.is_empty() || title.contains(['\n', '\r']) {
        return Err(unfit());
    }
    let text = &*target.document.text;
    let span = title_span(text, heading).ok_or_else(unfit)?;
    let mut changes = Changes::default();
    if span.of(text) == title {
        return Ok(changes);
    }
    if target.document.pieces.as_ref().is_some_and(|pieces| pieces.editable(span).is_none()) {
        return Err(Refused::new("this heading stands in an included file", "rename it in the file that it comes from"));
    }
    let renamed = format!("{}{title}{}", text.get(..span.start()).unwrap_or_default(), text.get(span.end()..).unwrap_or_default());
    let (after, _) = Document::parse(&Source::new(target.document.path.clone(), renamed));
    if !is_same_but_for(&target.document, &after, section) {
        return Err(unfit());
    }
    changes.edit(&target.document.path, span, title.to_owned());
    let anchors = shifted(target, &after);
    let mut renamed: Vec<(String, String)> = anchors.iter().map(|(old, new)| (old.clone(), new.clone())).collect();
    renamed.sort_unstable();
    former::keep(handbook, target, &after, &renamed, &mut changes);
    follow(handbook, page, &anchors, &mut changes);
    included::put_back(handbook, &mut changes);
    Ok(changes.sorted())
}

/// Where the text of a heading stands, with its inline markup and without its marks and its id; none if it can't be given another.
#[must_use]
pub fn title_span(text: &str, section: &Section) -> Option<Span> {
    let whole = section.span.of(text);
    let (start, inside) = match section.style {
        HeadingStyle::Html => return (section.span.of(text) == &*section.title).then_some(section.span),
        HeadingStyle::Atx => {
            let inside = whole.trim_start_matches('#');
            (section.span.start() + whole.len() - inside.len(), inside)
        }
        // One line of text over the line of marks.
        HeadingStyle::Setext => {
            let mut lines = whole.lines();
            let first = lines.next()?;
            if lines.count() != 1 {
                return None;
            }
            (section.span.start(), first)
        }
    };
    let mut end = inside.trim_end();
    if section.style == HeadingStyle::Atx {
        let closed = end.trim_end_matches('#');
        end = if closed.len() < end.len() && closed.ends_with([' ', '\t']) { closed.trim_end() } else { end };
    }
    if section.explicit_id && end.ends_with('}') {
        end = end.get(..end.rfind('{')?)?.trim_end();
    }
    let lead = inside.len() - inside.trim_start().len();
    (end.len() > lead).then(|| Span::new(start + lead, start + end.len()))
}

/// Anchors that are called otherwise afterwards.
fn shifted(page: &Page, after: &Document) -> HashMap<String, String> {
    let mut anchors = HashMap::new();
    // An anchor that is there twice leads to the first.
    let mut seen = std::collections::HashSet::new();
    let own = page.document.sections.iter().zip(&after.sections);
    let written = page.document.anchors.iter().filter(|anchor| anchor.explicit).map(|anchor| &*anchor.id);
    seen.extend(written);
    for (before, after) in own {
        if seen.insert(&before.id) && before.id != after.id {
            anchors.insert(before.id.to_string(), after.id.to_string());
        }
    }
    anchors
}

fn follow(handbook: &Handbook, target: usize, anchors: &HashMap<String, String>, changes: &mut Changes) {
    if anchors.is_empty() {
        return;
    }
    let backlinks = handbook.pages.get(target).map_or(&[][..], |page| page.backlinks.as_slice());
    for index in backlinks.iter().copied().chain([target]) {
        let Some(page) = handbook.pages.get(index) else { continue };
        let mut seen = std::collections::HashSet::new();
        for (link, resolved) in page.written_links() {
            let Resolved::Page { page: to, fragment: Some(fragment) } = resolved else { continue };
            let Some(new) = anchors.get(fragment).filter(|_| *to == target) else { continue };
            let written = link.target.trim();
            let Some((file, _)) = written.split_once('#') else { continue };
            let encodes = written.get(file.len()..).is_some_and(|fragment| fragment.contains('%'));
            let new = if encodes {
                percent_encoding::utf8_percent_encode(new, percent_encoding::NON_ALPHANUMERIC).to_string().replace("%2D", "-").replace("%5F", "_")
            } else {
                new.clone()
            };
            match place(&page.document.text, link) {
                Some((span, true)) => {
                    let at = span.start() + file.len() + 1;
                    if seen.insert(at) {
                        changes.edit(&page.document.path, Span::new(at, span.end()), new);
                    }
                    changes.links += 1;
                }
                Some((span, false)) => {
                    if seen.insert(span.start()) {
                        changes.edit(&page.document.path, span, format!("{}#{new}", escaped(file)));
                    }
                    changes.links += 1;
                }
                None => changes.left(&page.document.path, link.target_span, format!("write '{file}#{new}' instead of '{written}'")),
            }
        }
    }
}

/// Whether a document has the same headings as before, but for the text of one.
fn is_same_but_for(before: &Document, after: &Document, section: usize) -> bool {
    let same = |(index, (a, b)): (usize, (&Section, &Section))| {
        let id = a.explicit_id == b.explicit_id && (!a.explicit_id || a.id == b.id);
        id && a.level == b.level && a.style == b.style && if index == section { !b.title.is_empty() } else { a.title == b.title }
    };
    before.sections.len() == after.sections.len()
        && before.sections.iter().zip(&after.sections).enumerate().all(same)
        && before.blocks().len() == after.blocks().len()
}
