//! What the body of a section, or of the whole document, must hold.

use std::sync::Arc;

use super::missing_section::conditional;
use super::{Case, Demanding, Key, Read, RuleKind};
use crate::data::{DefinedShape, Definition, Fields, KeyDocs, Node, Shape};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::schema::condition::{self, Condition};
use crate::schema::contents::{self, Content, ContentKind, Found, Part, Reader};
use crate::schema::field::severity;
use crate::schema::load::INVALID_SCHEMA;
use crate::schema::model::Origin;
use crate::schema::settings::Settings;
use crate::text::Span;

/// A section that doesn't hold what its schema demands.
pub const SECTION_CONTENT: Kind = Kind {
    code: "section-content",
    severity: Severity::Error,
    subject: Subject::Sections,
    summary: "a section doesn't hold what its schema demands: steps, check boxes, a table, code, links, words",
    docs: "A heading with a sentence below it may be all that a table of contents needs, and not what a reader needs at three in the morning. A \
schema says what a section holds: a numbered list, check boxes, a table with certain columns, code in a language, links, images, a number of \
words, text that matches a pattern or must not, a process, a RACI matrix, a flow.

    # schema: { title: Verify, contains: { task_list: { at_least: 2 } } }
    ## Verify

    - [ ] The API answers on /health

Write what is missing:

    ## Verify

    - [ ] The API answers on /health
    - [ ] A test order reaches the queue",
};

/// The rule.
pub const RULE: RuleKind = RuleKind { name: "section-content", kinds: &[&SECTION_CONTENT], keys: KEYS, judge };

const KEYS: &[Key] = &[
    Key::new(
        "contains",
        "What the document as a whole must hold, as in a section: `{ links: { to: '^https://dashboards\\.' } }`.",
        Shape::Named("contains"),
        Read::Schema(|fields, schema| read(fields, &mut schema.settings)),
    ),
    Key::new(
        "contains",
        "What the section must hold, with all that lies inside it: `{ ordered_list: { at_least: 3 }, code: { language: [bash, hcl] } }`.",
        Shape::Named("contains"),
        Read::Section(|fields, demand| read(fields, &mut demand.settings)),
    ),
];

/// The keys that every kind of content takes.
pub const LIMIT_KEYS: &[KeyDocs] = &[
    KeyDocs::new("at_least", "The least number.", Shape::Number),
    KeyDocs::new("at_most", "The most.", Shape::Number),
    KeyDocs::new("when", "On which front matter it is demanded.", condition::NAMED),
    KeyDocs::new("severity", "How much it matters; without it as for the section.", Shape::Choice(&["error", "warning"])),
    KeyDocs::new("guidance", "Why or how, for the help of the finding: `Each step is one action`.", Shape::Text),
];

/// The shapes that the keys of `contains` name, for editors.
pub(crate) fn definitions() -> Vec<Definition> {
    let keys = |kind: &ContentKind| kind.keys.iter().chain(LIMIT_KEYS).copied().collect::<Vec<_>>();
    let mut definitions = vec![Definition { name: "contains", shape: DefinedShape::Table(contents::ALL.iter().map(|kind| kind.docs).collect()) }];
    for kind in contents::ALL {
        let Shape::Named(name) = kind.docs.shape else { continue };
        if definitions.iter().all(|definition| definition.name != name) {
            // Every kind takes `true`, a number or a mapping; patterns are lists of texts as well.
            definitions.push(Definition { name, shape: DefinedShape::AmountOrTable(keys(kind)) });
        }
    }
    definitions
}

/// What is demanded of a body, those demands that were inherited first.
#[derive(Debug, Clone, Default)]
struct Demands(Vec<Demand>);

#[derive(Debug, Clone)]
struct Demand {
    /// The key, by which a schema that extends another replaces what that one demands.
    key: &'static str,
    content: Arc<dyn Content>,
    at_least: usize,
    at_most: Option<usize>,
    when: Option<Condition>,
    severity: Option<Severity>,
    guidance: Arc<str>,
    origin: Origin,
}

