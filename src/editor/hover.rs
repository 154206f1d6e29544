//! What there is to say about what stands at a place, as Markdown.
//!
//! Knows what stands at a place, and where it is explained. Must not know messages.

use std::borrow::Cow;
use std::fmt::Write;

use super::place::{self, Thing};
use super::view::View;
use crate::catalogue;
use crate::data::KeyDocs;
use crate::document::{BlockKind, Document, FRONT_MATTER_KEYS};
use crate::handbook::{Page, Resolved};
use crate::registry::{Entity, Registry, Role};
use crate::schema::{FieldDemand, Presence, SectionBinding, SectionDemand};
use crate::source::SitePath;
use crate::text::{Span, shorten};

/// Characters of a text that is quoted.
const QUOTE: usize = 300;

/// What there is to say, and about which part of the text.
#[must_use]
pub fn hover(view: View<'_>, path: &SitePath, offset: usize) -> Option<(String, Span)> {
    let found = place::at(view, path, offset)?;
    let text = match found.thing {
        Thing::Link(_, resolved) => link(view, resolved),
        Thing::Document(index) => view.page_of(index).map(|page| page_card(page, None)),
        Thing::Heading(section) => guidance(view.page(path)?.1, section),
        Thing::Title => key(view.page(path)?.1, "title"),
        Thing::Key(name) => key(view.page(path)?.1, &name),
        Thing::Type(name) => view.build.schemas.get(&name).map(|schema| card(&schema.title, &[&schema.description])),
        Thing::Code(code) => explain(&code),
        Thing::Name(entity) => entry(&view.build.handbook.registry, entity),
    };
    let span = view.page(path).map_or(found.span, |(_, page)| page.document.spot(found.span));
    Some((text?, span))
}

/// A text that Markdown shows as it is.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '\\' | '*' | '_' | '`' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// A heading and paragraphs; empty ones are left out.
fn card(title: &str, paragraphs: &[&str]) -> String {
    let mut text = format!("**{}**", plain(title));
    for paragraph in paragraphs.iter().filter(|paragraph| !paragraph.trim().is_empty()) {
        text.push_str("\n\n");
        text.push_str(&plain(paragraph.trim()));
    }
    text
}

fn link(view: View<'_>, resolved: &Resolved) -> Option<String> {
    match resolved {
        Resolved::Page { page, fragment } => Some(page_card(view.page_of(*page)?, fragment.as_deref())),
        Resolved::Folder { address, .. } => Some(format!("The list of the folder `{}`", address.folder())),
        Resolved::Asset { address, .. } => {
            let (from, asset) = view.build.handbook.assets.get(address)?;
            Some(format!("`{from}`, {} KB", asset.length.div_ceil(1024)))
        }
        Resolved::External | Resolved::Broken(_) => None,
    }
}

/// Title, path and first words of a page, or of a part of it.
fn page_card(page: &Page, fragment: Option<&str>) -> String {
    let document = &page.document;
    let section = fragment.and_then(|id| document.sections.iter().find(|section| *section.id == *id));
    let mut text = format!("**{}** · `{}`", plain(&page.title), page.path);
    let words = if let Some(section) = section {
        let _ = write!(text, "\n\n### {}", plain(&section.title)); // Writing to a string can't fail.
        first_paragraph(document, section.body)
    } else {
        let description = document.meta.description.as_ref().map(|(description, _)| description.clone());
        description.or_else(|| document.summary().map(Cow::into_owned))
    };
    if let Some(words) = words {
        let _ = write!(text, "\n\n{}", plain(&shorten(&words, QUOTE)));
    }
    text
}

fn first_paragraph(document: &Document, span: Span) -> Option<String> {
    let is_prose = |kind: BlockKind| matches!(kind, BlockKind::Paragraph | BlockKind::Definition);
    let prose = document.blocks_in(span).filter(|block| is_prose(block.kind));
    prose.map(|block| block.text(document)).find(|text| !text.trim().is_empty()).map(Cow::into_owned)
}

