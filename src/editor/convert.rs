//! Places of a handbook to places of the protocol: files to addresses, bytes to lines and columns.
//!
//! Knows the protocol. Must not know features.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use lsp_types::{
    DocumentChanges, Location, OneOf, OptionalVersionedTextDocumentIdentifier, Position, Range, TextDocumentEdit, TextEdit, Uri, WorkspaceEdit,
};

use super::client::Client;
use super::positions::Lines;
use super::view::{Spot, View};
use super::workspace::Workspace;
use crate::diagnostic::Edit;
use crate::source::SitePath;
use crate::text::Span;

/// What it takes to say where something of one handbook stands.
pub struct Convert<'a> {
    /// What the editor can do.
    pub client: &'a Client,
    workspace: &'a Workspace,
    root: &'a Path,
    view: View<'a>,
    lines: BTreeMap<SitePath, (Arc<str>, Lines)>,
}

impl<'a> Convert<'a> {
    /// For the handbook of this root.
    #[must_use]
    pub fn new(workspace: &'a Workspace, root: &'a Path, view: View<'a>, client: &'a Client) -> Self {
        Self { client, workspace, root, view, lines: BTreeMap::new() }
    }

    /// The range of a span in a file; the beginning of a file that isn't text.
    pub fn range(&mut self, path: &SitePath, span: Span) -> Range {
        let encoding = self.client.encoding;
        let (text, lines) = self.lines(path);
        lines.range(text, span, encoding)
    }

    fn lines(&mut self, path: &SitePath) -> &(Arc<str>, Lines) {
        let view = self.view;
        self.lines.entry(path.clone()).or_insert_with(|| {
            let text = view.text(path).cloned().unwrap_or_default();
            let lines = Lines::of(&text);
            (text, lines)
        })
    }

    /// The address of a file; none for what comes with opsbook.
    #[must_use]
    pub fn uri(&self, path: &SitePath) -> Option<Uri> {
        if path.is_embedded() { None } else { self.workspace.address(self.root, path).map(|(uri, _)| uri) }
    }

    /// The byte at a position of a file.
    pub fn offset(&mut self, path: &SitePath, position: Position) -> usize {
        self.span(path, Range::new(position, position)).start()
    }

    /// The span of a range in a file.
    pub fn span(&mut self, path: &SitePath, range: Range) -> Span {
        let encoding = self.client.encoding;
        let (text, lines) = self.lines(path);
        lines.span(text, range, encoding)
    }

    /// Where something stands.
    pub fn location(&mut self, spot: &Spot) -> Option<Location> {
        Some(Location { uri: self.uri(&spot.path)?, range: self.range(&spot.path, spot.span) })
    }

    /// Edits of one file.
    pub fn edits(&mut self, path: &SitePath, edits: &[Edit]) -> Vec<TextEdit> {
        edits.iter().map(|edit| TextEdit { range: self.range(path, edit.span), new_text: edit.replacement.clone() }).collect()
    }

    /// Edits of several files.
    pub fn workspace_edit(&mut self, edits: &BTreeMap<SitePath, Vec<Edit>>) -> WorkspaceEdit {
        let mut changes = Vec::new();
        for (path, edits) in edits.iter().filter(|(_, edits)| !edits.is_empty()) {
            // A copy of a repository's file is read, never written.
            if self.workspace.books.get(self.root).is_some_and(|book| book.is_copy(path)) {
                continue;
            }
            let Some((uri, version)) = self.workspace.address(self.root, path) else { continue };
            changes.push((uri, version, self.edits(path, edits)));
        }
        if !self.client.document_changes {
            return WorkspaceEdit { changes: Some(changes.into_iter().map(|(uri, _, edits)| (uri, edits)).collect()), ..WorkspaceEdit::default() };
        }
        let edits = changes.into_iter().map(|(uri, version, edits)| TextDocumentEdit {
            text_document: OptionalVersionedTextDocumentIdentifier { uri, version },
            edits: edits.into_iter().map(OneOf::Left).collect(),
        });
        WorkspaceEdit { document_changes: Some(DocumentChanges::Edits(edits.collect())), ..WorkspaceEdit::default() }
    }
}
