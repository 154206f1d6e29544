//! A session with the language server, in this process.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use lsp_server::{Message, Notification, Request, RequestId};
use opsbook::editor::addresses;
use opsbook::editor::server::{Outgoing, Settings, run};
use opsbook::editor::wire::Incoming;
use serde_json::{Value, json};

/// An answer may take this long. It guards against hangs; nothing is measured with it.
const PATIENCE: Duration = Duration::from_mins(2);

/// An editor.
pub(crate) struct Session {
    to: Sender<Incoming>,
    from: Receiver<Outgoing>,
    server: Option<JoinHandle<bool>>,
    next: i32,
    /// The findings of each file, by address, with the version that they are for.
    pub findings: BTreeMap<String, (Option<i64>, Vec<Value>)>,
    /// What the server said to the writer.
    pub messages: Vec<String>,
    /// What the server asked for.
    pub asked: Vec<Request>,
    /// What it complained of.
    pub complaints: Vec<String>,
    versions: BTreeMap<String, i32>,
}

/// What most editors can do.
pub(crate) fn able() -> Value {
    json!({
        "general": { "positionEncodings": ["utf-8", "utf-16"] },
        "workspace": { "workspaceEdit": { "documentChanges": true }, "didChangeWatchedFiles": { "dynamicRegistration": true } },
        "textDocument": {
            "completion": { "completionItem": { "snippetSupport": true } },
            "hover": { "contentFormat": ["markdown"] },
            "documentSymbol": { "hierarchicalDocumentSymbolSupport": true },
            "publishDiagnostics": { "relatedInformation": true, "dataSupport": true },
        },
    })
}

/// The address of a file.
pub(crate) fn uri(path: &Path) -> String {
    addresses::uri(path).expect("the path is absolute").as_str().to_owned()
}

impl Session {
    /// A server that nothing was said to yet.
    pub(crate) fn silent() -> Self {
        let (to, incoming) = channel();
        let (outgoing, from) = channel();
        let server = std::thread::spawn(move || {
            let today = || "2026-11-20".parse().expect("a date");
            let mut send = |message| drop(outgoing.send(message));
            run(&Settings { folder: None, today: &today }, &incoming, &mut send)
        });
        Self {
            to,
            from,
            server: Some(server),
            next: 0,
            findings: BTreeMap::new(),
            messages: Vec::new(),
            asked: Vec::new(),
            complaints: Vec::new(),
            versions: BTreeMap::new(),
        }
    }

    /// An editor that has these folders open.
    pub(crate) fn new(folders: &[&Path], capabilities: &Value) -> Self {
        let mut session = Self::silent();
        let folders: Vec<Value> = folders.iter().map(|folder| json!({ "uri": uri(folder), "name": "folder" })).collect();
        let answer =
            session.ask("initialize", &json!({ "processId": null, "rootUri": null, "capabilities": capabilities, "workspaceFolders": folders }));
        assert!(answer.expect("the server takes any editor")["capabilities"]["hoverProvider"] == true);
        session.notify("initialized", &json!({}));
        session
    }

    /// Says something.
    pub(crate) fn notify(&self, method: &str, params: &Value) {
        self.put(Incoming::Message(Message::Notification(Notification { method: method.to_owned(), params: params.clone() })));
    }

    /// Puts anything on the line.
    pub(crate) fn put(&self, incoming: Incoming) {
        self.to.send(incoming).expect("the server listens");
    }

    /// Asks without waiting.
    pub(crate) fn send(&mut self, method: &str, params: &Value) -> RequestId {
        self.next += 1;
        let id = RequestId::from(self.next);
        self.put(Incoming::Message(Message::Request(Request { id: id.clone(), method: method.to_owned(), params: params.clone() })));
        id
    }

    /// Asks and waits. Gives the code of the error where there is one.
    pub(crate) fn ask(&mut self, method: &str, params: &Value) -> Result<Value, i32> {
        let id = self.send(method, params);
        self.answer(&id)
    }

