use super::{Key, Node, Shape, Value};
use crate::diagnostic::{Diagnostic, Kind};
use crate::source::SitePath;
use crate::text::{Span, nearest};

/// A key that a mapping may have, and what it means.
#[derive(Debug, Clone, Copy)]
pub struct KeyDocs {
    /// The key.
    pub key: &'static str,
    /// What it means, in one sentence.
    pub docs: &'static str,
    /// What its value looks like.
    pub shape: Shape,
}

impl KeyDocs {
    /// A key, what it means and what its value looks like.
    #[must_use]
    pub const fn new(key: &'static str, docs: &'static str, shape: Shape) -> Self {
        Self { key, docs, shape }
    }
}

/// Reads a mapping whose keys are declared, and reports what isn't as it should be.
///
/// Reading never fails: a value of the wrong type is reported and reads as absent.
pub struct Fields<'a> {
    node: &'a Node,
    path: &'a SitePath,
    kind: &'static Kind,
    what: &'a str,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl<'a> Fields<'a> {
    /// Reads `node`, which is `what` ("a section", "`[book]`"), and reports with findings of `kind`.
    ///
    /// A node that is no mapping is reported and reads as empty. Nothing at all reads as empty without a word.
    pub fn new(node: &'a Node, what: &'a str, kind: &'static Kind, path: &'a SitePath, diagnostics: &'a mut Vec<Diagnostic>) -> Self {
        if !matches!(node.value, Value::Map(_) | Value::Null) {
            diagnostics.push(
                Diagnostic::new(kind, path, node.span, format!("{what} must be a mapping, not {}", node.kind())).help("write `key: value` pairs"),
            );
        }
        Self { node, path, kind, what, diagnostics }
    }

    /// Reports every key that isn't among `known`, with the nearest that is.
    pub fn only(&mut self, known: &[KeyDocs]) {
        for (key, _) in self.node.entries() {
            if known.iter().any(|docs| docs.key == key.name) {
                continue;
            }
            let mut finding = self.finding(key.span, format!("unknown key '{}' in {}", key.name, self.what));
            finding = match nearest(&key.name, known.iter().map(|docs| docs.key)) {
                Some(name) => finding.label(format!("did you mean '{name}'?")).help(format!("write '{name}', or take the key out")),
                None => finding.help(format!("known keys: {}", known.iter().map(|docs| docs.key).collect::<Vec<_>>().join(", "))),
            };
            self.diagnostics.push(finding);
        }
    }

    /// The value of a key, unless it is absent or empty.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&'a Node> {
        self.node.get(key).filter(|node| node.value != Value::Null)
    }

    /// The file that the mapping stands in.
    #[must_use]
    pub fn path(&self) -> &'a SitePath {
        self.path
    }

    /// The keys and values as they stand.
    #[must_use]
    pub fn entries(&self) -> &'a [(Key, Node)] {
        self.node.entries()
    }

    /// A text, number or date as text.
    pub fn text(&mut self, key: &str) -> Option<String> {
        let node = self.get(key)?;
        let scalar = node.scalar();
        if scalar.is_none() {
            self.wrong_type(key, "text", node);
        }
        scalar
    }

    /// A truth value.
    pub fn flag(&mut self, key: &str) -> Option<bool> {
        let node = self.get(key)?;
        if let Value::Bool(truth) = node.value {
            return Some(truth);
        }
        self.wrong_type(key, "true or false", node);
        None
    }

    /// A whole number that isn't negative.
    pub fn number(&mut self, key: &str) -> Option<usize> {
        let node = self.get(key)?;
        if let Value::Integer(number) = node.value
            && let Ok(number) = usize::try_from(number)
        {
            return Some(number);
        }
        self.wrong_kind(key, "a whole number", node.kind_beside_whole(), node.span);
        None
    }

    /// A list of texts; a single text stands for a list of one. Each comes with its place.
    pub fn texts(&mut self, key: &str) -> Vec<(String, Span)> {
        let Some(node) = self.get(key) else { return Vec::new() };
        let items = match &node.value {
            Value::List(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let mut texts = Vec::new();
        for item in items {
            match item.scalar() {
                Some(text) => texts.push((text, item.span)),
                None => self.wrong_type(key, "text or a list of texts", item),
            }
        }
        texts
    }

    /// The items of a list.
    pub fn list(&mut self, key: &str) -> &'a [Node] {
        let Some(node) = self.get(key) else { return &[] };
        if let Value::List(items) = &node.value {
            return items;
        }
        self.wrong_type(key, "a list", node);
        &[]
    }

    /// One of several words, by its position in `allowed`.
    pub fn choice(&mut self, key: &str, allowed: &[&str]) -> Option<usize> {
        let node = self.get(key)?;
        let written = node.scalar().unwrap_or_default();
        let found = allowed.iter().position(|word| *word == written);
        if found.is_none() {
            let mut finding = self
                .finding(node.span, format!("'{key}' of {} can't be '{written}'", self.what))
                .help(format!("write one of: {}", allowed.join(", ")));
            if let Some(near) = nearest(&written, allowed.iter().copied()) {
                finding = finding.label(format!("did you mean '{near}'?"));
            }
            self.diagnostics.push(finding);
        }
        found
    }

    /// Reports a fault at a place in this mapping.
    pub fn report(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        let finding = self.finding(span, message).help(help);
        self.diagnostics.push(finding);
    }

    /// The findings so far, to hand on to the reader of a nested mapping.
    pub fn diagnostics(&mut self) -> &mut Vec<Diagnostic> {
        self.diagnostics
    }

    fn wrong_type(&mut self, key: &str, wanted: &str, node: &Node) {
        self.wrong_kind(key, wanted, node.kind(), node.span);
    }

    fn wrong_kind(&mut self, key: &str, wanted: &str, kind: &str, span: Span) {
        let message = format!("'{key}' of {} must be {wanted}, not {kind}", self.what);
        self.report(span, message, format!("write {wanted}, or take the key out"));
    }

    fn finding(&self, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.kind, self.path, span, message)
    }
}
