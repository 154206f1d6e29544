//! The open buffers, and which handbook each belongs to. One workspace can hold several handbooks.
//!
//! Knows folders and buffers. Must not know features.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;
use lsp_types::{TextDocumentContentChangeEvent, Uri};

use super::addresses;
use super::book::{Book, real};
use super::positions::{Encoding, Lines};
use crate::source::SitePath;

/// A text that is open in the editor.
struct Buffer {
    uri: Uri,
    version: i32,
    text: String,
    home: Option<Home>,
}

/// The handbook that a file belongs to, by its root without links, and the file's path from there.
pub type Home = (PathBuf, SitePath);

/// What is open in an editor.
#[derive(Default)]
pub struct Workspace {
    /// The folders that the editor has open.
    pub folders: Vec<PathBuf>,
    /// Folders that the editor has closed.
    parted: Vec<PathBuf>,
    /// The one handbook that counts, if it was named on the command line.
    only: Option<PathBuf>,
    /// The handbooks, by their roots without links.
    pub books: BTreeMap<PathBuf, Book>,
    buffers: BTreeMap<String, Buffer>,
    /// Roots that can't be opened, and why: said once.
    refused: BTreeMap<PathBuf, String>,
    /// What there is to tell the writer.
    pub messages: Vec<String>,
}

impl Workspace {
    /// A workspace without folders; with `only`, one of that handbook and no other.
    #[must_use]
    pub fn of(only: Option<PathBuf>) -> Self {
        Self { only, ..Self::default() }
    }

    /// Opens the handbooks that are known from the start.
    pub fn start(&mut self, today: Date) {
        let named = self.only.clone();
        let with_book = self.folders.iter().filter(|folder| folder.join("book.toml").is_file()).cloned();
        let roots: Vec<PathBuf> = named.map_or_else(|| with_book.collect(), |only| vec![only]);
        for root in roots {
            self.book(&root, today);
        }
    }

    /// Which handbook a file belongs to. A handbook that isn't open yet is opened.
    pub fn home(&mut self, uri: &Uri, today: Date) -> Option<Home> {
        if let Some(buffer) = self.buffers.get(uri.as_str())
            && buffer.home.is_some()
        {
            return buffer.home.clone();
        }
        let file = addresses::path(uri)?;
        let root = self.root_of(&file)?;
        let key = self.book(&root, today)?;
        let path = self.books.get(&key)?.path_of(&file)?;
        Some((key, path))
    }

    /// The handbook's root above a file: the one that was named, the nearest folder with a book.toml, or a plain folder that is open.
    fn root_of(&self, file: &Path) -> Option<PathBuf> {
        if let Some(only) = &self.only {
            return Some(only.clone());
        }
        let nearest = file.ancestors().skip(1).find(|folder| folder.join("book.toml").is_file() || is_new_book(file, folder));
        let plain = || self.folders.iter().filter(|folder| file.starts_with(folder)).max_by_key(|folder| folder.components().count()).cloned();
        let mounting = || self.books.iter().find(|(_, book)| book.mounts(file)).map(|(root, _)| root.clone());
        nearest.map(Path::to_path_buf).or_else(mounting).or_else(plain)
    }

    fn book(&mut self, root: &Path, today: Date) -> Option<PathBuf> {
        let key = real(root)?;
        if !self.books.contains_key(&key) {
            match Book::open(root, today) {
                Ok(book) => {
                    self.refused.remove(&key);
                    self.books.insert(key.clone(), book);
                }
                Err(error) => {
                    let message = error.to_string();
                    if self.refused.insert(key, message.clone()).as_ref() != Some(&message) {
                        self.messages.push(message);
                    }
                    return None;
                }
            }
        }
        Some(key)
    }

    /// A text was opened.
    pub fn open(&mut self, uri: &Uri, version: i32, text: String, today: Date) {
        let home = self.home(uri, today);
        let buffer = Buffer { uri: uri.clone(), version, text, home };
        buffer.lay(&mut self.books);
        self.buffers.insert(uri.as_str().to_owned(), buffer);
    }

    /// A text was edited.
    pub fn change(&mut self, uri: &Uri, version: i32, changes: Vec<TextDocumentContentChangeEvent>, encoding: Encoding) {
        let Some(buffer) = self.buffers.get_mut(uri.as_str()) else { return };
        edit(&mut buffer.text, changes, encoding);
        buffer.version = version;
        buffer.lay(&mut self.books);
    }

