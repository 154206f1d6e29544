//! What an editor asks, in the words of the protocol: each request to the feature that knows, and its answer back.
//!
//! Knows the protocol. Must not know how features find what they find.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::civil::Date;
use lsp_server::ErrorCode;
use lsp_types::request::{
    CodeActionRequest, Completion, DocumentLinkRequest, DocumentSymbolRequest, GotoDefinition, HoverRequest, PrepareRenameRequest, References,
    Rename, Request as _, WillRenameFiles, WorkspaceSymbolRequest,
};
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CompletionItem, CompletionItemKind, CompletionList, CompletionParams,
    CompletionTextEdit, DocumentChanges, DocumentLink, DocumentLinkParams, DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse,
    Documentation, GotoDefinitionParams, GotoDefinitionResponse, Hover, HoverContents, HoverParams, InsertTextFormat, Location, MarkupContent,
    MarkupKind, Position, PrepareRenameResponse, ReferenceParams, RenameFilesParams, RenameParams, SymbolInformation, SymbolKind,
    TextDocumentPositionParams, TextEdit, Uri, WorkspaceEdit, WorkspaceSymbolParams, WorkspaceSymbolResponse,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::actions::{self, Action};
use super::book::Book;
use super::client::{Client, FIX_ALL};
use super::completion::{self, Kind};
use super::convert::Convert;
use super::diagnostics::shown;
use super::symbols::{self, Symbol};
use super::view::View;
use super::workspace::Workspace;
use super::{definition, hover, links, references, rename};
use crate::moves::Left;
use crate::source::SitePath;
use crate::text::count;

/// Of what a rename leaves to do, this much is named.
const LEFT_SHOWN: usize = 10;

/// An answer, or why there is none.
pub type Answer = Result<Value, (ErrorCode, String)>;

/// Where a request is asked: the newest text, and everything to speak of places in it.
struct Asked<'a> {
    view: View<'a>,
    path: SitePath,
    convert: Convert<'a>,
}

/// Answers a request on the newest texts.
///
/// # Errors
///
/// If the request is none that this server knows, or says what can't be done.
pub fn answer(method: &str, params: Value, workspace: &mut Workspace, client: &Client, today: Date) -> Answer {
    let mut desk = Desk { workspace, client, today };
    match method {
        Completion::METHOD => desk.complete(&read(params)?),
        HoverRequest::METHOD => desk.hover(&read(params)?),
        GotoDefinition::METHOD => desk.define(&read(params)?),
        References::METHOD => desk.refer(&read(params)?),
        CodeActionRequest::METHOD => desk.act(&read(params)?),
        DocumentSymbolRequest::METHOD => desk.outline(&read(params)?),
        DocumentLinkRequest::METHOD => desk.links(&read(params)?),
        PrepareRenameRequest::METHOD => desk.prepare_rename(&read(params)?),
        Rename::METHOD => desk.rename(&read(params)?),
        WillRenameFiles::METHOD => desk.rename_files(&read(params)?),
        WorkspaceSymbolRequest::METHOD => desk.search(&read(params)?),
        _ => Err((ErrorCode::MethodNotFound, format!("'{method}' is nothing that opsbook does"))),
    }
}

fn read<T: DeserializeOwned>(params: Value) -> Result<T, (ErrorCode, String)> {
    serde_json::from_value(params).map_err(|error| (ErrorCode::InvalidParams, error.to_string()))
}

fn written(answer: impl serde::Serialize) -> Answer {
    serde_json::to_value(answer).map_err(|error| (ErrorCode::InternalError, error.to_string()))
}

struct Desk<'a> {
    workspace: &'a mut Workspace,
    client: &'a Client,
    today: Date,
}

