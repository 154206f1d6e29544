//! One rule file: plain, as the resource `PrometheusRule`, in a list of resources, or several of these in one file.

use super::kinds::{INVALID_RULES, TEMPLATED_RULES};
use super::{Rule, lines, template};
use crate::config::Alerts;
use crate::data::{Node, Value, yaml};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{SitePath, Source};
use crate::text::{Span, collapse, count};

/// What was read of one file.
#[derive(Debug, Default)]
pub struct RuleFile {
    pub(super) rules: Vec<Rule>,
    pub(super) findings: Vec<Diagnostic>,
}

impl Rule {
    /// A rule of which nothing is known yet.
    pub(super) fn nameless(path: &SitePath) -> Self {
        Self {
            alert: String::new(),
            path: path.clone(),
            span: Span::at(0),
            line: 1,
            group: None,
            expression: None,
            hold: None,
            severity: None,
            summary: None,
            runbook_url: None,
        }
    }
}

impl RuleFile {
    /// Reads a file. What isn't YAML is read without its templates, and if that isn't YAML either, line by line.
    pub(super) fn read(source: &Source, settings: &Alerts) -> Self {
        let text: &str = &source.text;
        let documents = parse(text);
        let Some(fault) = documents.iter().find_map(|document| document.as_ref().err()) else {
            return Reader::new(source, text, settings).documents(documents.iter().flatten());
        };
        let templates = template::templates(text);
        if templates.is_empty() {
            let finding = Diagnostic::new(&INVALID_RULES, &source.path, fault.0, format!("the rule file is not valid YAML: {}", fault.1));
            let rules = lines::rules(text, &source.path, settings);
            let finding = finding.help("mend the line; texts with `: ` or `#` in them stand in quotes").note(read_by_line(rules.len()));
            return Self { rules, findings: vec![finding] };
        }
        let plain = template::without(text, &templates);
        let documents = parse(&plain);
        let span = templates.first().copied().unwrap_or_default();
        let finding = Diagnostic::new(&TEMPLATED_RULES, &source.path, span, "the rule file is a template: what braces decide isn't known");
        let finding = finding.help("name the file that the template makes, or switch this off with `templated-rules = \"off\"` in [checks]");
        if documents.iter().all(Result::is_ok) {
            let mut file = Reader::new(source, &plain, settings).documents(documents.iter().flatten());
            // What is wrong may be so because something was taken out.
            file.findings.iter_mut().for_each(|finding| finding.severity = Severity::Warning);
            let note = format!("{} read without {}", count(file.rules.len(), "alert"), count(templates.len(), "template"));
            file.findings.push(finding.note(note));
            return file;
        }
        let rules = lines::rules(text, &source.path, settings);
        let finding = finding.note(read_by_line(rules.len()));
        Self { rules, findings: vec![finding] }
    }
}

fn read_by_line(alerts: usize) -> String {
    format!("read line by line: {} found", count(alerts, "alert"))
}

/// The documents of a file, each with its spans in the file.
fn parse(text: &str) -> Vec<Result<Node, (Span, String)>> {
    let mut bounds = vec![0];
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let is_mark =
            ["---", "..."].iter().any(|mark| line.strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace)));
        offset += line.len();
        if is_mark {
            bounds.push(offset - line.len() + 3);
        }
    }
    bounds.push(text.len() + 3);
    let part = |bounds: &[usize]| {
        let (start, end) = (*bounds.first()?, bounds.get(1)?.checked_sub(3)?);
        let part = text.get(start..end)?;
        let is_said = part.lines().any(|line| !line.trim_start().starts_with('#') && !line.trim().is_empty());
        is_said.then(|| match yaml::parse(part) {
            Ok(node) => Ok(node.shifted(start)),
            Err(error) => Err((Span::new(error.span.start() + start, error.span.end() + start), error.message)),
        })
    };
    bounds.windows(2).filter_map(part).collect()
}

