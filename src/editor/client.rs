//! What an editor can do, and what this server offers.
//!
//! Knows capabilities. Must not know what is done with them.

use lsp_types::{
    ClientCapabilities, CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CompletionOptions, DocumentLinkOptions, FileOperationFilter,
    FileOperationPattern, FileOperationRegistrationOptions, HoverProviderCapability, MarkupKind, OneOf, RenameOptions, ServerCapabilities,
    TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions, TextDocumentSyncSaveOptions, WorkDoneProgressOptions,
    WorkspaceFileOperationsServerCapabilities, WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
};

use super::positions::Encoding;

/// Mends all that can be mended in a file.
pub const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.opsbook");

/// What an editor can do.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a capability of its own, as the protocol has it")]
pub struct Client {
    /// What it counts in lines.
    pub encoding: Encoding,
    /// Whether completions may have places to fill in.
    pub snippets: bool,
    /// Whether explanations may be Markdown.
    pub markdown: bool,
    /// Whether an outline may be a tree.
    pub hierarchical_symbols: bool,
    /// Whether edits of several files may say for which version each is meant.
    pub document_changes: bool,
    /// Whether it can be asked to watch files.
    pub watches: bool,
    /// Whether findings may name other places.
    pub related: bool,
    /// Whether findings may carry what mends them.
    pub data: bool,
    /// Whether documents that move keep leading from their former places: what the writer asks for, not what the editor can do.
    pub redirects: bool,
}

impl Client {
    /// What the capabilities say.
    #[must_use]
    pub fn of(capabilities: &ClientCapabilities) -> Self {
        let document = capabilities.text_document.as_ref();
        let workspace = capabilities.workspace.as_ref();
        let item = document.and_then(|document| document.completion.as_ref()?.completion_item.as_ref());
        let formats = document.and_then(|document| document.hover.as_ref()?.content_format.as_ref());
        let symbols = document.and_then(|document| document.document_symbol.as_ref());
        let findings = document.and_then(|document| document.publish_diagnostics.as_ref());
        Self {
            encoding: Encoding::agreed(capabilities),
            snippets: item.and_then(|item| item.snippet_support).unwrap_or(false),
            markdown: formats.is_some_and(|formats| formats.contains(&MarkupKind::Markdown)),
            hierarchical_symbols: symbols.and_then(|symbols| symbols.hierarchical_document_symbol_support).unwrap_or(false),
            document_changes: workspace.and_then(|workspace| workspace.workspace_edit.as_ref()?.document_changes).unwrap_or(false),
            watches: workspace.and_then(|workspace| workspace.did_change_watched_files.as_ref()?.dynamic_registration).unwrap_or(false),
            related: findings.and_then(|findings| findings.related_information).unwrap_or(false),
            data: findings.and_then(|findings| findings.data_support).unwrap_or(false),
            redirects: true,
        }
    }

    /// What this server offers to it.
    #[must_use]
    pub fn offer(&self) -> ServerCapabilities {
        let save = TextDocumentSyncSaveOptions::Supported(true);
        let sync = TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(save),
            ..TextDocumentSyncOptions::default()
        };
        let any = FileOperationFilter {
            scheme: Some("file".to_owned()),
            pattern: FileOperationPattern { glob: "**/*".to_owned(), ..FileOperationPattern::default() },
        };
        let operations = WorkspaceFileOperationsServerCapabilities {
            will_rename: Some(FileOperationRegistrationOptions { filters: vec![any] }),
            ..WorkspaceFileOperationsServerCapabilities::default()
        };
        ServerCapabilities {
            position_encoding: Some(self.encoding.kind()),
            text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
            completion_provider: Some(CompletionOptions {
                trigger_characters: Some(["[", "(", "#", "/", ":", "\"", "`", "<"].map(str::to_owned).to_vec()),
                ..CompletionOptions::default()
            }),
            hover_provider: Some(HoverProviderCapability::Simple(true)),
            definition_provider: Some(OneOf::Left(true)),
            references_provider: Some(OneOf::Left(true)),
            rename_provider: Some(OneOf::Right(RenameOptions {
                prepare_provider: Some(true),
                work_done_progress_options: WorkDoneProgressOptions::default(),
            })),
            code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
                code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, FIX_ALL]),
                ..CodeActionOptions::default()
            })),
            document_link_provider: Some(DocumentLinkOptions {
                resolve_provider: Some(false),
                work_done_progress_options: WorkDoneProgressOptions::default(),
            }),
            document_symbol_provider: Some(OneOf::Left(true)),
            workspace_symbol_provider: Some(OneOf::Left(true)),
            workspace: Some(WorkspaceServerCapabilities {
                workspace_folders: Some(WorkspaceFoldersServerCapabilities { supported: Some(true), change_notifications: Some(OneOf::Left(true)) }),
                file_operations: Some(operations),
            }),
            ..ServerCapabilities::default()
        }
    }
}