impl Desk<'_> {
    /// The file that a request is about; none if it is no part of a handbook. The handbook is compiled if it has to be.
    fn at<'a>(&'a mut self, uri: &Uri, root: &'a mut PathBuf) -> Option<Asked<'a>> {
        let (found, path) = self.workspace.home(uri, self.today)?;
        *root = found;
        self.workspace.books.get_mut(root)?.bring_up(self.today);
        let workspace = &*self.workspace;
        let view = workspace.books.get(root).map(Book::view)?;
        view.text(&path)?;
        Some(Asked { view, path, convert: Convert::new(workspace, root, view, self.client) })
    }

    fn complete(&mut self, params: &CompletionParams) -> Answer {
        let (snippets, mut root) = (self.client.snippets, PathBuf::new());
        let place = &params.text_document_position;
        let Some(mut asked) = self.at(&place.text_document.uri, &mut root) else { return Ok(Value::Null) };
        let offset = asked.own_offset(place.position);
        let list = completion::complete(asked.view, &asked.path, offset, snippets);
        let range = asked.convert.range(&asked.path, list.span);
        let item = |(index, item): (usize, completion::Item)| CompletionItem {
            label: item.label,
            kind: Some(kind(item.kind)),
            detail: Some(item.detail).filter(|detail| !detail.is_empty()),
            documentation: Some(item.docs)
                .filter(|docs| !docs.is_empty())
                .map(|value| Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value })),
            sort_text: Some(format!("{index:05}")),
            filter_text: Some(item.filter),
            insert_text_format: item.is_snippet.then_some(InsertTextFormat::SNIPPET),
            text_edit: Some(CompletionTextEdit::Edit(TextEdit { range, new_text: item.text })),
            ..CompletionItem::default()
        };
        written(CompletionList { is_incomplete: list.is_cut, items: list.items.into_iter().enumerate().map(item).collect() })
    }

    fn hover(&mut self, params: &HoverParams) -> Answer {
        let (markdown, mut root) = (self.client.markdown, PathBuf::new());
        let place = &params.text_document_position_params;
        let Some(mut asked) = self.at(&place.text_document.uri, &mut root) else { return Ok(Value::Null) };
        let offset = asked.offset(place.position);
        let Some((value, span)) = hover::hover(asked.view, &asked.path, offset) else { return Ok(Value::Null) };
        let kind = if markdown { MarkupKind::Markdown } else { MarkupKind::PlainText };
        let range = Some(asked.convert.range(&asked.path, span));
        written(Hover { contents: HoverContents::Markup(MarkupContent { kind, value }), range })
    }

    fn define(&mut self, params: &GotoDefinitionParams) -> Answer {
        let mut root = PathBuf::new();
        let place = &params.text_document_position_params;
        let Some(mut asked) = self.at(&place.text_document.uri, &mut root) else { return Ok(Value::Null) };
        let offset = asked.offset(place.position);
        let own = asked.own_offset(place.position);
        let included = definition::included(asked.view, &asked.path, own);
        let spot = included.or_else(|| definition::definition(asked.view, &asked.path, offset));
        let location = spot.and_then(|spot| asked.convert.location(&spot));
        written(location.map(GotoDefinitionResponse::Scalar))
    }

    fn refer(&mut self, params: &ReferenceParams) -> Answer {
        let mut root = PathBuf::new();
        let place = &params.text_document_position;
        let Some(mut asked) = self.at(&place.text_document.uri, &mut root) else { return Ok(Value::Null) };
        let offset = asked.offset(place.position);
        let spots = references::references(asked.view, &asked.path, offset, params.context.include_declaration);
        let locations: Vec<Location> = spots.iter().filter_map(|spot| asked.convert.location(spot)).collect();
        written(locations)
    }

    fn act(&mut self, params: &CodeActionParams) -> Answer {
        let mut root = PathBuf::new();
        let Some(mut asked) = self.at(&params.text_document.uri, &mut root) else { return Ok(Value::Null) };
        let span = asked.convert.span(&asked.path, params.range);
        let wants = |kind: &CodeActionKind| {
            let is_within = |wanted: &CodeActionKind| kind.as_str() == wanted.as_str() || kind.as_str().starts_with(&format!("{}.", wanted.as_str()));
            params.context.only.as_ref().is_none_or(|only| only.iter().any(is_within))
        };
        let mut found: Vec<CodeActionOrCommand> = Vec::new();
        if wants(&CodeActionKind::QUICKFIX) {
            let fixes = actions::fixes(asked.view, &asked.path, span);
            found.extend(fixes.iter().map(|action| CodeActionOrCommand::CodeAction(asked.action(action, CodeActionKind::QUICKFIX))));
        }
        if wants(&FIX_ALL)
            && let Some(action) = actions::fix_all(asked.view, &asked.path)
        {
            found.push(CodeActionOrCommand::CodeAction(asked.action(&action, FIX_ALL)));
        }
        written(found)
    }

    fn outline(&mut self, params: &DocumentSymbolParams) -> Answer {
        let (is_tree, mut root) = (self.client.hierarchical_symbols, PathBuf::new());
        let Some(mut asked) = self.at(&params.text_document.uri, &mut root) else { return Ok(Value::Null) };
        let outline = symbols::outline(asked.view, &asked.path);
        if is_tree {
            let symbols = outline.into_iter().map(|symbol| asked.symbol(symbol)).collect();
            return written(DocumentSymbolResponse::Nested(symbols));
        }
        let mut flat = Vec::new();
        for symbol in outline {
            asked.flatten(symbol, None, &params.text_document.uri, &mut flat);
        }
        written(DocumentSymbolResponse::Flat(flat))
    }

    fn links(&mut self, params: &DocumentLinkParams) -> Answer {
        let mut root = PathBuf::new();
        let Some(mut asked) = self.at(&params.text_document.uri, &mut root) else { return Ok(Value::Null) };
        let mut found = Vec::new();
        for link in links::links(asked.view, &asked.path) {
            let target = match &link.what {
                links::What::Web(address) => address.parse().ok(),
                links::What::File(spot) => asked.convert.location(spot).and_then(|location| {
                    let line = location.range.start.line;
                    if line == 0 { Some(location.uri) } else { format!("{}#L{}", location.uri.as_str(), line + 1).parse().ok() }
                }),
            };
            let range = asked.convert.range(&asked.path, link.span);
            found.extend(target.map(|target| DocumentLink { range, target: Some(target), tooltip: None, data: None }));
        }
        written(found)
    }

    fn prepare_rename(&mut self, params: &TextDocumentPositionParams) -> Answer {
        let mut root = PathBuf::new();
        let Some(mut asked) = self.at(&params.text_document.uri, &mut root) else { return Ok(Value::Null) };
        let offset = asked.offset(params.position);
        let Some((span, placeholder)) = rename::heading(asked.view, &asked.path, offset) else { return Ok(Value::Null) };
        written(PrepareRenameResponse::RangeWithPlaceholder { range: asked.convert.range(&asked.path, span), placeholder })
    }

    fn rename(&mut self, params: &RenameParams) -> Answer {
        let mut root = PathBuf::new();
        let place = &params.text_document_position;
        let Some(mut asked) = self.at(&place.text_document.uri, &mut root) else { return Ok(Value::Null) };
        let offset = asked.offset(place.position);
        match rename::rename(asked.view, &asked.path, offset, &params.new_name) {
            Ok(changes) => written(asked.convert.workspace_edit(&changes.edits)),
            Err(refused) => Err((ErrorCode::RequestFailed, format!("{}; {}", refused.message, refused.help))),
        }
    }

    /// Files that belong to different handbooks move on their own.
    fn rename_files(&mut self, params: &RenameFilesParams) -> Answer {
        let mut by_root: BTreeMap<PathBuf, Vec<(SitePath, SitePath)>> = BTreeMap::new();
        for file in &params.files {
            let (Ok(from), Ok(to)) = (file.old_uri.parse(), file.new_uri.parse()) else { continue };
            let (Some((root, from)), Some((target, to))) = (self.workspace.home(&from, self.today), self.workspace.home(&to, self.today)) else {
                continue;
            };
            if root == target {
                by_root.entry(root).or_default().push((from, to));
            }
        }
        let mut whole = WorkspaceEdit::default();
        for (root, renames) in by_root {
            if let Some(book) = self.workspace.books.get_mut(&root) {
                book.bring_up(self.today);
            }
            let Some(view) = self.workspace.books.get(&root).map(Book::view) else { continue };
            let (edit, message) = match rename::move_files(view, &renames, self.client.redirects) {
                Ok(changes) => (Convert::new(self.workspace, &root, view, self.client).workspace_edit(&changes.edits), to_do(&changes.left)),
                Err(refused) => (WorkspaceEdit::default(), Some(format!("links don't follow: {}; {}", refused.message, refused.help))),
            };
            self.workspace.messages.extend(message);
            join(&mut whole, edit);
        }
        written(whole)
    }

    fn search(&mut self, params: &WorkspaceSymbolParams) -> Answer {
        let mut found = Vec::new();
        let roots: Vec<PathBuf> = self.workspace.books.keys().cloned().collect();
        for root in roots {
            if let Some(book) = self.workspace.books.get_mut(&root) {
                book.bring_up(self.today);
            }
            let Some(view) = self.workspace.books.get(&root).map(Book::view) else { continue };
            let mut convert = Convert::new(self.workspace, &root, view, self.client);
            for find in symbols::search(view, &params.query) {
                let Some(location) = convert.location(&find.spot) else { continue };
                let kind = match find.kind {
                    symbols::Kind::Page => SymbolKind::FILE,
                    symbols::Kind::Name => SymbolKind::OBJECT,
                    symbols::Kind::Heading => SymbolKind::STRING,
                };
                found.push(information(find.name, kind, location, find.container));
            }
        }
        written(WorkspaceSymbolResponse::Flat(found))
    }
}