/// What a schema says about the section of this index.
fn guidance(page: &Page, section: usize) -> Option<String> {
    let (schema, conformance) = page.binding.as_ref()?;
    let heading = page.document.sections.get(section)?;
    let demand = met_by(&schema.sections, &conformance.sections, heading.title_span)?;
    let required = match demand.presence {
        Presence::Forbidden => "must not stand in",
        _ if demand.is_required() => "is needed in",
        _ => "is optional in",
    };
    let mut text = card(&demand.title, &[&demand.guidance.text]);
    let _ = write!(text, "\n\nThis section {required} the type *{}*.", plain(&schema.document_type));
    let topics: Vec<String> = demand.topics.iter().map(|topic| format!("- {}{}", plain(&topic.title), said(&topic.guidance.text))).collect();
    if !topics.is_empty() {
        let _ = write!(text, "\n\nIt covers:\n\n{}", topics.join("\n"));
    }
    Some(text)
}

fn said(guidance: &str) -> String {
    if guidance.is_empty() { String::new() } else { format!(": {}", plain(&crate::text::collapse(guidance))) }
}

/// The demand that a heading meets.
fn met_by<'a>(demands: &'a [SectionDemand], bindings: &[SectionBinding], title: Span) -> Option<&'a SectionDemand> {
    demands.iter().zip(bindings).find_map(|(demand, binding)| {
        binding.instances().find_map(|binding| {
            let is_it = binding.place.as_ref().is_some_and(|place| place.title_span == title);
            if is_it { Some(demand) } else { met_by(&demand.sections, &binding.sections, title) }
        })
    })
}

/// What a key of the front matter means, for every document and for those of this type.
fn key(page: &Page, name: &str) -> Option<String> {
    let general = FRONT_MATTER_KEYS.iter().find(|docs| docs.key == name);
    let demand = page.binding.as_ref().and_then(|(schema, _)| schema.front_matter.iter().find(|demand| demand.key == name));
    if general.is_none() && demand.is_none() {
        return None;
    }
    Some(key_card(name, general, demand))
}