fn read(fields: &mut Fields<'_>, settings: &mut Settings) {
    let path = fields.path();
    let Some(node) = fields.get("contains") else { return };
    let known: Vec<KeyDocs> = contents::ALL.iter().map(|kind| kind.docs).collect();
    let mut entries = Fields::new(node, "'contains'", &INVALID_SCHEMA, path, fields.diagnostics());
    entries.only(&known);
    let mut demands = settings.get::<Demands>().cloned().unwrap_or_default();
    for (key, value) in node.entries() {
        let Some(kind) = contents::ALL.iter().find(|kind| kind.docs.key == key.name) else { continue };
        demands.0.retain(|demand| demand.key != kind.docs.key);
        if value.value != crate::data::Value::Bool(false) {
            let origin = Origin { path: path.clone(), span: key.span };
            demands.0.extend(demand(kind, value, &mut entries, &origin));
        }
    }
    settings.set(demands);
}

/// Reads the value of one kind: `true`, a number, a mapping, or what the kind itself takes.
fn demand(kind: &'static ContentKind, node: &Node, entries: &mut Fields<'_>, origin: &Origin) -> Vec<Demand> {
    use crate::data::Value;
    let key = kind.docs.key;
    let takes_texts = !kind.keys.is_empty() && matches!(kind.docs.shape, Shape::Named("patterns"));
    let mut limits = Limits::default();
    match &node.value {
        Value::Map(_) => limits = Limits::read(kind, node, entries),
        Value::Integer(_) | Value::Bool(_) | Value::Null if takes_texts => {
            let message = format!("'{key}' of 'contains' must be regular expressions, not {}", node.kind());
            entries.report(node.span, message, format!("write `{key}: ['…']`"));
            return Vec::new();
        }
        Value::Integer(_) => limits.at_least = entries.number(key),
        Value::Bool(_) | Value::Null => {}
        Value::String(_) | Value::List(_) if takes_texts => {}
        _ => {
            let message = format!("'{key}' of 'contains' must be true, a number or a mapping, not {}", node.kind());
            entries.report(node.span, message, format!("write `{key}: true`, `{key}: 3` or `{key}: {{ at_least: 3 }}`"));
            return Vec::new();
        }
    }
    // A most without a least asks for nothing to be there.
    let usual = if limits.at_most.is_some() { 0 } else { kind.usual.0 };
    let at_least = limits.at_least.unwrap_or(usual);
    let at_most =
        limits.at_most.or(kind.usual.1).map(|most| most.max(if limits.at_least.is_some() && limits.at_most.is_none() { at_least } else { 0 }));
    if at_most.is_some_and(|most| at_least > most) {
        entries.report(node.span, "no document can meet both limits: 'at_least' is more than 'at_most'", "exchange them, or take one out");
        return Vec::new();
    }
    if at_least == 0 && at_most.is_none() {
        entries.report(node.span, format!("'{key}' asks for nothing"), "write a number above 0, or `false` to take out what an extended schema asks");
        return Vec::new();
    }
    let before = entries.diagnostics().len();
    let contents = (kind.read)(&mut Reader { fields: entries, key, node });
    if contents.is_empty() && entries.diagnostics().len() == before {
        entries.report(node.span, format!("'{key}' names no regular expression"), format!("write `{key}: ['…']`"));
    }
    let demand = |content: Box<dyn Content>| Demand {
        key,
        content: content.into(),
        at_least,
        at_most,
        when: limits.when.clone(),
        severity: limits.severity,
        guidance: Arc::clone(&limits.guidance),
        origin: origin.clone(),
    };
    contents.into_iter().map(demand).collect()
}

#[derive(Default)]
struct Limits {
    at_least: Option<usize>,
    at_most: Option<usize>,
    when: Option<Condition>,
    severity: Option<Severity>,
    guidance: Arc<str>,
}

impl Limits {
    fn read(kind: &ContentKind, node: &Node, entries: &mut Fields<'_>) -> Self {
        let path = entries.path();
        let what = format!("'{}'", kind.docs.key);
        let mut fields = Fields::new(node, &what, &INVALID_SCHEMA, path, entries.diagnostics());
        fields.only(&kind.keys.iter().chain(LIMIT_KEYS).copied().collect::<Vec<_>>());
        Self {
            at_least: fields.number("at_least"),
            at_most: fields.number("at_most"),
            when: Condition::read(&mut fields),
            severity: severity(&mut fields),
            guidance: fields.text("guidance").unwrap_or_default().into(),
        }
    }
}