    /// Waits for an answer.
    pub(crate) fn answer(&mut self, id: &RequestId) -> Result<Value, i32> {
        loop {
            if let Some(Message::Response(response)) = self.hear()
                && response.id == *id
            {
                return response.response_result.map_err(|error| error.code);
            }
        }
    }

    /// Waits until what the server said is as expected.
    pub(crate) fn until(&mut self, what: &str, is_so: impl Fn(&Self) -> bool) {
        while !is_so(self) {
            assert!(self.hear().is_some() || !self.complaints.is_empty(), "{what}: the server is gone");
        }
    }

    fn hear(&mut self) -> Option<Message> {
        let message = match self.from.recv_timeout(PATIENCE).expect("the server answers in time") {
            Outgoing::Message(message) => message,
            Outgoing::Complaint(why) => {
                self.complaints.push(why);
                return None;
            }
        };
        match &message {
            Message::Notification(said) if said.method == "textDocument/publishDiagnostics" => {
                let uri = said.params["uri"].as_str().expect("an address").to_owned();
                let findings = said.params["diagnostics"].as_array().expect("a list").clone();
                self.findings.insert(uri, (said.params["version"].as_i64(), findings));
            }
            Message::Notification(said) => self.messages.push(said.params["message"].as_str().unwrap_or_default().to_owned()),
            Message::Request(request) => self.asked.push(request.clone()),
            Message::Response(_) => {}
        }
        Some(message)
    }

    /// Opens a text.
    pub(crate) fn open(&mut self, file: &Path, text: &str) {
        let uri = uri(file);
        self.versions.insert(uri.clone(), 1);
        self.notify("textDocument/didOpen", &json!({ "textDocument": { "uri": uri, "languageId": "markdown", "version": 1, "text": text } }));
    }

    /// Replaces a range of a text: from line and character to line and character.
    pub(crate) fn edit(&mut self, file: &Path, range: [u32; 4], text: &str) -> i32 {
        let [line, character, to_line, to] = range;
        let range = json!({ "start": { "line": line, "character": character }, "end": { "line": to_line, "character": to } });
        self.change(file, &json!([{ "range": range, "text": text }]))
    }

    /// Replaces a whole text.
    pub(crate) fn replace(&mut self, file: &Path, text: &str) -> i32 {
        self.change(file, &json!([{ "text": text }]))
    }

    /// Makes changes.
    pub(crate) fn change(&mut self, file: &Path, changes: &Value) -> i32 {
        let uri = uri(file);
        let version = self.versions.entry(uri.clone()).or_default();
        *version += 1;
        let version = *version;
        self.notify("textDocument/didChange", &json!({ "textDocument": { "uri": uri, "version": version }, "contentChanges": changes }));
        version
    }

    /// Asks something about a place.
    pub(crate) fn at(&mut self, method: &str, file: &Path, line: u32, character: u32) -> Value {
        let mut place = json!({ "textDocument": { "uri": uri(file) }, "position": { "line": line, "character": character } });
        if method == "textDocument/references" {
            place["context"] = json!({ "includeDeclaration": true });
        }
        self.ask(method, &place).unwrap_or_else(|code| panic!("{method} fails with {code}"))
    }

    /// The codes of a file's findings; none if nothing was said of it.
    pub(crate) fn codes(&self, file: &Path) -> Option<Vec<String>> {
        let (_, findings) = self.findings.get(&uri(file))?;
        Some(findings.iter().map(|finding| finding["code"].as_str().expect("a code").to_owned()).collect())
    }

    /// Waits for exactly these findings.
    pub(crate) fn expect(&mut self, file: &Path, codes: &[&str]) {
        self.until(&format!("{codes:?}"), |session| session.codes(file).is_some_and(|found| found == codes));
    }

    /// Leaves. Gives whether that was in good order.
    pub(crate) fn leave(mut self) -> bool {
        self.ask("shutdown", &Value::Null).expect("the server lets go");
        self.exit()
    }

    /// Leaves without a word.
    pub(crate) fn exit(mut self) -> bool {
        self.notify("exit", &Value::Null);
        self.server.take().expect("the server runs").join().expect("the server doesn't panic")
    }
}
