//! The conversation with an editor: what comes in, in order, and what goes out.
//!
//! Knows the life of a session. What requests ask is answered elsewhere.
//!
//! While messages wait, nothing is told about findings: the writer sees those of the newest text only.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;

use jiff::civil::Date;
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::notification::{
    DidChangeTextDocument, DidChangeWatchedFiles, DidChangeWorkspaceFolders, DidCloseTextDocument, DidOpenTextDocument, DidSaveTextDocument,
    Notification as _, PublishDiagnostics, ShowMessage,
};
use lsp_types::{
    CancelParams, DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidChangeWatchedFilesRegistrationOptions,
    DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams, FileSystemWatcher,
    GlobPattern, InitializeParams, InitializeResult, MessageType, NumberOrString, PublishDiagnosticsParams, Registration, RegistrationParams,
    ServerInfo, ShowMessageParams,
};
use serde::de::DeserializeOwned;

use super::addresses;
use super::book::Book;
use super::client::Client;
use super::convert::Convert;
use super::diagnostics::{self, Told};
use super::requests;
use super::wire::Incoming;
use super::workspace::Workspace;

/// What is watched on the disk.
const WATCHED: &str = "**/*";

/// What goes out.
#[derive(Debug)]
pub enum Outgoing {
    /// A message.
    Message(Message),
    /// Something came in that is no message, for this reason.
    Complaint(String),
}

/// What the server is started with.
pub struct Settings<'a> {
    /// The one handbook that counts; without it those that the editor opens.
    pub folder: Option<PathBuf>,
    /// Which day it is, asked again and again: sessions last longer than days.
    pub today: &'a dyn Fn() -> Date,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Life {
    /// Nothing was agreed yet.
    Waiting,
    Running,
    /// The editor said that it is about to leave.
    ShutDown,
}

struct Server<'a> {
    settings: &'a Settings<'a>,
    send: &'a mut dyn FnMut(Outgoing),
    life: Life,
    client: Client,
    workspace: Workspace,
    /// What was told, by the root of each handbook.
    told: BTreeMap<PathBuf, Told>,
    /// Whether anything came in since findings were told last.
    is_news: bool,
    /// Whether the disk should be looked at before anything is said: the editor doesn't watch it.
    is_old: bool,
}

/// Talks to an editor until it leaves. Gives whether it left in good order.
pub fn run(settings: &Settings<'_>, incoming: &Receiver<Incoming>, send: &mut dyn FnMut(Outgoing)) -> bool {
    let workspace = Workspace::of(settings.folder.clone());
    let client = Client::of(&lsp_types::ClientCapabilities::default());
    let mut server = Server { settings, send, life: Life::Waiting, client, workspace, told: BTreeMap::new(), is_news: false, is_old: false };
    let mut queue = Queue::default();
    loop {
        if queue.waiting.is_empty() {
            match incoming.recv() {
                Ok(next) => queue.push(next),
                Err(_) => return server.life == Life::ShutDown,
            }
        }
        for next in incoming.try_iter() {
            queue.push(next);
        }
        match queue.waiting.pop_front() {
            Some(Incoming::Rubbish(why)) => (server.send)(Outgoing::Complaint(why)),
            Some(Incoming::Message(Message::Request(request))) => {
                let is_cancelled = queue.take(&request.id);
                server.request(request, is_cancelled);
            }
            Some(Incoming::Message(Message::Notification(notification))) => {
                if notification.method == "exit" {
                    return server.life == Life::ShutDown;
                }
                server.notification(notification);
            }
            // Nobody waits for what editors answer: they either watch files or don't.
            Some(Incoming::Message(Message::Response(_))) | None => {}
        }
        for next in incoming.try_iter() {
            queue.push(next);
        }
        if queue.waiting.is_empty() {
            server.tell();
        }
    }
}

/// What came in and wasn't looked at yet.
#[derive(Default)]
struct Queue {
    waiting: VecDeque<Incoming>,
    /// Requests that wait.
    pending: BTreeSet<RequestId>,
    /// Those of them that nobody wants any more.
    cancelled: BTreeSet<RequestId>,
}

impl Queue {
    fn push(&mut self, next: Incoming) {
        match &next {
            Incoming::Message(Message::Request(request)) => drop(self.pending.insert(request.id.clone())),
            Incoming::Message(Message::Notification(notification)) if notification.method == "$/cancelRequest" => {
                let cancelled = serde_json::from_value::<CancelParams>(notification.params.clone()).ok().map(|params| match params.id {
                    NumberOrString::Number(number) => RequestId::from(number),
                    NumberOrString::String(text) => RequestId::from(text),
                });
                self.cancelled.extend(cancelled.filter(|id| self.pending.contains(id)));
                return;
            }
            _ => {}
        }
        self.waiting.push_back(next);
    }

