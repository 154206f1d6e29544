//! Targets of links: documents, images, anchors.

use super::{Cursor, Item, Kind, List};
use crate::handbook::Page;
use crate::source::{SitePath, in_target};
use crate::text::Span;

/// What comes before a target.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Opening {
    Link,
    Image,
}

/// Completes a link: its target, or behind `[` the whole.
pub(super) fn complete(cursor: &Cursor<'_>) -> Option<List> {
    if is_code(cursor.before()) {
        return None;
    }
    if let Some((opening, written)) = target(cursor.before()) {
        return Some(match written.split_once('#') {
            Some((file, fragment)) => anchors(cursor, file, fragment)?,
            None => files(cursor, opening, written),
        });
    }
    whole(cursor)
}

/// Whether code in the line is still open.
fn is_code(before: &str) -> bool {
    before.matches('`').count() % 2 == 1
}

/// The target that is being written, up to the cursor.
fn target(before: &str) -> Option<(Opening, &str)> {
    let in_brackets = before.rfind("](").and_then(|at| {
        let opens = before.get(..at)?.rfind('[')?;
        let is_image = before.get(..opens)?.ends_with('!');
        Some((if is_image { Opening::Image } else { Opening::Link }, before.get(at + 2..)?))
    });
    let in_definition = || {
        let name = before.trim_start().strip_prefix('[')?;
        let (_, target) = name.split_once("]:")?;
        Some((Opening::Link, target.trim_start()))
    };
    let in_html = || {
        let (at, opening) = [("href=\"", Opening::Link), ("src=\"", Opening::Image)]
            .into_iter()
            .filter_map(|(name, opening)| Some((before.rfind(name)? + name.len(), opening)))
            .max_by_key(|(at, _)| *at)?;
        Some((opening, before.get(at..).filter(|written| !written.contains('"'))?))
    };
    let (opening, written) = in_brackets.or_else(in_definition).or_else(in_html)?;
    let written = written.strip_prefix('<').unwrap_or(written);
    let is_open = !written.contains([')', '>', ' ', '"']) && !written.contains("://") && !written.starts_with("mailto:");
    is_open.then_some((opening, written))
}

/// Documents and files, the nearest first.
fn files(cursor: &Cursor<'_>, opening: Opening, written: &str) -> List {
    let handbook = &cursor.view.build.handbook;
    let Some(own) = cursor.path.strip(&cursor.view.sources.content) else { return List::default() };
    let from_root = written.starts_with('/');
    let name = |path: &SitePath| {
        let relative = if from_root { format!("/{path}") } else { path.relative_to(own.folder()) };
        // Authors who begin with `./` want it so.
        let relative = if written.starts_with("./") && !relative.starts_with("..") { format!("./{relative}") } else { relative };
        in_target(&relative)
    };
    let wanted = written.trim_start_matches(['.', '/']).to_lowercase();
    let fits = |path: &SitePath, title: &str| {
        wanted.is_empty() || path.as_str().to_lowercase().contains(last(&wanted)) || title.to_lowercase().contains(&wanted)
    };
    let mut found: Vec<((bool, usize, usize), &SitePath, Item)> = Vec::new();
    if opening == Opening::Link {
        for page in handbook.pages.iter().filter(|page| page.path != own && fits(&page.path, &page.title)) {
            found.push((distance(&own, &page.path), &page.path, item(Kind::Page, &name(&page.path), &page.title)));
        }
    }
    for path in cursor.view.sources.assets.keys() {
        let Some(inside) = path.strip(&cursor.view.sources.content) else { continue };
        let is_image = is_image(&inside);
        if (opening == Opening::Link || is_image) && fits(&inside, "") {
            let (far, ups, downs) = distance(&own, &inside);
            // Documents are linked more often than files.
            found.push(((far || opening == Opening::Link, ups, downs), path, item(Kind::File, &name(&inside), "")));
        }
    }
    found.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
    List::new(cursor.last(written.len()), found.into_iter().map(|(_, _, item)| item))
}

/// An item for a file. The title counts for what the writer types, behind the path.
fn item(kind: Kind, path: &str, title: &str) -> Item {
    Item::new(kind, path).detail(title).filter(format!("{path} {title}"))
}

fn last(written: &str) -> &str {
    written.rsplit("../").next().unwrap_or(written)
}