    /// A text was closed: its file counts again.
    pub fn close(&mut self, uri: &Uri) {
        let Some(Buffer { home: Some((root, path)), .. }) = self.buffers.remove(uri.as_str()) else { return };
        let is_open_elsewhere = self.buffers.values().any(|buffer| buffer.home.as_ref().is_some_and(|home| *home == (root.clone(), path.clone())));
        if let Some(book) = self.books.get_mut(&root).filter(|_| !is_open_elsewhere) {
            book.take_away(&path);
        }
    }

    /// Takes folders away and adds others.
    pub fn change_folders(&mut self, removed: &[PathBuf], added: Vec<PathBuf>, today: Date) {
        self.folders.retain(|folder| !removed.contains(folder));
        self.parted.extend(removed.iter().filter_map(|folder| real(folder)));
        self.parted.retain(|parted| !added.iter().any(|folder| real(folder).as_ref() == Some(parted)));
        self.folders.extend(added);
        self.start(today);
    }

    /// Lets go of handbooks in folders that were closed, unless one of their files is still open. Gives them.
    #[must_use]
    pub fn let_go(&mut self) -> BTreeMap<PathBuf, Book> {
        if self.only.is_some() || self.parted.is_empty() {
            return BTreeMap::new();
        }
        let folders: Vec<PathBuf> = self.folders.iter().filter_map(|folder| real(folder)).collect();
        // An editor may have opened a folder inside of a handbook.
        let meets = |root: &Path, folders: &[PathBuf]| folders.iter().any(|folder| root.starts_with(folder) || folder.starts_with(root));
        let is_open = |root: &Path| self.buffers.values().any(|buffer| buffer.home.as_ref().is_some_and(|(home, _)| home == root));
        let is_kept = |root: &Path| !meets(root, &self.parted) || meets(root, &folders) || is_open(root);
        let (kept, gone) = std::mem::take(&mut self.books).into_iter().partition(|(root, _)| is_kept(root));
        self.books = kept;
        gone
    }

    /// Whether a handbook reads folders that an editor doesn't watch.
    #[must_use]
    pub fn reads_elsewhere(&self) -> bool {
        self.books.values().any(Book::reads_elsewhere)
    }

    /// Looks for what changed on the disk, for editors that don't say so.
    pub fn look(&mut self, today: Date) {
        let changed: BTreeSet<PathBuf> = self.books.values_mut().flat_map(Book::changed).collect();
        if !changed.is_empty() {
            self.changed(changed, today);
        }
    }

    /// Files changed on the disk.
    pub fn changed(&mut self, files: BTreeSet<PathBuf>, today: Date) {
        let settings: Vec<PathBuf> = files.iter().filter(|file| file.file_name().is_some_and(|name| name == "book.toml")).cloned().collect();
        let mut by_book: BTreeMap<PathBuf, BTreeSet<PathBuf>> = BTreeMap::new();
        for file in files {
            let Some(seen) = real(&file) else { continue };
            for (root, _) in self.books.iter().filter(|(root, book)| seen.starts_with(root) || file.starts_with(root) || book.mounts(&seen)) {
                by_book.entry(root.clone()).or_default().insert(if self.books.get(root).is_some_and(|book| book.mounts(&seen)) {
                    seen.clone()
                } else {
                    file.clone()
                });
            }
        }
        for (root, files) in by_book {
            let Some(book) = self.books.get_mut(&root) else { continue };
            book.reread(&files);
            let is_settings = |file: &PathBuf| book.path_of(file).is_some_and(|path| path.as_str() == "book.toml");
            if settings.iter().any(is_settings)
                && let Err(error) = book.reopen(today)
            {
                self.messages.push(error.to_string());
            }
        }
        // A handbook that couldn't be opened may be whole now, and a folder may have become one.
        if !settings.is_empty() {
            self.start(today);
            self.settle(today);
        }
    }

    /// Looks again for the handbooks of buffers that have none.
    fn settle(&mut self, today: Date) {
        let homeless: Vec<Uri> = self.buffers.values().filter(|buffer| buffer.home.is_none()).map(|buffer| buffer.uri.clone()).collect();
        for uri in homeless {
            let home = self.home(&uri, today);
            if let Some(buffer) = self.buffers.get_mut(uri.as_str()) {
                buffer.home = home;
                buffer.lay(&mut self.books);
            }
        }
    }

    /// The version of a file's buffer, if it is open.
    #[must_use]
    pub fn version(&self, root: &Path, path: &SitePath) -> Option<i32> {
        self.buffer(root, path).map(|buffer| buffer.version)
    }