/// What a key means: in general, and as a schema demands it.
#[must_use]
pub fn key_card(name: &str, general: Option<&KeyDocs>, demand: Option<&FieldDemand>) -> String {
    // Docs of keys are Markdown already.
    let mut text = format!("`{name}`");
    if let Some(docs) = general {
        let _ = write!(text, "\n\n{}", docs.docs);
    }
    let Some(demand) = demand else { return text };
    if !demand.guidance.is_empty() {
        let _ = write!(text, "\n\n{}", plain(&demand.guidance));
    }
    let mut facts = Vec::new();
    match demand.presence {
        Presence::Forbidden => facts.push("must not be there".to_owned()),
        _ if demand.is_required() => {
            facts.push(demand.when.as_ref().map_or_else(|| "required".to_owned(), |when| format!("required where {}", when.words())));
        }
        _ => {}
    }
    facts.extend(demand.value_type.map(|value_type| value_type.words().to_owned()));
    if !demand.values.is_empty() {
        facts.push(format!("one of {}", demand.values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ")));
    }
    facts.extend(demand.at_least.as_ref().map(|least| format!("at least {least}")));
    facts.extend(demand.at_most.as_ref().map(|most| format!("at most {most}")));
    if !facts.is_empty() {
        let _ = write!(text, "\n\n{}", facts.join(" · "));
    }
    text
}

/// What a finding means: its summary, and the words of its documentation.
fn explain(code: &str) -> Option<String> {
    let kind = catalogue::kinds().into_iter().find(|kind| kind.code == code)?;
    Some(format!("**{}** ({}): {}\n\n{}", kind.code, kind.severity.name(), plain(kind.summary), kind.docs))
}

/// What registry.yaml says of an entry.
#[must_use]
pub fn entry(registry: &Registry, entity: Entity) -> Option<String> {
    let names = registry.names(entity)?;
    let of = |text: &Option<String>| text.clone().unwrap_or_default();
    let fact = |name: &str, value: Option<&String>| value.map(|value| format!("\n\n{name}: {}", plain(value))).unwrap_or_default();
    let (description, facts) = match entity {
        Entity::Role(index) => {
            let role = registry.roles().get(index)?;
            let scope = fact("Part of", role.scope.as_ref());
            (of(&role.description), format!("{}{}{scope}", fact("Contact", role.contact.as_ref()), escalation(registry, role)))
        }
        Entity::Platform(index) => {
            let platform = registry.platforms.get(index)?;
            let purposes = Some(platform.purposes.join(", ")).filter(|purposes| !purposes.is_empty());
            (of(&platform.description), format!("{}{}", fact("For", purposes.as_ref()), fact("Address", platform.url.as_ref())))
        }
        Entity::Environment(index) => {
            let environment = registry.environments.get(index)?;
            let production = if environment.production { "\n\nProduction: users depend on it" } else { "" };
            (of(&environment.description), format!("{production}{}", fact("Address", environment.url.as_ref())))
        }
        Entity::Label(index) => {
            let label = registry.labels.get(index)?;
            let within = |within: &Option<crate::registry::Within>| within.as_ref().map(|within| within.text.clone());
            let respond = fact("Answer within", within(&label.respond_within).as_ref());
            (of(&label.meaning), format!("{respond}{}", fact("Resolved within", within(&label.resolve_within).as_ref())))
        }
        Entity::Term(index) => (registry.glossary.get(index)?.meaning.clone(), String::new()),
    };
    let kind = entity.kind();
    Some(format!(
        "{} · {kind}{}{facts}",
        card(&names.name, &[]),
        if description.is_empty() { String::new() } else { format!("\n\n{}", plain(&description)) }
    ))
}

/// Who takes over from a role, and whom it takes over from.
fn escalation(registry: &Registry, role: &Role) -> String {
    let name = |written: &str| registry.role(written).map_or_else(|| written.to_owned(), |role| role.names.name.clone());
    let up: Vec<String> = role.escalates_to.iter().map(|to| plain(&name(&to.name))).collect();
    let leads_here = |other: &&Role| other.escalates_to.iter().any(|to| registry.role(&to.name) == Some(role));
    let down: Vec<String> = registry.roles().iter().filter(leads_here).map(|other| plain(&other.names.name)).collect();
    let line = |words: &str, names: &[String]| if names.is_empty() { String::new() } else { format!("\n\n{words} {}", names.join(", ")) };
    format!("{}{}", line("Escalates to", &up), line("Takes over from", &down))
}

#[cfg(test)]
mod tests {
    use super::super::test::{Desk, cursor};
    use super::*;

    #[test]
    fn everything_is_explained() {
        let other = ("b.md", "# B & co\n\nAll about *b*.\n\n## Set up\n\nFirst this.\n");
        for (marked, expected) in [
            ("# A\n\n[b](¦b.md)\n", "**B \\& co** · `b.md`\n\nAll about b."),
            ("# A\n\n[b](¦b.md#set-up)\n", "**B \\& co** · `b.md`\n\n### Set up\n\nFirst this."),
            ("# A\n\n[b](¦c.md)\n", ""),
            ("# A\n\nThe Ops l¦ead acts.\n", "**Ops lead** · Role\n\nRuns operations.\n\nContact: \\#ops\n\nTakes over from Ops team"),
            ("# A\n\nIn GitH¦ub.\n", "**GitHub** · Platform\n\nFor: code"),
            ("---\nown¦er: QA\n---\n", "`owner`\n\nThe role that answers for the document."),
            ("---\ntype: guide\nown¦er: QA\n---\n", "`owner`\n\nThe role that answers for the document.\n\nwho answers for it\n\nrequired · a role"),
            ("---\ntype: gu¦ide\n---\n", "**Guide**\n\nHow to do a thing."),
            (
                "---\ntype: guide\n---\n# A\n\n## Before¦ you begin\n",
                "**Before you begin**\n\nWhat must be in hand.\n\nThis section is needed in the type *guide*.",
            ),
            ("# ¦A\n", ""),
        ] {
            let (text, offset) = cursor(marked);
            let desk = Desk::new(&[("a.md", &text), other]);
            let found = hover(desk.view(), &SitePath::new("content/a.md").unwrap(), offset).map(|(text, _)| text);
            assert_eq!(found.unwrap_or_default(), expected, "{marked}");
        }
    }

    #[test]
    fn a_code_is_explained() {
        let (text, offset) = cursor("---\nwaivers:\n- { finding: broken-l¦ink, until: 2099-01-01, reason: x }\n---\n");
        let desk = Desk::new(&[("a.md", &text)]);
        let (found, span) = hover(desk.view(), &SitePath::new("content/a.md").unwrap(), offset).unwrap();
        assert!(found.starts_with("**broken-link** (error): "), "{found}");
        assert_eq!(span.of(&text), "broken-link");
    }
}