/// Whether a text is a length of time as Prometheus has it: whole numbers with units, the largest first, each unit once.
/// <https://prometheus.io/docs/prometheus/latest/configuration/configuration/>, `<duration>`
fn is_length_of_time(text: &str) -> bool {
    const UNITS: [&str; 7] = ["y", "w", "d", "h", "m", "s", "ms"];
    let (mut rest, mut units) = (text, UNITS.as_slice());
    while !rest.is_empty() {
        let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let end = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
        let (unit, next) = after.split_at_checked(end).unwrap_or((after, ""));
        let at = units.iter().position(|known| *known == unit).filter(|_| after.len() < rest.len());
        let Some(left) = at.and_then(|at| units.get(at + 1..)) else { return text == "0" };
        (rest, units) = (next, left);
    }
    !text.is_empty()
}

struct Reader<'a> {
    source: &'a Source,
    /// What was parsed: the file, or the file without templates.
    parsed: &'a str,
    settings: &'a Alerts,
    file: RuleFile,
    /// Whether something was taken out.
    is_template: bool,
    /// Where severities stand that a template decides.
    unknown: Vec<Span>,
    /// Where the last line was counted, and which it was.
    counted: (usize, usize),
}

impl<'a> Reader<'a> {
    fn new(source: &'a Source, parsed: &'a str, settings: &'a Alerts) -> Self {
        Self { source, parsed, settings, file: RuleFile::default(), is_template: *source.text != *parsed, unknown: Vec::new(), counted: (0, 1) }
    }