/// How far a file is: whether it lies in another chapter, how many folders up, how many down.
fn distance(from: &SitePath, to: &SitePath) -> (bool, usize, usize) {
    let folders = |path: &SitePath| path.folder().split('/').filter(|segment| !segment.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let (from, to) = (folders(from), folders(to));
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    (shared == 0 && !from.is_empty(), from.len() - shared, to.len() - shared)
}

fn is_image(path: &SitePath) -> bool {
    let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
    matches!(extension.as_str(), "png" | "jpg" | "jpeg" | "gif" | "svg" | "webp" | "avif" | "bmp" | "ico" | "mp4" | "webm")
}

/// The anchors of the page that a target names; without a file those of this page.
fn anchors(cursor: &Cursor<'_>, file: &str, fragment: &str) -> Option<List> {
    let (_, own) = cursor.view.page(cursor.path)?;
    let page = if file.is_empty() { own } else { page_at(cursor, own, file)? };
    let sections = page.document.sections.iter().map(|section| {
        let detail = format!("{} {}", "#".repeat(usize::from(section.level)), section.title);
        Item::new(Kind::Anchor, &*section.id).detail(detail).filter(format!("{} {}", section.id, section.title))
    });
    let of_sections = |id: &str| page.document.sections.iter().any(|section| *section.id == *id);
    let written = page.document.anchors.iter().filter(|anchor| !of_sections(&anchor.id)).map(|anchor| Item::new(Kind::Anchor, &*anchor.id));
    let steps = page.blocks.processes.iter().flat_map(|process| &process.steps);
    let steps = steps.map(|step| Item::new(Kind::Anchor, &*step.anchor).detail(crate::text::shorten(&step.text, 80)));
    Some(List::new(cursor.last(fragment.len()), sections.chain(written).chain(steps)))
}

/// The page that a target names. The link may not be whole yet, so the handbook hasn't resolved it.
fn page_at<'a>(cursor: &Cursor<'a>, own: &Page, file: &str) -> Option<&'a Page> {
    let decoded = percent_encoding::percent_decode_str(file).decode_utf8_lossy().into_owned();
    let folder = if decoded.starts_with('/') { "" } else { own.path.folder() };
    let path = SitePath::join(folder, &decoded)?;
    let handbook = &cursor.view.build.handbook;
    let with_ending = || handbook.page_at(&SitePath::new(&format!("{path}.md"))?);
    let source = || handbook.page_at(&SitePath::new(&format!("{}.md", path.as_str().strip_suffix(".html")?))?);
    let folder = || handbook.page_at(&SitePath::new(&format!("{path}/index.md"))?);
    handbook.page_at(&path).or_else(with_ending).or_else(source).or_else(folder)
}

/// Behind `[` and the beginning of a title: the whole link.
fn whole(cursor: &Cursor<'_>) -> Option<List> {
    let before = cursor.before();
    let at = before.rfind('[')?;
    let words = before.get(at + 1..)?;
    // A check box, a footnote, an image or a link that goes on is none of this.
    if words.contains([']', '[', '^']) || before.get(..at)?.ends_with('!') || cursor.after().starts_with(']') && cursor.after().contains("](") {
        return None;
    }
    let own = cursor.path.strip(&cursor.view.sources.content)?;
    let wanted = words.trim().to_lowercase();
    let closes = usize::from(cursor.after().starts_with(']'));
    let fits = cursor.view.build.handbook.pages.iter().filter(|page| page.path != own && page.title.to_lowercase().contains(&wanted));
    let mut found: Vec<(_, &Page)> =
        fits.map(|page| ((!page.title.to_lowercase().starts_with(&wanted), distance(&own, &page.path)), &**page)).collect();
    found.sort_by(|a, b| (a.0, &a.1.path).cmp(&(b.0, &b.1.path)));
    let items = found.into_iter().map(|(_, page)| {
        let relative = in_target(&page.path.relative_to(own.folder()));
        let title = crate::schema::escaped(&page.title);
        Item::new(Kind::Page, &page.title).detail(&relative).filter(format!("[{}", page.title)).text(format!("[{title}]({relative})"))
    });
    let span = Span::new(cursor.line_start + at, cursor.offset + closes);
    Some(List::new(span, items))
}

#[cfg(test)]
mod tests {
    use super::super::tests::labels;

    const OTHERS: [(&str, &str); 3] =
        [("guides/set up.md", "# Set up\n\n## First step\n\n## Last step\n"), ("index.md", "# Front\n"), ("runbooks/api.md", "# Restore the API\n")];

    #[test]
    fn documents_come_by_nearness() {
        for (marked, expected, taken) in [
            ("[x](¦)", "set%20up.md, ../index.md, ../runbooks/api.md", "[x](set%20up.md)"),
            ("[x](./¦)", "./set%20up.md, ../index.md, ../runbooks/api.md", "[x](./set%20up.md)"),
            ("[x](/ru¦)", "/runbooks/api.md", "[x](/runbooks/api.md)"),
            ("[x](../ap¦)", "../runbooks/api.md", "[x](../runbooks/api.md)"),
            ("[x](resto¦", "../runbooks/api.md", "[x](../runbooks/api.md"),
            ("[x]: ../in¦", "../index.md", "[x]: ../index.md"),
            ("<a href=\"in¦\">", "../index.md", "<a href=\"../index.md\">"),
            ("[x](set%20up.md#¦)", "set-up, first-step, last-step", "[x](set%20up.md#set-up)"),
            ("[x](../runbooks/api#¦)", "restore-the-api", "[x](../runbooks/api#restore-the-api)"),
            ("# Own\n\n[x](#¦)", "own", "# Own\n\n[x](#own)"),
            ("[rest¦", "Restore the API", "[Restore the API](../runbooks/api.md)"),
            ("[rest¦]", "Restore the API", "[Restore the API](../runbooks/api.md)"),
            ("[x](https://¦", "", "[x](https://"),
            ("[x](a.md) ¦", "", "[x](a.md) "),
            ("`[x](¦`", "", "`[x](`"),
            ("![x](¦)", "", "![x]()"),
            ("- [ ] ¦", "", "- [ ] "),
        ] {
            let (found, text) = labels(marked, &OTHERS);
            assert_eq!((found.join(", ").as_str(), text.as_str()), (expected, taken), "{marked}");
        }
    }
}