impl Demand {
    /// `at least 3 steps of a numbered list`.
    fn words(&self) -> String {
        let (one, many) = self.content.nouns();
        let number = |number: usize| if number == 1 { format!("one {one}") } else { format!("{number} {many}") };
        match (self.at_least, self.at_most) {
            (0, Some(0)) => format!("no {one}"),
            (least, Some(most)) if least == most => format!("exactly {}", number(least)),
            (0, Some(most)) => format!("at most {}", number(most)),
            (least, Some(most)) => format!("{least} to {}", number(most)),
            (least, None) => format!("at least {}", number(least)),
        }
    }
}

/// The conditions on which something is demanded, each with the place of the demand.
pub(crate) fn conditions(settings: &Settings) -> Vec<(&Origin, &Condition)> {
    let demands = settings.get::<Demands>().map_or(&[][..], |demands| &demands.0);
    demands.iter().filter_map(|demand| Some((&demand.origin, demand.when.as_ref()?))).collect()
}

/// What a body must hold, in words, for skeletons and outlines.
pub(crate) fn needs(settings: &Settings) -> Vec<String> {
    let need = |demand: &Demand| match &demand.when {
        Some(when) => format!("{} where {}", demand.words(), when.words()),
        None => demand.words(),
    };
    settings.get::<Demands>().map_or_else(Vec::new, |demands| demands.0.iter().map(need).collect())
}

fn judge(case: &Case<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let whole = Part { document: case.document, blocks: case.blocks, registry: case.registry, extent: case.document.body, lead: None };
    // Where a section is missing or unfinished, what the document lacks may be what belongs there.
    let complete = case.sections().iter().all(|demanded| !demanded.binding.is_required() || demanded.binding.status.is_met());
    if complete {
        let name = case.schema.noun();
        let place = case.document.sections.first().map_or(Span::at(case.document.body.start()), |first| first.title_span);
        demands(case, &case.schema.settings, &whole, (&name, place), None, diagnostics);
    }
    for demanded in case.sections() {
        let binding = demanded.binding;
        let Some(place) = binding.place.as_ref().filter(|_| binding.status.is_met() && !binding.is_forbidden()) else { continue };
        let lead = place.lead.and_then(|index| case.document.blocks().get(index));
        let part = Part { document: case.document, blocks: case.blocks, registry: case.registry, extent: place.extent, lead };
        let name = format!("section '{}'", demanded.demand.title);
        demands(case, &demanded.demand.settings, &part, (&name, place.title_span), demanded.demand.severity, diagnostics);
    }
}

fn demands(case: &Case<'_>, settings: &Settings, part: &Part<'_>, what: (&str, Span), severity: Option<Severity>, diagnostics: &mut Vec<Diagnostic>) {
    let Some(demands) = settings.get::<Demands>() else { return };
    for demand in demands.0.iter().filter(|demand| demand.when.as_ref().is_none_or(|when| when.holds(case.document))) {
        let found = demand.content.count(part);
        if found.number < demand.at_least || demand.at_most.is_some_and(|most| found.number > most) {
            let finding = fault(case, demand, &found, part, what, demand.severity.or(severity));
            diagnostics.push(conditional(finding, demand.when.as_ref()).demanded(&demand.origin));
        }
    }
}

fn fault(case: &Case<'_>, demand: &Demand, found: &Found, part: &Part<'_>, (name, heading): (&str, Span), severity: Option<Severity>) -> Diagnostic {
    let (one, many) = demand.content.nouns();
    let has = match found.number {
        0 => format!("no {one}"),
        1 => format!("1 {one}"),
        number => format!("{number} {many}"),
    };
    let too_many = demand.at_most.filter(|most| found.number > *most);
    let excess = too_many.and_then(|most| found.places.get(most)).copied();
    let span = excess.unwrap_or(heading);
    let demanded = match (too_many, demand.at_least) {
        (Some(0), _) => "which is forbidden".to_owned(),
        (Some(most), _) => format!("at most {most} allowed"),
        (None, 1) if found.number == 0 => "one is demanded".to_owned(),
        (None, least) => format!("at least {least} demanded"),
    };
    let label = match (excess, found.number) {
        (Some(_), _) if too_many == Some(0) => "forbidden here",
        (Some(_), _) => "one too many",
        (None, 0) => "lacks it",
        (None, _) => "too few",
    };
    let mut finding = case.finding(&SECTION_CONTENT, severity, span, format!("{name} has {has}, {demanded}")).label(label);
    finding = if too_many.is_some() { finding.help("take out what is too much") } else { finding.help(format!("write {}", demand.words())) };
    if span != heading && heading != Span::at(heading.start()) {
        finding = finding.related(&case.document.path, heading, "in this section");
    } else if let Some((near, lacks)) = demand.content.near(part).filter(|_| too_many.is_none()) {
        finding = finding.related(&case.document.path, near, lacks);
    }
    if demand.guidance.is_empty() { finding } else { finding.note(format!("why: {}", demand.guidance)) }
}