    fn documents<'n>(mut self, documents: impl Iterator<Item = &'n Node>) -> RuleFile {
        let mut any = false;
        for document in documents {
            any |= self.resource(document);
        }
        if !any && self.file.findings.is_empty() {
            let help = "write `groups:` with `rules:`, or name other files in [alerts] of book.toml";
            self.report(Span::at(0), "the file holds no groups of rules", help);
        }
        // Of a file that is a template it is said anyway.
        if let (Some(first), false) = (self.unknown.first(), self.is_template) {
            let message = match self.unknown.len() {
                1 => "whether the alert pages somebody isn't known: a template decides how severe it is".to_owned(),
                number => format!("whether {number} alerts page somebody isn't known: a template decides how severe they are"),
            };
            let finding = Diagnostic::new(&TEMPLATED_RULES, &self.source.path, *first, message);
            let label = if self.unknown.len() > 1 { "the first of them" } else { "" };
            let help = "make a rule for each severity, or switch this off with `templated-rules = \"off\"` in [checks]";
            self.file.findings.push(finding.label(label).help(help));
        }
        self.file
    }

    /// A plain rule file, a resource or a list of resources. Gives whether it holds rules.
    fn resource(&mut self, node: &Node) -> bool {
        if let Some(groups) = node.get("groups") {
            self.groups(groups);
            return true;
        }
        let kind = node.get("kind").and_then(Node::as_str).unwrap_or_default();
        if kind == "PrometheusRule" {
            let groups = node.get("spec").and_then(|spec| spec.get("groups"));
            match groups {
                Some(groups) => self.groups(groups),
                None => self.report(node.span, "the PrometheusRule has no groups of rules", "write `spec:` with `groups:`"),
            }
            return true;
        }
        let items = if kind.ends_with("List") { node.get("items") } else { None };
        let Some(Value::List(items)) = items.map(|items| &items.value) else { return false };
        let mut any = false;
        for item in items {
            any |= self.resource(item);
        }
        any
    }

    fn groups(&mut self, groups: &Node) {
        for group in self.list(groups, "'groups'") {
            let name = group.get("name").and_then(|node| self.text(node));
            let Some(rules) = group.get("rules") else {
                if !matches!(group.value, Value::Map(_)) {
                    self.report(group.span, format!("a group must be a mapping, not {}", group.kind()), "write `name:` and `rules:`");
                }
                continue;
            };
            for rule in self.list(rules, "'rules' of a group") {
                self.rule(rule, name.as_ref(), group.get("labels"));
            }
        }
    }

    fn rule(&mut self, node: &Node, group: Option<&String>, shared: Option<&Node>) {
        let recorded = node.entries().iter().find(|(key, _)| key.name == "record");
        let named = node.get("alert");
        if let (Some((key, _)), Some(_)) = (recorded, named) {
            self.report(key.span, "the rule has both `alert` and `record`", "make two rules of it, or take one of the two out");
        }
        self.terms(node);
        if named.is_none() && recorded.is_some() {
            return;
        }
        let Some(named) = named else {
            let help = "a rule has `alert:` with a name, or `record:`";
            let span = node.entries().first().map_or(node.span, |(key, _)| key.span);
            return self.report(span, "the rule names no alert", help);
        };
        let Some(alert) = self.text(named).map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()) else {
            return self.report(named.span, format!("the name of an alert must be text, not {}", named.kind()), "write a name: `alert: DiskFull`");
        };
        let line = self.line(named.span.start());
        let labels = [node.get("labels"), shared];
        let severity = labels.into_iter().flatten().find_map(|labels| labels.get(&self.settings.severity));
        let severity = severity.and_then(|node| Some((self.text(node)?, node.span)));
        if severity.as_ref().is_some_and(|(text, _)| template::begins_in(text)) {
            self.unknown.extend(severity.as_ref().map(|(_, span)| *span));
        }
        let severity = severity.map(|(text, _)| text);
        let annotation = |name: &str| node.get("annotations").and_then(|annotations| annotations.get(name));
        let runbook_url = annotation(&self.settings.annotation).and_then(|node| Some((self.text(node)?.trim().to_owned(), node.span)));
        let rule = Rule {
            alert,
            span: named.span,
            line,
            group: group.cloned(),
            expression: node.get("expr").and_then(|node| self.text(node)).map(|text| text.trim().to_owned()),
            hold: node.get("for").and_then(|node| self.text(node)),
            severity,
            summary: annotation("summary").and_then(|node| self.text(node)).map(|text| collapse(&text)),
            runbook_url: runbook_url.filter(|(url, _)| !url.is_empty()),
            ..Rule::nameless(&self.source.path)
        };
        self.file.rules.push(rule);
    }

    /// Says what Prometheus refuses of a rule: no expression, a length of time that is none.
    fn terms(&mut self, node: &Node) {
        let expression = node.get("expr").filter(|node| !node.is_blank());
        match expression {
            Some(expression) if expression.scalar().is_none() => {
                let message = format!("the expression of a rule must be text, not {}", expression.kind());
                self.report(expression.span, message, "write `expr:` with a text, which stands in quotes if it begins with a bracket");
            }
            // A template that was taken out may have brought it.
            None if !self.is_template && (node.get("alert").is_some() || node.get("record").is_some()) => {
                let span = node.entries().first().map_or(node.span, |(key, _)| key.span);
                self.report(span, "the rule has no expression", "write `expr:` with what is asked, as `expr: disk_free_ratio < 0.1`");
            }
            _ => {}
        }
        for key in ["for", "keep_firing_for"] {
            let Some(length) = node.get(key).filter(|node| node.value != Value::Null) else { continue };
            let is_length = self.text(length).is_some_and(|text| is_length_of_time(&text) || template::begins_in(&text));
            if !is_length {
                let message = format!("'{key}' is no length of time: {}", length.scalar().unwrap_or_else(|| length.kind().to_owned()));
                self.report(length.span, message, "write `5m`, `1h30m` or `2d`: whole numbers with ms, s, m, h, d, w or y, the largest first");
            }
        }
    }

    fn list<'n>(&mut self, node: &'n Node, what: &str) -> &'n [Node] {
        match &node.value {
            Value::List(items) => items,
            Value::Null => &[],
            _ => {
                self.report(node.span, format!("{what} must be a list, not {}", node.kind()), "write each below the other, with `- ` before it");
                &[]
            }
        }
    }

    /// A text as the file has it, with the templates that were taken out to read it.
    fn text(&self, node: &Node) -> Option<String> {
        let read = node.scalar()?;
        let (here, parsed) = (node.span.of(&self.source.text), node.span.of(self.parsed));
        let is_same = here == parsed;
        Some(if is_same { read } else { here.trim().trim_matches(['"', '\'']).to_owned() })
    }

    /// The line of a place. Rules come in their order, so each byte is looked at once.
    fn line(&mut self, at: usize) -> usize {
        let (from, line) = if at >= self.counted.0 { self.counted } else { (0, 1) };
        let between = self.source.text.get(from..at).unwrap_or_default();
        self.counted = (at.max(from), line + between.matches('\n').count());
        self.counted.1
    }

    fn report(&mut self, span: Span, message: impl Into<String>, help: &str) {
        self.file.findings.push(Diagnostic::new(&INVALID_RULES, &self.source.path, span, message).help(help));
    }
}
