use super::{Check, Grounds, Run};
use crate::config::Config;
use crate::data::Value;
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::Page;
use crate::registry::Registry;
use crate::schema::{Origin, ValueType};
use crate::source::SitePath;
use crate::text::{Span, nearest};

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Alone(run) };

const KIND: Kind = Kind {
    code: "unknown-role",
    severity: Severity::Error,
    subject: Subject::Registry,
    summary: "front matter names a role that registry.yaml doesn't know",
    docs: "A handbook with roles in registry.yaml holds its front matter against them: `owner`, and each key that a schema gives `type: role`. A \
role that nobody has is a page that nobody answers.

    # registry.yaml: roles: { ops-lead: { name: Ops lead } }
    ---
    owner: ops-led
    ---

Write the id, the name or an alias of a role, or add the role to registry.yaml:

    ---
    owner: ops-lead
    ---",
};

/// A value that must be a role, where it stands, what demands it, and how much it matters.
type Named<'a> = (&'a str, String, Span, Option<&'a Origin>, Option<Severity>);

fn run(grounds: &Grounds<'_>, page: &Page, found: &mut Vec<Diagnostic>) {
    let registry = grounds.registry;
    if !registry.has_roles() {
        return;
    }
    for (key, value, span, origin, severity) in named(page) {
        // What a source in book.toml says of all its documents is judged there, once.
        if span.is_empty() || value.trim().is_empty() || registry.role(&value).is_some() {
            continue;
        }
        let message = format!("front matter key '{key}' names '{value}', and registry.yaml knows no such role");
        let mut finding = Diagnostic::new(&KIND, &page.document.path, span, message).severity(severity.unwrap_or(KIND.severity));
        finding = match nearest(&value, registry.role_names()) {
            Some(near) => finding.label(format!("did you mean '{near}'?")).help(format!("write '{near}', or add the role to registry.yaml")),
            None => finding.label("no role").help("write the id, the name or an alias of a role, or add the role to registry.yaml"),
        };
        if let Some(origin) = origin {
            finding = finding.related(&origin.path, origin.span, "demanded here");
        }
        found.push(finding);
    }
}

/// The owners that sources in book.toml give their documents, as far as nobody has such a role.
#[must_use]
pub fn unknown_owners(config: &Config, registry: &Registry) -> Vec<Diagnostic> {
    let Some(book) = SitePath::new("book.toml").filter(|_| registry.has_roles()) else { return Vec::new() };
    let owners = config.sources.iter().flat_map(|source| &source.defaults).filter(|(key, ..)| *key == "owner");
    let unknown = owners.filter(|(_, owner, _)| registry.role(owner).is_none());
    let finding = |(_, owner, span): &(&str, String, Span)| {
        let finding = Diagnostic::new(&KIND, &book, *span, format!("the owner of a source is '{owner}', and registry.yaml knows no such role"));
        match nearest(owner, registry.role_names()) {
            Some(near) => finding.label(format!("did you mean '{near}'?")).help(format!("write '{near}', or add the role to registry.yaml")),
            None => finding.label("no role").help("write the id, the name or an alias of a role, or add the role to registry.yaml"),
        }
    };
    unknown.map(finding).collect()
}

/// The owner, and the values of keys that a schema gives the type of roles.
fn named(page: &Page) -> Vec<Named<'_>> {
    let mut found: Vec<Named<'_>> = Vec::new();
    if let Some((schema, _)) = &page.binding {
        let is_role = |value_type: Option<ValueType>| value_type == Some(ValueType::Role);
        for field in schema.front_matter.iter().filter(|field| is_role(field.value_type) || is_role(field.each)) {
            let is_list =
                page.document.front_matter.as_ref().and_then(|node| node.get(&field.key)).is_some_and(|node| matches!(node.value, Value::List(_)));
            // A list where one role is wanted is of the wrong type, and that is said already.
            if is_list && is_role(field.value_type) {
                continue;
            }
            let severity = field.severity.or(schema.severity);
            found.extend(page.values(&field.key).into_iter().map(|(value, span)| (field.key.as_str(), value, span, Some(&field.origin), severity)));
        }
    }
    if found.iter().all(|(key, ..)| *key != "owner")
        && let Some((owner, span)) = &page.document.meta.owner
    {
        found.push(("owner", owner.clone(), *span, None, None));
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::checks::test::findings;

    const REGISTRY: (&str, &str) =
        ("content/registry.yaml", "roles: { ops-lead: { name: Ops lead, aliases: [OPS lead] }, qa-team: { name: QA team } }\n");
    const SCHEMA: (&str, &str) =
        ("schemas/t.yaml", "type: t\nmatch: ['*.md']\nfront_matter: { by: { type: list, each: role }, lead: { type: role } }\n");

    #[test]
    fn roles_are_those_of_the_registry() {
        for (front, expected) in [
            ("owner: ops-lead", None),
            ("owner: OPS Lead", None),
            ("owner:", None),
            ("owner: ops-led", Some("ops-led | front matter key 'owner' names 'ops-led', and registry.yaml knows no such role")),
            ("by: [qa-team, Ops lead]", None),
            ("lead: [qa-team, nobody]", None),
            ("lead: nobody", Some("nobody | front matter key 'lead' names 'nobody', and registry.yaml knows no such role")),
            ("by: [qa-team, nobody]", Some("nobody | front matter key 'by' names 'nobody', and registry.yaml knows no such role")),
        ] {
            let text = format!("---\n{front}\n---\n# A\n");
            let found = findings(&[REGISTRY, SCHEMA, ("content/a.md", &text)], "unknown-role");
            assert_eq!(found, expected.map(|line| format!("content/a.md | {line}")).into_iter().collect::<Vec<_>>(), "{front}");
            assert_eq!(findings(&[SCHEMA, ("content/a.md", &text)], "unknown-role"), [""; 0], "without a registry any role will do");
        }
    }
}