#[cfg(test)]
mod tests {
    use crate::schema::test::{findings, judged, schema, schema_faults};

    fn found(demand: &str, body: &str) -> Vec<String> {
        let schema = schema(&format!("type: t\nsections: [{{ title: A, contains: {{ {demand} }} }}, B]\n"));
        findings(&schema, &format!("# T\n\n## A\n\n{body}\n\n## B\n\n1. x\n"))
    }

    #[test]
    fn bodies_hold_what_is_demanded_or_not() {
        for (demand, meets, breaks, expected) in [
            ("ordered_list: 2", "1. a\n2. b", "- a\n- b", "A | section 'A' has no step of a numbered list, at least 2 demanded"),
            (
                "ordered_list: { at_least: 3 }",
                "1. a\n2. b\n3. c",
                "1. a\n2. b\n\ntext\n\n1. c",
                "A | section 'A' has 2 steps of a numbered list, at least 3 demanded",
            ),
            ("bullet_list: true", "* a", "text", "A | section 'A' has no item of a bullet list, one is demanded"),
            ("task_list: 2", "- [ ] a\n- [x] b", "- [ ] a\n- b", "A | section 'A' has 1 check box, at least 2 demanded"),
            ("table: true", "| a |\n|---|\n| b |", "text", "A | section 'A' has no table, one is demanded"),
            (
                "table: { columns: [Step, Owner] }",
                "| **step** | Due | Owner: |\n|---|---|---|\n| b | c | d |",
                "| Step | Who |\n|---|---|\n| b | c |",
                "A | section 'A' has no table with the columns 'Step', 'Owner', one is demanded",
            ),
            (
                "table: { rows: 2 }",
                "| a |\n|---|\n| b |\n| c |",
                "| a |\n|---|\n| b |",
                "A | section 'A' has no table with at least 2 rows, one is demanded",
            ),
            ("code: true", "```\nls\n```", "text", "A | section 'A' has no code block, one is demanded"),
            (
                "code: { language: [bash, hcl] }",
                "```sh\nls\n```",
                "```python\nx\n```",
                "A | section 'A' has no code block in bash or hcl, one is demanded",
            ),
            ("links: 1", "[a](https://a.example)", "text", "A | section 'A' has no link, one is demanded"),
            (
                "links: { to: '^https://t\\.example' }",
                "<https://t.example/1>",
                "[a](https://a.example)",
                "A | section 'A' has no link to a target that matches `^https://t\\.example`, one is demanded",
            ),
            ("images: 1", "![a](a.png)", "text", "A | section 'A' has no image, one is demanded"),
            ("words: { at_least: 3 }", "one two three", "one `two`", "A | section 'A' has 2 words, at least 3 demanded"),
            ("words: { at_most: 2 }", "one two", "one two three", "A | section 'A' has 3 words, at most 2 allowed"),
            ("paragraphs: { at_most: 1 }", "a\n\n- b", "a\n\nb", "b | section 'A' has 2 paragraphs, at most 1 allowed"),
            ("patterns: 'OPS-\\d+'", "see OPS-12", "see OPS", "A | section 'A' has no text that matches `OPS-\\d+`, one is demanded"),
            (
                "forbidden_patterns: ['(?i)old-host']",
                "new-host",
                "ssh Old-Host",
                "Old-Host | section 'A' has 1 text that matches `(?i)old-host`, which is forbidden",
            ),
            (
                "process: true",
                "1. **Ops lead** opens it\n2. **QA** tests it",
                "1. open it\n2. test it",
                "A | section 'A' has no step of a process, at least 2 demanded",
            ),
            (
                "process: 2",
                "1. Ops lead opens it\n2. Devs / Ops lead mend it",
                "1. Somebody opens it\n2. devsomething",
                "A | section 'A' has no step of a process, at least 2 demanded",
            ),
            (
                "raci: true",
                "| Task | Ops | QA |\n|---|---|---|\n| Build | R | A |\n| Ship | A/R | C |",
                "| Task | Ops |\n|---|---|\n| a | yes |",
                "A | section 'A' has no row of a RACI matrix, one is demanded",
            ),
            ("flow: true", "Lint → Test → Build", "Lint, then test", "A | section 'A' has no flow, one is demanded"),
            ("flow: true", "```mermaid\nflowchart TD\n  a --> b\n```", "```mermaid\npie\n```", "A | section 'A' has no flow, one is demanded"),
            ("flow: true", "```\na\n↓\nb\n```", "```\na\nb\n```", "A | section 'A' has no flow, one is demanded"),
        ] {
            assert_eq!(found(demand, meets), [""; 0], "{demand}: {meets}");
            assert_eq!(found(demand, breaks), [format!("section-content | {expected}")], "{demand}: {breaks}");
        }
    }

