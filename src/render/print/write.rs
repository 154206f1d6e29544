//! The bytes of pages to print: each part is rendered as its page is, made to fit, and joined with the rest.

use std::collections::BTreeMap;
use std::sync::Arc;

use ammonia::Builder;

use super::super::body;
use super::super::drawn::{self, Drawn};
use super::super::escape::text;
use super::super::highlight::Piece;
use super::super::press::key;
use super::super::theme::{TemplateFault, Theme};
use super::super::view::{Job, Views};
use super::{DOCUMENTS, PartView, PrintPage};
use crate::handbook::Handbook;
use crate::memo::Memo;
use crate::registry::Mentions;

/// What renders documents.
pub(in crate::render) struct Context<'a> {
    pub handbook: &'a Handbook,
    pub theme: &'a Theme,
    pub views: &'a Views<'a>,
    /// The highlighted code blocks of every page.
    pub code: &'a [Vec<Arc<Vec<Piece>>>],
    pub sanitizer: &'a Builder<'static>,
    pub mentions: &'a Mentions,
    /// Drawings that are laid out already.
    pub drawings: &'a drawn::Known,
}

/// A part of a page to print, as HTML.
pub(in crate::render) type Written = Result<String, TemplateFault>;

/// The pages to print by their place among all. `shell` gives each with a mark in the place of its parts.
///
/// Of a handbook so large that it has such pages only when asked, nothing is remembered, and one page is in the making at a time.
pub(in crate::render) fn write<'s>(
    context: &Context<'_>,
    known: &mut Memo<Written>,
    shell: impl Fn(usize) -> Option<&'s Arc<[u8]>>,
) -> Result<BTreeMap<usize, Arc<[u8]>>, TemplateFault> {
    let mut pages = BTreeMap::new();
    let inputs = |index: usize, page: &PrintPage| (0..page.parts.len()).map(|part| (index, part)).collect::<Vec<_>>();
    let printed = context.views.print();
    if context.handbook.pages.len() > DOCUMENTS {
        for (index, page) in printed.iter() {
            let parts = parts(context, &mut Memo::default(), &inputs(index, page));
            if let Some(shell) = shell(index) {
                pages.insert(index, joined(shell, page, parts.iter())?);
            }
        }
        return Ok(pages);
    }
    let all: Vec<(usize, usize)> = printed.iter().flat_map(|(index, page)| inputs(index, page)).collect();
    let parts = parts(context, known, &all);
    let mut rest = parts.iter();
    for (index, page) in printed.iter() {
        let own = rest.by_ref().take(page.parts.len());
        if let Some(shell) = shell(index) {
            pages.insert(index, joined(shell, page, own)?);
        }
    }
    Ok(pages)
}

/// The parts with these places: of the page among all, and on the page.
fn parts(context: &Context<'_>, known: &mut Memo<Written>, wanted: &[(usize, usize)]) -> Vec<Arc<Written>> {
    let job = |index: usize, part: usize| {
        let page = context.views.print().get(index)?;
        let part = page.parts.get(part)?;
        Some(part.page.map_or_else(|| Job::Print(index, page.address.clone()), Job::Document))
    };
    known.all_prepared(
        wanted,
        |(index, part)| {
            let (Some(job), Some(page)) = (job(*index, *part), context.views.print().get(*index)) else { return Default::default() };
            let view = context.views.view(&job);
            (page.key(*part, key(&view, &job, context.handbook, context.theme, context.views)), Some(job))
        },
        |(index, part), job| job.map_or_else(|| Ok(String::new()), |job| written(context, *index, *part, &job)),
    )
}

fn written(context: &Context<'_>, index: usize, part: usize, job: &Job) -> Written {
    let Context { handbook, theme, views, code, sanitizer, mentions, drawings } = context;
    let print = views.print();
    let Some((page, part)) = print.get(index).and_then(|page| Some((page, page.parts.get(part)?))) else { return Ok(String::new()) };
    let mut view = views.view(job);
    view.part = Some(PartView { number: part.number.clone(), title: part.title.clone(), id: part.id.clone(), children: Vec::new() });
    view.body = String::new();
    view.heading = format!("<h1>{}</h1>\n", text(&part.title));
    let mut class = "print-part print-heading";
    if let Some((index, document)) = part.page.and_then(|index| Some((index, handbook.pages.get(index)?))) {
        let own = code.get(index).map_or(&[][..], Vec::as_slice);
        let drawn = Drawn::new(drawings);
        let input = body::Input { handbook, page: document, code: own, sanitizer, mentions, drawn: &drawn };
        let parts = body::render(&input);
        (view.heading, view.body) = (parts.heading, parts.body);
        class = "print-part";
    }
    let html = theme.render("print-part.html", &view)?;
    let adapted = print.adapted(handbook, page, part, &String::from_utf8_lossy(&html), views.address(job));
    Ok(format!("<article class=\"{class}\" id=\"{}\">\n{}\n</article>\n", part.id, adapted.trim()))
}

/// A page with its parts in the place of the mark. What a template leaves out isn't there.
fn joined<'p>(shell: &[u8], page: &PrintPage, parts: impl Iterator<Item = &'p Arc<Written>>) -> Result<Arc<[u8]>, TemplateFault> {
    let shell = String::from_utf8_lossy(shell);
    let Some((before, after)) = shell.split_once(&page.mark()) else { return Ok(Arc::from(shell.as_bytes())) };
    let mut pieces = vec![before];
    for part in parts {
        pieces.push(part.as_deref().map_err(Clone::clone)?);
    }
    pieces.push(after);
    Ok(Arc::from(pieces.concat().into_bytes()))
}