impl Asked<'_> {
    /// The offset in the text with all that it includes, as features speak of it.
    fn offset(&mut self, position: Position) -> usize {
        let own = self.own_offset(position);
        self.view.page(&self.path).map_or(own, |(_, page)| page.document.offset(own))
    }

    /// The offset in the text as it stands in the editor.
    fn own_offset(&mut self, position: Position) -> usize {
        self.convert.offset(&self.path, position)
    }

    fn action(&mut self, action: &Action<'_>, kind: CodeActionKind) -> CodeAction {
        let edits = [(self.path.clone(), action.edits.clone())].into();
        CodeAction {
            title: action.title.clone(),
            kind: Some(kind),
            diagnostics: action.finding.map(|finding| vec![shown(finding, &mut self.convert)]),
            edit: Some(self.convert.workspace_edit(&edits)),
            is_preferred: action.finding.map(|_| action.is_certain),
            ..CodeAction::default()
        }
    }

    fn symbol(&mut self, symbol: Symbol) -> DocumentSymbol {
        let children: Vec<DocumentSymbol> = symbol.inside.into_iter().map(|inside| self.symbol(inside)).collect();
        #[expect(deprecated, reason = "the field has no default")]
        DocumentSymbol {
            name: symbol.name,
            detail: None,
            kind: SymbolKind::STRING,
            tags: None,
            deprecated: None,
            range: self.convert.range(&self.path, symbol.whole),
            selection_range: self.convert.range(&self.path, symbol.title),
            children: (!children.is_empty()).then_some(children),
        }
    }

    fn flatten(&mut self, symbol: Symbol, container: Option<String>, uri: &Uri, flat: &mut Vec<SymbolInformation>) {
        let location = Location { uri: uri.clone(), range: self.convert.range(&self.path, symbol.whole) };
        flat.push(information(symbol.name.clone(), SymbolKind::STRING, location, container));
        for inside in symbol.inside {
            self.flatten(inside, Some(symbol.name.clone()), uri, flat);
        }
    }
}

