//! Which part of a text comes from where, for a text that holds parts of other files.
//!
//! Knows offsets and paths. Must not know how a text asks for a part of another.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::SitePath;
use crate::memo::Hasher;
use crate::text::Span;

/// What leads from places in a text that holds parts of other files to the places where their authors wrote them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pieces {
    own: Arc<str>,
    stretches: Vec<Stretch>,
    parts: Vec<Part>,
    files: Vec<SitePath>,
}

/// Something in the author's own text that another text stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stretch {
    /// Where its author wrote it.
    own: Span,
    /// What stands there instead, in the whole text.
    whole: Span,
    /// Where that comes from.
    parts: Range<usize>,
}

/// Bytes that stand in a file as they stand in the whole text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Part {
    /// Where they begin in the whole text.
    at: usize,
    /// Where they begin in the file.
    from: usize,
    /// How many there are in the file; more than stand in the whole text, or fewer, if something was put in or left out.
    width: usize,
    /// Index of the file.
    file: usize,
}

/// Where something in the whole text was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the author's own text. What reaches into a part of another file ends where that is asked for.
    Own(Span),
    /// In another file.
    Elsewhere {
        /// What asks for it, in the author's own text.
        asked: Span,
        /// The file.
        path: SitePath,
        /// Where in the file.
        span: Span,
    },
}

/// Where an offset lies: in the author's own text at this offset, or in the stretch of this index.
enum At {
    Own(usize),
    In(usize),
}

impl Pieces {
    /// The text as its author wrote it.
    #[must_use]
    pub fn own(&self) -> &Arc<str> {
        &self.own
    }

    /// The files that parts come from. One that nothing was taken from in the end may be among them.
    #[must_use]
    pub fn files(&self) -> &[SitePath] {
        &self.files
    }

    /// Where something in the whole text was written.
    #[must_use]
    pub fn place(&self, span: Span) -> Place {
        let start = self.start(span.start());
        let end = if span.is_empty() { self.start(span.start()) } else { self.end(span.end()) };
        let asked = |index: usize| self.stretches.get(index).map_or(Span::at(0), |stretch| stretch.own);
        match (start, end) {
            (At::Own(start), At::Own(end)) => Place::Own(Span::new(start, end)),
            (At::Own(start), At::In(end)) => Place::Own(Span::new(start, asked(end).end())),
            (At::In(start), At::Own(end)) => Place::Own(Span::new(asked(start).start(), end)),
            (At::In(start), At::In(end)) if start != end => Place::Own(Span::new(asked(start).start(), asked(end).end())),
            (At::In(index), At::In(_)) => match self.elsewhere(index, span) {
                Some((path, span)) => Place::Elsewhere { asked: asked(index), path, span },
                None => Place::Own(asked(index)),
            },
        }
    }

    /// The place in the author's own text: of what comes from another file, where that is asked for.
    #[must_use]
    pub fn spot(&self, span: Span) -> Span {
        match self.place(span) {
            Place::Own(span) | Place::Elsewhere { asked: span, .. } => span,
        }
    }

    /// The place in the author's own text if all of it is the author's own, so that it can be edited.
    #[must_use]
    pub fn editable(&self, span: Span) -> Option<Span> {
        let at = self.stretches.partition_point(|stretch| stretch.whole.start() < span.start());
        let mut begins = self.stretches.iter().skip(at).take_while(|stretch| stretch.whole.start() == span.start());
        if let Some(stretch) = begins.find(|stretch| span.is_empty() && !stretch.whole.is_empty()) {
            return Some(Span::at(stretch.own.start()));
        }
        let first = self.stretches.partition_point(|stretch| stretch.whole.end() <= span.start());
        let is_inside = |stretch: &Stretch| stretch.whole.start() < span.end() && stretch.whole.end() > span.start();
        if self.stretches.get(first).is_some_and(is_inside) {
            return None;
        }
        match self.place(span) {
            Place::Own(own) => Some(own),
            Place::Elsewhere { .. } => None,
        }
    }

    /// Where a place in the author's own text stands in the whole. What asks for a part of another file is where that begins.
    #[must_use]
    pub fn offset(&self, own: usize) -> usize {
        let before = self.stretches.partition_point(|stretch| stretch.own.end() <= own);
        if let Some(stretch) = self.stretches.get(before).filter(|stretch| stretch.own.start() <= own) {
            return stretch.whole.start();
        }
        match before.checked_sub(1).and_then(|last| self.stretches.get(last)) {
            Some(stretch) => stretch.whole.end() + (own - stretch.own.end()),
            None => own,
        }
    }

    /// What asks for parts of other files, in the author's own text, and where the first of each comes from.
    pub fn asked(&self) -> impl Iterator<Item = (Span, &SitePath, usize)> {
        self.stretches.iter().filter_map(|stretch| {
            let part = self.parts.get(stretch.parts.clone())?.first()?;
            Some((stretch.own, self.files.get(part.file)?, part.from))
        })
    }

    /// Takes in all that decides where something leads back to.
    pub(super) fn hashed(&self, hasher: Hasher) -> Hasher {
        let number = |hasher: Hasher, number: usize| hasher.bytes(&number.to_le_bytes());
        let hasher = self.files.iter().fold(number(hasher, self.files.len()), |hasher, file| hasher.text(file.as_str()));
        let hasher = self.stretches.iter().fold(number(hasher, self.stretches.len()), |hasher, stretch| {
            [stretch.own.start(), stretch.own.end(), stretch.whole.start(), stretch.whole.end(), stretch.parts.end].into_iter().fold(hasher, number)
        });
        self.parts.iter().fold(hasher, |hasher, part| [part.at, part.from, part.width, part.file].into_iter().fold(hasher, number))
    }