    /// Takes a request off; gives whether it was cancelled.
    fn take(&mut self, id: &RequestId) -> bool {
        self.pending.remove(id);
        self.cancelled.remove(id)
    }
}

impl Server<'_> {
    fn today(&self) -> Date {
        (self.settings.today)()
    }

    fn answer(&mut self, response: Response) {
        (self.send)(Outgoing::Message(Message::Response(response)));
    }

    fn notify(&mut self, method: &str, params: impl serde::Serialize) {
        let Ok(params) = serde_json::to_value(params) else { return };
        (self.send)(Outgoing::Message(Message::Notification(Notification { method: method.to_owned(), params })));
    }

    fn request(&mut self, request: Request, is_cancelled: bool) {
        let id = request.id.clone();
        let fail = |code: ErrorCode, why: &str| Response::new_err(id.clone(), code as i32, why.to_owned());
        let response = match (self.life, request.method.as_str()) {
            _ if is_cancelled => fail(ErrorCode::RequestCanceled, "cancelled"),
            (Life::Waiting, "initialize") => match self.initialize(request.params) {
                Ok(result) => Response { id, response_result: Ok(result) },
                Err(why) => fail(ErrorCode::InvalidParams, &why),
            },
            (Life::Waiting, _) => fail(ErrorCode::ServerNotInitialized, "the first request must be 'initialize'"),
            (Life::ShutDown, _) => fail(ErrorCode::InvalidRequest, "the server was shut down"),
            (Life::Running, "initialize") => fail(ErrorCode::InvalidRequest, "the server is initialized already"),
            (Life::Running, "shutdown") => {
                self.life = Life::ShutDown;
                Response { id, response_result: Ok(serde_json::Value::Null) }
            }
            (Life::Running, _) => {
                let today = self.today();
                self.look(today);
                let answer = requests::answer(&request.method, request.params, &mut self.workspace, &self.client, today);
                self.is_news = true;
                match answer {
                    Ok(result) => Response { id, response_result: Ok(result) },
                    Err((code, why)) => fail(code, &why),
                }
            }
        };
        self.answer(response);
    }

    fn initialize(&mut self, params: serde_json::Value) -> Result<serde_json::Value, String> {
        let params: InitializeParams = serde_json::from_value(params).map_err(|error| error.to_string())?;
        self.client = Client::of(&params.capabilities);
        let wanted = params.initialization_options.as_ref().and_then(|options| options.get("redirects")?.as_bool());
        self.client.redirects = wanted.unwrap_or(true);
        let folders = params.workspace_folders.unwrap_or_default();
        self.workspace.folders = folders.iter().filter_map(|folder| addresses::path(&folder.uri)).collect();
        #[expect(deprecated, reason = "editors that know no folders name a root")]
        if let Some(root) = params.root_uri.as_ref().and_then(addresses::path)
            && self.workspace.folders.is_empty()
        {
            self.workspace.folders.push(root);
        }
        let info = ServerInfo { name: "opsbook".to_owned(), version: Some(env!("CARGO_PKG_VERSION").to_owned()) };
        let result = InitializeResult { capabilities: self.client.offer(), server_info: Some(info) };
        self.life = Life::Running;
        serde_json::to_value(result).map_err(|error| error.to_string())
    }

    fn notification(&mut self, notification: Notification) {
        if self.life != Life::Running {
            return;
        }
        let today = self.today();
        let Notification { method, params } = notification;
        self.is_news = true;
        match method.as_str() {
            "initialized" => {
                self.watch();
                self.workspace.start(today);
            }
            DidOpenTextDocument::METHOD => {
                let Some(DidOpenTextDocumentParams { text_document: opened }) = read(params) else { return };
                self.workspace.open(&opened.uri, opened.version, opened.text, today);
                self.is_old = !self.client.watches || self.workspace.reads_elsewhere();
            }
            DidChangeTextDocument::METHOD => {
                let Some(DidChangeTextDocumentParams { text_document, content_changes }) = read(params) else { return };
                self.workspace.change(&text_document.uri, text_document.version, content_changes, self.client.encoding);
            }
            DidCloseTextDocument::METHOD => {
                let Some(DidCloseTextDocumentParams { text_document }) = read(params) else { return };
                self.workspace.close(&text_document.uri);
                self.let_go();
            }
            DidSaveTextDocument::METHOD => {
                let Some(DidSaveTextDocumentParams { text_document, .. }) = read(params) else { return };
                self.workspace.changed(addresses::path(&text_document.uri).into_iter().collect(), today);
                self.is_old = !self.client.watches || self.workspace.reads_elsewhere();
            }
            DidChangeWatchedFiles::METHOD => {
                let Some(DidChangeWatchedFilesParams { changes }) = read(params) else { return };
                self.workspace.changed(changes.iter().filter_map(|change| addresses::path(&change.uri)).collect(), today);
            }
            DidChangeWorkspaceFolders::METHOD => {
                let Some(DidChangeWorkspaceFoldersParams { event }) = read(params) else { return };
                let removed: Vec<PathBuf> = event.removed.iter().filter_map(|folder| addresses::path(&folder.uri)).collect();
                let added = event.added.iter().filter_map(|folder| addresses::path(&folder.uri)).collect();
                self.workspace.change_folders(&removed, added, today);
                self.let_go();
            }
            _ => self.is_news = false,
        }
    }

    /// Asks the editor to say when files change on the disk.
    fn watch(&mut self) {
        if !self.client.watches {
            return;
        }
        let watchers = vec![FileSystemWatcher { glob_pattern: GlobPattern::String(WATCHED.to_owned()), kind: None }];
        let options = serde_json::to_value(DidChangeWatchedFilesRegistrationOptions { watchers }).ok();
        let registration =
            Registration { id: "opsbook-files".to_owned(), method: DidChangeWatchedFiles::METHOD.to_owned(), register_options: options };
        let Ok(params) = serde_json::to_value(RegistrationParams { registrations: vec![registration] }) else { return };
        let request = Request { id: RequestId::from("opsbook-watch".to_owned()), method: "client/registerCapability".to_owned(), params };
        (self.send)(Outgoing::Message(Message::Request(request)));
    }

    /// Looks at the disk where the editor doesn't: once for all that came in at once, and never while somebody types.
    fn look(&mut self, today: Date) {
        if std::mem::take(&mut self.is_old) {
            self.workspace.look(today);
        }
    }

    /// Takes back the findings of handbooks that are no longer looked at.
    fn let_go(&mut self) {
        for (root, book) in self.workspace.let_go() {
            let told = self.told.remove(&root).unwrap_or_default();
            for uri in told.files().filter_map(|path| addresses::uri(&book.file_of(path))) {
                self.notify(PublishDiagnostics::METHOD, PublishDiagnosticsParams { uri, diagnostics: Vec::new(), version: None });
            }
        }
    }

    /// Tells what changed about findings.
    fn tell(&mut self) {
        if !std::mem::take(&mut self.is_news) || self.life != Life::Running {
            return;
        }
        let today = self.today();
        self.look(today);
        let roots: Vec<PathBuf> = self.workspace.books.keys().cloned().collect();
        for root in roots {
            for params in self.news(&root, today) {
                self.notify(PublishDiagnostics::METHOD, params);
            }
        }
        for message in std::mem::take(&mut self.workspace.messages) {
            self.notify(ShowMessage::METHOD, ShowMessageParams { typ: MessageType::WARNING, message: format!("opsbook: {message}") });
        }
    }

    fn news(&mut self, root: &Path, today: Date) -> Vec<PublishDiagnosticsParams> {
        if let Some(book) = self.workspace.books.get_mut(root) {
            book.bring_up(today);
        }
        let workspace = &self.workspace;
        let Some(view) = workspace.books.get(root).map(Book::view) else { return Vec::new() };
        let told = self.told.entry(root.to_path_buf()).or_default();
        let mut convert = Convert::new(workspace, root, view, &self.client);
        let mut params = Vec::new();
        for news in told.news(view, |path| workspace.version(root, path)) {
            let Some(uri) = convert.uri(&news.path) else { continue };
            let diagnostics = news.findings.iter().map(|finding| diagnostics::shown(finding, &mut convert)).collect();
            params.push(PublishDiagnosticsParams { uri, diagnostics, version: news.version });
        }
        params
    }
}

fn read<T: DeserializeOwned>(params: serde_json::Value) -> Option<T> {
    serde_json::from_value(params).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_cancelled_while_it_waits() {
        let request = |id: i32| {
            let request = Request { id: RequestId::from(id), method: "workspace/symbol".to_owned(), params: serde_json::Value::Null };
            Incoming::Message(Message::Request(request))
        };
        let cancel = |id: serde_json::Value| {
            let params = serde_json::json!({ "id": id });
            Incoming::Message(Message::Notification(Notification { method: "$/cancelRequest".to_owned(), params }))
        };
        let mut queue = Queue::default();
        for next in [cancel(2.into()), request(1), request(2), cancel(2.into()), cancel("two".into()), cancel(serde_json::Value::Null)] {
            queue.push(next);
        }
        assert_eq!(queue.waiting.len(), 2, "nothing is kept of what cancels");
        assert_eq!([1, 2].map(|id| queue.take(&RequestId::from(id))), [false, true]);
        queue.push(request(2));
        assert!(!queue.take(&RequestId::from(2)), "a number may be used again");
        queue.push(cancel(2.into()));
        assert!(queue.cancelled.is_empty() && queue.pending.is_empty(), "what is answered can't be cancelled");
    }
}
