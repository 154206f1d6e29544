//! What blocks say, without copies of what stands in the file as it is said. Must not know what a block is.

use std::borrow::Cow;

use crate::memo::snug;
use crate::text::Span;

/// Where the text of a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// Bytes of the file.
    Here(u32, u32),
    /// Several parts of the file, one behind the other: markup stands between them.
    Parts {
        /// The first among all parts.
        first: u32,
        /// The one after the last.
        end: u32,
    },
    /// A text of its own.
    Own(u32),
}

impl Default for Said {
    fn default() -> Self {
        Self::Here(0, 0)
    }
}

/// What the blocks of one document say, as far as it stands nowhere in one piece.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Words {
    parts: Vec<(u32, u32)>,
    own: Vec<Box<str>>,
}

/// The parts of the file that make up a text, as they come.
#[derive(Debug, Default)]
pub(super) struct Parts {
    found: Vec<(u32, u32)>,
    /// Whether something of the text doesn't stand in the file as it is said: `&amp;`.
    is_broken: bool,
}

impl Parts {
    /// Of a text that stands nowhere as it is.
    pub(super) fn in_no_file() -> Self {
        Self { found: Vec::new(), is_broken: true }
    }

    /// Adds what is said by the bytes in `span`.
    pub(super) fn push(&mut self, file: &str, span: Span, text: &str) {
        if self.is_broken || text.is_empty() {
            return;
        }
        let here = span.of(file);
        // Nearly always it is all that stands there, and a search costs more to begin than to do.
        let at = if here.starts_with(text) { Some(0) } else { here.find(text) };
        let place = at.and_then(|at| {
            let start = span.clamped(file).start() + at;
            Some((u32::try_from(start).ok()?, u32::try_from(start + text.len()).ok()?))
        });
        match (place, self.found.last_mut()) {
            (None, _) => self.is_broken = true,
            (Some((start, end)), Some(last)) if last.1 == start => last.1 = end,
            (Some(place), _) => self.found.push(place),
        }
    }
}

impl Words {
    /// Keeps a text, as the parts that make it up if there are few of them.
    pub(super) fn keep(&mut self, text: &str, parts: &Parts) -> Said {
        if text.is_empty() {
            return Said::default();
        }
        let is_smaller = size_of_val(parts.found.as_slice()) < text.len();
        match parts.found.as_slice() {
            [(start, end)] if !parts.is_broken => Said::Here(*start, *end),
            found if !parts.is_broken && is_smaller => self.keep_parts(found).unwrap_or_else(|| self.keep_own(text)),
            _ => self.keep_own(text),
        }
    }

    fn keep_parts(&mut self, found: &[(u32, u32)]) -> Option<Said> {
        let first = u32::try_from(self.parts.len()).ok()?;
        let end = u32::try_from(self.parts.len() + found.len()).ok()?;
        self.parts.extend(found);
        Some(Said::Parts { first, end })
    }

    fn keep_own(&mut self, text: &str) -> Said {
        // No file has so many blocks that their number doesn't fit: each takes a byte at least.
        let index = u32::try_from(self.own.len()).unwrap_or(u32::MAX);
        self.own.push(Box::from(text));
        Said::Own(index)
    }

    /// The text that was kept; `file` is the one that its parts are of.
    pub(super) fn text<'a>(&'a self, said: Said, file: &'a str) -> Cow<'a, str> {
        let part = |(start, end): (u32, u32)| file.get(start as usize..end as usize).unwrap_or_default();
        match said {
            Said::Here(start, end) => Cow::Borrowed(part((start, end))),
            Said::Parts { first, end } => {
                let parts = self.parts.get(first as usize..end as usize).unwrap_or_default();
                let mut text = String::with_capacity(parts.iter().map(|(start, end)| (end - start) as usize).sum());
                for place in parts {
                    text.push_str(part(*place));
                }
                Cow::Owned(text)
            }
            Said::Own(index) => Cow::Borrowed(self.own.get(index as usize).map_or("", |text| text)),
        }
    }

    /// The same in no more room than it needs.
    pub(super) fn fitted(self) -> Self {
        Self { parts: snug(self.parts), own: snug(self.own) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text made of what is said by the bytes of each span, and how it is kept.
    fn kept(file: &str, said: &[(usize, usize, &str)]) -> (String, Said) {
        let (mut words, mut parts, mut whole) = (Words::default(), Parts::default(), String::new());
        for (start, end, text) in said {
            parts.push(file, Span::new(*start, *end), text);
            whole.push_str(text);
        }
        let said = words.keep(&whole, &parts);
        let text = words.fitted().text(said, file).into_owned();
        assert_eq!(text, whole);
        (text, said)
    }

    #[test]
    fn what_stands_in_the_file_is_no_copy() {
        let file = "Überall `code` and a link to [the other page](b.md) &amp; more";
        assert_eq!(kept(file, &[]).1, Said::Here(0, 0));
        assert_eq!(kept(file, &[(0, 9, "Überall "), (9, 15, "code")]).1, Said::Own(0), "parts would take more room");
        assert_eq!(kept(file, &[(0, 9, "Überall "), (9, 15, "code"), (15, 30, " and a link to ")]).1, Said::Parts { first: 0, end: 3 });
        assert_eq!(kept(file, &[(15, 20, " and "), (20, 30, "a link to ")]).1, Said::Here(15, 30), "one part behind the other is one part");
        assert_eq!(kept(file, &[(15, 30, " and a link to "), (52, 57, "&"), (57, 62, " more")]).0, " and a link to & more");
        assert!(matches!(kept(file, &[(15, 30, " and a link to "), (52, 57, "+")]).1, Said::Own(0)));
        assert!(matches!(kept(file, &[(1, 900, "nowhere")]).1, Said::Own(0)));
    }
}