    fn buffer(&self, root: &Path, path: &SitePath) -> Option<&Buffer> {
        self.buffers.values().find(|buffer| buffer.home.as_ref().is_some_and(|home| home.1 == *path && home.0 == root))
    }

    /// The address of a file as the editor writes it, and the version of its buffer if it is open.
    #[must_use]
    pub fn address(&self, root: &Path, path: &SitePath) -> Option<(Uri, Option<i32>)> {
        match self.buffer(root, path) {
            Some(buffer) => Some((buffer.uri.clone(), Some(buffer.version))),
            None => Some((addresses::uri(&self.books.get(root)?.file_of(path))?, None)),
        }
    }
}

/// Whether a file is the book.toml of a folder, not saved yet.
fn is_new_book(file: &Path, folder: &Path) -> bool {
    file.file_name().is_some_and(|name| name == "book.toml") && file.parent() == Some(folder)
}

impl Buffer {
    fn lay(&self, books: &mut BTreeMap<PathBuf, Book>) {
        if let Some((root, path)) = &self.home
            && let Some(book) = books.get_mut(root)
        {
            book.put(path, Arc::from(self.text.as_str()));
        }
    }
}

/// Makes the edits of one message, each on what the one before it left.
fn edit(text: &mut String, changes: Vec<TextDocumentContentChangeEvent>, encoding: Encoding) {
    let mut lines: Option<Lines> = None;
    // Editors mostly name many edits from the last to the first: then the lines before an edit are still those of the old text.
    let mut limit = usize::MAX;
    for change in changes {
        let Some(range) = change.range else {
            *text = change.text;
            (lines, limit) = (None, usize::MAX);
            continue;
        };
        let last = range.start.line.max(range.end.line);
        let known = lines.take().filter(|lines| !crosses(lines, last, limit));
        let known = known.unwrap_or_else(|| Lines::of(text));
        let span = known.span(text, range, encoding);
        text.replace_range(span.start()..span.end(), &change.text);
        limit = span.start();
        lines = Some(known);
    }
}

/// Whether a line reaches beyond the place up to which lines are known to be right.
fn crosses(lines: &Lines, line: u32, limit: usize) -> bool {
    lines.start(line).is_none() || lines.start(line.saturating_add(1)).is_none_or(|next| next > limit)
}

#[cfg(test)]
mod tests {
    use lsp_types::{Position, Range};
    use proptest::prelude::*;

    use super::*;

    fn change(line: u32, from: u32, to: (u32, u32), text: &str) -> TextDocumentContentChangeEvent {
        let range = Range::new(Position::new(line, from), Position::new(to.0, to.1));
        TextDocumentContentChangeEvent { range: Some(range), range_length: None, text: text.to_owned() }
    }

    #[test]
    fn edits_follow_each_other() {
        for (before, changes, after) in [
            ("ab\ncd\n", vec![change(1, 0, (1, 1), "X"), change(0, 1, (0, 2), "Y")], "aY\nXd\n"),
            ("ab\ncd\n", vec![change(0, 0, (0, 0), "1\n2\n"), change(3, 0, (3, 1), "X")], "1\n2\nab\nXd\n"),
            ("ab\n", vec![change(0, 2, (1, 0), ""), change(0, 9, (9, 9), "!")], "ab!"),
            ("ab", vec![change(0, 2, (0, 1), "x")], "abx"),
            ("a", vec![TextDocumentContentChangeEvent { range: None, range_length: None, text: "new".into() }], "new"),
        ] {
            let mut text = before.to_owned();
            edit(&mut text, changes, Encoding::Utf16);
            assert_eq!(text, after);
        }
    }

    proptest! {
        #[test]
        fn many_edits_are_as_one_after_the_other(
            before in "[a😀\r\n]{0,30}",
            edits in proptest::collection::vec((0_u32..6, 0_u32..6, 0_u32..6, 0_u32..6, "[x\r\n]{0,3}"), 0..6),
        ) {
            let changes: Vec<_> = edits.iter().map(|(line, from, to_line, to, text)| change(*line, *from, (*to_line, *to), text)).collect();
            let mut one_by_one = before.clone();
            for change in changes.clone() {
                edit(&mut one_by_one, vec![change], Encoding::Utf16);
            }
            let mut at_once = before;
            edit(&mut at_once, changes, Encoding::Utf16);
            prop_assert_eq!(at_once, one_by_one);
        }
    }
}