    #[test]
    fn what_comes_near_is_shown() {
        for (demand, body, near) in [
            ("table: { columns: [Step, Owner] }", "| Step | Who |\n|---|---|\n| b | c |", "this one lacks 'Owner'"),
            ("task_list: 1", "- a", "an item without a check box: write `- [ ] …`"),
            ("code: { language: bash }", "```python\nx\n```", "a code block in python"),
            ("ordered_list: 1", "- a", "bullets, not numbers"),
        ] {
            let schema = schema(&format!("type: t\nsections: [{{ title: A, contains: {{ {demand} }} }}]\n"));
            let found = judged(&schema, &format!("## A\n\n{body}\n"));
            assert_eq!(found[0].related[0].label, near);
        }
    }

    #[test]
    fn documents_labels_and_repeated_sections_are_judged_too() {
        let whole = schema("type: t\ncontains: { code: { at_least: 2, severity: warning } }\nsections: [A, B]\n");
        assert_eq!(findings(&whole, "# T\n\n## A\n\nx\n\n## B\n\n```\nls\n```\n"), ["section-content | T | t has 1 code block, at least 2 demanded"]);
        assert_eq!(findings(&whole, "# T\n\n## A\n\nx\n").len(), 1, "the missing section is the finding");
        let label = schema("type: t\nheadings: [label]\nsections: [{ title: Owner, contains: { words: 3 } }]\n");
        assert_eq!(findings(&label, "# T\n\n**Owner:** the ops team\n"), [""; 0]);
        assert_eq!(findings(&label, "# T\n\n**Owner:** ops\n").len(), 1);
        let times = schema("type: t\nsections: [{ title: A, times: { at_least: 1 }, contains: { words: 2 } }]\n");
        assert_eq!(findings(&times, "## A\n\nx y\n\n## A\n\nz\n"), ["section-content | A | section 'A' has 1 word, at least 2 demanded"]);
    }

    #[test]
    fn faults_of_a_demand_are_named() {
        for (demand, expected) in [
            ("{ ordred_list: 1 }", "ordred_list | unknown key 'ordred_list' in 'contains'"),
            ("{ ordered_list: { atleast: 1 } }", "atleast | unknown key 'atleast' in 'ordered_list'"),
            ("{ table: { columns: [A], rwos: 1 } }", "rwos | unknown key 'rwos' in 'table'"),
            ("{ words: { at_least: 3, at_most: 2 } }", "{ | no document can meet both limits: 'at_least' is more than 'at_most'"),
            ("{ patterns: ['('] }", "'(' | '(' in 'patterns' is no regular expression: unclosed group"),
            ("{ links: { to: '[' } }", "'[' | 'to' is no regular expression: unclosed character class"),
            ("{ images: many }", "many | 'images' of 'contains' must be true, a number or a mapping, not text"),
            ("{ code: 0 }", "0 | 'code' asks for nothing"),
            ("{ patterns: 3 }", "3 | 'patterns' of 'contains' must be regular expressions, not a number"),
            ("{ forbidden_patterns: [] }", "[ | 'forbidden_patterns' names no regular expression"),
            ("[code]", "[ | 'contains' must be a mapping, not a list"),
        ] {
            assert_eq!(schema_faults(&format!("type: t\nsections: [{{ title: A, contains: {demand} }}]\n")), [expected], "{demand}");
        }
    }
}
