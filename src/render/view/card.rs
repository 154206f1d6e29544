//! What a reader asks before trusting a page: what it is, whose it is, how fresh it is.
//!
//! Knows one page and the roles and types it names. Must not know the clock: whether a day has passed is for the reader's browser.

use super::Card;
use crate::document::Meta;
use crate::handbook::{Entity, Handbook, Page, is_coming, is_past, review_due};
use crate::mounted::Tables;
use crate::render::escape::href;
use crate::render::incident;

/// Whether anybody should follow a document, as far as it says so itself.
pub(in crate::render) struct Standing<'a> {
    pub status: Option<&'a str>,
    /// Whether the status says that nobody should follow it any more.
    pub past: bool,
    /// Whether the status says that it isn't agreed yet.
    pub coming: bool,
    /// The day by which the next review is due; none of a document of the past.
    pub review_due: Option<String>,
}

impl<'a> Standing<'a> {
    pub(in crate::render) fn of(meta: &'a Meta) -> Self {
        let status = meta.status.as_ref().map(|(text, _)| text.as_str());
        let past = is_past(meta);
        Self { status, past, coming: is_coming(meta), review_due: review_due(meta).filter(|_| !past).map(|day| day.to_string()) }
    }
}

/// The card of a page, with links to the role and the type.
pub(super) fn of<'a>(handbook: &'a Handbook, tables: &Tables<'_>, page: &'a Page) -> Card<'a> {
    let meta = &page.document.meta;
    let schema = page.binding.as_ref().map(|(schema, _)| schema);
    let of_type = schema.and_then(|schema| handbook.entities.as_ref()?.of_type(&schema.document_type));
    let owner = handbook.owner(page).and_then(|role| handbook.entity(Entity::Role(role)));
    let index = handbook.index_of(page);
    let runbook = index.and_then(|index| handbook.runbooks.of_page(index));
    let Standing { status, past, coming, review_due } = Standing::of(meta);
    Card {
        r#type: schema.map(|schema| schema.document_type.as_str()),
        type_title: schema.map(|schema| schema.title.as_str()),
        type_href: of_type.map(|place| href(&page.address, &place.address)),
        owner: meta.owner.as_ref().map(|(text, _)| text.as_str()),
        owner_href: owner.map(|place| href(&page.address, place.address)),
        status,
        past,
        coming,
        reviewed: meta.reviewed.as_ref().map(|(text, _)| text.as_str()),
        review_every: meta.review_every.as_ref().map(|(text, _)| text.as_str()),
        review_due,
        incident: runbook.map(|runbook| href(&page.address, &runbook.address)),
        rules: index.map(|index| incident::rules(handbook, tables, index)).unwrap_or_default(),
        alerts: runbook.map_or(&[], |runbook| &runbook.alerts),
    }
}