    /// Of something that begins at an offset of the whole text.
    fn start(&self, offset: usize) -> At {
        let before = self.stretches.partition_point(|stretch| stretch.whole.start() <= offset);
        let Some((index, stretch)) = before.checked_sub(1).and_then(|index| Some((index, self.stretches.get(index)?))) else {
            return At::Own(offset);
        };
        if offset < stretch.whole.end() { At::In(index) } else { At::Own(stretch.own.end() + (offset - stretch.whole.end())) }
    }

    /// Of something that ends there.
    fn end(&self, offset: usize) -> At {
        let before = self.stretches.partition_point(|stretch| stretch.whole.start() < offset);
        let Some((index, stretch)) = before.checked_sub(1).and_then(|index| Some((index, self.stretches.get(index)?))) else {
            return At::Own(offset);
        };
        if offset <= stretch.whole.end() { At::In(index) } else { At::Own(stretch.own.end() + (offset - stretch.whole.end())) }
    }

    /// The file that a span of a stretch begins in, and where.
    fn elsewhere(&self, index: usize, span: Span) -> Option<(SitePath, Span)> {
        let parts = self.parts.get(self.stretches.get(index)?.parts.clone())?;
        let last = |count: usize| count.checked_sub(1).and_then(|index| parts.get(index));
        let first = last(parts.partition_point(|part| part.at <= span.start())).or_else(|| parts.first())?;
        let within = |part: &Part, offset: usize| part.from + offset.saturating_sub(part.at).min(part.width);
        let start = within(first, span.start());
        let end = last(parts.partition_point(|part| part.at < span.end())).filter(|part| part.file == first.file);
        let end = end.map_or(first.from + first.width, |part| within(part, span.end()));
        let end = if span.is_empty() { start } else { end };
        Some((self.files.get(first.file)?.clone(), Span::new(start, end)))
    }
}

/// Puts a text together from an author's own and parts of other files.
#[derive(Debug)]
pub struct Joiner {
    text: String,
    /// How far the author's own text is taken over.
    taken: usize,
    pieces: Pieces,
    files: BTreeMap<SitePath, usize>,
    open: Option<(Span, usize, usize)>,
}

impl Joiner {
    /// For this text.
    #[must_use]
    pub fn new(own: &Arc<str>) -> Self {
        let pieces = Pieces { own: Arc::clone(own), stretches: Vec::new(), parts: Vec::new(), files: Vec::new() };
        Self { text: String::with_capacity(own.len()), taken: 0, pieces, files: BTreeMap::new(), open: None }
    }

    /// How long the text is by now.
    #[must_use]
    pub fn end_of_text(&self) -> usize {
        self.text.len()
    }

    /// How long the text will be if nothing else is put in.
    #[must_use]
    pub fn whole(&self) -> usize {
        self.text.len() + self.pieces.own.len().saturating_sub(self.taken)
    }

    /// Where a span of the author's own text that isn't taken over yet will stand, if nothing comes before it.
    #[must_use]
    pub fn place(&self, own: Span) -> Span {
        let start = self.text.len() + own.start().saturating_sub(self.taken);
        Span::new(start, start + (own.end() - own.start()))
    }

    /// What follows stands for this span of the author's own text, up to [`end`](Self::end).
    pub fn begin(&mut self, own: Span) {
        self.text.push_str(self.pieces.own.get(self.taken..own.start()).unwrap_or_default());
        self.open = Some((own, self.text.len(), self.pieces.parts.len()));
        self.taken = own.end();
    }

    /// The index by which a file is spoken of.
    pub fn file(&mut self, path: &SitePath) -> usize {
        if let Some(known) = self.files.get(path) {
            return *known;
        }
        self.pieces.files.push(path.clone());
        self.files.insert(path.clone(), self.pieces.files.len() - 1);
        self.pieces.files.len() - 1
    }

    /// Adds a text that stands for these bytes of a file.
    pub fn push(&mut self, text: &str, file: usize, from: usize, width: usize) {
        let at = self.text.len();
        let first = self.open.map_or(0, |(_, _, first)| first);
        let is_first = self.pieces.parts.len() <= first;
        self.text.push_str(text);
        match self.pieces.parts.last_mut().filter(|_| !is_first) {
            // Exactly what follows in the file.
            Some(last) if last.file == file && last.from + last.width == from && at - last.at == last.width && width == text.len() => {
                last.width += width;
            }
            _ => self.pieces.parts.push(Part { at, from, width, file }),
        }
    }

    /// Goes on with the author's own text.
    pub fn end(&mut self) {
        if let Some((own, start, first)) = self.open.take() {
            let parts = first..self.pieces.parts.len();
            self.pieces.stretches.push(Stretch { own, whole: Span::new(start, self.text.len()), parts });
        }
    }

    /// The whole text, and what leads back from it.
    #[must_use]
    pub fn finish(mut self) -> (String, Pieces) {
        self.end();
        self.text.push_str(self.pieces.own.get(self.taken..).unwrap_or_default());
        (self.text, self.pieces)
    }
}