/// What a move leaves to do, in one message; nothing if that is nothing.
fn to_do(left: &[Left]) -> Option<String> {
    let (first, rest) = left.split_at(left.len().min(LEFT_SHOWN));
    let mut lines: Vec<String> = first.iter().map(|left| format!("{}: {}", left.path, left.message)).collect();
    if !rest.is_empty() {
        lines.push(format!("and {} more; `opsbook check` lists broken links", count(rest.len(), "place")));
    }
    (!lines.is_empty()).then(|| format!("links follow, but see to {} yourself:\n{}", count(left.len(), "place"), lines.join("\n")))
}

/// Adds the edits of another handbook.
fn join(whole: &mut WorkspaceEdit, edit: WorkspaceEdit) {
    if let Some(changes) = edit.changes {
        whole.changes.get_or_insert_default().extend(changes);
    }
    if let Some(DocumentChanges::Edits(edits)) = edit.document_changes {
        match &mut whole.document_changes {
            Some(DocumentChanges::Edits(all)) => all.extend(edits),
            _ => whole.document_changes = Some(DocumentChanges::Edits(edits)),
        }
    }
}

fn information(name: String, kind: SymbolKind, location: Location, container_name: Option<String>) -> SymbolInformation {
    #[expect(deprecated, reason = "the field has no default")]
    SymbolInformation { name, kind, tags: None, deprecated: None, location, container_name }
}

fn kind(kind: Kind) -> CompletionItemKind {
    match kind {
        Kind::Page | Kind::File => CompletionItemKind::FILE,
        Kind::Anchor => CompletionItemKind::REFERENCE,
        Kind::Key => CompletionItemKind::PROPERTY,
        Kind::Value => CompletionItemKind::ENUM_MEMBER,
        Kind::Section => CompletionItemKind::SNIPPET,
        Kind::Name => CompletionItemKind::CONSTANT,
        Kind::Word => CompletionItemKind::KEYWORD,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Span;

    #[test]
    fn all_that_is_left_is_said_at_once() {
        let left = |number: usize| -> Vec<Left> {
            let one = |index: usize| Left { path: SitePath::new(&format!("{index}.md")).unwrap(), span: Span::at(0), message: "mend it".to_owned() };
            (0..number).map(one).collect()
        };
        assert_eq!(to_do(&left(0)), None);
        assert_eq!(to_do(&left(2)).unwrap(), "links follow, but see to 2 places yourself:\n0.md: mend it\n1.md: mend it");
        let many = to_do(&left(LEFT_SHOWN + 1)).unwrap();
        assert_eq!((many.lines().count(), many.lines().last()), (LEFT_SHOWN + 2, Some("and 1 place more; `opsbook check` lists broken links")));
    }
}
